"""Whether what stands in the database fits together: chain, projection, submissions, offers, names kept apart.

Everything is computed anew from the stored bytes of the entries and compared with what the tables say beside them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from tests.engine.office import LAWS
from workflow.calendar.office import office_day
from workflow.case.facts import World
from workflow.case.history import IRREGULAR, CaseView, Round
from workflow.case.record import EntryKind, effective
from workflow.case.values import Value
from workflow.engine.acting import line_of
from workflow.engine.agenda import open_steps, todo_rows
from workflow.engine.judging import world_for
from workflow.engine.laws import Laws
from workflow.engine.reading import BRANCH, CaseRecord, case_columns, case_row, read_record
from workflow.engine.roster import roster_for
from workflow.law.model import FieldType
from workflow.rules.judge import judge_case
from workflow.rules.verdict import Verdict, VerdictState
from workflow.seal import ORIGIN, canonical, commitment, leaf_hash
from workflow.store.database import Database
from workflow.store.tables import (
    Account,
    Batch,
    Case,
    Entry,
    EntryValue,
    Finding,
    Organization,
    Outbox,
    Person,
    Proposal,
    Submission,
    SubmissionStatus,
    Todo,
    Transfer,
)
from workflow.store.types import written

COLUMNS = {
    "n": "number",
    "prev": "prev",
    "kind": "kind",
    "step": "step",
    "outcome": "outcome",
    "supersedes": "supersedes",
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a refused submission must leave as it is, of one case."""

    case: tuple[Any, ...]
    entries: tuple[tuple[Any, ...], ...]
    values: tuple[tuple[Any, ...], ...]
    todo: tuple[tuple[Any, ...], ...]
    proposals: tuple[int, ...]
    transfers: tuple[tuple[Any, ...], ...]
    outbox: int


def snapshot(connection: Connection, number: str) -> Snapshot:
    """Return what stands of a case in every table but that of the submissions."""

    def all_of(*columns: Any) -> tuple[tuple[Any, ...], ...]:
        query = select(*columns).where(columns[0] == case.id)
        return tuple(tuple(row) for row in connection.execute(query.order_by(*columns[1:])))

    case = connection.execute(select(*Case.__table__.columns).where(Case.number == number)).one()
    of_case = select(EntryValue.entry_id, EntryValue.field, EntryValue.salt, EntryValue.value).join(Entry)
    values = sorted(tuple(row) for row in connection.execute(of_case.where(Entry.case_id == case.id)))
    return Snapshot(
        tuple(case),
        all_of(Entry.case_id, Entry.number, Entry.id, Entry.hash, Entry.body),
        tuple(values),
        all_of(Todo.case_id, Todo.step, Todo.outcome, Todo.organization_id, Todo.branch_id, Todo.path, Todo.due_on),
        tuple(
            connection.scalars(
                select(Proposal.submission_id).where(Proposal.case_id == case.id).order_by("submission_id")
            )
        ),
        all_of(Transfer.case_id, Transfer.to_id, Transfer.to_path, Transfer.entry_number),
        len(all_of(Outbox.case_id, Outbox.id)),
    )


def faults(database: Database, numbers: Iterable[str] | None = None, laws: Laws = LAWS) -> list[str]:
    """Return everything that does not fit, of the cases with these numbers or of all."""
    with database.read() as connection:
        query = select(*case_columns()).join(Organization, Organization.id == Case.organization_id)
        rows = [case_row(row) for row in connection.execute(query.order_by(Case.id))]
        chosen = [row for row in rows if numbers is None or row.number in set(numbers)]
        found: list[str] = []
        for row in chosen:
            broken = list(_chain(connection, row.id))
            if not broken:  # what cannot be trusted is not replayed
                record = read_record(connection, laws, row)
                broken = [
                    *_projection(record),
                    *_holder(connection, record),
                    *_agenda(connection, laws, record),
                    *_offer(connection, record),
                ]
            broken += [*_answers(connection, row.id), *_told(connection, row.id), *_names(connection, row.id)]
            found += [f"{row.number}: {fault}" for fault in broken]
        if numbers is None:
            known = {row.id for row in chosen}
            orphans = select(Entry.case_id).distinct()
            found += [
                f"entries of a case that is not there: {case}"
                for case in connection.scalars(orphans)
                if case not in known
            ]
        return found


