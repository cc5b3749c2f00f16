"""Kinds that speak of papers and conclusions: evidence, outcome, once, consistent; and any_of over kinds."""

from __future__ import annotations

from itertools import combinations

from workflow.law.kinds import AnyOf, Consistent, Evidence, Once, Outcome, OutcomeOf
from workflow.rules.clause import Clause, builds, clauses_of, presupposed
from workflow.rules.formula import (
    Column,
    Compare,
    Constant,
    Formula,
    Not,
    OneOf,
    blank,
    conjunction,
    disjunction,
    filled,
)


@builds(Evidence)
def evidence(demand: Evidence) -> tuple[Clause, ...]:
    """Return that every field is there once presupposed."""
    return (
        Clause(
            applies=presupposed(demand.presupposed_by),
            broken=((Outcome.MISSING, disjunction(blank(name) for name in demand.fields)),),
            shows=demand.columns(),
        ),
    )


@builds(OutcomeOf)
def outcome(demand: OutcomeOf) -> tuple[Clause, ...]:
    """Return that the conclusion is none of the forbidden."""
    return (
        Clause(
            applies=conjunction((filled(demand.column), presupposed(demand.presupposed_by))),
            broken=((Outcome.BROKEN, OneOf(Column(demand.column), demand.forbidden)),),
            shows=demand.columns(),
        ),
    )


@builds(Once)
def once(demand: Once) -> tuple[Clause, ...]:
    """Return how often it may happen."""
    return (
        Clause(
            applies=filled(demand.times),
            broken=((Outcome.BROKEN, Compare(">", Column(demand.times), Constant(demand.at_most))),),
            shows=demand.columns(),
        ),
    )


@builds(Consistent)
def consistent(demand: Consistent) -> tuple[Clause, ...]:
    """Return that filled places agree, pair by pair."""
    pairs = combinations(demand.columns(), 2)
    differ = disjunction(Compare("!=", Column(one), Column(other)) for one, other in pairs)
    return (Clause(broken=((Outcome.BROKEN, differ),), shows=demand.columns()),)


@builds(AnyOf)
def any_of(demand: AnyOf) -> tuple[Clause, ...]:
    """Return that one of the alternatives is kept."""
    parts = tuple(clause for part in demand.of for clause in clauses_of(part))
    return (
        Clause(
            applies=filled(demand.day),
            broken=((Outcome.BROKEN, conjunction(_unmet(part) for part in parts)),),
            act=demand.day,
            facts=tuple(fact for part in parts for fact in part.facts),
            shows=demand.columns(),
        ),
    )


def _unmet(clause: Clause) -> Formula:
    """Return that a clause does not apply or is broken: an alternative must be met, not merely be silent."""
    broken = disjunction(formula for _, formula in clause.broken)
    return disjunction((Not(clause.applies), broken))
