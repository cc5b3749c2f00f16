"""The quick way through a formula and the careful one say the same wherever everything can be read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.regulation.case import BOOK, LIVED_2026, WORLD
from workflow.law.model import FieldType
from workflow.rules.columns import Columns
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
)
from workflow.rules.interpreter import compile_formula
from workflow.rules.quick import compile_quick
from workflow.rules.verdict import Verdict, VerdictState

SATISFIED = Verdict("a.rule", "a", 1, VerdictState.SATISFIED)
SILENT = SATISFIED._replace(state=VerdictState.NOT_APPLICABLE)
BROKEN = SATISFIED._replace(state=VerdictState.VIOLATED)
DAYS = st.dates(date(2012, 1, 1), date(2028, 12, 31))
NAMES = ("one.on", "two.on", "three.on")
NUMBERS = ("one.due", "one.present")

days = st.recursive(
    st.one_of(st.sampled_from(NAMES).map(Column), DAYS.map(Constant), st.just(AsOf())),
    lambda inner: st.one_of(
        st.builds(PlusMonths, inner, st.integers(-14, 14)),
        st.builds(PlusDays, inner, st.integers(-40, 40)),
        st.lists(inner, min_size=1, max_size=4).map(tuple).map(First),
    ),
    max_leaves=4,
)
terms = st.tuples(st.integers(-3, 3), st.sampled_from(NUMBERS).map(Column))
numbers = st.one_of(st.lists(terms, min_size=1, max_size=3).map(tuple).map(Sum), st.integers(0, 30).map(Constant))
operators = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
plain: st.SearchStrategy[Formula] = st.one_of(
    st.builds(Compare, operators, days, days),
    st.builds(Compare, operators, numbers, numbers),
    days.map(IsNull),
    st.builds(OneOf, st.just(Column("one.kind")), st.lists(st.sampled_from(["a", "b", None]), max_size=3).map(tuple)),
    st.just(Column("reached.two")),
)
conditions = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple).map(And), st.lists(inner, max_size=3).map(tuple).map(Or), inner.map(Not)
    ),
    max_leaves=8,
)
columns = st.fixed_dictionaries(
    {name: st.one_of(st.none(), DAYS) for name in NAMES}
    | {name: st.one_of(st.none(), st.integers(0, 30)) for name in NUMBERS}
    | {"one.kind": st.sampled_from(["a", "b", "c", None]), "reached.two": st.booleans()}
)


@given(conditions, conditions, columns, DAYS)
def test_a_formula_means_the_same_both_ways(applies, broken, values, as_of):
    quick = compile_quick(applies, [(broken, lambda _, __: BROKEN)], SATISFIED, SILENT)
    if compile_formula(applies)(values, as_of) is not True:
        expected = SILENT
    else:
        expected = BROKEN if compile_formula(broken)(values, as_of) is True else SATISFIED
    assert quick(values, as_of) == expected


FIELDS = [(name, field) for name, field in BOOK.newest.fields.items() if name in LIVED_2026]


@given(st.data())
def test_every_shipped_clause_says_the_same_both_ways(data):
    changes: dict[str, Any] = {}
    for name, field in data.draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4)):
        kind = field.type
        value = LIVED_2026[name]
        if kind in (FieldType.DAY, FieldType.PLAN) and isinstance(value, date):
            changes[name] = data.draw(
                st.sampled_from([None, value + timedelta(days=data.draw(st.integers(-400, 400)))])
            )
        elif kind is FieldType.COUNT:
            changes[name] = data.draw(st.one_of(st.none(), st.integers(0, 60)))
        else:
            changes[name] = None
    seen = BOOK.columns(dict(LIVED_2026) | changes, WORLD)
    as_of = data.draw(DAYS)
    assert seen.unread == frozenset()
    for judged in BOOK.judged:
        assert judged._quick(seen, as_of) == judged._careful(seen, as_of), judged.rule.id  # noqa: SLF001 - both ways


def test_the_text_holds_names_and_numbers_only():
    hostile = Column('x"] or __import__("os").system("true") or c["x')
    quick = compile_quick(And(()), [(IsNull(hostile), lambda _, __: BROKEN)], SATISFIED, SILENT)
    with pytest.raises(KeyError):
        quick({}, date(2026, 1, 1))
    assert quick({hostile.name: None}, date(2026, 1, 1)) == BROKEN


def test_what_is_no_formula_is_not_compiled():
    with pytest.raises(AssertionError):
        compile_quick("a.on", [], SATISFIED, SILENT)  # type: ignore[arg-type] # no formula


def test_a_plain_mapping_is_judged_as_sealed_columns_are():
    seen = BOOK.columns(dict(LIVED_2026), WORLD)
    assert BOOK.judge_all(dict(seen), date(2027, 1, 1)) == BOOK.judge_all(seen, date(2027, 1, 1))
    assert isinstance(seen, Columns)


def test_the_first_of_blank_columns_is_blank():
    first = IsNull(First((Column("one.on"), Column("two.on"))))
    quick = compile_quick(And(()), [(first, lambda _, __: BROKEN)], SATISFIED, SILENT)
    assert quick({"one.on": None, "two.on": None}, date(2026, 1, 1)) == BROKEN
    assert quick({"one.on": None, "two.on": date(2026, 1, 1)}, date(2026, 1, 1)) == SATISFIED
