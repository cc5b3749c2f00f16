"""合规, the page of indications: what was kept, by organization, beside what is usual; never of a person."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.engine.indicated import AS_OF, GIVEN, NAMES, kept
from tests.statements import MOST_QUERIES, statements
from tests.web.site import Site
from tests.web.visitor import Page, one, texts, words
from workflow.access.trail import LogAct
from workflow.store.tables import LogEntry

PATH = "/compliance/indications"
RUSH = {"一支部": (40, 12), "二支部": (60, 6)}
LATE = {"一支部": (40, 3), "二支部": (60, 12)}
IDLE = {"一支部": (2, 2)}


@pytest.fixture
def told(site: Site) -> Site:
    """Give pages over an office for which indications were kept."""
    kept(site.bureau, {"rush": RUSH, "late": LATE, "idle": IDLE})
    return site


def lines(page: Page, table: str) -> dict[str, list[str]]:
    """Return the cells of a table by what each line is called."""
    rows = page.soup.select(f"#{table} tbody tr")
    return {words(one(row, "th")): texts(row.select("td")) for row in rows}


def drawn(page: Page) -> dict[str, list[str]]:
    """Return the figures in the drawing by the indication that they stand under."""
    found: dict[str, list[str]] = {}
    said = texts(page.soup.select("figure.indications svg:first-child text"))
    titles = texts(page.soup.select("#indications tbody th"))
    for part in said:
        if part in titles:
            found[part] = []
        else:
            found[list(found)[-1]].append(part)
    return found


def test_before_anything_is_kept_the_page_says_how_to_get_it(site):
    page = site.visitor("auditor").get(PATH)
    assert "还没有保存的线索" in page.text
    assert "jishi audit --data 数据目录 --keep" in page.text
    assert page.soup.select("table, figure") == []
    with site.bureau.database.read() as connection:
        assert connection.scalars(select(LogEntry).where(LogEntry.act == LogAct.INDICATIONS_READ)).all() == []


def test_the_scope_is_told_with_base_threshold_and_what_it_does_not_say(told):
    page = told.visitor("auditor").follow(told.visitor("auditor").get("/compliance"), "线索")
    assert "截至 2026年11月20日" in words(page.soup.select_one("p.lead"))
    assert AS_OF.isoformat() == "2026-11-20"
    assert lines(page, "indications")["集中接收"] == ["细则第3条", "18", "100", "18.0%"]
    assert "不是问题，也不是结论" in page.text
    means = words(page.soup.select_one("#means-rush"))
    for part in (
        "近 36 个月接收的人",
        "在 7 日之内接收了至少 5 人",
        "不知道换届日期",
        "一周接收五人值得一看",
        "2014年5月28日",
    ):
        assert part in means
    assert len(page.soup.select("section[id^=means-]")) == len(NAMES)


def test_small_numbers_are_hidden_and_a_branch_of_few_is_told_to_be_idle(told):
    page = told.visitor("auditor").get(PATH)
    heads = texts(page.soup.select("#places thead th"))[1:]
    first, second = (dict(zip(heads, cells, strict=True)) for cells in lines(page, "places").values())
    assert first["集中接收"] == "12 / 40（30.0%）"
    assert (first["事后很久才登记"], second["事后很久才登记"]) == ("不显示 / 40", "不显示 / 60")
    assert (first["长期没有发展党员"], second["长期没有发展党员"]) == ("◆ 有 不显示", "—")
    assert first["众人同日"] == "—"
    assert lines(page, "indications")["长期没有发展党员"][1:] == ["◆ 有 不显示", "不显示", "—"]


def test_a_branch_of_few_is_told_on_its_own_page_that_it_is_idle(told):
    page = told.visitor("secretary").get(PATH)
    assert lines(page, "indications")["长期没有发展党员"][1:] == ["◆ 有 不显示", "不显示", "—"]
    assert lines(page, "indications")["集中接收"][1] == "12"
    assert "◆ 有：这里至少有一个支部是这样" in page.text


def test_once_something_else_is_looked_for_the_page_says_so_and_not_that_nothing_was_kept(told):
    kept(told.bureau, {"rush": RUSH}, GIVEN.model_copy(update={"admissions": GIVEN.admissions[:1]}))
    page = told.visitor("auditor").get(PATH)
    assert "线索的限度或者口径已更改" in page.text
    assert "截至 2026年11月20日 保存的数不再适用" in page.text
    assert "还没有保存的线索" not in page.text
    assert page.soup.select("table, figure") == []


def test_the_drawing_says_what_the_table_says(told):
    visitor = told.visitor("auditor")
    page = visitor.get(PATH)
    assert drawn(page) == {name: [_bar(cells)] for name, cells in lines(page, "indications").items()}
    branch = visitor.follow(page, "一支部")
    table = lines(branch, "indications")
    assert table["集中接收"] == ["细则第3条", "12", "40", "30.0%", "18.0%"]
    assert {name: bars[0] for name, bars in drawn(branch).items()} == {
        name: _bar(cells) for name, cells in table.items()
    }
    assert drawn(branch)["集中接收"] == ["30.0%", "18.0%"]
    lengths = [int(bar["width"]) for bar in branch.soup.select("figure.indications svg:first-child rect")[:2]]
    assert lengths[0] > lengths[1] > 1


def _bar(cells: list[str]) -> str:
    """Return what stands at the bar of a line of the table: that the number is hidden, or the rate."""
    return "不显示" if cells[1].endswith("不显示") else cells[3]


def test_it_leads_down_the_tree_and_to_the_people_there(told):
    visitor = told.visitor("department")
    committee = visitor.follow(visitor.get(PATH), "党委")
    branch = visitor.follow(committee, "二支部")
    assert branch.soup.select("#places") == []
    assert texts(branch.soup.select("nav.crumbs li")) == ["合规", "工委", "党委", "二支部"]
    uid = UUID(told.bureau.organizations["二支部"][1])
    assert branch.link("这里的人员") == f"/ledger?organization={uid.hex}"
    row = next(row for row in committee.soup.select("#places tbody tr") if "二支部" in words(row))
    assert "二支部" in visitor.get(row.select("td a")[0]["href"]).text


def test_nobody_is_told_of_another_scope(told):
    own = told.visitor("secretary").get(PATH)
    assert lines(own, "indications")["集中接收"] == ["细则第3条", "12", "40", "30.0%"]
    assert own.soup.select("#places") == []
    second = told.bureau.organizations["二支部"][1]
    told.visitor("secretary").get(f"{PATH}?organization={second}", expect=404)
    told.visitor("secretary").get(f"{PATH}?organization=x", expect=404)
    told.visitor("administrator").get(PATH, expect=403)


def test_that_it_was_read_is_noted_with_the_organization(told):
    visitor = told.visitor("auditor")
    visitor.follow(visitor.get(PATH), "一支部")
    with told.bureau.database.read() as connection:
        asked = select(LogEntry.path, LogEntry.about).where(LogEntry.act == LogAct.INDICATIONS_READ)
        assert [tuple(row) for row in connection.execute(asked.order_by(LogEntry.id))] == [
            ("1.2.", {"run": 1}), ("1.2.3.", {"run": 1}),
        ]  # fmt: skip


def test_it_takes_few_queries_and_no_more_for_more_organizations(told):
    visitor = told.visitor("department")
    visitor.get("/")
    for address in (PATH, f"{PATH}?organization={told.bureau.organizations['党委'][1]}"):
        with statements(told.bureau.database) as said:
            visitor.get(address)
        assert len(said) <= MOST_QUERIES, (address, len(said), said)


def test_everything_is_said_in_english(told):
    visitor = told.visitor("auditor")
    visitor.client.set_cookie("jishi_lang", "en")
    page = visitor.get(PATH)
    assert "deserves a look" in page.text
    assert lines(page, "places")["一支部"][0] == "12 / 40 (30.0%)"
    assert lines(page, "indications")["Rush recruiting"][0] == "art. 3"
    means = words(page.soup.select_one("#means-idle"))
    assert "a year of cultivation is the least" in means
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in means)
