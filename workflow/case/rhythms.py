"""Facts about duties that come again and again: by gaps from day to day, and by calendar periods."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from workflow.calendar import add_months
from workflow.case.facts import Columns, World
from workflow.case.values import UNREADABLE, Unreadable, Value

_YEAR = 12  # months


class Missed(NamedTuple):
    """What a rhythm missed. ``days``: by when an act was due that another act or the end came after without it.

    ``next_on``: by when the act after the last one is or was due, None: the rhythm is over. Neither depends on the day
    on which somebody looks.
    """

    days: tuple[date, ...]
    next_on: date | None


@dataclass(frozen=True, slots=True)
class FirstMissed:
    """The first day by which the next act of a rhythm was due and had not come.

    The rhythm runs from ``start`` over ``days`` (those between start and end) to ``end``: each at most ``months``
    after the one before. With the end filled and every gap kept: blank. With the end blank the rhythm runs on, so
    there is always a next due day; whether it is missed depends on the as-of day.
    """

    start: str
    days: str
    end: str | None
    months: int

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"first_missed({self.start},{self.days},{self.end},{self.months})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return (self.start, self.days, *((self.end,) if self.end else ()))

    def compute(self, columns: Columns, world: World) -> Value:  # noqa: ARG002 - the protocol's signature
        """Return the due day, blank, or unreadable when one of the days is."""
        return _first(self.missed(columns))

    def missed(self, columns: Columns) -> Missed | Unreadable | None:
        """Return the due day of every gap; blank without a start, unreadable when one of the days is."""
        start, days = columns[self.start], columns[self.days]
        end = columns[self.end] if self.end else None
        if start is None:
            return None
        if not isinstance(start, date) or isinstance(days, Unreadable) or isinstance(end, Unreadable):
            return UNREADABLE
        held = days if isinstance(days, tuple) else ()
        last = end if isinstance(end, date) else None
        points = sorted(day for day in held if start <= day and (last is None or day <= last))
        return self._missed(start, points if last is None else [*points, last], open_end=last is None)

    def _missed(self, start: date, points: list[date], *, open_end: bool) -> Missed:
        reached, missed = start, []
        for day in points:
            due = add_months(reached, self.months)
            if day > due:
                missed.append(due)
            reached = day
        return Missed(tuple(missed), add_months(reached, self.months) if open_end else None)

    def following(self, due: date) -> date:
        """Return by when the next act is due if the one due by a day is left out altogether."""
        return add_months(due, self.months)


@dataclass(frozen=True, slots=True)
class FirstMissedPeriod:
    """The last day of the first calendar period — of 1, 2, 3, 4, 6 or 12 ``months``, from January on — without an act.

    Counted are the periods that lie wholly between ``start`` and ``end``; one of which only a part does binds nobody.
    With the end filled and every period kept: blank. With the end blank there is always a next one; whether it is
    missed depends on the as-of day.
    """

    start: str
    days: str
    end: str | None
    months: int

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"first_missed_period({self.start},{self.days},{self.end},{self.months})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return (self.start, self.days, *((self.end,) if self.end else ()))

    def compute(self, columns: Columns, world: World) -> Value:  # noqa: ARG002 - the protocol's signature
        """Return the last day of the period, blank, or unreadable when one of the days is."""
        return _first(self.missed(columns))

    def missed(self, columns: Columns) -> Missed | Unreadable | None:
        """Return the last day of every period missed; blank without a start, unreadable when one of the days is."""
        start, days = columns[self.start], columns[self.days]
        end = columns[self.end] if self.end else None
        if start is None:
            return None
        if not isinstance(start, date) or isinstance(days, Unreadable) or isinstance(end, Unreadable):
            return UNREADABLE
        held = {self._period(day) for day in days} if isinstance(days, tuple) else set()
        first = self._period(start) + (start.day > 1 or (start.month - 1) % self.months > 0)
        if isinstance(end, date):
            over = self._period(end) + (end == self._last_day(self._period(end)))
        else:
            over = max((*held, first - 1)) + 1
        missed = tuple(self._last_day(one) for one in range(first, over) if one not in held)
        return Missed(missed, None if isinstance(end, date) else self._last_day(over))

    def following(self, due: date) -> date:
        """Return the last day of the period after the one that ends on a day."""
        return self._last_day(self._period(due) + 1)

    def _period(self, day: date) -> int:
        """Return the number of the period in which a day lies, counted from the year 0."""
        return (day.year * _YEAR + day.month - 1) // self.months

    def _last_day(self, period: int) -> date:
        year, month = divmod((period + 1) * self.months - 1, _YEAR)
        return date(year, month + 1, monthrange(year, month + 1)[1])


def _first(found: Missed | Unreadable | None) -> Value:
    return next(iter(found.days), found.next_on) if isinstance(found, Missed) else found


Rhythm = FirstMissed | FirstMissedPeriod
