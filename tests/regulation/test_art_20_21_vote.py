"""Articles 20 and 21 (2014: 21 and 22): secret ballot, more than half of those due, one by one; the resolution."""

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

MAJORITY = table(
    "admit.majority",
    Row("exactly half of those due", "admit.due=20; admit.in_favour=10", BROKEN),
    Row("one more than half", "admit.due=20; admit.in_favour=11", SATISFIED),
    Row("half of an odd number, rounded down", "admit.due=21; admit.in_favour=10", BROKEN),
    Row("half of an odd number, rounded up", "admit.due=21; admit.in_favour=11", SATISFIED),
    Row("all present are not half of those due", "admit.due=20; admit.present=10; admit.in_favour=10", BROKEN),
    Row("fell short and nothing followed", "admit.in_favour=5; admit.reported_on=blank", SILENT, to="admit"),
    Row("fell short and was reported", "admit.in_favour=5", BROKEN, to="admit"),
    Row(
        "fell short, not reported, but the superior talked",
        "admit.in_favour=5; admit.reported_on=blank",
        BROKEN,
        to="superior_talk",
    ),
    Row("votes not on record", "admit.in_favour=blank", SILENT),
    Row("those due not on record", "admit.due=blank; admit.in_favour=1", SILENT),
    Row("unreadable", "admit.in_favour=unreadable", UNDECIDABLE),
    row_2014("2014: exactly half", "admit.due=20; admit.in_favour=10", BROKEN),
)

SECRET = table(
    "admit.secret_ballot",
    Row("secret", "", SATISFIED),
    Row("show of hands", "admit.ballot=open", BROKEN),
    Row("not on record", "admit.ballot=blank", SILENT),
    Row("unreadable", "admit.ballot=unreadable", UNDECIDABLE),
    row_2014("2014: show of hands", "admit.ballot=open", BROKEN),
)

VOTES = "admit.present=12; admit.written=2; admit.against=1; admit.abstained=1; admit.in_favour="

TALLY = table(
    "admit.tally",
    Row("as many votes as voters", f"{VOTES}12", SATISFIED),
    Row("one more", f"{VOTES}13", BROKEN),
    Row("fewer: invalid ballots", f"{VOTES}9", SATISFIED),
    Row(
        "blank numbers are 0",
        "admit.present=12; admit.written=blank; admit.in_favour=12; admit.against=blank;admit.abstained=blank",
        SATISFIED,
    ),
    Row(
        "no written opinions on record, one vote more",
        "admit.present=12; admit.written=blank; admit.in_favour=13;admit.against=blank; admit.abstained=blank",
        BROKEN,
    ),
    Row("presence not on record", "admit.present=blank; admit.in_favour=99", SILENT),
    Row("unreadable", "admit.against=unreadable", UNDECIDABLE),
    row_2014("2014: one more", f"{VOTES}13", BROKEN),
)

ONE_BY_ONE = table(
    "admit.one_by_one",
    Row("one by one", "", SATISFIED),
    Row("together", "admit.singly=no", BROKEN),
    Row("not on record", "admit.singly=blank", SILENT),
    Row("unreadable", "admit.singly=unreadable", UNDECIDABLE),
    row_2014("2014: together", "admit.singly=no", BROKEN),
)

BEFORE_THE_MEETING = table(
    "admit.opinions_in_time",
    Row("the day before", "admit.written_by_on=2027-09-05", SATISFIED),
    Row("the day of the meeting cannot be told apart", "admit.written_by_on=2027-09-06", SATISFIED),
    Row("the day after", "admit.written_by_on=2027-09-07", OUT_OF_ORDER),
    Row("none", "admit.written_by_on=blank", SILENT),
    Row("unreadable", "admit.written_by_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "admit.written_by_on=2019-09-07", OUT_OF_ORDER),
)

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


@each(MAJORITY, SECRET, TALLY, ONE_BY_ONE, BEFORE_THE_MEETING)
def test_the_vote_is_secret_single_and_by_more_than_half_of_those_due(row: Row) -> None:
    assert row.found() == row.expected


@each(RESOLUTION, REPORTED, REPORTED_AFTER)
def test_the_resolution_is_written_before_it_is_reported(row: Row) -> None:
    assert row.found() == row.expected
