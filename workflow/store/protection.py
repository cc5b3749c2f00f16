"""The protection of what is never changed: compared with what the program expects, at every start and migration.

The whole schema is compared, not the protected tables alone: a trigger or a function elsewhere reaches them, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from workflow.errors import Text, WorkflowError
from workflow.store import guards_0001 as guards
from workflow.store import protection_postgresql, revision
from workflow.store.tables import Base


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the program made it: ``missing``, ``changed`` or ``unexpected``."""

    kind: str
    what: str  # "trigger entry_next"


class ProtectionBroken(WorkflowError):  # noqa: N818 - errors are named as facts
    """The history could be changed unnoticed; nothing is served from such a database."""

    def __init__(self, differences: tuple[Difference, ...]) -> None:
        """Name every difference."""
        kinds = {"missing": "缺少", "changed": "被改动", "unexpected": "多出"}
        named_zh = "；".join(f"{kinds[each.kind]} {each.what}" for each in differences)
        named_en = "; ".join(f"{each.kind} {each.what}" for each in differences)
        super().__init__(
            Text(
                f"数据库对历史记录的保护不完整：{named_zh}。",
                f"The database's protection of the history is broken: {named_en}.",
            ),
            Text(
                "请查明是谁、何时改动了数据库结构，核对记录后用 jishi restore 从备份恢复。",
                "Find out who changed the schema and when; check the records, then restore a backup: jishi restore.",
            ),
        )
        self.differences = differences


def require(connection: Connection, role: str | None = None) -> None:
    """Raise ProtectionBroken unless the protection is exactly what the program expects."""
    if differences := compare(connection, role):
        raise ProtectionBroken(tuple(differences))


def compare(connection: Connection, role: str | None = None) -> list[Difference]:
    """Return every difference in tables, indexes, triggers and, on PostgreSQL, whatever can run or give rights there.

    ``role``: the application's on PostgreSQL; by default the one that is connected.
    """
    if connection.dialect.name == "sqlite":
        found, expected = sqlite_schema(connection), expected_sqlite()
    else:
        role = role or str(connection.scalar(text("SELECT current_user")))
        found, expected = protection_postgresql.found(connection, role), protection_postgresql.expected()
    return list(differences(found, expected))


def differences(found: Mapping[str, object], expected: Mapping[str, object]) -> Iterator[Difference]:
    """Return where two descriptions differ, by name."""
    for what in sorted({*found, *expected}):
        if what not in found:
            yield Difference("missing", what)
        elif what not in expected:
            yield Difference("unexpected", what)
        elif found[what] != expected[what]:
            yield Difference("changed", what)


def sqlite_schema(connection: Connection) -> dict[str, object]:
    """Return everything that this file describes: tables, indexes, triggers, views; SQLite's own statistics aside."""
    rows = connection.execute(
        text(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_stat[0-9]' "
            "UNION ALL SELECT type, name, sql FROM sqlite_temp_master WHERE sql IS NOT NULL"
        )
    )
    return {f"{row.type} {row.name}": _shape(row.sql) for row in rows}


def expected_sqlite() -> dict[str, object]:
    """Return the same of a database as the migrations make it."""
    tables = [*Base.metadata.tables.values(), revision.TABLE]
    dialect = sqlite.dialect()
    made: dict[str, str] = {f"trigger {name}": sql for name, sql in guards.SQLITE.items()}
    made |= {f"table {table.name}": str(CreateTable(table).compile(dialect=dialect)) for table in tables}
    made |= {
        f"index {index.name}": str(CreateIndex(index).compile(dialect=dialect))
        for table in tables
        for index in table.indexes
    }
    return {what: _shape(sql) for what, sql in made.items()}


def _shape(sql: str) -> tuple[str, ...]:
    """Return a statement without blanks and quoted names, its clauses in a fixed order.

    How SQLAlchemy lays a statement out, and in which order it names constraints, may change with its editions.
    """
    outside_strings = re.split(r"('(?:[^']|'')*')", sql)
    bare = "".join(
        part if index % 2 else re.sub(r"[\s\"`\[\]]+", " ", part).lower() for index, part in enumerate(outside_strings)
    )
    if bare.lstrip().startswith("create table"):
        return tuple(sorted(_clauses(bare)))
    return (" ".join(bare.split()),)


def _clauses(sql: str) -> Iterable[str]:
    depth, begun = 0, 0
    for place, sign in enumerate(sql):
        depth += (sign == "(") - (sign == ")")
        if (sign == "," and depth == 1) or (sign == "(" and depth == 1) or (sign == ")" and depth == 0):
            yield re.sub(r"\s+", "", sql[begun:place])
            begun = place + 1
    yield re.sub(r"\s+", "", sql[begun:])
