"""Article 25 (2014: 26): approval within three months, in special circumstances within six; then filing."""

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
    soft,
    table,
)

START = "admit.reported_on=2027-01-31; admit.on=2027-01-20"
NOT_REPORTED = "admit.reported_on=blank; admit.on=2027-01-31"
REASON = "approve.longer_reason=延2027-1"
LAPSED = "admit.reported_on=blank; admit.in_favour=10"

THREE_MONTHS = table(
    "approve.within_three_months",
    Row("on the last day", f"{START}; approve.on=2027-04-30", SATISFIED),
    Row("the day after, no reason on file", f"{START}; approve.on=2027-05-01", soft("reason")),
    Row("the day after, a reason on file", f"{START}; approve.on=2027-05-01; {REASON}", SATISFIED),
    Row("on the last day of six months, no reason", f"{START}; approve.on=2027-07-31", soft("reason")),
    Row("on the last day of six months, a reason", f"{START}; approve.on=2027-07-31; {REASON}", SATISFIED),
    Row("beyond six months", f"{START}; approve.on=2027-08-01", LATE),
    Row("beyond six months, whatever the reason", f"{START}; approve.on=2027-08-01; {REASON}", LATE),
    Row(
        "returned for completion: still from the first report, in time",
        f"{START}; approve.returned_on=2027-04-20; approve.on=2027-04-30",
        SATISFIED,
    ),
    Row(
        "returned for completion: still from the first report, too long without a reason",
        f"{START}; approve.returned_on=2027-04-20; approve.on=2027-05-01",
        soft("reason"),
    ),
    Row(
        "returned for completion: beyond six months of the first report",
        f"{START}; approve.returned_on=2027-04-20; approve.on=2027-08-01; {REASON}",
        LATE,
    ),
    Row("not reported: counted from the meeting, in time", f"{NOT_REPORTED}; approve.on=2027-04-30", SATISFIED),
    Row("not reported: counted from the meeting, late", f"{NOT_REPORTED}; approve.on=2027-08-01", LATE),
    Row("not yet, due today", START, pending("2027-04-30"), "2027-04-30", "superior_talk"),
    Row("not yet, beyond three months", START, soft("reason"), "2027-05-01", "superior_talk"),
    Row("not yet, a reason on file", f"{START}; {REASON}", pending("2027-07-31"), "2027-05-01", "superior_talk"),
    Row(
        "not yet, a reason that cannot be read",
        f"{START}; approve.longer_reason=unreadable",
        UNDECIDABLE,
        "2027-05-01",
        "superior_talk",
    ),
    Row("not yet, the last day of six months", START, soft("reason"), "2027-07-31", "superior_talk"),
    Row("not yet, beyond six months", START, OVERDUE, "2027-08-01", "superior_talk"),
    Row("not yet, beyond six months with a reason", f"{START}; {REASON}", OVERDUE, "2027-08-01", "superior_talk"),
    Row("no approval, and filed", "approve.on=blank", MISSING),
    Row("no approval, filed, no start known", "approve.on=blank; admit.on=blank; admit.reported_on=blank", MISSING),
    Row("the vote fell short, nothing followed", LAPSED, SILENT, to="admit"),
    Row("the vote fell short but was reported", "admit.in_favour=10", OVERDUE, to="admit"),
    Row("the vote fell short and the superior talked", LAPSED, OVERDUE, to="superior_talk"),
    Row("one more than half, nothing followed", "admit.reported_on=blank; admit.in_favour=11", OVERDUE, to="admit"),
    Row("no meeting yet", "", SILENT, to="fill_form"),
    Row("no start known, approved", "admit.on=blank; admit.reported_on=blank", SILENT),
    Row("approval unreadable", "approve.on=unreadable", UNDECIDABLE),
    Row("report unreadable", "admit.reported_on=unreadable", UNDECIDABLE),
    row_2014("2014: beyond three months", "approve.on=2019-12-11", soft("reason")),
    row_2014("2014: on the last day", "approve.on=2019-12-10", SATISFIED),
    row_2014("2014: beyond six months", "approve.on=2020-03-11", LATE),
)

FILED = table(
    "file_admission.filed",
    Row("filed", "", SATISFIED),
    Row("not filed, conversion requested", "file_admission.on=blank", MISSING, to="request"),
    Row("not filed yet", "file_admission.on=blank", SILENT, to="observe"),
    Row("unreadable", "file_admission.on=unreadable", UNDECIDABLE),
    row_2014("2014: not filed", "file_admission.on=blank", MISSING),
)

FILED_AFTER = table(
    "file_admission.after_approval",
    Row("on the day of the approval", "file_admission.on=2027-10-08", SATISFIED),
    Row("the day before", "file_admission.on=2027-10-07", OUT_OF_ORDER),
    Row("not filed", "file_admission.on=blank", SILENT),
    Row("unreadable", "file_admission.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "file_admission.on=2019-10-07", OUT_OF_ORDER),
)


@each(THREE_MONTHS, FILED, FILED_AFTER)
def test_the_superior_approves_in_time_and_files(row: Row) -> None:
    assert row.found() == row.expected
