"""Files that are no workbook, or one that would do harm: refused before any parser touches them, in little memory."""

from __future__ import annotations

import io
import os
import re
import struct
import tracemalloc
import zipfile
import zlib
from datetime import date

import openpyxl
import pytest
import xlsxwriter
import xlwt

from tests.ledger_reader.workbooks import LEDGER, SAMPLE, WRITERS, form, ledger_rows, write_ods, write_xls, write_xlsx
from workflow.case.values import UNREADABLE
from workflow.errors import LedgerError
from workflow.ledger import check_file, read_ledger
from workflow.ledger.tags import whole_tags
from workflow.ledger.zips import Package

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def refusal(path):
    """Return why the file is refused; it must be refused, with a remedy, in less than 60 MB."""
    tracemalloc.start()
    try:
        with pytest.raises(LedgerError) as refused:
            check_file(path)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert refused.value.remedy is not None
    assert refused.value.what.zh != refused.value.what.en
    return refused.value.what.en


def repacked(path, content, parts):
    """Write the zip file ``content`` to ``path`` with other or more parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def sheet(rows):
    return f"{HEAD}<sheetData>{rows}</sheetData></worksheet>"


def with_sheet(path, rows):
    return repacked(path, SAMPLE.read_bytes(), {SHEET: sheet(rows)})


# -- no workbook at all


def test_a_path_that_leads_nowhere_to_a_folder_or_to_a_pipe_is_refused(tmp_path):
    assert "cannot be opened" in refusal(tmp_path / "none.xlsx")
    assert "is not a file" in refusal(tmp_path)
    assert "cannot be opened" in refusal(tmp_path / "a\0b")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.xlsx")
        assert "is not a file" in refusal(tmp_path / "pipe.xlsx")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "no xlsx"),
        (b"<html><table></table></html>", "no xlsx"),
        (b"PK", "no xlsx"),
        (b"PK\x03\x04", "damaged"),
        (b"PK\x03\x04" + b"\0" * 1000, "damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "no xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000, "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, content, what):
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(content)
    assert what in refusal(path)


def test_other_zip_files_and_two_kinds_in_one_are_refused(tmp_path):
    for parts in ({"word/document.xml": "x"}, {"xl/workbook.bin": "x"}, {"mimetype": "application/epub+zip"}):
        path = tmp_path / "other.xlsx"
        with zipfile.ZipFile(path, "w") as file:
            for name, text in parts.items():
                file.writestr(name, text)
        assert "no xlsx" in refusal(path)
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    assert "no xlsx" in refusal(repacked(tmp_path / "both.xlsx", SAMPLE.read_bytes(), {"mimetype": mimetype}))


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods", "et", "txt"])
def test_content_decides_not_the_extension(tmp_path, kind, extension):
    path = WRITERS[kind](tmp_path / f"true.{kind}", {LEDGER: ledger_rows({})}).rename(tmp_path / f"ledger.{extension}")
    assert len(read_ledger(path, form()).rows) == 1


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "ledger.xlsx").write_bytes(SAMPLE.read_bytes())
    read_ledger(tmp_path / "ledger.xlsx", form())
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.xlsx"]
    assert (tmp_path / "ledger.xlsx").read_bytes() == SAMPLE.read_bytes()


# -- encrypted


def test_passwords_are_noticed_in_each_format(tmp_path):
    ods = write_ods(tmp_path / "plain.ods", {LEDGER: ledger_rows({})})
    manifest = '<manifest:manifest><manifest:encryption-data manifest:checksum="x"/></manifest:manifest>'
    assert "password" in refusal(repacked(tmp_path / "l.ods", ods.read_bytes(), {"META-INF/manifest.xml": manifest}))

    xls = write_xls(tmp_path / "plain.xls", {LEDGER: ledger_rows({})}).read_bytes()
    name, other = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "office.xlsx").write_bytes(xls.replace(name + bytes(len(other) - len(name)), other))
    assert "password" in refusal(tmp_path / "office.xlsx")

    start = xls.index(struct.pack("<HH", 0x0042, 2))  # the record of the code page gives way to that of a password
    (tmp_path / "locked.xls").write_bytes(xls[:start] + struct.pack("<H", 0x002F) + xls[start + 2 :])
    assert "password" in refusal(tmp_path / "locked.xls")

    zipped = bytearray(SAMPLE.read_bytes())
    zipped[zipped.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.xlsx").write_bytes(zipped)
    assert "password" in refusal(tmp_path / "locked.xlsx")


# -- zip bombs


def test_a_part_that_declares_too_much_is_refused_unread(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", "")
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(700):
                part.write(bytes(1 << 20))
    assert "too large" in refusal(tmp_path / "bomb.xlsx")


def test_a_part_that_unpacks_to_more_than_it_declares_is_stopped_there(tmp_path):
    path = repacked(tmp_path / "bomb.xlsx", SAMPLE.read_bytes(), {"xl/media/image1.png": bytes(300 << 20)})
    content = path.read_bytes()
    small = struct.pack("<I", 5000)
    path.write_bytes(content.replace(struct.pack("<I", 300 << 20), small))  # in both headers
    assert "larger than declared" in refusal(path)


def test_too_well_packed_too_many_twice_or_misplaced_parts_are_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    assert "too large" in refusal(repacked(path, SAMPLE.read_bytes(), {"xl/media/a.png": bytes(50 << 20)}))
    with zipfile.ZipFile(path, "w") as file:
        for number in range(10_001):
            file.writestr(f"xl/{number}", "")
    assert "too large" in refusal(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("xl/workbook.xml", "a")
        file.writestr("XL/workbook.xml", "b")
    assert "twice" in refusal(path)
    path.write_bytes(SAMPLE.read_bytes() + b"PK\x05\x06" + bytes(18))
    assert "two" in refusal(path)
    path.write_bytes(SAMPLE.read_bytes() + b"more")
    assert "misplaced" in refusal(path)


def test_an_archive_within_is_never_unpacked(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(100 << 20))
    path = repacked(tmp_path / "l.xlsx", SAMPLE.read_bytes(), {"xl/embeddings/a.zip": inner.getvalue()})
    assert len(read_ledger(path, form()).rows) == 80


def test_unpacking_agrees_with_the_standard_library():
    package = Package(SAMPLE.read_bytes())
    with zipfile.ZipFile(SAMPLE) as file:
        for name in file.namelist():
            assert package.whole(name, 1 << 24) == file.read(name)


@pytest.mark.parametrize("size", [0, 1, 1 << 16, 1 << 20, (1 << 20) + 1, 5_000_000])
def test_parts_of_every_size_unpack_whole(tmp_path, size):
    data = zlib.compress(os.urandom(1000)) * (size // 1000 + 1)
    repacked(tmp_path / "l.xlsx", SAMPLE.read_bytes(), {"x": data[:size]})
    assert b"".join(Package((tmp_path / "l.xlsx").read_bytes()).chunks("x")) == data[:size]


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


def test_records_that_two_xls_sheets_share_are_refused(tmp_path):
    content = xls_with(tmp_path / "l.xls", (0, 0), sheets=2).read_bytes()
    first = content.index(struct.pack("<HH", 0x85, 9)) + 4
    start = struct.unpack_from("<I", content, first)[0]
    second = content.index(struct.pack("<HH", 0x85, 9), first) + 4
    for shared in (start, start + 20):
        (tmp_path / "l.xls").write_bytes(content[:second] + struct.pack("<I", shared) + content[second + 4 :])
        assert "contradicts" in refusal(tmp_path / "l.xls")


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


# -- old Excel files


def xls_with(path, *cells, sheets=1):
    book = xlwt.Workbook()
    for number in range(sheets):
        page = book.add_sheet(f"{number}")
        for row, column in cells:
            page.write(row, column, 1)
    book.save(str(path))
    return path


def test_an_xls_sheet_with_cells_in_its_corners_is_refused(tmp_path):
    assert "too large" in refusal(xls_with(tmp_path / "corners.xls", (0, 0), (65_535, 255)))
    assert "too large" in refusal(xls_with(tmp_path / "many.xls", (0, 0), (20_000, 60), sheets=20))
    check_file(xls_with(tmp_path / "corner.xls", (65_535, 255)))


@pytest.mark.parametrize(
    ("at", "value", "what"),
    [
        (44, 0xFFFFFFFF, "larger than the file"),  # sectors of the allocation table
        (64, 0xFFFFFFFF, "larger than the file"),  # sectors of the small one
        (48, 0xFFFFFFF0, "without end"),  # first sector of the directory
        (68, 0, "damaged"),  # the table of tables, in a circle
        (30, 20, "no known size"),
    ],
)
def test_a_header_that_promises_too_much_is_refused(tmp_path, at, value, what):
    content = bytearray(write_xls(tmp_path / "l.xls", {LEDGER: ledger_rows({})}).read_bytes())
    struct.pack_into("<I", content, at, value)
    (tmp_path / "l.xls").write_bytes(content)
    assert what in refusal(tmp_path / "l.xls")


def test_a_chain_of_sectors_in_a_circle_is_refused(tmp_path):
    content = bytearray(write_xls(tmp_path / "l.xls", {LEDGER: ledger_rows({})}).read_bytes())
    table = (struct.unpack_from("<I", content, 76)[0] + 1) * 512
    directory = struct.unpack_from("<I", content, 48)[0]
    struct.pack_into("<I", content, table + 4 * directory, directory)
    (tmp_path / "l.xls").write_bytes(content)
    assert "without end" in refusal(tmp_path / "l.xls")


def test_a_sheet_that_declares_billions_of_rows_is_refused(tmp_path):
    content = write_xls(tmp_path / "l.xls", {LEDGER: ledger_rows({})}).read_bytes()
    start = content.index(struct.pack("<HH", 0x0200, 14)) + 4
    hostile = content[:start] + struct.pack("<IIHH", 0, 0xFFFFFFFF, 0, 256) + content[start + 12 :]
    (tmp_path / "l.xls").write_bytes(hostile)
    assert "larger than the format" in refusal(tmp_path / "l.xls")


def test_a_zip_file_within_an_xls_file_is_not_parsed_in_its_stead(tmp_path):
    content = write_xls(tmp_path / "l.xls", {LEDGER: ledger_rows({})}).read_bytes()
    (tmp_path / "l.xls").write_bytes(content + SAMPLE.read_bytes())
    assert len(read_ledger(tmp_path / "l.xls", form()).rows) == 1
    start = content.index(struct.pack("<HH", 0x0042, 2)) + 4
    broken = content[:start] + b"\x01\x00" + content[start + 2 :]  # a code page that nobody knows
    (tmp_path / "l.xls").write_bytes(broken + SAMPLE.read_bytes())
    with pytest.raises(LedgerError):
        read_ledger(tmp_path / "l.xls", form())


def test_one_long_text_in_many_cells_of_an_xls_file_is_refused(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet(LEDGER)
    for row in range(10_000):
        page.write(row, 0, "长" * 20_000)
    book.save(str(tmp_path / "copies.xls"))
    assert "bytes of text" in refusal(tmp_path / "copies.xls")


# -- formulas


def test_failed_and_uncomputed_formulas_are_not_blank(tmp_path):
    rows = ledger_rows(
        {"入党申请时间": "#REF!", "派人谈话时间": "=TODAY()", "接收应到": "=1+1", "推荐时间": date(2024, 1, 1)}
    )
    ledger = read_ledger(write_xlsx(tmp_path / "l.xlsx", {"甲": [[1]], LEDGER: rows}), form())
    values = ledger.rows[0].values
    assert [values[name] for name in ("apply.on", "talk.on", "admit.due")] == [UNREADABLE] * 3
    assert values["activist.recommended_on"] == date(2024, 1, 1)
    assert [problem.shown for problem in ledger.problems] == ["#REF!", "=TODAY()", "=1+1"]


def test_computed_formulas_are_read(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "l.xlsx")
    page = book.add_worksheet(LEDGER)
    page.write_row(0, 0, ["序号", "姓名", "入党申请时间", "派人谈话时间"])
    page.write_formula(1, 0, "=ROW()-1", None, 1)
    page.write(1, 1, "张伟")
    page.write_formula(1, 2, '=TEXT(1,"x")', None, "2024-03-05")
    page.write_formula(1, 3, '=IF(A1="","",1)', None, "blank")
    book.close()
    content = (tmp_path / "l.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as file:  # as Excel writes a formula whose result is an empty text
        empty = file.read(SHEET).replace(b"<v>blank</v>", b"<v></v>")
    repacked(tmp_path / "l.xlsx", content, {SHEET: empty})
    ledger = read_ledger(tmp_path / "l.xlsx", form())
    assert ledger.rows[0].values["apply.on"] == date(2024, 3, 5)
    assert ledger.rows[0].values["talk.on"] is None
    assert ledger.problems == ()


def test_failed_formulas_of_xls_and_ods_files_are_not_blank(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet(LEDGER)
    for column, text in enumerate(["序号", "姓名", "入党申请时间"]):
        page.write(0, column, text)
    page.write(1, 0, 1)
    page.write(1, 1, "张伟")
    page.row(1).set_cell_error(2, 23)
    book.save(str(tmp_path / "l.xls"))
    plain = write_ods(
        tmp_path / "plain.ods", {LEDGER: [["序号", "姓名", "入党申请时间"], [1, "张伟", "坏"]]}
    ).read_bytes()
    with zipfile.ZipFile(io.BytesIO(plain)) as file:
        content = file.read("content.xml").decode()
    failed = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error">'
    )
    before = content.rindex("<table:table-cell", 0, content.index("坏"))
    after = content.index(">", before) + 1
    repacked(tmp_path / "l.ods", plain, {"content.xml": content[:before] + failed + content[after:]})
    for kind in ("xls", "ods"):
        ledger = read_ledger(tmp_path / f"l.{kind}", form())
        assert ledger.rows[0].values["apply.on"] is UNREADABLE
        assert len(ledger.problems) == 1


def test_the_parser_finds_the_1904_calendar(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "l.xlsx", {"date_1904": True})
    page = book.add_worksheet(LEDGER)
    page.write_row(0, 0, ["序号", "姓名", "入党申请时间"])
    page.write_row(1, 0, [1, "张伟"])
    page.write_datetime(1, 2, date(2024, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert read_ledger(tmp_path / "l.xlsx", form()).rows[0].values["apply.on"] == date(2024, 3, 5)


def test_many_styles_and_empty_formatted_rows_of_a_usual_workbook_pass(tmp_path):
    book = openpyxl.load_workbook(SAMPLE)
    book[LEDGER].row_dimensions[1_048_576].height = 3
    book.save(tmp_path / "l.xlsx")
    assert len(read_ledger(tmp_path / "l.xlsx", form()).rows) == 80
