"""Which acts can be part of a plain history, worked out from definitions."""

from __future__ import annotations

import duckdb
import pytest

from tests.regulation.case import BOOK, CALENDAR
from tests.rules.procedure import BOOK as LENDING
from workflow.bulk import folding
from workflow.bulk.casting import Casting
from workflow.bulk.layout import Layout
from workflow.bulk.plain import MOST_SLOTS, plain_acts, several
from workflow.compliance.engines.duckdb import insert
from workflow.compliance.view.tables import create, know_people, lay_out
from workflow.law.timeline import Period

ACTS = plain_acts(BOOK.periods)
NEWEST = {(act.step, act.outcome): act for act in ACTS if act.period == 1}


def periods(**changed):
    """Return the newest edition alone with one step changed."""
    step, value = next(iter(changed.items()))
    edition = BOOK.newest.model_copy(update={"steps": BOOK.newest.steps | {step: value}})
    return (Period(None, None, edition),)


def outcome(step, name, **update):
    """Return a step with one outcome changed."""
    definition = BOOK.newest.steps[step]
    return definition.model_copy(
        update={"outcomes": definition.outcomes | {name: definition.outcomes[name].model_copy(update=update)}}
    )


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("pre_review", "failed"),  # goes back to the targets
        ("admit", "not_passed"),
        ("approve", "refused"),
        ("approve_conversion", "refused"),  # ends the rounds of other steps
        ("step_back", "to_activist"),
    ],
)
def test_what_goes_back_or_ends_a_round_is_not_plain(step, name):
    assert (step, name) not in NEWEST


def test_two_decisions_of_one_step_share_a_bit():
    assert NEWEST["examine", "failed"].slots & NEWEST["examine", "passed"].slots
    assert NEWEST["admit", "passed"].slots & NEWEST["admit", "reported"].slots == 0  # this adds to that


def test_an_act_on_the_way_cannot_stand_beside_a_refusal_after_which_it_might_come():
    assert NEWEST["list_target", "consented"].slots & NEWEST["list_target", "listed"].slots == 0
    assert NEWEST["list_target", "consented"].slots & NEWEST["list_target", "refused"].slots


def test_reviews_may_be_repeated_and_moves_may_not():
    assert NEWEST["cultivate", "reviewed"].slots == 0
    assert NEWEST["move", "handed_over"].slots > 0


def test_an_act_that_adds_and_decides_is_not_plain():
    acts = plain_acts(periods(talk=outcome("talk", "held", reason=True)))
    assert ("talk", "held") not in {(act.step, act.outcome) for act in acts}


def test_editions_that_disagree_about_the_states_have_no_plain_histories():
    edition = BOOK.newest.model_copy(update={"states": dict(reversed(BOOK.newest.states.items()))})
    assert plain_acts((*BOOK.periods, Period(None, None, edition))) == ()
    assert plain_acts((*LENDING.periods, *BOOK.periods)) == ()  # one of them has no states


def test_without_states_every_act_is_possible_and_may_come_once():
    acts = {(act.step, act.outcome): act for act in plain_acts(LENDING.periods)}
    assert acts.keys() == {("lend", "lent"), ("give_back", "given_back"), ("check", "checked")}
    assert {(act.lowest, act.highest, act.target) for act in acts.values()} == {(0, 0, None)}
    assert acts["lend", "lent"].slots & acts["give_back", "given_back"].slots == 0
    assert acts["lend", "lent"].slots > 0 == acts["check", "checked"].slots  # which repeats


def test_a_step_that_changed_from_once_to_often_is_not_plain():
    definition = BOOK.newest.steps["oath"].model_copy(update={"repeats": True})
    acts = plain_acts((*BOOK.periods, *periods(oath=definition)))
    assert "oath" not in {act.step for act in acts}


