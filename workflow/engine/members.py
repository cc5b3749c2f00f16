"""The roster (党员名册) of a branch: its members with their standing, and the penalties that touch a sponsor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from workflow.case.roster import PenaltyKind, Standing
from workflow.engine.acting import require_right
from workflow.engine.log import changed
from workflow.engine.log_acts import LogAct
from workflow.engine.offices import Actor
from workflow.engine.organizations import OrganizationRefused, checked_name
from workflow.engine.scope import MemberRow, find_member, find_organization
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Organizations, Right
from workflow.plain import name_key
from workflow.store.tables import Member, Organization, Penalty

SEVERAL = "、,，;；/／"  # marks that stand between names


class MemberRefused(WorkflowError):  # noqa: N818 - errors are named as facts
    """What was written cannot stand on a roster; the sentence says why."""


@dataclass(frozen=True, slots=True)
class NewMember:
    """A line of a roster. ``standing`` None: not known; ``full_on``: the day of full membership."""

    name: str
    standing: Standing | None = None
    full_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewPenalty:
    """A penalty and the days between which it has effect, both counted; no last day: still in force."""

    kind: PenaltyKind
    from_on: date
    until_on: date | None = None


def members_of(connection: Connection, actor: Actor, organization: UUID) -> tuple[MemberRow, ...]:
    """Return the roster of an organization in the actor's scope, in the order of entry."""
    require_right(actor, Right.READ)
    row = find_organization(connection, actor, organization)
    columns = (Member.id, Member.organization_id, Member.name, Member.standing, Member.full_on)
    lines = select(*columns).where(Member.organization_id == row.id).order_by(Member.id)
    return tuple(MemberRow(*line) for line in connection.execute(lines))


def add_member(
    connection: Connection, organizations: Organizations, actor: Actor, organization: UUID, member: NewMember
) -> int:
    """Add a line to a branch's roster and return its id; raises NotEntitled, UnknownOrganization, MemberRefused."""
    require_right(actor, Right.RECORD)
    row = find_organization(connection, actor, organization)
    if row.kind not in organizations.case_kinds:
        raise MemberRefused(
            Text("党员名册设在党支部", "rosters are kept by branches"), Text("请选择党支部", "choose a branch")
        )
    line = {"organization_id": row.id, **_line(member)}
    added: int = connection.execute(insert(Member).returning(Member.id), line).scalar_one()
    changed(connection, actor, LogAct.MEMBER_ADDED, row.path, place=row.uid, member=added)
    return added


def change_member(connection: Connection, actor: Actor, member_id: int, member: NewMember) -> None:
    """Correct a line of a roster; its penalties stay."""
    require_right(actor, Right.RECORD)
    row = find_member(connection, actor, member_id)
    connection.execute(update(Member).where(Member.id == row.id).values(**_line(member)))
    _noted(connection, actor, LogAct.MEMBER_CHANGED, row)


def remove_member(connection: Connection, actor: Actor, member_id: int) -> None:
    """Take a line off a roster, with its penalties."""
    require_right(actor, Right.RECORD)
    row = find_member(connection, actor, member_id)
    connection.execute(delete(Penalty).where(Penalty.member_id == row.id))
    connection.execute(delete(Member).where(Member.id == row.id))
    _noted(connection, actor, LogAct.MEMBER_REMOVED, row)


def add_penalty(connection: Connection, actor: Actor, member_id: int, penalty: NewPenalty) -> int:
    """Note a penalty of a member and return its id."""
    require_right(actor, Right.RECORD)
    row = find_member(connection, actor, member_id)
    _in_order(penalty)
    line = {
        "member_id": row.id,
        "kind": str(penalty.kind),
        "from_on": penalty.from_on,
        "until_on": penalty.until_on,
    }
    added: int = connection.execute(insert(Penalty).returning(Penalty.id), line).scalar_one()
    _noted(connection, actor, LogAct.PENALTY_NOTED, row, added)
    return added


def change_penalty(connection: Connection, actor: Actor, penalty_id: int, penalty: NewPenalty) -> None:
    """Correct a penalty, for example when its effect ends."""
    require_right(actor, Right.RECORD)
    row = _of_penalty(connection, actor, penalty_id)
    _in_order(penalty)
    values = {"kind": str(penalty.kind), "from_on": penalty.from_on, "until_on": penalty.until_on}
    connection.execute(update(Penalty).where(Penalty.id == penalty_id).values(**values))
    _noted(connection, actor, LogAct.PENALTY_CHANGED, row, penalty_id)


def remove_penalty(connection: Connection, actor: Actor, penalty_id: int) -> None:
    """Take back a penalty that was noted by mistake."""
    require_right(actor, Right.RECORD)
    row = _of_penalty(connection, actor, penalty_id)
    connection.execute(delete(Penalty).where(Penalty.id == penalty_id))
    _noted(connection, actor, LogAct.PENALTY_REMOVED, row, penalty_id)


def _noted(connection: Connection, actor: Actor, act: LogAct, row: MemberRow, penalty: int | None = None) -> None:
    """Write into the log that a line of a roster was changed: its number, never its name."""
    path = select(Organization.path).where(Organization.id == row.organization_id)
    changed(connection, actor, act, connection.scalar(path), member=row.id, penalty=penalty)


def _of_penalty(connection: Connection, actor: Actor, penalty_id: int) -> MemberRow:
    """Return the member whose penalty it is; raises UnknownMember for one outside the actor's scope."""
    return find_member(
        connection, actor, connection.scalar(select(Penalty.member_id).where(Penalty.id == penalty_id)) or 0
    )


def _line(member: NewMember) -> dict[str, object]:
    name = member_name(member.name)
    if member.standing is Standing.PROBATIONARY and member.full_on is not None:
        raise MemberRefused(
            Text("预备党员没有成为正式党员的日期", "a probationary member has no day of full membership"),
            Text("请去掉日期，或者改为正式党员", "leave the day out, or say that it is a full member"),
        )
    standing = None if member.standing is None else str(member.standing)
    return {"name": name, "name_key": name_key(name), "standing": standing, "full_on": member.full_on}


def member_name(name: str) -> str:
    """Return one name; raises MemberRefused where none stands there, or several."""
    try:
        plain = checked_name(name)
    except OrganizationRefused as error:
        raise MemberRefused(error.what, error.remedy) from None
    if any(mark in plain for mark in SEVERAL):
        raise MemberRefused(
            Text("一行只能填一个姓名", "a line holds one name"), Text("请分行填写", "write a line for each")
        )
    return plain


def _in_order(penalty: NewPenalty) -> None:
    if penalty.until_on is not None and penalty.until_on < penalty.from_on:
        raise MemberRefused(
            Text("止日早于起日", "the last day lies before the first"), Text("请改正日期", "correct the days")
        )
