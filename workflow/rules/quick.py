"""The same formulas as Python expressions: several times quicker, for what can be read in full.

``interpreter`` says what a formula means, with three values; where every column that a clause reads can be read, two
values are enough and a clause becomes one Python function. Its text is made of frozen formulas alone: names of columns
are quoted, values are passed beside it and never written into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import assert_never, cast

from workflow.calendar import add_months
from workflow.case.values import Value
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
    Or,
    PlusDays,
    PlusMonths,
    Sum,
)  # fmt: skip
from workflow.rules.verdict import Verdict

OPERATORS = {sign: sign for sign in ("<", "<=", ">", ">=", "==", "!=")}  # nothing else ever stands in the text
Quick = Callable[[Mapping[str, Value], date], Verdict]
Ending = tuple[Formula, Callable[[Mapping[str, Value], date], Verdict]]


def compile_quick(applies: Formula, endings: Sequence[Ending], otherwise: Verdict, silent: Verdict) -> Quick:
    """Return one function: ``silent`` unless ``applies``, else what the first holding ending makes, or ``otherwise``.

    Only for columns without anything unreadable. Raises KeyError when a column is lacking: that is a bug, not a blank.
    """
    text = _Text()
    lines = ["def judge(c, t):"]
    if applies != And(()):
        lines.append(f"    if not {text.of(applies)}: return {text.name(silent)}")
    lines += [f"    if {text.of(formula)}: return {text.name(makes)}(c, t)" for formula, makes in endings]
    lines.append(f"    return {text.name(otherwise)}")
    exec(compile("\n".join(lines), "<clause>", "exec"), text.values)  # noqa: S102 - text made of formulas alone, see above
    return cast("Quick", text.values["judge"])


class _Text:
    """Writes formulas as expressions over ``c`` (columns) and ``t`` (as-of day), and collects what they refer to."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {"months": _months, "days": _days, "first": _first, "__builtins__": {}}
        self._places = 0

    def name(self, value: object) -> str:
        """Return a name under which the expression finds ``value``."""
        name = f"k{len(self.values)}"
        self.values[name] = value
        return name

    def of(self, formula: Formula) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a node kind
        """Return the expression of a formula."""
        match formula:
            case Column(name):
                return f"c[{name!r}]"
            case Constant(value):
                return self.name(value)
            case AsOf():
                return "t"
            case PlusMonths(of, months):
                return f"months({self.of(of)}, {months:d})"
            case PlusDays(of, days):
                return f"days({self.of(of)}, {days:d})"
            case Sum(terms):
                return "(" + " + ".join(f"{factor:d} * ({self.of(term)} or 0)" for factor, term in terms) + ")"
            case First(parts):
                return f"first({', '.join(map(self.of, parts))})"
            case Compare():
                return self._compare(formula)
            case OneOf(of, values):
                return f"({self.of(of)} in {self.name(values)})"
            case IsNull(of):
                return f"({self.of(of)} is None)"
            case Not(IsNull(of)):
                return f"({self.of(of)} is not None)"
            case Not(part):
                return f"(not {self.of(part)})"
            case And(parts):
                return f"({' and '.join(map(self.of, parts)) or 'True'})"
            case Or(parts):
                return f"({' or '.join(map(self.of, parts)) or 'False'})"
            case _:
                assert_never(formula)

    def _compare(self, formula: Compare) -> str:
        left, known = self._held(formula.left)
        right, also = self._held(formula.right)
        return f"({known}{also}{left} {OPERATORS[formula.operator]} {right})"

    def _held(self, formula: Formula) -> tuple[str, str]:
        """Return a side of a comparison, and the condition that it is filled where it can be blank."""
        if isinstance(formula, AsOf | Sum):
            return self.of(formula), ""
        self._places += 1
        place = f"v{self._places}"
        return place, f"({place} := {self.of(formula)}) is not None and "


def _months(day: Value, months: int) -> Value:
    return add_months(day, months) if isinstance(day, date) else day


def _days(day: Value, days: int) -> Value:
    return day + timedelta(days=days) if isinstance(day, date) else day


def _first(*values: Value) -> Value:
    for value in values:
        if value is not None:
            return value
    return None
