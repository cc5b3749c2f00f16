"""Conditions that are TRUE or FALSE and never NULL, about rows that can be read in full.

They mean what those of ``Emitter`` mean there. A database that works through a column at a time compares columns with
blanks in them at three times the cost, and joins by AND and OR what may be NULL at twenty times. So a blank is compared
as a number below all others, beside the question whether the smaller side is blank; equal is IS NOT DISTINCT FROM.
"""

from __future__ import annotations

from workflow.bulk.emitter import ALWAYS, SIGN, TO_THE_END, Emitter, can_be_blank, in_months, joined, turned_to
from workflow.rules.formula import And, Compare, First, Formula, IsNull, Not, OneOf, Operator, Or, Scalar

BLANK = -(2**30)  # below every packed day and every count, some months more or less
SAME, OTHER = "IS NOT DISTINCT FROM", "IS DISTINCT FROM"


class Decided(Emitter):
    """Writes conditions that are never NULL."""

    def possible(self, formula: Formula) -> str:
        """Return what is true wherever the formula is not false: a blank answer is neither true nor false."""
        return self._decided(formula, wanted=True, neither=True)

    def _condition(self, formula: Formula, *, wanted: bool) -> str:
        return self._decided(formula, wanted=wanted, neither=False)

    def _decided(self, formula: Formula, *, wanted: bool, neither: bool) -> str:
        match formula:
            case And(parts) | Or(parts):
                parted = (self._decided(part, wanted=wanted, neither=neither) for part in parts)
                return joined("AND" if isinstance(formula, And) is wanted else "OR", parted)
            case Not(part):
                return self._decided(part, wanted=not wanted, neither=neither)
            case IsNull(of):
                return f"{self._value(of)} IS {'' if wanted else 'NOT '}NULL"
            case OneOf(of, values):
                return self._among(of, values, wanted=wanted)
            case Compare(operator, left, right):
                compared = self._ordered(operator, left, right)
                return compared if wanted else f"(NOT {compared})"
            case _:
                compared = f"{OTHER} {int(not wanted)}" if neither else f"{SAME} {int(wanted)}"
                return f"{self._value(formula)} {compared}"

    def _among(self, of: Formula, values: tuple[Scalar, ...], *, wanted: bool) -> str:
        value, same = self._value(of), SAME if wanted else OTHER
        return joined("OR" if wanted else "AND", (f"{value} {same} {self._literal(one)}" for one in values))

    def _ordered(self, operator: Operator, left: Formula, right: Formula) -> str:
        """Return a comparison; a side that is blank makes it false."""
        turned, other, start, months = turned_to(operator, left, right)
        if not months:
            return self._plain(operator, left, right)
        day = in_months(self._filled(start), months)
        own, end = self._filled(other), self._filled(other, end=True)
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
        if operator in ("==", "!="):  # of words, too
            same = f"{self._value(left)} {SAME if operator == '==' else OTHER} {self._value(right)}"
            return joined("AND", (self._there(left), self._there(right), same))
        smaller = left if operator in ("<", "<=") else right
        compared = f"{self._filled(left)} {SIGN[operator]} {self._filled(right)}"
        return joined("AND", (self._there(smaller), compared))

    def _there(self, formula: Formula) -> str:
        """Return that a side is not blank."""
        if not can_be_blank(formula):
            return ALWAYS
        if isinstance(formula, First):
            return joined("OR", map(self._there, formula.parts))
        return f"{self._value(formula)} IS NOT NULL"

    def _filled(self, formula: Formula, *, end: bool = False) -> str:
        """Return a number; BLANK where there is none."""
        value = self._value(formula, end=end)
        return f"COALESCE({value}, {BLANK})" if can_be_blank(formula) else value