def _chain(connection: Connection, case_id: int) -> Iterator[str]:
    """Yield faults of numbers, hashes, columns and commitments."""
    case = connection.execute(select(Case.uid, Case.entries, Case.head).where(Case.id == case_id)).one()
    ids: dict[Any, dict[int, UUID]] = {
        table: {row.id: row.uid for row in connection.execute(select(table.id, table.uid))}
        for table in (Account, Organization, Batch)
    }
    number, prev = 0, ORIGIN
    query = select(*Entry.__table__.columns).where(Entry.case_id == case_id).order_by(Entry.number)
    for line in connection.execute(query).all():
        number += 1
        if line.number != number:
            yield f"entry {number} is missing"
            return
        if line.prev != prev or line.hash != leaf_hash(line.body):
            yield f"entry {number} is not chained to the one before"
        prev = line.hash
        yield from (f"entry {number}: {fault}" for fault in _line(connection, line, case.uid.hex, ids))
    if (number, prev) != (case.entries, case.head):
        yield f"the case says {case.entries} entries, there are {number}, or its head is another"


def _line(connection: Connection, line: Row[Any], case: str, ids: Mapping[Any, Mapping[int, UUID]]) -> Iterator[str]:
    """Yield where the bytes of an entry differ from its columns, or its erasable values from what they commit to."""
    try:
        body = json.loads(line.body)
    except ValueError:
        yield "it cannot be read"
        return
    if canonical(body) != line.body:
        yield "it is not canonical"
    said = _said(line, case, ids)
    if body != {**body, **said} or {"outcome", "on", "batch", "confirmed"} & (body.keys() - said.keys()):
        yield "columns and bytes differ"
    kept = connection.execute(
        select(EntryValue.field, EntryValue.salt, EntryValue.value).where(EntryValue.entry_id == line.id)
    ).all()
    promised = body.get("commit", {})
    for name, salt, value in kept:
        if promised.get(name) != commitment(salt, json.loads(value)):
            yield f"{name} is not the value that was committed to"
    if missing := promised.keys() - {one.field for one in kept}:
        yield f"values are gone: {sorted(missing)}"


