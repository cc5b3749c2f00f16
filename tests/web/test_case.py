"""全程纪实: where a case stands, what to do and why, what happened, what is hidden; the days to come."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select

from tests.engine.stages import VOTE, imported, until, walk
from tests.statements import statements
from tests.web.visitor import texts, words
from workflow.case.values import Value
from workflow.store.tables import Entry, LogEntry

D = date.fromisoformat
APPLIED = D("2026-06-01")


def section(page, name):
    """Return the part of a page under a heading."""
    heading = page.soup.find(id=name)
    assert heading is not None, f"no heading {name!r}; there are {texts(page.soup.find_all(['h2', 'h3']))}"
    return heading.find_parent("section")


def entry(page, number):
    """Return an entry of the history."""
    return page.soup.find(id=f"entry-{number}")


def noted(site):
    """Return what was noted in the record of access, each with whether it speaks of a case."""
    with site.bureau.database.read() as connection:
        rows = connection.execute(select(LogEntry.act, LogEntry.case_id).order_by(LogEntry.id))
        return [(row.act, row.case_id is not None) for row in rows if not row.act.startswith("sign_in")]


def test_the_card_says_what_to_do_who_by_when_why_and_with_which_papers(site):
    case = until(site.bureau, "pre_review")
    page = site.visitor("secretary").get(f"/cases/{case}")
    card = section(page, "now-title")
    said = words(card)
    assert "支部大会讨论" in said
    assert "一支部" in said
    assert "由您办理" in said
    assert "最迟 2027年9月20日" in said
    assert "预审合格后一个月内提交支部大会讨论" in said
    assert "第19条" in said
    papers = texts(card.select(".now-papers li"))
    assert {"接收应到 必填", "接收实到 必填", "接收赞成 必填"} <= set(papers)
    assert [one for one in papers if "必填" not in one] == ["支部大会决议编号"]
    assert card.find("a", string=lambda text: text and "第19条" in text)["href"] == "/basis/steps/admit"
    (button,) = card.select("a.btn-primary")
    assert button["href"] == f"/cases/{case}/steps/admit/passed"
    assert card.find("a", href=f"/cases/{case}/steps/admit")  # the choice: another outcome is possible
    assert "填写入党志愿书" in words(section(page, "also"))


def test_what_a_rule_demands_of_this_very_case_is_marked_as_on_the_form(site):
    case = until(site.bureau, "approve_conversion")
    committee = site.visitor("approver")
    listed = texts(section(committee.get(f"/cases/{case}"), "now-title").select(".now-papers li"))
    form = committee.get(f"/cases/{case}/steps/archive/filed").soup
    marked = [words(one) for one in form.select("main label") if one.find(class_="required")]
    assert len(listed) == 6  # article 36; none of them is required but by its rule
    assert listed == marked[1:]  # after the day


def test_a_step_that_later_ones_have_left_behind_is_not_to_come(site):
    site.bureau.clock.day = D("2026-06-01")
    past = {"apply": {"on": D("2025-01-01")}, "activist": {"on": D("2025-06-01")}}
    case = imported(site.bureau, "left", past)
    said = words(section(site.visitor("secretary").get(f"/cases/{case}"), "steps"))
    assert "2 党组织派人谈话 ■ 问题 1 个 ○ 未登记" in said
    assert "5 指定培养联系人 ○ 不再办理" in said
    going = imported(site.bureau, "activist", past)
    said = words(section(site.visitor("secretary").get(f"/cases/{going}"), "steps"))
    assert "25 材料归档 ○ 未到" in said


def test_what_an_entry_holds_is_told_in_the_order_in_which_it_is_done(site):
    vote: dict[str, Value] = {
        "written": 0,
        "against": 2,
        "due": 30,
        "in_favour": 28,
        "on": D("2026-05-10"),
        "present": 30,
    }
    case = imported(site.bureau, "meeting_passed", {"admit": vote})
    history = section(site.visitor("secretary").get(f"/cases/{case}"), "history")
    (entry,) = [one for one in history.select(".event-body") if "支部大会讨论" in words(one)]
    assert texts(entry.find_all("dt")) == [
        "接收大会时间", "接收应到", "接收实到", "接收书面意见", "接收赞成", "接收反对",
    ]  # fmt: skip


def test_whose_turn_it_is_is_said_to_whom_it_is_not(site):
    case = until(site.bureau, "superior_talk")
    for login, turn in (("secretary", False), ("approver", True), ("organizer", False), ("watcher", False)):
        card = section(site.visitor(login).get(f"/cases/{case}"), "now-title")
        assert "上级党委审批" in words(card), login
        assert "谁办 党委" in words(card)
        assert ("由您办理" in words(card)) is turn, login
        assert bool(card.select("a.btn-primary")) is turn, login


def test_what_cannot_be_done_yet_stands_apart_and_what_was_done_is_folded_away(site):
    case = until(site.bureau, "oath")
    page = site.visitor("secretary").get(f"/cases/{case}")
    (later,) = [one for one in section(page, "ahead").select("li.task") if "转正" in words(one)]
    assert "◆ 太早（最早可办 " in words(later)
    assert "最迟" not in words(later)
    assert not later.select("a.btn")
    assert "太早" not in words(section(page, "now-title"))
    done = [one for one in section(page, "side-further").select("details li") if "入党宣誓" in words(one)]
    assert all("已于 " in words(one) for one in done)
    assert done


def test_a_stage_with_an_open_step_is_not_done(site):
    case = until(site.bureau, "pre_review")
    page = site.visitor("secretary").get(f"/cases/{case}")
    open_steps = {words(one.select_one(".step-name")) for one in page.soup.select("li.step-now")}
    for stage, group in zip(page.soup.select(".stage"), page.soup.select(".step-group"), strict=True):
        left = {words(one.select_one(".step-name")) for one in group.select("li.step")} & open_steps
        assert not (left and words(stage.select_one(".stage-mark")) == "✓"), words(stage)


def test_the_steps_are_grouped_by_stage_and_what_is_done_is_folded(site):
    case = until(site.bureau, "cultivate")
    page = site.visitor("secretary").get(f"/cases/{case}")
    assert texts(page.soup.select(".stage .stage-name"))[0] == "申请入党"
    assert [words(one) for one in page.soup.select('[aria-current="step"] .stage-name')] != []
    steps = section(page, "steps")
    assert len(steps.select("li.step")) == 25
    folded = steps.select("details li.step")
    assert {"递交入党申请书", "党组织派人谈话"} <= {words(one.select_one(".step-name")) for one in folded}
    done = folded[0]
    assert "✓ 已完成" in words(done)
    assert "2026年5月20日" in words(done)
    assert done.find("a")["href"] == "#entry-2"
    ahead = next(one for one in steps.select("li.step") if "支部大会讨论转正" in words(one))
    assert "○ 未到" in words(ahead)
    assert "（推算）" in words(ahead)


def test_history_is_newest_first_with_both_times_and_who_in_which_office(site):
    case = site.bureau.open(APPLIED, name="李芳").case
    site.bureau.clock.day = D("2026-06-20")
    site.bureau.take("secretary", case, "talk held", D("2026-06-10"), evidence={"talker": "甲", "paper": "谈1"})
    page = site.visitor("secretary").get(f"/cases/{case}")
    newest = page.soup.select("ol.timeline > li")[0]
    assert newest["id"] == "entry-3"
    assert words(newest.select_one(".event-day")) == "2026年6月10日"
    assert "登记 2026年6月20日 12:00" in words(newest)
    assert "secretary（一支部 支部书记）" in words(newest)
    assert "谈话记录编号 谈1" in words(newest)
    assert newest.select_one(".event-do a")["href"] == f"/cases/{case}/entries/3/correct"


def test_a_correction_stands_beside_what_it_corrects(site):
    case = until(site.bureau, "talk")
    site.bureau.confirm("commissioner", site.bureau.correct("secretary", case, 3, {"talker": "乙"}, reason="写错了"))
    page = site.visitor("secretary").get(f"/cases/{case}")
    (row,) = entry(page, 4).select(".compare tbody tr")
    assert texts(row.find_all(["th", "td"])) == ["谈话人", "未登记", "乙"]
    assert "理由：写错了" in words(entry(page, 4))
    assert "复核 commissioner" in words(entry(page, 4))
    assert "已更正" in words(entry(page, 3))
    assert entry(page, 3).find("a", string="第 4 条")["href"] == "#entry-4"


def test_what_was_withdrawn_is_struck_through_and_said_so_in_words(site):
    case = until(site.bureau, "talk")
    before = site.visitor("secretary").get(f"/cases/{case}")
    assert f"/cases/{case}/entries/3/withdraw" in {str(a["href"]) for a in entry(before, 3).find_all("a")}
    site.bureau.withdraw("secretary", case, 3)
    page = site.visitor("secretary").get(f"/cases/{case}")
    assert "党组织派人谈话" in words(entry(page, 3).find("del"))
    assert "已撤回" in words(entry(page, 3))
    assert not entry(page, 3).select(".event-do")
    assert "登记错误" in words(entry(page, 4))


def test_only_who_recorded_is_offered_to_amend(site):
    case = until(site.bureau, "file_activist")
    for login, own in (("secretary", 4), ("approver", 5), ("watcher", None)):
        page = site.visitor(login).get(f"/cases/{case}")
        offered = {one["id"] for one in page.soup.select("ol.timeline > li") if one.select(".event-do")}
        assert ("entry-4" in offered, "entry-5" in offered) == (own == 4, own == 5)


def test_findings_show_the_article_and_the_evidence(site):
    case = site.bureau.open(APPLIED, name="李芳").case
    site.bureau.clock.day = D("2026-07-10")
    page = site.visitor("secretary").get(f"/cases/{case}")
    (finding,) = section(page, "broken").select("li.finding")
    assert "■ 不合规定" in words(finding)
    assert "收到入党申请书后一个月内派人谈话" in words(finding)
    assert "期限 2026-07-01" in words(finding)
    assert finding.find("a")["href"] == "/basis/steps/talk"
    assert "■ 超期 9 天" in words(section(page, "now-title"))


def test_what_took_place_irregularly_is_marked(site):
    *_, (case, _) = walk(site.bureau, "pre_review")
    site.bureau.take("secretary", case, "fill_form filled", D("2027-08-20"))
    vote = VOTE | {"present": 9, "in_favour": 9, "against": 0}
    answer = site.bureau.take("secretary", case, "admit passed", D("2027-09-01"), evidence=vote, irregular=True,
                              reason="到会人数不够")  # fmt: skip
    page = site.visitor("commissioner").get(f"/cases/{case}")
    (waits,) = section(page, "waits").select("li.task")
    assert "如实登记为不合规" in words(waits)
    assert "可以复核" in words(waits)
    assert waits.select_one(".task-do a")["href"] == f"/cases/{case}/proposals/{answer.proposal}"
    site.bureau.confirm("commissioner", answer)
    after = site.visitor("secretary").get(f"/cases/{case}")
    newest = after.soup.select("ol.timeline > li")[0]
    assert "不合规，不产生效力" in words(newest)
    assert "登记时已知不合规定" in words(newest)


def test_what_else_can_be_recorded_is_listed_quietly(site):
    case = until(site.bureau, "talk")
    further = section(site.visitor("secretary").get(f"/cases/{case}"), "side-further")
    links = {words(a): str(a["href"]) for a in further.find_all("a")}
    assert links["转往其他支部"] == f"/cases/{case}/offer"
    assert links["退出程序（本人撤回、去世、除名等）"] == f"/cases/{case}/steps/leave"
    assert "凭原始材料补充导入前的步骤" not in links  # nothing of it was imported
    watching = site.visitor("watcher").get(f"/cases/{case}")
    assert watching.soup.find(id="side-further") is None


def test_an_offered_case_can_be_taken_over_from_its_page(site):
    case = until(site.bureau, "talk")
    site.bureau.offer("secretary", case, "二支部", site.bureau.clock.day)
    theirs = site.visitor("elsewhere").get(f"/cases/{case}")
    assert theirs.link("接收或者退回") == f"/cases/{case}/steps/move"
    ours = site.visitor("secretary").get(f"/cases/{case}")
    assert "已提出转往：二支部" in ours.text
    assert "转往其他支部" not in ours.text


def test_the_day_of_birth_is_hidden_until_somebody_asks_and_that_is_noted(site):
    case = until(site.bureau, "talk")
    page = site.visitor("secretary").get(f"/cases/{case}")
    assert "2000 年" in page.text
    assert "2000年2月10日" not in page.text
    assert "2000-02-10" not in page.response.get_data(as_text=True)
    shown = site.visitor("secretary").submit(page, "/born")
    assert shown.text.count("2000年2月10日") == 2  # beside the name, and in the entry that opened the case
    assert noted(site) == [("case_read", True), ("value_revealed", True)]


def test_every_reading_is_noted_and_a_foreign_case_is_not_there(site):
    case = until(site.bureau, "talk")
    visitor = site.visitor("watcher")
    for path in ("", "/plan", "/sheet"):
        visitor.get(f"/cases/{case}{path}")
    assert noted(site) == [("case_read", True), ("case_read", True), ("case_printed", True)]
    for path in ("", "/plan", "/sheet"):
        foreign = site.visitor("elsewhere").get(f"/cases/{case}{path}", expect=404)
        nobody = site.visitor("elsewhere").get(f"/cases/2026-999999{path}", expect=404)
        assert foreign.text.replace(case, "N") == nobody.text.replace("2026-999999", "N")
        site.visitor("administrator").get(f"/cases/{case}{path}", expect=403)
    assert len(noted(site)) == 3


def test_the_page_is_complete_in_english(site):
    case = until(site.bureau, "pre_review")
    visitor = site.visitor("secretary")
    visitor.client.set_cookie("jishi_lang", "en")
    page = visitor.get(f"/cases/{case}")
    assert "What to do now" in page.text
    assert "Discussion by the general meeting" in words(section(page, "now-title"))
    assert "The record" in page.text
    for tag in page.soup.select("h2, h3, dt, .btn, summary, th, .light, .tag, .side-hint"):
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in words(tag)), words(tag)
    for path in ("/plan", "/sheet"):
        other = visitor.get(f"/cases/{case}{path}")
        for tag in other.soup.select("h2, th:not(.sheet-whose th), .btn, .light, .tag, .notice"):
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in words(tag)), words(tag)


def test_the_whole_life_can_be_read_at_its_end(site):
    case = until(site.bureau, "archive")
    page = site.visitor("secretary").get(f"/cases/{case}")
    assert "正式党员" in page.text
    assert len(section(page, "steps").select("li.step-done")) == 25
    assert len(page.soup.select("ol.timeline > li")) == site.bureau.seen(case)


def test_supposed_days_move_what_follows_and_are_never_written(site):
    case = until(site.bureau, "pre_review")
    visitor = site.visitor("secretary")
    page = visitor.get(f"/cases/{case}/plan")
    assert "最早" in page.text
    assert "转正大会时间" in page.text
    with site.bureau.database.read() as connection:
        before = connection.scalars(select(Entry.id)).all()
    moved = visitor.submit(page, f"/cases/{case}/plan", **{"admit.on": "2027年9月1日"})
    (row,) = [one for one in moved.soup.select("tbody tr") if "支部大会讨论转正" in words(one)]
    assert "2028年9月1日" in words(row)
    assert moved.soup.find("input", attrs={"name": "admit.on"})["value"] == "2027年9月1日"
    with site.bureau.database.read() as connection:
        assert connection.scalars(select(Entry.id)).all() == before


def test_a_supposed_day_that_is_none_is_said_and_kept(site):
    case = until(site.bureau, "pre_review")
    page = site.visitor("secretary").get(f"/cases/{case}/plan?admit.on=2027-13-40&nothing=1&apply.on=2020-01-01")
    summary = page.soup.select_one(".error-summary")
    assert len(summary.select("li")) == 1
    assert summary.find("a")["href"] == "#f-admit-on"
    assert page.soup.find("input", attrs={"name": "admit.on"})["value"] == "2027-13-40"


@pytest.mark.parametrize("step", ["talk", "pre_review", "archive"])
def test_the_case_takes_a_flat_number_of_queries(site, step):
    case = until(site.bureau, step)
    visitor = site.visitor("secretary")
    with statements(Engine, "SELECT") as queries:
        visitor.get(f"/cases/{case}")
    assert len(queries) <= 12, queries
