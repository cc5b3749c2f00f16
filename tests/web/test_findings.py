"""合规, the life of findings: runs, answers, waivers with their second person, what is closed, trend and rates."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from tests.engine.test_audit_runs import mends
from tests.engine.test_finding_acts import OPENED, TODAY, answered, asked, settled
from tests.statements import MOST_QUERIES, statements
from tests.web.site import Site
from tests.web.visitor import Page, Visitor, texts, words
from workflow.store.tables import Finding, Organization

SAID = "已于10月补谈"


@pytest.fixture
def broken(site: Site) -> Site:
    """Give pages over an office in which nobody talked with two applicants in time."""
    for name in ("甲一", "甲二"):
        site.bureau.open(OPENED, name=name)
    site.bureau.clock.day = TODAY
    return site


def run_taken(site: Site, who: str = "approver") -> Page:
    """Take a run with the button of the page."""
    visitor = site.visitor(who)
    return visitor.submit(visitor.get("/compliance/runs"), "/compliance/runs")


def later(site: Site, day: date) -> None:
    """Let time go on; whoever was signed in signs in again."""
    site.bureau.clock.day = day
    site.visitors.clear()


def at_finding(visitor: Visitor, name: str = "甲一") -> Page:
    """Go from the list to the finding of somebody."""
    page = visitor.get("/compliance")
    row = next(one for one in page.soup.select("table.data")[0].select("tbody tr") if name in words(one))
    return visitor.get(next(str(a["href"]) for a in row.find_all("a") if "/findings/" in a["href"]))


def standing(page: Page) -> str:
    """Return where the finding stands, as its page says."""
    return words(page.soup.select("p.lead .tag")[-1])


def test_a_run_is_taken_from_above_and_told(broken):
    page = run_taken(broken)
    assert "问题 2 条，新发现 2" in page.text
    assert "检查一次" not in broken.visitor("secretary").get("/compliance/runs").text
    assert "检查一次" not in broken.visitor("auditor").get("/compliance/runs").text


def test_before_any_run_the_page_says_what_will_stand_there(broken):
    assert "还没有检查过" in broken.visitor("secretary").get("/compliance/runs").text
    assert "还没有销号" in broken.visitor("secretary").get("/compliance/closed").text


def test_a_branch_answers_with_a_paper_and_the_finding_stays(broken):
    run_taken(broken)
    visitor = broken.visitor("secretary")
    page = at_finding(visitor)
    assert standing(page) == "■ 未处理"
    done = visitor.submit(page, page.path + "/answer", answer=SAID, paper="谈2026-7")
    assert "不再发现时，问题销号" in done.text
    assert standing(done) == "◆ 已说明"
    assert SAID in done.text
    assert "谈2026-7" in done.text
    assert "◆ 已说明" in visitor.get("/compliance?standing=answered").text
    left = visitor.get("/compliance?standing=open")
    assert "甲二" in left.text
    assert "甲一" not in left.text


def test_the_check_of_a_case_leads_to_each_of_its_findings(broken):
    visitor = broken.visitor("secretary")
    path = at_finding(visitor).path
    check = visitor.get(path.split("/findings/")[0])
    links = [a["href"] for a in check.soup.select("main a") if "/findings/" in a["href"]]
    assert path in links
    for link in links:
        visitor.get(link)


def test_an_answer_without_words_is_asked_for_again_with_what_was_typed(broken):
    visitor = broken.visitor("secretary")
    page = at_finding(visitor)
    again = visitor.submit(page, page.path + "/answer", expect=422, answer="", paper="谈2026-7")
    assert "请填写整改情况" in again.text
    assert 'value="谈2026-7"' in str(again.soup)


def test_a_waiver_is_looked_over_handed_in_and_approved_by_somebody_above(broken):
    visitor = broken.visitor("secretary")
    page = visitor.follow(at_finding(visitor), "申请豁免")
    until = TODAY + timedelta(30)
    said = {"reason": "刚转入", "document": "党发7号", "until": until.isoformat()}
    check = visitor.submit(page, page.path, **said)
    assert "核对后提交" in check.heading
    assert "刚转入" in check.text
    assert standing(at_finding(visitor)) == "■ 未处理"  # nothing was recorded by looking it over
    done = visitor.submit(check, page.path, button="do=submit")
    assert standing(done) == "◆ 豁免待批"
    assert "批准豁免" not in done.text
    above = broken.visitor("approver")
    waiting = at_finding(above)
    assert "党发7号" in waiting.text
    approved = above.submit(waiting, waiting.path + "/waiver/settle", button="do=approve")
    assert standing(approved) == "▲ 已豁免"
    assert "至 2026年12月22日" in words(approved.soup.select_one("p.lead"))


def test_what_a_waiver_lacks_is_said_and_what_was_typed_stays(broken):
    visitor = broken.visitor("secretary")
    page = visitor.follow(at_finding(visitor), "申请豁免")
    for until, told in (("", "请填写止日"), ("2026-11-22", "到期日应在"), ("2099-01-01", "到期日应在"), ("x", "止日")):
        again = visitor.submit(page, page.path, expect=422, reason="刚转入", document="党发7号", until=until)
        assert told in again.text, until
        assert "刚转入" in again.text


def test_who_asked_takes_back_and_nobody_of_the_same_organization_approves(broken):
    asked(broken.bureau, "approver")
    assert "批准豁免" not in at_finding(broken.visitor("member")).soup.select("main")[0].get_text()
    visitor = broken.visitor("approver")
    page = at_finding(visitor)
    assert "申请单位的上级" in page.text
    back = visitor.submit(page, page.path + "/waiver/settle", button="do=decline")
    assert standing(back) == "■ 未处理"


def test_who_would_approve_is_named_before_anybody_asks(broken):
    visitor = broken.visitor("secretary")
    page = at_finding(visitor)
    assert "由党委批准" in page.text
    ask = visitor.follow(page, "申请豁免")
    assert "由党委批准" in ask.text
    said = {"reason": "刚转入", "document": "党发7号", "until": (TODAY + timedelta(30)).isoformat()}
    assert "党委" in words(visitor.submit(ask, ask.path, **said).soup.select("main dl")[0])


def test_where_nobody_above_could_approve_the_page_says_what_to_do(broken):
    with broken.bureau.database.write() as connection:
        connection.execute(update(Organization).where(Organization.name == "工委").values(until_on=OPENED))
    page = at_finding(broken.visitor("approver"))
    assert "本系统中没有可以批准这一豁免的上级党委" in page.text
    assert "书面报上级党委" in page.text
    assert "申请豁免" not in [words(one) for one in page.soup.select("main a")]


def test_a_waiver_of_what_has_become_another_breach_says_so(broken):
    asked(broken.bureau)
    settled(broken.bureau)
    with broken.bureau.database.write() as connection:
        connection.execute(update(Finding).values(outcome="late"))
    visitor = broken.visitor("secretary")
    assert "豁免后情况有变" in visitor.get("/compliance?standing=open").text
    page = at_finding(visitor)
    assert "■ 未处理" in words(page.soup.select("p.lead")[0])
    assert "原有豁免批准时的问题是：到期未办，期限2026年10月1日" in page.text
    assert "现在是：超期" in page.text


def test_a_hostile_key_is_answered_with_a_page(broken):
    visitor = broken.visitor("approver")
    page = visitor.get("/compliance/runs")
    for key in ("2026 12", "第一次", "x" * 65, ""):
        answer = visitor.submit(page, "/compliance/runs", expect=422, key=key)
        assert "应为1至64个字母、数字或者连字符" in answer.text
    visitor = broken.visitor("secretary")
    page = at_finding(visitor)
    again = visitor.submit(page, page.path + "/answer", expect=422, key="a b", answer=SAID, paper="谈7")
    assert SAID in again.text


def test_a_run_in_an_empty_installation_and_its_page(site):
    assert "问题 0 条" in run_taken(site).text
    page = site.visitor("approver").get("/compliance/runs")
    assert texts(page.soup.select("#trend-table td"))[:2] == ["0", "0"]


def test_a_list_of_runs_that_is_cut_says_so(broken, monkeypatch):
    monkeypatch.setattr("web.pages.runs.MOST_RUNS", 2)
    for _ in range(2):
        assert "只列出最近" not in run_taken(broken).text
    assert "只列出最近 2 次检查" in run_taken(broken).text


def test_what_is_taken_out_says_where_each_finding_stands(broken):
    run_taken(broken)
    asked(broken.bureau)
    settled(broken.bureau)
    visitor = broken.visitor("secretary")
    page = visitor.get("/compliance")
    table = visitor.submit(page, "/compliance/export", button="form=csv").response.get_data(as_text=True)
    lines = {line["person"]: line for line in csv.DictReader(io.StringIO(table))}
    columns = ("standing", "waived_until", "first_seen", "last_seen")
    assert [lines["甲一"][name] for name in columns] == ["waived", "2026-12-22", "2026-11-22", "2026-11-22"]
    assert [lines["甲二"][name] for name in columns] == ["open", "", "2026-11-22", "2026-11-22"]
    book = visitor.submit(page, "/compliance/export", button="form=xlsx").response.get_data()
    rows = list(load_workbook(io.BytesIO(book)).active.values)
    place = rows[0].index("处理情况")
    assert sorted(row[place] for row in rows[1:]) == ["已豁免", "未处理"]


def test_an_inspector_reads_and_does_nothing(broken):
    asked(broken.bureau)
    page = at_finding(broken.visitor("auditor"))
    assert "党发〔2026〕7号" in page.text
    assert page.soup.select("main form") == []
    broken.visitor("auditor").get(page.path + "/waiver", expect=403)


def test_an_expired_waiver_comes_back_in_the_list(broken):
    asked(broken.bureau, days=5)
    settled(broken.bureau)
    assert "▲ 已豁免" in broken.visitor("department").get("/compliance?standing=waived").text
    later(broken, TODAY + timedelta(6))
    visitor = broken.visitor("department")
    assert "■ 豁免到期" in visitor.get("/compliance?standing=expired").text
    assert "筛选出来的没有问题" in visitor.get("/compliance?standing=waived").text


def test_what_a_run_finds_no_more_stands_among_the_closed(broken):
    run_taken(broken)
    mends(broken.bureau, "甲一")
    assert "销号 1" in run_taken(broken).text
    visitor = broken.visitor("secretary")
    page = visitor.get("/compliance/closed")
    (row,) = page.soup.select("tbody tr")
    assert "甲一" in words(row)
    gone = visitor.get(row.find("a")["href"])
    assert standing(gone) == "✓ 已销号"
    assert "检查不再发现，销号" in gone.text


def test_small_numbers_are_hidden_and_make_no_share(broken):
    run_taken(broken, "department")
    page = broken.visitor("department").get("/compliance/runs")
    cells = texts(page.soup.select("#trend-table td"))
    assert cells[0] == "不显示"
    assert cells[2] == "—"
    assert set(cells) == {"不显示", "—"}
    runs = next(one for one in page.soup.select("table.data") if "检查范围" in words(one))
    assert set(texts(runs.select("td.cell-num"))) <= {"不显示"}


def test_the_trend_is_drawn_beside_its_table(broken):
    office = broken.bureau
    for number in range(28):
        office.open(TODAY, name=f"新{number}")
    for number in range(6):
        office.open(TODAY, name=f"迟{number}")
    run_taken(broken, "department")
    later(broken, date(2027, 1, 5))
    run_taken(broken, "department")
    page = broken.visitor("department").get("/compliance/runs")
    assert len(page.soup.select("svg polyline")) == 2
    assert page.soup.select("svg [style]") == []
    assert [words(row.find("th")) for row in page.soup.select("#trend-table tbody tr")] == [
        "2027年1月5日",
        "2026年11月22日",
    ]
    last = texts(page.soup.select("#trend-table tbody tr")[0].select("td"))
    assert last[:3] == ["36", "36", "100.0%"]


def test_the_newest_run_is_followed_down_the_tree_to_the_list(broken):
    run_taken(broken, "department")
    visitor = broken.visitor("department")
    committee = visitor.follow(visitor.get("/compliance/runs"), "党委")
    branch = visitor.follow(committee, "一支部")
    assert words(branch.soup.select_one("p.lead")) == "一支部"
    rule = branch.soup.select("table.data")[-1].select_one("tbody a")
    assert "甲一" in visitor.get(rule["href"]).text


def test_words_of_people_are_text_and_nothing_else(broken):
    answered(broken.bureau, text="<script>alert(1)</script>", paper="<b>7</b>")
    page = at_finding(broken.visitor("approver"))
    assert page.soup.select("main script, main b") == []
    assert "<script>alert(1)</script>" in page.text


def test_what_nobody_ever_found_has_no_page(broken):
    visitor = broken.visitor("secretary")
    path = at_finding(visitor).path
    for odd in (path[:-1] + "7", path.replace("talk.within", "talk.odd"), path.replace("/talk/", "/T-k/")):
        visitor.get(odd, expect=404)
    broken.visitor("elsewhere").get(path, expect=404)


def test_every_page_takes_few_queries(broken):
    run_taken(broken)
    answered(broken.bureau)
    asked(broken.bureau)
    visitor = broken.visitor("approver")
    path = at_finding(visitor).path
    for address in ("/compliance", path, path + "/waiver", "/compliance/runs", "/compliance/closed"):
        with statements(broken.bureau.database, "SELECT") as said:
            visitor.get(address)
        assert len(said) <= MOST_QUERIES, (address, len(said), said)


def test_everything_is_said_in_english(broken):
    run_taken(broken)
    asked(broken.bureau)
    visitor = broken.visitor("approver")
    visitor.client.set_cookie("jishi_lang", "en")
    path = at_finding(visitor).path
    assert "A waiver that waits" in visitor.get(path).text
    assert "Trend by month" in visitor.get("/compliance/runs").text


def test_the_life_of_a_finding_on_both_databases(site_on_both):
    site_on_both.bureau.open(OPENED, name="甲一")
    site_on_both.bureau.clock.day = TODAY
    run_taken(site_on_both)
    visitor = site_on_both.visitor("secretary")
    page = at_finding(visitor)
    visitor.submit(page, page.path + "/answer", answer=SAID, paper="谈7")
    assert "◆ 已说明" in visitor.get("/compliance?standing=answered").text
