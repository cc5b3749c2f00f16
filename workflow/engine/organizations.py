"""Organizations: founding an installation, adding, renaming, moving and closing; local practice; branch committees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Connection, String, delete, exists, func, insert, literal, or_, select, update

from workflow.engine.acting import require_right
from workflow.engine.log import changed
from workflow.engine.log_acts import LogAct
from workflow.engine.offices import Actor, standing
from workflow.engine.scope import OrganizationRow, cases_within, find_organization, organization_columns, within
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Organizations, Right
from workflow.law.timeline import Law
from workflow.plain import harmless
from workflow.store.tables import Case, Finding, Organization, OrganizationOverlay, Todo, Transfer

LONGEST_NAME = 100
LONGEST_PATH = 200  # characters, as the column holds
PLACED = (
    (Organization, Organization.path),
    (Case, Case.path),
    (Todo, Todo.path),
    (Finding, Finding.path),
    (Transfer, Transfer.to_path),
)


class OrganizationRefused(WorkflowError):  # noqa: N818 - errors are named as facts
    """The tree of organizations cannot be changed so; the sentence says why."""


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What is said of an organization when it is added. ``until_on``: the last day of a temporary one."""

    kind: str
    name: str
    has_committee: bool | None = None
    until_on: date | None = None


def found(connection: Connection, organizations: Organizations, new: NewOrganization) -> OrganizationRow:
    """Put the first organization of an installation, under which all others stand; raises OrganizationRefused."""
    if connection.scalar(select(exists().where(Organization.id.is_not(None)))):
        raise OrganizationRefused(
            Text("本系统已有组织", "this installation has organizations already"),
            Text("请在现有组织之下增设", "add it below those that there are"),
        )
    if new.kind in organizations.kinds and organizations.kinds[new.kind].attached:
        raise OrganizationRefused(
            Text("最上级不能是附设的组织", "what is attached to another cannot stand at the top"),
            Text("请先建立它所服务的组织", "begin with the organization that it serves"),
        )
    return _insert(connection, organizations, new, None)


def add_organization(
    connection: Connection, organizations: Organizations, actor: Actor, above: UUID, new: NewOrganization
) -> OrganizationRow:
    """Add an organization under another, or attach it where its kind is attached; return it.

    What is attached may act in cases of the whole subtree from now on: their agendas (``cases_within``) are to be made
    anew. Raises NotEntitled, UnknownOrganization, OrganizationRefused: also for what stands there already, so that the
    same click twice adds one.
    """
    require_right(actor, Right.ADMINISTER)
    row = find_organization(connection, actor, above, lock=True)
    beside = or_(Organization.parent_id == row.id, Organization.serves_id == row.id)
    same = Organization.name == checked_name(new.name)
    if connection.scalar(select(exists().where(beside, same, standing(actor.on)))):
        raise OrganizationRefused(
            Text("其下已有同名的组织", "an organization of this name is there already"),
            Text(
                "不必再增设；另有一个的，请写明不同的名称",
                "nothing is to be added; if it is another one, name it differently",
            ),
        )
    added = _insert(connection, organizations, new, row)
    changed(connection, actor, LogAct.ORGANIZATION_ADDED, added.path, place=added.uid, above=row.uid, kind=new.kind)
    return added


def rename_organization(connection: Connection, actor: Actor, uid: UUID, name: str) -> None:
    """Give an organization another name; it stays the same organization."""
    require_right(actor, Right.ADMINISTER)
    row = find_organization(connection, actor, uid)
    connection.execute(update(Organization).where(Organization.id == row.id).values(name=checked_name(name)))
    changed(connection, actor, LogAct.ORGANIZATION_RENAMED, row.path, place=row.uid)


def move_organization(
    connection: Connection, organizations: Organizations, actor: Actor, uid: UUID, above: UUID
) -> tuple[int, ...]:
    """Put an organization with everything below it under another one, or attach it there.

    Return the cases whose agendas are to be made anew: other superiors act for them. Both places must lie in the
    actor's scope, and nobody moves the root of the own scope.
    """
    require_right(actor, Right.ADMINISTER)
    row, target = (find_organization(connection, actor, one, lock=True) for one in (uid, above))
    if row.path == actor.path or target.path.startswith(row.path):
        raise OrganizationRefused(
            Text("不能移到自身之下，也不能移动本级组织", "it cannot move there"),
            Text("请选择另一个上级组织", "choose another organization above it"),
        )
    _require_place(organizations, row.kind, target)
    path = f"{target.path}{row.id}."
    attached = organizations.kinds[row.kind].attached
    place = {"serves_id": target.id, "parent_id": None} if attached else {"parent_id": target.id, "serves_id": None}
    connection.execute(update(Organization).where(Organization.id == row.id).values(**place))
    _replant(connection, row.path, path)
    changed(connection, actor, LogAct.ORGANIZATION_MOVED, path, place=row.uid, above=target.uid)
    if not attached:
        return cases_within(connection, path)
    left = row.path.removesuffix(f"{row.id}.")  # what it served until now
    return tuple(sorted({*cases_within(connection, left), *cases_within(connection, target.path)}))


