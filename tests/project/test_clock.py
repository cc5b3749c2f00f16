"""The clock shows the day at the office, not where the computer stands."""

from datetime import UTC, datetime, timedelta, timezone

from workflow.clock import now, today_at_office

BEIJING = timezone(timedelta(hours=8))  # no summer time since 1991


def test_today_is_the_day_in_beijing():
    before = datetime.now(UTC)  # noqa: TID251 - the clock is what is tested
    today = today_at_office()
    after = datetime.now(UTC)  # noqa: TID251 - the same
    assert before.astimezone(BEIJING).date() <= today <= after.astimezone(BEIJING).date()


def test_now_is_aware_and_in_utc():
    before = datetime.now(UTC)  # noqa: TID251 - the same
    assert before <= now() <= datetime.now(UTC)  # noqa: TID251 - the same
    assert now().utcoffset() == timedelta(0)
