"""Evidence: what is submitted becomes typed values, is stored plain, and comes back as what it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.office import LAWS
from workflow.case.values import UNREADABLE
from workflow.engine.evidence import (
    LARGEST,
    LONGEST,
    UNREAD,
    UnreadableEvidence,
    field_of,
    personal,
    restored,
    stored,
    typed,
)
from workflow.law.model import FieldType

D = date
EDITION = LAWS.law.editions[-1]
FIELDS = [(step, name, field) for step, one in EDITION.steps.items() for name, field in one.evidence.items()]

READ = [
    ("talk", "talker", "甲", "甲"),
    ("talk", "talker", "  甲 ", "甲"),
    ("talk", "talker", None, None),
    ("talk", "talker", "", None),
    ("talk", "paper", "谈〔2026〕1号", "谈〔2026〕1号"),
    ("activist", "recommended_on", "2026-06-20", D(2026, 6, 20)),
    ("approve", "probation_to", "2028-09-06", D(2028, 9, 6)),
    ("cultivate", "reviews", ["2026-12-28", "2026-06-01", "2026-12-28"], (D(2026, 6, 1), D(2026, 12, 28))),
    ("cultivate", "reviews", "2026-12-28", (D(2026, 12, 28),)),
    ("admit", "due", 20, 20),
    ("admit", "due", "20", 20),
    ("admit", "due", 0, 0),
    ("admit", "due", LARGEST, LARGEST),
    ("admit", "singly", True, True),
    ("admit", "singly", "no", False),
    ("admit", "ballot", "secret", "secret"),
    ("approve", "body", "committee", "committee"),
    (None, "person.born_on", "2000-02-10", D(2000, 2, 10)),
    (None, "case.floating", "yes", True),
]


@pytest.mark.parametrize(("step", "name", "plain", "value"), READ)
def test_what_is_read(step, name, plain, value):
    assert typed(EDITION, step, {name: plain}) == {name: value}


UNREADABLES = [
    ("talk", "talker", 5), ("talk", "talker", "  "), ("talk", "talker", "甲\u202e乙"), ("talk", "talker", "甲\x00"),
    ("talk", "talker", "例" * (LONGEST + 1)), ("talk", "talker", ["甲"]),
    ("activist", "recommended_on", "2026-02-30"), ("activist", "recommended_on", "去年"),
    ("activist", "recommended_on", 20260620),
    ("cultivate", "reviews", ["2026-12-28", "x"]), ("cultivate", "reviews", 5),
    ("admit", "due", -1), ("admit", "due", "2O"), ("admit", "due", "-1"), ("admit", "due", True),
    ("admit", "due", LARGEST + 1),
    ("admit", "due", "２０"), ("admit", "due", ["20"]),
    ("admit", "singly", "maybe"), ("admit", "singly", 1), ("admit", "singly", []),
    ("admit", "ballot", "无记名"), ("admit", "ballot", None.__class__.__name__), ("approve", "body", "office"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "name", "plain"), UNREADABLES)
def test_what_cannot_be_read_says_what_is_expected(step, name, plain):
    with pytest.raises(UnreadableEvidence) as caught:
        typed(EDITION, step, {name: plain})
    field = EDITION.steps[step].evidence[name]
    assert field.zh in caught.value.what.zh
    assert "应为" in caught.value.what.zh
    assert field.en in caught.value.what.en
    assert "expected" in caught.value.what.en
    assert str(caught.value).isprintable() or "\n" in str(caught.value)
    assert "\u202e" not in str(caught.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(UnreadableEvidence) as caught:
        typed(EDITION, "admit", {"due": "many", "present": -1, "ballot": "x", "in_favour": 3})
    for name in ("due", "present", "ballot"):
        assert EDITION.steps["admit"].evidence[name].zh in caught.value.what.zh
    assert EDITION.steps["admit"].evidence["in_favour"].zh not in caught.value.what.zh


def test_a_choice_says_which_there_are():
    with pytest.raises(UnreadableEvidence, match="secret（无记名投票）、open（其他方式）"):
        typed(EDITION, "admit", {"ballot": "x"})


PERSONAL = [
    ("talk", "talker", True), ("talk", "paper", True), ("activist", "recommended_by", True), ("talk", "on", False),
    ("admit", "due", False), ("admit", "ballot", False), ("approve", "body", False),
    ("list_target", "notice_result", False),
    (None, "person.born_on", True), (None, "person.name", True), (None, "case.floating", False),
    # what is not known is never left in an entry
    ("talk", "colour", True), (None, "colour", True), ("dance", "on", True),
]  # fmt: skip


@pytest.mark.parametrize(("step", "name", "expected"), PERSONAL)
def test_what_is_kept_apart(step, name, expected):
    assert personal(field_of(EDITION, step, name), name) is expected


def test_every_field_of_every_edition_that_holds_words_is_kept_apart():
    for edition in LAWS.law.editions:
        for step, definition in edition.steps.items():
            for name, field in definition.evidence.items():
                words = field.type in (FieldType.PERSON, FieldType.TEXT, FieldType.PAPER)
                assert personal(field_of(edition, step, name), name) is words


TEXTS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)
DAYS = st.dates(D(1950, 1, 1), D(2100, 1, 1))


def value_of(field):
    """Return a strategy for the values of a field, unreadable and blank ones included."""
    known: st.SearchStrategy[Any]
    match field.type:
        case FieldType.DAY | FieldType.PLAN:
            known = DAYS
        case FieldType.DAYS:
            known = st.sets(DAYS, max_size=4).map(lambda days: tuple(sorted(days)))
        case FieldType.COUNT:
            known = st.integers(0, LARGEST)
        case FieldType.YES_NO:
            known = st.booleans()
        case FieldType.CHOICE:
            known = st.sampled_from(sorted(field.values))
        case FieldType.BODY:
            known = st.sampled_from(sorted(EDITION.bodies))
        case _:
            known = TEXTS
    return known | st.none() | st.just(UNREADABLE)


@st.composite
def evidence(draw, but=()):
    """Return a step with evidence for some of its fields."""
    step = draw(st.sampled_from(sorted(EDITION.steps)))
    fields = EDITION.steps[step].evidence
    names = draw(st.sets(st.sampled_from(sorted(fields))))
    return step, {name: draw(value_of(fields[name])) for name in sorted(names) if name not in but}


@given(evidence())
def test_what_is_stored_comes_back(drawn):
    step, values = drawn
    plain = stored(values)
    assert restored(EDITION, step, plain, ()) == {name: typed_again(value) for name, value in values.items()}
    assert (UNREAD in plain) == any(value is UNREADABLE for value in values.values())


def typed_again(value):
    """Return a value as reading it twice leaves it: a text in its normal form."""
    return typed(EDITION, None, {"x": value})["x"] if isinstance(value, str) else value


def test_what_was_erased_is_unreadable():
    plain = stored({"paper": "谈1", "talker": UNREADABLE})
    assert restored(EDITION, "talk", plain, ["more"]) == {"paper": "谈1", "talker": UNREADABLE, "more": UNREADABLE}


def test_nothing_unreadable_is_stored_as_a_value():
    assert stored({"talker": UNREADABLE, "paper": None}) == {"paper": None, "unread": ["talker"]}
