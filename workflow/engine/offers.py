"""Cases that are offered to the own branch and wait to be taken over or returned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from workflow.engine.scope import visible
from workflow.engine.task import Task
from workflow.store.tables import Case, Entry, Organization, Person, Transfer

PAGE = 50


@dataclass(frozen=True, slots=True)
class Offered:
    """A case that another branch offers. ``branch``: the one that has it; ``on``: the day of the offer."""

    case: str
    name: str
    branch: str
    state: str
    on: date | None


def offers(task: Task, limit: int = PAGE) -> tuple[Offered, ...]:
    """Return the cases offered to the actor's organization, the oldest offer first; one query."""
    query = (
        select(Case.number, Person.name, Organization.name.label("branch"), Case.state, Entry.occurred_on)
        .join(Transfer, Transfer.case_id == Case.id)
        .join(Person, Person.case_id == Case.id)
        .join(Organization, Organization.id == Case.organization_id)
        .join(Entry, (Entry.case_id == Case.id) & (Entry.number == Transfer.entry_number))
        .where(Transfer.to_id == task.actor.organization_id, visible(task.actor))
        .order_by(Entry.occurred_on, Case.id)
    )
    return tuple(Offered(*row) for row in task.connection.execute(query.limit(limit)))
