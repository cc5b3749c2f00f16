"""The stages in the life of a finding and what leads from one to the next; the same finding is told by its identity.

Open, answered, waiver asked for, waived, closed. Only a run of the audit closes, and it does when it finds no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_

from workflow.errors import Text


class EventKind(StrEnum):
    """What happens to a finding: by a run, or by somebody."""

    FOUND = "found"
    REOPENED = "reopened"
    GONE = "gone"
    ANSWERED = "answered"
    WAIVER_ASKED = "waiver_asked"
    WAIVED = "waived"
    WAIVER_DECLINED = "waiver_declined"

    @property
    def words(self) -> Text:
        """Return the event in both languages."""
        return _EVENTS[self]


class Stage(StrEnum):
    """Where a finding stands, as it is kept."""

    OPEN = "open"
    ANSWERED = "answered"
    ASKED = "asked"
    WAIVED = "waived"
    CLOSED = "closed"


class Standing(StrEnum):
    """Where a finding stands on a day: as it is kept, but a waiver that has run out counts no more."""

    OPEN = "open"
    ANSWERED = "answered"
    ASKED = "asked"
    WAIVED = "waived"
    EXPIRED = "expired"
    GONE = "gone"

    @property
    def words(self) -> Text:
        """Return the standing in both languages."""
        return _STANDINGS[self]


CLOSED: Mapping[str, object] = {  # what the life of a finding is left with when it is closed
    "stage": Stage.CLOSED, "answer_id": None, "asked_id": None, "waiver_id": None, "waived_until": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a finding from all others. ``case``: the id of its case."""

    case: int
    rule: str
    step: str
    round: int

    def of(self, table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any of the tables that hold these columns
        """Return the condition that a row of a table is of this finding."""
        return and_(
            table.case_id == self.case, table.rule == self.rule, table.step == self.step, table.round == self.round
        )

    def columns(self) -> dict[str, object]:
        """Return the columns that say which finding a row is of."""
        return {"case_id": self.case, "rule": self.rule, "step": self.step, "round": self.round}


@dataclass(frozen=True, slots=True)
class AsItWas:
    """A breach as it was when somebody said something about it: its outcome, last lawful day, first day as a breach."""

    outcome: str | None
    due_on: date | None
    broken_on: date | None

    @classmethod
    def of(cls, row: Any) -> AsItWas:  # noqa: ANN401 - a row of a finding or of an event
        """Return it from a row."""
        return cls(row.outcome, row.due_on, row.broken_on)

    def columns(self) -> dict[str, object]:
        """Return the columns of an event that keep it."""
        return {"outcome": self.outcome, "due_on": self.due_on, "broken_on": self.broken_on}

    def covers(self, now: AsItWas) -> bool:
        """Tell whether a breach is still the same.

        Without a limit and a day of its own one counts from the day of judging, which moves on: later is no other.
        """
        if self.broken_on is None or now.broken_on is None:
            return False
        return (self.outcome, self.due_on) == (now.outcome, now.due_on) and self.broken_on <= now.broken_on


def covered(event: Any, finding: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the tables
    """Return the condition that a breach is still the one of which an event speaks: ``AsItWas.covers``."""
    return and_(
        event.outcome.is_not_distinct_from(finding.outcome), event.due_on.is_not_distinct_from(finding.due_on),
        event.broken_on <= finding.broken_on,
    )  # fmt: skip


def same(one: Any, other: Any) -> ColumnElement[bool]:  # noqa: ANN401 - two of the tables that hold these columns
    """Return the condition that rows of two tables are of the same finding."""
    return and_(one.case_id == other.case_id, one.rule == other.rule, one.step == other.step, one.round == other.round)


def standing_on(stage: str | None, waived_until: date | None, today: date) -> Standing:
    """Return where a finding stands on a day; without a stage nothing has been said of it yet."""
    if stage is None:
        return Standing.OPEN
    if stage == Stage.CLOSED:
        return Standing.GONE
    if stage == Stage.WAIVED:
        return Standing.WAIVED if waived_until is not None and waived_until >= today else Standing.EXPIRED
    return Standing(stage)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as far as the stage follows from it. ``on``: the office's day; ``was``: the breach as it was then."""

    id: int
    kind: EventKind
    on: date
    until_on: date | None = None
    was: AsItWas = AsItWas(None, None, None)


@dataclass(frozen=True, slots=True)
class Folded:
    """Where events leave a finding: its stage, the days that runs told, the events that count, the end of a waiver."""

    stage: Stage = Stage.OPEN
    first_on: date | None = None
    reopened_on: date | None = None
    closed_on: date | None = None
    answer: int | None = None
    asked: int | None = None
    waiver: int | None = None
    waived_until: date | None = None


def folded(events: Iterable[Told]) -> Folded:
    """Return where the events of a finding, in order, leave it: what its projection must say."""
    at, asked_until, granted = Folded(), None, Told(0, EventKind.WAIVED, date.min)
    for event in events:
        if event.kind is EventKind.WAIVER_ASKED:
            asked_until = event.until_on
        at = _after(at, event, asked_until, granted)
        granted = event if event.kind is EventKind.WAIVED else granted
    return at


def _after(at: Folded, event: Told, asked_until: date | None, granted: Told) -> Folded:
    """Return where an event leaves a finding. ``granted``: the last waiver that was."""
    if at.stage is Stage.CLOSED and event.kind is not EventKind.GONE:
        at = replace(at, stage=Stage.OPEN)
    match event.kind:
        case EventKind.FOUND | EventKind.REOPENED:
            first = event.on if event.kind is EventKind.FOUND else at.first_on
            back = event.on if event.kind is EventKind.REOPENED else at.reopened_on
            return replace(at, first_on=first, reopened_on=back, closed_on=None)
        case EventKind.GONE:
            return Folded(Stage.CLOSED, at.first_on, at.reopened_on, event.on)
        case EventKind.ANSWERED:
            standing = standing_on(at.stage, at.waived_until, event.on)
            stays = standing is Standing.ASKED or (standing is Standing.WAIVED and granted.was.covers(event.was))
            at = replace(at, answer=event.id)
            return at if stays else replace(at, stage=Stage.ANSWERED, waiver=None, waived_until=None)
        case EventKind.WAIVER_ASKED:
            return replace(at, stage=Stage.ASKED, asked=event.id, waiver=None, waived_until=None)
        case EventKind.WAIVED:
            return replace(at, stage=Stage.WAIVED, asked=None, waiver=event.id, waived_until=asked_until)
        case EventKind.WAIVER_DECLINED:
            return replace(at, stage=Stage.ANSWERED if at.answer else Stage.OPEN, asked=None)


_EVENTS = {
    EventKind.FOUND: Text("检查发现", "found by a run"),
    EventKind.REOPENED: Text("再次发现", "found again"),
    EventKind.GONE: Text("检查不再发现，销号", "no longer found: closed"),
    EventKind.ANSWERED: Text("党支部说明整改情况", "answered by the branch"),
    EventKind.WAIVER_ASKED: Text("申请豁免", "waiver asked for"),
    EventKind.WAIVED: Text("批准豁免", "waiver approved"),
    EventKind.WAIVER_DECLINED: Text("未批准豁免", "waiver declined"),
}
_STANDINGS = {
    Standing.OPEN: Text("未处理", "open"),
    Standing.ANSWERED: Text("已说明", "answered"),
    Standing.ASKED: Text("豁免待批", "waiver waits"),
    Standing.WAIVED: Text("已豁免", "waived"),
    Standing.EXPIRED: Text("豁免到期", "waiver expired"),
    Standing.GONE: Text("已销号", "closed"),
}
