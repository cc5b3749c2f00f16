"""Article 17 (2014: 17): concentrated training, generally three days or 24 class-hours; special cases are possible."""

from tests.regulation.case import BROKEN, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, soft, table

TWO_DAYS = "training.from_on=2027-08-05"

TRAINED = table(
    "training.trained",
    Row("trained", "", SATISFIED),
    Row("untrained, examined", "training.on=blank", soft("missing"), to="examine"),
    Row("untrained, not examined yet", "training.on=blank", SILENT, to="training"),
    Row("unreadable", "training.on=unreadable", UNDECIDABLE),
    row_2014("2014: untrained", "training.on=blank", soft("missing")),
)

IN_TIME = table(
    "training.before_pre_review",
    Row("on the day of the pre-review", "training.on=2027-08-20", SATISFIED),
    Row("the day after", "training.on=2027-08-21", soft("out_of_order")),
    Row("no pre-review: after the meeting", "pre_review.on=blank; training.on=2027-09-07", soft("out_of_order")),
    Row("untrained", "training.on=blank", SILENT),
    Row("unreadable", "training.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "training.on=2019-08-21", soft("out_of_order")),
)

LENGTH = table(
    "training.long_enough",
    Row("three days, no hours", "training.hours=blank", SATISFIED),
    Row("three days, few hours", "training.hours=10", SATISFIED),
    Row("two days, 24 hours", f"{TWO_DAYS}; training.hours=24", SATISFIED),
    Row("two days, 23 hours", f"{TWO_DAYS}; training.hours=23", soft()),
    Row("two days, no hours", f"{TWO_DAYS}; training.hours=blank", soft()),
    Row("no first day, 24 hours", "training.from_on=blank; training.hours=24", SATISFIED),
    Row("no first day, 23 hours", "training.from_on=blank; training.hours=23", soft()),
    Row("ends before it begins, 23 hours", "training.from_on=2027-08-07; training.hours=23", soft()),
    Row("two days, hours unreadable", f"{TWO_DAYS}; training.hours=unreadable", UNDECIDABLE),
    Row("three days, hours unreadable", "training.hours=unreadable", SATISFIED),
    Row("first day unreadable, 24 hours", "training.from_on=unreadable", SATISFIED),
    Row("first day unreadable, 23 hours", "training.from_on=unreadable; training.hours=23", UNDECIDABLE),
    Row("not over yet", "training.on=blank; training.hours=8", SILENT, to="training"),
    row_2014("2014: two days, 23 hours", "training.from_on=2019-08-05; training.hours=23", soft()),
)

BY_WHOM = table(
    "training.organized",
    Row("the primary-level committee", "training.body=committee", SATISFIED),
    Row("the county organization department", "training.body=organization_department", SATISFIED),
    Row("the branch", "training.body=branch", BROKEN),
    Row("no body on record", "training.body=blank", SILENT),
    Row("unreadable", "training.body=unreadable", UNDECIDABLE),
    row_2014("2014: a general branch", "training.body=general_branch", BROKEN),
)


@each(TRAINED, IN_TIME, LENGTH, BY_WHOM)
def test_a_target_is_trained_long_enough_and_in_time(row: Row) -> None:
    assert row.found() == row.expected
