"""Parts of cases judged into a folder: all that is broken stands there once, and a run broken off goes on."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests.bulk.drawn import lives
from tests.regulation.case import BOOK, WORLD
from workflow.bulk.layout import Layout, table_columns
from workflow.compliance import country
from workflow.compliance.country import audit_parts
from workflow.compliance.engines.duckdb import DuckDbEngine, parquet
from workflow.compliance.runs import Origin, OtherRun, Part, read_run
from workflow.rules.verdict import VerdictState

LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)
CASES = [BOOK.columns(life, WORLD) for life in lives(Random(11), 90)]


@pytest.fixture
def parts(duckdb_engine, tmp_path):
    """Write three files of thirty cases each."""
    rows = [(number, number // 10, None, None, *LAYOUT.row(case)) for number, case in enumerate(CASES)]
    duckdb_engine.load("whole", table_columns(LAYOUT), rows)
    found = []
    for number in range(3):
        path = tmp_path / f"cases of '{number}'.parquet"
        chosen = f'"#case" BETWEEN {number * 30} AND {number * 30 + 29}'
        duckdb_engine.write(f"SELECT * FROM whole WHERE {chosen}", path)
        found.append(Part(f"{number:05}", parquet(path)))
    return found


def expected():
    clauses = {(clause.judged.rule.id, clause.judged.number) for clause in LAYOUT.clauses}
    assert len(clauses) == len(LAYOUT.clauses)
    return sorted(
        (number, verdict.rule, verdict.step, str(verdict.outcome))
        for number, case in enumerate(CASES)
        for verdict in BOOK.judge_all(case, TODAY)
        if verdict.state is VerdictState.VIOLATED
    )


def written(folder):
    engine = DuckDbEngine()
    files = parquet(*sorted(folder.glob("breaches-*.parquet")))
    query = f'SELECT "case", rule, step, outcome FROM {files}'
    found = sorted(engine.rows(query))
    engine.close()
    return found


def test_all_that_is_broken_stands_in_the_files(parts, tmp_path):
    told = []
    run = audit_parts(parts, LAYOUT, TODAY, tmp_path / "run", tell=lambda done, of: told.append((done, of)))
    assert written(tmp_path / "run") == expected()
    assert (run.cases, run.breaches) == (len(CASES), len(expected()))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert read_run(tmp_path / "run") == run
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "run").iterdir())


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(parts, tmp_path, monkeypatch):
    whole = audit_parts(parts, LAYOUT, TODAY, tmp_path / "whole")
    judge = country._judge  # noqa: SLF001 - where the plug is pulled
    judged: list[object] = []

    def pulled(*arguments):
        if len(judged) == 2:
            raise KeyboardInterrupt
        judged.append(arguments)
        judge(*arguments)

    monkeypatch.setattr(country, "_judge", pulled)
    with pytest.raises(KeyboardInterrupt):
        audit_parts(parts, LAYOUT, TODAY, tmp_path / "run")
    monkeypatch.setattr(country, "_judge", judge)
    (tmp_path / "run" / ".breaches-00002.parquet.part").write_bytes(b"half")
    assert audit_parts(parts, LAYOUT, TODAY, tmp_path / "run") == whole
    assert written(tmp_path / "run") == expected()


def test_a_folder_of_another_run_is_refused(parts, tmp_path):
    audit_parts(parts[:1], LAYOUT, TODAY, tmp_path / "run", origin=Origin("one"))
    with pytest.raises(OtherRun):
        audit_parts(parts, LAYOUT, TODAY, tmp_path / "run", origin=Origin("another"))
    with pytest.raises(OtherRun):
        audit_parts(parts, LAYOUT, date(2026, 11, 23), tmp_path / "run", origin=Origin("one"))
