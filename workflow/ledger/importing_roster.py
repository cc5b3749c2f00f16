"""The roster's sheet against the rosters of the branches: members and penalties added and updated, none deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from workflow.case.roster import Member, Penalty
from workflow.case.values import Unreadable
from workflow.engine.enrolling import (
    UNREAD,
    Enrolled,
    change_end,
    change_line,
    coded,
    day_of,
    enrol,
    enrolled,
    note_penalty,
    penalty_row,
)
from workflow.engine.registers import NotedPenalty
from workflow.engine.scope import OrganizationRow
from workflow.errors import Text
from workflow.ledger.comparing import NO_BRANCH, NO_NAME, SEVERAL_BRANCHES, usable_name
from workflow.ledger.form import RosterForm
from workflow.ledger.import_report import CellReport, MemberReport, RowKind, What
from workflow.plain import harmless

SEVERAL = Text("名册上有几行同名，无法对应", "several lines bear this name: it cannot be told which is meant")


@dataclass(slots=True)
class Change:
    """What is to be done about one line of the file."""

    report: MemberReport
    branch: int = 0
    add: Member | None = None
    member: int = 0
    columns: dict[str, object] = field(default_factory=dict)
    penalties: list[Penalty] = field(default_factory=list)
    ends: list[tuple[int, date]] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Tell whether anything is to be written."""
        return self.add is not None or bool(self.columns or self.penalties or self.ends)


class RosterComparison:
    """A roster's sheet against the branches in scope."""

    def __init__(self, form: RosterForm, branches: Mapping[str, tuple[OrganizationRow, ...]]) -> None:
        """``branches``: by name without white space."""
        self.branches = branches
        self.headers = {column.column: column.header for column in form.columns}
        self.words = {
            code: word for column in form.columns for word, code in column.values.items()
        }  # of standings and penalties

    def compare(self, connection: Connection, members: Sequence[Member]) -> list[Change]:
        """Compare some lines; all lines of one branch and name stand in one call."""
        places = {member.branch: self.branches.get(member.branch, ()) for member in members}
        ids = [found[0].id for found in places.values() if len(found) == 1]
        known = enrolled(connection, ids)
        return [
            change
            for (branch, _), lines in _by_name(members).items()
            for change in self._of_name(places[branch], lines, known)
        ]

    def _of_name(
        self,
        branches: tuple[OrganizationRow, ...],
        lines: Sequence[Member],
        known: Mapping[tuple[int, str], tuple[Enrolled, ...]],
    ) -> Iterator[Change]:
        """Compare the lines of one name in one branch: as a rule one."""
        if len(branches) != 1:
            why = SEVERAL_BRANCHES if branches else NO_BRANCH
            yield from (Change(_report(line, RowKind.LEFT_OUT, why=why)) for line in lines)
            return
        there = known.get((branches[0].id, lines[0].name), ())
        if not usable_name(lines[0].name):
            yield from (Change(_report(line, RowKind.LEFT_OUT, why=NO_NAME)) for line in lines)
        elif not there:
            yield from (Change(_report(line, RowKind.NEW), branches[0].id, add=line) for line in lines)
        elif len(lines) == len(there) == 1:
            yield self._line(lines[0], there[0])
        elif sorted(map(_of_file, lines)) == sorted(map(_of_record, there)):
            yield from (Change(_report(line, RowKind.UNCHANGED)) for line in lines)
        else:
            yield from (Change(_report(line, RowKind.AMBIGUOUS, why=SEVERAL)) for line in lines)

    def _line(self, line: Member, there: Enrolled) -> Change:
        """Compare one line with the one on record."""
        cells: list[CellReport] = []
        change = Change(_report(line, RowKind.UNCHANGED), there.branch, member=there.id)
        for name, said, recorded in (
            ("standing", coded(line.standing), there.standing),
            ("full_on", line.full_on, there.full_on),
        ):
            if said in {recorded, UNREAD} or isinstance(said, Unreadable):
                continue
            cells.append(self._cell(name, recorded, said))
            if said is not None:
                change.columns[name] = said
        left = list(there.penalties)
        for penalty in line.penalties:
            cells += self._penalty(penalty, left, change)
        cells += [self._cell("penalty", f"{self._word(one.kind)} {one.from_on or ''}".strip(), None) for one in left]
        if cells:
            change.report = _report(line, RowKind.CHANGED, cells=tuple(cells))
        return change

    def _penalty(self, penalty: Penalty, left: list[NotedPenalty], change: Change) -> Iterator[CellReport]:
        """Compare a penalty with those on record that no other has been compared with."""
        row = penalty_row(change.member, penalty)
        same = next((one for one in left if (one.kind, one.from_on) == (row["kind"], row["from_on"])), None)
        if same is None:
            change.penalties.append(penalty)
            yield self._cell("penalty", None, f"{self._word(row['kind'])} {row['from_on'] or ''}".strip())
            return
        left.remove(same)
        until = day_of(penalty.until_on)
        if until != same.until_on:
            yield self._cell("penalty_until", same.until_on, until)
            if until is not None:
                change.ends.append((same.id, until))

    def _cell(self, name: str, recorded: object, said: object) -> CellReport:
        what = What.GONE if said is None else What.FACT if recorded is None else What.UPDATED
        return CellReport(self.headers.get(name, name), what, self._word(recorded), self._word(said))

    def _word(self, value: object) -> str:
        """Return a code as the form's word, anything else as it is written."""
        return "" if value is None else self.words.get(str(value), harmless(str(value)))


def write_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Write what was compared, in the same transaction."""
    enrol(connection, [(change.branch, change.add) for change in changes if change.add is not None])
    for change in changes:
        if change.columns:
            change_line(connection, change.member, change.columns)
        for penalty in change.penalties:
            note_penalty(connection, change.member, penalty)
        for key, until in change.ends:
            change_end(connection, key, until)


def batches_of(members: Sequence[Member], size: int) -> Iterator[list[Member]]:
    """Yield the members, about so many at a time, those of one branch together."""
    by_branch: dict[str, list[Member]] = {}
    for member in members:
        by_branch.setdefault(member.branch, []).append(member)
    some: list[Member] = []
    for lines in by_branch.values():
        some += lines
        if len(some) >= size:
            yield some
            some = []
    if some:
        yield some


def _by_name(members: Sequence[Member]) -> dict[tuple[str, str], list[Member]]:
    found: dict[tuple[str, str], list[Member]] = {}
    for member in members:
        found.setdefault((member.branch, member.name), []).append(member)
    return found


def _report(
    line: Member, kind: RowKind, *, cells: tuple[CellReport, ...] = (), why: Text | None = None
) -> MemberReport:
    return MemberReport(harmless(line.name), harmless(line.branch), kind, cells, why)


def _of_file(line: Member) -> str:
    """Return all that a line says, to be compared with others."""
    rows = [penalty_row(0, penalty) for penalty in line.penalties]
    penalties = sorted(f"{row['kind']} {row['from_on']} {row['until_on']}" for row in rows)
    return f"{coded(line.standing)} {day_of(line.full_on)} {penalties}"


def _of_record(line: Enrolled) -> str:
    penalties = sorted(f"{one.kind} {one.from_on} {one.until_on}" for one in line.penalties)
    return f"{line.standing} {line.full_on} {penalties}"
