"""Judging a whole case and examining a proposed act: every reason at once, each with article, figures and remedy."""

from datetime import date

from tests.regulation.case import BOOK, LIVED_2026, WORLD, read_values, until
from tests.regulation.trace import begin
from workflow.case.history import Entry
from workflow.law.model import Force
from workflow.rules.judge import Examination, Examiner, Refusal, StepRefused, judge_case
from workflow.rules.verdict import VerdictState

D = date
EXAMINER = Examiner(BOOK, WORLD)


def examine(to: str, changes: str, as_of: date) -> Examination:
    """Examine what the last of ``changes`` speaks of as the act."""
    before = until(to, LIVED_2026)
    step = changes.rsplit(";", 1)[-1].strip().split(".")[0]
    return EXAMINER.examine(before, before | read_values(changes), Entry(step, "", as_of), as_of)


def refusal(to: str, changes: str, as_of: date) -> Refusal:
    (one,) = examine(to, changes, as_of).refusals
    return one


def test_a_refusal_says_what_why_what_to_do_and_from_when() -> None:
    one = refusal("choose_target", "choose_target.heard_on=2027-05-30; choose_target.on=2027-05-31;"
                  "list_target.consented_on=2027-06-01; list_target.notice_from=2027-06-02;"
                  "list_target.notice_to=2027-06-08; list_target.on=2027-06-30", D(2027, 6, 30))  # fmt: skip
    assert one.rule == "choose_target.a_year_of_cultivation"
    assert one.step == "choose_target"
    assert "确定积极分子时间 2026-07-01" in one.what.zh
    assert "day of listing 2027-06-30" in one.what.en
    assert one.why.zh == "中国共产党发展党员工作细则（2026年修订）第13条、第12条"
    assert one.why.en.endswith("art. 13, art. 12")
    assert one.demand.en == "a target has been cultivated for a year or more"
    assert one.remedy is not None
    assert one.earliest == D(2027, 7, 1)
    assert (one.latest, one.redo) == (None, None)


def test_a_refusal_that_a_repeated_step_mends_names_the_step_and_the_last_day() -> None:
    one = refusal("fill_form", "admit.on=2027-09-21", D(2027, 9, 21))
    assert (one.rule, one.redo, one.latest) == ("admit.within_a_month", "pre_review", D(2027, 9, 20))


def test_a_refusal_may_know_no_remedy() -> None:
    one = refusal("fill_form", "admit.on=2027-09-06; admit.singly=no", D(2027, 9, 6))
    assert (one.rule, one.remedy, one.earliest) == ("admit.one_by_one", None, None)


def test_all_reasons_are_given_at_once_and_shown_as_lines_in_both_languages() -> None:
    found = examine("fill_form", "admit.on=2027-09-06; admit.due=20; admit.present=10; admit.singly=no;"
                    "admit.ballot=open", D(2027, 9, 6))  # fmt: skip
    assert [one.rule for one in found.refusals] == ["admit.quorum", "admit.secret_ballot", "admit.one_by_one"]
    error = StepRefused(found.refusals)
    assert error.refusals == found.refusals
    assert error.what.zh.count("\n") == error.what.en.count("\n") == len(found.refusals)
    assert "接收实到 10" in error.what.zh
    assert "call the meeting again" in error.what.en


def test_a_line_names_the_first_day_that_will_pass() -> None:
    early = refusal("training", "training.on=2027-08-06; examine.on=2027-08-05", D(2027, 8, 10))
    assert "最早可办日：2027-08-06" in StepRefused((early,)).what.zh
    assert "possible from 2027-08-06" in StepRefused((early,)).what.en


def test_a_late_act_is_a_concern_with_its_gravity_and_no_refusal() -> None:
    found = examine("assign", "oath.on=2027-11-09", D(2027, 11, 9))
    assert found.refusals == ()
    (one,) = found.concerns
    assert (one.rule, one.step, one.force) == ("oath.within_a_month", "oath", Force.SOFT)
    assert "期限 2027-11-08" in one.what.zh
    assert one.why.zh.endswith("第29条")
    assert one.remedy is not None


def test_a_concern_may_know_no_remedy() -> None:
    found = examine("oath", "move.on=2028-06-01; postpone.on=2028-08-01; postpone.until=2029-03-07", D(2028, 8, 1))
    assert [(one.rule, one.force, one.remedy) for one in found.concerns] == [
        ("postpone.by_six_months_at_most", Force.HARD, None)
    ]


def test_an_act_whose_limit_had_run_out_before_is_a_concern_all_the_same() -> None:
    assert [one.rule for one in examine("superior_talk", "approve.on=2027-12-11", D(2027, 12, 11)).concerns] == [
        "approve.within_three_months"
    ]


def test_what_was_broken_before_refuses_no_further_act() -> None:
    before = until("contacts", LIVED_2026) | read_values("activist.recommended_by=blank; file_activist.on=2026-06-30")
    act = Entry("cultivate", "reviewed", D(2026, 12, 28))
    found = EXAMINER.examine(before, before | read_values("cultivate.reviews=2026-12-28"), act, act.occurred_on)
    assert (found.refusals, found.concerns) == ((), ())


def test_the_latest_rounds_and_every_earlier_one_are_judged() -> None:
    walk = begin({"after": {"trace": "extended once, then converted", "through": "approve_conversion"}, "entries": []})
    verdicts = judge_case(BOOK, walk.view(), WORLD, D(2029, 4, 2))
    assert len(verdicts) > len(BOOK.judged)
    assert {one.round for one in verdicts if one.step == "convert"} == {1, 2}
    assert {one.round for one in verdicts if one.step == "apply"} == {1}
    assert [one for one in verdicts if one.state is VerdictState.VIOLATED] == []


def test_no_lawful_history_has_a_breach_in_any_round() -> None:
    for name in ("lived under the edition of 2026", "lived under the edition of 2014"):
        walk = begin({"after": {"trace": name, "through": "archive"}, "entries": []})
        verdicts = judge_case(BOOK, walk.view(), WORLD, max(entry.occurred_on for entry in walk.entries))
        assert [one for one in verdicts if one.state is VerdictState.VIOLATED] == []
