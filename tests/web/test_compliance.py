"""合规: what breaks a rule in the own scope, counted, drilled to the entry, taken out as a file that is noted."""

from __future__ import annotations

import csv
import io
from datetime import date
from urllib.parse import urlencode

from openpyxl import load_workbook
from sqlalchemy import select

from tests.engine.office import LAWS
from tests.engine.stages import imported, until
from tests.statements import statements
from tests.web.site import Site
from tests.web.visitor import Page, Visitor, filled, texts, words
from workflow.access.trail import LogAct
from workflow.case.values import Value
from workflow.compliance.found import COLUMNS
from workflow.engine.agenda import renew
from workflow.engine.offices import actor_of
from workflow.engine.task import Task
from workflow.store.tables import Case, LogEntry

D = date
RULE = "talk.within_a_month"
PAST: dict[str, dict[str, Value]] = {  # the talk came months too late
    "apply": {"on": D(2024, 1, 1)},
    "talk": {"on": D(2024, 6, 1)},
}
WORSE: dict[str, dict[str, Value]] = {
    "apply": {"on": D(2024, 1, 1)},
    "talk": {"on": D(2024, 6, 1)},
    "activist": {"on": D(2024, 9, 1), "recommended_by": "推优", "recommended_on": D(2024, 10, 1)},
}


def broken(site: Site, many: int = 1) -> list[str]:
    """Give the first branch so many people of whom two rules are broken, and as many of whom one is."""
    office = site.bureau
    office.clock.day = D(2026, 11, 22)
    pasts = (("activist", WORSE), ("applicant", PAST)) * many
    numbers = [imported(office, state, past) for state, past in pasts]
    login = office.people["approver"]
    with office.database.write() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        renew(Task(connection, LAWS, actor, office.clock()), connection.scalars(select(Case.id)).all())
    return numbers


def noted(site: Site, act: LogAct) -> list[dict[str, object]]:
    """Return what was noted of an act."""
    with site.bureau.database.read() as connection:
        return list(connection.scalars(select(LogEntry.about).where(LogEntry.act == act.value).order_by(LogEntry.id)))


def rows(page: Page) -> list[str]:
    """Return the findings listed, a text each."""
    return texts(page.soup.select("table.data")[0].select("tbody tr"))


def chosen(visitor: Visitor, page: Page, **fields: str) -> Page:
    """Fill in the filters as they stand on the page, and look."""
    (form,) = page.soup.select("form[method=get]")
    given = dict(filled(form, fields))
    return visitor.get("/compliance?" + urlencode(given))


def test_the_branch_sees_what_breaks_and_where(site):
    number = broken(site)[1]
    page = site.visitor("secretary").get(f"/compliance?rule={RULE}")
    assert page.text.count("派人谈话") >= 1
    assert "一支部" in page.text
    line = next(row for row in page.soup.select("tbody tr") if f"/cases/{number}" in str(row))
    assert "收到入党申请书后" in words(line)
    assert "第7条" in words(line)
    assert "中国共产党发展党员工作细则" in words(line)
    assert line.find("a")["href"].startswith(f"/cases/{number}#entry-")
    assert f"/basis/steps/talk#rule-{RULE.replace('.', '-')}" in [a["href"] for a in line.find_all("a")]


def test_what_was_done_late_does_not_grow_later_but_what_is_open_does(site):
    broken(site)
    (line,) = rows(site.visitor("secretary").get(f"/compliance?rule={RULE}&state=applicant"))
    assert "期限2024年2月1日（已办理）" in line
    assert "已过" not in line
    site.bureau.clock.day = D(2026, 1, 5)
    site.bureau.open(D(2026, 1, 5), name="未谈")
    site.bureau.clock.day = D(2026, 11, 22)
    (line,) = [row for row in rows(site.visitor("secretary").get(f"/compliance?rule={RULE}")) if "未谈" in row]
    assert "期限2026年2月5日，已过 290 天" in line
    assert "谈话时间 未登记" in line
    assert " 空" not in line


def test_the_counts_name_their_base(site):
    broken(site, many=2)
    page = site.visitor("secretary").get("/compliance")
    listed = len(rows(page))
    assert f"共 4 人，发现 {listed} 条问题" in page.text
    by_rule = {words(row.find("a")): row for row in page.soup.select("table.data")[-1].select("tbody tr")}
    assert sum(int(words(row.select(".cell-num")[0])) for row in by_rule.values()) == listed


def test_filters_leave_what_they_name(site):
    broken(site)
    visitor = site.visitor("secretary")
    page = visitor.get("/compliance")
    everything = len(rows(page))
    one = chosen(visitor, page, rule=RULE)
    assert 0 < len(rows(one)) < everything
    assert [option["value"] for option in one.soup.select("#f-rule option[selected]")] == [RULE]
    hard, soft = (chosen(visitor, page, force=force) for force in ("hard", "soft"))
    assert sum(len(rows(each)) for each in (hard, soft) if not each.soup.select(".empty")) == everything
    state = chosen(visitor, page, state="applicant")
    assert len(rows(state)) < everything
    assert "共 1 人" in state.text
    none = visitor.get("/compliance?state=full")
    assert "筛选出来的没有问题" in none.text
    assert none.link("清除筛选") == "/compliance"


def test_superiors_drill_down_the_tree_in_its_order(site):
    broken(site)
    visitor = site.visitor("department")
    page = visitor.get("/compliance")
    assert "工委" in words(page.soup.select_one("p.lead"))
    committee = visitor.follow(page, "党委")
    branch = visitor.follow(committee, "一支部")
    assert "一支部" in words(branch.soup.select_one("p.lead"))
    assert [words(item) for item in branch.soup.select("nav.crumbs li")] == ["工委", "党委", "一支部"]
    assert len(rows(branch)) == len(rows(page))


