"""Restoring a backup: into a new place, verified there, then put in the old one's stead, which is kept.

Nothing that fails a check is ever served. What was erased after the backup was made comes back with it; whoever was
signed in then is not signed in now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import SQLAlchemyError

from workflow.access.sessions import forget_everybody
from workflow.engine.laws import Laws
from workflow.errors import Text, WorkflowError
from workflow.keep.archive import CONTENTS, Manifest, look, no_backup, require_room, unpack
from workflow.keep.backup import contents_of, copied, flush_folder
from workflow.keep.doctor import files_of, record_faults
from workflow.keep.finding import Finding, Level, Report, silent
from workflow.keep.swap_postgresql import exists, loaded, swap
from workflow.keep.swap_sqlite import occupied, put
from workflow.plain import harmless
from workflow.store import revision
from workflow.store.database import Database
from workflow.store.failures import DatabaseUnavailable
from workflow.store.migrations import migrate
from workflow.store.postgresql import revoke_temporary
from workflow.store.protection import ProtectionBroken


class NotSound(WorkflowError):  # noqa: N818 - errors are named as facts
    """A backup holds a record that is not sound; ``findings`` say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Name the findings with what they say."""
        self.findings = findings
        zh, en = ("；".join(_said(one, "zh") for one in findings), "; ".join(_said(one, "en") for one in findings))
        super().__init__(
            Text(f"备份中的记录不完好：{zh}", f"the record in the backup is not sound: {en}"),
            Text(
                "没有恢复任何内容。请换一份更早的备份；确认只能用这一份时，加上 --despite-faults。",
                "Nothing was restored. Take an earlier backup; if there is only this one, add --despite-faults.",
            ),
        )


class WouldReplace(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is a database where a backup was to be restored."""


class AnotherInstallation(WorkflowError):  # noqa: N818 - errors are named as facts
    """A backup was made of another installation than the one that it would replace."""


class CannotRestore(WorkflowError):  # noqa: N818 - errors are named as facts
    """A backup does not fit the database."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is served again. ``kept``: what it replaced; ``findings``: accepted by whoever restored it."""

    manifest: Manifest
    kept: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class How:
    """How to restore. ``replace``: what stands there; ``another``: although it is another installation's record.

    ``despite_faults``: of the history; ``report``: progress.
    """

    replace: bool = False
    another: bool = False
    despite_faults: bool = False
    report: Report = silent


def restore(database: Database, backup: Path, laws: Laws, now: datetime, how: How) -> Restored:
    """Put the record of a backup in the place of a database.

    A backup of an older edition is brought up to this one before it is looked at. Raises NoBackup, DatabaseNotReady
    (a newer edition), NotSound, WouldReplace, AnotherInstallation, InUse, CannotRestore, ForeignDump, NoRoom,
    ToolMissing, ToolFailed; then nothing has changed.
    """
    manifest = look(backup)
    revision.require_known(manifest.edition, harmless(str(backup)))
    if manifest.dialect != database.dialect:
        raise CannotRestore(
            Text(
                f"这是 {manifest.dialect} 的备份，不能恢复到 {database.dialect}。",
                f"This is a backup of {manifest.dialect}; it cannot be restored to {database.dialect}.",
            ),
            Text("请用 --database 指定同类数据库。", "Name a database of that kind with --database."),
        )
    if not how.replace and _occupied(database):
        raise WouldReplace(
            Text(f"{database.place} 已有数据库。", f"There is a database at {database.place} already."),
            Text(
                "要用备份取代它，请加上 --replace；原有数据库会改名保留。",
                "To put the backup in its place add --replace; what is there is kept under another name.",
            ),
        )
    _require_same(database, manifest, how)
    return (_sqlite if database.dialect == "sqlite" else _postgresql)(database, backup, laws, now, how)


def put_back(database: Database, backup: Path, now: datetime) -> str | None:
    """Put a backup that was made of this very database in its place again, of whatever edition and unexamined."""
    database.close()
    if database.dialect == "postgresql":
        with loaded(database, backup, "back", rights=True) as fresh:
            fresh.close()
            with fresh.owner() as connection:
                revoke_temporary(connection, str(database.role))
            return swap(database, fresh, now)
    with TemporaryDirectory(prefix=".jishi-", dir=Path(database.place).parent) as beside:
        path = Path(beside) / CONTENTS["sqlite"]
        unpack(backup, path)
        return put(database, path, now)


