"""The network of days: links push by the calendar, and what cannot be kept is found, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar import add_months, read_calendar
from workflow.law.loader import definitions_root
from workflow.prover.network import Link, around, unkept

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("link", "day", "pushed"),
    [
        (Link("r", "a", "b", months=1), "2026-01-31", "2026-02-28"),
        (Link("r", "a", "b", months=12), "2024-02-29", "2025-02-28"),
        (Link("r", "a", "b", months=1, days=2), "2026-01-31", "2026-03-02"),
        (Link("r", "b", "a", months=1, back=True), "2026-02-28", "2026-01-28"),
        (
            Link("r", "b", "a", months=1, back=True),
            "2026-03-31",
            "2026-03-01",
        ),  # a month from 28 February ends too soon
        (Link("r", "b", "a", days=7, back=True), "2026-03-03", "2026-02-24"),
        (Link("r", "a", "b", working_days=5), "2026-05-11", "2026-05-25"),  # Friday the 15th, and ten days closed
        (Link("r", "a", "b", months=120000), "2026-05-11", "9999-12-31"),
        (Link("r", "a", "b", days=9999999), "2026-05-11", "9999-12-31"),
        (Link("r", "b", "a", months=120000, back=True), "2026-05-11", "0001-01-01"),
    ],
)
def test_links_push_by_the_calendar(link, day, pushed):
    assert link.push(date.fromisoformat(day)) == date.fromisoformat(pushed)


@given(DAYS, st.integers(1, 40), st.integers(0, 40))
def test_an_upper_bound_read_from_its_end_gives_the_first_start_that_keeps_it(day, months, days):
    start = Link("r", "b", "a", months, days, back=True).push(day)
    assert add_months(start, months) + timedelta(days=days) >= day
    assert add_months(start - ONE, months) + timedelta(days=days) < day


@given(DAYS, DAYS, st.integers(0, 40), st.integers(0, 40), st.integers(0, 70), st.booleans())
def test_a_later_day_never_pushes_to_an_earlier_one(one, other, months, days, working_days, back):
    link = Link("r", "a", "b", months, days, working_days, back)
    assert link.push(min(one, other)) <= link.push(max(one, other))


@pytest.mark.parametrize("number", [1, 5, 20, 120])
def test_no_published_year_closes_offices_for_longer_than_the_prover_supposes(number):
    text = (definitions_root() / "calendar" / "cn.yaml").read_text(encoding="utf-8")
    calendar = read_calendar(text, "cn.yaml")
    link = Link("r", "a", "b", working_days=number)
    first, last = date(min(calendar.published), 1, 1), date(max(calendar.published), 7, 1)
    for step in range((last - first).days):
        day = first + step * ONE
        assert calendar.nth_working_day(day, number) <= link.push(day)


def circle(*links: Link, anchor: str = "a", day: str = "2026-01-31") -> list[str]:
    """Return the rules of the chain that cannot be kept."""
    return [link.origin for link in unkept(around(links, anchor), anchor, date.fromisoformat(day))]


def test_a_wait_longer_than_its_limit_is_a_chain():
    wait, limit = Link("wait", "a", "b", days=31), Link("limit", "b", "a", months=1, back=True)
    assert circle(wait, limit) == ["wait", "limit"]  # January 31 and a month is 28 days
    assert circle(wait, limit, day="2026-01-01") == []  # a month of 31 days


def test_waits_add_up_along_the_chain():
    waits = Link("one", "a", "b", days=20), Link("two", "b", "c", days=20)
    assert circle(*waits, Link("limit", "c", "a", days=39, back=True)) == ["one", "two", "limit"]
    assert circle(*waits, Link("limit", "c", "a", days=40, back=True)) == []


def test_what_does_not_bound_the_start_can_give_way():
    assert circle(Link("wait", "a", "b", months=900), Link("limit", "a", "c", months=1, back=True)) == []


def test_a_circle_that_the_start_is_only_tied_to_is_named_without_the_tie():
    turning = Link("one", "b", "c", days=1), Link("two", "c", "b")
    ties = Link("out", "a", "b"), Link("in", "c", "a", months=2, back=True)
    assert sorted(circle(*turning, *ties)) == ["one", "two"]


@given(
    st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), st.integers(-9, 9), max_size=9), DAYS
)
def test_in_plain_days_the_answer_is_that_of_all_longest_paths(weights, day):
    pairs = {(one, other): days for (one, other), days in weights.items() if one != other}
    links = [Link(f"{one}{other}", one, other, days=abs(days), back=days < 0) for (one, other), days in pairs.items()]
    longest = {(one, other): pairs.get((one, other)) for one, other in product("abcd", repeat=2)}
    for middle, one, other in product("abcd", repeat=3):
        there, on = longest[one, middle], longest[middle, other]
        if there is not None and on is not None:
            longest[one, other] = max(
                there + on, longest[one, other] if longest[one, other] is not None else there + on
            )
    feasible = all((longest[node, node] or 0) <= 0 for node in "abcd")
    assert feasible is not any(unkept(around(links, node), node, day) for node in "abcd")
