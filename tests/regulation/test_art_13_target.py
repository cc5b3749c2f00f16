"""Article 13: a year of cultivation, opinions, the discussion, consent, five working days of notice, listing.

The edition of 2014 (article 13) asked for filing before the listing and knew neither consent nor notice.
"""

from tests.regulation.case import (
    BROKEN,
    EARLY,
    MISSING,
    OUT_OF_ORDER,
    SATISFIED,
    SHORT,
    SILENT,
    UNDECIDABLE,
    Row,
    each,
    row_2014,
    table,
)

A_YEAR = table(
    "choose_target.a_year_of_cultivation",
    Row("a year to the day", "activist.on=2026-07-16", SATISFIED),
    Row("a day short", "activist.on=2026-07-17", EARLY),
    Row("a day more", "activist.on=2026-07-15", SATISFIED),
    Row("from 29 February: 28 February", "activist.on=2024-02-29; list_target.on=2025-02-28", SATISFIED),
    Row("from 29 February: 27 February", "activist.on=2024-02-29; list_target.on=2025-02-27", EARLY),
    Row("no activist day", "activist.on=blank", SILENT),
    Row("not listed yet", "activist.on=2027-07-01", SILENT, to="choose_target"),
    Row("activist day unreadable", "activist.on=unreadable", UNDECIDABLE),
    row_2014("2014: a day short", "activist.on=2018-07-17", EARLY),
    row_2014("2014: a year to the day", "activist.on=2018-07-16", SATISFIED),
)

OPINIONS = table(
    "choose_target.opinions_heard",
    Row("heard", "", SATISFIED),
    Row("not heard, discussed", "choose_target.heard_on=blank", MISSING, to="choose_target"),
    Row(
        "not heard, no day of the discussion, consented",
        "choose_target.heard_on=blank; choose_target.on=blank",
        MISSING,
    ),
    Row("not heard yet", "choose_target.heard_on=blank; choose_target.on=blank", SILENT, to="choose_target"),
    Row("unreadable", "choose_target.heard_on=unreadable", UNDECIDABLE),
    row_2014("2014: not heard", "choose_target.heard_on=blank", MISSING),
)

FIRST_HEARD = table(
    "choose_target.after_opinions",
    Row("on the day of the discussion", "choose_target.heard_on=2027-07-06", SATISFIED),
    Row("the day after the discussion", "choose_target.heard_on=2027-07-07", OUT_OF_ORDER),
    Row("no day of hearing", "choose_target.heard_on=blank", SILENT),
    Row("unreadable", "choose_target.on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after", "choose_target.heard_on=2019-07-07", OUT_OF_ORDER),
)

DISCUSSED = table(
    "choose_target.discussed",
    Row("discussed", "", SATISFIED),
    Row("listed without a discussion", "choose_target.on=blank", MISSING),
    Row("consented and not listed yet", "choose_target.on=blank; list_target.on=blank", SILENT, to="list_target"),
    Row("unreadable", "choose_target.on=unreadable", UNDECIDABLE),
    Row("unreadable whether listed", "choose_target.on=blank; list_target.on=unreadable", UNDECIDABLE),
    row_2014("2014: listed without a discussion", "choose_target.on=blank", MISSING),
    row_2014("2014: discussed", "", SATISFIED),
)

BEFORE_CONSENT = table(
    "choose_target.before_consent",
    Row("on the day of the consent", "choose_target.on=2027-07-08", SATISFIED),
    Row("the day after the consent", "choose_target.on=2027-07-09", OUT_OF_ORDER),
    Row("no discussion", "choose_target.on=blank", SILENT),
    Row(
        "discussed again after the notice stood in the way",
        "list_target.on=blank; list_target.refused_on=2027-07-16; choose_target.on=2027-07-20",
        SILENT,
        to="list_target",
    ),
    Row(
        "discussed again after the papers came back",
        "list_target.on=blank; list_target.returned_on=2027-07-16; choose_target.on=2027-07-20",
        SILENT,
        to="list_target",
    ),
    Row("no consent", "list_target.consented_on=blank", SILENT),
    Row("unreadable", "list_target.consented_on=unreadable", UNDECIDABLE),
    row_2014("2014: the day after the filing", "choose_target.on=2019-07-09", OUT_OF_ORDER),
    row_2014("2014: on the day of the filing", "choose_target.on=2019-07-08", SATISFIED),
)

