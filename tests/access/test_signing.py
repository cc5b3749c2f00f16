"""Signing in: one answer for whatever is wrong, slower after failures, never locked, nothing lost in a crowd."""

import re
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from werkzeug.security import check_password_hash

from tests.access.signer import SECRET, attempt
from tests.engine.office import bureau
from tests.engine.tree import NOW
from tests.statements import statements
from workflow.access import passwords, signing
from workflow.access.passwords import WeakPassword, WrongPassword
from workflow.access.sessions import Limits, Session, session_of
from workflow.access.signing import (
    ADDRESS,
    NAME,
    Change,
    SignIn,
    SignInRefused,
    SignInTooSoon,
    Slowing,
    change_password,
    sign_in,
)
from workflow.store.tables import Account, LogEntry, Office, SignInFailure

ROOT = Path(__file__).resolve().parents[2]
PASSWORD, WRONG = "correct horse battery", "not the password"
HERE, THERE = "192.0.2.7", "198.51.100.9"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def office(database):
    """Give the small office; the secretary has a password that is not for one use."""
    made = bureau(database)
    with database.write() as connection:
        kept = {"password": passwords.hashed(PASSWORD), "password_at": NOW - timedelta(days=89)}
        connection.execute(update(Account).where(Account.login.in_(["secretary", "watcher"])).values(kept))
    return made


def signed(office, login="secretary", password=PASSWORD, address=HERE, now=NOW, profile="plain"):
    return sign_in(office.database, SECRET, SignIn(login, password, address), profile, now)


def session(office, token, now=NOW) -> Session:
    with office.database.read() as connection:
        return session_of(connection, token, Limits(), now) or pytest.fail("no session")


def failures(office):
    with office.database.read() as connection:
        return sorted(connection.scalars(select(SignInFailure.failures)))


def noted(office):
    with office.database.read() as connection:
        columns = (LogEntry.act, LogEntry.account_id, LogEntry.path, LogEntry.about)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(LogEntry.id))]


def change(office, **values):
    with office.database.write() as connection:
        connection.execute(update(Account).where(Account.login == "secretary").values(values))


@pytest.mark.parametrize("login", ["secretary", " Secretary ", "ｓｅｃｒｅｔａｒｙ", "SECRETARY"])
def test_whoever_knows_the_password_comes_in_and_acts_in_the_only_office(office, login):
    who = office.people["secretary"]
    found = session(office, signed(office, login))
    assert (found.account_id, found.office_id, found.must_change) == (who.account_id, who.office_id, False)
    assert failures(office) in ([], [0])
    path = f"{office.organizations['工委'][0]}.{office.organizations['党委'][0]}.{office.organizations['一支部'][0]}."
    assert noted(office) == [("sign_in", who.account_id, path, {})]


def test_with_several_offices_one_has_to_be_chosen(office):
    who, branch = office.people["secretary"], office.organizations["二支部"][0]
    office_row = {"account_id": who.account_id, "organization_id": branch, "role": "branch_secretary",
                  "from_on": date(2020, 1, 1)}  # fmt: skip
    with office.database.write() as connection:
        connection.execute(insert(Office), office_row)
    assert session(office, signed(office)).office_id is None


def without_office(office):
    with office.database.write() as connection:
        of = Office.account_id == office.people["secretary"].account_id
        connection.execute(update(Office).where(of).values(until_on=date(2020, 1, 1)))


REFUSED = {
    "a wrong password": lambda _: {"password": WRONG},
    "no password typed": lambda _: {"password": ""},
    "nobody's login": lambda _: {"login": "nobody"},
    "no login typed": lambda _: {"login": ""},
    "what cannot be a login": lambda _: {"login": "\x00\ud800' OR 1=1 --"},
    "a login too long": lambda _: {"login": "x" * 100_000},
    "a password too long": lambda _: {"password": PASSWORD + "x" * 100_000},
    "half a character": lambda _: {"password": "\ud800"},
    "a disabled account": lambda office: change(office, disabled_at=NOW) or {},
    "an account without a password": lambda office: change(office, password=None) or {},
    "an account without an office": lambda office: without_office(office) or {},
}


