"""Article 7 (2014: 7): somebody is sent to talk within one month of receiving the letter."""

from tests.regulation.case import (
    LATE,
    MISSING,
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

UNDECIDED = "talk.on=blank; activist.recommended_on=blank; activist.on=blank"

TALK = table(
    "talk.within_a_month",
    Row("on the last day", "apply.on=2026-05-31; talk.on=2026-06-30", SATISFIED),
    Row("a day later", "apply.on=2026-05-31; talk.on=2026-07-01", LATE),
    Row("on the day of the letter", "apply.on=2026-05-31; talk.on=2026-05-31", SATISFIED),
    Row("a short month: its last day", "apply.on=2026-01-31; talk.on=2026-02-28", SATISFIED),
    Row("a short month: the day after", "apply.on=2026-01-31; talk.on=2026-03-01", LATE),
    Row("not yet held, due today", "apply.on=2026-10-21", pending("2026-11-21"), "2026-11-21", "apply"),
    Row("not yet held, due yesterday", "apply.on=2026-10-20", OVERDUE, "2026-11-21", "apply"),
    Row("not held and the activist recommended", "talk.on=blank", MISSING, "2026-06-20", "activist"),
    Row("not held and the activist decided", "talk.on=blank; activist.recommended_on=blank", MISSING, to="activist"),
    Row("not held, passed over, no day of the letter", "apply.on=blank; talk.on=blank", MISSING),
    Row("held, no day of the letter", "apply.on=blank", SILENT),
    Row("neither letter nor talk", "apply.on=blank", SILENT, to="apply"),
    Row("day of the letter unreadable", "apply.on=unreadable", UNDECIDABLE),
    Row("day of the talk unreadable", "talk.on=unreadable", UNDECIDABLE),
    Row(
        "not held, unreadable whether passed over",
        f"{UNDECIDED}; activist.on=unreadable",
        UNDECIDABLE,
        "2026-06-01",
        "activist",
    ),
    Row("overdue whether passed over or not", f"{UNDECIDED}; file_activist.on=blank", OVERDUE, to="file_activist"),
    Row("a limit that runs out on the first day of 2026", "apply.on=2026-04-11; talk.on=2026-05-12", LATE),
    Row("further talks make the first no later", "talk.again_on=2026-07-20, 2026-09-01", SATISFIED),
    Row("nor the late one timely", "talk.on=2026-07-01; talk.again_on=2026-06-15", LATE),
    row_2014("2014: a limit that runs out the day before", "apply.on=2026-04-10; talk.on=2026-05-11", LATE),
    row_2014("2014: on the last day", "apply.on=2018-01-30; talk.on=2018-02-28", SATISFIED),
    row_2014("2014: missing", "talk.on=blank", MISSING),
)

IN_ORDER = table(
    "approve.in_order",
    Row("talk on the day of the letter", "talk.on=2026-05-20", SATISFIED),
    Row("talk the day before the letter", "talk.on=2026-05-19", OUT_OF_ORDER),
    Row("no letter", "apply.on=blank", SILENT),
    Row("no talk", "talk.on=blank", SILENT),
    Row("letter unreadable", "apply.on=unreadable", UNDECIDABLE),
    row_2014("2014: talk the day before the letter", "talk.on=2018-05-19", OUT_OF_ORDER),
    step="talk",
)


AGAIN = table(
    "talk.first_talk_first",
    Row("after the first talk", "talk.again_on=2026-07-20", SATISFIED),
    Row("without a first talk", "talk.on=blank; talk.again_on=2026-07-20", MISSING),
    Row("talked once", "", SILENT),
    Row("unreadable", "talk.on=unreadable; talk.again_on=2026-07-20", UNDECIDABLE),
    row_2014("2014: without a first talk", "talk.on=blank; talk.again_on=2018-07-20", MISSING),
    row_2014("2014: after the first talk", "talk.again_on=2018-07-20", SATISFIED),
)


@each(TALK, AGAIN)
def test_somebody_talks_with_the_applicant_within_a_month(row: Row) -> None:
    assert row.found() == row.expected


@each(IN_ORDER)
def test_the_talk_follows_the_letter(row: Row) -> None:
    assert row.found() == row.expected
