"""The procedure as a picture: lanes of steps, the states as the spine, what is refused or returned in dashes.

One A4 page in landscape; self-contained SVG with real text, for screen, paper and screen readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflow.law.flow import Flow, Lane, Turn, flow_of, is_decision
from workflow.law.model import Edition, OutcomeDef
from workflow.law.svg import (
    BLUE,
    FONTS,
    GREY,
    INK,
    LEADING,
    RED,
    box,
    heads,
    hexagon,
    lines,
    path,
    plain,
    tag,
    width,
    wrap,
)
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
CARDS = 5  # side acts in a row
YELLOW, PINK, TINT = "#fff4cc", "#fdeceb", "#f4f4f1"
LEFT = MARGIN + LABEL
FEW = 2  # states named one by one
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
    """Where everything stands, and what was drawn."""

    flow: Flow
    words: Words
    wide: float
    pitch: float
    pill: float  # height of a state
    rows: list[Row] = field(default_factory=list)
    pills: dict[str, tuple[int, float]] = field(default_factory=dict)  # state: row and middle of its pill
    parts: list[str] = field(default_factory=list)

    def middle(self, column: int) -> float:
        """Return the middle of a column of steps."""
        return LEFT + CARRY + self.pitch * (column + 0.5)

    def outcome(self, outcome: OutcomeDef) -> str:
        """Return the name of an outcome."""
        return self.words.pick(outcome.zh, outcome.en)


def svg(edition: Edition, language: str = "zh") -> str:
    """Return the picture of an edition as an SVG document."""
    for wide in WIDTHS:
        page, body, bottom = _drawn(flow_of(edition), Words(edition, language), wide)
        if bottom * PAGE[0] <= wide * PAGE[1]:
            break
    return _document(page, body, bottom)


def _drawn(flow: Flow, words: Words, wide: float) -> tuple[Page, list[str], float]:
    """Return the page at a width, what stands on it, and where it ends."""
    columns = min(MOST, max((len(lane.turns) for lane in flow.lanes), default=1))
    pitch = (wide - MARGIN - LEFT - CARRY) / columns
    long = any(width(words.state(state), SMALL + 1) > pitch - 48 for state in words.edition.states)
    page = Page(flow, words, wide, pitch, PILLS[long])
    top = _place(page, MARGIN + 44, columns)
    body = [*_title(page), *(part for row in page.rows for part in _lane(page, row))]
    for row in page.rows:
        body += [*_spine(page, row), *_ways_back(page, row)]
        body += [part for turn in row.turns for part in _above(page, row, turn)]
        body += [part for column, turn in enumerate(row.turns) for part in _step(page, row, column, turn)]
    side, top = _side_acts(page, top)
    legend, top = _legend(page, top + 12)
    return page, [*body, *side, *legend], top


def _document(page: Page, body: list[str], bottom: float) -> str:
    words = page.words
    title, high = words.of(words.edition.title), max(bottom, page.wide * PAGE[1] / PAGE[0])
    parts = [
        tag("title", [plain(title)], id="flow-title"),
        tag("desc", [plain(_description(page))], id="flow-desc"),
        "<style>@page{size:A4 landscape;margin:0}</style>",
        heads((INK, RED, BLUE)),
        tag("rect", width=page.wide, height=high, fill="#ffffff"),
        tag("g", ["\n".join(body)], font_family=FONTS),
    ]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag(
        "svg", ["\n", "\n".join(parts), "\n"], xmlns="http://www.w3.org/2000/svg", width=f"{PAGE[0]:.0f}mm",
        height=f"{PAGE[1]:.0f}mm", viewBox=f"0 0 {page.wide:.0f} {high:.0f}", role="img",
        aria_labelledby="flow-title flow-desc", lang="zh-CN" if words.language == "zh" else "en",
    ) + "\n"  # fmt: skip


def _description(page: Page) -> str:
    """Return the picture in words, for those who do not see it."""
    words = page.words
    told = []
    for turn in (turn for lane in page.flow.lanes for turn in lane.turns):
        step = words.edition.steps[turn.step]
        moves = [f"{page.outcome(out)} → {words.state(out.to)}" for out in step.outcomes.values() if out.to]
        told.append(words.numbered(turn.step) + (words.pick("：", ": ") + words.listed(moves) if moves else ""))
    told += [words.step_name(step) for step in page.flow.side_acts]
    return words.pick("；", "; ").join(told)


# ---------------------------------------------------------------------------------------------- places


def _place(page: Page, top: float, columns: int) -> float:
    """Give every row its place; return where the next thing may begin."""
    carried = page.words.edition.initial
    for lane in page.flow.lanes:
        for start in range(0, len(lane.turns), columns):
            turns = lane.turns[start : start + columns]
            channel = max(17.0, *(_above_height(page, turn) for turn in turns))
            more = page.pill + 24 if any(turn.branches for turn in turns) else 0.0
            spine = DROP + page.pill if page.words.edition.states else 0.0
            row = Row(lane, turns, top, channel + BOX + spine + more + PAD, channel, start == 0, carried, page.pill)
            for column, turn in enumerate(turns):
                if turn.main and turn.main.to:
                    carried = turn.main.to
                    page.pills[carried] = (len(page.rows), page.middle(column))
            page.rows.append(row)
            top += row.high
    return top


def _zones(page: Page, turn: Turn) -> list[tuple[str, list[str], float]]:
    """Return what stands above a step: dashes back and loops, each with the lines of its label and where it stands."""
    left, zones = (GAP - page.pitch) / 2 + PAST_NUMBER, []
    room = page.pitch - PAST_NUMBER - 10
    for kind, outcomes in (("back", turn.back), ("stays", turn.stays)):
        if not outcomes:
            continue
        names, taken = list(map(page.outcome, outcomes)), 12 if kind == "back" else 22
        shared = kind == "back" and turn.stays
        mine = min(max(width(name, SMALL) for name in names) + taken + 8, room * 0.6) if shared else room
        zones.append((kind, _label(page, names, mine - taken), left))
        left, room = left + mine, room - mine
    return zones


def _label(page: Page, names: list[str], room: float) -> list[str]:
    """Return names as lines, broken between names where that is possible."""
    rows: list[str] = []
    for name in names:
        together = page.words.listed([rows[-1], name]) if rows else name
        if rows and width(together, SMALL) <= room:
            rows[-1] = together
        else:
            rows += wrap(name, SMALL, room)
    return rows


def _above_height(page: Page, turn: Turn) -> float:
    """Return the height of the strip that the dashes above a step and their labels need."""
    zones = _zones(page, turn)
    way = 16 if turn.back else 6
    return way + max(18.0, *(len(label) * SMALL * LEADING + 4 for _, label, _ in zones)) if zones else 0.0


# ---------------------------------------------------------------------------------------------- parts


def _title(page: Page) -> Iterator[str]:
    words, edition = page.words, page.words.edition
    yield lines([words.of(edition.title)], MARGIN, MARGIN - 8, 24, bold=True)
    laid = words.listed(edition.overlays)
    told = words.pick(f"{edition.edition} 起施行", f"in force from {edition.edition}")
    told += words.pick(f"，叠加 {laid}", f", with {laid}") if laid else ""
    told += words.pick(
        f"　{len(page.flow.lanes)} 个阶段，{len(edition.numbered)} 个步骤",
        f" · {len(page.flow.lanes)} stages, {len(edition.numbered)} steps",
    )
    yield lines([told], page.wide - MARGIN, MARGIN, SMALL + 2, anchor="end")


def _lane(page: Page, row: Row) -> Iterator[str]:
    """Yield the ground of a row, and the name of its stage on the first."""
    number = page.flow.lanes.index(row.lane)
    yield tag(
        "rect",
        x=MARGIN,
        y=row.top,
        width=page.wide - 2 * MARGIN,
        height=row.high,
        fill="#ffffff" if number % 2 else TINT,
    )
    if row.first:
        yield path((MARGIN, row.top), (page.wide - MARGIN, row.top), color="#cfcfcf", thick=1, head=False)
        stage = page.words.edition.stages.get(row.lane.stage)
        name = page.words.pick(stage.zh, stage.en) if stage else page.words.pick("步骤", "Steps")
        yield lines([str(number + 1)], MARGIN + 10, row.top + 10, 26, bold=True, fill=RED)
        yield lines(wrap(name, NAME, LABEL - 18), MARGIN + 10, row.top + 42, NAME, bold=True)


def _step(page: Page, row: Row, column: int, turn: Turn) -> Iterator[str]:
    """Yield a step: its box, its number, its name."""
    words, step = page.words, page.words.edition.steps[turn.step]
    x, wide = page.middle(column) - page.pitch / 2 + GAP / 2, page.pitch - GAP
    decides = is_decision(step)
    shape = hexagon(x, row.boxes, wide, BOX, fill=YELLOW) if decides else box(x, row.boxes, wide, BOX)
    name, size = _fitted(words.step_name(turn.step), wide - (36 if decides else 30))
    middle = row.boxes + (BOX - size * LEADING * len(name)) / 2 + 1
    label = lines(name, page.middle(column) + 4, middle, size, anchor="middle")
    badge = tag("circle", cx=x + 7, cy=row.boxes + 3, r=12.5, fill=INK)
    number = lines([str(step.number)], x + 7, row.boxes - 4, 14, anchor="middle", bold=True, fill="#ffffff")
    hint = f"{words.numbered(turn.step)} · {words.bodies(step.by)} · {words.basis(step.basis)}"
    yield tag("g", [tag("title", [plain(hint)]), shape, label, badge, number])


def _fitted(name: str, room: float) -> tuple[list[str], float]:
    """Return the lines of a name in the largest type in which they fit into a box, else in the smallest."""
    for size in (NAME, NAME - 2, NAME - 3.5):
        rows = wrap(name, size, room)
        if len(rows) * size * LEADING <= BOX - 8:
            break
    return rows, size


def _spine(page: Page, row: Row) -> Iterator[str]:
    """Yield the line of states under the boxes: who moves the case, and where it stays."""
    states = page.words.edition.states
    if not states:
        return
    left = LEFT + CARRY / 2
    reach = page.middle(len(row.turns) - 1)
    yield path((left, row.rail), (reach + (page.pitch / 2 - 8 if row is not page.rows[-1] else 0), row.rail),
               color=RED, thick=3, head=row is not page.rows[-1])  # fmt: skip
    if row.carried:
        yield _pill(page, row.carried, left, row.rail, CARRY - 12, ghost=row is not page.rows[0])
    for column, turn in enumerate(row.turns):
        x, bottom = page.middle(column), row.boxes + BOX
        if turn.main and turn.main.to:
            yield path((x, bottom), (x, row.rail - row.pill / 2 - 1), color=RED, thick=2)
            yield lines(wrap(page.outcome(turn.main), SMALL, page.pitch)[:1], x + 8, bottom + 7, SMALL, fill=RED)
            yield _pill(page, turn.main.to, x, row.rail, page.pitch - 24)
        else:
            yield path((x, bottom), (x, row.rail), color=GREY, thick=1.2, head=False)
            yield tag("circle", cx=x, cy=row.rail, r=4.5, fill="#ffffff", stroke=RED, stroke_width=2)
        yield from _branches(page, row, column, turn)


def _branches(page: Page, row: Row, column: int, turn: Turn) -> Iterator[str]:
    """Yield the states off the spine that a step can lead to, on a branch below it."""
    if not turn.branches:
        return
    gap = page.middle(column) - page.pitch / 2
    bus, middle = row.rail + row.pill / 2 + 10, row.rail + row.pill + 24
    wide = page.pitch - 14
    start = min(
        max(gap - wide * (len(turn.branches) - 1) / 2, LEFT + wide / 2),
        page.wide - MARGIN - wide * (len(turn.branches) - 0.5),
    )
    yield path((gap + GAP / 2, row.boxes + BOX / 2), (gap, row.boxes + BOX / 2), (gap, bus), color=RED, head=False)
    for number, outcome in enumerate(turn.branches):
        x = start + wide * number
        color = BLUE if outcome.reason else RED
        yield path((gap, bus), (x, bus), (x, middle - page.pill / 2 - 1), color=color, dashed=outcome.reason)
        yield _pill(page, outcome.to or "", x, middle, wide - 14)


def _pill(page: Page, state: str, x: float, y: float, room: float, *, ghost: bool = False) -> str:
    """Return a state; with a double line where a case may end, in outline where it is only repeated."""
    rows, size, wide = _pill_size(page, state, room)
    fill, stroke = ("#ffffff", GREY) if ghost else (PINK, RED)
    shapes = [box(x - wide / 2, y - page.pill / 2, wide, page.pill, corner=page.pill / 2, fill=fill, stroke=stroke)]
    if page.words.edition.states[state].final and not ghost:
        inner = (x - wide / 2 + 3, y - page.pill / 2 + 3, wide - 6, page.pill - 6)
        shapes.append(box(*inner, corner=page.pill / 2 - 3, fill="none", stroke=stroke))
    text = lines(rows, x, y - size * LEADING * len(rows) / 2 + 1, size, anchor="middle", fill=INK)
    return tag("g", [*shapes, text])


def _pill_size(page: Page, state: str, room: float) -> tuple[list[str], float, float]:
    """Return the lines of a state's name, their size, and the width of the pill."""
    name, size = page.words.state(state), SMALL + 1
    rows = [name]
    if width(name, size) > room - 20:
        size = SMALL - 1.5
        rows = wrap(name, size, room - 24)
    return rows, size, min(room, max(width(row, size) for row in rows) + (24 if len(rows) == 1 else 34))


