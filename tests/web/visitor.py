"""Somebody who visits the pages without a browser, and looks at every one of them as a careful tester would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from web.headers import HEADERS
from web.permission import permission_of

FOREIGN = ("http:", "https:", "//", "data:", "javascript:", "blob:")
ASIDE = ("hidden", "submit", "button", "reset", "image")  # controls that are no field to be labelled
ODD = re.compile(r"\{\{|\}\}|\{%|Undefined|&lt;(?:p|strong|a|span)\b|\bNone\b")


@dataclass(slots=True)
class Page:
    """A page as it came, checked."""

    response: TestResponse
    soup: BeautifulSoup
    path: str

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.response.status_code

    @property
    def heading(self) -> str:
        """Return the words of the one heading."""
        return words(one(self.soup, "h1"))

    @property
    def text(self) -> str:
        """Return all words of the page, single spaces between them."""
        return words(self.soup.body or self.soup)

    def form(self, action: str) -> Tag:
        """Return the one form whose address contains this; raises AssertionError with those that there are."""
        forms = [form for form in self.soup.find_all("form") if action in str(form.get("action", ""))]
        there = [form.get("action") for form in self.soup.find_all("form")]
        assert len(forms) == 1, f"{len(forms)} forms with {action!r} on {self.path}, of {there}"
        return forms[0]

    def link(self, text: str) -> str:
        """Return the address of the one link, or of several to the same place, that says so."""
        found = {str(a["href"]) for a in self.soup.find_all("a", href=True) if text in words(a)}
        assert len(found) == 1, f"{len(found)} links say {text!r} on {self.path}: {sorted(found)}"
        return found.pop()


class Visitor:
    """One browser: cookies of its own, forms filled in as they stand, every page checked as it comes."""

    def __init__(self, app: Flask) -> None:
        """Begin with no cookies."""
        self.app, self.client = app, app.test_client()
        self.seen: list[str] = []

    def get(self, path: str, *, expect: int | None = 200) -> Page:
        """Open a page, following redirects; ``expect`` None: whatever it answers."""
        return self._page(self.client.get(path, follow_redirects=True), expect)

    def follow(self, page: Page, text: str, *, expect: int | None = 200) -> Page:
        """Click the link that says so."""
        return self.get(page.link(text), expect=expect)

    def submit(
        self, page: Page, action: str, *, expect: int | None = 200, button: str | None = None, **fields: Any
    ) -> Page:
        """Fill in a form as it stands on the page and send it: a field that is not there cannot be filled in.

        ``button``: the name=value of the button clicked, where there are several.
        """
        form = page.form(action)
        values = list(filled(form, fields))
        if button is not None:
            name, _, value = button.partition("=")
            assert form.find(["button", "input"], attrs={"name": name, "value": value}), f"no button {button}"
            values.append((name, value))
        method = str(form.get("method", "get")).lower()
        data: dict[str, list[Any]] = {}
        for name, value in values:
            data.setdefault(name, []).append(value)
        if method == "get":
            response = self.client.get(str(form["action"]), query_string=data, follow_redirects=True)
        else:
            response = self.client.post(str(form["action"]), data=data, follow_redirects=True)
        return self._page(response, expect)

    def _page(self, response: TestResponse, expect: int | None) -> Page:
        path = response.request.full_path.rstrip("?")
        self.seen.append(path)
        check_headers(response)
        text = response.get_data(as_text=True) if (response.mimetype or "").startswith("text/") else ""
        page = Page(response, BeautifulSoup(text, "html.parser"), path)
        if response.mimetype == "text/html":
            check_page(self.app, page)
        if expect is not None:
            assert page.status == expect, f"{path}: {page.status}, not {expect}: {page.text[:600]}"
        return page


def words(tag: Tag) -> str:
    """Return the words of a part of a page."""
    return " ".join(tag.get_text(" ").split())


def one(soup: Tag, name: str) -> Tag:
    """Return the one element of a name."""
    found = soup.find_all(name)
    assert len(found) == 1, f"{len(found)} <{name}> on a page"
    return found[0]


def filled(form: Tag, fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a browser would send: the fields as they stand, those given filled in."""
    controls = form.find_all(["input", "select", "textarea"])
    names = {str(control.get("name")) for control in controls}
    assert set(fields) <= names, f"no such field: {sorted(set(fields) - names)}; there are {sorted(names)}"
    for control in controls:
        name = str(control.get("name", ""))
        if name and not control.has_attr("disabled"):
            yield from ((name, value) for value in _values(control, name, fields))


