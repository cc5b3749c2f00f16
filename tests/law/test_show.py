"""One step, article or rule in people's words: found by every name people use, and complete."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.small import EDITION, changed
from tests.law.views import COVERAGE, amended, later, law_of, shipped
from workflow.law.lookup import UnknownName, find
from workflow.law.show import show
from workflow.law.timeline import UnknownLaw

OLD, NEW = date(2014, 5, 28), date(2026, 5, 11)


def without_early(text):
    """Return an edition without the derived column that reads the last step."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("  early:"))


def shown(name, language="zh", **more):
    """Return what the shipped law shows."""
    return show(shipped(), name, language, **more)


@pytest.mark.parametrize(
    "name",
    [
        "pre_review",
        "上级党委预审",
        "Pre-review by the superior committee",
        "第13步",
        "步骤13",
        "step 13",
        "第十三步",
        "Step13",
    ],
)
def test_a_step_is_found_by_id_number_and_name(name):
    assert shown(name).startswith("第13步  上级党委预审 / Pre-review by the superior committee\n")


@pytest.mark.parametrize("name", ["art. 13", "Art 13", "article 13", "第十三条", "第13条", "第１３条", " 13条 "])
def test_an_article_is_found_in_every_way_people_write_it(name):
    text = shown(name)
    assert text.startswith("第13条（2026-05-11 版）\n")
    assert "上级党委预审 /" not in text


@pytest.mark.parametrize(("numeral", "number"), [("二", 2), ("十", 10), ("十九", 19), ("二十", 20), ("四十四", 44)])
def test_chinese_numerals_are_read(numeral, number):
    assert shown(f"第{numeral}条").startswith(f"第{number}条（2026-05-11 版）")


def test_a_bare_number_is_a_step_and_an_article():
    step, article = shown("13").split("-" * 60)
    assert step.startswith("第13步  上级党委预审")
    assert article.strip().startswith("第13条（2026-05-11 版）")
    assert "第40条（2026-05-11 版）" in shown("40")
    assert "步  " not in shown("40")


def test_a_step_is_shown_with_all_that_belongs_to_it():
    text = shown("第13步")
    for line in (
        "版本：2026-05-11 版",
        "阶段：第4阶段 预备党员的接收",
        "依据：第18条",
        "代号：pre_review",
        "由谁办：具有审批权限的基层党委、党的工作委员会",
        "有权的机构：具有审批权限的基层党委、党的工作委员会（其他机构没有这项权力）",
        "办理前的身份：支委会审查合格、预审合格",
        "  - 预审合格；身份变为“预审合格”",
        "  - 预审不合格；身份变为“发展对象”；须写明理由；日期记入“预审不合格的日期”",
        "  - 退回补充材料；身份变为“发展对象”；只在“支委会审查合格”时；须写明理由；日期记入“退回日期”",
        "  * “预审通过时间”（日期）",
        "    “书面预审意见编号”（材料编号，不存内容）",
        "规定（3 条）",
        "  3. 三个月内将离开工作、学习单位的，一般不办理接收手续",
        "     2014-05-28 起：“预计离开工作、学习单位的日期”不早于“预审通过时间”后 3 个月（满期当日可以）",
        "     轻重：软性（原文留有余地）",
        "     审计代码：V19",
        "     登记时不符合的：如实登记，写明理由并由第二人确认，审计时仍列为问题",
        "     适用版本：以“预审通过时间”当日有效的版本为准",
        "     补救：由接收单位继续培养；坚持办理的须书面说明",
        "     代号：pre_review.leaving_soon",
        "2014-05-28 版 → 2026-05-11 版的变化",
        "  依据：第19条 → 第18条",
    ):
        assert line in text.splitlines()


def test_the_same_step_in_english():
    lines = shown("13", "en").splitlines()
    for line in (
        "Step 13  上级党委预审 / Pre-review by the superior committee",
        "as in: edition of 2026-05-11",
        "stage: 4 Admitting probationary members",
        "  - passed; to “passed the pre-review”",
        "Evidence (* required)",
        "     from 2014-05-28: once “day of passing” is recorded, there must be “file number of the written result”",
        "     when not kept: refused until it is in order or what is missing has been done",
    ):
        assert line in lines


