"""Calendar months and years counted from a day (ledger conventions 1 and 2)."""

from __future__ import annotations

from datetime import date

_MONTHS = 12
_EVERY_MONTH_HAS = 28
_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of January at 1, of February in a common year


def add_months(day: date, months: int) -> date:
    """Return the same day of the month ``months`` calendar months later (before, when negative).

    A month that is too short gives its last day: 2026-01-31 + 1 month = 2026-02-28.
    Raises OverflowError when the result would lie outside the years 1 to 9999.
    """
    year, month, number = day.year, day.month + months, day.day
    if not 1 <= month <= _MONTHS:
        year += (month - 1) // _MONTHS
        month = (month - 1) % _MONTHS + 1
    if number > _EVERY_MONTH_HAS and number > _LENGTHS[month]:
        number = 29 if month == 2 and _is_leap(year) else _LENGTHS[month]  # noqa: PLR2004 (29 February)
    try:
        return date(year, month, number)
    except (ValueError, OverflowError) as error:  # the year is all that can be wrong; asked last, as it never happens
        raise OverflowError(f"{day} and {months} months give the year {year}, outside 1 to 9999") from error


def add_years(day: date, years: int) -> date:
    """Return the same day ``years`` years later; 29 February becomes the 28th where the year has none.

    Raises OverflowError when the result would lie outside the years 1 to 9999.
    """
    return add_months(day, 12 * years)


def age_reached_on(born_on: date, years: int) -> date:
    """Return the birthday on which a person born on ``born_on`` is ``years`` years old.

    Born on 29 February: 28 February in a year without that day. Raises OverflowError past the year 9999.
    """
    return add_months(born_on, 12 * years)


def _is_leap(year: int) -> bool:
    """Tell whether February of ``year`` has 29 days (Gregorian)."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
