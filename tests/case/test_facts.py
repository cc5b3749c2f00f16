"""Computed columns: each with blanks, unreadable parts and its edges."""

from datetime import date

import pytest

from tests.regulation.case import CALENDAR, WORLD
from workflow.case.facts import (
    DaysIn,
    DifferentNames,
    LongerLimit,
    NameTwice,
    SomeoneNotFull,
    SomeonePenalised,
    WorkingDaysIn,
    World,
)
from workflow.case.rhythms import FirstMissed, FirstMissedPeriod
from workflow.case.values import UNREADABLE, Value

D = date
FIRST, LAST = D(2026, 9, 28), D(2026, 10, 8)


@pytest.mark.parametrize(
    ("start", "end", "working", "days"),
    [
        (FIRST, LAST, 4, 11),
        (FIRST, FIRST, 1, 1),
        (LAST, FIRST, 0, 0),
        (None, LAST, None, 0),
        (FIRST, None, None, 0),
        (UNREADABLE, LAST, UNREADABLE, UNREADABLE),
        (None, UNREADABLE, UNREADABLE, UNREADABLE),
    ],
)
def test_days_and_working_days_of_a_period_count_both_ends(start, end, working, days) -> None:
    columns = {"a": start, "b": end}
    assert WorkingDaysIn("a", "b").compute(columns, WORLD) == working
    assert DaysIn("a", "b").compute(columns, WORLD) == days


@pytest.mark.parametrize(
    ("title", "start", "days", "end", "expected"),
    [
        ("kept to the end", D(2025, 1, 10), (D(2025, 7, 10),), D(2026, 1, 10), None),
        ("a day late", D(2025, 1, 10), (D(2025, 7, 11),), D(2026, 1, 10), D(2025, 7, 10)),
        ("the last stretch too long", D(2025, 1, 10), (D(2025, 7, 10),), D(2026, 1, 11), D(2026, 1, 10)),
        ("open: the next due day", D(2025, 1, 10), (D(2025, 7, 1),), None, D(2026, 1, 1)),
        ("open and none yet", D(2025, 8, 31), None, None, D(2026, 2, 28)),
        ("no start", None, (D(2025, 7, 1),), None, None),
        ("no start, the rest unreadable", None, UNREADABLE, UNREADABLE, None),
        ("start unreadable", UNREADABLE, None, None, UNREADABLE),
        ("days unreadable", D(2025, 1, 10), UNREADABLE, None, UNREADABLE),
        ("end unreadable", D(2025, 1, 10), (), UNREADABLE, UNREADABLE),
    ],
)
def test_a_rhythm_is_missed_on_the_first_due_day_without_an_act(title, start, days, end, expected) -> None:
    columns = {"from": start, "days": days, "to": end}
    assert FirstMissed("from", "days", "to", 6).compute(columns, WORLD) == expected, title


NEW_YEAR, NEW_YEARS_EVE = D(2024, 1, 1), D(2024, 12, 31)


