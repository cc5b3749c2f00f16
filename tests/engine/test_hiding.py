"""Small numbers in statistics: hidden, and not to be had from what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflow.engine.hiding import FEWEST, Counted, Shown, alone, below, beside, small, together

NUMBERS = ("cases", "findings", "people", "left")


@st.composite
def counted(draw: st.DrawFn) -> Counted:
    """Draw what may have been counted: nobody counts twice, and each of the people has a finding or more."""
    cases = draw(st.integers(0, 30))
    people = draw(st.integers(0, cases))
    left = draw(st.integers(0, people))
    findings = people + draw(st.integers(0, 9) if people else st.just(0))
    waived = draw(st.integers(people - left, findings - left))
    return Counted(cases, findings, people, left, waived)


LINES = st.lists(counted(), min_size=1, max_size=6)


def total(lines: Sequence[Counted]) -> Counted:
    """Return what stands above the lines: their sum."""
    return Counted(*(sum(getattr(one, name) for one in lines) for name in (*NUMBERS, "waived")))


def told(shown: Shown, name: str) -> int | None:
    """Return a number of a line as it is told."""
    value: int | None = getattr(shown, name)
    return value


@pytest.mark.parametrize("number", range(8))
def test_one_to_four_are_small(number):
    assert small(number) is (number in (1, 2, 3, 4))


def test_what_is_large_enough_is_told_with_its_share():
    shown = alone(Counted(cases=40, findings=12, people=10, left=5, waived=6))
    assert (shown.cases, shown.findings, shown.people, shown.left, shown.waived) == (40, 12, 10, 5, 6)
    assert (shown.share, shown.share_left) == (Fraction(1, 4), Fraction(1, 8))


def test_nothing_is_a_number_that_points_at_nobody():
    shown = alone(Counted(cases=40, findings=0, people=0, left=0))
    assert (shown.people, shown.findings, shown.share) == (0, 0, Fraction(0))
    assert alone(Counted(0, 0, 0, 0)).share is None


@pytest.mark.parametrize("people", [1, 4, 16, 19])
def test_neither_few_people_nor_all_but_a_few_are_told(people):
    shown = alone(Counted(cases=20, findings=30, people=people, left=people))
    assert shown.cases == 20
    assert (shown.findings, shown.people, shown.left, shown.share, shown.share_left) == (None,) * 5


def test_few_with_a_waiver_are_not_what_is_left_between_two_numbers():
    shown = alone(Counted(cases=40, findings=20, people=20, left=18, waived=2))
    assert shown.people == 20
    assert (shown.left, shown.waived, shown.share_left) == (None, None, None)


def test_one_hidden_organization_is_not_what_is_left_of_the_total():
    lines = [Counted(30, 3, 3, 3), Counted(30, 12, 12, 12), Counted(30, 9, 9, 9), Counted(30, 20, 20, 20)]
    shown = beside(lines)
    assert [one.people for one in shown] == [None, 12, None, 20]  # the smallest of the others is hidden with it


def test_one_hidden_rule_is_not_what_is_left_of_all_findings():
    shown = beside([Counted(50, 3, 3, 3), Counted(50, 20, 20, 20), Counted(50, 8, 8, 8)], whole=False)
    assert [one.findings for one in shown] == [None, 20, None]
    assert [one.people for one in shown] == [None, 20, None]


@given(LINES)
def test_no_number_that_is_told_is_small_nor_is_the_difference_of_two_in_a_line(lines):
    for one in (*map(alone, lines), *beside(lines), *beside(lines, whole=False)):
        known = {name: value for name in NUMBERS if (value := told(one, name)) is not None}
        assert not any(map(small, known.values()))
        for less, more in (("people", "cases"), ("left", "people"), ("left", "cases")):
            if less in known and more in known and known[less]:
                assert not small(known[more] - known[less])


@given(LINES)
def test_what_the_told_lines_leave_of_a_told_total_is_nothing_small_and_of_no_single_line(lines):
    shown, above = beside(lines), alone(total(lines))
    for name in NUMBERS:
        hidden = [one for one, line in zip(lines, shown, strict=True) if told(line, name) is None]
        if told(above, name) is None or not hidden:
            continue
        assert len(hidden) > 1 or len(lines) == 1
        rest = sum(getattr(one, name) for one in hidden)
        assert not small(rest)


@given(LINES)
def test_findings_by_rule_leave_no_single_rule_and_nothing_small(lines):
    hidden = [
        one.findings for one, line in zip(lines, beside(lines, whole=False), strict=True) if line.findings is None
    ]
    if told(alone(total(lines)), "findings") is not None and hidden:
        assert len(hidden) > 1 or len(lines) == 1
        assert len(hidden) == len(lines) or not small(sum(hidden))


@given(LINES, st.lists(counted(), max_size=3), st.lists(counted(), max_size=3), st.sampled_from(NUMBERS))
@example([Counted(6, 0, 0, 0)], [Counted(9, 13, 9, 9)], [Counted(9, 9, 9, 9)], "findings")  # as many came as left
def test_a_tree_that_has_changed_since_leaves_nothing_small_below_a_total(stay, left, came, name):
    above = Counted(*(getattr(total([*stay, *left]), one) for one in NUMBERS))
    here = [Counted(*(getattr(one, of) for of in NUMBERS)) for one in (*stay, *came)]
    shown = below(above, here)
    if told(alone(above), name) is not None:
        gone = getattr(above, name) - sum(told(one, name) or 0 for one in shown)
        own = getattr(above, name) - sum(told(one, name) or 0 for one in shown[: len(stay)])
        assert not small(gone)
        assert not small(own)  # by whoever knows which have come


def test_lines_that_are_all_of_their_total_are_told_as_ever():
    lines = [Counted(20, 6, 6, 6), Counted(40, 12, 12, 12)]
    assert below(Counted(60, 18, 18, 18), lines) == beside(lines)


@given(LINES)
def test_what_is_hidden_hides_its_share(lines):
    for one in beside(lines):
        assert one.share is None or (one.people is not None and one.cases is not None)
        assert one.share_left is None or (one.left is not None and one.cases is not None)


def test_what_changed_is_told_together_or_not_at_all():
    assert together(5, 0, 17) == (5, 0, 17)
    assert together(5, 2, 17) == (None, None, None)
    assert FEWEST == 5
