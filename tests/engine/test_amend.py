"""Amending the record: corrections of facts, withdrawals of the own last entry, past acts attested late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.engine.office import Bureau
from tests.engine.stages import VOTE, bodies, broken, imported, record, submissions, until, values
from workflow.case.history import ContradictoryEvidence, UnknownEvidence
from workflow.case.values import Value
from workflow.engine.acting import NotEntitled
from workflow.engine.amend import NotAmendable
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.evidence import UnreadableEvidence
from workflow.engine.requests import Withdraw
from workflow.engine.task import Answer, FutureAct, NotForThisOrganization, ReasonNeeded
from workflow.errors import WorkflowError
from workflow.seal import Plain
from workflow.store.tables import Account, Case, Organization, Person, SubmissionStatus

D = date
RECORDED, WAITING = SubmissionStatus.RECORDED, SubmissionStatus.WAITING


def corrected(office: Bureau, case: str, number: int, evidence, confirm: str = "commissioner", **more) -> Answer:
    """Correct an entry of the branch and have it confirmed."""
    return office.confirm(confirm, office.correct("secretary", case, number, evidence, **more))


def number_of(office: Bureau, case: str, step: str) -> int:
    """Return the number of the last entry of a step."""
    return max(number for number, (_, name, _) in enumerate(office.kinds(case), start=1) if name == step)


def rosterless(office: Bureau) -> str:
    """Return a case with the talk as its third entry."""
    case = office.open(D(2026, 5, 20)).case
    office.take("secretary", case, "talk held", D(2026, 6, 10), evidence={"talker": "甲", "paper": "谈1"})
    return case


# ------------------------------------------------------------------ corrections


def test_a_correction_stands_beside_what_it_corrects(office: Bureau) -> None:
    case = rosterless(office)
    before = bodies(office, case)
    proposal = office.correct("secretary", case, 3, {"talker": "乙", "paper": None})
    assert (proposal.status, office.seen(case), values(office, case)["talk.talker"]) == (WAITING, 3, "甲")
    done = office.confirm("commissioner", proposal)
    assert (done.status, done.entry, done.state) == (RECORDED, 4, "applicant")
    assert office.kinds(case)[2:] == [("act", "talk", "held"), ("correction", "talk", None)]
    first, second = record(office, case).entries[2:]
    assert first.recorded.evidence == {"talker": "甲", "paper": "谈1"}
    assert second.recorded.evidence == {"talker": "乙", "paper": None}
    assert (second.reason, second.recorded.supersedes) == ("笔误", 3)
    assert second.confirmed_by == office.people["commissioner"].account_id
    assert bodies(office, case)[:3] == before
    now = values(office, case)
    assert (now["talk.talker"], now["talk.paper"], now["talk.on"]) == ("乙", None, D(2026, 6, 10))


def test_the_later_correction_prevails_where_it_speaks(office: Bureau) -> None:
    case = rosterless(office)
    corrected(office, case, 3, {"talker": "乙"}, occurred_on="2026-06-08")
    corrected(office, case, 3, {"paper": "谈2"})
    now = values(office, case)
    assert (now["talk.talker"], now["talk.paper"], now["talk.on"]) == ("乙", "谈2", D(2026, 6, 8))


def test_what_cannot_be_corrected(office: Bureau) -> None:
    case = until(office, "list_target")
    numbers = {(step, outcome): number for number, (_, step, outcome) in enumerate(office.kinds(case), start=1)}
    talk, listed = numbers["talk", "held"], numbers["list_target", "listed"]
    filed = numbers["file_activist", "filed"]
    attempts = [
        ("secretary", 0, {}, {}, NotAmendable),
        ("secretary", 99, {}, {}, NotAmendable),
        ("secretary", talk, {}, {"reason": ""}, WorkflowError),
        ("secretary", talk, {}, {"reason": "  "}, WorkflowError),
        ("secretary", talk, {}, {"occurred_on": "2030-01-01"}, FutureAct),
        ("secretary", talk, {}, {"occurred_on": "yesterday"}, WorkflowError),
        ("secretary", talk, {"colour": "红"}, {}, UnknownEvidence),
        ("secretary", filed, {"paper": "备1"}, {}, NotForThisOrganization),  # recorded by the committee
        ("organizer", talk, {"talker": "乙"}, {}, NotForThisOrganization),  # recorded by the branch
        ("watcher", talk, {"talker": "乙"}, {}, WorkflowError),  # reads only
        ("secretary", listed, {"notice_to": "2030-01-01"}, {}, FutureAct),
        ("secretary", listed, {"notice_result": "maybe"}, {}, UnreadableEvidence),
        # what others did is not slipped in with a correction either (art. 13), nor the day by another way
        ("secretary", listed, {"consented_on": "2027-07-01"}, {}, NotForThisOrganization),
        ("secretary", listed, {"refused_on": "2027-07-01"}, {}, NotForThisOrganization),
        ("secretary", listed, {"on": "2027-07-20"}, {}, WorkflowError),
        ("secretary", numbers["choose_target", "proposed"], {"body": "committee"}, {}, NotForThisOrganization),
    ]
    for who, number, evidence, more, error in attempts:
        with pytest.raises(error):
            office.correct(who, case, number, evidence, **more)
    assert {row[1] for row in submissions(office) if row[0] == "correct"} <= {"refused"}


def test_a_correction_changes_neither_step_nor_outcome(office: Bureau) -> None:
    case = until(office, "political_review")
    with pytest.raises(ContradictoryEvidence):
        office.correct("secretary", case, office.seen(case), {"conclusion": "failed"})


def test_a_correction_of_what_was_withdrawn_or_of_a_correction_is_refused(office: Bureau) -> None:
    case = rosterless(office)
    corrected(office, case, 3, {"talker": "乙"})
    with pytest.raises(NotAmendable):
        office.correct("secretary", case, 4, {"talker": "丙"})
    office.confirm("commissioner", office.withdraw("secretary", case, 3))
    for number in (3, 4, 5):
        with pytest.raises(NotAmendable):
            office.correct("secretary", case, number, {"talker": "丙"})


def test_true_facts_are_never_refused_what_they_break_is_recorded_with_them(office: Bureau) -> None:
    case = until(office, "file_activist")
    before = bodies(office, case)
    proposal = office.correct("secretary", case, 3, {}, occurred_on="2026-06-22")
    assert proposal.rules == ("talk.within_a_month",)
    done = office.confirm("organizer", proposal)
    assert (done.status, done.rules) == (RECORDED, ("talk.within_a_month",))
    after = bodies(office, case)
    assert after[-1]["findings"] == ["talk.within_a_month"]
    assert after[:-1] == before  # later entries keep their verdicts
    wrong = office.confirm("organizer", office.correct("secretary", case, 4, {"recommended_on": "2026-07-02"}))
    assert wrong.rules == ("activist.after_recommendation",)


def test_a_day_is_corrected_across_the_change_of_the_law(office: Bureau) -> None:
    case = office.open(D(2026, 4, 20)).case
    office.take("secretary", case, "talk held", D(2026, 5, 12))
    assert bodies(office, case)[2]["edition"] == "2026-05-11"
    corrected(office, case, 3, {"talker": "乙"}, occurred_on="2026-05-10")
    assert bodies(office, case)[3]["edition"] == "2014-05-28"  # the law of the true day
    assert values(office, case)["talk.on"] == D(2026, 5, 10)
    corrected(office, case, 3, {"talker": "甲"}, occurred_on="2026-05-11")
    assert values(office, case)["talk.on"] == D(2026, 5, 11)


def test_an_act_that_the_law_of_the_true_day_does_not_know_is_not_moved_there(office: Bureau) -> None:
    case = until(office, "list_target")
    number = [step for _, step, _ in office.kinds(case)].index("list_target") + 1  # consented
    with pytest.raises(WorkflowError) as caught:
        office.correct("approver", case, number, {}, occurred_on="2026-05-10")
    assert caught.value.remedy is not None


def test_once_a_superior_has_acted_on_it_the_superior_confirms(office: Bureau) -> None:
    case = until(office, "file_activist")
    proposal = office.correct("secretary", case, 4, {"recommended_by": "群团推优"})
    with pytest.raises(NotForThisOrganization) as caught:
        office.confirm("commissioner", proposal)
    assert caught.value.remedy is not None
    assert "党委" in caught.value.remedy.zh
    done = office.confirm("organizer", proposal)
    assert done.status is RECORDED
    assert record(office, case).entries[-1].organization_id == office.organizations["一支部"][0]


def test_what_a_subordinate_did_since_leaves_the_confirming_to_the_own_organization(office: Bureau) -> None:
    case = until(office, "contacts")  # after the committee's filing
    proposal = office.correct("approver", case, 5, {"paper": "备2"})
    assert office.confirm("member", proposal).status is RECORDED


def test_a_correction_to_what_would_have_refused_an_act_is_confirmed_by_who_decides_next(office: Bureau) -> None:
    case = until(office, "admit")  # no superior has acted on the resolution yet
    worse = {"present": 9, "in_favour": 9, "against": 0}  # no quorum, no majority (art. 20)
    proposal = office.correct("secretary", case, number_of(office, case, "admit"), worse)
    assert {"admit.quorum", "admit.majority"} <= set(proposal.rules)
    for who in ("commissioner", "department"):
        with pytest.raises(NotForThisOrganization) as caught:
            office.confirm(who, proposal)
    assert caught.value.remedy is not None
    assert "党委" in caught.value.remedy.zh
    assert office.confirm("member", proposal).status is RECORDED


def test_what_breaks_nothing_or_only_a_limit_stays_with_the_branch(office: Bureau) -> None:
    case = until(office, "admit")
    assert corrected(office, case, number_of(office, case, "admit"), {"against": 2, "in_favour": 16}).rules == ()
    case = rosterless(office)
    office.clock.day = D(2026, 6, 22)
    late = corrected(office, case, 3, {}, occurred_on="2026-06-22")  # art. 7: recorded, not refused
    assert late.rules == ("talk.within_a_month",)


def test_whoever_approves_answers_for_what_corrections_brought_to_light(office: Bureau) -> None:
    case = until(office, "admit")
    worse = {"present": 9, "in_favour": 9, "against": 0}
    number = number_of(office, case, "admit")
    office.confirm("member", office.correct("secretary", case, number, worse))
    office.take("organizer", case, "superior_talk held", D(2027, 9, 20))
    with pytest.raises(ReasonNeeded) as caught:
        office.take("approver", case, "approve approved", D(2027, 10, 8))
    assert {"admit.quorum", "admit.majority"} <= set(caught.value.rules)
    proposal = office.take("approver", case, "approve approved", D(2027, 10, 8), reason="已另行核实")
    assert (proposal.status, office.state(case)) == (WAITING, "meeting_passed")
    done = office.confirm("member", proposal)
    assert done.state == "probationary"
    assert {"admit.quorum", "admit.majority"} <= set(bodies(office, case)[-1]["findings"])


def test_what_was_put_right_again_is_no_concern_of_whoever_approves(office: Bureau) -> None:
    case = until(office, "admit")
    number = number_of(office, case, "admit")
    office.confirm("member", office.correct("secretary", case, number, {"present": 9, "in_favour": 9, "against": 0}))
    office.confirm("member", office.correct("secretary", case, number, {"present": 18, "in_favour": 17, "against": 1}))
    office.take("organizer", case, "superior_talk held", D(2027, 9, 20))
    assert office.take("approver", case, "approve approved", D(2027, 10, 8)).state == "probationary"


def test_a_return_and_gaps_of_the_past_ask_nothing_more_of_whoever_approves(office: Bureau) -> None:
    case = until(office, "admit")
    number = number_of(office, case, "admit")
    office.confirm("member", office.correct("secretary", case, number, {"present": 9, "in_favour": 9, "against": 0}))
    office.take("organizer", case, "superior_talk held", D(2027, 9, 20))
    done = office.take("approver", case, "approve refused", D(2027, 10, 8), reason="未达到法定人数")
    assert (done.status, done.state) == (RECORDED, "target")


# ------------------------------------------------------------------ after a move


def moved(office: Bureau) -> str:
    """Return an activist confirmed in the first branch, whom the second has taken over."""
    case = until(office, "contacts")
    office.offer("secretary", case, "二支部", D(2026, 12, 14))
    office.take("elsewhere", case, "move handed_over", D(2026, 12, 15), evidence={"checked": True})
    return case


def test_what_a_former_branch_recorded_is_corrected_where_the_case_is_and_confirmed_above_both(office: Bureau) -> None:
    case = moved(office)
    for who in ("approver", "organizer"):
        with pytest.raises(NotForThisOrganization):
            office.correct(who, case, 4, {"recommended_by": "群团推优"})
    proposal = office.correct("elsewhere", case, 4, {"recommended_by": "群团推优"})
    for who in ("elsewhere2", "department"):
        with pytest.raises(NotForThisOrganization) as caught:
            office.confirm(who, proposal)
        assert caught.value.remedy is not None
        assert "党委" in caught.value.remedy.zh
    done = office.confirm("organizer", proposal)
    assert done.status is RECORDED
    assert values(office, case)["activist.recommended_by"] == "群团推优"
    assert record(office, case).entries[-1].organization_id == office.organizations["二支部"][0]


def test_offered_back_a_former_branch_still_corrects_nothing(office: Bureau) -> None:
    case = moved(office)
    office.offer("elsewhere", case, "一支部", D(2026, 12, 20))
    with pytest.raises(NotForThisOrganization):
        office.correct("secretary", case, 4, {"recommended_by": "群团推优"})


def test_what_the_new_branch_records_it_corrects_by_itself(office: Bureau) -> None:
    case = moved(office)
    number = office.take("elsewhere", case, "cultivate reviewed", D(2026, 12, 28), evidence={"paper": "考1"}).entry or 0
    proposal = office.correct("elsewhere", case, number, {"paper": "考2"})
    assert office.confirm("elsewhere2", proposal).status is RECORDED


# ------------------------------------------------------------------ facts about the person


def person(office: Bureau, case: str) -> tuple[str, date | None]:
    """Return name and birthday as they are searched for."""
    with office.database.read() as connection:
        query = select(Person.name, Person.born_on).join(Case, Case.id == Person.case_id).where(Case.number == case)
        return tuple(connection.execute(query).one())  # type: ignore[return-value]  # a row of these columns


def test_facts_about_the_person_are_corrected_at_the_opening(office: Bureau) -> None:
    case = rosterless(office)
    corrected(office, case, 1, {"person.born_on": "2000-03-10", "case.floating": True})
    assert values(office, case)["person.born_on"] == D(2000, 3, 10)
    assert values(office, case)["case.floating"] is True
    assert person(office, case) == ("示例一", D(2000, 3, 10))


def own_account(office: Bureau, case: str, linked: str | None = None) -> str | None:
    """Return the login of the person's own account, after linking another one by hand."""
    with office.database.write() as connection:
        if linked:
            account = office.people[linked].account_id
            connection.execute(update(Case).where(Case.number == case).values(own_account_id=account))
        mine = select(Account.login).join(Case, Case.own_account_id == Account.id)
        return connection.scalar(mine.where(Case.number == case))