COMMITTEE = table(
    "choose_target.committee_decides",
    Row("the committee discusses", "", SATISFIED),
    Row("the general meeting though there is a committee", "choose_target.body=general_meeting", BROKEN),
    Row("no body on record", "choose_target.body=blank", SILENT),
    Row("no committee", "choose_target.body=general_meeting; case.has_committee=no", SILENT),
    Row("unreadable", "choose_target.body=unreadable", UNDECIDABLE),
    row_2014("2014: a leading group", "choose_target.body=leading_group", BROKEN),
)

MEETING = table(
    "choose_target.meeting_decides",
    Row("the general meeting discusses", "choose_target.body=general_meeting; case.has_committee=no", SATISFIED),
    Row("the branch without a meeting", "choose_target.body=branch; case.has_committee=no", BROKEN),
    Row("there is a committee", "choose_target.body=general_meeting", SILENT),
    row_2014("2014: somebody else", "choose_target.body=committee; case.has_committee=no", BROKEN),
)

CONSENT = table(
    "list_target.consent",
    Row("consented", "", SATISFIED),
    Row("listed without", "list_target.consented_on=blank", MISSING),
    Row("not listed yet", "list_target.consented_on=blank", SILENT, to="choose_target"),
    Row("unreadable", "list_target.consented_on=unreadable", UNDECIDABLE),
    Row(
        "listed on a day that cannot be read", "list_target.on=unreadable; list_target.consented_on=blank", UNDECIDABLE
    ),
    row_2014(
        "listed the day before the edition of 2026", "list_target.on=2026-05-10; list_target.consented_on=blank", SILENT
    ),
    row_2014("listed on its first day", "list_target.on=2026-05-11; list_target.consented_on=blank", MISSING),
    row_2014("listed on its second day", "list_target.on=2026-05-12; list_target.consented_on=blank", MISSING),
)

CONSENT_FIRST = table(
    "list_target.consent_before_notice",
    Row("on the first day of the notice", "list_target.consented_on=2027-07-09", SATISFIED),
    Row("the day after", "list_target.consented_on=2027-07-10", OUT_OF_ORDER),
    Row(
        "no day of the notice: on the day of the listing",
        "list_target.notice_from=blank; list_target.consented_on=2027-07-16",
        SATISFIED,
    ),
    Row(
        "no day of the notice: after the listing",
        "list_target.notice_from=blank; list_target.consented_on=2027-07-17",
        OUT_OF_ORDER,
    ),
    Row("no consent", "list_target.consented_on=blank", SILENT),
    Row("unreadable", "list_target.notice_from=unreadable", UNDECIDABLE),
    row_2014("listed on 2026-05-10", "list_target.on=2026-05-10; list_target.consented_on=2026-05-11", SILENT),
    row_2014("listed on 2026-05-11", "list_target.on=2026-05-11; list_target.consented_on=2026-05-12", OUT_OF_ORDER),
)

