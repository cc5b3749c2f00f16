"""Upgrading a database: backup, migration, self-check. Whatever fails, the database is as it was before.

The self-check stands inside the migration's transaction, so that what it refuses was never there. A migration that
committed part of its work by itself and then failed is undone by the backup.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from workflow.engine.laws import Laws
from workflow.errors import Text, WorkflowError
from workflow.keep.backup import Backup, back_up, counts
from workflow.keep.doctor import on, record_faults
from workflow.keep.finding import Finding, Report, silent
from workflow.keep.restore import put_back
from workflow.store import revision
from workflow.store.database import Database
from workflow.store.migrations import migrate, revision_of

SHAPES = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master",
    "postgresql": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        UNION ALL SELECT c.relname, t.tgname, t.tgenabled::text, ''
        FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal""",
}


class UpgradeFailed(WorkflowError):  # noqa: N818 - errors are named as facts
    """An upgrade did not succeed; the database has its former edition."""


class SelfCheckFailed(WorkflowError):  # noqa: N818 - errors are named as facts
    """A migrated database was found not to be sound, and nothing of the migration was kept."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did. ``backup``: None where there was nothing to do."""

    before: str
    after: str
    backup: Backup | None


def upgrade(database: Database, backup: Path, laws: Laws, now: datetime, report: Report = silent) -> Upgraded:
    """Bring a database to this program's edition; ``backup`` is the file in which its former state is kept.

    Raises DatabaseNotReady where there are no tables or a newer program made them, UpgradeFailed with the cause, and
    what ``back_up`` raises, before anything is changed.
    """
    before = revision_of(database)
    with database.peek() as connection:
        revision.require_known(before, database.place)
        if before is None:
            revision.require_newest(connection, database.place)
    if before == revision.NEWEST:
        return Upgraded(before, before, None)
    kept = back_up(database, backup, now, report)
    known = {one.check for one in record_faults(database.peek, laws, database.role, report)}
    with database.peek() as connection:
        former = shape(connection)

    def check(connection: Connection) -> None:
        _self_check(connection, record_faults(on(connection), laws, database.role, report), known, kept)

    try:
        migrate(database, check)
        database.open()
    except Exception as error:
        database.close()
        raise _failed(error, kept, before or "", back=_is_back(database, kept, former, now)) from error
    return Upgraded(before or "", revision.NEWEST, kept)


def shape(connection: Connection) -> frozenset[tuple[object, ...]]:
    """Return what a database is made of: edition, tables, columns, triggers."""
    rows = connection.exec_driver_sql(SHAPES[connection.dialect.name])
    return frozenset({(revision.edition_of(connection),), *map(tuple, rows)})


def _is_back(database: Database, kept: Backup, former: frozenset[tuple[object, ...]], now: datetime) -> bool:
    """Put the backup in the place of a database that a migration left half changed; tell whether all is as before."""
    try:
        with database.peek() as connection:
            same = shape(connection) == former
        if not same:
            put_back(database, kept.path, now)
    except WorkflowError:
        return False
    return True


def _self_check(connection: Connection, findings: tuple[Finding, ...], known: Collection[str], kept: Backup) -> None:
    """Raise SelfCheckFailed for anything wrong that was not wrong before."""
    found = [one for one in findings if one.check not in known]
    if found:
        zh, en = "；".join(one.what.zh for one in found), "; ".join(one.what.en for one in found)
        raise SelfCheckFailed(Text(f"升级后的自检没有通过：{zh}", f"the self-check after it failed: {en}"))
    cases, entries = counts(connection)
    if cases < kept.manifest.cases or entries < kept.manifest.entries:
        raise SelfCheckFailed(Text("升级后档案或条目变少", "there are fewer cases or entries than before"))


def _failed(error: Exception, kept: Backup, before: str, *, back: bool) -> UpgradeFailed:
    cause = error.what if isinstance(error, WorkflowError) else Text(type(error).__name__, type(error).__name__)
    if back:
        return UpgradeFailed(
            Text(
                f"升级没有成功：{cause.zh}。数据库仍是版本 {before}。",
                f"The upgrade failed: {cause.en}. The database still has edition {before}.",
            ),
            Text(
                f"请继续使用原来的程序，并报告这段文字。升级前的备份：{kept.path}",
                f"Go on with the former program and report this. The backup made before: {kept.path}",
            ),
        )
    return UpgradeFailed(
        Text(
            f"升级没有成功：{cause.zh}。数据库也没能自动复原。",
            f"The upgrade failed: {cause.en}. The database could not be put back either.",
        ),
        Text(
            f"请停止所有 jishi 程序，用原来的程序运行 jishi restore --replace {kept.path}",
            f"Stop every jishi program and run with the former one: jishi restore --replace {kept.path}",
        ),
    )
