"""Article 31 (2014: 32): a year from the meeting that admitted; conversion, one extension, or revocation."""

from tests.regulation.case import (
    BROKEN,
    EARLY,
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

STARTS = table(
    "approve.probation_starts_with_the_meeting",
    Row("from the day of the meeting", "", SATISFIED),
    Row("from the day of the approval", "approve.probation_from=2027-10-08", BROKEN),
    Row("from the day after the meeting", "approve.probation_from=2027-09-07", BROKEN),
    Row("unreadable", "approve.probation_from=unreadable", UNDECIDABLE),
    row_2014("2014: from the oath", "approve.probation_from=2019-10-25", BROKEN),
)

LASTS = table(
    "approve.probation_lasts_a_year",
    Row("a year", "", SATISFIED),
    Row("a day less", "approve.probation_to=2028-09-05", BROKEN),
    Row("from 29 February to 28 February", "admit.on=2028-02-29; approve.probation_to=2029-02-28", SATISFIED),
    Row("unreadable", "approve.probation_to=unreadable", UNDECIDABLE),
    row_2014("2014: two years", "approve.probation_to=2021-09-06", BROKEN),
)

AT_THE_END = table(
    "convert.not_before_the_end",
    Row("on the last day", "convert.on=2028-09-06", SATISFIED),
    Row("the day before", "convert.on=2028-09-05", OUT_OF_ORDER),
    Row("long after", "convert.on=2029-09-06", SATISFIED),
    Row("the day before, nothing resolved", "convert.on=2028-09-05; convert.conclusion=blank", OUT_OF_ORDER),
    Row("extended before the end, for cause", "convert.on=2028-01-05; convert.conclusion=extended", SILENT),
    Row("revoked before the end, for cause", "convert.on=2028-01-05; convert.conclusion=revoked", SILENT),
    Row("from 29 February to 28 February", "admit.on=2028-02-29; convert.on=2029-02-28", SATISFIED),
    Row("from 29 February to 27 February", "admit.on=2028-02-29; convert.on=2029-02-27", OUT_OF_ORDER),
    Row("at the end of the extension", "convert.extended_to=2029-03-06; convert.on=2029-03-06", SATISFIED),
    Row("before the end of the extension", "convert.extended_to=2029-03-06; convert.on=2029-03-05", OUT_OF_ORDER),
    Row("no meeting of admission", "admit.on=blank; convert.on=2027-01-01", SILENT),
    Row("unreadable", "admit.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "convert.on=2020-09-05", OUT_OF_ORDER),
    row_2014("2014: on the last day", "", SATISFIED),
)

EXTENDED = "convert.conclusion=extended; convert.extended_to="

EXTENSION_SET = table(
    "convert.extension_set",
    Row("says until when", f"{EXTENDED}2029-03-06", SATISFIED),
    Row("does not say until when", f"{EXTENDED}blank", MISSING),
    Row("nothing extended", "", SILENT),
    Row("unreadable", f"{EXTENDED}unreadable", UNDECIDABLE),
    row_2014("2014: does not say", f"{EXTENDED}blank", MISSING),
)

HALF_A_YEAR = table(
    "convert.extended_by_half_a_year_at_least",
    Row("half a year", f"{EXTENDED}2029-03-06", SATISFIED),
    Row("a day less", f"{EXTENDED}2029-03-05", EARLY),
    Row("from 29 February: 28 August", f"{EXTENDED}2029-08-28; admit.on=2028-02-29", SATISFIED),
    Row("from 29 February: 27 August", f"{EXTENDED}2029-08-27; admit.on=2028-02-29", EARLY),
    Row("still judged after the last meeting", "convert.extended_to=2029-03-05; convert.on=2029-03-06", EARLY),
    Row("nothing extended", "", SILENT),
    Row("unreadable", f"{EXTENDED}unreadable", UNDECIDABLE),
    row_2014(
        "2014: meeting 2024-02-29, to 2025-08-28",
        f"{EXTENDED}2025-08-28; admit.on=2024-02-29; convert.on=2025-02-28",
        SATISFIED,
    ),
    row_2014(
        "2014: meeting 2024-02-29, to 2025-08-27",
        f"{EXTENDED}2025-08-27; admit.on=2024-02-29; convert.on=2025-02-28",
        EARLY,
    ),
)

A_YEAR = table(
    "convert.extended_by_a_year_at_most",
    Row("a year", f"{EXTENDED}2029-09-06", SATISFIED),
    Row("a day more", f"{EXTENDED}2029-09-07", LATE),
    Row("nothing extended", "", SILENT),
    Row("unreadable", f"{EXTENDED}unreadable", UNDECIDABLE),
    row_2014(
        "2014: meeting 2024-02-29, to 2026-02-28",
        f"{EXTENDED}2026-02-28; admit.on=2024-02-29; convert.on=2025-02-28",
        SATISFIED,
    ),
    row_2014(
        "2014: meeting 2024-02-29, to 2026-03-01",
        f"{EXTENDED}2026-03-01; admit.on=2024-02-29; convert.on=2025-02-28",
        LATE,
    ),
)

ONCE = table(
    "convert.extended_once",
    Row("once", "convert.extensions=1", SATISFIED),
    Row("twice", "convert.extensions=2", BROKEN),
    Row("never", "convert.extensions=0", SATISFIED),
    Row("not on record", "convert.extensions=blank", SILENT),
    Row("unreadable", "convert.extensions=unreadable", UNDECIDABLE),
    row_2014("2014: twice", "convert.extensions=2", BROKEN),
)

AS_RESOLVED = table(
    "approve_conversion.as_resolved",
    Row("what was resolved", "", SATISFIED),
    Row("something else", "approve_conversion.conclusion=extended", BROKEN),
    Row("unreadable", "approve_conversion.conclusion=unreadable", UNDECIDABLE),
    row_2014("2014: something else", "approve_conversion.conclusion=revoked", BROKEN),
)


@each(STARTS, LASTS)
def test_probation_is_a_year_from_the_meeting(row: Row) -> None:
    assert row.found() == row.expected


@each(AT_THE_END, EXTENSION_SET, HALF_A_YEAR, A_YEAR, ONCE, AS_RESOLVED)
def test_probation_ends_in_conversion_or_is_extended_once(row: Row) -> None:
    assert row.found() == row.expected
