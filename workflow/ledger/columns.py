"""The columns of a form found on a sheet, and the reading of one row of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from workflow.case.values import UNREADABLE, Value
from workflow.errors import Text
from workflow.ledger.cells import (
    Raw,
    UnreadableCell,
    read_ballot,
    read_choice,
    read_count,
    read_day,
    read_days,
    read_hours,
    read_name,
    read_text,
)
from workflow.ledger.form import CellKind, FormColumn
from workflow.ledger.problems import CellProblem, OtherColumn, Problems, shown
from workflow.ledger.sheets import HeadedSheet

_REMEMBERED = frozenset({str, float, date})  # types of which equal ones mean the same: not bool, for True equals 1.0
_MOST_REMEMBERED = 20_000  # a column

ReadCell = Callable[[Raw], Value]

_READERS: dict[CellKind, ReadCell] = {
    CellKind.DAY: read_day,
    CellKind.DAYS: read_days,
    CellKind.COUNT: read_count,
    CellKind.HOURS: read_hours,
    CellKind.NAME: read_name,
    CellKind.TEXT: read_text,
    CellKind.BALLOT: read_ballot,
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the form where it stands on the sheet; ``place`` is None when its header is missing."""

    form: FormColumn
    place: int | None
    letter: str
    read: ReadCell
    # What has been read before: the same few thousand days and names stand in most cells, and equal ones need to be
    # in memory only once.
    seen: dict[Raw, Value] = field(default_factory=dict, compare=False, repr=False)


class RowReader:
    """Reads the form's columns of one row after another; what cannot be read goes to ``problems``.

    So do the columns that are not of the form.
    """

    def __init__(self, sheet: HeadedSheet, columns: Iterable[FormColumn], problems: Problems) -> None:
        """Find the columns on the sheet.

        Raises:
            LedgerError: a header stands on the sheet twice.
        """
        self.sheet = sheet
        self.problems = problems
        self.columns = tuple(_on_sheet(sheet, column) for column in columns)
        self.names = tuple(column.form.column for column in self.columns)
        problems.others += _others(sheet, frozenset(column.form.header for column in self.columns))

    def read(self, row: int, cells: Sequence[Raw]) -> tuple[Value, ...]:
        """Return a value a column: None where blank, UNREADABLE where it cannot be read or the column is absent."""
        values: list[Value] = []
        for column in self.columns:
            if column.place is None:
                values.append(UNREADABLE)
                continue
            raw = cells[column.place]
            if raw == "":
                values.append(None)
                continue
            known = type(raw) in _REMEMBERED
            if known and raw in column.seen:
                values.append(column.seen[raw])
                continue
            try:
                value = column.read(raw)
            except UnreadableCell as fault:
                value = UNREADABLE
                self.report(row, column, raw, fault.reason)
            else:
                if known and len(column.seen) < _MOST_REMEMBERED:
                    column.seen[raw] = value
            values.append(value)
        return tuple(values)

    def report(self, row: int, column: SheetColumn, raw: Raw, reason: Text) -> None:
        """Report one cell of a row."""
        self.problems.add(
            CellProblem(self.sheet.sheet.name, row, column.letter, column.form.header, shown(raw), reason)
        )


def _on_sheet(sheet: HeadedSheet, column: FormColumn) -> SheetColumn:
    """Find one column on the sheet."""
    place = sheet.place_of(column.header)
    return SheetColumn(column, place, "" if place is None else sheet.letter_at(place), reader_of(column))


def _others(sheet: HeadedSheet, known: frozenset[str]) -> list[OtherColumn]:
    """Return the columns whose header the form does not know, from left to right."""
    found = sorted((place, header) for header, places in sheet.headers.items() for place in places)
    name = shown(sheet.sheet.name)
    return [OtherColumn(name, sheet.letter_at(place), shown(header)) for place, header in found if header not in known]


def reader_of(column: FormColumn) -> ReadCell:
    """Return what reads a cell of this column; it raises UnreadableCell."""
    return partial(read_choice, values=column.values) if column.kind is CellKind.CHOICE else _READERS[column.kind]
