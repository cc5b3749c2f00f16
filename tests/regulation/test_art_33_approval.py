"""Article 33 (2014: 34): conversion approved within three months, none longer; standing counts from expiry."""

from tests.regulation.case import (
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
    table,
)

LAPSED = "convert.in_favour=10; convert.conclusion=blank; convert.reported_on=blank"

THREE_MONTHS = table(
    "approve_conversion.within_three_months",
    Row("on the last day", "approve_conversion.on=2028-12-08", SATISFIED),
    Row("the day after", "approve_conversion.on=2028-12-09", LATE),
    Row(
        "returned for completion: still from the first report, in time",
        "approve_conversion.returned_on=2028-11-30; approve_conversion.on=2028-12-08",
        SATISFIED,
    ),
    Row(
        "returned for completion: still from the first report, late",
        "approve_conversion.returned_on=2028-11-30; approve_conversion.on=2028-12-09",
        LATE,
    ),
    Row("returned and not decided", "approve_conversion.returned_on=2028-11-30", OVERDUE, "2028-12-09", "convert"),
    Row("no clause for six months", "approve_conversion.on=2029-01-08; approve.longer_reason=有", LATE),
    Row(
        "not reported: from the meeting, in time",
        "convert.reported_on=blank; approve_conversion.on=2028-12-06",
        SATISFIED,
    ),
    Row("not reported: from the meeting, late", "convert.reported_on=blank; approve_conversion.on=2028-12-07", LATE),
    Row("an extension late", "convert.conclusion=extended; approve_conversion.on=2028-12-09", LATE),
    Row("a revocation late", "convert.conclusion=revoked; approve_conversion.on=2028-12-09", LATE),
    Row("not yet, due today", "", pending("2028-12-08"), "2028-12-08", "convert"),
    Row("not yet, due yesterday", "", OVERDUE, "2028-12-09", "convert"),
    Row("not approved, and archived", "approve_conversion.on=blank", MISSING, "2028-10-30"),
    Row("no day of the meeting, not approved", "convert.on=blank", SILENT, to="convert"),
    Row("no day of the meeting, archived", "convert.on=blank; approve_conversion.on=blank", SILENT),
    Row("the vote fell short, nothing followed", LAPSED, SILENT, to="convert"),
    Row(
        "the vote fell short, reported all the same", f"{LAPSED}; convert.reported_on=2028-09-08", OVERDUE, to="convert"
    ),
    Row("no start known", "convert.on=blank; convert.reported_on=blank", SILENT),
    Row("unreadable", "approve_conversion.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "approve_conversion.on=2020-12-09", LATE),
    row_2014("2014: on the last day", "approve_conversion.on=2020-12-08", SATISFIED),
)

IN_ORDER = table(
    "approve_conversion.in_order",
    Row("on the day of the meeting", "approve_conversion.on=2028-09-06", SATISFIED),
    Row("the day before", "approve_conversion.on=2028-09-05", OUT_OF_ORDER),
    Row("not approved", "approve_conversion.on=blank", SILENT),
    Row("unreadable", "convert.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "approve_conversion.on=2020-09-05", OUT_OF_ORDER),
)

STANDING = table(
    "approve_conversion.full_from_the_end_of_probation",
    Row("from the end of probation", "", SATISFIED),
    Row("from the meeting, held later", "convert.on=2028-10-01; approve_conversion.full_from=2028-10-01", BROKEN),
    Row("from the end, though the meeting was later", "convert.on=2028-10-01", SATISFIED),
    Row(
        "from the end of the extension",
        "convert.extended_to=2029-03-06; approve_conversion.full_from=2029-03-06",
        SATISFIED,
    ),
    Row("nothing converted", "approve_conversion.conclusion=revoked; approve_conversion.full_from=2028-10-01", SILENT),
    Row("unreadable", "approve_conversion.full_from=unreadable", UNDECIDABLE),
    row_2014("2014: from the approval", "approve_conversion.full_from=2020-10-20", BROKEN),
)

NOT_EARLY = table(
    "approve_conversion.not_before_the_end",
    Row("on the day probation ended", "convert.on=2028-09-01; approve_conversion.on=2028-09-06", SATISFIED),
    Row("the day before", "convert.on=2028-09-01; approve_conversion.on=2028-09-05", OUT_OF_ORDER),
    Row("no meeting on record, the day before", "convert.on=blank; approve_conversion.on=2028-09-05", OUT_OF_ORDER),
    Row("before the end of the extension", "convert.extended_to=2029-03-06", OUT_OF_ORDER),
    Row(
        "an extension before the end",
        "approve_conversion.conclusion=extended; approve_conversion.on=2028-09-05",
        SILENT,
    ),
    Row(
        "a revocation before the end", "approve_conversion.conclusion=revoked; approve_conversion.on=2028-09-05", SILENT
    ),
    Row("kept by no ledger", "approve_conversion.conclusion=unreadable; approve_conversion.on=2028-09-05", UNDECIDABLE),
    row_2014("2014: the day before", "approve_conversion.on=2020-09-05", OUT_OF_ORDER),
    row_2014("2014: on the day", "approve_conversion.on=2020-09-06", SATISFIED),
)

AFTER_REPORT = table(
    "approve_conversion.after_report",
    Row("on the day it was reported", "approve_conversion.on=2028-09-08", SATISFIED),
    Row("the day before", "approve_conversion.on=2028-09-07", OUT_OF_ORDER),
    Row("the day of the report not on record", "convert.reported_on=blank", SILENT),
    Row("kept by no ledger", "approve_conversion.conclusion=unreadable; approve_conversion.on=2028-09-07", UNDECIDABLE),
    row_2014("2014: the day before", "approve_conversion.on=2020-09-07", OUT_OF_ORDER),
    row_2014("2014: on the day", "approve_conversion.on=2020-09-08", SATISFIED),
)

REPORTED = table(
    "approve_conversion.reported",
    Row("reported", "", SATISFIED),
    Row("not reported", "convert.reported_on=blank", MISSING),
    Row("a revocation not reported", "convert.conclusion=revoked; convert.reported_on=blank", MISSING),
    Row("no meeting at all", "convert.on=blank; convert.reported_on=blank", SILENT),
    Row("not approved", "convert.reported_on=blank", SILENT, to="convert"),
    Row("kept by no ledger", "convert.result=unreadable; convert.reported_on=blank", UNDECIDABLE),
    row_2014("2014: not reported", "convert.reported_on=blank", MISSING),
    row_2014("2014: reported", "", SATISFIED),
)

REFUSED_IN_TIME = table(
    "approve_conversion.refused_within_three_months",
    Row("on the last day", "approve_conversion.refused_on=2028-12-08", SATISFIED, to="convert"),
    Row("the day after", "approve_conversion.refused_on=2028-12-09", LATE, to="convert"),
    Row("not refused", "", SILENT, to="convert"),
    Row("unreadable", "approve_conversion.refused_on=unreadable", UNDECIDABLE, to="convert"),
    row_2014("2014: the day after", "approve_conversion.refused_on=2020-12-09", LATE, to="convert"),
    row_2014("2014: on the last day", "approve_conversion.refused_on=2020-12-08", SATISFIED, to="convert"),
)


@each(THREE_MONTHS, IN_ORDER, STANDING, NOT_EARLY, AFTER_REPORT, REPORTED, REFUSED_IN_TIME)
def test_the_conversion_is_approved_in_three_months_and_counts_from_expiry(row: Row) -> None:
    assert row.found() == row.expected
