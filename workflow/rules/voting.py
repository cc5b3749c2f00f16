"""Kinds that speak of votes: quorum, majority, ballot, tally. A vote is a tally; nobody's vote is known here."""

from __future__ import annotations

from workflow.law.kinds import Ballot, Majority, Outcome, Quorum, Share, Tally
from workflow.rules.clause import Clause, builds, presupposed
from workflow.rules.formula import Column, Compare, Constant, Formula, Not, OneOf, Sum, conjunction, filled


def _not_exceeded(demand: Share, part: str) -> Formula:
    """Return that ``part`` is no more than the share of those due: exactly the share is not more."""
    share = demand.more_than
    return Compare("<=", Sum(((share.denominator, Column(part)),)), Sum(((share.numerator, Column(demand.due)),)))


@builds(Quorum)
def quorum(demand: Quorum) -> tuple[Clause, ...]:
    """Return presence against those due."""
    return (
        Clause(
            applies=filled(demand.due, demand.present),
            broken=((Outcome.BROKEN, _not_exceeded(demand, demand.present)),),
            shows=demand.columns(),
        ),
    )


@builds(Majority)
def majority(demand: Majority) -> tuple[Clause, ...]:
    """Return votes in favour against those due, judged when the case went on."""
    return (
        Clause(
            applies=conjunction((filled(demand.due, demand.in_favour), presupposed(demand.followed_by))),
            broken=((Outcome.BROKEN, _not_exceeded(demand, demand.in_favour)),),
            shows=demand.columns(),
        ),
    )


@builds(Ballot)
def ballot(demand: Ballot) -> tuple[Clause, ...]:
    """Return the way of voting among the allowed ones."""
    return (
        Clause(
            applies=filled(demand.ballot),
            broken=((Outcome.BROKEN, Not(OneOf(Column(demand.ballot), demand.allowed))),),
            shows=demand.columns(),
        ),
    )


@builds(Tally)
def tally(demand: Tally) -> tuple[Clause, ...]:
    """Return what was counted against the most that could be."""
    votes = tuple((1, Column(name)) for name in demand.cast)
    voters = tuple((-1, Column(name)) for name in demand.most())
    return (
        Clause(
            applies=filled(demand.present),
            broken=((Outcome.BROKEN, Compare(">", Sum((*votes, *voters)), Constant(0))),),
            shows=demand.columns(),
        ),
    )
