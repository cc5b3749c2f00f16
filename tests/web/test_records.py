"""记录: who did and who saw what, for whoever inspects and for nobody else; looking is noted."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from tests.engine.stages import imported, until
from tests.web.visitor import texts
from web.pages import records
from workflow.access.trail import LogAct, Seen
from workflow.store.tables import LogEntry


@pytest.fixture
def opened(site):
    """Open a case in each branch."""
    own = site.bureau.open(date(2026, 11, 2)).case
    foreign = site.bureau.open(date(2026, 11, 3), "elsewhere", name="外人二").case
    site.visitor("secretary").get(f"/cases/{own}")
    return own, foreign


def noted(site):
    with site.bureau.database.read() as connection:
        return connection.scalars(select(LogEntry.act).order_by(LogEntry.id)).all()


def test_an_auditor_sees_who_recorded_what_in_the_own_scope(site, opened):
    own, foreign = opened
    page = site.visitor("watcher").get("/records")
    assert own in page.text
    assert "递交入党申请书" in page.text
    assert "一支部" in page.text
    assert foreign not in page.text
    everywhere = site.visitor("auditor").get("/records")
    assert own in everywhere.text
    assert foreign in everywhere.text


@pytest.mark.usefixtures("opened")
def test_who_saw_a_case_and_who_looked_here_stand_in_the_record(site):
    visitor = site.visitor("watcher")
    visitor.get("/records")
    page = visitor.get("/records?tab=saw")
    assert LogAct.CASE_READ.words.zh in page.text
    assert LogAct.RECORDS_READ.words.zh in page.text
    assert noted(site).count(LogAct.RECORDS_READ) == 2


@pytest.mark.parametrize(
    ("act", "who"),
    [(LogAct.FINDINGS_EXPORTED, "（程序或者命令行，未登录）"), (LogAct.SIGN_IN_FAILED, "没有这个登录名")],
)
def test_a_line_in_nobodys_name_says_whose_it_is(site, act, who):
    line = Seen(1, site.bureau.clock(), act, None, None, None, {})
    with site.app.test_request_context("/records"):
        assert records.line_of(line).who == who


def test_filters_leave_what_was_asked_for(site, opened):
    own, foreign = opened
    visitor = site.visitor("auditor")
    assert foreign not in visitor.get(f"/records?case={own}").soup.find("table").get_text()
    assert visitor.get("/records?account=elsewhere").soup.find("table").get_text().count(foreign) == 2
    assert visitor.get("/records?from=2026年11月3日&until=20261103").text.count(foreign) >= 1
    assert own not in visitor.get("/records?from=2026-11-03").soup.find("table").get_text()
    empty = visitor.get("/records?act=oath")
    assert "筛选出来的没有记录" in empty.text


@pytest.mark.parametrize("asked", ["from=gestern", "case=2026-999999", "organization=" + "0" * 32, "organization=x",
                                   "after=-1", "after=x", "act=nothing", "account=%25"])  # fmt: skip
@pytest.mark.usefixtures("opened")
def test_what_cannot_be_understood_ends_in_a_page_that_says_so(site, asked):
    assert site.visitor("auditor").get(f"/records?{asked}").heading == "办理与查阅记录"


def test_what_is_no_ordinary_act_says_so_before_its_step(site):
    case = until(site.bureau, "talk")
    site.bureau.confirm("commissioner", site.bureau.correct("secretary", case, 3, {"talker": "乙"}))
    imported(site.bureau, "applicant", {"apply": {"on": date(2024, 1, 1)}})
    visitor = site.visitor("watcher")
    page = visitor.get("/records")
    said = texts(page.soup.select("td[data-label=事项]"))
    assert any(one.startswith("更正：党组织派人谈话") for one in said)
    assert any(one.startswith("补充证明：递交入党申请书") for one in said)
    assert any(one.startswith("党组织派人谈话") for one in said)
    taken = visitor.submit(page, "/records/export").response.get_data(as_text=True)
    assert ",更正：党组织派人谈话" in taken


def test_a_page_leads_to_the_next(site):
    for day in range(1, 28):
        site.bureau.open(date(2026, 10, day), name=f"某{day}")
    visitor = site.visitor("auditor")
    first = visitor.get("/records")
    following = visitor.follow(first, "下一页")
    assert following.text != first.text
    assert "回到第一页" in following.text


def test_what_is_filtered_is_taken_out_as_a_table_without_formulas(site, opened):
    own, _ = opened
    visitor = site.visitor("watcher")
    taken = visitor.submit(visitor.get("/records"), "/records/export")
    table = list(csv.reader(io.StringIO(taken.response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert {row[5] for row in table[1:]} == {own}
    assert all(not cell.startswith("=") for row in table for cell in row)
    assert LogAct.RECORDS_EXPORTED in noted(site)


@pytest.mark.parametrize("login", ["secretary", "approver", "department", "administrator"])
def test_nobody_else_sees_it(site, login):
    site.visitor(login).get("/records", expect=403)


@pytest.mark.usefixtures("opened")
def test_in_english(site):
    visitor = site.visitor("watcher")
    page = visitor.submit(visitor.get("/records"), "/settings/language", button="lang=en")
    assert page.heading == "Who did and who saw what"
