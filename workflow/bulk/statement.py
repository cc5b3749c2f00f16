"""Statements that judge a table of cases: one number a clause and row, the same that one case online would get."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from workflow.bulk.dialects import UNREAD, Dialect
from workflow.bulk.emitter import ALWAYS, NEVER, Emitter
from workflow.bulk.layout import STEP, BulkClause
from workflow.law.kinds import Outcome
from workflow.rules.formula import FALSE, Formula
from workflow.rules.verdict import VerdictState

NOT_APPLICABLE, SATISFIED, PENDING, UNDECIDABLE, VIOLATED = 0, 1, 2, 3, 10
STATES = {
    NOT_APPLICABLE: VerdictState.NOT_APPLICABLE,
    SATISFIED: VerdictState.SATISFIED,
    PENDING: VerdictState.PENDING,
    UNDECIDABLE: VerdictState.UNDECIDABLE,
}


def told(clause: BulkClause, number: int) -> tuple[VerdictState, Outcome | None]:
    """Return what a number of ``judging`` says of a clause."""
    if number < VIOLATED:
        return STATES[number], None
    return VerdictState.VIOLATED, clause.judged.clause.broken[number - VIOLATED][0]


def numbers_of(clause: BulkClause) -> range:
    """Return the numbers that say how a clause is broken."""
    return range(VIOLATED, VIOLATED + len(clause.broken))


def judging(
    clauses: Sequence[BulkClause], table: str, keys: Iterable[str], as_of: date, dialect: Dialect, *, careful: bool
) -> str:
    """Return a statement that gives the ``keys`` of each row of ``table`` and a number a clause (``k0``, ``k1`` …).

    It is about the rows that can be read in full, or, ``careful``, about all others; ``keys``: columns to give back.
    """
    emitter = Emitter(as_of, dialect, careful=careful)
    small = dialect.small.format
    return _statement([verdict(clause, emitter, small) for clause in clauses], clauses, table, keys, emitter)


def judging_rounds(
    clauses: Sequence[BulkClause], table: str, keys: Iterable[str], as_of: date, dialect: Dialect, *, careful: bool
) -> str:
    """Return the same for a table of earlier rounds: a clause is not applicable to a round of another step."""
    emitter, step = Emitter(as_of, dialect, careful=careful), dialect.quoted(STEP)
    numbers = []
    for clause in clauses:
        own = f"{step} = {dialect.text(clause.judged.step)}"
        number = verdict(clause, emitter, dialect.small.format)
        numbers.append(f"CASE WHEN {own} THEN {number} ELSE {dialect.small.format(NOT_APPLICABLE)} END")
    return _statement(numbers, clauses, table, keys, emitter)


def _statement(
    numbers: Sequence[str], clauses: Sequence[BulkClause], table: str, keys: Iterable[str], emitter: Emitter
) -> str:
    columns = [emitter.dialect.quoted(key) for key in keys]
    columns += [
        f"CAST({number} AS {emitter.dialect.small_type}) AS {number_of(clause)}"
        for number, clause in zip(numbers, clauses, strict=True)
    ]
    rows = rows_of(emitter.dialect, careful=emitter.careful)
    return f"SELECT {', '.join(columns)} FROM {table} WHERE {rows}"


def number_of(clause: BulkClause) -> str:
    """Return the column that holds the number of a clause."""
    return f"k{clause.place}"


def rows_of(dialect: Dialect, *, careful: bool) -> str:
    """Return the condition on the rows that can be read in full, or on all others."""
    return f"{dialect.quoted(UNREAD)} IS {'NOT NULL' if careful else 'NULL'}"


def verdict(clause: BulkClause, emitter: Emitter, written: Callable[[int], str] = str) -> str:
    """Return the number that a clause gives a row; ``written``: how numbers are."""
    endings = [(formula, VIOLATED + place) for place, formula in enumerate(clause.broken)]
    if clause.pending != FALSE:
        endings.append((clause.pending, PENDING))
    return (_careful if emitter.careful else _quick)(emitter, clause.applies, endings, written)


def _quick(
    emitter: Emitter, applies: Formula, endings: Sequence[tuple[Formula, int]], written: Callable[[int], str]
) -> str:
    silent = emitter.fails(applies)
    whens = [] if silent == NEVER else [f"WHEN {silent} THEN {written(NOT_APPLICABLE)}"]
    whens += [f"WHEN {emitter.holds(formula)} THEN {written(number)}" for formula, number in endings]
    return f"CASE {' '.join(whens)} ELSE {written(SATISFIED)} END" if whens else written(SATISFIED)


def _careful(
    emitter: Emitter, applies: Formula, endings: Sequence[tuple[Formula, int]], written: Callable[[int], str]
) -> str:
    """Return the number where something may be unreadable: a verdict is undecidable only where that decides it."""
    applicable = emitter.holds(applies)

    def sure(number: int) -> str:
        if applicable == ALWAYS:
            return written(number)
        return f"CASE WHEN {applicable} THEN {written(number)} ELSE {written(UNDECIDABLE)} END"

    told = sure(SATISFIED)
    for formula, number in reversed(endings):
        holds, fails = emitter.holds(formula), emitter.fails(formula)
        told = f"CASE WHEN {holds} THEN {sure(number)} WHEN {fails} THEN {told} ELSE {written(UNDECIDABLE)} END"
    return f"CASE WHEN {emitter.fails(applies)} THEN {written(NOT_APPLICABLE)} ELSE {told} END"
