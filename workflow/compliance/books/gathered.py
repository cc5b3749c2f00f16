"""What an audit in bulk found, gathered by organization in tables of a database, and read one organization at a time.

Nothing but the figures of the organizations is held in memory: findings are put in order by the database, which goes
to disk where they do not fit, and are read as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

from workflow.bulk.terms import name
from workflow.compliance.books.shelf import MOST, TooManyBooks
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.judged import Judged
from workflow.compliance.lives import LIVES, Life
from workflow.compliance.ours import OF_LOGS
from workflow.compliance.places import BRANCH, NoTree
from workflow.compliance.result import Result
from workflow.engine.hiding import Counted

Row = tuple[Any, ...]
UNITS, FOUND, LOST, BOOKS, BY_RULE = "book_unit", "book_found", "book_lost", "book", "book_rule"  # tables
OF_BOOKS = (*OF_LOGS, "life", "first_seen", "gone_on")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of an organization with all below it. ``lives``: how many findings by what became of them."""

    number: int
    organization: str | None
    above: str | None
    cases: int
    people: int
    findings: int
    hard: int
    undecided: int
    lives: Mapping[Life, int]

    @property
    def counted(self) -> Counted:
        """Return them as statistics hide them."""
        return Counted(self.cases, self.findings, self.people, self.people)


@dataclass(frozen=True, slots=True)
class Gathered:
    """An organization: its figures, and its rows, each to be read once and in this order.

    ``rules``: rule, decided, findings, cases, undecided; ``found`` and ``lost``: OF_BOOKS.
    """

    figures: Figures
    rules: Iterator[Row]
    found: Iterator[Row]
    lost: Iterator[Row]


