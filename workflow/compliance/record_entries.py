"""The living record as entries (``docs/bulk.md``): a file for each law that binds cases, and the members they name.

Cases are read some hundred at a time, in the order of their ids, all in one transaction that sees one state. A person
is a number: a salted digest of the name and of whom it means to the branch that has the case, as the roster says; the
salt is drawn anew each time and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import Any

import duckdb
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from workflow.bulk.entries import EntryColumns
from workflow.bulk.terms import name as quoted
from workflow.case.record import EntryKind, Recorded
from workflow.case.roster import Member, Roster
from workflow.case.values import Unreadable, Value
from workflow.compliance.engines.duckdb import insert, write_parquet
from workflow.compliance.spanning.acts import HELD_BY
from workflow.compliance.view.tables import MEMBERS, create, opened
from workflow.engine.judging import world_for
from workflow.engine.laws import Laws
from workflow.engine.reading import CaseRecord, CaseRow, case_columns, case_row, read_records
from workflow.law.model import FieldType
from workflow.rules.rulebook import Rulebook
from workflow.store import tables

TOGETHER = 200  # cases that are held at once
COMMITTEE = "case.has_committee"
UNKNOWN = "unknown"  # a standing that no program knows: nothing can be said of the person
ELSEWHERE = -1  # the organization of members whom a branch names that has no such member
LONG_AGO = date(1900, 1, 1)  # so that what cannot be read decides, and not that it has not begun
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Law:
    """Cases under one law: its rulebook, the file of their entries, how many they are."""

    book: Rulebook
    entries: Path
    cases: int


@dataclass(slots=True)
class _Group:
    """The same while it is gathered. ``table``: of the rows that have been put off."""

    book: Rulebook
    columns: EntryColumns
    table: str
    cases: int = 0

    @property
    def types(self) -> dict[str, str]:
        """Return the columns of the file: of any entries, and which branch had the case."""
        return self.columns.types | {HELD_BY: "BIGINT"}


@dataclass(slots=True)
class _People:
    """The numbers of people, and the lines of the roster that say who they are."""

    salt: bytes = field(default_factory=lambda: token_bytes(32))
    lines: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)

    def number(self, *who: object) -> int:
        """Return the number of somebody, alike for alike words."""
        digest = blake2b(repr(who).encode(), key=self.salt, digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1


class Export:
    """Writes the record of a database into a folder."""

    def __init__(self, laws: Laws, folder: Path) -> None:
        """Take the law, and an empty folder."""
        self.laws, self.folder = laws, folder
        self._groups: dict[tuple[object, ...], _Group] = {}
        self._people = _People()

    @property
    def members(self) -> Path:
        """Return the file of members."""
        return self.folder / "members.parquet"

    @property
    def cases(self) -> Path:
        """Return the file that names each case and its branch."""
        return self.folder / "cases.parquet"

    @property
    def organizations(self) -> Path:
        """Return the file of the tree: ``id``, ``name``, ``above`` (the name of what stands above), ``path`` of ids."""
        return self.folder / "organizations.parquet"

    def write(self, connection: Connection, tell: Tell = lambda _done, _of: None) -> tuple[Law, ...]:
        """Write all cases; return them by the law that binds them. ``connection``: reads one state throughout."""
        total = connection.scalar(select(func.count()).select_from(tables.Case)) or 0
        with opened() as kept:
            create(kept, "named", {"case": "BIGINT", "name": "VARCHAR", "organization": "VARCHAR"})
            create(kept, "members", MEMBERS)
            done = 0
            for rows in _batches(connection):
                self._add(connection, kept, rows)
                done += len(rows)
                tell(done, total)
            self._roster(connection, kept)
            self._tree(connection, kept)
            write_parquet(kept, "SELECT * FROM named", self.cases)
            write_parquet(kept, "SELECT DISTINCT * FROM members", self.members)
            return tuple(self._written(kept, group) for group in self._groups.values())

    def _add(self, connection: Connection, kept: duckdb.DuckDBPyConnection, rows: Sequence[CaseRow]) -> None:
        """Put off the entries of some cases."""
        gathered: dict[str, list[tuple[Any, ...]]] = {}
        for record in read_records(connection, self.laws, rows):
            group = self._group(kept, record.book)
            group.cases += 1
            numbers = self._numbers(connection, record)
            lines = gathered.setdefault(group.table, [])
            lines += (tuple(row.values()) for row in self._rows(group, record, numbers))
        for group in self._groups.values():
            insert(kept, group.table, group.types, gathered.get(group.table, ()))
        named = {"case": "BIGINT", "name": "VARCHAR", "organization": "VARCHAR"}
        insert(kept, "named", named, ((row.id, row.number, row.branch) for row in rows))
        insert(kept, "members", MEMBERS, (line for lines in self._people.lines.values() for line in lines))
        self._people.lines.clear()

    def _group(self, kept: duckdb.DuckDBPyConnection, book: Rulebook) -> _Group:
        """Return where cases of this law go: what tells laws apart is which edition with which overlays is when."""
        key = tuple((one.since, one.edition.edition, one.edition.overlays) for one in book.periods)
        if key not in self._groups:
            group = _Group(book, EntryColumns(book.periods), f"entries_{len(self._groups) + 1}")
            create(kept, group.table, group.types)
            self._groups[key] = group
        return self._groups[key]

    def _rows(self, group: _Group, record: CaseRecord, numbers: Mapping[str, int]) -> Iterator[dict[str, Any]]:
        given = record.given()
        absent = tuple(column for column, value in given.items() if isinstance(value, Unreadable))
        case, organization = record.row.id, record.row.organization_id
        people = {column for column, one in group.columns.evidence.items() if one.type is FieldType.PERSON}
        for place, entry in enumerate(record.recorded()):
            evidence = dict(entry.evidence)
            if entry.kind is EntryKind.OPENED and isinstance(given[COMMITTEE], bool):
                evidence[COMMITTEE] = given[COMMITTEE]
            opaque = replace(entry, evidence=_numbered(entry, evidence, people, numbers))
            row = group.columns.row(case, organization, opaque, () if place else absent)
            yield row | {HELD_BY: record.holder(entry.number + 1).organization_id}  # a move is the receiving branch's

    # --- people ------------------------------------------------------------------------------------------------------

    def _numbers(self, connection: Connection, record: CaseRecord) -> dict[str, int]:
        """Return the numbers of the people whom a case names, and note who they are."""
        people = {column for column, one in self._named(record).items() if one}
        names = {
            value
            for entry in record.recorded()
            for key, value in entry.evidence.items()
            if isinstance(value, str) and _column(entry, key) in people
        }
        if not names:
            return {}
        roster = world_for(connection, self.laws, record, *(dict.fromkeys(people, name) for name in names)).roster
        return {name: self._number(record, roster, name) for name in names}

    def _named(self, record: CaseRecord) -> dict[str, bool]:
        fields = (period.edition.fields.items() for period in record.book.periods)
        return {column: one.type is FieldType.PERSON for each in fields for column, one in each}

    def _number(self, record: CaseRecord, roster: Roster | None, name: str) -> int:
        """Return the number of whoever a name means to a case; of one that moved it is the case's own."""
        row = record.row
        if roster is None:
            return self._people.number(name, row.organization_id)
        found = roster.find(name, row.branch)
        own = any(member.branch == row.branch for member in found)
        where = ("case", row.id) if record.held else ("branch", row.organization_id) if own else ("elsewhere",)
        number = self._people.number(name, *where)
        organization = row.organization_id if own and not record.held else ELSEWHERE
        lines = [line for member in found for line in _lines(number, organization, member)]
        nothing = (number, ELSEWHERE, UNKNOWN, LONG_AGO, UNKNOWN, LONG_AGO, None)
        self._people.lines[number] = lines if roster.knows(name) else [nothing]
        return number

    def _roster(self, connection: Connection, kept: duckdb.DuckDBPyConnection) -> None:
        """Note every branch of whose members something is known, so that who is not on the roster is no member."""
        known = connection.execute(select(tables.Member.organization_id).distinct()).all()
        blank = (None,) * (len(MEMBERS) - 2)
        insert(kept, "members", MEMBERS, ((None, organization, *blank) for (organization,) in known))

    def _tree(self, connection: Connection, kept: duckdb.DuckDBPyConnection) -> None:
        types = {"id": "BIGINT", "name": "VARCHAR", "above": "VARCHAR", "path": "VARCHAR"}
        own, above = tables.Organization, aliased(tables.Organization)
        found = select(own.id, own.name, above.name, own.path).outerjoin(above, above.id == own.parent_id)
        create(kept, "tree", types)
        insert(kept, "tree", types, (tuple(row) for row in connection.execute(found)))
        write_parquet(kept, "SELECT * FROM tree", self.organizations)

    def _written(self, kept: duckdb.DuckDBPyConnection, group: _Group) -> Law:
        path = self.folder / f"{group.table}.parquet"
        order = f"organization, {quoted('case')}, number"
        write_parquet(kept, f"SELECT * FROM {group.table} ORDER BY {order}", path)
        return Law(group.book, path, group.cases)


