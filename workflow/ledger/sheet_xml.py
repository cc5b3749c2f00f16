"""A look through the sheets of an xlsx file before they are parsed: how far they reach, how much text they hold.

The parser lays out the rectangle between the first and the last filled cell, so that one cell in XFD1048576 would take
17 billion. Sheets of a usual shape are passed at the speed of a byte search; everything else is walked tag by tag,
with the parser's own rules for cells that do not say where they stand.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from workflow.ledger.limits import (
    MAX_AREA,
    MAX_STRINGS,
    MAX_TEXT,
    check_area,
    check_text,
    damaged,
    too_large,
)
from workflow.ledger.tags import ATTRIBUTE, ATTRIBUTES, PREFIX, check_comments, check_tags, whole_tags
from workflow.ledger.workbook_xml import by_sheet, check_length, parts_of_sheets
from workflow.ledger.zips import Package

MOST_FAULTS = 200_000  # failed formulas; more are no ledger
USUAL_ROWS, USUAL_COLUMNS = 70_000, 100  # what `_UNUSUAL_PLACE` lets pass
_LONGEST_PLACE = 10  # "XFD1048576"

_UNUSUAL_PLACE = re.compile(
    rb' r="(?:[A-Za-z]{3}|[D-Zd-z][A-Za-z]|[Cc][W-Zw-z]|[A-Za-z]{0,2}(?:[0-9]{6}|[7-9][0-9]{4}))'
)
_TAG = re.compile(rb"<(/?)" + PREFIX + rb"(row|c|v|is|t|f)(?=[\s/>])" + ATTRIBUTES + rb">([^<]*)")
_TAG_START = re.compile(rb"<" + PREFIX + rb"(?:row|c|v|is|t|f)(?=[\s/>])")
_PLACE = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")
_SHARED = re.compile(rb't="s"[^>]*><v>([0-9]{1,10})</v>')
_TEXT_END = re.compile(rb"</" + PREFIX + rb"si\s*>|<" + PREFIX + rb"si\s*/>")
_UNIQUE_COUNT = re.compile(rb"uniqueCount\s*=\s*[\"']([0-9]+)")
# Byte searches for one character are as good as free, those for two are not; hence the order of the questions below.
_PREFIXED = (b":c", b":row", b":f")
_ODD_QUOTING = (b"'", b"\n", b"\r", b"\t", b" =", b"= ")

Faults = Mapping[tuple[int, int], str]


def scan_xlsx(package: Package) -> dict[int, Faults]:
    """Refuse what would be laid out too large; return what failed formulas show, by index of the sheet."""
    lengths = _text_lengths(package)
    longest = max(lengths, default=0)
    sheets = parts_of_sheets(package)
    scanned: list[str] = []
    faults: dict[str, Faults] = {}
    for name in package.parts:
        scan = _walk(package.chunks(name))
        if scan.rows * scan.columns > MAX_AREA:  # as far as a quick look can tell
            scan = _walk(package.chunks(name), exact=True)
        check_area(scan.rows, scan.columns)
        if scan.cells * longest > MAX_TEXT:  # if each cell held the longest text
            check_text(_text(package.chunks(name), lengths))
        if scan.in_sheet:
            scanned.append(name)
        if scan.faults:
            faults[name] = scan.faults
    check_length(package, sheets, scanned)
    return by_sheet(sheets, faults) if faults else {}


@dataclass(slots=True)
class _Scan:
    """What has been seen of one part, and where the parser would stand; rows and columns count from 0."""

    cells: int = 0
    first_row: int = 1 << 30
    last_row: int = -1
    first_column: int = 1 << 30
    last_column: int = -1
    row: int = 0
    column: int = 0
    place: tuple[int, int] | None = None  # of the open cell
    kind: bytes = b""  # its attribute t
    formula: bytes | None = None  # its formula, when it has one
    has_value: bool = False
    in_sheet: bool = False
    faults: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows lie between the first and the last filled cell, both counted."""
        return max(0, self.last_row - self.first_row + 1)

    @property
    def columns(self) -> int:
        """Return how many columns lie between the first and the last filled cell, both counted."""
        return max(0, self.last_column - self.first_column + 1)

    def reach(self, row: int, column: int) -> None:
        """Count a filled cell."""
        self.first_row, self.last_row = min(self.first_row, row), max(self.last_row, row)
        self.first_column, self.last_column = min(self.first_column, column), max(self.last_column, column)


