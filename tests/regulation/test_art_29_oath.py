"""Article 29 (2014: 30): the oath is a must, generally within a month after the approval.

The month is new in 2026: it binds where it runs out on 2026-05-11 or later.
"""

from tests.regulation.case import (
    MISSING,
    OUT_OF_ORDER,
    SATISFIED,
    SILENT,
    UNDECIDABLE,
    Row,
    each,
    pending,
    row_2014,
    soft,
    table,
)

AFTER_APPROVAL = table(
    "oath.after_approval",
    Row("on the day of the approval", "oath.on=2027-10-08", SATISFIED),
    Row("the day before", "oath.on=2027-10-07", OUT_OF_ORDER),
    Row("no oath", "oath.on=blank", SILENT),
    Row("unreadable", "oath.on=unreadable", UNDECIDABLE),
    row_2014("2014: on the day of the meeting", "oath.on=2019-09-06", OUT_OF_ORDER),
)

TAKEN = table(
    "oath.taken",
    Row("taken", "", SATISFIED),
    Row("not taken, conversion requested", "oath.on=blank", MISSING, to="request"),
    Row("not taken yet", "oath.on=blank", SILENT, to="observe"),
    Row("unreadable", "oath.on=unreadable", UNDECIDABLE),
    row_2014("2014: not taken", "oath.on=blank", MISSING),
)

MONTH = table(
    "oath.within_a_month",
    Row("on the last day", "oath.on=2027-11-08", SATISFIED),
    Row("the day after", "oath.on=2027-11-09", soft("late")),
    Row("not yet, due today", "", pending("2027-11-08"), "2027-11-08", "assign"),
    Row("not yet, due yesterday", "", soft("overdue"), "2027-11-09", "assign"),
    Row("not taken, conversion requested", "oath.on=blank", soft("overdue")),
    Row("no approval", "approve.on=blank", SILENT),
    Row("unreadable", "oath.on=unreadable", UNDECIDABLE),
    row_2014("had run out on 2026-05-10: taken in June", "approve.on=2026-04-10; oath.on=2026-06-01", SILENT),
    row_2014("had run out on 2026-05-10: not taken", "approve.on=2026-04-10", SILENT, "2026-06-01", "approve"),
    row_2014("runs out on 2026-05-11: taken that day", "approve.on=2026-04-11; oath.on=2026-05-11", SATISFIED),
    row_2014("runs out on 2026-05-11: taken the day after", "approve.on=2026-04-11; oath.on=2026-05-12", soft("late")),
    row_2014("runs out on 2026-05-11: not taken", "approve.on=2026-04-11", soft("overdue"), "2026-05-12", "approve"),
    row_2014("2014: no limit", "oath.on=2020-03-01", SILENT),
)


@each(AFTER_APPROVAL, TAKEN, MONTH)
def test_the_oath_follows_the_approval_generally_within_a_month(row: Row) -> None:
    assert row.found() == row.expected
