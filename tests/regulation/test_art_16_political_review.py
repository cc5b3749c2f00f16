"""Article 16 (2014: 16): the political review is a must; who failed it cannot be admitted."""

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
    table,
)

CONCLUDED = table(
    "political_review.concluded",
    Row("concluded", "", SATISFIED),
    Row("no day, examined", "political_review.on=blank", MISSING, to="examine"),
    Row("no conclusion, examined", "political_review.conclusion=blank", MISSING, to="examine"),
    Row("none yet", "political_review.on=blank; political_review.conclusion=blank", SILENT, to="training"),
    Row("unreadable", "political_review.on=unreadable", UNDECIDABLE),
    Row("day unreadable, no conclusion", "political_review.on=unreadable; political_review.conclusion=blank", MISSING),
    row_2014("2014: no day", "political_review.on=blank", MISSING),
)

IN_TIME = table(
    "political_review.before_pre_review",
    Row("on the day of the pre-review", "political_review.on=2027-08-20", SATISFIED),
    Row("the day after", "political_review.on=2027-08-21", OUT_OF_ORDER),
    Row("no pre-review: on the day of the meeting", "pre_review.on=blank; political_review.on=2027-09-06", SATISFIED),
    Row("no pre-review: after the meeting", "pre_review.on=blank; political_review.on=2027-09-07", OUT_OF_ORDER),
    Row("neither pre-review nor meeting yet", "political_review.on=2027-09-07", SILENT, to="examine"),
    Row("pre-review unreadable", "pre_review.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "political_review.on=2019-08-21", OUT_OF_ORDER),
)

PASSED = table(
    "political_review.passed",
    Row("passed", "", SATISFIED),
    Row("failed, and pre-reviewed", "political_review.conclusion=failed", BROKEN, to="pre_review"),
    Row("failed, no pre-review, but a meeting", "political_review.conclusion=failed; pre_review.on=blank", BROKEN),
    Row("failed, and nothing follows", "political_review.conclusion=failed", SILENT, to="examine"),
    Row("no conclusion", "political_review.conclusion=blank", SILENT),
    Row("unreadable", "political_review.conclusion=unreadable", UNDECIDABLE),
    row_2014("2014: failed", "political_review.conclusion=failed", BROKEN),
)


@each(CONCLUDED, IN_TIME, PASSED)
def test_nobody_goes_on_without_a_passed_political_review(row: Row) -> None:
    assert row.found() == row.expected