@pytest.mark.parametrize(
    ("name", "true", "linked", "own"),
    [
        ("示例一", "watcher", None, "watcher"),  # it was nobody's, misspelt
        ("watcher", "示例一", None, None),  # it was taken for a namesake's
        ("watcher", "commissioner", None, "commissioner"),
        ("示例一", "watcher", "elsewhere", "elsewhere"),  # a superior has said whose it is
        ("watcher", "示例一", "elsewhere", "elsewhere"),
    ],
)
def test_whose_case_it_is_follows_the_true_name(
    office: Bureau, name: str, true: str, linked: str | None, own: str | None
) -> None:
    case = office.open(D(2026, 5, 20), name=name).case
    assert own_account(office, case, linked) == (linked or (name if name in office.people else None))
    office.confirm("approver", office.correct("secretary", case, 1, {"person.name": true}))
    assert own_account(office, case) == own


def test_an_opening_holds_nothing_else(office: Bureau) -> None:
    case = rosterless(office)
    for evidence in (
        {"colour": "红"},
        {"case.branch": "二支部"},
        {"case.has_committee": False},  # the organization's, not the case's
        {"list_target.consented_on": "2026-06-01"},
        {"person.colour": "红"},
        {"person.name": None},
    ):
        with pytest.raises(UnknownEvidence):
            office.correct("secretary", case, 1, evidence)
    with pytest.raises(UnreadableEvidence):
        office.correct("secretary", case, 1, {"person.name": "例" * 101})


