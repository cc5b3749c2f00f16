"""Every page that can be reached by links, from the first page of each office, as somebody reads them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlsplit

from flask import Flask

from tests.web.browser.person import Person
from tests.web.visitor import endpoint_of

LINKS = "all => all.map(one => one.getAttribute('href'))"
# Pages that differ from office to office: each looks at its own.
OWN = {"todo.index", "todo.waiting", "case.show", "ledger.index", "compliance.index", "organizations.index",
       "organizations.show", "organizations.account", "importing.index", "meeting.index"}  # fmt: skip
# No pages: files, fragments, answers for machines.
NO_PAGES = {"static", "health.alive", "health.ready", "ledger.file"}


@dataclass(frozen=True, slots=True)
class Stop:
    """A page that was reached: what it is, who stands there."""

    endpoint: str
    login: str
    path: str


@dataclass(slots=True)
class Crawl:
    """Who has been where; a page is gone to once, an office's own page once by each office."""

    app: Flask
    been: set[tuple[str, str]] = field(default_factory=set)
    languages: Iterator[str] = field(default_factory=lambda: cycle(["zh"]))  # of one page after the other

    def walk(self, person: Person, login: str, *starts: str) -> Iterator[Stop]:
        """Go from page to page; at each stop the browser stands at it, and may go elsewhere in between."""
        waiting = deque(starts or ("/",))
        while waiting:
            path = waiting.popleft()
            endpoint = endpoint_of(self.app, urlsplit(path).path, "GET")
            if endpoint is None or endpoint in NO_PAGES or self._been(endpoint, login):
                continue
            person.speaks(next(self.languages)).goes_to(path)
            waiting.extend(self._links(person))
            yield Stop(endpoint, login, path)

    def _been(self, endpoint: str, login: str) -> bool:
        key = (endpoint, login if endpoint in OWN else "")
        if key in self.been:
            return True
        self.been.add(key)
        return False

    def _links(self, person: Person) -> list[str]:
        found = person.page.eval_on_selector_all("a[href]", LINKS)
        return [str(one) for one in found if str(one).startswith("/")]

    def missing(self) -> set[str]:
        """Return every page that nobody came to."""
        pages = {rule.endpoint for rule in self.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        return pages - NO_PAGES - {endpoint for endpoint, _ in self.been}
