"""The cases of a ledger as rules and plans see them: every column of the edition, absent where none is kept."""

from __future__ import annotations

from workflow.calendar import WorkingCalendar
from workflow.case.facts import World
from workflow.case.values import ABSENT, Unreadable, Value
from workflow.ledger import Ledger, LedgerRow
from workflow.rules.rulebook import Rulebook


class LedgerCases:
    """The rows of one ledger under one rulebook, and the world in which they stand."""

    def __init__(self, ledger: Ledger, book: Rulebook, calendar: WorkingCalendar) -> None:
        """Find what this ledger does not keep."""
        self.book, self.world = book, World(calendar, ledger.roster)
        kept = {column.column for column in ledger.form.columns} | set(ledger.form.blank)
        self._unkept = dict.fromkeys((name for name in book.builder.template if name not in kept), ABSENT)
        self._unkept |= dict.fromkeys(ledger.absent, ABSENT)

    def columns(self, row: LedgerRow) -> dict[str, Value]:
        """Return all columns of one row; what the form does not keep is absent, never blank."""
        return self.book.columns(row.values | self._unkept, self.world)

    def known(self, row: LedgerRow) -> dict[str, Value]:
        """Return what one row says, without what cannot be read or is not kept: for planning, never for judging."""
        values = row.values | self._unkept
        return {name: value for name, value in values.items() if not isinstance(value, Unreadable)}
