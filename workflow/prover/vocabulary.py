"""The vocabulary is closed and whole: kinds have formulas and can be compared, and files name each other rightly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflow.law.kinds import AnyOf, Kind
from workflow.law.model import Edition, GovernedBy
from workflow.law.source import Fault, Source
from workflow.law.timeline import Law
from workflow.prover.citations import articles
from workflow.prover.proof import Part, part
from workflow.prover.subject import Path, Subject
from workflow.rules.clause import BUILDERS
from workflow.rules.columns import derived_formula
from workflow.rules.formula import columns_of
from workflow.rules.rule import FAMILIES

CONVENTION = re.compile(r"\b([a-z_]+) in conventions\.yaml|conventions\.yaml 的 ([a-z_]+)")


def kinds_whole(subjects: Sequence[Subject]) -> Part:
    """Prove that every kind in use has formulas and can be compared with itself, so that overlays can tighten it."""
    rules = [(subject, name, rule.demand) for subject in subjects for name, (_, rule) in subject.edition.rules.items()]
    faults = [fault for subject, name, demand in rules for fault in _whole(subject, name, demand)]
    used = {type(part) for _, _, demand in rules for part in _with_parts(demand)}
    counts = [
        ("规则", "rules", len(rules)),
        ("所用种类", "kinds in use", len(used)),
        ("种类族", "families", len(FAMILIES)),
    ]
    return part("每种规则有算式、可比宽严", "every kind has formulas and can be compared", counts, faults)


def _whole(subject: Subject, name: str, demand: Kind) -> Iterator[Fault]:
    for inner in _with_parts(demand):
        if type(inner) not in BUILDERS:
            yield subject.rule_fault(name, ("kind",), "此类规则没有算式", "this kind has no formulas")
    if demand.tighter(demand) is not True:
        zh, en = "此规则与自身比较不成立", "this rule does not count as being as tight as itself"
        yield subject.rule_fault(name, ("kind",), zh, en)


def _with_parts(demand: Kind) -> tuple[Kind, ...]:
    return (demand, *demand.of) if isinstance(demand, AnyOf) else (demand,)


def derived_in_order(plain: Sequence[Subject]) -> Part:
    """Prove that a derived column reads recorded columns and derived ones above it: they are computed so."""
    faults: list[Fault] = []
    for subject in plain:
        for name, column in too_early(subject.edition):
            zh, en = f"用到了在它之后才算的“{column}”", f"reads “{column}”, which is computed after it"
            faults.append(subject.fault(("derived", name), zh, en))
    number = sum(len(subject.edition.derived) for subject in plain)
    return part("推导列不循环", "derived columns do not go round", [("推导列", "derived columns", number)], faults)


def too_early(edition: Edition) -> Iterator[tuple[str, str]]:
    """Yield derived columns that read one which is not computed yet, with that one: judging a case would fail."""
    above: set[str] = set()
    for name, derived in edition.derived.items():
        for column in columns_of(derived_formula(derived)):
            if column in edition.derived and column not in above:
                yield name, column
        above.add(name)


def transitions_named(law: Law, plain: Sequence[Subject]) -> Part:
    """Prove that the change to every later edition is described, and that local choices speak of rules that exist."""
    transitions = law.definitions.transitions
    days = [subject.edition.edition.isoformat() for subject in plain[1:]]
    counts = [("新旧版本交替", "cut-overs", len(days)), ("当地选择", "local choices", len(law.choices))]
    if transitions is None:
        source = Source(f"{law.definitions.procedure}/transitions.yaml")
        faults = (
            [source.fault((), "没有说明新旧版本如何交替", "there is no file on the change of editions")] if days else []
        )
        return part("交替有说明", "every cut-over is described", counts, faults)
    source = law.definitions.sources["transitions"]
    faults = [
        source.fault(("cut_overs",), f"没有说明 {day} 的交替", f"the cut-over of {day} is not described")
        for day in days
        if day not in transitions.cut_overs
    ]
    for day in transitions.cut_overs:
        if day not in days:
            zh, en = f"{day} 没有新版施行", f"no later edition begins on {day}"
            faults.append(source.fault(("cut_overs", day), zh, en))
    for way in GovernedBy:
        if way not in transitions.governed_by:
            faults.append(source.fault(("governed_by",), f"没有说明“{way}”", f"“{way}” is not explained"))
    known = {name for subject in plain for name in subject.edition.rules}
    for number, choice in enumerate(law.choices):
        if choice.rule not in known:
            path = ("local_choices", number, "rule")
            faults.append(source.fault(path, f"没有规则“{choice.rule}”", f"no rule “{choice.rule}”"))
    return part("交替有说明", "every cut-over is described", counts, faults)


def conventions_named(law: Law) -> Part:
    """Prove that every convention that a file names exists, and that each cites articles of the newest edition."""
    conventions = law.definitions.conventions
    faults: list[Fault] = []
    references = 0
    for source in law.definitions.sources.values():
        for path, name in _references(source.value, ()):
            references += 1
            if name not in conventions:
                faults.append(source.fault(path, f"没有约定“{name}”", f"no convention “{name}”"))
    faults += _cited(law)
    counts = [("约定", "conventions", len(conventions)), ("引用", "references", references)]
    return part("约定有出处", "conventions exist and cite what there is", counts, faults)


def _cited(law: Law) -> Iterator[Fault]:
    coverage = law.definitions.coverage
    listed = coverage.editions.get(law.editions[-1].edition.isoformat()) if coverage and law.editions else None
    if listed is None:
        return  # the proof of coverage says so
    for name, convention in law.definitions.conventions.items():
        for number in articles(convention.basis):
            if number not in listed.articles:
                path = ("conventions", name, "basis")
                zh, en = f"最新版没有第 {number} 条", f"the newest edition has no article {number}"
                yield law.definitions.sources["conventions"].fault(path, zh, en)


def _references(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the conventions that texts name, with the place of each text."""
    if isinstance(value, str):
        if "conventions.yaml" in value:
            yield from ((path, match[1] or match[2]) for match in CONVENTION.finditer(value))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _references(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _references(inner, (*path, number))
