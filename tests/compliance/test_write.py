"""What is written to files: whole or not at all, the same each time, and no cell a formula."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from tests.compliance import audits
from workflow.cli import main
from workflow.compliance import files, workbook, write
from workflow.compliance import sheets as sheets_
from workflow.compliance.audit import Audit
from workflow.plain import harmless

SUFFIXES = (".csv", ".xlsx", ".json")
OWED = Path(__file__).parent.parent / "data" / "branch-ledger.findings.csv"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Audit:
    return audits.audited(audits.hostile(tmp_path_factory.mktemp("hostile") / "hostile.xlsx"))


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def keys(rows: list[list[str]]) -> set[tuple[str, ...]]:
    return {tuple(row[:4]) for row in rows}


def test_the_csv_holds_what_is_owed_for_the_sample(tmp_path):
    path = tmp_path / "findings.csv"
    write.write_findings(audits.sample(), path, "zh", pseudonymous=False)
    data = path.read_bytes()
    header, *rows = lines(data)
    assert header == ["row", "person", "code", "step", "force", "basis", "evidence"]
    assert not data.startswith(b"\xef\xbb\xbf")
    assert keys(rows) == keys(lines(OWED.read_bytes().removeprefix(b"\xef\xbb\xbf"))[1:])
    assert {row[4] for row in rows} == {"hard", "soft"}
    assert all(row[5] and row[6] for row in rows)


def test_no_cell_of_the_csv_begins_like_a_formula(hostile, tmp_path):
    path = tmp_path / "findings.csv"
    write.write_findings(hostile, path, "zh", pseudonymous=False)
    rows = lines(path.read_bytes())
    assert not [cell for row in rows for cell in row if cell.startswith(write.FORMULA_STARTS)]
    people = {row[1] for row in rows}
    assert {f"'{name}" for name in audits.FORMULAS} <= people
    assert audits.SCRIPT in people  # what is harmless in a table stays as it is


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_what_could_start_a_formula_gets_an_apostrophe(start):
    assert write.inert(f"{start}1").startswith("'")
    assert write.inert(f"1{start}") == harmless(f"1{start}")


def test_characters_that_turn_or_hide_text_are_spelt_out():
    assert harmless("吴\u202e九\x1b[2J\x00\ud800\uffff") == "吴<U+202E>九<U+001B>[2J<U+0000><U+D800><U+FFFF>"
    rare = "㛃䶮𬀩\U00031350\ue863·"
    assert harmless(rare) == rare


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_audit_gives_the_same_bytes(hostile, suffix, language, tmp_path):
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    for path in (one, other):
        write.write_findings(hostile, path, language, pseudonymous=False)
    assert one.read_bytes() == other.read_bytes()


def test_whatever_the_order_of_sets_every_file_comes_out_the_same(tmp_path):
    ledger = audits.hostile(tmp_path / "ledger.xlsx")
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        command = [sys.executable, "-c", "from workflow.cli import main; main()", "audit", str(ledger)]
        command += ["--as-of", "2026-11-21", "--out", "findings.xlsx", "--html", "findings.html"]
        root = str(Path(__file__).parents[2])
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": root, "PYTHONUTF8": "1"}
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        assert run.returncode == 1, run.stderr.decode()
        written.append([run.stdout, *(path.read_bytes() for path in sorted(folder.iterdir()))])
    assert written[0] == written[1]


def sheets(audit: Audit, language: str, rows_a_sheet: int = sheets_.EXCEL_ROWS) -> openpyxl.Workbook:
    packed = io.BytesIO()
    workbook.write_workbook(packed, audit, language, rows_a_sheet)
    return openpyxl.load_workbook(io.BytesIO(packed.getvalue()))


def test_the_workbook_has_its_sheets_with_header_filter_and_print_layout(hostile):
    book = sheets(hostile, "zh")
    assert book.sheetnames == ["发现的问题", "读不出的单元格", "按规则统计", "说明"]
    sheet = book["发现的问题"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:M{len(hostile.findings) + 1}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows) == (
        "landscape", 9, "$1:$1",
    )  # fmt: skip
    assert sheet.max_row == len(hostile.findings) + 1
    assert sheets(hostile, "en").sheetnames == ["Findings", "Unreadable cells", "By rule", "Notes"]


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(hostile):
    cells = [cell for sheet in sheets(hostile, "zh") for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert set(audits.FORMULAS) <= {cell.value for cell in cells}  # text stays text, as written


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next():
    audit = audits.sample()
    book = sheets(audit, "zh", rows_a_sheet=21)
    parts = [sheet for sheet in book if sheet.title.startswith("发现的问题")]
    assert [sheet.title for sheet in parts][:2] == ["发现的问题", "发现的问题 (2)"]
    assert all(sheet.max_row <= 21 and sheet["A1"].value == "台账行号" for sheet in parts)
    rows = [row for sheet in parts for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]
    assert [number for (number,) in rows] == [finding.row for finding in audit.findings]


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    short = sheets_._short("𬀩" * 40_000)  # noqa: SLF001 - no ledger of a test is as long as this
    assert short.endswith("…")
    assert len(short.encode("utf-16-le")) // 2 <= sheets_.EXCEL_TEXT
    # what a cell holds is cut there alone
    assert sheets_._short("证" * sheets_.EXCEL_TEXT) == "证" * sheets_.EXCEL_TEXT  # noqa: SLF001


def test_the_json_holds_everything_in_both_languages(hostile, tmp_path):
    path = tmp_path / "findings.json"
    write.write_findings(hostile, path, "en", pseudonymous=False)
    told = json.loads(path.read_text("utf-8"))
    assert told["format"] == "jishi-audit/1"
    assert [law["edition"] for law in told["law"]] == ["2014-05-28", "2026-05-11"]
    assert len(told["findings"]) == len(hostile.findings)
    first = told["findings"][0]
    assert first["person"] == audits.SCRIPT
    assert all(first[name]["zh"] and first[name]["en"] for name in ("what", "basis", "evidence"))
    assert len(told["unreadable_cells"]) == len(hostile.problems) > 0
    assert len(told["undecidable"]) == len(hostile.undecidable) > 0
    assert told["complete"] is False
    assert told["rules"]
    assert told["conventions"]


def test_another_suffix_is_refused_with_those_that_there_are(tmp_path):
    with pytest.raises(files.NotWritten, match=r"\.csv、\.xlsx、\.json"):
        write.write_findings(audits.sample(), tmp_path / "findings.docx", "zh", pseudonymous=False)
    assert not list(tmp_path.iterdir())


def test_an_error_half_way_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "findings.csv"
    path.write_text("old", "utf-8")
    with pytest.raises(TypeError), files.whole(path) as file:
        file.writelines([b"half", "text"])  # type: ignore[list-item]  # the error of a writer, after half of it
    assert [(one.name, one.read_text("utf-8")) for one in tmp_path.iterdir()] == [("findings.csv", "old")]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    path = tmp_path / "findings.csv"
    with pytest.raises(files.NotWritten, match="No space left"), files.whole(path):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_or_a_thing_that_is_no_file_is_refused_before_the_work(tmp_path):
    for path in (tmp_path / "none" / "a.csv", tmp_path):
        with pytest.raises(files.NotWritten):
            files.check_target(path)


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "real.html", tmp_path / "link.html"
    target.write_text("old", "utf-8")
    try:
        link.symlink_to(target)
    except OSError:  # Windows lets only some accounts make links
        return
    files.write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("option", ["--out", "--html"])
def test_the_ledger_itself_is_never_overwritten(option, tmp_path):
    ledger = audits.clean(tmp_path / "ledger.xlsx")
    before = ledger.read_bytes()
    run = CliRunner().invoke(main, ["audit", str(ledger), option, str(ledger)])
    assert run.exit_code == 2
    assert "不会覆盖" in run.output
    assert ledger.read_bytes() == before


POSIX = os.name == "posix"  # elsewhere permission bits say nothing


def bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_findings_are_private_from_their_first_moment(tmp_path):
    path = tmp_path / "findings.csv"
    with files.whole(path) as file:
        file.write(b"x")
        (part,) = tmp_path.iterdir()
        assert bits(part) == 0o600 or not POSIX
    assert bits(path) == 0o600 or not POSIX


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path):
    path = tmp_path / "findings.csv"
    write.write_findings(audits.sample(), path, "zh", pseudonymous=False)
    path.chmod(0o640)
    write.write_findings(audits.sample(), path, "en", pseudonymous=False)
    assert bits(path) == 0o640 or not POSIX


def test_a_write_protected_file_is_left_alone(tmp_path):
    path = tmp_path / "findings.csv"
    path.write_text("kept", "utf-8")
    path.chmod(0o444)
    with pytest.raises(files.NotWritten, match="write-protected"):
        files.write_whole(path, b"new")
    assert path.read_text("utf-8") == "kept"
    path.chmod(0o644)


def test_links_in_a_circle_are_refused(tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    try:
        one.symlink_to(other)
        other.symlink_to(one)
    except OSError:  # Windows lets only some accounts make links
        return
    with pytest.raises(files.NotWritten, match="circle"):
        files.write_whole(one, b"new")
    assert one.is_symlink()


def written(path: Path) -> Path:
    """Write the sample's findings or report to a path."""
    if path.suffix in write.PAGES:
        write.write_report(audits.sample(), path, "zh", pseudonymous=False)
    else:
        write.write_findings(audits.sample(), path, "zh", pseudonymous=False)
    return path


