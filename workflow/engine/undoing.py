"""Undoing an import: its entries are withdrawn, what it brought that can be erased is erased; nothing else is deleted.

A case in which somebody has acted since stays as it is, and is named with the reason. Whoever imported undoes it on the
same day; later a superior does, or where none stands above another office holder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, not_, select, update

from workflow.calendar.office import office_day
from workflow.case.history import CaseView
from workflow.case.record import EntryKind, Recorded, effective
from workflow.engine.agenda import refresh
from workflow.engine.attesting import BatchKey, new_batch
from workflow.engine.batches import find_batch
from workflow.engine.desk import Desk, Login
from workflow.engine.duties import separation
from workflow.engine.evidence import text_of
from workflow.engine.finding_acts import end_lives
from workflow.engine.judging import Judged, world_of
from workflow.engine.offices import actor_of
from workflow.engine.reading import CaseRecord, CaseRow, case_columns, case_row, read_records, read_row
from workflow.engine.requests import Correct
from workflow.engine.task import ReasonNeeded, Task
from workflow.engine.trust import may_attest
from workflow.engine.writing import REASON, Draft, Line, insert_lines, lines
from workflow.errors import Text, WorkflowError
from workflow.rules.judge import Examination
from workflow.store.failures import retrying
from workflow.store.tables import (
    Batch,
    Case,
    Entry,
    EntryValue,
    Finding,
    FindingEvent,
    FindingText,
    Organization,
    Person,
    Proposal,
    Submission,
    SubmissionSalt,
    Todo,
)

CHUNK = 100  # cases a transaction
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Left:
    """A case that an undoing left alone, and why."""

    case: str
    why: Text


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undoing did, or would do. ``again``: it had been done before, and nothing was left to do.

    ``erased``: how many of the cases came with the batch alone, so that the person is erased.
    """

    batch: int
    cases: int
    entries: int
    left: tuple[Left, ...]
    again: bool
    erased: int = 0


def undo_reason(given: str) -> str:
    """Return why an import is undone, as it is kept; raises ReasonNeeded, UnreadableEvidence."""
    if not given.strip():
        raise ReasonNeeded(Text("撤销导入须写明理由", "undoing an import needs a reason"))
    return text_of(given.replace("\r\n", "\n"), Text("理由", "reason"))


def undo_import(
    desk: Desk, who: Login, batch: str, progress: Progress | None = None, *, reason: str = "", dry_run: bool = False
) -> Undone:
    """Undo an import, given by its number or uid; ``progress`` hears how many cases of how many are done.

    The reason stands in each withdrawal, and stays when the person is erased.

    In transactions of ``CHUNK`` cases: one that is broken off goes on where it stopped when it is asked for again. With
    ``dry_run`` nothing is written: the answer is what an undoing would do now.
    Raises UnknownBatch, NothingToUndo, ReasonNeeded, and NotEntitled for whoever is neither the importer on the same
    day nor above.
    """
    return _Undoing(desk, who, batch, reason, dry_run=dry_run).run(progress)