def _walk(chunks: Iterable[bytes], *, exact: bool = False) -> _Scan:
    """Look through one part; ``exact``: every tag is walked, and no piece is passed as usual."""
    scan = _Scan()
    for piece in whole_tags(chunks, b"<c ", b"<row "):
        scan.in_sheet = scan.in_sheet or b"sheetData" in piece
        if not scan.in_sheet:
            continue
        check_comments(piece)
        for portion in _portions(piece):
            if not exact and _is_usual(portion):
                _pass(scan, portion)
            else:
                check_tags(portion)
                _walk_tags(scan, portion)
    return scan


def _portions(piece: bytes) -> Iterator[bytes]:
    """Cut a piece before its first row and behind the last of its sheet: what stands around the rows is never usual.

    It is short. Left with them it would have the whole piece walked tag by tag, and with it all of a small sheet.
    """
    cuts = {0, max(piece.find(b"<row "), 0), max(piece.rfind(b"</sheetData"), 0), len(piece)}
    return (piece[start:end] for start, end in pairwise(sorted(cuts)))


def _text(chunks: Iterable[bytes], lengths: array[int]) -> int:
    """Return how many bytes of shared text the cells of a part hold, each cell counted for itself."""
    size, known = 0, len(lengths)
    for piece in whole_tags(chunks, b"<c ", b"<row "):
        quick = _SHARED.findall(piece)
        if piece.count(b't="s"') == len(quick) and not any(odd in piece for odd in _ODD_QUOTING):
            size += sum(lengths[int(index)] * times for index, times in Counter(quick).items() if int(index) < known)
        else:
            size += _text_by_tags(piece, lengths)
    return size


def _text_by_tags(piece: bytes, lengths: array[int]) -> int:
    """Do the same for a piece of an unusual shape: each value that might be the number of a text is taken for one."""
    check_tags(piece)
    values = (text for end, name, _, text in _TAG.findall(piece) if name == b"v" and not end)
    indices = (int(text) if text.isdigit() and len(text) <= _LONGEST_PLACE else 0 for text in values)
    return sum(lengths[index] for index in indices if index < len(lengths))


def _is_usual(piece: bytes) -> bool:
    """Tell whether each cell and row says in the usual manner where it stands, within the usual bounds, no formulas.

    It says so once: the parser goes by the last of several ``r``.
    """
    cells, rows = piece.count(b"<c"), piece.count(b"<row")
    return (
        not any(odd in piece for odd in _ODD_QUOTING)
        and (b"?" not in piece or b"<?" not in piece)
        and (b":" not in piece or not any(mark in piece for mark in _PREFIXED))
        and cells == piece.count(b'<c r="')
        and rows == piece.count(b'<row r="')
        and cells + rows == piece.count(b'r="')
        and b"<f" not in piece
        and b't="e"' not in piece
        and _UNUSUAL_PLACE.search(piece) is None
    )


def _pass(scan: _Scan, piece: bytes) -> None:
    """Take a usual piece as reaching as far as a usual piece can; note where the parser stands after it."""
    scan.place = None
    cells = piece.count(b"<c")
    scan.cells += cells
    if cells:
        scan.reach(0, 0)
        scan.reach(USUAL_ROWS - 1, USUAL_COLUMNS - 1)
        row, column = _place(piece[piece.rfind(b'<c r="') + 6 :][:_LONGEST_PLACE])
        scan.row, scan.column = row, (column or 0) + 1
    last_row = piece.rfind(b'<row r="')
    if last_row >= 0:
        scan.row = _place(piece[last_row + 8 :][:_LONGEST_PLACE])[0]
    if (end := piece.rfind(b"</row>")) > last_row:
        scan.row, scan.column = scan.row + 1, (0 if end > piece.rfind(b"<c ") else scan.column)


