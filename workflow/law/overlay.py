"""Lay local practice over an edition: it may add and tighten, and the line that loosens is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workflow.law.check import check_rule, check_step
from workflow.law.fit import column_types
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
    faults = [*_clashes(edition, overlay, source)]
    steps = edition.steps | {name: _marked(step, overlay) for name, step in overlay.add_steps.items()}
    for name, addition in overlay.steps.items():
        if name not in steps:
            faults.append(source.fault(("steps", name), f"没有步骤“{name}”", f"there is no step “{name}”"))
            continue
        base = steps[name]
        evidence, found = _evidence(base, addition.evidence, overlay, ("steps", name, "evidence"), source)
        rules, loosened = _rules(base, addition.rules, overlay, ("steps", name, "rules"), source)
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


def _marked(step: StepDef, overlay: Overlay) -> StepDef:
    """Return an added step with the overlay's title on its rules, for citing it."""
    rules = {name: rule.model_copy(update={"added_by": overlay.title}) for name, rule in step.rules.items()}
    return step.model_copy(update={"rules": rules})


def _clashes(edition: Edition, overlay: Overlay, source: Source) -> Iterator[Fault]:
    """Yield where the overlay gives a new meaning to what is the law's."""
    for name, body in overlay.bodies.items():
        if edition.bodies.get(name, body) != body:
            yield source.fault(("bodies", name), f"已有机构“{name}”", f"there is a body “{name}” already")
    for name, step in overlay.add_steps.items():
        path = ("add_steps", name)
        if name in edition.steps:
            yield source.fault(path, f"已有步骤“{name}”", f"there is a step “{name}” already")
        yield from _not_beside(step, path, source)


def _not_beside(step: StepDef, path: tuple[str, ...], source: Source) -> Iterator[Fault]:
    """Yield why an added step does more than stand beside the procedure: its states and numbers are the law's."""
    if step.number is not None:
        yield source.fault((*path, "number"), "叠加的步骤不编号", "a step that an overlay adds has no number")
    if step.opens:
        yield source.fault((*path, "opens"), "叠加的步骤不能立案", "a step that an overlay adds opens no case")
    for key, outcome in step.outcomes.items():
        if outcome.to is not None:
            zh = "叠加的步骤不能改变状态，否则绕过了规定的步骤"
            place = (*path, "outcomes", key, "to")
            yield source.fault(place, zh, "a step that an overlay adds moves no state: it would be a way round the law")


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
        if old is not None and ((field.type, field.values) != (old.type, old.values) or old.required > field.required):
            zh = "只能增加材料或者改为必填，不能改变类型或者放宽"
            faults.append(source.fault((*path, name), zh, "an overlay may add evidence or require it, nothing else"))
        evidence[name] = field.model_copy(update={"added_by": overlay.overlay})
    return evidence, faults


def _rules(
    base: StepDef, added: dict[str, RuleDef], overlay: Overlay, path: tuple[str, ...], source: Source
) -> tuple[dict[str, RuleDef], list[Fault]]:
    rules, faults = dict(base.rules), []
    for name, rule in added.items():
        old = base.rules.get(name)
        if old is not None:
            faults += _not_tighter(rule, old, (*path, name), source)
        rules[name] = rule.model_copy(update={"added_by": overlay.title})
    return rules, faults


def _not_tighter(rule: RuleDef, base: RuleDef, path: tuple[str, ...], source: Source) -> list[Fault]:
    """Return why ``rule`` does not demand at least what ``base`` demands, in the same cases."""
    tighter = rule.demand.tighter(base.demand) if type(rule.demand) is type(base.demand) else None
    if tighter is None:
        zh, en = "此规则无法与原规则比较宽严，不能改写", "this rule cannot be compared with the one it replaces"
        return [source.fault(path, zh, en)]
    outcomes = base.demand.outcomes
    softened = any(base.force_of(item) is Force.HARD and rule.force_of(item) is Force.SOFT for item in outcomes)
    dropped = any(base.code(item) and not rule.code(item) for item in outcomes)
    lets_pass = base.online != "record" and rule.online not in (base.online, "refuse")
    faults = (
        (rule.waivable and not base.waivable, path, "原规则不得豁免", "the rule that it replaces cannot be waived"),
        (not tighter, path, "放宽了原规则", "loosens the rule that it replaces"),
        (_applies(rule) != _applies(base), path, "不能改变适用情形", "may not change when the rule applies"),
        (softened, (*path, "force"), "把硬性规定改为了软性", "makes a hard rule soft"),
        (dropped, (*path, "codes"), "去掉了检查代码，问题不再列出", "drops a code: findings would vanish"),
        (lets_pass, (*path, "online"), "不再拒绝违规办理", "no longer refuses what the base refuses"),
    )
    return [source.fault(place, zh, en) for wrong, place, zh, en in faults if wrong]


def _applies(rule: RuleDef) -> tuple[object, ...]:
    """Return what decides whether a rule speaks of a case: its conditions and the day that governs."""
    return (rule.when, rule.unless, rule.governed_by, rule.governed_on)


def _new_faults(composed: Edition, overlay: Overlay, source: Source) -> list[Fault]:
    """Return what is wrong inside the added rules and steps, pointing into the overlay's file."""
    types = column_types(composed)
    faults: list[Fault] = []
    for step, addition in overlay.steps.items():
        for name, rule in addition.rules.items():
            faults += check_rule(composed, rule, types, ("steps", step, "rules", name), source)
    for name, added in overlay.add_steps.items():
        faults += check_step(composed, added, types, ("add_steps", name), source)
    return faults


def in_force(overlay: Overlay, on: date) -> bool:
    """Tell whether an overlay is in force on a day."""
    return overlay.in_force <= on and (overlay.until is None or on < overlay.until)
