"""Enrolling: lines of a roster as a ledger brings them, many at once and as found; nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from workflow.case.roster import Member as Line
from workflow.case.roster import Penalty, PenaltyKind, Standing
from workflow.case.values import UNREADABLE, Unreadable
from workflow.engine.registers import NotedPenalty
from workflow.store.tables import Member
from workflow.store.tables import Penalty as PenaltyTable

UNREAD = "unreadable"  # code of a standing or penalty that could not be read: no code of the program, hence not known


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A line of a roster as it stands in the database."""

    id: int
    branch: int
    name: str
    standing: str | None
    full_on: date | None
    penalties: tuple[NotedPenalty, ...]


def enrolled(connection: Connection, branches: Sequence[int]) -> Mapping[tuple[int, str], tuple[Enrolled, ...]]:
    """Return the rosters of branches, by branch and name as compared."""
    of_branches = Member.organization_id.in_(branches)
    noted: dict[int, list[NotedPenalty]] = {}
    table = PenaltyTable
    columns = select(table.member_id, table.id, table.kind, table.from_on, table.until_on)
    for row in connection.execute(columns.join(Member).where(of_branches).order_by(table.id)):
        noted.setdefault(row.member_id, []).append(NotedPenalty(row.id, row.kind, row.from_on, row.until_on))
    found: dict[tuple[int, str], tuple[Enrolled, ...]] = {}
    lines = select(Member.id, Member.organization_id, Member.name_key, Member.standing, Member.full_on)
    for each in connection.execute(lines.where(of_branches).order_by(Member.id)):
        line = Enrolled(*each, tuple(noted.get(each.id, ())))
        key = (line.branch, line.name)
        found[key] = (*found.get(key, ()), line)
    return found


def enrol(connection: Connection, lines: Sequence[tuple[int, Line]]) -> None:
    """Add lines, each to the branch of that id, with their penalties."""
    if not lines:
        return
    rows = [
        {"organization_id": branch, "name": line.name, "name_key": line.name, "standing": coded(line.standing),
         "full_on": day_of(line.full_on)}
        for branch, line in lines
    ]  # fmt: skip
    made = connection.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows).all()
    penalties = [
        penalty_row(member, penalty)
        for member, (_, line) in zip(made, lines, strict=True)
        for penalty in line.penalties
    ]
    if penalties:
        connection.execute(insert(PenaltyTable), penalties)


def penalty_row(member: int, penalty: Penalty) -> dict[str, Any]:
    """Return the row of a penalty; what of it cannot be read makes its kind unreadable: nothing is guessed from it."""
    unread = any(isinstance(part, Unreadable) for part in (penalty.kind, penalty.from_on, penalty.until_on))
    return {
        "member_id": member, "kind": UNREAD if unread else coded(penalty.kind), "from_on": day_of(penalty.from_on),
        "until_on": day_of(penalty.until_on),
    }  # fmt: skip


def note_penalty(connection: Connection, member: int, penalty: Penalty) -> None:
    """Add a penalty to a line."""
    connection.execute(insert(PenaltyTable), penalty_row(member, penalty))


def change_line(connection: Connection, member: int, columns: Mapping[str, object]) -> None:
    """Bring standing or day of a line up to date."""
    connection.execute(update(Member).where(Member.id == member).values(**columns))


def change_end(connection: Connection, penalty: int, until_on: date) -> None:
    """Bring the last day of a penalty's effect up to date."""
    connection.execute(update(PenaltyTable).where(PenaltyTable.id == penalty).values(until_on=until_on))


def coded(value: Standing | PenaltyKind | Unreadable | None) -> str | None:
    """Return the code under which a standing or a penalty is kept."""
    if value is None:
        return None
    return UNREAD if isinstance(value, Unreadable) else str(value)


def day_of(value: date | Unreadable | None) -> date | None:
    """Return a day, None for what is blank or unreadable."""
    return None if value is UNREADABLE or not isinstance(value, date) else value
