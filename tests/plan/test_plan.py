"""Earliest and latest lawful days of what is to come, and what determines each."""

from collections.abc import Mapping
from datetime import date

import pytest

from tests.regulation.case import BOOK, LIVED_2026, WORLD, read_values, until
from tests.rules.procedure import BOOK as SMALL
from tests.rules.procedure import small_law
from workflow.case.values import ABSENT, UNREADABLE
from workflow.plan import NOTHING_TO_WAIT_FOR, Limit, Planned, make_plan
from workflow.rules.rulebook import Rulebook

D = date


def plan(to: str, as_of: str, changes: str = "", what_if: Mapping[str, date] | None = None) -> dict[str, Planned]:
    values = until(to, LIVED_2026) | read_values(changes)
    return {one.step: one for one in make_plan(BOOK, values, WORLD, D.fromisoformat(as_of), what_if)}


def earliest(one: Planned) -> tuple[str, str, str]:
    return (one.earliest.day.isoformat(), one.earliest.rule, one.earliest.counted_from)


def latest(one: Planned) -> tuple[str, str, str] | None:
    return (one.latest.day.isoformat(), one.latest.rule, one.latest.counted_from) if one.latest else None


@pytest.mark.parametrize(
    ("title", "to", "as_of", "step", "first", "last"),
    [
        ("the talk is due a month after the letter", "apply", "2026-05-21", "talk",
         ("2026-05-21", "approve.in_order", "apply.on"), ("2026-06-20", "talk.within_a_month", "apply.on")),
        ("a target is listed a year after the activist", "cultivate", "2027-01-01", "list_target",
         ("2027-07-01", "choose_target.a_year_of_cultivation", "cultivation_from"), None),
        ("the meeting follows within a month of the pre-review", "fill_form", "2027-08-26", "admit",
         ("2027-08-26", "", ""), ("2027-09-20", "admit.within_a_month", "pre_review.on")),
        ("the approval has three months from the report", "superior_talk", "2027-09-21", "approve",
         ("2027-09-21", "", ""), ("2027-12-10", "approve.within_three_months", "approval_clock_on")),
        ("the oath has a month from the approval", "assign", "2027-10-14", "oath",
         ("2027-10-14", "", ""), ("2027-11-08", "oath.within_a_month", "approve.on")),
        ("conversion waits for the end of probation", "request", "2028-08-29", "convert",
         ("2028-09-06", "convert.not_before_the_end", "probation_due_on"), None),
        ("the conversion is approved within three months of the report", "convert", "2028-09-10", "approve_conversion",
         ("2028-09-10", "", ""), ("2028-12-08", "approve_conversion.within_three_months", "conversion_clock_on")),
    ],
)  # fmt: skip
def test_the_day_and_what_determines_it(title, to, as_of, step, first, last) -> None:
    one = plan(to, as_of)[step]
    if first[1]:
        assert earliest(one) in (first, (as_of, "", "")), title
        assert one.earliest.day == max(D.fromisoformat(first[0]), D.fromisoformat(as_of)), title
    else:
        assert earliest(one) == first, title
        assert one.earliest.text == NOTHING_TO_WAIT_FOR
    assert latest(one) == last, title


def test_what_is_counted_from_a_planned_day_is_provisional() -> None:
    found = plan("examine", "2027-08-11")
    assert latest(found["admit"]) == ("2027-09-11", "admit.within_a_month", "pre_review.on")
    assert found["admit"].latest is not None
    assert found["admit"].latest.provisional
    assert not found["pre_review"].earliest.provisional
    assert found["convert"].earliest.day == D(2028, 8, 11)


def test_a_limit_that_has_run_out_can_only_be_kept_late() -> None:
    found = plan("fill_form", "2027-09-21")
    assert found["admit"].late
    assert not found["superior_talk"].late


def test_the_listing_waits_for_five_working_days_of_notice() -> None:
    changes = "activist.on=2025-07-01; choose_target.on=2026-09-20; choose_target.heard_on=2026-09-20;"
    found = plan("choose_target", "2026-09-28", changes + "list_target.consented_on=2026-09-25")
    assert earliest(found["list_target"]) == ("2026-10-10", "list_target.after_notice", "list_target.notice_to")
    given = plan("choose_target", "2026-10-07", changes + "list_target.consented_on=2026-09-25;"
                 "list_target.notice_from=2026-10-08; list_target.notice_to=2026-10-13")  # fmt: skip
    assert given["list_target"].earliest.day == D(2026, 10, 14)


def test_carried_time_brings_the_listing_forward() -> None:
    assert plan("cultivate", "2026-12-29", "move.counted_from=2026-03-01")["list_target"].earliest.day == D(2027, 3, 1)


def test_an_assumed_day_stays_in_the_plan_and_moves_what_follows() -> None:
    found = plan("fill_form", "2027-08-26", what_if={"admit.on": D(2027, 9, 15)})
    assert found["admit"].assumed
    assert latest(found["admit"]) == ("2027-09-20", "admit.within_a_month", "pre_review.on")
    assert not found["approve"].assumed
    assert found["convert"].earliest.day == D(2028, 9, 15)
    assert found["superior_talk"].earliest.day == D(2027, 9, 15)


def test_a_recorded_day_is_not_assumed_away() -> None:
    found = plan("admit", "2027-09-11", what_if={"admit.on": D(2027, 9, 20)})
    assert "admit" not in found
    assert found["convert"].earliest.day == D(2028, 9, 6)