def test_what_lies_elsewhere_is_not_there(site):
    number = broken(site)[0]
    visitor = site.visitor("elsewhere")
    page = visitor.get("/compliance")
    assert number not in page.text
    assert "这里还没有人" in page.text
    foreign = site.bureau.organizations["一支部"][1]
    visitor.get(f"/compliance?organization={foreign}", expect=404)
    visitor.get("/compliance?organization=nothing", expect=404)
    visitor.get(f"/compliance/cases/{number}", expect=404)


def test_an_administrator_has_no_business_here(site):
    site.visitor("administrator").get("/compliance", expect=403)


def test_odd_addresses_filter_nothing(site):
    broken(site)
    visitor = site.visitor("secretary")
    whole = len(rows(visitor.get("/compliance")))
    for odd in ("rule=x'--", "force=x", "state=%01", "after=1.~2026-02-31~1~a~b~1", "after=" + "9" * 400,
                "after=1.~2026-02-01~" + "9" * 30 + "~a.b~b~1"):  # fmt: skip
        assert len(rows(visitor.get(f"/compliance?{odd}"))) == whole, odd


def test_long_lists_go_on_where_they_ended(site):
    numbers = broken(site, many=15)
    visitor = site.visitor("secretary")
    page, seen, pages = visitor.get("/compliance"), set(), 1
    while True:
        seen |= {a["href"].split("#")[0] for a in page.soup.select("th.cell-name a[data-row]")}
        if page.soup.find("a", rel="next") is None:
            break
        page, pages = visitor.follow(page, "下一页"), pages + 1
    assert pages > 2
    assert len(seen) == len(numbers)
    assert page.link("回到第一页") == "/compliance"


def test_taking_out_what_is_filtered_is_noted(site):
    broken(site)
    visitor = site.visitor("secretary")
    page = visitor.get(f"/compliance?rule={RULE}")
    sheet = visitor.submit(page, "/compliance/export", button="form=csv")
    assert sheet.response.mimetype == "text/csv"
    lines = list(csv.reader(io.StringIO(sheet.response.get_data(as_text=True))))
    assert tuple(lines[0]) == COLUMNS
    assert len(lines) - 1 == len(rows(page))
    assert {line[COLUMNS.index("rule")] for line in lines[1:]} == {RULE}
    assert not sheet.response.get_data().startswith(b"\xef\xbb\xbf")
    assert noted(site, LogAct.FINDINGS_EXPORTED) == [{"rule": RULE, "rows": len(lines) - 1, "form": "csv"}]


def test_the_workbook_holds_the_same(site):
    broken(site)
    visitor = site.visitor("secretary")
    page = visitor.get("/compliance")
    book = visitor.submit(page, "/compliance/export", button="form=xlsx")
    assert book.response.headers["Content-Disposition"].endswith("findings-2026-11-22.xlsx")
    sheet = load_workbook(io.BytesIO(book.response.get_data())).active
    assert sheet.max_row - 1 == len(rows(page))
    assert sheet["A1"].value == "档案编号"
    assert noted(site, LogAct.FINDINGS_EXPORTED)[0]["form"] == "xlsx"


def test_a_name_that_looks_like_a_formula_stays_text(site):
    broken(site)
    office = site.bureau
    office.clock.day = D(2026, 1, 5)
    office.open(D(2026, 1, 5), name="=1+1")
    office.clock.day = D(2026, 11, 22)
    visitor = site.visitor("secretary")
    sheet = visitor.submit(visitor.get("/compliance"), "/compliance/export", button="form=csv")
    assert "'=1+1" in sheet.response.get_data(as_text=True)


def test_reading_the_list_is_noted(site):
    broken(site)
    site.visitor("secretary").get(f"/compliance?rule={RULE}")
    assert noted(site, LogAct.FINDINGS_READ) == [{"rule": RULE, "rows": 2}]


def test_the_check_names_what_is_in_the_way(site):
    number = broken(site)[0]
    page = site.visitor("secretary").get(f"/compliance/cases/{number}")
    assert "上报前请先处理" in page.text
    assert "不符合规定的" in page.text
    assert "下一步要用的" in page.text
    assert noted(site, LogAct.CASE_READ) == [{"page": "check"}]


def test_the_check_of_a_clean_case_says_so(site):
    number = until(site.bureau, "activist")
    page = site.visitor("secretary").get(f"/compliance/cases/{number}")
    assert "没有发现问题，必填的都已登记" in page.text
    assert "第4步 上级党委备案" in page.text


def test_everything_is_said_in_english(site):
    number = broken(site)[0]
    visitor = site.visitor("organizer")
    visitor.client.set_cookie("jishi_lang", "en")
    page = visitor.get("/compliance")
    assert "Findings" in page.heading
    assert "findings" in words(page.soup.select_one("p.lead"))
    assert "To be dealt with first" in visitor.get(f"/compliance/cases/{number}").text


def test_the_number_of_queries_does_not_grow(site):
    visitor, counted = site.visitor("department"), []
    for many in (1, 6):
        broken(site, many)
        with statements(site.bureau.database, "SELECT") as said:
            visitor.get("/compliance")
        counted.append(len(said))
    assert counted[0] == counted[1] <= 15, said


def test_each_office_sees_them_on_both_databases(site_on_both):
    broken(site_on_both)
    for login in ("approver", "auditor", "watcher", "department", "organizer", "member"):
        assert rows(site_on_both.visitor(login).get("/compliance"))
