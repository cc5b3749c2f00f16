"""What an audit reads from the numbers that ``statement`` gave: populations, and every breach as a row of its own."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.bulk.dialects import Dialect
from workflow.bulk.layout import CASE, ORGANIZATION, ROUND, STEP, BulkClause
from workflow.bulk.statement import NOT_APPLICABLE, PENDING, UNDECIDABLE, VIOLATED, number_of
from workflow.rules.formula import FALSE

KEYS = (ORGANIZATION, CASE, STEP, ROUND)
STATES = {"applied": f"> {NOT_APPLICABLE}", "running": f"= {PENDING}", "undecidable": f"= {UNDECIDABLE}"}


def populations(clauses: Sequence[BulkClause], table: str, dialect: Dialect, *, careful: bool) -> str:
    """Return a query for one row: how many rows of ``table``; then, clause by clause, the STATES, each counted.

    ``careful``: rows that cannot be read in full are among them; else nothing is undecidable, and is not counted.
    """
    counted = (
        dialect.counted.format(condition=f"{number_of(clause)} {condition}") if _can_be(state, clause, careful) else "0"
        for clause in clauses
        for state, condition in STATES.items()
    )
    return f"SELECT COUNT(*), {', '.join(counted)} FROM {table}"


def _can_be(state: str, clause: BulkClause, careful: bool) -> bool:  # noqa: FBT001 - as it is asked above
    match state:
        case "running":
            return clause.pending != FALSE
        case "undecidable":
            return careful
        case _:
            return True


def undecided(clauses: Sequence[BulkClause], table: str, dialect: Dialect) -> str:
    """Return a query for a row a verdict that could not be made: KEYS and the place of the clause; of none: no row."""
    keys = ", ".join(map(dialect.quoted, KEYS))
    none = f"SELECT {keys}, 0 AS clause FROM {table} WHERE 1 = 0"
    if dialect.stacked and clauses:
        return f"SELECT {keys}, clause FROM ({_stacked(clauses, table, dialect)}) WHERE number = {UNDECIDABLE}"
    found = (
        f"SELECT {keys}, {clause.place} AS clause FROM {table} WHERE {number_of(clause)} = {UNDECIDABLE}"
        for clause in clauses
    )
    return " UNION ALL ".join((none, *found))


def breaches(clauses: Sequence[BulkClause], table: str, dialect: Dialect) -> str:
    """Return a query for a row a breach: KEYS, the place of the clause, and the number that says how it is broken."""
    keys = ", ".join(map(dialect.quoted, KEYS))
    if dialect.stacked:
        return f"SELECT {keys}, clause, number FROM ({_stacked(clauses, table, dialect)}) WHERE number >= {VIOLATED}"
    return " UNION ALL ".join(
        f"SELECT {keys}, {clause.place} AS clause, {number_of(clause)} AS number"
        f" FROM {table} WHERE {number_of(clause)} >= {VIOLATED}"
        for clause in clauses
    )


def _stacked(clauses: Sequence[BulkClause], table: str, dialect: Dialect) -> str:
    """Return a query that reads the table once: a row a clause, with KEYS, the place of the clause and its number."""
    keys = ", ".join(map(dialect.quoted, KEYS))
    rows = dialect.stack([(clause.place, number_of(clause)) for clause in clauses])
    return f"SELECT {keys}, {rows} AS (clause, number) FROM {table}"
