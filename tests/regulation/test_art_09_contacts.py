"""Article 9 (2014: 9): one or two full members are contacts; who cannot serve any more is replaced."""

from tests.regulation.case import BROKEN, SATISFIED, SILENT, UNDECIDABLE, Row, each, row_2014, table

COUNT = table(
    "contacts.one_or_two",
    Row("two", "", SATISFIED),
    Row("one", "contacts.name_2=blank", SATISFIED),
    Row("one, in the second place", "contacts.name_1=blank", SATISFIED),
    Row("one name twice is one contact", "contacts.name_2=甲", SATISFIED),
    Row("none, and cultivated", "contacts.name_1=blank; contacts.name_2=blank", BROKEN, to="cultivate"),
    Row(
        "none, and later steps are there",
        "contacts.name_1=blank; contacts.name_2=blank; cultivate.reviews=blank",
        BROKEN,
    ),
    Row("none yet", "contacts.name_1=blank; contacts.name_2=blank", SILENT, to="contacts"),
    Row("one unreadable, the other blank", "contacts.name_1=unreadable; contacts.name_2=blank", UNDECIDABLE),
    row_2014("2014: none", "contacts.name_1=blank; contacts.name_2=blank", BROKEN),
)

ASSIGNED = "activist.on=2026-06-25; contacts.on=2026-07-01"

FULL_MEMBERS = table(
    "contacts.full_members",
    Row("full members both", "", SATISFIED),
    Row("full member since the day of the assignment", f"{ASSIGNED}; contacts.name_1=活动日转正", SATISFIED),
    Row("full member the day after the assignment", f"{ASSIGNED}; contacts.name_1=活动次日转正", BROKEN),
    Row("full member between the decision and the assignment", "contacts.name_1=活动次日转正", SATISFIED),
    Row("no assignment: since the day of the decision", "contacts.on=blank; contacts.name_1=活动日转正", SATISFIED),
    Row("no assignment: the day after the decision", "contacts.on=blank; contacts.name_1=活动次日转正", BROKEN),
    Row("the day of the assignment unreadable", "contacts.on=unreadable", UNDECIDABLE),
    Row("the second is a probationary member", "contacts.name_2=预备", BROKEN),
    Row("no day of conversion on the roster", "contacts.name_1=转正日空白", BROKEN),
    Row("not on the roster", "contacts.name_1=查无此人", BROKEN),
    Row("a member of another branch", "contacts.name_1=外支部", SATISFIED),
    Row("one of two namesakes elsewhere is", "contacts.name_1=两处同名", SATISFIED),
    Row("neither of two namesakes elsewhere is", "contacts.name_1=两处皆非", BROKEN),
    Row("the namesake of the own branch goes first", "contacts.name_1=本支部优先", BROKEN),
    Row("a penalty does not matter", "contacts.name_1=撤职无期", SATISFIED),
    Row("standing unreadable", "contacts.name_1=身份难辨", UNDECIDABLE),
    Row("a name unreadable", "contacts.name_1=unreadable", UNDECIDABLE),
    Row("a name unreadable, the other is none", "contacts.name_1=unreadable; contacts.name_2=预备", BROKEN),
    Row(
        "the branch unreadable, two namesakes differ", "contacts.name_1=本支部优先; case.branch=unreadable", UNDECIDABLE
    ),
    Row("the branch unreadable, nobody of the name is one", "contacts.name_1=两处皆非; case.branch=unreadable", BROKEN),
    Row("the branch blank: everybody of that name", "contacts.name_1=本支部优先; case.branch=blank", SATISFIED),
    Row("the day of the decision unreadable", "contacts.on=blank; activist.on=unreadable", UNDECIDABLE),
    Row("neither day", "contacts.on=blank; activist.on=blank; contacts.name_1=预备", SILENT),
    Row("nobody named", "contacts.name_1=blank; contacts.name_2=blank", SILENT),
    row_2014("2014: a probationary member", "contacts.name_2=预备", BROKEN),
    row_2014("2014: full members", "", SATISFIED),
)

REPLACED = table(
    "replace_contact.full_member",
    Row("by a full member", "replace_contact.on=2027-01-10; replace_contact.name=丙", SATISFIED),
    Row(
        "by somebody who becomes one the day after",
        "replace_contact.on=2026-07-01; replace_contact.name=活动次日转正",
        BROKEN,
    ),
    Row(
        "by somebody who becomes one that day",
        "replace_contact.on=2026-07-01; replace_contact.name=活动日转正",
        SATISFIED,
    ),
    Row("by somebody unreadable", "replace_contact.on=2027-01-10; replace_contact.name=unreadable", UNDECIDABLE),
    Row("nobody is replaced", "", SILENT),
    row_2014("2014: by a probationary member", "replace_contact.on=2019-01-10; replace_contact.name=预备", BROKEN),
)


@each(COUNT, FULL_MEMBERS, REPLACED)
def test_one_or_two_full_members_are_contacts(row: Row) -> None:
    assert row.found() == row.expected
