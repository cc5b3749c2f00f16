"""Formulas in three values: blank is not unknown, and what cannot be read decides only where the rest does not."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.case.values import ABSENT, UNREADABLE, Value
from workflow.rules.formula import (
    FALSE,
    TRUE,
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
    blank,
    children,
    columns_of,
    conjunction,
    disjunction,
    filled,
    plus,
)
from workflow.rules.interpreter import compile_formula

DAY = date(2026, 1, 31)
A, B, C = Column("a"), Column("b"), Column("c")
TRUTHS: tuple[Value, ...] = (True, False, UNREADABLE)
KLEENE = {True: 2, UNREADABLE: 1, False: 0}  # the order in which conjunction takes the least, disjunction the greatest


def value(formula: Formula, as_of: date = DAY, **columns: Value) -> Value:
    return compile_formula(formula)(columns, as_of)


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_conjunction_is_the_least_and_disjunction_the_greatest_of_three_values(one, other) -> None:
    assert KLEENE[value(And((A, B)), a=one, b=other)] == min(KLEENE[one], KLEENE[other])
    assert KLEENE[value(Or((A, B)), a=one, b=other)] == max(KLEENE[one], KLEENE[other])


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_de_morgan_holds_in_three_values(one, other) -> None:
    assert value(Not(And((A, B))), a=one, b=other) == value(Or((Not(A), Not(B))), a=one, b=other)
    assert value(Not(Not(A)), a=one) == one


FORMULAS = st.recursive(
    st.sampled_from([A, B, C, TRUE, FALSE]),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=8,
)


@given(FORMULAS, *[st.sampled_from(TRUTHS)] * 3)
def test_a_known_answer_stands_whatever_the_unreadable_turns_out_to_be(formula, one, other, third) -> None:
    answer = value(formula, a=one, b=other, c=third)
    ways = [(True, False) if truth is UNREADABLE else (truth,) for truth in (one, other, third)]
    if answer is not UNREADABLE:
        assert {value(formula, a=x, b=y, c=z) for x, y, z in product(*ways)} == {answer}


@given(st.lists(FORMULAS, max_size=4), *[st.sampled_from(TRUTHS)] * 3)
def test_simplified_conjunctions_and_disjunctions_say_the_same(parts, one, other, third) -> None:
    columns = {"a": one, "b": other, "c": third}
    assert value(conjunction(parts), **columns) == value(And(tuple(parts)), **columns)
    assert value(disjunction(parts), **columns) == value(Or(tuple(parts)), **columns)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize("right", [B, First((B,))], ids=["two columns", "a column and a term"])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (None, 3, False),
        (3, None, False),
        (None, UNREADABLE, False),
        (UNREADABLE, None, False),
        (UNREADABLE, 3, UNREADABLE),
        (3, ABSENT, UNREADABLE),
    ],
)
def test_a_comparison_with_a_blank_is_false_and_with_the_unreadable_unknown(
    operator, right, one, other, expected
) -> None:
    assert value(Compare(operator, A, right), a=one, b=other) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("<", [1, 0, 0]), ("<=", [1, 1, 0]), (">", [0, 0, 1]), (">=", [0, 1, 1]), ("==", [0, 1, 0]), ("!=", [1, 0, 1])],
)
def test_the_operators_compare(operator, expected) -> None:
    assert [value(Compare(operator, A, Constant(2)), a=one) for one in (1, 2, 3)] == [bool(one) for one in expected]


@pytest.mark.parametrize(
    ("title", "formula", "columns", "expected"),
    [
        ("the first filled one", First((A, B)), {"a": None, "b": 2}, 2),
        ("an unreadable one is not blank", First((A, B)), {"a": UNREADABLE, "b": 2}, UNREADABLE),
        ("none is filled", First((A, B)), {"a": None, "b": None}, None),
        ("a blank number counts 0", Sum(((2, A), (-1, B))), {"a": 3, "b": None}, 6),
        ("an unreadable number is unknown", Sum(((2, A), (-1, B))), {"a": 3, "b": UNREADABLE}, UNREADABLE),
        ("months are clamped", PlusMonths(A, 1), {"a": DAY}, date(2026, 2, 28)),
        ("months after a blank day", PlusMonths(A, 1), {"a": None}, None),
        ("months after an unreadable day", PlusMonths(A, 1), {"a": UNREADABLE}, UNREADABLE),
        ("days", PlusDays(A, 1), {"a": DAY}, date(2026, 2, 1)),
        ("days after a blank day", PlusDays(A, 1), {"a": None}, None),
        ("among listed values", OneOf(A, ("x", None)), {"a": None}, True),
        ("not among listed values", OneOf(A, ("x", None)), {"a": "y"}, False),
        ("unreadable among listed values", OneOf(A, ("x", None)), {"a": UNREADABLE}, UNREADABLE),
        ("blank", IsNull(A), {"a": None}, True),
        ("not blank", IsNull(A), {"a": 0}, False),
        ("unreadable is neither", IsNull(A), {"a": UNREADABLE}, UNREADABLE),
        ("the as-of day", AsOf(), {}, DAY),
        ("all filled", filled("a", "b"), {"a": 1, "b": 0}, True),
        ("one blank decides", filled("a", "b"), {"a": UNREADABLE, "b": None}, False),
        ("one unreadable does not", filled("a", "b"), {"a": UNREADABLE, "b": 1}, UNREADABLE),
        ("nothing to be filled", filled(), {}, True),
    ],
)
def test_a_formula_gives(title, formula, columns, expected) -> None:
    assert value(formula, **columns) == expected, title


def test_a_column_that_is_not_there_is_a_mistake_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        value(Not(IsNull(A)))


def test_formulas_are_put_together_without_needless_parts() -> None:
    assert conjunction([TRUE, A]) == A
    assert conjunction([A, FALSE, B]) == FALSE
    assert conjunction([]) == TRUE
    assert disjunction([FALSE, A]) == A
    assert disjunction([A, TRUE]) == TRUE
    assert disjunction([A, B]) == Or((A, B))
    assert plus(A) == A
    assert plus(A, days=1) == PlusDays(A, 1)
    assert plus(A, months=1) == PlusMonths(A, 1)
    assert blank("a") == IsNull(A)


def test_a_formula_names_each_column_once_in_its_order() -> None:
    formula = Or(
        (Compare("<", B, Sum(((1, A),))), OneOf(C, (1,)), Not(First((B, PlusDays(A, 1), AsOf(), Constant(1)))))
    )
    assert columns_of(formula) == ("b", "a", "c")
    assert children(AsOf()) == children(Constant(1)) == children(A) == ()


def test_what_is_no_formula_is_a_mistake_at_once() -> None:
    with pytest.raises(AssertionError):
        compile_formula("a < b")  # type: ignore[arg-type]  # a text is no formula: that is what is tested
