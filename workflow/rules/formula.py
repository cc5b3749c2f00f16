"""Formulas over the columns of a case: the one form of a rule, which Python evaluates and SQL will render.

A formula is a frozen value of thirteen node kinds. Blank (``None``) is not an unknown: a comparison with a blank is
false and arithmetic on a blank day is blank; a blank number in a sum counts 0. What cannot be read is unknown and
stays so unless the rest decides (Kleene's three values).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Operator = Literal["<", "<=", ">", ">=", "==", "!="]
Scalar = date | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """The value of a column of the case: recorded, derived, ``reached.step`` or a fact."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A fixed value."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day as of which a case is judged."""


@dataclass(frozen=True, slots=True)
class PlusMonths:
    """A day so many calendar months later, clamped to the last day of the month."""

    of: Formula
    months: int


@dataclass(frozen=True, slots=True)
class PlusDays:
    """A day so many calendar days later."""

    of: Formula
    days: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of whole multiples of numbers."""

    terms: tuple[tuple[int, Formula], ...]


@dataclass(frozen=True, slots=True)
class First:
    """The first filled value."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison; false when either side is blank."""

    operator: Operator
    left: Formula
    right: Formula


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a value is among listed ones; blank may be listed."""

    of: Formula
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether a value is blank."""

    of: Formula


@dataclass(frozen=True, slots=True)
class And:
    """All hold; true when empty."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One holds; false when empty."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Formula


Formula = (
    Column | Constant | AsOf | PlusMonths | PlusDays | Sum | First | Compare | OneOf | IsNull | And | Or | Not
)  # fmt: skip
TRUE = And(())
FALSE = Or(())


def conjunction(parts: Iterable[Formula]) -> Formula:
    """Return the conjunction without what is always true; a single part stands for itself."""
    left = tuple(part for part in parts if part != TRUE)
    if FALSE in left:
        return FALSE
    return left[0] if len(left) == 1 else And(left)


def disjunction(parts: Iterable[Formula]) -> Formula:
    """Return the disjunction without what is always false; a single part stands for itself."""
    left = tuple(part for part in parts if part != FALSE)
    if TRUE in left:
        return TRUE
    return left[0] if len(left) == 1 else Or(left)


def filled(*names: str) -> Formula:
    """Return that all of the columns are filled."""
    return conjunction(Not(IsNull(Column(name))) for name in names)


def blank(name: str) -> Formula:
    """Return that the column is blank."""
    return IsNull(Column(name))


def plus(of: Formula, *, months: int = 0, days: int = 0) -> Formula:
    """Return the day later by months or days."""
    if months:
        return PlusMonths(of, months)
    return PlusDays(of, days) if days else of


def columns_of(formula: Formula) -> tuple[str, ...]:
    """Return the columns that a formula reads, in its order, each once."""
    return tuple(dict.fromkeys(_columns(formula)))


def _columns(formula: Formula) -> Iterator[str]:
    if isinstance(formula, Column):
        yield formula.name
        return
    for child in children(formula):
        yield from _columns(child)


def children(formula: Formula) -> tuple[Formula, ...]:
    """Return the formulas directly inside."""
    match formula:
        case And(parts) | Or(parts) | First(parts):
            return parts
        case Compare(_, left, right):
            return (left, right)
        case Sum(terms):
            return tuple(term for _, term in terms)
        case Not(inner) | IsNull(inner) | PlusMonths(inner) | PlusDays(inner) | OneOf(inner):
            return (inner,)
        case _:
            return ()
