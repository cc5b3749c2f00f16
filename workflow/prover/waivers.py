"""No waiver stands in for a vote, an age or a power: without a vote nothing was adopted, nobody is older by consent.

Told from what the program can see: the kind of a rule, and the figures of a vote that it reads. What only the text
says to be about a vote (one by one, as resolved) says so in the definitions; tests hold it against the articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.law.kinds import Kind
from workflow.law.kinds.voting import Ballot, Majority, Quorum, Tally
from workflow.law.model import Edition, LapsedVote
from workflow.prover.proof import Part, part
from workflow.prover.subject import Subject

POWER = "decided_by"  # where a breach is only recorded the text leaves room, as for who trains (art. 17)
NEVER_WAIVED = frozenset({"age", "ballot", POWER, "majority", "quorum", "tally"})


def votes_and_ages_stand(subjects: Sequence[Subject]) -> Part:
    """Prove that every rule on votes or age, and every one on power that refuses, says that it cannot be waived."""
    faults, counted, meant = [], 0, 0
    for subject in subjects:
        votes = frozenset(vote_columns(subject.edition))
        for name, (_, rule) in subject.edition.rules.items():
            counted += 1
            if not never_waived(rule.demand, votes) or (rule.demand.kind == POWER and rule.online != "refuse"):
                continue
            meant += 1
            zh, en = "表决、年龄和权限的规则不得豁免", "a rule on votes, age or power cannot be waived: waivable: false"
            faults += [subject.rule_fault(name, ("waivable",), zh, en)] if rule.waivable else []
    counts = [("规则", "rules", counted), ("其中表决、年龄和权限", "on votes, age or power among them", meant)]
    return part("表决、年龄和权限不得豁免", "votes, ages and powers cannot be waived", counts, faults)


def never_waived(demand: Kind, votes: frozenset[str]) -> bool:
    """Tell whether a demand is about an age, who decides, or a vote; ``votes``: the columns that hold one."""
    return getattr(demand, "kind", "") in NEVER_WAIVED or not votes.isdisjoint(demand.columns())


def vote_columns(edition: Edition) -> Iterator[str]:
    """Yield the columns that hold the figures of a vote, how it was taken, or whether it fell short."""
    for _, rule in edition.rules.values():
        match rule.demand:
            case Quorum() | Ballot() | Tally():
                yield from rule.demand.columns()
            case Majority(due=due, in_favour=in_favour):
                yield from (due, in_favour)
            case _:
                pass
    yield from (name for name, one in edition.derived.items() if isinstance(one.how, LapsedVote))
