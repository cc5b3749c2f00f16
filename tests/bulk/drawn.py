"""Cases and formulas drawn from a seed: lives with days moved, swapped, blanked or unreadable, and any formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.regulation.case import LIVED_2014, LIVED_2026
from workflow.case.values import ABSENT, UNREADABLE, Value
from workflow.rules.formula import (
    And,
    AsOf,
    Column,
    Compare,
    Constant,
    First,
    Formula,
    IsNull,
    Not,
    OneOf,
    Or,
    PlusDays,
    PlusMonths,
    Sum,
)

CUT_OVER = date(2026, 5, 11)
EDGES = (
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2026, 1, 31),
    date(2026, 4, 30),
    CUT_OVER,
    CUT_OVER - timedelta(days=1),
)
MONTH_ENDS = tuple(date(2025, month, 1) - timedelta(days=1) for month in range(1, 13))
STEPS = (-366, -365, -182, -92, -31, -30, -29, -28, -7, -1, 1, 7, 28, 29, 30, 31, 92, 182, 183, 365, 366)
DAYS, NUMBERS = ("one.on", "two.on", "three.on"), ("one.due", "one.present")
KINDS, ANSWERS = ("one.kind", "two.kind"), ("reached.two",)
WORDS = ("general_meeting", "branch_committee", "committee", "failed", "open", "甲", "丙")


def lives(random: Random, count: int) -> Iterator[Mapping[str, Value]]:
    """Yield recorded values of cases: a life under either edition or across the change, cut short and with mistakes."""
    for _ in range(count):
        values = _moved(random, random.choice((LIVED_2014, LIVED_2026, LIVED_2026)))
        _cut_short(random, values)
        names = [name for name in values if name != "case.branch"]
        for name in random.sample(names, random.choice((0, 1, 1, 2, 3, 6))):
            values[name] = _wrong(random, values[name], values)
        yield values


def _moved(random: Random, life: Mapping[str, Value]) -> dict[str, Value]:
    """Move a whole life by the same number of days: nearer to the change of editions, or to the end of a month."""
    by = timedelta(days=random.choice((0, 0, -400, -700, random.randint(-900, 200))))
    return {name: _later(value, by) if name != "person.born_on" else value for name, value in life.items()}


def _later(value: Value, by: timedelta) -> Value:
    if isinstance(value, tuple):
        return tuple(day + by for day in value)
    return value + by if isinstance(value, date) else value


def _cut_short(random: Random, values: dict[str, Value]) -> None:
    """Blank all from some day on: most cases are under way."""
    days = sorted(value for name, value in values.items() if isinstance(value, date) and name.endswith(".on"))
    if random.random() < 0.6:
        until = random.choice(days)
        late = {name.split(".")[0] for name, value in values.items() if isinstance(value, date) and value > until}
        for name in [name for name in values if name.split(".")[0] in late - {"person", "case"}]:
            values[name] = None


def _wrong(random: Random, value: Value, values: Mapping[str, Value]) -> Value:
    how = random.random()
    if how < 0.3:
        return None
    if how < 0.42:
        return random.choice((UNREADABLE, ABSENT))
    if isinstance(value, date):
        others = [other for other in values.values() if isinstance(other, date)]
        return random.choice((random.choice(EDGES), value + _some_days(random), random.choice(others)))
    if isinstance(value, tuple):
        return tuple(sorted(day + _some_days(random) for day in value))[random.randint(0, 1) :]
    if isinstance(value, int):
        number = random.choice((value - 1, value + 1, value // 2, 0, 60))
        return not value if isinstance(value, bool) else max(0, number)
    return random.choice(WORDS) if isinstance(value, str) else value


def _some_days(random: Random) -> timedelta:
    return timedelta(days=random.choice(STEPS))


def formulas(random: Random, count: int) -> Iterator[Formula]:
    """Yield conditions of any shape over a few columns."""
    for _ in range(count):
        yield condition(random, random.randint(0, 3))


def condition(random: Random, depth: int) -> Formula:
    """Return a condition, nested up to so deep."""
    if depth and random.random() < 0.7:
        parts = tuple(condition(random, depth - 1) for _ in range(random.randint(0, 3)))
        return random.choice((And(parts), Or(parts), Not(condition(random, depth - 1))))
    operator: Any = random.choice(("<", "<=", ">", ">=", "==", "!="))
    return random.choice((
        Compare(operator, _number(random), _number(random)),
        IsNull(_day(random, 1)),
        IsNull(_word(random)),
        OneOf(_word(random), tuple(random.sample(("a", "b", "c", None), random.randint(0, 3)))),
        OneOf(Column(random.choice(DAYS)), tuple(random.sample((*EDGES, None), random.randint(0, 3)))),
        Compare(random.choice(("==", "!=")), _word(random), _word(random)),
        random.choice((Column("reached.two"), OneOf(Column("reached.two"), (False,)))),
        *(Compare(operator, _day(random, 2), _day(random, 2)) for _ in range(8)),
    ))  # fmt: skip


def _word(random: Random) -> Formula:
    plain = (Column("one.kind"), Column("two.kind"), Constant("a"))
    several = First((Column("two.kind"), Column("one.kind"), random.choice(plain)))
    return random.choice((*plain, several))


def _number(random: Random) -> Formula:
    if random.random() < 0.3:
        return Constant(random.randint(0, 30))
    terms = [(random.randint(-3, 3), Column(random.choice(NUMBERS))) for _ in range(random.randint(1, 3))]
    return random.choice((Column(random.choice(NUMBERS)), Sum(tuple(terms))))


def _day(random: Random, depth: int) -> Formula:
    if not depth or random.random() < 0.3:
        plain = (Column(random.choice(DAYS)), Column(random.choice(DAYS)), Constant(_some_day(random)), AsOf())
        return random.choice(plain)
    of = _day(random, depth - 1)
    several = First(tuple(_day(random, depth - 1) for _ in range(random.randint(1, 3))))
    return random.choice((PlusMonths(of, random.randint(-14, 14)), PlusDays(of, random.randint(-40, 40)), several))


def rows(random: Random, count: int, *, readable: bool = False) -> Iterator[Mapping[str, Value]]:
    """Yield values of the few columns, near each other and near the ends of months; blank and unreadable among them."""
    for _ in range(count):
        values: dict[str, Value] = {name: _some_day(random) for name in DAYS}
        values |= {name: random.randint(0, 30) for name in NUMBERS} | {name: random.choice("abc") for name in KINDS}
        for name in values:
            if random.random() < 0.25:
                values[name] = None if readable or random.random() < 0.6 else UNREADABLE
        values["reached.two"] = random.choice((True, False) if readable else (True, False, UNREADABLE))
        yield values


def _some_day(random: Random) -> date:
    if random.random() < 0.3:
        return random.choice(MONTH_ENDS)
    return random.choice(EDGES) + timedelta(days=random.choice((0, 0, *STEPS)))