def test_a_birthday_that_was_none_of_an_adult_is_recorded_as_what_it_breaks(office: Bureau) -> None:
    case = rosterless(office)
    done = corrected(office, case, 1, {"person.born_on": "2008-06-01"}, confirm="organizer")
    assert done.rules == ("apply.age",)


# ------------------------------------------------------------------ withdrawals


def test_the_own_last_entry_is_taken_back(office: Bureau) -> None:
    case = until(office, "activist")
    answer = office.withdraw("secretary", case, 4)
    assert (answer.status, answer.state) == (RECORDED, "applicant")
    assert office.kinds(case)[-1] == ("withdrawal", "activist", None)
    assert "activist.on" not in values(office, case)
    assert record(office, case).entries[3].recorded.evidence["recommended_by"] == "党员推荐"  # it stays on record
    again = {"recommended_by": "党员推荐", "recommended_on": "2026-06-20"}
    assert office.take("secretary", case, "activist confirmed", D(2026, 7, 2), evidence=again).state == "activist"


def test_an_entry_that_was_corrected_is_taken_back_with_its_correction(office: Bureau) -> None:
    case = rosterless(office)
    corrected(office, case, 3, {"talker": "乙"})
    proposal = office.withdraw("secretary", case, 3)  # which takes a second person's word back, too
    assert (proposal.status, values(office, case)["talk.talker"]) == (WAITING, "乙")
    assert office.confirm("commissioner", proposal).state == "applicant"
    assert "talk.talker" not in values(office, case)


