"""Article 24 (2014: 25): admissions are approved one by one, and after the meeting that resolved them."""

from tests.regulation.case import BROKEN, OUT_OF_ORDER, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

ONE_BY_ONE = table(
    "approve.one_by_one",
    Row("one by one", "", SATISFIED),
    Row("together", "approve.singly=no", BROKEN),
    Row("not on record", "approve.singly=blank", SILENT),
    Row("not approved yet", "approve.singly=no; approve.on=blank", SILENT),
    Row("unreadable", "approve.singly=unreadable", UNDECIDABLE),
    row_2014("2014: together", "approve.singly=no", BROKEN),
)

IN_ORDER = table(
    "approve.in_order",
    Row("approved on the day of the meeting", "approve.on=2027-09-06", SATISFIED),
    Row("approved the day before", "approve.on=2027-09-05", OUT_OF_ORDER),
    Row("not approved yet", "", SILENT, to="superior_talk"),
    step="approve",
)


@each(ONE_BY_ONE)
def test_people_are_approved_one_by_one(row: Row) -> None:
    assert row.found() == row.expected


@each(IN_ORDER)
def test_the_approval_follows_the_meeting(row: Row) -> None:
    assert row.found() == row.expected
