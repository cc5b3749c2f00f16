"""Every engine says of every row what the interpreter says of the case: all clauses, any formula, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from random import Random

import pytest

from tests.bulk.drawn import ANSWERS, DAYS, KINDS, NUMBERS, formulas, lives, rows
from tests.regulation.case import BOOK, LAW, WORLD
from tests.regulation.tables import FILES, ROWS
from tests.regulation.trace import begin, read_entry, traces
from workflow.bulk import decided, emitter
from workflow.bulk.decided import Decided
from workflow.bulk.dialects import UNREAD, shortened
from workflow.bulk.emitter import Emitter, end_of
from workflow.bulk.gathered import breaches_found, gathering, rows_found
from workflow.bulk.layout import CASE, BulkClause, Layout, table_columns
from workflow.bulk.lowering import Lowering, NotInBulk
from workflow.bulk.marks import Marks
from workflow.bulk.packing import packed, packed_end
from workflow.bulk.statement import judging, told
from workflow.bulk.totals import KEYS, breaches, populations
from workflow.case.values import Unreadable, Value
from workflow.compliance.engines import Engine, TableColumns
from workflow.law.kinds import Outcome
from workflow.rules.columns import SOME_DAY
from workflow.rules.formula import AsOf, Column, Compare, Constant, First, Formula, PlusDays
from workflow.rules.interpreter import compile_formula
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import VerdictState

Said = tuple[VerdictState, Outcome | None]
LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)


def loaded(engine: Engine, layout: Layout, cases: Sequence[Mapping[str, Value]], seed: int) -> None:
    """Hand the cases over in any order: nothing may turn on it."""
    table = [(number, None, None, None, *layout.row(case)) for number, case in enumerate(cases)]
    Random(seed).shuffle(table)
    engine.load("cases", table_columns(layout), table)


def in_bulk(engine: Engine, layout: Layout, as_of: date) -> dict[int, list[Said]]:
    """Return what each clause says of each case; where one pass over them is quicker, that must find the same."""
    if engine.dialect.gathers:
        in_one_pass(engine, layout, as_of)
        by_marks(engine, layout, as_of)
    halves = (
        judging(layout.clauses, "cases", [CASE], as_of, engine.dialect, careful=careful) for careful in (False, True)
    )
    return {
        row[0]: [told(clause, number) for clause, number in zip(layout.clauses, row[1:], strict=True)]
        for half in halves
        for row in engine.rows(half)
    }


def in_one_pass(engine: Engine, layout: Layout, as_of: date, clauses: Sequence[BulkClause] | None = None) -> None:
    """Compare the counts and the breaches of one pass over the cases that can be read with what the numbers say."""
    clauses = layout.clauses if clauses is None else clauses
    engine.keep("numbers", judging(clauses, "cases", KEYS, as_of, engine.dialect, careful=False))
    engine.keep("gathered", gathering(clauses, layout.codes, "cases", as_of))
    engine.keep("found", rows_found("gathered"))
    counted, met = next(engine.rows("SELECT counted, met FROM gathered"))
    numbers = populations(clauses, "numbers", engine.dialect, careful=False)
    assert tuple(number or 0 for number in counted) == next(engine.rows(numbers))[1:]
    broken = sorted(engine.rows(breaches(clauses, "numbers", engine.dialect)))
    assert sorted(engine.rows(breaches_found(clauses, met, "found"))) == broken != []


def by_marks(engine: Engine, layout: Layout, as_of: date, columns: TableColumns | None = None) -> Sequence[int]:
    """Compare what the marks of the cases that can be read count with what the numbers say; return it."""
    names = ", ".join(engine.dialect.quoted(name) for name, _ in columns or table_columns(layout))
    engine.keep("marked", Marks(layout).beside(names, "SELECT * FROM cases"))
    counted = next(engine.rows(Marks(layout).counting("marked", as_of)))
    assert counted == next(engine.rows(populations(layout.clauses, "numbers", engine.dialect, careful=False)))
    return counted


def test_a_count_that_nobody_can_mean_does_not_end_the_audit_of_all(duckdb_engine):
    most = 2**31 - 1
    votes = ("admit.due", "admit.present", "admit.in_favour", "convert.due", "convert.present", "convert.in_favour")
    cases = [BOOK.columns(life, WORLD) for life in ({}, dict.fromkeys(votes, most), *lives(Random(5), 20))]
    loaded(duckdb_engine, LAYOUT, cases, seed=4)
    assert in_bulk(duckdb_engine, LAYOUT, TODAY) == one_by_one(BOOK, cases, TODAY)


def test_rows_of_which_nothing_can_be_broken_are_counted(duckdb_engine):
    loaded(duckdb_engine, LAYOUT, [BOOK.columns({}, WORLD)] * 2, seed=4)
    duckdb_engine.keep("gathered", gathering((), (), "cases", TODAY))
    assert list(duckdb_engine.rows("SELECT met FROM gathered")) == [([0],)]
    duckdb_engine.keep("found", rows_found("gathered"))
    assert list(duckdb_engine.rows(breaches_found((), [0], "found"))) == []


def one_by_one(book: Rulebook, cases: Iterable[Mapping[str, Value]], as_of: date) -> dict[int, list[Said]]:
    return {
        number: [(verdict.state, verdict.outcome) for verdict in book.judge_all(case, as_of)]
        for number, case in enumerate(cases)
    }


def test_every_clause_says_the_same_of_drawn_lives(engine):
    cases = [BOOK.columns(life, WORLD) for life in lives(Random(20261122), 600)]
    loaded(engine, LAYOUT, cases, seed=1)
    for as_of in (TODAY, date(2028, 2, 29), date(2026, 5, 10)):
        expected = one_by_one(BOOK, cases, as_of)
        assert in_bulk(engine, LAYOUT, as_of) == expected
    said = [state for case in expected.values() for state, _ in case]
    assert set(said) == set(VerdictState)
    assert min(said.count(VerdictState.VIOLATED), said.count(VerdictState.UNDECIDABLE)) > 200


def test_every_line_of_the_tables_that_the_articles_were_tested_with(engine):
    cases = [BOOK.columns(line.values(), WORLD) for file in FILES for line in ROWS[file]]
    assert len(cases) > 1000
    loaded(engine, LAYOUT, cases, seed=2)
    for as_of in (date(2022, 1, 1), date(2030, 1, 1)):  # the days of nearly all lines
        assert in_bulk(engine, LAYOUT, as_of) == one_by_one(BOOK, cases, as_of)


@cache
def rounds() -> list[Mapping[str, Value]]:
    """Return what stood in every round, earlier ones included, of all histories of the regulation tests."""
    found: list[Mapping[str, Value]] = []
    for trace in traces().values():
        walk = begin(trace)
        for raw in trace["entries"]:
            walk.offer(read_entry(raw))
        found += walk.view().every_round
    return [BOOK.columns(values, WORLD) for values in found]


def test_every_round_of_the_histories_that_the_examiner_was_tested_with(engine):
    assert len(rounds()) > 2 * len(traces())
    loaded(engine, LAYOUT, rounds(), seed=3)
    assert in_bulk(engine, LAYOUT, TODAY) == one_by_one(BOOK, rounds(), TODAY)


@pytest.mark.parametrize("overlay", ["procuratorate", "university"])
def test_local_practice_is_judged_alike(engine, overlay):
    book = Rulebook(LAW, LAW.timeline([overlay]))
    layout = Layout(book)
    assert len(layout.clauses) > len(LAYOUT.clauses)
    cases = [book.columns(life, WORLD) for life in lives(Random(7), 200)]
    loaded(engine, layout, cases, seed=4)
    assert in_bulk(engine, layout, TODAY) == one_by_one(book, cases, TODAY)


# --- formulas of any shape, whatever stands in the columns -----------------------------------------------------


def drawn_table(
    engine: Engine, added: Mapping[str, Formula], cases: Sequence[Mapping[str, Value]]
) -> list[dict[str, Value]]:
    """Load the few columns with what was added to them; return the values with that."""
    full = [{**case, **{name: compile_formula(one)(case, SOME_DAY) for name, one in added.items()}} for case in cases]
    days = [*DAYS, *added]
    columns = [(name, "INTEGER") for name in (*days, *map(end_of, days), *NUMBERS, *ANSWERS)]
    table = []
    for number, case in enumerate(full):
        stored = [_number(case[name], packed) for name in days] + [_number(case[name], packed_end) for name in days]
        stored += [_number(case[name], packed) for name in (*NUMBERS, *ANSWERS)]
        kinds = [None if isinstance(case[name], Unreadable) else case[name] for name in KINDS]
        unread = [shortened(name) for name, value in case.items() if isinstance(value, Unreadable)]
        text = f";{';'.join(unread)};" if unread else None
        table.append((number, *stored, *kinds, text))
    whole = [(CASE, "BIGINT"), *columns, *((name, "VARCHAR(64)") for name in KINDS), (UNREAD, "VARCHAR(8000)")]
    engine.load("drawn", whole, table)
    return full


def _number(value, pack):
    if value is None or isinstance(value, Unreadable):
        return None
    return pack(value) if isinstance(value, date) else int(value)


def drawn_formulas(seed: int, count: int) -> tuple[list[tuple[Formula, Formula]], dict[str, Formula]]:
    """Return formulas with what they were lowered to, and the columns that these need."""
    lowering, found = Lowering(), []
    for formula in formulas(Random(seed), count):
        try:
            found.append((formula, lowering.condition(formula)))
        except NotInBulk:
            continue
    return found, lowering.added


@pytest.mark.parametrize("careful", [False, True])
def test_any_formula_means_the_same(engine, careful):
    formulas_agree(engine, seed=5, count=400, careful=careful)


def formulas_agree(engine: Engine, seed: int, count: int, *, careful: bool) -> None:
    """Compare drawn formulas over drawn rows, each in each, with what the interpreter says."""
    found, added = drawn_formulas(seed, count)
    assert len(found) > count // 3
    cases = drawn_table(engine, added, list(rows(Random(seed + 1), 250, readable=not careful)))
    emitting = Emitter(TODAY, engine.dialect, careful=careful)
    for start in range(0, len(found), 50):
        part = found[start : start + 50]
        sides = [
            f"CASE WHEN {emitting.holds(low)} THEN 1 WHEN {emitting.fails(low)} THEN 0 ELSE 2 END" for _, low in part
        ]
        query = f"SELECT {engine.dialect.quoted(CASE)}, {', '.join(sides)} FROM drawn"
        for number, *answers in engine.rows(query):
            for (formula, low), answer in zip(part, answers, strict=True):
                expected = compile_formula(formula)(cases[number], TODAY)
                assert answer == (2 if isinstance(expected, Unreadable) else int(expected is True)), (
                    formula,
                    low,
                    cases[number],
                )


def test_what_is_decided_is_never_null_and_means_the_same(duckdb_engine):
    """A blank answer is neither true nor false: possible, and not so."""
    found, added = drawn_formulas(5, 400)
    blank = [{**case, "reached.two": None} for case in rows(Random(19), 30, readable=True)]
    drawn_table(duckdb_engine, added, [*rows(Random(6), 250, readable=True), *blank])
    engine, case = duckdb_engine, duckdb_engine.dialect.quoted(CASE)
    plain, never_null = Emitter(TODAY, engine.dialect), Decided(TODAY, engine.dialect, KINDS)
    for _, low in found:
        said = (never_null.holds(low), never_null.fails(low), never_null.possible(low))
        meant = (f"({plain.holds(low)}) IS TRUE", f"({plain.fails(low)}) IS TRUE", f"({plain.fails(low)}) IS NOT TRUE")
        filled = engine.rows(f"SELECT {case}, {', '.join(said)} FROM {never_null.rows('drawn')} ORDER BY 1")
        assert list(filled) == list(engine.rows(f"SELECT {case}, {', '.join(meant)} FROM drawn ORDER BY 1")), low


def test_a_clause_is_asked_where_a_blank_answer_leaves_open_whether_it_applies(duckdb_engine):
    one, two, three = map(Column, ("one", "two", "three"))
    clause = replace(LAYOUT.clauses[0], applies=one, broken=(two, one), pending=three)
    asked = [(column.name, "INTEGER") for column in (one, two, three)]
    columns = [*table_columns(LAYOUT)[: len(KEYS)], *asked, (UNREAD, "VARCHAR(9)")]
    answers = product((1, 0, None), repeat=3)
    duckdb_engine.load("cases", columns, [(case, 1, None, None, *said, None) for case, said in enumerate(answers)])
    in_one_pass(duckdb_engine, LAYOUT, TODAY, [clause])
    alone = copy(LAYOUT)
    alone.clauses = (clause,)
    assert min(by_marks(duckdb_engine, alone, TODAY, columns)[:3]) > 0


@pytest.mark.parametrize("side", [PlusDays(First((Column("one.on"), AsOf())), 3), Constant(None)])
def test_a_formula_that_no_column_can_hold_is_refused(side):
    with pytest.raises(NotInBulk, match="公式无法批量判断"):
        Lowering().condition(Compare("<", Column("two.on"), side))


# --- a check that cannot fail proves nothing -------------------------------------------------------------------


@pytest.mark.parametrize(("sign", "instead"), [("<", "<="), (">=", ">"), (">", ">="), ("==", ">="), ("!=", "<")])
def test_a_wrong_sign_is_seen(sqlite_engine, monkeypatch, sign, instead):
    cases = [BOOK.columns(life, WORLD) for life in lives(Random(20261122), 400)]
    loaded(sqlite_engine, LAYOUT, cases, seed=1)
    monkeypatch.setitem(emitter.SIGN, sign, emitter.SIGN[instead])
    differs = in_bulk(sqlite_engine, LAYOUT, TODAY) != one_by_one(BOOK, cases, TODAY)
    assert differs or sign == "=="  # no clause of the regulation asks whether days are the same


def test_the_end_of_a_month_is_seen(sqlite_engine, monkeypatch):
    monkeypatch.setattr(emitter, "TO_THE_END", ())
    with pytest.raises(AssertionError):
        test_any_formula_means_the_same(sqlite_engine, careful=False)


@pytest.mark.parametrize(
    ("name", "instead"), [("BLANK", 2**30), ("SAME", decided.OTHER), ("OTHER", decided.SAME), ("TO_THE_END", ())]
)
def test_a_wrong_decision_is_seen(duckdb_engine, monkeypatch, name, instead):
    monkeypatch.setattr(decided, name, instead)
    with pytest.raises(AssertionError):
        test_what_is_decided_is_never_null_and_means_the_same(duckdb_engine)
