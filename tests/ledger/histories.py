"""Random ledgers from a seed: people as they come, days at the edges of every limit, and faults of many kinds."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.ledger.form import DATES, HEADERS, LISTS, NUMBERS, STEP_OF_DATE, Cell, Member
from tests.ledger.oracle import plus_months
from tests.ledger.people import STEP_OF_REST, person_at

BRANCHES = ("第一党支部", "第二党支部", "离退休党支部", "机关党支部")
PENALTIES = ("警告", "严重警告", "撤销党内职务", "留党察看")
OUTCOMES = ("按期转正", "按期转正", "延长预备期", "取消预备党员资格", "")
BALLOTS = ("无记名投票", "不记名", "记名投票", "举手表决", "")
LAST = date(2026, 12, 28)  # no later day is written: the working days of later years are not published

Cells = dict[str, Cell]

# (later column, earlier column, months between): the edges of the limits; 0 for mere order.
EDGES: tuple[tuple[str, str, int], ...] = (
    ("入党申请时间", "出生日期", 216),
    ("派人谈话时间", "入党申请时间", 1),
    ("推荐时间", "确定积极分子时间", 0),
    ("积极分子备案时间", "确定积极分子时间", 0),
    ("列为发展对象时间", "确定积极分子时间", 12),
    ("听取意见时间", "支委会讨论发展对象时间", 0),
    ("上级党委同意时间", "公示开始", 0),
    ("公示结束", "列为发展对象时间", 0),
    ("政审结论时间", "预审通过时间", 0),
    ("培训结束", "预审通过时间", 0),
    ("支委会审查时间", "预审通过时间", 0),
    ("支委会审查时间", "培训结束", 0),
    ("志愿书填写时间", "预审通过时间", 0),
    ("接收大会时间", "预审通过时间", 1),
    ("接收大会时间", "预审通过时间", 0),
    ("上级谈话时间", "接收大会时间", 0),
    ("上级谈话时间", "党委审批时间", 0),
    ("党委审批时间", "决议上报时间", 3),
    ("党委审批时间", "决议上报时间", 6),
    ("党委审批时间", "接收大会时间", 3),
    ("组织部备案时间", "党委审批时间", 0),
    ("宣誓时间", "党委审批时间", 1),
    ("宣誓时间", "党委审批时间", 0),
    ("转正大会时间", "接收大会时间", 12),
    ("转正申请时间", "转正大会时间", 0),
    ("延长至", "接收大会时间", 18),
    ("延长至", "接收大会时间", 24),
    ("转正大会时间", "延长至", 0),
    ("转正审批时间", "转正上报时间", 3),
    ("转正审批时间", "转正大会时间", 3),
    ("转正审批时间", "转正大会时间", 0),
)


def months_on(day: date, months: int) -> date:
    """Return the day some calendar months on, clamped."""
    moved = plus_months(day, months)
    assert moved is not None
    return moved


def some_day(random: Random, first: date, last: date) -> date:
    """Return a day between two days, often an odd one."""
    day = first + timedelta(random.randrange(max((last - first).days, 0) + 1))
    return odd_day(random, day) if random.random() < 0.3 else day


def odd_day(random: Random, day: date) -> date:
    """Return a day of trouble near the day: the end of its month, a leap day, or one around the cut-over."""
    if date(2026, 3, 1) <= day <= date(2026, 8, 1):
        return date(2026, random.choice((4, 5, 5, 6)), random.randrange(8, 15))
    if isleap(day.year) and random.random() < 0.5:
        return date(day.year, 2, 29) + timedelta(random.choice((-1, 0, 0, 1)))
    return months_on(day.replace(day=1), 1) - timedelta(random.choice((0, 1, 1, 2)))


def name(random: Random) -> str:
    """Return an invented name, now and then with a middle dot; few enough that some meet again."""
    if random.random() < 0.1:
        return f"{random.choice(('阿依', '买买', '古丽'))}·{random.choice(('努尔', '艾力'))}"
    return random.choice("赵钱孙李周吴郑王") + random.choice("安平宁静明") + random.choice(("", "远", "生"))


def roster_of(random: Random) -> list[Member]:
    """Return a roster in which names are unique within a branch but not across branches."""
    found = {}
    for _ in range(90):
        branch, called = random.choice(BRANCHES), name(random)
        full = random.random() < 0.8
        since = some_day(random, date(1990, 1, 1), date(2026, 6, 30)) if random.random() < 0.5 else date(1990, 1, 1)
        found[branch, called] = Member(called, branch, "正式党员" if full else "预备党员", since if full else None)
        if full and random.random() < 0.35:
            start = some_day(random, date(2012 if random.random() < 0.5 else 2024, 1, 1), LAST)
            until = months_on(start, random.choice((12, 18, 24, 48))) if random.random() < 0.8 else None
            penalty = random.choice(PENALTIES)
            found[branch, called] = Member(called, branch, "正式党员", since, penalty, start, until)
    return list(found.values())


def turns_of(random: Random, as_of: date) -> dict[str, str]:
    """Return the turning days of a history that began between 2012 and the day of the audit."""
    days = {"applied": some_day(random, date(2012, 1, 1), as_of)}
    days["activist"] = some_day(random, days["applied"] + timedelta(11), days["applied"] + timedelta(300))
    waits = {"listed": ("activist", 12, 200), "pre_review": ("listed", 0, 60), "meeting": ("pre_review", 0, 33)}
    waits |= {"approved": ("meeting", 0, 110), "converted": ("meeting", 12, 60)}
    for turn, (before, months, spread) in waits.items():
        start = months_on(days[before], months)
        days[turn] = some_day(random, start, start + timedelta(spread))
    return {turn: day.isoformat() for turn, day in days.items()}


def until(cells: Cells, as_of: date) -> Cells:
    """Return the cells as they stood on a day: what came later is blank."""
    cut = {h: known(value, as_of) if h in STEP_OF_DATE else value for h, value in cells.items()}
    reached = max((STEP_OF_DATE[h] for h in STEP_OF_DATE if cut.get(h)), default=0)
    return {h: None if STEP_OF_REST.get(h, 0) > reached else value for h, value in cut.items()}


def known(value: Cell, as_of: date) -> Cell:
    """Return of a cell's dates those up to the day."""
    if isinstance(value, tuple):
        return tuple(day for day in value if day <= as_of)
    return value if not isinstance(value, date) or value <= as_of else None


