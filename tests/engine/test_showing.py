"""A case as people look at it: one judging, a flat number of questions, names and plans with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Engine, delete, insert, select

from tests.engine.office import LAWS, Bureau
from tests.engine.stages import until
from tests.statements import statements
from workflow.engine.looking import plan_of, waiting
from workflow.engine.offices import actor_of
from workflow.engine.reading import read_record, read_row
from workflow.engine.showing import show
from workflow.engine.task import Task
from workflow.store.tables import Case, Entry, EntryValue

D = date.fromisoformat
APPLIED = D("2026-06-01")


@contextmanager
def at(office: Bureau, login: str) -> Iterator[Task]:
    """Give what a use case works with, as somebody in the office reads."""
    who = office.people[login]
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, who.account_id, who.office_id, office.clock.day)
        yield Task(connection, LAWS, actor, office.clock())


def test_it_asks_nine_times_however_long_the_record_is(office):
    short = office.open(APPLIED, name="李芳").case
    for _ in range(3):
        office.correct("secretary", short, 2, {"paper": "申1"})
    long = until(office, "archive")
    for case in (short, long):
        with at(office, "secretary") as task, statements(Engine, "SELECT") as said:
            show(task, case)
        assert len(said) <= 9, said


def test_a_stored_value_that_goes_on_after_its_end_is_not_read_over(office):
    number = office.open(APPLIED, name="李芳").case
    with office.database.write() as connection:
        case = read_row(connection, connection.scalar(select(Case.id).where(Case.number == number)))
        kept = select(EntryValue.__table__).join(Entry).where(Entry.case_id == case.id)
        row = connection.execute(kept.limit(1)).mappings().one()
        here = (EntryValue.entry_id == row["entry_id"], EntryValue.field == row["field"])
        connection.execute(delete(EntryValue).where(*here))
        connection.execute(insert(EntryValue), {**row, "value": f"{row['value']} 2"})
        with pytest.raises(ValueError, match="goes on after its value"):
            read_record(connection, LAWS, case)
        connection.rollback()


def test_what_waits_in_it_is_what_waits_in_the_list(office):
    case = office.open(APPLIED, name="李芳").case
    office.correct("secretary", case, 2, {"paper": "申1"})
    with at(office, "commissioner") as task:
        (shown,) = show(task, case).waiting
        (listed,) = waiting(task, case)
        (whole,) = [one for one in waiting(task) if one.case == case]
        assert (shown.proposal, shown.about, shown.rules, shown.mine) == (listed.proposal, "apply", (), False)
        assert shown.request == listed.request == whole.request
        assert whole.about == "apply"


def test_the_plan_is_the_plan_and_names_are_of_the_person_and_of_the_offer(office):
    case = until(office, "talk")
    office.offer("secretary", case, "二支部", office.clock.day)
    with at(office, "elsewhere") as task:
        shown = show(task, case)
        assert shown.planned == plan_of(task, case)[1]
        assert (shown.name, shown.born_on, shown.offered_to) == ("示例一", D("2000-02-10"), "二支部")
        assert {line.account for line in shown.lines} == {"secretary"}
        assert {line.organization for line in shown.lines} == {"一支部"}


def test_what_comes_next_says_with_which_outcome(office):
    case = until(office, "choose_target")
    with at(office, "approver") as task:
        (consent,) = [one for one in show(task, case).now if one.step == "list_target"]
        assert (consent.outcome, consent.acts, consent.mine) == ("consented", "党委", True)
