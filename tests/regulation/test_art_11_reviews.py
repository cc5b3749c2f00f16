"""Article 11 (2014: 11): the branch reviews each activist every half year."""

from tests.regulation.case import GAP, SATISFIED, SILENT, UNDECIDABLE, Row, each, pending, row_2014, table

YEAR = "activist.on=2025-01-10; list_target.on=2026-01-10; cultivate.reviews="
OPEN = "cultivate.reviews=blank; activist.on="

REVIEWS = table(
    "cultivate.half_yearly",
    Row("on the last day, and listed on the last day", f"{YEAR}2025-07-10", SATISFIED),
    Row("the first review a day late", f"{YEAR}2025-07-11", GAP),
    Row("the listing a day too long after the last review", f"{YEAR}2025-07-09", GAP),
    Row("more often than asked", f"{YEAR}2025-03-01, 2025-07-10, 2025-09-01", SATISFIED),
    Row("in any order of writing", f"{YEAR}2025-11-01, 2025-05-10", SATISFIED),
    Row("reviews before the decision do not count", f"{YEAR}2025-01-09, 2025-07-11", GAP),
    Row("reviews after the listing do not count", f"{YEAR}2025-07-09, 2026-01-11", GAP),
    Row("none at all", f"{YEAR}blank", GAP),
    Row("none, listed within half a year", f"{YEAR}blank; list_target.on=2025-07-10", SATISFIED),
    Row(
        "the end of a short month",
        "activist.on=2025-08-31; cultivate.reviews=2026-02-28; list_target.on=2026-08-28",
        SATISFIED,
    ),
    Row(
        "the day after the end of a short month",
        "activist.on=2025-08-31; cultivate.reviews=2026-03-01; list_target.on=2026-08-31",
        GAP,
    ),
    Row("not listed: due today", f"{OPEN}2026-05-21", pending("2026-11-21"), "2026-11-21", "cultivate"),
    Row("not listed: due yesterday", f"{OPEN}2026-05-20", GAP, "2026-11-21", "cultivate"),
    Row(
        "not listed: an earlier gap",
        "activist.on=2025-01-10; cultivate.reviews=2025-09-01",
        GAP,
        "2025-09-02",
        "cultivate",
    ),
    Row("no day of the decision", "activist.on=blank", SILENT),
    Row("listed on a day that is not known", "list_target.on=blank; cultivate.reviews=blank", SILENT),
    Row("reviews unreadable", "cultivate.reviews=unreadable", UNDECIDABLE),
    Row("the decision unreadable", "activist.on=unreadable", UNDECIDABLE),
    Row("the listing unreadable", "list_target.on=unreadable", UNDECIDABLE),
    row_2014("2014: kept", "", SATISFIED),
    row_2014("2014: a day late", "cultivate.reviews=2019-01-02, 2019-06-25", GAP),
    row_2014(
        "2014: not listed, runs on", "cultivate.reviews=2018-12-28", pending("2019-06-28"), "2019-06-28", "cultivate"
    ),
)


@each(REVIEWS)
def test_no_gap_between_reviews_is_longer_than_half_a_year(row: Row) -> None:
    assert row.found() == row.expected
