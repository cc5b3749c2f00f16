"""Among how many people findings were looked for: the organization chosen, what stands above it, its cases."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from workflow.engine import findings_query as query
from workflow.engine.bounded import counted
from workflow.engine.findings_view import MOST, FindingFilters, asked_of
from workflow.engine.scope import OrganizationRow, bounds, find_organization
from workflow.engine.task import Task


@dataclass(frozen=True, slots=True)
class Population:
    """The people among whom findings were looked for. ``place``: the organization chosen, None: the whole scope.

    ``line``: the organizations from the root of the scope down to it; ``people`` None: more than MOST.
    """

    place: OrganizationRow | None
    line: tuple[tuple[UUID, str], ...]
    people: int | None


def population(task: Task, filters: FindingFilters) -> Population:
    """Return among whom the filters look; raises UnknownOrganization. An administrator sees nobody."""
    place = find_organization(task.connection, task.actor, filters.organization) if filters.organization else None
    path = place.path if place else task.actor.path
    ids = [int(part) for part in path.split(".") if part]
    above = task.connection.execute(query.ABOVE, {"ids": ids, **bounds("path", task.actor.path)}).all()
    line = tuple((row.uid, row.name) for row in above)
    people = query.people(query.Shape(states=bool(filters.states)))
    return Population(place, line, counted(task.connection, people, MOST, asked_of(task, filters, path)))
