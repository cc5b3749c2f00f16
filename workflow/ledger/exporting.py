"""Exporting the record as a ledger of the same form: what is in effect, text that stays text, one row a case.

What a cell of the form cannot show is written as “？”: imported again it is unreadable, never blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO

import xlsxwriter
from sqlalchemy import ColumnElement, Connection, Select, func, select

from workflow.calendar.office import office_day
from workflow.engine.acting import acting_on, line_of, require_right
from workflow.engine.desk import Desk, Login
from workflow.engine.enrolling import Enrolled, enrolled
from workflow.engine.ledger_filters import LedgerFilters, Order, conditions
from workflow.engine.offices import Actor, actor_of
from workflow.engine.reading import CaseRecord, case_columns, case_row, read_records
from workflow.engine.scope import (
    OrganizationRow,
    UnknownOrganization,
    find_organization,
    organization_columns,
    visible,
    within,
)
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.organizations import Right
from workflow.ledger.form import FormColumn, LedgerForm
from workflow.ledger.import_report import SAMPLE
from workflow.ledger.written import UNKNOWN, Cell, writings
from workflow.plain import harmless, squeezed
from workflow.store.tables import Case, Installation, Organization, Person

CHUNK = 200  # cases read at once
DAY_FORMAT = "yyyy-mm-dd"
HEADER = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E7E6E6"}
TITLE = {"bold": True, "font_size": 14}
COMMITTEE, BRANCH = "case.committee", "case.branch"
DAY_WIDTH, TEXT_WIDTH = 12, 16
EXCEL_TEXT = 32_767
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """How many people and members were written, and whether the installation is a sample."""

    people: int
    members: int
    sample: bool


def export_ledger(  # noqa: PLR0913 - what is written can be named, or filtered as on the screen
    desk: Desk,
    who: Login,
    form: LedgerForm,
    file: BinaryIO,
    *,
    organization: str | None = None,
    filters: LedgerFilters | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write the cases in the actor's scope, or of one organization in it, as a workbook of the form.

    ``organization``: its name, white space ignored; ``filters``: only the people that the ledger on the screen shows
    with them (a case that another branch only offers stands in that branch's ledger), and no roster where they choose
    among people. Raises UnknownOrganization, NotEntitled. The workbook shows one state of the database; rows go to the
    file as they are read.
    """
    now = desk.clock()
    with desk.database.read() as connection:
        laws = desk.laws
        actor = actor_of(connection, laws.organizations, who.account_id, who.office_id, office_day(now))
        require_right(actor, Right.READ)
        place = _place(connection, actor, organization)
        run = _Export(connection, desk, actor, form, place)
        if filters is not None:
            run.choose(Task(connection, laws, actor, now), filters)
        packed = BytesIO()  # a full disk then shows as what it is, not as an error of the library
        found = run.write(packed, progress)
    file.write(packed.getbuffer())
    return found


def _place(connection: Connection, actor: Actor, name: str | None) -> str:
    """Return the path below which cases are exported."""
    if name is None:
        return actor.path
    query = select(Organization.name, Organization.path).where(within(Organization.path, actor.path))
    found = [path for known, path in connection.execute(query) if squeezed(known) == squeezed(name)]
    if len(found) != 1:
        shown = harmless(name)[:40]
        raise UnknownOrganization(
            Text(
                f"您的权限范围内没有、或者有几个叫“{shown}”的组织",
                f"your scope has no organization called “{shown}”, or several",
            ),
            Text("请核对名称", "check the name"),
        )
    return found[0]


