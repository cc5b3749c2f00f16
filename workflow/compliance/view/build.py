"""Making the table of cases from entries: plain cases by one statement a bucket, all others one at a time.

A view is a folder of buckets, each of whole organizations in their order: ``cases-00001.parquet`` with a row a case,
``rounds-00001.parquet`` with a row an earlier round, and a manifest that says what was made of what (``manifest``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from workflow.bulk.casting import ODD, Casting
from workflow.bulk.entries import HEAD
from workflow.bulk.layout import CASE, ORGANIZATION, ROUND, STEP, Layout
from workflow.bulk.marks import Marks
from workflow.bulk.terms import literal, name
from workflow.calendar import WorkingCalendar
from workflow.case.roster import Roster
from workflow.compliance.engines.duckdb import AS_DIFFERENCES, insert, write_parquet
from workflow.compliance.view.manifest import Bucket, FolderInUse, Manifest, OtherView, digest_of, read_manifest
from workflow.compliance.view.singly import BadCase, Made, Singly, Stored, rosters
from workflow.compliance.view.tables import (
    MEMBERS,
    create,
    files,
    know_people,
    lay_out,
    opened,
    people,
)
from workflow.law.model import FieldType

ENTRIES_A_BUCKET = 5_000_000  # of some 250,000 cases, in less than a GiB
TOGETHER = 2_000  # odd cases of which the entries are held at once
LATEST = f"{name(STEP)} IS NULL"  # of a row: the case as it stands, not one of its earlier rounds


@dataclass(frozen=True, slots=True)
class Source:
    """Where a view is made from. ``members``: the rosters, None: nothing is known of anybody.

    ``recorded_until``: as it was recorded by the end of that day, None: all.
    """

    entries: Sequence[Path]
    members: Path | None = None
    recorded_until: date | None = None


@dataclass(slots=True)
class Progress:
    """What has been made so far, and which cases could not be replayed."""

    cases: int = 0
    odd: int = 0
    bad: list[BadCase] = field(default_factory=list)


class Builder:
    """Makes views of a layout."""

    def __init__(self, layout: Layout, calendar: WorkingCalendar, *, entries_a_bucket: int = ENTRIES_A_BUCKET) -> None:
        """Prepare the statement, and the way of one case at a time."""
        self.layout, self.calendar = layout, calendar
        self.casting, self.singly = Casting(layout), Singly(layout, calendar)
        self.entries_a_bucket, self.marks = entries_a_bucket, Marks(layout)

    def build(self, source: Source, folder: Path, tell: Callable[[Progress], None] = lambda _: None) -> Manifest:
        """Make a view in an empty or new folder; return its manifest. ``tell`` is told after each bucket.

        Raises FolderInUse where something stands already: a view is whole or is none.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderInUse(folder)
        progress, buckets = Progress(), []
        with opened() as connection:
            made = _Making(connection, self, source)
            for number, (first, last) in enumerate(made.ranges(), start=1):
                buckets.append(made.bucket(folder, number, f"organization BETWEEN {first} AND {last}", progress))
                tell(progress)
        manifest = Manifest(
            digest_of(self.layout, self.calendar), source.recorded_until, tuple(buckets), bad=tuple(progress.bad)
        )
        manifest.write(folder)
        return manifest

    def renew(self, changed: Source, folder: Path) -> Manifest:
        """Make the cases of ``changed`` anew, of which it holds all entries; return the manifest as it is then.

        What changed lies scattered over a country: rewriting the buckets touched would rewrite them all. So a bucket of
        its own supersedes them, until the view is made anew. Raises OtherView under other definitions, or where the
        view shows what was recorded until another day.
        """
        manifest = read_manifest(folder)
        if manifest.definitions != digest_of(self.layout, self.calendar):
            raise OtherView
        if manifest.recorded_until != changed.recorded_until:
            raise OtherView
        number = len(manifest.buckets) + len(manifest.changes) + 1
        progress = Progress()
        with opened() as connection:
            made = _Making(connection, self, changed)
            bucket = made.bucket(folder, number, "", progress)
            superseded = made.supersede(bucket.path(folder, "superseded"))
        manifest = manifest.changed(bucket, progress.bad, superseded, changed.recorded_until)
        manifest.write(folder)
        return manifest


