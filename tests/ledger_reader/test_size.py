"""Few bytes that would be laid out as millions of cells, sheets or texts: refused before they are, in little memory."""

from __future__ import annotations

import io
import os
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from tests.ledger_reader.hostile import SHEET, refusal, repacked, sheet, with_sheet
from tests.ledger_reader.workbooks import LEDGER, SAMPLE, WRITERS, form, ledger_rows, write_ods
from workflow.errors import LedgerError
from workflow.ledger import check_file, read_ledger
from workflow.ledger.tags import whole_tags

# -- cells far apart


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c><c r='XFD1048576'><v>1</v></c></row>",
        '<row><c><v>1</v></c></row><row r="1000000"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c t="inlineStr" r="ALM2"><is><t>x</t></is></c></row>',
        '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="ZZZ9"><x:v>1</x:v></x:c></x:row>',
        '<row r="1"><c\n r="A1"><v>1</v></c><c\tr = "XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c s=">" r="A1"><v>1</v></c><c s=">" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="a1"><v>1</v></c><c r="xfd1048576"><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * 1001 + "</row>",
        "<row><c><v>1</v></c></row>" + "<row/>" * 200_000 + "<row><c><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="199999"><c r="CV199999"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f>1</f></c><c r="XFD1048576"><f>1</f></c></row>',
        '<row r="1"><c r="A0"><v>1</v></c></row>',
        '<row r="1"><c r="&#65;1"><v>1</v></c></row>',
        '<row r="1"><c < r="XFD1048576"><v>1</v></c></row>',
        '<row r="1">' + "<c " * 1_000_000,
        '<row r="1">' + "<c '" * 1_000_001,
        '<row r="1"><!-- </row> --><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c s="1"r="XFD1048576"><v>1</v></c></row>',
        """<row r="1"><c r="A1"><v>1</v></c><c s=' r="A2"' r="XFD1048576"><v>1</v></c></row>""",
        '<row r="1"><c r="A1"><v>1</v></c><c\tr="A2" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><?x <row r="1"/> ?><row r="900000"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD0000000900000"><v>1</v></c></row>',
    ],
)
def test_a_few_cells_far_apart_are_refused_before_they_are_laid_out(tmp_path, rows):
    assert refusal(with_sheet(tmp_path / "sparse.xlsx", rows)).startswith(("The file is too large", "The file is dam"))


ODD_PREFIXES = ["é:", "中:", "1:", "-:", ":", "a/b:", "a:b:", "\u00a0:", "a\x0bb:"]


@pytest.mark.parametrize("prefix", ODD_PREFIXES)
@pytest.mark.parametrize("usual", ["", '<row r="1"><c r="A1"><v>1</v></c></row>'])
def test_a_prefix_that_is_no_name_hides_no_cell(tmp_path, prefix, usual):
    far = f'<{prefix}row r="2"><{prefix}c r="XFD1048576"><{prefix}v>1</{prefix}v></{prefix}c></{prefix}row>'
    assert "odd tag" in refusal(with_sheet(tmp_path / "odd.xlsx", usual + far))


@pytest.mark.parametrize("prefix", ODD_PREFIXES)
def test_a_prefix_that_is_no_name_hides_no_text(tmp_path, prefix):
    text = f"<{prefix}sst><{prefix}si><{prefix}t>{'x' * 10_000}</{prefix}t></{prefix}si></{prefix}sst>"
    assert "odd tag" in refusal(repacked(tmp_path / "l.xlsx", SAMPLE.read_bytes(), {"xl/sharedStrings.xml": text}))


@pytest.mark.parametrize("hidden", ["<!-- </si> -->", "<![CDATA[</si>]]>"])
def test_texts_are_not_hidden_in_comments(tmp_path, hidden):
    text = f"<sst><si><t>{'x' * 10_000}{hidden}</t></si></sst>"
    assert "comment" in refusal(repacked(tmp_path / "l.xlsx", SAMPLE.read_bytes(), {"xl/sharedStrings.xml": text}))


