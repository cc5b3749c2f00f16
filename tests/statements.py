"""What is asked of a database meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from workflow.store.database import Database

MOST_QUERIES = 12  # of a page, the note of who read included
ASIDE = ("PRAGMA", "BEGIN", "SET")


@contextmanager
def statements(through: Database | Connection | type[Engine], kind: str = "") -> Iterator[list[str]]:
    """Keep what is said to a database, through any engine or through a connection, but for what frames a transaction.

    ``kind``: the word with which the statements begin, where only those count.
    """
    said: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith(kind) and not statement.startswith(ASIDE):
            said.append(statement)

    heard = through.engines if isinstance(through, Database) else (through,)
    for one in heard:
        event.listen(one, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for one in heard:
            event.remove(one, "before_cursor_execute", note)
