"""A log as entries (``docs/bulk.md``): from the table ``raw`` to files, with what could not be read told by its line.

A row is an act on the day of its instant in the zone of the procedure. One whose day cannot be read is kept without
its day, and so is one whose outcome nobody knows: that the step was taken is known, and what turns on its day is
undecidable, not missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from workflow.bulk.entries import HEAD, TYPES
from workflow.bulk.terms import literal, name
from workflow.compliance.engines.duckdb import insert, text, write_parquet
from workflow.compliance.log.cells import cell_of, macros, value
from workflow.compliance.log.naming import CASE, DAY, ORGANIZATION, OUTCOME, STEP, Columns, activities, outcomes
from workflow.compliance.log.table import LINE
from workflow.law.model import Edition, FieldDef

BUCKETS = 4096  # into which cases fall by a hash of their name, so that memory is bounded by a few of them
UNTOLD = "_at IS NULL OR _outcome IS NULL"  # an act of which day or outcome cannot be read


@dataclass(frozen=True, slots=True)
class LogCount:
    """How many rows there were, how many were left out for what reason, and the last day that any says."""

    rows: int
    left_out: int  # by ``only``
    other_steps: int
    later: int  # after the day as of which it is judged
    last: date | None


class Entries:
    """The making of entries from ``raw``, in one open database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, edition: Edition, columns: Columns, zone: str) -> None:
        """Take what is read of the log."""
        self.connection, self.edition, self.columns = connection, edition, columns
        for statement in macros(zone):
            connection.execute(statement)
        self.of_steps = {one: at for one, at in columns.evidence.items() if one.partition(".")[0] in edition.steps}
        self.of_record = {one: at for one, at in columns.evidence.items() if one not in self.of_steps}

    def read(self, *, other_steps: bool) -> LogCount:
        """Make ``acts`` of the rows that can be taken and add all others to ``bad``; ``other_steps``: are bad, too."""
        every = self._count("SELECT count(*) FROM raw")
        self._keep_only()
        self._say_what_is_meant()
        self.connection.execute(f"CREATE TABLE told AS {self._told()}")
        self.connection.execute("DROP TABLE kept")
        for where, column, why in self._faults(other_steps=other_steps):
            written, shown = text(self.columns.written[column]), cell_of(column)
            self.connection.execute(
                f"INSERT INTO bad SELECT {name(LINE)}, {written}, {text(why)}, {shown} FROM told WHERE {where}"
            )
        others = self._count("SELECT count(*) FROM told WHERE _step IS NULL AND _activity IS NOT NULL")
        left = every - self._count("SELECT count(*) FROM told")
        (last,) = self.connection.execute("SELECT CAST(max(_at) AS DATE) FROM told").fetchall()[0]
        return LogCount(every, left, others, 0, last)

    def _count(self, query: str) -> int:
        (number,) = self.connection.execute(query).fetchall()[0]
        return int(number)

    def _keep_only(self) -> None:
        conditions = (
            f"{cell_of(column)} IN ({', '.join(map(text, texts))})" for column, texts in self.columns.only.items()
        )
        self.connection.execute("ALTER TABLE raw RENAME TO kept")
        if where := " AND ".join(f"COALESCE({one}, FALSE)" for one in conditions):
            self.connection.execute(f"DELETE FROM kept WHERE NOT ({where})")

    def _say_what_is_meant(self) -> None:
        types = {"word": "VARCHAR", "step": "VARCHAR", "outcome": "VARCHAR"}
        for table, rows in (
            ("activities", [(word, *meant) for word, meant in activities(self.edition).items()]),
            ("outcomes", [(word, step, outcome) for (step, word), outcome in outcomes(self.edition).items()]),
        ):
            self.connection.execute(
                f"CREATE TABLE {table} ({', '.join(f'{one} {kind}' for one, kind in types.items())})"
            )
            insert(self.connection, table, types, rows)

    def _told(self) -> str:
        """Return the rows with case, step, outcome and civil time beside what the log wrote."""
        of = self.columns.of
        outcome, joined = "a.outcome", ""
        if OUTCOME in of:
            word = f"NULLIF(trim(k.{name(of[OUTCOME])}), '')"
            joined = f" LEFT JOIN outcomes o ON o.step = a.step AND o.word = {word}"
            outcome = f"CASE WHEN {word} IS NULL THEN a.outcome ELSE o.outcome END"
        organization = cell_of(of[ORGANIZATION]) if ORGANIZATION in of else "CAST(NULL AS VARCHAR)"
        activity = f"NULLIF(trim(k.{name(of[STEP])}), '')"
        return (
            f"SELECT k.*, {cell_of(of[CASE])} AS _case, {activity} AS _activity, {organization} AS _organization, "
            f"civil({name(of[DAY])}) AS _at, a.step AS _step, {outcome} AS _outcome "
            f"FROM kept k LEFT JOIN activities a ON a.word = {activity}{joined}"
        )

    def _faults(self, *, other_steps: bool) -> Iterator[tuple[str, str, str]]:
        """Yield the condition on rows in which something is wrong, the column, and a word for it."""
        of = self.columns.of
        yield "_case IS NULL", of[CASE], "case"
        yield "_activity IS NULL", of[STEP], "no_step"
        if other_steps:
            yield "_activity IS NOT NULL AND _step IS NULL", of[STEP], "step"
        known = "_case IS NOT NULL AND _step IS NOT NULL"
        yield f"{known} AND _at IS NULL", of[DAY], "day"
        if OUTCOME in of:
            yield f"{known} AND _outcome IS NULL", of[OUTCOME], "outcome"
        for column, at in self.of_steps.items():
            yield f"_case IS NOT NULL AND {self._unread(column, at)}", at, "cell"
        for column, at in self.of_record.items():
            field = self.edition.fields[column]
            unread = f"{value(self.edition, field, cell_of(at))} IS NULL"
            yield f"_case IS NOT NULL AND {cell_of(at)} IS NOT NULL AND {unread}", at, "cell"

    # --- files -------------------------------------------------------------------------------------------------------

    def write(self, folder: Path, as_of: date) -> int:
        """Write ``cases.parquet`` and ``entries.parquet`` as of a day; return how many rows are later.

        Rows of a case that disagree about it as a whole go to ``bad``. One with two organizations is of none.
        """
        good = "_case IS NOT NULL AND _step IS NOT NULL"
        day = literal(as_of)
        later = self._count(f"SELECT count(*) FROM told WHERE {good} AND CAST(_at AS DATE) > {day}")
        where = f"{good} AND (_at IS NULL OR CAST(_at AS DATE) <= {day})"
        self.connection.execute(f"CREATE TABLE acts AS SELECT * FROM told WHERE {where}")
        self.connection.execute("DROP TABLE told")
        self._say_what_differs()
        agreed = "CASE WHEN min(_organization) = max(_organization) THEN min(_organization) END"
        self.connection.execute(
            f"CREATE TABLE cases AS SELECT row_number() OVER (ORDER BY _case) AS number, _case, "
            f"CAST(hash(_case) % {BUCKETS} AS BIGINT) AS bucket, {agreed} AS organization, "
            f"COALESCE(min(CAST(_at AS DATE)), {day}) AS first FROM acts GROUP BY _case"
        )
        unit = "dense_rank() OVER (ORDER BY organization)"
        cases = f'SELECT number AS "case", _case AS name, organization, {unit} AS unit FROM cases'
        write_parquet(self.connection, cases, folder / "cases.parquet")
        write_parquet(self.connection, self._entries(), folder / "entries.parquet")
        return later

    def _say_what_differs(self) -> None:
        """Add to ``bad``, where rows of a case disagree about it as a whole, the first of each that says something."""
        of = self.columns.of
        for column in (*([of[ORGANIZATION]] if ORGANIZATION in of else []), *self.of_record.values()):
            cell, written = cell_of(column), text(self.columns.written[column])
            split = f"SELECT _case FROM acts GROUP BY _case HAVING min({cell}) <> max({cell})"
            self.connection.execute(
                f"INSERT INTO bad SELECT min({name(LINE)}), {written}, 'differ', {cell} FROM acts "
                f"WHERE {cell} IS NOT NULL AND _case IN ({split}) GROUP BY _case, {cell}"
            )

    def _entries(self) -> str:
        parts = [self._acts()]
        if self.of_record:
            parts.append(self._openings())
        return " UNION ALL BY NAME ".join(parts) + ' ORDER BY organization, "case", number'

    def _acts(self) -> str:
        order = f"row_number() OVER (PARTITION BY c.number ORDER BY _at NULLS LAST, {name(LINE)})"
        head = {
            "case": "c.number",
            "organization": "c.bucket",
            "number": order,
            "kind": f"CASE WHEN {UNTOLD} THEN 'attested' ELSE 'act' END",
            "step": "_step",
            "outcome": f"CASE WHEN NOT ({UNTOLD}) THEN _outcome END",
            "occurred_on": f"CASE WHEN NOT ({UNTOLD}) THEN CAST(_at AS DATE) END",
            "recorded_on": "COALESCE(CAST(_at AS DATE), c.first)",
            "unreadable": self._unreadable(),
        }
        of_steps = ((one, self._value(one, at)) for one, at in self.of_steps.items())
        evidence = (f"CAST({found} AS {TYPES[self._field(one).type]}) AS {name(one)}" for one, found in of_steps)
        own = (f"CAST({sql} AS {HEAD[one]}) AS {name(one)}" for one, sql in head.items())
        return f"SELECT {', '.join((*own, *evidence))} FROM acts JOIN cases c USING (_case)"

    def _field(self, column: str) -> FieldDef:
        return self.edition.fields[column]

    def _value(self, column: str, at: str) -> str:
        """Return what a row brings of a column: only one of its own step does."""
        here = f"_step = {text(column.partition('.')[0])} AND {cell_of(at)} IS NOT NULL"
        return f"CASE WHEN {here} THEN {value(self.edition, self._field(column), cell_of(at))} END"

    def _unread(self, column: str, at: str) -> str:
        """Return that a row of the step has something in the column that cannot be read."""
        own = f"_step = {text(column.partition('.')[0])} AND {cell_of(at)} IS NOT NULL"
        return f"COALESCE({own} AND {value(self.edition, self._field(column), cell_of(at))} IS NULL, FALSE)"

    def _unreadable(self) -> str:
        """Return the fields of a row that cannot be read, the day of its act among them; NULL: all can."""
        fields = [
            f"CASE WHEN {self._unread(one, at)} THEN {text(one.partition('.')[2])} END"
            for one, at in self.of_steps.items()
        ]
        days = (f"WHEN {text(step)} THEN {self._day_of(step)}" for step in self.edition.steps)
        fields.append(f"CASE WHEN {UNTOLD} THEN CASE _step {' '.join(days)} END END")
        fields += [  # of which outcome cannot be read may have taken any day that an outcome of its step takes
            f"CASE WHEN _step = {text(step)} AND _outcome IS NULL THEN {text(day)} END"
            for step, definition in self.edition.steps.items()
            for day in dict.fromkeys(one.fills for one in definition.outcomes.values() if one.fills)
        ]
        found = f"list_filter([{', '.join(fields)}], lambda one: one IS NOT NULL)"
        return f"CASE WHEN len({found}) > 0 THEN {found} END"

    def _day_of(self, step: str) -> str:
        """Return the field that takes the day of an act of the step, by its outcome."""
        definition = self.edition.steps[step]
        fills = (
            f"WHEN {text(outcome)} THEN {text(one.fills)}" for outcome, one in definition.outcomes.items() if one.fills
        )
        whens = " ".join(fills)
        return f"CASE _outcome {whens} ELSE {text(definition.day)} END" if whens else text(definition.day)

    def _openings(self) -> str:
        """Return a row a case with what its rows say of it as a whole; where they differ, it cannot be read."""
        found, unread = [], []
        for column, at in self.of_record.items():
            field = self._field(column)
            made = value(self.edition, field, f"max({cell_of(at)})")
            differ = f"min({cell_of(at)}) <> max({cell_of(at)})"
            there = f"max({cell_of(at)}) IS NOT NULL"
            found.append(
                f"CAST(CASE WHEN {there} AND NOT {differ} THEN {made} END AS {TYPES[field.type]}) AS {name(column)}"
            )
            unread.append(f"CASE WHEN {there} AND ({differ} OR {made} IS NULL) THEN {text(column)} END")
        marks = f"list_filter([{', '.join(unread)}], lambda one: one IS NOT NULL)"
        head = {
            "case": "c.number",
            "organization": "any_value(c.bucket)",
            "number": "0",
            "kind": "'opened'",
            "recorded_on": "any_value(c.first)",
            "unreadable": f"CASE WHEN len({marks}) > 0 THEN {marks} END",
        }
        own = (f"CAST({sql} AS {HEAD[one]}) AS {name(one)}" for one, sql in head.items())
        return f"SELECT {', '.join((*own, *found))} FROM acts JOIN cases c USING (_case) GROUP BY c.number"