def test_after_its_day_an_entry_is_taken_back_with_a_second_person(office: Bureau) -> None:
    case = rosterless(office)
    office.clock.day = D(2026, 6, 11)
    proposal = office.withdraw("secretary", case, 3)
    assert (proposal.status, office.seen(case)) == (WAITING, 3)
    with pytest.raises(ConflictOfDuties):
        office.confirm("secretary", proposal)
    done = office.confirm("commissioner", proposal)
    assert (done.status, done.entry) == (RECORDED, 4)
    entry = record(office, case).entries[-1]
    assert entry.confirmed_by == office.people["commissioner"].account_id
    assert "talk.on" not in values(office, case)


def test_a_finding_is_not_taken_back_alone(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    late = office.take("secretary", case, "talk held", D(2026, 7, 20), reason="谈话人出差")
    number = office.confirm("commissioner", late).entry or 0
    proposal = office.withdraw("secretary", case, number)  # or the talk would be held again with another day (art. 7)
    assert proposal.status is WAITING
    assert ("talk.within_a_month", 1) in broken(office, case)
    assert office.confirm("commissioner", proposal).status is RECORDED


def test_what_was_irregular_is_not_taken_back_alone(office: Bureau) -> None:
    case = until(office, "fill_form")
    short = {**VOTE, "present": 10, "in_favour": 10, "against": 0}
    held = office.take(
        "secretary", case, "admit passed", D(2027, 9, 3), evidence=short, irregular=True, reason="误以为够数"
    )
    number = office.confirm("commissioner", held).entry or 0
    assert office.withdraw("secretary", case, number).status is WAITING


def test_what_cannot_be_taken_back(office: Bureau) -> None:
    case = rosterless(office)
    for who, number in (("secretary", 2), ("secretary", 1), ("secretary", 9), ("commissioner", 3), ("organizer", 3)):
        with pytest.raises(NotAmendable):
            office.withdraw(who, case, number)
    office.take("commissioner", case, "activist confirmed", D(2026, 7, 1),
                evidence={"recommended_by": "党员推荐", "recommended_on": "2026-06-20"})  # fmt: skip
    with pytest.raises(NotAmendable):  # somebody has acted since
        office.withdraw("secretary", case, 3)
    office.withdraw("commissioner", case, 4)
    with pytest.raises(NotAmendable):  # once, and not the withdrawal itself
        office.withdraw("commissioner", case, 4)
    with pytest.raises(NotAmendable):
        office.withdraw("commissioner", case, 5)
    with pytest.raises(NotAmendable):  # somebody has acted since, even if it was taken back
        office.withdraw("secretary", case, 3)


@pytest.mark.parametrize("reason", ["", " "])
def test_a_withdrawal_says_why(office: Bureau, reason: str) -> None:
    case = rosterless(office)
    with pytest.raises(WorkflowError):
        office.submit("secretary", Withdraw(key=office.key(), case=case, seen=3, number=3, reason=reason))
    assert office.seen(case) == 3


def test_nobody_amends_the_own_case(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20), name="commissioner").case
    attempts = (
        lambda: office.correct("commissioner", case, 2, {"paper": "申2"}),
        lambda: office.withdraw("commissioner", case, 2),
        lambda: office.offer("commissioner", case, "二支部", D(2026, 6, 1)),
        lambda: office.supplement("commissioner", case, "talk", {"talker": "甲"}),
    )
    for attempt in attempts:
        with pytest.raises(ConflictOfDuties):
            attempt()
    assert {row[3]["error"] for row in submissions(office)[1:]} == {"ConflictOfDuties"}


