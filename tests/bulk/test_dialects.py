"""What no statement may hold is refused before it is written."""

from __future__ import annotations

from datetime import date

import pytest

from tests.regulation.case import BOOK, LIVED_2026, WORLD
from workflow.bulk.dialects import DUCKDB, SPARK, SQLITE
from workflow.bulk.emitter import Emitter
from workflow.bulk.evidence import DUE, Shown, unpacked_day
from workflow.bulk.layout import Layout
from workflow.bulk.months import Months
from workflow.bulk.statement import SATISFIED, UNDECIDABLE, VIOLATED
from workflow.bulk.totals import breaches, populations, undecided
from workflow.compliance.engines.duckdb import parquet, words_listed
from workflow.rules.formula import FALSE, Column, Compare, Constant


@pytest.mark.parametrize(("dialect", "name"), [(DUCKDB, 'a" OR "b'), (SPARK, "a` OR `b")])
def test_a_name_that_holds_the_quotation_mark_is_refused(dialect, name):
    with pytest.raises(ValueError, match="OR"):
        dialect.quoted(name)


def test_any_word_can_be_listed_and_keeps_its_place(duckdb_engine, tmp_path):
    words = ["b", "a", "A'B", "A\\B", "", "一\u3000二", "两\n行", "\u200bZ", "\U000323af", "B", "é", "e\u0301"]
    rows = [(word, None if word == "b" else "x") for word in words]
    columns = (("word", DUCKDB.type_of(words)), ("other", "VARCHAR"), ("none", "VARCHAR"))
    duckdb_engine.load("told", columns, [(*row, None) for row in rows])
    duckdb_engine.write("SELECT * FROM told", tmp_path / "told.parquet")
    file = parquet(tmp_path / "told.parquet")
    again = words_listed(duckdb_engine.connection, file, file)
    duckdb_engine.write(again, tmp_path / "again.parquet")
    for path in (tmp_path / "told.parquet", tmp_path / "again.parquet"):
        assert list(duckdb_engine.rows(f"SELECT * FROM {parquet(path)}")) == [(*row, None) for row in sorted(rows)]
        assert {kind for _, kind, *_ in duckdb_engine.rows(f"DESCRIBE SELECT * FROM {parquet(path)}")} == {"VARCHAR"}
    assert "ENUM" in again


@pytest.mark.parametrize("value", ["a\\' OR 1 = 1", "a\nb"])
def test_a_text_in_which_a_database_could_see_more_than_itself_is_refused(value):
    with pytest.raises(ValueError, match="a"):
        DUCKDB.text(value)


def test_a_quotation_mark_in_a_text_is_doubled():
    assert DUCKDB.text("it's") == "'it''s'"


def test_a_comparison_with_nothing_is_never_true():
    formula = Compare("<", Column("talk.on"), Constant(None))
    emitter = Emitter(date(2026, 11, 22), DUCKDB)
    assert emitter.holds(formula) == '"talk.on" < NULL'
    assert "NULL IS NULL" in emitter.fails(formula)


def test_a_value_of_another_kind_than_its_column_is_a_fault_of_ours():
    columns = BOOK.columns(LIVED_2026, WORLD)
    columns["admit.due"] = "twenty"
    with pytest.raises(TypeError, match="twenty"):
        Layout(BOOK).row(columns)


def test_what_is_broken_is_read_off_in_one_pass_where_many_would_be_dear():
    clauses = Layout(BOOK).clauses
    assert breaches(clauses, "numbers", DUCKDB).count("FROM numbers") == len(clauses)
    once = breaches(clauses, "numbers", SPARK)
    assert once.count("FROM numbers") == 1
    assert f"STACK({len(clauses)}, 0, k0, 1, k1" in once


def test_so_is_what_cannot_be_decided_and_the_month_of_each_verdict():
    layout = Layout(BOOK)
    clauses = layout.clauses
    assert undecided(clauses, "numbers", DUCKDB).count("FROM numbers") == len(clauses) + 1  # one gives no row
    once = undecided(clauses, "numbers", SPARK)
    assert once.count("FROM numbers") == 1
    assert f"STACK({len(clauses)}, 0, k0, 1, k1" in once
    assert once.endswith(f"WHERE number = {UNDECIDABLE}")
    assert "STACK" not in undecided((), "numbers", SPARK)
    months = Months(layout, SPARK).counted(clauses, "numbers")
    assert months.count("FROM numbers") == 1
    assert f"STACK({len(clauses)}, 0, k0, " in months
    assert f"WHERE number = {SATISFIED} OR number >= {VIOLATED} GROUP BY clause, month" in months
    assert Months(layout, DUCKDB).counted(clauses, "numbers").count("FROM numbers") == len(clauses)


def test_days_are_counted_as_each_database_counts_them():
    layout, day = Layout(BOOK), date(2026, 11, 22)
    duckdb, spark = Shown(layout, day), Shown(layout, day, SPARK)
    assert spark.columns()[DUE] == duckdb.columns()[DUE].replace('"', "`")  # packed, a day is a number everywhere
    assert "DATEDIFF(" in spark.over("counted")
    assert "DATEDIFF(" not in duckdb.over("counted")
    assert " DIV 32" in unpacked_day(DUE, SPARK)
    assert "//" in unpacked_day(DUE, DUCKDB)


def test_only_the_clauses_that_are_asked_for_are_shown():
    layout, day = Layout(BOOK), date(2026, 11, 22)
    late = next(clause for clause in layout.clauses if clause.judged.rule.id == "talk.within_a_month")
    few, none = (Shown(layout, day, places=places) for places in ([late.place], []))
    assert few.columns()[DUE].count("WHEN") < Shown(layout, day).columns()[DUE].count("WHEN")
    assert '"apply.on"' in few.columns()[DUE]
    assert set(none.columns().values()) == {"CAST(CAST(NULL AS INTEGER) AS INTEGER)"}
    assert not none.read


def test_what_cannot_be_is_not_counted():
    layout = Layout(BOOK)
    quick, careful = (populations(layout.clauses, "numbers", SQLITE, careful=careful) for careful in (False, True))
    limited = sum(clause.pending != FALSE for clause in layout.clauses)
    assert quick.count("CASE WHEN") == len(layout.clauses) + limited
    assert careful.count("CASE WHEN") == 2 * len(layout.clauses) + limited