def _walk_tags(scan: _Scan, piece: bytes) -> None:
    """Walk the tags as the parser does."""
    tags = _TAG.findall(piece)
    if len(_TAG_START.findall(piece)) != sum(not end for end, _, _, _ in tags):
        raise damaged("a tag within a tag")
    for end, name, attributes, text in tags:
        if name == b"row":
            _at_row(scan, attributes, is_end=bool(end) or attributes.endswith(b"/"))
            if not end and attributes.endswith(b"/"):
                scan.column = 0
        elif name == b"c" and not end:
            _at_cell(scan, attributes)
        elif name == b"c":
            _close_cell(scan)
        elif scan.place and not end:
            _at_content(scan, name, attributes, text)


def _at_row(scan: _Scan, attributes: bytes, *, is_end: bool) -> None:
    """Start or end a row."""
    if place := _attributes(attributes).get(b"r"):
        scan.row = _place(place, whole=True)[0]
    if is_end:
        scan.row, scan.column = scan.row + 1, 0


def _at_cell(scan: _Scan, attributes: bytes) -> None:
    """Start a cell."""
    about = _attributes(attributes)
    row, column = scan.row, scan.column
    if place := about.get(b"r"):
        row, named = _place(place, whole=True)
        column = 0 if named is None else named
    scan.place, scan.kind, scan.formula, scan.has_value = (row, column), about.get(b"t", b""), None, False
    scan.column = column + 1
    scan.cells += 1
    if attributes.endswith(b"/"):
        scan.place = None


def _at_content(scan: _Scan, name: bytes, attributes: bytes, text: bytes) -> None:
    """Count what stands in the open cell."""
    if name == b"f":
        scan.formula = text
        return
    if scan.place is None or attributes.endswith(b"/"):
        return
    scan.reach(*scan.place)
    scan.has_value = scan.has_value or bool(text)
    if name == b"v" and scan.kind == b"e":
        _fault(scan, text.decode("utf-8", "replace"))


def _close_cell(scan: _Scan) -> None:
    """End the open cell; a formula that has no value was never computed."""
    if scan.place and scan.formula is not None and not scan.has_value and scan.kind != b"str":
        scan.reach(*scan.place)
        _fault(scan, f"={scan.formula.decode('utf-8', 'replace')}")
    scan.place = None


def _fault(scan: _Scan, text: str) -> None:
    """Keep what a failed formula shows."""
    if scan.place and len(scan.faults) < MOST_FAULTS:
        scan.faults[scan.place] = text or "#VALUE!"


def _attributes(text: bytes) -> dict[bytes, bytes]:
    """Return the attributes r and t."""
    found = [(name, double or single) for name, double, single in ATTRIBUTE.findall(text) if name in {b"r", b"t"}]
    if len(found) != len(dict(found)):
        raise damaged("an attribute stands there twice")
    return dict(found)


def _place(text: bytes, *, whole: bool = False) -> tuple[int, int | None]:
    """Return row and column, from 0, of ``B7``; without letters the column is None."""
    found = _PLACE.fullmatch(text) if whole else _PLACE.match(text)
    if found is None or int(found[2]) < 1:
        raise damaged("a cell in no place")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + letter - 64
    return int(found[2]) - 1, column - 1 if column else None


def _text_lengths(package: Package) -> array[int]:
    """Return the size in bytes of each shared text."""
    lengths = array("L")
    for name in package.parts:
        if name.lower().endswith("sharedstrings.xml"):
            if package.parts[name].file_size > MAX_STRINGS:
                raise too_large(f"文字表超过 {MAX_STRINGS} 字节", f"its texts take more than {MAX_STRINGS} bytes")
            rest = b""
            for piece in whole_tags(package.chunks(name), b"<si>"):
                check_tags(piece)
                if not lengths and any(int(count[:20]) > MAX_AREA for count in _UNIQUE_COUNT.findall(piece)):
                    raise damaged("a table of texts that declares more than it can hold")
                *texts, rest = _TEXT_END.split(rest + piece)
                lengths.extend(map(len, texts))
    return lengths
