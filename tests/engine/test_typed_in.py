"""What is typed is read one way: days in every usual writing, names as codes; forms and votes follow the law."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from tests.engine.office import LAWS, Bureau
from tests.engine.stages import VOTE, refusals, until
from workflow.case.history import IRREGULAR, Entry, lacking
from workflow.engine.evidence import UnreadableEvidence
from workflow.engine.forms import form_fields, record_fields, vote_check, vote_fields
from workflow.engine.typed_in import Unclear, called, coded, day_typed, days_typed, typed_field
from workflow.errors import Text
from workflow.law.model import FieldType

D = date
BOOK = LAWS.book()
EDITION = BOOK.newest
ADMIT = EDITION.steps["admit"].evidence


@pytest.mark.parametrize("text", ["2026-11-21", "2026年11月21日", "20261121", "2026.11.21", " ２０２６／11／21 "])
def test_a_day_is_read_in_every_usual_writing(text):
    assert day_typed(text) == D(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "said"),
    [("26.11.21", "四位数字"), ("2026年11月", "缺日"), ("2026-11-31", "日历上没有"), ("昨天", "请写成")],
)
def test_what_is_no_day_is_refused_with_how_to_write_it(text, said):
    with pytest.raises(UnreadableEvidence) as refused:
        day_typed(text)
    assert said in refused.value.what.zh


@pytest.mark.parametrize("mark", ["、", "，", "; ", " ", "\n", " , "])
def test_several_days_stand_with_any_mark_between_them(mark):
    assert days_typed(mark.join(["2026-11-21", "2026年11月22日"])) == (D(2026, 11, 21), D(2026, 11, 22))


def test_several_days_are_refused_where_one_of_them_is_none():
    with pytest.raises(UnreadableEvidence):
        days_typed("2026-01-01 2026-02-30")
    with pytest.raises(UnreadableEvidence):
        days_typed("、")


@pytest.mark.parametrize(
    ("field", "typed", "plain"),
    [
        ("on", "２０２６.5.1", "2026-05-01"),
        ("due", " ２０ ", 20),
        ("due", "0", 0),
        ("ballot", "无记名投票", "secret"),
        ("ballot", "Secret Ballot", "secret"),
        ("ballot", "open", "open"),
        ("singly", "是", True),
        ("singly", "No", False),
        ("resolution", " 党支〔2026〕1号 ", "党支〔2026〕1号"),
        ("resolution", "   ", None),
        ("on", "", None),
        ("due", [], None),
        ("due", ["", "7"], 7),
    ],
)
def test_a_field_is_read_as_the_desk_takes_it(field, typed, plain):
    found = typed_field(EDITION, ADMIT[field], typed)
    assert (type(found), found) == (type(plain), plain)


def test_fields_of_several_days_people_and_bodies():
    cultivate = EDITION.steps["cultivate"].evidence
    days = next(field for field in cultivate.values() if field.type is FieldType.DAYS)
    assert typed_field(EDITION, days, ["2026-1-2、2026-01-01", "", "2026/1/3"]) == [
        "2026-01-01", "2026-01-02", "2026-01-03",
    ]  # fmt: skip
    assert typed_field(EDITION, EDITION.steps["talk"].evidence["talker"], "张 三") == "张三"
    body = EDITION.steps["approve"].evidence["body"]
    code, one = next(iter(EDITION.bodies.items()))
    assert typed_field(EDITION, body, one.zh) == code


@pytest.mark.parametrize(
    ("field", "typed", "zh"),
    [
        ("due", "-1", "整数"),
        ("due", "多", "整数"),
        ("due", "9999999", "整数"),
        ("ballot", "举手表决", "无记名投票"),
        ("singly", "也许", "是或者否"),
        ("resolution", "号\u202e", "文字"),
        ("resolution", "号" * 2001, "文字"),
        ("on", "明年", "请写成"),
    ],
)
def test_what_cannot_be_read_says_what_should_stand_there(field, typed, zh):
    with pytest.raises(UnreadableEvidence) as refused:
        typed_field(EDITION, ADMIT[field], typed)
    assert zh in refused.value.what.zh
    assert refused.value.what.en[0].isupper()


def test_what_the_command_line_cannot_read_is_left_to_the_desk_to_refuse():
    assert coded(ADMIT["on"], "明年", EDITION) == "明年"
    assert coded(ADMIT["on"], "2026年5月1日", EDITION) == "2026-05-01"
    assert coded(ADMIT["due"], 20, EDITION) == 20
    assert coded(ADMIT["ballot"], "举手", EDITION) == "举手"
    assert coded(EDITION.steps["talk"].evidence["talker"], "张三", EDITION) == "张三"


def test_a_name_means_one_thing_or_is_unclear():
    known = [("one", Text("甲支部", "First")), ("two", Text("甲乙支部", "Second")), ("three", Text("丙", "Third"))]
    what = Text("支部", "branch")
    assert called(what, "Ｔhree", known) == "three"
    assert called(what, "甲支部", known) == "one"
    assert called(what, "乙", known) == "two"
    for unclear in ("甲", "丁", ""):
        with pytest.raises(Unclear) as refused:
            called(what, unclear, known)
        assert "one（甲支部）" in (refused.value.remedy or what).zh


ACTS = [(edition, step, outcome) for edition in LAWS.law.editions for step in edition.steps
        for outcome in edition.steps[step].outcomes]  # fmt: skip


@pytest.mark.parametrize(("edition", "step", "outcome"), ACTS)
def test_a_form_asks_for_what_the_act_needs_and_for_nothing_that_others_record(edition, step, outcome):
    fields = {one.name: one for one in form_fields(edition, step, outcome)}
    definition, chosen = edition.steps[step], edition.steps[step].outcomes[outcome]
    (day,) = [one for one in fields.values() if one.is_day]
    assert (day.name, day.required) == (chosen.fills or definition.day, True)
    assert list(fields) == [name for name in definition.evidence if name in fields]
    lacks = lacking(edition, Entry(step, outcome, D(2026, 6, 1)))
    assert {name for name, one in fields.items() if one.required} == {*(set(lacks) - {"body"}), day.name}
    others = {one.fills or definition.day for one in definition.outcomes.values() if not one.adds} - {day.name}
    assert not others & fields.keys()
    assert not set(chosen.sets) & fields.keys()
    assert "body" not in fields
    for name, one in fields.items():
        field = definition.evidence[name]
        assert (one.label.zh, one.type) == (field.zh, field.type)
        assert not field.only or outcome in field.only
        assert bool(one.choices) == (field.type in (FieldType.CHOICE, FieldType.YES_NO, FieldType.BODY))


def test_the_form_of_a_report_does_not_ask_for_the_meeting_once_more():
    report = {one.name for one in form_fields(EDITION, "admit", "reported")}
    assert {"reported_on", "resolution"} <= report
    assert not report & {"due", "present", "in_favour", "result", "ballot", "singly", "on"}


def test_a_correction_may_change_every_field_and_needs_none():
    fields = form_fields(EDITION, "admit", None)
    assert {one.name for one in fields} == set(ADMIT)
    assert [one.name for one in fields if one.required] == ["on"]


def test_a_field_is_helped_by_the_rules_that_read_it():
    help_of = {one.name: one.help for one in form_fields(EDITION, "admit", "passed")}
    assert any("半数" in text.zh and "第19条" in text.zh and "art. 19" in text.en for text in help_of["due"])
    assert any("无记名" in text.zh for text in help_of["ballot"])


def test_what_is_recorded_besides_any_step_has_fields_too():
    assert "person.born_on" in {one.name for one in record_fields(EDITION)}


def test_only_steps_that_vote_have_the_figures_of_a_vote():
    figures = ("due", "present", "written", "in_favour", "against", "abstained", "invalid")
    voting = {step: names for step in EDITION.steps if (names := vote_fields(EDITION, step))}
    assert voting == {"admit": figures, "convert": figures}


def check(outcome: str = "passed", **figures: str | int) -> list[str]:
    """Return the rules' sentences about figures of a vote."""
    return [text.zh for text in vote_check(LAWS, BOOK, ("admit", outcome), D(2026, 11, 1), figures)]


