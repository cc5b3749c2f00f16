"""The small office behind a real server, visited by people who each have a browser window of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from playwright.sync_api import Browser
from waitress import wasyncore
from waitress.server import create_server

from tests.engine.office import Bureau
from tests.web.browser.person import Person
from tests.web.browser.watch import Watch
from tests.web.site import PASSWORD, site_over
from workflow.access.sessions import Limits

WIDE, PHONE = (1366, 768), (390, 844)  # places across and down the screen
FOR_YEARS = Limits(idle=timedelta(days=4000), absolute=timedelta(days=4000))  # the clock goes forward by months


@dataclass(slots=True)
class Town:
    """A place where a story happens: its clock, its address, its people."""

    bureau: Bureau
    app: Flask
    url: str
    browser: Browser
    size: tuple[int, int] = WIDE
    scripts: bool = True
    people: dict[str, Person] = field(default_factory=dict)
    watches: list[Watch] = field(default_factory=list)

    @property
    def today(self) -> str:
        """Return the day at the office, as people type it."""
        return self.bureau.clock.day.isoformat()

    def it_is(self, day: str) -> None:
        """Let time pass until a day; it never goes back."""
        later = date.fromisoformat(day)
        assert later >= self.bureau.clock.day, f"{day} has been already"
        self.bureau.clock.day = later

    def newcomer(self, language: str = "zh") -> Person:
        """Give somebody a browser that nobody has signed in with."""
        width, height = self.size
        context = self.browser.new_context(
            base_url=self.url, viewport={"width": width, "height": height}, java_script_enabled=self.scripts,
            locale="zh-CN" if language == "zh" else "en-GB",
        )  # fmt: skip
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "jishi_lang", "value": language, "url": self.url}])
        self.watches.append(Watch(context, self.url))
        return Person(context.new_page(), self.bureau.clock)

    def person(self, login: str) -> Person:
        """Return somebody who has signed in; the same browser each time."""
        if login not in self.people:
            self.people[login] = self.newcomer()
            self.people[login].signs_in(login, PASSWORD)
        return self.people[login]

    def leave(self) -> None:
        """Close every browser; raises AssertionError for whatever went wrong unseen in any of them."""
        faults = [fault for watch in self.watches for fault in watch.close()]
        self.people.clear()
        self.watches.clear()
        assert not faults, "\n".join(faults)


@contextmanager
def town_of(bureau: Bureau, folder: Path, browser: Browser, **chosen: Any) -> Iterator[Town]:
    """Serve the pages over an office."""
    site = site_over(bureau, folder, limits=FOR_YEARS, **chosen)
    with served(site.app) as url:
        yield Town(bureau, site.app, url, browser)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application as it is served in earnest, in a thread; give its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # noqa: SLF001 - it has no word for ending
        thread.join()
        server.task_dispatcher.shutdown()
