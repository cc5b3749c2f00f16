"""What differs between what two laws say of one case, a row a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow.compliance.impact.standing import Reached, Said, Standing
from workflow.law.model import Edition
from workflow.plan import Limit


class Kind(StrEnum):
    """The kinds of difference, in the order in which they are told."""

    VERDICT = "verdict"  # a rule is broken, runs or cannot be decided, and was not; or no more, or by another day
    STEP = "step"  # a step can be taken, is asked for, or can end otherwise than now
    EARLIEST = "earliest"  # the first day of a step that can be taken
    LATEST = "latest"  # its last day
    DEMAND = "demand"  # a rule binds a step that is asked for, and nothing above tells of it


NOTHING = "none"
DEMANDED, OTHERWISE = "demanded", "otherwise"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the law that stands and the law with a draft in it.

    ``before``, ``after``: codes, NOTHING where the law says nothing; of days the rule that sets each. ``article``: the
    basis in the draft, empty where the draft has nothing of it.
    """

    kind: Kind
    step: str
    rule: str
    round: int | None
    before: str
    before_on: date | None
    after: str
    after_on: date | None
    article: str


def changes(before: Standing, after: Standing) -> tuple[Change, ...]:
    """Return what differs: verdicts, steps, days, and demands on the next steps of which no other row tells."""
    found = (*_verdicts(before, after), *_steps(before, after), *_days(before, after))
    told = {one.rule for one in found}
    return (*found, *(one for one in _demands(before, after) if one.rule not in told))


def _verdicts(before: Standing, after: Standing) -> Iterator[Change]:
    for key in dict.fromkeys((*before.verdicts, *after.verdicts)):
        one, other = before.verdicts.get(key), after.verdicts.get(key)
        if one != other:
            rule, step, round_ = key
            was, now = _told(one), _told(other)
            yield Change(Kind.VERDICT, step, rule, round_, *was, *now, _basis(after.edition, rule, step))


def _told(said: Said | None) -> tuple[str, date | None]:
    return (NOTHING, None) if said is None else (str(said.says), said.due)


def _steps(before: Standing, after: Standing) -> Iterator[Change]:
    """Yield the steps that can be taken under one law alone, that only one asks for, that can end otherwise."""
    for step in dict.fromkeys((*before.steps, *after.steps)):
        one, other = before.steps.get(step), after.steps.get(step)
        if one == other:
            continue
        ends = one is not None and other is not None and set(one.outcomes) != set(other.outcomes)
        was, now = _placed(one, ends=ends), _placed(other, ends=ends)
        if was != now:
            yield Change(Kind.STEP, step, "", None, was, None, now, None, _basis(after.edition, "", step))


def _placed(reached: Reached | None, *, ends: bool) -> str:
    """Return where a step stands; with its outcomes where these differ."""
    if reached is None:
        return NOTHING
    return f"{reached.place}: {', '.join(sorted(reached.outcomes))}" if ends else str(reached.place)


def _days(before: Standing, after: Standing) -> Iterator[Change]:
    """Yield the days that move, of steps that can be taken and are still to come under both laws.

    Of a step that only one law has the row of the step tells.
    """
    for kind, was, now in (
        (Kind.EARLIEST, before.earliest, after.earliest),
        (Kind.LATEST, before.latest, after.latest),
    ):
        for step in before.earliest:
            if step in after.earliest and _day(was, step) != _day(now, step):
                yield _moved(kind, step, was.get(step), now.get(step), after.edition)


def _day(limits: Mapping[str, Limit], step: str) -> date | None:
    return limits[step].day if step in limits else None


def _moved(kind: Kind, step: str, was: Limit | None, now: Limit | None, edition: Edition) -> Change:
    before, after = _set_by(was), _set_by(now)
    rule = next((name for name, _ in (after, before) if name != NOTHING), "")
    return Change(kind, step, rule, None, *before, *after, _basis(edition, rule, step))


def _set_by(limit: Limit | None) -> tuple[str, date | None]:
    """Return the rule that sets a day, with the day."""
    return (NOTHING, None) if limit is None else (limit.rule or NOTHING, limit.day)


def _demands(before: Standing, after: Standing) -> Iterator[Change]:
    """Yield what binds the steps that both laws ask for, and binds them otherwise."""
    for rule in dict.fromkeys((*before.demands, *after.demands)):
        step = rule.split(".", maxsplit=1)[0]
        one, other = before.demands.get(rule), after.demands.get(rule)
        if one == other or not (before.asks_for(step) and after.asks_for(step)):
            continue
        was = NOTHING if one is None else DEMANDED
        now = NOTHING if other is None else DEMANDED if one is None else OTHERWISE
        yield Change(Kind.DEMAND, step, rule, None, was, None, now, None, _basis(after.edition, rule, step))


def _basis(edition: Edition, rule: str, step: str) -> str:
    """Return the basis of a rule, else of its step where no rule is meant; empty where the edition has none."""
    if rule in edition.rules:
        return edition.rules[rule][1].basis
    if rule and not rule.endswith(".required"):
        return ""
    return edition.steps[step].basis if step in edition.steps else ""