class _Export:
    """One run."""

    def __init__(self, connection: Connection, desk: Desk, actor: Actor, form: LedgerForm, place: str) -> None:
        self.connection, self.laws, self.actor, self.form, self.place = connection, desk.laws, actor, form, place
        self.sample = bool(connection.scalar(select(Installation.sample)))
        editions = desk.laws.law.editions
        self.columns = writings(form.columns, editions[-1])
        self.power = [body for step in editions[-1].steps.values() for body in step.power]
        self.above: dict[str, str] = {}  # the committee above each branch, by its path
        self.chosen: tuple[ColumnElement[bool], ...] = ()
        self.roster = form.roster

    def choose(self, task: Task, filters: LedgerFilters) -> None:
        """Write only what filters leave; raises UnknownOrganization."""
        self.chosen = conditions(task, filters)
        if filters.organization is not None:
            self.place = find_organization(task.connection, task.actor, filters.organization).path
        if replace(filters, organization=None, order=Order.NEWEST) != LedgerFilters():
            self.roster = None

    def write(self, file: BinaryIO | BytesIO, progress: Progress | None) -> Exported:
        """Write both sheets."""
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
        }  # fmt: skip
        with xlsxwriter.Workbook(file, options) as book:
            book.set_properties({"title": self._title(self.form.title.zh)})
            people = self._people(book, progress)
            members = self._members(book)
        return Exported(people, members, self.sample)

    def _title(self, title: str) -> str:
        return f"{title}（{SAMPLE.zh}）" if self.sample else title

    def _people(self, book: Any, progress: Progress | None) -> int:  # noqa: ANN401 - XlsxWriter has no types
        headers = (self.form.number, self.form.person, *(column.header for column in self.form.columns))
        sheet = _Sheet(book, self.form.sheet, self._title(self.form.title.zh), headers)
        of = self.connection.scalar(select(func.count()).select_from(self._cases().subquery())) or 0
        done = 0
        for name, record in self._records():
            done += 1
            sheet.row((done, name, *self._cells(record)))
            if progress and (done % CHUNK == 0 or done == of):
                progress(done, of)
        sheet.end()
        return done

    def _cases(self) -> Select[Any]:
        """Return the query for cases with their persons: those of which the person was erased have none."""
        query = select(*case_columns(), Person.name).join(Organization, Organization.id == Case.organization_id)
        query = query.join(Person, Person.case_id == Case.id)
        return query.where(visible(self.actor), within(Case.path, self.place), *self.chosen)

    def _records(self) -> Iterator[tuple[str, CaseRecord]]:
        """Yield name and record of every case, branch by branch."""
        for branch in self._branches():
            last = 0
            while True:
                here = (Case.organization_id == branch.id, Case.id > last)
                lines = self.connection.execute(self._cases().where(*here).order_by(Case.id).limit(CHUNK)).all()
                if not lines:
                    break
                last = lines[-1][0]
                names = [str(line[-1]) for line in lines]
                rows = [case_row(tuple(line[:-1])) for line in lines]
                yield from zip(names, read_records(self.connection, self.laws, rows), strict=True)

    def _branches(self) -> list[OrganizationRow]:
        kinds = self.laws.organizations.case_kinds
        query = select(*organization_columns()).where(
            Organization.kind.in_(kinds), within(Organization.path, self.place)
        )  # fmt: skip
        return [OrganizationRow(*row) for row in self.connection.execute(query.order_by(Organization.path))]

    def _cells(self, record: CaseRecord) -> Iterator[Cell]:
        """Yield the cells of a case, in the order of the form."""
        values = record.view().values
        for column in self.form.columns:
            if column.column == BRANCH:
                yield record.row.branch
            elif column.column == COMMITTEE:
                yield self._committee(record.row.path)
            else:
                writing = self.columns.get(column.column)
                yield writing.cell(values.get(column.column)) if writing else None

    def _committee(self, path: str) -> str:
        """Return the name of the nearest organization with power to approve."""
        if path not in self.above:
            line = line_of(self.connection, path, self.actor.on)
            acting = acting_on(self.laws.organizations, line, self.power, recorders=False).values()
            self.above[path] = next((row.name for row in line if row in acting), "")
        return self.above[path]

    def _members(self, book: Any) -> int:  # noqa: ANN401 - XlsxWriter has no types
        """Write the roster, a line a penalty."""
        form = self.roster
        if form is None:
            return 0
        sheet = _Sheet(book, form.sheet, self._title(form.sheet), [column.header for column in form.columns])
        count = 0
        for branch in self._branches():
            for lines in enrolled(self.connection, [branch.id]).values():
                for line in lines:
                    count += 1
                    for row in _member_rows(form.columns, branch.name, line):
                        sheet.row(row)
        sheet.end()
        return count


class _Sheet:
    """A sheet with a title, a header row, and rows that are written one after the other."""

    def __init__(self, book: Any, name: str, title: str, headers: Sequence[str]) -> None:  # noqa: ANN401 - no types
        self.sheet = book.add_worksheet(name)
        self.day = book.add_format({"num_format": DAY_FORMAT})
        self.next, self.headers = 2, headers
        for place, header in enumerate(headers):
            self.sheet.set_column(place, place, max(DAY_WIDTH, min(2 * len(header), TEXT_WIDTH)))
        self.sheet.freeze_panes(2, 2)
        self.sheet.write_string(0, 0, title, book.add_format(TITLE))
        form = book.add_format(HEADER)
        for place, header in enumerate(headers):
            self.sheet.write_string(1, place, header, form)

    def row(self, cells: Sequence[Cell]) -> None:
        """Write a row; a text stays a text, whatever it begins with."""
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                self.sheet.write_datetime(self.next, place, cell, self.day)
            elif isinstance(cell, int):
                self.sheet.write_number(self.next, place, cell)
            elif cell:
                self.sheet.write_string(self.next, place, cell[:EXCEL_TEXT])
        self.next += 1

    def end(self) -> None:
        """Let the rows be filtered."""
        self.sheet.autofilter(1, 0, max(self.next - 1, 1), len(self.headers) - 1)


def _member_rows(columns: Sequence[FormColumn], branch: str, line: Enrolled) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a member: one for each penalty, one without any."""
    words = {code: word for column in columns for word, code in column.values.items()}
    standing, full_on = _code(words, line.standing, line.full_on)
    fields: dict[str, Cell] = {"name": line.name, "branch": branch, "standing": standing, "full_on": full_on}
    for penalty in line.penalties or (None,):
        more: dict[str, Cell] = {}
        if penalty is not None:
            kind, from_on = _code(words, penalty.kind, penalty.from_on)
            more = {"penalty": kind, "penalty_from": from_on, "penalty_until": penalty.until_on}
        yield tuple({**fields, **more}.get(column.column) for column in columns)


def _code(words: Mapping[str, str], code: str | None, day: date | None) -> tuple[Cell, Cell]:
    """Return the word for a code, with the day beside it: of what could not be read a blank day says nothing."""
    if code is None:
        return None, day
    return (words[code], day) if code in words else (UNKNOWN, day or UNKNOWN)
