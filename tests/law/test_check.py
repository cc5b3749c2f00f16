"""What must hold inside one edition: every name exists and fits its use; each planted fault is found at its line."""

from __future__ import annotations

import pytest

from tests.law.small import EDITION, changed, edition, faults, line_under, with_rule
from workflow.law.check import bounded_above
from workflow.law.kinds import Outcome
from workflow.law.loader import load_edition
from workflow.law.model import Force, GovernedBy

ORDER, LIMIT = "lend.rules.in_order", "give_back.rules.in_a_month"
PLANTED = [
    # what stands in the text, what somebody wrote, where the fault is seen, what it says
    ("chain: [ask.on, lend.on]", "chain: [ask.on, lend.day]", ORDER, "no column “lend.day”"),
    ("chain: [ask.on, lend.on]", "chain: [ask.on, ask.due]", ORDER, "column “ask.due” is of a type"),
    ("first_filled: [ask.on, lend.on]", "first_filled: [ask.on, x.on]", "derived.asked_on", "no column “x.on”"),
    (
        "first_filled: [ask.on, lend.on]",
        "first_filled: [ask.on, ask.due]",
        "derived.asked_on",
        "“ask.due” is of a type",
    ),
    ("plus: lend.on", "plus: lend.off", "derived.due_on", "no column “lend.off”"),
    ("plus: lend.on", "plus: ask.way", "derived.due_on", "“ask.way” is of a type"),
    ("before: [give_back.on, due_on]", "before: [give_back.on, ask.due]", "derived.early", "“ask.due” is of a type"),
    ("lapsed_vote: ask", "lapsed_vote: lend", "derived.lapsed", "no column “lend.due”"),
    ("reached: lend}", "reached: lent}", "derived.lapsed", "no numbered step “lent”"),
    ("filled: [lend.on]", "filled: [lend.off]", "derived.lapsed", "no column “lend.off”"),
    ("initial: new", "initial: newer", "initial", "the initial state is not among the states"),
    ("initial: new\n", "", "initial", "the initial state is not among the states"),
    ("    number: 3", "    number: 2", "give_back.number", "same number as “lend”"),
    ("    stage: all", "    stage: one", "ask.stage", "no stage “one”"),
    ("    power: [desk]", "    power: [shelf]", "ask", "no body “shelf”"),
    ("    from: [lent]", "    from: [lost]", "give_back.from", "no state “lost”"),
    ("to: back}", "to: away}", "give_back.outcomes.back", "no state “away”"),
    ("refused, from: [new]", "refused, from: [now]", "ask.outcomes.refused", "no state “now”"),
    ("by: [desk], reason", "by: [dusk], reason", "ask.outcomes.refused", "no body “dusk”"),
    ("fills: refused_on", "fills: remark", "ask.outcomes.refused", "no day of this step “remark”"),
    ("fills: refused_on", "fills: refused_on, sets: {way: no}", "ask.outcomes.refused.sets.way", "can be “no”"),
    ("fills: refused_on", "fills: refused_on, sets: {sky: a}", "ask.outcomes.refused.sets.sky", "“sky” is no choice"),
    ("on: {type: day, zh: 借出日期", "off: {type: day, zh: 借出日期", "lend.evidence", "“on” must be a day"),
    ("codes: {late: L02}", "codes: {early: L02}", f"{LIMIT}.codes.early", "this kind has no outcome “early”"),
    ("codes: L01", "force: {late: soft}", f"{ORDER}.force.late", "this kind has no outcome “late”"),
    ("codes: {late: L02}", "online: refuse", f"{LIMIT}.online", "an upper bound cannot refuse"),
    ("codes: {late: L02}", 'online: "redo: hope"', f"{LIMIT}.online", "no step “hope”"),
    ("codes: L01", "governed_on: lend.off", ORDER, "no column “lend.off”"),
    ("codes: L01", "when: {ask.way: [secretly]}", ORDER, "column “ask.way” never holds “secretly”"),
    ("codes: L01", "when: {ask.agreed: [maybe, null]}", ORDER, "column “ask.agreed” never holds “maybe”"),
    ("codes: L01", "unless: [{lend.body: [shelf]}]", ORDER, "column “lend.body” never holds “shelf”"),
    ("codes: L01", "when: {ask.due: [many]}", ORDER, "column “ask.due” never holds “many”"),
    ("codes: L01", "when: {ask.weather: [fair]}", ORDER, "no column “ask.weather”"),
]


