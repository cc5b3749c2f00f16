"""Whole recruitments lived through the engine by several people in their offices, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.engine.office import LAWS, Bureau, bureau
from tests.regulation.trace import traces
from workflow.law.model import FieldType
from workflow.store.database import Database
from workflow.store.tables import SubmissionStatus

LIVES = ("lived under the edition of 2026", "lived under the edition of 2014", "lived across the change of 2026-05-11")
SEATS = {"branch": "secretary", "applicant": "secretary", "branch_committee": "secretary",
         "general_meeting": "secretary", "committee": "approver", "committee_member": "member",
         "organizer": "organizer", "organization_department": "department"}  # fmt: skip


@pytest.fixture
def office(database: Database) -> Bureau:
    return bureau(database)


def seat(step: str, outcome: str, body: str | None) -> str:
    """Return who records an act: somebody of the first body that the edition names."""
    definition = LAWS.law.editions[-1].steps[step]
    named = definition.outcomes[outcome].by if outcome in definition.outcomes else ()
    return SEATS[body or (named or definition.by)[0]]


def plain(step: str, name: str, value: Any) -> Any:
    """Return a value of a trace as somebody would submit it; numbers of papers are text."""
    field = LAWS.law.editions[-1].steps[step].evidence.get(name)
    text = field is not None and field.type is FieldType.PAPER
    return value.isoformat() if isinstance(value, date) else str(value) if text else value


def recorded_on(step: str, raw: Mapping[str, Any]) -> date:
    """Return the first day on which all of an entry has happened: the notice is over, the resolution reported."""
    fields = LAWS.law.editions[-1].steps[step].evidence
    days = (
        value for name, value in raw.get("with", {}).items() if name in fields and fields[name].type is FieldType.DAY
    )
    last: date = max((raw["on"], *days))
    return last


def apart(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the acts of an entry that tells of several, each recorded by whoever did it."""
    step = raw["do"].split()[0]
    evidence = dict(raw.get("with", {}))
    outcomes = LAWS.law.editions[-1].steps[step].outcomes
    filled = {outcome.fills: name for name, outcome in outcomes.items() if not outcome.adds}
    acts = [{"do": f"{step} {filled[name]}", "on": evidence.pop(name)} for name in list(evidence) if name in filled]
    return [*acts, {**raw, "with": evidence}]


def live(office: Bureau, entries: list[Mapping[str, Any]]) -> str:
    """Hand in the accepted entries of a trace one after the other; return the number of the case."""
    first, *rest = entries
    case = office.open(first["on"]).case
    for raw in rest:
        act(office, case, raw)
    return case


def act(office: Bureau, case: str, entry: Mapping[str, Any]) -> None:
    """Hand in an accepted entry of a trace, part by part, by whoever did it."""
    for raw in apart(entry):
        step, outcome = raw["do"].split()
        evidence = {name: plain(step, name, value) for name, value in raw.get("with", {}).items()}
        who = seat(step, outcome, evidence.get("body"))
        office.clock.day = max(office.clock.day, recorded_on(step, raw))
        answer = office.take(who, case, raw["do"], raw["on"], evidence=evidence)
        assert answer.status is SubmissionStatus.RECORDED, raw
        assert "state" not in raw or answer.state == raw["state"], raw


@pytest.mark.parametrize("name", LIVES)
def test_a_lawful_life_is_never_refused(office: Bureau, name: str) -> None:
    entries = [raw for raw in traces()[name]["entries"] if not raw.get("refused") and not raw.get("impossible")]
    case = live(office, entries)
    assert office.state(case) == [raw["state"] for raw in entries if "state" in raw][-1]
    assert len(office.kinds(case)) >= len(entries) + 1
