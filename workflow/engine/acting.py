"""Who may act: the organization that acts as each body for a case, and whether an actor's office is in it (art. 22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import Connection, bindparam, or_, select

from workflow.engine.offices import TODAY, Actor, standing
from workflow.engine.scope import OrganizationRow, organization_columns
from workflow.errors import Text, WorkflowError
from workflow.law.model import OutcomeDef, StepDef
from workflow.law.organizations import Organizations, Right
from workflow.store.tables import Organization


class Placed(Protocol):
    """A case, or the branch that is about to open one: something with a place in the tree."""

    @property
    def path(self) -> str:
        """Return the ids from the root on, each followed by a full stop."""


@dataclass(frozen=True, slots=True)
class Entitled:
    """Somebody who may act: an organization and the offices in it that give the right."""

    organization: Text
    roles: tuple[Text, ...]

    @property
    def words(self) -> Text:
        """Return the organization, and its offices in brackets."""
        zh, en = "、".join(role.zh for role in self.roles), ", ".join(role.en for role in self.roles)
        return Text(f"{self.organization.zh}（{zh}）", f"{self.organization.en} ({en})")


class NotEntitled(WorkflowError):  # noqa: N818 - errors are named as facts
    """The actor's office does not let it do this; ``basis`` says under which article, ``who`` names those who may."""

    def __init__(self, what: Text, basis: str = "", who: Sequence[Entitled] = ()) -> None:
        """Keep who may do it as data, and say it in the remedy."""
        self.basis, self.who = basis, tuple(who)
        super().__init__(what, _remedy(self.who))


_LINE = select(*organization_columns()).where(
    or_(
        Organization.id.in_(bindparam("line", expanding=True)),
        Organization.serves_id.in_(bindparam("line", expanding=True)),
    ),
    standing(TODAY),
)


def line_of(connection: Connection, path: str, on: date) -> tuple[OrganizationRow, ...]:
    """Return the organizations from the one at ``path`` upward, those attached to each right after it.

    What is closed on ``on`` is left out. One query by keys, whatever the size of the tree.
    """
    return lines_of(connection, (path,), on)[path]


def lines_of(connection: Connection, paths: Iterable[str], on: date) -> dict[str, tuple[OrganizationRow, ...]]:
    """Return the same of several paths, each by its path, in the one query."""
    ids = {path: [int(part) for part in path.split(".") if part] for path in paths}
    every = sorted({one for line in ids.values() for one in line})
    rows = [OrganizationRow(*row) for row in connection.execute(_LINE, {"line": every, "today": on}).all()]
    return {path: _in_line(rows, line) for path, line in ids.items()}


def _in_line(rows: Iterable[OrganizationRow], ids: Sequence[int]) -> tuple[OrganizationRow, ...]:
    """Return those of some organizations that stand in a line, given from the root on, or serve one that does."""
    height = {organization: len(ids) - place for place, organization in enumerate(ids)}
    here = (row for row in rows if (row.serves_id or row.id) in height)
    return tuple(sorted(here, key=lambda row: (height[row.serves_id or row.id], row.serves_id is not None, row.id)))


def acting_on(
    organizations: Organizations, line: Sequence[OrganizationRow], bodies: Iterable[str], *, recorders: bool = True
) -> dict[str, OrganizationRow]:
    """Return for each body the nearest organization of a line that acts as it.

    Where none does, the nearest that records for that body, unless ``recorders`` is False. A body for which nobody in
    this installation stands is not in the answer.
    """
    found: dict[str, OrganizationRow] = {}
    for body in dict.fromkeys(bodies):
        nearest = next((row for row in line if body in _acts_as(organizations, row)), None)
        if nearest is None and recorders:
            nearest = next((row for row in line if body in organizations.kinds[row.kind].records_for), None)
        if nearest is not None:
            found[body] = nearest
    return found


def acting_organization(
    connection: Connection, organizations: Organizations, case_path: str, bodies: Iterable[str], on: date
) -> OrganizationRow | None:
    """Return the nearest of the organizations that act as one of ``bodies`` for a case; None: nobody here."""
    line = line_of(connection, case_path, on)
    acting = acting_on(organizations, line, bodies).values()
    return next((row for row in line if row in acting), None)