@pytest.mark.parametrize("suffix", [*SUFFIXES, *write.PAGES])
def test_our_own_file_is_replaced_and_no_other(suffix, tmp_path):
    path = tmp_path / f"findings{suffix}"
    written(path)
    written(path)
    foreign = {
        ".csv": b"row,person,code\r\n",
        ".json": b'{"format": "other"}',
        ".xlsx": OWED.with_name("branch-ledger.xlsx").read_bytes(),
    }.get(suffix, b"<!DOCTYPE html>\n<html><head></head></html>")
    for data in (foreign, b"PK\x03\x04 damaged", b"\x00"):
        path.write_bytes(data)
        with pytest.raises(files.NotWritten, match="not written by Jishi"):
            written(path)
        assert path.read_bytes() == data
    path.write_bytes(b"")
    assert written(path).stat().st_size


@pytest.mark.parametrize("name", ["report.csv", "report", "report.xlsx"])
def test_the_report_is_a_page_by_name(name, tmp_path):
    with pytest.raises(files.NotWritten, match=r"\.html"):
        write.write_report(audits.sample(), tmp_path / name, "zh", pseudonymous=False)
    assert not list(tmp_path.iterdir())


def test_the_findings_and_the_report_are_not_one_file(tmp_path):
    out, html = tmp_path / "findings.csv", tmp_path / "findings.html"
    try:
        html.symlink_to(out)
    except OSError:  # Windows lets only some accounts make links
        return
    with pytest.raises(files.NotWritten, match="one file"):
        write.check_targets(OWED, out, html)
