"""Folders of workbooks as the tests read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

Rows = list[tuple[Any, ...]]


def sheets(path: Path) -> dict[str, Rows]:
    """Return the rows of each sheet of a workbook, the headers among them."""
    book = openpyxl.load_workbook(path, read_only=True)
    found = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    return found


def books(folder: Path) -> dict[str, dict[str, Rows]]:
    """Return the sheets of each workbook by the name of its file without number and ending; the index by “0”."""
    files = sorted(folder.iterdir())
    assert [path.name[:5] for path in files] == [f"{number:05}" for number in range(len(files))]
    return {path.stem[6:] if number else "0": sheets(path) for number, path in enumerate(files)}


def figures(book: dict[str, Rows], sheet: str = "数字") -> dict[str, Any]:
    """Return the first sheet as what was counted, by what it is."""
    return {row[0]: row[1] for row in book[sheet][1:]}


def column(rows: Rows, header: str) -> list[Any]:
    """Return what stands below a header."""
    place = rows[0].index(header)
    return [row[place] for row in rows[1:]]
