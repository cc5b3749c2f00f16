"""Marks of a case: what can be told of it whatever the day of an audit, so as to count which clauses apply to it.

They stand beside the columns of a case in the files of a view (``workflow.compliance.view``), a bit a condition. An
audit of all cases does not read them. One that takes over what an earlier one found has to know for what the cases that
changed counted then (``workflow.compliance.again``): these lie scattered over every page of every file, and of all
pages two or three columns are read much sooner than all (decision 0043).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from workflow.bulk.decided import Decided
from workflow.bulk.dialects import DUCKDB
from workflow.bulk.emitter import ALWAYS, NEVER, joined
from workflow.bulk.layout import Layout
from workflow.bulk.statement import rows_of
from workflow.bulk.words import bit_set, words_of
from workflow.rules.columns import SOME_DAY
from workflow.rules.formula import FALSE, AsOf, Formula, children

NAMED = '"#marks_{}"'  # the words, by their place


class Marks:
    """The marks that count the clauses of a layout: the same ones, in the same order, whenever they are asked for."""

    def __init__(self, layout: Layout) -> None:
        """Find them."""
        self.layout = layout
        self._told = Decided(SOME_DAY, DUCKDB, layout.codes)
        places: dict[str, int] = {}  # by condition
        list(self._counted(self._asked(SOME_DAY, lambda condition: places.setdefault(condition, len(places)))))
        self._places = places

    def beside(self, columns: str, rows: str) -> str:
        """Return a query for ``columns`` of ``rows``, a query, with their marks; NULL where something cannot be read.

        The columns are named: ``*`` would give helpers of the statement, too, which ``counting`` takes for its own.
        What the query says decides what stands in a view (``digest_of``).
        """
        read = rows_of(DUCKDB, careful=False)
        words = enumerate(words_of(tuple(self._places)))
        marks = "".join(f", CASE WHEN {read} THEN {word} END AS {NAMED.format(place)}" for place, word in words)
        return f"SELECT {columns}{marks} FROM (SELECT *{self._told.filled()} FROM ({rows}))"

    def counting(self, table: str, as_of: date) -> str:
        """Return a query for one row, as ``totals.populations``, of the rows of ``table`` that can be read.

        It reads marks, and columns only where the day of the audit decides.
        """
        asked = self._asked(as_of, self._places.__getitem__)
        counted = (DUCKDB.counted.format(condition=one) for one in self._counted(asked))
        return f"SELECT COUNT(*), {', '.join(counted)} FROM {asked.rows(table)}"

    def _asked(self, as_of: date, place: Callable[[str], int]) -> Decided:
        return _Asked(as_of, self._told, place, self.layout.codes)

    def _counted(self, asked: Decided) -> Iterator[str]:
        """Yield the conditions by which a clause counts as each of STATES, clause by clause."""
        for clause in self.layout.clauses:
            applies = asked.possible(clause.applies)
            unbroken = (f"(NOT {asked.holds(formula)})" for formula in clause.broken)
            running = (
                NEVER if clause.pending == FALSE else joined("AND", (applies, *unbroken, asked.holds(clause.pending)))
            )
            yield from (applies, running, NEVER)


class _Asked(Decided):
    """Writes conditions that read marks wherever the day of the audit decides nothing."""

    def __init__(self, as_of: date, told: Decided, place: Callable[[str], int], codes: frozenset[str]) -> None:
        super().__init__(as_of, DUCKDB, codes)
        self._told, self._place = told, place

    def decided(self, formula: Formula, *, wanted: bool, neither: bool) -> str:
        if _of_the_day(formula):
            return super().decided(formula, wanted=wanted, neither=neither)
        condition = self._told.decided(formula, wanted=wanted, neither=neither)
        if condition in (ALWAYS, NEVER):
            return condition
        return bit_set(self._place(condition), NAMED)


def _of_the_day(formula: Formula) -> bool:
    return isinstance(formula, AsOf) or any(map(_of_the_day, children(formula)))
