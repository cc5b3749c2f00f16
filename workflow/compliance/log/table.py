"""A log as a table of texts in DuckDB, ``raw``: the line of each row, and the columns that are read.

CSV is read here, row by row, because every row must be known by its line: a cell may hold line breaks, and a row that
cannot be read must not move those after it. Parquet is read by DuckDB; its rows are counted from 1.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
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
    reader = csv.reader(file, delimiter=separator)
    try:
        header = [cell.strip() for cell in next(reader)]
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
    insert(connection, "raw", types, _rows(reader, len(header), places, bad))
    insert(connection, "bad", BAD, bad)
    return stored


def _rows(
    reader: Iterator[list[str]], width: int, places: Sequence[int], bad: list[tuple[int, str, str, str]]
) -> Iterator[tuple[int | str | None, ...]]:
    """Yield the line on which each row begins and its cells; of one that is damaged, its line goes to ``bad``."""
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]  # of csv.reader
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            bad.append((line, "", "row", ""))
            continue
        if len(row) == width:
            yield (line, *(row[place] or None for place in places))
        elif row:
            bad.append((line, "", "row", str(len(row))))
