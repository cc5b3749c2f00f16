"""Facts as DuckDB computes them for many cases at once: the same as ``compute`` gives, held equal by tests.

What a fact needs besides the case stands in small tables that are joined: the working days counted up to each day
(``calendar``), and of each person when they became a full member and which penalty they are under (``people``). A case
that touches somebody of whom a line cannot say that is told (``odd``), and goes the way of one case at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import singledispatch

from workflow.bulk.terms import later, literal, name
from workflow.case.facts import (
    DaysIn,
    DifferentNames,
    Fact,
    LongerLimit,
    NameTwice,
    SomeoneNotFull,
    SomeonePenalised,
    WorkingDaysIn,
)
from workflow.case.rhythms import FirstMissed, FirstMissedPeriod

ROSTERED = "rostered"  # whether anything is known of the members of the case's branch
CALENDAR = {"day": "DATE", "through": "INTEGER"}
PEOPLE = {
    "person": "BIGINT",
    "full_since": "DATE",  # blank: no full member
    "penalty": "VARCHAR",
    "penalty_from": "DATE",
    "penalty_until": "DATE",
    "odd": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Computed:
    """A fact as SQL over a row: its value, when it cannot be read, when only one case at a time can tell; its type."""

    value: str
    type: str
    unread: str | None = None
    odd: str | None = None
    people: tuple[str, ...] = ()  # columns of people to be looked up
    days: tuple[str, ...] = ()  # columns of days up to which working days are counted


def of_person(column: str, what: str) -> str:
    """Return what ``people`` says of the person in a column."""
    return name(f"{column}:{what}")


def of_day(column: str) -> str:
    """Return how many working days there are up to the day in a column; of a first day, up to the one before."""
    return name(f"{column}:through")


@singledispatch
def computed(fact: Fact) -> Computed:
    """Return a fact as SQL; raises TypeError for one that is not known here."""
    raise TypeError(fact)


@computed.register
def _(fact: WorkingDaysIn) -> Computed:
    start, end = name(fact.start), name(fact.end)
    before, through = of_day(f"{fact.start}:before"), of_day(fact.end)
    there = f"{start} IS NOT NULL AND {end} IS NOT NULL"
    value = f"CASE WHEN {there} THEN CASE WHEN {start} <= {end} THEN {through} - {before} ELSE 0 END END"
    odd = f"({there} AND ({before} IS NULL OR {through} IS NULL))"
    return Computed(value, "INTEGER", odd=odd, days=(f"{fact.start}:before", fact.end))


@computed.register
def _(fact: DaysIn) -> Computed:
    return Computed(f"GREATEST({name(fact.end)} - {name(fact.start)} + 1, 0)", "INTEGER")  # which passes over NULL


@computed.register
def _(fact: LongerLimit) -> Computed:
    there = f"{name(fact.start)} IS NOT NULL AND {name(fact.reason)} IS NOT NULL"
    return Computed(f"CASE WHEN {there} THEN {later(name(fact.start), fact.months)} END", "DATE")


@computed.register
def _(fact: FirstMissed) -> Computed:
    """Pair each day with the one before it, the first with the start; the earliest that came too late decides."""
    start, days = name(fact.start), f"COALESCE({name(fact.days)}, [])"
    end = name(fact.end) if fact.end else "CAST(NULL AS DATE)"
    held = f"list_sort(list_filter({days}, lambda d: d >= {start} AND ({end} IS NULL OR d <= {end})))"
    points = f"CASE WHEN {end} IS NULL THEN {held} ELSE list_append({held}, {end}) END"
    due = later("p[1]", fact.months)
    late = f"list_filter(list_zip(list_prepend({start}, {points}), {points}), lambda p: p[2] > {due})"
    missed = f"list_min(list_transform({late}, lambda p: {due}))"
    last = f"COALESCE(list_max({held}), {start})"
    runs_on = f"CASE WHEN {end} IS NULL THEN {later(last, fact.months)} END"
    return Computed(f"CASE WHEN {start} IS NOT NULL THEN COALESCE({missed}, {runs_on}) END", "DATE")


@computed.register
def _(fact: FirstMissedPeriod) -> Computed:
    """Return the first period without an act: the first that binds, or one right after a period with one."""
    start, months = name(fact.start), fact.months

    def period(day: str) -> str:
        return f"(year({day}) * 12 + month({day}) - 1) // {months}"

    first = f"{period(start)} + CAST(day({start}) > 1 OR (month({start}) - 1) % {months} > 0 AS INTEGER)"
    held = f"list_transform(COALESCE({name(fact.days)}, []), lambda d: {period('d')})"
    after = f"list_prepend({first}, list_transform({held}, lambda h: h + 1))"
    missed = f"list_min(list_filter({after}, lambda n: n >= {first} AND NOT list_contains({held}, n)))"
    month = f"(({missed} + 1) * {months} - 1)"
    last = f"last_day(make_date({month} // 12, {month} % 12 + 1, 1))"
    beyond = f"WHEN {name(fact.end)} < {last} THEN NULL " if fact.end else ""
    return Computed(f"CASE WHEN {start} IS NULL THEN NULL {beyond}ELSE {last} END", "DATE")


@computed.register
def _(fact: DifferentNames) -> Computed:
    names = list(map(name, fact.of))
    new = (
        " AND ".join([f"{one} IS NOT NULL", *(f"{one} IS DISTINCT FROM {other}" for other in names[:place])])
        for place, one in enumerate(names)
    )
    return Computed(" + ".join(f"CAST({each} AS INTEGER)" for each in new), "INTEGER")


@computed.register
def _(fact: NameTwice) -> Computed:
    names = list(map(name, fact.of))
    pairs = [f"{one} = {other}" for place, one in enumerate(names) for other in names[:place]]
    return Computed(f"COALESCE({' OR '.join(pairs) or 'FALSE'}, FALSE)", "BOOLEAN")


@computed.register
def _(fact: SomeoneNotFull) -> Computed:
    day = name(fact.on)
    return _of_somebody(fact.people, fact.on, lambda who: f"COALESCE({of_person(who, 'full_since')} > {day}, TRUE)")


@computed.register
def _(fact: SomeonePenalised) -> Computed:
    day, kinds = name(fact.on), ", ".join(map(literal, fact.kinds))

    def under(who: str) -> str:
        until = of_person(who, "penalty_until")
        runs = f"{of_person(who, 'penalty_from')} <= {day} AND ({until} IS NULL OR {until} >= {day})"
        return f"COALESCE({of_person(who, 'penalty')} IN ({kinds}) AND {runs}, FALSE)"

    return _of_somebody(fact.people, fact.on, under)


def _of_somebody(people: tuple[str, ...], on: str, is_so: Callable[[str], str]) -> Computed:
    """Return whether it is so of one of the people; unreadable where nothing is known of the branch's members."""
    named = f"({' OR '.join(f'{name(who)} IS NOT NULL' for who in people)})"
    asked = f"{name(on)} IS NOT NULL AND {named}"
    so = " OR ".join(f"({name(who)} IS NOT NULL AND {is_so(who)})" for who in people)
    odd = " OR ".join(f"COALESCE({of_person(who, 'odd')}, FALSE)" for who in people)
    return Computed(
        value=f"CASE WHEN NOT ({asked}) THEN FALSE WHEN {name(ROSTERED)} THEN {so} END",
        type="BOOLEAN",
        unread=f"({asked} AND NOT {name(ROSTERED)})",
        odd=f"({asked} AND {name(ROSTERED)} AND ({odd}))",
        people=people,
    )


def joins(facts: Mapping[str, Computed], source: str) -> str:
    """Return ``source`` with a row's people and days looked up, as a statement."""
    people = dict.fromkeys(who for fact in facts.values() for who in fact.people)
    days = dict.fromkeys(day for fact in facts.values() for day in fact.days)
    found, tables = [f"{source}.*"], [source]
    for place, who in enumerate(people):
        found += [f"p{place}.{what} AS {of_person(who, what)}" for what in PEOPLE if what != "person"]
        tables.append(f"LEFT JOIN people p{place} ON p{place}.person = {source}.{name(who)}")
    for place, day in enumerate(days):
        column, _, before = day.partition(":")
        on = f"{source}.{name(column)}{' - 1' if before else ''}"
        found.append(f"w{place}.through AS {of_day(day)}")
        tables.append(f"LEFT JOIN calendar w{place} ON w{place}.day = {on}")
    found.append(f"r.organization IS NOT NULL AS {name(ROSTERED)}")
    tables.append(f"LEFT JOIN rostered r ON r.organization = {source}.organization")
    return f"SELECT {', '.join(found)} FROM {' '.join(tables)}"
