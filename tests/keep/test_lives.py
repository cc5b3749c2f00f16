"""The doctor's look at the life of findings: sound after whatever people did, and every altered line is found."""

from __future__ import annotations

import pytest

from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.test_audit_runs import as_judged, mends, taken
from tests.engine.test_finding_acts import OPENED, TODAY, answered, asked, settled
from tests.keep.conftest import altered
from workflow.keep.cases import walk
from workflow.keep.chain import heads
from workflow.keep.doctor import on
from workflow.keep.lives import lives
from workflow.store.database import Database


@pytest.fixture
def office(sqlite_database: Database) -> Bureau:
    """Give an office with a finding that is waived and answered, and one that is closed."""
    fresh_office = bureau(sqlite_database)
    for name in ("甲一", "甲二"):
        fresh_office.open(OPENED, name=name)
    fresh_office.clock.day = TODAY
    taken(fresh_office)
    answered(fresh_office)
    asked(fresh_office)
    settled(fresh_office)
    mends(fresh_office, "甲二")
    taken(fresh_office)
    as_judged(fresh_office)
    return fresh_office


def test_a_sound_life_is_found_sound(office):
    with office.database.read() as connection:
        assert list(lives(connection, heads(connection, 0, 100))) == []


PLANTED = [
    "UPDATE finding_life SET stage = 'closed' WHERE stage = 'waived'",
    "UPDATE finding_life SET stage = 'waived', waived_until = '2099-01-01' WHERE stage = 'closed'",
    "UPDATE finding_life SET waived_until = '2099-01-01' WHERE stage = 'waived'",
    "UPDATE finding_life SET first_on = '2020-01-01'",
    "UPDATE finding_life SET reopened_on = '2026-11-22' WHERE stage = 'waived'",
    "UPDATE finding_life SET closed_on = '2026-11-21' WHERE stage = 'closed'",
    "UPDATE finding_life SET answer_id = NULL",
    "UPDATE finding_life SET round = 2",
    "DELETE FROM finding_life",
    "DELETE FROM finding_event WHERE kind = 'gone'",
    "UPDATE finding_event SET until_on = '2099-01-01'",
    "UPDATE finding_event SET kind = 'odd' WHERE kind = 'answered'",
    "UPDATE finding_text SET value = '别的话' WHERE field = 'answer'",
    "UPDATE finding_text SET field = 'other' WHERE field = 'answer'",
]


@pytest.mark.parametrize("change", PLANTED)
def test_what_was_altered_is_found(office, change):
    with altered(office.database, change) as connection:
        found = walk(on(connection), LAWS)
    assert {one.kind for one in found.projection.first} == {"life"}


def test_erased_words_are_no_fault(office):
    with altered(office.database, "DELETE FROM finding_text") as connection:
        assert list(lives(connection, heads(connection, 0, 100))) == []
