"""The trend as a drawing: shares of people by month, in numbers that an inline SVG takes; its table says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from web.language import t
from workflow.engine.audit_trend import Month

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 76, 44, 16, 42
STEPS = (1, 2, 5, 10, 20, 25, 50, 100)  # per cent at the top of the drawing
TICKS = 4
MOST_LABELS = 6  # months named below the drawing


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the drawing. ``parts``: points of each stretch without a gap, as SVG writes them."""

    kind: str
    parts: tuple[str, ...]
    dots: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing. ``ticks``: per cent and height; ``months``: words and place."""

    width: int
    height: int
    left: int
    right: int
    lines: tuple[Line, ...]
    ticks: tuple[tuple[str, int], ...]
    months: tuple[tuple[str, int], ...]


def chart(months: Sequence[Month]) -> Chart | None:
    """Return the drawing of the shares of people with findings, all and those no waiver covers; None: too few months.

    A month whose share is not told leaves a gap.
    """
    shares = {"all": [one.told.share for one in months], "left": [one.told.share_left for one in months]}
    known = [share for line in shares.values() for share in line if share is not None]
    if len(months) < 2 or not known:  # noqa: PLR2004 - one point is no line
        return None
    top = Fraction(next(step for step in STEPS if max(known) * 100 <= step), 100)

    def across(place: int) -> int:
        return LEFT + round(place * (WIDTH - LEFT - RIGHT) / (len(months) - 1))

    def down(share: Fraction) -> int:
        return HEIGHT - BOTTOM - round(share / top * (HEIGHT - TOP - BOTTOM))

    ticks = [top * step / TICKS for step in range(TICKS + 1)]
    every = max(1, -(-len(months) // MOST_LABELS))
    return Chart(
        WIDTH, HEIGHT, LEFT, WIDTH - RIGHT,
        tuple(_line(kind, line, across, down) for kind, line in shares.items()),
        tuple((f"{float(tick * 100):g}%", down(tick)) for tick in ticks),
        tuple((f"{one.day:%Y-%m}", across(place)) for place, one in enumerate(months) if place % every == 0),
    )  # fmt: skip


def _line(
    kind: str, shares: Sequence[Fraction | None], across: Callable[[int], int], down: Callable[[Fraction], int]
) -> Line:
    parts: list[list[tuple[int, int]]] = [[]]
    for place, share in enumerate(shares):
        if share is None:
            parts.append([])
        else:
            parts[-1].append((across(place), down(share)))
    written = (" ".join(f"{x},{y}" for x, y in part) for part in parts if part)
    return Line(kind, tuple(written), tuple(dot for part in parts for dot in part))


def number(value: int | None) -> str:
    """Return a number as statistics tell it."""
    return t("不显示", "hidden") if value is None else str(value)


def per_cent(share: Fraction | None) -> str:
    """Return a share in per cent to a tenth, or that it is not told."""
    return "—" if share is None else f"{float(share * 100):.1f}%"