def _above(page: Page, row: Row, turn: Turn) -> Iterator[str]:
    """Yield what a step sends back or leaves where it is: dashes above its box, with the names of the outcomes."""
    for kind, label, offset in _zones(page, turn):
        left = page.middle(row.turns.index(turn)) + offset
        if kind == "back":
            yield path((left, row.boxes), (left, row.top + BUS), color=BLUE, dashed=True, head=False)
        else:
            loop = ((left, row.boxes), (left, row.boxes - 14), (left + 14, row.boxes - 14), (left + 14, row.boxes - 1))
            yield path(*loop, color=BLUE, dashed=True)
        top = row.boxes - 3 - len(label) * SMALL * LEADING
        yield lines(label, left + (7 if kind == "back" else 20), top, SMALL, fill=BLUE)


def _ways_back(page: Page, row: Row) -> Iterator[str]:
    """Yield the dashes that lead from the strip above a row to earlier states, one way for all steps that go there."""
    for state in dict.fromkeys(outcome.to for turn in row.turns for outcome in turn.back if outcome.to):
        starts = [
            page.middle(column) + (GAP - page.pitch) / 2 + PAST_NUMBER
            for column, turn in enumerate(row.turns)
            if state in {outcome.to for outcome in turn.back}
        ]
        yield _way_back(page, row, starts, state)


