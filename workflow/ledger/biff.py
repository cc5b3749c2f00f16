"""A look through the records of an xls workbook before it is parsed: how far its sheets reach, what they hold."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workflow.ledger.limits import (
    MAX_TEXT,
    MAX_XLS_AREA,
    check_sheets,
    check_text,
    damaged,
    encrypted,
    too_large,
)
from workflow.ledger.ole import Container

MAX_FORMULAS = 8_000_000  # bytes; the parser writes formulas out, names in them at up to fifty times their size
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
_TWO = struct.Struct("<HH")

_EOF, _BOF, _BOUND_SHEET, _FILE_PASS, _SST, _CONTINUE = 0x0A, 0x0809, 0x85, 0x2F, 0xFC, 0x3C
_DIMENSIONS, _FORMULA, _BOOL_ERR, _LABEL_SST, _MUL_RK = 0x0200, 0x06, 0x0205, 0xFD, 0xBD
_CELLS = frozenset({0x0203, 0x0204, 0xD6, _BOOL_ERR, 0x027E, _LABEL_SST, _FORMULA, _MUL_RK})
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Faults = Mapping[tuple[int, int], str]


@dataclass(slots=True)
class _Reach:
    """The rectangle of the filled cells of one sheet, from 0, and what failed formulas show."""

    first_row: int = 1 << 16
    last_row: int = -1
    first_column: int = 1 << 16
    last_column: int = -1
    formulas: int = 0  # bytes
    texts: array[int] = field(default_factory=lambda: array("L"))  # the number of the text, a cell
    faults: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, row: int, first: int, last: int) -> None:
        """Count cells of one row."""
        self.first_row, self.last_row = min(self.first_row, row), max(self.last_row, row)
        self.first_column, self.last_column = min(self.first_column, first), max(self.last_column, last)

    @property
    def area(self) -> int:
        """Return the cells of the rectangle."""
        if self.last_row < 0:
            return 0
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


def scan_xls(content: bytes) -> dict[int, Faults]:
    """Refuse what would be laid out too large; return what failed formulas show, by index of the sheet."""
    stream = Container(content).workbook()
    starts, texts = _globals(stream)
    check_sheets(len(starts))
    by_start: dict[int, _Reach] = {}
    end = 0
    for start in sorted(starts):
        if start < end:  # two that share their records would be walked, and laid out, again and again
            raise damaged("its list of sheets contradicts itself")
        by_start[start], end = _sheet(stream, start)
    sheets = [by_start[start] for start in starts]
    if sum(sheet.area for sheet in sheets) > MAX_XLS_AREA:
        raise too_large(
            f"各工作表合计超过 {MAX_XLS_AREA} 格", f"its sheets have more than {MAX_XLS_AREA} cells together"
        )
    labels = sum(len(sheet.texts) for sheet in sheets)
    if labels * sum(map(len, texts)) > MAX_TEXT:  # if each cell held all texts; now let each hold its own
        lengths = text_lengths(texts)
        known = len(lengths)
        check_text(sum(lengths[index] for sheet in sheets for index in sheet.texts if index < known))
    return {index: sheet.faults for index, sheet in enumerate(sheets) if sheet.faults}


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and length of each record from ``at`` on."""
    head = struct.Struct("<HH")
    end = len(stream)
    while at + 4 <= end:
        kind, size = head.unpack_from(stream, at)
        at += 4
        if at + size > end:
            raise damaged("a record is cut off")
        yield kind, at, size
        at += size


def _globals(stream: bytes) -> tuple[list[int], list[bytes]]:
    """Return where the sheets start, and the records of the table of texts."""
    starts: list[int] = []
    texts: list[bytes] = []
    in_texts = False
    for kind, at, size in _records(stream, 0):
        if kind == _FILE_PASS:
            raise encrypted()
        if kind == _BOUND_SHEET and size >= 4:  # noqa: PLR2004  the record starts with a number of four bytes
            starts.append(struct.unpack_from("<I", stream, at)[0])
        in_texts = kind == _SST or (in_texts and kind == _CONTINUE)
        if in_texts:
            texts.append(stream[at : at + size])
        if kind == _EOF:
            break
    return starts, texts


