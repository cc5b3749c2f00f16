"""Which outcome of a step is to be brought about, where the state alone tells it; and which steps are not one's own."""

from __future__ import annotations

from collections.abc import Collection

from workflow.engine.acting import bodies_of, right_for
from workflow.engine.asking import beside
from workflow.engine.offices import Actor
from workflow.law.model import Edition
from workflow.machine import possible


def only_wanted(edition: Edition, state: str, step: str, acting: Collection[str] = ()) -> str | None:
    """Return the one outcome that a step can be asked for in a state; None: several, or none.

    Outcomes that need a reason, and days added beside the others, are asked of nobody. ``acting``: the bodies of the
    organization that is asked, where that is known: of several outcomes those count that one of them brings about.
    """
    definition = edition.steps.get(step)
    if definition is None:
        return None
    here = {name: definition.outcomes[name] for name in possible(edition, state).get(step, ())}
    wanted = [name for name, one in here.items() if not one.reason and not beside(definition, one)]
    if len(wanted) > 1 and acting:
        wanted = [name for name in wanted if not set(bodies_of(definition, here[name])).isdisjoint(acting)]
    return wanted[0] if len(wanted) == 1 else None


def several(edition: Edition, state: str, step: str) -> bool:
    """Tell whether a step that is asked for can end in more than one way; days added beside the others are none."""
    definition = edition.steps[step]
    return sum(not beside(definition, definition.outcomes[name]) for name in possible(edition, state)[step]) > 1


def for_colleagues(edition: Edition, actor: Actor) -> frozenset[str]:
    """Return the steps that the actor's office may not take, though another of its organization may."""
    return frozenset(name for name, step in edition.steps.items() if right_for(step) not in actor.rights)
