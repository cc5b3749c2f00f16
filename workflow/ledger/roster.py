"""Reading the roster (党员名册) of a workbook into members with their standing and penalties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from workflow.case.roster import Day, Member, Penalty, PenaltyKind, Roster, Standing
from workflow.case.values import UNREADABLE, Unreadable, Value
from workflow.errors import LedgerError, Text
from workflow.ledger.cells import is_total
from workflow.ledger.columns import RowReader
from workflow.ledger.form import RosterForm
from workflow.ledger.problems import CellProblem, Problems
from workflow.ledger.sheets import HeadedSheet, Sheets, headed
from workflow.plain import squeezed

_PENALTY_FIELDS = ("penalty", "penalty_from", "penalty_until")


def read_roster(sheets: Sheets, form: RosterForm, problems: Problems) -> Roster | None:
    """Return the roster; None when the workbook has no such sheet, which is not the same as an empty roster.

    Raises:
        LedgerError: the sheet has no header row, or a header twice.
    """
    sheet = sheets.named(form.sheet)
    if sheet is None:
        return None
    found = headed(sheet, form.header_holds)
    if found is None:
        raise LedgerError(
            Text(
                f"工作表“{sheet.name}”没有含“{form.header_holds}”的表头行。",
                f"The sheet “{sheet.name}” has no header row with “{form.header_holds}”.",
            ),
            Text("请按规定格式补上表头。", "Add the header row of the form."),
        )
    reader = RowReader(found, form.columns, problems)
    _report_absent(reader, problems)
    return Roster(_merged(_members(found, reader)))


def _members(found: HeadedSheet, reader: RowReader) -> Iterable[Member]:
    """Yield a member a line; blank lines, the total and repeated header rows are none."""
    name_column = next(column for column in reader.columns if column.form.column == "name")
    for row, cells in found.body():
        if is_total(cells) or cells[name_column.place or 0] == name_column.form.header:
            continue
        fields = dict(zip(reader.names, reader.read(row, cells), strict=True))
        if fields["name"] is UNREADABLE:
            continue  # reported as an unreadable cell
        if fields["name"] is not None:
            yield _member(fields)
        elif any(value is not None and value is not UNREADABLE for value in fields.values()):
            raw = cells[name_column.place or 0]
            reader.report(row, name_column, raw, Text("这一行没有姓名。", "This line has no name."))


def _member(fields: Mapping[str, Value]) -> Member:
    """Build one member."""
    branch, standing = fields.get("branch", UNREADABLE), fields.get("standing", UNREADABLE)
    return Member(
        name=str(fields["name"]),
        branch=branch if isinstance(branch, str) else "",
        standing=Standing(standing) if isinstance(standing, str) else cast("Unreadable | None", standing),
        full_on=cast("Day", fields.get("full_on", UNREADABLE)),
        penalties=_penalties(fields),
    )


def _penalties(fields: Mapping[str, Value]) -> tuple[Penalty, ...]:
    """Return the penalty of one line, if any: without a kind there is none."""
    kind, from_on, until_on = (fields.get(field, UNREADABLE) for field in _PENALTY_FIELDS)
    if kind is None:
        return ()
    known = PenaltyKind(kind) if isinstance(kind, str) else UNREADABLE
    return (Penalty(known, cast("Day", from_on), cast("Day", until_on)),)


def _merged(members: Iterable[Member]) -> Iterable[Member]:
    """Join lines that repeat one person for several penalties: same branch, name, standing and day of conversion.

    Names are unique within a branch. Lines that contradict each other stay apart, so that a finding is owed only if
    it is true of each.
    """
    people: dict[tuple[object, ...], Member] = {}
    for member in members:
        key = (member.branch, member.name, member.standing, member.full_on)
        seen = people.get(key)
        penalties = member.penalties if seen is None else (*seen.penalties, *member.penalties)
        people[key] = Member(member.name, member.branch, member.standing, member.full_on, penalties)
    return people.values()


def _report_absent(reader: RowReader, problems: Problems) -> None:
    """Report each header of the form that the roster lacks: its fields are unknown for every member."""
    for column in reader.columns:
        if column.place is None:
            reason = Text(
                f"名册没有“{squeezed(column.form.header)}”这一列。",
                f"The roster has no column “{squeezed(column.form.header)}”.",
            )
            problems.add(
                CellProblem(reader.sheet.sheet.name, reader.sheet.header_row, "", column.form.header, "", reason)
            )