def _sheet(stream: bytes, start: int) -> tuple[_Reach, int]:
    """Walk the records of one sheet as the parser does; return with them where they end."""
    reach = _Reach()
    depth = 0
    end = start + 1
    for kind, at, size in _records(stream, start):
        end = at + size
        if kind in _CELLS and size >= 6:  # noqa: PLR2004  row, column and more
            _count_cells(reach, kind, stream[at : at + size])
        elif kind == _DIMENSIONS:
            _check_dimensions(stream[at : at + size])
        elif kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
    return reach, end


def _count_cells(reach: _Reach, kind: int, record: bytes) -> None:
    """Count the cell, or the cells, of one record."""
    row, column = _TWO.unpack_from(record)
    if kind == _MUL_RK:  # row, first column, six bytes a cell, last column
        reach.add(row, column, column + max(0, (len(record) - 6) // 6 - 1))
        return
    reach.add(row, column, column)
    if kind == _LABEL_SST and len(record) >= 10:  # noqa: PLR2004  row, column, format, number of the text
        reach.texts.append(struct.unpack_from("<I", record, 6)[0])
    if kind == _FORMULA:
        reach.formulas += len(record)
        if reach.formulas > MAX_FORMULAS:
            raise too_large("公式过多", "too many formulas")
    if kind in {_FORMULA, _BOOL_ERR} and (text := _failure(kind, record)):
        reach.faults[row, column] = text


def _failure(kind: int, record: bytes) -> str | None:
    """Return what a failed formula shows; None for a cell with a value."""
    if kind == _BOOL_ERR and len(record) >= 8 and record[7]:  # noqa: PLR2004  value, then: is it an error
        return _ERRORS.get(record[6], "#VALUE!")
    if kind == _FORMULA and record[12:14] == b"\xff\xff" and record[6] == 2:  # noqa: PLR2004  2: an error
        return _ERRORS.get(record[8], "#VALUE!")
    return None


def _check_dimensions(record: bytes) -> None:
    """Refuse a sheet that declares more than the format can hold: the parser reserves what is declared."""
    wide = len(record) == 14  # noqa: PLR2004  rows in four bytes each since 1997, in two before
    if not wide and len(record) != 10:  # noqa: PLR2004  the length of the old record
        raise damaged("a sheet of no known size")
    first, last = struct.unpack_from("<II" if wide else "<HH", record)
    if last > _MOST_ROWS or first > last or struct.unpack_from("<HH", record, 8 if wide else 4)[1] > _MOST_COLUMNS:
        raise damaged("a sheet larger than the format can hold")


def text_lengths(records: list[bytes]) -> array[int]:
    """Return a bound for the size in bytes of each text of the table.

    A text may run on in the next record, which then starts with a new flag for the width of its characters.
    """
    lengths = array("L")
    queue = iter(records)
    data, at = next(queue, b""), 8
    try:
        while True:
            while at >= len(data):
                data, at = next(queue), 0
            count, flags = struct.unpack_from("<HB", data, at)
            at += 3
            runs = struct.unpack_from("<H", data, at)[0] if flags & 8 else 0
            at += 2 if flags & 8 else 0
            extra = struct.unpack_from("<I", data, at)[0] if flags & 4 else 0
            at += 4 if flags & 4 else 0
            lengths.append(3 * count)
            left, width = count, 1 + (flags & 1)
            while left * width > len(data) - at:
                left -= (len(data) - at) // width
                data = next(queue)
                width, at = 1 + (data[0] & 1), 1
            at += left * width
            rest = 4 * runs + extra
            while rest > len(data) - at:
                rest -= len(data) - at
                data, at = next(queue), 0
            at += rest
    except StopIteration:
        return lengths
    except (struct.error, IndexError) as fault:
        raise damaged("its table of texts is cut off") from fault
