"""Article 24 (2014: 25): approvals one by one; and the order of the steps (articles 7, 8, 13, 18, 19 and 24)."""

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

TALK = table(
    "approve.in_order",
    Row("talk on the day of the letter", "talk.on=2026-05-20", SATISFIED),
    Row("talk the day before the letter", "talk.on=2026-05-19", OUT_OF_ORDER),
    Row("no letter", "apply.on=blank", SILENT),
    Row("no talk", "talk.on=blank", SILENT),
    Row("letter unreadable", "apply.on=unreadable", UNDECIDABLE),
    row_2014("2014: talk the day before the letter", "talk.on=2018-05-19", OUT_OF_ORDER),
    step="talk",
)

ACTIVIST = table(
    "approve.in_order",
    Row("activist on the day of the talk", "talk.on=2026-07-01", SATISFIED),
    Row("activist the day before the talk", "talk.on=2026-07-02", OUT_OF_ORDER),
    Row("no talk: compared with the letter", "talk.on=blank; apply.on=2026-07-02", OUT_OF_ORDER),
    Row("no talk: in order with the letter", "talk.on=blank", SATISFIED),
    Row("neither talk nor letter", "talk.on=blank; apply.on=blank", SILENT),
    Row("only the nearest filled day counts", "apply.on=2026-07-02", SATISFIED),
    Row("the nearest is unreadable", "talk.on=unreadable", UNDECIDABLE),
    step="activist",
)

LISTING = table(
    "approve.in_order",
    Row("listed on the activist day", "list_target.on=2026-07-01", SATISFIED),
    Row("listed the day before", "list_target.on=2026-06-30", OUT_OF_ORDER),
    Row("no activist day: compared with the talk", "activist.on=blank; list_target.on=2026-06-09", OUT_OF_ORDER),
    step="list_target",
)

PRE_REVIEW = table(
    "approve.in_order",
    Row("pre-reviewed on the day of the listing", "pre_review.on=2027-07-16", SATISFIED),
    Row("pre-reviewed the day before", "pre_review.on=2027-07-15", OUT_OF_ORDER),
    step="pre_review",
)

MEETING = table(
    "approve.in_order",
    Row("meeting on the day of the pre-review", "admit.on=2027-08-20", SATISFIED),
    Row("meeting the day before", "admit.on=2027-08-19", OUT_OF_ORDER),
    Row("no pre-review: compared with the listing", "pre_review.on=blank; admit.on=2027-07-15", OUT_OF_ORDER),
    row_2014("2014: meeting the day before", "admit.on=2019-08-19", OUT_OF_ORDER),
    step="admit",
)

APPROVAL = table(
    "approve.in_order",
    Row("approved on the day of the meeting", "approve.on=2027-09-06", SATISFIED),
    Row("approved the day before", "approve.on=2027-09-05", OUT_OF_ORDER),
    Row("not approved yet", "", SILENT, to="superior_talk"),
    step="approve",
)


@each(ONE_BY_ONE)
def test_people_are_approved_one_by_one(row: Row) -> None:
    assert row.found() == row.expected


@each(TALK, ACTIVIST, LISTING, PRE_REVIEW, MEETING, APPROVAL)
def test_the_steps_follow_one_another(row: Row) -> None:
    assert row.found() == row.expected
