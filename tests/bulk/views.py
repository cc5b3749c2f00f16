"""A table of cases made from drawn histories, beside what one case at a time gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from tests.bulk.histories import ORGANIZATIONS, WITHOUT_ROSTER, history, members
from tests.regulation.case import CALENDAR
from workflow.bulk.casting import ODD
from workflow.bulk.layout import CASE, Layout, table_columns
from workflow.case.record import EntryKind, Recorded
from workflow.case.values import Value
from workflow.compliance.country import audit_parts
from workflow.compliance.engines.duckdb import DuckDbEngine, insert, parquet
from workflow.compliance.runs import Part, Run
from workflow.compliance.view.build import Builder
from workflow.compliance.view.singly import BadCase, Made, Singly, rosters
from workflow.compliance.view.tables import MEMBERS, create, files, know_people, lay_out

Stored = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of drawn cases: the rows of the statement, those of one case at a time, and the difference."""

    plain: int
    odd: int
    bad: int
    differences: tuple[str, ...]


def stored(builder: Builder, histories: Mapping[int, tuple[int, Sequence[Recorded]]]) -> list[Stored]:
    """Return the rows of histories, each under a case with its organization."""
    columns = builder.singly.entries
    rows = []
    for case, (organization, entries) in histories.items():
        for entry in entries:
            opened = entry.kind is EntryKind.OPENED  # the draws note there which columns the source does not keep
            kept = replace(entry, broken=()) if opened else entry
            rows.append(columns.row(case, organization, kept, entry.broken if opened else ()))
    return rows


def draw(layout: Layout, seed: int, cases: int) -> dict[int, tuple[int, list[Recorded]]]:
    """Return so many drawn histories: some as they were lived, most changed once to four times."""
    random = Random(seed)
    editions = tuple(period.edition for period in layout.book.periods)
    homes = (*ORGANIZATIONS.values(), *ORGANIZATIONS.values(), WITHOUT_ROSTER)
    return {
        case: (random.choice(homes), history(random, editions, random.choice((0, 1, 1, 2, 3, 4))))
        for case in range(1, cases + 1)
    }


def write_entries(builder: Builder, rows: Sequence[Stored], path: Path) -> None:
    """Write rows of entries as Parquet, in any order but that of the cases."""
    types = builder.singly.entries.types
    shuffled = sorted(rows, key=lambda row: (row["case"] * 7919 % 1009, -row["number"]))
    with duckdb.connect() as connection:
        create(connection, "entries", types)
        insert(connection, "entries", types, ([row[name] for name in types] for row in shuffled))
        connection.execute(f"COPY entries TO '{path}' (FORMAT parquet)")


def write_members(path: Path) -> None:
    """Write the roster of the regulation tests as Parquet."""
    with duckdb.connect() as connection:
        create(connection, "members", MEMBERS)
        insert(connection, "members", MEMBERS, members())
        connection.execute(f"COPY members TO '{path}' (FORMAT parquet)")


def compare(builder: Builder, rows: Sequence[Stored], folder: Path) -> Compared:
    """Make the same cases by the statement and one at a time; tell where they differ, column by column."""
    write_entries(builder, rows, folder / "entries.parquet")
    write_members(folder / "members.parquet")
    with duckdb.connect() as connection:
        lay_out(connection, builder.casting, builder.calendar)
        know_people(connection, f"read_parquet('{folder / 'members.parquet'}')")
        source = files(connection, [folder / "entries.parquet"])
        found = connection.execute(
            builder.casting.statement(source.relation(builder.singly.entries.types), source.there)
        )
        names = [column[0] for column in found.description]
        made = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    singly = expected(builder.layout, rows)
    odd = {case for case, row in made.items() if row.pop(ODD)}
    differences = [
        f"case {case}: {line}"
        for case, one in singly.items()
        if case not in odd
        for line in _differences(builder, made[case], one)
    ]
    bad = sum(isinstance(one, BadCase) for one in singly.values())
    return Compared(len(made) - len(odd), len(odd), bad, tuple(differences))


def expected(layout: Layout, rows: Sequence[Stored]) -> dict[int, Made | BadCase]:
    """Return what one case at a time gives, by case."""
    ordered = sorted(rows, key=lambda row: (row["case"], row["number"]))
    known = rosters([dict(zip(MEMBERS, line, strict=True)) for line in members()], ORGANIZATIONS.values())
    found: dict[int, Made | BadCase] = {}
    alone = Singly(layout, CALENDAR)
    for case, own in groupby(ordered, key=lambda row: row["case"]):
        for one in alone.made(own, known):
            found[case] = one
    return found


def _differences(builder: Builder, made: Mapping[str, Any], one: Made | BadCase) -> list[str]:
    if isinstance(one, BadCase):
        return [f"cannot be replayed, {one.why}"]
    if one.rounds:
        return [f"{len(one.rounds)} earlier rounds"]
    pairs = zip(builder.casting.types_of_row, one.row, strict=True)
    return [
        f"{name}: {made[name]!r}, should be {value!r}"
        for name, value in pairs
        if made[name] != value or name not in (*made, CASE)
    ]


def judged_alone(
    layout: Layout, cases: Sequence[Mapping[str, Value]], as_of: date, folder: Path, columns: str, **asked: Any
) -> tuple[Run, list[tuple[Any, ...]]]:
    """Judge cases, which have had no earlier rounds, into a folder; return the run and ``columns`` of its breaches."""
    engine = DuckDbEngine()
    rows = [(number, number // 10, None, None, *layout.row(case)) for number, case in enumerate(cases)]
    engine.load("whole", table_columns(layout), rows)
    engine.write("SELECT * FROM whole", folder / "cases.parquet")
    run = audit_parts([Part("00001", parquet(folder / "cases.parquet"))], layout, as_of, folder / "run", **asked)
    found = list(engine.rows(f"SELECT {columns} FROM {parquet(folder / 'run' / 'breaches-00001.parquet')}"))
    engine.close()
    return run, found
