"""Kinds and units that the law does not use work as their description says, in a procedure without states."""

from datetime import date

import pytest

from tests.regulation.case import WORLD
from tests.rules.procedure import BOOK
from workflow.case.history import Entry, view
from workflow.case.values import UNREADABLE

D = date
LENT = {"lend.on": D(2026, 3, 10)}
APRIL = {"check.days": (D(2026, 4, 30),)}


def back(day: date) -> dict[str, date]:
    return LENT | {"give_back.on": day}


def states(columns, as_of) -> dict[str, tuple[str, str | None, date | None]]:
    said = BOOK.judge_all(BOOK.columns(columns, WORLD), as_of)
    return {one.rule.split(".")[1]: (one.state.value, one.outcome and one.outcome.value, one.due) for one in said}


@pytest.mark.parametrize(
    ("rule", "columns", "as_of", "expected"),
    [
        ("written_down", LENT | {"lend.written_on": D(2026, 3, 13)}, None, ("satisfied", None, None)),
        ("written_down", LENT | {"lend.written_on": D(2026, 3, 14)}, None, ("violated", "late", D(2026, 3, 13))),
        ("written_down", LENT, None, ("not_applicable", None, None)),
        ("two_people", {"lend.reader": "甲", "lend.witness": "甲"}, None, ("violated", "broken", None)),
        ("two_people", {"lend.reader": "甲", "lend.witness": "乙"}, None, ("satisfied", None, None)),
        ("two_people", {"lend.reader": "甲", "lend.witness": UNREADABLE}, None, ("undecidable", None, None)),
        ("two_thirds", {"lend.seats": 9, "lend.taken": 6}, None, ("violated", "broken", None)),
        ("two_thirds", {"lend.seats": 9, "lend.taken": 7}, None, ("satisfied", None, None)),
        ("not_too_many", {"lend.books": 5}, None, ("satisfied", None, None)),
        ("not_too_many", {"lend.books": 6}, None, ("violated", "broken", None)),
        ("not_too_many", {}, None, ("satisfied", None, None)),
        ("cooled_off", LENT | {"lend.asked_on": D(2026, 3, 8)}, None, ("satisfied", None, None)),
        ("cooled_off", LENT | {"lend.asked_on": D(2026, 3, 9)}, None, ("violated", "early", None)),
        ("in_ten_days", LENT, D(2026, 3, 20), ("pending", None, D(2026, 3, 20))),
        ("in_ten_days", LENT, D(2026, 3, 21), ("violated", "overdue", D(2026, 3, 20))),
        ("in_ten_days", LENT | {"give_back.on": D(2026, 3, 20)}, D(2026, 4, 1), ("satisfied", None, None)),
        ("in_ten_days", LENT | {"give_back.on": D(2026, 3, 21)}, None, ("violated", "late", D(2026, 3, 20))),
        ("monthly", LENT, D(2026, 4, 10), ("pending", None, D(2026, 4, 10))),
        ("monthly", LENT, D(2026, 4, 11), ("violated", "gap", D(2026, 4, 10))),
        ("monthly", LENT | {"check.days": (D(2026, 4, 1),)}, D(2026, 4, 11), ("pending", None, D(2026, 5, 1))),
        ("monthly", {}, None, ("not_applicable", None, None)),
        ("each_month", LENT, D(2026, 4, 30), ("pending", None, D(2026, 4, 30))),
        ("each_month", LENT, D(2026, 5, 1), ("violated", "gap", D(2026, 4, 30))),
        ("each_month", LENT | APRIL, D(2026, 5, 31), ("pending", None, D(2026, 5, 31))),
        ("each_month", APRIL | back(D(2026, 5, 30)), D(2026, 9, 1), ("satisfied", None, None)),
        ("each_month", APRIL | back(D(2026, 5, 31)), D(2026, 9, 1), ("violated", "gap", D(2026, 5, 31))),
        ("each_month", APRIL | back(D(2027, 12, 31)), D(2026, 5, 31), ("pending", None, D(2026, 5, 31))),
        ("each_month", APRIL | back(D(2027, 12, 31)), D(2026, 6, 1), ("violated", "gap", D(2026, 5, 31))),
        ("each_month", {}, None, ("not_applicable", None, None)),
    ],
)
def test_a_kind_says_what_its_description_says(rule, columns, as_of, expected) -> None:
    assert states(columns, as_of or D(2026, 3, 15))[rule] == expected


def test_a_case_without_states_has_values_rounds_and_no_state() -> None:
    entries = [
        Entry("lend", "lent", D(2026, 3, 10), {"reader": "甲"}),
        Entry("check", "checked", D(2026, 4, 9)),
        Entry("check", "checked", D(2026, 4, 1)),
        Entry("lend", "lent", D(2026, 5, 1)),
    ]
    found = view(entries, BOOK.edition_on, {})
    assert found.state == ""
    assert found.values == {"check.days": (D(2026, 4, 1), D(2026, 4, 9)), "lend.on": D(2026, 5, 1)}
    assert dict(found.rounds) == {"lend": 2, "check": 1}
    assert [(one.step, one.number, one.values["lend.reader"]) for one in found.earlier] == [("lend", 1, "甲")]
