"""How far a case has come: the lawful life of 2026 lived up to a step; what is said of an act; what was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from tests.engine.office import LAWS, Bureau
from tests.engine.test_lives import act, live
from tests.regulation.trace import accepted, traces
from workflow.case.facts import World
from workflow.case.record import EntryKind
from workflow.case.values import Value
from workflow.engine.name_parts import keep_parts
from workflow.engine.reading import CaseRecord, case_columns, case_row, read_record
from workflow.engine.writing import Author, Draft, Head, append
from workflow.rules.judge import Refusal, StepRefused, judge_case
from workflow.rules.verdict import VerdictState
from workflow.seal import ORIGIN
from workflow.store.tables import Account, Batch, Case, Entry, Organization, Person, Submission

LIFE = "lived under the edition of 2026"
VOTE = {"due": 20, "present": 18, "in_favour": 17, "against": 1, "ballot": "secret", "singly": True,
        "resolution": "决3"}  # fmt: skip


def until(office: Bureau, step: str) -> str:
    """Live the lawful life up to its last act of ``step``; return the number of the case."""
    return live(office, list(accepted(traces()[LIFE], step)))


def walk(office: Bureau, step: str) -> Iterator[tuple[str, str]]:
    """Live the same life act by act; yield the number of the case and the step that was taken last."""
    first, *rest = accepted(traces()[LIFE], step)
    case = office.open(first["on"]).case
    yield case, "apply"
    for raw in rest:
        act(office, case, raw)
        yield case, raw["do"].split()[0]


def refusals(attempt: Callable[[], object]) -> dict[str, Refusal]:
    """Return every reason for which an attempt is refused, by rule."""
    with pytest.raises(StepRefused) as caught:
        attempt()
    return {refusal.rule: refusal for refusal in caught.value.refusals}


def record(office: Bureau, case: str) -> CaseRecord:
    """Return a case as it is read from the database."""
    with office.database.read() as connection:
        query = select(*case_columns()).join(Organization, Organization.id == Case.organization_id)
        row = case_row(connection.execute(query.where(Case.number == case)).one())
        return read_record(connection, LAWS, row)


def values(office: Bureau, case: str) -> Mapping[str, Any]:
    """Return the columns of a case as they are in effect."""
    return record(office, case).view().values


def bodies(office: Bureau, case: str) -> list[dict[str, Any]]:
    """Return what is hashed of every entry of a case."""
    with office.database.read() as connection:
        query = select(Entry.body).join(Case).where(Case.number == case).order_by(Entry.number)
        return [json.loads(body) for body in connection.scalars(query)]


def broken(office: Bureau, case: str) -> set[tuple[str, int]]:
    """Return the rules that are broken, each with its round."""
    found = record(office, case)
    verdicts = judge_case(found.book, found.view(), World(LAWS.calendar, None), office.clock.day)
    return {(one.rule, one.round) for one in verdicts if one.state is VerdictState.VIOLATED}


def submissions(office: Bureau) -> list[tuple[str, str, int | None, dict[str, Any]]]:
    """Return action, status, case and answer of every submission of a test, in their order."""
    with office.database.read() as connection:
        columns = (Submission.action, Submission.status, Submission.case_id, Submission.answer)
        query = select(*columns).where(Submission.id > office.before)
        return [tuple(row) for row in connection.execute(query.order_by(Submission.id))]


def imported(office: Bureau, state: str, past: Mapping[str, Mapping[str, Value]], absent: tuple[str, ...] = ()) -> str:
    """Put a case into the first branch whose past was taken over today: evidence by step; return its number.

    ``absent``: columns that the ledger it came from does not keep.
    """
    now, edition = office.clock(), LAWS.law.editions[-1]
    branch, uid = office.organizations["一支部"]
    with office.database.write() as connection:
        account = connection.scalar(select(Account.uid).where(Account.id == office.people["secretary"].account_id))
        batch = {"account_id": office.people["secretary"].account_id, "organization_id": branch,
                 "form": "branch-ledger", "file_hash": ORIGIN, "made_at": now}  # fmt: skip
        brought = connection.execute(insert(Batch).returning(Batch.id, Batch.uid), batch).one()
        path = connection.scalar(select(Organization.path).where(Organization.id == branch))
        row = {"number": office.key(), "procedure": "recruitment", "organization_id": branch, "path": path,
               "state": state, "entries": 0, "head": ORIGIN}  # fmt: skip
        case = connection.execute(insert(Case).returning(Case.id, Case.uid, Case.number), row).one()
        connection.execute(insert(Person), {"case_id": case.id, "name": "示例", "name_key": "示例"})
        keep_parts(connection, {case.id: "示例"}, new=True)
        drafts = [
            Draft(kind=EntryKind.OPENED, edition=edition, evidence={"person.born_on": date(2000, 2, 10)},
                  notes={"absent": list(absent)} if absent else {}),
            *(Draft(kind=EntryKind.ATTESTED, edition=edition, step=step, evidence=past[step]) for step in past),
            Draft(kind=EntryKind.CUTOVER, edition=edition, outcome=state),
        ]  # fmt: skip
        whole = [replace(draft, batch=(brought.id, brought.uid)) for draft in drafts]
        # one of both is there
        author = Author((batch["account_id"], account or uuid4()), (branch, UUID(uid)), "branch_secretary")  # type: ignore[arg-type]
        append(connection, Head(case.id, case.uid, 0, ORIGIN), whole, author, now)
    return str(case.number)
