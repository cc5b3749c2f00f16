"""The desk: the same click twice, a case that changed meanwhile, what is out of sight, refusals on record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, text

from tests.engine.office import LONG_AGO, Bureau, bureau
from tests.engine.stages import record, submissions, until
from workflow.engine.desk import Login
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.offices import NoOffice
from workflow.engine.requests import (
    CaseRequest,
    Confirm,
    Correct,
    Offer,
    Supplement,
    TakeStep,
    UnsoundRequest,
    Withdraw,
)
from workflow.engine.scope import UnknownCase
from workflow.engine.submissions import KeyReused, RefusedBefore
from workflow.engine.task import CaseChanged, ReasonNeeded
from workflow.errors import WorkflowError
from workflow.rules.judge import StepRefused
from workflow.store.tables import Office, SubmissionStatus

D = date


@pytest.fixture
def office(fresh_office: Bureau) -> Bureau:
    """Give every test an office of its own: keys are remembered."""
    return fresh_office


def talk(case: str, seen: int, key: str = "talk", on: str = "2026-06-10", **more) -> TakeStep:
    """Return the request for recording the talk."""
    return TakeStep(key=key, case=case, seen=seen, step="talk", outcome="held", occurred_on=on, **more)


# ------------------------------------------------------------------ keys


def test_the_same_click_twice_gets_the_first_answer_and_writes_once(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    first = office.submit("secretary", talk(case, 2), D(2026, 6, 10))
    again = office.submit("secretary", talk(case, 2))
    assert (first.again, again.again) == (False, True)
    assert again == first
    assert office.seen(case) == 3
    assert len(submissions(office)) == 2


def test_a_case_is_opened_once_by_the_same_click(office: Bureau) -> None:
    office.keys = iter([7, 7])
    assert office.open(D(2026, 5, 20)) == office.open(D(2026, 5, 20))
    assert len(submissions(office)) == 1


def test_what_waits_waits_once(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    late = talk(case, 2, on="2026-06-21", reason="谈话人出差")
    first = office.submit("secretary", late, D(2026, 6, 21))
    assert office.submit("secretary", late) == first
    assert office.confirm("commissioner", first).entry == 3
    told = office.submit("secretary", late)  # it waits no more: what became of it
    assert (told.status, told.entry, told.proposal, told.again) == (SubmissionStatus.RECORDED, 3, None, True)


@pytest.mark.parametrize(("who", "declined"), [("commissioner", "declined"), ("secretary", "taken_back")])
def test_what_waited_and_was_put_away_is_told_so(office: Bureau, who: str, declined: str) -> None:
    case = office.open(D(2026, 5, 20)).case
    late, other = (talk(case, 2, key, on="2026-06-21", reason="谈话人出差") for key in ("late", "other"))
    first, second = (office.submit("secretary", one, D(2026, 6, 21)) for one in (late, other))
    office.confirm(who, first, agreed=False)
    told = office.submit("secretary", late)
    assert (told.status, told.entry, told.declined) == (SubmissionStatus.RECORDED, None, declined)
    assert office.submit("secretary", other) == second  # that one waits still


def test_what_was_refused_is_refused_again_with_the_rules_it_broke(office: Bureau) -> None:
    case = until(office, "activist")
    request = TakeStep(key="k", case=case, seen=office.seen(case), step="list_target", outcome="listed",
                       occurred_on="2026-07-01")  # fmt: skip
    with pytest.raises(StepRefused) as refused:
        office.submit("secretary", request)
    with pytest.raises(RefusedBefore) as again:
        office.submit("secretary", request)
    assert set(again.value.rules) == {one.rule for one in refused.value.refusals}
    other = office.open(D(2026, 5, 20)).case
    with pytest.raises(ReasonNeeded):
        office.submit("secretary", talk(other, 2, "late", on="2026-07-01"), D(2026, 7, 1))
    with pytest.raises(RefusedBefore) as again:
        office.submit("secretary", talk(other, 2, "late", on="2026-07-01"))
    assert again.value.rules == ("talk.within_a_month",)


def test_a_key_means_one_thing_and_is_the_own_one(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    office.submit("secretary", talk(case, 2), D(2026, 6, 10))
    withdrawal = Withdraw(key="talk", case=case, seen=3, number=3, reason="错")
    for other in (talk(case, 2, on="2026-06-11"), talk(case, 3), withdrawal):
        with pytest.raises(KeyReused):
            office.submit("secretary", other)
    assert office.seen(case) == 3
    assert [row[1] for row in submissions(office)] == ["recorded", "recorded"]
    with pytest.raises(CaseChanged):  # the key of somebody else says nothing
        office.submit("commissioner", talk(case, 2))


@pytest.mark.parametrize("key", ["", "k" * 65, "钥匙", "a b"])
def test_a_key_is_a_code(sqlite_database, key: str) -> None:
    with pytest.raises(UnsoundRequest):
        bureau(sqlite_database).submit("secretary", talk("2026-000001", 2, key))


def forged(**more: Any) -> TakeStep:
    """Return a request with something in it that is of another type."""
    return replace(talk("2026-000001", 2), **more)


def unsound() -> dict[str, CaseRequest]:
    """Return requests that no form sends."""
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    case = "2026-000001"
    return {
        "a number as text": forged(seen="2"),
        "yes for a number": forged(seen=True),
        "a number for yes": forged(irregular=1),
        "no day": forged(occurred_on=None),
        "a number for a text": forged(reason=7),
        "a case of bytes": forged(case=b"2026-000001"),
        "seen beyond any": talk(case, 2**31),
        "seen below any": talk(case, -(2**31) - 1),
        "a proposal beyond any": Confirm(key="f", case=case, seen=2, proposal=2**31),
        "a long reason": talk(case, 2, reason="长" * 2001),
        "a long case": talk("2" * 2001, 2),
        "a NUL": talk("2026\0", 2),
        "an escape": talk(case, 2, reason="\x1b[2J"),
        "half a character": talk(case, 2, reason="\ud800"),
        "evidence as a list": talk(case, 2, evidence=["talker"]),
        "much evidence": talk(case, 2, evidence={f"f{number}": None for number in range(61)}),
        "a number for a name": talk(case, 2, evidence={1: "x"}),
        "a long name": talk(case, 2, evidence={"f" * 201: "x"}),
        "half a name": talk(case, 2, evidence={"\ud800": "x"}),
        "a long value": talk(case, 2, evidence={"talker": "甲" * 2001}),
        "a number beyond any": talk(case, 2, evidence={"talker": 2**31}),
        "many values": talk(case, 2, evidence={"reviews": ["2026-01-01"] * 101}),
        "a list in a list": talk(case, 2, evidence={"reviews": [["2026-01-01"]]}),
        "lists without end": talk(case, 2, evidence={"reviews": nested}),
        "a mapping": talk(case, 2, evidence={"reviews": {"on": "2026-01-01"}}),
        "a fraction": talk(case, 2, evidence={"present": 1.5}),
    }


@pytest.mark.parametrize("which", sorted(unsound()))
def test_what_no_form_sends_is_refused_and_leaves_nothing_behind(sqlite_database, which: str) -> None:
    office = bureau(sqlite_database)
    with pytest.raises(UnsoundRequest):
        office.submit("secretary", unsound()[which])
    assert submissions(office) == []


def test_what_is_just_within_bounds_is_judged(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    many = {f"f{place}": None for place in range(60)}
    for number, evidence in enumerate((many, {"talker": "甲" * 2000}, {"reviews": ["2026-06-10"] * 100})):
        with pytest.raises(WorkflowError) as caught:
            office.submit("secretary", talk(case, 2**31 - 1, f"k{number}", evidence=evidence))
        assert not isinstance(caught.value, UnsoundRequest)


def test_a_reason_is_kept_trimmed_and_the_same_click_is_the_same_with_and_without_blanks(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    late = talk(case, 2, on="2026-06-21", reason=" 谈话人出差\n ")
    first = office.submit("secretary", late, D(2026, 6, 21))
    assert office.submit("secretary", replace(late, reason="谈话人出差")) == first
    office.confirm("commissioner", first)
    assert record(office, case).entries[-1].reason == "谈话人出差"


# ------------------------------------------------------------------ changed meanwhile


def test_whoever_has_an_old_form_is_told_what_is_new(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    office.take("commissioner", case, "talk held", D(2026, 6, 10))
    office.withdraw("commissioner", case, 3)
    with pytest.raises(CaseChanged) as caught:
        office.take("secretary", case, "talk held", D(2026, 6, 11), seen=2)
    assert caught.value.entries == (3, 4)
    for words in ("第3条办理：党组织派人谈话（已谈话）", "第4条撤回：党组织派人谈话"):
        assert words in caught.value.what.zh
    for words in ("entry 3, act: Talk with the applicant (talk held)", "entry 4, withdrawal: Talk with the applicant"):
        assert words in caught.value.what.en
    assert submissions(office)[-1][3] == {"error": "CaseChanged", "rules": [], "earliest": {}}


@pytest.mark.parametrize("seen", [-1, 0, 1, 3])
def test_every_other_version_is_another_one(office: Bureau, seen: int) -> None:
    case = office.open(D(2026, 5, 20)).case
    with pytest.raises(CaseChanged) as caught:
        office.take("secretary", case, "talk held", D(2026, 6, 11), seen=seen)
    assert all(number in (1, 2) for number in caught.value.entries)


# ------------------------------------------------------------------ out of sight


def requests(case: str) -> list[CaseRequest]:
    """Return one of every kind of request about a case."""
    base = talk(case, 2)
    return [
        base,
        Correct(key="c", case=case, seen=2, number=2, evidence={}, reason="误"),
        Withdraw(key="w", case=case, seen=2, number=2, reason="误"),
        Offer(key="o", case=case, seen=2, to="0" * 32, occurred_on="2026-06-01"),
        Supplement(key="s", case=case, seen=2, step="talk", evidence={}, reason="补"),
        Confirm(key="f", case=case, seen=2, proposal=1),
    ]


@pytest.mark.parametrize("who", ["elsewhere", "administrator"])
def test_a_foreign_case_is_answered_as_one_that_does_not_exist(office: Bureau, who: str) -> None:
    case = office.open(D(2026, 5, 20)).case
    said = []
    for number in (case, "2026-999999"):
        for request in requests(number):
            with pytest.raises(UnknownCase) as caught:
                office.submit(who, replace(request, key=f"{request.key}-{number}"))
            said.append(str(caught.value).replace(number, "…"))
    assert len(set(said)) == 1
    refused = [row for row in submissions(office) if row[1] == "refused"]
    assert len(refused) == len(said)
    assert {(row[2], json.dumps(row[3])) for row in refused} == {(None, json.dumps(refused[0][3]))}
    assert case not in json.dumps([row[3] for row in refused])


def test_an_office_that_is_not_held_does_nothing(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    secretary, approver = office.people["secretary"], office.people["approver"]
    for login in (Login(secretary.account_id, approver.office_id), Login(secretary.account_id, 999), Login(999, 999)):
        with pytest.raises(NoOffice):
            office.desk.submit(login, talk(case, 2, f"k{login.account_id}-{login.office_id}"))
    assert [row[1] for row in submissions(office)] == ["recorded"]  # whoever holds no office leaves nothing on record


def test_a_key_is_used_in_one_office(office: Bureau) -> None:
    case = office.open(D(2026, 5, 20)).case
    mine = {"account_id": office.people["secretary"].account_id, "organization_id": office.organizations["一支部"][0],
            "role": "organization_commissioner", "from_on": LONG_AGO}  # fmt: skip
    with office.database.write() as connection:
        held = connection.execute(insert(Office).returning(Office.id), mine).scalar_one()
    office.submit("secretary", talk(case, 2), D(2026, 6, 10))
    with pytest.raises(KeyReused):
        office.desk.submit(Login(office.people["secretary"].account_id, held), talk(case, 2))


def test_in_another_office_one_is_still_the_same_person(office: Bureau) -> None:
    case = until(office, "superior_talk")
    second = {"account_id": office.people["secretary"].account_id, "organization_id": office.organizations["党委"][0],
              "role": "committee_secretary", "from_on": LONG_AGO}  # fmt: skip
    with office.database.write() as connection:
        held = connection.execute(insert(Office).returning(Office.id), second).scalar_one()
    office.people = {**office.people, "both": Login(office.people["secretary"].account_id, held)}
    with pytest.raises(ConflictOfDuties):
        office.take("both", case, "approve approved", D(2027, 10, 8))
    plans = {"probation_from": "2027-09-06", "probation_to": "2028-09-06"}
    assert office.take("approver", case, "approve approved", D(2027, 10, 8), evidence=plans).state == "probationary"


# ------------------------------------------------------------------ refusals on record


def test_a_refused_submission_is_on_record_without_words(office: Bureau) -> None:
    case = until(office, "activist")
    with pytest.raises(StepRefused):
        office.take("secretary", case, "list_target listed", D(2026, 7, 1), reason="机密的理由",
                    evidence={"notice_result": "clear"})  # fmt: skip
    action, status, case_id, answer = submissions(office)[-1]
    assert (action, status) == ("take", "refused")
    assert case_id is not None
    assert set(answer) == {"error", "rules", "earliest"}
    with office.database.read() as connection:
        for table in ("submission", "outbox", "proposal", "entry_value", "entry"):
            # a name of our own tables
            assert "机密" not in str(connection.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608


def test_what_was_refused_changes_nothing_for_the_next_one(office: Bureau) -> None:
    case = until(office, "activist")
    with pytest.raises(StepRefused):
        office.take("secretary", case, "list_target listed", D(2026, 7, 1))
    assert office.take("organizer", case, "file_activist filed", D(2026, 7, 3)).status is SubmissionStatus.RECORDED
