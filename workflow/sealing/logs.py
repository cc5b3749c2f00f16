"""Logs as the database keeps them: which one grows, its head, what is stored of its tree, and where it was closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, Connection, Insert, bindparam, exists, func, insert, select, text
from sqlalchemy.orm import InstrumentedAttribute, aliased

from workflow.seal.merkle import Read
from workflow.store.tables import Checkpoint, Leaf, SealLog, Subtree

LOCK = 7_310_557_419_022_331  # of PostgreSQL: one sealer at a time; any number that nobody else takes


@dataclass(frozen=True, slots=True)
class Log:
    """A log. ``after_id``, ``after_size``: the one before it, and how many of its leaves stand."""

    id: int
    origin: str
    vkey: str
    opened_at: datetime
    after_id: int | None
    after_size: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest signed head of a log. ``root``: in hexadecimal; ``note``: the signed note."""

    log_id: int
    size: int
    root: str
    note: str
    made_at: datetime


def alone(connection: Connection) -> None:
    """Wait until nobody else seals; on SQLite whoever writes is alone already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def logs(connection: Connection) -> tuple[Log, ...]:
    """Return all logs, the newest first."""
    columns = (SealLog.id, SealLog.origin, SealLog.vkey, SealLog.opened_at, SealLog.after_id, SealLog.after_size)
    return tuple(Log(*row) for row in connection.execute(select(*columns).order_by(SealLog.id.desc())))


def head(connection: Connection, log_id: int, size: int | None = None) -> Head | None:
    """Return the newest signed head of a log, or that of a size."""
    columns = (Checkpoint.log_id, Checkpoint.size, Checkpoint.root, Checkpoint.note, Checkpoint.made_at)
    query = select(*columns).where(Checkpoint.log_id == log_id).order_by(Checkpoint.size.desc()).limit(1)
    row = connection.execute(query.where(Checkpoint.size == size) if size is not None else query).one_or_none()
    return Head(*row) if row else None


def leaves(connection: Connection, log_id: int) -> int:
    """Return how many leaves a log has."""
    return (connection.scalar(select(func.max(Leaf.seq)).where(Leaf.log_id == log_id)) or 0) + bool(
        connection.scalar(select(exists().where(Leaf.log_id == log_id)))
    )


def newest_sealed(connection: Connection) -> tuple[int, int]:
    """Return the highest ids of an entry and of a line of the log that have a leaf; 0: none has.

    Asked one by one: for both at once SQLite goes through every leaf.
    """
    asked = (select(func.max(column)).scalar_subquery() for column in (Leaf.entry_id, Leaf.log_entry_id))
    entry, line = connection.execute(select(*asked)).one()
    return entry or 0, line or 0


def reader(connection: Connection, log_id: int) -> Read:
    """Return what reads the stored subtrees of a log: leaves on level 0, else what ``completed`` gave to be stored."""

    def read(level: int, start: int, count: int) -> Sequence[bytes]:
        if level:
            here = (Subtree.log_id == log_id, Subtree.level == level)
            within = Subtree.number.between(start, start + count - 1)
            query = select(Subtree.hash).where(*here, within).order_by(Subtree.number)
        else:
            of_log = select(Leaf.hash).where(Leaf.log_id == log_id)
            query = of_log.where(Leaf.seq.between(start, start + count - 1)).order_by(Leaf.seq)
        return [bytes.fromhex(one) for one in connection.scalars(query)]

    return read


def insert_leaves(
    connection: Connection, log_id: int, size: int, hashes: Sequence[str], keys: Sequence[tuple[int | None, int | None]]
) -> None:
    """Add leaves behind the first ``size`` of a log; ``keys``: the entry or the line of the log that each is of.

    PostgreSQL takes them as columns in one statement: of rows it would be given each by itself.
    """
    entries, lines = zip(*keys, strict=True)
    columns = {
        "seq": list(range(size, size + len(hashes))),
        "hash": list(hashes),
        "entry_id": list(entries),
        "log_entry_id": list(lines),
    }
    if connection.dialect.name == "postgresql":
        connection.execute(_LEAVES, {"log": log_id} | {f"{name}_": given for name, given in columns.items()})
        return
    rows = zip(*columns.values(), strict=True)
    connection.execute(insert(Leaf), [{"log_id": log_id, **dict(zip(columns, row, strict=True))} for row in rows])


def _leaves() -> Insert:
    """Return the statement that inserts leaves given as columns."""
    columns = (Leaf.seq, Leaf.hash, Leaf.entry_id, Leaf.log_entry_id)
    given = func.unnest(*(bindparam(f"{column.key}_", type_=ARRAY(column.type)) for column in columns))
    one = given.table_valued(*(column.key for column in columns), name="one").render_derived()
    places = [column.key for column in columns]
    rows = select(bindparam("log", type_=Leaf.log_id.type), *(one.c[name] for name in places)).select_from(one)
    return insert(Leaf).from_select(["log_id", *places], rows)


_LEAVES = _leaves()


def stands(leaf: type[Leaf] = Leaf) -> ColumnElement[bool]:
    """Return the condition that a leaf counts: its log was not closed before it."""
    following = aliased(SealLog)
    return ~exists().where(following.after_id == leaf.log_id, following.after_size <= leaf.seq).correlate(leaf)


def sealed(column: InstrumentedAttribute[int | None], key: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that a line has a leaf that counts; ``column``: of ``Leaf``, ``key``: of the line."""
    return exists().where(column == key, stands())


def insert_log(connection: Connection, origin: str, vkey: str, now: datetime, after: tuple[int, int] | None) -> Log:
    """Open a log; ``after``: the log before it, and how many of its leaves stand."""
    before, size = after or (None, None)
    row = {"origin": origin, "vkey": vkey, "opened_at": now, "after_id": before, "after_size": size}
    key = connection.execute(insert(SealLog).returning(SealLog.id), row).scalar_one()
    return Log(key, origin, vkey, now, before, size)
