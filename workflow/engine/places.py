"""Where one can look: an organization of the scope with those above it and those directly below, by name."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, union_all

from workflow.engine.scope import bounds, within_of
from workflow.engine.task import Task
from workflow.store.tables import Organization

MOST = 300  # organizations directly below one


@dataclass(frozen=True, slots=True)
class Place:
    """An organization by name."""

    uid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """An organization with what stands around it. ``above``: within the scope, from its root down."""

    above: tuple[Place, ...]
    here: Place
    below: tuple[Place, ...]


def places(task: Task, path: str) -> Places:
    """Return an organization that was found in the scope, by its path, with those above and directly below it."""
    line = [int(part) for part in path.split(".") if part]
    asked = {**bounds("path", task.actor.path), "line": line, "here": line[-1], "most": MOST}
    found = {row[0]: Place(row[1], row[2]) for row in task.connection.execute(_AROUND, asked).all()}
    above = tuple(found[id_] for id_ in line[:-1] if id_ in found)
    below = tuple(one for id_, one in found.items() if id_ not in line)
    return Places(above, found[line[-1]], below)


_COLUMNS = (Organization.id, Organization.uid, Organization.name, Organization.path)
_BELOW = (  # read off an index, however many stand beside them
    select(*_COLUMNS)
    .where(Organization.parent_id == bindparam("here"))
    .order_by(Organization.path)
    .limit(bindparam("most", type_=Integer()))
    .subquery()
)
_LINE = select(*_COLUMNS).where(
    Organization.id.in_(bindparam("line", expanding=True)), within_of(Organization.path, "path")
)
_AROUND = union_all(_LINE, select(_BELOW)).order_by("path")