def history(random: Random, as_of: date) -> Cells:
    """Return a case as far as it had come on the day of the audit, or as it stood when it stopped."""
    stopped = some_day(random, date(2014, 1, 1), as_of) if random.random() < 0.2 else as_of
    return until(person_at(turns_of(random, as_of), 25, as_of), stopped)


def recent(random: Random, as_of: date) -> Cells:
    """Return a case listed in the months before the audit, and what became of it since."""
    listed = some_day(random, months_on(as_of, -7), as_of)
    pre_review = some_day(random, listed + timedelta(12), listed + timedelta(30))
    meeting = some_day(random, pre_review + timedelta(1), pre_review + timedelta(40))
    approved = some_day(random, meeting + timedelta(8), meeting + timedelta(60))
    turns = {"listed": listed, "pre_review": pre_review, "meeting": meeting, "approved": approved}
    cells = person_at({turn: day.isoformat() for turn, day in turns.items()}, 25, as_of)
    cells["宣誓时间"] = some_day(random, approved, approved + timedelta(40))
    return until(cells, as_of)


def at_a_deadline(random: Random, as_of: date) -> Cells:
    """Return a case whose next step was due on the day of the audit, a day or two more or less."""
    turn, stage, months = random.choice(
        (
            ("applied", 1, 1),
            ("activist", 5, 6),
            ("pre_review", random.choice((13, 14)), 1),
            ("meeting", random.choice((15, 16)), random.choice((3, 6))),
            ("approved", random.choice((17, 18, 19, 21)), 1),
            ("converted", 23, 3),
        )
    )
    start = months_on(as_of, -months) + timedelta(random.choice((-2, -1, 0, 1, 2, 3)))
    turns = {turn: start.isoformat()}
    if turn == "converted":
        turns["meeting"] = months_on(start, -12).isoformat()
    cells = person_at(turns, stage, as_of)
    if random.random() < 0.5:
        cells |= {"决议上报时间": None} if turn == "meeting" else {"转正上报时间": None}
    return cells


