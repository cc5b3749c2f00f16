"""Forms of acts as tests fill them in, and what stands on the pages that answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bs4 import Tag

from tests.web.visitor import Page, Visitor


def form_of(case: str, step: str, outcome: str) -> str:
    """Return the address of the form of an outcome."""
    return f"/cases/{case}/steps/{step}/{outcome}"


def given(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return fields whose names are no names of Python, to be handed over by ``**``."""
    return dict(fields)


def hand_in(visitor: Visitor, address: str, *, do: str = "check", expect: int = 200, **fields: Any) -> Page:
    """Open a form, fill it in and press a button."""
    return visitor.submit(visitor.get(address), address, expect=expect, button=f"do={do}", **fields)


def part(page: Page, selector: str) -> Tag:
    """Return the first part of a page that a selector finds."""
    found = page.soup.select_one(selector)
    assert found is not None, f"nothing is {selector} on {page.path}: {page.text[:400]}"
    return found


def csrf(page: Page) -> str:
    """Return the token that forms of a page carry."""
    return str(part(page, 'main input[name="csrf_token"]')["value"])


def hidden(page: Page, name: str) -> Tag:
    """Return a control of the form in the middle of a page."""
    return part(page, f'main [name="{name}"]')


def kept(page: Page, address: str) -> Mapping[str, str]:
    """Return what stands in the fields of a form."""
    controls = page.form(address).find_all(["input", "textarea"])
    return {
        str(one["name"]): str(one.get("value", one.get_text()))
        for one in controls
        if one.get("type") not in ("radio", "hidden")
    }
