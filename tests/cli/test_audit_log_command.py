"""``jishi audit LOG --procedure FILE`` as a user meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.jishi import SAMPLE, jishi
from tests.compliance.logs import ON_PAGE, rows

AS_OF = ("--as-of", "2025-06-30")
SAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def log(tmp_path):
    """Give the log and the procedure of the page."""
    (tmp_path / "permits.csv").write_text(ON_PAGE.log, encoding="utf-8")
    (tmp_path / "permits.yaml").write_text(ON_PAGE.log_procedure, encoding="utf-8")
    return (tmp_path / "permits.csv", "--procedure", tmp_path / "permits.yaml")


def test_findings_end_with_1_and_stand_in_the_file_in_any_form(log, tmp_path):
    for form in ("csv", "json", "parquet"):
        assert jishi("audit", *log, *AS_OF, "--out", tmp_path / f"found.{form}").code == 1
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        lines = [(row["case"], row["rule"], row["due_on"], row["days_over"]) for row in csv.DictReader(file)]
    told = json.loads((tmp_path / "found.json").read_text("utf-8"))["findings"]
    assert lines == [
        (row["case"], row["rule"], row["due_on"] or "", str(row["days_over"] or "")) for row in told
    ]  # fmt: skip
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(tmp_path / "found.parquet"))
        found = table.project('"case", rule, due_on, days_over').fetchall()
    assert lines == [(case, rule, str(due or ""), str(over or "")) for case, rule, due, over in found]
    assert ("P-2", "decision.in_eight_weeks", "2025-03-31", "15") in lines


def test_bad_rows_stand_in_a_file_of_their_own(log, tmp_path):
    jishi("audit", *log, *AS_OF, "--bad", tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        lines = [(row["file"], row["line"], row["column"], row["shown"]) for row in csv.DictReader(file)]
    assert lines[0] == ("permits.csv", "12", "time:timestamp", "2025-13-01")
    assert len(lines) == 3


@pytest.mark.parametrize(("lang", "said"), [("zh", "第 14 行"), ("en", "line 14")])
def test_the_summary_is_in_either_language(log, lang, said):
    done = jishi("audit", *log, *AS_OF, "--lang", lang)
    assert said in done.out
    assert "60.0%" in done.out  # three late of five decided
    assert jishi("audit", *log, *AS_OF, "--lang", lang, "--quiet").out.count("\n") == 1


def test_a_clean_log_ends_with_0_and_one_that_could_not_all_be_read_with_2(log, tmp_path):
    _, *procedure = log
    short = tmp_path / "short.yaml"
    short.write_text(ON_PAGE.log_procedure.split("  attributes:\n")[0], encoding="utf-8")
    for line, code in (
        ("A,Grant,2025-03-05", 0),
        ("A,Grant,soon", 2),
        ("A,Fly,2025-03-05", 2),
        ("A,Grant,2025-03-06", 1),
    ):
        path = tmp_path / "log.csv"
        path.write_text(rows("A,Register,2025-01-08", "B,Publish,2025-01-08", line), encoding="utf-8")
        assert (
            jishi("audit", path, "--procedure", short, "--as-of", "2025-03-05" if code != 1 else "2025-03-06").code
            == code
        )
    assert jishi("audit", path, "--procedure", short, "--as-of", "2025-03-05", "--ignore-other-steps").code == 0
    assert jishi("audit", path, *procedure).code == 2  # whose columns it does not have


def test_the_counts_as_json(log):
    told = json.loads(jishi("audit", *log, *AS_OF, "--json").out)
    assert (told["cases"], told["zone"], told["left_out"]) == (5, "Europe/Amsterdam", 1)
    rate = next(one for one in told["rules"] if one["rule"] == "decision.in_eight_weeks")
    assert (rate["applied"], rate["broken"], rate["undecidable"], rate["rate"]) == (6, 3, 1, 0.6)


def test_a_case_that_looks_like_a_formula_is_text_in_a_spreadsheet(log, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(ON_PAGE.log.replace("P-2", "=1+1"), encoding="utf-8")
    jishi("audit", path, *log[1:], *AS_OF, "--out", tmp_path / "found.csv")
    assert "'=1+1" in (tmp_path / "found.csv").read_text("utf-8")


@pytest.mark.parametrize("given", [("--overlay", "university"), ("--pseudonymous",)])
def test_what_is_for_ledgers_is_refused(log, given):
    done = jishi("audit", *log, *given)
    assert (done.code, given[0] in done.err) == (2, True)


def test_a_report_and_a_workbook_an_organization_are_written_beside_the_list(log, tmp_path):
    given = ("--html", tmp_path / "report.html", "--books", tmp_path / "books")
    assert jishi("audit", *log, *given).code == 1
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="findings"' in page
    assert "检查不完整：日志有问题的行" in page
    assert [path.name for path in sorted((tmp_path / "books").iterdir())] == ["00000 目录.xlsx", "00001 （未填）.xlsx"]
    assert jishi("audit", *log, *given).code == 2  # nothing is put beside what is there


def test_what_cannot_be_read_is_an_error_with_words(log, tmp_path):
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 and nothing more")
    for source in (tmp_path / "none.csv", tmp_path / "none.parquet", tmp_path / "damaged.parquet", tmp_path):
        done = jishi("audit", source, *log[1:])
        assert (done.code, "错误 / error" in done.err) == (2, True), source
    assert jishi("audit", log[0], "--procedure", tmp_path / "none.yaml").code == 2


BRANCHES = SAMPLES / "branch-life.csv"


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        ("branch_life/meetings", [
            ("第三党支部·2025", "general_meeting.each_quarter", "gap", "2025-12-31"),  # founded in May
            ("第二党支部·2025", "class.each_quarter", "gap", "2025-09-30"),
            ("第二党支部·2025", "committee_meeting.each_month", "gap", "2025-02-28"),
        ]),
        ("branch_life/organizational_life", [
            ("第二党支部·2025", "appraisal.opinion_given", "missing", ""),
            ("第二党支部·2025", "appraisal.whole_course", "broken", ""),
            ("第二党支部·2025", "theme_day.each_month", "gap", "2025-11-30"),
        ]),
    ],
)  # fmt: skip
def test_the_sample_of_three_branches_is_judged_by_a_shipped_procedure_named(tmp_path, procedure, expected):
    out = tmp_path / "found.csv"
    day = ("--as-of", "2026-01-31")
    done = jishi("audit", BRANCHES, "--procedure", procedure, "--ignore-other-steps", *day, "--out", out)
    assert done.code == 1
    with out.open(encoding="utf-8", newline="") as file:
        found = [(row["case"], row["rule"], row["outcome"], row["due_on"]) for row in csv.DictReader(file)]
    assert sorted(found) == sorted(expected)


def test_a_procedure_that_is_not_shipped_is_told_with_those_that_are():
    done = jishi("audit", BRANCHES, "--procedure", "branch_life/meting")
    assert (done.code, "branch_life/meetings" in done.err) == (2, True)
    assert jishi("audit", BRANCHES, "--procedure", "branch_life/conventions").code == 2


def test_a_file_on_the_disk_comes_before_a_shipped_procedure_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "branch_life").mkdir()
    (tmp_path / "branch_life" / "meetings").write_text(ON_PAGE.log_procedure, encoding="utf-8")
    (tmp_path / "log.csv").write_text(ON_PAGE.log, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = jishi("audit", "log.csv", "--procedure", "branch_life/meetings", *AS_OF, "--lang", "en")
    assert "Building permits of a town" in done.out


def test_the_log_itself_is_not_overwritten(log):
    before = log[0].read_bytes()
    assert jishi("audit", *log, "--out", log[0]).code == 2
    assert log[0].read_bytes() == before


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "仍存在 5，再次发现 0，已销号 0"), ("en", "as before 5, back 0, gone 0")]
)
def test_a_list_is_compared_with_the_one_before(log, tmp_path, lang, said):
    before = jishi("audit", *log, *AS_OF, "--out", tmp_path / "june.csv", "--quiet")
    again = ("--as-of", "2025-07-01", "--since", tmp_path / "june.csv")
    done = jishi("audit", *log, *again, "--out", tmp_path / "july.json", "--lang", lang)
    assert (before.code, done.code, said in done.out) == (1, 1, True), done.err
    told = json.loads((tmp_path / "july.json").read_text("utf-8"))
    assert {row["life"] for row in told["findings"]} == {"unchanged"}
    assert {row["first_seen"] for row in told["findings"]} == {"2025-06-30"}
    assert json.loads(jishi("audit", *log, *again, "--json").out)["lives"]["unchanged"] == 5


def test_other_rules_are_refused_unless_they_are_left_out(log, tmp_path):
    jishi("audit", *log, *AS_OF, "--out", tmp_path / "june.csv")
    procedure = log[2].read_text("utf-8")
    log[2].write_text(procedure.replace("days: 56", "days: 55"), encoding="utf-8")
    again = ("--as-of", "2025-07-01", "--since", tmp_path / "june.csv", "--lang", "en")
    refused = jishi("audit", *log, *again)
    assert (refused.code, "decision.in_eight_weeks" in refused.err) == (2, True)
    done = jishi("audit", *log, *again, "--other-rules")
    assert (done.code, "Rules not compared: decision.in_eight_weeks" in done.out) == (1, True)


def test_a_sample_is_drawn_for_a_seed_and_told(log, tmp_path):
    draw = ("--sample", "4", "--seed", "x", "--sample-to")
    one, other = (jishi("audit", *log, *AS_OF, *draw, tmp_path / name, "--lang", "en") for name in ("a.csv", "b.csv"))
    assert (one.code, one.out) == (other.code, other.out)
    assert "Sample: 4 of 5 cases, 4 strata by rule, seed “x”" in one.out
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.csv").read_text("utf-8").startswith("case,organization,stratum,with_findings,")
    assert jishi("audit", *log, *AS_OF, *draw, tmp_path / "a.csv").code == 1  # what is ours is replaced
    (tmp_path / "a.csv").write_text("another's", encoding="utf-8")
    assert jishi("audit", *log, *AS_OF, *draw, tmp_path / "a.csv").code == 2


@pytest.mark.parametrize(
    "given",
    [("--sample", "4"), ("--sample", "4", "--seed", "x"), ("--seed", "x"), ("--strata", "rule"), ("--other-rules",)],
)
def test_what_goes_with_something_else_is_refused_alone(log, given):
    assert jishi("audit", *log, *AS_OF, *given).code == 2


def test_a_summary_of_somebody_else_is_not_overwritten(log, tmp_path):
    (tmp_path / "found.csv.summary.json").write_text("{}", encoding="utf-8")
    assert jishi("audit", *log, *AS_OF, "--out", tmp_path / "found.csv").code == 2
    assert (tmp_path / "found.csv.summary.json").read_text("utf-8") == "{}"


def test_of_a_ledger_none_of_it_is_asked(log):
    for given in (("--since", log[0]), ("--sample", "4")):
        done = jishi("audit", SAMPLE, *given)
        assert (done.code, given[0] in done.err) == (2, True)


@pytest.mark.parametrize(("lang", "said"), [("zh", "2025-04"), ("en", "By month")])
def test_breaches_are_told_by_month_with_their_base(log, lang, said):
    done = jishi("audit", *log, *AS_OF, "--by-month", "--lang", lang)
    line = next(one for one in done.out.splitlines() if one.startswith("2025-04"))
    assert (said in done.out, line.split()[2]) == (True, "2")  # what P-2 lacks, and that it was late
    told = json.loads(jishi("audit", *log, *AS_OF, "--by-month", "--json").out)
    months = {one["month"]: (one["decided"], one["broken"], one["rate"]) for one in told["by_month"]}
    dated = [month for month in months if month]
    assert dated == sorted(dated)
    assert list(months)[-1] is None  # of what is asked of a case whatever its days
    assert months["2025-05"][1] == 2  # the refusal of P-3, and its permit for another plot
    assert sum(broken for _, broken, _ in months.values()) == told["found"] == 5
    assert "by_month" not in json.loads(jishi("audit", *log, *AS_OF, "--json").out)
