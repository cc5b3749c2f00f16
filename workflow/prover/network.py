"""A network of days: which must lie how long after which, and whether all of it can be kept at once.

Calendar months differ in length, so the links are functions of real days and not numbers. All of them are monotone:
a later day never pushes another to an earlier one. Hence pushing days on until nothing moves (Bellman and Ford) gives
the earliest days that keep everything, and where the day we started from is itself pushed on, nothing keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflow.calendar import WorkingCalendar, add_months
from workflow.prover.graph import closure

PLAIN_WEEKS = WorkingCalendar("weeks", {}, frozenset(), frozenset())
# In the years announced since 2007 holidays never put off the end of a period by more than 10 days (Spring Festival of
# 2020); a longer period can meet as many again every quarter.
LONGEST_CLOSURE = 10
QUARTER = 60  # working days
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Link:
    """``target`` lies on or after the day to which ``source`` pushes it.

    ``back``: an upper bound read from its end: ``source`` lies at most so long after ``target``, which pushes
    ``target`` on. ``working_days``: the period from ``source`` to ``target`` holds so many, holidays at their worst.
    """

    origin: str  # the rule or derived column that says so
    source: str
    target: str
    months: int = 0
    days: int = 0
    working_days: int = 0
    back: bool = False

    def push(self, day: date) -> date:
        """Return the earliest day of ``target`` when ``source`` is on ``day``; clamped to the years 1 to 9999."""
        try:
            if self.working_days:
                return _last_day_of_period(day, self.working_days)
            if self.back:
                return _earliest_start(day - timedelta(days=self.days), self.months)
            return add_months(day, self.months) + timedelta(days=self.days)
        except OverflowError:
            return date.min if self.back else date.max


def around(links: Sequence[Link], anchor: str) -> list[Link]:
    """Return the links between days that both depend on ``anchor`` and bound it; the rest can always give way."""
    onward = closure(((link.source, link.target) for link in links), {anchor})
    inward = closure(((link.target, link.source) for link in links), {anchor})
    both = onward & inward
    return [link for link in links if link.source in both and link.target in both]


def unkept(links: Sequence[Link], anchor: str, day: date) -> tuple[Link, ...]:
    """Return a chain of ``links`` that cannot all be kept when ``anchor`` is on ``day``; empty when all of them can.

    ``links`` are those ``around`` the anchor: what does not bound it in return could push the days on for ever.
    """
    earliest, causes, moved = {anchor: day}, dict[str, Link](), {anchor}
    while moved:
        pushing, moved = moved, set[str]()
        for link in links:
            if link.source not in pushing:
                continue
            pushed, target = link.push(earliest[link.source]), link.target
            if target in earliest and pushed <= earliest[target]:
                continue
            causes[target] = link
            if target == anchor:
                return _chain(causes, anchor)
            earliest[target] = pushed
            moved.add(target)
    return ()


def _chain(causes: dict[str, Link], node: str) -> tuple[Link, ...]:
    """Return the circle of links that pushed ``node`` on, in the order of pushing."""
    path: list[Link] = []
    seen: dict[str, int] = {}
    while node not in seen:
        seen[node] = len(path)
        path.append(causes[node])
        node = path[-1].source
    return tuple(reversed(path[seen[node] :]))


def _earliest_start(day: date, months: int) -> date:
    """Return the first day from which ``months`` reach ``day``: months too short end on their last day."""
    start = add_months(day, -months)
    while add_months(start, months) < day:
        start += ONE_DAY
    return start


def _last_day_of_period(first: date, working_days: int) -> date:
    """Return the last day of a period of so many working days, weekends counted and holidays at their worst."""
    closed = LONGEST_CLOSURE * (1 + working_days // QUARTER)
    return PLAIN_WEEKS.nth_working_day(first, working_days) + timedelta(days=closed)
