"""Kinds that speak of people and bodies: standing, count, distinct, decided_by."""

from __future__ import annotations

from workflow.case.facts import DaysIn, DifferentNames, Fact, NameTwice, SomeoneNotFull, SomeonePenalised
from workflow.law.kinds import Count, DecidedBy, Distinct, Outcome, StandingOf
from workflow.rules.clause import Clause, builds, fact, presupposed
from workflow.rules.formula import (
    TRUE,
    Column,
    Compare,
    Constant,
    Formula,
    Not,
    OneOf,
    Sum,
    conjunction,
    disjunction,
    filled,
)


@builds(StandingOf)
def standing(demand: StandingOf) -> tuple[Clause, ...]:
    """Return the standing of every named person on the day."""
    asked: Fact = (
        SomeoneNotFull(demand.people, demand.on)
        if demand.must_be
        else SomeonePenalised(demand.people, demand.on, demand.not_under)
    )
    named = disjunction(filled(name) for name in demand.people)
    return (
        Clause(
            applies=conjunction((named, filled(demand.on))),
            broken=((Outcome.BROKEN, fact(asked)),),
            act=demand.on,
            facts=(asked,),
            shows=demand.columns(),
        ),
    )


@builds(Count)
def count(demand: Count) -> tuple[Clause, ...]:
    """Return the limits of a number."""
    counted: Fact | None = None
    number: Formula
    if demand.amount is not None:
        number = Sum(((1, Column(demand.amount)),))
    else:
        counted = DaysIn(*demand.days) if demand.days else DifferentNames(demand.of)
        number = fact(counted)
    limits: list[Formula] = [Compare("<", number, Constant(demand.min))]
    if demand.max is not None:
        limits.append(Compare(">", number, Constant(demand.max)))
    return (
        Clause(
            applies=presupposed(demand.presupposed_by) if demand.presupposed_by else TRUE,
            broken=((Outcome.BROKEN, disjunction(limits)),),
            facts=(counted,) if counted else (),
            shows=demand.columns(),
        ),
    )


@builds(Distinct)
def distinct(demand: Distinct) -> tuple[Clause, ...]:
    """Return that no name stands twice."""
    twice = NameTwice(demand.of)
    return (Clause(broken=((Outcome.BROKEN, fact(twice)),), facts=(twice,), shows=demand.columns()),)


@builds(DecidedBy)
def decided_by(demand: DecidedBy) -> tuple[Clause, ...]:
    """Return the body among those with the power."""
    return (
        Clause(
            applies=filled(demand.body),
            broken=((Outcome.BROKEN, Not(OneOf(Column(demand.body), demand.allowed))),),
            shows=demand.columns(),
        ),
    )
