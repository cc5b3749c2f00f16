"""The drawing of the procedure as a part of a page: its steps are links, and nothing in it is forbidden to a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from markupsafe import Markup

from workflow.law.graph import svg
from workflow.law.model import Edition
from workflow.law.per_edition import PerEdition
from workflow.law.words import Words

SVG = "http://www.w3.org/2000/svg"
TITLE, DESC, STYLE, GROUP, LINK = (f"{{{SVG}}}{name}" for name in ("title", "desc", "style", "g", "a"))
ET.register_namespace("", SVG)

MOST_KEPT = 32  # pictures of an edition, by language and day
_kept: PerEdition[dict[tuple[str, str | None], Markup]] = PerEdition(lambda _: {})


def drawing(words: Words, on: str | None, address: Callable[[str], str]) -> Markup:
    """Return the picture of an edition, made once for each language.

    ``address``: of the page of a step; ``on``: the day that stands in these addresses.
    """
    kept = _kept(words.edition)
    key = (words.language, on)
    if key not in kept:
        if len(kept) >= MOST_KEPT:  # any day can be asked for
            kept.clear()
        kept[key] = _inline(svg(words.edition, words.language), words, address)
    return kept[key]


def _inline(picture: str, words: Words, address: Callable[[str], str]) -> Markup:
    """Return a picture for a page: without its own style and tooltips, each step a link with a spoken name."""
    root = ET.fromstring(picture.encode())  # noqa: S314 - our own picture, made a moment ago
    for name in ("width", "height", "role", "aria-labelledby", "lang"):
        root.attrib.pop(name, None)
    for part in [part for part in root if part.tag in (TITLE, DESC, STYLE)]:
        root.remove(part)
    root.set("role", "group")
    root.set("aria-label", words.of(words.edition.title))
    steps = dict(_hints(words.edition, words))
    for group in list(root.iter(GROUP)):
        title = group.find(TITLE)
        if title is not None:
            group.remove(title)
            _link(group, title.text or "", steps, address)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - every text in it was escaped by ElementTree


def _hints(edition: Edition, words: Words) -> Iterator[tuple[str, str]]:
    """Yield how the tooltip of a step begins, with the step."""
    for step, definition in edition.steps.items():
        yield words.numbered(step) if definition.number else words.step_name(step), step


def _link(group: ET.Element, hint: str, steps: dict[str, str], address: Callable[[str], str]) -> None:
    step = steps.get(hint.split(" · ", maxsplit=1)[0])
    if step is not None:
        group.tag = LINK
        group.set("href", address(step))
        group.set("aria-label", hint)