@pytest.mark.parametrize("prefix", ["x:", "main:", "ns-0.1:", "_:"])
def test_plain_prefixes_are_read(tmp_path, prefix):
    with zipfile.ZipFile(SAMPLE) as file:
        parts = {name: file.read(name) for name in file.namelist() if re.search(r"worksheets/sheet|sharedStr", name)}
    named = {name: re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1" + prefix.encode(), data) for name, data in parts.items()}
    ledger = read_ledger(repacked(tmp_path / "l.xlsx", SAMPLE.read_bytes(), named), form())
    assert ledger.rows == read_ledger(SAMPLE, form()).rows
    assert ledger.problems == ()


def test_a_tag_is_seen_whole_wherever_the_text_is_cut():
    xml = b"<sheetData><row r='1'><c r='XFD1048576'><v>1</v></c></row></sheetData>"
    for size in range(1, len(xml)):
        chunks = [xml[at : at + size] for at in range(0, len(xml), size)]
        pieces = list(whole_tags(chunks, b"<c ", b"<row "))
        assert b"".join(pieces) == xml
        assert all(piece.startswith(b"<") and piece.count(b"<") - piece.count(b">") == 0 for piece in pieces if piece)


def test_pictures_and_other_parts_may_hold_any_bytes(tmp_path):
    bytes_ = b"<\xe9:row><!-- <c '" * 3 + b"<" + b"\xff" * 3000
    path = repacked(tmp_path / "l.xlsx", SAMPLE.read_bytes(), {"xl/media/image1.bmp": bytes_})
    assert len(read_ledger(path, form()).rows) == 80


# -- many sheets


def with_sheets(path, sheets, rows="", target="worksheets/sheet1.xml"):
    """Write a workbook whose list has each of ``sheets``, all of them the same part."""
    spaces = (
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="a"/>' for at, name in enumerate(sheets, start=1))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    parts = {
        "xl/workbook.xml": f"<workbook {spaces}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="a" Type="{kind}" Target="{target}"/>'
        "</Relationships>",
    }
    return repacked(path, SAMPLE.read_bytes(), parts | ({SHEET: sheet(rows)} if rows else {}))


def many_sheets(path, kind):
    return WRITERS[kind](path, {f"第{number}页": [[1]] for number in range(256)})


@pytest.mark.parametrize("kind", WRITERS)
def test_more_sheets_than_a_branch_keeps_are_refused(tmp_path, kind):
    with pytest.raises(LedgerError, match="256 sheets"):
        read_ledger(many_sheets(tmp_path / f"l.{kind}", kind), form())


def test_an_odd_prefix_hides_no_sheet(tmp_path):
    path = with_sheets(tmp_path / "l.xlsx", "ab")
    with zipfile.ZipFile(path) as file:
        book = file.read("xl/workbook.xml").decode()
    parts = {"xl/workbook.xml": book.replace("<sheet ", "<é:sheet ")}
    assert "odd tag" in refusal(repacked(tmp_path / "o.xlsx", path.read_bytes(), parts))


CORNERS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="130000"><c r="CV130000"><v>1</v></c></row>'


def test_one_large_sheet_under_many_names_is_not_laid_out_again_and_again(tmp_path):
    path = with_sheets(tmp_path / "l.xlsx", [f"{at}" for at in range(39)], CORNERS)
    with pytest.raises(LedgerError, match="cells together"):
        read_ledger(path, form())


@pytest.mark.parametrize(
    "target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", "&#119;"]
)
def test_one_long_sheet_under_many_names_is_refused(tmp_path, target):
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="{row * row % 99991}"/></row>' for row in range(1, 70_000))
    assert "sheets take more" in refusal(with_sheets(tmp_path / "l.xlsx", [f"{at}" for at in range(250)], rows, target))


def test_the_second_likely_ledger_ends_the_search_and_names_are_short(tmp_path):
    path = with_sheets(tmp_path / "l.xlsx", [f"{at}{'长' * 500}" for at in range(250)])
    with pytest.raises(LedgerError, match="Several sheets look like a ledger") as refused:
        read_ledger(path, form())
    assert len(str(refused.value)) < 400


def test_cells_far_apart_are_found_behind_many_usual_ones(tmp_path):
    usual = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 60_000))
    far = '<row r="1048576"><c r="B1048576"><v>1</v></c></row>'
    assert "1048576 rows" in refusal(with_sheet(tmp_path / "sparse.xlsx", usual + far))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576" s="1"/></row>',  # formats without content
        '<row r="1048576" hidden="1"></row>',
        '<row r="1000000"><c r="XFC1000000"><v>1</v></c></row>',  # alone: the rectangle is one cell
        '<row r="3"><c r="XFD3" s="2"></c></row>',
    ],
)
def test_far_cells_that_take_no_room_do_no_harm(tmp_path, rows):
    name = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>' if "XFC" not in rows else ""
    check_file(with_sheet(tmp_path / "formats.xlsx", name + rows))


def test_long_sheets_pass_when_they_are_narrow(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "long.xlsx", {"constant_memory": True})
    page = book.add_worksheet(LEDGER)
    for row in range(130_000):
        page.write_number(row, 0, row)
    page.write_number(130_000, 90, 1)
    book.close()
    check_file(tmp_path / "long.xlsx")