def test_a_side_act_says_in_which_manner_it_is_taken():
    text = shown("直接接收（特殊情况）")
    assert text.startswith("其他事项  直接接收")
    assert "办法：可以由此立案；只登记，不判断" in text
    assert "manner: may be recorded several times" in shown("cultivate", "en")
    assert shown("leave", "en").startswith("Side act")


def test_an_older_edition_is_shown_when_asked_for_and_without_later_changes():
    text = shown("archive", edition=OLD)
    assert "版本：2014-05-28 版" in text
    assert "2014-05-28 至 2026-05-10：登记了“归档时间”时" in text
    assert "变化" not in text
    assert "说明：本版要求备案" in shown("list_target", edition=OLD)
    assert "2014-05-28 to 2026-05-10: once" in shown("archive", "en", edition=OLD)


def test_what_the_editions_have_otherwise_follows():
    text = shown("第8步")
    changes = text.split("2014-05-28 版 → 2026-05-11 版的变化")[1]
    assert "  名称：报上级党委备案 → 报上级党委同意、公示并列为发展对象" in changes
    assert "  【新增】列为发展对象前公示五个工作日以上（第13条；V11-notice）" in changes
    assert "  【取消】备案之后方可列为发展对象（第13条）" in changes
    assert "变化" not in shown("第2步")


def test_a_rule_is_found_by_id_and_by_code():
    assert shown("V11-notice") == shown("list_target.notice") == shown("v11-NOTICE")
    lines = shown("V11-notice").splitlines()
    assert lines[0] == "列为发展对象前公示五个工作日以上 / public notice lasts five working days or more"
    assert lines[1] == "步骤：第8步“报上级党委同意、公示并列为发展对象”"
    assert "2026-05-11 起：登记了“列为发展对象时间”时，从“公示开始”到“公示结束”（首尾都算）不少于 5 个工作日" in lines
    assert lines[-2:] == ["2014-05-28 版 → 2026-05-11 版的变化", "  新增"]


def test_a_code_of_several_rules_shows_them_all_and_so_does_its_stem():
    assert shown("V46").count("审计代码：V46") == 2
    assert "list_target.after_notice" in shown("V11")
    assert "list_target.consent_before_notice" in shown("V11")


def test_a_rule_that_is_gone_is_shown_with_its_days():
    text = shown("list_target.filed")
    assert "2014-05-28 至 2026-05-10：" in text
    assert text.endswith("的变化\n  取消\n")


def test_a_rule_that_stayed_says_so():
    assert shown("apply.age").endswith("的变化\n  没有变化\n")
    assert shown("apply.age", "en").endswith("\n  nothing\n")
    assert "依据：第19条 → 第18条" in shown("V17-missing")
    assert "【说法】到会有表决权的正式党员" in shown("admit.quorum")


def test_an_article_is_shown_with_gist_sources_and_rules():
    text = shown("第十九条")
    newer, older = text.split("\n\n")
    for line in (
        "  怎样处理：由规定判断",
        "  其他版本：2014-05-28 版第20条",
        "    - 预审合格后一个月内提交支部大会讨论",
        "      第15步“支部大会讨论”；admit.within_a_month；审计代码：超期：V20-late；到期未办：V20-missing",
    ):
        assert line in newer.splitlines()
    assert older.startswith("第19条（2014-05-28 版）")
    assert "  其他版本：2026-05-11 版第18条" in older.splitlines()
    assert "  登记在：第1步“递交入党申请书”" in shown("第6条").splitlines()
    assert "  登记在：“退出程序（本人撤回、去世、除名等）”" in shown("第3条").splitlines()
    assert "other editions: art. 18 of 2026-05-11" in shown("art. 19", "en", edition=OLD)


def test_an_article_of_one_edition_alone_is_shown_as_its():
    assert shown("第45条").startswith("第45条（2014-05-28 版）")