def test_there_are_only_so_many_bits():
    more = {f"oath_{number}": BOOK.newest.steps["oath"] for number in range(MOST_SLOTS)}
    edition = BOOK.newest.model_copy(update={"steps": BOOK.newest.steps | more})
    acts = plain_acts((Period(None, None, edition),))
    assert max(act.slots.bit_length() for act in acts) == MOST_SLOTS
    assert f"oath_{MOST_SLOTS - 1}" not in {act.step for act in acts}


def test_steps_of_which_several_acts_can_stand_together():
    assert several(BOOK.periods) == {"talk", "list_target", "admit", "convert"}


def test_a_case_of_a_procedure_without_states_is_odd_where_a_step_is_taken_again():
    casting = Casting(Layout(LENDING))
    types = casting.folding.entries.types
    with duckdb.connect() as connection:
        lay_out(connection, casting, CALENDAR)
        know_people(connection, None)
        create(connection, "entries", types)
        connection.execute(
            'INSERT INTO entries ("case", organization, number, kind, step, outcome, occurred_on, recorded_on) '
            "VALUES (1, 1, 1, 'act', 'lend', 'lent', DATE '2026-01-01', DATE '2026-01-01'), "
            "(2, 1, 1, 'act', 'lend', 'lent', DATE '2026-01-01', DATE '2026-01-01'), "
            "(2, 1, 2, 'act', 'lend', 'lent', DATE '2026-01-02', DATE '2026-01-02')"
        )
        found = connection.execute(f'SELECT "#case", "#odd" FROM ({casting.statement("entries", types)})').fetchall()
    assert sorted(found) == [(1, False), (2, True)]
    assert "#broken" in casting.types_of_round


def test_an_act_whose_word_finds_no_room_is_not_plain(monkeypatch):
    monkeypatch.setattr(folding, "SET_BITS", 3)
    few = Casting(Layout(BOOK)).folding
    assert len(few.sets) == 2  # with three words between them, of two bits and of one
    assert all(f"{act.step}.{field}" in few.sets for act in few.plain for field in act.sets)
    assert len(few.plain) < len(ACTS)


@pytest.mark.parametrize(
    ("days", "order", "body", "odd"),
    [
        (("2026-06-01", "2026-06-03", "2026-07-01"), (1, 2, 3), "general_meeting", False),
        (("2026-06-01", "2026-06-03", "2026-07-01"), (1, 2, 3), "nobody", True),  # a word that no edition knows
        (("2026-06-01", "2026-06-03", "2026-07-01"), (3, 1, 2), None, False),  # as the rows stand in the file
        (("2026-06-01", "2026-06-03", "0999-12-31"), (1, 2, 3), None, True),  # a day that is not laid out
        (("2026-06-01", "2026-06-03", "6742-01-01"), (1, 2, 3), None, True),
    ],
)
def test_a_plain_history_is_known_in_any_order_and_only_of_days_that_can_be_gathered(days, order, body, odd):
    casting = Casting(Layout(BOOK))
    types = casting.folding.entries.types
    steps = dict(zip((1, 2, 3), (("apply", "received"), ("talk", "held"), ("activist", "confirmed")), strict=True))
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")  # so that the rows are gathered as they stand
        lay_out(connection, casting, CALENDAR)
        know_people(connection, None)
        create(connection, "entries", types)
        head = {one: types[one] for one in ("case", "organization", "number", "kind", "step", "outcome", "occurred_on")}
        head |= {"activist.body": types["activist.body"]}
        create(connection, "given", head)
        cases = range(1, 201)  # more rows than there are acts: the smaller table is the one that is looked up
        insert(connection, "given", head, (
            (case, 1, number, "act", *steps[number], days[number - 1], body if number == max(order) else None)
            for case in cases for number in order
        ))  # fmt: skip
        connection.execute("INSERT INTO entries BY NAME SELECT * FROM given")
        found = connection.execute(f'SELECT "#odd" FROM ({casting.statement("entries", types)})').fetchall()
    assert found == [(odd,)] * len(cases)
