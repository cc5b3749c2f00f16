"""The day at the office: where a day begins and ends, whoever looks."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")


@lru_cache(maxsize=1024)  # the entries of a case and of its import: asked for at every look at it
def office_day(instant: datetime) -> date:
    """Return the day at the office (Asia/Shanghai) on which the aware ``instant`` falls.

    Raises ValueError for an instant without a time zone: whose midnight it counts from would be a guess.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone, got {instant.isoformat()} without one")
    return instant.astimezone(OFFICE).date()


def begin_of(day: date) -> datetime:
    """Return the aware instant at which a day begins at the office; ``office_day`` of it is that day."""
    return datetime.combine(day, time(), OFFICE)
