"""What an audit asks of rows that can be read in full, in one pass: populations, and which rows break what.

For a database that works through a column at a time and gathers rows in a list (DuckDB). Beside the other way
(``statement``, ``totals``) no number a clause and row is kept: of a row that breaks nothing only the counts are left.
Two layers decide: the lower one what each formula says (``Decided``), the upper one, of these answers, how a clause is
broken; so no formula is worked out twice. Each way in which a clause can be broken is a bit of a word, since to gather
a value is dear (decision 0039).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from workflow.bulk.decided import Decided
from workflow.bulk.dialects import DUCKDB
from workflow.bulk.emitter import joined
from workflow.bulk.layout import STEP, BulkClause
from workflow.bulk.statement import numbers_of
from workflow.bulk.totals import KEYS
from workflow.bulk.words import WORD, WORD_TYPE, bit_set, words_of
from workflow.rules.formula import FALSE

NAMED = "word_{}"  # the words, by their place
Way = tuple[BulkClause, int]  # a clause and the number that says how it is broken


def gathering(
    clauses: Sequence[BulkClause], codes: Collection[str], table: str, as_of: date, *, rounds: bool = False
) -> str:
    """Return a query for one row: ``counted``, ``totals.STATES`` by clause; ``met``; ``found``.

    Of no rows at all NULL is counted. ``codes``: the columns in which words stand.
    ``met``: the words of all rows, joined by OR. ``found``: the rows that break something, a list, with KEYS and words.
    ``rounds``: the table is one of earlier rounds, each of which the clauses of its own step are asked of.
    """
    layers = _Layers(Decided(as_of, DUCKDB, codes), rounds=rounds)
    for clause in clauses:
        layers.add(clause)
    words = layers.words()
    keys = [DUCKDB.quoted(key) for key in KEYS]
    lower = f"SELECT {', '.join((*keys, *layers.lower))} FROM {layers.decided.rows(table)}"
    upper = f"SELECT *, {', '.join(f'{sql} AS {name}' for name, sql in words.items())} FROM ({lower})"
    row = ", ".join(f"{name} := {name}" for name in (*keys, *words))
    found = f"list(struct_pack({row})) FILTER (({' | '.join(words)}) <> 0)"
    met = ", ".join(f"bit_or({name})" for name in words)
    counted = ", ".join(layers.counted)
    return f"SELECT [{counted}] AS counted, [{met}] AS met, {found} AS found FROM ({upper})"


def rows_found(gathered: str) -> str:
    """Return a query for the rows that ``gathering`` found."""
    return f"SELECT unnest(found, recursive := true) FROM {gathered}"


def breaches_found(clauses: Sequence[BulkClause], met: Iterable[int | None], rows: str) -> str:
    """Return a query for a row a breach, as ``totals.breaches`` does, of the ``rows_found``; ``met``: see above."""
    words, keys = [word or 0 for word in met], ", ".join(map(DUCKDB.quoted, KEYS))
    found = [f"SELECT {keys}, 0 AS clause, 0 AS number FROM {rows} WHERE 1 = 0"]
    for place, (clause, number) in enumerate(_ways(clauses)):
        word, bit = divmod(place, WORD)
        if words[word] >> bit & 1:
            found.append(f"SELECT {keys}, {clause.place}, {number} FROM {rows} WHERE {bit_set(place, NAMED)}")
    return " UNION ALL ".join(found)


def _ways(clauses: Sequence[BulkClause]) -> list[Way]:
    return [(clause, number) for clause in clauses for number in numbers_of(clause)]


def _counted(condition: str) -> str:
    return f"COUNT_IF({condition})"


class _Layers:
    """Conditions of clauses: the ``lower`` layer, named; what is ``counted``, and each way ``broken``, above it."""

    def __init__(self, decided: Decided, *, rounds: bool) -> None:
        self.decided, self.rounds = decided, rounds
        self.lower: list[str] = []
        self.counted: list[str] = []
        self.broken: list[str] = []

    def add(self, clause: BulkClause) -> None:
        """Add those of a clause."""
        own = (f"{DUCKDB.quoted(STEP)} = {DUCKDB.text(clause.judged.step)}",) if self.rounds else ()
        applies = left = self._below(joined("AND", (*own, self.decided.possible(clause.applies))))
        for formula in clause.broken:
            breaks = self._below(self.decided.holds(formula))
            self.broken.append(f"{left} AND {breaks}")
            left += f" AND NOT {breaks}"  # what nothing before breaks
        self.counted += (_counted(applies), "0", "0")
        if clause.pending != FALSE:
            self.counted[-2] = _counted(f"{left} AND {self._below(self.decided.holds(clause.pending))}")

    def words(self) -> dict[str, str]:
        """Return the words, by name."""
        words = words_of(self.broken) or [f"0::{WORD_TYPE}"]  # nothing can be broken
        return {NAMED.format(place): word for place, word in enumerate(words)}

    def _below(self, condition: str) -> str:
        name = f"s{len(self.lower)}"
        self.lower.append(f"{condition} AS {name}")
        return name
