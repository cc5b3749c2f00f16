"""Plain text in columns: Chinese characters take two places on a terminal, others one, marks above them none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

GAP = "  "
CUT = "…"
_WIDE = ("W", "F")


def display_width(text: str) -> int:
    """Return how many places ``text`` takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_places, text))


def _places(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def cut_to(text: str, width: int) -> str:
    """Return ``text``, shortened with “…” where it is wider than ``width`` places."""
    if display_width(text) <= width:
        return text
    kept, room = [], width - display_width(CUT)
    for character in text:
        room -= _places(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + CUT


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return ``text`` with spaces to ``width`` places; ``right``: they stand before it."""
    space = " " * (width - display_width(text))
    return space + text if right else text + space


def table_lines(headers: Sequence[str], rows: Iterable[Sequence[str | int]], width: int, stretch: int) -> list[str]:
    """Return a table as lines of at most ``width`` places: numbers right, column ``stretch`` shortened to fit."""
    body = [tuple(row) for row in rows]
    texts = [tuple(headers), *(tuple(map(str, row)) for row in body)]
    widths = [max(map(display_width, column)) for column in zip(*texts, strict=True)]
    spare = width - sum(widths) - display_width(GAP) * (len(widths) - 1)
    widths[stretch] = max(widths[stretch] + min(spare, 0), display_width(headers[stretch]))
    numbers = [all(isinstance(row[place], int) for row in body) for place in range(len(headers))]
    return [
        GAP.join(
            padded(cut_to(text, places), places, right=right)
            for text, places, right in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in texts
    ]
