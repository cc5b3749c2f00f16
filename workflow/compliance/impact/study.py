"""The living record under the law that stands and under a draft, case by case, some hundred cases at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import ColumnElement, Connection, false, func, or_, select

from workflow.case.facts import World
from workflow.case.history import CaseView
from workflow.compliance.engines.duckdb import insert
from workflow.compliance.impact.changes import Change, Kind, changes
from workflow.compliance.impact.standing import standing
from workflow.compliance.listing import Listing, write_listing
from workflow.compliance.ours import OF_IMPACT
from workflow.compliance.progress import Report
from workflow.compliance.view.tables import create, opened
from workflow.engine.asking import goes_on
from workflow.engine.judging import names_in, world_for
from workflow.engine.laws import Laws
from workflow.engine.reading import CaseRecord, CaseRow, case_columns, case_row, read_record, read_records
from workflow.engine.scope import within
from workflow.errors import Text, WorkflowError
from workflow.law.draft import Drafted
from workflow.rules.rulebook import Rulebook
from workflow.store import tables
from workflow.store.database import Database

TOGETHER = 200  # cases that are held at once
MOST_BOOKS = 64  # pairs of rulebooks that are remembered: combinations of local practice
TABLE = "changes"
TYPES = {"round": "INTEGER", "before_on": "DATE", "after_on": "DATE"}
ROW = {"place": "BIGINT"} | {name: TYPES.get(name, "VARCHAR") for name in OF_IMPACT}


class UnknownOrganizationName(WorkflowError):  # noqa: N818 - errors are named as facts
    """No organization bears the name."""


class BeforeTheDraft(WorkflowError):  # noqa: N818 - errors are named as facts
    """A comparison as of a day on which the draft is not in force."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A case that one of the two laws cannot replay, and why not."""

    case: str
    why: Text


@dataclass(slots=True)
class Branch:
    """How many live cases of a branch were looked at, and how many the draft touches."""

    name: str
    looked: int = 0
    touched: int = 0


@dataclass(slots=True)
class Study:
    """What a draft changes in the live cases of a database, as of a day.

    ``kinds``, ``rules``: cases in which something of the kind differs, or with a row of the rule (of a step where no
    rule is named, by kind; ``verdict`` by what it turned into); ``branches``: by id.
    """

    place: str
    drafted: Drafted
    as_of: date
    connection: duckdb.DuckDBPyConnection
    kinds: Counter[Kind] = field(default_factory=Counter)
    rules: Counter[tuple[str, str, Kind, str]] = field(default_factory=Counter)
    branches: dict[int, Branch] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    rows: int = 0

    @property
    def looked(self) -> int:
        """Return how many cases were judged under both laws."""
        return sum(branch.looked for branch in self.branches.values())

    @property
    def touched(self) -> int:
        """Return in how many of them something differs."""
        return sum(branch.touched for branch in self.branches.values())

    def add(self, row: CaseRow, found: Sequence[Change]) -> list[tuple[Any, ...]]:
        """Count a case and return the lines that its differences make."""
        branch = self.branches.setdefault(row.organization_id, Branch(row.branch))
        branch.looked += 1
        branch.touched += bool(found)
        self.kinds.update({one.kind for one in found})
        self.rules.update({(one.step, one.rule, one.kind, one.after) for one in found})
        first, self.rows = self.rows, self.rows + len(found)
        return [
            (
                place, row.number, row.branch, str(one.kind), one.step, one.rule or None, one.round, one.before,
                one.before_on, one.after, one.after_on, one.article or None,
            )
            for place, one in enumerate(found, start=first)
        ]  # fmt: skip

    def head(self) -> dict[str, Any]:
        """Return all but the differences themselves, as JSON has it."""
        return {
            "source": self.place,
            "draft": self.drafted.day.isoformat(),
            "as_of": self.as_of.isoformat(),
            "looked": self.looked,
            "touched": self.touched,
            "kinds": {str(kind): self.kinds[kind] for kind in Kind},
            "rules": [
                {"step": step, "rule": rule or None, "kind": str(kind), "after": after, "cases": number}
                for (step, rule, kind, after), number in sorted(self.rules.items())
            ],
            "organizations": [
                {"organization": one.name, "looked": one.looked, "touched": one.touched}
                for one in self.branches.values()
            ],
            "not_replayed": [{"case": one.case, "zh": one.why.zh, "en": one.why.en} for one in self.unread],
        }

    def write(self, path: Path) -> None:
        """Write every difference under the numbers of the cases; raises NotWritten."""
        named = ", ".join(f'"{one}"' for one in OF_IMPACT)
        query = f"SELECT {named} FROM {TABLE} ORDER BY place"  # noqa: S608 - names of our own
        write_listing(self.connection, Listing(query, OF_IMPACT, self.head(), "changes"), path)


