"""Whoever is named in a case is looked up on the roster: before an act and after it, in this round and earlier ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.engine.office import LAWS, Bureau
from tests.engine.test_lives import live
from tests.regulation.trace import accepted, traces
from workflow.engine.offices import actor_of
from workflow.engine.showing import show
from workflow.engine.task import Task
from workflow.rules.judge import StepRefused

LIFE = "lived under the edition of 2026"  # its contacts are 甲 and 乙, full members
FULL = "contacts.full_members"


def lived(office: Bureau, through: str) -> str:
    """Return a case lived up to its last act of a step."""
    return live(office, list(accepted(traces()[LIFE], through)))


def findings(office: Bureau, case: str) -> set[str]:
    """Return the rules that the case is shown to break."""
    login = office.people["secretary"]
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        shown = show(Task(connection, LAWS, actor, office.clock()), case)
    return {finding.rule for finding in shown.findings}


def refused(act: Callable[[], object]) -> set[str]:
    """Return the rules by which an act is refused."""
    with pytest.raises(StepRefused) as error:
        act()
    return {refusal.rule for refusal in error.value.refusals}


def test_new_contacts_who_are_no_members_are_refused_though_the_old_ones_were(office: Bureau) -> None:
    case = lived(office, "contacts")
    on = date(2026, 7, 20)
    assert FULL in refused(
        lambda: office.take("secretary", case, "contacts assigned", on, evidence={"name_1": "查无此人"})
    )


def test_a_correction_that_names_somebody_who_is_no_member_carries_the_finding(office: Bureau) -> None:
    case = lived(office, "contacts")
    number = len(office.kinds(case))
    waiting = office.correct("secretary", case, number, {"name_1": "查无此人"})
    assert FULL in waiting.rules


def test_the_contacts_of_an_earlier_round_are_still_members(office: Bureau) -> None:
    case = lived(office, "contacts")
    office.take("secretary", case, "contacts assigned", date(2026, 7, 20), evidence={"name_1": "丙"})
    assert FULL not in findings(office, case)
