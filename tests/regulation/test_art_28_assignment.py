"""Article 28 (2014: 29): who was admitted is assigned to a branch and a group."""

from tests.regulation.case import MISSING, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

ASSIGNED = table(
    "assign.assigned",
    Row("assigned", "", SATISFIED),
    Row("not assigned, conversion requested", "assign.on=blank", MISSING),
    Row("not assigned yet", "", SILENT, to="file_admission"),
    Row("unreadable", "assign.on=unreadable", UNDECIDABLE),
    row_2014("2014: not assigned", "assign.on=blank", MISSING),
)


@each(ASSIGNED)
def test_a_probationary_member_is_assigned(row: Row) -> None:
    assert row.found() == row.expected
