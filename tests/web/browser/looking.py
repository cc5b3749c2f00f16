"""What is looked for on a page that is open in a browser: axe, width, size of what is pressed."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# The head stays where it is and covers what is scrolled beneath it: links half under it would count as too small.
TOP = "window.scrollTo({ top: 0, behavior: 'instant' })"
# Words in a frame that are higher than wide: a column so narrow that its letters stand one below the other.
SQUEEZED = """() => [...document.querySelectorAll(".tag, .light")]
    .filter((one) => one.clientHeight > one.clientWidth && one.innerText.trim().length > 1)
    .map((one) => one.innerText)"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page, *, colours: bool = True) -> list[str]:
    """Return whatever is wrong with the page as it stands; nothing, if all is well."""
    return [*barriers(page, colours=colours), *overflow(page), *squeezed(page)]


def barriers(page: Page, *, colours: bool = True) -> list[str]:
    """Return what axe finds, by any of its rules; without those of colours, which take four times as long."""
    page.evaluate(TOP)
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": colours}}
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]


def overflow(page: Page) -> list[str]:
    """Return by how much a page has to be pushed sideways."""
    wider = page.evaluate(WIDER)
    return [f"{wider} px too wide"] if wider > 0 else []


def squeezed(page: Page) -> list[str]:
    """Return the words in frames that are broken letter by letter."""
    return [f"squeezed: {words.split()}" for words in page.evaluate(SQUEEZED)[:3]]
