"""Derived columns as the database computes them: any formula without the as-of day says what the interpreter says."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from workflow.bulk.terms import literal, term
from workflow.rules.columns import SOME_DAY
from workflow.rules.formula import (
    FALSE,
    TRUE,
    And,
    AsOf,
    Column,
    Compare,
    Constant,
    First,
    IsNull,
    Not,
    OneOf,
    Or,
    PlusDays,
    PlusMonths,
    Sum,
)
from workflow.rules.interpreter import compile_formula

ROWS = [
    {"p.day": day, "p.other": other, "p.number": number, "p.code": code, "reached.p": reached}
    for day, other in ((date(2024, 1, 31), date(2024, 2, 29)), (None, date(2023, 2, 28)), (date(2023, 8, 31), None))
    for number in (None, 0, 7)
    for code, reached in ((None, False), ("one", True), ("it's", False))
]
TYPES = {"p.day": "DATE", "p.other": "DATE", "p.number": "INTEGER", "p.code": "VARCHAR", "reached.p": "BOOLEAN"}
DAY, OTHER, NUMBER, CODE = (Column(name) for name in ("p.day", "p.other", "p.number", "p.code"))
FORMULAS = [
    DAY, Constant(date(2024, 2, 29)), Constant(True), Constant(None), Constant(3), PlusMonths(DAY, 1),
    PlusMonths(DAY, -11), PlusMonths(OTHER, 12), PlusDays(DAY, 3), PlusDays(OTHER, -3), First((DAY, OTHER)),
    Sum(((2, NUMBER), (-1, NUMBER))),
    Compare("<", DAY, OTHER), Compare("<=", PlusMonths(DAY, 1), OTHER), Compare("==", NUMBER, Constant(7)),
    Compare("!=", DAY, OTHER), Compare(">", NUMBER, Constant(0)), Compare(">=", OTHER, DAY),
    IsNull(First((DAY, OTHER))),
    OneOf(CODE, ("one", "it's")), OneOf(CODE, (None,)), OneOf(CODE, (None, "one")), OneOf(NUMBER, (7, 0)), TRUE, FALSE,
    And((IsNull(DAY), Not(IsNull(OTHER)))), Or((IsNull(DAY), Column("reached.p"))), Not(Column("reached.p")),
]  # fmt: skip


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
        opened.execute(f"CREATE TABLE rows_ ({columns})")
        opened.executemany("INSERT INTO rows_ VALUES (?, ?, ?, ?, ?)", [list(row.values()) for row in ROWS])
        yield opened


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
def test_a_formula_is_the_same_by_the_database(connection, formula):
    found = connection.execute(f"SELECT {term(formula)} FROM rows_").fetchall()
    evaluate = compile_formula(formula)
    assert [value for (value,) in found] == [evaluate(row, SOME_DAY) for row in ROWS]


@pytest.mark.parametrize("formula", [AsOf(), PlusDays(AsOf(), 3)])
def test_what_turns_on_the_as_of_day_is_no_column(formula):
    with pytest.raises(TypeError):
        term(formula)


def test_a_column_that_can_be_blank_is_no_condition():
    with pytest.raises(TypeError):
        term(Not(Column("case.floating")))


def test_a_text_cannot_leave_its_quotation_marks():
    assert literal("it's") == "'it''s'"
    with pytest.raises(ValueError, match="back"):
        literal("back\\slash")
