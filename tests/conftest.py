"""What every test may ask for: a real browser, a fresh database; how Hypothesis searches; what coverage measures."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from coverage import Coverage
from hypothesis import settings
from playwright.sync_api import Browser, BrowserType, Error, sync_playwright

# A machine that several share is slow at times: a search is bounded by its examples, never by the clock.
settings.register_profile("jishi", deadline=None, print_blob=True)
settings.load_profile("jishi")

pytest_plugins = ["tests.store_fixtures", "tests.shared_law"]

TESTS = Path(__file__).parent
EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
CHANNELS = ("chrome", "msedge")  # as macOS and Windows install them
PURE_ROOMS = {"bulk", "calendar", "case", "law", "machine", "plan", "prover", "regulation", "rules", "seal"}


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over all that was read before the first test: nothing of it ever goes."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure the pure rooms by their own tests alone: what the others pass through on their way proves nothing."""
    measuring = Coverage.current()
    if measuring is None or item.path.relative_to(TESTS).parts[0] in PURE_ROOMS:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


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
