"""An article of the law in values that a page lays out: its gist in our own words, and what becomes of it here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flask import url_for

from web.basis_look import Look
from web.basis_view import Cited, Demand, StepSeen, conventions, demand
from web.language import t
from workflow.law.articles import HOW
from workflow.law.diff import renumbered
from workflow.law.model import ArticleDef, Convention, cited
from workflow.law.words import Words


@dataclass(frozen=True)
class ArticleSeen:
    """An article of an edition: its gist in our own words, and what becomes of it here."""

    look: Look
    number: str
    definition: ArticleDef

    @cached_property
    def words(self) -> Words:
        """Return how it is spoken of."""
        return self.look.words

    @property
    def name(self) -> str:
        """Return its number."""
        return t(f"第{self.number}条", f"Article {self.number}")

    @property
    def gist(self) -> str:
        """Return what it says, in our own words."""
        return self.words.pick(self.definition.zh, self.definition.en)

    @property
    def how(self) -> str:
        """Return what a program can do about it."""
        return self.words.of(HOW[self.definition.how])

    @property
    def why(self) -> str:
        """Return what stays with people, and why."""
        return self.words.of(self.definition.why) if self.definition.why else ""

    @property
    def source(self) -> str:
        """Return on which source the gist rests."""
        coverage = self.look.law.definitions.coverage
        return self.words.of(coverage.sources[self.definition.source]) if coverage else ""

    @cached_property
    def steps(self) -> tuple[StepSeen, ...]:
        """Return the steps at which it is recorded, or that rest on it."""
        resting = (name for name, step in self.look.edition.steps.items() if self.number in cited(step.basis))
        names = dict.fromkeys((*self.definition.steps, *resting))
        return tuple(StepSeen(self.look, name) for name in names if name in self.look.edition.steps)

    @cached_property
    def rules(self) -> tuple[tuple[StepSeen, Demand], ...]:
        """Return the rules that enforce it or cite it, each with its step."""
        rules = self.look.edition.rules
        citing = (name for name, (_, rule) in rules.items() if self.number in rule.articles)
        names = [name for name in dict.fromkeys((*self.definition.rules, *citing)) if name in rules]
        steps = [StepSeen(self.look, rules[name][0]) for name in names]
        return tuple((step, demand(self.look, step.words, name)) for step, name in zip(steps, names, strict=True))

    @cached_property
    def conventions(self) -> tuple[Convention, ...]:
        """Return what is done where it is silent."""
        return conventions(self.look.law, self.look.edition, (self.number,))

    @property
    def counterparts(self) -> tuple[Cited, ...]:
        """Return the number under which neighbouring editions hold the same matter, as far as rules show it."""
        return tuple(
            Cited(
                t(f"{edition} 版第{number}条", f"article {number} of {edition}"),
                url_for("basis.article", edition=edition, number=number),
            )
            for edition, number in self._counterparts()
        )

    def _counterparts(self) -> Iterator[tuple[str, int]]:
        here, number = self.look.edition.edition, int(self.number)
        for old, new in pairwise(self.look.law.editions):
            moved = renumbered(old, new)
            if old.edition == here and number in moved:
                yield new.edition.isoformat(), moved[number]
            if new.edition == here:
                yield from ((old.edition.isoformat(), one) for one, other in moved.items() if other == number)


def articles(look: Look) -> dict[str, ArticleDef]:
    """Return every article of the edition looked at, by its number; none where nobody has described them."""
    coverage = look.law.definitions.coverage
    covered = coverage.editions.get(look.edition.edition.isoformat()) if coverage else None
    return covered.articles if covered else {}
