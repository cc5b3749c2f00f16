"""Importing a ledger into the record: compared with it row by row, written as attested, differences proposed.

A dry run compares in the same way and writes nothing. In transactions of ``CHUNK`` people; whatever breaks it off, the
same file imported again ends in the same record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select

from workflow.calendar.office import office_day
from workflow.case.roster import Member
from workflow.engine.attesting import Source, attest, batch_of, open_cases
from workflow.engine.desk import Desk, Login
from workflow.engine.offices import actor_of
from workflow.engine.task import Task
from workflow.engine.trust import may_attest
from workflow.engine.writing import CaseMoved
from workflow.errors import Text, WorkflowError
from workflow.ledger.comparing import Compared, Comparison, chunks
from workflow.ledger.form import LedgerForm
from workflow.ledger.import_report import CellReport, ImportReport, MemberReport, RowKind, RowReport, What
from workflow.ledger.importing_roster import Change, RosterComparison, batches_of, write_changes
from workflow.ledger.reader import Ledger, LedgerRow, read_ledger
from workflow.store.failures import BUSY, DatabaseBusy, DatabaseUnavailable, retrying
from workflow.store.tables import Installation

CHUNK = 100  # people a transaction
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import. ``batch``: the number of the batch; None: nothing was written, or nothing new."""

    report: ImportReport
    batch: int | None


def read_and_import(
    desk: Desk,
    who: Login,
    path: Path,
    form: LedgerForm,
    *,
    dry_run: bool = False,
    progress: Callable[[str], Progress] | None = None,
) -> Imported:
    """Read the workbook at ``path`` and import it; ``progress`` begins a line for a part of the run.

    Raises LedgerError for a file that cannot be read, NotEntitled for an office that imports nothing.
    """
    begin = progress or (lambda _: _silent)
    ledger = read_ledger(path, form, begin("读取 / reading"))
    return Import(desk, who, ledger, ledger.file_hash, dry_run=dry_run).run(begin("导入 / importing"))


class Import:
    """One run over a ledger."""

    def __init__(self, desk: Desk, who: Login, ledger: Ledger, file_hash: str, *, dry_run: bool = False) -> None:
        """Compare what concerns the whole file; raises NotEntitled."""
        self.desk, self.who, self.ledger, self.dry_run = desk, who, ledger, dry_run
        self.now = desk.clock()
        form = ledger.form
        kept = {column.column for column in form.columns} | set(form.blank)
        self.source = Source(form.name, file_hash, frozenset(kept - ledger.absent))
        self.batch: int | None = None
        with desk.database.read() as connection:
            task = self._task(connection)
            self.comparison = Comparison(task, ledger)
            self.sample = bool(connection.scalar(select(Installation.sample)))

    def run(self, progress: Progress | None = None) -> Imported:
        """Import the roster, then the people; ``progress`` hears how many of the people are done."""
        members = self._roster()
        rows: list[RowReport] = []
        for some in chunks(self.ledger.rows, CHUNK):
            rows += self._people(some)
            if progress:
                progress(len(rows), len(self.ledger.rows))
        form = self.ledger.form
        absent = [column.header for column in form.columns if column.column in self.ledger.absent]
        if form.roster and self.ledger.roster is None:
            absent.append(form.roster.sheet)
        report = ImportReport(
            sheet=form.sheet,
            roster_sheet=form.roster.sheet if form.roster else "",
            rows=tuple(rows),
            members=tuple(members),
            unreadable=(*self.ledger.problems, *self.comparison.problems()),
            absent=tuple(absent),
            others=self.ledger.others,
            sample=self.sample,
        )
        return Imported(report, self.batch)

    def _task(self, connection: Connection) -> Task:
        """Return who imports, as the office stands in this transaction."""
        laws = self.desk.laws
        day = office_day(self.now)
        actor = actor_of(connection, laws.organizations, self.who.account_id, self.who.office_id, day)
        may_attest(actor)
        return Task(connection, laws, actor, self.now)

    def _roster(self) -> list[MemberReport]:
        form, roster = self.ledger.form.roster, self.ledger.roster
        if form is None or roster is None:
            return []
        comparison = RosterComparison(form, self.comparison.branches)
        found: list[MemberReport] = []
        for some in batches_of(tuple(roster.members()), CHUNK):
            found += [change.report for change in self._members(comparison, some)]
        return found

    def _members(self, comparison: RosterComparison, some: Sequence[Member]) -> list[Change]:
        """Compare some lines of the roster and write what is new; the report is that of the comparison written."""
        with self.desk.database.read() as connection:
            self._task(connection)
            changes = comparison.compare(connection, some)
        if self.dry_run or not any(change.writes for change in changes):
            return changes

        def write() -> list[Change]:
            with self.desk.database.write() as connection:
                self._task(connection)
                anew = comparison.compare(connection, some)
                write_changes(connection, anew)
                return anew

        return retrying(write)

    def _people(self, rows: Sequence[LedgerRow]) -> list[RowReport]:
        """Compare some rows, write what is new, hand in the corrections."""
        with self.desk.database.read() as connection:
            compared = self.comparison.compare(self._task(connection), rows)
        if self.dry_run:
            return [one.report for one in compared]
        versions: dict[int, int] = {}
        if any(one.writes for one in compared):
            compared, versions = retrying(lambda: self._written(rows))
        return [self._proposed(one, versions) for one in compared]

    def _written(self, rows: Sequence[LedgerRow]) -> tuple[list[Compared], dict[int, int]]:
        """Compare again with everything locked, and write; return the versions of the cases that have grown."""
        versions: dict[int, int] = {}
        try:
            with self.desk.database.write() as connection:
                task = self._task(connection)
                compared = self.comparison.compare(task, rows, lock=True)
                if any(one.writes for one in compared):
                    batch = batch_of(task, self.source)
                    open_cases(task, batch, self.source, [one.past for one in compared if one.past])
                    for one in compared:
                        if one.record is not None and one.writes:
                            versions[one.record.row.id] = attest(task, batch, one.record, one.facts).entries
        except CaseMoved as error:
            raise DatabaseBusy(*BUSY) from error
        if any(one.writes for one in compared):
            self.batch = batch.id
        return compared, versions

    def _proposed(self, compared: Compared, versions: dict[int, int]) -> RowReport:
        """Hand in the corrections of a row; what the desk refuses meanwhile is said in the report."""
        report, record = compared.report, compared.record
        if record is None:
            return report
        seen = versions.get(record.row.id, record.row.head.entries)
        for proposed in compared.proposed:
            try:
                self.desk.submit(self.who, proposed.request(record.row, seen))
            except (DatabaseBusy, DatabaseUnavailable):
                raise
            except WorkflowError as error:
                report = _refused(report, [self.comparison.headers[name] for name in proposed.columns], error.what)
        return report


def _refused(report: RowReport, headers: Sequence[str], why: Text) -> RowReport:
    """Return a report in which the corrections of some cells were refused."""
    cells: list[CellReport] = [
        replace(cell, what=What.REFUSED, why=why) if cell.header in headers and cell.what is What.CORRECTION else cell
        for cell in report.cells
    ]
    return replace(report, kind=RowKind.CHANGED, cells=tuple(cells))


def _silent(_done: int, _all: int) -> None:
    """Report progress to nobody."""
