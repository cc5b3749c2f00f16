"""Article 22 (2014: 23): who has the power to approve, and who only deliberates or discusses."""

from tests.regulation.case import BROKEN, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

WITHOUT_POWER = (
    "general_branch",
    "subordinate_committee",
    "temporary_organization",
    "leading_group",
    "branch",
    "general_meeting",
    "organization_department",
)


def power(step: str) -> tuple[Row, ...]:
    """Return the rows of the power to decide at ``step``."""
    return table(
        f"{step}.power",
        Row("a Party committee", f"{step}.body=committee", SATISFIED),
        Row("a work committee", f"{step}.body=work_committee", SATISFIED),
        *(Row(body, f"{step}.body={body}", BROKEN) for body in WITHOUT_POWER),
        Row("no body on record", f"{step}.body=blank", SILENT),
        Row("unreadable", f"{step}.body=unreadable", UNDECIDABLE),
        row_2014("2014: a leading group", f"{step}.body=leading_group", BROKEN),
        row_2014("2014: a committee", f"{step}.body=committee", SATISFIED),
    )


PRE_REVIEW, ADMISSION, CONVERSION = power("pre_review"), power("approve"), power("approve_conversion")


@each(PRE_REVIEW, ADMISSION, CONVERSION)
def test_a_committee_with_the_power_decides(row: Row) -> None:
    assert row.found() == row.expected
