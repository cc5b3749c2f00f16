"""An independent reading of the ledger conventions: plain Python over rows of clean cells, a function a code.

It knows nothing of the product. It is slow, simple and close to the text, and serves as the second opinion on ledgers
for which nobody typed a key. Where the conventions leave room, the comment says which reading was taken.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar

from tests.ledger.form import REACHING, Finding, Member, Row

NEW_RULES = date(2026, 5, 11)  # first day of the 2026 rules
CHAINS = (
    {
        "入党申请时间": 1,
        "派人谈话时间": 2,
        "确定积极分子时间": 3,
        "列为发展对象时间": 8,
        "预审通过时间": 13,
        "接收大会时间": 15,
        "党委审批时间": 17,
    },
    {"转正大会时间": 23, "转正审批时间": 24},
)
MEETINGS = {15: "接收", 23: "转正"}
SOFT = {"V13-penalty", "V16-missing", "V16-late", "V16-short", "V31-reason", "V37-late"}


def plus_months(day: date | None, months: int) -> date | None:
    """Return the same day some calendar months on, or the last day of that month where it has no such day."""
    if day is None:
        return None
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def later(one: date | None, other: date | None) -> bool:
    """Tell whether both days are known and the first is after the second."""
    return one is not None and other is not None and one > other


def working_days(start: date, end: date) -> int:
    """Count the working days from start to end, both counted."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return sum(chinese_calendar.is_workday(day) for day in days)


def name_of(text: str) -> str:
    """Return a name as names are compared: no white space, one kind of middle dot."""
    return "".join(text.split()).translate(str.maketrans("•‧・", "···"))


def full_member(member: Member, on: date) -> bool:
    """Tell whether the member was a full member on the day; without a conversion date on the roster he was not."""
    return member.standing == "正式党员" and member.full_since is not None and member.full_since <= on


def penalty_in_force(member: Member, on: date) -> str | None:
    """Return the penalty whose effect period holds the day, both its ends counted."""
    if member.penalty is None or member.penalty_on is None:
        return None
    ended = member.penalty_until is not None and member.penalty_until < on
    return member.penalty if member.penalty_on <= on and not ended else None


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the ledger, the roster, and the day of the audit."""

    row: Row
    roster: Sequence[Member]
    as_of: date

    def day(self, column: str) -> date | None:
        """Return the date in the column, or None where it is blank."""
        value = self.row.get(column)
        return value if isinstance(value, date) else None

    def days(self, column: str) -> tuple[date, ...]:
        """Return the dates of a column that may hold several."""
        value = self.row.get(column)
        return value if isinstance(value, tuple) else ()

    def text(self, column: str) -> str:
        """Return the text in the column, empty where it is blank."""
        value = self.row.get(column)
        return value if isinstance(value, str) else ""

    def number(self, column: str) -> int | None:
        """Return the number in the column, or None where it is blank."""
        value = self.row.get(column)
        return value if isinstance(value, int) else None

    def blank(self, column: str) -> bool:
        """Tell whether nothing stands in the column."""
        return self.row.get(column) in (None, "", ())

    def reached(self, step: int) -> bool:
        """Tell whether a date stands in any column of the step or of a later one."""
        return any(not self.blank(c) for n, columns in REACHING.items() if n >= step for c in columns)

    def passed(self, due: date | None) -> bool:
        """Tell whether the due day lies before the day of the audit."""
        return later(self.as_of, due)

    def named(self, *columns: str) -> list[str]:
        """Return the names that stand in the columns."""
        return [name_of(self.text(c)) for c in columns if not self.blank(c)]

    def bearers(self, name: str) -> list[Member]:
        """Return whom a name may mean: a member of the row's own branch, else everybody elsewhere of that name."""
        same = [m for m in self.roster if name_of(m.name) == name]
        branch = name_of(self.text("所在党支部"))
        return [m for m in same if name_of(m.branch) == branch] or same

    @property
    def gate(self) -> date | None:
        """The day of the pre-review, or of the admission meeting where that is blank."""
        return self.day("预审通过时间") or self.day("接收大会时间")

    @property
    def sponsors(self) -> list[str]:
        """The names of the sponsors."""
        return self.named("入党介绍人1", "入党介绍人2")

    @property
    def listed_under_new_rules(self) -> bool:
        """Whether the person was listed on the first day of the 2026 rules or later."""
        listed = self.day("列为发展对象时间")
        return listed is not None and listed >= NEW_RULES

    @property
    def probation_ends(self) -> date | None:
        """The same day one year after the admission meeting."""
        return plus_months(self.day("接收大会时间"), 12)


