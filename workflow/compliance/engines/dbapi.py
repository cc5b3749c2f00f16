"""PostgreSQL and SQLite, through the drivers that the record itself uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workflow.bulk.dialects import Dialect
from workflow.compliance.engines import Row, TableColumns, table_definition

AT_ONCE = 1_000  # rows


class DbApiEngine:
    """A connection of a driver that follows Python's DB-API; ``mark``: how it writes a place for a value."""

    def __init__(self, connection: Any, dialect: Dialect, mark: str) -> None:  # noqa: ANN401 - two drivers, one protocol
        """Take a connection, which is closed with the engine; nothing of it is ever committed."""
        self.connection, self.dialect, self.mark = connection, dialect, mark

    def load(self, table: str, columns: TableColumns, rows: Iterable[Row]) -> None:
        """Make a temporary table of rows."""
        self._run(table_definition(self.dialect, table, columns))
        marks = ", ".join([self.mark] * len(columns))
        cursor = self.connection.cursor()
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        cursor.close()

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives, in the place of an earlier one of that name."""
        self._run(f"DROP TABLE IF EXISTS {table}")
        self._run(f"CREATE TEMPORARY TABLE {table} AS {query}")

    def add(self, table: str, query: str) -> None:
        """Add what a query gives to a temporary table."""
        self._run(f"INSERT INTO {table} {query}")

    def rows(self, query: str) -> Iterator[Row]:
        """Yield what a query gives."""
        cursor = self.connection.cursor()
        cursor.execute(query)
        while part := cursor.fetchmany(AT_ONCE):
            yield from map(tuple, part)
        cursor.close()

    def close(self) -> None:
        """Let everything go."""
        self.connection.rollback()
        self.connection.close()

    def _run(self, statement: str) -> None:
        cursor = self.connection.cursor()
        cursor.execute(statement)
        cursor.close()
