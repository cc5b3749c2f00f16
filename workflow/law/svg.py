"""Draw with a few shapes: escaped text, boxes, hexagons, pills and arrows, as self-contained SVG without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from unicodedata import east_asian_width

FONTS = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','Hiragino Sans GB',"
    "'WenQuanYi Micro Hei',SimHei,'Segoe UI',Arial,sans-serif"
)
INK, RED, BLUE, GREY = "#1a1a1a", "#9c1c1c", "#1d4e89", "#8a8a8a"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NO_LINE_START = "，。、；：！？）》”〕】,.;:!?)"
TOKEN = re.compile(r"[（“《〔(]*(?:[A-Za-z0-9'’\-]+[,.;:!?)]*|[^\s（“《〔(])|\S")
LEADING = 1.22  # of the size of the type
LATIN = 0.51


def plain(text: str) -> str:
    """Return text that may stand in XML, between tags and in attributes."""
    return escape(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text), quote=True)


def width(text: str, size: float) -> float:
    """Return how wide a line will be, estimated: a wide character fills a square."""
    return sum(size * (1.0 if east_asian_width(char) in "WFA" else LATIN) for char in text)


def wrap(text: str, size: float, room: float) -> list[str]:
    """Return the lines of a text that fit into ``room``; a single word that does not fit stays whole."""
    lines, line = [], ""
    for found in TOKEN.finditer(text):
        token = found[0]
        gap = " " if line and text[found.start() - 1].isspace() else ""
        if line and width(line + gap + token, size) > room and token not in NO_LINE_START:
            lines.append(line)
            line = token
        else:
            line += gap + token
    return [*lines, line] if line else lines


def tag(name: str, content: Iterable[str] = (), /, **attributes: str | float) -> str:
    """Return an element; ``_`` in an attribute stands for ``-``; content must be escaped already."""
    pairs = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    inside = "".join(content)
    return f"<{name}{pairs}>{inside}</{name}>" if inside else f"<{name}{pairs}/>"


def _value(value: str | float) -> str:
    return plain(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def lines(  # noqa: PLR0913 - a text has a place, a size and a look
    text: Iterable[str],
    x: float,
    top: float,
    size: float,
    *,
    anchor: str = "start",
    bold: bool = False,
    fill: str = INK,
) -> str:
    """Return lines of text, the first one's top at ``top``."""
    weight: dict[str, str | float] = {"font_weight": "bold"} if bold else {}
    rows = [
        tag("tspan", [plain(row)], x=x, y=top + size * (0.86 + LEADING * number)) for number, row in enumerate(text)
    ]
    return tag("text", rows, font_size=size, text_anchor=anchor, fill=fill, **weight)


def box(  # noqa: PLR0913 - a shape has a place, a size and a look
    x: float, y: float, wide: float, high: float, *, corner: float = 5, fill: str = "#ffffff", stroke: str = INK
) -> str:
    """Return a rectangle with rounded corners."""
    return tag("rect", x=x, y=y, width=wide, height=high, rx=corner, fill=fill, stroke=stroke, stroke_width=1.3)


def hexagon(x: float, y: float, wide: float, high: float, *, fill: str, stroke: str = INK) -> str:
    """Return a box whose sides end in points: a decision."""
    point = 13.0
    left, right, top, bottom = (x, x + wide, y, y + high)
    middle = (top + bottom) / 2
    upper = [(left, middle), (left + point, top), (right - point, top), (right, middle)]
    corners = [*upper, (right - point, bottom), (left + point, bottom)]
    shape = " ".join(f"{_value(one)},{_value(other)}" for one, other in corners)
    return tag("polygon", points=shape, fill=fill, stroke=stroke, stroke_width=1.6)


def path(
    *points: tuple[float, float], color: str = INK, thick: float = 1.6, dashed: bool = False, head: bool = True
) -> str:
    """Return a line through points, with an arrowhead at its end unless told otherwise."""
    route = "M" + " L".join(f"{_value(x)},{_value(y)}" for x, y in points)
    more: dict[str, str | float] = {"stroke_dasharray": "6 4"} if dashed else {}
    if head:
        more["marker_end"] = f"url(#head-{color[1:]})"
    return tag("path", d=route, fill="none", stroke=color, stroke_width=thick, **more)


def heads(colors: Iterable[str]) -> str:
    """Return the arrowheads that ``path`` refers to."""
    shapes = (
        tag(
            "marker",
            [tag("path", d="M0,0 L9,4.5 L0,9 z", fill=color)],
            id=f"head-{color[1:]}",
            markerUnits="userSpaceOnUse",
            markerWidth=9,
            markerHeight=9,
            refX=8,
            refY=4.5,
            orient="auto",
        )
        for color in colors
    )
    return tag("defs", shapes)
