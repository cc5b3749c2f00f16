"""Article 32 (2014: 33): a written request, then a meeting with the attendance and majority asked for at admission.

Before it group, members and masses are heard (under the edition of 2014: the Party group gives its opinion) and the
branch committee examines.
"""

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

REVOKED = "convert.conclusion=revoked"
EXTENDED_EARLY = "convert.conclusion=extended; convert.on=2028-09-05"
EXTENDED_AT_THE_END = "convert.conclusion=extended; convert.on=2028-09-06"

REQUEST = table(
    "request.written",
    Row("requested", "", SATISFIED),
    Row("not requested, discussed", "request.on=blank", MISSING, to="convert"),
    Row("not requested, no day of the meeting, but approved", "request.on=blank; convert.on=blank", MISSING),
    Row("not requested yet", "", SILENT, to="observe"),
    Row("revoked: the organization decided for cause", f"request.on=blank; {REVOKED}", SILENT),
    Row("extended before the end, for cause", f"request.on=blank; {EXTENDED_EARLY}", SILENT),
    Row("extended at the end", f"request.on=blank; {EXTENDED_AT_THE_END}", MISSING),
    Row("unreadable", "request.on=unreadable", UNDECIDABLE),
    Row("unreadable what was resolved", "request.on=blank; convert.conclusion=unreadable", UNDECIDABLE),
    row_2014("2014: not requested", "request.on=blank", MISSING),
)

