"""Article 18 (2014: 19): the branch committee examines, the committee pre-reviews, the form goes to who passed."""

from tests.regulation.case import (
    BROKEN,
    MISSING,
    OUT_OF_ORDER,
    SATISFIED,
    SILENT,
    UNDECIDABLE,
    Row,
    each,
    row_2014,
    soft,
    table,
)

EXAMINED = table(
    "examine.held",
    Row("examined", "", SATISFIED),
    Row("not examined, pre-reviewed", "examine.on=blank", MISSING, to="pre_review"),
    Row("not examined, no pre-review, but a meeting", "examine.on=blank; pre_review.on=blank", MISSING),
    Row("not examined yet", "", SILENT, to="training"),
    Row("unreadable", "examine.on=unreadable", UNDECIDABLE),
    row_2014("2014: not examined", "examine.on=blank", MISSING),
)

EXAMINED_FIRST = table(
    "examine.before_pre_review",
    Row("on the day of the pre-review", "examine.on=2027-08-20", SATISFIED),
    Row("the day after", "examine.on=2027-08-21", OUT_OF_ORDER),
    Row("no pre-review: after the meeting", "examine.on=2027-09-07; pre_review.on=blank", OUT_OF_ORDER),
    Row("no pre-review: on the day of the meeting", "examine.on=2027-09-06; pre_review.on=blank", SATISFIED),
    Row("nothing follows", "", SILENT, to="examine"),
    Row("unreadable", "examine.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "examine.on=2019-08-21", OUT_OF_ORDER),
)

AFTER_TRAINING = table(
    "examine.after_training",
    Row("on the last day of the training", "examine.on=2027-08-06", SATISFIED),
    Row("the day before", "examine.on=2027-08-05", OUT_OF_ORDER),
    Row("untrained", "training.on=blank", SILENT),
    Row("unreadable", "training.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "examine.on=2019-08-05", OUT_OF_ORDER),
)

COMMITTEE = table(
    "examine.committee_examines",
    Row("the committee", "", SATISFIED),
    Row("the secretary alone for the branch", "examine.body=branch", BROKEN),
    Row("no committee", "examine.body=general_meeting; case.has_committee=no", SILENT),
    Row("no body on record", "examine.body=blank", SILENT),
    Row("unreadable", "examine.body=unreadable", UNDECIDABLE),
    row_2014("2014: the general meeting though there is a committee", "examine.body=general_meeting", BROKEN),
)

MEETING = table(
    "examine.meeting_examines",
    Row("the general meeting", "examine.body=general_meeting; case.has_committee=no", SATISFIED),
    Row("somebody calls itself committee", "examine.body=branch_committee; case.has_committee=no", BROKEN),
    Row("there is a committee", "examine.body=general_meeting", SILENT),
    row_2014("2014: the branch", "examine.body=branch; case.has_committee=no", BROKEN),
)

IN_WRITING = table(
    "pre_review.in_writing",
    Row("in writing", "", SATISFIED),
    Row("not in writing", "pre_review.paper=blank", MISSING),
    Row("not pre-reviewed", "pre_review.paper=blank; pre_review.on=blank", SILENT),
    Row("unreadable", "pre_review.paper=unreadable", UNDECIDABLE),
    row_2014("2014: not in writing", "pre_review.paper=blank", MISSING),
)

LEAVING = table(
    "pre_review.leaving_soon",
    Row("leaves a day before three months are over", "person.leaves_on=2027-11-19", soft("early")),
    Row("leaves after three months", "person.leaves_on=2027-11-20", SATISFIED),
    Row("left before the pre-review", "person.leaves_on=2027-08-01", soft("early")),
    Row("the end of a short month", "pre_review.on=2027-11-30; person.leaves_on=2028-02-29", SATISFIED),
    Row(
        "the day before the end of a short month",
        "pre_review.on=2027-11-30; person.leaves_on=2028-02-28",
        soft("early"),
    ),
    Row("stays", "person.leaves_on=blank", SILENT),
    Row("unreadable", "person.leaves_on=unreadable", UNDECIDABLE),
    row_2014("2014: leaves soon", "person.leaves_on=2019-09-01", soft("early")),
)

FORM = table(
    "fill_form.after_pre_review",
    Row("on the day of the pre-review", "fill_form.on=2027-08-20", SATISFIED),
    Row("the day before", "fill_form.on=2027-08-19", OUT_OF_ORDER),
    Row("not filled in", "fill_form.on=blank", SILENT),
    Row("no pre-review", "pre_review.on=blank", SILENT),
    Row("unreadable", "fill_form.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "fill_form.on=2019-08-19", OUT_OF_ORDER),
)

IN_ORDER = table(
    "approve.in_order",
    Row("pre-reviewed on the day of the listing", "pre_review.on=2027-07-16", SATISFIED),
    Row("pre-reviewed the day before", "pre_review.on=2027-07-15", OUT_OF_ORDER),
    step="pre_review",
)


@each(EXAMINED, EXAMINED_FIRST, AFTER_TRAINING, COMMITTEE, MEETING)
def test_the_branch_committee_examines_before_the_pre_review(row: Row) -> None:
    assert row.found() == row.expected


@each(IN_WRITING, LEAVING, FORM)
def test_who_passed_the_pre_review_gets_the_form(row: Row) -> None:
    assert row.found() == row.expected


@each(IN_ORDER)
def test_the_pre_review_follows_the_listing(row: Row) -> None:
    assert row.found() == row.expected
