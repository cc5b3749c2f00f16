"""Which acts make a history plain: nothing in it ends a round, goes back, or asks in which order it was recorded.

The fold of such a history (``workflow.case.history``) comes to this: every value stands in the column of its step. That
holds where each step was decided at most once and every act was possible in the state that the acts before it left.
What is asked of an act for that is worked out from its definition here, as numbers that a database can add up:

- ``slots``: a bit for what may happen once in a case. Two acts that share a bit make a history that is not plain.
- ``lowest``, ``highest``: between which states, by their place in the order of the edition, the act is possible.
- ``target``: the place of the state that it leads to, which is never an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow.law.model import Edition, FieldType, OutcomeDef, StepDef
from workflow.law.timeline import Period

ANYWHERE = ""  # where every case of a procedure without states stands
MOST_SLOTS = 60  # bits of a whole number that can still be added up


@dataclass(frozen=True, slots=True)
class PlainAct:
    """What is asked of an act for a history to be plain. ``period``: the place of its law in the timeline."""

    step: str
    outcome: str
    period: int
    slots: int
    lowest: int
    highest: int
    target: int | None
    fills: str  # the field that takes its day
    sets: Mapping[str, str]


def several(periods: Sequence[Period]) -> frozenset[str]:
    """Return the steps of which a plain history can hold several acts that differ: what they bring must not overlap."""
    return frozenset(
        name
        for period in periods
        for name, step in period.edition.steps.items()
        if not step.repeats and any(one.adds or _on_the_way(step, one) for one in step.outcomes.values())
    )


def plain_acts(periods: Sequence[Period]) -> tuple[PlainAct, ...]:
    """Return every act that can be part of a plain history; none where the editions differ in their states.

    Without states every act is possible at any time: a history is plain where nothing is decided twice.
    """
    editions = [period.edition for period in periods]
    orders = {(edition.initial, tuple(edition.states)) for edition in editions}
    if len(orders) != 1 or editions[0].initial != next(iter(editions[0].states), None):
        return ()
    slots = _Slots(editions)
    return tuple(
        act
        for place, period in enumerate(periods)
        for name, step in period.edition.steps.items()
        for act in _of_step(place, period.edition, name, step, slots)
    )


class _Slots:
    """Gives out bits, the same for the same name; 0 when there are none left. Knows a step in all its wordings."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        self._given: dict[str, int] = {}
        self._editions = editions

    def wordings(self, name: str) -> tuple[StepDef, ...]:
        return tuple(edition.steps[name] for edition in self._editions if name in edition.steps)

    def bit(self, name: str) -> int:
        if name not in self._given:
            self._given[name] = 1 << len(self._given) if len(self._given) < MOST_SLOTS else 0
        return self._given[name]


def _of_step(place: int, edition: Edition, name: str, step: StepDef, slots: _Slots) -> Iterator[PlainAct]:
    order = list(edition.states) or [ANYWHERE]
    if len({(one.day, one.repeats) for one in slots.wordings(name)}) > 1:
        return
    anywhere = () if edition.states else (ANYWHERE,)
    for outcome, definition in step.outcomes.items():
        starts = sorted(order.index(state) for state in definition.start or step.start or anywhere)
        target = order.index(definition.to) if definition.to else None
        if not _moves_on(definition, starts, target):
            continue
        bits = _bits(edition, name, outcome, slots)
        if bits is None:
            continue
        yield PlainAct(
            name, outcome, place, bits, starts[0], starts[-1], target, definition.fills or step.day, definition.sets
        )


def _moves_on(outcome: OutcomeDef, starts: Sequence[int], target: int | None) -> bool:
    """Tell whether an act is possible in all states between two, ends no round of another step and never goes back."""
    if outcome.ends or not starts or starts != list(range(starts[0], starts[-1] + 1)):
        return False
    return target is None or target >= starts[-1]


def _bits(edition: Edition, name: str, outcome: str, slots: _Slots) -> int | None:
    """Return the bits of what an act does once, None where no bit can keep it apart.

    An act that fills a day of its own on the way to a decision may come once, before it; what adds to a round, once.
    """
    step = edition.steps[name]
    definition = step.outcomes[outcome]
    if step.repeats:
        return 0 if _gathers(edition, name) and definition.to is None else slots.bit(name) or None
    if definition.adds and (definition.reason or definition.to):
        return None
    if definition.adds and definition.fills in (None, step.day):  # its day looks like that of a decision
        return slots.bit(name) or None
    if definition.adds or _on_the_way(step, definition):
        return slots.bit(f"{name}:{outcome}") or None
    ways = {
        way
        for wording in slots.wordings(name)
        for way, other in wording.outcomes.items()
        if _on_the_way(wording, other) and _can_follow(edition, definition, other.start or wording.start)
    }
    bits = [slots.bit(name), *(slots.bit(f"{name}:{way}") for way in sorted(ways))]
    return sum(bits) if all(bits) else None


def _on_the_way(step: StepDef, outcome: OutcomeDef) -> bool:
    """Tell whether an act only fills a day of its own, so that it ends nothing."""
    own_day = outcome.fills is not None and outcome.fills != step.day
    return own_day and not (outcome.adds or outcome.reason or outcome.to)


def _can_follow(edition: Edition, decision: OutcomeDef, starts: Sequence[str]) -> bool:
    """Tell whether an act possible in ``starts`` might come after a decision that closed the round."""
    if decision.to is None:
        return decision.reason
    order = list(edition.states)
    return max(map(order.index, starts)) >= order.index(decision.to)


def _gathers(edition: Edition, name: str) -> bool:
    """Tell whether all that a repeated act leaves is one more day, and papers of which only that they are there."""
    step = edition.steps[name]
    kept = (FieldType.TEXT, FieldType.PAPER)
    days = step.evidence[step.day].type is FieldType.DAYS and all(one.fills is None for one in step.outcomes.values())
    return days and all(field.type in kept for key, field in step.evidence.items() if key != step.day)
