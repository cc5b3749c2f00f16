"""Formulas as SQL: conditions over the columns of a table of cases, the same on every database.

Only comparisons, ``AND``, ``OR``, ``IS NULL``, ``IN``, ``COALESCE``, ``CASE`` and whole numbers are written. A
condition is never negated: it is told by what makes it true or by what makes it false, so that NULL, which is neither,
counts as neither. Days are packed integers (``packing``), answers 1 and 0.

The careful way asks beside that which columns of a row could not be read and keeps Kleene's three values: where neither
``holds`` nor ``fails`` comes true, a formula is undecidable.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from workflow.bulk.dialects import Dialect
from workflow.bulk.packing import MONTH, packed, packed_end
from workflow.rules.formula import (
    And,
    AsOf,
    Column,
    Compare,
    Constant,
    First,
    Formula,
    IsNull,
    Not,
    OneOf,
    Operator,
    Or,
    PlusDays,
    PlusMonths,
    Scalar,
    Sum,
    columns_of,
)
from workflow.rules.interpreter import compile_formula

OPPOSITE: dict[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
TURNED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
SIGN: dict[Operator, str] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>"}
TO_THE_END: tuple[Operator, ...] = ("<", ">=")  # compares the last day of a month as its 31st with a sum of months
ALWAYS, NEVER = "1 = 1", "1 = 0"
Junction = Literal["AND", "OR"]


class Emitter:
    """Writes conditions as of one day."""

    def __init__(self, as_of: date, dialect: Dialect, *, careful: bool = False) -> None:
        """Write for rows that can be read in full; ``careful``: for any."""
        self.as_of, self.dialect, self.careful = as_of, dialect, careful

    def holds(self, formula: Formula) -> str:
        """Return what is true exactly where the formula is true (false or NULL elsewhere)."""
        return self._condition(formula, wanted=True)

    def fails(self, formula: Formula) -> str:
        """Return what is true exactly where the formula is false (false or NULL elsewhere)."""
        return self._condition(formula, wanted=False)

    def _condition(self, formula: Formula, *, wanted: bool) -> str:
        match formula:
            case And(parts) | Or(parts):
                word: Junction = "AND" if isinstance(formula, And) is wanted else "OR"
                return joined(word, (self._condition(part, wanted=wanted) for part in parts))
            case Not(part):
                return self._condition(part, wanted=not wanted)
            case IsNull(of):
                return self._is_null(of, wanted=wanted)
            case OneOf(of, values):
                return self._one_of(of, values, wanted=wanted)
            case Compare():
                return self._compare(formula, wanted=wanted)
            case _:
                return f"{self._value(formula)} = {1 if wanted else 0}"

    def _is_null(self, of: Formula, *, wanted: bool) -> str:
        value = self._value(of)
        if not wanted:
            return f"{value} IS NOT NULL"
        return joined("AND", (f"{value} IS NULL", *self._read(of)))

    def _one_of(self, of: Formula, values: tuple[Scalar, ...], *, wanted: bool) -> str:
        value = self._value(of)
        named = ", ".join(self._literal(one) for one in values if one is not None)
        blank = joined("AND", (f"{value} IS NULL", *self._read(of)))
        if wanted:
            return joined("OR", ((f"{value} IN ({named})",) if named else ()) + ((blank,) if None in values else ()))
        among = f"{value} NOT IN ({named})" if named else f"{value} IS NOT NULL"
        return among if None in values else joined("OR", (among, blank))

    def _compare(self, formula: Compare, *, wanted: bool) -> str:
        """Return a comparison; a side that is blank makes it false, whatever stands on the other."""
        operator = formula.operator if wanted else OPPOSITE[formula.operator]
        compared = self._compared(operator, formula.left, formula.right)
        if wanted:
            return compared
        sides = (side for side in (formula.left, formula.right) if can_be_blank(side))
        blank = (self._is_null(bare(side), wanted=True) for side in sides)
        return joined("OR", (*blank, compared))

    def _compared(self, operator: Operator, left: Formula, right: Formula) -> str:
        turned, other, start, months = turned_to(operator, left, right)
        if not months:
            return f"{self._value(left)} {SIGN[operator]} {self._value(right)}"
        day = in_months(self._value(start), months)
        match turned:
            case "==":
                return joined("AND", (f"{self._value(other)} <= {day}", f"{self._value(other, end=True)} >= {day}"))
            case "!=":
                return joined("OR", (f"{self._value(other)} > {day}", f"{self._value(other, end=True)} < {day}"))
            case _:
                return f"{self._value(other, end=turned in TO_THE_END)} {SIGN[turned]} {day}"

    def _value(self, formula: Formula, *, end: bool = False) -> str:
        """Return a value, NULL where it is blank or cannot be read; ``end``: a month's last day as its 31st."""
        match formula:
            case Column(name):
                return self.dialect.quoted(end_of(name) if end else name)
            case Sum(terms):
                return self._sum(terms)
            case First(parts):
                return self._first(parts, end=end)
            case _:
                value = compile_formula(formula)({}, self.as_of)  # the same in every case
                return self._literal(value if isinstance(value, date | int | str) else None, end=end)

    def _sum(self, terms: tuple[tuple[int, Formula], ...]) -> str:
        # wide: whatever was typed in where a count belongs, no case may end the audit of all
        total = " + ".join(f"{factor} * CAST({self._or_nought(term)} AS BIGINT)" for factor, term in terms)
        unread = [condition for _, term in terms for condition in self._unread(term)]
        return f"CASE WHEN {joined('OR', unread)} THEN NULL ELSE {total} END" if unread else f"({total})"

    def _or_nought(self, term: Formula) -> str:
        return f"COALESCE({self._value(term)}, 0)"

    def _first(self, parts: tuple[Formula, ...], *, end: bool) -> str:
        values = [self._value(part, end=end) for part in parts]
        if not self.careful:
            return f"COALESCE({', '.join(values)})" if len(values) > 1 else values[0]
        whens = []
        for part, value in zip(parts, values, strict=True):
            whens += [f"WHEN {unread} THEN NULL" for unread in self._unread(part)]
            whens.append(f"WHEN {value} IS NOT NULL THEN {value}")
        return f"CASE {' '.join(whens)} END"

    def _literal(self, value: Scalar, *, end: bool = False) -> str:
        match value:
            case None:
                return "NULL"
            case date():
                return str(packed_end(value) if end else packed(value))
            case str():
                return self.dialect.text(value)
            case _:
                return str(int(value))

    # --- what cannot be read -----------------------------------------------------------------------------------

    def _read(self, formula: Formula) -> tuple[str, ...]:
        """Return the conditions that a blank value is truly blank."""
        if not self.careful:
            return ()
        if isinstance(formula, First):  # blank only where all of it is
            return tuple(condition for part in formula.parts for condition in self._read(part))
        return tuple(self.dialect.readable(name) for name in columns_of(formula))

    def _unread(self, formula: Formula) -> tuple[str, ...]:
        if not self.careful:
            return ()
        return tuple(self.dialect.unreadable(name) for name in columns_of(formula))


