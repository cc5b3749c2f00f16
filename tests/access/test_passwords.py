"""Passwords of accounts: given once from above, changed by their holder, never kept as they are."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.engine.tree import FIRST, KINDS, NOW, TODAY, sample_database, tree
from workflow.access import passwords, sessions
from workflow.access.passwords import SamePassword, WeakPassword, WrongPassword
from workflow.engine.accounts import AccountRefused, NewOffice, appoint, disable_account
from workflow.engine.acting import NotEntitled
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.scope import UnknownAccount
from workflow.store.tables import Account, LogEntry

__all__ = ["sample_database", "tree"]  # fixtures

GOOD, BETTER = "杏花春雨江南小楼一夜听风", "correct horse battery"


def uid(tree, login):
    return tree.connection.execute(select(Account.uid).where(Account.login == login)).scalar_one()


def kept(tree, login):
    columns = select(Account.password, Account.password_at, Account.password_once)
    return tree.connection.execute(columns.where(Account.login == login)).one()


def noted(tree):
    query = select(LogEntry.act, LogEntry.account_id, LogEntry.about).order_by(LogEntry.id)
    return [tuple(row) for row in tree.connection.execute(query.where(LogEntry.act.startswith("password")))]


def change_own(connection, account, old, new, profile, now, *, keep=None):
    """Change a password as the server does, in one transaction of the test's."""
    before = passwords.own(connection, account)
    passwords.put_own(connection, before, passwords.judged(before, old, new, profile), now, keep=keep)


def test_a_password_given_by_an_administrator_is_for_one_use_and_is_noted(tree):
    begun = sessions.begin(tree.connection, tree.account("zb1.zuzhi"), None, NOW)
    given = passwords.give_one_time(tree.connection, tree.actor("jgdw.guanli"), uid(tree, "zb1.zuzhi"), NOW)
    row = kept(tree, "zb1.zuzhi")
    assert given not in row.password
    assert row.password.startswith("scrypt:")
    assert (row.password_at, row.password_once) == (NOW, True)
    assert passwords.matches(row.password, given)
    assert sessions.session_of(tree.connection, begun, sessions.Limits(), NOW) is None
    account = tree.account("jgdw.guanli")
    assert noted(tree) == [("password_given", account, {"account": uid(tree, "zb1.zuzhi").hex})]


@pytest.mark.parametrize(
    ("by", "whose", "error"),
    [
        ("zb1.shuji", "zb1.zuzhi", NotEntitled),
        ("gw.jiancha", "zb1.zuzhi", NotEntitled),
        ("jgdw.guanli", "jgdw.guanli", ConflictOfDuties),
        ("jgdw.guanli", "gw.shuji", UnknownAccount),
        ("jgdw.guanli", "zzb.ganbu", UnknownAccount),
    ],
)
def test_who_may_not_give_a_password(tree, by, whose, error):
    before = kept(tree, whose)
    with pytest.raises(error):
        passwords.give_one_time(tree.connection, tree.actor(by), uid(tree, whose), NOW)
    assert kept(tree, whose) == before


def test_nobody_takes_over_an_account_that_reaches_beyond_the_own_scope(tree):
    """A superior's officer who also holds an office below: the administrator below must not become that officer."""
    office = NewOffice(tree.organization(FIRST).uid, "organization_commissioner", TODAY)
    appoint(tree.connection, KINDS, tree.actor("admin"), uid(tree, "gw.shuji"), office)
    with pytest.raises(AccountRefused):
        passwords.give_one_time(tree.connection, tree.actor("jgdw.guanli"), uid(tree, "gw.shuji"), NOW)
    assert passwords.give_one_time(tree.connection, tree.actor("admin"), uid(tree, "gw.shuji"), NOW)


def test_a_disabled_account_gets_no_password(tree):
    disable_account(tree.connection, tree.actor("admin"), uid(tree, "zb1.zuzhi"), NOW)
    with pytest.raises(AccountRefused):
        passwords.give_one_time(tree.connection, tree.actor("admin"), uid(tree, "zb1.zuzhi"), NOW)


def test_the_own_password_is_changed_and_every_other_session_ends(tree):
    account, connection = tree.account("zb1.zuzhi"), tree.connection
    given = passwords.first(connection, account, NOW)
    mine, other = (sessions.begin(connection, account, None, NOW) for _ in range(2))
    elsewhere = sessions.begin(connection, tree.account("zb1.shuji"), None, NOW)
    limits = sessions.Limits()
    session = sessions.session_of(connection, mine, limits, NOW) or pytest.fail("no session")
    assert session.must_change
    later = NOW + timedelta(minutes=1)
    change_own(connection, account, given, GOOD + "二", "plain", later, keep=session.id)
    row = kept(tree, "zb1.zuzhi")
    assert (row.password_at, row.password_once) == (later, False)
    assert passwords.matches(row.password, GOOD + "二")
    assert not passwords.matches(row.password, given)
    again = sessions.session_of(connection, mine, limits, NOW) or pytest.fail("no session")
    assert not again.must_change
    assert sessions.session_of(connection, other, limits, NOW) is None
    assert sessions.session_of(connection, elsewhere, limits, NOW) is not None
    assert noted(tree)[-1] == ("password_changed", account, {})
    change_own(connection, account, GOOD + "二", BETTER, "plain", later)
    assert sessions.session_of(connection, mine, limits, NOW) is None


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("not it", BETTER, WrongPassword),
        ("", BETTER, WrongPassword),
        (None, None, SamePassword),
        (None, "short", WeakPassword),
        (None, "zb1.zuzhi password", WeakPassword),
    ],
)
def test_a_change_that_is_refused_changes_nothing(tree, old, new, error):
    account = tree.account("zb1.zuzhi")
    given = passwords.first(tree.connection, account, NOW)
    begun = sessions.begin(tree.connection, account, None, NOW)
    before = kept(tree, "zb1.zuzhi")
    with pytest.raises(error):
        change_own(tree.connection, account, given if old is None else old, new or given, "plain", NOW)
    assert kept(tree, "zb1.zuzhi") == before
    assert sessions.session_of(tree.connection, begun, sessions.Limits(), NOW) is not None


def test_an_account_without_a_password_or_disabled_changes_none(tree):
    account = tree.account("zb1.zuzhi")
    with pytest.raises(WrongPassword):
        change_own(tree.connection, account, "", BETTER, "plain", NOW)
    given = passwords.first(tree.connection, account, NOW)
    disable_account(tree.connection, tree.actor("admin"), uid(tree, "zb1.zuzhi"), NOW)
    with pytest.raises(WrongPassword):
        change_own(tree.connection, account, given, BETTER, "plain", NOW)


def test_a_password_is_the_same_from_every_keyboard_and_no_other_one_is():
    row = passwords.hashed("ｃorrect Ｈorse battery")
    assert passwords.matches(row, "correct Horse battery")
    assert not passwords.matches(row, "correct horse battery")
    assert not passwords.matches(row, "correct Horse battery ")
    assert not passwords.matches(None, "correct Horse battery")
    long = passwords.hashed("x" * 128)
    assert passwords.matches(long, "x" * 128)
    assert not passwords.matches(long, "x" * 100_000)
    assert not passwords.matches(row, "\ud800")


def test_two_accounts_with_one_password_have_different_hashes():
    assert passwords.hashed(BETTER) != passwords.hashed(BETTER)