@pytest.mark.parametrize(("old", "new", "where", "message"), PLANTED)
def test_a_planted_fault_is_found_at_its_line(old, new, where, message):
    text = changed(EDITION, old, new)
    path = where if where.startswith(("derived", "initial")) else f"steps.{where}"
    found = [fault for fault in faults(text) if message in fault.what.en]
    assert [(fault.where, fault.line) for fault in found] == [(path, line_under(text, path))]


LOG = """\
log:
  activities: {Lent out: "lend:lent", Asked: ask}
  attributes: {ask.remark: note}
"""


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("Asked: ask", "Asked: task", "log.activities.Asked", "no step “task”"),
        ("lend:lent", "land:lent", "log.activities.Lent out", "no step “land”"),
        ("lend:lent", "lend:lost", "log.activities.Lent out", "no outcome “lost”"),
        ("ask.remark: note", "ask.mark: note", "log.attributes", "no column “ask.mark”"),
    ],
)
def test_what_a_log_names_and_the_procedure_lacks_is_found(old, new, where, message):
    assert load_edition(EDITION + LOG, "small.yaml")
    (fault,) = faults(changed(EDITION + LOG, old, new))
    assert (message in fault.what.en, fault.where, fault.line > EDITION.count("\n")) == (True, where, True)


def test_faults_of_every_sort_are_reported_at_once():
    text = EDITION
    for old, new, _, _ in (PLANTED[n] for n in (0, 4, 8, 10, 12, 13, 14, 15, 16, 21)):
        text = changed(text, old, new)
    assert len(faults(text)) == 10


BY = "presupposed_by: {reached: lend}"
KINDS = [
    ("kind: not_before\nfrom: ask.due\nact: lend.on\nmonths: 1", "ask.due"),
    ("kind: not_before\nfrom: ask.on\nact: ask.way\nmonths: 1", "ask.way"),
    ("kind: within\nfrom: lend.reminders\nact: lend.on\nmonths: 1", "lend.reminders"),
    ("kind: every\nfrom: lend.on\ndays: give_back.on\nmonths: 1", "give_back.on"),
    ("kind: every\nfrom: lend.on\ndays: lend.reminders\nto: ask.one\nmonths: 1", "ask.one"),
    ("kind: age\nborn: person.name\nact: lend.on\nyears: 6", "person.name"),
    ("kind: count\nof: [ask.one, ask.on]\nmin: 1", "ask.on"),
    ("kind: count\ndays: [ask.on, ask.due]\nmin: 1", "ask.due"),
    ("kind: count\namount: ask.way\nmin: 1", "ask.way"),
    ("kind: distinct\nof: [ask.one, ask.due]", "ask.due"),
    ("kind: standing\npeople: [ask.way]\non: lend.on\nmust_be: full_member", "ask.way"),
    ("kind: quorum\ndue: ask.due\npresent: ask.remark", "ask.remark"),
    ("kind: majority\ndue: ask.on\nin_favour: ask.in_favour\nfollowed_by: {reached: lend}", "ask.on"),
    ("kind: ballot\nballot: ask.due\nallowed: [secret]", "ask.due"),
    ("kind: tally\npresent: ask.present\nwritten: ask.due\ncast: [ask.in_favour, ask.on]", "ask.on"),
    ("kind: working_days\nfrom: ask.on\nto: ask.remark\nact: lend.on\nat_least: 5", "ask.remark"),
    (f"kind: outcome\ncolumn: ask.on\nforbidden: [bad]\n{BY}", "ask.on"),
    ("kind: decided_by\nbody: ask.one\nallowed: [desk]", "ask.one"),
    ("kind: once\ntimes: ask.on", "ask.on"),
    ("kind: consistent\ncolumns: [ask.one, ask.remark, ask.on]", "ask.on"),
    ("kind: consistent\ncolumns: [ask.due, ask.on]", "ask.on"),
    ("kind: recorded_within\nact: ask.on\nrecorded: ask.due\ndays: 7", "ask.due"),
    ("kind: any_of\nact: ask.one\nof: [{kind: count, amount: ask.due, min: 1}, {kind: count, amount: ask.due}]",
     "ask.one"),
    ("kind: any_of\nact: lend.on\nof: [{kind: count, amount: ask.on, min: 1}, {kind: count, amount: ask.due}]",
     "ask.on"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "column"), KINDS)
