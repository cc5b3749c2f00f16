"""The ledger's columns, steps and codes, as the ledger conventions list them; what all the tests here share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

Cell = date | int | str | tuple[date, ...] | None
Row = Mapping[str, Cell]

LEDGER_SHEET = "发展党员台账"
ROSTER_SHEET = "党员名册"

_HEADERS = """序号 姓名 性别 民族 出生日期 学历 所在党支部 上级党委 入党申请时间 派人谈话时间 谈话人 推荐方式 推荐时间
    确定积极分子时间 积极分子备案时间 培养联系人1 培养联系人2 培养考察时间 听取意见时间 支委会讨论发展对象时间
    上级党委同意时间 公示开始 公示结束 列为发展对象时间 入党介绍人1 入党介绍人2 政审结论时间 政审结论 培训开始
    培训结束 培训学时 支委会审查时间 预审通过时间 志愿书填写时间 接收大会时间 接收应到 接收实到 接收书面意见 接收赞成
    接收反对 接收弃权 接收表决方式 决议上报时间 上级谈话时间 党委审批时间 组织部备案时间 编入支部时间 宣誓时间
    预备期考察时间 转正申请时间 转正大会时间 转正应到 转正实到 转正书面意见 转正赞成 转正反对 转正弃权 转正表决方式
    转正结论 延长至 转正上报时间 转正审批时间 归档时间 备注"""
HEADERS = tuple(_HEADERS.split())
ROSTER_HEADERS = ("姓名", "所在党支部", "党员身份", "转正时间", "处分", "处分时间", "影响期止")

# Convention 4: the steps whose columns hold dates. 出生日期 and 延长至 reach nothing.
REACHING: Mapping[int, tuple[str, ...]] = {
    1: ("入党申请时间",),
    2: ("派人谈话时间",),
    3: ("推荐时间", "确定积极分子时间"),
    4: ("积极分子备案时间",),
    6: ("培养考察时间",),
    7: ("听取意见时间", "支委会讨论发展对象时间"),
    8: ("上级党委同意时间", "公示开始", "公示结束", "列为发展对象时间"),
    10: ("政审结论时间",),
    11: ("培训开始", "培训结束"),
    12: ("支委会审查时间",),
    13: ("预审通过时间",),
    14: ("志愿书填写时间",),
    15: ("接收大会时间", "决议上报时间"),
    16: ("上级谈话时间",),
    17: ("党委审批时间",),
    18: ("组织部备案时间",),
    19: ("编入支部时间",),
    20: ("宣誓时间",),
    21: ("预备期考察时间",),
    22: ("转正申请时间",),
    23: ("转正大会时间", "转正上报时间"),
    24: ("转正审批时间",),
    25: ("归档时间",),
}
STEP_OF_DATE: Mapping[str, int] = {column: step for step, columns in REACHING.items() for column in columns}
LISTS = ("培养考察时间", "预备期考察时间")
DATES = ("出生日期", "延长至", *STEP_OF_DATE)
TALLY = ("应到", "实到", "书面意见", "赞成", "反对", "弃权")
NUMBERS = ("培训学时", *(meeting + part for meeting in ("接收", "转正") for part in TALLY))
NAMES = ("培养联系人1", "培养联系人2", "入党介绍人1", "入党介绍人2")

# The 55 codes.
_CODES = """V01 V03-late V03-missing V05-missing V05-late V06-missing V06-early V07-count V07-member V08 V09 V10-missing
    V10-late V11-consent V11-notice V11-listing V13-count V13-member V13-standing V13-penalty V14-missing V14-late
    V14-fail V16-missing V16-late V16-short V17-missing V17-late V17-early V18 V20-late V20-missing V21 V22 V23 V27
    V30-missing V30-order V31-reason V31-late V32 V35-missing V35-early V37-early V37-late V37-missing V38 V39-missing
    V39-late V41-missing V41-short V41-long V42-late V42-missing V46"""
CODES = frozenset(_CODES.split())


class Finding(NamedTuple):
    """What an audit says of one row: code and step, and how grave it is."""

    row: int  # as Excel shows it
    code: str
    step: int
    force: str  # "hard" or "soft"


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the roster; a blank cell is ``None``."""

    name: str
    branch: str
    standing: str = "正式党员"
    full_since: date | None = None
    penalty: str | None = None
    penalty_on: date | None = None
    penalty_until: date | None = None
