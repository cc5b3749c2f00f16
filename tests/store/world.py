"""A row for every table, made from its columns: ``row(table, 1)``, ``row(table, 2)`` and so on fit together."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Column, Connection, Sequence, Table, insert
from sqlalchemy.types import JSON, Boolean, Date, Integer, LargeBinary, String, Uuid

from workflow.store.tables import Base
from workflow.store.types import Instant

TABLES = Base.metadata.sorted_tables
LINKED = {
    "organization": 3,
    "cases": 4,
    "person": 3,
    "submission": 3,
    "entry": 3,
    "audit_run": 3,
    "indication_run": 3,
    "finding_event": 3,
    "seal_log": 5,
    "checkpoint": 3,
}  # rows that other tables' keys point to
ROWS = {table.name: LINKED.get(table.name, 2) for table in TABLES} | {"installation": 1}
NAMED = {"entry": {"kind": "opened"}, "todo": {"step": "talk"}}


def chained(number):
    """Return an invented hash of the entry ``number``; that of 0 is the origin."""
    return f"{number:064d}"


def row(table: Table, number: int) -> dict[str, object]:
    """Return the row ``number`` of a table; what its key points to has the same number, all else the number 1."""
    made = {
        column.name: _value(column, number) for column in table.columns if column.primary_key or not column.nullable
    }
    if table.name == "entry":
        made |= {"number": number, "prev": chained(number - 1), "hash": chained(number)}
    if table.name == "cases":
        made |= {"entries": 0, "head": chained(0)}
    if table.name == "finding_event":
        made |= {"account_id": 1, "key": f"key{number}"}
    if table.name == "indication_run":
        made["asked"] = chained(number)
    if table.name in ("leaf", "log_entry"):
        made["hash"] = chained(number)
    if table.name == "leaf":
        made["entry_id"] = number
    return made | NAMED.get(table.name, {})


def settle(connection: Connection) -> None:
    """Write ``ROWS`` of every table."""
    for table in TABLES:
        for number in range(1, ROWS[table.name] + 1):
            connection.execute(insert(table).values(row(table, number)))
        if connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
            name = f"{table.name}_{table.autoincrement_column.name}_seq"  # numbers of its own come after these
            for _ in range(ROWS[table.name]):
                connection.scalar(Sequence(name))


def _value(column: Column[object], number: int) -> object:  # noqa: PLR0911 - a line a type
    match column.type:
        case Integer():
            return number if column.primary_key or not column.foreign_keys else 1
        case Instant():
            return datetime(2026, 5, 11, 1, 2, 3, tzinfo=UTC)
        case Uuid():
            return UUID(int=number)
        case Boolean():
            return True
        case Date():
            return date(2026, 5, 11)
        case JSON():
            return {}
        case LargeBinary():
            return b"{}"
        case String():
            return f"{column.name[:15]}{number}"
    raise NotImplementedError(column)