def check_day(drafted: Drafted, as_of: date | None) -> date:
    """Return the day as of which cases are judged, the draft's first unless another is asked for.

    Raises BeforeTheDraft: on an earlier day nothing would differ, whatever the draft says.
    """
    if as_of is not None and as_of < drafted.day:
        raise BeforeTheDraft(
            Text(f"草案自 {drafted.day} 起施行，{as_of} 尚未施行", f"on {as_of} the draft is not in force"),
            Text(f"请给出 {drafted.day} 或者以后的日期", f"ask for {drafted.day} or a later day"),
        )
    return as_of or drafted.day


@contextmanager
def studied(
    database: Database,
    laws: Laws,
    drafted: Drafted,
    as_of: date,
    organization: str | None = None,
    progress: Report = lambda _done, _of: None,
) -> Iterator[Study]:
    """Give what a draft changes in the live cases of a database; ``organization``: of those below the one so named.

    The record is read in one transaction and not changed. ``as_of``: a day of the draft, to the end of which nothing
    more is done. Raises UnknownOrganizationName, and what reading the database raises.
    """
    with opened() as kept, database.read() as connection:
        create(kept, TABLE, ROW)
        study = Study(database.place, drafted, as_of, kept)
        comparing = _Comparing(connection, laws, Laws(drafted.law, laws.calendar, laws.organizations))
        live = _live(connection, drafted, organization)
        total = connection.scalar(select(func.count()).select_from(tables.Case).where(live)) or 0
        done = 0
        for rows in _batches(connection, live):
            lines = [
                line for record in read_records(connection, laws, rows) for line in _lines(study, comparing, record)
            ]
            insert(kept, TABLE, ROW, lines)
            done += len(rows)
            progress(done, total)
        yield study


def _lines(study: Study, comparing: _Comparing, record: CaseRecord) -> list[tuple[Any, ...]]:
    """Return the lines of a case; what cannot be replayed is noted, and judged under neither law."""
    try:
        found = comparing.changes(record, study.as_of)
    except WorkflowError as error:
        study.unread.append(Unread(record.row.number, error.what))
    except (ValueError, TypeError, OverflowError) as error:  # an act without a day, a kind that nobody knows
        what = Text(f"条目无法读取：{error}", f"an entry that cannot be read: {error}")
        study.unread.append(Unread(record.row.number, what))
    else:
        return study.add(record.row, found)
    return []


def _live(connection: Connection, drafted: Drafted, organization: str | None) -> ColumnElement[bool]:
    """Return what selects the cases that some numbered step can move on, under either law."""
    newest = drafted.law.editions[-2:]
    states = {state for edition in newest for state in edition.states if goes_on(edition, state)}
    live = tables.Case.state.in_(sorted(states))
    return live if organization is None else live & _below(connection, organization)


def _below(connection: Connection, name: str) -> ColumnElement[bool]:
    paths = connection.scalars(select(tables.Organization.path).where(tables.Organization.name == name)).all()
    if not paths:
        raise UnknownOrganizationName(
            Text(f"没有组织“{name}”", f"there is no organization “{name}”"),
            Text("请按系统中的全称填写", "give its name in full, as the record has it"),
        )
    return or_(false(), *(within(tables.Case.path, path) for path in paths))


def _batches(connection: Connection, live: ColumnElement[bool]) -> Iterator[list[CaseRow]]:
    """Yield live cases, TOGETHER at a time, in the order of their ids."""
    last = 0
    joined = select(*case_columns()).join(tables.Organization, tables.Organization.id == tables.Case.organization_id)
    joined = joined.where(live).order_by(tables.Case.id).limit(TOGETHER)
    while rows := [case_row(row) for row in connection.execute(joined.where(tables.Case.id > last))]:
        yield rows
        last = rows[-1].id


class _Comparing:
    """Judges cases under two laws that are the same until the draft's first day."""

    def __init__(self, connection: Connection, laws: Laws, then: Laws) -> None:
        self.connection, self.laws, self.then = connection, laws, then
        self._books: dict[Rulebook, Rulebook] = {}

    def changes(self, record: CaseRecord, on: date) -> tuple[Change, ...]:
        """Return what differs in a case; raises WorkflowError and others where it cannot be replayed."""
        later = self._under_draft(record)
        one, other = record.view(), later.view()
        world = world_for(self.connection, self.laws, record, *one.every_round)
        before = standing(record.book, one, world, on)
        return changes(before, standing(later.book, other, self._world(later, other, record, one, world), on))

    def _under_draft(self, record: CaseRecord) -> CaseRecord:
        """Return the same entries under the law with the draft.

        Cases that one law binds are bound by one law under the draft, too: it is looked up for the first of them.
        """
        if record.book not in self._books:
            if len(self._books) >= MOST_BOOKS:
                self._books.clear()
            self._books[record.book] = read_record(self.connection, self.then, record.row).book
        return replace(record, book=self._books[record.book])

    def _world(self, later: CaseRecord, view: CaseView, record: CaseRecord, known: CaseView, world: World) -> World:
        """Return calendar and members for the draft: those read for the law that stands, where it names the same."""
        if names_in(later.book, view.every_round) == names_in(record.book, known.every_round):
            return world
        return world_for(self.connection, self.then, later, *view.every_round)
