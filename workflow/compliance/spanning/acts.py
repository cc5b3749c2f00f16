"""The acts in effect of many cases as small tables: what was done when, under which branch, and when it was recorded.

From files of entries (``docs/bulk.md``) that say besides, in ``HELD_BY``, which branch had the case after each entry:
people move on, and what a branch did stays its own. No table knows who acted or who recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from workflow.bulk.terms import literal
from workflow.bulk.terms import name as quoted
from workflow.case.history import IRREGULAR
from workflow.compliance.engines.duckdb import text
from workflow.compliance.view.tables import create, files
from workflow.law.indications import Indications, Milestone
from workflow.law.model import Edition

HELD_BY = "held_by"  # the organization of the branch that had the case once the entry was written
HEAD = {
    "case": "BIGINT", "number": "INTEGER", "kind": "VARCHAR", "step": "VARCHAR", "outcome": "VARCHAR",
    "occurred_on": "DATE", "recorded_on": "DATE", "supersedes": "INTEGER", "cleared": "VARCHAR[]",
    "unreadable": "VARCHAR[]", HELD_BY: "BIGINT",
}  # fmt: skip
TABLES = {
    "lived": {"organization": "BIGINT", "case_id": "BIGINT", "step": "VARCHAR", "day": "DATE", "recorded_on": "DATE"},
    "marks": {  # ``day`` NULL: it was attested and cannot be read
        "organization": "BIGINT", "case_id": "BIGINT", "mark": "VARCHAR", "day": "DATE", "lived": "BOOLEAN",
    },
    "papers": {"case_id": "BIGINT", "milestone": "INTEGER", "apart": "INTEGER"},  # days between two papers
    "cases": {"case_id": "BIGINT", "organization": "BIGINT", "state": "VARCHAR"},  # now; of its cutover, if any
}  # fmt: skip

NOW = """
SELECT case_id, arg_max(organization, number), arg_max(outcome, number) FILTER (kind = 'cutover')
FROM standing GROUP BY case_id
"""


@dataclass(frozen=True, slots=True)
class _Sign:
    """How a mark shows: ``day``: the column of its day; ``sets``: choices that say otherwise where they differ."""

    mark: str
    step: str
    outcome: str
    day: str
    sets: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.day, *(column for column, _ in self.sets))


class Acts:
    """Makes the tables in a database, one file of entries after the other."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, given: Indications, as_of: date) -> None:
        """Create the tables, empty. ``as_of``: what was recorded by the end of that day is used."""
        self.connection, self.given, self.as_of = connection, given, as_of
        for table, types in TABLES.items():
            create(connection, table, types)

    def add(self, entries: Path, edition: Edition) -> None:
        """Add the acts of a file of entries, whose columns ``edition``, the newest that binds them, can name."""
        signs = [_sign(mark, edition) for mark in self.given.marks()]
        needed = (*(column for sign in signs for column in sign.columns), *self.given.differing.columns())
        columns = dict.fromkeys(needed, "DATE") | {column: "VARCHAR" for s in signs for column, _ in s.sets}
        source = files(self.connection, [entries])
        relation = source.relation(HEAD | columns, f"recorded_on <= {literal(self.as_of)}")
        self.connection.execute(f"CREATE OR REPLACE TEMPORARY TABLE standing AS {_standing(relation, tuple(columns))}")
        self._insert("lived", "SELECT organization, case_id, step, day, recorded_on FROM standing WHERE kind = 'act'")
        for sign in signs:
            self._insert("marks", _marked(sign))
        for place, milestone in enumerate(self.given.differing.milestones):
            self._insert("papers", _apart(place, milestone, edition))
        self._insert("cases", NOW)

    def _insert(self, table: str, query: str) -> None:
        self.connection.execute(f"INSERT INTO {table} {query}")


def _sign(mark: str, edition: Edition) -> _Sign:
    step, _, outcome = mark.partition(":")
    defined = edition.steps[step].outcomes[outcome]
    sets = tuple((f"{step}.{name}", value) for name, value in defined.sets.items())
    return _Sign(mark, step, outcome, f"{step}.{defined.fills or edition.steps[step].day}", sets)