def _values(control: Tag, name: str, fields: Mapping[str, Any]) -> list[Any]:
    """Return what one control sends."""
    kind = str(control.get("type", "text")).lower()
    if kind in ("checkbox", "radio"):
        value = str(control.get("value", "on"))
        chosen = value in _several(fields[name]) if name in fields else control.has_attr("checked")
        return [value] if chosen else []
    if kind in ("submit", "button", "image"):
        return []
    if name in fields:
        values = _several(fields[name])
        if control.name == "select":
            options = {str(option.get("value", words(option))) for option in control.find_all("option")}
            assert set(map(str, values)) <= options, f"{name}: {values} is not among {sorted(options)}"
        return values
    if control.name == "select":
        return [_selected(control)]
    if control.name == "textarea":
        return [control.get_text()]
    return [] if kind == "file" else [str(control.get("value", ""))]


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) and not hasattr(value, "read") else [value]


def _selected(control: Tag) -> str:
    options = control.find_all("option")
    chosen = [option for option in options if option.has_attr("selected")] or options[:1]
    return str(chosen[0].get("value", words(chosen[0]))) if chosen else ""


def check_headers(response: TestResponse) -> None:
    """Every answer carries every header; only styles and scripts may be kept."""
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, name
    kept = response.headers.get("Cache-Control", "")
    assert "no-store" in kept or "/static/" in response.request.path, kept


def check_page(app: Flask, page: Page) -> None:
    """Look at a page: one title and heading, labels, ids, links that lead somewhere, nothing inline, no loose ends."""
    soup = page.soup
    assert one(soup, "html").get("lang") in ("zh-CN", "en"), page.path
    assert words(one(soup, "title")), page.path
    assert words(one(soup, "h1")), page.path
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)
    _check_controls(soup, set(ids), page.path)
    _check_links(app, soup, set(ids), page.path)
    _check_nothing_inline(soup, page.path)
    odd = ODD.search(page.text)
    assert odd is None, f"{odd.group()!r} on {page.path}: {page.text[max(0, odd.start() - 60) : odd.end() + 60]}"
    for tag in soup.find_all(["button", "a"]):
        assert words(tag) or tag.get("aria-label") or tag.find("img", alt=True), f"{tag} says nothing on {page.path}"
    for table in soup.find_all("table"):
        assert table.find("th"), f"a table without headings on {page.path}"


def _check_controls(soup: BeautifulSoup, ids: set[str], path: str) -> None:
    labelled = {str(label["for"]) for label in soup.find_all("label", attrs={"for": True})}
    assert labelled <= ids, f"labels of nothing on {path}: {labelled - ids}"
    for control in soup.find_all(["input", "select", "textarea"]):
        if str(control.get("type", "text")).lower() in ASIDE:
            continue
        named = control.get("id") in labelled or control.get("aria-label") or control.find_parent("label")
        assert named or control.get("aria-labelledby"), f"{control} has no label on {path}"
    for tag in soup.find_all(True):
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "list", "headers"):
            for name in str(tag.get(attribute, "")).split():
                assert name in ids, f"{attribute}={name} leads nowhere on {path}"


def _check_links(app: Flask, soup: BeautifulSoup, ids: set[str], path: str) -> None:
    for tag, attribute in _addresses(soup):
        address = str(tag[attribute])
        assert not address.startswith(FOREIGN), f"{address} leads away from here on {path}"
        if address.startswith("#"):
            assert address == "#" or address[1:] in ids, f"{address} leads nowhere on {path}"
            continue
        parts = urlsplit(address)
        method = str(tag.get("method", "get")).upper() if tag.name == "form" else "GET"
        method = "POST" if attribute == "hx-post" else method
        leads_to = endpoint_of(app, parts.path or path, method)
        assert leads_to, f"{method} {address} is a dead link on {path}"
        permission_of(app, leads_to)
    for form in soup.find_all("form"):
        if str(form.get("method", "get")).lower() == "post":
            assert form.find("input", attrs={"name": "csrf_token", "type": "hidden"}), f"{form.get('action')} on {path}"


def _addresses(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    for attribute in ("href", "src", "action", "hx-get", "hx-post", "formaction"):
        yield from ((tag, attribute) for tag in soup.select(f"[{attribute}]"))


def endpoint_of(app: Flask, path: str, method: str) -> str | None:
    """Return the endpoint that an address leads to; None: nowhere."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method=method)
    except RequestRedirect:
        return None
    except HTTPException:
        return None
    return str(endpoint)


def _check_nothing_inline(soup: BeautifulSoup, path: str) -> None:
    assert not soup.find("style"), path
    for script in soup.find_all("script"):
        assert script.get("src"), f"a script within {path}"
        assert not script.get_text(strip=True), path
    for tag in soup.find_all(True):
        inline = [name for name in tag.attrs if name == "style" or name.startswith("on") or name == "hx-on"]
        assert not inline, f"{inline} within {path}: {str(tag)[:120]}"


def texts(tags: Iterable[Tag]) -> list[str]:
    """Return the words of several parts."""
    return [words(tag) for tag in tags]
