"""台账: people with their next step, filtered, page after page; what is filtered as a workbook."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

import web.pages.ledger as ledger_pages
from tests.engine.office import Bureau
from tests.statements import statements
from tests.web.site import Site
from tests.web.visitor import Page, Visitor, texts
from workflow.store.tables import Finding, LogEntry, Person

SHEET = "发展党员台账"
TODAY = date(2026, 11, 22)


def people(office: Bureau, *names: str, on: date = date(2026, 11, 1)) -> list[str]:
    """Open a case for each on a day; return the numbers. The office then is where the tests are: on 22 November."""
    numbers = [office.open(on, name=name).case for name in names]
    office.clock.day = TODAY
    return numbers


def names(page: Page) -> list[str]:
    """Return the names that a page lists, in its order."""
    return [str(cell.a.get_text()) for cell in page.soup.select("td.cell-name, tbody th.cell-name") if cell.a]


def choose(visitor: Visitor, page: Page, **fields: Any) -> Page:
    """Filter with the form of the page, beside which the one of the export stands."""
    export = page.soup.find("form", action="/ledger/export")
    if export is not None:
        export.decompose()
    return visitor.submit(page, "/ledger", **fields)


def sheet(page: Page, name: str = SHEET) -> list[tuple[Any, ...]]:
    """Return the rows of a workbook that a page gave."""
    assert page.response.mimetype == ledger_pages.WORKBOOK
    assert page.response.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(BytesIO(page.response.get_data()))
    return list(book[name].iter_rows(min_row=3, values_only=True)) if name in book.sheetnames else []


def test_an_empty_ledger_says_what_comes_next(site: Site) -> None:
    page = site.visitor("secretary").get("/ledger")
    assert "台账里还没有人" in page.text
    assert page.link("立案") == "/cases/new"
    assert page.link("导入台账") == "/imports"
    auditor = site.visitor("auditor").get("/ledger")
    assert "支部立案或者导入台账之后" in auditor.text
    assert "导入台账" not in texts(auditor.soup.select("main a"))


def test_people_stand_with_state_next_step_limit_and_a_link(site: Site) -> None:
    (case,) = people(site.bureau, "示例一")
    page = site.visitor("secretary").get("/ledger")
    row = page.soup.select_one("tbody tr")
    assert row is not None
    said = texts(row.find_all(["td", "th"]))
    assert said[:5] == ["1", "示例一", case, "一支部", "入党申请人"]
    assert said[5] == "党组织派人谈话"
    assert "天" in said[6]
    assert "2026年12月1日" in said[6]
    assert page.link("示例一") == f"/cases/{case}"
    assert "共 1 人" in page.text


def test_filters_hold_together_and_say_what_they_are(site: Site) -> None:
    office = site.bureau
    people(office, "示例一", "示例二")
    people(office, "样本三", on=date(2026, 9, 1))
    office.open(date(2026, 9, 1), "elsewhere", "示例四")
    office.clock.day = TODAY
    committee = site.visitor("organizer")
    everybody = committee.get("/ledger")
    assert sorted(names(everybody)) == ["样本三", "示例一", "示例二", "示例四"]
    some = choose(committee, everybody, name="示例")
    assert sorted(names(some)) == ["示例一", "示例二", "示例四"]
    second = str(office.organizations["二支部"][1])
    options = everybody.soup.select("select[name=organization] option")
    uid = next(str(option["value"]) for option in options if "二支部" in option.get_text())
    assert uid.replace("-", "") == second
    assert names(choose(committee, some, organization=uid)) == ["示例四"]
    late = choose(committee, everybody, urgency="overdue")
    assert sorted(names(late)) == ["样本三", "示例四"]
    assert "超期" in late.text
    assert names(choose(committee, everybody, urgency="overdue", name="样本")) == ["样本三"]
    talked = choose(committee, everybody, step="talk")
    assert sorted(names(talked)) == sorted(names(everybody))
    assert ("符合条件的步骤" in talked.text, "符合条件的步骤" in everybody.text) == (True, False)
    assert names(choose(committee, everybody, state=["activist"])) == []
    assert "没有符合条件的人员" in committee.get("/ledger?state=activist").text
    assert len(names(choose(committee, everybody, order="due"))) == 4
    assert names(committee.get("/ledger?order=due"))[-1] in ("示例一", "示例二")


def test_findings_are_counted_and_filtered(site: Site) -> None:
    office = site.bureau
    people(office, "示例一", on=date(2026, 9, 1))
    people(office, "示例二", on=date(2026, 11, 20))
    with office.database.read() as connection:
        assert connection.scalars(select(Finding.rule)).all()  # the talk is due within a month
    page = site.visitor("secretary").get("/ledger?findings=yes")
    assert names(page) == ["示例一"]
    assert "1 条" in page.text


def test_pages_go_on_where_the_last_one_ended(site: Site) -> None:
    everybody = [f"示例{number:02}" for number in range(45)]
    people(site.bureau, *everybody)
    secretary = site.visitor("secretary")
    for order in ("newest", "due"):
        page = secretary.get(f"/ledger?size=20&order={order}")
        seen = names(page)
        assert len(seen) == 20
        while "下一页" in page.text:
            page = secretary.follow(page, "下一页")
            seen += names(page)
        assert sorted(seen) == everybody
        assert texts(page.soup.select("td.cell-serial"))[-1] == "45"
        assert len(names(secretary.follow(page, "回到第一页"))) == 20
    odd = secretary.get("/ledger?size=7&order=x&after=nothing&before=-3&step=x&state=x&organization=x&urgency=x")
    assert len(names(odd)) == 45


def test_what_is_filtered_is_exported_and_noted(site: Site) -> None:
    office = site.bureau
    people(office, "示例一", "示例二")
    people(office, "样本三", on=date(2026, 9, 1))
    secretary = site.visitor("secretary")
    everybody = sheet(secretary.submit(secretary.get("/ledger"), "/ledger/export"))
    assert [row[1] for row in everybody] == ["示例一", "示例二", "样本三"]
    filtered = secretary.submit(secretary.get("/ledger?urgency=overdue"), "/ledger/export")
    assert [row[1] for row in sheet(filtered)] == ["样本三"]
    assert sheet(filtered, "党员名册") == []  # people were chosen, not members
    with office.database.read() as connection:
        noted = connection.execute(select(LogEntry.act, LogEntry.about).where(LogEntry.act == "ledger_exported")).all()
    assert [row.about for row in noted] == [{"people": 3}, {"people": 1, "urgency": "overdue"}]


def test_a_large_export_is_a_job_of_whoever_began_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    people(site.bureau, "示例一", "示例二")
    monkeypatch.setattr(ledger_pages, "AT_ONCE", 1)
    secretary = site.visitor("secretary")
    page = secretary.submit(secretary.get("/ledger"), "/ledger/export")
    while "正在生成" in page.text:
        page = secretary.get(page.path)
    assert "工作簿已生成：2 人" in page.text
    address = page.link("下载")
    assert [row[1] for row in sheet(secretary.get(address))] == ["示例一", "示例二"]
    assert secretary.get("/ledger").link("可以下载") == page.path
    assert "可以下载" not in site.visitor("commissioner").get("/ledger").text
    for other in ("commissioner", "elsewhere", "approver"):
        site.visitor(other).get(page.path, expect=404)
        site.visitor(other).get(address, expect=404)
    secretary.submit(page, "/delete")
    secretary.get(address, expect=404)


def test_nobody_sees_or_takes_out_people_of_elsewhere(site: Site) -> None:
    office = site.bureau
    people(office, "示例一")
    elsewhere = site.visitor("elsewhere")
    assert names(elsewhere.get("/ledger")) == []
    assert names(elsewhere.get("/ledger?name=示例一")) == []
    elsewhere.get(f"/ledger?organization={office.organizations['一支部'][1]}", expect=404)
    site.visitor("administrator").get("/ledger", expect=403)


def test_an_erased_person_is_not_listed(site: Site) -> None:
    people(site.bureau, "示例一")
    with site.bureau.database.write() as connection:
        # a Table is a FromClause to SQLAlchemy
        connection.execute(Person.__table__.delete())  # type: ignore[attr-defined]
    assert names(site.visitor("secretary").get("/ledger")) == []


def test_all_of_it_in_english(site: Site) -> None:
    people(site.bureau, "示例一")
    secretary = site.visitor("secretary")
    secretary.client.set_cookie("jishi_lang", "en")
    page = secretary.get("/ledger?size=20")
    assert page.heading == "Ledger"
    assert "applicant" in page.text
    assert "in all: 1" in page.text


def test_a_page_takes_as_many_queries_however_many_people_there_are(site: Site) -> None:
    secretary = site.visitor("organizer")
    people(site.bureau, "示例一")
    counts = []
    for more in ((), ("示例二", "示例三", "示例四")):
        people(site.bureau, *more)
        secretary.get("/ledger?order=due")  # the session is touched once a minute
        with statements(site.bureau.database, "SELECT") as asked:
            secretary.get(f"/ledger?order=due&organization={site.bureau.organizations['党委'][1]}")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12, asked