Test = Callable[[Case], bool]
TESTS: list[tuple[str, int, Test]] = []


def finding(code: str, step: int) -> Callable[[Test], Test]:
    """Enter the function as the test of a code at a step."""

    def enter(test: Test) -> Test:
        TESTS.append((code, step, test))
        return test

    return enter


@finding("V01", 1)
def applied_before_the_eighteenth_birthday(c: Case) -> bool:
    return later(plus_months(c.day("出生日期"), 18 * 12), c.day("入党申请时间"))


@finding("V03-late", 2)
def talk_over_a_month_after_application(c: Case) -> bool:
    return later(c.day("派人谈话时间"), plus_months(c.day("入党申请时间"), 1))


@finding("V03-missing", 2)
def no_talk_though_presupposed_or_due(c: Case) -> bool:
    due = plus_months(c.day("入党申请时间"), 1)
    return c.blank("派人谈话时间") and (c.reached(3) or c.passed(due))


@finding("V05-missing", 3)
def recommendation_incomplete(c: Case) -> bool:
    incomplete = c.blank("推荐方式") or c.blank("推荐时间")
    return incomplete and (not c.blank("确定积极分子时间") or c.reached(4))


@finding("V05-late", 3)
def recommended_after_becoming_activist(c: Case) -> bool:
    return later(c.day("推荐时间"), c.day("确定积极分子时间"))


@finding("V06-missing", 4)
def activist_not_filed(c: Case) -> bool:
    return c.blank("积极分子备案时间") and c.reached(6)


@finding("V06-early", 4)
def activist_filed_before_decided(c: Case) -> bool:
    return later(c.day("确定积极分子时间"), c.day("积极分子备案时间"))


@finding("V07-count", 5)
def no_contact(c: Case) -> bool:
    return not c.named("培养联系人1", "培养联系人2") and c.reached(6)


@finding("V07-member", 5)
def contact_no_full_member(c: Case) -> bool:
    on = c.day("确定积极分子时间")
    return on is not None and any(no_full_member(c, n, on) for n in c.named("培养联系人1", "培养联系人2"))


def no_full_member(c: Case, name: str, on: date) -> bool:
    """Tell whether nobody whom the name may mean was a full member; a name not on the roster is none."""
    return not any(full_member(m, on) for m in c.bearers(name))


@finding("V08", 6)
def over_six_months_without_review(c: Case) -> bool:
    start, end = c.day("确定积极分子时间"), c.day("列为发展对象时间")
    if end is None:
        # "Not yet listed": a blank listing day followed by later steps is an unknown end, and the code is silent.
        end = None if c.reached(10) else c.as_of
    if start is None or end is None:
        return False
    points = [start, *sorted(d for d in c.days("培养考察时间") if start <= d <= end), end]
    return any(later(after, plus_months(before, 6)) for before, after in pairwise(points))


@finding("V09", 7)
def listed_within_a_year(c: Case) -> bool:
    return later(plus_months(c.day("确定积极分子时间"), 12), c.day("列为发展对象时间"))


@finding("V10-missing", 7)
def opinions_not_heard(c: Case) -> bool:
    return c.blank("听取意见时间") and (not c.blank("支委会讨论发展对象时间") or c.reached(8))


