"""An article in people's words: its gist, what becomes of it, the rules that cite it, its number elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from workflow.law.demands import sentence
from workflow.law.diff import renumbered
from workflow.law.kinds import Bilingual
from workflow.law.model import ArticleDef, How
from workflow.law.provisions import codes
from workflow.law.timeline import Law
from workflow.law.words import Words

HOW = {
    How.ENFORCED: Bilingual(zh="由规定判断", en="enforced by rules"),
    How.RECORDED: Bilingual(zh="只登记，由人判断", en="recorded, for people to judge"),
    How.GUIDANCE: Bilingual(zh="指导性的，没有可登记的", en="guidance, nothing to record"),
    How.UNREAD: Bilingual(zh="没有读到原文，不据以判断", en="the wording was not seen, nothing rests on it"),
}


def edition_name(words: Words) -> str:
    """Return the edition that is looked at, with the local practice on it."""
    laid = words.listed(words.edition.overlays)
    more = words.pick(f"，叠加 {laid}", f", with {laid}") if laid else ""
    return words.pick(f"{words.edition.edition} 版{more}", f"edition of {words.edition.edition}{more}")


def told(words: Words, zh: str, en: str, text: str) -> Iterator[str]:
    """Yield a line with its label, none when there is nothing to say."""
    if text:
        yield words.pick(f"{zh}：{text}", f"{en}: {text}")


def articles(law: Law, views: Sequence[Words], article: str) -> Iterator[str]:
    """Yield what each edition looked at has under a number, newest first."""
    coverage = law.definitions.coverage
    assert coverage is not None  # noqa: S101 - otherwise no article is found
    first = True
    for words in views:
        covered = coverage.editions.get(words.edition.edition.isoformat())
        if covered is None or article not in covered.articles:
            continue
        yield from () if first else ("",)
        first = False
        yield (
            words.pick(f"第{article}条", f"Article {article}")
            + words.pick("（", " (")
            + edition_name(words)
            + words.pick("）", ")")
        )
        source = coverage.sources[covered.articles[article].source]
        yield from (f"  {line}" for line in _article(law, words, article, covered.articles[article], source))


def _article(law: Law, words: Words, article: str, found: ArticleDef, source: Bilingual) -> Iterator[str]:
    yield words.pick(found.zh, found.en)
    yield from told(words, "怎样处理", "here", words.of(HOW[found.how]))
    yield from told(words, "说明", "note", words.of(found.why) if found.why else "")
    yield from told(words, "来源", "source", words.of(source))
    yield from told(words, "其他版本", "other editions", _counterparts(law, words, article))
    yield from told(words, "登记在", "recorded at", words.listed(map(words.numbered, found.steps)))
    citing = [name for name, (_, rule) in words.edition.rules.items() if article in rule.articles]
    rules = [name for name in dict.fromkeys((*found.rules, *citing)) if name in words.edition.rules]
    if rules:
        yield words.pick(f"规定（{len(rules)} 条）", f"rules ({len(rules)})")
    for name in rules:
        step, rule = words.edition.rules[name]
        code = codes(rule, words)
        at = words.at(step)
        yield f"  - {words.of(rule.text)}"
        yield f"    {sentence(rule.demand, at)}"
        yield (
            f"    {words.numbered(step)}"
            + words.pick("；", "; ")
            + name
            + words.pick("；审计代码：", "; codes: ")
            + code
        )


def _counterparts(law: Law, words: Words, article: str) -> str:
    """Return the number under which neighbouring editions hold the same matter, as far as rules show it."""
    told = []
    for old, new in pairwise(law.editions):
        moved = renumbered(old, new)
        if words.edition.edition == old.edition and int(article) in moved:
            told.append((new.edition, moved[int(article)]))
        if words.edition.edition == new.edition:
            told += [(old.edition, before) for before, after in moved.items() if after == int(article)]
    return words.listed(words.pick(f"{day} 版第{number}条", f"art. {number} of {day}") for day, number in told)
