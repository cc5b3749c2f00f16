"""Article 35 (2014: 36): for people who moved in the discussion may be put off by up to six months."""

from tests.regulation.case import (
    BOOK,
    BROKEN,
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
    soft,
    table,
)

PUT_OFF_2014 = "move.on=2020-08-01; postpone.on=2020-09-01; postpone.until="
PUT_OFF = "move.on=2028-08-01; postpone.on=2028-09-01; postpone.until="

SIX_MONTHS = table(
    "postpone.by_six_months_at_most",
    Row("six months", f"{PUT_OFF}2029-03-06", SATISFIED),
    Row("a day more", f"{PUT_OFF}2029-03-07", LATE),
    Row("not put off", "", SILENT),
    Row("unreadable", f"{PUT_OFF}unreadable", UNDECIDABLE),
    row_2014("2014: a day more", "move.on=2020-08-01; postpone.on=2020-09-01; postpone.until=2021-03-07", LATE),
    row_2014("2014: six months", "move.on=2020-08-01; postpone.on=2020-09-01; postpone.until=2021-03-06", SATISFIED),
)

MOVED = table(
    "postpone.after_a_move",
    Row("somebody who moved in", f"{PUT_OFF}2029-03-06", SATISFIED),
    Row("somebody who never moved", "postpone.on=2028-09-01; postpone.until=2029-03-06", MISSING),
    Row("not put off", "", SILENT),
    Row("unreadable", "postpone.on=2028-09-01; move.on=unreadable", UNDECIDABLE),
    row_2014("2014: never moved", "postpone.on=2020-09-01; postpone.until=2021-03-06", MISSING),
)

MOVED_ON_PROBATION = table(
    "postpone.moved_on_probation",
    Row("moved on the day of the meeting", "postpone.on=2028-09-01; move.on=2027-09-06", SATISFIED),
    Row("moved the day before the meeting", "postpone.on=2028-09-01; move.on=2027-09-05", OUT_OF_ORDER),
    Row("moved as an activist and nothing put off", "move.on=2027-01-10", SILENT),
    Row("never moved", "postpone.on=2028-09-01", SILENT),
    Row("unreadable", "postpone.on=2028-09-01; move.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before the meeting", "postpone.on=2020-09-01; move.on=2019-09-05", OUT_OF_ORDER),
)

STANDING = table(
    "approve_conversion.full_from_the_end_of_probation",
    Row("put off: still from the end of probation", f"{PUT_OFF}2029-03-06; convert.on=2029-03-01", SATISFIED),
    Row(
        "put off: from the meeting, held later",
        f"{PUT_OFF}2029-03-06; convert.on=2029-03-01; approve_conversion.full_from=2029-03-01",
        BROKEN,
    ),
    row_2014(
        "2014, put off: from the meeting, held later",
        "move.on=2020-08-01; postpone.on=2020-09-01; postpone.until=2021-03-06; convert.on=2021-03-01;"
        "approve_conversion.full_from=2021-03-01",
        BROKEN,
    ),
)

HELD = table(
    "convert.put_off_by_six_months_at_most",
    Row("on the last day of the six months", f"{PUT_OFF}2029-03-06; convert.on=2029-03-06", SATISFIED),
    Row("a day more", f"{PUT_OFF}2029-03-06; convert.on=2029-03-07", LATE),
    Row("put off once more in between", f"{PUT_OFF}2029-09-06; convert.on=2029-03-07", LATE),
    Row("not held, due today", f"{PUT_OFF}2029-03-06", pending("2029-03-06"), "2029-03-06", "request"),
    Row("not held, due yesterday", f"{PUT_OFF}2029-03-06", OVERDUE, "2029-03-07", "request"),
    Row("not put off: no limit in days", "convert.on=2029-06-01", SILENT),
    Row("unreadable", "postpone.on=unreadable", UNDECIDABLE),
    row_2014("2014: a day more", f"{PUT_OFF_2014}2021-03-06; convert.on=2021-03-07", LATE),
    row_2014("2014: on the last day", f"{PUT_OFF_2014}2021-03-06; convert.on=2021-03-06", SATISFIED),
)

UNTIL = table(
    "convert.held_when_put_off_until",
    Row("on the day", f"{PUT_OFF}2029-01-10; convert.on=2029-01-10", SATISFIED),
    Row("the day after", f"{PUT_OFF}2029-01-10; convert.on=2029-01-11", soft("late")),
    Row("not held, due today", f"{PUT_OFF}2029-01-10", pending("2029-01-10"), "2029-01-10", "request"),
    Row("not held, due yesterday", f"{PUT_OFF}2029-01-10", soft("overdue"), "2029-01-11", "request"),
    Row("not put off", "", SILENT),
    Row("unreadable", f"{PUT_OFF}unreadable", UNDECIDABLE),
    row_2014("2014: the day after", f"{PUT_OFF_2014}2021-01-10; convert.on=2021-01-11", soft("late")),
    row_2014("2014: on the day", f"{PUT_OFF_2014}2021-01-10; convert.on=2021-01-10", SATISFIED),
)


def test_the_day_until_which_it_was_put_off_is_never_a_reason_to_refuse() -> None:
    wordings = [wording for rule in BOOK.rules if rule.id == UNTIL[0].rule for _, wording in rule.wordings]
    assert {wording.online for wording in wordings} == {"record"}


@each(HELD, UNTIL)
def test_the_meeting_itself_is_held_within_the_six_months(row: Row) -> None:
    assert row.found() == row.expected


@each(SIX_MONTHS, MOVED, MOVED_ON_PROBATION)
def test_the_discussion_is_put_off_by_six_months_for_people_who_moved_in(row: Row) -> None:
    assert row.found() == row.expected


@each(STANDING)
def test_full_membership_still_counts_from_the_end_of_probation(row: Row) -> None:
    assert row.found() == row.expected
