"""The states of an edition as a graph: its edges, and what can be reached along them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from workflow.law.model import Edition


class Edge(NamedTuple):
    """One way from a state: a step that ends with an outcome, and the state after it."""

    state: str
    step: str
    outcome: str
    target: str


def edges(edition: Edition) -> Iterator[Edge]:
    """Yield every edge as often as the file writes it; an outcome without ``to`` leads back to its state."""
    for step_id, step in edition.steps.items():
        for name, outcome in step.outcomes.items():
            for state in outcome.start or step.start:
                yield Edge(state, step_id, name, outcome.to or state)


def reachable(graph: Iterable[Edge], start: AbstractSet[str]) -> set[str]:
    """Return ``start`` and every state that can be reached from it."""
    return closure(((edge.state, edge.target) for edge in graph), start)


def leading_to(graph: Iterable[Edge], ends: AbstractSet[str]) -> set[str]:
    """Return ``ends`` and every state from which one of them can be reached."""
    return closure(((edge.target, edge.state) for edge in graph), ends)


def finals(edition: Edition) -> set[str]:
    """Return the states in which a case may rest for good."""
    return {name for name, state in edition.states.items() if state.final}


def initial(edition: Edition) -> set[str]:
    """Return the state in which a case begins; none for procedures without states."""
    return {edition.initial} if edition.initial else set()


def closure(pairs: Iterable[tuple[str, str]], start: AbstractSet[str]) -> set[str]:
    """Return ``start`` and everything to which the pairs (from, to) lead on from it."""
    onward: dict[str, set[str]] = {}
    for here, there in pairs:
        onward.setdefault(here, set()).add(there)
    found, waiting = set(start), list(start)
    while waiting:
        fresh = onward.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found