def at_the_cut_over(random: Random, as_of: date) -> Cells:
    """Return a case one of whose turns, or the month after it, falls on the first days of the new rules."""
    turn = random.choice(("listed", "listed", "pre_review", "approved", "meeting"))
    month = 5 if turn == "listed" else random.choice((4, 5))
    day = date(2026, month, random.randrange(8, 15))
    cells = person_at({turn: day.isoformat()}, random.choice((9, 14, 17, 21)), as_of)
    return until(cells, as_of)


def garbage(random: Random, as_of: date) -> Cells:
    """Return a row whose dates and figures mean nothing, in any order."""
    days = [some_day(random, date(2010, 1, 1), as_of) for _ in range(8)]

    def any_cell(header: str) -> Cell:
        if header in LISTS:
            return tuple(random.choices(days, k=random.randrange(4)))
        if random.random() < 0.35:
            return None
        return random.choice(days) if header in DATES else random.randrange(30)

    cells = person_at({}, 25, as_of)
    cells |= {h: any_cell(h) for h in (*DATES, *NUMBERS)}
    return cells | {"转正结论": random.choice(OUTCOMES) or None, "政审结论": random.choice(("合格", "不合格", None))}


def filled_days(cells: Cells) -> list[str]:
    """Return the columns in which one date stands."""
    return [h for h in DATES if isinstance(cells.get(h), date)]


