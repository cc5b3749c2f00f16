"""What changes from one edition to another: nothing is missed, tighter is told from looser, and it reads well."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.small import EDITION, changed, with_rule
from tests.law.views import amended, later, law_of, shipped
from workflow.law.diff import diff, renumbered
from workflow.law.timeline import Law, UnknownLaw

OLD, NEW = date(2014, 5, 28), date(2026, 5, 11)
BEFORE, AFTER = date(2020, 1, 1), date(2024, 7, 1)
MONTH = "        months: 1\n        basis: art. 2; art. 3(1)"
CHAIN = "        chain: [ask.on, lend.on]\n"
BACK = "      back: {zh: 已还, en: given back, to: back}"
ASKED = "      asked: {zh: 已申请, en: asked}\n"
REMARK = "      remark: {type: text, zh: 备注, en: remark}\n"
EARLY = "  early: {zh: 提前, en: early, basis: art. 2, how: {before: [give_back.on, due_on]}}\n"
TEXT = "        basis: art. 2; art. 3(1)\n        codes: {late: L02}\n"


def lines(law: Law, language: str = "zh") -> list[str]:
    """Return what changed in a small law, line by line."""
    return diff(law, BEFORE, AFTER, language).splitlines()


def section(text: str, head: str) -> list[str]:
    """Return the lines under a head, up to the next blank line."""
    return text[text.index(head) :].split("\n\n", maxsplit=1)[0].splitlines()[1:]


def test_the_change_of_2026_reads_as_people_speak_of_it():
    text = diff(shipped(), OLD, NEW)
    assert text.startswith("2014-05-28 版 → 2026-05-11 版\n")
    assert "  全文 45 条 → 44 条\n" in text
    assert "正在办理的怎么办\n  当日起的行为适用2026年版" in text
    eighth = section(text, "第8步  报上级党委备案 → 报上级党委同意、公示并列为发展对象（第13条）")
    for line in (
        "  【新增】列为发展对象前公示五个工作日以上（第13条；V11-notice）",
        "      要求：登记了“列为发展对象时间”时，从“公示开始”到“公示结束”（首尾都算）不少于 5 个工作日",
        "      违反：硬性；不予登记",
        "  【改变】结果：上级党委备案 → 上级党委同意",
        "  【改变】列为发展对象须经上级党委同意（第13条；V11-consent）",
        "      说法：列为发展对象须报上级党委备案 → 列为发展对象须经上级党委同意",
        "      审计代码：无 → V11-consent",
        "  【取消】备案之后方可列为发展对象（第13条）",
    ):
        assert line in eighth
    assert (
        section(text, "第15步")[0]
        == "  【新增】预审合格后一个月内提交支部大会讨论（第19条；超期：V20-late；到期未办：V20-missing）"
    )
    assert "      版本：以期限届满之日有效的版本为准" in section(text, "第15步")
    # the group's opinion became part of one hearing, it was not dropped
    reworded = section(text, "只改了说法、判断照旧的")
    assert "  第23步：材料：“党小组提出意见时间” → “听取党小组、党员和群众意见时间”" in reworded
    assert "党小组" not in "".join(line for line in text.splitlines() if "【取消】" in line)
    assert section(text, "第25步")[0].startswith("  【更严】六种材料")
    assert "要求没有变的步骤：1、2、3、4、5、6、7、10、11\n" in text
    assert "条文号：第19—37条 → 第18—36条" in text


def test_the_same_in_english_and_backwards():
    text = diff(shipped(), NEW, OLD, "en")
    assert "45 articles" in text
    assert "[looser] five papers" in text
    assert "[gone] public notice lasts five working days or more (art. 13; V11-notice)" in text
    assert "Articles: 18—36 → 19—37" in text
    assert "What holds for running cases" in text


def test_an_edition_does_not_differ_from_itself():
    text = diff(shipped(), NEW, NEW)
    assert "没有实质变化" in text
    assert "要求没有变的步骤：1、2、3" in text
    assert "【" not in text
    assert "正在办理" not in text
    assert "nothing changes in substance" in diff(shipped(), NEW, NEW, "en")


def test_an_edition_that_does_not_exist_is_refused():
    with pytest.raises(UnknownLaw):
        diff(shipped(), date(2000, 1, 1), NEW)


def test_2014_articles_are_found_again_in_2026():
    moved = renumbered(*shipped().editions)
    assert all(moved[number] == number for number in (5, 7, 8, 13, 17))
    assert {number: moved[number] for number in range(19, 38) if number in moved} == {
        n: n - 1 for n in range(19, 38) if n in moved
    }
    assert moved[42] == 41


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ((MONTH, MONTH.replace("months: 1", "days: 20")), "改变"),
        ((MONTH, MONTH.replace("months: 1", "months: 2")), "放宽"),
        ((TEXT, f"        extension: {{months: 2, reason: ask.remark}}\n{TEXT}"), "放宽"),
        ((TEXT, f"        runs_open: false\n{TEXT}"), "放宽"),
        ((TEXT, f"        presupposed_by: {{reached: give_back}}\n{TEXT}"), "更严"),
        ((TEXT, f"        force: soft\n{TEXT}"), "放宽"),
        ((TEXT, f"        force: {{overdue: soft}}\n        when: {{ask.agreed: [true]}}\n{TEXT}"), "改变"),
        ((TEXT, TEXT.replace("late: L02", "late: L03")), "改变"),
        ((TEXT, f"        governed_by: due\n{TEXT}"), "改变"),
        ((TEXT, f'        online: "redo: lend"\n{TEXT}'), "改变"),
        (("        online: refuse\n", ""), "放宽"),
        ((CHAIN, f"{CHAIN}        strict: true\n"), "更严"),
        ((CHAIN, f"{CHAIN}        strict: true\n        force: soft\n"), "改变"),
        (
            (
                "        kind: order\n        chain: [ask.on, lend.on]\n",
                "        kind: distinct\n        of: [ask.one, ask.other]\n",
            ),
            "改变",
        ),
    ],
)
def test_a_changed_rule_is_tighter_looser_or_changed(turn, said):
    told = [line for line in lines(amended(turn)) if line.startswith("  【")]
    assert len(told) == 1
    assert told[0].startswith(f"  【{said}】")


def test_backwards_looser_is_tighter():
    law = amended(("        online: refuse\n", "        force: soft\n        online: refuse\n"))
    assert "  【放宽】先申请后借出（第2条；L01）" in lines(law)
    assert "  【更严】先申请后借出（第2条；L01）" in diff(law, AFTER, BEFORE).splitlines()
    assert "      轻重：软性（原文留有余地） → 硬性" in diff(law, AFTER, BEFORE).splitlines()


def test_more_of_one_thing_and_less_of_another_is_changed():
    parameters = "kind: age\nborn: person.born_on\nact: lend.on\nyears: 18"
    softer = "kind: age\nborn: person.born_on\nact: lend.on\nyears: 20\nforce: soft"
    law = law_of(with_rule(parameters), later(with_rule(softer)))
    assert "  【改变】规则（第1条）" in lines(law)


def test_outcomes_of_different_weight_turn_a_rule_into_a_changed_one():
    hard_late = with_rule("kind: within\nfrom: ask.on\nact: lend.on\nmonths: 1\nforce: {late: soft}")
    hard_overdue = with_rule("kind: within\nfrom: ask.on\nact: lend.on\nmonths: 1\nforce: {overdue: soft}")
    told = lines(law_of(hard_late, later(hard_overdue)), "en")
    assert "  [changed] rule (art. 1)" in told
    soft = "soft (the text leaves room)"
    assert f"      force: late: {soft}; overdue: hard → late: hard; overdue: {soft}" in told


def test_a_new_rule_in_the_place_of_an_old_one_is_compared_with_it():
    old = with_rule("kind: evidence\nfields: [ask.remark]\npresupposed_by: {filled: [lend.on]}", name="one_paper")
    new = with_rule(
        "kind: evidence\nfields: [ask.remark, ask.way]\npresupposed_by: {filled: [lend.on]}", name="two_papers"
    )
    assert "  【更严】规则（第1条）" in lines(law_of(old, later(new)))
    same = with_rule("kind: evidence\nfields: [ask.remark]\npresupposed_by: {filled: [lend.on]}", name="a_paper")
    assert "  【改变】规则（第1条）" in lines(law_of(old, later(same)))
    other = with_rule("kind: distinct\nof: [ask.one, ask.other]", name="two_people")
    told = lines(law_of(old, later(other)))
    assert told.count("  【新增】规则（第1条）") == 1
    assert told.count("  【取消】规则（第1条）") == 1


@pytest.mark.parametrize(
    ("turn", "line"),
    [
        (
            ("    by: [reader]\n    power: [desk]", "    by: [reader, desk]\n    power: [desk]"),
            "  【改变】由谁办：读者 → 读者、服务台",
        ),
        (("    power: [desk]\n", ""), "  【改变】有权的机构：服务台 → 无"),
        (("    number: 3\n", "    number: 4\n"), "  【改变】编号：3 → 4"),
        (("    number: 3\n", "    number: 3\n    repeats: true\n"), "  【改变】办法：无 → 可以多次登记"),
        (("    from: [lent]\n", "    from: [lent, back]\n"), "  【改变】办理前的身份：借出 → 借出、已还"),
        (
            (BACK, "      back: {zh: 已还, en: given back}"),
            "  【改变】结果：已还；身份变为“已还” → 已还；身份不变",
        ),
        (
            (BACK, "      back: {zh: 归还, en: returned, to: back}"),
            "  第3步：结果：已还 → 归还",
        ),
        (
            (BACK, "      done: {zh: 还清, en: done, to: back}"),
            "  【改变】结果：已还 → 还清",
        ),
        (
            (ASKED, f"{ASKED}      late: {{zh: 迟, en: late, reason: true}}\n"),
            "  【新增】结果：迟；身份不变；须写明理由",
        ),
        (
            ("      refused: {zh: 拒绝, en: refused, from: [new], by: [desk], reason: true, fills: refused_on}\n", ""),
            "  【取消】结果：拒绝；身份不变；只在“未借”时；由服务台办；须写明理由；日期记入“拒绝日期”",
        ),
        ((REMARK, ""), "  【取消】材料：“备注”（文字）"),
        (
            (REMARK, f"{REMARK}      more: {{type: count, zh: 册数, en: books, required: true}}\n"),
            "  【新增】材料：“册数”（数目，必填）",
        ),
        (
            (REMARK, REMARK.replace("}", ", required: true}")),
            "  【更严】材料：“备注”（文字） → “备注”（文字，必填）",
        ),
        (
            ("zh: 借出日期, en: day lent, required: true}", "zh: 借出日期, en: day lent}"),
            "  【放宽】材料：“借出日期”（日期，必填） → “借出日期”（日期）",
        ),
        (
            ("secret: {zh: 无记名, en: secret}, open: {zh: 举手, en: open}", "secret: {zh: 无记名, en: secret}"),
            "  【改变】材料：“方式”（选择：“无记名”或者“举手”） → “方式”（选择：“无记名”）",
        ),
        (
            ("open: {zh: 举手, en: open}", "open: {zh: 公开, en: open}"),
            "  第1步：材料：“方式”（选择：“无记名”或者“举手”） → “方式”（选择：“无记名”或者“公开”）",
        ),
        (
            ("{type: text, zh: 备注, en: remark}", "{type: text, zh: 说明, en: remark}"),
            "  第1步：材料：“备注” → “说明”",
        ),
        (
            ("{type: text, zh: 备注, en: remark}", "{type: text, kept_in: lent, zh: 备注, en: remark}"),
            "  【改变】材料：“备注”（文字） → “备注”（文字，在“借出”期间一直保留）",
        ),
        (("    zh: 归还\n", "    zh: 交还\n"), "第3步  归还 → 交还（第2条）"),
        (("text: {zh: 一个月内归还,", "text: {zh: 一个月内还,"), "  第3步：一个月内归还 → 一个月内还"),
        (("    number: 3\n", "    number: 3\n    note: {zh: 当面, en: in person}\n"), "  第3步：说明：当面"),
        (("  desk: {zh: 服务台, en: desk}", "  desk: {zh: 柜台, en: desk}"), "  机构：“服务台” → “柜台”"),
        (
            ("  desk: {zh: 服务台, en: desk}", "  desk: {zh: 服务台, en: desk}\n  board: {zh: 理事会, en: board}"),
            "  【新增】机构：“理事会”",
        ),
        (
            ("  new: {zh: 未借, en: new}", "  new: {zh: 未借, en: new, final: true}"),
            "  【放宽】身份：“未借” 可以就此结束",
        ),
        (
            ("  back: {zh: 已还, en: back, final: true}", "  back: {zh: 已还, en: back}"),
            "  【更严】身份：“已还” 不能就此结束",
        ),
        (("    name: {type: person, zh: 姓名, en: name}\n", ""), "  【取消】登记项：“姓名”（人名）"),
        (
            ("  early: {zh: 提前, en: early,", "  too_early: {zh: 过早, en: too early,"),
            "  【取消】推算的日期和情形：“提前”",
        ),
        (("    basis: art. 1\n    by: [reader]", "    basis: art. 5\n    by: [reader]"), "只改了条文号的步骤：1"),
    ],
)
def test_every_part_of_an_edition_is_compared(turn, line):
    assert line in lines(amended(turn))


def test_a_new_step_comes_with_its_rules_and_a_step_that_went_is_told():
    gone = EDITION[: EDITION.index("  give_back:")].replace(EARLY, "")
    law = law_of(gone, later())
    told = lines(law)
    start = told.index("第3步  归还（第2条）")
    assert told[start + 1 : start + 3] == [
        "  【新增】这一步骤",
        "  【新增】一个月内归还（第2条、第3条第1款；超期：L02；到期未办：无）",
    ]
    assert "  【取消】这一步骤" in diff(law, AFTER, BEFORE).splitlines()
    assert "[gone] this step" in diff(law, AFTER, BEFORE, "en")


def test_articles_that_move_apart_are_told_apart():
    law = amended(("        basis: art. 2; art. 3(1)", "        basis: art. 2; art. 9(1)"))
    assert lines(law)[-1] == "条文号：第3条 → 第9条（只列所引用的条文）"
    assert diff(law, AFTER, BEFORE, "en").splitlines()[-1] == "Articles: 9 → 3 (those that are cited)"


def test_citations_of_another_number_of_articles_say_nothing_of_renumbering():
    law = amended(("        basis: art. 2; art. 3(1)", "        basis: art. 9(1)"))
    assert renumbered(*law.editions) == {1: 1, 2: 2}


def test_a_law_in_which_every_step_moved_has_no_step_that_stayed():
    moved = later(
        EDITION.replace("    basis: art. 1\n    by", "    basis: art. 5\n    by").replace(
            "    basis: art. 2\n    by", "    basis: art. 6\n    by"
        )
    )
    told = lines(law_of(EDITION, moved))
    assert "只改了条文号的步骤：1、2、3" in told
    assert not any(line.startswith("要求没有变") for line in told)


def test_a_side_act_is_named_as_such():
    act = changed(EDITION, "  give_back:\n    number: 3\n", "  give_back:\n")
    law = law_of(act, later(changed(act, "    by: [reader]\n    from: [lent]", "    by: [desk]\n    from: [lent]")))
    assert "其他事项  归还（第2条）" in lines(law)
    assert "Side act  Give back (art. 2)" in lines(law, "en")


def test_a_long_change_stands_on_two_lines():
    parameters = "kind: evidence\nfields: [{}]\npresupposed_by: {{filled: [lend.on], reached: give_back}}"
    law = law_of(with_rule(parameters.format("ask.remark")), later(with_rule(parameters.format("ask.remark, ask.way"))))
    told = lines(law, "en")
    assert any(line.startswith("      demand, before: once") for line in told)
    assert any(line.startswith("      demand, now: once") for line in told)