def verify(
    database: Database, backup: Path, laws: Laws, report: Report = silent
) -> tuple[Manifest, tuple[Finding, ...]]:
    """Restore a backup into a new place only to look at it; return what it says of itself and what is wrong with it.

    ``database``: PostgreSQL backups are looked at on its server. Raises NoBackup, DatabaseNotReady.
    """
    manifest = look(backup)
    revision.require_known(manifest.edition, harmless(str(backup)))
    if manifest.dialect == "postgresql":
        with loaded(database, backup, "verify") as fresh:
            _require_manifest(fresh, manifest, backup)
            return manifest, _findings(fresh, laws, report)
    with TemporaryDirectory(prefix=".jishi-", dir=backup.absolute().parent) as beside:
        path = Path(beside) / CONTENTS["sqlite"]
        unpack(backup, path)
        with copied(path) as fresh:
            _require_manifest(fresh, manifest, backup)
            return manifest, _findings(fresh, laws, report)


def _require_manifest(fresh: Database, manifest: Manifest, backup: Path) -> None:
    """Raise NoBackup unless a backup holds what it says of itself."""
    try:
        with fresh.owner() as connection:  # the application has no rights in it yet
            found = contents_of(connection)
    except (SQLAlchemyError, DatabaseUnavailable) as error:  # other tables than any edition has
        raise no_backup(backup) from error
    said = (manifest.edition, manifest.installation, manifest.sample, manifest.cases, manifest.entries)
    if said != (found.edition, found.installation, found.sample, found.cases, found.entries):
        raise no_backup(backup)


def _require_same(database: Database, manifest: Manifest, how: How) -> None:
    """Raise AnotherInstallation unless a backup is of the installation that it would replace, or that is wanted.

    What cannot be read does not say which installation it was.
    """
    if how.another or not _occupied(database):
        return
    try:
        with database.peek() as connection:
            there = contents_of(connection)
    except (SQLAlchemyError, WorkflowError):
        return
    if there.installation and (there.installation, there.sample) != (manifest.installation, manifest.sample):
        raise AnotherInstallation(
            Text(
                f"备份属于另一个系统，不是 {database.place} 的备份。",
                f"The backup was made of another installation, not of {database.place}.",
            ),
            Text(
                "请核对文件和数据目录；确实要用另一个系统的记录取代时，加上 --another-installation。",
                "Check the file and the data directory; to put another installation's record in its place all the"
                " same, add --another-installation.",
            ),
        )


def _findings(fresh: Database, laws: Laws, report: Report) -> tuple[Finding, ...]:
    """Return what is wrong with a restored copy, once it has this program's edition."""
    try:
        migrate(fresh)
    except ProtectionBroken as error:
        return (Finding("protection", Level.WRONG, error.what, error.remedy),)
    return record_faults(fresh.peek, laws, fresh.role, report)


def _accept(findings: tuple[Finding, ...], how: How) -> None:
    """Raise NotSound; faults of the history, and they alone, can be accepted."""
    if findings and not (how.despite_faults and all(one.check in {"chain", "projection"} for one in findings)):
        raise NotSound(findings)


def _sign_out(fresh: Database) -> None:
    """End, as the owner, the sessions that a backup brings back."""
    with fresh.owner() as connection:
        forget_everybody(connection)


def _occupied(database: Database) -> bool:
    """Tell whether there is a database with something in it, or a file that is none."""
    if database.dialect == "sqlite":
        return occupied(database)
    if not exists(database):
        return False
    with database.peek() as connection:
        return revision.edition_of(connection) is not None


def _sqlite(database: Database, backup: Path, laws: Laws, now: datetime, how: How) -> Restored:
    target = Path(database.place)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".jishi-", dir=target.parent) as beside:
        path = Path(beside) / CONTENTS["sqlite"]
        manifest = unpack(backup, path)
        require_room(target.parent, sum(file.stat().st_size for file in files_of(database) if file.exists()))
        with copied(path) as fresh:
            _require_manifest(fresh, manifest, backup)
            findings = _findings(fresh, laws, how.report)
            _accept(findings, how)
            _sign_out(fresh)
        database.close()
        kept = put(database, path, now)
    flush_folder(target.parent)
    return Restored(manifest, kept, findings)


def _postgresql(database: Database, backup: Path, laws: Laws, now: datetime, how: How) -> Restored:
    manifest = look(backup)
    with loaded(database, backup, "restore") as fresh:
        _require_manifest(fresh, manifest, backup)
        findings = _findings(fresh, laws, how.report)
        _accept(findings, how)
        _sign_out(fresh)
        fresh.close()
        database.close()
        kept = swap(database, fresh, now)
    database.open()
    return Restored(manifest, kept, findings)


def _said(finding: Finding, lang: str) -> str:
    examples = "; ".join(one.of(lang) for one in finding.examples)
    return finding.what.of(lang) + (
        f"（{examples}）" if examples and lang == "zh" else f" ({examples})" * bool(examples)
    )
