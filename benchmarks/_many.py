# ruff: noqa: INP001 - beside the scripts that use it, no part of a package
"""Multiplies the cases of a database within it: a hundred thousand or a million in minutes.

A copy has an id, a uid and a number of its own, in the same branch; its entries are those of the first, byte by byte.
So it reads, is judged and is counted like any other, only that whoever verifies it finds another case's entries.
"""

from __future__ import annotations

from typing import Any

from _bulk import TODAY
from sqlalchemy import ColumnElement, Connection, Integer, Text, cast, func, insert, literal, select, text

from workflow.store.database import Database
from workflow.store.tables import Case, Entry, EntryValue, Finding, NamePart, Person, Todo

ALLOWED = "SELECT has_parameter_privilege('session_replication_role', 'SET')"
DIGITS = 6  # at least, of the number of a case within its year


def multiply(database: Database, cases: int) -> None:
    """Copy the cases of a database again and again until there are so many."""
    with database.read() as connection:
        made, entries = (connection.scalar(select(func.max(table.id))) or 0 for table in (Case, Entry))
    for copy in range(1, -(-cases // made)):
        with database.owner() as connection:  # it may take its time
            _unchecked(connection)
            for table in (Case, Person, NamePart, Entry, EntryValue, Todo, Finding):
                copied(connection, table, copy * made, copy * entries, min(made, cases - copy * made))
    if database.dialect == "postgresql":  # on SQLite nobody takes statistics: its pages do without
        with database.owner(transaction=False) as connection:
            for name in ("cases", "entry"):
                connection.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))
            connection.execute(text("VACUUM ANALYZE"))


def _unchecked(connection: Connection) -> None:
    """Leave foreign keys unchecked where the owner may: what is copied refers to what is copied beside it."""
    if connection.dialect.name == "postgresql" and connection.scalar(text(ALLOWED)):
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def copied(connection: Connection, table: Any, shift: int, entry_shift: int, cases: int) -> None:  # noqa: ANN401 - a table's class
    """Copy what the first ``cases`` have in a table, for cases and entries whose ids are so much higher."""
    dialect = connection.dialect.name
    new: dict[str, ColumnElement[Any]] = {}
    if table is Case:
        new = {"id": Case.id + shift, "uid": _uid(dialect), "number": _number(Case.id + shift, dialect)}
    elif table is EntryValue:
        new = {"entry_id": EntryValue.entry_id + entry_shift}
    else:
        new = {"case_id": table.case_id + shift}
        if table is Entry:
            new["id"] = Entry.id + entry_shift
    columns = table.__table__.columns
    rows = select(*(new.get(column.name, column).label(column.name) for column in columns))
    if table is EntryValue:
        rows = rows.join(Entry, Entry.id == EntryValue.entry_id)
    key = Case.id if table is Case else Entry.case_id if table is EntryValue else table.case_id
    rows = rows.where(key <= cases).order_by(key, *((Entry.number,) if table is Entry else ()))
    connection.execute(insert(table).from_select([column.name for column in columns], rows))


def _uid(dialect: str) -> ColumnElement[Any]:
    return func.lower(func.hex(func.randomblob(16))) if dialect == "sqlite" else func.gen_random_uuid()


def _number(key: ColumnElement[int], dialect: str) -> ColumnElement[Any]:
    """Return the number of a case as SQL: the year and the id, filled up with noughts."""
    if dialect == "sqlite":
        return func.printf(f"{TODAY.year}-%0{DIGITS}d", key)
    digits = cast(key, Text)
    return literal(f"{TODAY.year}-") + func.lpad(digits, func.greatest(DIGITS, func.length(digits), type_=Integer), "0")
