"""The form of a step: chosen, filled in, looked over, handed in; what waits for a second person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from tests.engine.office import LAWS
from tests.engine.stages import record, submissions, until, values
from tests.engine.test_lives import SEATS
from tests.web.forms import csrf, form_of, given, hand_in, kept, part
from tests.web.site import Site
from tests.web.visitor import Page, Visitor
from workflow.engine.forms import form_fields
from workflow.engine.requests import Confirm
from workflow.store.tables import Office

D = date
MEETING: dict[str, Any] = {
    "e.due": "20", "e.present": "18", "e.in_favour": "17", "e.against": "1", "e.ballot": "secret", "e.singly": "yes",
    "e.resolution": "决3",
}  # fmt: skip


def at(site: Site, step: str, on: date | None = None) -> str:
    """Return a case that has lived up to a step; the office's day is ``on``."""
    case = until(site.bureau, step)
    site.bureau.clock.day = on or site.bureau.clock.day
    return case


# ------------------------------------------------------------------ choosing


def test_a_step_that_can_end_in_one_way_goes_to_its_form_at_once(site: Site) -> None:
    case = at(site, "admit")
    page = site.visitor("organizer").get(f"/cases/{case}/steps/superior_talk")
    assert page.path == form_of(case, "superior_talk", "held")
    assert "上级党委派人谈话" in page.heading


def test_each_outcome_says_what_it_does(site: Site) -> None:
    case = at(site, "talk")
    secretary = site.visitor("secretary")
    page = secretary.get(f"/cases/{case}/steps/activist")
    for words in (
        "确定为入党积极分子 身份由“入党申请人”变为“入党积极分子”。",
        "退回补充材料 身份不变，仍为“入党申请人”。须写明理由。",
    ):
        assert words in page.text, words
    first = str(part(page, "a.btn-primary")["href"])
    assert secretary.get(first).path == form_of(case, "activist", "confirmed")


def test_what_is_for_others_says_who_may(site: Site) -> None:
    case = at(site, "examine")
    page = site.visitor("secretary").get(f"/cases/{case}/steps/pre_review")
    assert "您的职务现在没有可以办理的" in page.text
    assert "由以下组织办理：党委（党委（工委）书记、党委（工委）委员）；工委" in page.text
    assert "党委（党委（工委）书记" in site.visitor("secretary").get(
        form_of(case, "pre_review", "passed"), expect=403
    ).text  # fmt: skip


def test_all_that_can_be_done_where_the_case_stands_is_on_one_page(site: Site) -> None:
    case = at(site, "talk")
    page = site.visitor("secretary").get(f"/cases/{case}/steps")
    for words in ("确定为入党积极分子", "本人撤回申请", "程序到此结束"):
        assert words in page.text, words


def test_what_only_adds_is_not_offered_while_there_is_nothing_to_add_to(site: Site) -> None:
    case = site.bureau.open(D(2026, 5, 20)).case
    secretary = site.visitor("secretary")
    assert "再次谈话" not in secretary.get(f"/cases/{case}/steps").text
    assert secretary.get(f"/cases/{case}/steps/talk").path == form_of(case, "talk", "held")
    for path in (f"/cases/{case}", "/"):
        links = {a.get("href") for a in secretary.get(path).soup.find_all("a")}
        assert f"/cases/{case}/steps/talk" not in links, path  # there is no other way in which it could end
    site.bureau.take("secretary", case, "talk held", D(2026, 5, 20), evidence={"talker": "甲", "paper": "谈1"})
    assert "再次谈话" in secretary.get(f"/cases/{case}/steps").text


def test_another_way_in_which_a_step_ended_is_reached_from_the_form_of_the_only_one_that_fits(site: Site) -> None:
    case = at(site, "activist")
    secretary = site.visitor("secretary")
    form = secretary.get(f"/cases/{case}/steps/talk")
    assert form.path == form_of(case, "talk", "held")
    choice = secretary.get(form.link("请选择其他结果"))
    again = secretary.get(choice.link("党组织派人谈话：再次谈话"))
    assert again.path == form_of(case, "talk", "again")
    assert "登记为不合规" in again.text
    alone = site.visitor("organizer").get(form_of(at(site, "admit"), "superior_talk", "held"))
    assert "其他结果" not in alone.text  # it ends in no other way


