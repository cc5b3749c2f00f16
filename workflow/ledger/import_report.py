"""What an import would do, or did: a line a person, cell by cell, the same of a dry run and of a real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflow.errors import Text
from workflow.ledger.problems import CellProblem, OtherColumn

SAMPLE = Text("示例", "sample")


class RowKind(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"  # new facts, proposed corrections, or cells that are gone
    AMBIGUOUS = "ambiguous"  # two rows or two cases may be meant: nothing is guessed
    LEFT_OUT = "left_out"


class What(StrEnum):
    """What becomes of a cell that differs from the record."""

    FACT = "fact"  # blank in the record: taken over
    CORRECTION = "correction"  # proposed, waits for a second person
    WAITING = "waiting"  # proposed before, still waits
    REFUSED = "refused"  # cannot be proposed by whoever imports
    AT_DESK = "at_desk"  # somebody has acted in the case, or it is no past: it is recorded at the desk
    WITHHELD = "withheld"  # a new fact that whoever imports does not attest
    GONE = "gone"  # blank in the file: nothing happens
    UPDATED = "updated"  # of a roster: taken over


WORDS: Mapping[StrEnum, Text] = {
    RowKind.NEW: Text("新增", "new"),
    RowKind.UNCHANGED: Text("无变化", "unchanged"),
    RowKind.CHANGED: Text("有变化", "changed"),
    RowKind.AMBIGUOUS: Text("无法对应，未导入", "ambiguous, not imported"),
    RowKind.LEFT_OUT: Text("未导入", "left out"),
    What.FACT: Text("新事实", "new fact"),
    What.CORRECTION: Text("提出更正，待第二人确认", "correction proposed, waits for a second person"),
    What.WAITING: Text("同一更正已在等待确认", "the same correction waits already"),
    What.REFUSED: Text("不能提出更正", "cannot be proposed"),
    What.AT_DESK: Text("请在系统中登记", "to be recorded at the desk"),
    What.WITHHELD: Text("未导入", "not taken over"),
    What.GONE: Text("文件中为空，保留原登记", "blank in the file, the record stays"),
    What.UPDATED: Text("已更新", "updated"),
}


@dataclass(frozen=True, slots=True)
class CellReport:
    """One cell that differs: its header, what becomes of it, what the record says and what the file says."""

    header: str
    what: What
    recorded: str
    found: str
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row of the ledger's sheet. ``state``: where the case stands with it; ``before``: if that is another one."""

    row: int
    person: str
    branch: str
    kind: RowKind
    case: str | None = None
    state: Text | None = None
    before: Text | None = None
    cells: tuple[CellReport, ...] = ()
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class MemberReport:
    """One member of the roster's sheet."""

    person: str
    branch: str
    kind: RowKind
    cells: tuple[CellReport, ...] = ()
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole file. ``unreadable``: cells, with the reason; ``absent``: headers of the form that the file lacks.

    ``others``: columns of the file that the form does not know; nothing of them is taken over.
    """

    sheet: str
    roster_sheet: str
    rows: tuple[RowReport, ...]
    members: tuple[MemberReport, ...]
    unreadable: tuple[CellProblem, ...]
    absent: tuple[str, ...]
    others: tuple[OtherColumn, ...]
    sample: bool

    @property
    def complete(self) -> bool:
        """Tell whether every row was taken, no fact withheld, and every cell read."""
        aside = (RowKind.AMBIGUOUS, RowKind.LEFT_OUT)
        lines: Iterable[RowReport | MemberReport] = (*self.rows, *self.members)
        withheld = any(cell.what is What.WITHHELD for row in self.rows for cell in row.cells)
        return not (self.unreadable or withheld or any(line.kind in aside for line in lines))

    def totals(self) -> dict[str, dict[str, int]]:
        """Return how many rows, cells and members of each kind there are."""
        rows, members = Counter(row.kind for row in self.rows), Counter(line.kind for line in self.members)
        cells = Counter(cell.what for row in self.rows for cell in row.cells)
        return {
            "rows": {str(kind): rows[kind] for kind in RowKind},
            "cells": {str(what): cells[what] for what in What if what is not What.UPDATED},
            "members": {str(kind): members[kind] for kind in RowKind},
            "unreadable": {"cells": len(self.unreadable)},
        }

    def plain(self) -> dict[str, Any]:
        """Return the report for JSON; its shape is kept."""
        return {
            "sample": self.sample,
            "totals": self.totals(),
            "rows": [_row_plain(self.sheet, row) for row in self.rows],
            "members": [_member_plain(self.roster_sheet, line) for line in self.members],
            "unreadable": [
                {"sheet": one.sheet, "row": one.row, "column": one.letter, "header": one.header, "shown": one.shown,
                 "why": _text(one.reason)}
                for one in self.unreadable
            ],
            "absent": list(self.absent),
            "others": [{"sheet": one.sheet, "column": one.letter, "header": one.header} for one in self.others],
        }  # fmt: skip


def _row_plain(sheet: str, row: RowReport) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "row": row.row,
        "person": row.person,
        "branch": row.branch,
        "kind": str(row.kind),
        "case": row.case,
        "state": _text(row.state),
        "before": _text(row.before),
        "cells": [_cell_plain(cell) for cell in row.cells],
        "why": _text(row.why),
    }


def _member_plain(sheet: str, line: MemberReport) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "person": line.person,
        "branch": line.branch,
        "kind": str(line.kind),
        "cells": [_cell_plain(cell) for cell in line.cells],
        "why": _text(line.why),
    }


def _cell_plain(cell: CellReport) -> dict[str, Any]:
    return {
        "header": cell.header, "what": str(cell.what), "recorded": cell.recorded, "found": cell.found,
        "why": _text(cell.why),
    }  # fmt: skip


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def report_lines(report: ImportReport, lang: str) -> Iterator[str]:
    """Yield the report for people; rows without any change are only counted."""
    mark = f"【{SAMPLE.of(lang)}】" if report.sample else ""
    yield mark + Text("导入报告", "Import report").of(lang)
    for row in report.rows:
        if row.kind is not RowKind.UNCHANGED:
            yield from _row_lines(report.sheet, row, lang)
    for line in report.members:
        if line.kind is not RowKind.UNCHANGED:
            yield from _member_lines(report.roster_sheet, line, lang)
    for one in report.unreadable:
        place = Text(f"{one.sheet} 第{one.row}行 {one.header}", f"{one.sheet} row {one.row} {one.header}").of(lang)
        yield Text("读不出", "unreadable").of(lang) + f" {place} “{one.shown}” {one.reason.of(lang)}"
    for header in report.absent:
        yield Text(f"文件没有“{header}”", f"the file has no “{header}”").of(lang)
    for other in report.others:
        yield Text(
            f"不是规定格式的列，不导入：{other.sheet} {other.letter}列“{other.header}”",
            f"not a column of the form, not taken over: {other.sheet} column {other.letter} “{other.header}”",
        ).of(lang)
    yield from total_lines(report, lang)


def total_lines(report: ImportReport, lang: str) -> Iterator[str]:
    """Yield the totals, a line each for people, members and cells."""
    totals = report.totals()
    heads = {"rows": Text("人员", "people"), "members": Text("名册", "roster"), "cells": Text("单元格", "cells")}
    kinds: dict[str, type[StrEnum]] = {"rows": RowKind, "members": RowKind, "cells": What}
    for name, head in heads.items():
        counts = (
            f"{WORDS[kinds[name](kind)].of(lang)} {number}"
            for kind, number in totals[name].items()
            if number or kind in ("new", "unchanged")
        )
        if said := Text("，", ", ").of(lang).join(counts):
            yield head.of(lang) + Text("：", ": ").of(lang) + said
    unread = totals["unreadable"]["cells"]
    yield Text(f"读不出的单元格：{unread}", f"unreadable cells: {unread}").of(lang)


def _row_lines(sheet: str, row: RowReport, lang: str) -> Iterator[str]:
    place = Text(f"{sheet} 第{row.row}行", f"{sheet} row {row.row}").of(lang)
    parts = [place, row.person, row.branch, WORDS[row.kind].of(lang)]
    if row.before is not None and row.state is not None:
        parts.append(f"{row.before.of(lang)} → {row.state.of(lang)}")
    elif row.state is not None and row.kind is RowKind.NEW:
        parts.append(row.state.of(lang))
    yield " ".join(filter(None, (*parts, row.why.of(lang) if row.why else "")))
    yield from _cell_lines(row.cells, lang)


def _member_lines(sheet: str, line: MemberReport, lang: str) -> Iterator[str]:
    parts = (sheet, line.person, line.branch, WORDS[line.kind].of(lang), line.why.of(lang) if line.why else "")
    yield " ".join(filter(None, parts))
    yield from _cell_lines(line.cells, lang)


def _cell_lines(cells: Iterable[CellReport], lang: str) -> Iterator[str]:
    blank = Text("（空）", "(blank)").of(lang)
    for cell in cells:
        change = f"{cell.recorded or blank} → {cell.found or blank}"
        why = f" {cell.why.of(lang)}" if cell.why else ""
        yield f"    {cell.header}{Text('：', ': ').of(lang)}{change} [{WORDS[cell.what].of(lang)}]{why}"
