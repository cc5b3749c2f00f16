"""What a rule demands in plain words: a sentence a kind, in both languages, with the numbers of the definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.law.small import edition, with_rule
from tests.law.views import shipped
from workflow.law.demands import sentence
from workflow.law.kinds import KINDS, Bilingual, Kind
from workflow.law.provisions import codes, conditions, governing, gravity, online
from workflow.law.source import read_source
from workflow.law.words import Words

SENTENCES = read_source((Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8"), "sentences.yaml").value


def told(rule_id: str, language: str) -> str:
    """Return the sentence for a shipped rule of the newest edition, spoken at its own step."""
    newest = shipped().editions[-1]
    step, rule = newest.rules[rule_id]
    return sentence(rule.demand, Words(newest, language).at(step))


@pytest.mark.parametrize("rule", SENTENCES["shipped"])
def test_a_shipped_rule_reads_as_people_speak(rule):
    assert {language: told(rule, language) for language in ("zh", "en")} == SENTENCES["shipped"][rule]


def test_an_extension_names_the_reason_it_needs():
    assert "特殊情况登记了“延长审批期限的书面理由”的，可以到 6 个月" in told("approve.within_three_months", "zh")
    assert "up to 6 months, with “written reason for the longer time” on file" in told(
        "approve.within_three_months", "en"
    )


def test_a_limit_that_needs_another_day_or_ends_with_a_step_says_so():
    assert "登记了“转正大会时间”之后，到期仍未办的，为逾期" in told("approve_conversion.within_three_months", "zh")
    assert "with “day of the meeting on conversion” (step 23) recorded, overdue" in told(
        "approve_conversion.within_three_months", "en"
    )
    assert "（已经办到第15步“支部大会讨论”或者更后的步骤的除外）" in told("admit.within_a_month", "zh")
    assert "(unless step 15 “Discussion by the general meeting” or a later step is reached)" in told(
        "admit.within_a_month", "en"
    )


def test_a_chain_names_every_day_in_its_order():
    assert told("approve.in_order", "zh").startswith(
        "每个日期都不早于前一个已登记的日期（可以同一天）：“入党申请时间” → “派人谈话时间”"
    )
    assert " → “day of passing” (step 13) → " in told("approve.in_order", "en")


@pytest.mark.parametrize("planted", SENTENCES["planted"], ids=lambda one: one["rule"].split()[1])
def test_a_kind_that_the_law_does_not_use_this_way_reads_well_too(planted):
    small = edition(with_rule(planted["rule"]))
    demand = small.rules["give_back.planted"][1].demand
    assert sentence(demand, Words(small, "zh", "give_back")) == planted["zh"]
    assert sentence(demand, Words(small, "en", "give_back")) == planted["en"]


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
    assert (
        provisions("activist.committee_decides", "zh")[0] == "只适用于“支部设有支部委员会（正式党员七人以上）”为“是”的"
    )
    assert provisions("request.written", "zh")[0] == (
        "不适用于“转正结论”为“取消预备党员资格”，以及“转正结论”为“延长预备期”且“预备期满前讨论”为“是”的"
    )
    assert (
        provisions("convert.not_before_the_end", "en")[0]
        == "only where “what was resolved” is “to be converted” or blank"
    )


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            "apply.age",
            "不予登记，等到合乎要求或者补上所缺之后再办",
            "refused until it is in order or what is missing has been done",
        ),
        (
            "talk.within_a_month",
            "如实登记，写明理由并由第二人确认，审计时仍列为问题",
            "recorded as it is, with a reason and a second person's confirmation; the finding stands",
        ),
        (
            "admit.within_a_month",
            "须重新办理第13步“上级党委预审”",
            "step 13 “Pre-review by the superior committee” must be repeated",
        ),
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
