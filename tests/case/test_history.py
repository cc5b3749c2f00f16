"""The fold of entries: rounds, what a repetition takes with it, irregular acts and evidence that does not exist."""

from datetime import date

import pytest

from tests.regulation.case import BOOK
from tests.regulation.trace import Walk, begin, traces
from tests.rules.procedure import BOOK as LENDING
from workflow.case.history import CaseView, Entry, Round, UnknownEvidence, view
from workflow.case.record import EntryKind, Recorded, replay
from workflow.case.values import UNREADABLE, Value
from workflow.machine import StepImpossible

D = date
FULL = "lived under the edition of 2026"


def until(step: str) -> Walk:
    """Return the flawless case as it was when ``step`` was done."""
    return begin({"after": {"trace": FULL, "through": step}, "entries": []})


def test_a_case_without_entries_has_nothing_but_what_is_given() -> None:
    empty = view([], BOOK.edition_on, {"case.branch": "一支部"})
    assert (empty.state, empty.values, empty.earlier, empty.rounds) == ("", {"case.branch": "一支部"}, (), {})


def test_the_same_entries_give_the_same_case_as_often_as_they_are_read() -> None:
    for name in traces():
        walk = begin(traces()[name])
        assert walk.view() == walk.view()


def test_what_is_given_is_not_changed() -> None:
    given = {"case.branch": "一支部"}
    view([Entry("apply", "received", D(2026, 6, 1))], BOOK.edition_on, given)
    assert given == {"case.branch": "一支部"}


def test_evidence_that_a_step_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(UnknownEvidence, match="colour"):
        view([Entry("apply", "received", D(2026, 6, 1), {"colour": "red"})], BOOK.edition_on, {})


@pytest.mark.parametrize(("step", "outcome"), [("dance", "danced"), ("apply", "refused"), ("dance", "irregular")])
def test_an_unknown_step_or_outcome_is_impossible(step: str, outcome: str) -> None:
    with pytest.raises(StepImpossible):
        view([Entry(step, outcome, D(2026, 6, 1))], BOOK.edition_on, {})


def test_an_irregular_act_moves_nothing_and_its_step_is_held_again() -> None:
    walk = until("fill_form")
    walk.entries.append(Entry("admit", "irregular", D(2027, 9, 1), {"due": 20, "present": 10}))
    assert walk.view().state == "pre_reviewed"
    walk.entries.append(Entry("admit", "passed", D(2027, 9, 6), {"due": 20, "present": 11}))
    assert walk.view().state == "meeting_passed"
    assert [(one.step, one.number, one.values["admit.present"]) for one in walk.view().earlier] == [("admit", 1, 10)]
    assert [one.get("admit.present") for one in walk.view().every_round][1:] == [10]
    assert walk.view().values["admit.present"] == 11


def test_an_irregular_act_is_complete_when_it_brings_what_the_outcome_that_it_claims_asks_for() -> None:
    walk = until("fill_form")
    whole: dict[str, Value] = {"due": 20, "present": 10, "in_favour": 9, "ballot": "secret", "singly": True}
    less = whole | {"ballot": None}
    for claimed, evidence in (("passed", whole), ("passed", less), (None, whole), ("danced", whole)):
        walk.entries.append(Entry("admit", "irregular", D(2027, 9, 1), evidence, ("admit.required",), claimed))
    assert [one.complete for one in walk.view().earlier] == [True, False, False, False]


def test_the_values_of_a_round_are_among_those_of_every_round_also_as_first_recorded() -> None:
    first = Round("admit", 1, {"admit.present": 11}, first={"admit.present": 10})
    told = CaseView("", {}, (first, Round("admit", 2, {})), {}).every_round
    assert told == ({}, {"admit.present": 11}, {}, {"admit.present": 10})


def test_days_of_a_repeated_step_are_kept_in_order_each_once() -> None:
    walk = until("contacts")
    for day in (D(2027, 1, 5), D(2026, 12, 1), D(2027, 1, 5)):
        walk.entries.append(Entry("cultivate", "reviewed", day))
    assert walk.view().values["cultivate.reviews"] == (D(2026, 12, 1), D(2027, 1, 5))
    assert walk.view().rounds["cultivate"] == 1


