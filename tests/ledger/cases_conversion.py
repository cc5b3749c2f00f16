"""Examples for the codes of the conversion, V38 to V42, and for the order of the steps, V46."""

from tests.ledger.cases import Case, case
from tests.ledger.form import Cell

EXTENDED, REVOKED = "延长预备期", "取消预备党员资格"


def held(
    title: str, expected: str, converted: str, stage: int = 25, as_of: str = "2026-11-21", **changes: Cell
) -> Case:
    """Make an example of a conversion meeting after an admission meeting on 2021-03-06 (probation to 2022-03-06)."""
    return case(title, expected, stage, changes, meeting="2021-03-06", converted=converted, as_of=as_of)


PROBATION: tuple[Case, ...] = (
    held("V38: on the day probation ends", "", "2022-03-06"),
    held("V38: a day before", "V38 23", "2022-03-05"),
    held("V38: without an outcome too", "V38 23", "2022-03-05", 转正结论=""),
    held("V38: an extension may be decided earlier", "", "2022-03-05", 转正结论=EXTENDED, 延长至="2022-09-06"),
    held("V38: a revocation may be decided earlier", "", "2022-03-05", 转正结论=REVOKED),
    held("V38: on the day the extension ends", "", "2022-09-06", 延长至="2022-09-06"),
    held("V38: a day before the extension ends", "V38 23", "2022-09-05", 延长至="2022-09-06"),
    held("V38: a day before it ends, no outcome", "V38 23", "2022-09-05", 延长至="2022-09-06", 转正结论=""),
    held("V38: silent without an admission meeting", "", "2021-05-01", 接收大会时间=""),
    held("V38: silent without a conversion meeting", "", "2022-03-05", 转正大会时间=""),
    case("V38: from a leap day, 28 February", "", 25, meeting="2024-02-29", converted="2025-02-28"),
    case("V38: from a leap day, 27 February", "V38 23", 25, meeting="2024-02-29", converted="2025-02-27"),
    held("V38: though the vote fell short", "V38 23", "2022-03-05", 23, 转正赞成=5, 转正结论="", 转正上报时间=""),
    held("V39-missing: a meeting presupposes it", "V39-missing 22", "2022-03-06", 23, "2022-04-01", 转正申请时间=""),
    held(
        "V39-missing: so does an approval alone", "V39-missing 22", "2022-03-06", 24, 转正申请时间="", 转正大会时间=""
    ),
    held(
        "V39-missing: and the archive alone",
        "V39-missing 22",
        "2022-03-06",
        转正申请时间="",
        转正大会时间="",
        转正审批时间="",
    ),
    held("V39-missing: a report alone does not", "", "2022-03-06", 23, 转正申请时间="", 转正大会时间=""),
    held("V39-missing: not with a revocation", "", "2022-03-06", 转正申请时间="", 转正结论=REVOKED),
    held(
        "V39-missing: not with an extension before the end",
        "",
        "2022-03-05",
        转正申请时间="",
        转正结论=EXTENDED,
        延长至="2022-09-06",
    ),
    held(
        "V39-missing: but with one on the day of the end",
        "V39-missing 22",
        "2022-03-06",
        转正申请时间="",
        转正结论=EXTENDED,
        延长至="2022-09-06",
    ),
    held("V39-missing: without an outcome", "V39-missing 22", "2022-03-06", 转正申请时间="", 转正结论=""),
    held("V39-missing: not during probation", "", "2022-03-06", 21),
    held("V39-late: on the day of the meeting", "", "2022-03-06", 转正申请时间="2022-03-06"),
    held("V39-late: a day after", "V39-late 22", "2022-03-06", 转正申请时间="2022-03-07"),
    held("V39-late: not with a revocation", "", "2022-03-06", 转正申请时间="2022-03-07", 转正结论=REVOKED),
    held(
        "V39-late: not with an extension before the end",
        "",
        "2022-03-05",
        转正申请时间="2022-03-06",
        转正结论=EXTENDED,
        延长至="2022-09-06",
    ),
    held(
        "V39-late: but with one on the day of the end",
        "V39-late 22",
        "2022-03-06",
        转正申请时间="2022-03-07",
        转正结论=EXTENDED,
        延长至="2022-09-06",
    ),
    held("V39-late: silent without a meeting", "", "2022-03-06", 转正申请时间="2024-01-01", 转正大会时间=""),
)

