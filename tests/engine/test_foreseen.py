"""What a case says of an act before its form is filled in: the rules tried on the act alone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.stages import imported, record, until, values
from workflow.engine.foreseen import NOTHING_KNOWN, Foreseen, foreseen
from workflow.engine.forms import form_fields
from workflow.engine.offering import adds_to_nothing
from workflow.store.database import Database

D = date
EDITION = LAWS.law.editions[-1]
PUT_OFF = {"put_off_by_six_months_at_most", "held_when_put_off_until"}


@pytest.fixture
def office(database: Database) -> Bureau:
    return bureau(database)


def said(office: Bureau, case: str, act: str, on: date) -> Foreseen:
    """Return what a case says of an act on a day, looked at on that day."""
    step, outcome = act.split()
    return foreseen(LAWS, record(office, case), (step, outcome), on, on)


def test_what_a_rule_refuses_an_act_without_is_marked_apart_from_what_the_definition_requires(office: Bureau) -> None:
    case = until(office, "request")
    assert said(office, case, "convert converted", D(2028, 9, 6)).demanded == {"heard_on", "examined_on"}
    fields = form_fields(EDITION, "convert", "converted", said(office, case, "convert converted", D(2028, 9, 6)))
    assert {one.name for one in fields if one.demanded} == {"heard_on", "examined_on"}
    assert {one.name for one in fields if one.required} & {"heard_on", "examined_on", "on"} == {"on"}
    assert [one.name for one in fields][:3] == ["heard_on", "examined_on", "on"]  # in the order in which it is done


def test_only_where_the_rule_holds_for_the_outcome_and_the_day(office: Bureau) -> None:
    case = until(office, "request")
    assert said(office, case, "convert revoked", D(2028, 9, 6)).demanded == set()
    assert said(office, case, "convert extended", D(2028, 9, 5)).demanded == {"extended_to"}
    at_the_end = said(office, case, "convert extended", D(2028, 9, 6)).demanded
    assert at_the_end == {"extended_to", "heard_on", "examined_on"}


def test_what_is_on_record_is_not_asked_for_again(office: Bureau) -> None:
    case = until(office, "admit")
    assert values(office, case)["admit.resolution"]
    assert said(office, case, "admit reported", D(2027, 9, 8)).demanded == set()


def test_a_limit_for_those_who_moved_in_is_told_of_nobody_else(office: Bureau) -> None:
    case = until(office, "request")
    idle = said(office, case, "convert converted", D(2028, 9, 6))
    assert idle.idle >= PUT_OFF
    moved = imported(office, "probationary", {
        "admit": {"on": D(2027, 9, 6)}, "move": {"on": D(2028, 6, 1)},
        "postpone": {"on": D(2028, 8, 1), "until": D(2028, 12, 1)},
    })  # fmt: skip
    bound = said(office, moved, "convert converted", D(2028, 11, 1))
    assert not bound.idle & PUT_OFF
    texts = [
        "".join(text.zh for one in form_fields(EDITION, "convert", "converted", case) for text in one.help)
        for case in (idle, bound, NOTHING_KNOWN)
    ]
    assert ["推迟" in text for text in texts] == [False, True, True]


def test_a_rule_that_what_is_typed_may_bring_to_bear_is_told(office: Bureau) -> None:
    case = until(office, "fill_form")
    idle = said(office, case, "admit passed", D(2027, 9, 6)).idle
    assert "fell_short" in idle  # it binds a vote that was not carried
    assert not idle & {"opinions_in_time", "opinions_dated", "quorum", "majority", "within_a_month"}


def test_an_act_that_does_not_fit_says_nothing(office: Bureau) -> None:
    case = until(office, "talk")
    assert said(office, case, "convert converted", D(2028, 9, 6)) == NOTHING_KNOWN


def test_a_notice_is_recorded_once_it_has_ended() -> None:
    def told(outcome: str) -> list[str]:
        fields = form_fields(EDITION, "list_target", outcome)
        return [one.name for one in fields if any("结束以后登记" in text.zh for text in one.help)]

    assert told("notice_given") == ["notice_from", "notice_to"]
    assert told("listed") == []


def test_what_only_adds_is_there_once_there_is_something_to_add_to(office: Bureau) -> None:
    fresh = office.open(D(2026, 5, 20)).case
    assert adds_to_nothing(EDITION, "talk", "again", values(office, fresh))
    assert not adds_to_nothing(EDITION, "talk", "held", values(office, fresh))
    talked = until(office, "talk")
    assert not adds_to_nothing(EDITION, "talk", "again", values(office, talked))
    asked = until(office, "request")
    assert adds_to_nothing(EDITION, "convert", "reported", values(office, asked))
    found = {(step, name) for step, one in EDITION.steps.items() for name in one.outcomes
             if adds_to_nothing(EDITION, step, name, {})}  # fmt: skip
    assert found == {("talk", "again"), ("convert", "reported")}
