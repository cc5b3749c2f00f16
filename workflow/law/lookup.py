"""Find what a name means: a step by id, number or name; an article by its number; a rule by id or audit code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.law.timeline import Law

STEP_NUMBER = re.compile(r"(?:step|步骤|第)?\s*(\d+)\s*步?", re.IGNORECASE)
ARTICLE_NUMBER = re.compile(r"(?:art(?:icle)?\.?|第)?\s*(\d+)\s*条?", re.IGNORECASE)
CHINESE_NUMBER = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")
DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", start=1)}
NEAR = 5  # suggestions


class UnknownName(WorkflowError):  # noqa: N818 - the field's words: what the user asked for is unknown
    """Nothing in the law is called this; the remedy names what is spelt most alike."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a name can mean: step ids, article numbers, rule ids."""

    steps: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.steps or self.articles or self.rules)


def find(law: Law, editions: Iterable[Edition], name: str) -> Found:
    """Return everything that ``name`` means in ``editions``; a bare number is a step and an article.

    Raises UnknownName with the nearest names, and with the overlay that knows the name where one does.
    """
    known, plain = tuple(editions), _plain(name)
    if found := _find(law, known, plain):
        return found
    for overlay in law.definitions.overlays:
        if _find(law, _laid(law, overlay), plain):
            raise UnknownName(
                Text(f"“{name}”只在叠加规定 {overlay} 中", f"“{name}” stands in the overlay {overlay} only"),
                Text(f"请加上 --overlay {overlay}", f"add --overlay {overlay}"),
            )
    raise UnknownName(
        Text(f"没有叫“{name}”的步骤、条文或者规定", f"no step, article or rule is called “{name}”"), _near(known, plain)
    )


def rules_named(found: Found, editions: Iterable[Edition]) -> tuple[str, ...]:
    """Return the ids of the rules found, of all rules of the steps found, and of those that rest on the articles."""
    named = dict.fromkeys(found.rules)
    for edition in editions:
        for rule, (step, one) in edition.rules.items():
            if step in found.steps or not set(found.articles).isdisjoint(one.articles):
                named[rule] = None
    return tuple(named)


def _find(law: Law, editions: tuple[Edition, ...], name: str) -> Found:
    return Found(
        tuple(dict.fromkeys(step for edition in editions for step in _steps(edition, name))),
        tuple(_articles(law, editions, name)),
        tuple(dict.fromkeys(rule for edition in editions for rule in _rules(edition, name))),
    )


def _laid(law: Law, overlay: str) -> tuple[Edition, ...]:
    return tuple(period.edition for period in law.timeline((overlay,)))


def _plain(name: str) -> str:
    """Return a name without the differences that typing makes: width, spaces, case, Chinese numerals."""
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    return re.sub(f"(?<=第)({CHINESE_NUMBER.pattern})(?=[条步])", lambda found: str(_number(found[0])), text)


def _number(text: str) -> int:
    """Return a Chinese numeral below 100 as a number."""
    tens, ten, ones = text.rpartition("十")
    return (10 * DIGITS.get(tens, 1) if ten else 0) + DIGITS.get(ones, 0)


def _steps(edition: Edition, name: str) -> Iterator[str]:
    found = None if name.endswith("条") else STEP_NUMBER.fullmatch(name)
    for step_id, step in edition.steps.items():
        names = (step_id, _plain(step.zh), _plain(step.en))
        if name in names or (found and step.number == int(found[1])):
            yield step_id


def _articles(law: Law, editions: tuple[Edition, ...], name: str) -> Iterator[str]:
    found = None if name.startswith(("step", "步骤")) or name.endswith("步") else ARTICLE_NUMBER.fullmatch(name)
    coverage = law.definitions.coverage
    if found is None or coverage is None:
        return
    number, days = str(int(found[1])), {edition.edition.isoformat() for edition in editions}
    if any(number in covered.articles for day, covered in coverage.editions.items() if day in days):
        yield number


def _rules(edition: Edition, name: str) -> Iterator[str]:
    """Yield rules by id, by code, or by what stands before the hyphen of a code."""
    for rule_id, (_, rule) in edition.rules.items():
        codes = {rule.code(outcome).casefold() for outcome in rule.demand.outcomes} - {""}
        if name == rule_id or name in codes or name in {code.split("-")[0] for code in codes}:
            yield rule_id


def _near(editions: tuple[Edition, ...], name: str) -> Text | None:
    """Return the names spelt most alike: those that hold the name first."""
    names: dict[str, str] = {}
    for edition in editions:
        for step_id, step in edition.steps.items():
            names |= {step_id: step_id, _plain(step.zh): step.zh, _plain(step.en): step.en}
        for rule_id, (_, rule) in edition.rules.items():
            codes = (rule.code(outcome) for outcome in rule.demand.outcomes)
            names |= {rule_id: rule_id} | {code.casefold(): code for code in codes if code}
    holding = [key for key in names if len(name) > 1 and name in key]
    near = list(dict.fromkeys((*holding, *get_close_matches(name, names, n=NEAR, cutoff=0.5))))[:NEAR]
    if not near:
        return Text(
            "可以用步骤编号、步骤名称、条号或者审计代码", "use a step's number or name, an article or an audit code"
        )
    shown = [names[key] for key in near]
    return Text(f"相近的有：{'、'.join(shown)}", f"near are: {', '.join(shown)}")