def test_several_days_may_be_given_at_once_or_be_unreadable() -> None:
    walk = until("contacts")
    walk.entries.append(Entry("cultivate", "reviewed", D(2027, 1, 5), {"reviews": UNREADABLE}))
    assert walk.view().values["cultivate.reviews"] is UNREADABLE
    walk.entries.append(Entry("cultivate", "reviewed", D(2027, 2, 5)))
    assert walk.view().values["cultivate.reviews"] == (D(2027, 2, 5),)


def test_a_case_that_went_back_keeps_what_need_not_be_done_again() -> None:
    walk = until("fill_form")
    walk.entries.append(Entry("admit", "not_passed", D(2027, 9, 6), {"due": 20, "in_favour": 5}))
    found = walk.view()
    assert found.state == "target"
    assert found.values["political_review.conclusion"] == "passed"
    assert found.values["training.on"] == D(2027, 8, 6)
    gone = ("examine.", "pre_review.", "fill_form.", "admit.")
    assert [name for name in found.values if name.startswith(gone)] == []
    assert [(one.step, one.number) for one in found.earlier] == [
        ("examine", 1), ("pre_review", 1), ("fill_form", 1), ("admit", 1),
    ]  # fmt: skip


def test_a_pre_review_held_again_takes_the_form_with_it() -> None:
    walk = until("fill_form")
    walk.entries.append(Entry("pre_review", "passed", D(2027, 9, 25), {"paper": "又"}))
    assert "fill_form.on" not in walk.view().values
    assert dict(walk.view().rounds)["fill_form"] == 2


def test_an_act_that_decides_nothing_takes_nothing_with_it_when_it_is_repeated() -> None:
    walk = until("sponsors")
    before = walk.view().values
    walk.entries.append(Entry("contacts", "assigned", D(2027, 7, 20), {"name_1": "丙"}))
    changed = {name for name in before if walk.view().values.get(name) != before[name]}
    assert changed == {"contacts.on", "contacts.name_1", "contacts.name_2"}


def test_the_end_of_an_extension_outlives_the_meeting_that_set_it_and_only_then() -> None:
    extended = Entry("convert", "extended", D(2028, 9, 6), {"conclusion": "extended", "extended_to": D(2029, 3, 6)})
    last = Entry("convert", "converted", D(2029, 3, 6), {"conclusion": "converted"})
    for outcome, kept in (("extended", D(2029, 3, 6)), ("refused", None)):
        walk = until("request")
        walk.entries += [extended, Entry("approve_conversion", outcome, D(2028, 10, 20)), last]
        assert walk.view().values.get("convert.extended_to") == kept
        assert "approve_conversion.on" not in walk.view().values


def lent(*acts: tuple[str, str, int]) -> CaseView:
    """Return a case of the library, which has no states; of each act the step, the outcome and the day of March."""
    return view([Entry(step, outcome, D(2026, 3, day)) for step, outcome, day in acts], LENDING.edition_on, {})


def test_without_states_an_earlier_round_is_kept_as_the_case_stood_at_its_last_act() -> None:
    case = lent(
        ("lend", "lent", 1), ("give_back", "given_back", 5), ("lend", "lent", 9), ("give_back", "given_back", 12)
    )
    rounds = [(one.step, one.values.get("lend.on"), one.values.get("give_back.on")) for one in case.earlier]
    assert rounds == [("lend", D(2026, 3, 1), None), ("give_back", D(2026, 3, 1), D(2026, 3, 5))]
    assert (case.values["lend.on"], case.values["give_back.on"]) == (D(2026, 3, 9), D(2026, 3, 12))


def test_without_states_an_attested_round_is_kept_as_the_case_stood_when_it_ended() -> None:
    attested = Recorded(1, EntryKind.ATTESTED, D(2026, 3, 9), "lend", evidence={"on": UNREADABLE})
    again = Recorded(2, EntryKind.ACT, D(2026, 3, 9), "lend", "lent", D(2026, 3, 9))
    case = replay([attested, again], LENDING.edition_on, {})
    assert [one.values for one in case.earlier] == [{"lend.on": UNREADABLE}]
