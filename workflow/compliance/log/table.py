"""A log as a table of texts in DuckDB, ``raw``: the line of each row, and the columns that are read.

CSV is read here, row by row, because every row must be known by its line: a cell may hold line breaks, and a row that
cannot be read must not move those after it. Parquet is read by DuckDB; its rows are counted from 1.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import duckdb

from workflow.bulk.terms import name
from workflow.compliance.engines.duckdb import insert, parquet
from workflow.compliance.log.naming import Columns, LogUnreadable
from workflow.compliance.view.tables import create
from workflow.errors import Text
from workflow.plain import harmless

CSV, PARQUET = (".csv", ".tsv", ".txt"), (".parquet", ".pq")
CHUNK = 1 << 20  # bytes looked at together to tell the encoding
HEADER = 1 << 16  # signs of the first line in which the separator is looked for
SEPARATORS = ",;\t|"
BAD = {"line": "BIGINT", "column": "VARCHAR", "why": "VARCHAR", "shown": "VARCHAR"}
SHOWN = 60  # signs of a cell that is shown
MOST_LINES = 1000  # of one row: where a quote is not closed the rest of the file would be
Choose = Callable[[Sequence[str]], Columns]


def read_log(connection: duckdb.DuckDBPyConnection, path: Path, choose: Choose) -> Columns:
    """Fill ``raw`` and ``bad``, and return where ``raw`` holds what; ``choose`` is given the header.

    Raises LogUnreadable, OSError.
    """
    create(connection, "bad", BAD)
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        return _read_parquet(connection, path, choose)
    if suffix in CSV:
        with _opened(path) as file:
            return _read_csv(connection, file, choose)
    shown = "、".join((*CSV, *PARQUET))
    raise LogUnreadable(
        Text(f"“{path.name}”不是事件日志", f"“{path.name}” is no event log"),
        Text(f"文件名应以 {shown} 结尾", f"its name ends in {shown}"),
    )


# --- Parquet --------------------------------------------------------------------------------------------------------


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path, choose: Choose) -> Columns:
    path.open("rb").close()  # the system's own words for a file that is not there
    source = parquet(path).replace("union_by_name = true", "file_row_number = true")
    described = connection.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}").fetchall()
    columns = choose([row[0] for row in described])
    stored = columns.stored
    texts = ", ".join(f"CAST({name(written)} AS VARCHAR) AS {own}" for own, written in stored.written.items())
    connection.execute(f"CREATE TABLE raw AS SELECT file_row_number + 1 AS {name(LINE)}, {texts} FROM {source}")
    return stored


# --- CSV ------------------------------------------------------------------------------------------------------------

LINE = "#line"


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
        yield file


def _encoding(path: Path) -> str:
    """Return UTF-8 or, where a file is not that, the encoding of Chinese offices."""
    with path.open("rb") as file:
        start = file.read(len(codecs.BOM_UTF8))
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _read_csv(connection: duckdb.DuckDBPyConnection, file: TextIO, choose: Choose) -> Columns:
    first = file.readline(HEADER)
    file.seek(0)
    separator = max(SEPARATORS, key=first.count)
    lines = _Lines(file)
    try:
        header = [cell.strip() for cell in next(csv.reader(lines, delimiter=separator, strict=True))]
    except (StopIteration, csv.Error) as error:
        raise LogUnreadable(Text("文件没有表头", "the file has no header")) from error
    columns = choose(header)
    if twice := next((one for one in columns.read if header.count(one) > 1), None):
        shown = harmless(twice)[:80]
        raise LogUnreadable(
            Text(f"表头中“{shown}”出现不止一次", f"the column “{shown}” stands there more than once"),
            Text("请改名，使每列名称不同", "rename one: each column has a name of its own"),
        )
    places = [header.index(one) for one in columns.read]
    stored = columns.stored
    types = {LINE: "BIGINT"} | dict.fromkeys(stored.written, "VARCHAR")
    create(connection, "raw", types)
    bad: list[tuple[int, str, str, str]] = []
    insert(connection, "raw", types, _rows(lines, separator, len(header), places, bad))
    insert(connection, "bad", BAD, bad)
    return stored


class _Lines:
    """The lines of a file one by one, those of the row that is being read again if need be."""

    def __init__(self, file: Iterable[str]) -> None:
        self._rest, self._again = iter(file), deque[str]()
        self.read = 0  # lines that are behind
        self.taken: list[str] = []  # of the row that is being read

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) == MOST_LINES:
            raise csv.Error
        line = self._again.popleft() if self._again else next(self._rest)
        self.taken.append(line)
        self.read += 1
        return line

    def back(self) -> None:
        """Put back all lines of the row but its first."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.read -= len(self.taken) - 1
        del self.taken[1:]


def _rows(
    lines: _Lines, separator: str, width: int, places: Sequence[int], bad: list[tuple[int, str, str, str]]
) -> Iterator[tuple[int | str | None, ...]]:
    """Yield the line on which each row begins and its cells; of one that is damaged, its line goes to ``bad``.

    A quote without its pair swallows the lines after it. Where that shows, they are read for themselves; where they
    could as well be the lines of one cell, none of them is used.
    """
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.taken.clear()
        line = lines.read + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            lines.back()
            first = lines.taken[0]
            bad.append((line, "", "quote" if '"' in first else "row", first.strip()[:SHOWN]))
            reader = csv.reader(lines, delimiter=separator, strict=True)
            continue
        if len(lines.taken) > 1 and _swallowed(lines.taken, separator, width):
            bad.extend((line + place, "", "quote", one.strip()[:SHOWN]) for place, one in enumerate(lines.taken))
        elif len(row) == width:
            yield (line, *(row[place] or None for place in places))
        elif row:
            bad.append((line, "", "row", str(len(row))))


def _swallowed(taken: Sequence[str], separator: str, width: int) -> bool:
    """Tell whether lines that make one row look like rows each: the first and one of the others are as long as one."""
    long = [one.count(separator) + 1 == width for one in taken]
    return width > 1 and long[0] and any(long[1:])
