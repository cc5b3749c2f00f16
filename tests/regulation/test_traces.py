"""What is permitted and what is forbidden, as whole histories: see ``trace.py`` for how the files are written."""

import pytest

from tests.regulation.case import BOOK, WORLD
from tests.regulation.trace import begin, read_entry, said, traces
from workflow.rules.judge import judge_case
from workflow.rules.verdict import VerdictState


@pytest.mark.parametrize("name", traces())
def test_the_examiner_says_of_every_entry_what_the_trace_says(name: str) -> None:
    trace = traces()[name]
    walk = begin(trace)
    for number, raw in enumerate(trace["entries"], 1):
        where = f"{name}, entry {number}: {raw['do']} on {raw['on']}"
        before = walk.view().state
        assert walk.offer(read_entry(raw)) == said(raw), where
        assert walk.view().state == raw.get("state", before), where
        for step, rounds in raw.get("rounds", {}).items():
            assert walk.view().rounds[step] == rounds, where


@pytest.mark.parametrize("name", [name for name, trace in traces().items() if "judged" in trace])
def test_earlier_rounds_are_judged_as_they_were(name: str) -> None:
    trace = traces()[name]
    walk = begin(trace)
    for raw in trace["entries"]:
        walk.offer(read_entry(raw))
    verdicts = judge_case(BOOK, walk.view(), WORLD, trace["end"])
    found = {
        f"{one.rule} {one.round}": one.state.value for one in verdicts if one.state is not VerdictState.NOT_APPLICABLE
    }
    assert {key: found.get(key, "not_applicable") for key in trace["judged"]} == trace["judged"]


@pytest.mark.parametrize("name", traces())
def test_a_refused_entry_never_moves_the_case(name: str) -> None:
    trace = traces()[name]
    walk = begin(trace)
    for raw in trace["entries"]:
        before, entries = walk.view(), list(walk.entries)
        if {"refused", "impossible"} & set(walk.offer(read_entry(raw))):
            assert walk.entries == entries
            assert walk.view() == before


def test_every_rule_that_refuses_does_so_in_a_trace() -> None:
    refused = {rule for trace in traces().values() for raw in trace["entries"] for rule in raw.get("refused", ())}
    assert {rule.id for rule in BOOK.rules if rule.definition.online != "record"} - refused == set()


def test_no_rule_that_only_records_refuses_in_a_trace() -> None:
    refused = {rule for trace in traces().values() for raw in trace["entries"] for rule in raw.get("refused", ())}
    assert refused & {rule.id for rule in BOOK.rules if rule.definition.online == "record"} == set()


def test_every_outcome_of_every_step_is_tried() -> None:
    edition = BOOK.newest
    wanted = {f"{step} {outcome}" for step, found in edition.steps.items() for outcome in found.outcomes}
    assert wanted - {raw["do"] for trace in traces().values() for raw in trace["entries"]} == set()
