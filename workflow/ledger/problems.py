"""What could not be read in a workbook, cell by cell, ready to be shown without harm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from workflow.errors import LedgerError, Text
from workflow.ledger.cells import Raw
from workflow.plain import harmless

MOST_SHOWN = 40  # characters of a cell in a message
MOST_PROBLEMS = 100_000  # a sheet with more unreadable cells than this is not a ledger of this form
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell that cannot be read: where it is as Excel shows it, what stands there, why it will not do."""

    sheet: str
    row: int
    letter: str
    header: str
    shown: str
    reason: Text


@dataclass(frozen=True, slots=True)
class OtherColumn:
    """A column that bears a header which the form does not know: nothing of it is read."""

    sheet: str
    letter: str
    header: str


class Problems:
    """The problems met so far, in the order of reading; ``others``: columns that the form does not know, no problem."""

    def __init__(self) -> None:
        """Start with none."""
        self._met: list[CellProblem] = []
        self.others: list[OtherColumn] = []

    def add(self, problem: CellProblem) -> None:
        """Keep one problem.

        Raises:
            LedgerError: there are too many to be the slips of a ledger of this form.
        """
        if len(self._met) >= MOST_PROBLEMS:
            raise LedgerError(
                Text(
                    f"工作表“{problem.sheet}”中读不懂的单元格超过 {MOST_PROBLEMS} 个。",
                    f"More than {MOST_PROBLEMS} cells of the sheet “{problem.sheet}” cannot be read.",
                ),
                Text("请确认这是规定格式的台账。", "Please check that this is a ledger of the form."),
            )
        self._met.append(problem)

    def __iter__(self) -> Iterator[CellProblem]:
        """Walk the problems."""
        return iter(self._met)


def letter_of(index: int) -> str:
    """Return the letters of the column ``index``, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def shown(raw: Raw) -> str:
    """Return what stands in a cell, shortened, with control characters spelt out."""
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ")
    if isinstance(raw, date):
        return raw.isoformat()
    text = f"{raw:.15g}" if isinstance(raw, float) else str(raw)
    return harmless(text) if len(text) <= MOST_SHOWN else f"{harmless(text[:MOST_SHOWN])[:MOST_SHOWN]}…"
