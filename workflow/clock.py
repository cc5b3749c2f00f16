"""The one place that asks what time it is; everything else takes its days as arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime

from workflow.calendar.office import office_day


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today_at_office() -> date:
    """Return the day it is now at the office (Asia/Shanghai), wherever the computer stands."""
    return office_day(now())
