"""Article 21 (2014: 22): the resolution is written into the form and reported."""

from tests.regulation.case import MISSING, OUT_OF_ORDER, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

RESOLUTION = table(
    "admit.resolution_written",
    Row("written", "", SATISFIED),
    Row("reported without one", "admit.resolution=blank", MISSING),
    Row("not reported yet", "admit.resolution=blank; admit.reported_on=blank", SILENT),
    Row("unreadable", "admit.resolution=unreadable", UNDECIDABLE),
    row_2014("2014: reported without one", "admit.resolution=blank", MISSING),
)

REPORTED = table(
    "admit.reported",
    Row("reported", "", SATISFIED),
    Row("approved and never reported", "admit.reported_on=blank", MISSING),
    Row("not reported yet", "admit.reported_on=blank", SILENT, to="superior_talk"),
    Row("unreadable", "admit.reported_on=unreadable", UNDECIDABLE),
    row_2014("2014: approved and never reported", "admit.reported_on=blank", MISSING),
    row_2014("2014: reported", "", SATISFIED),
)

REPORTED_AFTER = table(
    "admit.reported_after_meeting",
    Row("on the day of the meeting", "admit.reported_on=2027-09-06", SATISFIED),
    Row("the day before", "admit.reported_on=2027-09-05", OUT_OF_ORDER),
    Row("not reported", "admit.reported_on=blank", SILENT),
    Row("unreadable", "admit.reported_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "admit.reported_on=2019-09-05", OUT_OF_ORDER),
)

APPROVED_AFTER = table(
    "approve.after_the_report",
    Row("on the day of the report", "approve.on=2027-09-10", SATISFIED),
    Row("the day before", "approve.on=2027-09-09", OUT_OF_ORDER),
    Row("not reported", "admit.reported_on=blank", SILENT),
    Row("not approved yet", "approve.on=blank", SILENT),
    Row("unreadable", "admit.reported_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "approve.on=2019-09-09", OUT_OF_ORDER),
)


@each(RESOLUTION, REPORTED, REPORTED_AFTER, APPROVED_AFTER)
def test_the_resolution_is_written_before_it_is_reported(row: Row) -> None:
    assert row.found() == row.expected
