"""Conditions that are TRUE or FALSE and never NULL, about rows that can be read in full.

They mean what those of ``Emitter`` mean there. To a database that works through a column at a time columns with blanks
are dear, to ask and to compare, and dearer what may be NULL, to join by AND and OR (decision 0039). So ``rows`` fills
blank numbers with one below all others; a word is compared by IS NOT DISTINCT FROM.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from workflow.bulk.dialects import Dialect
from workflow.bulk.emitter import (
    ALWAYS,
    NEVER,
    SIGN,
    TO_THE_END,
    Emitter,
    can_be_blank,
    end_of,
    in_months,
    joined,
    turned_to,
)
from workflow.bulk.statement import rows_of
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
    Operator,
    Or,
    Scalar,
    columns_of,
)

# Below every packed day, some months more or less, and every count: a count typed in, imported or from a log is none
# below nought, and one in a file of entries that meant this would be read as blank.
BLANK = -(2**30)
SAME, OTHER = "IS NOT DISTINCT FROM", "IS DISTINCT FROM"


class Decided(Emitter):
    """Writes conditions that are never NULL, about the rows that ``rows`` gives. ``codes``: the columns of words."""

    def __init__(self, as_of: date, dialect: Dialect, codes: Collection[str]) -> None:
        """Write as of a day."""
        super().__init__(as_of, dialect)
        self._codes, self._numbers = frozenset(codes), dict[str, str]()  # what each number is called, by column

    def rows(self, table: str) -> str:
        """Return the rows of a table that can be read, blank numbers filled: to be asked when all is written.

        A condition that is written later would ask for a number that is not there.
        """
        return f"(SELECT *{self.filled()} FROM {table} WHERE {rows_of(self.dialect, careful=False)})"

    def filled(self) -> str:
        """Return the columns that conditions ask for: each number that was named, filled; to be asked as ``rows``."""
        return "".join(
            f", COALESCE({self.dialect.quoted(name)}, {BLANK}) AS {short}" for name, short in self._numbers.items()
        )

    def possible(self, formula: Formula) -> str:
        """Return what is true wherever the formula is not false: a blank answer is neither true nor false."""
        return self.decided(formula, wanted=True, neither=True)

    def _condition(self, formula: Formula, *, wanted: bool) -> str:
        return self.decided(formula, wanted=wanted, neither=False)

    def decided(self, formula: Formula, *, wanted: bool, neither: bool) -> str:
        """Return what is true where a formula is as ``wanted``; ``neither``: and where it is neither true nor false."""
        match formula:
            case And(parts) | Or(parts):
                parted = (self.decided(part, wanted=wanted, neither=neither) for part in parts)
                return joined("AND" if isinstance(formula, And) is wanted else "OR", parted)
            case Not(part):
                return self.decided(part, wanted=not wanted, neither=neither)
            case IsNull(of):
                return self._blank(of) if wanted else self._there(of)
            case OneOf(of, values):
                return self._among(of, values, wanted=wanted)
            case Compare(operator, left, right):
                compared = self._ordered(operator, left, right)
                return compared if wanted else f"(NOT {compared})"
            case _:
                return f"{self._value(formula)} {f'<> {int(not wanted)}' if neither else f'= {int(wanted)}'}"

    def _value(self, formula: Formula, *, end: bool = False) -> str:
        """Return a number, BLANK where there is none; or a word, NULL where there is none."""
        if not isinstance(formula, Column) or formula.name in self._codes:
            return super()._value(formula, end=end)
        column = end_of(formula.name) if end else formula.name
        return self._numbers.setdefault(column, f"n{len(self._numbers)}")

    def _first(self, parts: tuple[Formula, ...], *, end: bool) -> str:
        if any(map(self._is_word, parts)):
            return super()._first(parts, end=end)
        *before, last = parts
        whens = "".join(f" WHEN {self._there(part)} THEN {self._value(part, end=end)}" for part in before)
        value = self._value(last, end=end)
        return f"CASE{whens} ELSE {value} END" if whens else value

    def _or_nought(self, term: Formula) -> str:
        return f"CASE WHEN {self._there(term)} THEN {self._value(term)} ELSE 0 END"

    def _among(self, of: Formula, values: tuple[Scalar, ...], *, wanted: bool) -> str:
        value, word = self._value(of), self._is_word(of)
        sign = (SAME if wanted else OTHER) if word else ("=" if wanted else "<>")
        named = (BLANK if one is None and not word else self._literal(one) for one in values)
        return joined("OR" if wanted else "AND", (f"{value} {sign} {one}" for one in named))

    def _ordered(self, operator: Operator, left: Formula, right: Formula) -> str:
        """Return a comparison; a side that is blank makes it false."""
        turned, other, start, months = turned_to(operator, left, right)
        if not months:
            return self._plain(operator, left, right)
        day = in_months(self._value(start), months)
        own, end = self._value(other), self._value(other, end=True)
        there = (self._there(start), self._there(other))
        match turned:
            case "==":
                return joined("AND", (*there, f"{own} <= {day}", f"{end} >= {day}"))
            case "!=":
                return joined("AND", (*there, joined("OR", (f"{own} > {day}", f"{end} < {day}"))))
            case _:
                smaller = other if turned in ("<", "<=") else start
                compared = f"{end if turned in TO_THE_END else own} {SIGN[turned]} {day}"
                return joined("AND", (self._there(smaller), compared))

    def _plain(self, operator: Operator, left: Formula, right: Formula) -> str:
        sign = SIGN[operator]
        sides: tuple[Formula, ...] = (left, right)
        if operator not in ("==", "!="):
            sides = (left if operator in ("<", "<=") else right,)  # of two, a blank one is the smaller
        elif self._is_word(left) or self._is_word(right):
            sign = SAME if operator == "==" else OTHER
        return joined("AND", (*map(self._there, sides), f"{self._value(left)} {sign} {self._value(right)}"))

    def _there(self, formula: Formula) -> str:
        """Return that a value is not blank."""
        if isinstance(formula, First):
            return joined("OR", map(self._there, formula.parts))
        if not can_be_blank(formula):
            return ALWAYS
        value = self._value(formula)
        return f"{value} IS NOT NULL" if self._is_word(formula) else f"{value} <> {BLANK}"

    def _blank(self, formula: Formula) -> str:
        """Return that a value is blank."""
        if isinstance(formula, First):
            return joined("AND", map(self._blank, formula.parts))
        if not can_be_blank(formula):
            return NEVER
        value = self._value(formula)
        return f"{value} IS NULL" if self._is_word(formula) else f"{value} = {BLANK}"

    def _is_word(self, formula: Formula) -> bool:
        if isinstance(formula, Constant):
            return isinstance(formula.value, str)
        return not self._codes.isdisjoint(columns_of(formula))