def _standing(relation: str, columns: Sequence[str]) -> str:
    """Return the query for the entries in effect, with their corrections laid over them.

    As ``workflow.case.record.effective`` does it: the latest correction that says something of a column decides.
    """
    touched = {one: f"({quoted(one)} IS NOT NULL OR {_among('cleared', one)})" for one in columns}
    laid = "".join(
        f", arg_max_null({quoted(one)}, number) FILTER ({said}) AS {quoted(one)},"
        f" count(*) FILTER ({said}) > 0 AS {quoted(f'said {one}')}"
        for one, said in touched.items()
    )
    values = "".join(
        f", CASE WHEN l.{quoted(f'said {one}')} THEN l.{quoted(one)} ELSE c.{quoted(one)} END AS {quoted(one)}"
        for one in columns
    )
    return f"""
        WITH known AS (SELECT *, "case" AS case_id FROM {relation}),
        counted AS (
            SELECT * FROM known k WHERE NOT EXISTS (
                SELECT 1 FROM known w
                WHERE w.kind = 'withdrawal' AND w.case_id = k.case_id AND w.supersedes = k.number
            )
        ),
        laid AS (
            SELECT case_id, supersedes, arg_max(occurred_on, number) AS day{laid}
            FROM counted WHERE kind = 'correction' GROUP BY case_id, supersedes
        )
        SELECT c.{HELD_BY} AS organization, c.case_id, c.number, c.kind, c.step, c.outcome, c.recorded_on,
            coalesce(l.day, c.occurred_on) AS day, c.unreadable{values}
        FROM counted c LEFT JOIN laid l ON l.case_id = c.case_id AND l.supersedes = c.number
        WHERE c.kind NOT IN ('correction', 'withdrawal')
    """


def _among(marks: str, column: str) -> str:
    return f"list_contains({marks}, {text(column.partition('.')[2])})"


def _marked(sign: _Sign) -> str:
    """Return the query for the acts that bear a mark; of attested ones the day is what shows them."""
    day = quoted(sign.day)
    other = "".join(f" AND ({quoted(one)} IS NULL OR {quoted(one)} = {text(value)})" for one, value in sign.sets)
    attested = f"kind = 'attested' AND ({day} IS NOT NULL OR {_among('unreadable', sign.day)}){other}"
    return f"""
        SELECT organization, case_id, {text(sign.mark)}, CASE kind WHEN 'act' THEN day ELSE {day} END, kind = 'act'
        FROM standing
        WHERE step = {text(sign.step)} AND ((kind = 'act' AND outcome = {text(sign.outcome)}) OR ({attested}))
    """


def _apart(place: int, milestone: Milestone, edition: Edition) -> str:
    """Return the query for the days between both papers, of the cases in which both name the milestone."""
    values = ", ".join(
        f"arg_max({_named(column, edition)}, number) AS paper_{number}"
        for number, column in enumerate(milestone.columns())
    )
    alone = " AND paper_2 IS NULL" if milestone.unless_filled else ""
    return f"""
        SELECT case_id, {place}, abs(paper_0 - paper_1)
        FROM (
            SELECT case_id, {values} FROM standing
            WHERE outcome IS DISTINCT FROM {text(IRREGULAR)} GROUP BY case_id
        )
        WHERE paper_0 IS NOT NULL AND paper_1 IS NOT NULL{alone}
    """


def _named(column: str, edition: Edition) -> str:
    """Return the day that an entry gives a column: the column itself, or the day of an act whose outcome fills it."""
    step, _, field = column.partition(".")
    fill = ", ".join(text(outcome) for outcome in _filling(edition, step, field)) or "NULL"
    return f"CASE WHEN kind = 'act' AND step = {text(step)} AND outcome IN ({fill}) THEN day ELSE {quoted(column)} END"


def _filling(edition: Edition, step: str, field: str) -> Iterator[str]:
    definition = edition.steps[step]
    yield from (name for name, one in definition.outcomes.items() if (one.fills or definition.day) == field)
