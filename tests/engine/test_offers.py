"""Cases offered to the own branch: listed there until they are taken over or returned."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

from tests.engine.office import LAWS
from workflow.engine.offers import offers
from workflow.engine.offices import actor_of
from workflow.engine.task import Task

D = date.fromisoformat


@contextmanager
def at(office, login):
    """Give what a use case works with, as somebody in the office reads."""
    who = office.people[login]
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, who.account_id, who.office_id, office.clock.day)
        yield Task(connection, LAWS, actor, office.clock())


def offered(office, login):
    """Return number and branch of what is offered to somebody's branch."""
    with at(office, login) as task:
        return [(one.case, one.branch, one.on) for one in offers(task)]


def test_an_offer_is_listed_where_it_goes_and_nowhere_else(fresh_office):
    first = fresh_office.open(D("2026-06-01"), name="李芳").case
    second = fresh_office.open(D("2026-06-02"), name="王磊").case
    fresh_office.offer("secretary", second, "二支部", D("2026-06-09"))
    fresh_office.offer("secretary", first, "二支部", D("2026-06-10"))
    expected = [(second, "一支部", D("2026-06-09")), (first, "一支部", D("2026-06-10"))]
    assert offered(fresh_office, "elsewhere") == offered(fresh_office, "watcher2") == expected
    for login in ("secretary", "approver", "department", "administrator"):
        assert offered(fresh_office, login) == []
    with at(fresh_office, "elsewhere") as task:
        assert [one.case for one in offers(task, limit=1)] == [second]
        assert [one.name for one in offers(task)] == ["王磊", "李芳"]


def test_what_was_answered_is_listed_no_more(fresh_office):
    case = fresh_office.open(D("2026-06-01")).case
    fresh_office.offer("secretary", case, "二支部", D("2026-06-09"))
    fresh_office.take("elsewhere", case, "move handed_over", D("2026-06-10"))
    assert offered(fresh_office, "elsewhere") == []
