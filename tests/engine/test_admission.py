"""From the letter to the approval: what an act leaves standing, and what a count must say (art. 7, 12, 13, 18–23)."""

from __future__ import annotations

from datetime import date as D  # noqa: N812 - many days are written below

import pytest

from tests.engine.office import Bureau, bureau
from tests.engine.stages import VOTE, broken, imported, refusals, until, values
from workflow.case.history import ContradictoryEvidence
from workflow.case.values import Value
from workflow.engine.task import OtherOutcome
from workflow.machine import StepImpossible
from workflow.store.database import Database
from workflow.store.tables import SubmissionStatus

RECORDED = SubmissionStatus.RECORDED
MEETING = D(2027, 9, 6)
UNREPORTED = {name: value for name, value in VOTE.items() if name != "resolution"}


@pytest.fixture
def office(database: Database) -> Bureau:
    return bureau(database)


def test_the_month_to_talk_runs_from_the_first_letter(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    office.clock.day = D(2026, 8, 1)
    with pytest.raises(StepImpossible):
        office.take("secretary", case, "apply received", D(2026, 8, 1))
    assert broken(office, case) == {("talk.within_a_month", 1)}


def test_a_second_talk_does_not_make_the_first_one_late(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    office.take("secretary", case, "talk held", D(2026, 6, 10))
    with pytest.raises(ContradictoryEvidence, match="已经登记"):
        office.take("secretary", case, "talk held", D(2026, 9, 10))
    assert (values(office, case)["talk.on"], broken(office, case)) == (D(2026, 6, 10), set())


def test_carried_time_does_not_begin_before_the_decision(office: Bureau) -> None:
    case = until(office, "contacts")
    office.offer("secretary", case, "二支部", D(2026, 12, 14))
    early = {"checked": True, "counted_from": "2026-06-30"}
    found = refusals(lambda: office.take("elsewhere", case, "move handed_over", D(2026, 12, 15), evidence=early))
    assert set(found) == {"move.time_counts_from_the_decision"}


def test_papers_that_are_returned_leave_no_move_and_no_carried_time(office: Bureau) -> None:
    case = until(office, "oath")
    office.offer("secretary", case, "二支部", D(2028, 2, 2))
    with pytest.raises(OtherOutcome):
        office.take("elsewhere", case, "move returned", D(2028, 2, 3), reason="材料不全",
                    evidence={"counted_from": "2027-01-01"})  # fmt: skip
    office.take("elsewhere", case, "move returned", D(2028, 2, 3), reason="材料不全")
    assert (values(office, case).get("move.on"), values(office, case)["move.returned_on"]) == (None, D(2028, 2, 3))
    until_on = {"until": "2028-12-01"}
    found = refusals(lambda: office.take("secretary", case, "postpone postponed", D(2028, 2, 4), reason="新转入",
                                         evidence=until_on))  # fmt: skip
    assert set(found) == {"postpone.after_a_move"}


def test_a_short_notice_is_given_again_and_the_consent_stands(office: Bureau) -> None:
    case = until(office, "choose_target")
    office.take("approver", case, "list_target consented", D(2027, 7, 8))
    office.clock.day = D(2027, 7, 13)
    office.take("secretary", case, "list_target notice_given", D(2027, 7, 9), evidence={"notice_to": "2027-07-13"})
    clear = {"notice_result": "clear"}
    short = refusals(lambda: office.take("secretary", case, "list_target listed", D(2027, 7, 14), evidence=clear))
    assert set(short) == {"list_target.notice"}
    office.clock.day = D(2027, 7, 21)
    office.take("secretary", case, "list_target notice_given", D(2027, 7, 15), evidence={"notice_to": "2027-07-21"})
    assert office.take("secretary", case, "list_target listed", D(2027, 7, 22), evidence=clear).state == "target"


def test_who_is_no_longer_a_target_is_discussed_again_before_a_new_listing(office: Bureau) -> None:
    case = until(office, "political_review")
    back = office.take("secretary", case, "step_back to_activist", D(2027, 9, 1), reason="政审发现问题")
    assert (back.state, values(office, case).get("choose_target.on")) == ("activist", None)
    found = refusals(lambda: office.take("approver", case, "list_target consented", D(2028, 1, 5)))
    assert set(found) == {"choose_target.opinions_heard"}


def test_a_sponsor_who_drops_out_after_the_examination_is_replaced(office: Bureau) -> None:
    case = until(office, "pre_review")
    answer = office.take("secretary", case, "sponsors determined", D(2027, 8, 22),
                         evidence={"name_1": "甲", "name_2": "丙"})  # fmt: skip
    assert (answer.status, answer.state, values(office, case)["sponsors.name_2"]) == (RECORDED, "pre_reviewed", "丙")


@pytest.mark.parametrize(
    ("figures", "rules"),
    [
        ({"present": 21, "in_favour": 21, "against": 0}, {"admit.voters"}),
        ({"present": 18, "written": 3, "written_by_on": "2027-09-05"}, {"admit.voters"}),
        ({"present": 18, "written": 1}, {"admit.opinions_dated"}),
        ({"singly": None}, {"admit.required"}),
    ],
)
def test_a_count_that_cannot_be_is_refused(office: Bureau, figures: dict[str, object], rules: set[str]) -> None:
    case = until(office, "fill_form")
    found = refusals(lambda: office.take("secretary", case, "admit passed", MEETING, evidence={**VOTE, **figures}))
    assert set(found) == rules


def test_a_vote_that_carried_is_not_recorded_as_failed(office: Bureau) -> None:
    case = until(office, "fill_form")
    found = refusals(
        lambda: office.take("secretary", case, "admit not_passed", MEETING, evidence=VOTE, reason="有意见")
    )
    assert set(found) == {"admit.fell_short"}
    half = {**VOTE, "in_favour": 10, "against": 8}
    failed = office.take("secretary", case, "admit not_passed", MEETING, evidence=half, reason="赞成未过半数")
    assert (failed.status, failed.state) == (RECORDED, "target")
    assert broken(office, case) == set()


def test_the_report_of_a_resolution_is_recorded_on_its_own_and_once(office: Bureau) -> None:
    case = until(office, "fill_form")
    office.take("secretary", case, "admit passed", MEETING, evidence=UNREPORTED)
    office.take("organizer", case, "superior_talk held", D(2027, 9, 8))
    assert set(refusals(lambda: office.take("approver", case, "approve approved", D(2027, 9, 12)))) == {
        "admit.reported"
    }
    paper = {"resolution": "决3"}
    with pytest.raises(ContradictoryEvidence):  # nor does the report rewrite the vote
        office.take("secretary", case, "admit reported", D(2027, 9, 10), evidence={**paper, "in_favour": 20})
    office.take("secretary", case, "admit reported", D(2027, 9, 10), evidence=paper)
    with pytest.raises(ContradictoryEvidence):
        office.take("secretary", case, "admit reported", D(2027, 9, 30), evidence=paper)
    early = refusals(lambda: office.take("approver", case, "approve approved", D(2027, 9, 9)))
    assert set(early) == {"approve.after_the_report"}
    assert office.take("approver", case, "approve approved", D(2027, 10, 8)).state == "probationary"


def test_an_imported_resolution_is_reported_after_the_import(office: Bureau) -> None:
    office.clock.day = D(2026, 6, 1)
    vote: dict[str, Value] = {
        "on": D(2026, 5, 25),
        "due": 20,
        "present": 18,
        "in_favour": 17,
        "against": 1,
        "ballot": "secret",
    }
    case = imported(office, "meeting_passed", {"apply": {"on": D(2024, 5, 20)}, "admit": vote})
    answer = office.take("secretary", case, "admit reported", D(2026, 6, 5), evidence={"resolution": "决1"})
    assert (answer.status, answer.state) == (RECORDED, "meeting_passed")
    assert (values(office, case)["admit.on"], values(office, case)["admit.in_favour"]) == (D(2026, 5, 25), 17)
