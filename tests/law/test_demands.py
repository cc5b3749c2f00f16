"""What a rule demands in plain words: a sentence a kind, in both languages, with the numbers of the definition."""

from __future__ import annotations

import pytest

from tests.law.small import edition, with_rule
from tests.law.views import shipped
from workflow.law.demands import sentence
from workflow.law.kinds import KINDS, Bilingual, Kind
from workflow.law.provisions import codes, conditions, governing, gravity, online
from workflow.law.words import Words

BY = "presupposed_by: {filled: [lend.on], reached: give_back}"


def told(rule_id: str, language: str) -> str:
    """Return the sentence for a shipped rule of the newest edition, spoken at its own step."""
    newest = shipped().editions[-1]
    step, rule = newest.rules[rule_id]
    return sentence(rule.demand, Words(newest, language).at(step))


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            "talk.within_a_month",
            "“派人谈话时间”不晚于“入党申请时间”后 1 个月（含当日）；办到第3步“推荐和确定入党积极分子”或者更后的步骤而它仍空白的，"
            "为缺少；到期仍未办的，为逾期",
            "“day of the talk” is no later than 1 month after “day the letter was received” (step 1); while blank it is "
            "missing once step 3 “Recommend and confirm the activist” or a later step is reached; overdue once that day "
            "has passed",
        ),
        (
            "file_activist.after_decision",
            "“积极分子备案时间”不早于“确定积极分子时间”（可以同一天）",
            "“day of filing” is no earlier than “day of the decision” (step 3) (the same day will do)",
        ),
        (
            "list_target.after_notice",
            "“列为发展对象时间”晚于“公示结束”（不能同一天）",
            "“day of listing” is later than “last day of the notice”, not the same day",
        ),
        (
            "apply.age",
            "到“入党申请时间”已满 18 周岁（按“出生日期”，生日当天算满）",
            "on “day the letter was received” the person is 18 full years old by “day of birth”; the birthday counts",
        ),
        (
            "choose_target.a_year_of_cultivation",
            "“列为发展对象时间”不早于“培养时间起算日”后 12 个月（满期当日可以）",
            "“day of listing” (step 8) is no earlier than 12 months after “day from which cultivation counts”",
        ),
        (
            "list_target.notice",
            "登记了“列为发展对象时间”时，从“公示开始”到“公示结束”（首尾都算）不少于 5 个工作日",
            "once “day of listing” is recorded, “first day of the notice” to “last day of the notice”, both counted, hold "
            "at least 5 working days",
        ),
        (
            "admit.quorum",
            "“接收实到”超过“接收应到”的半数（恰好半数不够）；书面意见不算到会",
            "“voting members present” exceed half of “voting members due” (exactly half is not enough); written opinions "
            "do not make a presence",
        ),
        (
            "admit.majority",
            "登记了“决议上报时间”或者办到第16步“上级党委派人谈话”或者更后的步骤时，“接收赞成”超过“接收应到”的半数（恰好半数不够）",
            "once “day on which the resolution was reported” is recorded or step 16 “Talk by the superior committee” or a "
            "later step is reached, “votes in favour” exceed half of “voting members due” (exactly half is not enough)",
        ),
        (
            "admit.secret_ballot",
            "“接收表决方式”是“无记名投票”（空白不判断）",
            "“way of voting” is “secret ballot” (a blank is not judged)",
        ),
        (
            "admit.one_by_one",
            "登记了“接收大会时间”时，“逐个讨论、逐个表决”不得为“否”",
            "once “day of the meeting” is recorded, “discussed and voted one by one” must not be “no”",
        ),
        (
            "training.long_enough",
            "登记了“培训结束”时，至少做到一项：从“培训开始”到“培训结束”（首尾都算）不少于 3 天；或者“培训学时”不少于 24",
            "once “last day” is recorded, at least one holds: from “first day” to “last day”, both counted, at least 3 "
            "days; or “class-hours” is at least 24",
        ),
        (
            "sponsors.two",
            "办到第12步“支部委员会审查”或者更后的步骤时，“入党介绍人1”、“入党介绍人2”中有恰好 2 名不同的人",
            "once step 12 “Examination by the branch committee” or a later step is reached, exactly 2 different people "
            "stand in “first sponsor”, “second sponsor”",
        ),
        (
            "contacts.one_or_two",
            "办到第6步“培养教育考察”或者更后的步骤时，“培养联系人1”、“培养联系人2”中有 1 至 2 名不同的人",
            "once step 6 “Cultivate and observe” or a later step is reached, 1 to 2 different people stand in “first "
            "contact”, “second contact”",
        ),
        (
            "contacts.full_members",
            "“培养联系人1”、“培养联系人2”在“确定积极分子时间”当日是正式党员",
            "on “day of the decision” (step 3) each of “first contact”, “second contact” is a full member",
        ),
        (
            "sponsors.rights_restored",
            "“入党介绍人1”、“入党介绍人2”在“列为发展对象时间”当日没有正在影响期内的留党察看处分",
            "on “day of listing” (step 8) none of “first sponsor”, “second sponsor” is under a penalty in effect: "
            "probation within the Party",
        ),
        (
            "cultivate.half_yearly",
            "从“确定积极分子时间”到“列为发展对象时间”（未到的到审计日），“培养考察时间”前后相隔不超过 6 个月",
            "from “day of the decision” (step 3) to “day of listing” (step 8) (before it: to the day of the audit), “days "
            "of the reviews” are never more than 6 months apart",
        ),
        (
            "convert.extended_by_a_year_at_most",
            "“延长至”不晚于“预备期满日”后 12 个月（含当日）；只在登记之后判断",
            "“probation extended to” is no later than 12 months after “end of probation”; judged only once it is recorded",
        ),
        ("convert.extended_once", "“延长次数”不超过 1 次", "“number of extensions” is 1 at most"),
        (
            "approve_conversion.as_resolved",
            "“转正结论”和“审批结论”一致（空白不比较）",
            "“what was resolved” (step 23) and “what was approved” agree (blanks are not compared)",
        ),
        (
            "not_recognise.power",
            "“批准机构”是县级以上党委组织部门（空白不判断）",
            "“body that approved” is the organization department at county level or above (a blank is not judged)",
        ),
    ],
)
def test_a_shipped_rule_reads_as_people_speak(rule, zh, en):
    assert told(rule, "zh") == zh
    assert told(rule, "en") == en


