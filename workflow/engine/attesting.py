"""Attesting the past: what a ledger tells of people is written into the record as found, whatever it breaks.

A batch is one file brought by one account. Each person becomes a case with an opening, an attested entry a step, and
the cutover that says in which state the case goes on; facts that a later file adds are attested in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from uuid import UUID, uuid4

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import aliased

from workflow.case.facts import World
from workflow.case.history import CaseView
from workflow.case.record import EntryKind, Recorded, furthest, replay
from workflow.case.roster import Roster
from workflow.case.values import ABSENT, Value
from workflow.engine.accounts import own_account_for
from workflow.engine.acting import NotEntitled, line_of
from workflow.engine.agenda import open_steps, refresh, todo_rows
from workflow.engine.breaches import breaches, finding_rows
from workflow.engine.judging import Judged, world_of
from workflow.engine.laws import Held
from workflow.engine.log import changed
from workflow.engine.log_acts import LogAct
from workflow.engine.name_parts import keep_parts
from workflow.engine.reading import BRANCH, UNKEPT, CaseRecord, CaseRow, given_of
from workflow.engine.requests import Correct
from workflow.engine.roster import roster_for
from workflow.engine.scope import OrganizationRow
from workflow.engine.steps import case_number, named
from workflow.engine.task import Task
from workflow.engine.trust import Trust
from workflow.engine.writing import Draft, Head, Line, append, insert_lines, lines
from workflow.law.model import Edition, FieldType
from workflow.rules.judge import Examination
from workflow.rules.rulebook import Rulebook
from workflow.seal import ORIGIN, Plain
from workflow.store.tables import Account, Batch, Case, Finding, Person, Todo

NAME, BORN_ON = "person.name", "person.born_on"
UIDS = 20  # characters of a number that a case has until its id is known


@dataclass(frozen=True, slots=True)
class BatchKey:
    """A batch: its id and uid."""

    id: int
    uid: UUID

    @property
    def pair(self) -> tuple[int, UUID]:
        """Return it as drafts name it."""
        return self.id, self.uid


@dataclass(frozen=True, slots=True)
class Source:
    """Where a past comes from: the name of the form, the hash of the file, the columns for which it has a place."""

    form: str
    file_hash: str
    kept: frozenset[str]

    def unkept(self, book: Rulebook) -> tuple[str, ...]:
        """Return the columns under a rulebook that it does not keep."""
        return tuple(name for name in book.builder.template if name not in self.kept)


@dataclass(frozen=True, slots=True)
class Past:
    """What a source says of a person who has no case yet. ``values``: by column of a step, without blanks.

    ``state``: the one that they show (``state_of``).
    """

    branch: OrganizationRow
    name: str
    born_on: Value
    values: Mapping[str, Value]
    state: str


def batch_of(task: Task, source: Source) -> BatchKey:
    """Return the batch of this file by this account, begun now where there is none yet or it was undone."""
    undo = aliased(Batch)
    same = (Batch.account_id == task.actor.account_id, Batch.form == source.form, Batch.file_hash == source.file_hash)
    standing = select(Batch.id, Batch.uid).where(
        *same, Batch.undoes.is_(None), ~exists().where(undo.undoes == Batch.id)
    )
    if found := task.connection.execute(standing.order_by(Batch.id.desc()).limit(1)).one_or_none():
        return BatchKey(*found)
    return new_batch(task, source.form, source.file_hash)


def new_batch(task: Task, form: str, file_hash: str, undoes: int | None = None) -> BatchKey:
    """Begin a batch: the import of a file, or the undoing of one."""
    row = {
        "uid": uuid4(), "account_id": task.actor.account_id, "organization_id": task.actor.organization_id,
        "form": form, "file_hash": file_hash, "made_at": task.now, "undoes": undoes,
    }  # fmt: skip
    made = task.connection.execute(insert(Batch).returning(Batch.id, Batch.uid), row).one()
    actor = replace(task.actor, at=task.now)
    changed(task.connection, actor, LogAct.BATCH_BEGUN, batch=made.uid, form=form, file=file_hash, undoes=undoes)
    return BatchKey(made.id, made.uid)


def state_of(edition: Edition, values: Mapping[str, Value]) -> str:
    """Return the state in which a case goes on whose past shows these values."""
    return furthest(edition, {name: value for name, value in values.items() if value is not ABSENT})


def new_state(record: CaseRecord, view: CaseView, values: Mapping[str, Value], today: date) -> str:
    """Return the state of a case once ``values`` are attested: nobody has acted in it, so that its past decides.

    ``view``: that of the record as it stands.
    """
    return state_of(record.book.edition_on(today), {**view.values, **values})


def lived(record: CaseRecord, waiting: Iterable[str] = ()) -> bool:
    """Tell whether the case goes its way at the desk: it was begun there, or somebody has acted in it.

    What was withdrawn counts, and what waits for a second person: ``waiting`` holds the actions that do. A correction
    is no act.
    """
    begun_here = bool(record.entries) and "batch" not in record.entries[0].body
    acted = any(entry.kind is EntryKind.ACT for entry in record.recorded())
    return begun_here or acted or any(action != Correct.action for action in waiting)


def attest(task: Task, batch: BatchKey, record: CaseRecord, values: Mapping[str, Value]) -> Head:
    """Add facts to a case in which nobody has acted yet, and a cutover where they show another state.

    Raises NotEntitled for what only an organization with power attests.
    """
    row, book = record.row, record.book
    state = new_state(record, record.view(), values, task.today)
    _require_trust(Trust(task.laws, task.actor), book.edition_on(task.today), values, state, row.state)
    drafts = list(_attested(book, values, task.today, batch))
    if state != row.state:
        drafts.append(_cutover(book, state, batch))
    entries = tuple(_recorded(drafts, task.today, row.head.entries))
    view = record.view(*entries)
    end = append(task.connection, row.head, drafts, task.author(), task.now, state=view.state)
    judged = Judged(entries[-1], view, world_of(task, record, *view.every_round), Examination((), ()))
    refresh(task, row, book, judged)
    return end


def open_cases(task: Task, batch: BatchKey, source: Source, people: Sequence[Past]) -> None:
    """Begin a case for each person, as attested; the branches are locked by the caller.

    Raises NotEntitled for what only an organization with power attests.
    """
    if people:
        _Opening(task, batch, source, people).write()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A case that is being begun: whom it is about, its entries, and where they leave it."""

    past: Past
    row: CaseRow
    made: list[Line]
    view: CaseView