def end_of(name: str) -> str:
    """Return the column that holds a day with the last of a month as its 31st."""
    return f"{name}#end"


def ends(formula: Formula) -> Iterable[str]:
    """Yield the columns of a lowered formula that are read with the last day of a month as its 31st."""
    match formula:
        case Compare(_, left, right) if months_of(left) or months_of(right):
            yield from columns_of(left if months_of(right) else right)
        case And(parts) | Or(parts):
            for part in parts:
                yield from ends(part)
        case Not(part):
            yield from ends(part)
        case _:
            return


def joined(word: Junction, parts: Iterable[str]) -> str:
    """Return conditions joined, without those that decide nothing."""
    decides, idle = (NEVER, ALWAYS) if word == "AND" else (ALWAYS, NEVER)
    left = tuple(dict.fromkeys(part for part in parts if part != idle))
    if decides in left:
        return decides
    if not left:
        return idle
    return left[0] if len(left) == 1 else f"({f' {word} '.join(left)})"


def months_of(formula: Formula) -> int:
    """Return how many months a side adds to what varies from case to case."""
    return formula.months if isinstance(formula, PlusMonths) and columns_of(formula) else 0


def turned_to(operator: Operator, left: Formula, right: Formula) -> tuple[Operator, Formula, Formula, int]:
    """Return a comparison so that months are added on its right: operator, left, what they are added to, how many."""
    if not months_of(right):
        operator, left, right = TURNED[operator], right, left
    return operator, left, bare(right), months_of(right)


def in_months(day: str, months: int) -> str:
    """Return the packed day that lies so many months after another."""
    return f"{day} {'+' if months > 0 else '-'} {abs(months) * MONTH}"


def bare(formula: Formula) -> Formula:
    """Return a side without the months that it adds."""
    return formula.of if months_of(formula) and isinstance(formula, PlusMonths) else formula


def can_be_blank(formula: Formula) -> bool:
    """Tell whether a value can be blank in some row."""
    match formula:
        case AsOf() | Sum():
            return False
        case Constant(value):
            return value is None
        case First(parts):
            return all(map(can_be_blank, parts))
        case PlusMonths(of) | PlusDays(of):
            return can_be_blank(of)
        case _:
            return True
