"""Backups: one consistent state of the database in one file, verified before it gets its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, func, select, text

from workflow.errors import Text, WorkflowError
from workflow.keep import pg_tools
from workflow.keep.archive import CONTENTS, Manifest, digest, pack, read_through, require_room
from workflow.keep.doctor import on, record_faults
from workflow.keep.finding import Finding, Report, silent
from workflow.plain import harmless
from workflow.store import revision
from workflow.store.database import Database
from workflow.store.tables import Case, Entry, Installation
from workflow.store.types import written

FOLDER = "backups"  # in the data directory


class BackupThere(WorkflowError):  # noqa: N818 - errors are named as facts
    """A file stands where a backup was to be written."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made. ``findings``: what is wrong with the record in it, which is copied as it is."""

    path: Path
    manifest: Manifest
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What was found in the copy itself."""

    edition: str
    installation: str
    sample: bool
    cases: int
    entries: int
    findings: tuple[Finding, ...] = ()


def back_up(database: Database, target: Path, now: datetime, report: Report = silent) -> Backup:
    """Write a backup to a new file, while others go on working, and read it through before it gets its name.

    What is wrong with the history hinders no backup: it is said, and can be compared later. Raises BackupThere,
    DatabaseNotReady, DatabaseUnavailable, NoOwner, NoRoom, ToolMissing, ToolFailed, OSError.
    """
    _require_tables(database)
    if target.exists() or target.is_symlink():
        shown = harmless(str(target))
        raise BackupThere(
            Text(f"“{shown}”已经存在，不会覆盖。", f"“{shown}” is there already and is not overwritten."),
            Text("请换一个文件名。", "Choose another name."),
        )
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    require_room(target.parent, _size(database))
    with TemporaryDirectory(prefix=".jishi-", dir=target.parent) as beside:
        copy, packed = Path(beside) / CONTENTS[database.dialect], Path(beside) / "packed"
        made = _sqlite if database.dialect == "sqlite" else _postgresql
        inside = made(database, copy, report)
        manifest = Manifest(
            database.dialect, inside.edition, program(), inside.installation, inside.sample, inside.cases,
            inside.entries, written(now), digest(copy), copy.stat().st_size,
        )  # fmt: skip
        pack(packed, copy, manifest)
        read_through(packed)
        packed.rename(target)
    flush_folder(target.parent)
    return Backup(target, manifest, inside.findings)


def _require_tables(database: Database) -> None:
    """Raise DatabaseNotReady where there is nothing to keep, or what only a newer program can read."""
    with database.peek() as connection:
        edition = revision.edition_of(connection)
        revision.require_known(edition, database.place)
        if edition is None:
            revision.require_newest(connection, database.place)


def _size(database: Database) -> int:
    """Return about how many bytes a copy takes; of a server's, a dump is smaller."""
    if database.dialect == "sqlite":
        return Path(database.place).stat().st_size
    with database.peek() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def counts(connection: Connection) -> tuple[int, int]:
    """Return how many cases and entries there are."""
    cases, entries = (connection.scalar(select(func.count()).select_from(table)) or 0 for table in (Case, Entry))
    return cases, entries


def program() -> str:
    """Return the version of this program."""
    with suppress(metadata.PackageNotFoundError):
        return metadata.version("jishi")
    return "0"


def flush_folder(folder: Path) -> None:
    """See to it that a name in a folder survives a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def copied(path: Path) -> Iterator[Database]:
    """Give a copy of a SQLite database to work with; at the end it is one file again, flushed to the disk."""
    database = Database(f"sqlite:///{path}")
    try:
        yield database
    finally:
        database.close()
        with database.owner(transaction=False) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _sqlite(database: Database, copy: Path, report: Report) -> Contents:
    """Copy a file in one step; nobody has to wait. What was erased is not carried along in free pages."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with database.owner(transaction=False) as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
    with copied(copy) as made:
        with made.peek() as connection:
            contents = contents_of(connection)
        return replace(contents, findings=record_faults(made.peek, None, None, report))


def _postgresql(database: Database, copy: Path, report: Report) -> Contents:
    """Dump one snapshot, and look at the chains of the very same snapshot meanwhile."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with database.owner(transaction=False) as connection:
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
        pg_tools.dump(database.owner_address(), copy, snapshot)
        pg_tools.readable(copy)
        contents = contents_of(connection)
        findings = record_faults(on(connection), None, database.role, report)
        connection.exec_driver_sql("ROLLBACK")
    return replace(contents, findings=findings)


def contents_of(connection: Connection) -> Contents:
    """Return what is in a database, of whatever edition."""
    row = connection.execute(select(Installation.uid, Installation.sample)).one_or_none()
    cases, entries = counts(connection)
    edition = revision.edition_of(connection) or ""
    return Contents(edition, row.uid.hex if row else "", bool(row and row.sample), cases, entries)
