"""Opening a case and taking its steps: what is lawful passes, what is not is refused with every reason at once."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

import pytest
from sqlalchemy import insert, select

from tests.engine.office import Bureau
from tests.engine.soundness import Snapshot, snapshot
from tests.engine.stages import VOTE, bodies, broken, record, refusals, submissions, until, values, walk
from workflow.engine.acting import NotEntitled
from workflow.engine.desk import Login
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.evidence import UnreadableEvidence
from workflow.engine.requests import TakeStep, UnsoundRequest
from workflow.engine.steps import NotIrregular
from workflow.engine.task import Answer, FutureAct, NotForThisOrganization, ReasonNeeded
from workflow.errors import WorkflowError
from workflow.machine import StepImpossible
from workflow.rules.judge import StepRefused
from workflow.store.tables import Account, Case, Office, SubmissionStatus, Todo

D = date
RECORDED, WAITING = SubmissionStatus.RECORDED, SubmissionStatus.WAITING


# ------------------------------------------------------------------ opening


def test_a_branch_opens_a_case_with_the_letter_it_received(office: Bureau) -> None:
    answer = office.open(D(2026, 5, 20), evidence={"paper": "申1"})
    assert (answer.status, answer.state, answer.entry) == (RECORDED, "applicant", 2)
    assert re.fullmatch(r"2026-\d{6}", answer.case)
    assert office.kinds(answer.case) == [("opened", None, None), ("act", "apply", "received")]
    assert values(office, answer.case)["person.born_on"] == D(2000, 2, 10)


def test_only_who_records_in_a_branch_opens_a_case(office: Bureau) -> None:
    seats = {"organizer": NotForThisOrganization, "department": NotForThisOrganization, "watcher": NotEntitled}
    for who, error in seats.items():
        with pytest.raises(error):
            office.open(D(2026, 5, 20), who)
    assert [row[:3] for row in submissions(office)] == [("open", "refused", None)] * len(seats)


def test_an_applicant_is_eighteen(office: Bureau) -> None:
    reasons = refusals(lambda: office.open(D(2018, 2, 9)))  # born 2000-02-10
    assert set(reasons) == {"apply.age"}
    assert reasons["apply.age"].earliest == D(2018, 2, 10)
    assert office.open(D(2018, 2, 10)).state == "applicant"


def test_a_case_is_about_somebody_and_opened_by_a_step_that_opens(office: Bureau) -> None:
    for name in ("", "  ", "\n", "例" * 101):
        with pytest.raises(UnreadableEvidence):
            office.open(D(2026, 5, 20), name=name)
    others = ({"step": "talk", "outcome": "held"}, {"step": "activist", "outcome": "confirmed"}, {"outcome": "refused"})
    for more in others:
        with pytest.raises(StepImpossible):
            office.open(D(2026, 5, 20), **more)
    assert {row[1] for row in submissions(office)} == {"refused"}


def test_who_bears_the_name_of_an_account_of_the_branch_has_an_own_account(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20), name="commissioner").case
    with pytest.raises(ConflictOfDuties):
        office.take("commissioner", case, "talk held", D(2026, 6, 1))
    assert office.take("secretary", case, "talk held", D(2026, 6, 1)).status is RECORDED


def test_nobody_opens_the_own_case(office: Bureau) -> None:
    with pytest.raises(ConflictOfDuties):
        office.open(D(2026, 5, 20), "secretary", name="secretary")
    assert submissions(office)[-1][3]["error"] == "ConflictOfDuties"


# ------------------------------------------------------------------ refused: every reason at once, nothing written


def test_a_meeting_that_broke_everything_is_told_everything_at_once(office: Bureau) -> None:
    case = until(office, "fill_form")
    evidence = {"due": 20, "present": 10, "in_favour": 10, "against": 5, "ballot": "open", "singly": False,
                "reported_on": "2027-09-20"}  # fmt: skip
    before = record(office, case)
    reasons = refusals(lambda: office.take("secretary", case, "admit passed", D(2027, 9, 21), evidence=evidence))
    assert set(reasons) == {
        "admit.quorum",  # 2 x 10 <= 20
        "admit.majority",  # 2 x 10 <= 20
        "admit.secret_ballot",
        "admit.tally",  # 15 votes of 10 present
        "admit.one_by_one",
        "admit.resolution_written",
        "admit.reported_after_meeting",
        "admit.within_a_month",  # pre-review on 2027-08-20
    }
    assert reasons["admit.within_a_month"].redo == "pre_review"
    assert record(office, case).entries == before.entries
    kind, status, case_id, answer = submissions(office)[-1]
    assert (kind, status, case_id) == ("take", "refused", before.row.id)
    assert answer == {"error": "StepRefused", "rules": list(reasons), "earliest": answer["earliest"]}


def test_required_evidence_is_named_together_with_what_else_is_wrong(office: Bureau) -> None:
    case = until(office, "fill_form")
    opened = {"ballot": "open"}
    reasons = refusals(lambda: office.take("secretary", case, "admit passed", D(2027, 9, 6), evidence=opened))
    assert set(reasons) == {"admit.required", "admit.secret_ballot"}
    assert reasons["admit.required"].what.zh == "缺：接收应到、接收实到、接收赞成、逐个讨论、逐个表决"


def test_a_refusal_tells_the_first_lawful_day(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    office.take("secretary", case, "talk held", D(2026, 6, 10))
    office.take("secretary", case, "activist confirmed", D(2026, 7, 1),
                evidence={"recommended_by": "党员推荐", "recommended_on": "2026-06-20"})  # fmt: skip
    reasons = refusals(lambda: office.take("secretary", case, "list_target listed", D(2027, 6, 30)))
    assert reasons["choose_target.a_year_of_cultivation"].earliest == D(2027, 7, 1)
    assert "list_target.consent" in reasons


@pytest.mark.parametrize("do", ["activist not_confirmed", "activist returned"])
def test_a_return_or_refusal_is_given_a_reason(office: Bureau, do: str) -> None:
    case = until(office, "talk")
    for reason, error in ((None, ReasonNeeded), ("", WorkflowError), ("  ", WorkflowError)):
        with pytest.raises(error):
            office.take("secretary", case, do, D(2026, 7, 1), reason=reason)
    assert office.take("secretary", case, do, D(2026, 7, 1), reason="材料不全").state == "applicant"


def test_a_breach_that_lies_behind_needs_a_reason_before_a_second_person(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    with pytest.raises(ReasonNeeded) as caught:
        office.take("secretary", case, "talk held", D(2026, 6, 21))
    assert caught.value.rules == ("talk.within_a_month",)
    with pytest.raises(WorkflowError):
        office.take("secretary", case, "talk held", D(2026, 6, 21), reason=" ")
    assert office.seen(case) == 2
    answer = office.take("secretary", case, "talk held", D(2026, 6, 21), reason="谈话人出差")
    assert (answer.status, answer.rules, answer.entry) == (WAITING, ("talk.within_a_month",), None)
    assert office.seen(case) == 2
    assert office.take("secretary", case, "talk held", D(2026, 6, 20)).status is RECORDED  # in time: neither of them


APPROVALS = [  # resolution reported on 2027-09-10 (art. 25)
    (D(2027, 12, 10), None, ()),
    (D(2027, 12, 11), "延1", ()),  # special circumstances, the reason on file
    (D(2027, 12, 11), None, ("approve.within_three_months",)),
    (D(2028, 3, 10), "延1", ()),
    (D(2028, 3, 11), "延1", ("approve.within_three_months",)),  # never beyond six months
]


def test_the_time_for_an_approval(office: Bureau) -> None:
    case = until(office, "superior_talk")
    for on, paper, rules in APPROVALS:
        evidence = {"longer_reason": paper, "probation_from": "2027-09-06", "probation_to": "2028-09-06"}
        answer = office.take("approver", case, "approve approved", on, reason="情况特殊", evidence=evidence)
        assert (answer.status, answer.rules) == (WAITING if rules else RECORDED, rules)
        if answer.entry:
            assert office.withdraw("approver", case, answer.entry).state == "meeting_passed"


def test_an_act_lies_in_the_past_and_so_do_its_days_but_for_plans(office: Bureau) -> None:
    case = until(office, "superior_talk")
    office.clock.day = D(2027, 10, 8)
    plans = {"probation_from": "2027-09-06", "probation_to": "2028-09-06"}
    for on, evidence in (("2027-10-09", plans), ("2027-10-08", {"returned_on": "2027-10-09"})):
        with pytest.raises((FutureAct, NotForThisOrganization)):
            hand_in(office, "approver", case, "approve approved", on, **evidence)
    with pytest.raises(FutureAct):
        hand_in(office, "approver", case, "approve refused", "2027-10-09")
    assert hand_in(office, "approver", case, "approve approved", "2027-10-08", **plans).state == "probationary"


def test_evidence_of_a_day_that_has_not_come_is_refused(office: Bureau) -> None:
    case = until(office, "talk")
    ahead = {"recommended_by": "党员推荐", "recommended_on": "2026-07-02"}
    with pytest.raises(FutureAct):
        hand_in(office, "secretary", case, "activist confirmed", "2026-06-10", **ahead)
    assert submissions(office)[-1][3]["error"] == "FutureAct"


def hand_in(office: Bureau, who: str, case: str, do: str, on: str, **evidence: str) -> Answer:
    """Hand in an act of another day than today."""
    step, outcome = do.split()
    return office.submit(who, TakeStep(key=office.key(), case=case, seen=office.seen(case), step=step, outcome=outcome,
                                       occurred_on=on, evidence=evidence))  # fmt: skip


def test_a_day_is_written_as_a_day_and_a_step_is_one_of_the_edition(office: Bureau) -> None:
    case = until(office, "apply")
    for on in ("", "2026/06/01", "2026-13-01", "tomorrow"):
        with pytest.raises(WorkflowError, match="2026-05-11"):
            hand_in(office, "secretary", case, "talk held", on)
    for do in ("dance danced", "talk refused", "talk irregular"):
        with pytest.raises(StepImpossible):
            office.take("secretary", case, do, D(2026, 6, 1))


# ------------------------------------------------------------------ who may

FOREIGN = {  # after this step: acts of another body than that which the articles name
    "apply": [("talk held", "organizer"), ("talk held", "auditor"), ("talk held", "watcher")],
    "activist": [("file_activist filed", "secretary")],
    "file_activist": [("contacts assigned", "approver")],
    "choose_target": [("list_target consented", "secretary"), ("list_target listed", "approver")],
    "list_target": [("sponsors determined", "department")],
    "examine": [("pre_review passed", "organizer"), ("pre_review passed", "secretary")],  # no power: art. 18, 22
    "admit": [("superior_talk held", "secretary")],
    "superior_talk": [("approve approved", "secretary"), ("approve approved", "organizer")],
    "approve": [("file_admission filed", "approver")],
}


def test_nobody_acts_as_another_body(office: Bureau) -> None:
    for case, step in walk(office, "approve"):
        for do, who in FOREIGN.get(step, ()):
            before = state_of(office, case)
            with pytest.raises(NotEntitled) as caught:
                office.take(who, case, do, office.clock.day)
            assert caught.value.who, "says who may"
            assert state_of(office, case) == before


def state_of(office: Bureau, case: str) -> Snapshot:
    """Return all that stands of a case."""
    with office.database.read() as connection:
        return snapshot(connection, case)


BODIES = [("committee", None), ("organization_department", None), ("general_meeting", "activist.committee_decides")]


def test_the_body_on_record_is_one_that_the_actor_acts_for(office: Bureau) -> None:
    case = until(office, "talk")
    for body, rule in BODIES:
        evidence = {"recommended_by": "党员推荐", "recommended_on": "2026-06-20", "body": body}
        with pytest.raises(StepRefused if rule else NotForThisOrganization) as caught:
            office.take("secretary", case, "activist confirmed", D(2026, 7, 1), evidence=evidence)
        assert [one.rule for one in getattr(caught.value, "refusals", ())] == ([rule] if rule else [])


def test_the_body_that_acts_is_recorded_without_being_asked_for(office: Bureau) -> None:
    case = until(office, "talk")
    evidence = {"recommended_by": "党员推荐", "recommended_on": "2026-06-20"}
    office.take("secretary", case, "activist confirmed", D(2026, 7, 1), evidence=evidence)
    assert values(office, case)["activist.body"] == "branch_committee"


OTHERS = [
    # a branch writes neither the committee's consent nor its refusal into its own listing (art. 13)
    ("secretary", "list_target listed", "consented_on"),
    ("secretary", "list_target listed", "refused_on"),
    ("secretary", "list_target listed", "notice_from"),
    ("secretary", "list_target notice_given", "consented_on"),
    ("approver", "list_target consented", "on"),
    ("approver", "list_target consented", "notice_from"),
]


def test_nobody_records_the_outcome_of_others_along_with_the_own(office: Bureau) -> None:
    case = until(office, "choose_target")
    for who, do, field in OTHERS:
        with pytest.raises(NotForThisOrganization):
            office.take(who, case, do, D(2027, 7, 16), evidence={field: "2027-07-07"})
    assert "list_target.consented_on" not in values(office, case)


# ------------------------------------------------------------------ irregular

SHORT = {**VOTE, "present": 10, "in_favour": 10, "against": 0}


def test_what_happened_is_kept_as_irregular_moves_nothing_and_is_held_again(office: Bureau) -> None:
    case = until(office, "fill_form")
    again = {"reason": "到会人数不足", "irregular": True, "evidence": SHORT}
    said = refusals(lambda: office.take("secretary", case, "admit passed", D(2027, 9, 3), evidence=SHORT))
    assert set(said) == {"admit.quorum", "admit.majority"}
    with pytest.raises(ReasonNeeded):
        office.take("secretary", case, "admit passed", D(2027, 9, 3), **(again | {"reason": None}))
    waiting = office.take("secretary", case, "admit passed", D(2027, 9, 3), **again)
    assert (waiting.status, set(waiting.rules)) == (WAITING, set(said))
    done = office.confirm("commissioner", waiting)
    assert (done.status, done.state) == (RECORDED, "pre_reviewed")
    assert office.kinds(case)[-1] == ("act", "admit", "irregular")
    assert bodies(office, case)[-1]["claimed"] == "passed"
    assert set(bodies(office, case)[-1]["findings"]) == set(said)
    with pytest.raises(StepImpossible):
        office.take("organizer", case, "superior_talk held", D(2027, 9, 4))
    office.clock.day = D(2027, 9, 10)
    held = office.take("secretary", case, "admit passed", D(2027, 9, 6), evidence={**VOTE, "reported_on": "2027-09-10"})
    assert (held.status, held.state, held.rules) == (RECORDED, "meeting_passed", ())
    assert values(office, case)["admit.present"] == 18
    stands = broken(office, case)
    assert ("admit.quorum", 1) in stands
    assert {number for rule, number in stands if rule.startswith("admit.")} == {1}


def test_nothing_is_irregular_that_breaks_nothing(office: Bureau) -> None:
    case = until(office, "apply")
    with pytest.raises(NotIrregular):
        office.take("secretary", case, "talk held", D(2026, 6, 10), irregular=True, reason="没有问题")


def test_an_act_at_the_wrong_time_of_the_case_is_kept_as_irregular_too(office: Bureau) -> None:
    case = until(office, "talk")
    wrong = {"irregular": True, "reason": "误开大会", "evidence": VOTE}
    waiting = office.take("secretary", case, "admit passed", D(2026, 7, 1), **wrong)
    done = office.confirm("commissioner", waiting)
    assert (done.state, done.rules) == ("applicant", ("admit.state",))


def test_irregular_or_not_it_is_recorded_by_whoever_it_was(office: Bureau) -> None:
    case = until(office, "superior_talk")
    with pytest.raises(NotEntitled):
        office.take("secretary", case, "approve approved", D(2027, 10, 8), irregular=True, reason="越权审批")


# ------------------------------------------------------------------ decide, return, extend, revoke, close


def test_a_case_that_the_committee_does_not_approve_goes_back_with_a_reason(office: Bureau) -> None:
    case = until(office, "superior_talk")
    with pytest.raises(ReasonNeeded):
        office.take("approver", case, "approve refused", D(2027, 10, 8))
    answer = office.take("approver", case, "approve refused", D(2027, 10, 8), reason="条件不具备")
    assert answer.state == "target"
    assert record(office, case).entries[-1].reason == "条件不具备"


def test_a_return_moves_nothing(office: Bureau) -> None:
    case = until(office, "superior_talk")
    answer = office.take("approver", case, "approve returned", D(2027, 10, 8), reason="缺少决议")
    assert answer.state == "meeting_passed"
    evidence = {"probation_from": "2027-09-06", "probation_to": "2028-09-06"}
    assert office.take("approver", case, "approve approved", D(2027, 10, 9), evidence=evidence).state == "probationary"


MEETING = {"due": 20, "present": 19, "in_favour": 18, "against": 1, "ballot": "secret",
           "heard_on": "2028-09-01", "examined_on": "2028-09-03"}  # fmt: skip


def test_probation_is_extended_once_by_half_a_year_to_a_year(office: Bureau) -> None:
    case = until(office, "request")
    extend = partial(office.take, "secretary", case, "convert extended", D(2028, 9, 6), reason="需继续考察")
    short = {None: "convert.extension_set", "2029-03-05": "convert.extended_by_half_a_year_at_least"}
    for until_on, rule in short.items():
        assert set(refusals(partial(extend, evidence={**MEETING, "extended_to": until_on}))) == {rule}
    long = extend(evidence={**MEETING, "extended_to": "2029-09-07"})
    assert (long.status, long.rules) == (WAITING, ("convert.extended_by_a_year_at_most",))
    with pytest.raises(ReasonNeeded):
        extend(evidence={**MEETING, "extended_to": "2029-03-06"}, reason=None)
    extend(evidence={**MEETING, "extended_to": "2029-03-06"})
    office.take("secretary", case, "convert reported", D(2028, 9, 8))
    assert office.take("approver", case, "approve_conversion extended", D(2028, 10, 8)).state == "extended"
    with pytest.raises(StepImpossible):
        office.take("secretary", case, "convert extended", D(2029, 3, 6), reason="再延长",
                    evidence={**MEETING, "extended_to": "2029-09-06"})  # fmt: skip
    early = refusals(lambda: office.take("secretary", case, "convert converted", D(2029, 3, 5), evidence=MEETING))
    assert set(early) == {"convert.not_before_the_end"}
    assert office.take("secretary", case, "convert converted", D(2029, 3, 6), evidence=MEETING).status is RECORDED
    office.take("secretary", case, "convert reported", D(2029, 3, 8))
    assert office.take("approver", case, "approve_conversion converted", D(2029, 4, 1)).state == "full"


def test_what_is_approved_is_what_the_meeting_resolved(office: Bureau) -> None:
    case = until(office, "convert")
    found = refusals(lambda: office.take("approver", case, "approve_conversion extended", D(2028, 10, 20)))
    assert set(found) == {"approve_conversion.as_resolved"}


def test_membership_is_revoked_at_any_time_of_probation_by_meeting_and_committee(office: Bureau) -> None:
    case = until(office, "oath")
    votes = {"due": 20, "present": 19, "in_favour": 18, "against": 1, "ballot": "secret"}
    resolved = office.take("secretary", case, "convert revoked", D(2028, 2, 1), reason="违纪", evidence=votes)
    assert resolved.state == "probationary"
    office.take("secretary", case, "convert reported", D(2028, 2, 2))
    assert office.take("approver", case, "approve_conversion revoked", D(2028, 3, 1), reason="违纪").state == "revoked"
    with pytest.raises(StepImpossible):
        office.take("secretary", case, "observe observed", D(2028, 3, 2))


def test_whoever_leaves_is_done_with(office: Bureau) -> None:
    case = until(office, "talk")
    with pytest.raises(ReasonNeeded):
        office.take("secretary", case, "leave struck_off", D(2026, 7, 1))
    for do, reason in (("withdrew", None), ("died", None), ("struck_off", "不宜继续培养")):
        answer = office.take("secretary", case, f"leave {do}", D(2026, 7, 1), reason=reason)
        assert answer.state == "withdrawn"
        with pytest.raises(StepImpossible):
            office.take("secretary", case, "talk held", D(2026, 7, 1))
        assert office.withdraw("secretary", case, answer.entry or 0).state == "applicant"


# ------------------------------------------------------------------ one meeting, many people


def test_one_meeting_settles_several_people_with_a_tally_each(office: Bureau) -> None:
    cases = [until(office, "talk") for _ in range(2)]
    for case, way in zip(cases, ("党员推荐", "群团推优"), strict=True):
        evidence = {"recommended_by": way, "recommended_on": "2026-06-20"}
        office.take("secretary", case, "activist confirmed", D(2026, 7, 1), evidence=evidence, meeting="2026-07-01-a")
    assert {bodies(office, case)[-1]["meeting"] for case in cases} == {"2026-07-01-a"}
    assert [values(office, case)["activist.recommended_by"] for case in cases] == ["党员推荐", "群团推优"]


def test_the_mark_of_a_meeting_is_no_text(office: Bureau) -> None:
    case = until(office, "apply")
    for meeting in ("张三同志的讨论会", "a meeting about somebody", "x" * 65, ""):
        with pytest.raises(UnsoundRequest):
            office.take("secretary", case, "talk held", D(2026, 6, 1), meeting=meeting)


# ------------------------------------------------------------------ further talks, and which committee approves


def test_an_applicant_is_talked_with_as_often_as_is_useful(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    with pytest.raises(StepRefused):
        office.take("secretary", case, "talk again", D(2026, 6, 1))
    office.take("secretary", case, "talk held", D(2026, 6, 10), evidence={"talker": "甲", "paper": "谈1"})
    for on, paper in (("2026-07-20", "谈2"), ("2026-09-01", "谈3")):
        answer = office.take("secretary", case, "talk again", D.fromisoformat(on), evidence={"again_paper": paper})
        assert (answer.status, answer.rules) == (SubmissionStatus.RECORDED, ())
    found = values(office, case)
    assert (found["talk.on"], found["talk.paper"]) == (D(2026, 6, 10), "谈1")
    assert found["talk.again_on"] == (D(2026, 7, 20), D(2026, 9, 1))
    for evidence in ({"on": "2026-06-11"}, {"paper": "谈4"}):  # what the first talk left stays
        with pytest.raises(WorkflowError):
            office.take("secretary", case, "talk again", D(2026, 9, 2), evidence=evidence)
    assert broken(office, case) == set()


def test_a_further_talk_is_owed_by_nobody(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    office.take("secretary", case, "talk held", D(2026, 6, 10))
    with office.database.read() as connection:
        asked = select(Todo.step).join(Case).where(Case.number == case)
        assert connection.scalars(asked).all() == ["activist"]


def test_the_nearest_committee_with_power_approves_and_none_above_it(fresh_office: Bureau) -> None:
    office = fresh_office
    login = {"login": "above", "name": "above", "name_key": "above", "created_at": office.clock()}
    with office.database.write() as connection:
        account = connection.execute(insert(Account).returning(Account.id), login).scalar_one()
        place, since = office.organizations["工委"][0], D(2020, 1, 1)
        seat = {"account_id": account, "organization_id": place, "role": "committee_secretary", "from_on": since}
        held = connection.execute(insert(Office).returning(Office.id), seat).scalar_one()
    office.people = {**office.people, "above": Login(account, held)}
    case = until(office, "superior_talk")
    plans = {"probation_from": "2027-09-06", "probation_to": "2028-09-06"}
    with pytest.raises(NotEntitled) as caught:
        office.take("above", case, "approve approved", D(2027, 10, 8), evidence=plans)
    assert [one.organization.zh for one in caught.value.who] == ["党委"]
    assert office.take("approver", case, "approve approved", D(2027, 10, 8), evidence=plans).state == "probationary"
    with pytest.raises(NotEntitled):  # nor once more
        office.take("above", case, "approve approved", D(2027, 10, 8), evidence=plans)
