"""Article 19 (2014: 20): the general meeting follows within one month; more than half of those due are present.

The month is new in 2026: it binds where it runs out on 2026-05-11 or later.
"""

from tests.regulation.case import (
    BROKEN,
    LATE,
    OUT_OF_ORDER,
    OVERDUE,
    SATISFIED,
    SILENT,
    UNDECIDABLE,
    Row,
    each,
    pending,
    row_2014,
    table,
)

MONTH = table(
    "admit.within_a_month",
    Row("on the last day", "admit.on=2027-09-20", SATISFIED),
    Row("the day after", "admit.on=2027-09-21", LATE),
    Row("the end of a short month", "pre_review.on=2027-01-31; admit.on=2027-02-28", SATISFIED),
    Row("after the end of a short month", "pre_review.on=2027-01-31; admit.on=2027-03-01", LATE),
    Row("no meeting yet, due today", "", pending("2027-09-20"), "2027-09-20", "pre_review"),
    Row("no meeting yet, due yesterday", "", OVERDUE, "2027-09-21", "fill_form"),
    Row("no day of the meeting, but reported", "admit.on=blank", SILENT),
    Row("no pre-review", "pre_review.on=blank", SILENT),
    Row("unreadable", "admit.on=unreadable", UNDECIDABLE),
    Row(
        "unreadable whether it was held, the month runs",
        "admit.reported_on=unreadable",
        UNDECIDABLE,
        "2027-09-01",
        "fill_form",
    ),
    Row("pre-review unreadable", "pre_review.on=unreadable", UNDECIDABLE),
    row_2014("had run out on 2026-05-10: held in June", "pre_review.on=2026-04-10; admit.on=2026-06-01", SILENT),
    row_2014("had run out on 2026-05-10: not held", "pre_review.on=2026-04-10", SILENT, "2026-06-01", "pre_review"),
    row_2014("runs out on 2026-05-11: held that day", "pre_review.on=2026-04-11; admit.on=2026-05-11", SATISFIED),
    row_2014("runs out on 2026-05-11: held the day after", "pre_review.on=2026-04-11; admit.on=2026-05-12", LATE),
    row_2014(
        "runs out on 2026-05-11: as of that day",
        "pre_review.on=2026-04-11",
        pending("2026-05-11"),
        "2026-05-11",
        "pre_review",
    ),
    row_2014(
        "runs out on 2026-05-11: as of the day after", "pre_review.on=2026-04-11", OVERDUE, "2026-05-12", "pre_review"
    ),
    row_2014("2014: no limit", "pre_review.on=2019-01-10; admit.on=2019-09-06", SILENT),
)

QUORUM = table(
    "admit.quorum",
    Row("exactly half", "admit.due=20; admit.present=10", BROKEN),
    Row("one more than half", "admit.due=20; admit.present=11", SATISFIED),
    Row("half of an odd number, rounded down", "admit.due=21; admit.present=10", BROKEN),
    Row("half of an odd number, rounded up", "admit.due=21; admit.present=11", SATISFIED),
    Row("five of ten", "admit.due=10; admit.present=5", BROKEN),
    Row("written opinions are no presence", "admit.due=10; admit.present=5; admit.written=5", BROKEN),
    Row("nobody due, nobody present", "admit.due=0; admit.present=0", BROKEN),
    Row("those due not on record", "admit.due=blank; admit.present=1", SILENT),
    Row("presence not on record", "admit.present=blank", SILENT),
    Row("unreadable", "admit.present=unreadable", UNDECIDABLE),
    row_2014("2014: exactly half", "admit.due=20; admit.present=10", BROKEN),
    row_2014("2014: one more", "admit.due=20; admit.present=11", SATISFIED),
)

IN_ORDER = table(
    "approve.in_order",
    Row("meeting on the day of the pre-review", "admit.on=2027-08-20", SATISFIED),
    Row("meeting the day before", "admit.on=2027-08-19", OUT_OF_ORDER),
    Row("no pre-review: compared with the listing", "pre_review.on=blank; admit.on=2027-07-15", OUT_OF_ORDER),
    row_2014("2014: meeting the day before", "admit.on=2019-08-19", OUT_OF_ORDER),
    step="admit",
)


@each(MONTH, QUORUM)
def test_the_meeting_follows_within_a_month_and_has_a_quorum(row: Row) -> None:
    assert row.found() == row.expected


@each(IN_ORDER)
def test_the_meeting_follows_the_pre_review(row: Row) -> None:
    assert row.found() == row.expected
