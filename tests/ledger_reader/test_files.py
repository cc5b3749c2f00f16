"""Files that are no workbook, or one that would do harm: refused before any parser touches them, in little memory."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib

import pytest
import xlwt

from tests.ledger_reader.hostile import refusal, repacked
from tests.ledger_reader.workbooks import LEDGER, SAMPLE, WRITERS, form, ledger_rows, write_ods, write_xls
from workflow.errors import LedgerError
from workflow.ledger import check_file, read_ledger
from workflow.ledger.zips import Package

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


def test_records_that_two_xls_sheets_share_are_refused(tmp_path):
    content = xls_with(tmp_path / "l.xls", (0, 0), sheets=2).read_bytes()
    first = content.index(struct.pack("<HH", 0x85, 9)) + 4
    start = struct.unpack_from("<I", content, first)[0]
    second = content.index(struct.pack("<HH", 0x85, 9), first) + 4
    for shared in (start, start + 20):
        (tmp_path / "l.xls").write_bytes(content[:second] + struct.pack("<I", shared) + content[second + 4 :])
        assert "contradicts" in refusal(tmp_path / "l.xls")