class _Rows:
    """Rows in the order of the organizations that they begin with, handed out organization by organization."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, query: str) -> None:
        found = cursor.execute(query)
        self._groups = groupby(iter(found.fetchone, None), key=lambda row: row[0])
        self._next = next(self._groups, None)

    def of(self, number: int) -> Iterator[Row]:
        """Yield the rows of an organization; those of the one before must have been read."""
        if self._next is not None and self._next[0] == number:
            for _, *row in self._next[1]:
                yield tuple(row)
            self._next = next(self._groups, None)


def gather(result: Result, level: int = BRANCH) -> int:
    """Gather what was found by the organizations at a level (see ``by_place``) and return how many there are.

    Raises NoTree, TooManyBooks.
    """
    judged, connection = result.judged, result.connection
    if level != BRANCH and judged.tree is None:
        raise NoTree
    _units(connection, judged, level)
    _found(result)
    return _books(result)


def gathered(result: Result) -> Iterator[Gathered]:
    """Yield the organizations that were gathered, in the order of the tree or of their names."""
    order = 'place, "case", rule, step, round, outcome'
    columns = ", ".join(map(name, OF_BOOKS))
    numbers = f"(SELECT key, number FROM {BOOKS})"
    keyed = f"JOIN {numbers} USING (key) ORDER BY number"
    lives = _lives(result)
    with ExitStack() as stack:
        books, *cursors = (stack.enter_context(result.connection.cursor()) for _ in range(4))
        of_rules = f"SELECT number, rule, decided, findings, cases, undecided FROM {BY_RULE} {keyed}"
        of_found, of_lost = (f"SELECT number, {columns} FROM {table} {keyed}, {order}" for table in (FOUND, LOST))
        rules, found, lost = map(_Rows, cursors, (of_rules, of_found, of_lost))
        told = books.execute(f"SELECT * EXCLUDE (key, line) FROM {BOOKS} ORDER BY number")
        for number, *row in iter(told.fetchone, None):
            values: Row = (number, *row, lives.get(number, {}))
            figures = Figures(*values)
            yield Gathered(figures, rules.of(number), found.of(number), lost.of(number))


def _units(connection: duckdb.DuckDBPyConnection, judged: Judged, level: int) -> None:
    """Make UNITS: of each organization that has cases the one whose workbook it goes into (``key``)."""
    own = f"(SELECT unit, min(organization) AS organization, count(*) AS cases FROM {judged.units()} GROUP BY unit)"
    if judged.tree is None:
        line = "organization" if judged.names is not None else "lpad(organization, 20, '0')"
        query = f"SELECT unit, cases, unit AS key, organization, NULL::VARCHAR AS above, {line} AS line FROM {own}"
    else:
        tree = parquet(judged.tree)
        depth = f"LEAST(len(ids), {level})" if level else "len(ids)"
        split = f"(SELECT id, string_split(rtrim(path, '.'), '.') AS ids FROM {tree})"
        told = f"(SELECT id AS unit, CAST(ids[{depth}] AS BIGINT) AS key FROM {split})"
        query = (
            f"SELECT unit, cases, key, t.name AS organization, t.above AS above, t.path AS line"
            f" FROM {own} JOIN {told} USING (unit) JOIN {tree} t ON t.id = key"
        )
    connection.execute(f"CREATE OR REPLACE TABLE {UNITS} AS {query}")
    (number,) = connection.execute(f"SELECT count(DISTINCT key) FROM {UNITS}").fetchall()[0]
    if number > MOST:
        raise TooManyBooks(number)


def _found(result: Result) -> None:
    """Make FOUND and LOST: what is found, and what an earlier audit found and this one, which looked, did not."""
    judged, connection = result.judged, result.connection
    own = ", ".join(f"f.{name(one)}" for one in OF_LOGS)
    keyed = f"JOIN {judged.units()} p ON p.place = f.place JOIN {UNITS} u ON u.unit = p.unit"
    if result.compared is None:
        blank = "CAST(NULL AS VARCHAR) AS life, CAST(NULL AS DATE) AS first_seen, CAST(NULL AS DATE) AS gone_on"
        found = f"SELECT u.key, f.place, {own}, {blank} FROM {judged.findings()} f {keyed}"
        connection.execute(f"CREATE OR REPLACE TABLE {FOUND} AS {found}")
        connection.execute(f"CREATE OR REPLACE TABLE {LOST} AS SELECT * FROM {FOUND} LIMIT 0")
        return
    columns = f"u.key, f.place, {own}, f.life, f.first_seen, f.gone_on"
    connection.execute(f"CREATE OR REPLACE TABLE {FOUND} AS SELECT {columns} FROM {LIVES} f {keyed} WHERE NOT f.lost")
    looked = (
        f'(SELECT l.* REPLACE (j.place AS place) FROM {LIVES} l JOIN judged_case j ON j."case" = l."case" WHERE lost)'
    )
    connection.execute(f"CREATE OR REPLACE TABLE {LOST} AS SELECT {columns} FROM {looked} f {keyed}")


def _books(result: Result) -> int:
    """Make BOOKS, a row an organization with its figures, and BY_RULE; return how many organizations there are."""
    judged, connection = result.judged, result.connection
    keyed = f"JOIN {judged.units()} USING (place) JOIN {UNITS} USING (unit)"
    open_ = f"(SELECT key, rule, count(*) AS undecided FROM {judged.undecided()} {keyed} GROUP BY key, rule)"
    decided = (
        f"(SELECT key, rule, sum(decided) AS decided FROM {judged.bases()} JOIN {UNITS} USING (unit) GROUP BY ALL)"
    )
    broken = f"(SELECT key, rule, count(*) AS findings, count(DISTINCT place) AS cases FROM {FOUND} GROUP BY key, rule)"
    connection.execute(
        f"CREATE OR REPLACE TABLE {BY_RULE} AS"
        f" SELECT key, rule, {_numbers('decided', 'findings', 'cases', 'undecided')}"
        f" FROM {decided} FULL JOIN {broken} USING (key, rule) FULL JOIN {open_} USING (key, rule)"
        f" WHERE decided > 0 OR findings > 0 OR undecided > 0"
    )
    units = (
        f"(SELECT key, any_value(organization) AS organization, any_value(above) AS above, min(line) AS line,"
        f" sum(cases)::BIGINT AS cases FROM {UNITS} GROUP BY key)"
    )
    people = "count(DISTINCT place) AS people, count(*) AS findings, count(*) FILTER (force = 'hard') AS hard"
    undecided = f"(SELECT key, sum(undecided) AS undecided FROM {BY_RULE} GROUP BY key)"
    connection.execute(
        f"CREATE OR REPLACE TABLE {BOOKS} AS SELECT row_number() OVER (ORDER BY line NULLS LAST, key) AS number,"
        f" organization, above, cases, {_numbers('people', 'findings', 'hard', 'undecided')}, key, line"
        f" FROM {units} LEFT JOIN (SELECT key, {people} FROM {FOUND} GROUP BY key) USING (key)"
        f" LEFT JOIN {undecided} USING (key)"
    )
    (number,) = connection.execute(f"SELECT count(*) FROM {BOOKS}").fetchall()[0]
    return int(number)


def _numbers(*columns: str) -> str:
    """Return columns of numbers, 0 where there is none."""
    return ", ".join(f"COALESCE({one}, 0)::BIGINT AS {one}" for one in columns)


def _lives(result: Result) -> dict[int, dict[Life, int]]:
    """Return by organization how many findings have become what; nothing where there was no earlier audit."""
    found: dict[int, dict[Life, int]] = {}
    if result.compared is None:
        return found
    both = f"(SELECT key, life FROM {FOUND} UNION ALL SELECT key, life FROM {LOST})"
    query = f"SELECT number, life, count(*) FROM {both} JOIN {BOOKS} USING (key) GROUP BY number, life"
    for number, life, times in result.connection.execute(query).fetchall():
        found.setdefault(number, {})[Life(life)] = times
    return found