def test_an_extension_names_the_reason_it_needs():
    assert "特殊情况登记了“延长审批期限的书面理由”的，可以到 6 个月" in told("approve.within_three_months", "zh")
    assert "up to 6 months, with “written reason for the longer time” on file" in told("approve.within_three_months", "en")


def test_a_limit_that_needs_another_day_or_ends_with_a_step_says_so():
    assert "登记了“转正大会时间”之后，到期仍未办的，为逾期" in told("approve_conversion.within_three_months", "zh")
    assert "with “day of the meeting” (step 23) recorded, overdue" in told("approve_conversion.within_three_months", "en")
    assert "（已经办到第15步“支部大会讨论”或者更后的步骤的除外）" in told("admit.within_a_month", "zh")
    assert "(unless step 15 “Discussion by the general meeting” or a later step is reached)" in told("admit.within_a_month", "en")


def test_a_chain_names_every_day_in_its_order():
    assert told("approve.in_order", "zh").startswith("每个日期都不早于前一个已登记的日期（可以同一天）：“入党申请时间” → “派人谈话时间”")
    assert " → “day of passing” (step 13) → " in told("approve.in_order", "en")


@pytest.mark.parametrize(
    ("parameters", "zh", "en"),
    [
        (
            "kind: order\nchain: [ask.on, lend.on, give_back.on]\nstrict: true",
            "每个日期都晚于前一个已登记的日期：“申请日期” → “借出日期” → “归还日期”",
            "each day is later than the nearest recorded day before it: “day asked” (step 1) → “day lent” (step 2) → “day "
            "given back”",
        ),
        (
            "kind: tally\npresent: ask.present\nwritten: ask.due\ncast: [ask.in_favour, ask.present]",
            "“赞成”、“实到”之和不超过“实到”和“应到”之和",
            "the sum of “in favour” (step 1), “present” (step 1) is no more than the sum of “present” (step 1) and “due” "
            "(step 1)",
        ),
        ("kind: distinct\nof: [ask.one, ask.other]", "“甲”、“乙”不重复", "nobody stands twice among “one” (step 1), “other” (step 1)"),
        (
            "kind: recorded_within\nact: lend.on\nrecorded: give_back.on\ndays: 1",
            "“归还日期”不晚于“借出日期”后 1 天（含当日）",
            "“day given back” is no later than 1 day after “day lent” (step 2)",
        ),
        (
            "kind: quorum\ndue: ask.due\npresent: ask.present\nmore_than: 2/3",
            "“实到”超过“应到”的3 分之 2（恰好3 分之 2不够）；书面意见不算到会",
            "“present” (step 1) exceed 2/3 of “due” (step 1) (exactly 2/3 is not enough); written opinions do not make a "
            "presence",
        ),
        (
            "kind: every\nfrom: lend.on\ndays: lend.reminders\nmonths: 1",
            "从“借出日期”到审计日，“提醒日期”前后相隔不超过 1 个月",
            "from “day lent” (step 2) to the day of the audit, “reminders” (step 2) are never more than 1 month apart",
        ),
        ("kind: count\nof: [ask.one]\nmin: 1", "“甲”中有不少于 1 名不同的人", "at least 1 different people stand in “one” (step 1)"),
        (
            f"kind: evidence\nfields: [ask.remark]\n{BY}",
            "登记了“借出日期”或者办到第3步“归还”或者更后的步骤时，应当已有“备注”",
            "once “day lent” (step 2) is recorded or step 3 “Give back” or a later step is reached, there must be “remark” "
            "(step 1)",
        ),
    ],
)
def test_a_kind_that_the_law_does_not_use_this_way_reads_well_too(parameters, zh, en):
    small = edition(with_rule(parameters))
    demand = small.rules["give_back.planted"][1].demand
    assert sentence(demand, Words(small, "zh", "give_back")) == zh
    assert sentence(demand, Words(small, "en", "give_back")) == en


