"""The small tables beside the entries, in a database of their own: plain acts, working days, people.

Of people the statement is told only what holds whoever asks: somebody whom one line of all rosters names, a full member
from a day on or none, under at most one penalty. Whoever several lines name, or whose line cannot be read, is odd.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path

import duckdb

from workflow.bulk.casting import Casting
from workflow.bulk.computed import CALENDAR, PEOPLE
from workflow.bulk.folding import ACTS
from workflow.bulk.terms import literal, name
from workflow.calendar import WorkingCalendar
from workflow.case.roster import PenaltyKind, Standing
from workflow.compliance.engines.duckdb import insert, parquet, text
from workflow.compliance.working_folder import working_folder

MEMBERS = {
    "person": "BIGINT",
    "organization": "BIGINT",
    "standing": "VARCHAR",
    "full_on": "DATE",
    "penalty": "VARCHAR",
    "penalty_from": "DATE",
    "penalty_until": "DATE",
}
FIRST_DAY, LAST_DAY = date(1949, 12, 31), date(2101, 1, 1)  # of the working days that are laid out
MEMORY = "900MB"


@contextmanager
def opened(threads: int = 2, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database in memory that may put things off in a folder of its own, which is removed afterwards."""
    with working_folder("jishi-view-") as folder, duckdb.connect() as connection:
        connection.execute(f"SET threads = {threads}")
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute(f"SET temp_directory = {text(str(folder))}")
        connection.execute("SET preserve_insertion_order = false")
        yield connection


def lay_out(connection: duckdb.DuckDBPyConnection, casting: Casting, calendar: WorkingCalendar) -> None:
    """Create the tables that do not depend on the cases."""
    acts = casting.folding
    create(connection, "acts", ACTS)
    insert(connection, "acts", ACTS, acts.acts_rows())
    lay_out_days(connection, calendar)


def lay_out_days(connection: duckdb.DuckDBPyConnection, calendar: WorkingCalendar) -> None:
    """Create the table of days, each with the number of working days up to it, from the first day laid out."""
    days = map(date.fromordinal, range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1))
    through = list(accumulate(map(calendar.is_working_day, days)))
    create(connection, "calendar", CALENDAR)
    connection.execute(
        f"INSERT INTO calendar SELECT {literal(FIRST_DAY)} + CAST(generate_subscripts(through, 1) - 1 AS INTEGER), "
        "unnest(through) FROM (SELECT ?::INTEGER[] AS through)",
        [through],
    )


def know_people(connection: duckdb.DuckDBPyConnection, members: str | None) -> None:
    """Create the tables of people from a relation of members; none: of nobody anything is known."""
    source = (
        members or f"(SELECT {', '.join(f'CAST(NULL AS {kind}) AS {one}' for one, kind in MEMBERS.items())} LIMIT 0)"
    )
    connection.execute(f"CREATE OR REPLACE TABLE rostered AS SELECT DISTINCT organization FROM {source}")
    connection.execute(f"CREATE OR REPLACE TABLE people AS {people(source)}")


def people(members: str) -> str:
    """Return the statement that says of each person what holds whoever asks."""
    full = literal(str(Standing.FULL))
    standings = ", ".join(literal(str(one)) for one in Standing)
    kinds = ", ".join(literal(str(one)) for one in PenaltyKind)
    odd = f"count(*) > 1 OR bool_or(standing NOT IN ({standings}) OR penalty NOT IN ({kinds}))"
    found = {
        "person": "person",
        "full_since": f"max(CASE WHEN standing = {full} THEN full_on END)",
        "penalty": "max(penalty)",
        "penalty_from": "max(penalty_from)",
        "penalty_until": "max(penalty_until)",
        "odd": f"COALESCE({odd}, count(*) > 1)",
    }
    columns = ", ".join(f"{found[one]} AS {one}" for one in PEOPLE)
    return f"SELECT {columns} FROM {members} GROUP BY person"


def create(connection: duckdb.DuckDBPyConnection, table: str, types: Mapping[str, str]) -> None:
    """Create a table anew."""
    columns = ", ".join(f"{name(one)} {kind}" for one, kind in types.items())
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")


@dataclass(frozen=True, slots=True)
class Files:
    """Parquet files of one kind and the columns that they have."""

    source: str
    there: frozenset[str]

    def relation(self, types: Mapping[str, str], where: str = "") -> str:
        """Return them as a relation that has all columns of ``types``; those that the files lack are blank."""
        columns = (
            f"CAST({name(one) if one in self.there else 'NULL'} AS {kind}) AS {name(one)}"
            for one, kind in types.items()
        )
        return f"(SELECT {', '.join(columns)} FROM {self.source}{f' WHERE {where}' if where else ''})"


def files(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Files:
    """Return Parquet files as a source; raises duckdb.Error where one cannot be read."""
    source = parquet(*paths)
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return Files(source, frozenset(row[0] for row in described))
