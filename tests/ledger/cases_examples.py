"""The examples that the ledger conventions themselves give, sentence by sentence."""

from tests.ledger.cases import Case, case

MONTHS: tuple[Case, ...] = (
    case(
        "1: 2025-08-31 + 6 months is 2026-02-28",
        "",
        6,
        {"培养考察时间": "2026-02-28"},
        activist="2025-08-31",
        as_of="2026-08-28",
    ),
    case("1: and not 1 March", "V08 6", 6, {"培养考察时间": "2026-03-01"}, activist="2025-08-31", as_of="2026-08-28"),
    case(
        "1: applied 2026-01-31, talk 2026-02-28 is in time", "", 2, {"派人谈话时间": "2026-02-28"}, applied="2026-01-31"
    ),
    case("1: 2026-03-01 is late", "V03-late 2", 2, {"派人谈话时间": "2026-03-01"}, applied="2026-01-31"),
    case("1: activist 2024-02-29, listed 2025-02-28 is allowed", "", 8, activist="2024-02-29", listed="2025-02-28"),
    case("1: 2025-02-27 is V09", "V09 7", 8, activist="2024-02-29", listed="2025-02-27"),
    case("2: born 2008-02-29, may apply from 2026-02-28", "", 2, {"出生日期": "2008-02-29"}, applied="2026-02-28"),
    case("2: and not the day before", "V01 1", 2, {"出生日期": "2008-02-29"}, applied="2026-02-27"),
)

CUT_OVER: tuple[Case, ...] = (
    case("3: passed 2026-04-10, no meeting", "", 14, pre_review="2026-04-10"),
    case("3: passed 2026-04-10, meeting 2026-05-12", "", 20, pre_review="2026-04-10", meeting="2026-05-12"),
    case("3: passed 2026-04-10, meeting 2026-11-01", "", 15, pre_review="2026-04-10", meeting="2026-11-01"),
    case(
        "3: passed 2026-04-11, no meeting by a later day",
        "V20-missing 15",
        14,
        pre_review="2026-04-11",
        as_of="2026-05-12",
    ),
    case("3: passed 2026-04-11, no meeting yet on 2026-05-11", "", 14, pre_review="2026-04-11", as_of="2026-05-11"),
    case("3: passed 2026-04-11, meeting 2026-05-12", "V20-late 15", 20, pre_review="2026-04-11", meeting="2026-05-12"),
    case("3: approved 2026-04-10, oath 2026-06-01", "", 21, {"宣誓时间": "2026-06-01"}, approved="2026-04-10"),
    case(
        "3: approved 2026-04-11, oath 2026-05-12",
        "V37-late 20 soft",
        21,
        {"宣誓时间": "2026-05-12"},
        approved="2026-04-11",
    ),
    case(
        "3: the older rules' own limits bind however early",
        "V03-late 2",
        2,
        {"派人谈话时间": "2005-03-02"},
        applied="2005-02-01",
    ),
    case("4: applied 2026-10-21, due today", "", 1, applied="2026-10-21"),
    case("4: applied 2026-10-20", "V03-missing 2", 1, applied="2026-10-20"),
)


def notice(title: str, expected: str, start: str, end: str, listed: str) -> Case:
    """Make an example of a notice with consent in time."""
    cells = {"上级党委同意时间": "2026-05-01", "公示开始": start, "公示结束": end}
    return case(title, expected, 8, cells, listed=listed)


