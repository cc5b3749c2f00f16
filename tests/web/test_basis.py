"""依据: the procedure drawn and listed, each step, article and change of editions, with the practice that binds."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from tests.engine.office import LAWS, PEOPLE
from tests.web.visitor import texts, words
from web.outline import outline
from workflow.store.tables import OrganizationOverlay

NEWEST = LAWS.law.editions[-1]
OLDEST = LAWS.law.editions[0]
FOUND = {
    "13": "/basis/steps/pre_review",
    "上级党委预审": "/basis/steps/pre_review",
    "第十三条": f"/basis/articles/{NEWEST.edition}/13",
    "V11-notice": "/basis/steps/list_target",
}


def test_every_office_opens_the_law(site):
    for login in PEOPLE:
        page = site.visitor(login).get("/basis/articles")
        assert NEWEST.title.zh in page.text
        assert "现行有效" in page.text


def test_the_drawing_holds_a_link_for_every_step(site):
    page = site.visitor("secretary").get("/basis")
    drawing = page.soup.find("svg")
    there = {link["href"].removeprefix("/basis/steps/") for link in drawing.find_all("a")}
    assert there == set(NEWEST.steps)
    assert all(link["aria-label"] for link in drawing.find_all("a"))


def test_the_drawing_carries_nothing_that_the_policy_forbids(site):
    drawing = site.visitor("secretary").get("/basis").soup.find("svg")
    assert drawing.find("style") is None
    assert not [tag for tag in drawing.find_all(True) if tag.get("style")]


def test_the_list_says_the_same_as_the_drawing(site):
    page = site.visitor("secretary").get("/basis")
    listed = [item.find("a")["href"].removeprefix("/basis/steps/") for item in page.soup.select("li.step")]
    assert listed[: len(NEWEST.numbered)] == list(NEWEST.numbered)
    assert set(listed) == set(NEWEST.steps)


def test_the_edition_of_a_day_is_shown(site):
    visitor = site.visitor("secretary")
    page = visitor.get("/basis?on=2026年5月10日")
    assert "不是现行版本" in page.text
    assert OLDEST.title.zh in page.text
    step = visitor.get(page.soup.select("li.step a")[7]["href"])
    assert "报上级党委备案" in step.heading
    assert "不是现行版本" in step.text


def test_a_day_that_cannot_be_read_is_said_at_the_field(site):
    page = site.visitor("secretary").get("/basis?on=二月三十日", expect=422)
    field = page.soup.find(id="f-on")
    assert field["aria-invalid"] == "true"
    assert field["value"] == "二月三十日"


def test_what_somebody_looks_for_is_found(site):
    visitor = site.visitor("secretary")
    page = visitor.get("/basis")
    for name, leads_to in FOUND.items():
        assert visitor.submit(page, "/basis/find", name=name).path == leads_to


def test_what_is_not_there_names_what_is_near(site):
    visitor = site.visitor("secretary")
    page = visitor.submit(visitor.get("/basis"), "/basis/find", name="预审", expect=422)
    assert "相近的有" in words(page.soup.find(id="f-name-error"))
    assert "上级党委预审" in words(page.soup.find(id="f-name-error"))


def test_every_step_shows_its_rules(site):
    for step, definition in NEWEST.steps.items():
        page = site.visitor("secretary").get(f"/basis/steps/{step}")
        assert definition.zh in page.heading
        assert all(rule.text.zh in page.text for rule in definition.rules.values())
        assert all(outcome.zh in page.text for outcome in definition.outcomes.values())
        assert all(field.zh in page.text for field in definition.evidence.values())


def test_a_rule_says_its_articles_force_and_what_happens(site):
    page = site.visitor("secretary").get("/basis/steps/admit")
    rule = words(page.soup.find(id="rule-admit-within_a_month").parent)
    assert "“接收大会时间”不晚于“预审通过时间”后 1 个月" in rule
    assert "第19条" in rule
    assert "硬性" in rule
    assert "须重新办理第13步“上级党委预审”" in rule
    assert "以期限届满之日有效的版本为准" in rule
    assert "2026年5月11日起" in rule


def test_a_step_names_the_conventions_of_its_articles(site):
    page = site.visitor("secretary").get("/basis/steps/list_target")
    convention = LAWS.law.definitions.conventions["consent_before_listing"]
    assert convention.zh in page.text
    assert convention.alternatives.zh in page.text


def test_a_step_says_what_the_change_of_editions_brought(site):
    page = site.visitor("secretary").get("/basis/steps/list_target")
    history = page.text[page.text.index("版本变化") :]
    assert "新增 上级党委同意之后方可公示" in history
    assert "报上级党委备案 → 报上级党委同意、公示并列为发展对象" in history


def test_no_step_of_that_name_and_no_day_that_can_be_read(site):
    visitor = site.visitor("secretary")
    visitor.get("/basis/steps/nothing", expect=404)
    visitor.get("/basis/steps/talk?on=%00", expect=400)
    assert visitor.get("/basis/find?name=%20").path == "/basis"
    visitor.get("/basis/find?name=" + "x" * 5000, expect=422)


@pytest.mark.parametrize("edition", LAWS.law.editions, ids=lambda one: str(one.edition))
def test_the_articles_of_an_edition_are_told(site, edition):
    visitor = site.visitor("watcher")
    listed = visitor.get(f"/basis/articles?on={edition.edition}")
    coverage = LAWS.law.definitions.coverage
    assert coverage is not None
    covered = coverage.editions[edition.edition.isoformat()].articles
    assert len(listed.soup.select("tbody tr")) == len(covered)
    for number in ("1", "3", "13", str(len(covered))):
        page = visitor.get(f"/basis/articles/{edition.edition}/{number}")
        assert covered[number].zh in page.text
        if (why := covered[number].why) is not None:
            assert why.zh in page.text


def test_an_article_lists_the_rules_that_cite_it(site):
    page = site.visitor("secretary").get(f"/basis/articles/{NEWEST.edition}/13")
    citing = [rule for _, rule in NEWEST.rules.values() if "13" in rule.articles]
    assert all(rule.text.zh in page.text for rule in citing)
    assert "第7步 确定发展对象" in page.text


def test_an_article_leads_to_its_number_before_the_change(site):
    visitor = site.visitor("secretary")
    page = visitor.get(f"/basis/articles/{NEWEST.edition}/18")
    older = visitor.follow(page, f"{OLDEST.edition} 版第19条")
    assert older.path == f"/basis/articles/{OLDEST.edition}/19"


def test_no_article_of_that_number(site):
    for address in ("2020-01-01/1", f"{NEWEST.edition}/99", "x/y"):
        site.visitor("secretary").get(f"/basis/articles/{address}", expect=404)


def test_the_differences_of_editions_say_new_and_tighter(site):
    page = site.visitor("secretary").get("/basis/compare")
    tags = texts(page.soup.select("main .tag"))
    assert {"新增", "更严", "改变", "取消"} <= set(tags)
    assert "六种材料存入本人人事档案" in page.text
    assert "正在办理的怎么办" in page.text


def test_the_other_way_round_and_nothing_to_compare(site):
    visitor = site.visitor("secretary")
    back = visitor.submit(
        visitor.get("/basis/compare"), "/basis/compare", old=str(NEWEST.edition), new=str(OLDEST.edition)
    )
    assert "放宽" in back.text
    same = visitor.get(f"/basis/compare?old={OLDEST.edition}&new={OLDEST.edition}")
    assert "请选两个不同的版本" in same.text
    visitor.get("/basis/compare?old=1999-01-01", expect=404)


def test_everything_is_said_in_english(site):
    visitor = site.visitor("organizer")
    visitor.client.set_cookie("jishi_lang", "en")
    assert "Pre-review by the superior committee" in visitor.get("/basis/steps/pre_review").heading
    assert "is no later than" in visitor.get("/basis/steps/admit").text
    assert "tighter" in visitor.get("/basis/compare").text
    assert "Application for admission" in visitor.get("/basis").text or "letter" in visitor.get("/basis").text
    assert NEWEST.title.en in visitor.get(f"/basis/articles/{NEWEST.edition}/13").text


def test_local_practice_binds_where_it_is_laid(site):
    laid = {
        "organization_id": site.bureau.organizations["一支部"][0],
        "overlay": "university",
        "from_on": date(2026, 9, 1),
    }
    with site.bureau.database.write() as connection:
        connection.execute(insert(OrganizationOverlay), laid)
    added = next(iter(LAWS.law.definitions.overlays["university"].add_steps))
    name = LAWS.law.definitions.overlays["university"].add_steps[added].zh
    assert name in site.visitor("secretary").get("/basis").text
    elsewhere = site.visitor("elsewhere")
    assert name not in elsewhere.get("/basis").text
    missed = elsewhere.submit(elsewhere.get("/basis"), "/basis/find", name=name, expect=422)
    assert "不适用于本组织" in missed.text
    assert name in elsewhere.get(f"/basis/steps/{added}").heading  # a case that moved may have taken it


def test_an_outline_keeps_what_is_indented_below_what_is_above():
    top = outline("head\n  【更严】one\n      detail\n  [new] two\n\nlast\n")
    assert [(item.text, len(item.below)) for item in top] == [("head", 2), ("last", 0)]
    assert top[0].below[0].label == ("更严", "tighter")
    assert top[0].below[0].below[0].text == "detail"
    assert top[0].below[1].text == "two"


def test_the_change_of_editions_is_told_with_the_cases_that_run(site):
    office = site.bureau
    office.open(date(2026, 4, 1))
    office.open(date(2026, 11, 1), name="示例二")
    page = site.visitor("secretary").get("/basis/editions")
    transitions = LAWS.law.definitions.transitions
    assert transitions is not None
    assert transitions.cut_overs["2026-05-11"].zh in page.text
    table = [texts(row.find_all(["th", "td"])) for row in page.soup.select("tbody tr")]
    assert [(row[0], row[-1]) for row in table] == [(f"{OLDEST.edition} 版", "1"), (f"{NEWEST.edition} 版", "1")]
    assert "没有在办的人" in site.visitor("elsewhere").get("/basis/editions").text


def test_who_sees_no_cases_is_told_no_numbers(site):
    site.bureau.open(date(2026, 11, 1))
    page = site.visitor("administrator").get("/basis/editions")
    assert "在办的人按版本" not in page.text
    assert "按哪一版判断" in page.text