@finding("V10-late", 7)
def opinions_heard_after_discussion(c: Case) -> bool:
    return later(c.day("听取意见时间"), c.day("支委会讨论发展对象时间"))


@finding("V11-consent", 8)
def no_consent_before_notice(c: Case) -> bool:
    consent = c.day("上级党委同意时间")
    before = c.day("公示开始") or c.day("列为发展对象时间")
    return c.listed_under_new_rules and (consent is None or later(consent, before))


@finding("V11-notice", 8)
def notice_too_short(c: Case) -> bool:
    start, end = c.day("公示开始"), c.day("公示结束")
    return c.listed_under_new_rules and (start is None or end is None or working_days(start, end) < 5)


@finding("V11-listing", 8)
def listed_before_the_notice_was_over(c: Case) -> bool:
    end = c.day("公示结束")
    return c.listed_under_new_rules and end is not None and not later(c.day("列为发展对象时间"), end)


@finding("V13-count", 9)
def not_two_sponsors(c: Case) -> bool:
    return len(set(c.sponsors)) != 2 and c.reached(12)


@finding("V13-member", 9)
def sponsor_no_full_member(c: Case) -> bool:
    on = c.day("列为发展对象时间")
    return on is not None and any(no_full_member(c, n, on) for n in c.sponsors)


def sponsor_under(c: Case, *penalties: str) -> bool:
    """Tell whether a sponsor, whoever bears the name, had one of the penalties in force when the person was listed."""
    on = c.day("列为发展对象时间")
    if on is None:
        return False
    borne = [[penalty_in_force(m, on) for m in c.bearers(n)] for n in c.sponsors]
    return any(of_name and all(p in penalties for p in of_name) for of_name in borne)


@finding("V13-standing", 9)
def sponsor_on_probation_within_the_party(c: Case) -> bool:
    return sponsor_under(c, "留党察看")


@finding("V13-penalty", 9)
def sponsor_in_an_effect_period(c: Case) -> bool:
    return c.listed_under_new_rules and sponsor_under(c, "警告", "严重警告", "撤销党内职务")


@finding("V14-missing", 10)
def political_review_incomplete(c: Case) -> bool:
    return (c.blank("政审结论时间") or c.blank("政审结论")) and c.reached(12)


@finding("V14-late", 10)
def political_review_after_the_gate(c: Case) -> bool:
    return later(c.day("政审结论时间"), c.gate)


@finding("V14-fail", 10)
def went_on_though_review_failed(c: Case) -> bool:
    return c.text("政审结论") == "不合格" and c.reached(13)


@finding("V16-missing", 11)
def no_training(c: Case) -> bool:
    return c.blank("培训结束") and c.reached(12)


@finding("V16-late", 11)
def training_ended_after_the_gate(c: Case) -> bool:
    return later(c.day("培训结束"), c.gate)


@finding("V16-short", 11)
def training_too_short(c: Case) -> bool:
    start, end = c.day("培训开始"), c.day("培训结束")
    if end is None:
        return False
    days = (end - start).days + 1 if start else 0
    return days < 3 and (c.number("培训学时") or 0) < 24


@finding("V17-missing", 12)
def committee_did_not_examine(c: Case) -> bool:
    return c.blank("支委会审查时间") and c.reached(13)


@finding("V17-late", 12)
def committee_examined_after_the_gate(c: Case) -> bool:
    return later(c.day("支委会审查时间"), c.gate)


@finding("V17-early", 12)
def committee_examined_before_training_ended(c: Case) -> bool:
    return later(c.day("培训结束"), c.day("支委会审查时间"))


@finding("V18", 14)
def form_filled_in_before_pre_review(c: Case) -> bool:
    return later(c.day("预审通过时间"), c.day("志愿书填写时间"))


def due_under_new_rules(start: date | None) -> date | None:
    """Return the day a month after start where that day lies under the 2026 rules, else None: no limit."""
    due = plus_months(start, 1)
    return due if due is not None and due >= NEW_RULES else None


