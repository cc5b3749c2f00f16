"""What an entry must bring, and what follows from its outcome alone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.regulation.case import BOOK, WORLD
from workflow.case.history import IRREGULAR, ContradictoryEvidence, Entry, lacking, view
from workflow.case.values import Value
from workflow.rules.judge import Examiner

DAY = date(2026, 7, 1)
FULL: dict[str, Value] = {"due": 20, "present": 15, "in_favour": 12, "ballot": "secret", "singly": True}


@pytest.mark.parametrize(
    ("step", "outcome", "evidence", "lacks"),
    [
        ("admit", "passed", FULL, ()),
        ("admit", "passed", {}, ("due", "present", "in_favour", "ballot", "singly")),
        ("admit", "passed", FULL | {"present": None}, ("present",)),
        ("admit", "not_passed", {}, ()),  # what was refused is recorded as far as it is known
        ("admit", IRREGULAR, {}, ()),
        ("political_review", "passed", {}, ()),  # its conclusion follows from its outcome
        ("approve", "returned", {}, ()),
        ("approve", "approved", {}, ("body",)),  # who decided must be known where a power is needed
    ],
)
def test_required_evidence_is_asked_of_the_outcome_that_completes_a_step(step, outcome, evidence, lacks):
    entry = Entry(step, outcome, DAY, evidence)
    assert lacking(BOOK.edition_on(DAY), entry) == lacks
    reasons = Examiner(BOOK, WORLD).incomplete(entry)
    assert len(reasons) == bool(lacks)
    if lacks:
        step_def = BOOK.edition_on(DAY).steps[step]
        assert all(step_def.evidence[name].zh in reasons[0].what.zh for name in lacks)
        assert "第" in reasons[0].why.zh


def test_an_outcome_sets_its_conclusion():
    seen = view([Entry("apply", "received", DAY)], BOOK.edition_on, {})
    assert "apply.conclusion" not in seen.values
    story = [
        Entry("apply", "received", DAY),
        Entry("activist", "confirmed", DAY),
        Entry("list_target", "listed", DAY),
        Entry("political_review", "failed", DAY),
    ]
    assert view(story, BOOK.edition_on, {}).values["political_review.conclusion"] == "failed"


def test_a_conclusion_that_is_not_that_of_the_outcome_is_refused():
    story = [
        Entry("apply", "received", DAY),
        Entry("activist", "confirmed", DAY),
        Entry("list_target", "listed", DAY),
        Entry("political_review", "passed", DAY, {"conclusion": "failed"}),
    ]
    with pytest.raises(ContradictoryEvidence, match="不一致"):
        view(story, BOOK.edition_on, {})