def test_a_day_that_cannot_be_read_is_neither_planned_nor_counted_from() -> None:
    found = plan("fill_form", "2027-08-26", "pre_review.on=unreadable")
    assert "pre_review" not in found
    assert found["admit"].latest is None


def test_the_next_review_is_due_half_a_year_after_the_last() -> None:
    assert latest(plan("cultivate", "2027-01-10", "cultivate.reviews=2026-12-28")["cultivate"]) == (
        "2027-06-28", "cultivate.half_yearly", "cultivate.reviews",
    )  # fmt: skip
    assert plan("contacts", "2027-01-02")["cultivate"].late
    assert "cultivate" not in plan("list_target", "2027-08-01")
    assert "cultivate" not in plan("contacts", "2027-01-02", "cultivate.reviews=unreadable")


def test_the_law_of_the_as_of_day_plans() -> None:
    values = {"apply.on": D(2026, 4, 1), "pre_review.on": D(2026, 4, 20)}
    before = {one.step: one for one in make_plan(BOOK, values, WORLD, D(2026, 5, 10))}
    after = {one.step: one for one in make_plan(BOOK, values, WORLD, D(2026, 5, 11))}
    assert before["admit"].latest is None
    assert latest(after["admit"]) == ("2026-05-20", "admit.within_a_month", "pre_review.on")


def test_rules_that_do_not_apply_plan_nothing() -> None:
    lapsed = "admit.in_favour=5; admit.reported_on=blank"
    assert latest(plan("admit", "2027-09-07")["approve"]) == (
        "2027-12-10", "approve.within_three_months", "approval_clock_on",
    )  # fmt: skip
    assert plan("admit", "2027-09-07", lapsed)["approve"].latest is None


def test_what_the_source_of_a_case_has_no_column_for_counts_as_blank() -> None:
    values = until("request", LIVED_2026)
    found = {one.step: one for one in make_plan(BOOK, values | {"postpone.on": ABSENT}, WORLD, D(2028, 8, 29))}
    assert found["convert"].latest is None  # nobody put anything off
    moved = plan("request", "2028-08-29", "postpone.on=2028-08-01; postpone.until=2029-01-10")
    assert latest(moved["convert"]) == ("2029-01-10", "convert.held_when_put_off_until", "postpone.until")


def test_a_reason_on_file_makes_the_limit_longer() -> None:
    found = plan("superior_talk", "2027-12-20", "approve.longer_reason=延1")
    assert latest(found["approve"]) == ("2028-03-10", "approve.within_three_months", "approval_clock_on")
    assert not found["approve"].late


def test_a_finished_case_has_no_plan() -> None:
    assert plan("archive", "2029-01-01") == {}


def test_a_procedure_without_states_is_planned_by_its_rules() -> None:
    found = {one.step: one for one in make_plan(SMALL, {"lend.asked_on": D(2026, 3, 1)}, WORLD, D(2026, 3, 2))}
    assert earliest(found["lend"]) == ("2026-03-03", "lend.cooled_off", "lend.asked_on")
    assert found["give_back"].latest is not None
    assert (found["give_back"].latest.day, found["give_back"].latest.provisional) == (D(2026, 3, 13), True)
    assert "check" not in found
    lent = [one for one in make_plan(SMALL, {"lend.on": D(2026, 3, 1)}, WORLD, D(2026, 3, 2)) if one.step == "check"]
    assert [latest(one) for one in lent] == [
        ("2026-04-01", "check.monthly", "check.days"), ("2026-03-31", "check.each_month", "check.days"),
    ]  # fmt: skip
    unread = {one.step: one for one in make_plan(SMALL, {"lend.on": UNREADABLE}, WORLD, D(2026, 3, 2))}
    assert set(unread) == {"give_back"}


CIRCULAR = """
procedure: circle
edition: "2020-01-01"
title: {zh: 循环, en: circle}
source: {zh: 虚构, en: invented}
bodies: {desk: {zh: 服务台, en: desk}}
steps:
  one: &step
    number: 1
    zh: 一
    en: one
    basis: art. 1
    by: [desk]
    outcomes: {done: {zh: 已办, en: done}}
    evidence: {on: {type: day, zh: 日期, en: day}}
    rules: {late: {kind: not_before, from: two.on, act: one.on, months: 1, basis: art. 1, text: {zh: 后, en: after}}}
  two:
    number: 2
    zh: 二
    en: two
    basis: art. 1
    by: [desk]
    outcomes: {done: {zh: 已办, en: done}}
    evidence: {on: {type: day, zh: 日期, en: day}}
    rules: {late: {kind: not_before, from: one.on, act: two.on, months: 1, basis: art. 1, text: {zh: 后, en: after}}}
"""


def test_demands_that_wait_for_one_another_do_not_hang_the_plan() -> None:
    law = small_law(CIRCULAR)
    book = Rulebook(law, law.timeline())
    found = make_plan(book, {}, WORLD, D(2026, 1, 1))
    assert [one.step for one in found] == ["one", "two"]
    assert all(one.earliest.day > D(2030, 1, 1) for one in found)


def test_a_limit_without_a_rule_says_that_there_is_nothing_to_wait_for() -> None:
    assert Limit(D(2026, 1, 1)).text == NOTHING_TO_WAIT_FOR
