"""A folder of ledgers: each is judged as it would be alone, and a file that cannot be read stops nobody."""

from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import replace
from datetime import date

import duckdb
import openpyxl
import pytest

from tests.cli.jishi import SAMPLE, jishi
from tests.compliance import audits
from tests.ledger import people
from workflow.compliance.audit import Undecidable
from workflow.compliance.folder import FileResult

AS_OF = ("--as-of", "2026-11-21")


@pytest.fixture
def folder(tmp_path):
    """Give a folder with two ledgers, one below, beside what is no ledger."""
    place = tmp_path / "ledgers"
    (place / "below").mkdir(parents=True)
    shutil.copy(SAMPLE, place / "one.xlsx")
    shutil.copy(SAMPLE, place / "below" / "two.xlsx")
    (place / "notes.txt").write_text("not a ledger", encoding="utf-8")
    (place / "~$one.xlsx").write_bytes(b"the mark of an open document")
    (place / ".hidden.xlsx").write_bytes(b"")
    return place


def found(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row.items()) for row in csv.DictReader(file)]


def alone(tmp_path):
    """Return what the sample by itself shows: row, code and step."""
    out = tmp_path / "alone.csv"
    jishi("audit", SAMPLE, *AS_OF, "--out", out)
    return sorted((row["row"], row["code"], row["step"]) for row in map(dict, found(out)))


def test_every_ledger_is_judged_as_it_is_alone(folder, tmp_path):
    out = tmp_path / "all.csv"
    done = jishi("audit", folder, *AS_OF, "--out", out)
    assert (done.code, done.err) == (1, "")
    lines = list(map(dict, found(out)))
    for name in ("one.xlsx", "below/two.xlsx"):
        own = sorted((row["row"], row["code"], row["step"]) for row in lines if row["file"] == name)
        assert own == alone(tmp_path) != []
    assert {row["file"] for row in lines} == {"one.xlsx", "below/two.xlsx"}


def test_a_file_that_cannot_be_read_is_told_with_its_reason_and_the_rest_goes_on(folder):
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    (folder / "plain.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    done = jishi("audit", folder, *AS_OF, "--lang", "en")
    assert done.code == 1
    shut = done.out.split("Files that were not judged\n", 1)[1].split("\n\n", 1)[0].splitlines()
    assert [line.split(":")[0].strip() for line in shut] == ["broken.xlsx", "plain.csv"]
    assert all(line.split(":", 1)[1].strip() for line in shut)
    assert done.out.splitlines()[-1] == "As of 2026-11-21: 2 ledgers, 160 people, 170 findings; 2 files not judged."


def test_the_exit_code_says_that_something_was_not_read(tmp_path):
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    assert jishi("audit", tmp_path, *AS_OF).code == 2


def test_a_folder_without_ledgers_is_an_error(tmp_path):
    done = jishi("audit", tmp_path, *AS_OF)
    assert done.code == 2
    assert "there is no ledger" in done.err


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_links_are_not_followed_out_of_the_folder(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(SAMPLE, outside / "three.xlsx")
    (folder / "link.xlsx").symlink_to(outside / "three.xlsx")
    (folder / "linked").symlink_to(outside, target_is_directory=True)
    (folder / "again.xlsx").symlink_to(folder / "one.xlsx")
    told = json.loads(jishi("audit", folder, *AS_OF, "--json").out)
    assert [one["file"] for one in told["files"]] == ["one.xlsx", "below/two.xlsx", "linked", "link.xlsx"]
    assert "another folder" in told["files"][2]["why"]["en"]
    assert "out of the folder" in told["files"][3]["why"]["en"]
    assert told["people"] == 160


def test_a_report_of_an_earlier_run_in_the_folder_is_no_ledger(folder):
    for name in ("found.csv", "found.json"):
        assert jishi("audit", folder, *AS_OF, "--out", folder / name).code == 1
    assert jishi("audit", SAMPLE, *AS_OF, "--out", folder / "alone.xlsx").code == 1
    told = json.loads(jishi("audit", folder, *AS_OF, "--json").out)
    assert [one["file"] for one in told["files"]] == ["one.xlsx", "below/two.xlsx"]


def test_what_jishi_did_not_write_is_not_replaced(folder, tmp_path):
    for name in ("mine.csv", "mine.json", "mine.parquet"):
        (tmp_path / name).write_bytes(b"mine")
        done = jishi("audit", folder, *AS_OF, "--out", tmp_path / name)
        assert (done.code, (tmp_path / name).read_bytes()) == (2, b"mine")


def test_the_rules_of_all_ledgers_are_added_up(folder, tmp_path):
    told = json.loads(jishi("audit", folder, *AS_OF, "--json").out)
    jishi("audit", SAMPLE, *AS_OF, "--out", tmp_path / "alone.json")
    single = json.loads((tmp_path / "alone.json").read_text("utf-8"))
    assert told["found"] == 2 * len(single["findings"]) == sum(one["broken"] for one in told["rules"])


def test_verdicts_that_could_not_be_made_are_added_up_and_leave_the_audit_incomplete(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        path = audits.of_rows(tmp_path / name, [people.person(25)])
        book = openpyxl.load_workbook(path)
        sheet = book["发展党员台账"]
        head = next(row for row in sheet.iter_rows() if any(cell.value == "派人谈话时间" for cell in row))
        column = next(cell.column for cell in head if cell.value == "派人谈话时间")
        sheet.cell(head[0].row + 1, column).value = "2024-02-30"
        book.save(path)
    own = len(audits.audited(path).undecidable)
    told = json.loads(jishi("audit", tmp_path, *AS_OF, "--json").out)
    assert told["undecidable"] == 2 * own > 0
    done = jishi("audit", tmp_path, *AS_OF, "--lang", "en", "--quiet")
    assert f"{2 * own} points could not be decided" in done.out
    assert FileResult("one.xlsx").complete
    assert not FileResult("one.xlsx", undecidable=1).complete


def test_a_ledger_is_not_complete_where_a_verdict_could_not_be_made(tmp_path):
    audit = audits.audited(audits.clean(tmp_path / "clean.xlsx"))
    assert audit.complete
    assert not replace(audit, undecidable=(Undecidable(3, "", "", "V05", 5, ()),)).complete


def test_the_findings_may_be_parquet_with_days_as_days(folder, tmp_path):
    out = tmp_path / "all.parquet"
    jishi("audit", folder, *AS_OF, "--out", out)
    with duckdb.connect() as connection:
        days = connection.execute(f"SELECT due_on FROM '{out}' WHERE due_on IS NOT NULL LIMIT 1").fetchall()
    assert isinstance(days[0][0], date)


def test_without_names_files_are_numbered_for_they_may_be_named_after_people(folder, tmp_path):
    (folder / "王小明.xlsx").write_bytes(b"")
    out = tmp_path / "all.json"
    done = jishi("audit", folder, *AS_OF, "--pseudonymous", "--out", out)
    told = out.read_text("utf-8")
    assert done.code == 1
    assert not [name for name in ("王小明", "one.xlsx", "two.xlsx") if name in done.out + told]
    assert {one["person"] for one in json.loads(told)["findings"]} == {""}


def test_what_is_for_other_sources_is_refused(folder, tmp_path):
    for option in (("--html", tmp_path / "page.html"), ("--zone", "UTC"), ("--bad", tmp_path / "bad.csv")):
        done = jishi("audit", folder, *option)
        assert (done.code, option[0] in done.err) == (2, True)