class _Undoing:
    def __init__(self, desk: Desk, who: Login, batch: str, reason: str, *, dry_run: bool) -> None:
        self.desk, self.who, self.dry_run = desk, who, dry_run
        self.now = desk.clock()
        with desk.database.read() as connection:
            self.found = find_batch(self._task(connection), batch)
            of_batch = select(func.count(Entry.case_id.distinct())).where(Entry.batch_id == self.found.id)
            self.all = connection.scalar(of_batch) or 0
        self.reason = "" if dry_run else undo_reason(reason)

    def run(self, progress: Progress | None) -> Undone:
        left: list[Left] = []
        seen = last = cases = entries = erased = 0
        while chunk := self._next(last):
            withdrawn, kept = retrying(lambda: self._look(chunk) if self.dry_run else self._undo(chunk))
            cases, entries = cases + len(withdrawn), entries + sum(len(one.entries) for one in withdrawn)
            erased += sum(not _remain(one) for one in withdrawn)
            last, seen = chunk[-1], seen + len(chunk)
            left += kept
            if progress:
                progress(seen, self.all)
        again = self.found.undone and not entries
        return Undone(self.found.id, cases, entries, tuple(left), again=again, erased=erased)

    def _next(self, last: int) -> Sequence[int]:
        """Return the ids of the next cases that the batch touched."""
        query = select(Entry.case_id).distinct().where(Entry.batch_id == self.found.id, Entry.case_id > last)
        with self.desk.database.read() as connection:
            return connection.scalars(query.order_by(Entry.case_id).limit(CHUNK)).all()

    def _task(self, connection: Connection) -> Task:
        laws = self.desk.laws
        actor = actor_of(connection, laws.organizations, self.who.account_id, self.who.office_id, office_day(self.now))
        may_attest(actor)
        return Task(connection, laws, actor, self.now)

    def _undo(self, chunk: Sequence[int]) -> tuple[list[_Withdrawn], list[Left]]:
        """Undo the batch in some cases; return what was withdrawn, and what was left alone."""
        with self.desk.database.write() as connection:
            task = self._task(connection)
            withdrawn, left = self._sorted(task, locked(connection, chunk))
            if withdrawn:
                _withdraw(task, self._batch(task), withdrawn, self.reason)
            return withdrawn, left

    def _look(self, chunk: Sequence[int]) -> tuple[list[_Withdrawn], list[Left]]:
        """Return what an undoing would withdraw, and what it would leave alone."""
        with self.desk.database.read() as connection:
            query = _rows_of(chunk)
            return self._sorted(self._task(connection), [case_row(row) for row in connection.execute(query)])

    def _sorted(self, task: Task, rows: Sequence[CaseRow]) -> tuple[list[_Withdrawn], list[Left]]:
        """Tell what of some cases can be withdrawn, and what has to be left alone."""
        ids = [row.id for row in rows]
        waiting = _waiting(task.connection, ids)
        ours = _entries_of(task.connection, self.found.id, ids)
        left: list[Left] = []
        withdrawn: list[_Withdrawn] = []
        for record in read_records(task.connection, task.laws, rows):
            numbers = ours[record.row.id]
            why = _why_left(task, record, numbers, waiting.get(record.row.id, ()))
            mine = [one for one in effective(record.recorded()) if one.number in numbers]
            if why is not None and mine:
                left.append(Left(record.row.number, why))
            elif mine:
                withdrawn.append(_Withdrawn(record, mine, {record.entries[n - 1].id for n in numbers}))
        return withdrawn, left

    def _batch(self, task: Task) -> BatchKey:
        """Return the batch that undoes this one."""
        row = task.connection.execute(select(Batch.id, Batch.uid).where(Batch.undoes == self.found.id)).one_or_none()
        return BatchKey(*row) if row else new_batch(task, self.found.form, self.found.file_hash, self.found.id)


@dataclass(frozen=True, slots=True)
class _Withdrawn:
    """A case in which entries of the batch are withdrawn; ``ids``: those of all that the batch wrote in it."""

    record: CaseRecord
    entries: Sequence[Recorded]
    ids: set[int]


def locked(connection: Connection, cases: Sequence[int]) -> list[CaseRow]:
    """Return cases by their ids, locked until the transaction ends."""
    return [case_row(row) for row in connection.execute(_rows_of(cases).with_for_update(of=Case, key_share=True))]


def _rows_of(cases: Sequence[int]) -> Select[Any]:
    query = select(*case_columns()).join(Organization, Organization.id == Case.organization_id)
    return query.where(Case.id.in_(cases)).order_by(Case.id)


def _entries_of(connection: Connection, batch: int, cases: Sequence[int]) -> Mapping[int, frozenset[int]]:
    """Return the numbers of the entries that a batch wrote in each case."""
    query = select(Entry.case_id, Entry.number).where(Entry.batch_id == batch, Entry.case_id.in_(cases))
    found: dict[int, set[int]] = {}
    for case, number in connection.execute(query):
        found.setdefault(case, set()).add(number)
    return {case: frozenset(numbers) for case, numbers in found.items()}


