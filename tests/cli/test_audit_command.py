"""``jishi audit`` as a user meets it: exit codes, files, and errors that say what to do."""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.cli.jishi import SAMPLE, in_a_process, jishi
from workflow.law.loader import definitions_root

AS_OF = ("--as-of", "2026-11-21")
KEY = SAMPLE.with_name("branch-ledger.findings.csv")
LEDGER = "发展党员台账"


@pytest.fixture
def definitions(tmp_path):
    """Give a copy of the shipped definitions in which a test may plant faults."""
    return Path(shutil.copytree(str(definitions_root()), tmp_path / "definitions"))


def edited(path: Path, change, rows: int | None = None) -> Path:
    """Write the sample to ``path`` after ``change(sheet, columns)``; ``rows``: keep only so many people."""
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book[LEDGER]
    if rows is not None:
        sheet.delete_rows(3 + rows, sheet.max_row)
    change(sheet, {cell.value: cell.column for cell in sheet[2]})
    book.save(path)
    return path


def findings(path: Path) -> list[dict[str, str]]:
    """Return the lines of a written list of findings."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def identity(lines: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    """Return what each finding is about."""
    return {(line["row"], line["code"], line["step"]) for line in lines}


def left_in(folder: Path) -> set[str]:
    """Return the names of all that stands in a folder."""
    return {path.name for path in folder.iterdir()}


def test_findings_end_with_1_and_stand_in_the_file(tmp_path):
    out, html = tmp_path / "found.csv", tmp_path / "found.html"
    done = jishi("audit", SAMPLE, *AS_OF, "--out", out, "--html", html)
    assert (done.code, done.err) == (1, "")
    assert identity(findings(out)) == identity(findings(KEY))
    assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert left_in(tmp_path) == {"found.csv", "found.html"}


def test_a_process_of_its_own_says_the_same(tmp_path):
    out = tmp_path / "found.csv"
    done = in_a_process("audit", SAMPLE, *AS_OF, "--out", out)
    assert (done.code, done.err) == (1, "")
    assert identity(findings(out)) == identity(findings(KEY))
    assert done.out == jishi("audit", SAMPLE, *AS_OF).out


def clean_rows(sheet, _):
    """Keep the people without findings."""
    broken = {int(line["row"]) for line in findings(KEY)}
    for row in sorted(broken, reverse=True):
        sheet.delete_rows(row)


@pytest.fixture
def clean(tmp_path):
    """Give a ledger in which nothing is to be found."""
    return edited(tmp_path / "clean.xlsx", clean_rows)


def test_a_clean_ledger_ends_with_0(clean, tmp_path):
    out = tmp_path / "found.csv"
    done = jishi("audit", clean, *AS_OF, "--out", out)
    assert (done.code, done.err, findings(out)) == (0, "", [])


def test_an_unreadable_cell_in_a_clean_ledger_ends_with_2_and_is_named(clean, tmp_path):
    book = openpyxl.load_workbook(clean)
    sheet = book[LEDGER]
    columns = {cell.value: cell for cell in sheet[2]}
    cell = sheet.cell(3, columns["派人谈话时间"].column, "2024-02-30")
    book.save(tmp_path / "odd.xlsx")
    out = tmp_path / "found.json"
    done = jishi("audit", tmp_path / "odd.xlsx", *AS_OF, "--out", out)
    assert (done.code, done.err) == (2, "")
    (line,) = [line for line in done.out.splitlines() if "2024-02-30" in line]
    assert f"{LEDGER} {cell.coordinate} 派人谈话时间" in line
    (problem,) = json.loads(out.read_text(encoding="utf-8"))["unreadable_cells"]
    reason = problem.pop("reason")
    assert problem == {
        "sheet": LEDGER, "row": 3, "column": cell.column_letter, "header": "派人谈话时间", "shown": "2024-02-30",
    }  # fmt: skip
    assert reason["zh"] in line


def test_what_turns_on_an_unreadable_cell_is_not_found_and_the_rest_is(tmp_path):
    codes: dict[str, set[str]] = {}
    for one in findings(KEY):
        codes.setdefault(one["row"], set()).add(one["code"])
    row = max((row for row, found in codes.items() if "V03-late" in found), key=lambda row: (len(codes[row]), int(row)))
    before = {one for one in identity(findings(KEY)) if one[0] == row}
    on_the_talk = {"V03-late", "V46"}  # the limit, and the order of the steps
    assert codes[row] - on_the_talk

    def spoil(sheet, columns):
        sheet.cell(int(row), columns["派人谈话时间"], "某日")

    out = tmp_path / "found.csv"
    done = jishi("audit", edited(tmp_path / "odd.xlsx", spoil), *AS_OF, "--out", out)
    after = {one for one in identity(findings(out)) if one[0] == row}
    assert done.code == 1
    assert after == {one for one in before if one[1] not in on_the_talk}
    assert identity(findings(out)) - after == {one for one in identity(findings(KEY)) if one[0] != row}
    (line,) = [line for line in done.out.splitlines() if "某日" in line]
    assert LEDGER in line
    assert row in line


def test_quiet_says_only_the_result():
    done = jishi("audit", SAMPLE, *AS_OF, "--quiet")
    assert done.out.count("\n") == 1


def test_both_languages_are_spoken():
    chinese, english = (jishi("audit", SAMPLE, *AS_OF, "--quiet", "--lang", lang).out for lang in ("zh", "en"))
    assert "检查" in chinese
    assert "检查" not in english


def test_the_day_is_today_at_the_office_unless_given():
    done = jishi("audit", SAMPLE, "--quiet")
    assert done.code == 1
    assert str(date.today().year)[:2] in done.out  # noqa: DTZ011, TID251 - the user's own day will do


def test_one_edition_can_be_asked_to_judge_every_day():
    new, old = (jishi("audit", SAMPLE, *AS_OF, "--edition", day).out for day in ("2026-05-11", "2014-05-28"))
    assert new != old


def test_local_practice_can_be_added(tmp_path):
    out = tmp_path / "found.csv"
    assert jishi("audit", SAMPLE, *AS_OF, "--overlay", "university", "--out", out).code == 1
    added = identity(findings(out)) - identity(findings(KEY))
    assert {code[:4] for _, code, _ in added} <= {"UNI-"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-such-ledger.xlsx"], ["no-such-ledger.xlsx"]),
        (["{empty}"], ["empty.xlsx"]),
        (["{damaged}"], ["已损坏", "Open it in Excel"]),
        (["{words}"], ["这不是 xlsx", "This is no xlsx"]),
        ([SAMPLE, "--as-of", "yesterday"], ["yesterday", "2026-11-21"]),
        ([SAMPLE, "--as-of", "2026-02-30"], ["2026-02-30"]),
        ([SAMPLE, "--overlay", "moon"], ["moon", "procuratorate", "university"]),
        ([SAMPLE, "--edition", "2020-01-01"], ["2020-01-01", "2014-05-28", "2026-05-11"]),
        ([SAMPLE, "--out", "{tmp}/found.pdf"], ["found.pdf", ".csv"]),
        ([SAMPLE, "--out", "{tmp}/none/found.csv"], ["none"]),
        ([SAMPLE, "--html", "{tmp}/none/found.html"], ["none"]),
        ([SAMPLE, "--html", "{tmp}/found.txt"], ["found.txt", ".html"]),
        ([SAMPLE, "--out", "{tmp}/folder.csv"], ["folder.csv"]),
        ([SAMPLE, "--out", "{empty}/found.csv"], ["empty.xlsx"]),
        ([SAMPLE, "--lang", "fr"], ["fr", "zh"]),
        ([], ["SOURCE"]),
    ],
)
def test_an_error_names_what_is_wrong_ends_with_2_and_leaves_nothing_behind(tmp_path, arguments, says):
    places = {"{tmp}": str(tmp_path)}
    for name, data in (("empty", b""), ("damaged", SAMPLE.read_bytes()[:9000]), ("words", "台账".encode())):
        (tmp_path / f"{name}.xlsx").write_bytes(data)
        places[f"{{{name}}}"] = str(tmp_path / f"{name}.xlsx")
    (tmp_path / "folder.csv").mkdir()
    before = left_in(tmp_path)
    for place, path in places.items():
        arguments = [str(argument).replace(place, path) for argument in arguments]
        says = [word.replace(place, path) for word in says]
    done = jishi("audit", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert all(word in done.err for word in says), done.err
    assert "Traceback" not in done.err
    assert "程序出错" not in done.err
    assert left_in(tmp_path) == before


def test_the_ledger_itself_is_never_overwritten(tmp_path):
    ledger = Path(shutil.copy(SAMPLE, tmp_path / "ledger.xlsx"))
    done = jishi("audit", ledger, *AS_OF, "--out", ledger)
    assert done.code == 2
    assert ledger.read_bytes() == SAMPLE.read_bytes()


def test_an_earlier_list_stands_until_the_new_one_is_whole(tmp_path):
    out = tmp_path / "found.csv"
    jishi("audit", SAMPLE, *AS_OF, "--out", out)
    earlier = out.read_bytes()
    assert jishi("audit", tmp_path / "none.xlsx", "--out", out).code == 2
    assert out.read_bytes() == earlier
    assert jishi("audit", SAMPLE, *AS_OF, "--lang", "en", "--out", out).code == 1
    assert out.read_bytes() != earlier


@pytest.mark.parametrize(("option", "name"), [("--out", "notes.csv"), ("--out", "other.xlsx"), ("--html", "page.html")])
def test_what_somebody_else_wrote_is_never_overwritten(tmp_path, option, name):
    path = tmp_path / name
    path.write_text("ours for years", encoding="utf-8")
    done = jishi("audit", SAMPLE, *AS_OF, option, path)
    assert (done.code, done.out) == (2, "")
    assert "不会覆盖" in done.err
    assert path.read_text(encoding="utf-8") == "ours for years"


STEERING = "\x1b]0;x\x07\x1b[2J\u202e"


def test_an_error_message_steers_no_terminal(tmp_path, definitions):
    path = tmp_path / "odd.xlsx"
    book = openpyxl.load_workbook(SAMPLE)
    for sheet in book.worksheets:
        sheet.title = f"\u202e{sheet.title}x"
        sheet["A1"].value = "x"
        sheet.delete_rows(1, 3)
    book.save(path)
    plant(definitions, "recruitment/2026-05-11.yaml", "online: refuse", 'online: "\\e[2J\\u202e"')
    (definitions / "recruitment" / "\u202e.yaml").write_text("edition: x", encoding="utf-8")
    faulty = {"JISHI_DEFINITIONS": str(definitions)}
    messages = [
        jishi("audit", path).err,
        jishi("audit", f"{STEERING}.xlsx").err,
        jishi("audit", SAMPLE, f"{STEERING}.xlsx").err,
        jishi("audit", SAMPLE, "--out", f"{STEERING}.xlsx/x.csv").err,
        jishi("law", "show", STEERING).err,
        jishi("audit", SAMPLE, env=faulty).err,
        jishi("law", "check", env=faulty).out,
    ]
    for message in messages:
        assert message
        assert not set(message) & set(STEERING) - set("]0;x[2J"), message
        assert len(message.splitlines()) == message.count("\n")
    assert "<U+001B>" in messages[1]


def plant(definitions: Path, file: str, old: str, new: str) -> None:
    """Say something else in one place of a definition."""
    path = definitions / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_faulty_definitions_are_refused_with_every_fault_and_its_line(definitions):
    plant(definitions, "recruitment/2026-05-11.yaml", "act: talk.on", "act: talk.done")
    plant(definitions, "recruitment/2014-05-28.yaml", "months: 12", "month: 12")
    done = jishi("audit", SAMPLE, env={"JISHI_DEFINITIONS": str(definitions)})
    assert done.code == 2
    assert "recruitment/2026-05-11.yaml:" in done.err
    assert "talk.done" in done.err
    assert "recruitment/2014-05-28.yaml:" in done.err


@pytest.mark.parametrize(
    ("file", "data", "says"),
    [
        ("recruitment/2026-05-11.yaml", b"\xff\xfe\x00", "recruitment/2026-05-11.yaml:1"),
        ("calendar/cn.yaml", "日历".encode("gb18030"), "calendar/cn.yaml"),
        ("calendar/cn.yaml", b"years: 1", "calendar/cn.yaml"),
        ("forms/branch-ledger.yaml", "台账".encode("gb18030"), "forms/branch-ledger.yaml"),
        ("forms/branch-ledger.yaml", b"ledger: 1", "branch-ledger.yaml"),
        ("forms/branch-ledger.yaml", None, "branch-ledger.yaml"),
        ("forms/branch-ledger.yaml", b"#" * 2_000_001, "2000000"),
        ("calendar/cn.yaml", b"#" * 2_000_001, "2000000"),
    ],
)
def test_a_definition_that_cannot_be_read_is_named(definitions, file, data, says):
    if data is None:
        (definitions / file).unlink()
    else:
        (definitions / file).write_bytes(data)
    done = jishi("audit", SAMPLE, env={"JISHI_DEFINITIONS": str(definitions)})
    assert done.code == 2
    assert says in done.err
    assert "程序出错" not in done.err


def test_a_folder_without_definitions_is_named(tmp_path):
    done = jishi("audit", SAMPLE, env={"JISHI_DEFINITIONS": str(tmp_path / "none")})
    assert done.code == 2
    assert str(tmp_path / "none") in done.err


def test_a_definition_that_is_no_file_is_not_waited_for(definitions):
    if not hasattr(os, "mkfifo"):
        return  # no pipes among the files of this system
    form = definitions / "forms" / "branch-ledger.yaml"
    form.unlink()
    os.mkfifo(form)
    done = jishi("audit", SAMPLE, env={"JISHI_DEFINITIONS": str(definitions)})
    assert (done.code, "branch-ledger.yaml" in done.err) == (2, True)
