"""A rule over time: one substance, the days on which it was law, its wording in each edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.law.kinds import Every
from workflow.law.model import Edition, FieldType, GovernedBy, RuleDef
from workflow.law.timeline import Law, Period
from workflow.rules import evidence, people, timing, voting
from workflow.rules.clause import BUILDERS, Clause, clauses_of
from workflow.rules.formula import AsOf, Column, First, Formula

FAMILIES = (evidence, people, timing, voting)  # importing them fills the table of builders


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule in one substance; ``since`` and ``until`` (excluded) bound the days on which that was law."""

    id: str
    step: str
    definition: RuleDef
    governed_by: GovernedBy
    since: date | None
    until: date | None
    wordings: tuple[tuple[Period, RuleDef], ...]
    clauses: tuple[Clause, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Return the audit codes that the rule can give."""
        return frozenset(filter(None, (self.definition.code(outcome) for outcome in self.definition.demand.outcomes)))

    @property
    def edition(self) -> Edition:
        """Return the newest edition that holds the rule."""
        return self.wordings[-1][0].edition

    def wording_on(self, day: date | None) -> tuple[Period, RuleDef]:
        """Return the edition and the rule's wording on ``day``; no day known: the newest."""
        for period, wording in self.wordings:
            if day is not None and period.holds(day):
                return period, wording
        return self.wordings[-1]


def rules_of(law: Law, periods: Sequence[Period]) -> tuple[Rule, ...]:
    """Return the rules of a timeline, in the order of the newest edition.

    Neighbouring periods in which a rule has one substance share one rule: the audit then need not ask for the day.
    """
    gaps = [kind.__name__ for kind in _vocabulary() if kind not in BUILDERS]
    if gaps:
        message = f"kinds without formulas: {', '.join(gaps)}"
        raise TypeError(message)
    names = dict.fromkeys(name for period in reversed(periods) for name in period.edition.rules)
    return tuple(rule for name in names for rule in _spans(law, name, periods))


def _vocabulary() -> tuple[type, ...]:
    from workflow.law.kinds import KINDS  # noqa: PLC0415 - read at call time, so that a test can plant a gap

    return KINDS


def _spans(law: Law, name: str, periods: Sequence[Period]) -> Iterator[Rule]:
    open_span: list[tuple[Period, RuleDef]] = []
    for period in periods:
        step_rule = period.edition.rules.get(name)
        wording = step_rule[1] if step_rule else None
        if open_span and (wording is None or _differs(law, name, open_span[-1], (period, wording))):
            yield _rule(law, name, open_span)
            open_span = []
        if wording is not None:
            open_span.append((period, wording))
    if open_span:
        yield _rule(law, name, open_span)


def _differs(law: Law, name: str, one: tuple[Period, RuleDef], other: tuple[Period, RuleDef]) -> bool:
    return one[1].substance() != other[1].substance() or _governed(law, name, one) is not _governed(law, name, other)


def _governed(law: Law, name: str, wording: tuple[Period, RuleDef]) -> GovernedBy:
    return law.governed_by(name, wording[0].since, wording[1].governed_by)


def _rule(law: Law, name: str, wordings: list[tuple[Period, RuleDef]]) -> Rule:
    first, definition = wordings[0]
    last = wordings[-1][0]
    return Rule(
        id=name,
        step=name.split(".", maxsplit=1)[0],
        definition=definition,
        governed_by=_governed(law, name, wordings[0]),
        since=first.since,
        until=last.until,
        wordings=tuple(wordings),
        clauses=clauses_of(definition.demand),
    )


def governing_day(rule: Rule, clause: Clause, later_days: tuple[str, ...]) -> Formula:
    """Return the day whose edition governs a clause; ``later_days``: days of what presupposes the rule's step.

    Named by the rule itself, or: the due day; the first day of what presupposes a missing act; the day of the act.
    """
    definition, edition = rule.definition, rule.edition
    if definition.governed_on:
        return Column(definition.governed_on)
    if rule.governed_by is GovernedBy.DUE and clause.due is not None:
        return clause.due
    if isinstance(definition.demand, Every):
        return First((Column(definition.demand.end), AsOf())) if definition.demand.end else AsOf()
    act = definition.demand.act() or edition.main_day(rule.step)
    own = () if _holds_days(edition, act) else (Column(act),)
    if rule.governed_by is GovernedBy.PRESUPPOSING:
        own = ()
    presupposed = getattr(definition.demand, "presupposed_by", None)
    filled = tuple(Column(name) for name in presupposed.filled if _is_day(edition, name)) if presupposed else ()
    later = tuple(Column(name) for name in later_days if not _holds_days(edition, name))
    return First((*own, *filled, *later, AsOf()))


def _holds_days(edition: Edition, column: str) -> bool:
    field = edition.fields.get(column)
    return field is not None and field.type is FieldType.DAYS


def _is_day(edition: Edition, column: str) -> bool:
    field = edition.fields.get(column)
    return column in edition.derived or (field is not None and field.type in (FieldType.DAY, FieldType.PLAN))
