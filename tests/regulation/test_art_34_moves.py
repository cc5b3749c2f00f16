"""Article 34 (2014: 35): who moves on probation is checked strictly; who cannot be verified is not recognised."""

from tests.regulation.case import BROKEN, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

ON_PROBATION = table(
    "move.papers_checked",
    Row("on probation: checked", "move.on=2028-03-01; move.checked=yes", SATISFIED),
    Row("on probation: not checked", "move.on=2028-03-01; move.checked=no", BROKEN),
    Row("on probation: not known", "move.on=2028-03-01; move.checked=blank", SILENT),
    Row("on probation: unreadable", "move.on=2028-03-01; move.checked=unreadable", UNDECIDABLE),
    row_2014("2014, on probation: checked", "move.on=2020-03-01; move.checked=yes", SATISFIED),
    row_2014("2014, on probation: not checked", "move.on=2020-03-01; move.checked=no", BROKEN),
)

NOT_RECOGNISED = table(
    "not_recognise.power",
    Row(
        "an organization department approves",
        "not_recognise.on=2028-02-01; not_recognise.body=organization_department",
        SATISFIED,
    ),
    Row("the committee decides alone", "not_recognise.on=2028-02-01; not_recognise.body=committee", BROKEN),
    Row("the branch decides alone", "not_recognise.on=2028-02-01; not_recognise.body=branch", BROKEN),
    Row("no body on record", "not_recognise.on=2028-02-01", SILENT),
    Row("unreadable", "not_recognise.body=unreadable", UNDECIDABLE),
    row_2014("2014: the committee", "not_recognise.on=2020-02-01; not_recognise.body=committee", BROKEN),
)


@each(ON_PROBATION, NOT_RECOGNISED)
def test_papers_are_checked_and_a_department_approves_non_recognition(row: Row) -> None:
    assert row.found() == row.expected