def test_every_kind_has_a_sentence():
    without = [kind.__name__ for kind in KINDS if sentence.dispatch(kind) is sentence.dispatch(Kind)]
    assert without == []


def test_a_kind_without_a_sentence_is_a_bug_and_says_so():
    class Unheard(Kind):
        """A kind that nobody describes."""

    with pytest.raises(TypeError, match="no sentence for Unheard"):
        sentence(Unheard(), Words(shipped().editions[0], "zh"))


def provisions(rule_id: str, language: str) -> tuple[str, str, str, str, str]:
    """Return all that a shipped rule says beside its demand."""
    newest = shipped().editions[-1]
    step, rule = newest.rules[rule_id]
    words = Words(newest, language, step)
    return (
        conditions(rule, words), gravity(rule, words), codes(rule, words), online(rule, words),
        governing(rule, rule.governed_by, words),
    )  # fmt: skip


def test_force_and_codes_are_told_by_outcome_where_they_differ():
    _, force, code, _, _ = provisions("approve.within_three_months", "zh")
    assert force == "超期、缺少、到期未办：硬性；缺少书面理由：软性（原文留有余地）"
    assert code == "超期、到期未办：V31-late；缺少书面理由：V31-reason；缺少：V32"
    _, force, code, _, _ = provisions("approve.within_three_months", "en")
    assert force == "late, missing, overdue: hard; no written reason: soft (the text leaves room)"
    assert code == "late, overdue: V31-late; no written reason: V31-reason; missing: V32"


def test_outcomes_that_a_rule_cannot_have_are_not_told():
    assert provisions("oath.within_a_month", "zh")[2] == "超期：V37-late；到期未办：V37-missing"
    assert provisions("convert.extended_by_a_year_at_most", "zh")[2] == "V41-long"
    assert provisions("activist.committee_decides", "en")[2] == "none"


def test_conditions_are_told_with_their_values():
    assert provisions("activist.committee_decides", "zh")[0] == "只适用于“支部设有支部委员会（正式党员七人以上）”为“是”的"
    assert provisions("request.written", "zh")[0] == (
        "不适用于“转正结论”为“取消预备党员资格”，以及“转正结论”为“延长预备期”且“预备期满前讨论”为“是”的"
    )
    assert provisions("convert.not_before_the_end", "en")[0] == "only where “what was resolved” is “to be converted” or blank"


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("apply.age", "不予登记，等到合乎要求或者补上所缺之后再办", "refused until it is in order or what is missing has been done"),
        (
            "talk.within_a_month",
            "如实登记，写明理由并由第二人确认，审计时仍列为问题",
            "recorded as it is, with a reason and a second person's confirmation; the finding stands",
        ),
        ("admit.within_a_month", "须重新办理第13步“上级党委预审”", "step 13 “Pre-review by the superior committee” must be repeated"),
    ],
)
def test_what_happens_online_is_explained(rule, zh, en):
    assert provisions(rule, "zh")[3] == zh
    assert provisions(rule, "en")[3] == en


def test_the_day_that_governs_is_told():
    assert provisions("apply.age", "zh")[4] == "以办理之日有效的版本为准"
    assert provisions("admit.within_a_month", "zh")[4] == "以期限届满之日有效的版本为准"
    assert provisions("list_target.consent", "en")[4] == "the edition in force on “day of listing”"


def test_a_citation_of_a_paragraph_of_local_practice_and_of_something_else_is_told():
    small = edition()

    words = Words(small, "zh", other_basis={"custom": Bilingual(zh="惯例", en="custom")})
    assert words.basis("art. 12(3); local; custom; elsewhere") == "第12条第3款、当地规定、惯例、elsewhere"
    assert Words(small, "en").basis("art. 12(3); local") == "art. 12(3), local rule"
