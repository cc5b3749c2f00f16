"""Examples for the codes from the admission meeting to the oath: V20 to V37."""

from tests.ledger.cases import Case, case
from tests.ledger.form import Cell

NEW = "2026-07-01"


def met(title: str, expected: str, pre_review: str, meeting: str) -> Case:
    """Make an example of an admission meeting after a pre-review."""
    return case(title, expected, 20, pre_review=pre_review, meeting=meeting)


def waiting(title: str, expected: str, pre_review: str, as_of: str, stage: int = 14, **changes: str) -> Case:
    """Make an example of a person who passed the pre-review and waits for the meeting."""
    return case(title, expected, stage, changes, pre_review=pre_review, as_of=as_of)


MEETING: tuple[Case, ...] = (
    met("V20-late: a month after the pre-review is right", "", "2026-07-01", "2026-08-01"),
    met("V20-late: a day more is not", "V20-late 15", "2026-07-01", "2026-08-02"),
    met("V20-late: clamped", "", "2026-08-31", "2026-09-30"),
    met("V20-late: past the clamped day", "V20-late 15", "2026-08-31", "2026-10-01"),
    met("V20-late: the old rules have no limit", "", "2021-03-01", "2022-03-01"),
    met("V20-late: due on the last old day", "", "2026-04-10", "2026-05-11"),
    met("V20-late: due on the last old day, much later", "", "2026-04-10", "2026-09-01"),
    met("V20-late: due on the first new day, held on it", "", "2026-04-11", "2026-05-11"),
    met("V20-late: due on the first new day, held the next", "V20-late 15", "2026-04-11", "2026-05-12"),
    case("V20-late: silent without a pre-review", "", 20, {"预审通过时间": ""}, pre_review=NEW, meeting="2026-09-01"),
    waiting("V20-missing: due today", "", "2026-10-21", "2026-11-21"),
    waiting("V20-missing: due yesterday", "V20-missing 15", "2026-10-20", "2026-11-21"),
    waiting("V20-missing: with the pre-review as the last step", "V20-missing 15", "2026-10-20", "2026-11-21", 13),
    waiting("V20-missing: due on the last old day", "", "2026-04-10", "2026-11-21"),
    waiting("V20-missing: due on the first new day", "V20-missing 15", "2026-04-11", "2026-05-12"),
    waiting("V20-missing: on the first new day itself", "", "2026-04-11", "2026-05-11"),
    waiting(
        "V20-missing: a later step answers for the meeting", "", "2026-07-01", "2026-11-21", 上级谈话时间="2026-08-01"
    ),
    waiting(
        "V20-missing: so does a report of the resolution", "", "2026-09-20", "2026-11-21", 决议上报时间="2026-10-01"
    ),
    waiting(
        "V20-missing: figures without a date do not",
        "V20-missing 15",
        "2026-07-01",
        "2026-11-21",
        接收表决方式="无记名",
    ),
)


def voted(title: str, expected: str, stage: int = 25, as_of: str = "2026-11-21", **changes: Cell) -> Case:
    """Make an example of an admission vote with 10 due, 9 present, 1 in writing, 8 for, 1 against, 1 abstaining."""
    others = ("决议上报时间", "上级谈话时间")
    cells = {part if part in others else "接收" + part: value for part, value in changes.items()}
    return case(title, expected, stage, cells, meeting="2021-07-10", as_of=as_of)


def converted(
    title: str,
    expected: str,
    stage: int = 25,
    as_of: str = "2026-11-21",
    *,
    followed: bool = True,
    **changes: Cell,
) -> Case:
    """Make an example of a conversion vote with the same figures; unless followed, without outcome and report."""
    figures = ("应到", "实到", "书面意见", "赞成", "反对", "弃权", "表决方式")
    cells = {"转正" + part if part in figures else part: value for part, value in changes.items()}
    if not followed:
        cells |= {"转正结论": "", "转正上报时间": ""}
    return case(title, expected, stage, cells, meeting="2021-07-10", as_of=as_of)


