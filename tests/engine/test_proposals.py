"""The second person: who confirms what somebody else proposed, who may not, and what becomes of it meanwhile."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update

from tests.engine.office import Bureau
from tests.engine.stages import bodies, record, submissions, until
from workflow.engine.acting import NotEntitled
from workflow.engine.desk import UnknownProposal
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.offices import NoOffice
from workflow.engine.requests import Confirm
from workflow.engine.scope import UnknownCase
from workflow.engine.task import Answer, CaseChanged
from workflow.errors import WorkflowError
from workflow.store.tables import Account, Office, Proposal, SubmissionStatus

D = date


def late_talk(office: Bureau) -> Answer:
    """Return a talk that was held a day too late, waiting for the second person (art. 7)."""
    case = office.open(D(2026, 5, 20)).case
    return office.take("secretary", case, "talk held", D(2026, 6, 21), reason="谈话人出差", evidence={"talker": "甲"})


def waiting(office: Bureau) -> int:
    """Return how many proposals wait."""
    with office.database.read() as connection:
        query = select(func.count()).select_from(Proposal).where(Proposal.submission_id > office.before)
        return connection.scalar(query) or 0


CONFIRM = {"commissioner", "approver", "member", "organizer", "department"}  # the branch itself, or who has it in scope
REFUSED = {
    "secretary": ConflictOfDuties,  # the same account
    "auditor": NotEntitled,  # reads only
    "watcher": NotEntitled,
    "elsewhere": UnknownCase,  # another branch
    "administrator": UnknownCase,
}


@pytest.mark.parametrize("who", sorted(CONFIRM))
def test_who_may_confirm(office: Bureau, who: str) -> None:
    proposal = late_talk(office)
    done = office.confirm(who, proposal)
    assert (done.status, done.entry, done.rules) == (SubmissionStatus.RECORDED, 3, ("talk.within_a_month",))
    entry = record(office, proposal.case).entries[-1]
    assert entry.account_id == office.people["secretary"].account_id
    assert entry.confirmed_by == office.people[who].account_id
    assert entry.reason == "谈话人出差"
    assert bodies(office, proposal.case)[-1]["findings"] == ["talk.within_a_month"]
    assert waiting(office) == 0


def test_who_may_neither_confirm_nor_decline(office: Bureau) -> None:
    proposal = late_talk(office)
    for who, error in REFUSED.items():
        with pytest.raises(error):
            office.confirm(who, proposal)
        if who != "secretary":
            with pytest.raises(error):
                office.confirm(who, proposal, agreed=False)
    assert waiting(office) == 1
    assert office.seen(proposal.case) == 2


@pytest.mark.parametrize("who", ["commissioner", "organizer", "secretary"])  # who proposed may take it back
def test_declined_is_done_with(office: Bureau, who: str) -> None:
    proposal = late_talk(office)
    answer = office.confirm(who, proposal, agreed=False)
    assert (answer.status, answer.entry, answer.state) == (SubmissionStatus.RECORDED, None, "applicant")
    assert answer.declined == ("taken_back" if who == "secretary" else "declined")
    assert submissions(office)[-1][3]["declined"] == answer.declined
    assert waiting(office) == 0
    assert office.seen(proposal.case) == 2
    for agreed in (True, False):
        with pytest.raises(UnknownProposal):
            office.confirm("commissioner", proposal, agreed=agreed)


def test_of_a_reason_for_declining_it_is_kept_that_one_was_given(office: Bureau) -> None:
    proposal = late_talk(office)
    request = Confirm(
        key="no", case=proposal.case, seen=2, proposal=proposal.proposal or 0, agreed=False, reason="查无此事"
    )
    answers = [office.submit("commissioner", request) for _ in range(2)]
    assert [(one.declined, one.again) for one in answers] == [
        ("declined_with_reason", False),
        ("declined_with_reason", True),
    ]
    assert "查无此事" not in str(submissions(office))


def test_confirmed_once(office: Bureau) -> None:
    proposal = late_talk(office)
    office.confirm("commissioner", proposal)
    with pytest.raises(UnknownProposal):
        office.confirm("approver", proposal)
    assert office.seen(proposal.case) == 3


def test_a_proposal_belongs_to_its_case(office: Bureau) -> None:
    proposal = late_talk(office)
    other = office.open(D(2026, 6, 22), name="示例二").case
    for number in (proposal.proposal or 0, 999):
        with pytest.raises(UnknownProposal):
            office.submit("commissioner", Confirm(key=office.key(), case=other, seen=2, proposal=number))
    assert waiting(office) == 1


def test_a_proposal_made_on_an_older_case_is_outdated_and_can_be_put_away(office: Bureau) -> None:
    proposal = late_talk(office)
    second = office.take("commissioner", proposal.case, "talk held", D(2026, 6, 22), reason="谈话人出差")
    office.confirm("secretary", second)
    with pytest.raises(CaseChanged) as caught:
        office.confirm("commissioner", proposal)
    assert caught.value.entries == (3,)
    with pytest.raises(CaseChanged):  # the second person has to know the case, too
        office.confirm("commissioner", proposal, seen=2)
    assert waiting(office) == 1
    office.confirm("commissioner", proposal, agreed=False)
    assert waiting(office) == 0
    assert office.seen(proposal.case) == 3


def test_two_proposals_on_one_case_the_first_confirmed_counts(office: Bureau) -> None:
    first = late_talk(office)
    second = office.take("commissioner", first.case, "talk held", D(2026, 6, 22), reason="谈话人出差")
    office.confirm("secretary", second)
    with pytest.raises(CaseChanged):
        office.confirm("commissioner", first)


def test_two_corrections_of_different_entries_can_both_be_confirmed(office: Bureau) -> None:
    case = until(office, "activist")
    talk, decision = 3, 4
    first = office.correct("secretary", case, talk, {"talker": "乙"})
    second = office.correct("secretary", case, decision, {"recommended_by": "群团推优"})
    office.confirm("commissioner", first)
    office.confirm("commissioner", second)
    assert waiting(office) == 0


def test_a_correction_is_outdated_once_its_entry_was_corrected(office: Bureau) -> None:
    case = until(office, "activist")
    first, second = (office.correct("secretary", case, 3, {"talker": name}) for name in ("乙", "丙"))
    office.confirm("commissioner", first)
    with pytest.raises(CaseChanged):
        office.confirm("commissioner", second)


def test_whoever_proposed_and_has_left_office_is_not_taken_for_the_second_person(fresh_office: Bureau) -> None:
    office = fresh_office
    proposal = late_talk(office)
    gone = update(Office).where(Office.id == office.people["secretary"].office_id).values(until_on=D(2026, 6, 21))
    with office.database.write() as connection:
        connection.execute(gone)
    office.clock.day = D(2026, 6, 22)
    with pytest.raises(NoOffice, match="提出") as caught:
        office.confirm("commissioner", proposal)
    assert caught.value.remedy is not None
    assert office.confirm("commissioner", proposal, agreed=False).entry is None


def test_nobody_confirms_in_the_own_case(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20), name="commissioner").case
    proposal = office.take("secretary", case, "talk held", D(2026, 6, 21), reason="谈话人出差")
    with pytest.raises(ConflictOfDuties):
        office.confirm("commissioner", proposal)
    assert office.confirm("organizer", proposal).entry == 3


def test_nobody_below_confirms_what_a_superior_submitted(office: Bureau) -> None:
    case = until(office, "superior_talk")
    proposal = office.take("approver", case, "approve approved", D(2028, 1, 10), reason="情况特殊",
                           evidence={"probation_from": "2027-09-06", "probation_to": "2028-09-06"})  # fmt: skip
    for who in ("secretary", "commissioner"):
        with pytest.raises(WorkflowError) as caught:
            office.confirm(who, proposal)
        assert isinstance(caught.value, NotEntitled)
    with pytest.raises(ConflictOfDuties):
        office.confirm("approver", proposal)
    assert office.confirm("member", proposal).state == "probationary"


def test_a_refused_confirmation_is_on_record_and_leaves_the_proposal(office: Bureau) -> None:
    proposal = late_talk(office)
    with pytest.raises(ConflictOfDuties):
        office.confirm("secretary", proposal)
    action, status, _, answer = submissions(office)[-1]
    assert (action, status, answer["error"]) == ("confirm", "refused", "ConflictOfDuties")
    assert waiting(office) == 1


def test_a_disabled_account_confirms_nothing(fresh_office: Bureau) -> None:
    office = fresh_office
    proposal = late_talk(office)
    with office.database.write() as connection:
        mine = Account.id == office.people["commissioner"].account_id
        connection.execute(update(Account).where(mine).values(disabled_at=office.clock()))
    with pytest.raises(NoOffice):
        office.confirm("commissioner", proposal)