def _batches(connection: Connection) -> Iterator[list[CaseRow]]:
    """Yield all cases, TOGETHER at a time, in the order of their ids."""
    last = 0
    joined = select(*case_columns()).join(tables.Organization, tables.Organization.id == tables.Case.organization_id)
    while rows := [
        case_row(row)
        for row in connection.execute(joined.where(tables.Case.id > last).order_by(tables.Case.id).limit(TOGETHER))
    ]:
        yield rows
        last = rows[-1].id


def _column(entry: Recorded, key: str) -> str:
    return key if entry.step is None else f"{entry.step}.{key}"


def _numbered(
    entry: Recorded, evidence: Mapping[str, Value], people: Iterable[str], numbers: Mapping[str, int]
) -> dict[str, Value]:
    """Return evidence in which people are numbers."""
    known = frozenset(people)
    return {
        key: str(numbers[value]) if isinstance(value, str) and _column(entry, key) in known else value
        for key, value in evidence.items()
    }


def _lines(number: int, organization: int, member: Member) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of a member: one, or one more for each further penalty."""
    standing = UNKNOWN if isinstance(member.standing, Unreadable) else member.standing and str(member.standing)
    full_on = LONG_AGO if isinstance(member.full_on, Unreadable) else member.full_on
    held: list[tuple[Any, ...]] = [
        (
            UNKNOWN if isinstance(one.kind, Unreadable) else str(one.kind),
            LONG_AGO if isinstance(one.from_on, Unreadable) else one.from_on,
            None if isinstance(one.until_on, Unreadable) else one.until_on,
        )
        for one in member.penalties
    ]
    for penalty in held or [(None, None, None)]:
        yield (number, organization, standing, full_on, *penalty)
