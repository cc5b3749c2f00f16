"""What the stories in a browser may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser

from tests.engine.office import bureau
from tests.web.browser.town import Town, town_of


@pytest.fixture
def town(sqlite_database, tmp_path, browser: Browser) -> Iterator[Town]:
    """Give the small office behind a real server; whatever went wrong unseen fails the test."""
    office = bureau(sqlite_database)
    office.clock.day = date(2026, 5, 20)  # nine days after the law that the stories tell of took effect
    with town_of(office, tmp_path, browser) as there:
        yield there
        there.leave()
