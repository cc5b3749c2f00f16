"""Article 8 (2014: 8): the activist is recommended, the branch committee decides, the superior committee files."""

from tests.regulation.case import (
    BROKEN,
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

RECOMMENDED = table(
    "activist.recommended",
    Row("way and day on record", "", SATISFIED),
    Row("no way", "activist.recommended_by=blank", MISSING),
    Row("no day", "activist.recommended_on=blank", MISSING),
    Row(
        "neither, and nothing filed yet",
        "activist.recommended_by=blank; activist.recommended_on=blank",
        MISSING,
        to="activist",
    ),
    Row("not decided yet", "", SILENT, to="talk"),
    Row(
        "recommended by nobody named, not decided yet",
        "activist.recommended_by=blank; activist.on=blank",
        SILENT,
        to="activist",
    ),
    Row("filed without a day of the decision", "activist.on=blank; activist.recommended_on=blank", MISSING),
    Row("way unreadable", "activist.recommended_by=unreadable", UNDECIDABLE),
    Row("way unreadable, day blank", "activist.recommended_by=unreadable; activist.recommended_on=blank", MISSING),
    row_2014("2014: no way", "activist.recommended_by=blank", MISSING),
    row_2014("2014: on record", "", SATISFIED),
)

FIRST_RECOMMENDED = table(
    "activist.after_recommendation",
    Row("the day before the decision", "activist.recommended_on=2026-06-30", SATISFIED),
    Row("on the day of the decision", "activist.recommended_on=2026-07-01", SATISFIED),
    Row("the day after the decision", "activist.recommended_on=2026-07-02", OUT_OF_ORDER),
    Row("no day of the recommendation", "activist.recommended_on=blank", SILENT),
    Row("no day of the decision", "activist.on=blank", SILENT),
    Row("unreadable", "activist.recommended_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "activist.recommended_on=2018-07-02", OUT_OF_ORDER),
)

COMMITTEE = table(
    "activist.committee_decides",
    Row("the committee decides", "activist.body=branch_committee", SATISFIED),
    Row("the general meeting decides though there is a committee", "activist.body=general_meeting", BROKEN),
    Row("a general branch decides", "activist.body=general_branch", BROKEN),
    Row("no body on record", "activist.body=blank", SILENT),
    Row("no committee", "activist.body=general_meeting; case.has_committee=no", SILENT),
    Row("unknown whether there is a committee", "activist.body=general_meeting; case.has_committee=blank", SILENT),
    Row("body unreadable", "activist.body=unreadable", UNDECIDABLE),
    Row("unreadable whether there is a committee", "activist.body=branch; case.has_committee=unreadable", UNDECIDABLE),
    row_2014("2014: a general branch decides", "activist.body=general_branch", BROKEN),
)

MEETING = table(
    "activist.meeting_decides",
    Row("the general meeting decides", "activist.body=general_meeting; case.has_committee=no", SATISFIED),
    Row("somebody calls itself committee", "activist.body=branch_committee; case.has_committee=no", BROKEN),
    Row("no body on record", "activist.body=blank; case.has_committee=no", SILENT),
    Row("a committee there is", "activist.body=branch_committee", SILENT),
    row_2014("2014: the branch decides", "activist.body=branch; case.has_committee=no", BROKEN),
)

FILED = table(
    "file_activist.filed",
    Row("filed", "", SATISFIED),
    Row("not filed and cultivated", "file_activist.on=blank", MISSING, to="cultivate"),
    Row("not filed, a later step than cultivation", "file_activist.on=blank; cultivate.reviews=blank", MISSING),
    Row("not filed yet", "file_activist.on=blank", SILENT, to="contacts"),
    Row("unreadable", "file_activist.on=unreadable", UNDECIDABLE),
    row_2014("2014: not filed", "file_activist.on=blank", MISSING),
)

FILED_AFTER = table(
    "file_activist.after_decision",
    Row("on the day of the decision", "file_activist.on=2026-07-01", SATISFIED),
    Row("the day before", "file_activist.on=2026-06-30", OUT_OF_ORDER),
    Row("not filed", "file_activist.on=blank", SILENT),
    Row("unreadable", "activist.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day before", "file_activist.on=2018-06-30", OUT_OF_ORDER),
)

IN_ORDER = table(
    "approve.in_order",
    Row("activist on the day of the talk", "talk.on=2026-07-01", SATISFIED),
    Row("activist the day before the talk", "talk.on=2026-07-02", OUT_OF_ORDER),
    Row("no talk: compared with the letter", "talk.on=blank; apply.on=2026-07-02", OUT_OF_ORDER),
    Row("no talk: in order with the letter", "talk.on=blank", SATISFIED),
    Row("neither talk nor letter", "talk.on=blank; apply.on=blank", SILENT),
    Row("only the nearest filled day counts", "apply.on=2026-07-02", SATISFIED),
    Row("the nearest is unreadable", "talk.on=unreadable", UNDECIDABLE),
    step="activist",
)


@each(RECOMMENDED, FIRST_RECOMMENDED, COMMITTEE, MEETING, FILED, FILED_AFTER)
def test_an_activist_is_recommended_decided_and_filed(row: Row) -> None:
    assert row.found() == row.expected


@each(IN_ORDER)
def test_the_decision_on_an_activist_follows_the_talk(row: Row) -> None:
    assert row.found() == row.expected
