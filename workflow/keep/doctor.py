"""Whether an installation is sound: every check, one after the other, each able to say what is wrong and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from workflow.calendar.office import office_day
from workflow.engine.laws import Laws, load_laws
from workflow.errors import Text, WorkflowError
from workflow.keep import key_file, surroundings
from workflow.keep.cases import Connect, Walk, walk
from workflow.keep.finding import Finding, Level, Report, good, silent, wrong
from workflow.keep.projection import renew
from workflow.keep.sealing import sealing
from workflow.law.organizations import read_organizations
from workflow.prover import prove
from workflow.store import protection, revision, sqlite
from workflow.store.database import Database
from workflow.store.failures import retrying
from workflow.store.tables import Installation

FOUND, COULD_NOT_LOOK = 1, 2  # exit codes; 0: all is well
SHOWN = 10
RESTORE = Text("请保留原件，用 jishi restore 从备份恢复", "keep the original and restore a backup: jishi restore")


@dataclass(slots=True)
class Doctor:
    """Looks at a database and what surrounds it. ``definitions``: where the law lies; ``now``: the instant, aware."""

    database: Database
    directory: Path
    definitions: Traversable
    now: datetime
    report: Report = silent
    walked: Walk | None = field(default=None, init=False)
    laws: Laws | None = field(default=None, init=False)
    sample: bool = field(default=False, init=False)  # whether the people in it are invented

    def examine(self, *, record: bool = True) -> Iterator[Finding]:
        """Yield what every check says, in the order in which they are made.

        Without ``record`` what lasts the longer the more cases there are is left out: the file, and every case.
        """
        if self.database.dialect == "sqlite":
            yield edition_of_sqlite()
        try:
            with self.database.peek() as connection:
                edition = revision.edition_of(connection)
        except WorkflowError as error:
            yield Finding("database", Level.UNKNOWN, error.what, error.remedy)
            return
        yield self._edition(edition)
        yield from self._definitions()
        if edition == revision.NEWEST:
            checks = (
                self._file,
                self._protection,
                self._cases,
                self._seal,
                self._offices,
                self._clock,
                self._passwords,
            )
            for check in checks:
                if record or check not in (self._file, self._cases):
                    yield from self._told(check)
        yield from self._around()

    def renew(self) -> int:
        """Make the to-do lists anew that the last examination found to differ; return how many."""
        stale, laws = (self.walked.stale if self.walked else []), self.laws
        if laws is None:
            return 0
        for case_id in stale:
            # mypy does not see the defaults of a lambda
            retrying(lambda case_id=case_id, laws=laws: self._renew(laws, case_id))  # type: ignore[misc]
        return len(stale)

    def _renew(self, laws: Laws, case_id: int) -> None:
        with self.database.write() as connection:
            renew(connection, laws, case_id, office_day(self.now))

    def _edition(self, edition: str | None) -> Finding:
        place = self.database.place
        if edition == revision.NEWEST:
            return good("database", Text(f"数据库 {place}，版本 {edition}", f"database {place}, edition {edition}"))
        try:
            with self.database.peek() as connection:
                revision.require_newest(connection, place)
        except WorkflowError as error:
            return Finding("database", Level.WRONG, error.what, error.remedy)
        return good("database", Text(place, place))

    def _definitions(self) -> Iterator[Finding]:
        try:
            self.laws = load_laws(self.definitions)
            proof = prove(self.laws.law, read_organizations(self.definitions))
        except WorkflowError as error:
            yield Finding("definitions", Level.WRONG, error.what, _law_check())
            return
        if proof.faults:
            yield Finding(
                "definitions", Level.WRONG,
                Text(f"规则定义有 {len(proof.faults)} 处不能成立", f"{len(proof.faults)} faults in the definitions"),
                _law_check(), tuple(one.what for one in proof.faults[:SHOWN]),
            )  # fmt: skip
            return
        yield good(
            "definitions",
            Text(
                f"规则定义有效，{len(proof.parts)} 项证明全部通过", f"the definitions hold: {len(proof.parts)} proofs"
            ),
        )

    def _file(self) -> Iterator[Finding]:
        with self.database.peek() as connection:
            yield whole(connection)

    def _protection(self) -> Iterator[Finding]:
        with self.database.peek() as connection:
            yield protected(connection, self.database.role)

    def _cases(self) -> Iterator[Finding]:
        self.walked = walk(self.database.peek, self.laws, self.report)
        yield from self.walked.findings(replayed=self.laws is not None)

    def _seal(self) -> Iterator[Finding]:
        with self.database.peek() as connection:
            yield sealing(connection, self.now)

    def _offices(self) -> Iterator[Finding]:
        if self.laws is not None:
            with self.database.peek() as connection:
                yield from surroundings.offices(connection, self.laws.organizations, office_day(self.now))

    def _passwords(self) -> Iterator[Finding]:
        if self.sample:  # nobody is to be told to change the password of somebody invented
            return
        with self.database.peek() as connection:
            found = surroundings.passwords(connection, self.now)
        if found is not None:
            yield found

    def _clock(self) -> Iterator[Finding]:
        with self.database.peek() as connection:
            self.sample = bool(connection.scalar(select(Installation.sample)))
            last, server = surroundings.last_recorded(connection), surroundings.server_clock(connection)
        yield surroundings.clock(self.now, last, server)

    def _around(self) -> Iterator[Finding]:
        if self.laws is not None:
            yield surroundings.working_days(self.laws.calendar, office_day(self.now))
        files = files_of(self.database)
        if self.directory.exists():
            size = sum(file.stat().st_size for file in files if file.exists())
            yield surroundings.disk(shutil.disk_usage(self.directory).free, size)
        found = surroundings.permissions(self.directory, (*files, self.directory / key_file.FILE))
        if found is not None:
            yield found

    def _told(self, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        """Yield what a check says; where it cannot look, that."""
        try:
            yield from check()
        except WorkflowError as error:
            yield Finding(check.__name__.strip("_"), Level.UNKNOWN, error.what, error.remedy)


def exit_code(findings: list[Finding]) -> int:
    """Return 0 when all is well, 1 when something was found, 2 when nothing was but something could not be seen."""
    levels = {one.level for one in findings}
    if levels & {Level.WRONG, Level.ATTENTION}:
        return FOUND
    return COULD_NOT_LOOK if Level.UNKNOWN in levels else 0


def record_faults(
    connect: Connect, laws: Laws | None, role: str | None, report: Report = silent
) -> tuple[Finding, ...]:
    """Return what is wrong with the record itself: file, protection, chains and, with ``laws``, what is beside them.

    Tables of an older edition are looked at as far as this program can read them.
    """
    with connect() as connection:
        file, edition = whole(connection), revision.edition_of(connection)
        newest = edition == revision.NEWEST
        guard = [protected(connection, role)] if newest and file.level is Level.GOOD else []
    if file.level is not Level.GOOD:
        return wrong([file])
    try:
        return wrong([*guard, *walk(connect, laws, report).findings(replayed=laws is not None)])
    except SQLAlchemyError:
        if newest:
            raise
        return ()


def on(connection: Connection) -> Connect:
    """Return a giver of one connection that stays open, for checks inside its transaction."""
    return lambda: nullcontext(connection)


def edition_of_sqlite() -> Finding:
    """Judge the SQLite that is at hand."""
    version = sqlite.driver().sqlite_version
    try:
        sqlite.safe_driver()
    except WorkflowError as error:
        return Finding("sqlite", Level.WRONG, error.what, error.remedy)
    return good("sqlite", Text(f"SQLite {version}", f"SQLite {version}"))


def whole(connection: Connection) -> Finding:
    """Judge whether the pages of a SQLite file are whole and every reference leads somewhere.

    On a server the database itself sees to it; there only the checksums of its disk could say more.
    """
    if connection.dialect.name != "sqlite":
        return good("file", Text("数据库服务器可用", "the database server answers"))
    said = [str(line) for line in connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars()]
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(SHOWN)
    said = [line for line in said if line != "ok"] + [f"{row[0]} {row[1]} → {row[2]}" for row in loose]
    if said:
        what = Text("数据库文件已损坏", "the database file is damaged")
        return Finding("file", Level.WRONG, what, RESTORE, tuple(Text(line, line) for line in said[:SHOWN]))
    return good("file", Text("数据库文件完好", "the database file is whole"))


def protected(connection: Connection, role: str | None) -> Finding:
    """Judge whether the history is protected as the program made it."""
    differences = protection.compare(connection, role)
    if not differences:
        return good("protection", Text("历史记录的保护完好", "the protection of the history is in place"))
    error = protection.ProtectionBroken(tuple(differences))
    return Finding("protection", Level.WRONG, error.what, error.remedy)


def files_of(database: Database) -> tuple[Path, ...]:
    """Return the files of a SQLite database, whether there or not; none of a server's."""
    if database.dialect != "sqlite":
        return ()
    return tuple(Path(database.place + ending) for ending in ("", "-wal", "-shm"))


def _law_check() -> Text:
    return Text("运行 jishi law check 可看到文件和行号", "jishi law check names file and line")
