"""Spark is admitted like every database, on one batch drawn anew each run, and finds in a view what DuckDB finds.

Its start is slow and what it needs is large, so neither is asked of everybody: where it is missing, the summary of the
tests says so, with the command that installs it. ``JISHI_SPARK_SEED`` draws a batch again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from random import Random, randrange

import pytest

from tests.bulk.drawn import EDGES, lives
from tests.bulk.test_conformance import formulas_agree, in_bulk, loaded, one_by_one
from tests.bulk.test_view_audit import histories
from tests.regulation.case import BOOK, CALENDAR, WORLD
from workflow.bulk.dialects import SPARK
from workflow.bulk.layout import Layout, table_columns
from workflow.compliance.bases import Grouping
from workflow.compliance.country import audit_view
from workflow.compliance.engines.duckdb import AS_DIFFERENCES, DuckDbEngine, parquet, write_parquet
from workflow.compliance.engines.spark import SparkEngine, SparkFailed, lacking, spark_engine, told_by_spark
from workflow.compliance.judged import Judged
from workflow.compliance.places import BRANCH
from workflow.compliance.rates import Part
from workflow.compliance.result import Wanted, result_of
from workflow.compliance.view.manifest import Bucket, Manifest, digest_of
from workflow.compliance.view.tables import opened
from workflow.rules.verdict import VerdictState

LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)
SEED = int(os.environ.get("JISHI_SPARK_SEED") or randrange(1_000_000))
CLAUSES = 20  # of a view that is audited twice
LATE = "talk.within_a_month"  # a rule that some of the lives break by days


@pytest.fixture(scope="module")
def session() -> Iterator[SparkEngine]:
    """Give Spark on two processors of this machine; where it is missing, say so, or fail if it was asked for."""
    if missing := lacking():
        names = {"package": "pyspark", "java": "Java"}
        named = " and ".join(names[one] for one, is_missing in missing.items() if is_missing)
        why = f"not tried on Spark (no {named}); to install what it needs and try: python3 run.py test --spark"
        if os.environ.get("JISHI_SPARK") == "required":
            pytest.fail(why)
        pytest.skip(why)
    with spark_engine("local[2]") as engine:
        yield engine


@pytest.fixture
def spark(session):
    """Give an engine without tables; what was drawn stands in the report of a test that fails."""
    print(f"drawn with JISHI_SPARK_SEED={SEED}")  # noqa: T201 - pytest keeps it for a failure
    engine = SparkEngine(session.session)
    yield engine
    engine.close()


def test_every_clause_says_the_same_of_drawn_lives(spark):
    cases = [BOOK.columns(life, WORLD) for life in lives(Random(SEED), 80)]
    loaded(spark, LAYOUT, cases, seed=SEED)
    as_of = Random(SEED).choice((TODAY, date(2028, 2, 29), *EDGES))
    expected = one_by_one(BOOK, cases, as_of)
    assert in_bulk(spark, LAYOUT, as_of) == expected
    said = {state for case in expected.values() for state, _ in case}
    assert said >= {VerdictState.VIOLATED, VerdictState.SATISFIED, VerdictState.UNDECIDABLE}


@pytest.mark.parametrize("careful", [False, True])
def test_any_formula_means_the_same(spark, careful):
    formulas_agree(spark, SEED, 100, careful=careful)


def test_a_wrong_dialect_is_seen(spark):
    spark.dialect = replace(SPARK, position="INSTR({part}, {whole})")
    with pytest.raises(AssertionError):
        formulas_agree(spark, SEED, 50, careful=True)


def test_a_quotation_mark_in_a_text_is_itself(spark):
    quoted = "it's 甲"
    assert list(spark.rows(f"SELECT {SPARK.text(quoted)}")) == [(quoted,)]


def test_a_number_that_does_not_fit_is_an_error_and_no_other_number(spark):
    with pytest.raises(SparkFailed, match="CAST_OVERFLOW"), told_by_spark():
        list(spark.rows("SELECT CAST(3000000000 AS INTEGER)"))


# --- a whole view ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def few():
    """Give some drawn clauses: statements of all of them take Spark a minute to plan.

    One whose breaches are days late is always among them, or counting days the wrong way round would change nothing.
    """
    layout = Layout(BOOK)
    assert layout.columns  # those of all clauses, as a view has them
    late = {place for place, clause in enumerate(layout.clauses) if clause.judged.rule.id == LATE}
    drawn = sorted({*late, *Random(SEED).sample(range(len(layout.clauses)), CLAUSES)})
    layout.clauses = tuple(layout.clauses[place] for place in drawn)
    return layout


@pytest.fixture(scope="module")
def view(few, tmp_path_factory):
    """Give a view of three buckets and a change, in a folder whose name means something to who takes it for a pattern.

    The change makes a case in seven anew: as it was in the buckets it must not be found.
    """
    folder = tmp_path_factory.mktemp("view") / "it's [a] {view}* 甲"
    folder.mkdir()
    drawn = histories()
    Random(SEED).shuffle(drawn)
    writer = DuckDbEngine()
    for number in (1, 2, 3, 4):
        own = [(case, history) for case, history in enumerate(drawn) if case % 3 == number - 1]
        changed = [(case, history) for case, history in enumerate(drawn[::-1]) if case % 7 == 0]
        _write_bucket(writer, folder, number, own or changed)
    writer.close()
    buckets = [Bucket(number, 0, 0, 0, None, None) for number in (1, 2, 3, 4)]
    Manifest(digest_of(few, CALENDAR), None, tuple(buckets[:3]), (buckets[3],)).write(folder)
    return folder


def _write_bucket(writer, folder, number, own):
    cases = [(case, case % 5, None, None, *LAYOUT.row(BOOK.columns(history.values, WORLD))) for case, history in own]
    rounds = [
        (case, case % 5, earlier.step, earlier.number, *LAYOUT.row(BOOK.columns(earlier.values, WORLD)))
        for case, history in own
        for earlier in history.earlier
    ]
    assert cases
    assert rounds
    for kind, rows in (("cases", cases), ("rounds", rounds)):
        writer.load(f"{kind}_{number}", table_columns(LAYOUT), rows)
        _write_part(writer, f"SELECT * FROM {kind}_{number}", folder / f"{kind}-{number:05}.parquet")
    _write_part(writer, f'SELECT "#case" FROM cases_{number}', folder / f"superseded-{number:05}.parquet")


def _write_part(writer, query, path):
    """Write as a view is written: with days and numbers as differences, which Spark must be able to read."""
    write_parquet(writer.connection, f"{query} ORDER BY ALL", path, AS_DIFFERENCES)


def breaches(run, kind="breaches"):
    reader = DuckDbEngine()
    found = list(reader.rows(f"SELECT * FROM {parquet(*sorted(run.glob(f'{kind}-*.parquet')))}"))
    reader.close()
    return sorted(found, key=str)


def bases(run):
    """Return by organization how often each rule was decided, parts and tables of cases together."""
    reader = DuckDbEngine()
    summed = f"SELECT unit, sum(COLUMNS(* EXCLUDE unit)) FROM {parquet(*sorted(run.glob('bases-*.parquet')))}"
    found = list(reader.rows(f"{summed} GROUP BY unit ORDER BY unit"))
    reader.close()
    return found


def beside(run, folder, few, view):
    """Return what is told beside the breaches of a run: by organization and by month."""
    with opened() as connection:
        judged = Judged((Part(few, run, folder, view),), TODAY)
        told = result_of(connection, judged, Wanted(by_month=True, level=BRANCH)).told()
    return told["by_organization"], told["by_month"]


def test_a_view_has_the_breaches_and_populations_that_duckdb_finds(spark, few, view, tmp_path):
    asked = partial(audit_view, view, few, CALENDAR, TODAY, by_month=True, bases=Grouping())
    ours, theirs = asked(tmp_path / "duckdb"), asked(tmp_path / "spark", engine=spark, at_once=3)
    assert breaches(tmp_path / "spark") == breaches(tmp_path / "duckdb") != []
    undecided = [breaches(tmp_path / one, "undecided") for one in ("spark", "duckdb")]
    assert undecided[0] == undecided[1]
    assert theirs.months == ours.months != {}
    assert bases(tmp_path / "spark") == bases(tmp_path / "duckdb") != []
    by_organization, by_month = beside(theirs, tmp_path / "spark", few, view)
    assert (by_organization, by_month) == beside(ours, tmp_path / "duckdb", few, view)
    assert by_organization
    assert by_month
    assert (theirs.by_rule, theirs.populations, theirs.cases) == (ours.by_rule, ours.populations, ours.cases)
    assert list(theirs.done) == ["00001-00003", "00004"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "spark").iterdir())


def test_days_that_are_counted_the_wrong_way_round_are_seen(spark, few, view, tmp_path):
    spark.dialect = replace(SPARK, apart="DATEDIFF({start}, {end})")
    audit_view(view, few, CALENDAR, TODAY, tmp_path / "duckdb")
    audit_view(view, few, CALENDAR, TODAY, tmp_path / "spark", engine=spark, at_once=3)
    assert breaches(tmp_path / "spark") != breaches(tmp_path / "duckdb")


def test_files_that_the_workers_do_not_find_are_named(spark, tmp_path):
    with pytest.raises(SparkFailed, match="nowhere"), told_by_spark():
        spark.files([tmp_path / "nowhere.parquet"])
