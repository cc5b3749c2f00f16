"""Article 20 (2014: 21): a secret ballot, more than half of those due, one by one; opinions handed in before."""

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
    Row("recorded as not passed", "admit.in_favour=5; admit.result=not_passed", SILENT),
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

FAILED = "admit.result=not_passed; admit.reported_on=blank; admit.due=20; admit.in_favour="

FELL_SHORT = table(
    "admit.fell_short",
    Row("exactly half: not carried", f"{FAILED}10", SATISFIED, to="admit"),
    Row("one more than half was carried", f"{FAILED}11", BROKEN, to="admit"),
    Row("votes not on record", f"{FAILED}blank", SILENT, to="admit"),
    Row("those due not on record", f"{FAILED}11; admit.due=blank", SILENT, to="admit"),
    Row("carried", "admit.result=passed", SILENT, to="admit"),
    Row("unreadable", f"{FAILED}unreadable", UNDECIDABLE, to="admit"),
    row_2014("2014: one more than half was carried", f"{FAILED}11", BROKEN, to="admit"),
)

VOTERS = table(
    "admit.voters",
    Row("all are there", "admit.due=20; admit.present=20; admit.written=blank", SATISFIED),
    Row("one more than were due", "admit.due=20; admit.present=21; admit.written=blank", BROKEN),
    Row("all are there or wrote", "admit.due=20; admit.present=18; admit.written=2", SATISFIED),
    Row("one more in writing", "admit.due=20; admit.present=18; admit.written=3", BROKEN),
    Row("those due not on record", "admit.due=blank; admit.present=99", SILENT),
    Row("unreadable", "admit.present=unreadable", UNDECIDABLE),
    row_2014("2014: one more in writing", "admit.due=20; admit.present=18; admit.written=3", BROKEN),
)

DATED = table(
    "admit.opinions_dated",
    Row("one, dated", "admit.written=1", SATISFIED),
    Row("one, not dated", "admit.written=1; admit.written_by_on=blank", MISSING),
    Row("none, written as a number", "admit.written=0; admit.written_by_on=blank", SILENT),
    Row("none", "admit.written=blank; admit.written_by_on=blank", SILENT),
    Row("unreadable", "admit.written=unreadable; admit.written_by_on=blank", UNDECIDABLE),
    row_2014("2014: one, not dated", "admit.written=1; admit.written_by_on=blank", MISSING),
)


@each(MAJORITY, SECRET, TALLY, ONE_BY_ONE, BEFORE_THE_MEETING, FELL_SHORT, VOTERS, DATED)
def test_the_vote_is_secret_single_and_by_more_than_half_of_those_due(row: Row) -> None:
    assert row.found() == row.expected
