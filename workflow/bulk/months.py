"""The month in which a verdict lies: that of the act; of one not done, of the last lawful day; else of the law asked.

A month is a whole number, year * 12 + month: a packed day divided by 32 (``packing``), to which months can be added.
"""

from __future__ import annotations

from collections.abc import Sequence

from workflow.bulk.dialects import DUCKDB, Dialect
from workflow.bulk.evidence import BY_THE_LAST_DAY, unpacked_day
from workflow.bulk.layout import BulkClause, Layout, Sort
from workflow.bulk.packing import MONTH
from workflow.bulk.statement import SATISFIED, VIOLATED, number_of
from workflow.rules.formula import Column, First, Formula, PlusDays, PlusMonths

NO_MONTH = "CAST(NULL AS INTEGER)"
YEAR = 12  # months


class Months:
    """Writes the month of each verdict of a layout over the numbers of its clauses, with the days beside them."""

    def __init__(self, layout: Layout, dialect: Dialect = DUCKDB) -> None:
        """Find the days that the table of cases holds."""
        self.dialect = dialect
        days = (column for column in layout.columns if column.sort in (Sort.NUMBER, Sort.END))
        self._stored = {column.source: column.name for column in days}
        self._read: dict[str, None] = {}
        self._of = {clause.place: self._month_of(clause) for clause in layout.clauses}

    @property
    def columns(self) -> Sequence[str]:
        """Return the columns of days that are read: they stand beside the numbers."""
        return tuple(self._read)

    def counted(self, clauses: Sequence[BulkClause], table: str) -> str:
        """Return a query: clause, month (NULL: none can be told), how many verdicts were made, how many broken.

        ``clauses``: those of which ``table`` holds numbers.
        """
        own = [(clause, self._of[clause.place]) for clause in clauses]
        counts = f"count(*) AS decided, count(CASE WHEN number >= {VIOLATED} THEN 1 END) AS broken"
        told = f"number = {SATISFIED} OR number >= {VIOLATED}"
        if self.dialect.stacked:
            rows = self.dialect.stack([(clause.place, number_of(clause), month) for clause, month in own])
            stacked = f"SELECT {rows} AS (clause, number, month) FROM {table}"
            return f"SELECT clause, month, {counts} FROM ({stacked}) WHERE {told} GROUP BY clause, month"
        return " UNION ALL ".join(
            f"SELECT {clause.place} AS clause, month, {counts}"
            f" FROM (SELECT {number_of(clause)} AS number, {month} AS month FROM {table}) WHERE {told} GROUP BY month"
            for clause, month in own
        )

    def _month_of(self, clause: BulkClause) -> str:
        own = clause.judged.clause
        act = self._month(Column(own.act)) if own.act else None
        due = self._due(clause)
        law = self._month(clause.judged.governing)
        known = [one for one in (act, due, law) if one is not None]
        return f"COALESCE({', '.join(known)})" if known else NO_MONTH

    def _due(self, clause: BulkClause) -> str | None:
        """Return the month of the last lawful day: of what is late or overdue with every extension."""
        own = clause.judged.clause
        longest, due = own.longest or own.due, own.due
        last, plain = (self._month(one) if one is not None else None for one in (longest, due))
        others = [number for number, (outcome, _) in enumerate(own.broken, VIOLATED) if outcome not in BY_THE_LAST_DAY]
        if last == plain or not others:
            return last
        sooner = f"{number_of(clause)} IN ({', '.join(map(str, others))})"
        return f"CASE WHEN {sooner} THEN {plain} ELSE {last} END"

    def _month(self, formula: Formula) -> str | None:
        """Return the month of a day as SQL; None: what is no single day of the case, such as the day of the audit."""
        match formula:
            case Column(column) if column in self._stored:
                return self.dialect.divided.format(number=self._column(column), by=MONTH)
            case PlusMonths(of, months):
                return None if (month := self._month(of)) is None else f"({month} + {months})"
            case PlusDays(Column(column), days) if column in self._stored:
                day = f"({unpacked_day(self._column(column), self.dialect)} + ({days}))"
                return f"(year({day}) * {YEAR} + month({day}))"
            case First(parts):
                found = [month for part in parts if (month := self._month(part)) is not None]
                return f"COALESCE({', '.join(found)})" if found else None
            case _:
                return None

    def _column(self, source: str) -> str:
        stored = self._stored[source]
        self._read[stored] = None
        return self.dialect.quoted(stored)


def month_named(month: int) -> str:
    """Return a month as ``2026-05``."""
    year, place = divmod(month - 1, YEAR)
    return f"{year:04}-{place + 1:02}"
