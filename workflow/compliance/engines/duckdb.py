"""DuckDB, in this process: the engine unless another is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from glob import escape
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from workflow.bulk.dialects import DUCKDB, Dialect, as_text
from workflow.bulk.layout import CASE
from workflow.compliance.engines import Row, TableColumns, table_definition
from workflow.compliance.files import PRIVATE

AT_ONCE = 10_000  # rows
GAINS_NOTHING = "projection_placement"  # a fifth of the planning of a statement of all clauses
# Words are listed once, days and numbers stand as differences: to list those as well cost a third of the writing.
AS_DIFFERENCES = "PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 64"


class DuckDbEngine:
    """A database in memory that writes to a folder what does not fit."""

    dialect: Dialect = DUCKDB

    def __init__(self, memory: str = "700MB", threads: int | None = None, folder: str | None = None) -> None:
        """Open one. ``folder``: where it may write what does not fit; without it, it fails instead."""
        settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": folder or ""}
        self.connection = duckdb.connect(config=settings | ({"threads": threads} if threads else {}))
        self.connection.execute("SET enable_progress_bar = false")
        with suppress(duckdb.Error):  # an edition may not know it
            self.connection.execute(f"SET disabled_optimizers = '{GAINS_NOTHING}'")

    def load(self, table: str, columns: TableColumns, rows: Iterable[Row]) -> None:
        """Make a temporary table of rows."""
        self.connection.execute(table_definition(self.dialect, table, columns))
        insert(self.connection, table, dict(columns), rows)

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives, in the place of an earlier one of that name."""
        self.connection.execute(f"CREATE OR REPLACE TEMPORARY TABLE {table} AS {query}")

    def add(self, table: str, query: str) -> None:
        """Add what a query gives to a temporary table."""
        self.connection.execute(f"INSERT INTO {table} {query}")

    def rows(self, query: str) -> Iterator[Row]:
        """Yield what a query gives."""
        found = self.connection.execute(query)
        while part := found.fetchmany(AT_ONCE):
            yield from part

    def files(self, paths: Sequence[Path], without: Sequence[Path] = ()) -> str:
        """Return the rows of Parquet files as a table, but those of the cases that the files ``without`` list."""
        return rows_of_cases(paths, without)

    def write(self, query: str, path: Path) -> None:
        """Write what a query gives, ordered by its columns, to a Parquet file: whole or not at all, for nobody else."""
        write_parquet(self.connection, f"SELECT * FROM ({query}) ORDER BY ALL", path)

    def close(self) -> None:
        """Let everything go."""
        self.connection.close()


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, types: Mapping[str, str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add rows to a table, ``types`` by column: a list a column is ninety times as quick as a row at a time."""
    places = ", ".join(f"unnest(?::{kind}[])" for kind in types.values())
    waiting = iter(rows)
    while part := list(islice(waiting, AT_ONCE)):
        lists = [list(column) for column in zip(*part, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {places}", lists)


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path, form: str = "") -> int:
    """Write what a query gives to a Parquet file, whole or not at all, readable by nobody else; return its rows.

    ``form``: how values are written, as DuckDB names it; without it, so that the oldest reader understands them.
    """
    beside = path.with_name(f".{path.name}.part")
    options = f"FORMAT parquet, COMPRESSION zstd{form and f', {form}'}"
    told = connection.execute(f"COPY ({query}) TO {text(str(beside))} ({options})").fetchone()
    beside.chmod(PRIVATE)
    beside.replace(path)
    return int(told[0]) if told else 0


def parquet(*paths: Path) -> str:
    """Return Parquet files as one table, as SQL names it; columns that a file lacks are blank.

    DuckDB would take a path with brackets, asterisks or question marks for a pattern: each stands for itself.
    """
    return f"read_parquet([{', '.join(text(escape(str(path))) for path in paths)}], union_by_name = true)"


def rows_of_cases(paths: Sequence[Path], without: Sequence[Path] = (), case: str = CASE) -> str:
    """Return the rows of Parquet files as one table, but those of the cases that other files list.

    ``case``: the column of these rows that says of which case they are.
    """
    rows, listed = parquet(*paths), DUCKDB.quoted(CASE)
    if not without:
        return rows
    return f"(SELECT * FROM {rows} WHERE {DUCKDB.quoted(case)} NOT IN (SELECT {listed} FROM {parquet(*without)}))"


def words_listed(connection: duckdb.DuckDBPyConnection, rows: str, of: str) -> str:
    """Return a query for rows whose words stand as numbers in lists: these are written in half the time.

    ``of``: a table with the columns of ``rows`` and all words in them.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {of}").fetchall()
    names = [DUCKDB.quoted(name) for name, kind, *_ in described if kind == "VARCHAR"]
    if not names:
        return f"SELECT * FROM {rows}"
    lists = (f"list(DISTINCT {name}) FILTER ({name} IS NOT NULL)" for name in names)
    found = connection.execute(f"SELECT {', '.join(lists)} FROM {of}").fetchall()[0]
    # TRY_CAST looks at each word of a page's list once, CAST at every row; neither meets a word that it does not know.
    listed = (
        f"TRY_CAST({name} AS {DUCKDB.type_of(words or ())}) AS {name}" for name, words in zip(names, found, strict=True)
    )
    return f"SELECT * REPLACE ({', '.join(listed)}) FROM {rows}"


def text(value: str) -> str:
    """Return a text of any signs."""
    return as_text(value)
