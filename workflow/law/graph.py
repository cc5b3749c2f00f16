"""The procedure as a picture: lanes of steps, the states as the spine, what is refused or returned in dashes.

One A4 page in landscape; self-contained SVG with real text, for screen, paper and screen readers.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.law.cards import legend, side_acts
from workflow.law.flow import Flow, Turn, flow_of, is_decision
from workflow.law.model import Edition
from workflow.law.page import (
    BOX,
    BUS,
    CARRY,
    DROP,
    GAP,
    LABEL,
    LEFT,
    MARGIN,
    MOST,
    NAME,
    PAD,
    PAGE,
    PAST_NUMBER,
    PILLS,
    SMALL,
    TINT,
    WIDTHS,
    YELLOW,
    Page,
    Row,
    pill,
)  # fmt: skip
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
    acts, top = side_acts(page, top)
    meanings, top = legend(page, top + 12)
    return page, [*body, *acts, *meanings], top


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
    if row.carried is None:  # a procedure without states
        return
    left = LEFT + CARRY / 2
    reach = page.middle(len(row.turns) - 1)
    goes_on = row is not page.rows[-1]
    end = reach + page.pitch / 2 - 8 if goes_on else reach
    yield path((left, row.rail), (end, row.rail), color=RED, thick=3, head=goes_on)
    yield pill(page, row.carried, left, row.rail, CARRY - 12, ghost=row is not page.rows[0])
    for column, turn in enumerate(row.turns):
        x, bottom = page.middle(column), row.boxes + BOX
        if turn.main and turn.main.to:
            yield path((x, bottom), (x, row.rail - row.pill / 2 - 1), color=RED, thick=2)
            yield lines(wrap(page.outcome(turn.main), SMALL, page.pitch)[:1], x + 8, bottom + 7, SMALL, fill=RED)
            yield pill(page, turn.main.to, x, row.rail, page.pitch - 24)
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
        yield pill(page, outcome.to or "", x, middle, wide - 14)


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