VOTES: tuple[Case, ...] = (
    voted("V21: half is no quorum", "V21 15", 实到=5, 赞成=6, 反对=0, 弃权=0),
    voted("V21: more than half is", "", 实到=6, 赞成=6, 反对=0, 弃权=0),
    voted("V21: more than half of an odd number", "", 应到=11, 实到=6, 赞成=6, 反对=0, 弃权=0),
    voted("V21: less than half of an odd number", "V21 15", 应到=13, 实到=6, 赞成=7, 反对=0, 弃权=0),
    voted("V21: written opinions do not make a quorum", "V21 15", 实到=5, 书面意见=5),
    voted("V21: silent without the number due", "", 应到="", 实到=1, 赞成=1, 反对=0, 弃权=0),
    voted("V21: silent without the number present", "", 实到="", 赞成=8),
    voted("V21: stands though nothing followed", "V21 15", 15, 实到=5, 赞成=5, 反对=0, 弃权=0, 决议上报时间=""),
    converted("V21: at conversion, half", "V21 23", 实到=5, 赞成=6, 反对=0, 弃权=0),
    converted("V21: at conversion, more than half", "", 实到=6, 赞成=6, 反对=0, 弃权=0),
    converted(
        "V21: at conversion, though nothing followed", "V21 23", 23, 实到=5, 赞成=5, 反对=0, 弃权=0, followed=False
    ),
    voted("V22: half is not enough", "V22 15", 赞成=5),
    voted("V22: six of ten are", "", 赞成=6),
    voted("V22: six of eleven are", "", 应到=11, 赞成=6),
    voted("V22: five of eleven are not", "V22 15", 应到=11, 赞成=5),
    voted("V22: of those due, not of those present", "V22 15", 应到=20, 实到=11, 书面意见=0, 赞成=10, 反对=0, 弃权=0),
    voted("V22: silent without the votes for", "", 赞成=""),
    voted("V22: silent without the number due", "", 应到="", 赞成=1),
    voted("V22: no vote for at all", "V22 15", 赞成=0),
    voted("V22: no breach where nothing followed, nor does the clock run", "", 15, 赞成=5, 决议上报时间=""),
    voted("V22: a report is going on", "V22 15, V31-late 17", 15, 赞成=5),
    voted("V22: so is the superior's talk", "V22 15, V31-late 17", 16, 赞成=5, 决议上报时间=""),
    voted("V22: the vote carried, so the clock runs", "V31-late 17", 15, 赞成=6, 决议上报时间=""),
    voted("V22: unknown figures do not stop the clock", "V31-late 17", 15, 赞成="", 决议上报时间=""),
    converted("V22: at conversion", "V22 23", 赞成=5),
    converted("V22: at conversion, six", "", 赞成=6),
    converted("V22: at conversion nothing followed", "", 23, 赞成=5, followed=False),
    converted("V22: at conversion an outcome is going on", "V22 23, V42-missing 24", 23, 赞成=5, 转正上报时间=""),
    converted("V22: at conversion a report is", "V22 23, V42-missing 24", 23, 赞成=5, 转正结论=""),
    converted("V22: at conversion an approval is", "V22 23", 24, 赞成=5, followed=False),
    converted(
        "V22: at conversion the archive is", "V22 23, V42-missing 24", 25, 赞成=5, 转正审批时间="", followed=False
    ),
    converted("V22: the votes for a revocation too", "V22 23", 赞成=5, 转正结论="取消预备党员资格"),
    converted("V22: at conversion silent without figures", "", 应到="", 赞成=1),
    voted("V23: a show of hands", "V23 15", 表决方式="举手表决"),
    voted("V23: by name", "V23 15", 表决方式="记名投票"),
    voted("V23: without names", "", 表决方式="无记名"),
    voted("V23: in other words", "", 表决方式="不记名投票"),
    voted("V23: within a longer text", "", 表决方式="采取无记名投票方式"),
    voted("V23: blank is not judged", "", 表决方式=""),
    voted("V23: stands though nothing followed", "V23 15", 15, 表决方式="举手", 赞成=5, 决议上报时间=""),
    converted("V23: at conversion", "V23 23", 表决方式="鼓掌通过"),
    converted("V23: at conversion without names", "", 表决方式="不记名"),
    converted("V23: at conversion blank", "", 表决方式=""),
    converted("V23: at conversion though nothing followed", "V23 23", 23, 表决方式="举手", 赞成=5, followed=False),
    voted("V27: as many votes as voices", "", 赞成=8, 反对=1, 弃权=1),
    voted("V27: one more", "V27 15", 赞成=8, 反对=2, 弃权=1),
    voted("V27: fewer are invalid ballots", "", 赞成=6, 反对=0, 弃权=0),
    voted("V27: blank written opinions are none", "V27 15", 书面意见=""),
    voted("V27: blank written opinions take none away", "", 书面意见="", 赞成=8, 反对=1, 弃权=0),
    voted("V27: blank votes against are none", "", 反对="", 弃权=2),
    voted("V27: blank votes for are none", "V27 15", 赞成="", 反对=6, 弃权=5),
    voted("V27: silent without the number present", "", 实到="", 赞成=50),
    voted("V27: the number due is not needed", "V27 15", 应到="", 赞成=9),
    voted("V27: stands though nothing followed", "V27 15", 15, 赞成=5, 反对=5, 弃权=1, 决议上报时间=""),
    converted("V27: at conversion", "V27 23", 赞成=8, 反对=1, 弃权=2),
    converted("V27: at conversion as many", "", 赞成=9, 反对=1, 弃权=0),
    converted("V27: at conversion though nothing followed", "V27 23", 23, 赞成=5, 反对=6, 弃权=0, followed=False),
    voted(
        "V21, V22, V23 and V27 at once",
        "V21 15, V22 15, V23 15, V27 15",
        实到=5,
        书面意见=0,
        赞成=5,
        反对=1,
        弃权=0,
        表决方式="举手",
    ),
)


