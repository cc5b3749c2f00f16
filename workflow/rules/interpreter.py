"""Formulas in plain Python: each becomes a function of the columns of one case and the as-of day."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, assert_never

from workflow.calendar import add_months
from workflow.case.values import UNREADABLE, Unreadable, Value
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
    Sum,
)

Columns = Mapping[str, Value]
Function = Callable[[Columns, date], Value]
OPERATORS: dict[Operator, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def compile_formula(formula: Formula) -> Function:  # noqa: C901, PLR0911, PLR0912 - one line a node kind
    """Return ``f(columns, as_of)``: True, False or unreadable for a condition, a value for a term.

    Raises KeyError when called on columns that lack one which the formula reads: that is a bug, not a blank.
    """
    match formula:
        case Column(name):
            return lambda columns, _: columns[name]
        case Constant(value):
            return lambda _, __: value
        case AsOf():
            return lambda _, as_of: as_of
        case PlusMonths(of, months):
            return _plus_months(compile_formula(of), months)
        case PlusDays(of, days):
            return _plus_days(compile_formula(of), timedelta(days=days))
        case Sum(terms):
            return _sum(tuple((factor, compile_formula(term)) for factor, term in terms))
        case First(parts):
            return _first(tuple(map(compile_formula, parts)))
        case Compare():
            return _compare(formula)
        case OneOf(of, values):
            return _one_of(compile_formula(of), values)
        case IsNull(of):
            return _is_null(compile_formula(of))
        case Not(part):
            return _not(compile_formula(part))
        case And(parts):
            names = _filled_columns(parts)
            return _all_filled(names) if names else _junction(tuple(map(compile_formula, parts)), decides=False)
        case Or(parts):
            return _junction(tuple(map(compile_formula, parts)), decides=True)
        case _:
            assert_never(formula)


def _filled_columns(parts: tuple[Formula, ...]) -> tuple[str, ...]:
    """Return the columns of a conjunction that only asks whether columns are filled: the commonest one."""
    names = []
    for part in parts:
        match part:
            case Not(IsNull(Column(name))):
                names.append(name)
            case _:
                return ()
    return tuple(names)


def _all_filled(names: tuple[str, ...]) -> Function:
    def evaluate(columns: Columns, _: date) -> Value:
        answer: Value = True
        for name in names:
            value = columns[name]
            if value is None:
                return False
            if value.__class__ is Unreadable:
                answer = UNREADABLE
        return answer

    return evaluate


def _plus_months(of: Function, months: int) -> Function:
    def evaluate(columns: Columns, as_of: date) -> Value:
        day = of(columns, as_of)
        return add_months(day, months) if isinstance(day, date) else day

    return evaluate


def _plus_days(of: Function, span: timedelta) -> Function:
    def evaluate(columns: Columns, as_of: date) -> Value:
        day = of(columns, as_of)
        return day + span if isinstance(day, date) else day

    return evaluate


def _sum(terms: tuple[tuple[int, Function], ...]) -> Function:
    def evaluate(columns: Columns, as_of: date) -> Value:
        total = 0
        for factor, term in terms:
            number = term(columns, as_of)
            if isinstance(number, int):
                total += factor * number
            elif number is not None:
                return UNREADABLE
        return total

    return evaluate


def _first(parts: tuple[Function, ...]) -> Function:
    def evaluate(columns: Columns, as_of: date) -> Value:
        for part in parts:
            value = part(columns, as_of)
            if value is not None:
                return value
        return None

    return evaluate


def _compare(formula: Compare) -> Function:
    holds = OPERATORS[formula.operator]
    if isinstance(formula.left, Column) and isinstance(formula.right, Column):
        return _compare_columns(holds, formula.left.name, formula.right.name)
    left, right = compile_formula(formula.left), compile_formula(formula.right)

    def evaluate(columns: Columns, as_of: date) -> Value:
        one, other = left(columns, as_of), right(columns, as_of)
        if one is None or other is None:
            return False
        if one.__class__ is Unreadable or other.__class__ is Unreadable:
            return UNREADABLE
        return holds(one, other)

    return evaluate


def _compare_columns(holds: Callable[[Any, Any], bool], left: str, right: str) -> Function:
    def evaluate(columns: Columns, _: date) -> Value:
        one, other = columns[left], columns[right]
        if one is None or other is None:
            return False
        if one.__class__ is Unreadable or other.__class__ is Unreadable:
            return UNREADABLE
        return holds(one, other)

    return evaluate


def _one_of(of: Function, values: tuple[object, ...]) -> Function:
    def evaluate(columns: Columns, as_of: date) -> Value:
        value = of(columns, as_of)
        return UNREADABLE if isinstance(value, Unreadable) else value in values

    return evaluate


def _is_null(of: Function) -> Function:
    def evaluate(columns: Columns, as_of: date) -> Value:
        value = of(columns, as_of)
        return UNREADABLE if isinstance(value, Unreadable) else value is None

    return evaluate


def _not(part: Function) -> Function:
    def evaluate(columns: Columns, as_of: date) -> Value:
        value = part(columns, as_of)
        return value if isinstance(value, Unreadable) else not value

    return evaluate


def _junction(parts: tuple[Function, ...], *, decides: bool) -> Function:
    """Return a conjunction (decided by the first False) or a disjunction (by the first True)."""
    otherwise = not decides

    def evaluate(columns: Columns, as_of: date) -> Value:
        answer: Value = otherwise
        for part in parts:
            value = part(columns, as_of)
            if value is decides:
                return decides
            if value is not otherwise:
                answer = UNREADABLE
        return answer

    return evaluate
