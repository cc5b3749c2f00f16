"""The record of a case: what is in effect after amendments, lived acts mixed with attested ones, the furthest state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.regulation.case import BOOK, LIVED_2026, read_values, until
from workflow.case.history import CaseView, UnknownEvidence
from workflow.case.record import EntryKind, Recorded, act_of, effective, furthest, replay, replay_with
from workflow.case.values import ABSENT, UNREADABLE
from workflow.machine import StepImpossible

D = date
GIVEN = {"case.branch": "一支部"}
DAY_1, DAY_2, DAY_3, DAY_4 = (D(2027, 1, day) for day in (1, 2, 3, 4))

OPENED = Recorded(1, EntryKind.OPENED, DAY_1, evidence={"person.born_on": D(2000, 2, 10)})
APPLIED = Recorded(2, EntryKind.ACT, DAY_1, "apply", "received", D(2026, 5, 20))
TALKED = Recorded(3, EntryKind.ACT, DAY_1, "talk", "held", D(2026, 6, 10), {"talker": "甲"})
LIVED = (OPENED, APPLIED, TALKED)


def correction(number, of, day=None, /, **evidence):
    """Return a correction of an entry, recorded on DAY_2; ``on`` is a field of the evidence."""
    return Recorded(number, EntryKind.CORRECTION, DAY_2, "talk", None, day, evidence, of)


def withdrawal(number, of, recorded_on=DAY_3):
    """Return a withdrawal of an entry."""
    return Recorded(number, EntryKind.WITHDRAWAL, recorded_on, "talk", supersedes=of)


def talk(on=None, **evidence):
    """Return the talk as it is in effect."""
    return replace(TALKED, occurred_on=on or TALKED.occurred_on, evidence=evidence)


AMENDED = [
    ("nothing amended", [], None, talk(talker="甲")),
    ("a fact corrected", [correction(4, 3, talker="乙")], None, talk(talker="乙")),
    ("a fact added", [correction(4, 3, paper="谈1")], None, talk(talker="甲", paper="谈1")),
    ("a fact taken away", [correction(4, 3, talker=None)], None, talk(talker=None)),
    ("the day corrected", [correction(4, 3, D(2026, 6, 12))], None, talk(D(2026, 6, 12), talker="甲")),
    ("the later correction of a fact prevails", [correction(4, 3, talker="乙"), correction(5, 3, talker="丙")], None,
     talk(talker="丙")),
    ("a later correction leaves what it does not name",
     [correction(4, 3, D(2026, 6, 12), talker="乙"), correction(5, 3, paper="谈1")], None,
     talk(D(2026, 6, 12), talker="乙", paper="谈1")),
    ("a correction withdrawn", [correction(4, 3, talker="乙"), withdrawal(5, 4)], None, talk(talker="甲")),
    ("of two corrections the later one withdrawn",
     [correction(4, 3, talker="乙"), correction(5, 3, talker="丙"), withdrawal(6, 5)], None, talk(talker="乙")),
    ("an act withdrawn", [withdrawal(4, 3)], None, None),
    ("an act withdrawn that was corrected", [correction(4, 3, talker="乙"), withdrawal(5, 3)], None, None),
    ("a correction of what was withdrawn brings nothing back",
     [withdrawal(4, 3), correction(5, 3, talker="乙")], None, None),
    ("a correction that names a correction amends no act",
     [correction(4, 3, talker="乙"), correction(5, 4, talker="丙")], None, talk(talker="乙")),
    ("as of the day before the correction", [correction(4, 3, talker="乙")], DAY_1, talk(talker="甲")),
    ("as of the day of the correction", [correction(4, 3, talker="乙")], DAY_2, talk(talker="乙")),
    ("as of the day before the withdrawal", [correction(4, 3, talker="乙"), withdrawal(5, 3)], DAY_2,
     talk(talker="乙")),
    ("as of the day before the withdrawal of a correction", [correction(4, 3, talker="乙"), withdrawal(5, 4)], DAY_2,
     talk(talker="乙")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("amendments", "as_of", "expected"), [row[1:] for row in AMENDED], ids=[row[0] for row in AMENDED]
)
def test_what_is_in_effect(amendments, as_of, expected):
    found = effective([*LIVED, *amendments], as_of)
    assert found == (OPENED, APPLIED, *([expected] if expected else []))


def test_what_was_recorded_later_is_not_known_before():
    assert effective(LIVED, D(2026, 12, 31)) == ()
    assert effective([OPENED, APPLIED, replace(TALKED, recorded_on=DAY_4)], DAY_3) == (OPENED, APPLIED)


# ------------------------------------------------------------------ replay


def seen(*entries: Recorded) -> CaseView:
    """Return the case that entries make."""
    return replay(effective(entries), BOOK.edition_on, GIVEN)


def attested(number, step, day=None, /, **evidence):
    """Return an act of the past, taken over on DAY_1; ``on`` is a field of the evidence."""
    return Recorded(number, EntryKind.ATTESTED, DAY_1, step, None, day, evidence)


def cutover(number, state):
    """Return the end of what was taken over."""
    return Recorded(number, EntryKind.CUTOVER, DAY_1, outcome=state)


def act(number, do, on, **evidence):
    """Return a lived act."""
    step, outcome = do.split()
    return Recorded(number, EntryKind.ACT, on, step, outcome, on, evidence)


PAST = (
    OPENED,
    attested(2, "apply", on=D(2025, 1, 10)),
    attested(3, "activist", recommended_by="党员推荐", on=D(2025, 4, 20)),
    attested(4, "contacts", name_1="甲"),
    attested(5, "cultivate", reviews=(D(2025, 10, 1), D(2026, 3, 1))),
    attested(6, "choose_target", heard_on=D(2026, 6, 1), on=D(2026, 6, 2)),
    attested(7, "list_target", consented_on=D(2026, 6, 5)),
    cutover(8, "activist"),
)


def test_without_entries_there_is_what_is_given():
    assert seen() == CaseView("", GIVEN, (), {})


REPEATED = (*PAST[:-1], attested(8, "list_target", on=D(2026, 6, 15)), cutover(9, "target"),
            attested(10, "examine", on=D(2026, 8, 1)), attested(11, "pre_review", on=D(2026, 8, 10), paper="预1"),
            attested(12, "fill_form", on=D(2026, 8, 12)), cutover(13, "pre_reviewed"),
            act(14, "pre_review passed", D(2026, 10, 8), paper="预2"),
            act(15, "leave withdrew", D(2026, 10, 20)))  # fmt: skip


@pytest.mark.parametrize("number", range(len(REPEATED) + 1))
@pytest.mark.parametrize("more", [0, 1, 3])
def test_without_and_with_more_entries_is_what_each_replay_gives(number, more):
    here, there = REPEATED[:number], REPEATED[: number + more]
    kept, edition_on = GIVEN | {"cultivate.body": ABSENT}, BOOK.edition_on
    expected = replay(here, edition_on, kept), replay(there, edition_on, kept)
    assert replay_with(here, there[number:], edition_on, kept) == expected


def test_attested_values_stand_and_the_cutover_says_where_the_case_stands():
    found = seen(*PAST)
    assert found.state == "activist"
    assert found.values["list_target.consented_on"] == D(2026, 6, 5)
    assert found.values["person.born_on"] == D(2000, 2, 10)
    assert found.values["case.branch"] == "一支部"
    assert set(found.rounds.values()) == {1}
    assert found.earlier == ()


def test_before_the_cutover_attested_acts_move_nothing():
    assert seen(*PAST[:-1]).state == "new"


def test_an_offer_moves_nothing():
    assert seen(*PAST, Recorded(9, EntryKind.OFFERED, DAY_2, "move", None, DAY_2)) == seen(*PAST)


def test_a_step_half_attested_is_completed_in_the_same_round():
    found = seen(
        *PAST,
        act(9, "list_target notice_given", D(2026, 6, 8), notice_to=D(2026, 6, 12)),
        act(10, "list_target listed", D(2026, 6, 15)),
    )
    assert found.state == "target"
    assert found.rounds["list_target"] == 1
    assert found.values["list_target.consented_on"] == D(2026, 6, 5)


def test_a_step_attested_as_done_begins_a_second_round_when_it_is_taken_again():
    past = (*PAST[:-1], attested(8, "list_target", on=D(2026, 6, 15)), cutover(9, "target"),
            attested(10, "examine", on=D(2026, 8, 1)), attested(11, "pre_review", on=D(2026, 8, 10), paper="预1"),
            attested(12, "fill_form", on=D(2026, 8, 12)), cutover(13, "pre_reviewed"))  # fmt: skip
    found = seen(*past, act(14, "pre_review passed", D(2026, 10, 8), paper="预2"))
    assert found.state == "pre_reviewed"
    assert found.rounds["pre_review"] == 2
    assert found.values["pre_review.paper"] == "预2"
    assert "fill_form.on" not in found.values  # what rested on the first pre-review is done again
    assert [(one.step, one.number, one.values.get("pre_review.paper")) for one in found.earlier] == [
        ("fill_form", 1, "预1"), ("pre_review", 1, "预1"),
    ]  # fmt: skip


def test_days_of_a_repeated_step_go_on_from_the_attested_ones():
    found = seen(*PAST, act(9, "cultivate reviewed", D(2026, 8, 20)))
    assert found.values["cultivate.reviews"] == (D(2025, 10, 1), D(2026, 3, 1), D(2026, 8, 20))


def test_an_attested_entry_that_comes_late_leaves_the_state_alone():
    lived = act(9, "leave withdrew", D(2026, 9, 1))
    late = attested(10, "talk", on=D(2025, 2, 1))
    assert seen(*PAST, lived, late).state == "withdrawn"
    assert seen(*PAST, lived, late).values["talk.on"] == D(2025, 2, 1)


def test_the_same_outcome_attested_twice_is_one():
    twice = (*PAST[:-1], attested(8, "activist", body="branch_committee"), cutover(9, "activist"))
    assert seen(*twice).rounds["activist"] == 1


def test_a_correction_of_an_attested_day_is_the_day_that_counts():
    dated = attested(3, "talk", D(2025, 2, 1), on=D(2025, 2, 1))
    past = (OPENED, attested(2, "apply", on=D(2025, 1, 10)), dated, cutover(4, "applicant"))
    assert seen(*past, correction(5, 3, D(2025, 2, 20), on=D(2025, 2, 20))).values["talk.on"] == D(2025, 2, 20)


def test_a_correction_of_an_attested_day_leaves_the_other_days_of_the_step():
    dated = attested(3, "cultivate", D(2025, 10, 1), reviews=(D(2025, 10, 1), D(2026, 3, 1)))
    past = (OPENED, attested(2, "activist", on=D(2025, 1, 10)), dated, cutover(4, "activist"))
    assert seen(*past, correction(5, 3, paper="表2")).values["cultivate.reviews"] == (D(2025, 10, 1), D(2026, 3, 1))


@pytest.mark.parametrize("entry", [attested(2, "dance", on=D(2025, 1, 1)), attested(2, "talk", colour="red")])
def test_attested_evidence_that_no_step_knows_is_refused(entry):
    with pytest.raises(UnknownEvidence):
        seen(OPENED, entry)


def test_lived_acts_are_taken_step_by_step():
    assert seen(*LIVED).state == "applicant"
    with pytest.raises(StepImpossible):
        seen(OPENED, TALKED)


def test_replay_begins_under_the_edition_of_the_first_entry():
    old = act(1, "apply received", D(2018, 5, 20))
    assert seen(old).state == "applicant"


def test_a_cutover_without_a_state_changes_nothing():
    assert seen(*PAST, replace(PAST[-1], number=9, outcome=None)).state == "activist"


def test_only_an_act_is_an_act():
    assert act_of(TALKED).evidence == {"talker": "甲"}
    for other in (OPENED, attested(2, "talk", on=D(2025, 1, 1)), correction(4, 3)):
        with pytest.raises(ValueError, match="is no act"):
            act_of(other)


# ------------------------------------------------------------------ the furthest state

NOTHING = "person.born_on=2000-02-10"
STATES = [
    # what the ledger shows last: the flawless case up to that step, and what is changed in it
    ("apply", "", "applicant"),
    ("talk", "", "applicant"),
    ("activist", "", "activist"),
    ("file_activist", "", "activist"),
    ("cultivate", "", "activist"),
    ("choose_target", "", "activist"),
    ("list_target", "", "target"),
    ("list_target", "list_target.on=blank", "activist"),  # consent and notice only
    ("political_review", "", "target"),
    ("training", "", "target"),
    ("examine", "", "examined"),
    ("pre_review", "", "pre_reviewed"),
    ("fill_form", "", "pre_reviewed"),
    ("admit", "admit.result=passed", "meeting_passed"),
    ("admit", "", "meeting_passed"),  # the resolution was reported
    ("admit", "admit.reported_on=blank", "meeting_passed"),  # 17 of 20 in favour
    ("admit", "admit.reported_on=blank; admit.in_favour=10", "pre_reviewed"),  # half of those due is not enough
    ("admit", "admit.in_favour=10", "meeting_passed"),  # it was reported: the case went on
    ("admit", "admit.reported_on=blank; admit.due=blank", "pre_reviewed"),
    ("superior_talk", "", "meeting_passed"),
    ("approve", "", "probationary"),
    ("file_admission", "", "probationary"),
    ("oath", "", "probationary"),
    ("observe", "", "probationary"),
    ("request", "", "probationary"),
    ("convert", "", "probationary"),  # resolved, not yet approved
    ("convert", "convert.conclusion=extended; convert.extended_to=2029-03-06", "probationary"),
    ("approve_conversion", "approve_conversion.conclusion=blank", "full"),  # the ledger knows the meeting's only
    ("approve_conversion", "convert.conclusion=extended; approve_conversion.conclusion=blank", "extended"),
    ("approve_conversion", "convert.conclusion=revoked; approve_conversion.conclusion=blank", "revoked"),
    ("approve_conversion", "approve_conversion.conclusion=extended", "extended"),  # what was approved goes before
    # what was approved is not known: nothing is guessed
    ("approve_conversion", "convert.conclusion=blank; approve_conversion.conclusion=blank", "probationary"),
    ("approve_conversion", "convert.conclusion=unreadable; approve_conversion.conclusion=blank", "probationary"),
    (
        "approve_conversion",
        "political_review.conclusion=blank; convert.conclusion=blank; approve_conversion.conclusion=blank",
        "probationary",
    ),
    ("archive", "", "full"),
    ("archive", "convert.conclusion=blank; approve_conversion.conclusion=blank", "full"),  # only for full members
    # steps that are missing before the furthest one change nothing (convention 4)
    ("examine", "activist.on=blank; list_target.on=blank; training.on=blank", "examined"),
    ("archive", "approve.on=blank; admit.on=blank; approve_conversion.on=blank", "full"),
    ("oath", "approve.on=blank", "probationary"),
    ("cultivate", "activist.on=blank; activist.recommended_on=blank; file_activist.on=blank", "activist"),
    # what cannot be read is there all the same
    ("list_target", "list_target.on=unreadable", "target"),
    ("cultivate", "activist.on=unreadable; cultivate.reviews=unreadable", "activist"),
    ("admit", "admit.on=unreadable; admit.result=unreadable", "pre_reviewed"),
    ("archive", "archive.on=unreadable", "full"),
    # a plan is no step: 延长至 reaches nothing
    ("oath", "convert.extended_to=2029-03-06", "probationary"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "changes", "state"), STATES)
def test_the_furthest_state_that_a_ledger_shows(step, changes, state):
    assert furthest(BOOK.newest, until(step, LIVED_2026) | read_values(changes)) == state


def test_a_ledger_that_shows_no_step_is_one_of_an_applicant():
    assert furthest(BOOK.newest, {}) == "applicant"
    assert furthest(BOOK.newest, read_values(NOTHING)) == "applicant"


@pytest.mark.parametrize(("column", "value"), [("admit.on", D(2027, 9, 6)), ("pre_review.on", UNREADABLE)])
def test_one_cell_is_enough(column, value):
    assert furthest(BOOK.newest, {column: value}) == "pre_reviewed"