def talked(title: str, expected: str, talk: str, meeting: str = "2021-07-10", approved: str = "2021-08-01") -> Case:
    """Make an example of a superior's talk between meeting and approval."""
    cells = {"上级谈话时间": talk, "接收大会时间": meeting, "党委审批时间": approved}
    return case(title, expected, 25, cells, meeting="2021-07-10", approved="2021-08-01")


TALK: tuple[Case, ...] = (
    talked("V30-missing: a finished case", "V30-missing 16", ""),
    case("V30-missing: an approval presupposes it", "V30-missing 16", 17, {"上级谈话时间": ""}),
    case("V30-missing: not before", "", 15, meeting="2026-10-01"),
    talked("V30-missing: with the approval blank as well", "V30-missing 16, V32 17", "", approved=""),
    talked("V30-order: on the day of the meeting", "", "2021-07-10"),
    talked("V30-order: a day before", "V30-order 16", "2021-07-09"),
    talked("V30-order: on the day of the approval", "", "2021-08-01"),
    talked("V30-order: a day after", "V30-order 16", "2021-08-02"),
    talked("V30-order: without a meeting day only the approval counts", "", "2021-01-01", meeting=""),
    talked("V30-order: without an approval day only the meeting counts", "V32 17", "2023-01-01", approved=""),
    talked("V30-order: without an approval day, before the meeting", "V30-order 16, V32 17", "2021-07-09", approved=""),
)


def approved(title: str, expected: str, start: str, day: str, meeting: str = "2021-01-20") -> Case:
    """Make an example of an approval after a resolution reported on a day."""
    cells = {"决议上报时间": start, "上级谈话时间": "2021-02-01"}
    return case(title, expected, 25, cells, meeting=meeting, approved=day, converted="2022-01-20")


def pending(title: str, expected: str, start: str, as_of: str, **changes: str) -> Case:
    """Make an example of an approval still to come, the meeting three days before the report."""
    cells = {"决议上报时间": start, **changes}
    return case(title, expected, 16, cells, meeting="2026-01-20", as_of=as_of)