class _Opening:
    """The cases of a few dozen people, begun in one transaction with a flat number of statements."""

    def __init__(self, task: Task, batch: BatchKey, source: Source, people: Sequence[Past]) -> None:
        self.task, self.batch, self.source, self.people = task, batch, source, people
        self.branches = {past.branch.id: past.branch for past in people}
        self.books = {key: self._book(branch) for key, branch in self.branches.items()}
        trust = Trust(task.laws, task.actor)
        for past in people:
            _require_trust(trust, self.books[past.branch.id].edition_on(task.today), past.values, past.state)
        self.unkept = {key: source.unkept(book) for key, book in self.books.items()}

    def write(self) -> None:
        """Write all tables."""
        connection, now = self.task.connection, self.task.now
        begun = [self._begin(past, uid, key) for past, uid, key in self._insert_cases()]
        insert_lines(connection, [line for case in begun for line in case.made], now)
        changed = update(Case).where(Case.id == bindparam("key"))
        fields = ("number", "state", "entries", "head")
        connection.execute(changed.values({name: bindparam(f"new_{name}") for name in fields}), [
            {"key": case.row.id, "new_number": case.row.number, "new_state": case.row.state,
             "new_entries": case.row.head.entries, "new_head": case.row.head.hash}
            for case in begun
        ])  # fmt: skip
        connection.execute(insert(Person), [
            {"case_id": case.row.id, "name": case.past.name, "name_key": case.past.name,
             "born_on": case.past.born_on if isinstance(case.past.born_on, date) else None}
            for case in begun
        ])  # fmt: skip
        keep_parts(connection, {case.row.id: case.past.name for case in begun}, new=True)
        judged = [self._judged(case) for case in begun]
        if todo := [row for rows, _ in judged for row in rows]:
            connection.execute(insert(Todo), todo)
        if findings := [row for _, rows in judged for row in rows]:
            connection.execute(insert(Finding), findings)

    def _insert_cases(self) -> Iterator[tuple[Past, UUID, int]]:
        """Insert the rows of the cases; yield each person with uid and id of the case."""
        newest = self.task.laws.law.editions[-1]
        uids = [uuid4() for _ in self.people]
        rows = [
            {
                "uid": uid,
                "number": uid.hex[:UIDS],
                "procedure": newest.procedure,
                "organization_id": past.branch.id,
                "path": past.branch.path,
                "own_account_id": self._own_account(past),
                "state": newest.initial,
                "entries": 0,
                "head": ORIGIN,
            }
            for past, uid in zip(self.people, uids, strict=True)
        ]
        made = self.task.connection.execute(insert(Case).returning(Case.uid, Case.id), rows).all()
        ids = {uid: key for uid, key in made}  # noqa: C416 - of rows
        return ((past, uid, ids[uid]) for past, uid in zip(self.people, uids, strict=True))

    def _own_account(self, past: Past) -> int | None:
        if past.name not in self._accounts:
            return None
        return own_account_for(self.task.connection, past.branch.id, past.name)

    @cached_property
    def _accounts(self) -> frozenset[str]:
        """Return those of the names that somebody with an account bears: as a rule hardly any."""
        names = {past.name for past in self.people}
        return frozenset(self.task.connection.scalars(select(Account.name_key).where(Account.name_key.in_(names))))

    def _begin(self, past: Past, uid: UUID, key: int) -> _Begun:
        """Return a case with its entries."""
        task, book, branch = self.task, self.books[past.branch.id], past.branch
        number = case_number(key, task.today)
        drafts = [
            self._opened(past, number),
            *_attested(book, past.values, task.today, self.batch),
            _cutover(book, past.state, self.batch),
        ]
        given = given_of(branch.name, branch.has_committee, self.unkept[branch.id])
        view = replay(tuple(_recorded(drafts, task.today, 0)), book.edition_on, given)
        made, head = lines(Head(key, uid, 0, ORIGIN), drafts, task.author(), task.now)
        row = CaseRow(key, number, branch.id, branch.path, None, view.state, head, branch.name, branch.has_committee)
        return _Begun(past, row, made, view)

    def _opened(self, past: Past, number: str) -> Draft:
        """Return the entry that begins a case: who it is, what the source does not keep, which branch has the case."""
        facts: dict[str, Value] = {NAME: past.name}
        if past.born_on is not None and past.born_on is not ABSENT:
            facts[BORN_ON] = past.born_on
        notes: dict[str, Plain] = {UNKEPT: list(self.unkept[past.branch.id]), **named(self.task.laws, number)}
        if past.branch.id != self.task.actor.organization_id:
            notes[BRANCH] = past.branch.uid.hex
        edition = self.books[past.branch.id].newest
        return Draft(kind=EntryKind.OPENED, edition=edition, evidence=facts, notes=notes, batch=self.batch.pair)

    def _judged(self, case: _Begun) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """Return what a case asks for next, and what breaks a rule in it."""
        task, book, branch = self.task, self.books[case.row.organization_id], case.past.branch
        world = World(task.laws.calendar, self._rosters[branch.id])
        columns = book.columns(case.view.values, world)
        edition = book.edition_on(task.today)
        verdicts = book.judge_all(columns, task.today)
        steps = open_steps(edition, case.view, verdicts, columns)
        todo = todo_rows(self._lines[branch.id], task.laws, case.row, case.view.state, edition, steps)
        found = breaches(book, case.view, world, (columns, verdicts), task.today)
        return todo, finding_rows(case.row, case.view.state, found)

    @cached_property
    def _rosters(self) -> dict[int, Roster | None]:
        """Return the members whom the people of each branch name, by branch."""
        named: dict[int, set[str]] = {key: set() for key in self.branches}
        people = {key: _people(book) for key, book in self.books.items()}
        for past in self.people:
            values = (past.values.get(column) for column in people[past.branch.id])
            named[past.branch.id] |= {value for value in values if isinstance(value, str)}
        connection = self.task.connection
        return {key: roster_for(connection, self.branches[key].path, names) for key, names in named.items()}

    @cached_property
    def _lines(self) -> dict[int, tuple[OrganizationRow, ...]]:
        """Return the organizations from each branch upward, by branch."""
        task = self.task
        return {key: line_of(task.connection, branch.path, task.today) for key, branch in self.branches.items()}

    def _book(self, branch: OrganizationRow) -> Rulebook:
        return self.task.laws.book_of(self.task.connection, (Held(branch.path, None, None),))


