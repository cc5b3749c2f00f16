"""Amending the record through the pages, and what the second person sees of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from tests.engine.stages import imported, record, until, values
from tests.engine.test_amend import rosterless
from tests.web.forms import given, hand_in, kept, part
from tests.web.site import Site
from tests.web.visitor import Page
from workflow.store.tables import LogEntry, SubmissionStatus

D = date
TALK = 3  # the entry of the talk


def address(case: str, what: str = "correct", entry: int = TALK) -> str:
    """Return the address of a form that amends an entry."""
    return f"/cases/{case}/entries/{entry}/{what}"


def corrected(site: Site, case: str, **fields: str) -> Page:
    """Propose to correct the talk through the pages; return the page of what waits."""
    secretary = site.visitor("secretary")
    check = hand_in(secretary, address(case), reason="笔误", **given({"e.talker": "乙", **fields}))
    return secretary.submit(check, address(case), button="do=submit")


def test_a_correction_shows_old_and_new_waits_and_is_confirmed(site: Site) -> None:
    case = rosterless(site.bureau)
    secretary = site.visitor("secretary")
    form = secretary.get(address(case))
    assert kept(form, address(case)).items() >= {"e.on": "2026-06-10", "e.talker": "甲", "e.paper": "谈1"}.items()
    check = secretary.submit(form, address(case), button="do=check", reason="笔误", **given({"e.talker": "乙"}))
    assert "谈话人 甲 乙" in part(check, ".compare").get_text(" ", strip=True)
    assert "谈1" not in part(check, ".compare").get_text()
    assert "commissioner（一支部 组织委员）" in check.text
    waits = secretary.submit(check, address(case), button="do=submit")
    assert waits.path.startswith(f"/cases/{case}/proposals/")
    assert "收回" in waits.text
    page = site.visitor("commissioner").get(waits.path)
    for words in ("谈话人", "甲", "乙", "笔误", "secretary · 一支部"):
        assert words in page.text, words
    done = site.visitor("commissioner").submit(page, waits.path, button="do=confirm")
    assert done.path == f"/cases/{case}"
    assert "已复核并登记（第4条）" in done.text
    assert values(site.bureau, case)["talk.talker"] == "乙"
    assert "登记为第4条" in secretary.get(waits.path).text


def test_only_what_changed_is_sent_and_nothing_changed_is_said(site: Site) -> None:
    case = rosterless(site.bureau)
    secretary = site.visitor("secretary")
    page = hand_in(secretary, address(case), expect=422)
    assert "没有改动任何内容" in page.text
    assert part(page, 'a[href="#f-reason"]').get_text() == "请写明理由"
    waits = corrected(site, case, **given({"e.paper": ""}))
    asked = record(site.bureau, case)
    assert asked.row.head.entries == TALK  # it waits
    commissioner = site.visitor("commissioner")
    commissioner.submit(commissioner.get(waits.path), waits.path, button="do=confirm")
    last = record(site.bureau, case).entries[-1].recorded
    assert (dict(last.evidence), last.occurred_on) == ({"talker": "乙", "paper": None}, None)


def test_a_true_day_that_breaks_a_rule_is_shown_before_it_is_handed_in(site: Site) -> None:
    case = rosterless(site.bureau)
    site.bureau.clock.day = D(2026, 7, 1)
    check = hand_in(site.visitor("secretary"), address(case), reason="日期写错", **given({"e.on": "2026年6月25日"}))
    assert "2026年6月10日 2026年6月25日" in part(check, ".compare").get_text(" ", strip=True)
    assert "这样与规定不符，会一并记录" in check.text
    assert "一个月内派人谈话" in check.text


def test_the_second_person_declines_with_a_reason_and_the_proposer_takes_back(site: Site) -> None:
    case = rosterless(site.bureau)
    waits = corrected(site, case)
    commissioner = site.visitor("commissioner")
    page = commissioner.get(waits.path)
    blank = commissioner.submit(page, waits.path, expect=422, button="do=decline")
    assert part(blank, 'a[href="#f-reason"]').get_text() == "请写明退回的理由"
    done = commissioner.submit(blank, waits.path, button="do=decline", reason="材料上是甲")
    assert "已退回，没有登记任何内容" in done.text
    assert "已退回，并说明了理由" in commissioner.get(waits.path).text
    assert record(site.bureau, case).row.head.entries == TALK
    again = corrected(site, case)
    assert again.path != waits.path
    back = site.visitor("secretary").submit(again, again.path, button="do=back")
    assert "已收回" in back.text
    assert "提交人已经收回" in commissioner.get(again.path).text


def test_whoever_may_not_confirm_is_told_why_and_who_may(site: Site) -> None:
    case = rosterless(site.bureau)
    waits = corrected(site, case)
    page = site.visitor("watcher").get(waits.path)
    assert "您不能复核" in page.text
    assert "commissioner（一支部 组织委员）" in page.text
    assert page.soup.find("button", attrs={"value": "confirm"}) is None
    assert "没有编号为" in site.visitor("elsewhere").get(waits.path, expect=404).text
    nothing = site.visitor("commissioner").get(f"/cases/{case}/proposals/99999", expect=404)
    assert "没有等待复核的这一事项" in nothing.text


def test_what_became_stale_can_only_be_declined(site: Site) -> None:
    case = site.bureau.open(D(2026, 5, 20)).case
    late = site.bureau.take("secretary", case, "talk held", D(2026, 6, 21), reason="谈话人出差")
    page = site.visitor("commissioner").get(f"/cases/{case}/proposals/{late.proposal}")
    for words in ("收到入党申请书后一个月内派人谈话", "谈话人出差", "确认", "退回"):
        assert words in page.text, words
    site.bureau.take("commissioner", case, "leave withdrew", D(2026, 6, 21), reason="本人申请")
    page = site.visitor("commissioner").get(f"/cases/{case}/proposals/{late.proposal}")
    assert "提交之后此人的档案有了变化" in page.text
    assert page.soup.find("button", attrs={"value": "confirm"}) is None


def test_an_irregular_act_shows_what_it_breaks_to_whoever_confirms_it(site: Site) -> None:
    case = until(site.bureau, "talk")
    told = site.bureau.take(
        "secretary", case, "contacts assigned", D(2026, 7, 1), irregular=True, reason="确已指定",
        evidence={"name_1": "甲", "name_2": "乙"},
    )  # fmt: skip
    page = site.visitor("commissioner").get(f"/cases/{case}/proposals/{told.proposal}")
    for words in ("如实登记为“确已办理，但不合规”", "违反以下规定", "当时的身份不能办理", "甲", "确已指定"):
        assert words in page.text, words
    done = site.visitor("commissioner").submit(page, page.path, button="do=confirm")
    assert "已复核并登记" in done.text


def test_the_own_last_entry_is_withdrawn_with_a_reason(site: Site) -> None:
    case = rosterless(site.bureau)
    secretary = site.visitor("secretary")
    page = secretary.get(address(case, "withdraw"))
    blank = secretary.submit(page, "/withdraw", expect=422)
    assert "请写明理由" in part(blank, ".error-summary").get_text()
    done = secretary.submit(blank, "/withdraw", reason="登记错了人")
    assert done.path == f"/cases/{case}"
    assert "已撤回第3条，现为“入党申请人”" in done.text
    assert site.bureau.kinds(case)[-1] == ("withdrawal", "talk", None)


def test_after_its_day_a_withdrawal_waits_and_what_others_followed_cannot_be_withdrawn(site: Site) -> None:
    case = rosterless(site.bureau)
    site.bureau.clock.day = D(2026, 6, 11)
    secretary = site.visitor("secretary")
    page = secretary.get(address(case, "withdraw"))
    assert "须由第二人复核后撤回" in page.text
    waits = secretary.submit(page, "/withdraw", reason="登记错了人")
    assert waits.path.startswith(f"/cases/{case}/proposals/")
    assert record(site.bureau, case).row.head.entries == TALK
    confirmed = site.visitor("commissioner").submit(
        site.visitor("commissioner").get(waits.path), waits.path, button="do=confirm"
    )
    assert "已复核并登记（第4条）" in confirmed.text
    other = rosterless(site.bureau)
    shown = site.visitor("commissioner").get(address(other, "withdraw"))
    assert "只能撤回自己最后登记的一条" in shown.text
    assert shown.soup.find("form", action=lambda text: text and text.endswith("/withdraw")) is None


def test_a_case_is_offered_to_a_branch_by_its_name_and_the_offer_taken_back(site: Site) -> None:
    case = until(site.bureau, "activist")
    secretary = site.visitor("secretary")
    page = secretary.get(f"/cases/{case}/offer")
    wrong = secretary.submit(page, "/offer", expect=422, to="三支部")
    assert "没有这个党支部" in part(wrong, 'a[href="#f-to"]').get_text()
    done = secretary.submit(wrong, "/offer", to="二支部")
    assert "已提出转往“党委 二支部”" in done.text
    assert site.visitor("elsewhere").get(f"/cases/{case}").status == 200
    number = record(site.bureau, case).row.head.entries
    back = secretary.submit(secretary.get(address(case, "withdraw", number)), "/withdraw", reason="不转了")
    assert f"已撤回第{number}条" in back.text


def test_what_an_import_lacks_is_attested_with_its_paper(site: Site) -> None:
    case = imported(site.bureau, "activist", {"apply": {"on": D(2024, 1, 10)}, "activist": {"on": D(2024, 9, 1)}})
    secretary = site.visitor("secretary")
    steps = secretary.get(f"/cases/{case}/supplement")
    assert "党组织派人谈话" in steps.text
    place = f"/cases/{case}/supplement?step=talk"
    assert place in {a["href"] for a in steps.soup.find_all("a", href=True)}
    typed: dict[str, Any] = {"e.on": "2024-02-01", "e.talker": "甲", "reason": "谈话记录在档"}
    lacking = hand_in(secretary, place, expect=422, **typed)
    assert "补充证明须写明材料编号" in lacking.text
    check = secretary.submit(lacking, "/supplement", button="do=check", **given({"e.paper": "谈7"}))
    assert "谈7" in part(check, ".compare").get_text()
    waits = secretary.submit(check, "/supplement", button="do=submit")
    commissioner = site.visitor("commissioner")
    commissioner.submit(commissioner.get(waits.path), waits.path, button="do=confirm")
    assert values(site.bureau, case)["talk.paper"] == "谈7"
    lived = until(site.bureau, "talk")
    assert "全程在本系统办理" in secretary.get(f"/cases/{lived}/supplement", expect=422).text


def test_a_day_of_birth_is_corrected_without_being_shown_and_looked_at_with_a_note(site: Site) -> None:
    case = rosterless(site.bureau)
    secretary, commissioner = site.visitor("secretary"), site.visitor("commissioner")
    form = secretary.get(address(case, entry=1))
    assert "2000" not in str(form.form("/correct"))
    true = given({"e.person.born_on": "2000-03-10"})
    check = secretary.submit(form, "/correct", button="do=check", reason="档案", **true)
    waits = secretary.submit(check, "/correct", button="do=submit")
    page = commissioner.get(waits.path)
    assert "〔已隐去〕" in page.text
    assert "2000年3月10日" not in page.text
    token = part(page, 'main form input[name="csrf_token"]')["value"]
    answer = commissioner.client.post(waits.path, data={"csrf_token": token, "do": "reveal"})
    assert "2000年3月10日" in answer.get_data(as_text=True)
    with site.bureau.database.read() as connection:
        noted = connection.scalars(select(LogEntry.act).order_by(LogEntry.id.desc()).limit(2)).all()
    assert list(noted) == ["value_revealed", "case_read"]


def test_forms_are_shut_to_other_offices_and_cases(site: Site) -> None:
    case = rosterless(site.bureau)
    for what in (address(case), address(case, "withdraw"), f"/cases/{case}/offer", f"/cases/{case}/supplement"):
        assert "没有编号为" in site.visitor("elsewhere").get(what, expect=404).text
        assert site.visitor("watcher").get(what, expect=403).status == 403
    shut = site.visitor("organizer").get(address(case), expect=403)
    assert "由登记该条的组织更正" in shut.text
    assert "请由一支部（支部书记、组织委员）办理" in shut.text
    for what in (address(case, entry=9), address(case, "withdraw", entry=9)):
        assert "没有第 9 条" in site.visitor("secretary").get(what, expect=404).text
    withdrawn = site.bureau.withdraw("secretary", case, 3)
    assert withdrawn.status is SubmissionStatus.RECORDED
    assert "没有可以更正或者撤回的第 3 条" in site.visitor("secretary").get(address(case), expect=422).text


def test_who_cannot_correct_what_another_recorded_is_told_who_can(site: Site) -> None:
    case = until(site.bureau, "contacts")  # after the committee's filing
    entry = site.bureau.seen(case) - 1
    page = site.visitor("secretary").get(f"/cases/{case}")
    filed = page.soup.select_one(f"#entry-{entry}")
    assert filed is not None
    assert "有误的，由党委（党委（工委）书记、" in filed.get_text()
    assert "有误的" not in site.visitor("organizer").get(f"/cases/{case}").text
    site.visitor("secretary").client.set_cookie("jishi_lang", "en")
    english = site.visitor("secretary").get(f"/cases/{case}").soup.select_one(f"#entry-{entry}")
    assert english is not None
    assert "Corrected, if it is wrong, by 党委 (committee secretary" in english.get_text()
    assert "Let it be done by 党委 (" in site.visitor("secretary").get(address(case, entry=entry), expect=403).text


def test_in_english_all_is_said_in_english(site: Site) -> None:
    case = rosterless(site.bureau)
    secretary = site.visitor("secretary")
    secretary.client.set_cookie("jishi_lang", "en")
    check = hand_in(secretary, address(case), reason="slip", **given({"e.talker": "乙"}))
    assert "Look it over" in check.heading
    waits = secretary.submit(check, address(case), button="do=submit")
    assert "Take it back" in waits.text
    assert "Withdraw entry 3" in secretary.get(address(case, "withdraw")).text
