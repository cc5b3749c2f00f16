"""Articles 12 and 34 (2014: 12 and 35): on a move the papers are checked; who cannot be verified is not recognised."""

from tests.regulation.case import BROKEN, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

CHECKED = table(
    "move.papers_checked",
    Row("checked", "move.on=2027-01-10; move.checked=yes", SATISFIED),
    Row("not checked", "move.on=2027-01-10; move.checked=no", BROKEN),
    Row("not known", "move.on=2027-01-10; move.checked=blank", SILENT),
    Row("nobody moved", "move.on=blank; move.checked=no", SILENT),
    Row("unreadable", "move.on=2027-01-10; move.checked=unreadable", UNDECIDABLE),
    row_2014("2014: not checked", "move.on=2019-01-10; move.checked=no", BROKEN),
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


@each(CHECKED, NOT_RECOGNISED)
def test_papers_are_checked_and_a_department_approves_non_recognition(row: Row) -> None:
    assert row.found() == row.expected
