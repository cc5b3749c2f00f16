"""The days off by statute, for years whose arrangement has not been announced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

_FRIDAY = 4
_ONE_DAY = timedelta(days=1)

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Statute:
    """One wording of the measures on public holidays (全国年节及纪念日放假办法)."""

    from_on: date  # first day in force
    fixed: Mapping[str, tuple[MonthDay, MonthDay]]  # holiday: its first and last day in every year
    movable: Mapping[str, tuple[int, int]]  # holiday: first and last day off, counted from the festival's own day


def statutory_days(year: int, statutes: Sequence[Statute], festivals: Mapping[str, date]) -> list[tuple[date, str]]:
    """Return the days off by statute in ``year``, in order; a day on which two holidays meet stands twice.

    ``statutes`` are in order of their first day; each governs its own days. ``festivals`` gives the day of each
    movable festival in that year; those it lacks are left out.
    """
    found = []
    ends = [*(statute.from_on for statute in statutes[1:]), date(MAXYEAR, 12, 31)]
    for statute, end in zip(statutes, ends, strict=True):
        found += [(day, name) for day, name in _days_of(statute, year, festivals) if statute.from_on <= day < end]
    return sorted(found)


def computed_days_off(statutory: Iterable[tuple[date, str]]) -> dict[date, str]:
    """Return the days off that follow from the statutory days alone: themselves and the days that make up for them.

    A statutory day on a weekend, or the second of two on one day, gives the next weekday that is not off yet (as the
    notices of 2009 and 2020 did). Weekends that a notice would move to work are not foreseen.
    """
    days_off: dict[date, str] = {}
    owed = []
    for day, name in statutory:
        if day in days_off or day.weekday() > _FRIDAY:
            owed.append((day, name))
        days_off.setdefault(day, name)
    for day, name in owed:
        free = day
        while free in days_off or free.weekday() > _FRIDAY:
            free += _ONE_DAY
        days_off[free] = name
    return days_off


def _days_of(statute: Statute, year: int, festivals: Mapping[str, date]) -> Iterable[tuple[date, str]]:
    """Yield every day off with its holiday that one statute gives a year."""
    for name, (first, last) in statute.fixed.items():
        yield from ((day, name) for day in span(date(year, *first), date(year, *last)))
    for name, (before, after) in statute.movable.items():
        if name in festivals:
            own = festivals[name]
            yield from ((day, name) for day in span(own + before * _ONE_DAY, own + after * _ONE_DAY))


def span(first: date, last: date) -> list[date]:
    """Return the days from ``first`` to ``last``, both counted."""
    return [first + number * _ONE_DAY for number in range((last - first).days + 1)]
