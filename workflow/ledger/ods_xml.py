"""A look through the content of an ods file before it is parsed: how far its sheets reach when repeats are written out.

OpenDocument writes “the next 16,000 cells are alike” as one; the parser writes them out again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.ledger.limits import (
    MAX_AREA,
    MAX_ROWS,
    check_area,
    check_sheets,
    check_text,
    damaged,
    encrypted,
    too_large,
)
from workflow.ledger.tags import ATTRIBUTE, ATTRIBUTES, check_comments, check_instructions, whole_tags
from workflow.ledger.zips import Package

MANIFEST_SIZE = 20_000_000
MOST_REPEATS = 1 << 31

_TAG = re.compile(
    rb"<(?:(/)(?=table:table(?:-row)?\s*>))?(table:table-row|table:table-cell|table:covered-table-cell|table:table|text:s)(?=[\s/>])"
    + ATTRIBUTES
    + rb">"
)
_TAG_START = re.compile(rb"<(?:table:(?:table(?:-row|-cell)?|covered-table-cell)|text:s)(?=[\s/>])")
_FILLED = re.compile(
    rb"\s(?:office:(?:value|string-value|date-value|time-value|boolean-value|value-type)|table:formula)\s*="
)
_FAILED = re.compile(rb"""\scalcext:value-type\s*=\s*["']error["']""")

Faults = Mapping[tuple[int, int], str]


@dataclass(slots=True)
class _Scan:
    """Where the parser would stand: counts are of the sheet being read, but for ``area`` and ``text``."""

    area: int = 0  # cells written out, all sheets together
    text: int = 0  # bytes of text copied by repeats
    sheet: int = -1
    row: int = 0  # from 0
    row_repeats: int = 1
    filled_rows: int = 0  # rows down to the last filled one
    widest: int = 0
    column: int = 0
    filled_columns: int = 0  # cells of this row up to the last filled one
    cell_start: int = -1  # of the open cell, in the piece; -1: none
    cell_repeats: int = 1
    faults: dict[int, dict[tuple[int, int], str]] = field(default_factory=dict)


def scan_ods(package: Package) -> dict[int, Faults]:
    """Refuse what would be written out too large; return what failed formulas show, by index of the sheet."""
    if b"encryption-data" in package.whole("META-INF/manifest.xml", MANIFEST_SIZE):
        raise encrypted()
    scan = _Scan()
    if "content.xml" not in package.parts:
        raise damaged("no content.xml")
    for piece in whole_tags(package.chunks("content.xml"), b"<table:table-cell", b"<table:table-row"):
        check_comments(piece)
        check_instructions(piece)
        _walk_tags(scan, piece)
    _end_sheet(scan)
    return dict(scan.faults)


def _walk_tags(scan: _Scan, piece: bytes) -> None:
    """Walk the tags as the parser does."""
    starts = len(_TAG_START.findall(piece))
    for found in _TAG.finditer(piece):
        end, name, attributes = found.groups()
        starts -= not end
        if name == b"text:s":
            scan.text += _repeats(b"text:c", attributes) * scan.cell_repeats * scan.row_repeats
            check_text(scan.text)
            continue
        if scan.cell_start >= 0:
            _end_cell(scan, found.start())
        closed = bool(end) or attributes.endswith(b"/")
        if name == b"table:table":
            _end_sheet(scan)
            scan.sheet += 0 if end else 1
            check_sheets(scan.sheet + 1)
        elif name == b"table:table-row":
            if not end:
                _start_row(scan, attributes)
            if closed:
                _end_row(scan)
        elif not end:
            _at_cell(scan, attributes, found.start())
    _end_cell(scan, len(piece))
    if starts:
        raise damaged("a tag within a tag")


def _start_row(scan: _Scan, attributes: bytes) -> None:
    """Start a row."""
    scan.row_repeats = _repeats(b"table:number-rows-repeated", attributes)
    scan.column = scan.filled_columns = 0


def _end_row(scan: _Scan) -> None:
    """End a row: a filled one is written out with all its repeats and the empty ones above it."""
    scan.row += scan.row_repeats
    if scan.filled_columns:
        scan.filled_rows = scan.row
        scan.widest = max(scan.widest, scan.filled_columns)
        scan.area += scan.filled_columns
        check_area(scan.filled_rows, scan.widest)
    if scan.area > MAX_AREA:
        raise too_large(f"超过 {MAX_AREA} 格", f"more than {MAX_AREA} cells")
    scan.row_repeats, scan.filled_columns = 1, 0


def _at_cell(scan: _Scan, attributes: bytes, start: int) -> None:
    """Count a cell with its repeats."""
    repeats = _repeats(b"table:number-columns-repeated", attributes)
    if _FILLED.search(attributes):
        if b"error" in attributes and _FAILED.search(attributes) and scan.row_repeats <= MAX_ROWS:
            scan.faults.setdefault(scan.sheet, {})[scan.row, scan.column] = "#VALUE!"
        scan.filled_columns = scan.column + repeats
        scan.cell_start, scan.cell_repeats = start, repeats
        if repeats > 1:
            check_area(1, scan.filled_columns)
    scan.column += repeats


def _end_cell(scan: _Scan, at: int) -> None:
    """Count the text that repeats of the open cell copy."""
    if scan.cell_start >= 0:
        copies = scan.cell_repeats * scan.row_repeats
        scan.text += (at - scan.cell_start) * copies
        scan.cell_start, scan.cell_repeats = -1, 1
        if copies > 1:
            check_text(scan.text)


def _end_sheet(scan: _Scan) -> None:
    """End a sheet."""
    scan.area += scan.filled_rows * scan.widest
    if scan.area > 2 * MAX_AREA:
        raise too_large(f"超过 {MAX_AREA} 格", f"more than {MAX_AREA} cells")
    scan.row = scan.filled_rows = scan.widest = 0


def _repeats(name: bytes, attributes: bytes) -> int:
    """Return how often a row, cell or space is repeated."""
    if name not in attributes:
        return 1
    values = [double or single for own, double, single in ATTRIBUTE.findall(attributes) if own == name]
    if not values:
        return 1
    if len(values) > 1 or not values[0].isdigit() or len(values[0]) > 10:  # noqa: PLR2004  beyond any sheet
        raise damaged("a repeat that is no number")  # a reference such as &#57; hides one
    return min(int(values[0]), MOST_REPEATS)
