"""A recorded value as a ledger writes it, and as a reader of the ledger would read it: what both are compared by.

What the record holds and a cell of the form cannot show (an erased name, two names in one) is written as “？”, which
every reader takes for unreadable and nobody for blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from workflow.case.values import ABSENT, UNREADABLE, Unreadable, Value
from workflow.engine.evidence import UnreadableEvidence, stored, typed
from workflow.law.model import Edition, FieldDef
from workflow.ledger.cells import UnreadableCell
from workflow.ledger.columns import reader_of
from workflow.ledger.form import CellKind, FormColumn
from workflow.plain import harmless

UNKNOWN = "？"
BETWEEN_DAYS = "；"
FIRST_DAY = date(1900, 3, 1)  # before it Excel's calendar is not ours
MOST_REMEMBERED = 20_000

Cell = date | int | str | None


class Writing:
    """One column of a form: what its cells show of recorded values, and what a cell says as the record keeps it."""

    def __init__(self, column: FormColumn, edition: Edition) -> None:
        """Find the column's field in the edition; raises KeyError where it is none."""
        self.form, self.edition = column, edition
        self.field: FieldDef = edition.fields[column.column]
        self.step, self.name = column.column.split(".", 1)
        self._words = {code: word for word, code in column.values.items()}
        self._read = reader_of(column)
        self._as_read: dict[Value, Value] = {}
        self._kept: dict[Value, Value] = {}

    def cell(self, value: Value) -> Cell:
        """Return the cell that shows a recorded value; None: blank."""
        if value is None or value is ABSENT or value == ():
            return None
        if isinstance(value, tuple):
            return BETWEEN_DAYS.join(day.isoformat() for day in value)
        if isinstance(value, date):
            return value if value >= FIRST_DAY else value.isoformat()
        if isinstance(value, Unreadable | bool):
            return UNKNOWN
        return value if isinstance(value, int) else self._word(value)

    def shown(self, value: Value) -> str:
        """Return a value as a message shows it; blank: an empty text."""
        cell = self.cell(value)
        return "" if cell is None else harmless(str(cell))

    def as_read(self, value: Value) -> Value:
        """Return a recorded value as it would come back from the cell that shows it; None: blank."""
        if type(value) is date and value >= FIRST_DAY:
            return value
        return _remembered(self._as_read, value, self._through_the_cell)

    def kept(self, value: Value) -> Value:
        """Return what a cell says as the record would keep it; UNREADABLE: the record cannot hold it."""
        if value is None or isinstance(value, date | Unreadable):
            return value
        return _remembered(self._kept, value, self._as_kept)

    def _as_kept(self, value: Value) -> Value:
        try:
            return typed(self.edition, self.step, stored({self.name: value}))[self.name]
        except UnreadableEvidence:
            return UNREADABLE

    def _word(self, code: str) -> str:
        """Return the word for a choice or ballot; a text is its own."""
        match self.form.kind:
            case CellKind.CHOICE:
                return self._words.get(code, UNKNOWN)
            case CellKind.BALLOT:
                known = self.field.values.get(code)
                return known.zh if known else UNKNOWN
            case _:
                return harmless(code)

    def _through_the_cell(self, value: Value) -> Value:
        cell = self.cell(value)
        try:
            return None if cell is None else self.kept(self._read(cell))
        except UnreadableCell:
            return UNREADABLE


def _remembered(known: dict[Value, Value], value: Value, work: Callable[[Value], Value]) -> Value:
    """Return what work makes of a value, worked out once: the same few thousand stand in most cells."""
    if value not in known:
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        known[value] = work(value)
    return known[value]


def writings(columns: tuple[FormColumn, ...], edition: Edition) -> Mapping[str, Writing]:
    """Return the columns of a form that are evidence under an edition: not those that only say where a case belongs."""
    return {one.column: Writing(one, edition) for one in columns if one.column in edition.fields}
