"""Formulas that never read the as-of day as DuckDB computes them while it makes a table of cases: days are days.

Unlike in the table that rules are asked (``emitter``), where days are integers, a month is added here by the calendar.
Recorded values are blank or read in full; a condition is TRUE or FALSE, never NULL.
"""

from __future__ import annotations

from datetime import date

from workflow.bulk.dialects import DUCKDB
from workflow.bulk.emitter import SIGN
from workflow.rules.formula import (
    And,
    Column,
    Compare,
    Constant,
    First,
    Formula,
    IsNull,
    Not,
    OneOf,
    Or,
    PlusDays,
    PlusMonths,
    Scalar,
    Sum,
)

CONDITIONS = (And, Or, Not, Compare, OneOf, IsNull)


def name(column: str) -> str:
    """Return a column's name as DuckDB reads it, in full."""
    return '"' + column.replace('"', '""') + '"'


def later(day: str, months: int) -> str:
    """Return a day so many calendar months later, the last of the month where it is too short."""
    return DUCKDB.later.format(day=day, months=months)


def term(formula: Formula) -> str:  # noqa: PLR0911 - one line a node kind
    """Return a value or a condition; raises TypeError for one that turns on the as-of day."""
    if isinstance(formula, CONDITIONS):
        return condition(formula)
    match formula:
        case Column(column):
            return name(column)
        case Constant(value):
            return literal(value)
        case PlusMonths(of, months):
            return later(term(of), months)
        case PlusDays(of, days):
            return f"({term(of)} + ({days}))"
        case First(parts):
            return f"COALESCE({', '.join(map(term, parts))})"
        case Sum(terms):
            return "(" + " + ".join(f"{factor} * COALESCE({term(part)}, 0)" for factor, part in terms) + ")"
        case _:
            raise TypeError(formula)


def condition(formula: Formula) -> str:  # noqa: PLR0911 - the same
    """Return a condition that is TRUE or FALSE; raises TypeError for a column that can be blank."""
    match formula:
        case And(parts):
            return _joined(" AND ", parts, "TRUE")
        case Or(parts):
            return _joined(" OR ", parts, "FALSE")
        case Not(part):
            return f"(NOT {condition(part)})"
        case IsNull(of):
            return f"({term(of)} IS NULL)"
        case Compare(operator, left, right):
            return f"COALESCE({term(left)} {SIGN[operator]} {term(right)}, FALSE)"
        case OneOf(of, values):
            return _one_of(term(of), values)
        case Column(column) if column.startswith("reached."):
            return name(column)
        case _:
            raise TypeError(formula)


def literal(value: Scalar) -> str:
    """Return a fixed value."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).upper()
        case date():
            return f"DATE '{value.isoformat()}'"
        case int():
            return str(value)
        case _:
            return DUCKDB.text(value)


def _joined(word: str, parts: tuple[Formula, ...], empty: str) -> str:
    return f"({word.join(map(condition, parts))})" if parts else empty


def _one_of(value: str, values: tuple[Scalar, ...]) -> str:
    named = ", ".join(literal(one) for one in values if one is not None)
    among = f"COALESCE({value} IN ({named}), FALSE)" if named else "FALSE"
    return f"({among} OR {value} IS NULL)" if None in values else among