REQUEST_FIRST = table(
    "request.before_meeting",
    Row("on the day of the meeting", "request.on=2028-09-06", SATISFIED),
    Row("the day after", "request.on=2028-09-07", OUT_OF_ORDER),
    Row("revoked for cause", f"request.on=2028-09-07; {REVOKED}", SILENT),
    Row("extended before the end", f"request.on=2028-09-06; {EXTENDED_EARLY}", SILENT),
    Row("extended at the end", f"request.on=2028-09-07; {EXTENDED_AT_THE_END}", OUT_OF_ORDER),
    Row("not requested", "request.on=blank", SILENT),
    Row("unreadable", "request.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "request.on=2020-09-07", OUT_OF_ORDER),
)

QUORUM = table(
    "convert.quorum",
    Row("exactly half", "convert.due=20; convert.present=10", BROKEN),
    Row("one more than half", "convert.due=20; convert.present=11", SATISFIED),
    Row("written opinions are no presence", "convert.due=10; convert.present=5; convert.written=5", BROKEN),
    Row("not on record", "convert.present=blank", SILENT),
    Row("unreadable", "convert.due=unreadable", UNDECIDABLE),
    row_2014("2014: exactly half", "convert.due=20; convert.present=10", BROKEN),
)

NOTHING = "convert.conclusion=blank; convert.reported_on=blank"

MAJORITY = table(
    "convert.majority",
    Row("exactly half of those due", "convert.due=20; convert.in_favour=10", BROKEN),
    Row("one more than half", "convert.due=20; convert.in_favour=11", SATISFIED),
    Row("fell short, nothing resolved or reported", f"convert.in_favour=5; {NOTHING}", SILENT, to="convert"),
    Row("fell short, resolved all the same", "convert.in_favour=5; convert.reported_on=blank", BROKEN, to="convert"),
    Row("fell short, reported all the same", "convert.in_favour=5; convert.conclusion=blank", BROKEN, to="convert"),
    Row("fell short, approved all the same", f"convert.in_favour=5; {NOTHING}", BROKEN, to="approve_conversion"),
    Row("revocation needs the majority too", f"convert.in_favour=10; {REVOKED}", BROKEN),
    Row("not on record", "convert.in_favour=blank", SILENT),
    Row("unreadable", "convert.in_favour=unreadable", UNDECIDABLE),
    row_2014("2014: exactly half", "convert.due=20; convert.in_favour=10", BROKEN),
)

SECRET = table(
    "convert.secret_ballot",
    Row("secret", "", SATISFIED),
    Row("show of hands", "convert.ballot=open", BROKEN),
    Row("not on record", "convert.ballot=blank", SILENT),
    Row("unreadable", "convert.ballot=unreadable", UNDECIDABLE),
    row_2014("2014: show of hands", "convert.ballot=open", BROKEN),
)

TALLY = table(
    "convert.tally",
    Row("as many votes as voters", "convert.present=12; convert.written=7", SATISFIED),
    Row("one more", "convert.present=12; convert.written=6", BROKEN),
    Row("presence not on record", "convert.present=blank", SILENT),
    Row("unreadable", "convert.written=unreadable", UNDECIDABLE),
    row_2014("2014: one more", "convert.present=18", BROKEN),
)

HEARD = table(
    "convert.opinions_heard",
    Row("heard", "", SATISFIED),
    Row("not heard", "convert.heard_on=blank", MISSING),
    Row("revoked for cause", f"convert.heard_on=blank; {REVOKED}", SILENT),
    Row("extended before the end, for cause", f"convert.heard_on=blank; {EXTENDED_EARLY}", SILENT),
    Row("extended at the end", f"convert.heard_on=blank; {EXTENDED_AT_THE_END}", MISSING),
    Row("not discussed yet", "convert.heard_on=blank", SILENT, to="request"),
    Row("unreadable", "convert.heard_on=unreadable", UNDECIDABLE),
    row_2014("2014: the group gave its opinion", "", SATISFIED),
    row_2014("2014: the group was not heard", "convert.heard_on=blank", MISSING),
    row_2014("its last day", "convert.on=2026-05-10; convert.heard_on=blank", MISSING),
    row_2014("from its first day in the one hearing of 2026", "convert.on=2026-05-11; convert.heard_on=blank", MISSING),
)

EXAMINED = table(
    "convert.committee_examined",
    Row("examined", "", SATISFIED),
    Row("not examined", "convert.examined_on=blank", MISSING),
    Row("a branch without a committee", "convert.examined_on=blank; case.has_committee=no", SILENT),
    Row("not known whether there is a committee", "convert.examined_on=blank; case.has_committee=blank", SILENT),
    Row("revoked for cause", f"convert.examined_on=blank; {REVOKED}", SILENT),
    Row("extended before the end, for cause", f"convert.examined_on=blank; {EXTENDED_EARLY}", SILENT),
    Row("not discussed yet", "convert.examined_on=blank", SILENT, to="request"),
    Row("unreadable", "convert.examined_on=unreadable", UNDECIDABLE),
    row_2014("2014: not examined", "convert.examined_on=blank", MISSING),
    row_2014("2014: examined", "", SATISFIED),
)

HEARD_FIRST = table(
    "convert.opinions_before_meeting",
    Row("on the day of the meeting", "convert.heard_on=2028-09-06", SATISFIED),
    Row("the day after", "convert.heard_on=2028-09-07", OUT_OF_ORDER),
    Row("not heard", "convert.heard_on=blank", SILENT),
    Row("unreadable", "convert.heard_on=unreadable", UNDECIDABLE),
    row_2014("2014: on the day of the meeting", "convert.heard_on=2020-09-06", SATISFIED),
    row_2014("2014: the day after", "convert.heard_on=2020-09-07", OUT_OF_ORDER),
)

EXAMINED_AFTER = table(
    "convert.examined_after_opinions",
    Row("on the day of the hearing", "convert.examined_on=2028-09-01", SATISFIED),
    Row("the day before the hearing", "convert.examined_on=2028-08-31", OUT_OF_ORDER),
    Row("not examined", "convert.examined_on=blank", SILENT),
    Row("unreadable", "convert.heard_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before the group's opinion", "convert.examined_on=2020-08-31", OUT_OF_ORDER),
)

EXAMINED_FIRST = table(
    "convert.examined_before_meeting",
    Row("on the day of the meeting", "convert.examined_on=2028-09-06", SATISFIED),
    Row("the day after", "convert.examined_on=2028-09-07", OUT_OF_ORDER),
    Row("not examined", "convert.examined_on=blank", SILENT),
    Row("unreadable", "convert.examined_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "convert.examined_on=2020-09-07", OUT_OF_ORDER),
)


@each(REQUEST, REQUEST_FIRST)
def test_conversion_needs_a_written_request(row: Row) -> None:
    assert row.found() == row.expected


@each(QUORUM, MAJORITY, SECRET, TALLY)
def test_conversion_is_voted_like_admission(row: Row) -> None:
    assert row.found() == row.expected


@each(HEARD, EXAMINED, HEARD_FIRST, EXAMINED_AFTER, EXAMINED_FIRST)
def test_opinions_are_heard_and_the_committee_examines_before_the_meeting(row: Row) -> None:
    assert row.found() == row.expected


NOTHING_ADOPTED = "convert.on=blank; convert.conclusion=blank; convert.reported_on=blank; convert.result=not_passed"

PRESENT = table(
    "convert.attendance",
    Row("all due present", "convert.due=19; convert.present=19", SATISFIED),
    Row("more present than due", "convert.due=18; convert.present=19", BROKEN),
    Row("present and absent opinions, as many as due", "convert.due=20; convert.written=1", SATISFIED),
    Row("present and absent opinions, one too many", "convert.due=20; convert.written=2", BROKEN),
    Row("a meeting that adopted nothing", f"{NOTHING_ADOPTED}; convert.due=18; convert.present=19", BROKEN),
    Row("due not on record", "convert.due=blank", SILENT),
    Row("unreadable", "convert.due=unreadable", UNDECIDABLE),
    Row("kept by no ledger", "convert.result=unreadable; convert.due=18; convert.present=19", UNDECIDABLE),
    row_2014("2014: more present than due", "convert.due=18; convert.present=19", BROKEN),
    row_2014("2014: all due present", "convert.due=19; convert.present=19", SATISFIED),
)

WRITTEN_DATED = table(
    "convert.opinions_dated",
    Row("counted, with a day", "convert.written=1; convert.written_by_on=2028-09-05", SATISFIED),
    Row("counted, without a day", "convert.written=1", MISSING),
    Row("none counted", "convert.written=0", SILENT),
    Row("none on record", "", SILENT),
    Row("unreadable", "convert.written=unreadable", UNDECIDABLE),
    row_2014("2014: counted, without a day", "convert.written=1", MISSING),
    row_2014("2014: counted, with a day", "convert.written=1; convert.written_by_on=2020-09-05", SATISFIED),
)

WRITTEN_IN_TIME = table(
    "convert.opinions_in_time",
    Row("on the day of the meeting", "convert.written_by_on=2028-09-06", SATISFIED),
    Row("the day after", "convert.written_by_on=2028-09-07", OUT_OF_ORDER),
    Row("no day", "", SILENT),
    Row("unreadable", "convert.written_by_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "convert.written_by_on=2020-09-07", OUT_OF_ORDER),
)

NOT_ADOPTED = table(
    "convert.carried",
    Row(
        "exactly half in favour",
        f"{NOTHING_ADOPTED}; convert.not_adopted_on=2028-09-06; convert.in_favour=10",
        SATISFIED,
    ),
    Row(
        "one more than half in favour",
        f"{NOTHING_ADOPTED}; convert.not_adopted_on=2028-09-06; convert.in_favour=11",
        BROKEN,
    ),
    Row("no vote was taken", f"{NOTHING_ADOPTED}; convert.not_adopted_on=2028-09-06; convert.in_favour=blank", SILENT),
    Row("adopted", "", SILENT),
    Row(
        "unreadable", f"{NOTHING_ADOPTED}; convert.not_adopted_on=2028-09-06; convert.in_favour=unreadable", UNDECIDABLE
    ),
    row_2014(
        "2014: more than half in favour",
        f"{NOTHING_ADOPTED}; convert.not_adopted_on=2020-09-06; convert.in_favour=11",
        BROKEN,
    ),
    row_2014(
        "2014: exactly half", f"{NOTHING_ADOPTED}; convert.not_adopted_on=2020-09-06; convert.in_favour=10", SATISFIED
    ),
)

REPORTED = table(
    "convert.resolution_there",
    Row("reported", "", SATISFIED),
    Row("no conclusion", "convert.conclusion=blank", MISSING),
    Row("no meeting", "convert.on=blank; convert.conclusion=blank", MISSING, to="convert"),
    Row("not reported", "convert.conclusion=blank; convert.reported_on=blank", SILENT),
    Row("kept by no ledger", "convert.result=unreadable; convert.conclusion=blank", UNDECIDABLE),
    row_2014("2014: no conclusion", "convert.conclusion=blank", MISSING),
    row_2014("2014: reported", "", SATISFIED),
)

REPORTED_AFTER = table(
    "convert.reported_after_meeting",
    Row("on the day of the meeting", "convert.reported_on=2028-09-06", SATISFIED),
    Row("the day before", "convert.reported_on=2028-09-05", OUT_OF_ORDER),
    Row("not reported", "convert.reported_on=blank", SILENT),
    Row("unreadable", "convert.reported_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "convert.reported_on=2020-09-05", OUT_OF_ORDER),
    row_2014("2014: the day of the meeting", "convert.reported_on=2020-09-06", SATISFIED),
)

RESOLVED = table(
    "approve_conversion.resolved",
    Row("resolved", "", SATISFIED),
    Row("no meeting", "convert.on=blank; convert.conclusion=blank", MISSING),
    Row("a meeting that resolved nothing", "convert.conclusion=blank", MISSING),
    Row(
        "an extension without a meeting",
        "convert.on=blank; convert.conclusion=blank; approve_conversion.conclusion=extended",
        MISSING,
    ),
    Row(
        "a revocation without a meeting",
        "convert.on=blank; convert.conclusion=blank; approve_conversion.conclusion=revoked",
        MISSING,
    ),
    Row("nothing approved", "convert.conclusion=blank", SILENT, to="convert"),
    Row("kept by no ledger", "convert.conclusion=blank; approve_conversion.conclusion=unreadable", UNDECIDABLE),
    row_2014("2014: no meeting", "convert.on=blank; convert.conclusion=blank", MISSING),
    row_2014("2014: resolved", "", SATISFIED),
)


@each(PRESENT, WRITTEN_DATED, WRITTEN_IN_TIME, NOT_ADOPTED)
def test_the_figures_of_the_vote_agree_with_who_was_due_and_what_was_adopted(row: Row) -> None:
    assert row.found() == row.expected


@each(REPORTED, REPORTED_AFTER, RESOLVED)
def test_what_is_reported_and_approved_is_a_resolution_of_the_meeting(row: Row) -> None:
    assert row.found() == row.expected
