"""A step of the law with all that belongs to it, in values that a page lays out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from flask import url_for

from web.basis_look import Look, first_day
from web.language import day, language, t
from workflow.law.articles import edition_name
from workflow.law.changes import LABELS, Change, Pair, What
from workflow.law.demands import sentence
from workflow.law.diff import renumbered, words_of
from workflow.law.model import Convention, Edition, FieldDef, Force, RuleDef, StepDef, cited
from workflow.law.provisions import codes, conditions, governing, gravity, online
from workflow.law.step_changes import manner, outcome_line, stage_name, step_changes
from workflow.law.timeline import Law
from workflow.law.words import TYPES, Words

SHADE = {What.NEW: "info", What.TIGHTER: "warn", What.LOOSER: "good", What.CHANGED: "info", What.GONE: "plain",
         What.REWORDED: "plain"}  # fmt: skip
Pairs = tuple[tuple[str, str], ...]


class Cited(NamedTuple):
    """A part of a citation; ``url``: of the article, None for what is no article."""

    words: str
    url: str | None


class Changed(NamedTuple):
    """A change between two editions: its sort, and the shade of the word for it."""

    sort: str
    shade: str
    subject: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A piece of evidence. ``only``: the outcomes that bring it; ``added_by``: the local practice that asks for it."""

    label: str
    kind: str
    choices: str
    required: bool
    only: str
    added_by: str


@dataclass(frozen=True, slots=True)
class Demand:
    """A rule: what it says, what it demands, on which articles it rests, and the rest as pairs."""

    id: str
    text: str
    demand: str
    hard: bool
    basis: tuple[Cited, ...]
    pairs: Pairs

    @property
    def anchor(self) -> str:
        """Return the id under which a page holds it."""
        return "rule-" + self.id.replace(".", "-")