def test_figures_are_judged_as_soon_as_they_are_there():
    assert check() == check(due=20) == check(due="", present="  ") == []
    (short,) = check(due=20, present=10)
    assert "第19条" in short
    assert "接收应到 20，接收实到 10，至少须 11" in short
    assert check(due=20, present=11) == []
    (few,) = check(due="20", present="18", in_favour="１０")
    assert "第20条" in few
    assert "接收赞成 10，至少须 11" in few
    (many,) = check(due=20, present=18, in_favour=17, against=2)
    assert "计票 19，可投 18" in many
    assert check(due=20, present=18, written=1, in_favour=17, against=2) == []
    (crowd,) = check(due=20, present=18, written=3)
    assert "合计 21，至多 20" in crowd
    (unread,) = check(due="二十", present=18)
    assert unread.startswith("接收应到：应为")


def test_a_vote_that_was_carried_is_not_recorded_as_failed():
    (carried,) = check("not_passed", due=20, present=18, in_favour=11)
    assert "不得按未通过登记" in carried
    assert check("not_passed", due=20, present=18, in_favour=10) == []


def test_the_check_says_what_the_desk_would_refuse(office: Bureau):
    case = until(office, "fill_form")
    for change in ({"present": 10, "in_favour": 10, "against": 0}, {"in_favour": 10}, {"in_favour": 18, "against": 1}):
        figures: dict[str, Any] = {**VOTE, **change}
        take = partial(office.take, "secretary", case, "admit passed", office.clock.day, evidence=figures)
        found = refusals(take)
        voting = {name: figures[name] for name in vote_fields(EDITION, "admit") if name in figures}
        said = check(**voting)
        assert len(said) == len(found)
        for sentence in said:
            assert any(sentence.startswith(one.demand.zh) for one in found.values())
    assert IRREGULAR not in EDITION.steps["admit"].outcomes
