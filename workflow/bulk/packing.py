"""Days as integers in which calendar months can be added without a calendar.

``(year * 12 + month) * 32 + day``: later days are greater, and a month more is 32 more. Adding months to the packed day
does not clamp (31 January and one month gives a 31 February), yet comparing with a real day comes out right if the last
day of a month counts as its 31st where the real day must be *at least* the sum:

- ``b > a + n months``  if and only if ``packed(b) > packed(a) + 32 n``
- ``b >= a + n months`` if and only if ``packed_end(b) >= packed(a) + 32 n``

This holds for one addition to a real day. A sum that is added to once more, or compared with another sum, must be a
column of its own. ``tests/bulk/test_packing.py`` proves it by going through every kind of month.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTH = 32  # more than a month has days
YEAR = 12 * MONTH
LAST = 31


def packed(day: date) -> int:
    """Return a day as an integer."""
    return (day.year * 12 + day.month) * MONTH + day.day


def packed_end(day: date) -> int:
    """Return a day as an integer, the last day of a month as its 31st."""
    last = monthrange(day.year, day.month)[1]
    return packed(day) + (LAST - last if day.day == last else 0)


def unpacked(number: int) -> date:
    """Return the day of ``packed``; a day that its month does not have gives the last that it has."""
    months, day = divmod(number, MONTH)
    year, month = divmod(months - 1, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