def test_an_overlay_is_laid_on_and_marked():
    text = shown("training", overlays=["procuratorate"])
    assert "版本：2026-05-11 版，叠加 procuratorate" in text
    assert (
        "2026-06-01 起（叠加规定 procuratorate）：“培训主办单位”是党的工作委员会或者县级以上党委组织部门（空白不判断）"
        in text
    )
    assert "〔叠加 university〕" in shown("activist", overlays=["university"])
    assert "[university]" in shown("activist", "en", overlays=["university"])
    assert "from 2026-06-01 (overlay procuratorate): " in shown("activist_notice", "en", overlays=["procuratorate"])
    assert "依据：当地规定" in shown("PRO-wait", overlays=["procuratorate"])
    assert "2014-05-28 起：" in shown("training.trained", overlays=["procuratorate"])


def test_rules_of_an_overlay_that_cite_an_article_stand_under_it():
    assert "training.organized；审计代码：PRO-training" in shown("第17条", overlays=["procuratorate"])


def test_an_overlay_that_does_not_lie_on_the_edition_is_refused():
    with pytest.raises(UnknownLaw, match="procuratorate"):
        shown("training", edition=OLD, overlays=["procuratorate"])
    with pytest.raises(UnknownLaw):
        shown("training", overlays=["nowhere"])
    with pytest.raises(UnknownLaw):
        shown("training", edition=date(2000, 1, 1))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("预审", "上级党委预审"),
        ("pre_revew", "pre_review"),
        ("talk.within_a_mont", "talk.within_a_month"),
        ("V11-notise", "V11-notice"),
        ("上级党委审核", "上级党委审批"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name, near):
    with pytest.raises(UnknownName) as caught:
        shown(name)
    assert name in str(caught.value)
    assert caught.value.remedy is not None
    assert near in caught.value.remedy.zh
    assert near in caught.value.remedy.en


@pytest.mark.parametrize("name", ["第99条", "第99步", "100", "?", ""])
def test_a_name_near_nothing_is_told_what_would_do(name):
    with pytest.raises(UnknownName, match="步骤编号"):
        shown(name)


def test_a_name_of_an_overlay_alone_is_told_how_to_add_it():
    with pytest.raises(UnknownName, match="--overlay procuratorate"):
        shown("activist_notice")


def test_a_step_of_the_older_edition_alone_is_shown_from_there():
    text = show(
        law_of(without_early(EDITION.replace("give_back", "hand_in")), later(without_early(EDITION))), "hand_in"
    )
    assert "as" not in text
    assert "版本：2020-01-01 版" in text
    assert "  【取消】这一步骤" in text


def test_a_rule_that_left_and_came_back_counts_from_its_return():
    without = changed(EDITION, "      in_a_month:", "      in_another_month:")
    newest = changed(EDITION, 'edition: "2020-01-01"', 'edition: "2026-01-01"')
    law = law_of(EDITION, later(without), newest)
    assert "2026-01-01 起：“归还日期”" in show(law, "give_back.in_a_month")
    assert "2020-01-01 至 2024-06-30：“归还日期”" in show(law, "give_back.in_a_month", edition=date(2020, 1, 1))


def test_a_law_without_coverage_has_no_articles_to_show():
    with pytest.raises(UnknownName):
        show(law_of(coverage=""), "art. 1")
    with pytest.raises(UnknownName):
        show(law_of(), "art. 9")


def test_an_article_of_a_small_law_needs_neither_steps_nor_rules():
    text = show(law_of(EDITION, coverage=COVERAGE), "第1条")
    assert text == "第1条（2020-01-01 版）\n  先申请\n  怎样处理：指导性的，没有可登记的\n  来源：原文\n"


def test_a_procedure_without_stages_and_a_step_without_evidence_are_shown():
    text = EDITION[: EDITION.index("stages:")] + EDITION[EDITION.index("states:") :].replace("    stage: all\n", "")
    assert "阶段" not in show(law_of(text), "lend")


def test_a_change_of_stage_is_told():
    law = amended(
        ("  all: {zh: 全部, en: all}", "  all: {zh: 全部, en: all}\n  end: {zh: 末段, en: end}"),
        ("    number: 1\n    stage: all", "    number: 1\n    stage: end"),
    )
    assert "  【改变】阶段：全部 → 末段" in show(law, "ask").splitlines()


def test_find_tells_what_a_name_means():
    found = find(shipped(), shipped().editions, "2")
    assert (found.steps, found.articles, found.rules) == (("talk",), ("2",), ())
