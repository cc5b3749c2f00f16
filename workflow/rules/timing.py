"""Kinds that speak of days: order, not_before, within, every, age, recorded_within, working_days."""

from __future__ import annotations

from workflow.case.facts import Fact, LongerLimit, NthWorkingDay, WorkingDaysIn
from workflow.case.rhythms import FirstMissed, FirstMissedPeriod, Rhythm
from workflow.law.kinds import Age, Every, Kind, NotBefore, Order, Outcome, RecordedWithin, Within, WorkingDays
from workflow.rules.clause import Clause, builds, fact, presupposed
from workflow.rules.formula import (
    FALSE,
    AsOf,
    Column,
    Compare,
    Constant,
    First,
    Formula,
    Not,
    Operator,
    blank,
    conjunction,
    disjunction,
    filled,
    plus,
)


@builds(Order)
def order(demand: Order) -> tuple[Clause, ...]:
    """Return a clause a link: each filled day against the nearest filled one before it."""
    operator: Operator = "<=" if demand.strict else "<"
    clauses = []
    for position in range(1, len(demand.chain)):
        later, earlier = demand.chain[position], demand.chain[position - 1 :: -1]
        nearest: Formula = Column(earlier[0]) if len(earlier) == 1 else First(tuple(map(Column, earlier)))
        clauses.append(
            Clause(
                applies=conjunction((filled(later), disjunction(filled(name) for name in earlier))),
                broken=((Outcome.OUT_OF_ORDER, Compare(operator, Column(later), nearest)),),
                earliest=plus(nearest, days=1 if demand.strict else 0),
                act=later,
                own_step=len(demand.chain) > 2,  # noqa: PLR2004 - a chain proper, not a pair
                shows=(*reversed(earlier), later),
            )
        )
    return tuple(clauses)


@builds(NotBefore)
def not_before(demand: NotBefore) -> tuple[Clause, ...]:
    """Return the lower bound."""
    return (_lower_bound(demand, demand.start, demand.day, months=demand.months, days=demand.days),)


@builds(Age)
def age(demand: Age) -> tuple[Clause, ...]:
    """Return the birthday as the first lawful day (29 February counts as the 28th by clamping)."""
    return (_lower_bound(demand, demand.born, demand.day, months=12 * demand.years),)


def _lower_bound(demand: Kind, start: str, day: str, *, months: int = 0, days: int = 0) -> Clause:
    first = plus(Column(start), months=months, days=days)
    return Clause(
        applies=filled(start, day),
        broken=((Outcome.EARLY, Compare("<", Column(day), first)),),
        earliest=first,
        act=day,
        shows=demand.columns(),
    )


@builds(Within)
def within(demand: Within) -> tuple[Clause, ...]:
    """Return the upper bound: late once done, running while open, missing when presupposed."""
    start, act = Column(demand.start), Column(demand.day)
    limit = plus(start, months=demand.months, days=demand.days)
    longest = plus(start, months=demand.extension.months) if demand.extension else limit
    unless = Not(presupposed(demand.open_unless)) if demand.open_unless else conjunction(())
    is_open = conjunction((blank(demand.day), filled(*demand.open_needs), unless))
    missing = conjunction((is_open, presupposed(demand.presupposed_by)))
    runs = is_open if demand.runs_open else FALSE
    broken: list[tuple[Outcome, Formula]] = [
        (Outcome.MISSING, missing),
        (Outcome.LATE, Compare(">", act, longest)),
        (Outcome.OVERDUE, conjunction((runs, Compare(">", AsOf(), longest)))),
    ]
    due: Formula = limit
    facts: tuple[Fact, ...] = ()
    if demand.extension:
        longer = LongerLimit(demand.start, demand.extension.months, demand.extension.reason)
        due, facts = First((fact(longer), limit)), (longer,)
        no_reason = blank(demand.extension.reason)
        over = disjunction((Compare(">", act, limit), conjunction((runs, Compare(">", AsOf(), limit)))))
        broken.append((Outcome.REASON, conjunction((over, no_reason))))
    return (
        Clause(
            applies=disjunction((filled(demand.start, demand.day), conjunction((filled(demand.start), runs)), missing)),
            broken=tuple((outcome, formula) for outcome, formula in broken if formula != FALSE),
            pending=conjunction((runs, Compare("<=", AsOf(), longest))),
            due=due,
            longest=longest,
            act=demand.day,
            facts=facts,
            shows=(demand.start, demand.day, *(demand.presupposed_by.columns() if demand.presupposed_by else ())),
        ),
    )


@builds(Every)
def every(demand: Every) -> tuple[Clause, ...]:
    """Return the rhythm: closed by its end, or running up to the as-of day.

    A calendar period is judged once it is over, whether or not the end of the whole is known by then.
    """
    rhythm = rhythm_of(demand)
    missed = fact(rhythm)
    closed = filled(demand.end) if demand.end else FALSE
    still_open = blank(demand.end) if demand.end else conjunction(())
    unknown_end = conjunction((still_open, presupposed(demand.open_unless)))
    over = Compare("<", missed, AsOf())
    broken = disjunction((conjunction((closed, filled(missed.name))), conjunction((still_open, over))))
    to_come = Compare(">=", missed, AsOf())
    return (
        Clause(
            applies=conjunction((filled(demand.start), Not(unknown_end))),
            broken=((Outcome.GAP, over if demand.calendar else broken),),
            pending=to_come if demand.calendar else conjunction((still_open, to_come)),
            due=missed,
            act=demand.days,
            facts=(rhythm,),
            shows=demand.columns(),
        ),
    )


def rhythm_of(demand: Every) -> Rhythm:
    """Return the column in which the rhythm of a duty is computed."""
    made = FirstMissedPeriod if demand.calendar else FirstMissed
    return made(demand.start, demand.days, demand.end, demand.months)


@builds(RecordedWithin)
def recorded_within(demand: RecordedWithin) -> tuple[Clause, ...]:
    """Return the last day for writing down."""
    last = plus(Column(demand.day), days=demand.days)
    return (
        Clause(
            applies=filled(demand.day, demand.recorded),
            broken=((Outcome.LATE, Compare(">", Column(demand.recorded), last)),),
            due=last,
            act=demand.recorded,
            shows=demand.columns(),
        ),
    )


@builds(WorkingDays)
def working_days(demand: WorkingDays) -> tuple[Clause, ...]:
    """Return the least number of working days, judged once the act is there."""
    counted = WorkingDaysIn(demand.start, demand.end)
    return (
        Clause(
            applies=filled(demand.day),
            broken=(
                (Outcome.MISSING, disjunction((blank(demand.start), blank(demand.end)))),
                (Outcome.SHORT, Compare("<", fact(counted), Constant(demand.at_least))),
            ),
            act=demand.day,
            opens=NthWorkingDay(demand.start, demand.at_least),
            facts=(counted,),
            shows=demand.columns(),
        ),
    )
