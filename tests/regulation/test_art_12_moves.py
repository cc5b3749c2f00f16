"""Article 12 (2014: 12): when an activist moves the papers are checked and the time of cultivation counts on."""

from tests.regulation.case import (
    BROKEN,
    EARLY,
    OUT_OF_ORDER,
    SATISFIED,
    SILENT,
    UNDECIDABLE,
    Row,
    each,
    row_2014,
    table,
)

CHECKED = table(
    "move.papers_checked",
    Row("checked", "move.on=2027-01-10; move.checked=yes", SATISFIED),
    Row("not checked", "move.on=2027-01-10; move.checked=no", BROKEN),
    Row("not known", "move.on=2027-01-10; move.checked=blank", SILENT),
    Row("nobody moved", "move.on=blank; move.checked=no", SILENT),
    Row("unreadable", "move.on=2027-01-10; move.checked=unreadable", UNDECIDABLE),
    row_2014("2014: not checked", "move.on=2019-01-10; move.checked=no", BROKEN),
)

CARRIED = table(
    "choose_target.a_year_of_cultivation",
    Row("carried time counts", "activist.on=2027-03-01; move.counted_from=2026-07-16", SATISFIED),
    Row("carried time a day short", "activist.on=2025-03-01; move.counted_from=2026-07-17", EARLY),
    Row("carried time unreadable", "move.counted_from=unreadable", UNDECIDABLE),
    row_2014("2014: carried time counts", "activist.on=2019-03-01; move.counted_from=2018-07-16", SATISFIED),
    row_2014("2014: carried time a day short", "activist.on=2019-03-01; move.counted_from=2018-07-17", EARLY),
)

FROM_THE_DECISION = table(
    "move.time_counts_from_the_decision",
    Row("from the decision on", "move.on=2027-01-10; move.counted_from=2026-07-01", SATISFIED),
    Row("from a later day", "move.on=2027-01-10; move.counted_from=2026-08-01", SATISFIED),
    Row("from the day before", "move.on=2027-01-10; move.counted_from=2026-06-30", OUT_OF_ORDER),
    Row("the decision is not on record", "activist.on=blank; move.counted_from=2020-01-01", SILENT),
    Row("unreadable", "move.on=2027-01-10; move.counted_from=unreadable", UNDECIDABLE),
    row_2014("2014: from the day before", "move.on=2019-01-10; move.counted_from=2018-06-30", OUT_OF_ORDER),
)


@each(CHECKED, CARRIED, FROM_THE_DECISION)
def test_the_papers_of_an_activist_are_checked_and_the_time_counts_on(row: Row) -> None:
    assert row.found() == row.expected
