"""One shared state machine an edition, and the only place that knows ``transitions``.

The machine holds the table of steps and states, nothing else: no rules, no callbacks, no models of its own. Names,
reachability and determinism are proved when definitions are loaded, because ``transitions`` resolves them only when
triggered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from transitions import Machine, MachineError

from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, StepDef
from workflow.law.per_edition import PerEdition
from workflow.plain import harmless


class StepImpossible(WorkflowError):  # noqa: N818 - errors are named as facts
    """The step, with this outcome, cannot be taken where the case stands."""


class _Standing:
    """What the machine moves: the state of one case for the length of one call."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


Edges = tuple[tuple[str, str, str, str], ...]


@dataclass(slots=True)
class _Known:
    """What is made of an edition: its edges, its machine when it is first asked for, and what that has answered."""

    edges: Edges
    machine: Machine | None = None
    moves: dict[tuple[str, str, str], str] = field(default_factory=dict)
    possible: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # by state


def edges(edition: Edition) -> Edges:
    """Return every ``(state, step, outcome, next state)`` of an edition; staying put is an edge to itself."""
    return _known(edition).edges


def _edges(edition: Edition) -> Edges:
    return tuple(
        (state, step_id, name, outcome.to or state)
        for step_id, step in edition.steps.items()
        for name, outcome in step.outcomes.items()
        for state in outcome.start or step.start
    )


_known = PerEdition(lambda edition: _Known(_edges(edition)))


@lru_cache(maxsize=64)
def _machine(table: tuple[tuple[str, str, str, str], ...], states: tuple[str, ...]) -> Machine:
    machine = Machine(
        model=None, states=list(states), initial=None, auto_transitions=False, send_event=True, queued=False
    )
    for state, step, outcome, target in table:
        machine.add_transition(f"{step}:{outcome}", state, None if target == state else target)
    return machine


def machine_of(edition: Edition) -> Machine:
    """Return the machine of an edition, built once for every equal table."""
    known = _known(edition)
    if known.machine is None:
        known.machine = _machine(known.edges, tuple(edition.states))
    return known.machine


def advance(edition: Edition, state: str, step: str, outcome: str) -> str:
    """Return the state after ``step`` ended with ``outcome`` in ``state``.

    Raises StepImpossible, naming the states from which the step can be taken, when there is no such edge.
    """
    moves, move = _known(edition).moves, (state, step, outcome)
    if move in moves:
        return moves[move]
    machine = machine_of(edition)
    standing = _Standing(state)
    event = machine.events.get(f"{step}:{outcome}")
    try:
        if event is None or not event.trigger(standing):
            raise _impossible(edition, state, step, outcome)
    except (MachineError, ValueError) as error:
        raise _impossible(edition, state, step, outcome) from error
    moves[move] = standing.state
    return standing.state


def possible(edition: Edition, state: str) -> Mapping[str, tuple[str, ...]]:
    """Return the steps that can be taken in ``state`` with their outcomes, in the order of the edition."""
    known = _known(edition)
    if state not in known.possible:
        found: dict[str, tuple[str, ...]] = {}
        for source, step, outcome, _ in known.edges:
            if source == state:
                found[step] = (*found.get(step, ()), outcome)
        known.possible[state] = found
    return known.possible[state]


def _impossible(edition: Edition, state: str, step: str, outcome: str) -> StepImpossible:
    definition = edition.steps.get(step)
    if definition is None or outcome not in definition.outcomes:
        step, outcome = harmless(step), harmless(outcome)
        return StepImpossible(
            Text(f"没有步骤“{step}”的结果“{outcome}”", f"there is no outcome “{outcome}” of “{step}”"),
            Text(
                "请核对步骤、办理结果和日期：各版本的步骤不尽相同",
                "check step, outcome and day: editions differ in them",
            ),
        )
    here = edition.states.get(state)
    what = Text(
        f"当前状态为“{here.zh if here else state}”，不能办理“{definition.zh}”（{definition.outcomes[outcome].zh}）",
        f"the case stands at “{here.en if here else state}”: “{definition.en}” is not possible",
    )
    return StepImpossible(what, _from_where(edition, definition, outcome))


def _from_where(edition: Edition, step: StepDef, outcome: str) -> Text:
    states = [edition.states[name] for name in step.outcomes[outcome].start or step.start]
    zh, en = "、".join(state.zh for state in states), ", ".join(state.en for state in states)
    return Text(f"须在以下状态办理：{zh}", f"possible at: {en}")
