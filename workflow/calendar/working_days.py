"""Working days: which days they are, how many a period has, and which is the n-th."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from workflow.errors import Text

DAYS_OF_WEEK = 7
WORKING_DAYS_OF_WEEK = 5
_LAST_ORDINAL = date.max.toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class WorkingCalendar:
    """Monday to Friday, less the days off, plus the make-up days.

    Days outside the years of the data follow the week alone. Two calendars are equal only when they are the same one.
    Raises ValueError for a make-up day that is off as well, or that lies between Monday and Friday.
    """

    name: str
    days_off: Mapping[date, Text]  # each day of each holiday, weekends within it too, and the holiday's name
    make_up_days: frozenset[date]  # Saturdays and Sundays on which people work
    published: frozenset[int]  # years whose days were announced; those of any other year are computed
    _swapped: frozenset[int] = field(init=False, repr=False)  # ordinals of the days unlike their day of the week
    _swapped_in_order: tuple[int, ...] = field(init=False, repr=False)
    _gain: tuple[int, ...] = field(init=False, repr=False)  # working days won by the first n swapped days: prefix sums

    def __post_init__(self) -> None:
        """Refuse impossible make-up days; sum up how the days swapped so far change the count of weekdays."""
        for day in sorted(self.make_up_days):
            if day in self.days_off or _is_weekday(day.toordinal()):
                raise ValueError(f"{self.name}: {day} cannot be a make-up day: it is off, or a working day anyway")
        swapped = sorted(
            {day.toordinal() for day in self.make_up_days}
            | {day.toordinal() for day in self.days_off if _is_weekday(day.toordinal())}
        )
        gain = accumulate((-1 if _is_weekday(ordinal) else 1 for ordinal in swapped), initial=0)
        object.__setattr__(self, "_swapped", frozenset(swapped))
        object.__setattr__(self, "_swapped_in_order", tuple(swapped))
        object.__setattr__(self, "_gain", tuple(gain))

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on ``day``."""
        ordinal = day.toordinal()
        return _is_weekday(ordinal) != (ordinal in self._swapped)

    def working_days(self, first: date, last: date) -> int:
        """Count the working days from ``first`` to ``last``, both counted; 0 when ``last`` is before ``first``."""
        start, end = first.toordinal(), last.toordinal()
        return self._through(end) - self._through(start - 1) if start <= end else 0

    def nth_working_day(self, first: date, n: int) -> date:
        """Return the last day of the shortest period from ``first`` on that holds ``n`` working days.

        ``first`` counts when it is a working day itself. Raises ValueError when ``n`` is below 1, OverflowError
        when the period would reach past the year 9999.
        """
        if n < 1:
            raise ValueError(f"a period holds at least 1 working day, got {n}")
        earliest = first.toordinal() + n - 1
        days = range(earliest, _LAST_ORDINAL + 1)
        position = bisect_left(days, self._through(first.toordinal() - 1) + n, key=self._through)
        if position == len(days):
            raise OverflowError(f"{n} working days from {first} on reach past {date.max}")
        return date.fromordinal(days[position])

    def estimated(self, first: date, last: date) -> bool:
        """Tell whether a year touched by the period from ``first`` to ``last`` is not published but computed (暂估)."""
        return any(year not in self.published for year in range(first.year, last.year + 1))

    def _through(self, ordinal: int) -> int:
        """Count the working days from 0001-01-01, a Monday with ordinal 1, to ``ordinal``."""
        weeks, rest = divmod(ordinal, DAYS_OF_WEEK)
        weekdays = WORKING_DAYS_OF_WEEK * weeks + min(rest, WORKING_DAYS_OF_WEEK)
        return weekdays + self._gain[bisect_right(self._swapped_in_order, ordinal)]


def _is_weekday(ordinal: int) -> bool:
    """Tell whether the day with this ordinal lies between Monday and Friday."""
    return 1 <= ordinal % DAYS_OF_WEEK <= WORKING_DAYS_OF_WEEK
