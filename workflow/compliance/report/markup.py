"""Building HTML: whatever is not built here is text, and text is escaped here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from workflow.plain import harmless


class Html(str):
    """Markup that was built here and is safe as it is."""

    __slots__ = ()


EMPTY = {"meta": ">", "rect": "/>"}  # elements without content, and how they end: HTML's own, SVG's
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)")
Content = str | int | Html
Attribute = str | int | None


def element(tag: str, *content: Content, **attributes: Attribute) -> Html:
    """Return an element; attributes that are None are left out, ``class_`` is class, ``_`` within a name is ``-``."""
    named = "".join(
        f' {name.strip("_").replace("_", "-")}="{escape(harmless(str(value)))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in EMPTY:
        return Html(f"<{tag}{named}{EMPTY[tag]}")
    return Html(f"<{tag}{named}>{joined(content)}</{tag}>")


def joined(content: Iterable[Content]) -> Html:
    """Return pieces side by side: markup as it is, text escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(harmless(str(part))) for part in content))


def dated(text: str) -> Html:
    """Return a text in which each day is marked as such: lines do not break within it."""
    parts = _DAY.split(text)  # days stand at odd places
    return joined(element("time", part) if place % 2 else part for place, part in enumerate(parts))


def table(name: str, caption: Content, headers: Iterable[Content], *bodies: Html) -> Html:
    """Return a table of class ``name``.

    On a narrow screen rows become cards; browsers then forget that it is a table, so the roles are written out.
    """
    heads = (element("th", header, scope="col", role="columnheader") for header in headers)
    head = element("thead", element("tr", *heads, role="row"), role="rowgroup")
    return element("table", element("caption", caption), head, *bodies, class_=name, role="table")


def body(*rows: Html) -> Html:
    """Return rows that belong together."""
    return element("tbody", *rows, role="rowgroup")


def row(*cells: Html, class_: str | None = None) -> Html:
    """Return a row."""
    return element("tr", *cells, role="row", class_=class_)


def cell(*content: Content, class_: str | None = None) -> Html:
    """Return a cell."""
    return element("td", *content, role="cell", class_=class_)


def head_cell(*content: Content) -> Html:
    """Return the cell that names its row."""
    return element("th", *content, scope="row", role="rowheader")


def group_row(span: int, *content: Content) -> Html:
    """Return a row that names the rows below it, up to the end of their body."""
    return row(element("th", *content, scope="rowgroup", role="rowheader", colspan=span), class_="group")
