"""Comparing the rows of a ledger with the record: whom a row means, and what each of its cells would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from workflow.case.history import CaseView
from workflow.case.values import ABSENT, UNREADABLE, Value
from workflow.engine.attesting import BORN_ON, Past, new_state, state_of
from workflow.engine.duties import separation
from workflow.engine.laws import Held
from workflow.engine.offices import standing
from workflow.engine.organizations import LONGEST_NAME
from workflow.engine.reading import CaseRecord, case_columns, case_row, read_records
from workflow.engine.scope import OrganizationRow, organization_columns, within
from workflow.engine.task import Task
from workflow.engine.trust import Trust
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.ledger.cell_changes import CellChanges, Known, Proposed
from workflow.ledger.import_report import CellReport, RowKind, RowReport, What
from workflow.ledger.problems import CellProblem
from workflow.ledger.reader import Ledger, LedgerRow
from workflow.ledger.written import writings
from workflow.plain import harmless, squeezed
from workflow.store.tables import Account, Case, Organization, Person, Proposal

BRANCH = "case.branch"
TOO_LARGE = Text("超出可以保存的长度或者范围。", "Longer or larger than what can be kept.")
NO_BRANCH = Text("范围内没有这个党支部", "there is no such branch in your scope")
SEVERAL_BRANCHES = Text("范围内有几个同名党支部", "several branches in your scope bear this name")
NO_NAME = Text("没有可用的姓名", "there is no name that can be used")
OWN = Text("不能导入本人的档案，请由他人导入", "nobody imports the own case: let somebody else do it")
TWO_ROWS = Text("文件中有几行是同一党支部、姓名、出生日期", "several rows have this branch, name and day of birth")
TWO_CASES = Text("有几份档案是同一党支部、姓名、出生日期", "several cases have this branch, name and day of birth")
BIRTH = Text(
    "同一党支部有同名的人，出生日期一方为空或者读不出，无法判断是否同一人",
    "the branch has somebody of this name, and one day of birth is blank or unreadable: it cannot be told who is meant",
)

Key = tuple[str, str, Value]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a row means for the record. ``past``: of somebody new; ``record``, ``facts``: of somebody known."""

    report: RowReport
    past: Past | None = None
    record: CaseRecord | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    moves: bool = False
    proposed: tuple[Proposed, ...] = ()

    @property
    def writes(self) -> bool:
        """Tell whether entries are to be written."""
        return self.past is not None or bool(self.facts) or self.moves


class Comparison:
    """A ledger against the record, a few dozen rows at a time; what concerns the whole file is worked out once."""

    def __init__(self, task: Task, ledger: Ledger) -> None:
        """Find the branches in the actor's scope and the rows that share a key."""
        editions = task.laws.law.editions
        shared = tuple(one for one in ledger.form.columns if all(one.column in each.fields for each in editions))
        self.ledger = ledger
        self.columns = writings(shared, editions[-1])
        self.headers = {one.column: one.header for one in ledger.form.columns}
        self.branches = branches_of(task)
        self.trust = Trust(task.laws, task.actor)
        names = select(Account.name_key).where(Account.id.in_(task.actor.persons))
        self.own = frozenset(task.connection.scalars(names))
        self.keys = Counter(map(self.key, ledger.rows))
        self.names = Counter(key[:2] for key in self.keys.elements())
        vague = (key[:2] for key in self.keys if not isinstance(key[2], date))
        self.vague = frozenset(name for name in vague if self.names[name] > 1)
        self.states: dict[int, str] = {}  # of somebody new, by the number of the row

    def key(self, row: LedgerRow) -> Key:
        """Return what tells one person from all others: branch, name, day of birth."""
        values = row.values
        branch, born = values.get(BRANCH), values.get(BORN_ON)
        return str(branch), row.person, None if BORN_ON in self.ledger.absent else born

    def problems(self) -> Iterator[CellProblem]:
        """Yield the cells that can be read but not kept."""
        sheet = self.ledger.form.sheet
        for row in self.ledger.rows:
            for column, value in zip(row.columns, row.cells, strict=True):
                writing = self.columns.get(column)
                if isinstance(value, str | int | tuple) and writing and writing.kept(value) is UNREADABLE:
                    shown = writing.shown(value)[:40]
                    yield CellProblem(sheet, row.row, "", writing.form.header, shown, TOO_LARGE)

    def compare(self, task: Task, rows: Sequence[LedgerRow], *, lock: bool = False) -> list[Compared]:
        """Compare some rows; with ``lock`` their branches and cases are locked until the transaction ends."""
        return _Rows(self, task, rows, lock=lock).all()