def close_organization(connection: Connection, actor: Actor, uid: UUID, last_day: date) -> None:
    """Close an organization after ``last_day``: nobody acts for it from then on.

    Raises OrganizationRefused while something below it is open, one of its cases waits for somebody, or a case is
    offered to it.
    """
    require_right(actor, Right.ADMINISTER)
    row = find_organization(connection, actor, uid, lock=True)
    if row.path == actor.path:
        raise OrganizationRefused(
            Text("不能撤销本级组织", "nobody closes the root of the own scope"),
            Text("请由上级办理", "let a superior do it"),
        )
    below = or_(Organization.parent_id == row.id, Organization.serves_id == row.id)
    after = or_(Organization.until_on.is_(None), Organization.until_on > last_day)
    if connection.scalar(select(exists().where(below, after))):
        raise OrganizationRefused(
            Text("其下还有组织", "there are organizations below it"),
            Text("请先撤销或者移走下级组织", "close or move them first"),
        )
    if connection.scalar(select(exists().where(within(Todo.path, row.path)))):
        raise OrganizationRefused(
            Text("还有未办结的档案", "some of its cases still wait for somebody"),
            Text("请先将档案转给其他支部", "transfer them to other branches first"),
        )
    if connection.scalar(select(exists().where(within(Transfer.to_path, row.path)))):
        raise OrganizationRefused(
            Text("还有向它转来、尚未接收的档案", "cases are offered to it that it has not answered"),
            Text(
                "请先接收、退回，或者由转出党支部撤回", "let it take them over or return them, or withdraw the offers"
            ),
        )
    connection.execute(update(Organization).where(Organization.id == row.id).values(until_on=last_day))
    changed(connection, actor, LogAct.ORGANIZATION_CLOSED, row.path, place=row.uid, last_day=last_day)


def set_committee(
    connection: Connection, organizations: Organizations, actor: Actor, uid: UUID, *, has_committee: bool | None
) -> tuple[int, ...]:
    """Say whether a branch has a branch committee (None: not known); return the cases to be looked at anew."""
    require_right(actor, Right.ADMINISTER)
    row = find_organization(connection, actor, uid)
    _require_committee_kind(organizations, row.kind, has_committee=has_committee)
    connection.execute(update(Organization).where(Organization.id == row.id).values(has_committee=has_committee))
    changed(connection, actor, LogAct.COMMITTEE_SET, row.path, place=row.uid, has_committee=has_committee)
    return cases_within(connection, row.path)


def lay_overlay(
    connection: Connection, law: Law, actor: Actor, uid: UUID, overlay: str, days: tuple[date, date | None]
) -> tuple[int, ...]:
    """Let local practice bind an organization and all below, from a day to a last one; return the cases it touches.

    Raises UnknownLaw for an overlay that no file defines, OrganizationRefused where it is laid already.
    """
    require_right(actor, Right.ADMINISTER)
    row = find_organization(connection, actor, uid, lock=True)
    law.overlays((overlay,))
    from_on, until_on = days
    if until_on is not None and until_on < from_on:
        raise OrganizationRefused(
            Text("止日早于起日", "the last day lies before the first"), Text("请改正日期", "correct the days")
        )
    table = OrganizationOverlay
    same = (table.organization_id == row.id, table.overlay == overlay)
    later = table.from_on <= until_on if until_on is not None else literal(value=True)
    meets = exists().where(*same, later, or_(table.until_on.is_(None), table.until_on >= from_on))
    if connection.scalar(select(meets)):
        raise OrganizationRefused(
            Text("这些日子已经适用此规定", "it is laid on some of these days already"),
            Text("请改正日期，或者先停止适用", "correct the days, or lift it first"),
        )
    new = {"organization_id": row.id, "overlay": overlay, "from_on": from_on, "until_on": until_on}
    connection.execute(insert(table), new)
    days_of = {"from_on": from_on, "until_on": until_on}
    changed(connection, actor, LogAct.OVERLAY_LAID, row.path, place=row.uid, overlay=overlay, **days_of)
    return cases_within(connection, row.path)