def blank_one(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Blank any cell."""
    return {random.choice([h for h in HEADERS[4:-1] if cells.get(h) and h != "所在党支部"]): None}


def shift(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Shift a date by a day or a month."""
    column = random.choice(filled_days(cells))
    day = cells[column]
    assert isinstance(day, date)
    sign = random.choice((-1, 1))
    return {column: months_on(day, sign) if random.random() < 0.5 else day + timedelta(sign)}


def swap(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Swap two dates."""
    one, other = random.choices([h for h in filled_days(cells) if h != "出生日期"] or ["延长至"], k=2)
    return {one: cells[other], other: cells[one]}


def to_the_edge(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Move a date to the edge of a limit, or a day beside it."""
    known_pairs = [edge for edge in EDGES if isinstance(cells.get(edge[1]), date) and cells.get(edge[0])]
    if not known_pairs:
        return {}
    column, before, months = random.choice(known_pairs)
    start = cells[before]
    assert isinstance(start, date)
    return {column: months_on(start, months) + timedelta(random.choice((-1, 0, 1)))}


def miscount(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Give a vote other figures, the way of voting included."""
    meeting = "转正" if cells.get("转正应到") and random.random() < 0.7 else "接收"
    if not cells.get(meeting + "应到"):
        return {}
    due = random.randrange(3, 30)
    present = random.choice((due // 2, due // 2 + 1, due))
    written, votes = random.randrange(3), random.choice((due // 2, due // 2 + 1, present))
    rest = max(present + written - votes + random.choice((0, 0, 1)), 0)
    figures = {"应到": due, "实到": present, "书面意见": written, "赞成": votes, "反对": rest, "弃权": 0}
    changes: Cells = {meeting + part: value for part, value in figures.items()}
    if random.random() < 0.5:
        changes[meeting + "表决方式"] = random.choice(BALLOTS) or None
    if random.random() < 0.3:  # nothing followed the vote
        follows = {15: 16, 23: 24}[15 if meeting == "接收" else 23]
        changes |= {h: None for h, step in STEP_OF_DATE.items() if step >= follows}
        changes |= {"决议上报时间": None} if meeting == "接收" else {"转正上报时间": None, "转正结论": None}
    return changes


def other_people(random: Random, cells: Cells, roster: list[Member]) -> Cells:
    """Name other contacts or sponsors: of any branch, unknown, twice the same, or nobody."""
    role = random.choice(("培养联系人", "入党介绍人"))
    if not cells.get(role + "1"):
        return {}
    if random.random() < 0.15:
        return {role + "1": None, role + "2": None}
    listed = cells.get("列为发展对象时间")
    near = [m for m in roster if m.penalty_on and isinstance(listed, date) and abs((m.penalty_on - listed).days) < 900]
    names = [random.choice(roster).name, name(random), None, cells[role + "1"], *(m.name for m in near)]
    return {role + "1": random.choice(names), role + "2": random.choice(names)}


def other_outcome(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Change what a conclusion says, or extend the probation."""
    meeting = cells.get("接收大会时间")
    if not cells.get("转正大会时间") or not isinstance(meeting, date):
        return {"政审结论": "不合格"} if cells.get("政审结论") else {}
    extended = months_on(months_on(meeting, 12), random.choice((6, 6, 9, 12))) + timedelta(random.choice((-1, 0, 0, 1)))
    return {"转正结论": random.choice(OUTCOMES) or None, "延长至": random.choice((extended, None))}


def other_reviews(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Drop or move a review, or put them six months apart."""
    start, old = cells.get("确定积极分子时间"), cells.get("培养考察时间")
    if not isinstance(start, date) or not isinstance(old, tuple) or not old:
        return {}
    if random.random() < 0.5:
        even = tuple(months_on(start, 6 * n) + timedelta(random.choice((0, 0, 0, 1))) for n in range(1, len(old) + 1))
        return {"培养考察时间": tuple(day for day in even if day <= LAST)}
    kept = list(old)
    kept.remove(random.choice(kept))
    random.shuffle(kept)
    return {"培养考察时间": tuple(kept)}


def other_training(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Shorten the training, or change its hours."""
    end = cells.get("培训结束")
    if not isinstance(end, date):
        return {}
    return {"培训开始": end - timedelta(random.randrange(4)), "培训学时": random.choice((None, 8, 23, 24))}


def other_notice(random: Random, cells: Cells, _roster: list[Member]) -> Cells:
    """Let the notice take another time before the listing, sometimes over it."""
    listed = cells.get("列为发展对象时间")
    if not isinstance(listed, date):
        return {}
    if random.random() < 0.4:
        begin = cells.get("公示开始")
        consent = begin if isinstance(begin, date) else listed
        late = random.choice((None, consent, consent + timedelta(1)))
        return {"上级党委同意时间": late, **({"公示开始": None} if random.random() < 0.2 else {})}
    end = listed - timedelta(random.choice((0, 1, 1, 2)))
    return {"公示开始": end - timedelta(random.randrange(3, 11)), "公示结束": end}


FAULTS: tuple[Callable[[Random, Cells, list[Member]], Cells], ...] = (
    blank_one,
    blank_one,
    shift,
    shift,
    swap,
    to_the_edge,
    to_the_edge,
    to_the_edge,
    miscount,
    other_people,
    other_people,
    other_outcome,
    other_reviews,
    other_training,
    other_notice,
    other_notice,
)


def within(value: Cell) -> Cell:
    """Return the value, its days no later than the last that is written."""
    return min(value, LAST) if isinstance(value, date) else value


def one_person(random: Random, as_of: date, roster: list[Member]) -> Cells:
    """Return one row."""
    maker = random.choices((history, recent, at_a_deadline, at_the_cut_over, garbage), weights=(40, 30, 12, 10, 8))[0]
    cells = maker(random, as_of)
    branch = random.choice(BRANCHES)
    own = [m.name for m in roster if m.branch == branch and m.standing == "正式党员" and not m.penalty]
    named = {"培养联系人1": own[0], "培养联系人2": own[1], "入党介绍人1": own[0], "入党介绍人2": own[1]}
    cells |= {"姓名": name(random), "所在党支部": branch, **{h: n for h, n in named.items() if cells.get(h)}}
    for _ in range(random.choice((0, 0, 1, 1, 1, 2, 2, 3, 6))):
        if filled_days(cells):
            cells |= random.choice(FAULTS)(random, cells, roster)
    return {header: within(value) for header, value in cells.items()}


def ledger(seed: int, as_of: date, people: int = 300) -> tuple[list[Cells], list[Member]]:
    """Return the rows and the roster of a random ledger; the same ones for the same seed."""
    random = Random(seed)
    roster = roster_of(random)
    return [one_person(random, as_of, roster) for _ in range(people)], roster
