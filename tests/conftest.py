"""What every test may ask for: a real browser; and how Hypothesis searches."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import NoReturn

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserType, Error, sync_playwright

# A machine that several share is slow at times: a search is bounded by its examples, never by the clock.
settings.register_profile("jishi", deadline=None, print_blob=True)
settings.load_profile("jishi")

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
CHANNELS = ("chrome", "msedge")  # as macOS and Windows install them


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a real Chromium, Chrome or Edge; a machine that has none says so in the summary of the tests."""
    if subprocess.call([sys.executable, "-m", "playwright", "--version"], stdout=subprocess.DEVNULL):
        leave_out("Playwright's driver does not start (on Debian it needs libatomic1)")
    with sync_playwright() as playwright:
        found = launch(playwright.chromium) or leave_out("there is no Chromium, Chrome or Edge on this machine")
        yield found
        found.close()


def leave_out(reason: str) -> NoReturn:
    """Say why the browser tests do not run; where run.py saw that a browser is there, that is a failure."""
    if os.environ.get("JISHI_BROWSER") == "required":
        pytest.fail(f"not tested in a browser: {reason}")
    pytest.skip(f"not tested in a browser: {reason}")


def launch(chromium: BrowserType) -> Browser | None:
    """Start the first browser of the Chromium family that this machine has; None if it has none."""
    if path := next(filter(None, map(shutil.which, EXECUTABLES)), None):
        return chromium.launch(executable_path=path, chromium_sandbox=False)
    for channel in CHANNELS:
        try:
            return chromium.launch(channel=channel)
        except Error:
            continue
    return None
