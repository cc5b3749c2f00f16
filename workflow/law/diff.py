"""What changes from one edition to another, for people who work by it: step by step, with the articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from workflow.law.changes import LABELS, Change, Pair, What, change_lines
from workflow.law.model import Body, Derived, Edition, Stage, State
from workflow.law.step_changes import fields_changes, step_changes
from workflow.law.timeline import Law
from workflow.law.words import ARTICLE, Words

Thing = Body | Stage | State | Derived
Named = Mapping[str, Thing]


def diff(law: Law, old: date, new: date, language: str = "zh") -> str:
    """Return the changes from the edition dated ``old`` to that dated ``new``; raises UnknownLaw."""
    pair = Pair(words_of(law, law.edition(old), language), words_of(law, law.edition(new), language))
    general = tuple(_general(pair))
    steps = {step: step_changes(step, pair) for step in _steps(pair)}
    changes = (*general, *(change for found in steps.values() for change in found))
    lines = [*_head(law, pair), _summary(changes, pair), *_cut_over(law, old, new, language)]
    if real := _substance(general):
        lines += ["", pair.pick("总的方面", "In general"), *change_lines(real, pair.new)]
    for step, found in steps.items():
        if (real := _substance(found)) or _renamed(step, pair):
            lines += ["", _step_head(step, pair), *change_lines(real, pair.new)]
    return (
        "\n".join([*lines, *_reworded(general, steps, pair), "", *_rest(steps, pair), *_articles(pair)]).rstrip() + "\n"
    )


def _substance(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(change for change in changes if change.what is not What.REWORDED)


def _reworded(general: Iterable[Change], steps: Mapping[str, tuple[Change, ...]], pair: Pair) -> Iterator[str]:
    """Yield what is only said otherwise, step by step."""
    said = [("", change) for change in general] + [(step, change) for step, found in steps.items() for change in found]
    said = [(step, change) for step, change in said if change.what is What.REWORDED]
    if said:
        yield ""
        yield pair.pick("只改了说法、判断照旧的", "Said otherwise, judged as before")
    for step, change in said:
        place = _place(step, pair) + pair.pick("：", ": ") if step else ""
        yield f"  {place}{change.subject}"


def words_of(law: Law, edition: Edition, language: str) -> Words:
    """Return the words for an edition, with what it cites beside articles."""
    coverage = law.definitions.coverage
    covered = coverage.editions.get(edition.edition.isoformat()) if coverage else None
    return Words(edition, language, other_basis=covered.other_basis if covered else {})


def _steps(pair: Pair) -> list[str]:
    """Return the steps of both editions, numbered ones first, by number."""
    both = [*pair.new.edition.steps, *pair.old.edition.steps]
    return sorted(dict.fromkeys(both), key=lambda step: (_number(step, pair) or len(both), both.index(step)))


def _number(step: str, pair: Pair) -> int | None:
    edition = pair.new.edition if step in pair.new.edition.steps else pair.old.edition
    return edition.steps[step].number


def _head(law: Law, pair: Pair) -> Iterator[str]:
    old, new = pair.old.edition, pair.new.edition
    yield pair.pick(f"{old.edition} 版 → {new.edition} 版", f"Edition of {old.edition} → edition of {new.edition}")
    yield f"  {pair.old.of(old.title)} → {pair.new.of(new.title)}"
    coverage = law.definitions.coverage
    if coverage and {str(old.edition), str(new.edition)} <= set(coverage.editions):
        before, after = (len(coverage.editions[str(edition.edition)].articles) for edition in (old, new))
        yield pair.pick(f"  全文 {before} 条 → {after} 条", f"  {before} articles → {after} articles")


def _summary(changes: Iterable[Change], pair: Pair) -> str:
    counted = Counter(change.what for change in changes)
    real = [
        f"{pair.new.of(LABELS[what])} {counted[what]}" for what in What if counted[what] and what is not What.REWORDED
    ]
    none = pair.pick("没有实质变化", "nothing changes in substance")
    said = counted[What.REWORDED]
    more = pair.pick(f"；另有 {said} 处只改了说法", f"; {said} only said otherwise") if said else ""
    return f"  {pair.new.listed(real) or none}{more}"


def _cut_over(law: Law, old: date, new: date, language: str) -> Iterator[str]:
    """Yield how running cases are handled, where the later edition says so."""
    transitions = law.definitions.transitions
    text = transitions.cut_overs.get(max(old, new).isoformat()) if transitions else None
    if text and old != new:
        yield ""
        yield "正在办理的怎么办" if language == "zh" else "What holds for running cases"
        yield f"  {text.of(language)}"


def _step_head(step: str, pair: Pair) -> str:
    words = pair.new if step in pair.new.edition.steps else pair.old
    place = _place(step, pair)
    name = _renamed(step, pair) or words.step_name(step)
    citation = " → ".join(dict.fromkeys(filter(None, (_basis(step, side) for side in (pair.old, pair.new)))))
    return pair.pick(f"{place}  {name}（{citation}）", f"{place}  {name} ({citation})")


def _place(step: str, pair: Pair) -> str:
    number = _number(step, pair)
    return pair.pick(f"第{number}步", f"Step {number}") if number else pair.pick("其他事项", "Side act")


def _basis(step: str, words: Words) -> str:
    found = words.edition.steps.get(step)
    return words.basis(found.basis) if found else ""


def _renamed(step: str, pair: Pair) -> str:
    """Return the old and the new name of a step, empty when it has one."""
    if step not in pair.old.edition.steps or step not in pair.new.edition.steps:
        return ""
    names = (pair.old.step_name(step), pair.new.step_name(step))
    return "" if names[0] == names[1] else " → ".join(names)


def _general(pair: Pair) -> Iterator[Change]:
    """Yield changes outside the steps: bodies, stages, states, what is recorded of the person, derived columns."""
    old, new = pair.old.edition, pair.new.edition
    parts: tuple[tuple[str, str, Named, Named], ...] = (
        ("机构：", "body: ", old.bodies, new.bodies),
        ("阶段：", "stage: ", old.stages, new.stages),
        ("身份：", "state: ", old.states, new.states),
        ("推算的日期和情形：", "derived: ", old.derived, new.derived),
    )
    for zh, en, before, after in parts:
        yield from _named(before, after, pair.pick(zh, en), pair)
    for part in dict.fromkeys((*new.record, *old.record)):
        yield from fields_changes(
            old.record.get(part, {}), new.record.get(part, {}), pair, pair.pick("登记项：", "recorded: ")
        )


def _named(before: Named, after: Named, head: str, pair: Pair) -> Iterator[Change]:
    for name, thing in after.items():
        if name in before:
            yield from _turned(before[name], thing, head, pair)
        else:
            yield Change(What.NEW, f"{head}“{pair.pick(thing.zh, thing.en)}”")
    gone = [thing for name, thing in before.items() if name not in after]
    yield from (Change(What.GONE, f"{head}“{pair.pick(thing.zh, thing.en)}”") for thing in gone)


def _turned(one: Thing, other: Thing, head: str, pair: Pair) -> Iterator[Change]:
    """Yield what became of a thing; how a derived column is computed cannot change, the loader sees to that."""
    names = pair.pick(one.zh, one.en), pair.pick(other.zh, other.en)
    if names[0] != names[1]:
        yield Change(What.REWORDED, f"{head}“{names[0]}” → “{names[1]}”")
    if isinstance(one, State) and isinstance(other, State) and one.final != other.final:
        ends = (
            pair.pick("可以就此结束", "may end here") if other.final else pair.pick("不能就此结束", "may not end here")
        )
        yield Change(What.LOOSER if other.final else What.TIGHTER, f"{head}“{names[1]}” {ends}")


def _rest(steps: Mapping[str, tuple[Change, ...]], pair: Pair) -> Iterator[str]:
    """Yield the numbered steps that stay as they were, those with new article numbers apart."""
    quiet = [
        step
        for step, found in steps.items()
        if not _substance(found) and not _renamed(step, pair) and _number(step, pair)
    ]
    moved = [step for step in quiet if _basis(step, pair.old) != _basis(step, pair.new)]
    same = [step for step in quiet if step not in moved]
    if same:
        yield pair.pick("要求没有变的步骤：", "Steps that demand the same: ") + _numbers(same, pair)
    if moved:
        yield pair.pick("只改了条文号的步骤：", "Steps of which only the articles were renumbered: ") + _numbers(
            moved, pair
        )


def _numbers(steps: Iterable[str], pair: Pair) -> str:
    return pair.new.listed(str(_number(step, pair)) for step in steps)


def renumbered(old: Edition, new: Edition) -> dict[int, int]:
    """Return the article of ``new`` that took the place of each article of ``old``, from what both editions cite.

    Steps, rules and derived columns of one name and with as many citations are compared place by place; where they
    disagree the more frequent answer counts.
    """
    votes: dict[int, Counter[int]] = {}
    for before, after in _citations(old, new):
        if len(before) == len(after):
            for one, other in zip(before, after, strict=True):
                votes.setdefault(one, Counter())[other] += 1
    return {article: counted.most_common(1)[0][0] for article, counted in sorted(votes.items())}


def _citations(old: Edition, new: Edition) -> Iterator[tuple[list[int], list[int]]]:
    for before, after in (
        (_bases(old), _bases(new)),
        (
            {name: rule.basis for name, (_, rule) in old.rules.items()},
            {name: rule.basis for name, (_, rule) in new.rules.items()},
        ),
    ):
        for name in before.keys() & after.keys():
            yield _cited(before[name]), _cited(after[name])


def _bases(edition: Edition) -> dict[str, str]:
    steps = {f"steps.{name}": step.basis for name, step in edition.steps.items()}
    return steps | {f"derived.{name}": derived.basis for name, derived in edition.derived.items()}


def _cited(basis: str) -> list[int]:
    return [int(found[1]) for found in ARTICLE.finditer(basis)]


def _articles(pair: Pair) -> Iterator[str]:
    """Yield the articles that got another number, neighbours with the same shift together."""
    moved = {old: new for old, new in renumbered(pair.old.edition, pair.new.edition).items() if old != new}
    runs: list[tuple[int, int, int]] = []  # first and last old number, shift
    for old, new in moved.items():
        if runs and runs[-1][1] == old - 1 and runs[-1][2] == new - old:
            runs[-1] = (runs[-1][0], old, new - old)
        else:
            runs.append((old, old, new - old))
    if runs:
        told = pair.new.listed(_run(*run, pair) for run in runs)
        yield pair.pick(f"条文号：{told}（只列所引用的条文）", f"Articles: {told} (those that are cited)")


def _run(first: int, last: int, shift: int, pair: Pair) -> str:
    old, new = (
        f"{one}—{two}" if one != two else str(one) for one, two in ((first, last), (first + shift, last + shift))
    )
    return pair.pick(f"第{old}条 → 第{new}条", f"{old} → {new}")
