"""Indications as a drawing: the rate here above that of the whole own scope; the table beside it says the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from web.language import t
from web.trend_view import STEPS, number, per_cent
from workflow.engine.indication_numbers import Told
from workflow.engine.indication_runs import Kept
from workflow.errors import Text

WIDTH, LONGEST = 720, 560  # beyond the longest bar its figures stand
TITLE, HERE, SCOPE = 18, 26, 48  # how far below the top of a line its parts begin
THICK, THIN, BETWEEN = 14, 10, 12
THINNEST = 2  # of a rate of nought, too: it is told
UP = 2  # how far above its lower edge the figures of a bar stand


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its figures. ``kind``: ``here`` or ``scope``; ``length`` None: there is no rate that could be told."""

    kind: str
    y: int
    thick: int
    length: int | None
    words: str
    line: int  # on which the words stand


@dataclass(frozen=True, slots=True)
class Line:
    """An indication in the drawing. ``y``: on which its title stands."""

    title: Text
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """The drawing."""

    width: int
    height: int
    lines: tuple[Line, ...]


def bars(found: Kept, *, apart: bool) -> Bars | None:
    """Return the drawing of the rates; ``apart``: beside that of the scope. None: no rate can be told."""
    known = [told.rate for one in found.indicated for told in (one.here, one.scope) if told.rate is not None]
    if not known:
        return None
    top = Fraction(next(step for step in STEPS if max(known) * 100 <= step), 100)
    deep = (SCOPE + THIN if apart else HERE + THICK) + BETWEEN
    lines = tuple(
        Line(
            one.words.title,
            place * deep + TITLE,
            tuple(_bars(place * deep, one.here, one.scope if apart else None, top)),
        )
        for place, one in enumerate(found.indicated)
    )
    return Bars(WIDTH, deep * len(lines), lines)


def _bars(above: int, here: Told, scope: Told | None, top: Fraction) -> Iterator[Bar]:
    yield _bar("here", above + HERE, THICK, here, top)
    if scope is not None:
        yield _bar("scope", above + SCOPE, THIN, scope, top)


def _bar(kind: str, y: int, thick: int, told: Told, top: Fraction) -> Bar:
    length = None if told.rate is None else max(round(told.rate / top * LONGEST), THINNEST)
    return Bar(kind, y, thick, length, rate(told), y + thick - UP)


def rate(told: Told) -> str:
    """Return the rate in words: nobody to look at, hidden, or per cent."""
    return number(None) if told.shown is None else per_cent(told.rate)


def figures(told: Told | None) -> str:
    """Return of how many of how many it shows, with the rate; what is hidden says so."""
    if told is None or told.base == 0:
        return "—"
    if told.shown is None and told.base is None:
        return number(None)
    share = "" if told.rate is None else t(f"（{per_cent(told.rate)}）", f" ({per_cent(told.rate)})")
    return f"{number(told.shown)} / {number(told.base)}{share}"