@pytest.mark.parametrize(
    ("title", "months", "start", "days", "end", "expected"),
    [
        ("a year of months, first and last days", 1, NEW_YEAR, tuple(D(2024, n, 1 if n % 2 else 30 if n > 2 else 29)
                                                                     for n in range(1, 13)), NEW_YEARS_EVE, None),
        ("58 days apart and no month without one", 1, NEW_YEAR, (D(2024, 1, 1), D(2024, 2, 28)), D(2024, 2, 29), None),
        ("two months apart and one without", 1, NEW_YEAR, (D(2024, 1, 31), D(2024, 3, 1)), None, D(2024, 2, 29)),
        ("28 February in a common year", 1, D(2025, 2, 1), (D(2025, 3, 1),), None, D(2025, 2, 28)),
        ("29 February keeps it", 1, D(2024, 2, 1), (D(2024, 2, 29),), D(2024, 2, 29), None),
        ("the day before does not", 1, D(2024, 2, 1), (D(2024, 1, 31),), D(2024, 2, 29), D(2024, 2, 29)),
        ("begun in the course of a month: from the next", 1, D(2024, 1, 2), None, None, D(2024, 2, 29)),
        ("ended in the course of a month: to the one before", 1, NEW_YEAR, (D(2024, 1, 9),), D(2024, 2, 28), None),
        ("four quarters", 3, NEW_YEAR, tuple(D(2024, n, 1) for n in (3, 4, 9, 12)), NEW_YEARS_EVE, None),
        ("two in one quarter are none in the next", 3, NEW_YEAR, (D(2024, 3, 31), D(2024, 3, 30)), NEW_YEARS_EVE,
         D(2024, 6, 30)),
        ("begun in the course of a quarter", 3, D(2024, 2, 1), None, NEW_YEARS_EVE, D(2024, 6, 30)),
        ("a year", 12, NEW_YEAR, None, None, NEW_YEARS_EVE),
        ("a year that is not over by the end", 12, NEW_YEAR, None, D(2024, 12, 30), None),
        ("open: the next one to come", 1, NEW_YEAR, (D(2024, 1, 5), D(2024, 2, 5)), None, D(2024, 3, 31)),
        ("no start", 1, None, UNREADABLE, UNREADABLE, None),
        ("start unreadable", 1, UNREADABLE, None, None, UNREADABLE),
        ("days unreadable", 1, NEW_YEAR, UNREADABLE, None, UNREADABLE),
        ("end unreadable", 1, NEW_YEAR, (), UNREADABLE, UNREADABLE),
    ],
)  # fmt: skip
def test_a_calendar_period_is_missed_when_it_lies_in_the_rhythm_and_has_no_act(
    title, months, start, days, end, expected
) -> None:
    columns = {"from": start, "days": days, "to": end}
    assert FirstMissedPeriod("from", "days", "to", months).compute(columns, WORLD) == expected, title
    if end is None:
        assert FirstMissedPeriod("from", "days", None, months).compute(columns, WORLD) == expected, title


EVERY = FirstMissed("from", "days", "to", 6)
QUARTERLY = FirstMissedPeriod("from", "days", "to", 3)


@pytest.mark.parametrize(
    ("title", "rhythm", "start", "days", "end", "expected"),
    [
        ("two gaps and the next", EVERY, D(2024, 1, 10), (D(2024, 9, 1), D(2025, 2, 1), D(2025, 9, 1)), None,
         ((D(2024, 7, 10), D(2025, 8, 1)), D(2026, 3, 1))),
        ("nothing at all is one that runs on", EVERY, D(2024, 1, 10), None, None, ((), D(2024, 7, 10))),
        ("over, and missed to the end", EVERY, D(2024, 1, 10), (), D(2025, 7, 10), ((D(2024, 7, 10),), None)),
        ("over and kept", EVERY, D(2024, 1, 10), (D(2024, 7, 10),), D(2025, 1, 10), ((), None)),
        ("quarters before the last act", QUARTERLY, NEW_YEAR, (D(2024, 5, 1), D(2024, 12, 1)), None,
         ((D(2024, 3, 31), D(2024, 9, 30)), D(2025, 3, 31))),
        ("quarters that have none at all", QUARTERLY, D(2024, 1, 2), None, None, ((), D(2024, 6, 30))),
        ("quarters to the end", QUARTERLY, NEW_YEAR, (D(2024, 5, 1),), NEW_YEARS_EVE,
         ((D(2024, 3, 31), D(2024, 9, 30), NEW_YEARS_EVE), None)),
        ("the day before the end of a quarter", QUARTERLY, NEW_YEAR, None, D(2024, 6, 29), ((D(2024, 3, 31),), None)),
        ("an act before the start", QUARTERLY, NEW_YEAR, (D(2020, 1, 1),), None, ((), D(2024, 3, 31))),
    ],
)  # fmt: skip
def test_a_rhythm_tells_every_day_missed_and_the_next(title, rhythm, start, days, end, expected) -> None:
    assert rhythm.missed({"from": start, "days": days, "to": end}) == expected, title


def test_what_is_left_out_altogether_is_missed_again_a_period_later() -> None:
    assert EVERY.following(D(2025, 8, 31)) == D(2026, 2, 28)
    assert QUARTERLY.following(D(2024, 6, 30)) == D(2024, 9, 30)
    assert QUARTERLY.following(NEW_YEARS_EVE) == D(2025, 3, 31)