# ------------------------------------------------------------------ attested late

PAST: dict[str, dict[str, Value]] = {
    "apply": {"on": D(2025, 1, 10)},
    "activist": {"recommended_by": "党员推荐", "recommended_on": D(2025, 4, 10), "on": D(2025, 4, 20)},
    "contacts": {"name_1": "甲"},
    "cultivate": {"reviews": (D(2025, 10, 10), D(2026, 4, 8))},
}


def past(office: Bureau) -> str:
    """Return an activist taken over from a ledger on 2026-06-01; talk and filing are missing."""
    office.clock.day = D(2026, 6, 1)
    return imported(office, "activist", PAST)


def violated(office: Bureau, case: str) -> set[str]:
    """Return the rules that the case breaks today."""
    return {rule for rule, _ in broken(office, case)}


def test_a_past_act_is_attested_late_and_closes_the_finding(office: Bureau) -> None:
    case = past(office)
    assert {"talk.within_a_month", "file_activist.filed"} <= violated(office, case)
    evidence = {"talker": "甲", "paper": "谈25-1"}
    proposal = office.supplement("secretary", case, "talk", evidence, occurred_on="2025-02-01")
    assert proposal.status is WAITING
    done = office.confirm("commissioner", proposal)
    assert (done.status, done.state) == (RECORDED, "activist")
    assert office.kinds(case)[-1] == ("attested", "talk", None)
    assert values(office, case)["talk.on"] == D(2025, 2, 1)
    assert "talk.within_a_month" not in violated(office, case)
    assert "file_activist.filed" in violated(office, case)