def _waiting(connection: Connection, cases: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Return which actions wait for a second person in each case."""
    query = select(Proposal.case_id, Proposal.request).where(Proposal.case_id.in_(cases))
    found: dict[int, tuple[str, ...]] = {}
    for case, request in connection.execute(query):
        found[case] = (*found.get(case, ()), request["action"])
    return found


def _why_left(task: Task, record: CaseRecord, ours: frozenset[int], waiting: Sequence[str]) -> Text | None:
    """Return why a case is left alone: outside the scope, or somebody has acted in it since; None: nothing hinders."""
    if not record.row.path.startswith(task.actor.path):
        return Text("已转出您的权限范围", "it has moved out of your scope")
    try:
        separation(task.connection, task.laws.organizations, task.actor, record.row)
    except WorkflowError as error:
        return error.what
    withdrawn = {one.supersedes for one in record.recorded() if one.kind is EntryKind.WITHDRAWAL}
    first = min(ours)
    for one in record.recorded():
        if one.number < first or one.number in ours or one.number in withdrawn or one.kind is EntryKind.WITHDRAWAL:
            continue
        return Text(f"其后已有登记（第{one.number}条）", f"something was recorded after it (entry {one.number})")
    if any(action != Correct.action for action in waiting):
        return Text("有事项等待第二人确认", "something in it waits for a second person")
    return None


def _withdraw(task: Task, batch: BatchKey, cases: Sequence[_Withdrawn], reason: str) -> None:
    """Write the withdrawals, erase what can be erased, and bring the projections up to date."""
    connection = task.connection
    made: list[Line] = []
    changed: list[dict[str, object]] = []
    for case in cases:
        drafts = [
            Draft(kind=EntryKind.WITHDRAWAL, edition=case.record.book.newest, step=one.step, supersedes=one.number,
                  reason=reason, batch=batch.pair)
            for one in reversed(case.entries)
        ]  # fmt: skip
        written, end = lines(case.record.row.head, drafts, task.author(), task.now)
        made += written
        state = _left_over(case).state
        changed.append({"key": end.case_id, "to_state": state, "to_entries": end.entries, "to_head": end.hash})
    insert_lines(connection, made, task.now)
    moved = update(Case).where(Case.id == bindparam("key"))
    fields = ("state", "entries", "head")
    connection.execute(moved.values({name: bindparam(f"to_{name}") for name in fields}), changed)
    ids = [case.record.row.id for case in cases]
    gone = [case.record.row.id for case in cases if not _remain(case)]
    _forget(connection, connection.scalars(select(Proposal.submission_id).where(Proposal.case_id.in_(ids))).all())
    connection.execute(delete(Proposal).where(Proposal.case_id.in_(ids)))
    _forget(connection, connection.scalars(select(Submission.id).where(Submission.case_id.in_(gone))).all())
    for case in cases:
        _erase(task, case)
        if _remain(case):
            _ask_anew(task, case)


def _remain(case: _Withdrawn) -> list[Recorded]:
    """Return the entries of a case that stay in effect."""
    gone = {one.number for one in case.entries}
    return [one for one in effective(case.record.recorded()) if one.number not in gone]


def _left_over(case: _Withdrawn) -> CaseView:
    """Return where a case stands without what is withdrawn."""
    return case.record.fold(_remain(case))


def _forget(connection: Connection, submissions: Sequence[int]) -> None:
    """Let the hashes of requests say nothing any more: a request may hold a name."""
    connection.execute(delete(SubmissionSalt).where(SubmissionSalt.submission_id.in_(submissions)))


def _erase(task: Task, case: _Withdrawn) -> None:
    """Erase what the batch brought; of a case that came with it, all that is known of the person.

    Why another import of it was undone stays on record.
    """
    connection, values, key = task.connection, delete(EntryValue), case.record.row.id
    if _remain(case):
        connection.execute(values.where(EntryValue.entry_id.in_(case.ids)))
        return
    undoings = select(Entry.id).join(Batch, Batch.id == Entry.batch_id)
    undoings = undoings.where(Entry.case_id == key, Entry.kind == EntryKind.WITHDRAWAL, Batch.undoes.is_not(None))
    reasons = and_(EntryValue.field == REASON, EntryValue.entry_id.in_(undoings))
    of_case = EntryValue.entry_id.in_({entry.id for entry in case.record.entries})
    connection.execute(values.where(of_case, not_(reasons)))
    connection.execute(delete(Person).where(Person.case_id == key))
    connection.execute(delete(Todo).where(Todo.case_id == key))
    connection.execute(delete(Finding).where(Finding.case_id == key))
    told = select(FindingEvent.id).where(FindingEvent.case_id == key)
    connection.execute(delete(FindingText).where(FindingText.event_id.in_(told)))
    end_lives(task, key)


def _ask_anew(task: Task, case: _Withdrawn) -> None:
    """Bring to-do list and findings of a case that goes on up to date."""
    record, view = case.record, _left_over(case)
    judged = Judged(_remain(case)[-1], view, world_of(task, record, *view.every_round), Examination((), ()))
    refresh(task, read_row(task.connection, record.row.id), record.book, judged)