@pytest.mark.parametrize("why", REFUSED)
def test_whatever_is_wrong_the_answer_is_the_same(office, why):
    asked = REFUSED[why](office)
    with pytest.raises(SignInRefused) as refused:
        signed(office, **asked)
    assert str(refused.value) == str(SignInRefused())
    assert failures(office) == [1, 1]
    known = None if "login" in asked else office.people["secretary"].account_id
    assert [(act, account) for act, account, _, _ in noted(office)] == [("sign_in_failed", known)]
    assert "secretary" not in str(noted(office))


def test_a_failure_is_seen_by_those_above_and_an_unknown_name_at_the_top(office):
    for login in ("secretary", "nobody"):
        with pytest.raises(SignInRefused):
            signed(office, login, WRONG)
    top = f"{office.organizations['工委'][0]}."
    assert [path for _, _, path, _ in noted(office)][1] == top
    assert noted(office)[0][2].startswith(top)


def tried(office, login, number, address=HERE, now=NOW):
    return [attempt(office.database, SignIn(login, WRONG, address), now) for _ in range(number)]


@pytest.mark.parametrize("login", ["secretary", "nobody"])
def test_after_some_failures_a_name_has_to_wait_longer_and_longer(office, login):
    assert tried(office, login, 6) == ["refused"] * 5 + ["too soon"]
    moment = NOW
    for pause in (2, 4, 8, 16):
        with pytest.raises(SignInTooSoon) as soon:
            signed(office, login, WRONG, now=moment + (pause - 1) * SECOND)
        assert soon.value.wait_seconds == 1
        moment += pause * SECOND
        with pytest.raises(SignInRefused):
            signed(office, login, WRONG, now=moment)


def test_the_right_password_waits_too_and_then_clears_the_count(office):
    tried(office, "secretary", 5)
    with pytest.raises(SignInTooSoon):
        signed(office)
    assert session(office, signed(office, now=NOW + 2 * SECOND)).login == "secretary"
    assert tried(office, "secretary", 5, now=NOW + 2 * SECOND) == ["refused"] * 5


def test_another_name_and_another_address_do_not_wait(office):
    tried(office, "secretary", 6)
    assert signed(office, "watcher")
    with pytest.raises(SignInTooSoon):  # a name waits wherever it is typed, and however
        signed(office, "ＳＥＣＲＥＴＡＲＹ", address=THERE)


def test_an_address_waits_after_twenty_failures_whatever_the_names(office):
    for number in range(21):
        assert tried(office, f"nobody{number}", 1) == ["refused"]
    assert tried(office, "somebody", 1) == ["too soon"]
    with pytest.raises(SignInTooSoon):
        signed(office)
    assert signed(office, address=THERE)
    assert signed(office, now=NOW + 2 * SECOND)  # who comes in makes nobody else wait
    assert tried(office, "somebody", 1, now=NOW + 2 * SECOND) == ["refused"]
    assert tried(office, "somebody", 1, now=NOW + 2 * SECOND) == ["too soon"]


def test_whoever_comes_in_leaves_the_failures_of_the_address_as_they_were(office):
    tried(office, "nobody", 3)
    signed(office, now=NOW + 30 * SECOND)
    with office.database.read() as connection:
        rows = connection.execute(select(SignInFailure.failures, SignInFailure.last_at)).all()
    assert [tuple(row) for row in rows] == [(3, NOW), (3, NOW)]


def test_a_failure_at_the_same_time_is_not_taken_back_with_a_success(office, monkeypatch):
    slow = passwords.matches

    def meanwhile(kept, password):
        monkeypatch.setattr("workflow.access.signing.matches", slow)
        tried(office, "nobody", 1, now=NOW + SECOND)
        return slow(kept, password)

    monkeypatch.setattr("workflow.access.signing.matches", meanwhile)
    assert signed(office)
    assert failures(office) == [1, 1]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # what one visitor can choose freely
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "", True),
        ("a socket", "another", False),
    ],
)
def test_which_addresses_are_one(office, one, other, same):
    for place, address in enumerate((one, other)):
        with pytest.raises(SignInRefused):
            signed(office, f"nobody{place}", WRONG, address)
    assert failures(office) == ([1, 1, 2] if same else [1, 1, 1, 1])


