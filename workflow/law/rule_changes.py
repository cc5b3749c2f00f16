"""What becomes of a rule from one edition to another: tighter or looser by its kind, or changed in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workflow.law.changes import Change, Pair, What
from workflow.law.demands import sentence
from workflow.law.kinds import Kind
from workflow.law.model import Force, GovernedBy, RuleDef, StepDef
from workflow.law.provisions import codes, conditions, governing, gravity, online
from workflow.law.words import Words


def rules_changes(old: StepDef, new: StepDef, pair: Pair) -> Iterator[Change]:
    """Yield the changes among the rules of a step; a new rule that tightens or loosens one that went replaces it."""
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