CLOCKS: tuple[Case, ...] = (
    notice("5: 2026-09-28..10-08 has four working days", "V11-notice 8", "2026-09-28", "2026-10-08", "2026-10-09"),
    notice("5: 2026-10-08..10-13 has five", "", "2026-10-08", "2026-10-13", "2026-10-14"),
    notice(
        "5: 2026-05-11..05-15 has five, listing on the last", "V11-listing 8", "2026-05-11", "2026-05-15", "2026-05-15"
    ),
    notice("5: listing on 05-16 is right", "", "2026-05-11", "2026-05-15", "2026-05-16"),
    case(
        "6: activist 2025-01-10, review 2025-07-10, listed 2026-01-10",
        "",
        8,
        {"培养考察时间": "2025-07-10"},
        activist="2025-01-10",
        listed="2026-01-10",
    ),
    case("6: activist 2026-05-20, no review, as-of 2026-11-21", "V08 6", 5, activist="2026-05-20"),
    case("6: activist 2026-05-21", "", 5, activist="2026-05-21"),
    *(
        case(
            f"7: start 2026-01-31, approved {day}",
            owed,
            20,
            {"决议上报时间": "2026-01-31", "宣誓时间": day},
            meeting="2026-01-20",
            approved=day,
        )
        for day, owed in (
            ("2026-04-30", ""),
            ("2026-05-01", "V31-reason 17 soft"),
            ("2026-07-31", "V31-reason 17 soft"),
            ("2026-08-01", "V31-late 17"),
        )
    ),
    *(
        case(
            f"7: start 2026-01-31, waiting on {day}",
            owed,
            16,
            {"决议上报时间": "2026-01-31"},
            meeting="2026-01-20",
            as_of=day,
        )
        for day, owed in (
            ("2026-04-30", ""),
            ("2026-05-01", "V31-reason 17 soft"),
            ("2026-07-31", "V31-reason 17 soft"),
            ("2026-08-01", "V31-late 17"),
        )
    ),
    case("8: meeting 2025-03-06, conversion meeting 2026-03-06", "", 25, meeting="2025-03-06", converted="2026-03-06"),
    case("8: conversion meeting 2026-03-05", "V38 23", 25, meeting="2025-03-06", converted="2026-03-05"),
    *(
        case(
            f"8: meeting 2024-02-29, end 2025-02-28, extended to {until}",
            owed,
            24,
            {"转正结论": "延长预备期", "延长至": until},
            meeting="2024-02-29",
            converted="2025-02-28",
        )
        for until, owed in (
            ("2025-08-27", "V41-short 23"),
            ("2025-08-28", ""),
            ("2026-02-28", ""),
            ("2026-03-01", "V41-long 23"),
        )
    ),
    case(
        "8: after the extension the final meeting counts from its end",
        "",
        25,
        {"延长至": "2025-08-28"},
        meeting="2024-02-29",
        converted="2025-08-28",
    ),
    case("8: and not before", "V38 23", 25, {"延长至": "2025-08-28"}, meeting="2024-02-29", converted="2025-08-27"),
)

NUMBERS: tuple[Case, ...] = (
    case("9: ten due, five present", "V21 15", 25, {"接收实到": 5, "接收赞成": 6, "接收反对": 0, "接收弃权": 0}),
    case("9: ten due, five for", "V22 15", 25, {"接收赞成": 5}),
    case(
        "9: at conversion ten due, five present",
        "V21 23",
        25,
        {"转正实到": 5, "转正赞成": 6, "转正反对": 0, "转正弃权": 0},
    ),
    case("9: at conversion ten due, five for", "V22 23", 25, {"转正赞成": 5}),
    case(
        "9: twelve present, two in writing, 13 + 1 + 1",
        "V27 15",
        25,
        {"接收应到": 20, "接收实到": 12, "接收书面意见": 2, "接收赞成": 13, "接收反对": 1, "接收弃权": 1},
    ),
    case(
        "9: twelve present, two in writing, 13 + 1",
        "",
        25,
        {"接收应到": 20, "接收实到": 12, "接收书面意见": 2, "接收赞成": 13, "接收反对": 1, "接收弃权": 0},
    ),
    case(
        "9: a vote that fell short and nothing followed",
        "",
        15,
        {"接收赞成": 5, "决议上报时间": ""},
        meeting="2021-05-01",
    ),
)

TOGETHER: tuple[Case, ...] = (
    case("10: equal days are in order", "", 2, {"派人谈话时间": "2026-11-01"}, applied="2026-11-01"),
    case(
        "11: a training after the pre-review, the committee before its end",
        "V16-late 11 soft, V17-early 12",
        25,
        {"培训开始": "2021-04-27", "培训结束": "2021-04-29", "支委会审查时间": "2021-04-20"},
        pre_review="2021-04-24",
        listed="2021-04-09",
    ),
    case(
        "11: a talk after the activist decision, over a month after applying",
        "V46 3, V03-late 2",
        25,
        {"派人谈话时间": "2020-03-21"},
        applied="2019-09-02",
        activist="2020-03-20",
    ),
    case(
        "11: a talk after the activist decision within the month",
        "V46 3",
        3,
        {"派人谈话时间": "2026-10-20"},
        applied="2026-10-01",
        activist="2026-10-15",
    ),
    case(
        "names are equal without white space", "V13-count 9", 25, {"入党介绍人1": "陈明远", "入党介绍人2": "陈　明远"}
    ),
    case("a dot is a dot", "V13-count 9", 25, {"入党介绍人1": "买买提‧艾力", "入党介绍人2": "买买提・艾力"}),
    case("an extension is a plan and reaches nothing", "", 19, {"延长至": "2028-05-01"}, approved="2026-11-01"),
)

CASES = (*MONTHS, *CUT_OVER, *CLOCKS, *NUMBERS, *TOGETHER)