APPROVAL: tuple[Case, ...] = (
    approved("V31: three months from the end of January", "", "2021-01-31", "2021-04-30"),
    approved("V31-reason: a day more", "V31-reason 17 soft", "2021-01-31", "2021-05-01"),
    approved("V31-reason: six months", "V31-reason 17 soft", "2021-01-31", "2021-07-31"),
    approved("V31-late: a day more, alone", "V31-late 17", "2021-01-31", "2021-08-01"),
    approved("V31: from the meeting where no report stands", "", "", "2021-04-20"),
    approved("V31-reason: from the meeting, a day more", "V31-reason 17 soft", "", "2021-04-21"),
    approved("V31-reason: from the meeting, six months", "V31-reason 17 soft", "", "2021-07-20"),
    approved("V31-late: from the meeting, a day more", "V31-late 17", "", "2021-07-21"),
    pending("V31: waiting three months", "", "2026-01-31", "2026-04-30"),
    pending("V31-reason: waiting a day more", "V31-reason 17 soft", "2026-01-31", "2026-05-01"),
    pending("V31-reason: waiting six months", "V31-reason 17 soft", "2026-01-31", "2026-07-31"),
    pending("V31-late: waiting a day more", "V31-late 17", "2026-01-31", "2026-08-01"),
    pending("V31-reason: waiting since the meeting", "V31-reason 17 soft", "", "2026-04-21"),
    pending("V31: silent without a start", "", "", "2026-11-21", 接收大会时间=""),
    case("V31: no report and no meeting, approved", "", 25, {"决议上报时间": "", "接收大会时间": ""}),
    case("V32: a finished case without approval", "V32 17", 25, {"党委审批时间": ""}),
    case("V32: a filing presupposes it, and then no V31", "V32 17", 18, {"党委审批时间": ""}),
    case("V32: an assignment to a branch does too", "V32 17", 19, {"党委审批时间": "", "组织部备案时间": ""}),
    case("V32: not while waiting", "V31-late 17", 16),
    case("V35-missing: an application for conversion presupposes it", "V35-missing 18", 22, {"组织部备案时间": ""}),
    case("V35-missing: a finished case", "V35-missing 18", 25, {"组织部备案时间": ""}),
    case("V35-missing: not during probation", "", 21, {"组织部备案时间": ""}),
    case("V35-early: on the day of the approval", "", 25, {"组织部备案时间": "2021-08-01"}, approved="2021-08-01"),
    case("V35-early: a day before", "V35-early 18", 25, {"组织部备案时间": "2021-07-31"}, approved="2021-08-01"),
    case("V35-early: silent without an approval", "V32 17", 25, {"组织部备案时间": "2010-01-01", "党委审批时间": ""}),
)


def sworn(title: str, expected: str, approved: str, oath: str, stage: int = 20, as_of: str = "2026-11-21") -> Case:
    """Make an example of an oath after an approval."""
    return case(title, expected, stage, {"宣誓时间": oath}, approved=approved, as_of=as_of)


OATH: tuple[Case, ...] = (
    sworn("V37-early: on the day of the approval", "", "2021-08-01", "2021-08-01"),
    sworn("V37-early: a day before", "V37-early 20", "2021-08-01", "2021-07-31"),
    sworn("V37-early: under the new rules", "V37-early 20", "2026-08-01", "2026-07-31"),
    sworn("V37-late: a month after is right", "", "2026-08-01", "2026-09-01"),
    sworn("V37-late: a day more is not", "V37-late 20 soft", "2026-08-01", "2026-09-02"),
    sworn("V37-late: clamped", "V37-late 20 soft", "2026-08-31", "2026-10-01"),
    sworn("V37-late: the old rules have no limit", "", "2021-08-01", "2022-03-01"),
    sworn("V37-late: due on the last old day", "", "2026-04-10", "2026-06-01"),
    sworn("V37-late: due on the first new day, taken on it", "", "2026-04-11", "2026-05-11"),
    sworn("V37-late: due on the first new day, taken the next", "V37-late 20 soft", "2026-04-11", "2026-05-12"),
    case("V37: silent without an approval", "V32 17", 20, {"宣誓时间": "2010-01-01", "党委审批时间": ""}),
    sworn("V37-missing: due today", "", "2026-10-21", "", 19),
    sworn(
        "V37-missing: due yesterday, soft while no conversion is asked for", "V37-missing 20 soft", "2026-10-20", "", 19
    ),
    sworn("V37-missing: probation reviews change nothing", "V37-missing 20 soft", "2026-08-01", "", 21),
    sworn("V37-missing: due on the last old day", "", "2026-04-10", "", 21),
    sworn("V37-missing: due on the first new day", "V37-missing 20 soft", "2026-04-11", "", 21, "2026-05-12"),
    sworn("V37-missing: on the first new day itself", "", "2026-04-11", "", 21, "2026-05-11"),
    sworn("V37-missing: the old rules, still on probation", "", "2021-08-01", "", 21),
    sworn("V37-missing: the old rules, conversion asked for", "V37-missing 20", "2021-08-01", "", 22),
    sworn("V37-missing: the old rules, all done", "V37-missing 20", "2021-08-01", "", 25),
    sworn("V37-missing: both forms are one finding, and hard", "V37-missing 20", "2026-04-11", "", 22),
    case(
        "V37-missing: hard, without an approval day", "V37-missing 20, V32 17", 25, {"宣誓时间": "", "党委审批时间": ""}
    ),
    case(
        "V37-missing: silent without an approval day before step 22", "V32 17", 21, {"宣誓时间": "", "党委审批时间": ""}
    ),
)

CASES = (*MEETING, *VOTES, *TALK, *APPROVAL, *OATH)
