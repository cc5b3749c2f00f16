"""Verdicts in people's words: the cells that show it, values as people write them, names hidden where asked."""

from datetime import date

import pytest

from tests.regulation.case import BOOK, LAW, WORLD, read_values
from tests.rules.procedure import BOOK as SMALL
from workflow.case.values import ABSENT, UNREADABLE
from workflow.errors import Text
from workflow.law.model import RuleDef
from workflow.rules.explain import Explainer, basis_text, shown
from workflow.rules.rulebook import Rulebook

D = date


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (None, "未登记", "not recorded"),
        ((), "未登记", "not recorded"),
        (UNREADABLE, "读不出", "unreadable"),
        (True, "是", "yes"),
        (False, "否", "no"),
        (D(2026, 7, 1), "2026-07-01", "2026-07-01"),
        ((D(2026, 7, 1), D(2026, 8, 1)), "2026-07-01、2026-08-01", "2026-07-01, 2026-08-01"),
        (20, "20", "20"),
        ("甲", "甲", "甲"),
    ],
)
def test_a_value_is_shown_as_people_write_it(value, zh: str, en: str) -> None:
    assert (shown(value, "zh"), shown(value, "en")) == (zh, en)


def evidence(rule: str, changes: str, as_of: str, headers: dict[str, str] | None = None, *, hide: bool = False) -> Text:
    judged = next(one for one in BOOK.judged if one.rule.id == rule)
    columns = BOOK.columns(read_values(changes), WORLD)
    day = D.fromisoformat(as_of)
    return Explainer(BOOK, headers or {}, hide_names=hide).evidence(judged, judged.judge(columns, day), columns, day)


def test_a_running_limit_that_ran_out_shows_its_last_day_and_the_day_of_the_audit() -> None:
    found = evidence(
        "talk.within_a_month", "apply.on=2026-10-20", "2026-11-21", {"apply.on": "申请", "talk.on": "谈话"}
    )
    assert found.zh == "申请 2026-10-20；谈话 空；期限 2026-11-20；截至 2026-11-21"
    assert found.en.endswith("due 2026-11-20; as of 2026-11-21")


def test_a_ledger_has_blank_cells_and_of_a_case_it_is_said_what_is_not_recorded() -> None:
    cells = evidence(
        "talk.within_a_month", "apply.on=2026-10-20", "2026-11-21", {"apply.on": "申请", "talk.on": "谈话"}
    )
    case = evidence("talk.within_a_month", "apply.on=2026-10-20", "2026-11-21")
    assert ("谈话 空" in cells.zh, "blank" in cells.en) == (True, True)
    assert ("派人谈话时间 未登记" in case.zh, "not recorded" in case.en) == (True, True)
    assert not any(word in case.zh + case.en for word in ("空", "blank"))


def test_what_shows_that_a_step_was_passed_over_is_shown() -> None:
    found = evidence("talk.within_a_month", "apply.on=2026-10-20; file_activist.on=2026-11-01", "2026-11-10")
    assert "积极分子备案时间 2026-11-01" in found.zh


def test_a_choice_is_shown_by_its_label() -> None:
    found = evidence(
        "political_review.passed", "political_review.conclusion=failed; pre_review.on=2027-08-20", "2028-01-01"
    )
    assert "政审结论 不合格" in found.zh
    assert "conclusion failed" in found.en


def test_names_and_free_text_are_hidden_where_asked_and_choices_are_not() -> None:
    changes = "contacts.name_1=预备; activist.on=2026-07-01; case.branch=一支部"
    assert "预备" in evidence("contacts.full_members", changes, "2026-08-01").zh
    hidden = evidence("contacts.full_members", changes, "2026-08-01", hide=True)
    assert "〔姓名〕" in hidden.zh
    assert "[name]" in hidden.en
    assert "预备" not in hidden.zh
    text = evidence(
        "activist.recommended", "activist.recommended_by=某人推荐; activist.on=2026-07-01", "2026-08-01", hide=True
    )
    assert "〔文字〕" in text.zh
    ballot = evidence("admit.secret_ballot", "admit.ballot=open", "2027-10-01", hide=True)
    assert "其他方式" in ballot.zh


def test_what_a_source_does_not_keep_is_not_taken_for_a_proof() -> None:
    judged = next(one for one in BOOK.judged if one.rule.id == "examine.held")
    columns = BOOK.columns({"pre_review.refused_on": ABSENT, "admit.on": D(2027, 9, 6)}, WORLD)
    verdict = judged.judge(columns, D(2027, 10, 1))
    assert "接收大会时间 2027-09-06" in Explainer(BOOK, {}).evidence(judged, verdict, columns, D(2027, 10, 1)).zh


def test_the_basis_names_edition_and_articles_or_the_local_rule() -> None:
    period = BOOK.periods[-1]
    rule = BOOK.newest.rules["choose_target.a_year_of_cultivation"][1]
    assert basis_text(period, rule).zh == "中国共产党发展党员工作细则（2026年修订）第13条、第12条"
    book = Rulebook(LAW, LAW.timeline(["university"]))
    local = next(wording for one in book.rules for _, wording in one.wordings if wording.basis == "local")
    assert basis_text(book.periods[-1], local).en.startswith("local rule")
    small = SMALL.newest.rules["lend.two_people"][1]
    bare = RuleDef.model_validate(small.model_dump(by_alias=True) | {"basis": "local"})
    assert basis_text(SMALL.periods[-1], bare).zh == "借阅办法"
