"""Earliest and latest lawful days of what is still to come, and what determines each.

A plan is arithmetic on the rules of the law in force on the as-of day: nothing of it is ever written into a record.
Days are the office's; a what-if day stands for an act that has not happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from workflow.calendar import add_months
from workflow.case.facts import World
from workflow.case.values import ABSENT, Value
from workflow.errors import Text
from workflow.law.kinds import Bound, Every, Within, WorkingDays
from workflow.law.model import Condition, Edition, FieldType, FirstFilled, Plus, RuleDef
from workflow.rules.rulebook import Rulebook
from workflow.rules.timing import rhythm_of

PASSES = 60  # over the network: far more than its longest chain
NOTHING_TO_WAIT_FOR = Text("无须再等，今日即可", "nothing to wait for: from today")


@dataclass(frozen=True, slots=True)
class Limit:
    """A day and what determines it: the rule, its articles and the column from which it is counted."""

    day: date
    rule: str = ""  # empty: no rule but the order of the states, or nothing but the as-of day
    basis: str = ""
    counted_from: str = ""
    text: Text = NOTHING_TO_WAIT_FOR
    provisional: bool = False  # counted from a day that is itself planned: holds if that act is done on its first day


@dataclass(frozen=True, slots=True)
class Planned:
    """One numbered step still to come; ``column``: the day that is planned."""

    step: str
    number: int
    column: str
    earliest: Limit
    latest: Limit | None  # None: no limit
    assumed: bool  # a what-if day is given for it

    @property
    def late(self) -> bool:
        """Tell whether the last lawful day lies before the first possible one: the step can only be late."""
        return self.latest is not None and self.latest.day < self.earliest.day


@dataclass(frozen=True, slots=True)
class _Edge:
    bound: Bound
    limit: Limit  # what a day found along this edge is attributed to; its own day does not matter
    working_days: int = 0


@dataclass(slots=True)
class _Network:
    """The days of a case that are known, and the limits found so far, by column."""

    edition: Edition
    world: World
    as_of: date
    known: dict[str, date]
    planned: frozenset[str]  # columns whose limits are sought
    earliest: dict[str, Limit]
    latest: dict[str, Limit] = field(default_factory=dict)

    def days(self) -> dict[str, date]:
        """Return for every column the first day it can have: known, planned, or computed from such."""
        days = {name: limit.day for name, limit in self.earliest.items()} | self.known
        for name, derived in self.edition.derived.items():
            match derived.how:
                case FirstFilled(first_filled=names):
                    found = next((days[inner] for inner in names if inner in days), None)
                case Plus(plus=inner, months=months):
                    found = add_months(days[inner], months) if inner in days else None
                case _:
                    found = None
            if found is not None:
                days.setdefault(name, found)
        return days

    def carry(self, edge: _Edge, start: date) -> bool:
        """Carry a day along an edge; return whether a limit moved."""
        column, limits = self._recorded(edge.bound.after), self.latest if edge.bound.upper else self.earliest
        if column not in self.planned:
            return False
        day = self._end(edge, start)
        found = limits.get(column)
        if edge.bound.upper:
            moves = found is None or day < found.day or (day > found.day and found.rule == edge.limit.rule)
        else:
            moves = found is None or day > found.day
        if moves:
            limit, before = edge.limit, edge.bound.before
            provisional = before not in self.known
            limits[column] = Limit(day, limit.rule, limit.basis, before, limit.text, provisional)
        return moves

    def _recorded(self, column: str) -> str:
        """Return the recorded column that a demand on ``column`` falls on: of several the first that can still come."""
        derived = self.edition.derived.get(column)
        if derived is None or not isinstance(derived.how, FirstFilled):
            return column
        return next((name for name in derived.how.first_filled if name in self.planned), column)

    def _end(self, edge: _Edge, start: date) -> date:
        if edge.working_days:
            return self.world.calendar.nth_working_day(start, edge.working_days)
        return add_months(start, edge.bound.months) + timedelta(days=edge.bound.days)


def make_plan(
    book: Rulebook,
    values: Mapping[str, Value],
    world: World,
    as_of: date,
    what_if: Mapping[str, date] | None = None,
) -> tuple[Planned, ...]:
    """Return the numbered steps still to come in their order, as of a day, under the law in force on that day.

    ``values``: what is recorded; ``what_if``: days assumed for columns that are still blank. A step whose day is
    recorded is not planned; one with an assumed day is, so that the assumption can be seen against its limits.
    """
    edition = book.edition_on(as_of)
    assumed = {name: day for name, day in (what_if or {}).items() if values.get(name) is None}
    columns = book.columns(dict(values) | assumed, world)
    steps = _open_steps(edition, columns, assumed)
    edges = (*_rule_edges(edition, columns), *_state_edges(edition))
    sought = frozenset(steps.values()) | _between(edition, columns, steps, edges)
    network = _Network(
        edition, world, as_of, {name: day for name, day in columns.items() if isinstance(day, date)},
        sought, {column: Limit(as_of) for column in sought},
    )  # fmt: skip
    for _ in range(PASSES):
        days = network.days()
        moved = [network.carry(edge, days[edge.bound.before]) for edge in edges if edge.bound.before in days]
        if not any(moved):
            break
    planned = [
        Planned(
            step, edition.steps[step].number or 0, column,
            network.earliest[column], network.latest.get(column), column in assumed,
        )
        for step, column in steps.items()
    ]  # fmt: skip
    planned += _rhythms(edition, columns, world, as_of)
    return tuple(sorted(planned, key=lambda item: item.number))


def _open_steps(edition: Edition, columns: Mapping[str, Value], assumed: Mapping[str, date]) -> dict[str, str]:
    """Return the main day of every numbered step that is not recorded yet."""
    days = {step: edition.main_day(step) for step in edition.numbered}
    return {
        step: column
        for step, column in days.items()
        if edition.fields[column].type is FieldType.DAY and (columns[column] is None or column in assumed)
    }


def _between(
    edition: Edition, columns: Mapping[str, Value], steps: Mapping[str, str], edges: tuple[_Edge, ...]
) -> frozenset[str]:
    """Return the other blank days inside the open steps on which a demand turns: the notice before the listing."""
    turned_on = {column for edge in edges for column in (edge.bound.before, edge.bound.after)}
    return frozenset(
        column
        for step in steps
        for column in edition.day_columns(step)
        if column in turned_on and columns[column] is None and edition.fields[column].type is FieldType.DAY
    )


def _rule_edges(edition: Edition, columns: Mapping[str, Value]) -> Iterator[_Edge]:
    """Yield the demands on days of all rules that apply to the case as it is recorded."""
    for name, (_, rule) in edition.rules.items():
        if not applies(rule, columns):
            continue
        limit = Limit(date.min, name, rule.basis, "", Text(rule.text.zh, rule.text.en))
        demand = rule.demand
        for bound in demand.bounds():
            if isinstance(demand, Within) and not _lengthened(demand, columns):
                normal = bound.model_copy(update={"months": demand.months, "days": demand.days})
                yield _Edge(normal, limit)
            else:
                yield _Edge(bound, limit, demand.at_least if isinstance(demand, WorkingDays) else 0)


def _lengthened(demand: Within, columns: Mapping[str, Value]) -> bool:
    """Tell whether a reason on file makes the limit the longer one."""
    return demand.extension is not None and isinstance(columns[demand.extension.reason], str)


def applies(rule: RuleDef, columns: Mapping[str, Value]) -> bool:
    """Tell whether a rule applies to a case as it is recorded."""
    return _holds(rule.when, columns) and not any(_holds(part, columns) for part in rule.unless)


def _holds(condition: Condition, columns: Mapping[str, Value]) -> bool:
    """Tell whether a condition holds; what the source of a case has no column for counts as blank."""
    return all((None if columns[name] is ABSENT else columns[name]) in values for name, values in condition.items())


def _state_edges(edition: Edition) -> Iterator[_Edge]:
    """Yield what the order of the states demands: a step follows the one that leads to where it can be taken."""
    enters = {
        outcome.to: step
        for step in reversed(edition.numbered)
        for outcome in edition.steps[step].outcomes.values()
        if outcome.to and not outcome.reason
    }
    for step in edition.numbered:
        first = next((state for state in edition.states if state in edition.steps[step].start), "")
        before = enters.get(first)
        if before is not None and before != step:
            state = edition.states[first]
            text = Text(f"成为“{state.zh}”之后", f"once “{state.en}”")
            yield _Edge(
                Bound(before=edition.main_day(before), after=edition.main_day(step)), Limit(date.min, text=text)
            )


def _rhythms(edition: Edition, columns: Mapping[str, Value], world: World, as_of: date) -> Iterator[Planned]:
    """Yield the next due day of every duty that comes again and again and is still running."""
    for name, (step, rule) in edition.rules.items():
        demand = rule.demand
        if not isinstance(demand, Every) or (demand.end and columns[demand.end] is not None):
            continue
        due = rhythm_of(demand).compute(columns, world)
        if isinstance(due, date):
            text = Text(rule.text.zh, rule.text.en)
            latest = Limit(due, name, rule.basis, demand.days, text)
            yield Planned(step, edition.steps[step].number or 0, demand.days, Limit(as_of), latest, assumed=False)
