"""What an edition knows of entries recorded under another law, names of whom nothing is known, and days kept."""

from __future__ import annotations

from datetime import date

import pytest

from tests.regulation.case import BOOK, LAW
from workflow.case.record import EntryKind, Recorded, known_part, replay
from workflow.case.roster import Member, Roster, Standing
from workflow.case.values import ABSENT, UNREADABLE
from workflow.rules import rulebook
from workflow.rules.rulebook import Rulebook

D = date
EDITION = BOOK.newest
TALK = Recorded(3, EntryKind.ACT, D(2026, 6, 2), "talk", "held", D(2026, 6, 1), {"talker": "甲"})
LETTER = Recorded(2, EntryKind.ACT, D(2026, 5, 20), "apply", "received", D(2026, 5, 20))


def test_what_the_edition_does_not_know_of_an_entry_is_left_out():
    assert known_part(TALK, EDITION) is TALK
    more = Recorded(3, EntryKind.ACT, D(2026, 6, 2), "talk", "held", D(2026, 6, 1), {"talker": "甲", "echo": 1})
    assert known_part(more, EDITION) == TALK
    assert known_part(Recorded(3, EntryKind.ACT, D(2026, 6, 2), "dance", "danced", D(2026, 6, 1)), EDITION) is None
    assert known_part(Recorded(3, EntryKind.ACT, D(2026, 6, 2), "talk", "danced", D(2026, 6, 1)), EDITION) is None
    opened = Recorded(1, EntryKind.OPENED, D(2026, 5, 20), evidence={"person.name": "示例"})
    assert known_part(opened, EDITION) is opened


def test_what_the_source_of_the_past_did_not_keep_is_blank_from_the_first_lived_act_on():
    given = {"talk.paper": ABSENT, "activist.body": ABSENT}
    values = replay([LETTER, TALK], BOOK.edition_on, given).values
    assert "talk.paper" not in values
    assert values["activist.body"] is ABSENT


def test_nothing_is_said_of_names_from_a_branch_without_a_roster():
    member = Member("甲", "一支部", Standing.FULL, D(2010, 1, 1))
    roster = Roster([member], unknown=frozenset({"乙"}))
    assert list(roster.members()) == [member]
    assert roster.not_full_member("乙", "一支部", D(2026, 6, 1)) is UNREADABLE
    assert roster.penalised("乙", "一支部", frozenset(), D(2026, 6, 1)) is UNREADABLE


def test_the_editions_of_days_are_kept_up_to_a_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rulebook, "MOST_DAYS", 1)
    book = Rulebook(LAW, LAW.timeline())
    days = (D(2020, 1, 1), D(2027, 1, 1), D(2020, 1, 1))
    assert [book.edition_on(day).edition for day in days] == [D(2014, 5, 28), D(2026, 5, 11), D(2014, 5, 28)]
