"""How the first people come in: one password for the administrator, one for everybody in a sample."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.engine.office import LAWS
from workflow.access.passwords import matches
from workflow.access.sessions import Limits, session_of
from workflow.access.signing import SignIn, sign_in
from workflow.keep.entrance import NoSample, first_password, sample_password, seats
from workflow.keep.installation import Founding, fill_sample, initialise
from workflow.law.loader import definitions_root
from workflow.store.database import Database
from workflow.store.tables import Account, LogEntry, SignedIn

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
FOUNDING = Founding("某机关党委", "committee", "Admin", "王示一")
SECRET = bytes(32)


@pytest.fixture
def real(empty: Database, tmp_path: Path) -> Database:
    """Give an installation with real people."""
    initialise(empty, tmp_path, LAWS, FOUNDING, NOW)
    return empty


@pytest.fixture
def sample(empty: Database, tmp_path: Path) -> Database:
    """Give a sample."""
    fill_sample(empty, tmp_path, LAWS, definitions_root(), NOW)
    return empty


def test_the_first_administrator_is_given_a_password_once(real: Database) -> None:
    with real.write() as connection:
        given = first_password(connection, NOW)
        assert given is not None
        assert first_password(connection, NOW) is None
        assert connection.scalars(select(LogEntry.act)).all()[1:] == ["password_given"]
    login, password = given
    token = sign_in(real, SECRET, SignIn(login, password, "127.0.0.1"), "plain", NOW)
    with real.read() as connection:
        found = session_of(connection, token, Limits(), NOW)
    assert found is not None
    assert (found.login, found.must_change) == ("admin", True)


def test_an_installation_without_anybody_has_no_password(sample: Database) -> None:
    with sample.write() as connection:
        # a Table is a FromClause to SQLAlchemy
        connection.execute(Account.__table__.update().values(disabled_at=NOW))  # type: ignore[attr-defined]
        assert first_password(connection, NOW) is None


def test_real_people_never_share_a_password(real: Database) -> None:
    with real.write() as connection, pytest.raises(NoSample, match="real"):
        sample_password(connection, NOW)
    with real.read() as connection:
        assert connection.scalar(select(Account.password)) is None


def test_everybody_in_a_sample_has_the_same_password_and_a_new_one_each_time(sample: Database) -> None:
    with sample.write() as connection:
        first = sample_password(connection, NOW)
    token = sign_in(sample, SECRET, SignIn("jg.shuji", first, "127.0.0.1"), "plain", NOW)
    with sample.read() as connection:
        found = session_of(connection, token, Limits(), NOW)
        assert found is not None
        assert not found.must_change
    with sample.write() as connection:
        second = sample_password(connection, NOW)
    assert second != first
    with sample.read() as connection:
        ((kept, accounts),) = connection.execute(select(Account.password, func.count()).group_by(Account.password))
        assert connection.scalar(select(func.count()).select_from(SignedIn)) == 0
        assert connection.scalar(select(func.count()).select_from(Account)) == accounts
    assert (matches(kept, second), matches(kept, first)) == (True, False)


def test_offices_stand_in_the_order_of_the_tree_as_far_as_they_are_held(sample: Database) -> None:
    with sample.read() as connection:
        there = seats(connection, date(2026, 11, 22))
        later = seats(connection, date(2027, 1, 2))
    assert there[0].login == "admin"
    logins = [one.login for one in there]
    assert logins.index("jgdw.shuji") < logins.index("zb1.shuji") < logins.index("dx.shuji") < logins.index("jg.shuji")
    assert {one.login for one in there} - {one.login for one in later} == {"jgdw.daili"}  # until the end of the year