NOTICE = table(
    "list_target.notice",
    Row("five working days", "", SATISFIED),
    Row("four working days", "list_target.notice_to=2027-07-14", SHORT),
    Row(
        "a holiday in between: four",
        "list_target.notice_from=2026-09-28; list_target.notice_to=2026-10-08; list_target.on=2026-10-09",
        SHORT,
    ),
    Row(
        "a Saturday to work: five",
        "list_target.notice_from=2026-10-08; list_target.notice_to=2026-10-13; list_target.on=2026-10-14",
        SATISFIED,
    ),
    Row(
        "Monday to Friday: five",
        "list_target.notice_from=2026-05-11; list_target.notice_to=2026-05-15; list_target.on=2026-05-16",
        SATISFIED,
    ),
    Row(
        "Monday to Thursday: four",
        "list_target.notice_from=2026-05-11; list_target.notice_to=2026-05-14; list_target.on=2026-05-16",
        SHORT,
    ),
    Row("ends before it begins", "list_target.notice_to=2027-07-08", SHORT),
    Row("no first day", "list_target.notice_from=blank", MISSING),
    Row("no last day", "list_target.notice_to=blank", MISSING),
    Row("no notice", "list_target.notice_from=blank; list_target.notice_to=blank", MISSING),
    Row(
        "no first day, the last unreadable", "list_target.notice_from=blank; list_target.notice_to=unreadable", MISSING
    ),
    Row("unreadable", "list_target.notice_to=unreadable", UNDECIDABLE),
    Row("not listed yet", "list_target.notice_to=2027-07-09; list_target.on=blank", SILENT, to="list_target"),
    row_2014("listed on 2026-05-10", "list_target.on=2026-05-10", SILENT),
    row_2014("listed on 2026-05-11", "list_target.on=2026-05-11", MISSING),
    row_2014(
        "a local notice before 2026 is not judged",
        "list_target.notice_from=2019-07-10; list_target.notice_to=2019-07-11",
        SILENT,
    ),
)

LISTED_AFTER = table(
    "list_target.after_notice",
    Row("on the last day", "list_target.on=2027-07-15", OUT_OF_ORDER),
    Row("the day after", "list_target.on=2027-07-16", SATISFIED),
    Row("before it ended", "list_target.on=2027-07-14", OUT_OF_ORDER),
    Row("2026-05-15 is the last day", "list_target.notice_to=2026-05-15; list_target.on=2026-05-15", OUT_OF_ORDER),
    Row("2026-05-16 is right", "list_target.notice_to=2026-05-15; list_target.on=2026-05-16", SATISFIED),
    Row("no last day", "list_target.notice_to=blank", SILENT),
    Row("unreadable", "list_target.notice_to=unreadable", UNDECIDABLE),
    row_2014("listed on 2026-05-10", "list_target.notice_to=2026-05-10; list_target.on=2026-05-10", SILENT),
    row_2014("listed on 2026-05-11", "list_target.notice_to=2026-05-11; list_target.on=2026-05-11", OUT_OF_ORDER),
)

ELSEWHERE = (
    "case.floating=yes; list_target.notice_elsewhere_from=2027-07-09; list_target.notice_elsewhere_to=2027-07-15"
)

TWO_PLACES = table(
    "list_target.notice_at_both_places",
    Row("at both places", ELSEWHERE, SATISFIED),
    Row("at one place", "case.floating=yes", MISSING),
    Row("at the other place without a last day", f"{ELSEWHERE}; list_target.notice_elsewhere_to=blank", MISSING),
    Row("nobody is floating", "case.floating=no", SILENT),
    Row("not known whether floating", "case.floating=blank", SILENT),
    Row("unreadable whether floating", "case.floating=unreadable", UNDECIDABLE),
    Row("not listed yet", "case.floating=yes", SILENT, to="choose_target"),
    row_2014("listed on 2026-05-10", "case.floating=yes; list_target.on=2026-05-10", SILENT),
    row_2014("listed on 2026-05-11", "case.floating=yes; list_target.on=2026-05-11", MISSING),
)

BEGIN = table(
    "list_target.notices_begin_together",
    Row("on the same day", ELSEWHERE, SATISFIED),
    Row("a day later elsewhere", f"{ELSEWHERE}; list_target.notice_elsewhere_from=2027-07-10", BROKEN),
    Row("a day earlier elsewhere", f"{ELSEWHERE}; list_target.notice_elsewhere_from=2027-07-08", BROKEN),
    Row("nobody is floating", "list_target.notice_elsewhere_from=2027-07-08", SILENT),
    Row("unreadable", f"{ELSEWHERE}; list_target.notice_elsewhere_from=unreadable", UNDECIDABLE),
    row_2014(
        "listed on 2026-05-10",
        "case.floating=yes; list_target.on=2026-05-10;"
        "list_target.notice_from=2026-04-20; list_target.notice_elsewhere_from=2026-04-21",
        SILENT,
    ),
)

