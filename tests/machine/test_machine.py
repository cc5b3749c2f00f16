"""The shared machine of an edition: one table, no models, errors that say from where a step can be taken."""

import pytest

from tests.regulation.case import BOOK
from workflow.machine import StepImpossible, advance, edges, machine_of, possible

EDITION = BOOK.newest
ALL = list(EDITION.states)


@pytest.mark.parametrize("edge", edges(EDITION), ids=" ".join)
def test_the_machine_moves_along_every_edge_of_the_edition(edge: tuple[str, str, str, str]) -> None:
    state, step, outcome, target = edge
    assert advance(EDITION, state, step, outcome) == target


def test_the_machine_moves_along_no_other_edge() -> None:
    known = {edge[:3] for edge in edges(EDITION)}
    others = [
        (state, step, outcome)
        for state in ALL
        for step, definition in EDITION.steps.items()
        for outcome in definition.outcomes
        if (state, step, outcome) not in known
    ]
    for state, step, outcome in others:
        with pytest.raises(StepImpossible):
            advance(EDITION, state, step, outcome)
    assert len(others) + len(known) == len(ALL) * sum(len(step.outcomes) for step in EDITION.steps.values())


def test_an_impossible_step_says_where_the_case_stands_and_from_where_it_is_possible() -> None:
    with pytest.raises(StepImpossible) as refused:
        advance(EDITION, "applicant", "oath", "sworn")
    assert "入党申请人" in refused.value.what.zh
    assert "“applicant”" in refused.value.what.en
    assert refused.value.remedy is not None
    assert "预备党员" in refused.value.remedy.zh


def test_an_outcome_that_is_possible_in_fewer_states_names_those() -> None:
    with pytest.raises(StepImpossible) as refused:
        advance(EDITION, "extended", "convert", "extended")
    assert refused.value.remedy is not None
    assert refused.value.remedy.en == "possible at: probationary member"


@pytest.mark.parametrize(("step", "outcome"), [("dance", "danced"), ("oath", "refused")])
def test_an_unknown_step_or_outcome_is_named(step: str, outcome: str) -> None:
    with pytest.raises(StepImpossible, match=f"“{outcome}”"):
        advance(EDITION, "probationary", step, outcome)


def test_a_state_that_does_not_exist_is_shown_as_it_is() -> None:
    with pytest.raises(StepImpossible, match="nowhere"):
        advance(EDITION, "nowhere", "oath", "sworn")


def test_the_machine_is_built_once_and_keeps_no_model_and_no_shortcut() -> None:
    machine = machine_of(EDITION)
    advance(EDITION, "new", "apply", "received")
    assert machine_of(EDITION.model_copy()) is machine
    assert machine.models == []
    assert not [name for name in machine.events if name.startswith("to_")]
    assert not [event for event in machine.events.values() for kept in event.transitions.values()
                for one in kept if one.conditions or one.before or one.after]  # fmt: skip


def test_what_is_possible_in_a_state_is_what_can_be_taken_there() -> None:
    assert set(possible(EDITION, "new")) == {"apply", "direct_admission"}
    assert possible(EDITION, "extended")["convert"] == ("converted", "revoked", "not_passed", "reported")
    assert possible(EDITION, "withdrawn") == {}
    for state in ALL:
        assert {(state, step, outcome) for step, found in possible(EDITION, state).items() for outcome in found} == {
            edge[:3] for edge in edges(EDITION) if edge[0] == state
        }
