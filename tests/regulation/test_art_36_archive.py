"""Article 36: six papers go into the file; article 37 of 2014 asked for five, the probation record is new."""

from tests.regulation.case import MISSING, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

OLD_PAPERS = ("admission_form", "application_letter", "cultivation_record", "political_review", "conversion_request")

SIX = table(
    "archive.six_papers",
    Row("six papers", "", SATISFIED),
    *(Row(f"no {paper}", f"archive.{paper}=blank", MISSING) for paper in (*OLD_PAPERS, "probation_record")),
    Row("not filed yet", "", SILENT, to="approve_conversion"),
    Row("unreadable", "archive.probation_record=unreadable", UNDECIDABLE),
    row_2014("filed on 2026-05-10", "archive.on=2026-05-10", SILENT),
    row_2014("filed on 2026-05-11 without the probation record", "archive.on=2026-05-11", MISSING),
    row_2014("filed on 2026-05-12 without the probation record", "archive.on=2026-05-12", MISSING),
)

FIVE = table(
    "archive.five_papers",
    row_2014("five papers", "", SATISFIED),
    *(row_2014(f"no {paper}", f"archive.{paper}=blank", MISSING) for paper in OLD_PAPERS),
    row_2014("unreadable", "archive.conversion_request=unreadable", UNDECIDABLE),
    row_2014("filed on 2026-05-10", "archive.on=2026-05-10", SATISFIED),
    row_2014("filed on 2026-05-11", "archive.on=2026-05-11", SILENT),
)


@each(SIX, FIVE)
def test_the_papers_go_into_the_file(row: Row) -> None:
    assert row.found() == row.expected