@dataclass(frozen=True)
class StepSeen:
    """A step as it stands in the edition looked at."""

    look: Look
    id: str

    @cached_property
    def words(self) -> Words:
        """Return how it is spoken of."""
        return self.look.words.at(self.id)

    @cached_property
    def definition(self) -> StepDef:
        """Return what the edition says of it."""
        return self.look.edition.steps[self.id]

    @property
    def name(self) -> str:
        """Return its number and name."""
        return numbered(self.words, self.id)

    @property
    def pairs(self) -> Pairs:
        """Return who acts, from which states, in which manner."""
        step, words = self.definition, self.words
        power = words.pick("（其他机构没有这项权力）", " (no other body has it)")
        return (
            (t("原文名称", "Name in Chinese"), step.zh if language() == "en" else ""),
            (t("阶段", "Stage"), stage_name(step, words)),
            (t("由谁办", "Who acts"), words.bodies(step.by)),
            (t("有权的机构", "Who has the power"), words.bodies(step.power) + power if step.power else ""),
            (t("办理前的身份", "From"), words.states(step.start)),
            (t("办法", "Manner"), manner(step, words)),
            (t("说明", "Note"), words.of(step.note) if step.note else ""),
        )

    @property
    def basis(self) -> tuple[Cited, ...]:
        """Return the articles on which it rests."""
        return citation(self.words, self.definition.basis)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Return the ways in which it can end."""
        step = self.definition
        return tuple(outcome_line(outcome, step, self.words) for outcome in step.outcomes.values())

    @property
    def materials(self) -> tuple[Material, ...]:
        """Return its evidence."""
        return tuple(_material(field, self.definition, self.words) for field in self.definition.evidence.values())

    @cached_property
    def rules(self) -> tuple[Demand, ...]:
        """Return its rules."""
        return tuple(demand(self.look, self.words, f"{self.id}.{name}") for name in self.definition.rules)

    @cached_property
    def conventions(self) -> tuple[Convention, ...]:
        """Return what is done where the articles cited here are silent."""
        bases = (self.definition.basis, *(rule.basis for rule in self.definition.rules.values()))
        return conventions(self.look.law, self.look.edition, (article for basis in bases for article in cited(basis)))

    @cached_property
    def history(self) -> tuple[tuple[str, tuple[Changed, ...]], ...]:
        """Return what each change of editions brought to it."""
        found = ((pair_name(pair), self._changes(pair)) for pair in pairs_of(self.look.law))
        return tuple((name, changes) for name, changes in found if changes)

    def _changes(self, pair: Pair) -> tuple[Changed, ...]:
        old, new = (side.edition.steps.get(self.id) for side in (pair.old, pair.new))
        if old is None and new is None:
            return ()
        lines: tuple[str, ...] = ()
        if old is not None and new is not None:
            name, basis = t("名称", "name"), t("依据", "basis")
            lines = pair.turn(name, pair.old.step_name(self.id), pair.new.step_name(self.id))
            lines += pair.turn(basis, pair.old.basis(old.basis), pair.new.basis(new.basis))
        changed = tuple(Changed(say_of(pair.new, What.CHANGED), SHADE[What.CHANGED], line, ()) for line in lines)
        return (*changed, *(_changed(change, pair.new) for change in step_changes(self.id, pair)))

    def neighbour(self, away: int) -> StepSeen | None:
        """Return the numbered step so many after this one, if there is one."""
        order = self.look.edition.numbered
        place = order.index(self.id) + away if self.id in order else -1
        return StepSeen(self.look, order[place]) if 0 <= place < len(order) else None


def _material(field: FieldDef, step: StepDef, words: Words) -> Material:
    only = [words.pick(step.outcomes[name].zh, step.outcomes[name].en) for name in field.only if name in step.outcomes]
    return Material(
        label=words.pick(field.zh, field.en),
        kind=words.of(TYPES[field.type]),
        choices=words.listed(words.of(value) for value in field.values.values()),
        required=field.required,
        only=words.listed(only),
        added_by=field.added_by,
    )


def demand(look: Look, words: Words, rule_id: str) -> Demand:
    """Return a rule in words; ``words`` are those of its step or of no step."""
    rule: RuleDef = look.edition.rules[rule_id][1]
    governed_by = look.law.governed_by(rule_id, look.edition.edition, rule.governed_by)
    since, until = look.span(rule_id)
    span = t(f"{day(since)}起", f"from {day(since)}") if until is None else f"{day(since)} — {day(until)}"
    force, code = gravity(rule, words), codes(rule, words)
    alike = isinstance(rule.force, Force)  # else outcomes differ, and it has to be said which is how grave
    return Demand(
        id=rule_id,
        text=words.of(rule.text),
        demand=sentence(rule.demand, words),
        hard=any(rule.force_of(outcome) is Force.HARD for outcome in rule.demand.outcomes),
        basis=citation(words, rule.basis),
        pairs=(
            (t("适用", "Applies"), conditions(rule, words)),
            (t("轻重", "Force"), "" if alike else force),
            (t("不符合时", "When not kept"), online(rule, words)),
            (t("适用版本", "Governed by"), governing(rule, governed_by, words)),
            (t("何时有效", "In force"), span),
            (t("怎样补救", "Remedy"), words.of(rule.remedy) if rule.remedy else ""),
            (t("地方规定", "Local practice"), words.of(rule.added_by) if rule.added_by else ""),
            (t("审计代码", "Audit code"), "" if code == words.pick("无", "none") else code),
        ),
    )


def citation(words: Words, basis: str) -> tuple[Cited, ...]:
    """Return a basis part by part, articles with the address of their page."""
    edition = words.edition.edition.isoformat()
    parts = (part.strip() for part in basis.split(";"))
    found = ((part, next(iter(cited(part)), None)) for part in parts)
    return tuple(
        Cited(words.basis(part), url_for("basis.article", edition=edition, number=number) if number else None)
        for part, number in found
    )


def numbered(words: Words, step: str) -> str:
    """Return a step with its number, without quotes; a side act by its name."""
    number, name = words.edition.steps[step].number, words.step_name(step)
    return name if number is None else words.pick(f"第{number}步 {name}", f"Step {number}: {name}")


def period_name(look: Look) -> str:
    """Return the edition looked at with its local practice, and the days on which it is in force."""
    return edition_name(look.words)


def span_words(look: Look) -> str:
    """Return the days on which what is looked at is in force."""
    until = look.period.until
    since = day(first_day(look.period))
    return t(f"{since}起", f"from {since}") if until is None else t(f"{day(until)}以前", f"before {day(until)}")


def pairs_of(law: Law) -> Iterator[Pair]:
    """Yield neighbouring editions without local practice, in the language of this request, newest last."""
    for old, new in pairwise(law.editions):
        yield Pair(words_of(law, old, language()), words_of(law, new, language()))


def pair_name(pair: Pair) -> str:
    """Return which edition followed which."""
    old, new = pair.old.edition.edition, pair.new.edition.edition
    return t(f"{old} 版 → {new} 版", f"edition of {old} → edition of {new}")


def say_of(words: Words, what: What) -> str:
    """Return the word for a sort of change."""
    return words.of(LABELS[what])


def _changed(change: Change, words: Words) -> Changed:
    return Changed(say_of(words, change.what), SHADE[change.what], change.subject, change.details)


def conventions(law: Law, edition: Edition, articles: Iterable[str]) -> tuple[Convention, ...]:
    """Return the conventions that name one of these articles of an edition; they count by the newest one's numbers."""
    wanted = set(articles)
    older = [one for one in law.editions if one.edition >= edition.edition]
    for old, new in pairwise(older):
        moved = renumbered(old, new)
        wanted = {str(moved.get(int(article), int(article))) for article in wanted}
    return tuple(one for one in law.definitions.conventions.values() if wanted & set(cited(one.basis)))
