"""Sessions: what opens one, what ends it, and that a copied cookie is dead from then on."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.engine.office import bureau
from tests.engine.tree import FIRST, KINDS, NOW, SECOND, TODAY, sample_database, tree
from workflow.access.sessions import (
    Limits,
    Session,
    begin,
    choose_office,
    clear,
    end,
    end_all,
    end_one,
    forget_everybody,
    open_of,
    session_of,
    touch,
)
from workflow.engine.accounts import NewOffice, appoint, disable_account, dismiss
from workflow.engine.offices import NoOffice
from workflow.store.tables import Account, SignedIn, SignInFailure

__all__ = ["sample_database", "tree"]  # fixtures

LIMITS = Limits()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def uid(tree, login):
    return tree.connection.execute(select(Account.uid).where(Account.login == login)).scalar_one()


def opened(tree, login):
    return begin(tree.connection, tree.account(login), None, NOW)


def session(tree, token, now=NOW) -> Session:
    return session_of(tree.connection, token, LIMITS, now) or pytest.fail("no session")


def is_open(tree, token, now=NOW):
    return session_of(tree.connection, token, LIMITS, now) is not None


def test_a_token_opens_its_own_session_and_is_not_kept(tree):
    one, other = opened(tree, "zb1.shuji"), opened(tree, "zb1.zuzhi")
    found = session(tree, one)
    assert (found.login, found.account_uid) == ("zb1.shuji", uid(tree, "zb1.shuji"))
    assert (found.created_at, found.seen_at, found.office_id, found.must_change) == (NOW, NOW, None, False)
    assert len(one) >= 43
    kept = tree.connection.scalars(select(SignedIn.token)).all()
    assert not {one, other} & set(kept)
    for wrong in ("", one[:-1], one + "x", kept[0], "\ud800", "\x00", "令牌"):
        assert not is_open(tree, wrong)


@pytest.mark.parametrize(
    ("seen_after", "asked_after", "expected"),
    [
        (timedelta(), 29 * MINUTE, True),
        (timedelta(), 30 * MINUTE, False),
        (11 * HOUR + 45 * MINUTE, 12 * HOUR - MINUTE, True),
        (11 * HOUR + 45 * MINUTE, 12 * HOUR, False),
        (timedelta(), -MINUTE, True),  # a clock that was set back
    ],
)
def test_a_session_ends_when_it_is_idle_and_at_the_latest_after_half_a_day(tree, seen_after, asked_after, expected):
    token = opened(tree, "zb1.shuji")
    tree.connection.execute(update(SignedIn).values(seen_at=NOW + seen_after))
    assert is_open(tree, token, NOW + asked_after) is expected


@pytest.mark.parametrize(("idle", "absolute"), [(MINUTE, HOUR), (2 * HOUR, HOUR), (timedelta(), timedelta())])
def test_limits_that_make_no_sense_do_not_exist(idle, absolute):
    with pytest.raises(ValueError, match="a session lasts"):
        Limits(idle, absolute)


def test_an_end_is_the_end_for_every_copy(tree):
    token, other, foreign = opened(tree, "zb1.shuji"), opened(tree, "zb1.shuji"), opened(tree, "zb1.zuzhi")
    end(tree.connection, token)
    assert [is_open(tree, each) for each in (token, other, foreign)] == [False, True, True]
    end(tree.connection, token)  # twice is no error
    end_all(tree.connection, tree.account("zb1.shuji"))
    assert [is_open(tree, each) for each in (other, foreign)] == [False, True]


def test_all_but_one_and_one_of_ones_own(tree):
    first, second, third = (opened(tree, "zb1.shuji") for _ in range(3))
    foreign = opened(tree, "zb1.zuzhi")
    account = tree.account("zb1.shuji")
    mine = session(tree, first)
    theirs = session(tree, foreign)
    end_one(tree.connection, account, theirs.id)
    assert is_open(tree, foreign)
    end_one(tree.connection, account, session(tree, second).id)
    assert [one.id for one in open_of(tree.connection, account)] == [
        session(tree, third).id,
        mine.id,
    ]
    end_all(tree.connection, account, but=mine.id)
    assert [is_open(tree, each) for each in (first, second, third, foreign)] == [True, False, False, True]


def appointed(tree):
    place = tree.organization(SECOND).uid
    return appoint(
        tree.connection, KINDS, tree.actor("admin"), uid(tree, "zb1.zuzhi"),
        NewOffice(place, "organization_commissioner", TODAY),
    )  # fmt: skip


def stood_in_for(tree):
    """Let a deputy sign in and the principal leave; return the deputy's token."""
    office = NewOffice(tree.organization(FIRST).uid, "branch_secretary", TODAY, None, tree.office("zb1.shuji"))
    appoint(tree.connection, KINDS, tree.actor("admin"), uid(tree, "zb1.zuzhi"), office)
    token = opened(tree, "zb1.zuzhi")
    dismiss(tree.connection, tree.actor("admin"), tree.office("zb1.shuji"), TODAY)
    return token


