"""The calendar that is shipped, read once."""

from __future__ import annotations

from importlib.resources import files

import pytest

from workflow.calendar import WorkingCalendar, read_calendar


@pytest.fixture(scope="session")
def cn_text() -> str:
    """Return the shipped file as it stands."""
    return (files("definitions") / "calendar" / "cn.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def cn(cn_text: str) -> WorkingCalendar:
    """Return the shipped calendar."""
    return read_calendar(cn_text, "cn.yaml")