EXTENSION: tuple[Case, ...] = (
    held("V41-missing: no end", "V41-missing 23", "2022-03-06", 转正结论=EXTENDED),
    held("V41-missing: only with that outcome", "", "2022-03-06"),
    held("V41-missing: not without an outcome", "", "2022-03-06", 转正结论=""),
    held("V41-missing: though no meeting stands", "V41-missing 23", "2022-03-06", 转正结论=EXTENDED, 转正大会时间=""),
    held("V41-short: six months", "", "2022-03-06", 转正结论=EXTENDED, 延长至="2022-09-06"),
    held("V41-short: a day less", "V41-short 23", "2022-03-06", 转正结论=EXTENDED, 延长至="2022-09-05"),
    held("V41-long: twelve months", "", "2022-03-06", 转正结论=EXTENDED, 延长至="2023-03-06"),
    held("V41-long: a day more", "V41-long 23", "2022-03-06", 转正结论=EXTENDED, 延长至="2023-03-07"),
    held("V41-short: after the final meeting too", "V41-short 23", "2022-09-05", 延长至="2022-09-05"),
    held("V41-long: after the final meeting too", "V41-long 23", "2023-03-07", 延长至="2023-03-07"),
    held(
        "V41: counted from the end, not from the meeting that extended",
        "",
        "2022-04-30",
        转正结论=EXTENDED,
        延长至="2022-09-06",
    ),
    held(
        "V41: silent without an admission meeting",
        "",
        "2022-03-06",
        转正结论=EXTENDED,
        延长至="2030-01-01",
        接收大会时间="",
    ),
)


def approved(title: str, expected: str, reported: str, approved: str, **changes: Cell) -> Case:
    """Make an example of an approved conversion, the meeting held on 2022-03-06."""
    cells = {"转正上报时间": reported, "转正审批时间": approved, **changes}
    return case(title, expected, 25, cells, meeting="2021-03-06", converted="2022-03-06")


def pending(title: str, expected: str, reported: str, as_of: str, stage: int = 23, **changes: Cell) -> Case:
    """Make an example of a conversion not yet approved, the meeting held on 2022-03-06."""
    cells = {"转正审批时间": "", "转正上报时间": reported, **changes}
    return case(title, expected, stage, cells, meeting="2021-03-06", converted="2022-03-06", as_of=as_of)


CONVERSION: tuple[Case, ...] = (
    approved("V42-late: three months after the report", "", "2022-03-31", "2022-06-30"),
    approved("V42-late: a day more", "V42-late 24", "2022-03-31", "2022-07-01"),
    approved("V42-late: there is no six-month form", "V42-late 24", "2022-03-31", "2023-07-01"),
    approved("V42-late: from the meeting where no report stands", "", "", "2022-06-06"),
    approved("V42-late: from the meeting, a day more", "V42-late 24", "", "2022-06-07"),
    approved("V42-late: with a revocation", "V42-late 24", "", "2022-06-07", 转正结论=REVOKED),
    approved("V42-late: with an extension", "V42-late 24", "", "2022-06-07", 转正结论=EXTENDED, 延长至="2022-09-06"),
    approved("V42-late: a report suffices", "V42-late 24", "2022-03-31", "2022-07-01", 转正大会时间=""),
    approved("V42-late: silent without a start", "", "", "2032-06-07", 转正大会时间=""),
    pending("V42-missing: due today", "", "2022-03-31", "2022-06-30"),
    pending("V42-missing: due yesterday", "V42-missing 24", "2022-03-31", "2022-07-01"),
    pending("V42-missing: from the meeting, due today", "", "", "2022-06-06"),
    pending("V42-missing: from the meeting, due yesterday", "V42-missing 24", "", "2022-06-07"),
    pending("V42-missing: archived, due or not", "V42-missing 24", "2022-03-31", "2022-04-10", 25),
    pending("V42-missing: with a revocation", "V42-missing 24", "", "2022-06-07", 转正结论=REVOKED),
    pending(
        "V42-missing: with an extension", "V42-missing 24", "", "2022-06-07", 转正结论=EXTENDED, 延长至="2022-09-06"
    ),
    pending("V42-missing: without an outcome", "V42-missing 24", "", "2022-06-07", 转正结论=""),
    pending("V42-missing: silent without a meeting", "", "2022-03-31", "2026-11-21", 转正大会时间=""),
    pending("V42-missing: silent without a meeting, archived", "", "2022-03-31", "2026-11-21", 25, 转正大会时间=""),
    pending("V42-missing: no clock where the vote fell short", "", "", "2026-11-21", 转正赞成=5, 转正结论=""),
    pending("V42-missing: an outcome sets it going", "V42-missing 24, V22 23", "", "2026-11-21", 转正赞成=5),
)


