"""Walking through the pages as one visitor: one page of every kind, and every form that stands on them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer
from werkzeug.test import TestResponse

from tests.web.knocking import Knock
from tests.web.site import Site
from tests.web.visitor import endpoint_of

LEADING = SoupStrainer(["a", "form"])
LEFT_OUT = {"static", "signing.sign_out"}


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands on a page: what it sends untouched, and where a file goes."""

    endpoint: str
    action: str
    method: str
    fields: dict[str, str]
    typed: tuple[str, ...]  # what a visitor fills in: not hidden
    files: tuple[str, ...] = ()


@dataclass(slots=True)
class Walk:
    """What a visitor came across. ``pages``: an address of every kind of page with its answer."""

    pages: dict[tuple[str, frozenset[str]], TestResponse] = field(default_factory=dict)
    forms: dict[tuple[str, frozenset[str]], Form] = field(default_factory=dict)


def walk(site: Site, knock: Knock, *starts: str, most: int = 60) -> Walk:
    """Open one page of every kind that can be reached from some addresses."""
    found, waiting = Walk(), deque(starts)
    while waiting and len(found.pages) < most:
        path = waiting.popleft()
        parts = urlsplit(path)
        endpoint = endpoint_of(site.app, parts.path, "GET")
        kind = (str(endpoint), frozenset(parse_qs(parts.query)))
        if endpoint is None or endpoint in LEFT_OUT or kind in found.pages:
            continue
        answer = knock.get(path)
        found.pages[kind] = answer
        if answer.status_code in (302, 303):
            waiting.append(answer.headers["Location"])
        if answer.mimetype == "text/html":
            soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser", parse_only=LEADING)
            waiting.extend(
                str(link["href"]) for link in soup.find_all("a", href=True) if str(link["href"]).startswith("/")
            )
            for tag in soup.find_all("form"):
                _keep(site, found, tag, parts.path)
    return found


def _keep(site: Site, found: Walk, tag: Tag, path: str) -> None:
    form = form_of(site, tag, path)
    if form is not None and form.endpoint not in LEFT_OUT:
        found.forms.setdefault((form.endpoint, frozenset(form.fields)), form)


def form_of(site: Site, tag: Tag, path: str) -> Form | None:
    """Return a form with every field in it; None: it leads nowhere."""
    method = str(tag.get("method", "get")).upper()
    action = str(tag.get("action") or path)
    endpoint = endpoint_of(site.app, urlsplit(action).path, method)
    if endpoint is None:
        return None
    controls = [control for control in tag.find_all(["input", "select", "textarea", "button"]) if control.get("name")]
    files = tuple(str(one["name"]) for one in controls if one.get("type") == "file")
    typed = tuple(dict.fromkeys(str(one["name"]) for one in controls if one.get("type") not in ("hidden", "file")))
    fields = {str(one["name"]): str(one.get("value", "")) for one in controls if one.get("type") != "file"}
    return Form(endpoint, action, method, fields, typed, files)
