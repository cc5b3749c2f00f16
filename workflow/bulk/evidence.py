"""What shows a breach in bulk: the two days, the last lawful day, the days over, and which wording of a rule is broken.

The days are read off the table of cases (``Layout`` sees to it that they stand there), for the rows alone in which
something is broken. They are those that the interpreter tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from workflow.bulk.dialects import DUCKDB, Dialect
from workflow.bulk.layout import BulkClause, Layout, Sort
from workflow.bulk.packing import MONTH
from workflow.bulk.statement import VIOLATED
from workflow.bulk.terms import literal
from workflow.law.kinds import Outcome
from workflow.rules.formula import AsOf, Column, First, Formula, PlusDays, PlusMonths

ACTED, FROM, DUE, OVER, WORDING = "acted_on", "from_on", "due_on", "days_over", "wording"
KINDS = {ACTED: "DATE", FROM: "DATE", DUE: "DATE", OVER: "INTEGER", WORDING: "INTEGER"}
BY_THE_LAST_DAY = (Outcome.LATE, Outcome.OVERDUE)
COUNTED = (*BY_THE_LAST_DAY, Outcome.REASON)  # breaches that grow from day to day
NO_DAY = "CAST(NULL AS DATE)"


class Shown:
    """Writes what shows the breaches of a layout, as of one day."""

    def __init__(self, layout: Layout, as_of: date, dialect: Dialect = DUCKDB) -> None:
        """Find the days that the table of cases holds."""
        self.layout, self.as_of, self.dialect = layout, as_of, dialect
        days = (column for column in layout.columns if column.sort in (Sort.NUMBER, Sort.END))
        self.stored: Mapping[str, str] = {column.source: dialect.quoted(column.name) for column in days}
        self.read: dict[str, None] = {}  # the columns that are asked for, as they are

    def columns(self) -> dict[str, str]:
        """Return the columns that show a breach, by name: each a CASE over ``clause`` and ``number``."""
        lines: dict[str, list[str]] = {column: [] for column in KINDS}
        for clause in self.layout.clauses:
            for column, sql in self._of(clause).items():
                lines[column].append(f"WHEN {clause.place} THEN {sql}")
        cases = {column: f"CASE clause {' '.join(whens)} END" for column, whens in lines.items()}
        return {column: f"CAST({case} AS {KINDS[column]})" for column, case in cases.items()}

    def days(self) -> Iterator[str]:
        """Yield each column that is asked for as a day under its own name, over a row of the table of cases."""
        for column in self.read:
            yield f"{unpacked_day(self.stored[column], self.dialect)} AS {self.dialect.quoted(column)}"

    def _of(self, clause: BulkClause) -> dict[str, str]:
        act = clause.judged.clause.act
        acted = self._day(Column(act)) if act else NO_DAY
        dues, overs = [], []
        for number, (outcome, _) in enumerate(clause.judged.clause.broken, start=VIOLATED):
            due = self._due(clause, outcome)
            dues.append(f"WHEN {number} THEN {due}")
            if outcome in COUNTED:
                over = self.dialect.apart.format(end=f"COALESCE({acted}, {literal(self.as_of)})", start=due)
                overs.append(f"WHEN {number} THEN {over}")
        return {
            ACTED: acted,
            FROM: self._start(clause),
            DUE: f"CASE number {' '.join(dues)} END",
            OVER: f"CASE number {' '.join(overs)} END" if overs else "NULL",
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
            f"WHEN {day} < {literal(period.until)} THEN {place}"
            for place, (period, _) in enumerate(wordings)
            if period.until is not None
        )
        return f"CASE {' '.join(whens)} ELSE {newest} END"

    def _day(self, formula: Formula) -> str:
        """Return a day as SQL over the days of a row; what is no single day is NULL."""
        match formula:
            case Column(column) if column in self.stored:
                self.read[column] = None
                return self.dialect.quoted(column)
            case AsOf():
                return literal(self.as_of)
            case PlusMonths(of, months):
                return self.dialect.later.format(day=self._day(of), months=months)
            case PlusDays(of, days):
                return f"({self._day(of)} + ({days}))"
            case First(parts):
                return f"COALESCE({', '.join(map(self._day, parts))})"
            case _:
                return NO_DAY


def unpacked_day(packed: str, dialect: Dialect) -> str:
    """Return the day of a packed one; a day that its month does not have gives the last that it has."""
    months = f"({dialect.divided.format(number=packed, by=MONTH)} - 1)"
    year = dialect.divided.format(number=months, by=12)
    first = f"make_date(CAST({year} AS INTEGER), CAST({months} % 12 + 1 AS INTEGER), 1)"
    return f"LEAST({first} + CAST({packed} % {MONTH} - 1 AS INTEGER), last_day({first}))"
