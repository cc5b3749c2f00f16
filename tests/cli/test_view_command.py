"""``jishi view``: a table made of entries, audited, renewed; what the terminal says of it."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from tests.bulk.views import draw, expected, stored, write_entries, write_members
from tests.compliance.shelves import books, figures
from tests.regulation.case import BOOK, CALENDAR
from workflow.bulk.layout import Layout
from workflow.cli import main
from workflow.compliance.runs import read_run
from workflow.compliance.view.build import Builder
from workflow.compliance.view.singly import BadCase

LAYOUT = Layout(BOOK)
COUNT = 40


def run(*arguments):
    done = CliRunner().invoke(main, ["view", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def files(tmp_path):
    """Write the entries of drawn cases and the roster; return how many cases can be replayed, and the folder."""
    builder = Builder(LAYOUT, CALENDAR)
    rows = stored(builder, draw(LAYOUT, 5, COUNT))
    write_entries(builder, rows, tmp_path / "entries.parquet")
    write_members(tmp_path / "members.parquet")
    bad = sum(isinstance(one, BadCase) for one in expected(LAYOUT, rows).values())
    return COUNT - bad, tmp_path


def test_entries_become_a_view_and_the_view_is_audited(files):
    cases, folder = files
    source = (folder / "entries.parquet", "--members", folder / "members.parquet")
    code, out, err = run("make", *source, "--out", folder / "view")
    assert (code, out) == (0, f"案卷 / cases: {cases} → {folder / 'view'}\n"), err
    assert err.count("无法重演") == min(COUNT - cases, 10)

    code, out, _ = run("audit", folder / "view", "--as-of", "2026-11-22", "--out", folder / "run")
    found = read_run(folder / "run")
    assert (code, found.cases) == (1, cases)
    lines = out.splitlines()
    assert lines[-1].endswith(f"cases: {cases}, breaches: {found.breaches}")
    assert sum(found.by_rule.values()) == found.breaches > 0
    listed = [(line.split()[0], int(line.split()[-1])) for line in lines[1:] if line.split()[0] in found.by_rule]
    assert listed == sorted(found.by_rule.items(), key=lambda one: (-one[1], one[0]))  # whatever engine counted
    assert any(line.endswith(f"not judged: {COUNT - cases}") for line in lines)
    assert sum("no indications: a view holds no day of recording" in line for line in lines) == 1

    code, out, err = run("renew", *source, "--view", folder / "view")
    assert code == 0, err
    run("audit", folder / "view", "--as-of", "2026-11-22", "--out", folder / "again")
    assert read_run(folder / "again").by_rule == found.by_rule  # what was made anew counts once
    taken = ("--out", folder / "taken", "--take-over", folder / "run")
    code, _, err = run("audit", folder / "view", "--as-of", "2026-11-22", *taken)
    one, all_ = read_run(folder / "taken"), read_run(folder / "again")
    assert (code, one.cases, one.done, one.populations) == (1, all_.cases, all_.done, all_.populations), err


def test_a_run_is_compared_with_an_earlier_one_and_a_sample_stands_in_its_folder(files):
    cases, folder = files
    run("make", folder / "entries.parquet", "--members", folder / "members.parquet", "--out", folder / "view")
    run("audit", folder / "view", "--as-of", "2023-10-31", "--out", folder / "before")
    asked = ("--as-of", "2026-11-22", "--since", folder / "before", "--sample", cases, "--seed", "x")
    code, out, err = run("audit", folder / "view", *asked, "--out", folder / "now")
    assert code == 1, err
    told = json.loads((folder / "now" / "summary.json").read_text("utf-8"))
    lives, found = told["lives"], read_run(folder / "now")
    assert lives["new"] + lives["unchanged"] == found.breaches
    assert (lives["new"] > 0, lives["unchanged"] > 0, lives["earlier"]) == (True, True, "before")
    assert f"新发现 {lives['new']:,}，仍存在 {lives['unchanged']:,}" in out
    assert told["sample"]["number"] == cases
    assert len((folder / "now" / "sample.csv").read_text("utf-8").splitlines()) == cases + 1

    code, _, err = run("audit", folder / "view", "--since", folder / "now", "--out", folder / "then")
    assert code == 1, err
    again = json.loads((folder / "then" / "summary.json").read_text("utf-8"))["lives"]
    assert (again["new"], again["unchanged"], again["closed"]) == (0, found.breaches, lives["gone"])


def test_a_report_and_a_workbook_an_organization_are_written_of_a_view(files):
    _, folder = files
    run("make", folder / "entries.parquet", "--members", folder / "members.parquet", "--out", folder / "view")
    given = ("--html", folder / "report.html", "--books", folder / "books", "--lang", "en")
    code, _, err = run("audit", folder / "view", "--as-of", "2026-11-22", "--out", folder / "run", *given)
    assert code == 1, err
    found = read_run(folder / "run")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"{found.cases} cases judged, {found.breaches} findings in" in page
    every = books(folder / "books")
    numbers = [figures(book, "Figures") for name, book in every.items() if name != "0"]
    assert sum(one["Cases"] for one in numbers) == found.cases
    assert sum(one["Findings"] for one in numbers) == found.breaches
    told = {row[1]: row[4] for row in every["0"]["By rule"][1:]}
    decided: dict[str, int] = {}
    for name, book in every.items():
        for row in book["By rule"][1:] if name != "0" else ():
            decided[row[1]] = decided.get(row[1], 0) + row[4]
    assert {rule: number for rule, number in told.items() if number} == {
        rule: number for rule, number in decided.items() if number
    }  # what was decided here and there is what was decided in all, earlier rounds among it

    code, _, err = run("audit", folder / "view", "--out", folder / "other", "--books", folder / "x", "--books-by", "1")
    assert (code, "do not say" in err or "does not say" in err) == (2, True)
    assert not (folder / "x").exists()


def test_a_run_that_was_broken_off_is_no_earlier_one(files):
    _, folder = files
    run("make", folder / "entries.parquet", "--out", folder / "view")
    run("audit", folder / "view", "--as-of", "2026-10-31", "--out", folder / "before")
    told = json.loads((folder / "before" / "run.json").read_text("utf-8"))
    (folder / "before" / "run.json").write_text(json.dumps(told | {"parts": told["parts"] + 1}), encoding="utf-8")
    code, _, err = run("audit", folder / "view", "--since", folder / "before", "--out", folder / "now")
    assert (code, "broken off" in err) == (2, True)
    (folder / "before" / "run.json").write_text(json.dumps(told | {"asked": {}}), encoding="utf-8")
    code, _, err = run("audit", folder / "view", "--since", folder / "before", "--out", folder / "now")
    assert (code, "by which rules" in err) == (2, True)


def test_what_is_no_view_and_a_folder_of_another_run_are_refused(files):
    _, folder = files
    run("make", folder / "entries.parquet", "--out", folder / "view")
    run("audit", folder / "view", "--as-of", "2026-11-22", "--out", folder / "run")
    code, _, err = run("audit", folder / "view", "--as-of", "2026-11-21", "--out", folder / "run")
    assert code == 2
    assert "another audit" in err
    code, _, err = run("audit", folder / "view", "--overlay", "university", "--out", folder / "local")
    assert code == 2
    assert "other definitions" in err
    code, _, err = run("audit", folder / "run", "--out", folder / "none")
    assert code == 2
    assert "manifest.json" in err


def test_a_file_that_holds_no_entries_is_told(tmp_path):
    (tmp_path / "entries.parquet").write_text(json.dumps({"no": "Parquet"}))
    code, _, err = run("make", tmp_path / "entries.parquet", "--out", tmp_path / "view")
    assert code == 2
    assert "cannot be read" in err
    assert "docs/bulk.md" in err


def test_options_of_spark_without_spark_are_refused(tmp_path):
    for option in (("--master", "local[2]"), ("--at-once", "3"), ("--conf", "spark.executor.memory=4g")):
        code, out, err = run("audit", tmp_path, "--out", tmp_path / "run", *option)
        assert (code, out) == (2, "")
        assert f"{option[0]} goes with --engine spark" in err


def test_a_setting_without_a_value_is_refused(tmp_path):
    code, _, err = run("audit", tmp_path, "--out", tmp_path / "run", "--engine", "spark", "--conf", "spark.ui")
    assert code == 2
    assert "KEY=VALUE" in err


def test_what_spark_cannot_take_over_is_refused(tmp_path):
    asked = ("--out", tmp_path / "run", "--engine", "spark", "--take-over", tmp_path)
    code, _, err = run("audit", tmp_path, *asked)
    assert code == 2
    assert "--take-over goes with --engine duckdb" in err


def test_without_spark_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    code, out, err = run("audit", tmp_path, "--out", tmp_path / "run", "--engine", "spark")
    assert (code, out) == (2, "")
    assert "Spark needs pyspark and Java" in err
    assert f'{sys.executable} -m pip install "pyspark>=4,<5"' in err
    assert "Java 17" in err
    assert not (tmp_path / "run").exists()
