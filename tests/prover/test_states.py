"""States: reachable, no dead end, one way each, nobody stranded; each proof with faults that it finds."""

from __future__ import annotations

from tests.prover.laws import BOTH, EDITION, NEWER, OVERLAY, Files, line_of, proof_of, refuted, replaced

REACHABLE = "every state and step can be reached"
DEAD_END = "no dead end"
ONE_WAY = "one way for each step and outcome"
STRANDED = "no cut-over strands a case"
GRANTED = "  granted: {zh: 已许可"
WITHOUT_STATES = """\
procedure: meeting
edition: "2020-01-01"
title: {zh: 会议, en: meeting}
source: {zh: 虚构, en: invented}
bodies: {all: {zh: 全体, en: everybody}}
steps:
  meet:
    {zh: 开会, en: meet, basis: art. 1, by: [all],
     outcomes: {held: {zh: 已开, en: held}}, evidence: {on: {type: day, zh: 日, en: day}}}
"""


def test_a_state_that_no_step_leads_to():
    text = replaced(EDITION, GRANTED, "  lost: {zh: 无人到达, en: unreached, final: true}\n" + GRANTED)
    assert refuted(Files(text)) == {REACHABLE: [("edition.yaml", line_of(text, "  lost:"))]}


def test_a_step_that_can_never_be_taken():
    text = replaced(
        EDITION,
        "by: [office]\n    from: [filed]\n    outcomes:\n      given",
        "by: [office]\n    outcomes:\n      given",
    )
    assert refuted(Files(text)) == {REACHABLE: [("edition.yaml", line_of(text, "  notice:\n    zh"))]}


def test_a_step_of_an_overlay_that_can_never_be_taken_is_shown_in_the_overlay():
    text = replaced(OVERLAY, "    from: [filed]\n", "")
    assert refuted(Files(overlays={"town": text})) == {REACHABLE: [("town.yaml", line_of(text, "  visit:"))]}


def test_a_state_without_a_way_to_an_end():
    text = replaced(EDITION, GRANTED, "  stuck: {zh: 死路, en: stuck}\n" + GRANTED)
    text = replaced(text, "to: closed}", "to: stuck}")
    found = refuted(Files(text))
    assert found[DEAD_END] == [("edition.yaml", line_of(text, "  stuck:"))]
    assert found[REACHABLE] == [("edition.yaml", line_of(text, "  closed:"))]


def test_a_circle_that_never_ends_is_a_dead_end_too():
    text = replaced(EDITION, "granted, final: true", "granted").replace("closed, final: true", "closed")
    assert len(refuted(Files(text))[DEAD_END]) == 4


def test_a_state_written_twice_gives_two_ways():
    text = replaced(EDITION, "from: [new]", "from: [new, new]")
    assert refuted(Files(text)) == {ONE_WAY: [("edition.yaml", line_of(text, "from: [new, new]"))]}


def test_an_outcome_may_only_narrow_the_states_of_its_step():
    text = replaced(EDITION, "en: refused, to: closed", "en: refused, from: [granted, granted], to: closed")
    here = ("edition.yaml", line_of(text, "en: refused, from"))
    assert refuted(Files(text)) == {ONE_WAY: [here, here]}  # outside the step, and written twice


def test_a_state_in_which_a_step_has_no_outcome():
    text = replaced(
        EDITION,
        "from: [filed]\n    outcomes:\n      given: {zh: 已公示, en: given}",
        "from: [filed, granted]\n    outcomes:\n      given: {zh: 已公示, en: given, from: [filed]}",
    )
    assert refuted(Files(text)) == {ONE_WAY: [("edition.yaml", line_of(text, "from: [filed, granted]"))]}


def test_a_state_that_the_newer_edition_no_longer_knows():
    older = replaced(EDITION, GRANTED, "  resting: {zh: 中止, en: resting, final: true}\n" + GRANTED)
    older = replaced(older, "given: {zh: 已公示, en: given}", "given: {zh: 已公示, en: given, to: resting}")
    found = refuted(Files(older, NEWER, BOTH))
    assert found[STRANDED] == [("newer.yaml", line_of(NEWER, "states:"))]


def test_a_state_that_the_newer_edition_does_not_lead_out_of():
    older = replaced(EDITION, GRANTED, "  resting: {zh: 中止, en: resting, final: true}\n" + GRANTED)
    older = replaced(older, "given: {zh: 已公示, en: given}", "given: {zh: 已公示, en: given, to: resting}")
    newer = replaced(NEWER, GRANTED, "  resting: {zh: 中止, en: resting}\n" + GRANTED)
    found = refuted(Files(older, newer, BOTH))
    assert found[STRANDED] == [("newer.yaml", line_of(newer, "  resting:"))]
    assert DEAD_END not in found  # nobody comes there under the newer edition, so only the cut-over shows it


def test_procedures_without_states_have_nothing_to_prove_here():
    law = Files(WITHOUT_STATES, coverage="").law()
    assert all(proof_of(law, name).holds for name in (REACHABLE, DEAD_END, ONE_WAY, STRANDED))