def test_a_gap_in_the_past_refuses_nothing_that_comes_after(office: Bureau) -> None:
    case = past(office)
    evidence = {"heard_on": "2026-06-02"}
    done = office.take("secretary", case, "choose_target proposed", D(2026, 6, 3), evidence=evidence)
    assert done.status is RECORDED


def test_an_attested_day_is_corrected(office: Bureau) -> None:
    case = past(office)
    told = {"paper": "谈25-1"}
    office.confirm("commissioner", office.supplement("secretary", case, "talk", told, occurred_on="2025-02-01"))
    number = office.seen(case)
    corrected(office, case, number, {"talker": "乙"}, occurred_on="2025-02-05")
    assert (values(office, case)["talk.on"], values(office, case)["talk.talker"]) == (D(2025, 2, 5), "乙")


def test_attested_days_of_a_repeated_step_are_corrected_together(office: Bureau) -> None:
    case = past(office)
    with pytest.raises(NotAmendable, match="培养考察时间"):
        office.correct("secretary", case, 5, {}, occurred_on="2026-04-01")
    corrected(office, case, 5, {"reviews": ["2025-10-10", "2026-04-01"]})
    assert values(office, case)["cultivate.reviews"] == (D(2025, 10, 10), D(2026, 4, 1))


def test_what_cannot_be_attested(office: Bureau) -> None:
    lived = rosterless(office)
    with pytest.raises(NotAmendable):  # nothing of it was imported
        office.supplement("secretary", lived, "talk", {"talker": "甲"})
    case = past(office)
    attempts: list[tuple[str, str, Mapping[str, Plain], Mapping[str, str], type[WorkflowError]]] = [
        ("secretary", "activist", {"recommended_by": "群团推优"}, {}, NotAmendable),  # on record: corrected instead
        ("secretary", "talk", {"colour": "红"}, {}, UnknownEvidence),
        ("secretary", "talk", {"talker": "甲"}, {"occurred_on": "2025-02-01"}, NotAmendable),  # which paper shows it?
        ("secretary", "move", {"origin": "外单位"}, {}, NotAmendable),  # no step of the procedure
        ("secretary", "not_recognise", {}, {"occurred_on": "2026-05-21"}, NotAmendable),
        ("secretary", "dance", {}, {"occurred_on": "2025-02-01"}, UnknownEvidence),
        ("secretary", "talk", {}, {"occurred_on": "2026-06-02"}, FutureAct),
        ("organizer", "file_activist", {"paper": "备1"}, {}, NotForThisOrganization),
        ("watcher", "talk", {"talker": "甲"}, {}, NotEntitled),
    ]
    for who, step, evidence, more, error in attempts:
        with pytest.raises(error):
            office.supplement(who, case, step, evidence, **more)
    office.clock.day = D(2026, 7, 1)
    # what happened after the past was taken over is an act, to be recorded by whoever did it
    since: list[tuple[str, Mapping[str, Plain], str | None]] = [
        ("talk", {}, "2026-06-15"),
        ("list_target", {"consented_on": "2026-06-15"}, None),
        ("observe", {"reviews": ["2026-06-15"]}, None),
    ]
    for step, evidence, on in since:
        with pytest.raises(NotAmendable):
            office.supplement("secretary", case, step, evidence, occurred_on=on)
    told = {"talker": "甲", "paper": "谈25-1"}
    office.confirm("commissioner", office.supplement("secretary", case, "talk", told))


