"""Local practice laid over an edition: what it may add, and the line that loosens is named."""

from __future__ import annotations

from datetime import date
from textwrap import indent

import pytest

from tests.law.small import EDITION, OVERLAY, changed, edition, line_under, overlay, rule
from workflow.law.model import Edition
from workflow.law.overlay import compose, in_force

STEP = """\
zh: 押金
en: Deposit
basis: local
by: [cashier]
from: [new]
outcomes:
  paid: {zh: 已付, en: paid}
evidence:
  on: {type: day, zh: 付款日期, en: day paid}
"""
BODIES = "bodies:\n  cashier: {zh: 收银台, en: cashier}\n"
LIMIT = "kind: within\nfrom: lend.on\nact: give_back.on\nmonths: {months}\n"


def added_step(text: str = STEP) -> str:
    """Return an overlay that adds a step."""
    return f"{BODIES}add_steps:\n  deposit:\n{indent(text, '    ')}"


def instead(step: str, name: str, parameters: str, **more: str) -> str:
    """Return an overlay that gives a rule again, or another one beside it."""
    return f"steps:\n  {step}:\n    rules:\n      {name}:\n{indent(rule(parameters, **more), ' ' * 8)}"


def limit(months: int = 1, **more: str) -> str:
    """Return an overlay that gives the limit for giving back again."""
    return instead("give_back", "in_a_month", LIMIT.format(months=months), **more)


def found(text: str, base: Edition | None = None) -> list[tuple[str, int, str]]:
    """Return the faults of an overlay: where, on which line, what."""
    laid, source = overlay(text)
    return [(fault.where, fault.line, fault.what.en) for fault in compose(base or edition(), laid, source).faults]


def test_an_overlay_adds_steps_bodies_evidence_and_rules():
    text = added_step() + (
        "steps:\n"
        "  lend:\n"
        "    evidence:\n"
        "      paper: {type: paper, zh: 借据, en: receipt}\n"
        "      on: {type: day, zh: 借出日期, en: day lent, required: true}\n"
        "    rules:\n"
        "      paid:\n" + indent(rule("kind: order\nchain: [deposit.on, lend.on]"), " " * 8)
    )
    laid, source = overlay(text)
    base = edition()
    before = dict(base.fields), dict(base.rules), base.numbered
    composed = compose(base, laid, source)
    assert composed.faults == ()
    assert composed.edition.overlays == ("town",)
    assert composed.edition.fields.keys() - base.fields.keys() == {"deposit.on", "lend.paper"}
    assert composed.edition.fields["lend.paper"].added_by == "town"
    assert composed.edition.rules.keys() - base.rules.keys() == {"lend.paid"}
    assert composed.edition.bodies.keys() - base.bodies.keys() == {"cashier"}
    assert (base.fields, base.rules, base.numbered) == before


def test_two_overlays_lie_on_one_another():
    one, of_one = overlay(added_step())
    other, of_other = overlay(limit(1, codes="{late: T01}").replace("overlay: town", "overlay: village"))
    both = compose(compose(edition(), one, of_one).edition, other.model_copy(update={"overlay": "village"}), of_other)
    assert both.faults == ()
    assert both.edition.overlays == ("town", "village")


BACK = "steps.give_back.rules.in_a_month"
LOOSER = "loosens the rule that it replaces"
REPLACED = [
    # what the overlay says of the limit for giving back, where the fault is, what it says; nothing: it is tighter
    (limit(1, codes="{late: L02}"), None, ""),
    (limit(1, codes="{late: T02, overdue: T03}"), None, ""),
    (limit(2, codes="{late: L02}"), BACK, LOOSER),
    (limit(1, codes="{late: L02}", when="{ask.way: [open]}"), BACK, "may not change when the rule applies"),
    (limit(1, codes="{late: L02}", unless="[{ask.way: [open]}]"), BACK, "may not change when the rule applies"),
    (limit(1, codes="{late: L02}", governed_by="due"), BACK, "may not change when the rule applies"),
    (limit(1, codes="{late: L02}", governed_on="ask.on"), BACK, "may not change when the rule applies"),
    (limit(1, codes="{late: L02}", force="soft"), f"{BACK}.force", "makes a hard rule soft"),
    (limit(1, codes="{late: L02}", force="{late: soft}"), f"{BACK}.force", "makes a hard rule soft"),
    (limit(1), BACK, "drops a code: findings would vanish"),
    (limit(1, codes="{overdue: L02}"), f"{BACK}.codes", "drops a code: findings would vanish"),
    (limit(1, codes="{late: L02}", online="refuse"), f"{BACK}.online", "an upper bound cannot refuse"),
    (instead("give_back", "in_a_month", LIMIT.format(months=0) + "days: 7\n", codes="{late: L02}"), BACK,
     "this rule cannot be compared with the one it replaces"),
    (instead("give_back", "in_a_month", "kind: order\nchain: [lend.on, give_back.on]"), BACK,
     "this rule cannot be compared with the one it replaces"),
    (instead("lend", "in_order", "kind: order\nchain: [ask.on, lend.on]", codes="L01", online="refuse"), None, ""),
    (instead("lend", "in_order", "kind: order\nchain: [ask.on, lend.on]", codes="L01"), "steps.lend.rules.in_order",
     "no longer refuses what the base refuses"),
    (instead("lend", "in_order", "kind: order\nchain: [ask.on, lend.on]", codes="L01", online='"redo: ask"'),
     "steps.lend.rules.in_order.online", "no longer refuses what the base refuses"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "message"), REPLACED)
