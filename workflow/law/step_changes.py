"""What becomes of a step from one edition to another: itself, its outcomes, its evidence, its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workflow.law.changes import Change, Pair, What
from workflow.law.model import FieldDef, OutcomeDef, StepDef
from workflow.law.rule_changes import demand_lines, rule_name, rules_changes
from workflow.law.words import TYPES, Words


def step_changes(step: str, pair: Pair) -> tuple[Change, ...]:
    """Return what changed in a step that at least one of the editions has, its citations left aside."""
    old, new = pair.old.edition.steps.get(step), pair.new.edition.steps.get(step)
    words = pair.at(step)
    if new is None:
        return (Change(What.GONE, pair.pick("这一步骤", "this step")),)
    if old is None:
        rules = (
            Change(What.NEW, rule_name(rule, words.new), demand_lines(rule, words.new)) for rule in new.rules.values()
        )
        return (Change(What.NEW, pair.pick("这一步骤", "this step")), *rules)
    found = [*_frame(old, new, words), *_outcomes(old, new, words), *_evidence(old, new, words)]
    found += rules_changes(old, new, words)
    return tuple(sorted(found, key=lambda change: list(What).index(change.what)))


def _frame(old: StepDef, new: StepDef, pair: Pair) -> Iterator[Change]:
    """Yield changes of the step itself."""
    aspects: tuple[tuple[str, str, Callable[[StepDef], object], Callable[[StepDef, Words], str]], ...] = (
        ("编号", "number", lambda step: step.number, lambda step, _: str(step.number or "")),
        ("阶段", "stage", lambda step: step.stage, stage_name),
        ("由谁办", "who acts", lambda step: set(step.by), lambda step, words: words.bodies(step.by)),
        ("有权的机构", "who has the power", lambda step: set(step.power), lambda step, words: words.bodies(step.power)),
        ("办理前的身份", "from", lambda step: set(step.start), lambda step, words: words.states(step.start)),
        ("办法", "manner", lambda step: (step.opens, step.recorded_only, step.repeats), manner),
    )
    for zh, en, value, text in aspects:
        if value(old) != value(new):
            lines = pair.turn(pair.pick(zh, en), text(old, pair.old), text(new, pair.new))
            yield from (Change(What.CHANGED, line) for line in lines)
    if new.note and new.note != old.note:
        yield Change(What.REWORDED, pair.pick("说明：", "note: ") + pair.new.of(new.note))


def stage_name(step: StepDef, words: Words) -> str:
    """Return the stage of a step, empty where it has none."""
    stage = words.edition.stages.get(step.stage or "")
    return words.pick(stage.zh, stage.en) if stage else ""


def manner(step: StepDef, words: Words) -> str:
    """Return what is special about the way in which a step is taken."""
    parts = []
    if step.opens:
        parts.append(words.pick("可以由此立案", "may open a case"))
    if step.repeats:
        parts.append(words.pick("可以多次登记", "may be recorded several times"))
    if step.recorded_only:
        parts.append(words.pick("只登记，不判断", "recorded only, not judged"))
    return words.pick("；", "; ").join(parts)


def outcome_line(outcome: OutcomeDef, step: StepDef, words: Words) -> str:
    """Return an outcome with all that it brings about."""
    parts = [words.pick(outcome.zh, outcome.en)]
    if outcome.to:
        parts.append(words.pick(f"身份变为“{words.state(outcome.to)}”", f"to “{words.state(outcome.to)}”"))
    else:
        parts.append(words.pick("身份不变", "the state stays"))
    if outcome.start:
        parts.append(words.pick(f"只在“{words.states(outcome.start)}”时", f"only from “{words.states(outcome.start)}”"))
    if outcome.by:
        parts.append(words.pick(f"由{words.bodies(outcome.by)}办", f"by {words.bodies(outcome.by)}"))
    if outcome.reason:
        parts.append(words.pick("须写明理由", "a reason is needed"))
    if outcome.incomplete:
        parts.append(words.pick("必填材料可以不全", "required evidence may be lacking"))
    if outcome.fills:
        field = step.evidence[outcome.fills]
        label = words.pick(field.zh, field.en)
        parts.append(words.pick(f"日期记入“{label}”", f"its day is “{label}”"))
    return words.pick("；", "; ").join(parts)


def _outcomes(old: StepDef, new: StepDef, pair: Pair) -> Iterator[Change]:
    result, came, went = pair.pick("结果：", "outcome: "), dict(new.outcomes), dict(old.outcomes)
    for name in [name for name in old.outcomes if name in new.outcomes]:
        came.pop(name)
        went.pop(name)
        before, after = old.outcomes[name], new.outcomes[name]
        if _effect(before) != _effect(after):
            lines = (outcome_line(before, old, pair.old), outcome_line(after, new, pair.new))
            yield Change(What.CHANGED, result + " → ".join(lines))
        elif before != after:
            yield Change(What.REWORDED, result + _labels(before, after, pair))
    for outcome in came.values():
        like = next((name for name, other in went.items() if _effect(other) == _effect(outcome)), None)
        if like is None:
            yield Change(What.NEW, result + outcome_line(outcome, new, pair.new))
        else:
            yield Change(What.CHANGED, result + _labels(went.pop(like), outcome, pair))
    for outcome in went.values():
        yield Change(What.GONE, result + outcome_line(outcome, old, pair.old))


def _labels(before: OutcomeDef, after: OutcomeDef, pair: Pair) -> str:
    return " → ".join((pair.old.pick(before.zh, before.en), pair.new.pick(after.zh, after.en)))


def _effect(outcome: OutcomeDef) -> tuple[object, ...]:
    return (outcome.to, outcome.start, outcome.by, outcome.reason, outcome.incomplete, outcome.fills)


def _evidence(old: StepDef, new: StepDef, pair: Pair) -> Iterator[Change]:
    material = pair.pick("材料：", "evidence: ")
    yield from fields_changes(old.evidence, new.evidence, pair, material)


def fields_changes(old: Mapping[str, FieldDef], new: Mapping[str, FieldDef], pair: Pair, head: str) -> Iterator[Change]:
    """Yield the changes among recorded fields."""
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name), new.get(name)
        if before is None and after is not None:
            yield Change(What.NEW, head + field_line(after, pair.new))
        elif after is None and before is not None:
            yield Change(What.GONE, head + field_line(before, pair.old))
        elif before is not None and after is not None and before != after:
            yield Change(_field_what(before, after), head + _field_turn(before, after, pair))


def _field_what(before: FieldDef, after: FieldDef) -> What:
    if _use(before) != _use(after):
        return What.CHANGED
    if before.required != after.required:
        return What.TIGHTER if after.required else What.LOOSER
    return What.REWORDED


def _use(field: FieldDef) -> tuple[object, ...]:
    """Return what decides which values a field takes and how long they stay."""
    return (field.type, field.kept_in, field.only, list(field.values))


def _field_turn(before: FieldDef, after: FieldDef, pair: Pair) -> str:
    lines = (field_line(before, pair.old), field_line(after, pair.new))
    if _field_what(before, after) is What.REWORDED and before.values == after.values:
        lines = (f"“{pair.old.pick(before.zh, before.en)}”", f"“{pair.new.pick(after.zh, after.en)}”")
    return " → ".join(lines)


def field_line(field: FieldDef, words: Words) -> str:
    """Return a piece of evidence with its type."""
    kind = words.of(TYPES[field.type])
    if field.values:
        kind += words.pick("：", ": ") + words.either(f"“{words.of(value)}”" for value in field.values.values())
    needed = words.pick("，必填", ", required") if field.required else ""
    if field.kept_in:
        kept = words.state(field.kept_in)
        needed += words.pick(f"，在“{kept}”期间一直保留", f", kept while “{kept}”")
    if field.only:
        needed += words.pick("，只随部分结果登记", ", only with some outcomes")
    label = words.pick(field.zh, field.en)
    return words.pick(f"“{label}”（{kind}{needed}）", f"“{label}” ({kind}{needed})")
