"""The columns that rules read: what was reached, derived days, and the recorded columns behind each."""

from datetime import date

import pytest

from tests.regulation.case import BOOK, WORLD, read_values
from workflow.case.values import ABSENT, UNREADABLE, Value
from workflow.rules.columns import ColumnBuilder

D = date


@pytest.mark.parametrize(
    ("title", "changes", "step", "expected"),
    [
        ("a day of the step itself", "examine.on=2027-08-10", "examine", True),
        ("any day of the step: a refusal", "pre_review.refused_on=2027-08-10", "pre_review", True),
        ("a day of a later step", "archive.on=2028-10-30", "examine", True),
        ("a day of an earlier step", "training.on=2027-08-06", "examine", False),
        ("days of a rhythm", "observe.reviews=2028-03-01", "approve", True),
        ("a plan reaches nothing", "convert.extended_to=2029-03-06", "activist", False),
        ("a name reaches nothing", "sponsors.name_1=甲", "activist", False),
        ("unreadable: not known", "examine.on=unreadable", "examine", UNREADABLE),
        ("unreadable, and a later day stands", "examine.on=unreadable; admit.on=2027-09-06", "examine", True),
        ("unreadable earlier does not matter", "training.on=unreadable", "examine", False),
        ("nothing", "", "activist", False),
    ],
)
def test_a_step_is_reached_when_a_day_stands_in_it_or_later(title, changes, step, expected) -> None:
    assert BOOK.columns(read_values(changes), WORLD)[f"reached.{step}"] is expected, title


def test_what_a_source_does_not_keep_reaches_nothing_nor_do_no_days() -> None:
    values: dict[str, Value] = {"examine.refused_on": ABSENT, "observe.reviews": ()}
    assert BOOK.columns(values, WORLD)["reached.examine"] is False


@pytest.mark.parametrize(
    ("column", "changes", "expected"),
    [
        ("cultivation_from", "activist.on=2026-07-01", D(2026, 7, 1)),
        ("cultivation_from", "activist.on=2026-07-01; move.counted_from=2026-01-01", D(2026, 1, 1)),
        ("probation_ends_on", "admit.on=2028-02-29", D(2029, 2, 28)),
        ("probation_ends_on", "", None),
        ("probation_due_on", "admit.on=2027-09-06; convert.extended_to=2029-03-06", D(2029, 3, 6)),
        ("probation_due_on", "admit.on=2027-09-06", D(2028, 9, 6)),
        ("convert_before_end", "admit.on=2027-09-06; convert.on=2028-09-05", True),
        ("convert_before_end", "admit.on=2027-09-06; convert.on=2028-09-06", False),
        ("convert_before_end", "convert.on=2028-09-06", False),
        ("admission_lapsed", "admit.due=20; admit.in_favour=10", True),
        ("admission_lapsed", "admit.due=20; admit.in_favour=11", False),
        ("admission_lapsed", "admit.due=20; admit.in_favour=10; admit.reported_on=2027-09-10", False),
        ("admission_lapsed", "admit.due=20", False),
        ("conversion_lapsed", "convert.due=20; convert.in_favour=10; convert.conclusion=converted", False),
        ("conversion_lapsed", "convert.due=20; convert.in_favour=unreadable", UNREADABLE),
    ],
)
def test_derived_columns(column, changes, expected) -> None:
    assert BOOK.columns(read_values(changes), WORLD)[column] == expected


def test_the_recorded_columns_behind_each_column_are_known() -> None:
    builder = BOOK.builder
    assert builder.evidence("admit.on") == ("admit.on",)
    assert builder.evidence("probation_due_on") == ("convert.extended_to", "admit.on")
    assert builder.evidence("working_days(list_target.notice_from,list_target.notice_to)") == (
        "list_target.notice_from",
        "list_target.notice_to",
    )
    assert builder.evidence("reached.archive") == ("archive.on",)
    assert builder.evidence("reached.archive", reached=False) == ()
    assert builder.evidence("admission_lapsed", reached=False) == ("admit.due", "admit.in_favour", "admit.reported_on")
    assert builder.days_from("approve_conversion") == (
        "approve_conversion.on",
        "approve_conversion.refused_on",
        "approve_conversion.returned_on",
        "archive.on",
    )


def test_of_a_step_that_no_edition_numbers_all_days_come_later() -> None:
    builder = ColumnBuilder([BOOK.newest], (), ())
    assert builder.days_from("nothing")[0] == "apply.on"