def test_one_long_text_in_many_cells_is_refused(tmp_path):
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 20_000))
    strings = f'<sst uniqueCount="1"><si><t>{os.urandom(10_000).hex()}</t></si></sst>'
    parts = {SHEET: sheet(cells), "xl/sharedStrings.xml": strings}
    assert "bytes of text" in refusal(repacked(tmp_path / "copies.xlsx", SAMPLE.read_bytes(), parts))
    odd = {**parts, SHEET: sheet(cells.replace('t="s"', "t = 's'"))}
    assert "bytes of text" in refusal(repacked(tmp_path / "odd.xlsx", SAMPLE.read_bytes(), odd))


def test_a_table_of_texts_that_declares_billions_is_refused(tmp_path):
    parts = {"xl/sharedStrings.xml": '<sst uniqueCount="99999999999"><si><t>x</t></si></sst>'}
    assert "declares more" in refusal(repacked(tmp_path / "l.xlsx", SAMPLE.read_bytes(), parts))


CELL = '<table:table-cell office:value-type="float" office:value="1"/>'
FAR_RIGHT = '<table:table-cell table:number-columns-repeated="16000"/>'
SPACES = (
    '<table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p></table:table-cell>'
)
LONG = f'<table:table-cell office:value-type="string"><text:p>{"x" * 5000}</text:p></table:table-cell>'
ROW, ROW_END = "<table:table-row>", "</table:table-row>"


def many_rows(times):
    return f'<table:table-row table:number-rows-repeated="{times}">'


@pytest.mark.parametrize(
    "table",
    [
        ROW + CELL.replace("/>", ' table:number-columns-repeated="999999999"/>') + ROW_END,
        many_rows(1_048_576) + CELL + ROW_END,
        ROW + CELL + ROW_END + many_rows(1_048_570) + "<table:table-cell/>" + ROW_END + ROW + CELL + ROW_END,
        ROW + FAR_RIGHT + CELL + ROW_END,
        ROW + SPACES + ROW_END,
        many_rows(100_000) + LONG + ROW_END,
        many_rows("&#57;") + ROW_END,
        many_rows("9" * 20) + ROW_END,
        "<table:table-row " * 100_000,
        "<!-- -->",
        ROW
        + CELL.replace("/>", ' table:number-rows-repeated="1" table:number-columns-repeated="999999999"/>')
        + ROW_END,
        ROW
        + CELL.replace(" office:value-type", ' a="1"table:number-columns-repeated="999999999" office:value-type', 1)
        + ROW_END,
        ROW
        + CELL.replace("/>", " a=' table:number-columns-repeated=\"1\"' table:number-columns-repeated='999999999'/>")
        + ROW_END,
        f"<?x </table:table> ?>{ROW}{CELL}{ROW_END}",
    ],
    ids=[
        "columns",
        "rows",
        "rows between",
        "columns before",
        "spaces",
        "text",
        "reference",
        "digits",
        "tags",
        "comment",
        "another name before",
        "no space between",
        "quoted",
        "instruction",
    ],
)
def test_repeats_of_an_ods_file_are_counted_before_they_are_written_out(tmp_path, table):
    plain = write_ods(tmp_path / "plain.ods", {LEDGER: [[1]]}).read_bytes()
    with zipfile.ZipFile(io.BytesIO(plain)) as file:
        content = file.read("content.xml").decode()
    start = content.index("<table:table-row")
    end = content.index("</table:table>")
    parts = {"content.xml": content[:start] + table + content[end:]}
    assert refusal(repacked(tmp_path / "l.ods", plain, parts)).startswith(("The file is too large", "The file is dam"))


def test_the_empty_rest_of_an_ods_sheet_does_no_harm(tmp_path):
    plain = write_ods(tmp_path / "plain.ods", {LEDGER: ledger_rows({})}).read_bytes()
    with zipfile.ZipFile(io.BytesIO(plain)) as file:
        content = file.read("content.xml").decode()
    rest = (
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    path = repacked(tmp_path / "l.ods", plain, {"content.xml": content.replace("</table:table>", rest)})
    assert len(read_ledger(path, form()).rows) == 1


def test_many_styles_and_empty_formatted_rows_of_a_usual_workbook_pass(tmp_path):
    book = openpyxl.load_workbook(SAMPLE)
    book[LEDGER].row_dimensions[1_048_576].height = 3
    book.save(tmp_path / "l.xlsx")
    assert len(read_ledger(tmp_path / "l.xlsx", form()).rows) == 80
