"""Lines that the law room writes for a terminal, as an outline: what is indented belongs to what is above."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from workflow.law.changes import LABELS, What

LABEL = re.compile(r"(?:【(?P<zh>[^】]+)】|\[(?P<en>[^\]]+)\] )(?P<rest>.*)", re.DOTALL)
SORTS = {word: what for what, label in LABELS.items() for word in (label.zh, label.en)}


@dataclass(slots=True)
class Item:
    """A line with the lines below it; ``what``: the sort of change that stands before it."""

    text: str
    what: What | None = None
    below: list[Item] = field(default_factory=list)

    @property
    def label(self) -> tuple[str, str]:
        """Return the word for the sort of change in both languages; empty for none."""
        return (LABELS[self.what].zh, LABELS[self.what].en) if self.what else ("", "")


def outline(text: str) -> tuple[Item, ...]:
    """Return the items at the left edge of a text, each with what is indented under it."""
    top = Item("")
    open_items: list[tuple[int, Item]] = [(-1, top)]
    for line in _filled(text.splitlines()):
        indent = len(line) - len(line.lstrip(" "))
        while open_items[-1][0] >= indent:
            open_items.pop()
        item = _item(line.strip())
        open_items[-1][1].below.append(item)
        open_items.append((indent, item))
    return tuple(top.below)


def _filled(lines: Iterable[str]) -> Iterable[str]:
    return (line for line in lines if line.strip())


def _item(text: str) -> Item:
    found = LABEL.fullmatch(text)
    what = SORTS.get(found["zh"] or found["en"]) if found else None
    return Item(found["rest"], what) if found and what else Item(text)
