"""Article 14 (2014: 14): two full members are sponsors; who is barred and, since 2026, who is not suitable."""

from tests.regulation.case import BROKEN, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, soft, table

UNDATED = "sponsors.on=blank"
DETERMINED = "list_target.on=2027-07-10; sponsors.on=2027-07-16"

TWO = table(
    "sponsors.two",
    Row("two, the contacts as usual", "", SATISFIED),
    Row("one", "sponsors.name_2=blank", BROKEN),
    Row("none", "sponsors.name_1=blank; sponsors.name_2=blank", BROKEN),
    Row("one name twice", "sponsors.name_2=甲", BROKEN),
    Row("one, and not examined yet", "sponsors.name_2=blank", SILENT, to="training"),
    Row("one, and examined", "sponsors.name_2=blank", BROKEN, to="examine"),
    Row("one unreadable", "sponsors.name_2=unreadable", UNDECIDABLE),
    row_2014("2014: one", "sponsors.name_1=blank", BROKEN),
)

FULL_MEMBERS = table(
    "sponsors.full_members",
    Row("full members both", "", SATISFIED),
    Row("full member since the day of the listing", f"{UNDATED}; sponsors.name_1=列为日转正", SATISFIED),
    Row("full member the day after the listing", f"{UNDATED}; sponsors.name_1=列为次日转正", BROKEN),
    Row("full member since the day they were determined", f"{DETERMINED}; sponsors.name_1=列为日转正", SATISFIED),
    Row("full member the day after they were determined", f"{DETERMINED}; sponsors.name_1=列为次日转正", BROKEN),
    Row("full member between the listing and then", "sponsors.name_1=列为次日转正", SATISFIED),
    Row("the day they were determined unreadable", "sponsors.on=unreadable", UNDECIDABLE),
    Row("a probationary member", "sponsors.name_2=预备", BROKEN),
    Row("not on the roster", "sponsors.name_2=查无此人", BROKEN),
    Row("one of two namesakes elsewhere is", "sponsors.name_2=两处同名", SATISFIED),
    Row("neither of two namesakes elsewhere is", "sponsors.name_2=两处皆非", BROKEN),
    Row("standing unreadable", "sponsors.name_2=身份难辨", UNDECIDABLE),
    Row("neither day", f"{UNDATED}; sponsors.name_2=预备; list_target.on=blank", SILENT),
    row_2014("2014: a probationary member", "sponsors.name_2=预备", BROKEN),
)

RIGHTS = table(
    "sponsors.rights_restored",
    Row("no penalty", "", SATISFIED),
    Row("on probation from the day of the listing", "sponsors.name_1=留察首日", BROKEN),
    Row("on probation from the day after", f"{UNDATED}; sponsors.name_1=留察次日", SATISFIED),
    Row("on probation until the day of the listing", f"{UNDATED}; sponsors.name_1=留察末日", BROKEN),
    Row("on probation until the day before", f"{UNDATED}; sponsors.name_1=留察前日", SATISFIED),
    Row("on probation until the day of the listing, determined later", "sponsors.name_1=留察末日", SATISFIED),
    Row("a warning does not bar", "sponsors.name_1=警告首日", SATISFIED),
    Row("name unreadable", "sponsors.name_1=unreadable", UNDECIDABLE),
    Row("name unreadable, the other is barred", "sponsors.name_1=unreadable; sponsors.name_2=留察首日", BROKEN),
    Row("nobody named", "sponsors.name_1=blank; sponsors.name_2=blank", SILENT),
    row_2014("2014: on probation", "sponsors.name_1=留察旧时", BROKEN),
    row_2014("2014: on probation later", "sponsors.name_1=留察首日", SATISFIED),
)

SUITABLE = table(
    "sponsors.no_penalty_in_effect",
    Row("no penalty", "", SATISFIED),
    Row("a warning from the day of the listing", "sponsors.name_1=警告首日", soft()),
    Row("a warning from the day after", f"{UNDATED}; sponsors.name_1=警告次日", SATISFIED),
    Row("a serious warning until the day of the listing", f"{UNDATED}; sponsors.name_2=严重末日", soft()),
    Row("a serious warning until the day before", f"{UNDATED}; sponsors.name_2=严重前日", SATISFIED),
    Row("a warning from the day after the listing, determined later", "sponsors.name_1=警告次日", soft()),
    Row("a removal without a last day is still in effect", "sponsors.name_2=撤职无期", soft()),
    Row("probation within the Party is another rule", "sponsors.name_2=留察首日", SATISFIED),
    Row("one of two namesakes elsewhere", "sponsors.name_2=同名一罚", SATISFIED),
    Row("not on the roster: nothing is known", "sponsors.name_2=查无此人", SATISFIED),
    Row("the listing unreadable", f"{UNDATED}; list_target.on=unreadable", UNDECIDABLE),
    row_2014("2014: not asked", "sponsors.name_1=警告旧时", SILENT),
    row_2014("listed on 2026-05-10", "list_target.on=2026-05-10; sponsors.name_1=警告跨版", SILENT),
    row_2014(
        "listed on 2026-05-10, determined later",
        "list_target.on=2026-05-10; sponsors.on=2026-05-12; sponsors.name_1=警告跨版",
        SILENT,
    ),
    row_2014("listed on 2026-05-11", f"list_target.on=2026-05-11; {UNDATED}; sponsors.name_1=警告跨版", soft()),
    row_2014("listed on 2026-05-12", f"list_target.on=2026-05-12; {UNDATED}; sponsors.name_1=警告跨版", soft()),
)


@each(TWO, FULL_MEMBERS, RIGHTS, SUITABLE)
def test_two_full_members_are_sponsors(row: Row) -> None:
    assert row.found() == row.expected