def test_neither_names_nor_addresses_nor_passwords_are_kept(office):
    tried(office, "nobody", 1)
    with office.database.read() as connection:
        rows = connection.scalars(select(SignInFailure.of)).all()
    assert all(re.fullmatch(r"[0-9a-f]{64}", of) for of in rows)
    with pytest.raises(SignInRefused):
        sign_in(office.database, b"another secret", SignIn("nobody", WRONG, HERE), "plain", NOW)
    assert failures(office) == [1, 1, 1, 1]  # without the secret nobody can tell whose count it is
    assert WRONG not in repr(SignIn("nobody", WRONG, HERE))
    assert HERE not in repr(SignIn("nobody", WRONG, HERE))


@pytest.mark.parametrize(("profile", "must_change"), [("plain", False), ("graded", True)])
def test_a_password_that_has_lasted_long_enough_has_to_be_changed(office, profile, must_change):
    assert not session(office, signed(office, profile=profile)).must_change
    later = NOW + timedelta(days=1)
    assert session(office, signed(office, profile=profile, now=later), later).must_change is must_change


def test_a_one_time_password_has_to_be_changed_first(office):
    with office.database.write() as connection:
        given = passwords.first(connection, office.people["secretary"].account_id, NOW)
    with pytest.raises(SignInRefused):
        signed(office)
    assert session(office, signed(office, password=given)).must_change


def test_who_is_disabled_while_the_password_is_looked_at_does_not_come_in(office, monkeypatch):
    slow = passwords.matches

    def meanwhile(kept, password):
        right = slow(kept, password)
        change(office, disabled_at=NOW)
        return right

    monkeypatch.setattr("workflow.access.signing.matches", meanwhile)
    with pytest.raises(SignInRefused):
        signed(office)


def test_the_database_is_not_held_while_the_password_is_looked_at(office, monkeypatch):
    slow, held = passwords.matches, []
    engines = office.database.engines

    def watched(kept, password):
        held.append(sum(engine.pool.checkedout() for engine in engines))
        return slow(kept, password)

    monkeypatch.setattr("workflow.access.signing.matches", watched)
    signed(office)
    assert held == [0]


@pytest.mark.usefixtures("slow_hashes")
def test_a_login_that_nobody_has_takes_as_long_as_a_wrong_password(office, monkeypatch):
    looked, slow = [], check_password_hash

    def counted(kept, password):
        looked.append(kept.split("$")[0])
        return slow(kept, password)

    monkeypatch.setattr("workflow.access.passwords.check_password_hash", counted)
    with office.database.write() as connection:
        kept = {"password": passwords.hashed(PASSWORD)}
        connection.execute(update(Account).where(Account.login.in_(["secretary", "watcher"])).values(kept))
    for login in ("secretary", "nobody", "approver", "\x00"):
        tried(office, login, 1)
    assert looked == ["scrypt:32768:8:1"] * 4


def test_of_many_processes_no_failure_is_lost_and_none_gets_past_the_count(office):
    url = office.database._url.render_as_string(hide_password=False)  # noqa: SLF001 - a second process opens the same
    command = [sys.executable, "-m", "tests.access.signer", url, "secretary", "3", NOW.isoformat()]
    pipe = subprocess.PIPE
    crowd = [subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(3)]
    ready = [next(iter(one.stdout or ()), "").strip() for one in crowd]
    for one in crowd:
        if one.stdin is not None:
            one.stdin.write("go\n")
            one.stdin.flush()
    told = [one.communicate() for one in crowd]
    assert [one.returncode for one in crowd] == [0, 0, 0], [error for _, error in told]
    assert ready == ["ready"] * 3
    came = [each for said, _ in told for each in said.strip().split(",")]
    assert sorted(came) == ["refused"] * 5 + ["too soon"] * 4
    assert failures(office) == [5, 5]


