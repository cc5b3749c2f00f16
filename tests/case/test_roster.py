"""Standing and penalties by day, namesakes, and what cannot be read: the ledger conventions on the roster."""

from datetime import date

import pytest

from workflow.case.roster import (
    Member,
    Penalty,
    PenaltyKind,
    Roster,
    Standing,
    all_of,
    any_of,
    negation,
)
from workflow.case.values import UNREADABLE

DAY, BEFORE, AFTER = date(2026, 6, 12), date(2026, 6, 11), date(2026, 6, 13)
WARNING, REMOVAL = PenaltyKind.WARNING, PenaltyKind.REMOVAL


@pytest.mark.parametrize(
    ("title", "penalty", "expected"),
    [
        ("from that day", Penalty(WARNING, DAY, AFTER), True),
        ("until that day", Penalty(WARNING, BEFORE, DAY), True),
        ("from the day after", Penalty(WARNING, AFTER, AFTER), False),
        ("until the day before", Penalty(WARNING, BEFORE, BEFORE), False),
        ("without a last day it is still in force", Penalty(WARNING, BEFORE, None), True),
        ("without a first day it is not", Penalty(WARNING, None, AFTER), False),
        ("of another kind", Penalty(REMOVAL, BEFORE, AFTER), False),
        ("kind unreadable", Penalty(UNREADABLE, BEFORE, AFTER), UNREADABLE),
        ("kind unreadable, but over", Penalty(UNREADABLE, BEFORE, BEFORE), False),
        ("first day unreadable", Penalty(WARNING, UNREADABLE, AFTER), UNREADABLE),
        ("first day unreadable, but over", Penalty(WARNING, UNREADABLE, BEFORE), False),
        ("last day unreadable", Penalty(WARNING, BEFORE, UNREADABLE), UNREADABLE),
        ("last day unreadable, but not begun", Penalty(WARNING, AFTER, UNREADABLE), False),
    ],
)
def test_a_penalty_counts_on_both_its_ends(title: str, penalty: Penalty, expected: object) -> None:
    assert penalty.in_force(frozenset({WARNING}), DAY) is expected, title


@pytest.mark.parametrize(
    ("title", "standing", "full_on", "expected"),
    [
        ("since that day", Standing.FULL, DAY, True),
        ("since the day after", Standing.FULL, AFTER, False),
        ("no day of conversion", Standing.FULL, None, False),
        ("probationary", Standing.PROBATIONARY, BEFORE, False),
        ("standing blank", None, BEFORE, False),
        ("standing unreadable", UNREADABLE, BEFORE, UNREADABLE),
        ("standing unreadable, not yet", UNREADABLE, AFTER, False),
        ("day unreadable", Standing.FULL, UNREADABLE, UNREADABLE),
        ("probationary, day unreadable", Standing.PROBATIONARY, UNREADABLE, False),
    ],
)
def test_a_full_member_is_one_from_the_day_of_conversion(title, standing, full_on, expected) -> None:
    assert Member("甲", "一", standing, full_on).full_member(DAY) is expected, title


def test_three_valued_answers_turn_on_what_is_unreadable_only_where_it_decides() -> None:
    assert [any_of([]), any_of([False, UNREADABLE]), any_of([UNREADABLE, True])] == [False, UNREADABLE, True]
    assert [all_of([]), all_of([True, UNREADABLE]), all_of([UNREADABLE, False])] == [True, UNREADABLE, False]
    assert [negation(True), negation(False), negation(UNREADABLE)] == [False, True, UNREADABLE]


def test_two_lines_of_one_member_hold_two_penalties() -> None:
    lines = [Member("甲", "一", Standing.FULL, BEFORE, (Penalty(kind, BEFORE, None),)) for kind in (WARNING, REMOVAL)]
    roster = Roster(lines)
    assert roster.find("甲", "一") == tuple(lines)
    assert roster.penalised("甲", "一", frozenset(PenaltyKind), DAY) is True


def test_nobody_of_that_name_is_no_full_member_and_under_no_penalty() -> None:
    roster = Roster([])
    assert roster.find("甲", None) == ()
    assert roster.not_full_member("甲", "一", DAY) is True
    assert roster.penalised("甲", "一", frozenset(PenaltyKind), DAY) is False
    assert roster.branches("甲") == (None,)


def test_the_own_branch_goes_before_all_others() -> None:
    own, other = Member("甲", "一", Standing.PROBATIONARY, None), Member("甲", "二", Standing.FULL, BEFORE)
    roster = Roster([own, other])
    assert roster.find("甲", "一") == (own,)
    assert roster.find("甲", "三") == roster.find("甲", None) == (own, other)
    assert roster.branches("甲") == (None, "一", "二")


def test_of_a_name_whose_branch_has_no_roster_nothing_can_be_said() -> None:
    roster = Roster((), unknown=frozenset({"甲"}))
    assert (roster.knows("甲"), roster.knows("乙")) == (False, True)
    assert roster.not_full_member("甲", None, DAY) is UNREADABLE
    assert roster.not_full_member("乙", None, DAY) is True
