"""Conversion, extension and revocation at the desk: nothing is approved that no meeting resolved (art. 31–35)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.engine.office import Bureau, bureau
from tests.engine.stages import imported, refusals, until, values
from workflow.case.history import ContradictoryEvidence
from workflow.engine.task import OtherOutcome, ReasonNeeded
from workflow.store.database import Database
from workflow.store.tables import SubmissionStatus

D = date
HEARD = {"heard_on": "2028-09-01", "examined_on": "2028-09-03"}
VOTE = {"due": 20, "present": 19, "in_favour": 18, "ballot": "secret"}
LATER = {**VOTE, "heard_on": "2029-03-01", "examined_on": "2029-03-02"}


@pytest.fixture
def office(database: Database) -> Bureau:
    return bureau(database)


def refused(office: Bureau, who: str, case: str, do: str, on: date, **evidence: Any) -> set[str]:
    """Return the rules for which a step is refused."""
    return set(refusals(lambda: office.take(who, case, do, on, evidence=evidence, reason="记录在案")))


@pytest.mark.parametrize("conclusion", ["converted", "extended", "revoked"])
def test_nothing_is_approved_that_no_meeting_resolved(office: Bureau, conclusion: str) -> None:
    case = until(office, "request")
    found = refused(office, "approver", case, f"approve_conversion {conclusion}", D(2028, 9, 10))
    assert found == {"approve_conversion.resolved"}


def test_nobody_becomes_a_full_member_before_probation_has_ended(office: Bureau) -> None:
    case = until(office, "request")
    found = refused(office, "approver", case, "approve_conversion converted", D(2028, 9, 5))
    assert found == {"approve_conversion.resolved", "approve_conversion.not_before_the_end"}


@pytest.mark.parametrize("conclusion", ["extended", "revoked"])
def test_whoever_extends_or_revokes_records_the_vote(office: Bureau, conclusion: str) -> None:
    case = until(office, "request")
    more = {"extended_to": "2029-03-06"} if conclusion == "extended" else {}
    assert "convert.required" in refused(
        office, "secretary", case, f"convert {conclusion}", D(2028, 9, 6), **HEARD, **more
    )
    answer = office.take("secretary", case, f"convert {conclusion}", D(2028, 9, 6), reason="记录在案",
                         evidence={**VOTE, **HEARD, **more})  # fmt: skip
    assert answer.status is SubmissionStatus.RECORDED


def test_an_extension_is_not_shortened_by_the_last_meeting(office: Bureau) -> None:
    case = until(office, "request")
    extended = {**VOTE, **HEARD, "extended_to": "2029-09-06"}
    office.take("secretary", case, "convert extended", D(2028, 9, 6), reason="考察不足", evidence=extended)
    office.take("secretary", case, "convert reported", D(2028, 9, 8))
    office.take("approver", case, "approve_conversion extended", D(2028, 10, 1))
    with pytest.raises(OtherOutcome) as caught:
        office.take(
            "secretary", case, "convert converted", D(2029, 3, 6), evidence={**LATER, "extended_to": "2029-03-06"}
        )
    assert "延长预备期" in str(caught.value)
    early = refused(office, "secretary", case, "convert converted", D(2029, 3, 6), **LATER, extended_to=None)
    assert early == {"convert.not_before_the_end"}
    assert values(office, case)["convert.extended_to"] == D(2029, 9, 6)


def test_a_correction_does_not_shorten_an_extension_either(office: Bureau) -> None:
    case = until(office, "convert")
    with pytest.raises(OtherOutcome):
        office.correct("secretary", case, office.seen(case), {"extended_to": "2029-03-06"})


def test_after_a_refusal_the_meeting_is_held_again_and_reported(office: Bureau) -> None:
    case = until(office, "convert")
    office.take("approver", case, "approve_conversion refused", D(2028, 9, 20), reason="材料反映的表现不够")
    assert "convert.on" not in values(office, case)
    assert refused(office, "approver", case, "approve_conversion converted", D(2028, 9, 21)) == {
        "approve_conversion.resolved"
    }
    again = {**VOTE, "heard_on": "2028-10-01", "examined_on": "2028-10-02"}
    office.take("secretary", case, "convert converted", D(2028, 10, 10), evidence=again)
    office.take("secretary", case, "convert reported", D(2028, 10, 12))
    assert values(office, case)["convert.reported_on"] == D(2028, 10, 12)
    assert values(office, case)["convert.on"] == D(2028, 10, 10)
    found = refused(office, "approver", case, "approve_conversion converted", D(2028, 10, 11))
    assert found == {"approve_conversion.after_report"}
    assert office.take("approver", case, "approve_conversion converted", D(2028, 10, 20)).state == "full"


def test_an_extension_is_reported_without_a_new_meeting(office: Bureau) -> None:
    case = until(office, "request")
    extended = {**VOTE, **HEARD, "extended_to": "2029-03-06"}
    office.take("secretary", case, "convert extended", D(2028, 9, 6), reason="考察不足", evidence=extended)
    office.take("secretary", case, "convert reported", D(2028, 9, 8))
    assert values(office, case)["convert.conclusion"] == "extended"
    assert office.take("approver", case, "approve_conversion extended", D(2028, 10, 1)).state == "extended"


def test_a_meeting_that_adopted_nothing_opens_no_approval_and_is_held_again(office: Bureau) -> None:
    case = until(office, "oath")
    short = {**VOTE, "in_favour": 10, "against": 9}
    office.take("secretary", case, "convert not_passed", D(2028, 2, 1), reason="违纪情节待查", evidence=short)
    assert "convert.on" not in values(office, case)
    assert refused(office, "approver", case, "approve_conversion revoked", D(2028, 2, 10)) >= {
        "approve_conversion.resolved"
    }
    assert refused(office, "secretary", case, "convert not_passed", D(2028, 2, 12), **VOTE) == {"convert.carried"}


def test_more_cannot_vote_than_were_due(office: Bureau) -> None:
    case = until(office, "request")
    crowd = {**VOTE, **HEARD, "present": 15, "written": 6, "written_by_on": "2028-09-05"}
    assert refused(office, "secretary", case, "convert converted", D(2028, 9, 6), **crowd) == {"convert.attendance"}
    undated = {**VOTE, **HEARD, "written": 1}
    assert refused(office, "secretary", case, "convert converted", D(2028, 9, 6), **undated) == {
        "convert.opinions_dated"
    }


def test_what_an_irregular_meeting_claimed_is_judged_with_it(office: Bureau) -> None:
    case = until(office, "request")
    short = {**VOTE, **HEARD, "in_favour": 10}
    waiting = office.take(
        "secretary", case, "convert converted", D(2028, 9, 6), evidence=short, irregular=True, reason="如实登记"
    )
    office.confirm("commissioner", waiting)
    assert refused(office, "approver", case, "approve_conversion converted", D(2028, 10, 1)) == {
        "approve_conversion.resolved"
    }


def test_a_resolution_of_an_imported_past_is_reported_and_approved(office: Bureau) -> None:
    past: dict[str, Any] = {
        "admit": {"on": D(2025, 5, 10)},
        "approve": {"on": D(2025, 6, 10)},
        "file_admission": {"on": D(2025, 6, 12)},
        "assign": {"on": D(2025, 6, 13)},
        "oath": {"on": D(2025, 6, 20)},
        "request": {"on": D(2026, 5, 12)},
        "convert": {"on": D(2026, 5, 20), "due": 20, "present": 19, "in_favour": 18, "conclusion": "converted"},
    }
    office.clock.day = D(2026, 6, 1)
    case = imported(office, "probationary", past)
    office.take("secretary", case, "convert reported", D(2026, 6, 2))
    assert values(office, case)["convert.in_favour"] == 18
    assert office.take("approver", case, "approve_conversion converted", D(2026, 6, 5)).state == "full"


def test_an_imported_past_without_a_meeting_is_not_approved(office: Bureau) -> None:
    office.clock.day = D(2026, 6, 1)
    case = imported(office, "probationary", {"admit": {"on": D(2025, 5, 10)}, "request": {"on": D(2026, 5, 12)}})
    found = refused(office, "approver", case, "approve_conversion converted", D(2026, 6, 5))
    assert found == {"approve_conversion.resolved"}


@pytest.mark.parametrize("conclusion", ["converted", "extended", "revoked"])
def test_what_was_not_reported_is_not_approved(office: Bureau, conclusion: str) -> None:
    case = until(office, "request")
    more = {"extended_to": "2029-03-06"} if conclusion == "extended" else {}
    meeting = {**VOTE, **HEARD, **more}
    office.take("secretary", case, f"convert {conclusion}", D(2028, 9, 6), reason="记录在案", evidence=meeting)
    do = f"approve_conversion {conclusion}"
    assert refused(office, "approver", case, do, D(2028, 9, 20)) == {"approve_conversion.reported"}
    office.take("secretary", case, "convert reported", D(2028, 9, 21))
    answer = office.take("approver", case, do, D(2028, 9, 22), reason="记录在案")
    assert answer.state == {"converted": "full"}.get(conclusion, conclusion)


def test_after_a_return_the_time_still_runs_from_the_first_report(office: Bureau) -> None:
    case = until(office, "request")
    office.take("secretary", case, "convert converted", D(2028, 9, 6), evidence={**VOTE, **HEARD})
    office.take("secretary", case, "convert reported", D(2028, 9, 8))
    office.take("approver", case, "approve_conversion returned", D(2028, 10, 1), reason="缺志愿书")
    with pytest.raises(ContradictoryEvidence):  # the papers are completed, the resolution stays the one reported
        office.take("secretary", case, "convert reported", D(2028, 10, 10))
    with pytest.raises(ReasonNeeded) as caught:
        office.take("approver", case, "approve_conversion converted", D(2028, 12, 9))
    assert caught.value.rules == ("approve_conversion.within_three_months",)
    assert office.take("approver", case, "approve_conversion converted", D(2028, 12, 8)).state == "full"
