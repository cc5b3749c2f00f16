"""What a case says of an act before its form is filled in: what it has to leave behind, and which rules are idle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from workflow.case.facts import World
from workflow.case.history import Entry
from workflow.case.record import EntryKind, Recorded
from workflow.case.values import ABSENT, Unreadable, Value
from workflow.engine.asking import filled
from workflow.engine.laws import Laws
from workflow.engine.reading import CaseRecord
from workflow.errors import WorkflowError
from workflow.law.kinds import Evidence
from workflow.law.model import Condition, Edition, RuleDef
from workflow.rules.judge import Examiner, Refusal
from workflow.rules.moment import ended_with, examine_act


@dataclass(frozen=True, slots=True)
class Foreseen:
    """``demanded``: fields of the step without which the act would be refused; ``idle``: rules that bind no such act.

    Both for a day; rules by their names in the step.
    """

    demanded: frozenset[str] = frozenset()
    idle: frozenset[str] = frozenset()


NOTHING_KNOWN = Foreseen()


def foreseen(laws: Laws, record: CaseRecord, act: tuple[str, str], on: date, today: date) -> Foreseen:
    """Return what a case says of an act, by step and outcome, on a day: its rules tried on the act with nothing else.

    Nothing where the act does not fit the case at all.
    """
    step, outcome = act
    number, day = record.row.head.entries + 1, min(on, today)
    bare = Recorded(number, EntryKind.ACT, today, step=step, outcome=outcome, occurred_on=day)
    try:
        before, after = record.views(bare, present=True)
    except WorkflowError:
        return NOTHING_KNOWN
    edition, world, entry = record.book.edition_on(day), World(laws.calendar, None), Entry(step, outcome, day)
    found = examine_act(Examiner(record.book, world), before, after, entry, today)
    columns = record.book.columns(ended_with(after, entry, edition) or after.values, world)
    return Foreseen(
        frozenset(_demanded(edition, step, found.refusals, columns)), frozenset(_idle(edition, act, columns))
    )


def _demanded(edition: Edition, step: str, refusals: Iterable[Refusal], columns: Mapping[str, Value]) -> Iterator[str]:
    """Yield the blank fields of a step for want of which an act is refused."""
    for refusal in refusals:
        owner, rule = edition.rules.get(refusal.rule, ("", None))
        if rule is not None and owner == step and isinstance(rule.demand, Evidence):
            own = (column for column in rule.demand.fields if column.startswith(f"{step}."))
            yield from (column.removeprefix(f"{step}.") for column in own if not filled(columns[column]))


def _idle(edition: Edition, act: tuple[str, str], columns: Mapping[str, Value]) -> Iterator[str]:
    """Yield the rules of a step that bind no such act in this case, whatever is typed into its form."""
    unsettled = _unsettled(edition, act)
    known = {name: value for name, value in columns.items() if name not in unsettled}
    for name, rule in edition.steps[act[0]].rules.items():
        if not _may_apply(rule, known) or not _may_count(rule, known):
            yield name


def _unsettled(edition: Edition, act: tuple[str, str]) -> frozenset[str]:
    """Return the columns that a form may still change, and what is computed from them."""
    step, outcome = act
    settled = edition.steps[step].outcomes[outcome].sets
    found = {f"{step}.{name}" for name in edition.steps[step].evidence if name not in settled}
    for _ in edition.derived:  # one computed from another
        found |= {name for name, one in edition.derived.items() if found.intersection(one.how.columns())}
    return frozenset(found)


def surely_applies(rule: RuleDef, known: Mapping[str, Value]) -> bool:
    """Tell whether a rule applies whatever stands in the columns that are not ``known``."""
    return _holds(known, rule.when) and not any(_can_hold(known, part) for part in rule.unless)


def _may_apply(rule: RuleDef, known: Mapping[str, Value]) -> bool:
    return _can_hold(known, rule.when) and not any(_holds(known, part) for part in rule.unless)


def _may_count(rule: RuleDef, known: Mapping[str, Value]) -> bool:
    """Tell whether any of the days from which a rule counts is there or can be typed in."""
    starts = [bound.before for bound in rule.demand.bounds()]
    return not starts or any(filled(known.get(start, start)) for start in starts)


def _can_hold(known: Mapping[str, Value], part: Condition) -> bool:
    return all(
        column not in known or isinstance(value := _value(known, column), Unreadable) or value in values
        for column, values in part.items()
    )


def _holds(known: Mapping[str, Value], part: Condition) -> bool:
    return all(column in known and _value(known, column) in values for column, values in part.items())


def _value(known: Mapping[str, Value], column: str) -> Value:
    """Return a value; what the source of a case has no column for counts as blank."""
    value = known.get(column)
    return None if value is ABSENT else value