class _Making:
    """The making of buckets in one open database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, builder: Builder, source: Source) -> None:
        self.connection, self.builder, self.source = connection, builder, source
        self.casting, self.types = builder.casting, builder.casting.folding.entries.types
        lay_out(connection, builder.casting, builder.calendar)
        self.files = files(connection, source.entries)
        self.members = files(connection, [source.members]).relation(MEMBERS) if source.members else None
        know_people(connection, None)
        if self.members:
            connection.execute(f"INSERT INTO rostered SELECT DISTINCT organization FROM {self.members}")
        named = [one for one in builder.casting.folding.entries.evidence.values() if one.type is FieldType.PERSON]
        asked = {*builder.casting.folding.columns} & self.files.there
        self.people = tuple(one.column for one in named if one.column in asked)

    def entries(self, where: str = "") -> str:
        """Return the entries of the source as a relation."""
        until = self.source.recorded_until
        parts = [part for part in (where, f"recorded_on <= {literal(until)}" if until else "") if part]
        return self.files.relation(self.types, " AND ".join(parts))

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last organization of each bucket."""
        counted = self.connection.execute(
            f"SELECT organization, count(*) FROM {self.entries()} GROUP BY organization ORDER BY organization"
        ).fetchall()
        first, held = None, 0
        for place, (organization, entries) in enumerate(counted):
            first = organization if first is None else first
            held += entries
            following = counted[place + 1][1] if place + 1 < len(counted) else self.builder.entries_a_bucket
            if held + following > self.builder.entries_a_bucket:
                yield first, organization
                first, held = None, 0

    def bucket(self, folder: Path, number: int, where: str, progress: Progress) -> Bucket:
        """Write a bucket of the cases whose entries meet a condition."""
        entries = self.entries(where)
        self._know(entries)
        self.connection.execute(f"CREATE OR REPLACE TABLE made AS {self.casting.statement(entries, self.files.there)}")
        odd = self._one_by_one(entries, progress)
        columns = ", ".join(map(name, self.casting.types_of_row))
        every = (
            f"SELECT {columns} FROM made WHERE NOT {name(ODD)} UNION ALL SELECT {columns} FROM singly WHERE {LATEST}"
        )
        span = f"SELECT min({name(ORGANIZATION)}), max({name(ORGANIZATION)}) FROM ({every})"
        first, last = self.connection.execute(span).fetchall()[0]
        bucket = Bucket(number, 0, 0, odd, first, last)
        marked = self.builder.marks.beside(columns, every)
        cases = self._write(marked, bucket.path(folder, "cases"), (ORGANIZATION, CASE))
        rounds = self._write(
            f"SELECT * FROM singly WHERE NOT {LATEST}", bucket.path(folder, "rounds"), (ORGANIZATION, CASE, STEP, ROUND)
        )
        progress.cases, progress.odd = progress.cases + cases, progress.odd + odd
        return replace(bucket, cases=cases, rounds=rounds)

    def supersede(self, path: Path) -> set[int]:
        """Write which cases the source holds, whatever became of them; return them."""
        cases = f'SELECT DISTINCT "case" AS {name(CASE)} FROM {self.files.relation(self.types)}'
        self._write(cases, path, (CASE,))
        return {case for (case,) in self.connection.execute(cases).fetchall()}

    def _know(self, entries: str) -> None:
        """Lay out what is known of the people whom these entries name."""
        if self.members:
            named = " UNION ".join(f"SELECT {name(one)} FROM {entries}" for one in self.people)
            self.connection.execute(
                f"CREATE OR REPLACE TABLE named AS SELECT column0 AS person FROM ({named}) t(column0)"
            )
            meant = f"(SELECT * FROM {self.members} WHERE person IN (SELECT person FROM named))"
            self.connection.execute(f"CREATE OR REPLACE TABLE people AS {people(meant)}")

    def _write(self, rows: str, path: Path, order: Iterable[str]) -> int:
        by = ", ".join(map(name, order))
        return write_parquet(self.connection, f"{rows} ORDER BY {by}", path, AS_DIFFERENCES)

    # --- one case at a time ----------------------------------------------------------------------------------------

    def _one_by_one(self, entries: str, progress: Progress) -> int:
        """Make the odd cases one by one; return how many there are."""
        create(self.connection, "singly", self.casting.types_of_round)
        numbers = [row[0] for row in self.connection.execute(
            f"SELECT {name(CASE)} FROM made WHERE {name(ODD)} ORDER BY 1"
        ).fetchall()]  # fmt: skip
        if not numbers:
            return 0
        held = ", ".join(name(one) for one in self.types if one in HEAD or one in self.files.there)
        self.connection.execute(
            f'CREATE OR REPLACE TABLE odd AS SELECT {held} FROM {entries} WHERE "case" IN '
            f"(SELECT {name(CASE)} FROM made WHERE {name(ODD)})"
        )
        for start in range(0, len(numbers), TOGETHER):
            part = numbers[start : start + TOGETHER]
            self._batch(part[0], part[-1], progress)
        return len(numbers)

    def _batch(self, first: int, last: int, progress: Progress) -> None:
        found = self.connection.execute(
            f'SELECT * FROM odd WHERE "case" BETWEEN {first} AND {last} ORDER BY "case", number'
        )
        columns = [column[0] for column in found.description]
        stored = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        made = list(self.builder.singly.made(stored, self._rosters(stored)))
        progress.bad += [one for one in made if isinstance(one, BadCase)]
        good = [one for one in made if isinstance(one, Made)]
        rows = (row for one in good for row in ((*one.row, None), *one.rounds))
        insert(self.connection, "singly", self.casting.types_of_round, rows)

    def _rosters(self, stored: Sequence[Stored]) -> dict[int, Roster]:
        if not self.members:
            return {}
        named = sorted({row[one] for row in stored for one in self.people if row[one] is not None})
        found = self.connection.execute(
            f"SELECT * FROM {self.members} WHERE person IN (SELECT unnest(?::BIGINT[]))",
            [named],
        )
        columns = [column[0] for column in found.description]
        lines = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        there = self.connection.execute(
            "SELECT organization FROM rostered WHERE organization IN (SELECT unnest(?::BIGINT[]))",
            [sorted({row["organization"] for row in stored})],
        ).fetchall()
        return rosters(lines, [one for (one,) in there])