def lift_overlay(connection: Connection, actor: Actor, uid: UUID, overlay: str, last_day: date) -> tuple[int, ...]:
    """End local practice after ``last_day``, or take it back where it had not begun; return the cases it touches."""
    require_right(actor, Right.ADMINISTER)
    row = find_organization(connection, actor, uid)
    table = OrganizationOverlay
    laid = (table.organization_id == row.id, table.overlay == overlay)
    running = or_(table.until_on.is_(None), table.until_on > last_day)
    taken_back = connection.execute(delete(table).where(*laid, table.from_on > last_day)).rowcount
    ended = connection.execute(update(table).where(*laid, running).values(until_on=last_day)).rowcount
    if not taken_back + ended:
        raise OrganizationRefused(
            Text("没有适用此规定", "it is not laid there after that day"),
            Text("请核对规定的名称和日期", "check its name and the days"),
        )
    changed(connection, actor, LogAct.OVERLAY_LIFTED, row.path, place=row.uid, overlay=overlay, last_day=last_day)
    return cases_within(connection, row.path)


def checked_name(name: str) -> str:
    """Return the name of an organization or a person with single spaces; raises OrganizationRefused."""
    plain = " ".join(name.split())
    if not any(map(str.isalpha, plain)) or len(plain) > LONGEST_NAME or harmless(plain) != plain:
        raise OrganizationRefused(
            Text("名称不合格", "this cannot be a name"),
            Text(f"请填写不超过{LONGEST_NAME}字的名称", f"write up to {LONGEST_NAME} printable characters"),
        )
    return plain


def _insert(
    connection: Connection, organizations: Organizations, new: NewOrganization, above: OrganizationRow | None
) -> OrganizationRow:
    if new.kind not in organizations.kinds:
        raise OrganizationRefused(
            Text("没有这类组织", "there is no such kind of organization"),
            Text("请选择列出的类别", "choose one of the kinds that there are"),
        )
    if above is not None:
        _require_place(organizations, new.kind, above)
    _require_committee_kind(organizations, new.kind, has_committee=new.has_committee)
    attached = organizations.kinds[new.kind].attached
    row = {
        "kind": new.kind,
        "name": checked_name(new.name),
        "path": uuid4().hex,  # until the id is known
        "parent_id": above.id if above and not attached else None,
        "serves_id": above.id if above and attached else None,
        "has_committee": new.has_committee,
        "until_on": new.until_on,
    }
    key = connection.execute(insert(Organization).returning(Organization.id), row).scalar_one()
    path = f"{above.path if above else ''}{key}."
    _require_depth(len(path))
    connection.execute(update(Organization).where(Organization.id == key).values(path=path))
    added = connection.execute(select(*organization_columns()).where(Organization.id == key)).one()
    return OrganizationRow(*added)


def _require_place(organizations: Organizations, kind: str, above: OrganizationRow) -> None:
    if not organizations.may_stand(kind, above.kind):
        one, other = organizations.kinds[kind], organizations.kinds[above.kind]
        raise OrganizationRefused(
            Text(f"{one.zh}不能设在{other.zh}之下", f"a {one.en} does not stand under a {other.en}"),
            Text("请选择合适的上级组织", "choose an organization above it that may have one"),
        )


def _require_committee_kind(organizations: Organizations, kind: str, *, has_committee: bool | None) -> None:
    if has_committee is not None and not organizations.kinds[kind].with_committee:
        raise OrganizationRefused(
            Text("这类组织不设支部委员会", "this kind has no branch committee"),
            Text("只有党支部设支部委员会", "only branches have one"),
        )


def _require_depth(length: int) -> None:
    if length > LONGEST_PATH:
        raise OrganizationRefused(
            Text("组织层级过深", "the organizations are nested too deeply"), Text("请减少层级", "nest them less deeply")
        )


def _replant(connection: Connection, old: str, new: str) -> None:
    """Give everything below ``old`` its new path, in one statement a table."""
    longest = connection.scalar(select(func.max(func.length(Organization.path))).where(within(Organization.path, old)))
    _require_depth((longest or 0) - len(old) + len(new))
    for table, path in PLACED:
        rest = func.substr(path, len(old) + 1, type_=String())
        connection.execute(update(table).where(within(path, old)).values({path: literal(new, String()) + rest}))