def branches_of(task: Task) -> Mapping[str, tuple[OrganizationRow, ...]]:
    """Return the open organizations that hold cases in the actor's scope, by name without white space."""
    kinds = task.laws.organizations.case_kinds
    here = (Organization.kind.in_(kinds), within(Organization.path, task.actor.path), standing(task.today))
    found: dict[str, tuple[OrganizationRow, ...]] = {}
    for line in task.connection.execute(select(*organization_columns()).where(*here).order_by(Organization.id)):
        row = OrganizationRow(*line)
        found[squeezed(row.name)] = (*found.get(squeezed(row.name), ()), row)
    return found


def usable_name(name: str) -> bool:
    """Tell whether a name can be kept."""
    return 0 < len(name) <= LONGEST_NAME and harmless(name) == name


class _Rows:
    """Some rows with the cases that they may mean."""

    def __init__(self, whole: Comparison, task: Task, rows: Sequence[LedgerRow], *, lock: bool) -> None:
        self.whole, self.task, self.rows = whole, task, rows
        self.keys = [whole.key(row) for row in rows]
        places = {key[0]: whole.branches.get(key[0], ()) for key in self.keys}
        self.branches = {name: found[0] for name, found in places.items() if len(found) == 1}
        self.editions: dict[int, Edition] = {}  # of today, by branch
        if lock:
            self._lock_branches()
        self.known = self._candidates(lock=lock)
        self.waiting = self._proposals()

    def all(self) -> list[Compared]:
        return [self._row(row, key) for row, key in zip(self.rows, self.keys, strict=True)]

    def _lock_branches(self) -> None:
        """Let nobody else import into these branches meanwhile: a person new to both would get two cases."""
        ids = [branch.id for branch in self.branches.values()]
        query = select(Organization.id).where(Organization.id.in_(ids)).order_by(Organization.id)
        self.task.connection.execute(query.with_for_update(key_share=True)).all()

    def _candidates(self, *, lock: bool) -> Mapping[tuple[int, str], list[CaseRecord]]:
        """Return the cases of these branches whose person bears one of the names."""
        ids = {branch.id for branch in self.branches.values()}
        names = {key[1] for key in self.keys}
        query = select(*case_columns(), Person.name_key).join(Organization, Organization.id == Case.organization_id)
        query = query.join(Person, Person.case_id == Case.id).where(
            Case.organization_id.in_(ids), Person.name_key.in_(names)
        )  # fmt: skip
        query = query.order_by(Case.id)
        wanted = {(self.branches[key[0]].id, key[1]) for key in self.keys if key[0] in self.branches}
        lines = self.task.connection.execute(query.with_for_update(of=Case, key_share=True) if lock else query).all()
        rows = [(case_row(line[:-1]), str(line[-1])) for line in lines]
        rows = [(row, name) for row, name in rows if (row.organization_id, name) in wanted]
        found: dict[tuple[int, str], list[CaseRecord]] = {}
        records = read_records(self.task.connection, self.task.laws, [row for row, _ in rows])
        for record, (row, name) in zip(records, rows, strict=True):
            found.setdefault((row.organization_id, name), []).append(record)
        return found

    def _proposals(self) -> Mapping[int, list[Mapping[str, Any]]]:
        """Return the requests that wait in these cases."""
        ids = [record.row.id for records in self.known.values() for record in records]
        found: dict[int, list[Mapping[str, Any]]] = {}
        query = select(Proposal.case_id, Proposal.request).where(Proposal.case_id.in_(ids))
        for case, request in self.task.connection.execute(query) if ids else ():
            found.setdefault(case, []).append(request)
        return found

    def _row(self, row: LedgerRow, key: Key) -> Compared:
        """Find out whom a row means."""
        branch = self.branches.get(key[0])
        if branch is None:
            return self._aside(row, RowKind.LEFT_OUT, SEVERAL_BRANCHES if key[0] in self.whole.branches else NO_BRANCH)
        if (why := self._left_out(row, branch)) is not None:
            return self._aside(row, RowKind.LEFT_OUT, why)
        candidates = self.known.get((branch.id, row.person), [])
        views = [record.view() for record in candidates]
        born = [_born(view) for view in views]
        exact = [one for one, day in enumerate(born) if day == key[2]]
        vague = not isinstance(key[2], date) or not all(isinstance(day, date) for day in born)
        if self.whole.keys[key] > 1 or len(exact) > 1:
            return self._aside(row, RowKind.AMBIGUOUS, TWO_ROWS if self.whole.keys[key] > 1 else TWO_CASES)
        if exact:
            return self._known(row, candidates[exact[0]], views[exact[0]])
        if key[:2] in self.whole.vague or (candidates and vague):
            return self._aside(row, RowKind.AMBIGUOUS, BIRTH)
        return self._new(row, branch)

    def _left_out(self, row: LedgerRow, branch: OrganizationRow) -> Text | None:
        """Return why a row is left out, whatever the record says; None: it is not."""
        if not usable_name(row.person):
            return NO_NAME
        return OWN if self._is_own(row, branch) else None

    def _is_own(self, row: LedgerRow, branch: OrganizationRow) -> bool:
        """Tell whether the row bears the name of whoever imports, in the own branch; a superior's own is not known."""
        actor = self.task.actor
        superior = actor.kind not in self.task.laws.organizations.case_kinds
        return row.person in self.whole.own and (superior or branch.id == actor.organization_id)

    def _aside(self, row: LedgerRow, kind: RowKind, why: Text) -> Compared:
        return Compared(self._report(row, kind, why=why))

    def _report(self, row: LedgerRow, kind: RowKind, **more: Any) -> RowReport:  # noqa: ANN401 - fields of the report
        branch = row.values.get(BRANCH)
        shown = harmless(branch) if isinstance(branch, str) else ""
        return RowReport(row.row, harmless(row.person), shown, kind, **more)

    def _new(self, row: LedgerRow, branch: OrganizationRow) -> Compared:
        """Return what is attested of somebody new."""
        values = {name: value for name, value in self._values(row).items() if value is not None}
        born = values.pop(BORN_ON, None)
        state = self._shown(row, branch, values)
        if (why := self.whole.trust.hindrance(self._edition(branch), values, state)) is not None:
            return self._aside(row, RowKind.LEFT_OUT, why)
        past = Past(branch, row.person, born, values, state)
        return Compared(self._report(row, RowKind.NEW, state=self._state(past.state)), past=past)

    def _shown(self, row: LedgerRow, branch: OrganizationRow, values: Mapping[str, Value]) -> str:
        """Return the state that a row shows, worked out once a run."""
        known = self.whole.states
        if row.row not in known:
            known[row.row] = state_of(self._edition(branch), values)
        return known[row.row]

    def _edition(self, branch: OrganizationRow) -> Edition:
        """Return what is in force in a branch today."""
        if branch.id not in self.editions:
            book = self.task.laws.book_of(self.task.connection, (Held(branch.path, None, None),))
            self.editions[branch.id] = book.edition_on(self.task.today)
        return self.editions[branch.id]

    def _values(self, row: LedgerRow) -> dict[str, Value]:
        """Return what the row says as the record would keep it, without columns that the file lacks."""
        said = zip(row.columns, row.cells, strict=True)
        columns, absent = self.whole.columns, self.whole.ledger.absent
        return {name: columns[name].kept(value) for name, value in said if name in columns and name not in absent}

    def _state(self, state: str) -> Text:
        named = self.task.laws.law.editions[-1].states.get(state)
        return Text(named.zh, named.en) if named else Text(state, state)

    def _known(self, row: LedgerRow, record: CaseRecord, view: CaseView) -> Compared:
        """Compare the cells of somebody who has a case."""
        if record.row.own_account_id in self.task.actor.persons:
            return self._aside(row, RowKind.LEFT_OUT, OWN)
        person = Known(record, view, self.waiting.get(record.row.id, ()))
        powered = self.whole.trust.has_power
        found = CellChanges(self.task, person, self.whole.columns, self._values(row), powered=powered)
        cells, facts, proposed = found.all()
        state = record.row.state
        after = state if found.lived else new_state(record, view, facts, self.task.today)
        if (facts or after != state) and (why := self._hindrance(record, facts, after)) is not None:
            cells, facts, after = _withheld(cells, why), {}, state
        kind = RowKind.CHANGED if cells or after != state else RowKind.UNCHANGED
        report = self._report(
            row, kind, case=record.row.number, state=self._state(after),
            before=self._state(state) if after != state else None, cells=cells,
        )  # fmt: skip
        return Compared(report, record=record, facts=facts, moves=after != state, proposed=proposed)

    def _hindrance(self, record: CaseRecord, facts: Mapping[str, Value], after: str) -> Text | None:
        """Return why whoever imports does not attest new facts of a person who has a case; None: nothing hinders."""
        task, row = self.task, record.row
        try:
            separation(task.connection, task.laws.organizations, task.actor, row)
        except WorkflowError as error:
            return error.what
        return self.whole.trust.hindrance(record.book.edition_on(task.today), facts, after, row.state)


def _withheld(cells: tuple[CellReport, ...], why: Text) -> tuple[CellReport, ...]:
    """Return the cells of a row whose new facts are not taken over."""
    return tuple(replace(cell, what=What.WITHHELD, why=why) if cell.what is What.FACT else cell for cell in cells)


def _born(view: CaseView) -> Value:
    """Return the day of birth as the record has it; not kept is blank."""
    born = view.values.get(BORN_ON)
    return None if born is ABSENT else born


def chunks(rows: Sequence[LedgerRow], size: int) -> Iterable[Sequence[LedgerRow]]:
    """Yield the rows, so many at a time."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
