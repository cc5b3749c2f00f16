"""The page on which a procedure is drawn: its measures, its rows, and the shape of a state."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflow.law.flow import Flow, Lane, Turn
from workflow.law.model import OutcomeDef
from workflow.law.svg import GREY, INK, LEADING, RED, box, lines, tag, width, wrap
from workflow.law.words import Words

PAGE = (297.0, 210.0)  # mm
WIDTHS = (1600.0, 1680.0, 1760.0, 1840.0, 1920.0, 2000.0)  # tried in turn until the page has the shape of the paper
MARGIN, LABEL, CARRY = 26.0, 116.0, 130.0  # page margin, column of stage names, room for the state a lane begins with
MOST = 8  # steps side by side; a longer stage takes further rows
BOX, DROP, PAD = 52.0, 26.0, 7.0  # heights
PILLS = (30.0, 34.0)  # heights of the states when their names take one line, and when one takes two
GAP = 22.0  # between boxes
PAST_NUMBER = 26.0  # from the left edge of a box to where its number leaves room
NAME, SMALL = 15.5, 13.0  # sizes of type
YELLOW, PINK, TINT = "#fff4cc", "#fdeceb", "#f4f4f1"
LEFT = MARGIN + LABEL
BUS = 8.0  # from the top of a row to the dashes that lead back


@dataclass(slots=True)
class Row:
    """A row of steps on the page."""

    lane: Lane
    turns: tuple[Turn, ...]
    top: float
    high: float
    channel: float  # height of the strip above the boxes
    first: bool  # of its lane
    carried: str | None  # the state in which it begins
    pill: float

    @property
    def boxes(self) -> float:
        """Return the top of the boxes."""
        return self.top + self.channel

    @property
    def rail(self) -> float:
        """Return the height of the spine."""
        return self.boxes + BOX + DROP + self.pill / 2


@dataclass(slots=True)
class Page:
    """Where everything stands."""

    flow: Flow
    words: Words
    wide: float
    pitch: float
    pill: float  # height of a state
    rows: list[Row] = field(default_factory=list)
    pills: dict[str, tuple[int, float]] = field(default_factory=dict)  # state: row and middle of its pill

    def middle(self, column: int) -> float:
        """Return the middle of a column of steps."""
        return LEFT + CARRY + self.pitch * (column + 0.5)

    def outcome(self, outcome: OutcomeDef) -> str:
        """Return the name of an outcome."""
        return self.words.pick(outcome.zh, outcome.en)


def pill(page: Page, state: str, x: float, y: float, room: float, *, ghost: bool = False) -> str:
    """Return a state; with a double line where a case may end, in outline where it is only repeated."""
    rows, size, wide = pill_size(page, state, room)
    fill, stroke = ("#ffffff", GREY) if ghost else (PINK, RED)
    shapes = [box(x - wide / 2, y - page.pill / 2, wide, page.pill, corner=page.pill / 2, fill=fill, stroke=stroke)]
    if page.words.edition.states[state].final and not ghost:
        inner = (x - wide / 2 + 3, y - page.pill / 2 + 3, wide - 6, page.pill - 6)
        shapes.append(box(*inner, corner=page.pill / 2 - 3, fill="none", stroke=stroke))
    text = lines(rows, x, y - size * LEADING * len(rows) / 2 + 1, size, anchor="middle", fill=INK)
    return tag("g", [*shapes, text])


def pill_size(page: Page, state: str, room: float) -> tuple[list[str], float, float]:
    """Return the lines of a state's name, their size, and the width of the pill."""
    name, size = page.words.state(state), SMALL + 1
    rows = [name]
    if width(name, size) > room - 20:
        size = SMALL - 1.5
        rows = wrap(name, size, room - 24)
    return rows, size, min(room, max(width(row, size) for row in rows) + (24 if len(rows) == 1 else 34))
