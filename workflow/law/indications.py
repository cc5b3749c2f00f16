"""What may be shown by many cases of a branch together, and never by one: as data, with dated thresholds.

An indication is no finding: no article counts days or people here. Each says which article it looks towards, which
convention it follows, what is counted and what it does not say. Thresholds are a way of looking and bind nobody, so
those of the day of the audit serve for all that it looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import Field

from workflow.law.kinds import Bilingual, ColumnName, Name, Strict
from workflow.law.model import Convention, Edition
from workflow.law.source import Fault, Source

Row = TypeVar("Row", bound="Limit")
Mark = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$")]  # a step and how it ended
People = Annotated[int, Field(ge=2, le=1000)]
Span = Annotated[int, Field(ge=1, le=3660)]  # days
Back = Annotated[int, Field(ge=1, le=1200)]  # months before the day of the audit


class Limit(Strict):
    """Thresholds that serve for audits as of a day or a later one, until the next row."""

    since: date = Field(alias="from")


class RushLimit(Limit):
    """So many people within so many days on end; looked for in so many months."""

    people: People
    days: Span
    months: Back


class IdleLimit(Limit):
    """Somebody waits, and nobody is admitted, for so many months."""

    months: Back


class LateLimit(Limit):
    """Recorded more than so many days after it happened; looked for in what was recorded in so many months."""

    days: Span
    months: Back


class AtOnceLimit(Limit):
    """So many steps of a case on one day, though so many days lie between the first and the last of the acts."""

    steps: People
    days: Span
    months: Back


class OneDayLimit(Limit):
    """So many people of a branch on one day, who are such a part of all in that calendar year."""

    people: People
    per_cent: int = Field(ge=1, le=100)
    months: Back


class DifferingLimit(Limit):
    """More than so many days lie between the two papers."""

    days: int = Field(ge=0, le=3660)


class Indication(Strict):
    """What all of them say. ``basis``: the article by edition; ``base`` and ``says`` may name thresholds.

    ``of_branches``: it says something of the branch itself, so that everybody in the base shows it or nobody does.
    """

    of_branches: ClassVar[bool] = False
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    basis: dict[str, str] = Field(min_length=1)
    convention: Name
    base: Bilingual
    says: Bilingual
    silent: Bilingual
    limits: tuple[Limit, ...] = Field(min_length=1)

    def basis_on(self, day: date) -> str:
        """Return the article of the edition in force on a day; before the first edition, of that one."""
        editions = sorted(self.basis)
        return self.basis[[editions[0], *(one for one in editions if one <= day.isoformat())][-1]]

    def marks(self) -> tuple[str, ...]:
        """Return the steps with outcomes that it looks at."""
        return ()

    def columns(self) -> tuple[str, ...]:
        """Return the columns of evidence that it looks at."""
        return ()


class Rush(Indication):
    """Many people of a branch admitted within a few days."""

    limits: tuple[RushLimit, ...] = Field(min_length=1)


class Idle(Indication):
    """A branch that admits nobody though somebody waits. ``waiting``: from when; ``ended``: until when."""

    of_branches: ClassVar[bool] = True
    waiting: Mark
    ended: tuple[Mark, ...]
    limits: tuple[IdleLimit, ...] = Field(min_length=1)

    def marks(self) -> tuple[str, ...]:
        """Return from when somebody waits and what ends it."""
        return (self.waiting, *self.ended)


class Late(Indication):
    """Acts that were recorded long after they happened."""

    limits: tuple[LateLimit, ...] = Field(min_length=1)


class AtOnce(Indication):
    """Many steps of a case that were recorded on one day."""

    limits: tuple[AtOnceLimit, ...] = Field(min_length=1)


class OneDay(Indication):
    """One day for everybody, in steps that each takes alone."""

    of: tuple[Mark, ...] = Field(min_length=1)
    limits: tuple[OneDayLimit, ...] = Field(min_length=1)

    def marks(self) -> tuple[str, ...]:
        """Return the steps."""
        return self.of


class Milestone(Strict):
    """A day that two papers name; ``unless_filled``: a column that makes them two days."""

    zh: str
    en: str
    papers: tuple[ColumnName, ColumnName]
    unless_filled: ColumnName | None = None

    def columns(self) -> tuple[str, ...]:
        """Return the columns that it reads."""
        return (*self.papers, *([self.unless_filled] if self.unless_filled else []))


class Differing(Indication):
    """One milestone with different days in different papers."""

    milestones: tuple[Milestone, ...] = Field(min_length=1)
    limits: tuple[DifferingLimit, ...] = Field(min_length=1)

    def columns(self) -> tuple[str, ...]:
        """Return the columns of all papers."""
        return tuple(dict.fromkeys(column for one in self.milestones for column in one.columns()))


class Indications(Strict):
    """The file.

    ``admissions``: acts that admit; ``before_admission``: states in which nobody is admitted yet; ``moved``: the act by
    which another branch takes a case over.
    """

    procedure: Name
    admissions: tuple[Mark, ...] = Field(min_length=1)
    before_admission: tuple[Name, ...]
    moved: Mark
    rush: Rush
    idle: Idle
    late: Late
    at_once: AtOnce
    one_day: OneDay
    differing: Differing

    @property
    def named(self) -> Mapping[str, Indication]:
        """Return every indication by its id, in the order of the file."""
        return {name: value for name in type(self).model_fields if isinstance(value := getattr(self, name), Indication)}

    def marks(self) -> tuple[str, ...]:
        """Return every step with an outcome that anything here looks at."""
        inner = (mark for one in self.named.values() for mark in one.marks())
        return tuple(dict.fromkeys((*self.admissions, self.moved, *inner)))


def in_force(limits: Sequence[Row], day: date) -> Row:
    """Return the thresholds for an audit as of a day: the latest row that has begun, the first before any has."""
    rows = sorted(limits, key=lambda one: one.since)
    return [rows[0], *(one for one in rows if one.since <= day)][-1]


@dataclass(frozen=True, slots=True)
class Names:
    """What indications can name: editions by their day, and conventions."""

    editions: Sequence[Edition]
    conventions: Mapping[str, Convention]


def check_indications(given: Indications, names: Names, source: Source) -> Iterator[Fault]:
    """Yield what is named and does not exist: states, steps, outcomes, columns, conventions, editions, thresholds."""
    newest = names.editions[-1]
    for state in given.before_admission:
        if state not in newest.states:
            yield source.fault(("before_admission",), f"没有状态“{state}”", f"no state “{state}”")
    for mark in given.marks():
        step, _, outcome = mark.partition(":")
        if step not in newest.steps or outcome not in newest.steps[step].outcomes:
            yield source.fault((), f"没有步骤和结果“{mark}”", f"no step and outcome “{mark}”")
    for name, one in given.named.items():
        for what_zh, what_en, unknown in _unknown(one, names):
            yield source.fault((name,), f"没有{what_zh}“{unknown}”", f"no {what_en} “{unknown}”")


def _unknown(one: Indication, names: Names) -> Iterator[tuple[str, str, str]]:
    editions = {edition.edition.isoformat() for edition in names.editions}
    yield from (("这一版本的依据", "basis or no edition", day) for day in sorted(editions ^ one.basis.keys()))
    yield from (("列", "column", column) for column in one.columns() if column not in names.editions[-1].fields)
    if one.convention not in names.conventions:
        yield "约定", "convention", one.convention
    for text in (one.base.zh, one.base.en, one.says.zh, one.says.en):
        try:
            text.format(**thresholds(one.limits[0]))
        except (KeyError, IndexError, ValueError) as error:
            yield "限度", "threshold", str(error)


def thresholds(limit: Limit) -> dict[str, Any]:
    """Return the thresholds of a row by name."""
    return limit.model_dump(exclude={"since"})
