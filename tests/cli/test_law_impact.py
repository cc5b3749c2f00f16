"""``jishi law impact``: what is printed and written, how it ends, what a faulty draft is told."""

from __future__ import annotations

import csv
import json
from datetime import date

import pytest
from sqlalchemy import select

from tests.cli.jishi import jishi
from tests.compliance.drafts import LONGER_CULTIVATION, LONGER_TALK, NOTICE_RULE, NOTICE_STEP, written
from tests.engine.office import bureau
from workflow.store.tables import LogEntry

D = date
HEADER = [
    "case", "organization", "kind", "step", "rule", "round", "before", "before_on", "after", "after_on", "article",
]  # fmt: skip


@pytest.fixture
def record(sqlite_database):
    """Give the folder of a record with one applicant, with whom somebody has to talk by 20 January."""
    office = bureau(sqlite_database)
    office.open(D(2026, 12, 20), name="欧阳示曌")
    return sqlite_database.place.removesuffix("jishi.db")


def impact(draft, record, *more):
    """Run the command on the folder of a record."""
    return jishi("law", "impact", draft, "--data", record, *more)


def test_a_draft_that_changes_nothing_says_so_and_ends_with_0(record, tmp_path):
    done = impact(written(tmp_path), record, "--lang", "en")
    assert done.code == 0
    assert done.out == "As of 2027-01-01, draft of 2027-01-01: 1 live case compared, nothing changes.\n"


def test_a_draft_that_changes_something_ends_with_1_and_says_what(record, tmp_path):
    done = impact(written(tmp_path, LONGER_TALK), record)
    assert done.code == 1
    assert "talk.within_a_month" in done.out
    assert "期限有变" in done.out
    assert "一支部" in done.out
    last = "截至 2027-01-01，草案 2027-01-01：比较在办案卷 1 份，1 份有变化（判断结果 1，最迟日期 1）。"
    assert done.out.splitlines()[-1] == last
    assert "欧阳示曌" not in done.out + done.err


def test_that_the_cases_were_read_is_noted(record, tmp_path, sqlite_database):
    assert impact(written(tmp_path, LONGER_TALK), record).code == 1
    with sqlite_database.read() as connection:
        noted = connection.execute(select(LogEntry.about, LogEntry.account_id).where(LogEntry.act == "cases_compared"))
        said = {"draft": "2027-01-01", "as_of": "2027-01-01", "cases": 1}
        assert [tuple(row) for row in noted] == [(said, None)]


def test_every_difference_is_a_row_in_whatever_form(record, tmp_path):
    draft = written(tmp_path, LONGER_TALK)
    assert impact(draft, record, "--out", tmp_path / "out.csv").code == 1
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == HEADER
    rule, days = "talk.within_a_month", ("2027-01-20", "2027-02-20")
    assert rows == [
        ["2026-000001", "一支部", "verdict", "talk", rule, "1", "running", days[0], "running", days[1], "art. 7"],
        ["2026-000001", "一支部", "latest", "talk", rule, "", rule, days[0], rule, days[1], "art. 7"],
    ]
    done = impact(draft, record, "--out", tmp_path / "out.json", "--json")
    told = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [[str(one[name] or "") for name in HEADER] for one in told.pop("changes")] == rows
    assert told.pop("format") == "jishi-audit/1"
    assert told == json.loads(done.out)
    assert impact(draft, record, "--out", tmp_path / "out.csv").code == 1  # what Jishi wrote it may replace


def test_a_day_of_ones_own(record, tmp_path):
    draft = written(tmp_path, LONGER_TALK)
    done = impact(draft, record, "--as-of", "2027-02-01", "--lang", "en")
    assert (done.code, "limit runs anew" in done.out) == (1, True)
    done = impact(draft, record, "--as-of", "2026-12-31")
    assert (done.code, "2027-01-01" in done.err, done.out) == (2, True, "")


def test_all_faults_of_a_draft_are_told_at_once_with_file_and_line(record, tmp_path):
    draft = written(
        tmp_path,
        (LONGER_TALK[0], "months: 1", "months: one"),
        (LONGER_CULTIVATION[0], "basis: art. 13; art. 12", "basis: article 13"),
    )
    lines = draft.read_text("utf-8").splitlines()
    done = impact(draft, record)
    assert (done.code, done.out) == (2, "")
    for fault in ("months: one", "basis: article 13"):
        line = next(number for number, text in enumerate(lines, start=1) if text.strip() == fault)
        assert f"draft.yaml:{line}: " in done.err


def test_a_draft_that_the_proofs_refute_is_told_why(record, tmp_path):
    stuck = ("  activist:\n    number: 3\n", "to: activist}", "reason: true}")
    done = impact(written(tmp_path, stuck), record)
    assert (done.code, done.out) == (2, "")
    assert "draft.yaml:" in done.err


def test_what_other_files_lack_for_a_draft_is_a_note_and_stops_nobody(record, tmp_path):
    done = impact(written(tmp_path, NOTICE_STEP, NOTICE_RULE), record, "--lang", "en")
    assert done.code == 1
    assert "note: draft.yaml:5: edition: coverage does not account for this edition" in done.err
    assert "note: recruitment/transitions.yaml" in done.err
    assert "is taken to go on" in done.err


def test_a_draft_or_a_record_that_is_not_there(record, tmp_path):
    assert impact(tmp_path / "none.yaml", record).code == 2
    (tmp_path / "empty").mkdir()
    done = impact(written(tmp_path), tmp_path / "empty")
    assert (done.code, "错误 / error" in done.err) == (2, True)


def test_an_organization_that_is_not_there(record, tmp_path):
    done = impact(written(tmp_path), record, "--organization", "三支部")
    assert (done.code, "三支部" in done.err) == (2, True)
    assert impact(written(tmp_path), record, "--organization", "二支部").out.count("0 份，没有变化") == 1