def test_a_rule_given_again_must_demand_at_least_as_much(text, where, message):
    faults = found(text)
    assert [place.startswith(where) for place, _, _ in faults] == ([] if where is None else [True])
    assert all(message in what for _, _, what in faults)
    assert all(line == line_under(OVERLAY + text, place) for place, line, _ in faults)


def test_repeating_a_step_may_give_way_to_refusing():
    base = edition(changed(EDITION, "online: refuse", 'online: "redo: ask"'))
    order = "kind: order\nchain: [ask.on, lend.on]"
    assert found(instead("lend", "in_order", order, codes="L01", online="refuse"), base) == []
    assert found(instead("lend", "in_order", order, codes="L01", online='"redo: ask"'), base) == []
    assert len(found(instead("lend", "in_order", order, codes="L01"), base)) == 1


def test_what_cannot_be_waived_stays_so():
    line = next(line for line in EDITION.splitlines() if line.strip() == "online: refuse")
    margin = line[: -len(line.lstrip())]
    base = edition(changed(EDITION, "online: refuse", f"online: refuse\n{margin}waivable: false"))
    order = "kind: order\nchain: [ask.on, lend.on]"
    said = found(instead("lend", "in_order", order, codes="L01", online="refuse"), base)
    assert [what for _, _, what in said] == ["the rule that it replaces cannot be waived"]
    assert found(instead("lend", "in_order", order, codes="L01", online="refuse", waivable="false"), base) == []


def test_every_way_of_loosening_is_reported_at_once():
    text = limit(2, force="soft", when="{ask.way: [open]}")
    assert [what for _, _, what in found(text)] == [
        LOOSER, "may not change when the rule applies", "makes a hard rule soft",
        "drops a code: findings would vanish",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (added_step().replace("  deposit:", "  ask:"), "add_steps.ask", "there is a step “ask” already"),
        (added_step(f"number: 4\n{STEP}"), "add_steps.deposit.number", "has no number"),
        (added_step(f"opens: true\n{STEP}"), "add_steps.deposit.opens", "opens no case"),
        (added_step(STEP.replace("en: paid", "en: paid, to: back")), "add_steps.deposit.outcomes.paid.to",
         "moves no state"),
        (added_step(STEP.replace("[cashier]", "[banker]")), "add_steps.deposit", "no body “banker”"),
        (added_step(STEP.replace("[new]", "[newer]")), "add_steps.deposit.from", "no state “newer”"),
        ("bodies:\n  desk: {zh: 桌, en: table}\n", "bodies.desk", "there is a body “desk” already"),
        ("steps:\n  buy:\n    rules: {}\n", "steps.buy", "there is no step “buy”"),
        (instead("lend", "planted", "kind: order\nchain: [ask.on, ask.off]"), "steps.lend.rules.planted",
         "no column “ask.off”"),
        ("steps:\n  lend:\n    evidence:\n      on: {type: plan, zh: 日, en: day, required: true}\n",
         "steps.lend.evidence.on", "may add evidence or require it"),
        ("steps:\n  lend:\n    evidence:\n      on: {type: day, zh: 日, en: day}\n", "steps.lend.evidence.on",
         "may add evidence or require it"),
        ("steps:\n  ask:\n    evidence:\n      way: {type: choice, zh: 式, en: way, values: {open: {zh: 举, en: o}}}\n",
         "steps.ask.evidence.way", "may add evidence or require it"),
    ],
)  # fmt: skip
def test_what_an_overlay_may_not_do_is_found_at_its_line(text, where, message):
    (place, line, what), *_ = found(text)
    assert (place, line) == (where, line_under(OVERLAY + text, where))
    assert message in what


def test_the_same_body_may_be_named_again():
    assert found("bodies:\n  desk: {zh: 服务台, en: desk}\n") == []


def test_an_overlay_lies_only_on_editions_that_it_extends():
    later = edition(EDITION.replace('"2020-01-01"', '"2022-01-01"'))
    laid, source = overlay(added_step())
    composed = compose(later, laid, source)
    assert composed.edition is later
    assert [str(fault) for fault in composed.faults] == [
        "overlays/town.yaml:5: extends: 没有声明适用于 2022-01-01 版 / does not extend edition 2022-01-01"
    ]


@pytest.mark.parametrize(
    ("until", "day", "expected"),
    [
        (None, "2020-12-31", False),
        (None, "2021-01-01", True),
        (None, "2099-01-01", True),
        ("2022-01-01", "2021-12-31", True),
        ("2022-01-01", "2022-01-01", False),
    ],
)
def test_an_overlay_is_in_force_from_its_first_day_to_the_day_before_its_end(until, day, expected):
    laid, _ = overlay(f'until: "{until}"\n' if until else "")
    assert in_force(laid, date.fromisoformat(day)) is expected
