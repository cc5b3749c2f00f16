"""What a definition says in rarer words is told to people, too; and when an overlay binds for part of its time."""

from __future__ import annotations

from datetime import date

from tests.law.test_demands import told
from tests.law.views import shipped
from workflow.law.step_changes import field_line, outcome_line
from workflow.law.timeline import between
from workflow.law.words import Words

D = date


def test_a_limit_of_no_days_is_told_as_the_day_itself():
    assert "不晚于" in told("convert.held_when_put_off_until", "zh")
    assert "后" not in told("convert.held_when_put_off_until", "zh").split("不晚于")[0]


def test_outcomes_that_need_not_be_complete_and_evidence_of_some_outcomes_only_are_told():
    newest = shipped().editions[-1]
    words = Words(newest, "en")
    step = newest.steps["admit"]
    assert "required evidence may be lacking" in outcome_line(step.outcomes["not_passed"], step, words)
    assert "only with some outcomes" in field_line(newest.steps["move"].evidence["counted_from"], words)


def test_an_overlay_binds_within_its_own_days_and_those_it_is_laid_for():
    overlay = shipped().definitions.overlays["procuratorate"]
    laid = between(overlay, D(2030, 1, 1), D(2031, 1, 1))
    assert laid is not None
    assert (laid.in_force, laid.until) == (D(2030, 1, 1), D(2031, 1, 1))
    whole = between(overlay, None, None)
    assert whole is not None
    assert (whole.in_force, whole.until) == (overlay.in_force, overlay.until)
    assert between(overlay, D(2030, 1, 1), D(2030, 1, 1)) is None