@pytest.mark.parametrize(
    ("start", "reason", "expected"),
    [
        (D(2027, 1, 31), "延1", D(2027, 7, 31)),
        (D(2027, 1, 31), None, None),
        (None, "延1", None),
        (None, UNREADABLE, None),
        (UNREADABLE, "延1", UNREADABLE),
        (D(2027, 1, 31), UNREADABLE, UNREADABLE),
    ],
)
def test_a_limit_is_longer_with_a_reason_on_file(start, reason, expected) -> None:
    longer = LongerLimit("from", 6, "reason")
    assert longer.compute({"from": start, "reason": reason}, WORLD) == expected
    assert longer.reads == ("from", "reason")
    assert longer.name == "longer_limit(from,6,reason)"


def test_a_rhythm_without_an_end_is_always_open() -> None:
    rhythm = FirstMissed("from", "days", None, 6)
    assert rhythm.compute({"from": D(2025, 1, 10), "days": ()}, WORLD) == D(2025, 7, 10)
    assert rhythm.reads == ("from", "days")


@pytest.mark.parametrize(
    ("names", "different", "twice"),
    [
        (("甲", "乙"), 2, False),
        (("甲", "甲"), 1, True),
        (("甲", None), 1, False),
        ((None, None), 0, False),
        (("甲", UNREADABLE), UNREADABLE, UNREADABLE),
        ((None, UNREADABLE), UNREADABLE, UNREADABLE),
        (("甲", "甲", UNREADABLE), UNREADABLE, True),
    ],
)
def test_names_are_counted_and_compared_without_blanks(names, different, twice) -> None:
    of = tuple("abc"[: len(names)])
    columns = dict(zip(of, names, strict=True))
    assert DifferentNames(of).compute(columns, WORLD) == different
    assert NameTwice(of).compute(columns, WORLD) is twice


LISTED = D(2027, 7, 16)


def asked(name: Value, day: Value = LISTED, branch: Value = "一支部") -> dict[str, Value]:
    return {"name": name, "on": day, "case.branch": branch}


@pytest.mark.parametrize(
    ("title", "columns", "not_full", "penalised"),
    [
        ("a full member", asked("甲"), False, False),
        ("under a warning", asked("警告首日"), False, True),
        ("probationary", asked("预备"), True, False),
        ("nobody named", asked(None), False, False),
        ("no day", asked("预备", None), False, False),
        ("name unreadable", asked(UNREADABLE), UNREADABLE, UNREADABLE),
        ("day unreadable", asked("甲", UNREADABLE), UNREADABLE, UNREADABLE),
        ("branch unreadable, one of the name", asked("警告首日", branch=UNREADABLE), False, True),
        ("branch unreadable, none of the name", asked("查无此人", branch=UNREADABLE), True, False),
        ("branch unreadable, namesakes differ in standing", asked("两处同名", branch=UNREADABLE), UNREADABLE, False),
        ("branch unreadable, namesakes differ in penalties", asked("同名一罚", branch=UNREADABLE), False, UNREADABLE),
    ],
)
def test_standing_is_that_of_the_day_in_the_own_branch_first(title, columns, not_full, penalised) -> None:
    assert SomeoneNotFull(("name",), "on").compute(columns, WORLD) is not_full, title
    assert SomeonePenalised(("name",), "on", ("warning",)).compute(columns, WORLD) is penalised, title


def test_without_a_roster_nobodys_standing_is_known() -> None:
    assert SomeoneNotFull(("name",), "on").compute(asked("甲"), World(CALENDAR)) is UNREADABLE


def test_every_fact_says_what_it_reads_and_has_a_name_of_its_own() -> None:
    facts = (
        WorkingDaysIn("a", "b"),
        DaysIn("a", "b"),
        FirstMissed("a", "b", "c", 6),
        FirstMissedPeriod("a", "b", "c", 6),
        DifferentNames(("a", "b")),
        NameTwice(("a", "b")),
        SomeoneNotFull(("a",), "b"),
        SomeonePenalised(("a",), "b", ("warning",)),
    )
    assert [fact.reads for fact in facts] == [("a", "b")] * 2 + [("a", "b", "c")] * 2 + [("a", "b")] * 4
    assert len({fact.name for fact in facts}) == len(facts)
