"""Lay local practice over an edition: it may add and tighten, and the line that loosens is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow.law.check import check_rule, check_step
from workflow.law.model import Edition, FieldDef, Force, Overlay, RuleDef, StepDef
from workflow.law.source import Fault, Source


@dataclass(frozen=True, slots=True)
class Composed:
    """An edition with overlays on it, or the faults that forbid it."""

    edition: Edition
    faults: tuple[Fault, ...]


def compose(edition: Edition, overlay: Overlay, source: Source) -> Composed:
    """Return ``edition`` with ``overlay`` on it; faults point into the overlay's file."""
    if edition.edition not in overlay.extends:
        zh = f"没有声明适用于 {edition.edition} 版"
        return Composed(edition, (source.fault(("extends",), zh, f"does not extend edition {edition.edition}"),))
    faults: list[Fault] = []
    steps = dict(edition.steps)
    for name, added in overlay.add_steps.items():
        if name in steps:
            faults.append(source.fault(("add_steps", name), f"已有步骤“{name}”", f"there is a step “{name}” already"))
        steps[name] = added
    for name, addition in overlay.steps.items():
        if name not in steps:
            faults.append(source.fault(("steps", name), f"没有步骤“{name}”", f"there is no step “{name}”"))
            continue
        base = steps[name]
        evidence, found = _evidence(base, addition.evidence, overlay, ("steps", name, "evidence"), source)
        rules, loosened = _rules(base, addition.rules, ("steps", name, "rules"), source)
        faults += [*found, *loosened]
        steps[name] = base.model_copy(update={"evidence": evidence, "rules": rules})
    update = {
        "steps": steps,
        "bodies": edition.bodies | overlay.bodies,
        "overlays": (*edition.overlays, overlay.overlay),
    }
    composed = edition.model_copy(update=update)
    _forget_cached(composed)
    return Composed(composed, (*faults, *_new_faults(composed, overlay, source)))


def _forget_cached(edition: Edition) -> None:
    """Drop what the copied edition had already computed from its old steps."""
    for name in ("fields", "rules", "numbered"):
        edition.__dict__.pop(name, None)


def _evidence(
    base: StepDef, added: dict[str, FieldDef], overlay: Overlay, path: tuple[str, ...], source: Source
) -> tuple[dict[str, FieldDef], list[Fault]]:
    evidence, faults = dict(base.evidence), []
    for name, field in added.items():
        old = base.evidence.get(name)
        if old is not None and (field.type is not old.type or old.required > field.required):
            zh = "只能增加材料或者改为必填，不能改变类型或者放宽"
            faults.append(source.fault((*path, name), zh, "an overlay may add evidence or require it, nothing else"))
        evidence[name] = field.model_copy(update={"added_by": overlay.overlay})
    return evidence, faults


def _rules(
    base: StepDef, added: dict[str, RuleDef], path: tuple[str, ...], source: Source
) -> tuple[dict[str, RuleDef], list[Fault]]:
    rules, faults = dict(base.rules), []
    for name, rule in added.items():
        old = base.rules.get(name)
        if old is not None:
            faults += _not_tighter(rule, old, (*path, name), source)
        rules[name] = rule
    return rules, faults


def _not_tighter(rule: RuleDef, base: RuleDef, path: tuple[str, ...], source: Source) -> list[Fault]:
    """Return a fault when ``rule`` does not demand at least what ``base`` demands, in the same cases."""
    tighter = rule.demand.tighter(base.demand) if type(rule.demand) is type(base.demand) else None
    if tighter is None:
        zh, en = "此规则无法与原规则比较宽严，不能改写", "this rule cannot be compared with the one it replaces"
        return [source.fault(path, zh, en)]
    if not tighter:
        return [source.fault(path, "放宽了原规则", "loosens the rule that it replaces")]
    if (rule.when, rule.unless) != (base.when, base.unless):
        return [source.fault(path, "不能改变适用情形", "may not change when the rule applies")]
    softened = any(
        base.force_of(outcome) is Force.HARD and rule.force_of(outcome) is Force.SOFT
        for outcome in base.demand.outcomes
    )
    if softened:
        return [source.fault((*path, "force"), "把硬性规定改为了软性", "makes a hard rule soft")]
    if base.online == "refuse" and rule.online != "refuse":
        return [source.fault((*path, "online"), "不再拒绝违规办理", "no longer refuses what the base refuses")]
    return []


def _new_faults(composed: Edition, overlay: Overlay, source: Source) -> list[Fault]:
    """Return what is wrong inside the added rules and steps, pointing into the overlay's file."""
    known = set(composed.fields) | set(composed.derived)
    faults: list[Fault] = []
    for step, addition in overlay.steps.items():
        for name, rule in addition.rules.items():
            faults += check_rule(composed, rule, known, ("steps", step, "rules", name), source)
    for name, added in overlay.add_steps.items():
        faults += check_step(composed, added, ("add_steps", name), source)
    return faults


def in_force(overlay: Overlay, on: date) -> bool:
    """Tell whether an overlay is in force on a day."""
    return overlay.in_force <= on and (overlay.until is None or on < overlay.until)
