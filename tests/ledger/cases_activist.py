"""Examples for the codes from the application to the last review: V01 to V08."""

from tests.ledger.cases import THIRD, Case, case

APPLICATION: tuple[Case, ...] = (
    case("nothing is owed for a flawless case under the old rules", ""),
    case("nothing is owed for a flawless case under the new rules", "", 21, listed="2026-06-12"),
    case("V01: applying on the birthday is right", "", 2, {"出生日期": "2000-05-04"}, applied="2018-05-04"),
    case("V01: applying the day before is too early", "V01 1", 2, {"出生日期": "2000-05-04"}, applied="2018-05-03"),
    case("V01: so it is after the new rules", "V01 1", 1, {"出生日期": "2008-11-02"}, applied="2026-11-01"),
    case("V01: born on 29 February, 1 March is right too", "", 2, {"出生日期": "2008-02-29"}, applied="2026-03-01"),
    case("V01: silent without a birth date", "", 2, {"出生日期": ""}, applied="2018-05-03"),
    case("V01: silent without an application date", "", 25, {"入党申请时间": "", "出生日期": "2015-01-01"}),
    case("V03-late: a month later is in time", "", 2, {"派人谈话时间": "2026-04-15"}, applied="2026-03-15"),
    case("V03-late: a day more is not", "V03-late 2", 2, {"派人谈话时间": "2026-04-16"}, applied="2026-03-15"),
    case(
        "V03-late: under the old rules as well", "V03-late 2", 2, {"派人谈话时间": "2015-03-01"}, applied="2015-01-30"
    ),
    case("V03-late: clamped in a short month", "", 2, {"派人谈话时间": "2015-02-28"}, applied="2015-01-30"),
    case("V03-late: leap years have a 29th", "", 2, {"派人谈话时间": "2024-02-29"}, applied="2024-01-31"),
    case("V03-late: silent without an application date", "", 2, {"入党申请时间": "", "派人谈话时间": "2026-04-16"}),
    case("V03-missing: due today is not yet missing", "", 1, applied="2026-10-21"),
    case("V03-missing: due yesterday is", "V03-missing 2", 1, applied="2026-10-20"),
    case("V03-missing: so it is under the old rules", "V03-missing 2", 1, as_of="2019-03-01", applied="2019-01-31"),
    case("V03-missing: not on the clamped due day", "", 1, as_of="2019-02-28", applied="2019-01-31"),
    case(
        "V03-missing: an activist presupposes the talk, due or not",
        "V03-missing 2",
        3,
        {"派人谈话时间": ""},
        applied="2026-11-01",
        activist="2026-11-10",
    ),
    case(
        "V03-missing: so does a recommendation alone",
        "V03-missing 2",
        2,
        {"派人谈话时间": "", "推荐时间": "2026-11-10"},
        applied="2026-11-01",
    ),
    case("V03-missing: whose name stands there does not help", "", 1, {"谈话人": "陈明远"}, applied="2026-11-01"),
    case("V03-missing: without an application date too", "V03-missing 2", 25, {"入党申请时间": "", "派人谈话时间": ""}),
    case("V03-missing: nothing at all is no finding", "", 1, {"入党申请时间": ""}),
    case("V03-missing: a plan to extend reaches nothing", "", 1, {"延长至": "2030-01-01"}, applied="2026-11-01"),
)

RECOMMENDATION: tuple[Case, ...] = (
    case("V05-missing: the form of recommendation", "V05-missing 3", 25, {"推荐方式": ""}),
    case("V05-missing: its date", "V05-missing 3", 25, {"推荐时间": ""}),
    case("V05-missing: both are one finding", "V05-missing 3", 25, {"推荐方式": "", "推荐时间": ""}),
    case("V05-missing: an activist date suffices", "V05-missing 3", 3, {"推荐方式": ""}, activist="2026-08-01"),
    case(
        "V05-missing: recommended and not yet decided is no finding",
        "",
        3,
        {"推荐方式": "", "确定积极分子时间": ""},
        activist="2026-08-01",
    ),
    case(
        "V05-missing: a filing presupposes it without an activist date",
        "V05-missing 3",
        4,
        {"推荐时间": "", "确定积极分子时间": ""},
        activist="2026-08-01",
    ),
    case("V05-missing: silent where nothing followed", "", 2, applied="2026-08-01"),
    case("V05-late: on the same day is right", "", 3, {"推荐时间": "2026-08-01"}, activist="2026-08-01"),
    case("V05-late: a day later is not", "V05-late 3", 3, {"推荐时间": "2026-08-02"}, activist="2026-08-01"),
    case(
        "V05-late: silent without an activist date",
        "",
        4,
        {"推荐时间": "2026-08-09", "确定积极分子时间": ""},
        activist="2026-08-01",
    ),
    case("V06-missing: a finished case presupposes the filing", "V06-missing 4", 25, {"积极分子备案时间": ""}),
    case("V06-missing: so does a review", "V06-missing 4", 6, {"积极分子备案时间": ""}, activist="2026-03-01"),
    case("V06-missing: a new activist may wait for it", "", 5, {"积极分子备案时间": ""}, activist="2026-08-01"),
    case("V06-early: on the same day is right", "", 5, {"积极分子备案时间": "2026-08-01"}, activist="2026-08-01"),
    case("V06-early: a day before is not", "V06-early 4", 5, {"积极分子备案时间": "2026-07-31"}, activist="2026-08-01"),
    case(
        "V06-early: silent without an activist date", "", 25, {"确定积极分子时间": "", "积极分子备案时间": "2010-01-01"}
    ),
)


def contacts(title: str, expected: str, first: str, second: str = "", stage: int = 25, **changes: str) -> Case:
    """Make an example of a person decided as activist on 2021-06-15 with these contacts."""
    cells = {"培养联系人1": first, "培养联系人2": second, **changes}
    return case(title, expected, stage, cells, activist="2021-06-15")