def test_many_at_one_instant_get_no_more_tries_than_one_after_the_other(office, monkeypatch):
    there, told, slow = threading.Barrier(5, timeout=60), [], passwords.matches

    def together(kept, password):
        there.wait()  # as many as may are past the counting before anybody's password is looked at
        return slow(kept, password)

    monkeypatch.setattr("workflow.access.signing.matches", together)
    threads = [threading.Thread(target=lambda: told.extend(tried(office, "secretary", 1))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refused"] * 5 + ["too soon"] * 7


def test_statements_are_the_same_for_a_name_that_is_known_and_one_that_is_not(office):
    counts = []
    for login in ("watcher", "nobody"):
        with statements(office.database) as said:
            tried(office, login, 1)
        counts.append(len(said))
    assert counts[0] == counts[1]


DAYS = st.timedeltas(timedelta(), timedelta(days=2))


@given(st.integers(0, 10_000), DAYS, st.sampled_from([NAME, ADDRESS]))
def test_no_wait_is_longer_than_five_minutes_and_every_wait_ends(number, passed, slowing):
    wait = slowing.wait(number, NOW, NOW + passed)
    assert 0 <= wait <= 300
    assert slowing.wait(number, NOW, NOW + passed + (wait + 1) * SECOND) == 0
    assert slowing.wait(number, NOW, NOW - passed) <= 300  # a clock that was set back


@given(st.integers(0, 100), DAYS, DAYS, st.sampled_from([NAME, ADDRESS]))
def test_what_has_faded_stays_faded(number, one, other, slowing):
    first, second = sorted([one, other])
    assert slowing.left(number, NOW, NOW + second) <= slowing.left(number, NOW, NOW + first) <= number


@pytest.mark.parametrize(
    ("slowing", "number", "passed", "left", "wait"),
    [
        (NAME, 4, 0 * MINUTE, 4, 0),
        (NAME, 5, 0 * MINUTE, 5, 2),
        (NAME, 6, 0 * MINUTE, 6, 4),
        (NAME, 13, 0 * MINUTE, 13, 300),
        (NAME, 13, 5 * MINUTE, 13, 0),
        (NAME, 13, 30 * MINUTE - SECOND, 13, 0),
        (NAME, 13, 30 * MINUTE, 0, 0),
        (ADDRESS, 20, 0 * MINUTE, 20, 0),
        (ADDRESS, 21, 0 * MINUTE, 21, 2),
        (ADDRESS, 30, MINUTE, 29, 240),
        (ADDRESS, 30, 10 * MINUTE, 20, 0),
        (ADDRESS, 30, 60 * MINUTE, 0, 0),
        (Slowing(free=0), 1, 60 * MINUTE, 1, 0),
    ],
)
def test_how_failures_slow_and_fade(slowing, number, passed, left, wait):
    assert (slowing.left(number, NOW, NOW + passed), slowing.wait(number, NOW, NOW + passed)) == (left, wait)


def changed(office, old, new="杏花春雨江南小楼一夜听风", now=NOW):
    login = office.people["secretary"]
    change_password(office.database, SECRET, login.account_id, Change(old, new), "plain", now, keep=0)


def test_guessing_the_present_password_is_slowed_and_noted(office):
    for _ in range(5):
        with pytest.raises(WrongPassword):
            changed(office, "not it")
    with pytest.raises(SignInTooSoon):
        changed(office, PASSWORD)
    assert [act for act, *_ in noted(office)].count("sign_in_failed") == 5
    changed(office, PASSWORD, now=NOW + timedelta(minutes=10))
    assert failures(office) == []


def test_a_new_password_that_is_too_weak_counts_nothing(office):
    for _ in range(6):
        with pytest.raises(WeakPassword):
            changed(office, PASSWORD, "short")
    assert failures(office) == []


def test_a_password_that_was_changed_meanwhile_is_not_overwritten(office, monkeypatch):
    honest = passwords.judged

    def meanwhile(*asked):
        made = honest(*asked)
        change(office, password=WRONG)
        return made

    monkeypatch.setattr(signing, "judged", meanwhile)
    with pytest.raises(WrongPassword):
        changed(office, PASSWORD)
