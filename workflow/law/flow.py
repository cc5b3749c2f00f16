"""An edition as a flow to be drawn: lanes of steps, the states along the way, what goes back and what stays."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.law.model import Edition, OutcomeDef, StepDef


@dataclass(frozen=True, slots=True)
class Turn:
    """What the outcomes of a step do to the state of the case."""

    step: str
    main: OutcomeDef | None = None  # leads to the next state on the spine
    branches: tuple[OutcomeDef, ...] = ()  # to states off the spine
    back: tuple[OutcomeDef, ...] = ()  # to states that the spine had reached before
    stays: tuple[OutcomeDef, ...] = ()  # refusals and returns that leave the state as it is


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage with its numbered steps in order; ``stage`` empty: steps that belong to none."""

    stage: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """All that is drawn of an edition."""

    edition: Edition
    lanes: tuple[Lane, ...]
    side_acts: tuple[str, ...]


def flow_of(edition: Edition) -> Flow:
    """Return the lanes of an edition, its spine of states, and its side acts."""
    spine = _spine(edition)
    turns = {step: _turn(step, edition.steps[step], spine) for step in edition.numbered}
    stages = dict.fromkeys((*edition.stages, *(edition.steps[step].stage or "" for step in turns)))
    lanes = (
        Lane(stage, tuple(turns[step] for step in turns if (edition.steps[step].stage or "") == stage))
        for stage in stages
    )
    side_acts = tuple(step for step, found in edition.steps.items() if found.number is None)
    return Flow(edition, tuple(lane for lane in lanes if lane.turns), side_acts)


def is_decision(step: StepDef) -> bool:
    """Tell whether a step can end well or otherwise: then somebody decides."""
    return len({outcome.reason for outcome in step.outcomes.values()}) > 1


def _spine(edition: Edition) -> dict[str, str]:
    """Return the state that each numbered step leads on to, for steps that do; the first such outcome counts."""
    spine: dict[str, str] = {}
    for step_id in edition.numbered:
        onward = [
            outcome.to
            for outcome in edition.steps[step_id].outcomes.values()
            if outcome.to and not outcome.reason and outcome.to != edition.initial and outcome.to not in spine.values()
        ]
        if onward:
            spine[step_id] = onward[0]
    return spine


def _turn(step_id: str, step: StepDef, spine: dict[str, str]) -> Turn:
    main: OutcomeDef | None = None
    branches, back, stays = [], [], []
    for outcome in step.outcomes.values():
        if main is None and outcome.to and outcome.to == spine.get(step_id):
            main = outcome
        elif outcome.to is None:
            stays += [outcome] if outcome.reason else []
        elif outcome.to in spine.values():
            back.append(outcome)
        else:
            branches.append(outcome)
    return Turn(step_id, main, tuple(branches), tuple(back), tuple(stays))
