"""One step, article or rule in people's words, as it stands in an edition and as it stood before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from workflow.errors import Text
from workflow.law.articles import articles, edition_name, told
from workflow.law.changes import Pair, change_lines
from workflow.law.demands import sentence
from workflow.law.diff import words_of
from workflow.law.lookup import find
from workflow.law.model import Edition, GovernedBy, RuleDef
from workflow.law.provisions import codes, conditions, governing, gravity, online
from workflow.law.rule_changes import rule_change
from workflow.law.step_changes import field_line, manner, outcome_line, stage_name, step_changes
from workflow.law.timeline import Law, UnknownLaw
from workflow.law.words import Words

RULER = "-" * 60


def show(
    law: Law, name: str, language: str = "zh", *, edition: date | None = None, overlays: Sequence[str] = ()
) -> str:
    """Return what ``name`` means, in people's words; a bare number may mean a step and an article, then both.

    Without ``edition`` the newest that knows the name, followed by what other editions have otherwise. Raises
    UnknownName with the nearest names, UnknownLaw for an edition or overlay that does not exist or does not apply.
    """
    views = [words_of(law, found, language) for found in looked_at(law, edition, overlays)]
    found = find(law, [words.edition for words in views], name)
    parts: list[Iterator[str]] = [_step(law, views, step, only=edition) for step in found.steps]
    parts += [articles(law, views, article) for article in found.articles]
    parts += [_rule(law, views, rule, only=edition) for rule in found.rules]
    return f"\n{RULER}\n\n".join("\n".join(part) + "\n" for part in parts)


def looked_at(law: Law, only: date | None, overlays: Sequence[str]) -> list[Edition]:
    """Return the edition asked for, else all, newest first, each with the overlays that can lie on it.

    Raises UnknownLaw for an edition or overlay that does not exist, or an overlay that lies on none of them.
    """
    days = [only] if only else [edition.edition for edition in reversed(law.editions)]
    editions = []
    for day in days:
        periods = law.timeline(overlays, only=day)
        most = max(len(period.edition.overlays) for period in periods)
        editions.append([period.edition for period in periods if len(period.edition.overlays) == most][-1])
    laid = {name for edition in editions for name in edition.overlays}
    if missing := [name for name in overlays if name not in laid]:
        names, shown = ", ".join(missing), ", ".join(map(str, days))
        raise UnknownLaw(
            Text(
                f"叠加规定 {names} 不适用于所选版本（{shown}）", f"{names} does not lie on the edition chosen ({shown})"
            )
        )
    return editions


def _first(views: Sequence[Words], *, step: str = "", rule: str = "") -> Words:
    """Return the newest view that has the step or the rule."""
    return next(words for words in views if step in words.edition.steps or rule in words.edition.rules)


def _pairs(law: Law, language: str) -> Iterator[Pair]:
    """Yield neighbouring editions without overlays, newest first."""
    for old, new in pairwise(law.editions):
        yield Pair(words_of(law, old, language), words_of(law, new, language))


def _step(law: Law, views: Sequence[Words], step_id: str, *, only: date | None) -> Iterator[str]:
    """Yield a step with all that belongs to it."""
    words = _first(views, step=step_id).at(step_id)
    step = words.edition.steps[step_id]
    number = (
        words.pick(f"第{step.number}步", f"Step {step.number}") if step.number else words.pick("其他事项", "Side act")
    )
    yield f"{number}  {step.zh} / {step.en}"
    yield from told(words, "版本", "as in", edition_name(words))
    yield from told(words, "阶段", "stage", _stage(words, step_id))
    yield from told(words, "依据", "basis", words.basis(step.basis))
    yield from told(words, "代号", "id", step_id)
    yield from told(words, "由谁办", "who acts", words.bodies(step.by))
    only_they = words.pick("（其他机构没有这项权力）", " (no other body has it)")
    yield from told(
        words, "有权的机构", "who has the power", words.bodies(step.power) + only_they if step.power else ""
    )
    yield from told(words, "办理前的身份", "from", words.states(step.start))
    yield from told(words, "办法", "manner", manner(step, words))
    yield from told(words, "说明", "note", words.of(step.note) if step.note else "")
    yield from ("", words.pick("结果", "Outcomes"))
    yield from (f"  - {outcome_line(outcome, step, words)}" for outcome in step.outcomes.values())
    yield from ("", words.pick("材料（* 必填）", "Evidence (* required)"))
    yield from (_field(name, step_id, words) for name in step.evidence)
    if step.rules:
        yield from ("", words.pick(f"规定（{len(step.rules)} 条）", f"Rules ({len(step.rules)})"))
    for position, (name, rule) in enumerate(step.rules.items(), start=1):
        yield f"  {position}. {words.of(rule.text)}"
        yield from (f"     {line}" for line in _rule_lines(law, words, f"{step_id}.{name}", rule))
    if only is None:
        yield from _step_history(law, words.language, step_id)


def _stage(words: Words, step_id: str) -> str:
    step = words.edition.steps[step_id]
    if not (name := stage_name(step, words)):
        return ""
    position = list(words.edition.stages).index(step.stage or "") + 1
    return words.pick(f"第{position}阶段 {name}", f"{position} {name}")


def _field(name: str, step_id: str, words: Words) -> str:
    field = words.edition.steps[step_id].evidence[name]
    added = words.pick(f"〔叠加 {field.added_by}〕", f" [{field.added_by}]") if field.added_by else ""
    mark = "*" if field.required else " "
    return f"  {mark} {field_line(field.model_copy(update={'required': False}), words)}{added}"


def _step_history(law: Law, language: str, step_id: str) -> Iterator[str]:
    """Yield what neighbouring editions have otherwise in a step."""
    for pair in _pairs(law, language):
        sides = [side.edition.steps.get(step_id) for side in (pair.old, pair.new)]
        if not any(sides):
            continue
        names = ["" if side is None else pair.new.pick(side.zh, side.en) for side in sides]
        bases = [
            words.basis(step.basis) if step else "" for words, step in zip((pair.old, pair.new), sides, strict=True)
        ]
        lines = (
            [*pair.turn(pair.pick("名称", "name"), *names), *pair.turn(pair.pick("依据", "basis"), *bases)]
            if all(sides)
            else []
        )
        changes = step_changes(step_id, pair)
        if lines or changes:
            yield from ("", _change_head(pair))
            yield from (f"  {line}" for line in lines)
            yield from change_lines(changes, pair.new)


def _change_head(pair: Pair) -> str:
    old, new = pair.old.edition.edition, pair.new.edition.edition
    return pair.pick(f"{old} 版 → {new} 版的变化", f"What changed from the edition of {old} to that of {new}")


def _rule_lines(law: Law, words: Words, rule_id: str, rule: RuleDef) -> Iterator[str]:
    """Yield all that a rule says, a line each."""
    since = _since(law, words, rule_id)
    yield words.pick(f"{since}：{sentence(rule.demand, words)}", f"{since}: {sentence(rule.demand, words)}")
    yield from told(words, "适用", "applies", conditions(rule, words))
    yield from told(words, "依据", "basis", words.basis(rule.basis))
    yield from told(words, "轻重", "force", gravity(rule, words))
    yield from told(words, "审计代码", "codes", codes(rule, words))
    yield from told(words, "登记时不符合的", "when not kept", online(rule, words))
    yield from told(words, "豁免", "waiver", "" if rule.waivable else words.pick("不得豁免", "cannot be waived"))
    yield from told(words, "适用版本", "governed by", governing(rule, _governed_by(law, words, rule_id, rule), words))
    yield from told(words, "补救", "remedy", words.of(rule.remedy) if rule.remedy else "")
    yield from told(words, "代号", "id", rule_id)


def _governed_by(law: Law, words: Words, rule_id: str, rule: RuleDef) -> GovernedBy:
    return law.governed_by(rule_id, words.edition.edition, rule.governed_by)


def _since(law: Law, words: Words, rule_id: str) -> str:
    """Return the days on which a rule of this substance is law, as far as the editions go."""
    rule = words.edition.rules[rule_id][1]
    for overlay in words.edition.overlays:
        if _adds(law, overlay, rule_id):
            day = law.definitions.overlays[overlay].in_force
            return words.pick(f"{day} 起（叠加规定 {overlay}）", f"from {day} (overlay {overlay})")
    same = _same(law, words.edition, rule_id, rule)
    later = [edition.edition for edition in law.editions if edition.edition > same[-1]]
    if not later:
        return words.pick(f"{same[0]} 起", f"from {same[0]}")
    last = later[0] - timedelta(days=1)
    return words.pick(f"{same[0]} 至 {last}", f"{same[0]} to {last}")


def _adds(law: Law, overlay: str, rule_id: str) -> bool:
    step, name = rule_id.split(".")
    laid = law.definitions.overlays[overlay]
    return (step in laid.add_steps) or (step in laid.steps and name in laid.steps[step].rules)


def _same(law: Law, edition: Edition, rule_id: str, rule: RuleDef) -> list[date]:
    """Return the days of the editions around ``edition`` in which the rule has the same substance."""
    run: list[date] = []
    for other in law.editions:
        found = other.rules.get(rule_id)
        if found is not None and found[1].substance() == rule.substance():
            run.append(other.edition)
        elif other.edition > edition.edition:
            break
        else:
            run = []
    return run


def _rule(law: Law, views: Sequence[Words], rule_id: str, *, only: date | None) -> Iterator[str]:
    """Yield a rule with its step, and what other editions have otherwise."""
    first = _first(views, rule=rule_id)
    step, rule = first.edition.rules[rule_id]
    words = first.at(step)
    yield f"{rule.text.zh} / {rule.text.en}"
    yield from told(words, "步骤", "step", words.numbered(step))
    yield from told(words, "版本", "as in", edition_name(words))
    yield from _rule_lines(law, words, rule_id, rule)
    if only is None:
        for pair in _pairs(law, words.language):
            yield from _rule_history(pair.at(step), rule_id)


def _rule_history(pair: Pair, rule_id: str) -> Iterator[str]:
    old, new = (side.edition.rules.get(rule_id) for side in (pair.old, pair.new))
    if old is None and new is None:
        return
    yield from ("", _change_head(pair))
    if old is None or new is None:
        yield "  " + (pair.pick("新增", "new") if old is None else pair.pick("取消", "gone"))
        return
    bases = pair.turn(pair.pick("依据", "basis"), pair.old.basis(old[1].basis), pair.new.basis(new[1].basis))
    change = rule_change(old[1], new[1], pair)
    yield from (f"  {line}" for line in bases)
    if change:
        yield from change_lines([change], pair.new)
    elif not bases:
        yield "  " + pair.pick("没有变化", "nothing")