@finding("V20-late", 15)
def meeting_over_a_month_after_pre_review(c: Case) -> bool:
    return later(c.day("接收大会时间"), due_under_new_rules(c.day("预审通过时间")))


@finding("V20-missing", 15)
def no_meeting_a_month_after_pre_review(c: Case) -> bool:
    return not c.reached(15) and c.passed(due_under_new_rules(c.day("预审通过时间")))


def half_or_less(part: int | None, due: int | None) -> bool:
    """Tell whether both numbers are known and the part is no more than half of those due."""
    return part is not None and due is not None and 2 * part <= due


def went_on(c: Case, step: int) -> bool:
    """Tell whether anything followed the vote of the meeting."""
    if step == 15:
        return not c.blank("决议上报时间") or c.reached(16)
    return not c.blank("转正结论") or not c.blank("转正上报时间") or c.reached(24)


def fell_short(c: Case, step: int) -> bool:
    """Tell whether the vote of the meeting did not carry."""
    meeting = MEETINGS[step]
    return half_or_less(c.number(meeting + "赞成"), c.number(meeting + "应到"))


def enter_votes(step: int, meeting: str) -> None:
    """Enter the four tests of a vote for one of the two meetings."""

    @finding("V21", step)
    def no_quorum(c: Case) -> bool:
        return half_or_less(c.number(meeting + "实到"), c.number(meeting + "应到"))

    @finding("V22", step)
    def went_on_without_a_majority(c: Case) -> bool:
        return fell_short(c, step) and went_on(c, step)

    @finding("V23", step)
    def ballot_not_secret(c: Case) -> bool:
        ballot = c.text(meeting + "表决方式")
        return bool(ballot) and "无记名" not in ballot and "不记名" not in ballot

    @finding("V27", step)
    def more_votes_than_voters(c: Case) -> bool:
        present = c.number(meeting + "实到")
        cast = sum(c.number(meeting + part) or 0 for part in ("赞成", "反对", "弃权"))
        return present is not None and cast > present + (c.number(meeting + "书面意见") or 0)


for _step, _meeting in MEETINGS.items():
    enter_votes(_step, _meeting)


@finding("V30-missing", 16)
def superior_did_not_talk(c: Case) -> bool:
    return c.blank("上级谈话时间") and c.reached(17)


@finding("V30-order", 16)
def superior_talked_outside_meeting_and_approval(c: Case) -> bool:
    talk = c.day("上级谈话时间")
    return later(c.day("接收大会时间"), talk) or later(talk, c.day("党委审批时间"))


def approval_over(c: Case, months: int) -> bool:
    """Tell whether the approval, or the wait for it, took more than some months; not where its clock stands still."""
    approved = c.day("党委审批时间")
    no_clock = (approved is None and c.reached(18)) or (fell_short(c, 15) and not went_on(c, 15))
    start = c.day("决议上报时间") or c.day("接收大会时间")
    return not no_clock and later(approved or c.as_of, plus_months(start, months))


@finding("V31-reason", 17)
def approval_needed_a_reason(c: Case) -> bool:
    return approval_over(c, 3) and not approval_over(c, 6)


@finding("V31-late", 17)
def approval_over_six_months(c: Case) -> bool:
    return approval_over(c, 6)


@finding("V32", 17)
def no_approval_though_presupposed(c: Case) -> bool:
    return c.blank("党委审批时间") and c.reached(18)


@finding("V35-missing", 18)
def not_filed_with_the_department(c: Case) -> bool:
    return c.blank("组织部备案时间") and c.reached(22)


@finding("V35-early", 18)
def filed_before_approval(c: Case) -> bool:
    return later(c.day("党委审批时间"), c.day("组织部备案时间"))


@finding("V37-early", 20)
def oath_before_approval(c: Case) -> bool:
    return later(c.day("党委审批时间"), c.day("宣誓时间"))


@finding("V37-late", 20)
def oath_over_a_month_after_approval(c: Case) -> bool:
    return later(c.day("宣誓时间"), due_under_new_rules(c.day("党委审批时间")))