def _way_back(page: Page, row: Row, starts: list[float], state: str) -> str:
    """Return one way: along the strip, then straight up to a pill of the row above, else through the gap beside it."""
    number, pill = page.pills[state]
    target, bus = page.rows[number], row.top + BUS
    below = target.rail + row.pill / 2 + 1
    above = number == page.rows.index(row) - 1
    turn = pill if above else pill - page.pitch / 2
    along = [path((min(*starts, turn), bus), (max(*starts, turn), bus), color=BLUE, dashed=True, head=False)]
    if above:
        return "".join([*along, path((turn, bus), (turn, below), color=BLUE, dashed=True)])
    around = ((turn, bus), (turn, below + 6), (pill - 12, below + 6), (pill - 12, below))
    return "".join([*along, path(*around, color=BLUE, dashed=True)])


# ---------------------------------------------------------------------------------------------- side acts


def _side_acts(page: Page, top: float) -> tuple[list[str], float]:
    """Return the lane of side acts, and where it ends."""
    acts = page.flow.side_acts
    if not acts:
        return [], top
    cell, parts, bottom = (page.wide - MARGIN - LEFT) / CARDS, [], top + 8
    for some in _shelves(page, acts):
        cards = [_card(page, act, LEFT + cell * column, bottom, cell - 14) for column, act in enumerate(some)]
        parts += [card for card, _ in cards]
        bottom = max(end for _, end in cards) + 8
    tint = "#ffffff" if len(page.flow.lanes) % 2 else TINT
    ground = tag("rect", x=MARGIN, y=top, width=page.wide - 2 * MARGIN, height=bottom - top, fill=tint)
    line = path((MARGIN, top), (page.wide - MARGIN, top), color="#cfcfcf", thick=1, head=False)
    label = lines(
        wrap(page.words.pick("其他事项", "Side acts"), NAME, LABEL - 18), MARGIN + 10, top + 12, NAME, bold=True
    )
    return [ground, line, label, *parts], bottom