def test_a_column_that_a_kind_cannot_work_with_is_found(parameters, column):
    found = [fault.what.en for fault in faults(with_rule(parameters))]
    assert f"column “{column}” is of a type that does not fit" in found


@pytest.mark.parametrize(
    "parameters",
    [
        f"kind: evidence\nfields: [ask.on, ask.way, ask.remark]\n{BY}",
        "kind: consistent\ncolumns: [ask.on, person.born_on, asked_on, due_on]",
        "kind: not_before\nfrom: asked_on\nact: due_on\nmonths: 1",
        f"kind: outcome\ncolumn: ask.agreed\nforbidden: [false]\n{BY}",
        f"kind: outcome\ncolumn: early\nforbidden: [true]\n{BY}",
        "kind: decided_by\nbody: lend.body\nallowed: [desk, reader]",
        "kind: ballot\nballot: ask.way\nallowed: [secret]",
        "kind: every\nfrom: lend.on\ndays: lend.reminders\nmonths: 1",
        "kind: any_of\nact: lend.on\nof: [{kind: count, amount: ask.due, min: 1}, {kind: count, of: [ask.one]}]",
        "kind: order\nchain: [ask.on, lend.on]\nwhen: {ask.remark: [anything], lapsed: [false], ask.due: [null]}",
        "kind: order\nchain: [ask.on, lend.on]\nunless: [{ask.way: [open], person.name: [null]}]",
    ],
)
def test_columns_that_fit_are_accepted(parameters):
    load_edition(with_rule(parameters), "small.yaml")


def test_what_is_computed_from_an_unknown_column_is_reported_once():
    text = changed(EDITION, "first_filled: [ask.on, lend.on]", "first_filled: [x.on, lend.on]")
    text = changed(text, "kind: order\n        chain: [ask.on,", "kind: order\n        chain: [asked_on,")
    assert [fault.what.en for fault in faults(text)] == ["no column “x.on”"]


def test_an_alternative_is_bounded_above_only_when_all_are():
    within = edition().rules["give_back.in_a_month"][1].demand
    either = with_rule(
        "kind: any_of\nact: lend.on\nof: [{kind: count, amount: ask.due, min: 1}, {kind: count, of: [ask.one]}]"
    )
    assert bounded_above(within)
    assert not bounded_above(edition(either).rules["give_back.planted"][1].demand)


def test_a_procedure_without_states_and_numbers_needs_none():
    cut = EDITION[EDITION.index("states:") : EDITION.index("record:")]
    text = EDITION.replace(cut, "").replace("    from: [new]\n", "").replace("    from: [lent]\n", "")
    text = text.replace(", to: lent", "").replace(", to: back", "").replace("from: [new], ", "")
    text = text.replace("    number: 3\n", "")
    assert edition(text).numbered == ("ask", "lend")


def test_an_edition_knows_its_columns_rules_and_steps():
    small = edition()
    assert list(small.fields)[:3] == ["person.born_on", "person.name", "ask.on"]
    assert {name: step for name, (step, _) in small.rules.items()} == {
        "lend.in_order": "lend",
        "give_back.in_a_month": "give_back",
    }
    assert small.numbered == ("ask", "lend", "give_back")
    assert small.day_columns("lend") == ("lend.on", "lend.reminders")
    assert small.main_day("ask") == "ask.on"


def test_a_rule_knows_its_articles_codes_and_force():
    _, rule = edition().rules["give_back.in_a_month"]
    assert rule.articles == ("2", "3")
    assert (rule.code(Outcome.LATE), rule.code(Outcome.OVERDUE)) == ("L02", "")
    assert rule.force_of(Outcome.LATE) is Force.HARD
    soft = edition(changed(EDITION, "codes: {late: L02}", "force: {late: soft}")).rules["give_back.in_a_month"][1]
    assert (soft.force_of(Outcome.LATE), soft.force_of(Outcome.OVERDUE)) == (Force.SOFT, Force.HARD)
    assert soft.substance() != rule.substance()
    assert rule.governed_by is GovernedBy.ACT


def test_a_rule_lists_the_columns_of_its_conditions_once():
    text = changed(
        EDITION, "codes: L01", "when: {ask.way: [open]}\n        unless: [{ask.way: [open], lapsed: [true]}]"
    )
    assert edition(text).rules["lend.in_order"][1].conditions() == ("ask.way", "lapsed")
