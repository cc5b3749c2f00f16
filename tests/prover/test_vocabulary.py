"""The vocabulary: kinds with formulas, derived columns in order, transitions and conventions that exist."""

from __future__ import annotations

import pytest

from tests.prover.laws import (
    BOTH,
    CONVENTIONS,
    COVERAGE,
    EDITION,
    NEWER,
    OVERLAY,
    TRANSITIONS,
    Files,
    line_of,
    places,
    proof_of,
    refuted,
    replaced,
    whole,
)
from workflow.law.kinds import AnyOf, Count, Order
from workflow.rules.clause import BUILDERS

WHOLE = "every kind has formulas and can be compared"
IN_ORDER = "derived columns do not go round"
DESCRIBED = "every cut-over is described"
EXIST = "conventions exist and cite what there is"
ANY_OF = """\
      some_way:
        kind: any_of
        act: grant.on
        of:
          - {kind: count, days: [notice.from_on, notice.on], min: 3}
          - {kind: not_before, from: notice.from_on, act: grant.on, days: 9}
        basis: art. 3
        text: {zh: 任一, en: either}
"""


@pytest.mark.parametrize("kind", [Count, AnyOf])
def test_a_kind_without_formulas_is_found_alone_or_as_an_alternative(monkeypatch, kind):
    text = EDITION + ANY_OF
    law = Files(text, coverage=replaced(COVERAGE, "[grant.in_time]", "[grant.in_time, grant.some_way]")).law()
    assert proof_of(law, WHOLE).holds
    gapped = {known: builder for known, builder in BUILDERS.items() if known is not kind}
    monkeypatch.setattr("workflow.prover.vocabulary.BUILDERS", gapped)
    assert places(proof_of(law, WHOLE)) == [("edition.yaml", line_of(text, "      some_way:", "kind:"))]


def test_a_kind_that_cannot_be_compared_with_itself_is_found(monkeypatch):
    monkeypatch.setattr(Order, "tighter", lambda *_: None)
    lines = [line_of(EDITION, mark, "kind:") for mark in ("      after_filing:", "      after_notice:")]
    assert places(proof_of(Files().law(), WHOLE)) == [("edition.yaml", line) for line in lines]


def test_a_derived_column_that_reads_one_below_it():
    text = replaced(EDITION, "first_filled: [notice.from_on, file.on]", "first_filled: [lapses_on, file.on]")
    assert places(proof_of(Files(text).law(), IN_ORDER)) == [("edition.yaml", line_of(text, "  known_on:"))]


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ('"2022-01-01": {zh: 当', '"2022-01-02": {zh: 当', ("cut_overs:", '"2022-01-02"')),
        ("  due: {zh: 期满之日, en: last day}\n", "", ("governed_by:",)),
        ("rule: grant.in_time", "rule: grant.nowhere", ("rule: grant.nowhere",)),
    ],
)
def test_a_mistake_in_the_transitions_is_found_on_its_line(old, new, mark):
    files = whole()
    files.transitions = replaced(TRANSITIONS, old, new)
    assert refuted(files)[DESCRIBED][-1] == ("transitions.yaml", line_of(files.transitions, *mark))


def test_a_change_of_editions_is_described():
    assert refuted(Files(newer=NEWER, coverage=BOTH)) == {DESCRIBED: [("permit/transitions.yaml", 1)]}
    files = whole()
    files.transitions = replaced(TRANSITIONS, '"2022-01-01": {zh: 当', '"2022-01-02": {zh: 当')
    assert len(refuted(files)[DESCRIBED]) == 2  # one cut-over missing, one too many


def test_a_convention_that_does_not_exist_is_found_where_it_is_named():
    files = whole()
    files.overlays = {"town": replaced(OVERLAY, "en: Visit the site", "en: see weeks in conventions.yaml")}
    assert refuted(files) == {EXIST: [("town.yaml", line_of(files.overlays["town"], "weeks"))]}
    files.overlays = {"town": replaced(OVERLAY, "zh: 踏勘\n", "zh: 见 conventions.yaml 的 weeks\n")}
    assert refuted(files) == {EXIST: [("town.yaml", line_of(files.overlays["town"], "weeks"))]}
    files.overlays = {"town": replaced(OVERLAY, "zh: 踏勘\n", "zh: 见 conventions.yaml 的 months\n")}
    assert refuted(files) == {}


def test_a_convention_cites_articles_of_the_newest_edition():
    files = whole()
    files.conventions = replaced(CONVENTIONS, "art. 3", "art. 9")
    assert refuted(files) == {EXIST: [("conventions.yaml", line_of(CONVENTIONS, "basis:"))]}