def test_what_another_body_did_is_attested_with_its_word(office: Bureau) -> None:
    case = past(office)
    attested: list[tuple[str, Mapping[str, Plain], str | None]] = [
        ("list_target", {"consented_on": "2026-05-12"}, None),  # the committee's consent (art. 13)
        ("file_activist", {"paper": "备25-1"}, "2025-04-25"),
        ("training", {"hours": 24}, "2026-05-15"),
    ]
    for step, evidence, on in attested:
        proposal = office.supplement("secretary", case, step, evidence, occurred_on=on)
        with pytest.raises(NotForThisOrganization) as caught:
            office.confirm("commissioner", proposal)
        assert caught.value.remedy is not None
        assert "党委" in caught.value.remedy.zh
        assert office.confirm("member", proposal).status is RECORDED


def test_a_past_that_would_have_refused_an_act_is_attested_with_the_superiors_word(office: Bureau) -> None:
    case = past(office)
    proposal = office.supplement("secretary", case, "list_target", {"notice_from": "2026-05-13"})
    assert proposal.rules == ("choose_target.opinions_heard",)  # nobody had been heard (art. 13)
    with pytest.raises(NotForThisOrganization):
        office.confirm("commissioner", proposal)
    assert office.confirm("member", proposal).status is RECORDED


def test_nobody_here_acts_as_the_department_then_the_committee_confirms(office: Bureau) -> None:
    office.clock.day = D(2026, 6, 1)
    case = imported(office, "probationary", {"admit": {"on": D(2026, 1, 5)}, "approve": {"on": D(2026, 2, 5)}})
    with office.database.write() as connection:
        department = update(Organization).where(Organization.name == "组织部")
        connection.execute(department.values(until_on=D(2026, 1, 1)))
    proposal = office.supplement("secretary", case, "file_admission", {}, occurred_on="2026-02-10")
    with pytest.raises(NotForThisOrganization):
        office.confirm("commissioner", proposal)
    assert office.confirm("organizer", proposal).status is RECORDED
    with office.database.write() as connection:
        connection.execute(update(Organization).where(Organization.name == "组织部").values(until_on=None))


def test_the_past_of_a_step_that_was_taken_here_is_attested_no_more(office: Bureau) -> None:
    case = past(office)
    office.take("secretary", case, "talk held", D(2026, 6, 1), reason="补谈", evidence={"paper": "谈1"})
    waiting = office.take(
        "secretary", case, "choose_target proposed", D(2026, 6, 1), evidence={"heard_on": "2026-06-01"}
    )
    assert waiting.status is RECORDED
    with pytest.raises(NotAmendable):
        office.supplement("secretary", case, "choose_target", {"body": "branch_committee"})


def test_the_past_of_a_step_that_is_open_anew_is_attested_no_more(office: Bureau) -> None:
    office.clock.day = D(2026, 6, 1)
    examined: dict[str, Any] = {**PAST, "list_target": {"on": D(2026, 4, 24)}, "examine": {"on": D(2026, 5, 1)}}
    case = imported(office, "examined", examined)
    office.take("approver", case, "pre_review failed", D(2026, 6, 1), reason="材料不全")  # to be examined again
    with pytest.raises(NotAmendable):
        office.supplement("secretary", case, "examine", {}, occurred_on="2026-05-30")


def test_a_day_of_a_past_act_is_not_moved_beyond_the_past_by_a_correction(office: Bureau) -> None:
    case = past(office)
    office.confirm("member", office.supplement("secretary", case, "list_target", {"consented_on": "2026-05-30"}))
    office.clock.day = D(2026, 7, 1)
    with pytest.raises(NotAmendable):
        office.correct("secretary", case, office.seen(case), {"consented_on": "2026-06-20"})
