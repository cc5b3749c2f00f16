"""Article 35 (2014: 36): for people who moved in the discussion may be put off by up to six months."""

from tests.regulation.case import (
    LATE,
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


@each(SIX_MONTHS, MOVED, MOVED_ON_PROBATION)
def test_the_discussion_is_put_off_by_six_months_for_people_who_moved_in(row: Row) -> None:
    assert row.found() == row.expected
