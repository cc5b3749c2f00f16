"""Article 15 (2014: 15): the sponsors guide the admission form, which is filled in before the meeting discusses it.

How well they do it and what they write in it is for people to judge.
"""

from tests.regulation.case import MISSING, OUT_OF_ORDER, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

FILLED = table(
    "fill_form.filled",
    Row("filled in", "", SATISFIED),
    Row("discussed without a form", "fill_form.on=blank", MISSING, to="admit"),
    Row("not discussed yet", "fill_form.on=blank", SILENT, to="fill_form"),
    Row("unreadable", "fill_form.on=unreadable", UNDECIDABLE),
    row_2014("2014: discussed without a form", "fill_form.on=blank", MISSING),
    row_2014("2014: filled in", "", SATISFIED),
)

FILLED_FIRST = table(
    "fill_form.before_meeting",
    Row("the day before the meeting", "fill_form.on=2027-09-05", SATISFIED),
    Row("on the day of the meeting", "fill_form.on=2027-09-06", SATISFIED),
    Row("the day after the meeting", "fill_form.on=2027-09-07", OUT_OF_ORDER),
    Row("no form", "fill_form.on=blank", SILENT),
    Row("not discussed yet", "", SILENT, to="fill_form"),
    Row("unreadable", "admit.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after the meeting", "fill_form.on=2019-09-07", OUT_OF_ORDER),
    row_2014("2014: on the day of the meeting", "fill_form.on=2019-09-06", SATISFIED),
)


@each(FILLED, FILLED_FIRST)
def test_the_form_is_filled_in_before_the_meeting(row: Row) -> None:
    assert row.found() == row.expected
