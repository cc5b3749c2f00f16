"""What a step still lacks where a case stands: which of its outcomes comes next, whether it counts as done, what first.

All of it follows from the definitions: from the days that outcomes fill, from where they can be brought about, and from
the rules that refuse a step until another one is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from workflow.case.record import reached
from workflow.case.values import ABSENT, Value
from workflow.law.kinds import Consistent, Count, Evidence, Order, OutcomeOf
from workflow.law.model import Edition, FieldType, OutcomeDef, RuleDef, StepDef
from workflow.law.per_edition import PerEdition
from workflow.machine import possible
from workflow.plan import Planned, applies

REDO = "redo: "
Values = Mapping[str, Value]
Lacking = Callable[[str], str | None]  # which outcome of a step comes next; None: none is asked for


@dataclass(frozen=True, slots=True)
class _Known:
    """What an edition says of the order of its steps.

    ``before``: the steps that must be done before a step, each with the rule that refuses it else; ``awaited``: the
    computed days that an act may not come before; ``unfit``: conclusions that stand in the way; ``setbacks``: the
    columns of the days on which a step is refused or sent back; ``instead``: the columns that a step must leave behind,
    of steps that can do without their day; ``wanted``: what a step may be asked for, by state and step, as far as it
    was asked.
    """

    before: Mapping[str, tuple[tuple[str, RuleDef], ...]]
    awaited: Mapping[str, tuple[tuple[str, str], ...]]
    unfit: frozenset[tuple[str, object]]
    setbacks: Mapping[str, tuple[str, ...]]
    instead: Mapping[str, tuple[str, ...]]
    wanted: dict[tuple[str, str], list[str]]


def _before(edition: Edition) -> dict[str, tuple[tuple[str, RuleDef], ...]]:
    found: dict[str, tuple[tuple[str, RuleDef], ...]] = {}
    number = {name: place for place, name in enumerate(edition.numbered)}
    for owner, rule in edition.rules.values():
        for first, then in _pairs(owner, rule) if rule.online == "refuse" else ():
            if first in number and number[first] < number.get(then, -1) and not edition.steps[first].repeats:
                found[then] = (*found.get(then, ()), (first, rule))
    return found


def _pairs(owner: str, rule: RuleDef) -> Iterator[tuple[str, str]]:
    """Yield which step must be there before which other, by one rule."""
    match rule.demand:
        case Order(chain=chain):
            for one, other in pairwise(chain):
                first, then = one.split(".")[0], other.split(".")[0]
                if owner in (first, then):
                    yield first, then
        case Evidence(fields=columns, presupposed_by=later) | Count(of=columns, presupposed_by=later) if later:
            follow = [column.split(".")[0] for column in later.filled] + [later.reached or ""]
            yield from ((column.split(".")[0], then) for column in columns for then in follow)
        case _:
            pass


def _awaited(edition: Edition) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    main = {edition.main_day(name): name for name in edition.numbered}
    for name, (_, rule) in edition.rules.items():
        for day, act in pairwise(rule.demand.chain) if isinstance(rule.demand, Order) else ():
            if day in edition.derived and act in main and rule.online == "refuse":
                found[main[act]] = (*found.get(main[act], ()), (day, name))
    return found


def _unfit(edition: Edition) -> frozenset[tuple[str, object]]:
    rules = (rule for _, rule in edition.rules.values() if rule.online == "refuse")
    demands = (rule.demand for rule in rules if isinstance(rule.demand, OutcomeOf))
    return frozenset((demand.column, value) for demand in demands for value in demand.forbidden)


def _setbacks(step: StepDef) -> Iterator[str]:
    """Yield the fields of a step that only outcomes with a reason fill, its own day not among them."""
    taken = {outcome.fills for outcome in step.outcomes.values() if not outcome.reason}
    fills = {outcome.fills for outcome in step.outcomes.values() if outcome.reason} - taken - {step.day}
    yield from (name for name in fills if name)


def _instead(name: str, step: StepDef) -> Iterator[str]:
    """Yield the columns that a step must leave behind where its own day is not among them."""
    if not step.evidence[step.day].required:
        yield from (f"{name}.{key}" for key, field in step.evidence.items() if field.required)


def _knowing(edition: Edition) -> _Known:
    setbacks = {key: tuple(f"{key}.{name}" for name in _setbacks(step)) for key, step in edition.steps.items()}
    instead = {key: tuple(_instead(key, step)) for key, step in edition.steps.items()}
    return _Known(_before(edition), _awaited(edition), _unfit(edition), setbacks, instead, {})


_known = PerEdition(_knowing)


def missing(edition: Edition, state: str, step: str, columns: Values) -> str | None:
    """Return the outcome of a step that comes next where the case stands; None: none is asked for.

    It is the first, in the order of the definition, that needs no reason and whose day is blank. After a refusal or a
    return, after a conclusion that stands in the way or that belongs to an earlier state, the step begins anew.
    """
    wanted = _wanted(edition, state, step)
    if not wanted or edition.steps[step].repeats or setback(edition, step, columns) is not None:
        return wanted[0] if wanted else None
    return next((name for name in wanted if not _stands(edition, state, step, name, columns)), None)


def lacking_of(edition: Edition, state: str, columns: Values) -> Lacking:
    """Return ``missing`` of a case by step, each worked out once: what is open is asked for from several sides."""
    return cache(lambda step: missing(edition, state, step, columns))


def wanted_first(edition: Edition, state: str, step: str) -> str | None:
    """Return the outcome with which a step begins anew where the case stands."""
    return next(iter(_wanted(edition, state, step)), None)


def unopposed(edition: Edition, state: str, step: str, outcome: str | None, columns: Values) -> str | None:
    """Return an outcome that is asked for, or the one in its place where the case has concluded otherwise before.

    A rule refuses what differs from it: an approval follows what the meeting resolved. None: no outcome that needs no
    reason fits, or several do.
    """
    if outcome is None or not _opposed(edition, step, outcome, columns):
        return outcome
    fitting = [name for name in _wanted(edition, state, step) if not _opposed(edition, step, name, columns)]
    return fitting[0] if len(fitting) == 1 else None


def _opposed(edition: Edition, step: str, outcome: str, columns: Values) -> bool:
    """Tell whether an outcome sets what a rule refuses because another step has set it otherwise."""
    sets = {f"{step}.{name}": value for name, value in edition.steps[step].outcomes[outcome].sets.items()}
    if not sets:
        return False
    rules = (rule for rule in edition.steps[step].rules.values() if rule.online == "refuse" and applies(rule, columns))
    demands = [rule.demand.columns() for rule in rules if isinstance(rule.demand, Consistent)]
    return any(
        filled(columns.get(other)) and columns.get(other) != value
        for demand in demands
        for column, value in sets.items() if column in demand
        for other in demand if not other.startswith(f"{step}.")
    )  # fmt: skip


def _wanted(edition: Edition, state: str, step: str) -> list[str]:
    """Return the outcomes that a step may be asked for: none that needs a reason, none that is owed to nobody."""
    wanted = _known(edition).wanted
    if (state, step) not in wanted:
        definition = edition.steps[step]
        outcomes = {name: definition.outcomes[name] for name in possible(edition, state).get(step, ())}
        found = [name for name, one in outcomes.items() if not one.reason and not beside(definition, one)]
        wanted[state, step] = found
    return wanted[state, step]


def beside(step: StepDef, outcome: OutcomeDef) -> bool:
    """Tell whether an outcome adds a day to several, beside the day of the step: done as often as is useful."""
    return outcome.fills is not None and step.evidence[outcome.fills].type is FieldType.DAYS


def done(edition: Edition, state: str, step: str, columns: Values) -> bool:
    """Tell whether a step counts as done where the case stands."""
    definition = edition.steps[step]
    if definition.repeats:
        return filled(columns.get(edition.main_day(step)))
    if setback(edition, step, columns) is not None or not _recorded(edition, step, definition.day, columns):
        return False
    wanted = (name for name in _wanted(edition, state, step) if not definition.outcomes[name].fills)
    return all(_counts(edition, state, step, name, columns) for name in wanted)


def _stands(edition: Edition, state: str, step: str, outcome: str, columns: Values) -> bool:
    """Tell whether the day of an outcome is there and counts."""
    definition = edition.steps[step]
    day = definition.outcomes[outcome].fills or definition.day
    return _recorded(edition, step, day, columns) and _counts(edition, state, step, outcome, columns)


def _recorded(edition: Edition, step: str, day: str, columns: Values) -> bool:
    """Tell whether a day is there; where the step can do without one, all else that it must leave behind will do."""
    if filled(columns.get(f"{step}.{day}")):
        return True
    instead = _known(edition).instead[step] if day == edition.steps[step].day else ()
    return bool(instead) and all(filled(columns.get(column)) for column in instead)


def _counts(edition: Edition, state: str, step: str, outcome: str, columns: Values) -> bool:
    """Tell whether what was concluded on the day of an outcome is of this state, and not in the way."""
    outcomes, here = edition.steps[step].outcomes, possible(edition, state).get(step, ())
    if outcome in here and outcomes[outcome].to not in (None, state):
        return False  # had it counted, the case would stand there: a vote that was not carried
    on_that_day = [name for name in reached(edition, step, columns) if outcomes[name].fills == outcomes[outcome].fills]
    if not on_that_day:
        return True
    unfit = _known(edition).unfit
    return any(
        name in here and not any((f"{step}.{name_}", value) in unfit for name_, value in outcomes[name].sets.items())
        for name in on_that_day
    )


def setback(edition: Edition, step: str, columns: Values) -> date | None:
    """Return the day on which a step was last refused or sent back in the round that stands."""
    names = _known(edition).setbacks[step]
    if not names:  # most steps: they are never refused
        return None
    days = (columns.get(name) for name in names)
    return max((day for day in days if isinstance(day, date)), default=None)


def answered(edition: Edition, step: str, since: date, columns: Values) -> bool:
    """Tell whether something that leads up to a step was done after the day on which it was refused or sent back."""
    earlier = edition.numbered[: edition.numbered.index(step)] if step in edition.numbered else ()
    days = (columns.get(column) for name in earlier for column in edition.day_columns(name))
    return any(isinstance(day, date) and day > since for day in days)


def waits(edition: Edition, state: str, step: str, columns: Values, lacks: Lacking) -> bool:
    """Tell whether a step would be refused because another one that can be taken here has not been done.

    ``lacks``: as ``lacking_of`` gives it.
    """
    can = possible(edition, state)
    return any(
        first in can and lacks(first) is not None and applies(rule, columns)
        for first, rule in _known(edition).before.get(step, ())
    )


def ripens(edition: Edition, step: str, columns: Values, lacks: Lacking) -> tuple[date, str] | None:
    """Return the computed day from which a step can be taken, and the rule that lets it come no earlier.

    It is a first day and no limit. None where the step is there but for something that follows on it: its report.
    """
    awaited = _known(edition).awaited.get(step)
    outcome = lacks(step) if awaited else None
    if awaited is None or outcome is None or edition.steps[step].outcomes[outcome].fills:
        return None
    to_come = {name: None if name.startswith(f"{step}.") else value for name, value in columns.items()}
    found = [
        (day, name)
        for column, name in awaited
        if isinstance(day := columns.get(column), date) and applies(edition.rules[name][1], to_come)
    ]
    return max(found, default=None)


def redone(edition: Edition, rule: str) -> str | None:
    """Return the step whose repetition makes the breach of a rule good again."""
    online = edition.rules[rule][1].online if rule in edition.rules else ""
    return online.removeprefix(REDO) if online.startswith(REDO) else None


def to_come(edition: Edition, state: str, columns: Values, planned: Iterable[Planned]) -> tuple[Planned, ...]:
    """Return of a plan what can still come: neither done without a day nor left behind where the case stands."""
    can = {step for one in _ahead(edition, state) for step in possible(edition, one)}
    return tuple(
        item
        for item in planned
        if item.step in can and (edition.steps[item.step].repeats or not done(edition, state, item.step, columns))
    )


def _ahead(edition: Edition, state: str) -> tuple[str, ...]:
    """Return a state and those to which numbered steps lead from it in the ordinary course."""
    found = {state: None}
    left = [state]
    while left:
        here = left.pop()
        for step, outcomes in possible(edition, here).items():
            known = edition.steps[step].outcomes
            leads = {known[name].to for name in outcomes if not known[name].reason} if step in edition.numbered else ()
            new = [target for target in leads if target and target not in found]
            found |= dict.fromkeys(new)
            left += new
    return tuple(found)


def goes_on(edition: Edition, state: str) -> bool:
    """Tell whether some numbered step can still move a case on from a state."""
    definitions = (edition.steps[name] for name in edition.numbered)
    return any(
        outcome.to not in (None, state) and state in (outcome.start or step.start)
        for step in definitions
        for outcome in step.outcomes.values()
    )


def filled(value: Value) -> bool:
    """Tell whether a value says anything."""
    return value not in (None, ABSENT, ())
