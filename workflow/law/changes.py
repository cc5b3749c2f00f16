"""What one edition changes against another: new, tighter, looser, changed, gone, or only said otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflow.law.demands import sentence
from workflow.law.kinds import Bilingual, Kind
from workflow.law.model import FieldDef, Force, GovernedBy, OutcomeDef, RuleDef, StepDef
from workflow.law.provisions import codes, conditions, governing, gravity, online
from workflow.law.words import TYPES, Words

LINE = 100  # columns of a terminal that a change may fill; a Chinese character fills two


class What(StrEnum):
    """The sorts of change, in the order in which people want to read them."""

    NEW = "new"
    TIGHTER = "tighter"
    LOOSER = "looser"
    CHANGED = "changed"
    GONE = "gone"
    REWORDED = "reworded"  # said otherwise, demanding the same


LABELS = {
    What.NEW: Bilingual(zh="新增", en="new"),
    What.TIGHTER: Bilingual(zh="更严", en="tighter"),
    What.LOOSER: Bilingual(zh="放宽", en="looser"),
    What.CHANGED: Bilingual(zh="改变", en="changed"),
    What.GONE: Bilingual(zh="取消", en="gone"),
    What.REWORDED: Bilingual(zh="说法", en="said otherwise"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change in people's words; ``details`` are lines that stand under it."""

    what: What
    subject: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The words of the older and of the newer edition, in one language."""

    old: Words
    new: Words

    def at(self, step: str) -> Pair:
        """Return both, spoken while looking at ``step``."""
        return Pair(self.old.at(step), self.new.at(step))

    def pick(self, zh: str, en: str) -> str:
        """Return the sentence in the language at hand."""
        return self.new.pick(zh, en)

    def turn(self, label: str, old: str, new: str) -> tuple[str, ...]:
        """Return what was and what is, on two lines where it is long; nothing when they are the same."""
        if old == new:
            return ()
        none, colon = self.pick("无", "none"), self.pick("：", ": ")
        old, new = old or none, new or none
        if len(old) + len(new) <= (LINE if self.new.language == "en" else LINE // 2):
            return (f"{label}{colon}{old} → {new}",)
        was, now = self.pick("（原）", ", before"), self.pick("（现）", ", now")
        return (f"{label}{was}{colon}{old}", f"{label}{now}{colon}{new}")


def change_lines(changes: Iterable[Change], words: Words) -> Iterator[str]:
    """Yield changes as lines, each with what stands under it."""
    for change in changes:
        label = words.of(LABELS[change.what])
        yield "  " + words.pick(f"【{label}】{change.subject}", f"[{label}] {change.subject}")
        yield from (f"      {line}" for line in change.details)


def step_changes(step: str, pair: Pair) -> tuple[Change, ...]:
    """Return what changed in a step that at least one of the editions has, its citations left aside."""
    old, new = pair.old.edition.steps.get(step), pair.new.edition.steps.get(step)
    words = pair.at(step)
    found: list[Change] = []
    if old is None and new is not None:
        found.append(Change(What.NEW, pair.pick("这一步骤", "this step")))
        found += [Change(What.NEW, rule_name(rule, words.new), demand_lines(rule, words.new)) for rule in new.rules.values()]
    elif new is None:
        found.append(Change(What.GONE, pair.pick("这一步骤", "this step")))
    elif old is not None:
        found += [*_frame(old, new, words), *_outcomes(old, new, words), *_evidence(step, old, new, words)]
        found += _rules(old, new, words)
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
    return (outcome.to, outcome.start, outcome.by, outcome.reason, outcome.fills)


def _evidence(step: str, old: StepDef, new: StepDef, pair: Pair) -> Iterator[Change]:
    material = pair.pick("材料：", "evidence: ")
    yield from fields_changes(old.evidence, new.evidence, pair, material)


def fields_changes(
    old: Mapping[str, FieldDef], new: Mapping[str, FieldDef], pair: Pair, head: str
) -> Iterator[Change]:
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
    if before.type is not after.type or list(before.values) != list(after.values):
        return What.CHANGED
    if before.required != after.required:
        return What.TIGHTER if after.required else What.LOOSER
    return What.REWORDED


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
    label = words.pick(field.zh, field.en)
    return words.pick(f"“{label}”（{kind}{needed}）", f"“{label}” ({kind}{needed})")


def _rules(old: StepDef, new: StepDef, pair: Pair) -> Iterator[Change]:
    came = {name: rule for name, rule in new.rules.items() if name not in old.rules}
    went = {name: rule for name, rule in old.rules.items() if name not in new.rules}
    for name in [name for name in new.rules if name in old.rules]:
        if change := rule_change(old.rules[name], new.rules[name], pair):
            yield change
    for rule in came.values():
        like = next((key for key, other in went.items() if _comparable(other, rule)), None)
        if like is None:
            yield Change(What.NEW, rule_name(rule, pair.new), demand_lines(rule, pair.new))
        else:
            yield _replaced(went.pop(like), rule, pair)
    for rule in went.values():
        yield Change(What.GONE, rule_name(rule, pair.old), demand_lines(rule, pair.old)[:1])


def _comparable(old: RuleDef, new: RuleDef) -> bool:
    """Tell whether a new rule stands in the place of an old one of another name."""
    return strictness(old.demand, new.demand) in (None, What.TIGHTER, What.LOOSER)


def _replaced(old: RuleDef, new: RuleDef, pair: Pair) -> Change:
    texts = pair.turn(pair.pick("说法", "wording"), pair.old.of(old.text), pair.new.of(new.text))
    lines = (*texts, *_aspects(old, new, pair)) or demand_lines(new, pair.new)
    what = _verdict(old, new)
    return Change(What.CHANGED if what is What.REWORDED else what, rule_name(new, pair.new), lines)


def rule_change(old: RuleDef, new: RuleDef, pair: Pair) -> Change | None:
    """Return how a rule of one name changed; None: only its citation, remedy or nothing."""
    if old.substance() == new.substance():
        texts = (pair.old.of(old.text), pair.new.of(new.text))
        return None if texts[0] == texts[1] else Change(What.REWORDED, " → ".join(texts))
    texts_line = pair.turn(pair.pick("说法", "wording"), pair.old.of(old.text), pair.new.of(new.text))
    return Change(_verdict(old, new), rule_name(new, pair.new), (*texts_line, *_aspects(old, new, pair)))


def _verdict(old: RuleDef, new: RuleDef) -> What:
    """Return whether a rule became tighter or looser on the whole; changed when its parts disagree."""
    turns = (strictness(old.demand, new.demand), _gravity_turn(old, new), _online_turn(old, new))
    found = {turn for turn in turns if turn is not None}
    other = (old.when, old.unless, old.governed_by, old.governed_on) != (
        new.when, new.unless, new.governed_by, new.governed_on,
    )  # fmt: skip
    if other or len(found) > 1:
        return What.CHANGED
    if found:
        return found.pop()
    return What.REWORDED if old.substance() == new.substance() else What.CHANGED


def strictness(old: Kind, new: Kind) -> What | None:
    """Return how two demands compare: tighter, looser, changed, or None when they are the same."""
    if old == new:
        return None
    if type(old) is not type(new):
        return What.CHANGED
    up, down = new.tighter(old) is True, old.tighter(new) is True
    if up == down:
        return What.CHANGED
    return What.TIGHTER if up else What.LOOSER


def _gravity_turn(old: RuleDef, new: RuleDef) -> What | None:
    outcomes = [outcome for outcome in new.demand.outcomes if outcome in old.demand.outcomes]
    turns = {(old.force_of(outcome), new.force_of(outcome)) for outcome in outcomes}
    turns = {turn for turn in turns if turn[0] is not turn[1]}
    if not turns:
        return None
    if len(turns) > 1:
        return What.CHANGED
    return What.TIGHTER if turns.pop()[1] is Force.HARD else What.LOOSER


def _online_turn(old: RuleDef, new: RuleDef) -> What | None:
    if old.online == new.online:
        return None
    if "refuse" not in (old.online, new.online):
        return What.CHANGED
    return What.TIGHTER if new.online == "refuse" else What.LOOSER


def _aspects(old: RuleDef, new: RuleDef, pair: Pair) -> tuple[str, ...]:
    """Return a line for everything in which two rules differ."""
    lines: tuple[str, ...] = ()
    if old.demand != new.demand:
        lines += pair.turn(pair.pick("要求", "demand"), sentence(old.demand, pair.old), sentence(new.demand, pair.new))
    aspects: tuple[tuple[str, str, Callable[[RuleDef, Words], str]], ...] = (
        ("适用情形", "applies", conditions),
        ("轻重", "force", gravity),
        ("审计代码", "codes", codes),
        ("登记时", "on entry", online),
        ("适用版本", "edition", lambda rule, words: governing(rule, rule.governed_by, words)),
    )
    for zh, en, of in aspects:
        lines += pair.turn(pair.pick(zh, en), of(old, pair.old), of(new, pair.new))
    return lines


def rule_name(rule: RuleDef, words: Words) -> str:
    """Return a rule by its text, with article and codes."""
    cited = words.basis(rule.basis)
    named = codes(rule, words)
    code = "" if named == words.pick("无", "none") else words.pick(f"；{named}", f"; {named}")
    return words.of(rule.text) + words.pick(f"（{cited}{code}）", f" ({cited}{code})")


def demand_lines(rule: RuleDef, words: Words) -> tuple[str, ...]:
    """Return what a rule demands, in which cases and from when on, a line each."""
    lines = [words.pick("要求：", "demand: ") + sentence(rule.demand, words)]
    if applies := conditions(rule, words):
        lines.append(words.pick("适用：", "applies: ") + applies)
    grave = (gravity(rule, words), online(rule, words, brief=True))
    lines.append(words.pick("违反：", "breach: ") + words.pick("；", "; ").join(grave))
    if rule.governed_on or rule.governed_by is not GovernedBy.ACT:  # else: the day of the act, as everybody expects
        lines.append(words.pick("版本：", "edition: ") + governing(rule, rule.governed_by, words))
    return tuple(lines)
