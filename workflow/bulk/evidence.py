"""What shows a breach in bulk: the two days, the last lawful day, the days over, and which wording of a rule is broken.

The days are read off the table of cases (``Layout`` sees to it that they stand there), for the rows alone in which
something is broken. They are those that the interpreter tells.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from workflow.bulk.dialects import DUCKDB, Dialect
from workflow.bulk.layout import BulkClause, Layout, Sort
from workflow.bulk.packing import MONTH, packed
from workflow.bulk.statement import VIOLATED
from workflow.bulk.terms import literal
from workflow.law.kinds import Outcome
from workflow.rules.formula import AsOf, Column, First, Formula, PlusDays, PlusMonths

ACTED, FROM, DUE, OVER, WORDING = "acted_on", "from_on", "due_on", "days_over", "wording"
DAYS = (ACTED, FROM, DUE)  # packed until all is joined
BY_THE_LAST_DAY = (Outcome.LATE, Outcome.OVERDUE)
COUNTED = (*BY_THE_LAST_DAY, Outcome.REASON)  # breaches that grow from day to day
NO_DAY = "CAST(NULL AS INTEGER)"


class Shown:
    """Writes what shows the breaches of a layout, as of one day: in packed days, which ``day`` turns into days."""

    def __init__(
        self, layout: Layout, as_of: date, dialect: Dialect = DUCKDB, *, places: Collection[int] | None = None
    ) -> None:
        """Find the days that the table of cases holds. ``places``: of the clauses that are asked for; None: all."""
        self.as_of, self.dialect = as_of, dialect
        self.clauses = [clause for clause in layout.clauses if places is None or clause.place in places]
        days = (column for column in layout.columns if column.sort is Sort.NUMBER)
        self.stored: Mapping[str, str] = {column.source: dialect.quoted(column.name) for column in days}
        self.read: dict[str, None] = {}  # the columns that are asked for, as the table names them

    def columns(self) -> dict[str, str]:
        """Return DAYS and WORDING, by name: each a CASE over ``clause`` and ``number`` beside the columns ``read``."""
        lines: dict[str, list[str]] = {column: [] for column in (*DAYS, WORDING)}
        for clause in self.clauses:
            for column, sql in self._of(clause).items():
                if sql != NO_DAY:
                    lines[column].append(f"WHEN {clause.place} THEN {sql}")
        cases = {column: f"CASE clause {' '.join(whens)} END" for column, whens in lines.items() if whens}
        return {column: f"CAST({cases.get(column, NO_DAY)} AS INTEGER)" for column in lines}

    def over(self, counted: str) -> str:
        """Return the days over, beside the DAYS as days; ``counted``: tells that they are counted (COUNTED)."""
        apart = self.dialect.apart.format(end=f"COALESCE({ACTED}, {literal(self.as_of)})", start=DUE)
        return f"CAST(CASE WHEN {counted} THEN {apart} END AS INTEGER)"

    def _of(self, clause: BulkClause) -> dict[str, str]:
        act = clause.judged.clause.act
        outcomes = enumerate(clause.judged.clause.broken, start=VIOLATED)
        dues = {number: self._due(clause, outcome) for number, (outcome, _) in outcomes}
        some = {number: due for number, due in dues.items() if due != NO_DAY}
        whens = " ".join(f"WHEN {number} THEN {due}" for number, due in some.items())
        return {
            ACTED: self._day(Column(act)) if act else NO_DAY,
            FROM: self._start(clause),
            DUE: f"CASE number {whens} END" if some else NO_DAY,
            WORDING: self._wording(clause),
        }

    def _due(self, clause: BulkClause, outcome: Outcome) -> str:
        """Return the last lawful day on which an outcome turns."""
        own = clause.judged.clause
        due = own.longest if outcome in BY_THE_LAST_DAY and own.longest is not None else own.due
        return self._day(due) if due is not None else NO_DAY

    def _start(self, clause: BulkClause) -> str:
        """Return the day from which a limit or a wait is counted, or which the act must follow."""
        own = clause.judged.clause
        if own.opens is not None:
            return self._day(Column(own.opens.start))
        match own.longest or own.earliest:
            case PlusDays(of) | PlusMonths(of):
                return self._day(of)
            case None:
                return NO_DAY
            case day:
                return self._day(day)

    def _wording(self, clause: BulkClause) -> str:
        """Return the place of the wording that is broken, among those of the rule: of no governing day the newest."""
        wordings = clause.judged.rule.wordings
        newest = len(wordings) - 1
        if not newest:
            return "0"
        day = self._day(clause.judged.governing)
        whens = (
            f"WHEN {day} < {packed(period.until)} THEN {place}"
            for place, (period, _) in enumerate(wordings)
            if period.until is not None
        )
        return f"CASE {' '.join(whens)} ELSE {newest} END"

    def _day(self, formula: Formula) -> str:
        """Return a packed day as SQL over the columns of a row; what is no single day is NULL.

        A day that its month does not have may come out of a sum of months: ``unpacked_day`` gives the month's last.
        """
        match formula:
            case Column(column) if column in self.stored:
                self.read[self.stored[column]] = None
                return self.stored[column]
            case AsOf():
                return str(packed(self.as_of))
            case PlusMonths(of, months):
                return f"({self._day(of)} + {MONTH * months})"
            case PlusDays(of, days):
                return packed_day(f"({unpacked_day(self._day(of), self.dialect)} + ({days}))")
            case First(parts):
                return f"COALESCE({', '.join(map(self._day, parts))})"
            case _:
                return NO_DAY


def packed_day(day: str) -> str:
    """Return a day, packed."""
    return f"((year({day}) * 12 + month({day})) * {MONTH} + day({day}))"


def unpacked_day(packed: str, dialect: Dialect) -> str:
    """Return the day of a packed one; a day that its month does not have gives the last that it has."""
    months = f"({dialect.divided.format(number=packed, by=MONTH)} - 1)"
    year = dialect.divided.format(number=months, by=12)
    first = f"make_date(CAST({year} AS INTEGER), CAST({months} % 12 + 1 AS INTEGER), 1)"
    return f"LEAST({first} + CAST({packed} % {MONTH} - 1 AS INTEGER), last_day({first}))"