def ordered(title: str, expected: str, **changes: Cell) -> Case:
    """Make an example of days of a case under the old rules: 2019-09-02, then as ``people`` sets them."""
    return case(title, expected, 25, changes, applied="2019-09-02")


# 2019-09-02 applied, 09-12 talk, 2020-03-20 activist, 2021-04-09 listed, 04-24 pre-review, 05-14 meeting,
# 06-03 approved, 2022-05-14 conversion meeting, 06-03 conversion approved.
ORDER: tuple[Case, ...] = (
    ordered("V46: the talk on the day of the application", "", 派人谈话时间="2019-09-02"),
    ordered("V46: the talk a day before it", "V46 2", 派人谈话时间="2019-09-01"),
    ordered("V46: the activist on the day of the talk", "", 派人谈话时间="2019-09-12", 确定积极分子时间="2020-03-20"),
    ordered("V46: a talk after the activist, and late", "V46 3, V03-late 2", 派人谈话时间="2020-03-21"),
    ordered("V46: a talk on the activist's day is late alone", "V03-late 2", 派人谈话时间="2020-03-20"),
    ordered(
        "V46: the listing on the activist's day", "V09 7", 确定积极分子时间="2021-04-09", 积极分子备案时间="2021-04-09"
    ),
    ordered(
        "V46: the listing before the activist",
        "V46 8, V09 7",
        确定积极分子时间="2021-04-10",
        积极分子备案时间="2021-04-10",
    ),
    ordered(
        "V46: the pre-review on the day of the listing",
        "V14-late 10, V16-late 11 soft, V17-late 12",
        预审通过时间="2021-04-09",
    ),
    ordered(
        "V46: the pre-review before the listing",
        "V46 13, V14-late 10, V16-late 11 soft, V17-late 12",
        预审通过时间="2021-04-08",
    ),
    ordered("V46: the meeting on the day of the pre-review", "", 接收大会时间="2021-04-24"),
    ordered("V46: the meeting before the pre-review", "V46 15", 接收大会时间="2021-04-23"),
    ordered("V46: the approval on the day of the meeting", "", 党委审批时间="2021-05-14", 上级谈话时间="2021-05-14"),
    ordered(
        "V46: the approval before the meeting", "V46 17, V30-missing 16", 党委审批时间="2021-05-13", 上级谈话时间=""
    ),
    ordered("V46: the conversion approved on its day", "", 转正审批时间="2022-05-14"),
    ordered("V46: the conversion approved before it", "V46 24", 转正审批时间="2022-05-13"),
    ordered(
        "V46: blank links are passed over",
        "V46 8, V03-missing 2",
        派人谈话时间="",
        确定积极分子时间="",
        入党申请时间="2021-04-10",
    ),
    ordered(
        "V46: the nearest filled link is what counts",
        "V46 15",
        预审通过时间="",
        列为发展对象时间="2021-05-15",
        政审结论时间="2021-05-10",
    ),
    ordered(
        "V46: two broken links are two findings", "V46 2, V46 24", 派人谈话时间="2019-09-01", 转正审批时间="2022-05-13"
    ),
    ordered(
        "V46: an outlier breaks one link, not the next ones",
        "V46 3, V08 6, V06-early 4",
        入党申请时间="2019-09-02",
        确定积极分子时间="2019-09-01",
        推荐时间="2019-08-30",
        积极分子备案时间="2019-08-31",
    ),
    ordered("V46: the talk by the superior has its own code", "V30-order 16", 上级谈话时间="2021-05-13"),
    ordered(
        "V46: the end of probation has its own code", "V38 23", 转正大会时间="2021-05-10", 转正申请时间="2021-05-10"
    ),
    ordered(
        "V46: an approval without a meeting of conversion",
        "",
        转正审批时间="2020-01-01",
        转正大会时间="",
        转正上报时间="",
    ),
)

CASES = (*PROBATION, *EXTENSION, *CONVERSION, *ORDER)