def _said(line: Row[Any], case: str, ids: Mapping[Any, Mapping[int, Any]]) -> dict[str, Any]:
    """Return what the bytes of an entry must say, from its columns; what is blank must not be said."""
    said = {name: getattr(line, column) for name, column in COLUMNS.items()}
    said |= {
        "case": case,
        "at": written(line.recorded_at),
        "on": line.occurred_on.isoformat() if line.occurred_on else None,
        "by": ids[Account][line.account_id].hex,
        "org": ids[Organization][line.organization_id].hex,
        "confirmed": ids[Account][line.confirmed_by].hex if line.confirmed_by else None,
        "batch": ids[Batch][line.batch_id].hex if line.batch_id else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _projection(record: CaseRecord) -> Iterator[str]:
    state = record.view().state
    if record.row.state != state:
        yield f"the case says {record.row.state}, replay says {state}"


def _holder(connection: Connection, record: CaseRecord) -> Iterator[str]:
    """Yield faults of the branch that has the case: the one that opened it or took it over last."""
    moves = [
        entry
        for entry in record.entries
        if (entry.recorded.kind, entry.recorded.step, entry.recorded.outcome) == (EntryKind.ACT, "move", "handed_over")
    ]
    opened = record.entries[0]
    named = opened.body.get(BRANCH)  # where a superior recorded the opening
    holder = Organization.id == (moves[-1] if moves else opened).organization_id
    here = Organization.uid == UUID(named) if named and not moves else holder
    found = connection.execute(select(Organization.id, Organization.path).where(here)).one()
    if (record.row.organization_id, record.row.path) != tuple(found):
        yield "the case stands with another branch than its entries say"


def verdicts(
    connection: Connection, laws: Laws, record: CaseRecord, values: Mapping[str, Value], as_of: date
) -> list[Verdict]:
    """Return what every rule says of recorded values, each clause once."""
    world = World(laws.calendar, roster_for(connection, record.row.path, _named(record, values)))
    return record.book.judge_all(record.book.columns(values, world), as_of)


def _named(record: CaseRecord, values: Mapping[str, Value]) -> set[str]:
    people = {
        name
        for period in record.book.periods
        for name, field in period.edition.fields.items()
        if field.type is FieldType.PERSON
    }
    return {value for name, value in values.items() if name in people and isinstance(value, str)}


def _agenda(connection: Connection, laws: Laws, record: CaseRecord) -> Iterator[str]:
    """Yield faults of the to-do list, which was made when the last entry was recorded; an offer leaves it alone."""
    made = [entry for entry in record.entries if entry.recorded.kind is not EntryKind.OFFERED]
    on = office_day(made[-1].recorded_at)
    view, edition = record.view(), record.book.edition_on(on)
    world = World(laws.calendar, roster_for(connection, record.row.path, _named(record, view.values)))
    columns = record.book.columns(view.values, world)
    steps = open_steps(edition, view, record.book.judge_all(columns, on), columns)
    yield from _breaches(connection, laws, record, on)
    line = line_of(connection, record.row.path, on)
    expected = {tuple(row.values()) for row in todo_rows(line, laws, record.row, view.state, edition, steps)}
    query = select(
        Todo.case_id, Todo.step, Todo.outcome, Todo.organization_id, Todo.branch_id, Todo.path, Todo.state, Todo.due_on
    )
    found = {tuple(row) for row in connection.execute(query.where(Todo.case_id == record.row.id))}
    if found != expected:
        yield f"to do: {sorted(map(repr, found ^ expected))}"


def _breaches(connection: Connection, laws: Laws, record: CaseRecord, on: date) -> Iterator[str]:
    """Yield faults of the findings: on any day those that have begun are those that the judge would name then."""
    view, columns = record.view(), (Finding.rule, Finding.step, Finding.round)
    world = world_for(connection, laws, record, *view.every_round)
    for day in (on, on + timedelta(40), on + timedelta(400)):
        verdicts = judge_case(record.book, view, world, day)
        expected = {(one.rule, one.step, one.round) for one in verdicts if one.state is VerdictState.VIOLATED}
        expected |= {(rule, one.step, one.number) for one, rule in _standing(record, view, world, day)}
        query = select(*columns).where(Finding.case_id == record.row.id, Finding.broken_on <= day)
        found = {tuple(row) for row in connection.execute(query)}
        places = select(Finding.path, Finding.state).where(Finding.case_id == record.row.id).distinct()
        kept = {tuple(row) for row in connection.execute(places)}
        if found != expected or not kept <= {(record.row.path, view.state)}:
            yield f"findings as of {day}: {sorted(map(repr, found ^ expected))}"


def _standing(record: CaseRecord, view: CaseView, world: World, day: date) -> Iterator[tuple[Round, str]]:
    """Yield the rules noted with irregular acts, but for those that the true facts do not break."""
    acts = [one.number for one in effective(record.recorded()) if one.outcome == IRREGULAR]
    for number, one in zip(acts, (one for one in view.earlier if one.on), strict=True):
        now = record.book.columns(one.values, world)
        then = record.book.columns(_uncorrected(record, number), world)
        for rule in one.broken:
            if rule.endswith(".required"):
                stands = _incomplete(record, number)
            else:
                clauses = [judged for judged in record.book.judged if judged.rule.id == rule]
                states, before = ({one.judge(columns, day).state for one in clauses} for columns in (now, then))
                silent = {VerdictState.NOT_APPLICABLE}
                stands = states - silent != {VerdictState.SATISFIED} and not (states == silent != before)
            if stands:
                yield one, rule


def _incomplete(record: CaseRecord, number: int) -> bool:
    """Tell whether an act, as it was corrected, brings less than the step asks of the outcome that was claimed."""
    (act,) = (one for one in effective(record.recorded()) if one.number == number)
    assert act.occurred_on is not None
    step = record.book.edition_on(act.occurred_on).steps[act.step or ""]
    outcome = step.outcomes[record.entries[number - 1].body["claimed"]]
    if outcome.fills is not None or outcome.incomplete:
        return False
    brought = {step.day: act.occurred_on, **act.evidence, **outcome.sets}
    return any(brought.get(name) is None for name, field in step.evidence.items() if field.required)


def _uncorrected(record: CaseRecord, number: int) -> Mapping[str, Value]:
    """Return the values on which an irregular act was recorded: without the corrections that came after it."""
    standing = {one.number for one in effective(record.recorded())}
    later = {one.number for one in record.recorded() if one.number > number and one.kind is EntryKind.CORRECTION}
    then = effective(one for one in record.recorded() if one.number not in later)
    return record.fold([one for one in then if one.number in standing and one.number <= number]).earlier[-1].values


def _offer(connection: Connection, record: CaseRecord) -> Iterator[str]:
    """Yield faults of the open offer: there is one when the last was neither answered nor withdrawn, nor lapsed."""
    withdrawn = {entry.recorded.supersedes for entry in record.entries if entry.recorded.kind is EntryKind.WITHDRAWAL}
    number = 0
    for entry in record.entries:
        if entry.recorded.kind is EntryKind.OFFERED and entry.recorded.number not in withdrawn:
            number = entry.recorded.number
        elif entry.recorded.kind is EntryKind.ACT and entry.recorded.outcome != "irregular":
            ended = {"approve_conversion converted", "approve_conversion revoked"}
            done = f"{entry.recorded.step} {entry.recorded.outcome}"
            if entry.recorded.step in ("move", "leave", "not_recognise", "posthumous") or done in ended:
                number = 0
    open_offer = connection.scalar(select(Transfer.entry_number).where(Transfer.case_id == record.row.id)) or 0
    if open_offer != number:
        yield f"offered with entry {number}, the table says {open_offer}"


def _answers(connection: Connection, case_id: int) -> Iterator[str]:
    """Yield faults of the submissions: each entry was answered to exactly one, what waits comes from one."""
    query = select(Submission.id, Submission.status, Submission.answer, Submission.action)
    lines = connection.execute(query.where(Submission.case_id == case_id)).all()
    answered = Counter(
        line.answer["entry"]
        for line in lines
        if line.status == SubmissionStatus.RECORDED and line.answer["entry"] is not None
    )
    entries = connection.execute(select(Entry.number, Entry.kind, Entry.batch_id).where(Entry.case_id == case_id)).all()
    submitted = Counter(line.number for line in entries if line.kind != EntryKind.OPENED and line.batch_id is None)
    if answered != submitted:
        made, told = sorted(submitted.elements()), sorted(answered.elements())
        yield f"entries {made} were made, submissions were told of {told}"
    waited = {line.id for line in lines if line.status == SubmissionStatus.WAITING}
    for proposal in connection.scalars(select(Proposal.submission_id).where(Proposal.case_id == case_id)):
        if proposal not in waited:
            yield f"proposal {proposal} comes from no submission"


def _told(connection: Connection, case_id: int) -> Iterator[str]:
    entries = Counter(connection.scalars(select(Entry.id).where(Entry.case_id == case_id)))
    told = Counter(connection.scalars(select(Outbox.entry_id).where(Outbox.case_id == case_id)))
    if entries != told:
        yield "the outbox does not tell of every entry once"


def _names(connection: Connection, case_id: int) -> Iterator[str]:
    """Yield where a name or a text that is kept apart stands in what is never erased."""
    person = connection.scalar(select(Person.name).where(Person.case_id == case_id))
    texts = connection.scalars(select(EntryValue.value).join(Entry).where(Entry.case_id == case_id))
    apart = {text for text in (person, *map(json.loads, texts)) if isinstance(text, str) and not text.isascii()}
    bodies = connection.scalars(select(Entry.body).where(Entry.case_id == case_id))
    answers = connection.scalars(select(Submission.answer).where(Submission.case_id == case_id))
    kept = "\n".join([*(body.decode() for body in bodies), *(json.dumps(one, ensure_ascii=False) for one in answers)])
    for text in sorted(apart):
        if text in kept:
            yield f"a name or text stands where it cannot be erased: {text}"


def violated(found: Iterable[Verdict]) -> set[tuple[str, str, int, str]]:
    """Return which clauses are violated and how."""
    return {(one.rule, one.step, one.clause, str(one.outcome)) for one in found if one.state is VerdictState.VIOLATED}
