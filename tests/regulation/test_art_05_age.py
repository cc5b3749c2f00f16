"""Article 5 (2014: 5): who applies is at least 18 full years old."""

from tests.regulation.case import EARLY, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

AGE = table(
    "apply.age",
    Row("the day before the eighteenth birthday", "person.born_on=2008-05-21; apply.on=2026-05-20", EARLY),
    Row("the birthday itself counts", "person.born_on=2008-05-20; apply.on=2026-05-20", SATISFIED),
    Row("the day after", "person.born_on=2008-05-19; apply.on=2026-05-20", SATISFIED),
    Row("born on 29 February: 27 February is early", "person.born_on=2008-02-29; apply.on=2026-02-27", EARLY),
    Row("born on 29 February: 28 February will do", "person.born_on=2008-02-29; apply.on=2026-02-28", SATISFIED),
    Row("without a day of birth", "person.born_on=blank; apply.on=2009-01-01", SILENT),
    Row("without a day of application", "person.born_on=2020-01-01; apply.on=blank", SILENT),
    Row("day of birth unreadable", "person.born_on=unreadable", UNDECIDABLE),
    Row("day of application unreadable", "apply.on=unreadable", UNDECIDABLE),
    row_2014("2014: a day early", "person.born_on=2000-05-21; apply.on=2018-05-20", EARLY),
    row_2014("2014: on the birthday", "person.born_on=2000-05-20; apply.on=2018-05-20", SATISFIED),
)


@each(AGE)
def test_an_applicant_is_eighteen(row: Row) -> None:
    assert row.found() == row.expected