def _shelves(page: Page, acts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the side acts of each row of cards: first those that leave the state as it is."""
    steps = page.words.edition.steps
    moving = {act: any(outcome.to for outcome in steps[act].outcomes.values()) for act in acts}
    for group in ([act for act in acts if not moving[act]], [act for act in acts if moving[act]]):
        yield from (tuple(group[start : start + CARDS]) for start in range(0, len(group), CARDS))


def _card(page: Page, act: str, x: float, top: float, wide: float) -> tuple[str, float]:
    """Return a side act with the states it starts from and leads to, and where it ends."""
    words, step = page.words, page.words.edition.steps[act]
    targets = list(dict.fromkeys(outcome.to for outcome in step.outcomes.values() if outcome.to))
    pill = wide * 0.42
    room = wide - (pill + 26 if targets else 0)
    name = wrap(words.step_name(act), NAME - 1, room - 16)
    begin = wrap(_from(page, act), SMALL - 1, room - 16)
    text = len(name) * (NAME - 1) * LEADING + len(begin) * (SMALL - 1) * LEADING + 14
    high = max(text, len(targets) * (page.pill + 6) + 4)
    parts = [
        box(x, top, room, high, stroke=GREY),
        lines(name, x + 8, top + 5, NAME - 1, bold=True),
        lines(begin, x + 8, top + 8 + len(name) * (NAME - 1) * LEADING, SMALL - 1),
    ]
    for number, state in enumerate(targets):
        y = top + high / 2 + (number - (len(targets) - 1) / 2) * (page.pill + 6)
        refused = all(outcome.reason for outcome in step.outcomes.values() if outcome.to == state)
        parts.append(path((x + room, y), (x + room + 25, y), color=BLUE if refused else RED, dashed=refused))
        parts.append(_pill(page, state, x + room + 26 + _pill_size(page, state, pill)[2] / 2, y, pill))
    hint = f"{words.step_name(act)} · {words.bodies(step.by)} · {words.basis(step.basis)}"
    return tag("g", [tag("title", [plain(hint)]), *parts]), top + high


def _from(page: Page, act: str) -> str:
    """Return from which states a side act is possible; many are named by the first and the last."""
    words, start = page.words, page.words.edition.steps[act].start
    if not start:
        return words.basis(words.edition.steps[act].basis)
    if len(start) <= FEW:
        return words.pick("自：", "from: ") + words.states(start)
    first, last = words.state(start[0]), words.state(start[-1])
    return words.pick(f"自：{first}……{last}（{len(start)} 种身份）", f"from: {first} … {last} ({len(start)} states)")


def _legend(page: Page, top: float) -> tuple[list[str], float]:
    """Return what the shapes and lines mean, and where that ends."""
    pick, x = page.words.pick, MARGIN + 10
    low, states = top + 9, bool(page.words.edition.states)
    entries = [
        (box(0, 0, 30, 18), pick("步骤", "step")),
        (hexagon(0, 0, 34, 18, fill=YELLOW), pick("须作出决定的步骤", "step that decides")),
    ]
    if states:
        entries += [
            (box(0, 0, 38, 18, corner=9, fill=PINK, stroke=RED), pick("身份", "state")),
            (box(0, 0, 38, 18, corner=9, fill=PINK, stroke=RED) + box(3, 3, 32, 12, corner=6, fill="none", stroke=RED), pick("可以到此为止的身份", "state in which a case may rest")),
            (box(0, 0, 38, 18, corner=9, stroke=GREY), pick("承接上一行的身份", "state taken over from the row above")),
            (path((0, 9), (34, 9), color=RED, thick=2), pick("身份改变", "moves on")),
            (tag("circle", cx=10, cy=9, r=4.5, fill="#ffffff", stroke=RED, stroke_width=2), pick("身份不变", "state stays")),
            (path((0, 9), (34, 9), color=BLUE, dashed=True), pick("不通过、退回等（须写明理由）", "refused, returned, … (with a reason)")),
            (path((2, 18), (2, 2), (18, 2), (18, 17), color=BLUE, dashed=True), pick("同左，身份不变", "the same, state stays")),
        ]  # fmt: skip
    parts = []
    for shape, name in entries:
        room = 44 + width(name, SMALL)
        if x + room > page.wide - MARGIN:
            x, low = MARGIN + 10, low + 24
        parts.append(tag("g", [shape], transform=f"translate({x:.1f} {low - 9:.1f})"))
        parts.append(lines([name], x + 44, low - 8, SMALL))
        x += room + 24
    return parts, low + 26