def _require_trust(
    trust: Trust, edition: Edition, values: Mapping[str, Value], state: str, before: str | None = None
) -> None:
    if (why := trust.hindrance(edition, values, state, before)) is not None:
        raise NotEntitled(why)


def _people(book: Rulebook) -> tuple[str, ...]:
    """Return the columns that hold a name."""
    fields = {name: field for period in book.periods for name, field in period.edition.fields.items()}
    return tuple(name for name, field in fields.items() if field.type is FieldType.PERSON)


def _attested(book: Rulebook, values: Mapping[str, Value], today: date, batch: BatchKey) -> Iterator[Draft]:
    """Yield an entry a step of which something is known, in the order of the procedure."""
    by_step: dict[str, dict[str, Value]] = {}
    for column, value in values.items():
        step, _, field = column.partition(".")
        by_step.setdefault(step, {})[field] = value
    for step in (name for name in book.newest.steps if name in by_step):
        day = _last(by_step[step].get(book.newest.steps[step].day))
        edition = book.edition_on(day or today)
        yield Draft(
            kind=EntryKind.ATTESTED, edition=edition, step=step, occurred_on=day, evidence=by_step[step],
            batch=batch.pair,
        )  # fmt: skip


def _last(value: Value) -> date | None:
    """Return the day on which a step was done, of several the last."""
    if isinstance(value, tuple):
        return max(value, default=None)
    return value if isinstance(value, date) else None


def _cutover(book: Rulebook, state: str, batch: BatchKey) -> Draft:
    return Draft(kind=EntryKind.CUTOVER, edition=book.newest, outcome=state, batch=batch.pair)


def _recorded(drafts: Iterable[Draft], today: date, after: int) -> Iterator[Recorded]:
    """Yield entries as the history sees them."""
    for number, draft in enumerate(drafts, start=after + 1):
        yield Recorded(
            number=number, kind=draft.kind, recorded_on=today, step=draft.step, outcome=draft.outcome,
            occurred_on=draft.occurred_on, evidence=draft.evidence, supersedes=draft.supersedes,
        )  # fmt: skip
