"""One workbook an organization: nothing lost, nothing of another, figures with their bases, safe names and cells."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date

import openpyxl
import pytest

from tests.cli.jishi import jishi
from tests.compliance import audits
from tests.compliance.logs import csv as log_file
from tests.compliance.logs import law, rows
from tests.compliance.results import NOTHING, result
from tests.compliance.shelves import books, column, figures
from tests.ledger import people
from workflow.cli.main import main
from workflow.compliance.books import shelf as shelves
from workflow.compliance.books.bulk import Books, write_books
from workflow.compliance.books.ledgers import add_ledger, index_tables
from workflow.compliance.books.shelf import TooManyBooks, file_name, shelf
from workflow.compliance.files import NotWritten
from workflow.compliance.lives import Since
from workflow.compliance.result import Wanted
from workflow.compliance.sheets import Table, stream_tables, write_tables
from workflow.engine.hiding import Counted

AS_OF = date(2025, 6, 30)
HOSTILE = '=HYPERLINK("http://x")/..\\CON: *?<>|'
NOBODY = Counted(0, 0, 0, 0)


def log_of(folder, name="log.csv", **offices):
    """Write a log in which each office has so many cases, of which so many are late."""
    lines = [
        line
        for office, (cases, late) in offices.items()
        for number in range(cases)
        for line in (
            f'{office}-{number},Register,2025-01-08,"{office.replace(chr(34), chr(34) * 2)}"',
            f'{office}-{number},Grant,2025-03-0{6 if number < late else 5},"{office.replace(chr(34), chr(34) * 2)}"',
        )
    ]
    text = rows(*(line.replace(f"{HOSTILE}-", "=1+1-") for line in lines), columns="case,step,day,office")
    return log_file(folder, text, name)


def shelved(folder, language="zh", wanted=NOTHING, **offices):
    """Return the workbooks of such a log, and what JSON says of it."""
    asked = {"columns": {"organization": "office"}, "bases": True}
    with result(log_of(folder, **offices), law(folder), AS_OF, wanted, **asked) as (found, said):
        assert write_books(found, Books(folder / "books", language), "log.csv") == len(offices)
    return books(folder / "books"), said


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("机关第一党支部", "00007 机关第一党支部.xlsx"),
        ("CON", "00007 CON.xlsx"),  # no device: its name begins with a number
        ('a/b\\c:d*e?f"g<h>i|j', "00007 a_b_c_d_e_f_g_h_i_j.xlsx"),
        ("../../etc/passwd", "00007 .._.._etc_passwd.xlsx"),
        ("ends with dots. . ", "00007 ends with dots.xlsx"),
        ("two\nlines\ttab", "00007 two_U+000A_lines_U+0009_tab.xlsx"),
        ("right\u202eleft", "00007 right_U+202E_left.xlsx"),
        ("e\u0301", "00007 \u00e9.xlsx"),
        (" ", "00007.xlsx"),
        ("", "00007.xlsx"),
    ],
)  # fmt: skip
def test_a_file_has_a_name_that_every_system_takes(name, expected):
    assert file_name(7, name) == expected


@pytest.mark.parametrize("sign", ["支", "𬀩", "a", "\u202e"])
def test_a_long_name_is_cut_to_what_a_file_may_have(sign):
    assert len(file_name(20_000, sign * 300).encode()) <= 255
    assert len(file_name(20_000, sign * 300)) <= 100  # of the 260 of a path on Windows


# --- sheets ----------------------------------------------------------------------------------------------------------


def tables(number):
    yield Table("many", (("n", 5), ("text", 9)), ((place, f"=1+{place}") for place in range(number)))
    yield Table("few", (("n", 5),), [(None,)])


def streamed(folder, number, rows_a_sheet=1_048_576):
    with (folder / "one.xlsx").open("wb") as file:
        stream_tables(file, "title", AS_OF, tables(number), folder, rows_a_sheet)
    return folder / "one.xlsx"


def test_rows_that_go_through_one_by_one_stand_as_those_held_in_memory(tmp_path):
    held = io.BytesIO()
    write_tables(held, "title", AS_OF, tables(25), 10)
    one = openpyxl.load_workbook(streamed(tmp_path, 25, 10))
    other = openpyxl.load_workbook(io.BytesIO(held.getvalue()))
    assert one.sheetnames == other.sheetnames == ["many", "many (2)", "many (3)", "few"]
    assert all(list(one[name].values) == list(other[name].values) for name in one.sheetnames)
    assert [one[name].max_row for name in one.sheetnames] == [10, 10, 8, 2]
    assert {cell.data_type for cell in one["many"]["B"]} == {"s"}
    assert list(tmp_path.iterdir()) == [tmp_path / "one.xlsx"]  # nothing is left of what grew beside it


def test_five_times_the_rows_do_not_take_more_memory(tmp_path):
    def peak(number):
        tracemalloc.start()
        try:
            streamed(tmp_path, number)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # what is loaded once
    assert peak(5_000) < 1.3 * peak(1_000)


# --- the folder ------------------------------------------------------------------------------------------------------


def test_a_folder_that_holds_something_is_not_touched(tmp_path):
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "mine.txt").write_text("mine", encoding="utf-8")
    for there in (tmp_path / "books", tmp_path / "books" / "mine.txt", tmp_path / "none" / "books"):
        with pytest.raises(NotWritten), shelf(there, "zh", AS_OF):
            pass
    assert [path.name for path in tmp_path.rglob("*")] == ["books", "mine.txt"]


def test_an_empty_folder_is_filled_and_read_by_nobody_else(tmp_path):
    (tmp_path / "books").mkdir()
    with shelf(tmp_path / "books", "zh", AS_OF) as made:
        made.add("甲", "", NOBODY, tables(1))
        made.index("x", ())
    assert [path.name for path in sorted((tmp_path / "books").iterdir())] == ["00000 目录.xlsx", "00001 甲.xlsx"]
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*")} == {0}


def filled(folder, *each):
    with shelf(folder, "zh", AS_OF) as made:
        for one in each:
            made.add("甲", "", NOBODY, one)


def test_an_error_half_way_leaves_nothing_behind(tmp_path):
    def breaks():
        yield from tables(3)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        filled(tmp_path / "books", tables(1), breaks())
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_while_the_folder_is_filled_is_not_said_to_be_unwritable(tmp_path):
    with pytest.raises(FileNotFoundError), shelf(tmp_path / "books", "zh", AS_OF):
        (tmp_path / "source").open("rb")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_filled_by_others_meanwhile_stays_theirs(tmp_path):
    (tmp_path / "books").mkdir()
    with pytest.raises(NotWritten), shelf(tmp_path / "books", "zh", AS_OF):
        (tmp_path / "books" / "theirs.txt").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["books", "theirs.txt"]


def test_more_workbooks_than_a_folder_takes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(shelves, "MOST", 2)
    with pytest.raises(TooManyBooks):
        filled(tmp_path / "books", *(tables(1) for _ in range(3)))
    assert list(tmp_path.iterdir()) == []


# --- in bulk ---------------------------------------------------------------------------------------------------------


def test_each_organization_has_its_own_findings_and_no_others(tmp_path):
    found, said = shelved(tmp_path, east=(20, 5), west=(6, 2), north=(8, 0))
    assert list(found) == ["0", "east", "north", "west"]
    cases = {name: column(book["发现的问题"], "案卷") for name, book in found.items() if name != "0"}
    assert cases == {"east": [f"east-{n}" for n in range(5)], "west": ["west-0", "west-1"], "north": []}
    assert sum(map(len, cases.values())) == said["found"]
    first = dict(zip(*found["west"]["发现的问题"][:2], strict=True))
    assert (first["程度"], first["怎样违反"], first["起算日"], first["期限"], first["行为日"], first["超过天数"]) == (
        "■ 硬性", "超期", "2025-01-08", "2025-03-05", "2025-03-06", 1,
    )  # fmt: skip
    assert (first["版本"], first["依据"][-3:], first["规则代号"]) == ("2025-01-01", "第3条", "decision.in_eight_weeks")


def test_figures_stand_beside_their_bases(tmp_path):
    found, said = shelved(tmp_path, east=(20, 5), west=(6, 2), north=(8, 0))
    assert found["west"]["数字"][5] == ("有问题的案卷", 2, 6, 2 / 6, "本组织和下级组织的全部案卷")
    told = figures(found["east"])
    assert (told["组织"], told["案卷"], told["问题"], told["■ 硬性"], told["▲ 软性"]) == ("east", 20, 5, 5, 0)
    decided: dict[str, int] = {}
    for name in ("east", "west", "north"):
        sheet = found[name]["按规则统计"]
        for rule, number, broken in zip(*(column(sheet, one) for one in ("规则代号", "作出判断", "违反")), strict=True):
            decided[rule] = decided.get(rule, 0) + number
            assert number in {20, 6, 8}
            assert broken == (len(found[name]["发现的问题"]) - 1 if rule == "decision.in_eight_weeks" else 0)
    whole = {one["rule"]: one["applied"] - one["running"] - one["undecidable"] for one in said["rules"]}
    assert decided == {rule: number for rule, number in whole.items() if number}
    assert column(found["0"]["按规则统计"], "作出判断") == list(whole.values())


def test_the_index_names_every_workbook_and_hides_small_numbers(tmp_path):
    found, _ = shelved(tmp_path, east=(20, 5), west=(6, 2), north=(8, 0))
    assert found["0"]["按组织"][1:] == [
        ("east", None, 20, None, None, None, "00001 east.xlsx"),  # else two would be what is left of all
        ("north", None, 8, 0, 0, 0, "00002 north.xlsx"),
        ("west", None, 6, None, None, None, "00003 west.xlsx"),
    ]


def test_names_of_organizations_and_cases_are_text_and_never_a_formula_or_a_path(tmp_path):
    shelved(tmp_path, **{HOSTILE: (6, 6)})
    (path,) = (tmp_path / "books").glob("00001 *")
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert {HOSTILE, "=1+1-0"} <= {cell.value for cell in cells}


def test_since_an_earlier_list_each_finding_has_its_life_and_what_is_gone_a_sheet(tmp_path):
    before = tmp_path / "before"
    before.mkdir()
    asked = {"columns": {"organization": "office"}}
    with result(log_of(before, east=(8, 3)), law(before), date(2025, 6, 1), NOTHING, **asked) as (found, said):
        found.write(tmp_path / "list.json", said)
    found, _ = shelved(tmp_path, "en", Wanted(Since(tmp_path / "list.json")), east=(8, 1), west=(5, 1))
    east, west = found["east"], found["west"]
    assert east["Findings"][1][-3:] == ("as before", "2025-06-01", None)
    assert west["Findings"][1][-3:] == ("new", "2025-06-30", None)
    assert [row[-3:] for row in east["Not found this time"][1:]] == [("gone", "2025-06-01", "2025-06-30")] * 2
    assert len(west["Not found this time"]) == 1
    assert {key: figures(east, "Figures").get(key) for key in ("Findings", "as before", "gone", "new")} == {
        "Findings": 1, "as before": 1, "gone": 2, "new": None,
    }  # fmt: skip


# --- ledgers ---------------------------------------------------------------------------------------------------------


def of_ledger(folder, audit):
    with shelf(folder / "books", "zh", audit.as_of) as made:
        add_ledger(made, audit)
        made.index("x", index_tables(audit, made.whole(), "zh"))
    return books(folder / "books")


def test_the_workbooks_of_a_ledger_add_up_to_its_audit(tmp_path):
    audit = audits.sample()
    found = of_ledger(tmp_path, audit)
    own = {name: book for name, book in found.items() if name != "0"}
    assert set(own) == set(audit.branches)
    told = [row[:4] for book in own.values() for row in book["发现的问题"][1:]]
    assert sorted(told) == sorted((one.row, one.person, one.branch, one.code) for one in audit.findings)
    assert all(set(column(book["发现的问题"], "党支部")) == {name} for name, book in own.items())
    assert {name: figures(book)["人数"] for name, book in own.items()} == audit.branches
    for header, of in (("适用人数", "applied"), ("违反", "violated"), ("无法判断", "undecidable")):
        total: dict[tuple[str, int], int] = {}
        for book in own.values():
            sheet = book["按规则统计"]
            keys = zip(column(sheet, "代码"), column(sheet, "步骤"), strict=True)
            for key, number in zip(keys, column(sheet, header), strict=True):
                total[key] = total.get(key, 0) + number
        assert total == {(one.code, one.step): getattr(one, of) for one in audit.counts}


def test_a_cell_of_a_branch_that_cannot_be_read_stands_in_its_own_workbook_alone(tmp_path):
    hostile = audits.audited(audits.hostile(tmp_path / "ledger.xlsx"))
    found = of_ledger(tmp_path, hostile)
    unread = {name: column(book["读不出的单元格"], "单元格") for name, book in found.items() if name != "0"}
    places = [f"{one.letter}{one.row}" for one in hostile.problems]
    assert sorted(cell for cells in unread.values() for cell in cells) == sorted(places)
    (name,) = (one for one, cells in unread.items() if cells)
    assert audits.MARKUP not in {row[2] for row in found[name]["发现的问题"]}
    assert found[name]["说明"][2][0].count(f"{len(places)} 个单元格读不出") == 1


def test_without_names_no_name_stands_in_any_workbook(tmp_path):
    ledger, names = audits.named_everywhere(tmp_path / "张三的台账.xlsx")
    (tmp_path / "out").mkdir()
    found = of_ledger(tmp_path / "out", audits.audited(ledger, hide_names=True))
    text = repr(found) + " ".join(path.name for path in (tmp_path / "out" / "books").iterdir())
    assert not [name for name in names if name in text]


def test_the_index_of_one_branch_does_not_tell_what_its_line_hides(tmp_path):
    ledger = audits.of_rows(
        tmp_path / "ledger.xlsx",
        [
            people.person(25, {"姓名": f"甲{'一二三四五六七'[n]}"} | ({} if n else {"派人谈话时间": "2020-03-01"}))
            for n in range(7)
        ],
    )
    audit = audits.audited(ledger)
    assert len({one.row for one in audit.findings}) == 1
    index = of_ledger(tmp_path, audit)["0"]
    told = figures(index)
    assert (told["人数"], told["有问题的人"], told["问题"], told["■ 硬性"]) == (7, None, None, None)
    assert "按规则统计" not in index
    assert [one[2:6] for one in index["按组织"][1:]] == [(7, None, None, None)]


def test_the_index_of_one_organization_in_bulk_does_not_either(tmp_path):
    index = shelved(tmp_path, east=(20, 2))[0]["0"]
    assert (figures(index)["案卷"], figures(index)["问题"], "按规则统计" in index) == (20, None, False)


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_the_workbooks_of_a_ledger_and_of_a_folder(tmp_path):
    ledgers = tmp_path / "ledgers"
    ledgers.mkdir()
    for name in ("甲.xlsx", "乙.xlsx"):
        audits.clean(ledgers / name)
    (ledgers / "bad.xlsx").write_bytes(b"no workbook")
    assert jishi("audit", ledgers / "甲.xlsx", "--as-of", "2026-11-21", "--books", tmp_path / "one").code == 0
    done = jishi("audit", ledgers, "--as-of", "2026-11-21", "--books", tmp_path / "all", "--lang", "en")
    assert done.code == 2, done.err  # one file could not be read
    one, every = books(tmp_path / "one"), sorted((tmp_path / "all").iterdir())
    assert len(every) == 1 + 2 * (len(one) - 1)
    index = openpyxl.load_workbook(every[0])
    assert sorted({row[1] for row in list(index["By organization"].values)[1:]}) == ["乙.xlsx", "甲.xlsx"]
    assert [row[0] for row in list(index["By file"].values)[1:] if row[-1]] == ["bad.xlsx"]
    assert [cell.value for cell in index["By file"][1]] == ["File", "Unreadable cells", "Why it was not judged"]


def test_nothing_is_printed_before_the_workbooks_of_a_folder_stand_in_their_place(tmp_path, monkeypatch):
    (tmp_path / "ledgers").mkdir()
    audits.clean(tmp_path / "ledgers" / "甲.xlsx")
    seen = []

    class Watched(io.StringIO):
        def write(self, text):
            seen.append((tmp_path / "books").exists())
            return super().write(text)

    monkeypatch.setattr("sys.stdout", Watched())
    given = ["audit", tmp_path / "ledgers", "--as-of", "2026-11-21", "--books", tmp_path / "books"]
    with pytest.raises(SystemExit):
        main([*map(str, given)])
    assert set(seen) == {True}


@pytest.mark.parametrize(
    "given", [("--books-by", "1"), ("--books", "{there}"), ("--books", "{new}", "--books-by", "x")]
)
def test_what_cannot_be_shelved_is_refused_before_the_work(tmp_path, given):
    ledger = audits.clean(tmp_path / "ledger.xlsx")
    given = [one.format(there=tmp_path, new=tmp_path / "new") for one in given]
    assert jishi("audit", ledger, *given).code == 2
    assert list(tmp_path.iterdir()) == [ledger]


def test_rows_of_a_log_that_could_not_be_used_are_told_in_every_workbook(tmp_path):
    lines = [f"A{n},Register,2025-01-08,east" for n in range(6)]
    log = log_file(tmp_path, rows(*lines, "A9,Register,no day,east", columns="case,step,day,office"))
    law(tmp_path)  # procedure.yaml
    asked = ("--procedure", tmp_path / "procedure.yaml", "--organization-column", "office", "--as-of", AS_OF)
    done = jishi("audit", log, *asked, "--books", tmp_path / "books", "--quiet")
    assert (done.code, done.err) == (1, "")
    found = books(tmp_path / "books")
    assert len(found) == 2
    for book in found.values():
        assert [row for row in book["说明"] if "日志有问题的行 1 处" in row[0]]


@pytest.mark.parametrize("asked", ["--books b --books-by 2", "--by-organization 1"])
def test_a_log_and_a_view_have_no_levels_and_say_so_before_the_work(tmp_path, monkeypatch, asked):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "view").mkdir()
    missing = ("--procedure", tmp_path / "none.yaml")  # what would be read first, were it not refused before
    for given in (
        ("audit", tmp_path / "none.csv", *missing),
        ("view", "audit", tmp_path / "view", "--out", tmp_path / "o"),
    ):
        done = jishi(*given, *asked.split())
        assert (done.code, "--books-by branch" in done.err, "--by-organization branch" in done.err) == (2, True, True)
    assert [path.name for path in tmp_path.iterdir()] == ["view"]


def test_a_ledger_has_no_levels(tmp_path):
    done = jishi("audit", audits.clean(tmp_path / "l.xlsx"), "--books", tmp_path / "b", "--books-by", "1")
    assert (done.code, "--books-by" in done.err) == (2, True)
