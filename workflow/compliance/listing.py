"""Rows of any number as a file: ``.csv``, ``.parquet``, or ``.json`` with what is said about them before them.

They go through one by one; nothing of ours is replaced by half a file, and nothing that is not a list is overwritten.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from workflow.compliance.engines.duckdb import write_parquet
from workflow.compliance.files import NotWritten, check_target, whole
from workflow.compliance.ours import FORMAT, check_replaced
from workflow.compliance.write import inert
from workflow.errors import Text

FORMS = (".csv", ".parquet", ".json")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is written: a query with its columns, what JSON says beside it (``head``) and the key of the rows there."""

    query: str
    columns: Sequence[str]
    head: Mapping[str, Any]
    key: str


def check_form(path: Path, *sources: Path) -> None:
    """Refuse, before the work begins, what could not be written after it or would destroy something.

    Raises NotWritten: as ``write.check_targets`` does; no Parquet file is replaced, for it bears no mark of ours.
    """
    if path.suffix.lower() not in FORMS:
        raise NotWritten(
            Text(f"不知道怎样写“{path.name}”。", f"“{path.name}” names no form of file that can be written."),
            Text(f"请以 {'、'.join(FORMS)} 结尾。", f"End the name with {', '.join(FORMS)}."),
        )
    check_target(path, *sources)
    check_replaced(path)


def write_listing(connection: duckdb.DuckDBPyConnection, listing: Listing, path: Path) -> None:
    """Write the rows to ``path`` in the form that its suffix names; raises NotWritten."""
    check_form(path)
    if path.suffix.lower() == ".parquet":
        write_parquet(connection, listing.query, path)
        return
    connection.execute("SET preserve_insertion_order = true")
    found = connection.execute(listing.query)
    with whole(path) as file:
        WRITERS[path.suffix.lower()](file, iter(found.fetchone, None), listing)


def _csv(file: BinaryIO, rows: Iterable[Sequence[Any]], listing: Listing) -> None:
    lines = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    out = csv.writer(lines)
    out.writerow(listing.columns)
    for row in rows:
        out.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
    lines.detach()


def _json(file: BinaryIO, rows: Iterable[Sequence[Any]], listing: Listing) -> None:
    """Write the head and, as its last key, the rows, one a line."""
    start = json.dumps({"format": FORMAT, **listing.head}, ensure_ascii=False, indent=1).removesuffix("\n}")
    file.write(f'{start},\n "{listing.key}": ['.encode())
    lines = enumerate(_lines(rows, listing.columns))
    file.writelines(f"{',' if place else ''}\n  {line}".encode() for place, line in lines)
    file.write(b"\n ]\n}\n")


def _lines(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> Iterator[str]:
    for row in rows:
        cells = (cell.isoformat() if isinstance(cell, date) else cell for cell in row)
        yield json.dumps(dict(zip(columns, cells, strict=True)), ensure_ascii=False)


WRITERS: Mapping[str, Callable[[BinaryIO, Iterable[Sequence[Any]], Listing], None]] = {".csv": _csv, ".json": _json}
