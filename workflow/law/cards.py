"""What stands below the lanes of a procedure: its side acts, and what shapes and lines mean."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.law.page import LABEL, LEFT, MARGIN, NAME, PINK, SMALL, TINT, YELLOW, Page, pill, pill_size
from workflow.law.svg import BLUE, GREY, LEADING, RED, box, hexagon, lines, path, plain, tag, width, wrap

CARDS = 5  # side acts in a row
FEW = 2  # states named one by one


def side_acts(page: Page, top: float) -> tuple[list[str], float]:
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
    room_for_state = wide * 0.42
    room = wide - (room_for_state + 26 if targets else 0)
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
        parts.append(
            pill(page, state, x + room + 26 + pill_size(page, state, room_for_state)[2] / 2, y, room_for_state)
        )
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


def legend(page: Page, top: float) -> tuple[list[str], float]:
    """Return what the shapes and lines mean, and where that ends."""
    pick, x = page.words.pick, MARGIN + 10
    low, states = top + 9, bool(page.words.edition.states)
    entries = [
        (box(0, 0, 30, 18), pick("步骤", "step")),
        (hexagon(0, 0, 34, 18, fill=YELLOW), pick("须作出决定的步骤", "step that decides")),
    ]
    if states:
        entries += _legend_of_states(page)
    parts = []
    for shape, name in entries:
        room = 44 + width(name, SMALL)
        if x + room > page.wide - MARGIN:
            x, low = MARGIN + 10, low + 24
        parts.append(tag("g", [shape], transform=f"translate({x:.1f} {low - 9:.1f})"))
        parts.append(lines([name], x + 44, low - 8, SMALL))
        x += room + 24
    return parts, low + 26


def _legend_of_states(page: Page) -> list[tuple[str, str]]:
    """Return shapes and their meanings for procedures with states."""
    pick = page.words.pick
    state = box(0, 0, 38, 18, corner=9, fill=PINK, stroke=RED)
    inner = box(3, 3, 32, 12, corner=6, fill="none", stroke=RED)
    dot = tag("circle", cx=10, cy=9, r=4.5, fill="#ffffff", stroke=RED, stroke_width=2)
    loop = path((2, 18), (2, 2), (18, 2), (18, 17), color=BLUE, dashed=True)
    return [
        (state, pick("身份", "state")),
        (state + inner, pick("可以到此为止的身份", "state in which a case may rest")),
        (box(0, 0, 38, 18, corner=9, stroke=GREY), pick("承接上一行的身份", "state taken over from the row above")),
        (path((0, 9), (34, 9), color=RED, thick=2), pick("身份改变", "moves on")),
        (dot, pick("身份不变", "state stays")),
        (
            path((0, 9), (34, 9), color=BLUE, dashed=True),
            pick("不通过、退回等（须写明理由）", "refused, returned, … (with a reason)"),
        ),
        (loop, pick("同左，身份不变", "the same, state stays")),
    ]
