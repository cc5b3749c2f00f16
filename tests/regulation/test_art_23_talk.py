"""Article 23 (2014: 24): before the approval a committee member or organizer talks with the target."""

from tests.regulation.case import MISSING, OUT_OF_ORDER, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

HELD = table(
    "superior_talk.held",
    Row("held", "", SATISFIED),
    Row("not held, approved", "superior_talk.on=blank", MISSING, to="approve"),
    Row("not held, no approval, but filed", "superior_talk.on=blank; approve.on=blank", MISSING),
    Row("not held yet", "", SILENT, to="admit"),
    Row("unreadable", "superior_talk.on=unreadable", UNDECIDABLE),
    row_2014("2014: not held", "superior_talk.on=blank", MISSING),
)

AFTER_MEETING = table(
    "superior_talk.after_meeting",
    Row("on the day of the meeting", "superior_talk.on=2027-09-06", SATISFIED),
    Row("the day before", "superior_talk.on=2027-09-05", OUT_OF_ORDER),
    Row("not held", "superior_talk.on=blank", SILENT),
    Row("unreadable", "superior_talk.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "superior_talk.on=2019-09-05", OUT_OF_ORDER),
)

BEFORE_APPROVAL = table(
    "superior_talk.before_approval",
    Row("on the day of the approval", "superior_talk.on=2027-10-08", SATISFIED),
    Row("the day after", "superior_talk.on=2027-10-09", OUT_OF_ORDER),
    Row("not approved yet", "", SILENT, to="superior_talk"),
    Row("unreadable", "approve.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "superior_talk.on=2019-10-09", OUT_OF_ORDER),
)


@each(HELD, AFTER_MEETING, BEFORE_APPROVAL)
def test_the_superior_talks_between_meeting_and_approval(row: Row) -> None:
    assert row.found() == row.expected