def test_what_took_place_out_of_its_time_is_found_from_the_case(site: Site) -> None:
    case = at(site, "talk")
    secretary = site.visitor("secretary")
    steps = secretary.get(secretary.get(f"/cases/{case}").link("每一项是什么、由谁办"))
    told = part(steps, "details")
    links = {" ".join(a.get_text().split()): str(a["href"]) for a in told.find_all("a")}
    assert "指定培养联系人" in links
    assert "上级党委预审" not in links  # others do that
    page = secretary.get(secretary.get(links["指定培养联系人"]).link("指定培养联系人：已指定"))
    assert page.path == form_of(case, "contacts", "assigned")
    assert "现在的身份不能办理这一步" in page.text


def test_what_adds_to_nothing_and_did_happen_is_told_as_irregular(site: Site) -> None:
    case = at(site, "request", D(2028, 9, 6))
    secretary, address = site.visitor("secretary"), form_of(case, "convert", "reported")
    assert "决议已上报" not in secretary.get(f"/cases/{case}/steps").text
    page = secretary.get(f"/cases/{case}/steps/convert")
    assert "决议已上报" not in part(page, "ul.choices").get_text()
    assert page.link("支部大会讨论转正：决议已上报") == address
    refused = hand_in(secretary, address, expect=422, **given({"e.reported_on": "2028-09-05"}))
    assert "先由支部大会形成决议并登记" in refused.text
    assert "将如实登记为不合规" in secretary.submit(refused, address, button="do=irregular").text


def test_a_move_is_for_the_branch_to_which_the_case_is_offered_and_before_that_for_nobody(site: Site) -> None:
    case = at(site, "talk")
    secretary = site.visitor("secretary")
    before = part(secretary.get(f"/cases/{case}/steps/move"), "main").get_text()
    assert "先由转出党支部提出转出" in before
    assert "由以下组织办理" not in before
    site.bureau.offer("secretary", case, "二支部", site.bureau.clock.day)
    after = part(secretary.get(f"/cases/{case}/steps/move"), "main").get_text()
    assert "由以下组织办理：二支部（" in after
    assert part(site.visitor("elsewhere").get(f"/cases/{case}/steps/move"), "a.btn-primary")


# ------------------------------------------------------------------ who, and what is not there


def test_a_foreign_case_is_not_there_and_a_foreign_office_is_turned_away(site: Site) -> None:
    case = at(site, "talk")
    address = form_of(case, "activist", "confirmed")
    for path in (address, f"/cases/{case}/steps/activist", f"/cases/{case}/steps"):
        assert "没有编号为" in site.visitor("elsewhere").get(path, expect=404).text
    assert "这个页面" in site.visitor("watcher").get(address, expect=403).text
    assert "不能由您的职务办理" in site.visitor("approver").get(address, expect=403).text
    secretary = site.visitor("secretary")
    for path in ("/steps/none", "/steps/activist/none", "/steps/none/none"):
        assert "没有这个页面" in secretary.get(f"/cases/{case}{path}", expect=404).text


def test_nobody_gets_the_form_of_the_own_case(site: Site) -> None:
    case = site.bureau.open(D(2026, 11, 10), name="commissioner").case
    assert "不能办理本人的档案" in site.visitor("commissioner").get(form_of(case, "talk", "held"), expect=403).text


# ------------------------------------------------------------------ filled in


def test_a_step_is_looked_over_recorded_and_the_page_says_what_comes_next(site: Site) -> None:
    case = at(site, "apply", D(2026, 6, 1))
    secretary, address = site.visitor("secretary"), form_of(case, "talk", "held")
    check = hand_in(secretary, address, **given({"e.on": "2026年6月1日", "e.talker": "甲", "e.paper": "谈1"}))
    for words in ("派人谈话时间 2026年6月1日", "谈话人 甲", "身份不变", "接下来：推荐和确定入党积极分子"):
        assert words in check.text, words
    assert record(site.bureau, case).row.head.entries == 2
    done = secretary.submit(check, address, button="do=submit")
    assert done.path == f"/cases/{case}"
    assert (
        "已登记：党组织派人谈话（已谈话），现为“入党申请人”。 接下来：推荐和确定入党积极分子，由一支部办理" in done.text
    )
    assert f"/cases/{case}/entries/3/withdraw" in {a["href"] for a in done.soup.find_all("a", href=True)}
    assert values(site.bureau, case)["talk.on"] == D(2026, 6, 1)


