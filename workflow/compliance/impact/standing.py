"""What one law says of one case on a day: what is broken or runs, what can be done next, from when and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow.case.facts import World
from workflow.case.history import CaseView
from workflow.engine.agenda import open_steps
from workflow.engine.asking import to_come
from workflow.engine.breaches import Key, breaches
from workflow.law.model import Edition
from workflow.machine import possible
from workflow.plan import Limit, applies, make_plan
from workflow.rules.columns import Columns
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import Verdict, VerdictState


class Says(StrEnum):
    """What a rule says of a round of a step that somebody has to know."""

    BROKEN = "broken"
    RUNNING = "running"  # and will be broken if nothing is done
    UNDECIDABLE = "undecidable"


class Place(StrEnum):
    """Where a step stands for a case."""

    NEXT = "next"  # the case asks for it
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says, with the last lawful day where one is set."""

    says: Says
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """A step that can be taken: whether it is asked for, and how it can end."""

    place: Place
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What one law says of a case on a day.

    ``edition``: in force on that day, with local practice; ``steps``: those that can be taken; ``earliest`` and
    ``latest``: of those of them that are still to come; ``demands``: the substance of each rule that binds a step
    asked for.
    """

    edition: Edition
    verdicts: Mapping[Key, Said]
    steps: Mapping[str, Reached]
    earliest: Mapping[str, Limit]
    latest: Mapping[str, Limit]
    demands: Mapping[str, tuple[object, ...]]

    def asks_for(self, step: str) -> bool:
        """Tell whether the case asks for a step."""
        return step in self.steps and self.steps[step].place is Place.NEXT


def standing(book: Rulebook, view: CaseView, world: World, on: date) -> Standing:
    """Return what the law of ``book`` says of a case on a day; ``world``: with the members named in every round."""
    edition = book.edition_on(on)
    columns = book.columns(view.values, world)
    verdicts = book.judge_all(columns, on)
    asked = [one.step for one in open_steps(edition, view, verdicts, columns)]
    can = possible(edition, view.state)
    planned = to_come(edition, view.state, columns, make_plan(book, view.values, world, on))
    near = [one for one in planned if one.step in can]
    return Standing(
        edition=edition,
        verdicts=_said(book, view, world, (columns, verdicts), on),
        steps={
            step: Reached(Place.NEXT if step in asked else Place.POSSIBLE, outcomes) for step, outcomes in can.items()
        },
        earliest={one.step: one.earliest for one in near},
        latest={one.step: one.latest for one in near if one.latest is not None},
        demands=dict(_demands(edition, asked, columns)),
    )


def _said(
    book: Rulebook, view: CaseView, world: World, seen: tuple[Columns, list[Verdict]], on: date
) -> dict[Key, Said]:
    """Return what is broken, runs or cannot be decided: what the pages would show on that day."""
    found = {key: Said(Says.UNDECIDABLE) for key in _undecidable(book, view, world, seen[1], on)}
    for one in breaches(book, view, world, seen, on):
        found[one.key] = Said(Says.BROKEN if one.broken_on <= on else Says.RUNNING, one.due_on)
    return found


def _undecidable(book: Rulebook, view: CaseView, world: World, verdicts: Iterable[Verdict], on: date) -> Iterator[Key]:
    for verdict in verdicts:
        if verdict.state is VerdictState.UNDECIDABLE:
            yield verdict.rule, verdict.step, view.rounds.get(verdict.step, 1)
    for earlier in view.earlier:
        columns = book.columns(earlier.values, world)
        for judged in book.judged:
            if judged.step == earlier.step and judged.judge(columns, on).state is VerdictState.UNDECIDABLE:
                yield judged.rule.id, earlier.step, earlier.number


def _demands(edition: Edition, asked: Iterable[str], columns: Columns) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield what binds the steps that are asked for: each rule that applies, and what must be left on record.

    A rule that counts from days that are all there is told by the days that it sets.
    """
    for step in dict.fromkeys(asked):
        definition = edition.steps[step]
        for name, rule in definition.rules.items():
            starts = [bound.before for bound in rule.demand.bounds()]
            counted = bool(starts) and all(columns[start] is not None for start in starts)
            if applies(rule, columns) and not counted:
                yield f"{step}.{name}", rule.substance()
        required = tuple(name for name, field in definition.evidence.items() if field.required)
        if required:
            yield f"{step}.required", required
