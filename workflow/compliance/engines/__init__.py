"""The databases on which the statements of ``workflow.bulk`` run; tests/bulk/test_conformance.py admits each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from workflow.bulk.dialects import Dialect

Row = tuple[Any, ...]
TableColumns = Sequence[tuple[str, str]]  # name and type


class Engine(Protocol):
    """A database with temporary tables; what was made in it goes with it."""

    @property
    def dialect(self) -> Dialect:
        """Return how it writes SQL."""
        ...

    def load(self, table: str, columns: TableColumns, rows: Iterable[Row]) -> None:
        """Make a temporary table of rows."""
        ...

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives, in the place of an earlier one of that name."""
        ...

    def add(self, table: str, query: str) -> None:
        """Add what a query gives to a temporary table."""
        ...

    def rows(self, query: str) -> Iterator[Row]:
        """Yield what a query gives."""
        ...

    def close(self) -> None:
        """Let everything go."""
        ...


class FileEngine(Engine, Protocol):
    """One that reads the Parquet files of a view and writes such files: what the audit of a country takes."""

    def files(self, paths: Sequence[Path], without: Sequence[Path] = ()) -> str:
        """Return the rows of files as a table, but those of the cases that the files ``without`` list."""
        ...

    def write(self, query: str, path: Path) -> None:
        """Write what a query gives to a file, ordered by its columns from the left, what is blank last."""
        ...


def table_definition(dialect: Dialect, table: str, columns: TableColumns) -> str:
    """Return the statement that makes a temporary table."""
    body = ", ".join(f"{dialect.quoted(name)} {kind}" for name, kind in columns)
    return f"CREATE TEMPORARY TABLE {table} ({body})"
