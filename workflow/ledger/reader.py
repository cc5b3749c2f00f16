"""Reading a workbook as a branch keeps it: the people of the ledger's sheet and the members of the roster's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workflow.case.roster import Roster
from workflow.case.values import Value
from workflow.errors import LedgerError, Text
from workflow.ledger.cells import Raw, UnreadableCell, is_blank, is_total, read_count, read_day
from workflow.ledger.columns import RowReader, SheetColumn
from workflow.ledger.files import check_file
from workflow.ledger.form import CellKind, FormColumn, LedgerForm
from workflow.ledger.problems import CellProblem, OtherColumn, Problems, shown
from workflow.ledger.roster import read_roster
from workflow.ledger.sheets import HeadedSheet, Sheets, headed
from workflow.plain import squeezed

Progress = Callable[[int, int], None]

APPLICATION = "apply.on"  # with the name, the column that tells a ledger from any other list of people
STRIDE = 1000  # rows between two reports of progress


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One person's row: its number as Excel shows it, who it is, and what its cells say in the order of ``columns``."""

    row: int
    person: str  # normalised; empty when the name is blank or unreadable, which is reported
    columns: tuple[str, ...]  # the names of the case columns: one tuple, shared by all rows
    cells: tuple[Value, ...]

    @property
    def values(self) -> dict[str, Value]:
        """Return a new mapping with every column of the form: None is blank, absent columns are UNREADABLE."""
        return dict(zip(self.columns, self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class Ledger:
    """A workbook read to its end.

    ``roster`` is None when the workbook has no such sheet: what the members are is then unknown, which is not the same
    as a roster on which nobody stands. ``absent`` names the case columns whose header is not on the sheet; ``others``:
    columns of the sheets that the form does not know, of which nothing was read.
    ``file_hash``: SHA-256 of the bytes that were read, as hexadecimal digits.
    """

    form: LedgerForm
    rows: tuple[LedgerRow, ...]
    roster: Roster | None
    problems: tuple[CellProblem, ...]
    absent: frozenset[str]
    others: tuple[OtherColumn, ...]
    file_hash: str


def read_ledger(path: Path, form: LedgerForm, progress: Progress | None = None) -> Ledger:
    """Read the workbook at ``path``; ``progress`` hears how many rows of the sheet are done, and how many there are.

    Raises:
        LedgerError: the file is no workbook that can be read safely, or its sheets are not those of the form.
    """
    file = check_file(path)
    sheets = Sheets(file)
    problems = Problems()
    roster = read_roster(sheets, form.roster, problems) if form.roster else None
    sheet = _find_ledger(sheets, form)
    reader = RowReader(sheet, (_number_column(form), _person_column(form), *form.columns), problems)
    rows = tuple(_rows(reader, progress or _silent))
    absent = frozenset(column.form.column for column in reader.columns[2:] if column.place is None)
    return Ledger(form, rows, roster, tuple(problems), absent, tuple(problems.others), file.digest)


def _find_ledger(sheets: Sheets, form: LedgerForm) -> HeadedSheet:
    """Find the ledger's sheet: by its name, else the only one with the headers of a ledger.

    Raises:
        LedgerError: there is none, or there are several, or no header row, or no column of numbers.
    """
    named = sheets.named(form.sheet)
    found = headed(named, form.header_holds) if named else _only_likely(sheets, form)
    if found is None:
        raise LedgerError(
            Text(
                f"没有找到台账：没有叫“{form.sheet}”的工作表，或表中没有含“{form.header_holds}”的表头行。",
                f"No ledger found: no sheet “{form.sheet}”, or no header row with “{form.header_holds}” on it.",
            ),
            Text(f"请把台账的工作表命名为“{form.sheet}”。", f"Please name the ledger's sheet “{form.sheet}”."),
        )
    name = shown(found.sheet.name)
    for header in (form.number, form.person):
        if found.place_of(header) is None:
            raise LedgerError(
                Text(
                    f"工作表“{name}”没有“{header}”这一列，认不出每个人的行。",
                    f"The sheet “{name}” has no column “{header}”: the rows of people cannot be told.",
                ),
                Text(f"请补上“{header}”列。", f"Please add the column “{header}”."),
            )
    return found


def _only_likely(sheets: Sheets, form: LedgerForm) -> HeadedSheet | None:
    """Return the only sheet whose header row has the name and the day of application."""
    wanted = {form.person} | {column.header for column in form.columns if column.column == APPLICATION}
    likely: HeadedSheet | None = None
    for name in sheets.names:  # the likely one stays in memory, and one more: a workbook may hold many
        found = headed(sheets.sheet(name), form.header_holds)
        if not found or not wanted <= set(found.headers):
            continue
        if likely:
            names = shown(likely.sheet.name), shown(name)
            raise LedgerError(
                Text(
                    f"不止一张工作表像台账：{'、'.join(names)}。",
                    f"Several sheets look like a ledger: {', '.join(names)}.",
                ),
                Text(f"请把台账命名为“{form.sheet}”。", f"Please name the ledger “{form.sheet}”."),
            )
        likely = found
    return likely


def _number_column(form: LedgerForm) -> FormColumn:
    return FormColumn(form.number, "", CellKind.TEXT, {})


def _person_column(form: LedgerForm) -> FormColumn:
    return FormColumn(form.person, "", CellKind.NAME, {})


def _rows(reader: RowReader, progress: Progress) -> Iterator[LedgerRow]:
    """Yield the people below the header row; whatever else stands there is skipped or reported."""
    number, person = reader.columns[:2]
    names = reader.names[2:]
    last = reader.sheet.sheet.last_row
    for row, cells in reader.sheet.body():
        if row % STRIDE == 0:
            progress(row, last)
        if not _has_number(cells[_place(number)]):
            _report_if_person(reader, row, cells)
        elif not is_total([cells[_place(person)]]):
            yield _person_row(reader, row, cells, names)
    progress(last, last)


def _person_row(reader: RowReader, row: int, cells: Sequence[Raw], names: tuple[str, ...]) -> LedgerRow:
    """Read one person's row; a blank name is reported, the row stands."""
    name, *values = reader.read(row, cells)[1:]
    if name is None:
        person = reader.columns[1]
        reader.report(row, person, cells[_place(person)], Text("有序号而没有姓名。", "A number without a name."))
    return LedgerRow(row, name if isinstance(name, str) else "", names, tuple(values))


def _report_if_person(reader: RowReader, row: int, cells: Sequence[Raw]) -> None:
    """Report a row that seems to be a person's but has no whole number; blank rows, totals and notes are none."""
    number, person = reader.columns[:2]
    name = cells[_place(person)]
    if is_total(cells) or (isinstance(name, str) and squeezed(name) == person.form.header):
        return
    if is_blank(name) and not _has_day(reader.columns[2:], cells):
        return
    reason = Text(
        "这一行有内容，但序号不是整数，没有判断。",
        "This row is filled but its number is no whole number: it is not judged.",
    )
    reader.report(row, number, cells[_place(number)], reason)


def _has_day(columns: Sequence[SheetColumn], cells: Sequence[Raw]) -> bool:
    """Tell whether a day can be read in one of the columns that hold a day."""
    days = (cells[column.place] for column in columns if column.place is not None and column.form.kind is CellKind.DAY)
    return any(map(_is_day, days))


def _is_day(raw: Raw) -> bool:
    """Tell whether a day can be read in the cell."""
    try:
        return read_day(raw) is not None
    except UnreadableCell:
        return False


def _place(column: SheetColumn) -> int:
    """Return the place of a column that was found on the sheet."""
    if column.place is None:
        raise ValueError(f"the column {column.form.header} is not on the sheet")
    return column.place


def _silent(_done: int, _all: int) -> None:
    """Report progress to nobody."""


def _has_number(raw: Raw) -> bool:
    """Tell whether a whole number stands in the cell."""
    try:
        return read_count(raw) is not None
    except UnreadableCell:
        return False