CONTACTS: tuple[Case, ...] = (
    contacts("V07-count: nobody", "V07-count 5", ""),
    contacts("V07-count: one in the first column is enough", "", "陈明远"),
    contacts("V07-count: one in the second column is enough", "", "", "林书雅"),
    case("V07-count: not before the reviews", "", 5, {"培养联系人1": "", "培养联系人2": ""}, activist="2026-08-01"),
    case(
        "V07-count: from the first review on",
        "V07-count 5",
        6,
        {"培养联系人1": "", "培养联系人2": ""},
        activist="2026-03-01",
    ),
    contacts("V07-member: full since that very day", "", "那天转正"),
    contacts("V07-member: full only the day after", "V07-member 5", "次日转正"),
    contacts("V07-member: the second contact counts too", "V07-member 5", "陈明远", "次日转正"),
    contacts("V07-member: two wrong ones are one finding", "V07-member 5", "预备一人", "次日转正"),
    contacts("V07-member: a probationary member", "V07-member 5", "预备一人"),
    contacts("V07-member: a probationary member whatever his date", "V07-member 5", "预备有日"),
    contacts("V07-member: a name not on the roster", "V07-member 5", "查无此人"),
    contacts("V07-member: penalties do not matter here", "", "留察旧首", "留察未止"),
    contacts("V07-member: white space in a name", "", "陈 明　远"),
    contacts("V07-member: another middle dot", "", "买买提•艾力", "买买提‧ 艾力"),
    contacts("V07-member: a third middle dot", "", "买买提・艾力"),
    contacts("V07-member: another branch's member will do", "", "同名有一"),
    contacts("V07-member: namesakes elsewhere, none of them full", "V07-member 5", "同名皆非"),
    contacts("V07-member: the own branch goes first, to harm", "V07-member 5", "本部预备"),
    contacts("V07-member: the own branch goes first, to help", "", "本部正式"),
    contacts("V07-member: seen from the second branch", "", "本部预备", 所在党支部="第二党支部"),
    contacts("V07-member: seen from the second branch, to harm", "V07-member 5", "本部正式", 所在党支部=" 第二党支部"),
    contacts("V07-member: seen from a branch that has neither", "", "本部正式", 所在党支部=THIRD),
    contacts("V07-member: silent without an activist date", "", "查无此人", 确定积极分子时间=""),
)


def reviewed(title: str, expected: str, activist: str, reviews: str, as_of: str = "2026-11-21") -> Case:
    """Make an example of an activist not yet listed."""
    return case(title, expected, 6, {"培养考察时间": reviews}, activist=activist, as_of=as_of)


def listed_after(title: str, expected: str, reviews: str, listed: str = "2022-07-10") -> Case:
    """Make an example of a case under the old rules with an activist of 2021-01-10 and some reviews."""
    return case(title, expected, 8, {"培养考察时间": reviews}, activist="2021-01-10", listed=listed)


REVIEWS: tuple[Case, ...] = (
    reviewed("V08: six months to the audit day are right", "", "2025-11-21", "2026-05-21"),
    reviewed("V08: a day more is not", "V08 6", "2025-11-21", "2026-05-20"),
    reviewed("V08: six months and a day to the first review", "V08 6", "2025-11-21", "2026-05-22"),
    reviewed("V08: clamped", "", "2025-08-31", "2026-02-28 2026-08-28", "2026-10-01"),
    reviewed("V08: past the clamped day", "V08 6", "2025-08-31", "2026-03-01 2026-08-28", "2026-10-01"),
    reviewed("V08: a review on the activist's own day is a point", "", "2026-06-01", "2026-06-01"),
    reviewed("V08: a review before the decision is none", "V08 6", "2026-01-10", "2026-01-09 2026-07-11"),
    reviewed("V08: a review after the audit day is none", "V08 6", "2026-05-20", "2026-11-22"),
    reviewed("V08: a review on the audit day is a point", "V08 6", "2026-05-20", "2026-11-21"),
    reviewed("V08: in any order", "", "2025-05-30", "2026-09-01 2025-11-30 2026-05-30"),
    reviewed("V08: several gaps are one finding", "V08 6", "2020-01-01", "2022-01-01 2024-01-01"),
    case("V08: no review, six months to the audit day", "", 5, activist="2026-05-21"),
    case("V08: no review, a day more", "V08 6", 5, activist="2026-05-20"),
    listed_after("V08: six months each", "", "2021-07-10 2022-01-10"),
    listed_after("V08: a day more at the end", "V08 6", "2021-07-10 2022-01-09"),
    listed_after("V08: a day more in the middle", "V08 6", "2021-07-10 2022-01-11"),
    listed_after("V08: a review on the listing day does not close an earlier gap", "V08 6", "2021-07-10 2022-07-10"),
    listed_after("V08: a review after the listing does not help", "V08 6", "2021-07-10 2022-07-11"),
    listed_after("V08: the time after the listing does not matter", "", "2021-07-10", "2022-01-10"),
    case("V08: silent without an activist date", "", 25, {"确定积极分子时间": "", "培养考察时间": ""}),
    case(
        "V08: a notice without a listing day is not yet a listing",
        "V08 6",
        8,
        {"列为发展对象时间": "", "培养考察时间": ""},
        activist="2020-01-10",
    ),
    case("V08: silent where the listing day is blank although later steps stand", "", 25, {"列为发展对象时间": ""}),
    case("V08: so it is where only the political review stands", "", 10, {"列为发展对象时间": "", "培养考察时间": ""}),
)

CASES = (*APPLICATION, *RECOMMENDATION, *CONTACTS, *REVIEWS)
