"""Which outcome of a step a line of the to-do list asks for; and which steps are not one's own."""

from __future__ import annotations

from workflow.engine.acting import right_for
from workflow.engine.asking import beside
from workflow.engine.offices import Actor
from workflow.engine.worklist import Item
from workflow.law.model import Edition
from workflow.machine import possible


def wanted(edition: Edition, item: Item) -> str | None:
    """Return which outcome of its step a line of the to-do list asks for; None: the actor chooses.

    It was found when the line was made, under the edition of that day: where it is possible no more it is not told.
    """
    here = possible(edition, item.state).get(item.step, ())
    return item.outcome if item.outcome in here else None


def several(edition: Edition, state: str, step: str) -> bool:
    """Tell whether a step that is asked for can end in more than one way; days added beside the others are none."""
    definition = edition.steps[step]
    return sum(not beside(definition, definition.outcomes[name]) for name in possible(edition, state)[step]) > 1


def for_colleagues(edition: Edition, actor: Actor) -> frozenset[str]:
    """Return the steps that the actor's office may not take, though another of its organization may."""
    return frozenset(name for name, step in edition.steps.items() if right_for(step) not in actor.rights)
