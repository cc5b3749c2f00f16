"""What ``jishi doctor`` says of the seal: altered is wrong; what waits or never leaves the machine wants a look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.keep.conftest import unprotected
from tests.sealing.conftest import Sealed
from workflow.keep.finding import Finding, Level
from workflow.keep.sealing import sealing
from workflow.sealing.outside import publish
from workflow.sealing.standing import standing
from workflow.store.tables import Entry, Leaf


def said(house: Sealed, later: timedelta = timedelta()) -> Finding:
    with house.database.read() as connection:
        found = sealing(connection, house.office.clock() + later)
    assert found.level is Level.GOOD or found.remedy is not None
    return found


def level(house: Sealed, later: timedelta = timedelta()) -> tuple[Level, bool]:
    """Return how grave it is, and whether it is about waiting lines."""
    found = said(house, later)
    return found.level, "wait" in found.what.en


def test_a_seal_that_grows_and_leaves_the_machine_is_sound(house: Sealed) -> None:
    assert level(house) == (Level.GOOD, False)
    house.sealer.seal()
    assert level(house) == (Level.GOOD, False)
    assert level(house, timedelta(days=7, seconds=1)) == (Level.ATTENTION, False)
    house.office.clock.day += timedelta(days=8)
    assert level(house) == (Level.ATTENTION, False)
    with house.database.write() as connection:
        publish(connection, house.office.clock())
    assert level(house) == (Level.GOOD, False)


def test_lines_that_wait_longer_than_a_sealer_takes_are_said(house: Sealed) -> None:
    house.sealer.seal()
    house.office.open(house.office.clock.day, name="示例五")
    assert level(house, timedelta(seconds=9)) == (Level.GOOD, False)
    assert level(house, timedelta(seconds=11)) == (Level.ATTENTION, True)


def test_what_was_altered_is_wrong(house: Sealed) -> None:
    house.sealer.seal()
    house.office.open(house.office.clock.day, name="示例五")
    with unprotected(house.database) as connection:
        newest = connection.scalar(select(Entry.id).order_by(Entry.id.desc()).limit(1))
        connection.execute(update(Entry).where(Entry.id == newest).values(body=b"{}"))
    found = said(house, timedelta(seconds=11))
    assert (found.level, "1 lines are not as they were written" in found.what.en) == (Level.WRONG, True)


def test_what_is_held_back_far_behind_the_newest_line_is_wrong_all_the_same(
    house: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.sealing.waiting.WINDOW", 0)  # as if twenty thousand lines had followed
    with unprotected(house.database) as connection:
        oldest = connection.scalar(select(Entry.id).order_by(Entry.id).limit(1))
        connection.execute(update(Entry).where(Entry.id == oldest).values(body=b"{}"))
    house.sealer.seal()
    with house.database.read() as connection:
        assert standing(connection).held == 0  # the page asks of the newest only
    found = said(house)
    assert (found.level, "1 lines are not as they were written" in found.what.en) == (Level.WRONG, True)


def test_a_tree_that_is_not_the_signed_one_is_wrong(house: Sealed) -> None:
    house.sealer.seal()
    with unprotected(house.database) as connection:
        connection.execute(update(Leaf).where(Leaf.seq == 0).values(hash="ab" * 32))
    assert said(house).level is Level.WRONG