END = table(
    "list_target.notices_end_together",
    Row("on the same day", ELSEWHERE, SATISFIED),
    Row("a day later elsewhere", f"{ELSEWHERE}; list_target.notice_elsewhere_to=2027-07-16", BROKEN),
    Row("a day earlier elsewhere", f"{ELSEWHERE}; list_target.notice_elsewhere_to=2027-07-14", BROKEN),
    Row("nobody is floating", "list_target.notice_elsewhere_to=2027-07-08", SILENT),
    Row("unreadable", f"{ELSEWHERE}; list_target.notice_to=unreadable", UNDECIDABLE),
)

RESULT = table(
    "list_target.nothing_in_the_way",
    Row("nothing in the way", "", SATISFIED),
    Row("listed although something is", "list_target.notice_result=in_the_way", BROKEN),
    Row(
        "something is, not listed",
        "list_target.notice_result=in_the_way; list_target.on=blank",
        SILENT,
        to="list_target",
    ),
    Row("no result on record", "list_target.notice_result=blank", SILENT),
    Row("unreadable", "list_target.notice_result=unreadable", UNDECIDABLE),
    row_2014("listed on 2026-05-10", "list_target.on=2026-05-10; list_target.notice_result=in_the_way", SILENT),
)

FILED_2014 = table(
    "list_target.filed",
    row_2014("filed", "", SATISFIED),
    row_2014("listed without filing", "list_target.consented_on=blank", MISSING),
    row_2014("not listed yet", "list_target.consented_on=blank", SILENT, to="choose_target"),
    row_2014("unreadable", "list_target.consented_on=unreadable", UNDECIDABLE),
    row_2014("its last day", "list_target.on=2026-05-10; list_target.consented_on=blank", MISSING),
    row_2014("no longer its day", "list_target.on=2026-05-11; list_target.consented_on=blank", SILENT),
)

FILED_FIRST_2014 = table(
    "list_target.filed_before_listing",
    row_2014("on the day of the listing", "list_target.consented_on=2019-07-16", SATISFIED),
    row_2014("the day after", "list_target.consented_on=2019-07-17", OUT_OF_ORDER),
    row_2014("its last day", "list_target.on=2026-05-10; list_target.consented_on=2026-05-11", OUT_OF_ORDER),
    row_2014("no longer its day", "list_target.on=2026-05-11; list_target.consented_on=2026-05-12", SILENT),
    row_2014("unreadable", "list_target.consented_on=unreadable", UNDECIDABLE),
)

IN_ORDER = table(
    "approve.in_order",
    Row("listed on the activist day", "list_target.on=2026-07-01", SATISFIED),
    Row("listed the day before", "list_target.on=2026-06-30", OUT_OF_ORDER),
    Row("no activist day: compared with the talk", "activist.on=blank; list_target.on=2026-06-09", OUT_OF_ORDER),
    step="list_target",
)


@each(A_YEAR, IN_ORDER, OPINIONS, FIRST_HEARD, DISCUSSED, BEFORE_CONSENT, COMMITTEE, MEETING)
def test_a_target_is_listed_after_a_year_of_cultivation_and_a_discussion(row: Row) -> None:
    assert row.found() == row.expected


@each(CONSENT, CONSENT_FIRST, NOTICE, LISTED_AFTER, TWO_PLACES, BEGIN, END, RESULT)
def test_a_target_is_listed_after_consent_and_notice(row: Row) -> None:
    assert row.found() == row.expected


@each(FILED_2014, FILED_FIRST_2014)
def test_under_the_edition_of_2014_the_listing_follows_the_filing(row: Row) -> None:
    assert row.found() == row.expected
