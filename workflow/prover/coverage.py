"""Every article is accounted for: rules and coverage list each other, and whatever is cited exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from workflow.errors import Text
from workflow.law.model import ArticleDef, Coverage, EditionCoverage, How
from workflow.law.source import Fault, Source
from workflow.law.timeline import Law
from workflow.prover.citations import LOCAL, articles, others
from workflow.prover.proof import Part, part
from workflow.prover.subject import Path, Subject

COVERED = Text("逐条落实", "every article is accounted for")  # the name of the proof
Citation = tuple[str, Fault]  # a ground, and the fault to report if it does not exist


def articles_covered(law: Law, plain: Sequence[Subject], composed: Sequence[Subject]) -> Part:
    """Prove that coverage, rules, steps and derived columns of every edition, overlays too, cite what there is."""
    coverage = law.definitions.coverage
    if coverage is None:
        source = Source(f"{law.definitions.procedure}/coverage.yaml")
        faults = [source.fault((), "没有逐条说明的文件", "there is no file that accounts for the articles")]
        return part(COVERED.zh, COVERED.en, [], faults)
    source = law.definitions.sources["coverage"]
    faults = list(_editions(coverage, plain, source))
    for subject in plain:
        listed = coverage.editions.get(subject.edition.edition.isoformat())
        if listed is not None:
            faults += _edition(coverage, listed, subject, source)
    for subject in composed:
        listed = coverage.editions.get(subject.edition.edition.isoformat())
        faults += _citations_exist(listed, subject) if listed is not None else ()
    number = sum(len(listed.articles) for listed in coverage.editions.values())
    rules = sum(len(subject.edition.rules) for subject in plain)
    counts = [("条", "articles", number), ("规则", "rules", rules), ("来源", "sources", len(coverage.sources))]
    return part(COVERED.zh, COVERED.en, counts, faults)


def _editions(coverage: Coverage, plain: Sequence[Subject], source: Source) -> Iterator[Fault]:
    known = {subject.edition.edition.isoformat(): subject for subject in plain}
    for day, subject in known.items():
        if day not in coverage.editions:
            yield subject.fault(("edition",), "没有逐条说明本版", "coverage does not account for this edition")
    for day in coverage.editions:
        if day not in known:
            yield source.fault(("editions", day), f"没有 {day} 版", f"there is no edition of {day}")


def _edition(coverage: Coverage, listed: EditionCoverage, subject: Subject, source: Source) -> Iterator[Fault]:
    """Yield the faults of the coverage of one edition."""
    here = ("editions", subject.edition.edition.isoformat(), "articles")
    yield from _gaps(listed, source, here)
    yield from _citations_exist(listed, subject)
    for number, article in listed.articles.items():
        path = (*here, number)
        yield from _rules_and_article(number, article, subject, source, path)
        if article.source not in coverage.sources:
            zh, en = f"没有来源“{article.source}”", f"no source “{article.source}”"
            yield source.fault((*path, "source"), zh, en)
        for position, step in enumerate(article.steps):
            if step not in subject.edition.steps:
                yield source.fault((*path, "steps", position), f"没有步骤“{step}”", f"no step “{step}”")


def _gaps(listed: EditionCoverage, source: Source, here: Path) -> Iterator[Fault]:
    """Yield the articles left out, and those that there cannot be: they run from 1 to the last."""
    there = {str(number) for number in range(1, listed.last + 1)}
    for number in listed.articles.keys() - there:
        zh = f"条号应在 1 至 {listed.last} 之间"
        yield source.fault((*here, number), zh, f"articles are numbered from 1 to {listed.last}")
    for missing in sorted(there - listed.articles.keys(), key=int):
        yield source.fault(here, f"缺第 {missing} 条", f"article {missing} is missing")


def _rules_and_article(
    number: str, article: ArticleDef, subject: Subject, source: Source, path: Path
) -> Iterator[Fault]:
    """Yield where an article and the rules that cite it do not list each other."""
    rules = subject.edition.rules
    for position, name in enumerate(article.rules):
        if name not in rules:
            yield source.fault((*path, "rules", position), f"没有规则“{name}”", f"no rule “{name}”")
        elif number not in rules[name][1].articles:
            zh, en = f"规则“{name}”没有引用本条", f"the rule “{name}” does not cite this article"
            yield source.fault((*path, "rules", position), zh, en)
    for name, (_, rule) in rules.items():
        if number in rule.articles and name not in article.rules:
            zh, en = f"没有列出引用本条的规则“{name}”", f"the rule “{name}” cites this article and is not listed"
            yield source.fault((*path, "rules"), zh, en)
    if (article.how is How.ENFORCED) != bool(article.rules):
        zh, en = "“enforced”须有规则，其他情形不应有", "enforced needs a rule, anything else has none"
        yield source.fault((*path, "how"), zh, en)


def _citations_exist(listed: EditionCoverage, subject: Subject) -> Iterator[Fault]:
    """Yield whatever a rule, step or derived column cites and coverage does not know; an overlay may cite ``local``."""
    known = {*listed.articles, *listed.other_basis}
    for ground, fault in chain(_of_steps(subject), _of_rules(subject), _of_derived(subject)):
        if ground not in known:
            yield fault


def _of_steps(subject: Subject) -> Iterator[Citation]:
    for name, step in subject.edition.steps.items():
        local = any(name in overlay.add_steps for overlay, _ in subject.overlays)
        for ground in _grounds(step.basis, local=local):
            yield ground, subject.step_fault(name, ("basis",), *_unknown(ground))


def _of_rules(subject: Subject) -> Iterator[Citation]:
    for name, (_, rule) in subject.edition.rules.items():
        for ground in _grounds(rule.basis, local=subject.local(name)):
            yield ground, subject.rule_fault(name, ("basis",), *_unknown(ground))


def _of_derived(subject: Subject) -> Iterator[Citation]:
    for name, derived in subject.edition.derived.items():
        for ground in _grounds(derived.basis, local=False):
            yield ground, subject.fault(("derived", name, "basis"), *_unknown(ground))


def _grounds(basis: str, *, local: bool) -> Iterator[str]:
    yield from articles(basis)
    yield from (ground for ground in others(basis) if not (local and ground == LOCAL))


def _unknown(ground: str) -> tuple[str, str]:
    if ground.isdecimal():
        return f"逐条说明中没有第 {ground} 条", f"coverage has no article {ground}"
    return f"没有依据“{ground}”", f"no such basis: “{ground}”"