@pytest.mark.parametrize(
    "change",
    [
        appointed,
        lambda tree: dismiss(tree.connection, tree.actor("admin"), tree.office("zb1.zuzhi"), TODAY),
        lambda tree: disable_account(tree.connection, tree.actor("admin"), uid(tree, "zb1.zuzhi"), NOW),
    ],
)
def test_a_change_of_offices_ends_the_sessions_of_whom_it_concerns(tree, change):
    token, other = opened(tree, "zb1.zuzhi"), opened(tree, "zb1.shuji")
    change(tree)
    assert [is_open(tree, each) for each in (token, other)] == [False, True]


def test_with_an_office_its_deputies_sessions_end(tree):
    assert not is_open(tree, stood_in_for(tree))


def test_a_disabled_account_has_no_session_even_if_one_were_left(tree):
    disable_account(tree.connection, tree.actor("admin"), uid(tree, "zb1.zuzhi"), NOW)
    assert not is_open(tree, opened(tree, "zb1.zuzhi"))


def test_only_an_office_that_is_held_today_is_chosen(tree):
    token = opened(tree, "zb1.zuzhi")
    found = session(tree, token)
    own = tree.office("zb1.zuzhi")
    assert choose_office(tree.connection, found, own, TODAY).office_id == own
    assert session(tree, token).office_id == own
    for foreign in (tree.office("zb1.shuji"), 0, 99_999):
        with pytest.raises(NoOffice):
            choose_office(tree.connection, found, foreign, TODAY)
    with pytest.raises(NoOffice):
        choose_office(tree.connection, found, own, TODAY - 10_000 * DAY)
    assert session(tree, token).office_id == own


def test_what_has_expired_is_cleared_away(tree):
    old, idle, fresh = (opened(tree, "zb1.shuji") for _ in range(3))
    ids = [one.id for one in open_of(tree.connection, tree.account("zb1.shuji"))][::-1]
    tree.connection.execute(update(SignedIn).where(SignedIn.id == ids[0]).values(created_at=NOW - 12 * HOUR))
    tree.connection.execute(update(SignedIn).where(SignedIn.id == ids[1]).values(seen_at=NOW - 30 * MINUTE))
    for key, age in (("a", 25 * HOUR), ("b", 23 * HOUR)):
        row = {"of": key * 64, "failures": 1, "last_at": NOW - age}
        tree.connection.execute(insert(SignInFailure), row)
    assert clear(tree.connection, LIMITS, NOW) == 2
    assert [one.id for one in open_of(tree.connection, tree.account("zb1.shuji"))] == ids[2:]
    assert tree.connection.scalars(select(SignInFailure.of)).all() == ["b" * 64]
    assert [is_open(tree, each) for each in (old, idle, fresh)] == [False, False, True]
    forget_everybody(tree.connection)
    assert not is_open(tree, fresh)
    assert tree.connection.scalars(select(SignInFailure.of)).all() == []


def test_use_is_noted_at_most_once_a_minute(database):
    office = bureau(database)
    with database.write() as connection:
        token = begin(connection, office.people["secretary"].account_id, None, NOW)

    def found(now) -> Session | None:
        with database.read() as connection:
            return session_of(connection, token, LIMITS, now)

    def looked(now) -> Session:
        return found(now) or pytest.fail("no session")

    touch(database, looked(NOW), NOW + 59 * timedelta(seconds=1))
    assert looked(NOW).seen_at == NOW
    stale = looked(NOW)
    touch(database, stale, NOW + 20 * MINUTE)
    assert looked(NOW + 40 * MINUTE).seen_at == NOW + 20 * MINUTE
    touch(database, stale, NOW + 10 * MINUTE)  # a slower request does not turn it back
    assert looked(NOW).seen_at == NOW + 20 * MINUTE
    with database.write() as connection:
        end(connection, token)
    touch(database, stale, NOW + 30 * MINUTE)  # and brings nothing back to life
    assert found(NOW) is None
