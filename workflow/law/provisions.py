"""What a rule says beside its demand, in people's words: when, how grave, under which code, what happens online."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow.law.kinds import Outcome
from workflow.law.model import Condition, Force, GovernedBy, RuleDef
from workflow.law.words import OUTCOMES, Words


def conditions(rule: RuleDef, words: Words) -> str:
    """Return in which cases a rule applies and in which it does not; empty: in all."""
    parts = []
    if rule.when:
        when = _condition(rule.when, words)
        parts.append(words.pick(f"只适用于{when}的", f"only where {when}"))
    if rule.unless:
        exceptions = [_condition(part, words) for part in rule.unless]
        zh, en = "，以及".join(exceptions), " or where ".join(exceptions)
        parts.append(words.pick(f"不适用于{zh}的", f"not where {en}"))
    return words.pick("；", "; ").join(parts)


def _condition(condition: Condition, words: Words) -> str:
    return words.pick("且", " and ").join(
        words.column(name) + words.pick("为", " is ") + words.values(name, values) for name, values in condition.items()
    )


def gravity(rule: RuleDef, words: Words) -> str:
    """Return how grave a breach is, by outcome where they differ."""
    names = {
        Force.HARD: words.pick("硬性", "hard"),
        Force.SOFT: words.pick("软性（原文留有余地）", "soft (the text leaves room)"),
    }
    return _by_outcome(rule, lambda outcome: names[rule.force_of(outcome)], words)


def codes(rule: RuleDef, words: Words) -> str:
    """Return the audit codes, by outcome where they differ."""
    none = words.pick("无", "none")
    return _by_outcome(rule, lambda outcome: rule.code(outcome) or none, words)


def _by_outcome(rule: RuleDef, what: Callable[[Outcome], str], words: Words) -> str:
    """Return one word for all outcomes, or each word with the outcomes it is for."""
    grouped: dict[str, list[Outcome]] = {}
    for outcome in _possible(rule):
        grouped.setdefault(what(outcome), []).append(outcome)
    if len(grouped) == 1:
        return next(iter(grouped))
    parts = (words.pick("：", ": ").join((_named(group, words), word)) for word, group in grouped.items())
    return words.pick("；", "; ").join(parts)


def _named(group: Iterable[Outcome], words: Words) -> str:
    return words.listed(words.of(OUTCOMES[outcome]) for outcome in group)


def _possible(rule: RuleDef) -> tuple[Outcome, ...]:
    """Return the outcomes that this rule can really have: without an extension there is no missing reason."""
    demand = rule.demand
    never = set()
    if getattr(demand, "extension", True) is None:
        never.add(Outcome.REASON)
    if demand.kind == "within" and demand.presupposed_by is None:
        never.add(Outcome.MISSING)
    if demand.kind == "within" and not demand.runs_open:
        never.add(Outcome.OVERDUE)
    return tuple(outcome for outcome in demand.outcomes if outcome not in never)


def online(rule: RuleDef, words: Words, *, brief: bool = False) -> str:
    """Return what happens when somebody records an act that does not keep the rule."""
    if rule.online == "refuse":
        zh = "不予登记" if brief else "不予登记，等到合乎要求或者补上所缺之后再办"
        return words.pick(zh, "refused" if brief else "refused until it is in order or what is missing has been done")
    if rule.online == "record":
        zh = "如实登记，列为问题" if brief else "如实登记，写明理由并由第二人确认，审计时仍列为问题"
        en = "" if brief else ", with a reason and a second person's confirmation"
        return words.pick(zh, f"recorded as it is{en}; the finding stands")
    step = words.numbered(rule.online.removeprefix("redo: "))
    return words.pick(f"须重新办理{step}", f"{step} must be repeated")


def governing(rule: RuleDef, governed_by: GovernedBy, words: Words) -> str:
    """Return the day on which the edition must be in force for the rule to bind."""
    if rule.governed_on:
        column = words.column(rule.governed_on)
        return words.pick(f"以{column}当日有效的版本为准", f"the edition in force on {column}")
    return {
        GovernedBy.ACT: words.pick("以办理之日有效的版本为准", "the edition in force on the day of the act"),
        GovernedBy.DUE: words.pick(
            "以期限届满之日有效的版本为准", "the edition in force on the last day of the time limit"
        ),
        GovernedBy.PRESUPPOSING: words.pick(
            "以后一步骤之日有效的版本为准", "the edition in force on the day of the later step that presupposes it"
        ),
    }[governed_by]
