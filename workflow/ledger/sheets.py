"""The sheets of a workbook as rows of raw cells, with the row numbers and letters that Excel shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar, cast

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, load_workbook

from workflow.errors import LedgerError, Text
from workflow.ledger.cells import Raw
from workflow.ledger.files import CheckedFile
from workflow.ledger.limits import MAX_LAID_OUT, check_sheets, too_large
from workflow.ledger.problems import letter_of, shown
from workflow.plain import squeezed

HEADER_WITHIN = 300  # rows: below a title and some notes; further down stands no header row
_MOST_LETTERS = 5  # of columns named in a message

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``faults`` holds what a failed formula shows, by (row, column) from 0: the parser yields blanks."""

    name: str
    grid: CalamineSheet
    faults: Mapping[tuple[int, int], str]

    @property
    def first_column(self) -> int:
        """Return the column, from 0, in which a row of ``rows()`` begins: empty columns on the left are left out."""
        return self.grid.start[1] if self.grid.start else 0

    @property
    def last_row(self) -> int:
        """Return the number of the last row that holds anything, as Excel shows it; 0 for an empty sheet."""
        return self.grid.end[0] + 1 if self.grid.end else 0

    def rows(self) -> Iterator[tuple[int, list[Raw]]]:
        """Yield each row with its number as Excel shows it."""
        if self.grid.start is None:
            return
        rows: Iterator[tuple[int, list[Raw]]] = enumerate(guarded(self.grid.iter_rows), start=1)
        yield from self._with_faults(rows) if self.faults else rows

    def _with_faults(self, rows: Iterator[tuple[int, list[Raw]]]) -> Iterator[tuple[int, list[Raw]]]:
        """Put back what failed formulas show, so that nobody takes them for blank cells."""
        by_row: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in self.faults.items():
            by_row.setdefault(row + 1, []).append((column - self.first_column, text))
        for number, cells in rows:
            for index, text in by_row.get(number, ()):
                if 0 <= index < len(cells) and cells[index] == "":
                    cells[index] = text
            yield number, cells


@dataclass(frozen=True, slots=True)
class HeadedSheet:
    """A sheet whose header row is known; ``headers`` maps each header, without white space, to its places in a row."""

    sheet: Sheet
    header_row: int
    headers: Mapping[str, tuple[int, ...]]

    def place_of(self, header: str) -> int | None:
        """Return where in a row the column ``header`` stands; None when it is absent.

        Raises:
            LedgerError: several columns bear this header; which of them counts is not guessed.
        """
        places = self.headers.get(header, ())
        if len(places) > 1:
            letters = "、".join(map(self.letter_at, places[:_MOST_LETTERS]))
            letters += "…" if len(places) > _MOST_LETTERS else ""
            name = shown(self.sheet.name)
            raise LedgerError(
                Text(
                    f"工作表“{name}”有几列同名“{header}”：{letters}。",
                    f"Several columns of the sheet “{name}” bear the header “{header}”: {letters}.",
                ),
                Text("请只保留一列，其余改名或删去。", "Keep one of them; rename or remove the others."),
            )
        return places[0] if places else None

    def letter_at(self, place: int) -> str:
        """Return the letter of the column at ``place`` in a row."""
        return letter_of(self.sheet.first_column + place)

    def body(self) -> Iterator[tuple[int, list[Raw]]]:
        """Yield the rows below the header row."""
        return (row for row in self.sheet.rows() if row[0] > self.header_row)


class Sheets:
    """The sheets of one checked workbook, parsed when asked for."""

    def __init__(self, checked: CheckedFile) -> None:
        """Open the workbook.

        Raises:
            LedgerError: the parser finds it damaged, or it has too many sheets.
        """
        self._laid_out = 0  # cells
        self._faults = checked.faults  # the bytes are the parser's from here on
        self._workbook: CalamineWorkbook = guarded(lambda: load_workbook(BytesIO(checked.content)))
        check_sheets(len(self._workbook.sheet_names))
        self.names = tuple(
            about.name for about in self._workbook.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet
        )

    def sheet(self, name: str) -> Sheet:
        """Parse and return the sheet ``name``.

        Raises:
            LedgerError: it is damaged, or the sheets asked for have too many cells together.
        """
        index = self._workbook.sheet_names.index(name)
        grid = guarded(lambda: self._workbook.get_sheet_by_name(name))
        self._laid_out += grid.height * grid.width
        if self._laid_out > MAX_LAID_OUT:
            raise too_large(
                f"各工作表合计超过 {MAX_LAID_OUT} 格", f"its sheets have more than {MAX_LAID_OUT} cells together"
            )
        return Sheet(name, grid, self._faults.get(index, {}))

    def named(self, name: str) -> Sheet | None:
        """Return the sheet called ``name``, white space ignored; None when there is none.

        Raises:
            LedgerError: several sheets bear this name.
        """
        same = [own for own in self.names if squeezed(own) == squeezed(name)]
        if len(same) > 1:
            raise LedgerError(
                Text(f"有几张工作表都叫“{name}”。", f"Several sheets are called “{name}”."),
                Text("请只保留一张，其余改名。", "Keep one of them; rename the others."),
            )
        return self.sheet(same[0]) if same else None


def headed(sheet: Sheet, header_holds: str) -> HeadedSheet | None:
    """Find the header row: the first row with a cell that says ``header_holds``; None when none near the top does."""
    for number, cells in sheet.rows():
        if number > HEADER_WITHIN:
            break
        texts = [squeezed(cell) if isinstance(cell, str) else "" for cell in cells]
        if header_holds in texts:
            headers: dict[str, tuple[int, ...]] = {}
            for place, text in enumerate(texts):
                if text:
                    headers[text] = (*headers.get(text, ()), place)
            return HeadedSheet(sheet, number, headers)
    return None


def guarded(work: Callable[[], T]) -> T:
    """Do what the parser does, and turn whatever it throws, a panic of its Rust code too, into a LedgerError."""
    try:
        return work()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as fault:  # noqa: BLE001  a panic arrives as a BaseException of a private class
        raise LedgerError(
            Text("文件已损坏，无法读取。", f"The file is damaged and cannot be read ({type(fault).__name__})."),
            Text(
                "请用 Excel 或 WPS 打开后另存为 xlsx 再试。", "Open it in Excel or WPS, save it as xlsx and try again."
            ),
        ) from cast("Exception", fault)