@pytest.mark.parametrize(
    "text", ["2026-06-01", "2026年6月1日", "20260601", "2026.6.1", "２０２６／６／１", " 2026/06/01 "]
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    from web.act_form import read  # noqa: PLC0415 - only here

    edition = LAWS.law.editions[-1]
    assert read(edition, "talk", form_fields(edition, "talk", "held"), {"e.on": text}).occurred_on == "2026-06-01"


def test_faults_are_told_together_at_their_fields_and_nothing_typed_is_lost(site: Site) -> None:
    case = at(site, "talk")
    secretary, address = site.visitor("secretary"), form_of(case, "activist", "confirmed")
    typed: dict[str, Any] = {"e.on": "2026-13-01", "e.recommended_by": "党员推荐", "e.recommended_on": ""}
    page = hand_in(secretary, address, expect=422, **typed)
    links = {a["href"]: a.get_text() for a in part(page, ".error-summary").find_all("a")}
    assert set(links) == {"#f-e-on", "#f-e-recommended_on"}
    assert links["#f-e-recommended_on"] == "推荐时间：请填写"
    assert part(page, "#f-e-on")["aria-invalid"] == "true"
    assert kept(page, address).items() >= typed.items()
    assert "有误" in part(page, "title").get_text()


def test_a_day_that_has_not_come_is_refused_at_its_field(site: Site) -> None:
    case = at(site, "apply", D(2026, 6, 1))
    page = hand_in(
        site.visitor("secretary"), form_of(case, "talk", "held"), expect=422, **given({"e.on": "2026-06-02"})
    )
    assert "2026-06-02 尚未到来" in part(page, 'a[href="#f-e-on"]').get_text()


def test_whoever_decides_finds_all_that_is_wrong_in_the_record_one_link_away(site: Site) -> None:
    case = at(site, "examine")
    approver, address = site.visitor("approver"), form_of(case, "pre_review", "passed")
    day = site.bureau.clock.day.isoformat()
    check = hand_in(approver, address, **given({"e.on": day, "e.paper": "审1"}))
    assert approver.follow(check, "先看此人档案中的全部问题").status == 200


def test_a_return_needs_its_reason(site: Site) -> None:
    case = at(site, "talk", D(2026, 7, 1))
    secretary, address = site.visitor("secretary"), form_of(case, "activist", "returned")
    page = hand_in(secretary, address, expect=422, **given({"e.returned_on": "2026-07-01"}))
    assert part(page, 'a[href="#f-reason"]').get_text() == "请写明理由"
    check = secretary.submit(page, address, button="do=check", reason="推荐材料缺一份")
    assert "理由 推荐材料缺一份" in check.text
    secretary.submit(check, address, button="do=submit")
    last = record(site.bureau, case).entries[-1]
    assert (last.recorded.outcome, last.reason) == ("returned", "推荐材料缺一份")


def test_from_the_check_one_goes_back_to_change_something(site: Site) -> None:
    case = at(site, "apply", D(2026, 6, 1))
    secretary, address = site.visitor("secretary"), form_of(case, "talk", "held")
    check = hand_in(secretary, address, **given({"e.on": "2026-06-01", "e.talker": "甲"}))
    back = secretary.submit(check, address, button="do=edit")
    assert kept(back, address)["e.talker"] == "甲"
    again = secretary.submit(back, address, button="do=check", **given({"e.talker": "乙"}))
    assert "谈话人 乙" in again.text


def test_names_come_from_the_roster_for_whoever_keeps_it(site: Site) -> None:
    case = at(site, "file_activist")
    page = site.visitor("secretary").get(form_of(case, "contacts", "assigned"))
    assert [one["value"] for one in page.soup.find_all("option")] == ["甲", "乙", "丙"]
    assert part(page, "#f-e-name_1")["list"] == "people"
    met = at(site, "admit")
    assert site.visitor("organizer").get(form_of(met, "superior_talk", "held")).soup.find("datalist") is None


def test_the_first_lawful_day_stands_beside_the_day(site: Site) -> None:
    case = at(site, "file_activist")
    help_ = part(site.visitor("secretary").get(form_of(case, "list_target", "listed")), "#f-e-on-help")
    assert "◆ 最早可办日：2027年7月1日" in help_.get_text()


def test_the_last_lawful_day_stands_beside_the_day(site: Site) -> None:
    due = site.bureau.open(D(2026, 11, 10)).case
    site.bureau.clock.day = D(2026, 11, 12)
    help_ = part(site.visitor("secretary").get(form_of(due, "talk", "held")), "#f-e-on-help")
    assert "最迟：2026年12月10日" in help_.get_text()


def test_what_a_rule_demands_of_this_case_is_marked_and_comes_in_its_order(site: Site) -> None:
    case = at(site, "request", D(2028, 9, 6))
    secretary, address = site.visitor("secretary"), form_of(case, "convert", "converted")
    page = secretary.get(address)
    labels = [label.get_text() for label in page.soup.select("main form label[for^=f-e-]")]
    assert labels[:3] == ["听取党小组、党员和群众意见时间 必填", "支委会审查转正时间 必填", "转正大会时间 必填"]
    assert "推迟" not in page.text  # nobody moved in
    cause = secretary.get(form_of(case, "convert", "revoked"))
    assert "必填" not in part(cause, "label[for=f-e-heard_on]").get_text()


# ------------------------------------------------------------------ the vote


def test_figures_are_checked_while_typing_on_demand_and_when_handed_in_alike(site: Site) -> None:
    case = at(site, "fill_form", D(2027, 9, 6))
    secretary, address = site.visitor("secretary"), form_of(case, "admit", "passed")
    page = secretary.get(address)
    typed: dict[str, Any] = {**MEETING, "e.on": "2027-09-06", "e.in_favour": "10", "e.against": "9"}
    asked = part(page, "[hx-post]")
    assert asked["hx-post"] == f"{address}/vote"
    sent: dict[str, Any] = {**typed, "csrf_token": csrf(page)}
    live = BeautifulSoup(secretary.client.post(asked["hx-post"], data=sent).get_data(as_text=True), "html.parser")
    wrong = [one.get_text() for one in live.find_all("li")]
    assert len(wrong) == 2  # ten of twenty are no majority; nineteen votes of eighteen present
    assert any("须 11" in one or "11" in one for one in wrong), wrong
    shown = secretary.submit(page, address, button="do=vote", **typed)  # without scripts
    assert [one.get_text() for one in part(shown, "#vote-says").find_all("li")] == wrong
    assert kept(shown, address)["e.against"] == "9"
    refused = secretary.submit(shown, address, expect=422, button="do=check")
    assert len(refused.soup.select(".reasons > li")) == 2
    right = secretary.submit(page, address, button="do=vote", **{**MEETING, "e.on": "2027-09-06"})
    assert "人数与票数符合规定" in right.text
    assert "请填写" not in right.text  # counting is no submission


def test_a_vote_is_counted_only_in_cases_of_the_scope(site: Site) -> None:
    case = at(site, "fill_form")
    page = site.visitor("secretary").get(form_of(case, "admit", "passed"))
    token = csrf(page)
    address = f"{form_of(case, 'admit', 'passed')}/vote"
    assert site.visitor("secretary").client.post(address, data={"csrf_token": token}).status_code == 200
    assert site.visitor("secretary").client.post(address, data={}).status_code == 400
    elsewhere = site.visitor("elsewhere")
    token = csrf(elsewhere.get("/cases/new"))
    assert elsewhere.client.post(address, data={"csrf_token": token}).status_code == 404


# ------------------------------------------------------------------ what needs a second person


def late_talk(site: Site) -> tuple[str, Visitor, Page]:
    """Look over a talk that comes a day late; return the case, who does, and the page."""
    case = at(site, "apply", D(2026, 6, 21))
    secretary = site.visitor("secretary")
    return case, secretary, hand_in(secretary, form_of(case, "talk", "held"), **given({"e.on": "2026-06-21"}))


def test_what_comes_late_asks_for_a_reason_and_says_who_may_confirm(site: Site) -> None:
    case, secretary, check = late_talk(site)
    for words in (
        "须说明理由并由第二人复核",
        "一个月内派人谈话",
        "第7条",
        "commissioner（一支部 组织委员）",
        "提交复核",
    ):
        assert words in check.text, words
    blank = secretary.submit(check, "/talk/held", expect=422, button="do=submit", reason="  ")
    assert "请写明理由" in part(blank, ".error-summary").get_text()
    waits = secretary.submit(blank, "/talk/held", button="do=submit", reason="谈话人出差")
    proposal = int(waits.path.rpartition("/")[2])
    assert waits.path == f"/cases/{case}/proposals/{proposal}"
    for words in (
        "等待第二人复核",
        "commissioner（一支部 组织委员）",
        "理由 谈话人出差",
        "收到入党申请书后一个月内派人谈话",
    ):
        assert words in waits.text, words
    assert record(site.bureau, case).row.head.entries == 2
    assert [button.get_text(strip=True) for button in waits.soup.select("main button[name=do]")] == ["收回"]
    other = site.visitor("commissioner").get(waits.path)
    assert [button.get_text(strip=True) for button in other.soup.select("main button[name=do]")] == ["确认", "退回"]
    site.bureau.submit("commissioner", Confirm(key="c-1", case=case, seen=2, proposal=proposal))
    assert "这一事项已经处理" in secretary.get(waits.path).text


def test_the_same_click_twice_waits_once(site: Site) -> None:
    _, secretary, check = late_talk(site)
    one, other = (secretary.submit(check, "/talk/held", button="do=submit", reason="出差") for _ in range(2))
    assert one.path == other.path
    assert [row[1] for row in submissions(site.bureau)][-1] == "waiting"


# ------------------------------------------------------------------ several at once


def test_whoever_comes_second_sees_what_is_new_and_keeps_what_was_typed(site: Site) -> None:
    case = at(site, "talk", D(2026, 7, 1))
    secretary, address = site.visitor("secretary"), form_of(case, "activist", "confirmed")
    typed: dict[str, Any] = {"e.on": "2026-07-01", "e.recommended_by": "党员推荐", "e.recommended_on": "2026-06-20"}
    check = hand_in(secretary, address, **typed)
    site.bureau.take("commissioner", case, "talk again", D(2026, 7, 1))
    moved = secretary.submit(check, address, expect=409, button="do=submit")
    assert "在您打开之后有了变化：第4条办理：党组织派人谈话（再次谈话）" in moved.text
    assert kept(moved, address).items() >= typed.items()
    done = secretary.submit(secretary.submit(moved, address, button="do=check"), address, button="do=submit")
    assert "已登记" in done.text
    assert record(site.bureau, case).row.state == "activist"


def test_the_same_click_twice_records_once(site: Site) -> None:
    case = at(site, "apply", D(2026, 6, 1))
    secretary, address = site.visitor("secretary"), form_of(case, "talk", "held")
    check = hand_in(secretary, address, **given({"e.on": "2026-06-01"}))
    one, other = (secretary.submit(check, address, button="do=submit") for _ in range(2))
    assert one.path == other.path == f"/cases/{case}"
    assert "已登记" in other.text
    assert record(site.bureau, case).row.head.entries == 3


# ------------------------------------------------------------------ all of them


def test_every_form_opens_in_both_languages_to_whoever_may(site: Site) -> None:
    case = at(site, "superior_talk")
    edition, opened = LAWS.law.editions[-1], 0
    for step, definition in edition.steps.items():
        for outcome in definition.outcomes:
            body = (
                ((definition.outcomes[outcome].by or definition.by)[0]) if not definition.power else definition.power[0]
            )
            visitor = site.visitor(SEATS.get(body, "department"))
            visitor.client.set_cookie("jishi_lang", ("zh", "en")[opened % 2])
            page = visitor.get(form_of(case, step, outcome), expect=None)
            assert page.status == 200 or step == "move", page.text  # nobody has offered the case
            opened += page.status == 200
    assert opened > 50


def test_in_english_everything_is_said_in_english(site: Site) -> None:
    case = at(site, "talk", D(2026, 7, 1))
    secretary, address = site.visitor("secretary"), form_of(case, "activist", "confirmed")
    secretary.client.set_cookie("jishi_lang", "en")
    choice = secretary.get(f"/cases/{case}/steps/activist")
    assert "The case moves from “applicant” to “activist”." in choice.text
    typed: dict[str, Any] = {"e.on": "2026-07-01", "e.recommended_by": "members", "e.recommended_on": ""}
    page = hand_in(secretary, address, expect=422, **typed)
    assert "1 to mend" in page.text
    check = secretary.submit(page, address, button="do=check", **given({"e.recommended_on": "2026-06-20"}))
    assert "What comes of it The case moves from “applicant” to “activist”." in check.text
    done = secretary.submit(check, address, button="do=submit")
    assert "Recorded: " in done.text


def test_what_somebody_proposed_who_has_left_can_still_be_declined(site: Site) -> None:
    case = at(site, "apply", D(2026, 7, 5))
    opened = site.bureau.take("secretary", case, "talk held", D(2026, 7, 4), reason="谈话人出差")
    left = update(Office).where(Office.id == site.bureau.people["secretary"].office_id)
    with site.bureau.database.write() as connection:
        connection.execute(left.values(until_on=D(2026, 7, 4)))
    address = f"/cases/{case}/proposals/{opened.proposal}"
    page = site.visitor("commissioner").get(address)
    assert "已不再担任该职务" in page.text
    assert "请管理员任命" not in page.text
    assert not page.soup.select("button[value=confirm]")
    done = site.visitor("commissioner").submit(page, address, button="do=decline", reason="请现任人员重新提交")
    assert "已退回" in done.text
