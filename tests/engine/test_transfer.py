"""Moving to another branch: offered, taken over or returned; who sees the case when; the time that is counted on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.engine.office import Bureau
from tests.engine.stages import bodies, record, refusals, until, values
from workflow.engine.acting import NotEntitled
from workflow.engine.amend import NotAmendable
from workflow.engine.desk import UnknownProposal
from workflow.engine.requests import Correct, Offer, TakeStep
from workflow.engine.scope import UnknownCase, UnknownOrganization
from workflow.engine.submissions import KeyReused
from workflow.engine.task import Answer, FutureAct, NotForThisOrganization, ReasonNeeded
from workflow.engine.transfer import NotOpen
from workflow.errors import WorkflowError
from workflow.machine import StepImpossible
from workflow.store.tables import SubmissionStatus

D = date
RECORDED = SubmissionStatus.RECORDED
OFFERED, TAKEN = D(2026, 12, 14), D(2026, 12, 15)
CHECKED = {"checked": True, "origin": "一支部"}


def take_over(office: Bureau, case: str, do: str = "handed_over", **more) -> Answer:
    """Take an offered case over, or return it, by the secretary of the second branch."""
    return office.take("elsewhere", case, f"move {do}", TAKEN, **{"evidence": CHECKED, **more})


def activist(office: Bureau) -> str:
    """Return an activist of the first branch, confirmed on 2026-07-01."""
    return until(office, "contacts")


def test_an_offered_case_is_seen_by_both_and_moves_when_it_is_taken_over(office: Bureau) -> None:
    case = activist(office)
    with pytest.raises(UnknownCase):
        office.take("elsewhere", case, "cultivate reviewed", OFFERED)
    offered = office.offer("secretary", case, "二支部", OFFERED)
    assert (offered.status, offered.state) == (RECORDED, "activist")
    assert office.kinds(case)[-1] == ("offered", "move", None)
    assert bodies(office, case)[-1]["to"] == office.organizations["二支部"][1]
    assert record(office, case).row.branch == "一支部"  # nothing has moved yet
    with pytest.raises(NotEntitled):  # the other sees it and does nothing in it but take it over
        office.take("elsewhere", case, "cultivate reviewed", OFFERED)
    assert office.take("secretary", case, "cultivate reviewed", OFFERED).status is RECORDED
    taken = take_over(office, case)
    assert (taken.status, taken.state) == (RECORDED, "activist")
    row = record(office, case).row
    assert (row.branch, row.organization_id) == ("二支部", office.organizations["二支部"][0])
    with pytest.raises(UnknownCase):  # the old branch has lost sight of it
        office.take("secretary", case, "cultivate reviewed", D(2026, 12, 28))
    assert office.take("elsewhere", case, "cultivate reviewed", D(2026, 12, 28)).status is RECORDED


def test_what_cannot_be_offered(office: Bureau) -> None:
    case = activist(office)
    for who, error in (("organizer", NotForThisOrganization), ("watcher", NotEntitled)):
        with pytest.raises(error):
            office.offer(who, case, "二支部", OFFERED)
    for to in ("一支部", "党委", "组织部"):  # itself, and what holds no cases
        with pytest.raises(UnknownOrganization):
            office.offer("secretary", case, to, OFFERED)
    for uid in ("", "x", "0" * 32):
        request = Offer(key=office.key(), case=case, seen=office.seen(case), to=uid, occurred_on="2026-12-14")
        with pytest.raises(UnknownOrganization):
            office.submit("secretary", request)
    request = Offer(key=office.key(), case=case, seen=office.seen(case), to=office.organizations["二支部"][1],
                    occurred_on="2026-12-15")  # fmt: skip
    with pytest.raises(FutureAct):
        office.submit("secretary", request)
    office.offer("secretary", case, "二支部", OFFERED)
    with pytest.raises(WorkflowError, match="已经提出转出"):
        office.offer("commissioner", case, "二支部", OFFERED)


def test_a_case_that_is_closed_is_not_offered(office: Bureau) -> None:
    case = until(office, "talk")
    office.take("secretary", case, "leave withdrew", D(2026, 7, 1))
    with pytest.raises(StepImpossible):
        office.offer("secretary", case, "二支部", OFFERED)


def test_what_is_not_offered_is_not_taken_over(office: Bureau) -> None:
    case = activist(office)
    for who in ("secretary", "organizer"):
        with pytest.raises(NotForThisOrganization):
            office.take(who, case, "move handed_over", TAKEN, evidence=CHECKED)
    office.offer("secretary", case, "二支部", OFFERED)
    seats = {"secretary": NotForThisOrganization, "organizer": NotForThisOrganization, "watcher2": NotEntitled}
    for who, error in seats.items():
        with pytest.raises(error):
            office.take(who, case, "move handed_over", TAKEN, evidence=CHECKED)


def test_the_receiving_branch_checks_the_papers(office: Bureau) -> None:
    case = activist(office)
    office.offer("secretary", case, "二支部", OFFERED)
    assert set(refusals(lambda: take_over(office, case, evidence={"checked": False}))) == {"move.papers_checked"}
    assert take_over(office, case).status is RECORDED


def test_papers_that_are_incomplete_are_returned_with_a_reason(office: Bureau) -> None:
    case = activist(office)
    office.offer("secretary", case, "二支部", OFFERED)
    with pytest.raises(ReasonNeeded):
        take_over(office, case, "returned", evidence={})
    assert take_over(office, case, "returned", evidence={}, reason="缺培养考察登记表").state == "activist"
    assert record(office, case).row.branch == "一支部"
    with pytest.raises(UnknownCase):
        office.take("elsewhere", case, "cultivate reviewed", TAKEN)
    with pytest.raises(NotOpen):  # it is answered
        office.withdraw("secretary", case, office.seen(case) - 1)
    office.offer("secretary", case, "二支部", D(2026, 12, 20))  # and is offered anew when they are complete
    assert office.take("elsewhere", case, "move handed_over", D(2026, 12, 21), evidence=CHECKED).status is RECORDED


def test_an_offer_is_withdrawn_by_the_branch_until_it_is_answered(office: Bureau) -> None:
    case = activist(office)
    number = office.offer("secretary", case, "二支部", OFFERED).entry or 0
    office.take("secretary", case, "cultivate reviewed", D(2026, 12, 15))  # whatever came since
    seats = {"elsewhere": NotForThisOrganization, "organizer": NotForThisOrganization, "watcher": NotEntitled}
    for who, error in seats.items():
        with pytest.raises(error):
            office.withdraw(who, case, number)
    office.clock.day = D(2026, 12, 16)
    done = office.withdraw("commissioner", case, number)
    assert (done.status, done.state) == (RECORDED, "activist")
    with pytest.raises(NotAmendable):
        office.withdraw("commissioner", case, number)
    with pytest.raises(UnknownCase):
        take_over(office, case)
    again = office.offer("secretary", case, "二支部", D(2026, 12, 16)).entry or 0
    office.take("elsewhere", case, "move handed_over", D(2026, 12, 17), evidence=CHECKED)
    with pytest.raises(UnknownCase):
        office.withdraw("secretary", case, again)
    with pytest.raises(NotAmendable):  # what was taken over is offered back, not withdrawn
        office.withdraw("elsewhere", case, again + 1)


def test_an_offer_lapses_with_the_case(office: Bureau) -> None:
    case = activist(office)
    number = office.offer("secretary", case, "二支部", OFFERED).entry or 0
    office.take("secretary", case, "leave withdrew", TAKEN)
    with pytest.raises(UnknownCase):  # the other branch has lost sight of it
        take_over(office, case)
    with pytest.raises(NotOpen):
        office.withdraw("secretary", case, number)
    office.withdraw("secretary", case, number + 1)  # the person stays after all: offered anew
    with pytest.raises(UnknownCase):
        take_over(office, case)
    office.offer("secretary", case, "二支部", TAKEN)
    assert take_over(office, case).status is RECORDED


def test_a_conversion_ends_an_open_offer(office: Bureau) -> None:
    case = until(office, "convert")
    office.offer("secretary", case, "二支部", D(2028, 9, 10))
    assert office.take("approver", case, "approve_conversion converted", D(2028, 10, 8)).state == "full"
    with pytest.raises(UnknownCase):
        office.take("elsewhere", case, "archive filed", D(2028, 10, 9))


def moved(office: Bureau, **evidence: str) -> str:
    """Return an activist who moved to the second branch and has everything but the year."""
    case = activist(office)
    office.offer("secretary", case, "二支部", OFFERED)
    take_over(office, case, evidence={**CHECKED, **evidence})
    office.take("elsewhere", case, "cultivate reviewed", D(2026, 12, 28))
    office.take("elsewhere", case, "contacts assigned", D(2026, 12, 29), evidence={"name_1": "丁"})
    office.take("elsewhere", case, "cultivate reviewed", D(2027, 6, 25))
    office.take("elsewhere", case, "choose_target proposed", D(2027, 7, 6), evidence={"heard_on": "2027-07-05"})
    office.take("approver", case, "list_target consented", D(2027, 7, 8))
    office.clock.day = D(2027, 7, 15)
    office.take("elsewhere", case, "list_target notice_given", D(2027, 7, 9), evidence={"notice_to": "2027-07-15"})
    return case


def test_the_time_of_cultivation_is_counted_on(office: Bureau) -> None:
    case = moved(office)  # activist since 2026-07-01, art. 12
    listed = office.take("elsewhere", case, "list_target listed", D(2027, 7, 16), evidence={"notice_result": "clear"})
    assert (listed.status, listed.state) == (RECORDED, "target")


def test_the_time_counts_from_the_day_that_the_receiving_branch_found(office: Bureau) -> None:
    case = moved(office, counted_from="2026-12-15")
    found = refusals(lambda: office.take("elsewhere", case, "list_target listed", D(2027, 7, 16)))
    assert set(found) == {"choose_target.a_year_of_cultivation"}
    assert found["choose_target.a_year_of_cultivation"].earliest == D(2027, 12, 15)


def test_whoever_moved_to_the_branch_of_an_account_of_that_name_has_an_own_account_there(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20), name="elsewhere2").case
    office.offer("secretary", case, "二支部", OFFERED)
    take_over(office, case)
    with pytest.raises(WorkflowError, match="本人"):
        office.take("elsewhere2", case, "talk held", D(2026, 12, 20))


def test_nobody_takes_over_the_own_case(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20), name="elsewhere").case
    office.offer("secretary", case, "二支部", OFFERED)
    with pytest.raises(WorkflowError) as caught:
        take_over(office, case)
    assert type(caught.value).__name__ == "ConflictOfDuties"
    assert office.take("elsewhere2", case, "move handed_over", TAKEN, evidence=CHECKED).status is RECORDED


def test_an_irregular_hand_over_moves_nothing(office: Bureau) -> None:
    case = activist(office)
    office.offer("secretary", case, "二支部", OFFERED)
    waiting = take_over(office, case, evidence={"checked": False}, irregular=True, reason="未审核材料即接收")
    assert office.confirm("elsewhere2", waiting).rules == ("move.papers_checked",)
    assert record(office, case).row.branch == "一支部"
    taken = take_over(office, case)  # it answered nothing: the offer stands
    assert (taken.status, record(office, case).row.branch) == (RECORDED, "二支部")


def test_values_and_state_go_along(office: Bureau) -> None:
    case = activist(office)
    before = values(office, case)
    office.offer("secretary", case, "二支部", OFFERED)
    take_over(office, case)
    after = values(office, case)
    assert {name: after[name] for name in before if name != "case.branch"} == {
        name: value for name, value in before.items() if name != "case.branch"
    }
    assert (before["case.branch"], after["case.branch"]) == ("一支部", "二支部")


# ------------------------------------------------------------------ what waited, and clicks that come again


def test_the_same_click_gets_its_answer_though_the_case_has_left_the_scope(office: Bureau) -> None:
    case = activist(office)
    reviewed = TakeStep(key=office.key(), case=case, seen=office.seen(case), step="cultivate", outcome="reviewed",
                        occurred_on="2026-12-14")  # fmt: skip
    first = office.submit("secretary", reviewed, OFFERED)
    office.offer("secretary", case, "二支部", OFFERED)
    take_over(office, case)
    again = office.submit("secretary", reviewed)
    assert (again, again.again) == (first, True)
    with pytest.raises(KeyReused):
        office.submit("secretary", replace(reviewed, occurred_on="2026-12-13"))
    with pytest.raises(UnknownCase):
        office.submit("secretary", replace(reviewed, key=office.key()))
    with pytest.raises(UnknownCase):  # the key of somebody else says nothing
        office.submit("commissioner", reviewed)


def test_what_the_former_branch_proposed_is_confirmed_by_nobody_after_the_move(office: Bureau) -> None:
    case = activist(office)
    correction = Correct(key=office.key(), case=case, seen=office.seen(case), number=3, evidence={"talker": "乙"},
                         reason="笔误")  # fmt: skip
    proposed = office.submit("secretary", correction, OFFERED)
    office.offer("secretary", case, "二支部", OFFERED)
    take_over(office, case)
    for who in ("elsewhere2", "approver"):
        with pytest.raises(UnknownProposal):
            office.confirm(who, proposed)
    told = office.submit("secretary", correction)
    assert (told.status, told.entry, told.declined) == (RECORDED, None, "superseded")
    assert values(office, case).get("talk.talker") != "乙"


def test_what_a_committee_proposed_for_its_own_entry_outlives_the_move(office: Bureau) -> None:
    case = until(office, "file_activist")
    proposed = office.correct("organizer", case, office.seen(case), {"paper": "备9号"})
    office.take("secretary", case, "contacts assigned", D(2026, 7, 6), evidence={"name_1": "甲", "name_2": "乙"})
    office.offer("secretary", case, "二支部", OFFERED)
    take_over(office, case)
    assert office.confirm("approver", proposed).status is RECORDED
    assert values(office, case)["file_activist.paper"] == "备9号"