@finding("V37-missing", 20)
def no_oath_though_presupposed_or_due(c: Case) -> bool:
    due = due_under_new_rules(c.day("党委审批时间"))
    return c.blank("宣誓时间") and (c.reached(22) or c.passed(due))


@finding("V38", 23)
def converted_before_probation_ended(c: Case) -> bool:
    # An extension that is on record sets the end by itself, also where the day of the admission meeting is blank.
    end = c.day("延长至") or c.probation_ends
    return c.text("转正结论") in ("", "按期转正") and later(end, c.day("转正大会时间"))


def decided_for_cause(c: Case) -> bool:
    """Tell whether no application was needed: revoked, or extended at a meeting before the end of probation."""
    outcome = c.text("转正结论")
    # Where the end of probation is unknown, the second exception is not shown and does not help.
    early = later(c.probation_ends, c.day("转正大会时间"))
    return outcome == "取消预备党员资格" or (outcome == "延长预备期" and early)


@finding("V39-missing", 22)
def no_application_for_conversion(c: Case) -> bool:
    needed = not c.blank("转正大会时间") or c.reached(24)
    return c.blank("转正申请时间") and needed and not decided_for_cause(c)


@finding("V39-late", 22)
def applied_for_conversion_after_the_meeting(c: Case) -> bool:
    return later(c.day("转正申请时间"), c.day("转正大会时间")) and not decided_for_cause(c)


@finding("V41-missing", 23)
def extended_without_an_end(c: Case) -> bool:
    return c.text("转正结论") == "延长预备期" and c.blank("延长至")


@finding("V41-short", 23)
def extended_by_less_than_half_a_year(c: Case) -> bool:
    return later(plus_months(c.probation_ends, 6), c.day("延长至"))


@finding("V41-long", 23)
def extended_by_more_than_a_year(c: Case) -> bool:
    return later(c.day("延长至"), plus_months(c.probation_ends, 12))


def conversion_due(c: Case) -> date | None:
    """Return the last day for approving the conversion, three months after its clock started."""
    return plus_months(c.day("转正上报时间") or c.day("转正大会时间"), 3)


@finding("V42-late", 24)
def conversion_approved_late(c: Case) -> bool:
    return later(c.day("转正审批时间"), conversion_due(c))


@finding("V42-missing", 24)
def conversion_not_approved(c: Case) -> bool:
    runs = not fell_short(c, 23) or went_on(c, 23)
    waiting = not c.blank("转正大会时间") and c.blank("转正审批时间")
    return waiting and (not c.blank("归档时间") or (runs and c.passed(conversion_due(c))))


def out_of_order(c: Case) -> Iterator[int]:
    """Yield the step of every link that lies before the nearest filled link before it (V46)."""
    for chain in CHAINS:
        filled = [(day, step) for column, step in chain.items() if (day := c.day(column))]
        yield from (step for (before, _), (day, step) in pairwise(filled) if day < before)


def force_of(code: str, c: Case) -> str:
    """Return whether the finding is hard or soft; the oath is a must once conversion is asked for."""
    soft = code in SOFT or (code == "V37-missing" and not c.reached(22))
    return "soft" if soft else "hard"


def of_case(row: Row, roster: Sequence[Member], as_of: date) -> set[tuple[str, int, str]]:
    """Return code, step and force of every finding owed for one row."""
    c = Case(row, roster, as_of)
    found = {(code, step) for code, step, test in TESTS if test(c)}
    found |= {("V46", step) for step in out_of_order(c)}
    return {(code, step, force_of(code, c)) for code, step in found}


def findings(rows: Mapping[int, Row], roster: Sequence[Member], as_of: date) -> set[Finding]:
    """Return every finding owed for a ledger, its rows keyed by their number in Excel."""
    return {Finding(number, *one) for number, row in rows.items() for one in of_case(row, roster, as_of)}