def bodies_of(step: StepDef, outcome: OutcomeDef | None = None) -> tuple[str, ...]:
    """Return the bodies that may take a step, or bring about one outcome of it; with power, if need be."""
    named = (outcome.by if outcome else ()) or step.by
    return tuple(body for body in named if body in step.power) if step.power else named


def may_act(
    connection: Connection,
    organizations: Organizations,
    actor: Actor,
    place: Placed,
    step: StepDef,
    outcome: OutcomeDef,
) -> str:
    """Return the body as which the actor may bring about this outcome; raises NotEntitled, which says who may.

    Where it takes power, the nearest organization that has it decides and no other above it.
    """
    return acts_as(organizations, actor, line_of(connection, place.path, actor.on), step, outcome)


def acts_as(
    organizations: Organizations, actor: Actor, line: Sequence[OrganizationRow], step: StepDef, outcome: OutcomeDef
) -> str:
    """Return the same where the line of organizations above the place is known."""
    bodies = bodies_of(step, outcome)
    acting = _acting_in(organizations, line, step, bodies)
    if step.power and not step.recorded_only:
        nearest = max(acting.values(), key=lambda row: len(row.path), default=None)
        acting = {body: row for body, row in acting.items() if row == nearest}
    right = right_for(step)
    for body in bodies:
        if body in acting and acting[body].id == actor.organization_id and right in actor.rights:
            return body
    zh = f"“{step.zh}—{outcome.zh}”不能由您的职务办理"
    what = Text(zh, f"your office does not let you record “{step.en}: {outcome.en}”")
    raise NotEntitled(what, step.basis, entitled(organizations, acting, right))


def acting_for(
    connection: Connection, organizations: Organizations, path: str, step: StepDef, bodies: Iterable[str], on: date
) -> dict[str, OrganizationRow]:
    """Return who acts for a step; where it asks for power nobody records for others, save what is recorded only."""
    return _acting_in(organizations, line_of(connection, path, on), step, bodies)


def _acting_in(
    organizations: Organizations, line: Sequence[OrganizationRow], step: StepDef, bodies: Iterable[str]
) -> dict[str, OrganizationRow]:
    return acting_on(organizations, line, bodies, recorders=not step.power or step.recorded_only)


def right_for(step: StepDef) -> Right:
    """Return the right that a step asks for: to decide where it needs power (art. 22), else to record."""
    return Right.DECIDE if step.power else Right.RECORD


def require_right(actor: Actor, right: Right) -> None:
    """Raise NotEntitled unless the office gives ``right``."""
    if right not in actor.rights:
        raise NotEntitled(Text("您的职务没有这项权限", "your office does not give this right"))


def _acts_as(organizations: Organizations, row: OrganizationRow) -> tuple[str, ...]:
    return organizations.bodies(row.kind, has_committee=row.has_committee)


def entitled(organizations: Organizations, acting: Mapping[str, OrganizationRow], right: Right) -> tuple[Entitled, ...]:
    """Return each organization that may act, once, with the offices that give the right there."""
    found = {row.id: entitled_in(organizations, row.name, row.kind, right) for row in acting.values()}
    return tuple(found.values())


def entitled_in(organizations: Organizations, name: str, kind: str, right: Right) -> Entitled:
    """Return an organization of a kind with the offices that give a right there."""
    roles = (organizations.roles[role] for role in organizations.roles_with(kind, right))
    return Entitled(Text(name, name), tuple(Text(role.zh, role.en) for role in roles))


def _remedy(who: Sequence[Entitled]) -> Text:
    if not who:
        zh = "本系统内没有可以办理的组织或者职务，请与管理员联系"
        return Text(zh, "nobody in this installation may do it; ask the administrator")
    zh, en = "；".join(one.words.zh for one in who), "; ".join(one.words.en for one in who)
    return Text(f"可以办理的：{zh}", f"who may: {en}")
