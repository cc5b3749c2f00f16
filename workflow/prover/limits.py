"""Nothing that has a last day is ever refused: what is late has happened, and must be recorded as it was."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.law.model import RuleDef
from workflow.prover.proof import Part, part
from workflow.prover.subject import Subject
from workflow.rules.clause import clauses_of


def limits_never_refuse(subjects: Sequence[Subject]) -> Part:
    """Prove that no upper bound says ``refuse``: by its kind, by its bounds between days, or by its formulas."""
    rules = [(subject, name, rule) for subject in subjects for name, (_, rule) in subject.edition.rules.items()]
    limits = [found for found in rules if has_last_day(found[2])]
    zh, en = "最迟期限不能拒绝登记：逾期已成事实", "an upper bound cannot refuse: being late has happened"
    faults = [
        subject.rule_fault(name, ("online",), zh, en) for subject, name, rule in limits if rule.online == "refuse"
    ]
    counts = [("规则", "rules", len(rules)), ("其中最迟期限", "upper bounds among them", len(limits))]
    return part("最迟期限从不拒绝登记", "no upper bound refuses", counts, faults)


def has_last_day(rule: RuleDef) -> bool:
    """Tell whether waiting can only make a demand worse; three witnesses, of which one is enough."""
    demand = rule.demand
    return (
        demand.upper_bound
        or any(bound.upper for bound in demand.bounds())
        or any(clause.due is not None for clause in clauses_of(demand))
    )
