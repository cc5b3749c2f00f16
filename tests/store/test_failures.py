"""What fails below is told as a fact with a remedy; every error here is the database's own."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from tests.store.world import TABLES, row
from workflow.store import postgresql, sqlite
from workflow.store.database import Database
from workflow.store.failures import (
    BUSY,
    DAMAGED,
    FULL,
    MISSING,
    POSTGRESQL,
    READ_ONLY,
    SQLITE,
    TOO_LONG,
    UNREACHABLE,
    DatabaseBusy,
    DatabaseUnavailable,
    translated,
)
from workflow.store.tables import Account

ACCOUNT = next(table for table in TABLES if table.name == "account")


def raised(path, *statements):
    """Return the error that SQLite raises for the last of some statements."""
    connection = sqlite.driver().connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
    except sqlite.driver().Error as error:
        return error
    finally:
        connection.close()
    raise AssertionError("nothing was raised")


def told(trouble, place):
    """Return the sentence of a trouble at a place."""
    return trouble[0].en.format(place=place)


def test_a_full_file(tmp_path):
    fill = "INSERT INTO t SELECT zeroblob(100000)"
    error = raised(tmp_path / "x.db", "PRAGMA max_page_count = 10", "CREATE TABLE t (x)", fill)
    assert str(translated(error, "x.db", writing=True)).startswith(str(FULL[0]).format(place="x.db"))


def test_a_file_that_cannot_be_written(sqlite_database):
    error = raised(sqlite_database.place, "PRAGMA query_only = ON", "DELETE FROM account")
    assert str(translated(error, "x.db", writing=True)).startswith(str(READ_ONLY[0]).format(place="x.db"))
    assert translated(error, "x.db", writing=False) is None


def test_a_fault_of_the_program_is_left_to_crash(tmp_path):
    assert translated(raised(tmp_path / "x.db", "SELECT * FROM nothing"), "x.db", writing=True) is None


@pytest.mark.parametrize("begin", [0, 4096])
def test_a_damaged_file(sqlite_database, begin):
    place = sqlite_database.place
    with Path(place).open("r+b") as file:
        file.seek(begin)
        file.write(b"\xa5" * 4096 * 60)
    with pytest.raises(DatabaseUnavailable) as damaged:
        sqlite_database.open()
    assert damaged.value.what.en == told(DAMAGED, place)


def test_text_that_is_no_text(sqlite_database):
    """The drivers raise UnicodeDecodeError, which is no error of a database, for text on a damaged page."""
    with sqlite_database.write() as connection:
        connection.execute(insert(Account).values(row(ACCOUNT, 1)))
        connection.exec_driver_sql("UPDATE account SET name = CAST(x'ff' AS TEXT)")

    def read():
        with sqlite_database.read() as connection:
            return connection.scalar(select(Account.name))

    with pytest.raises((DatabaseUnavailable, DatabaseBusy)) as damaged:
        read()
    assert damaged.value.what.en == told(DAMAGED, sqlite_database.place)


def test_a_folder_in_the_place_of_a_file(tmp_path):
    with pytest.raises(DatabaseUnavailable) as missing:
        Database(f"sqlite:///{tmp_path}").open()
    assert missing.value.what.en == told(MISSING, tmp_path)


def test_a_statement_that_takes_too_long(postgresql_database, postgresql_server):
    address = postgresql_server.url("jishi_app", postgresql_database.place.rpartition("/")[2])
    hurried = Database(f"{address}{'&' if '?' in address else '?'}options=-c statement_timeout=500")
    with pytest.raises(DatabaseUnavailable) as late, hurried.write() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(5)")
    assert late.value.what.en == told(TOO_LONG, hurried.place)
    hurried.close()


def test_a_server_that_only_reads(postgresql_database):
    def write():
        with postgresql_database.write() as connection:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.execute(insert(Account).values(row(ACCOUNT, 1)))

    with pytest.raises(DatabaseUnavailable) as refused:
        write()
    assert refused.value.what.en == told(READ_ONLY, postgresql_database.place)


@pytest.mark.parametrize(("role", "name"), [("jishi_app", "no_such_database"), ("no_such_role", "postgres")])
def test_a_database_or_a_user_that_is_not_there(postgresql_server, role, name):
    with pytest.raises(DatabaseUnavailable) as refused:
        Database(postgresql_server.url(role, name)).open()
    assert refused.value.what.en.endswith("cannot be reached.")


def test_a_connection_that_is_cut_is_told_once_and_the_next_one_works(postgresql_server, postgresql_database):

    def work():
        with postgresql_database.write() as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            postgresql_server.admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            connection.execute(select(Account))

    with pytest.raises(DatabaseUnavailable) as refused:
        work()
    assert refused.value.what.en == told(UNREACHABLE, postgresql_database.place)
    with postgresql_database.write() as connection:
        connection.execute(insert(Account).values(row(ACCOUNT, 1)))


def test_a_connection_that_was_cut_while_nobody_used_it_is_not_noticed(postgresql_server, postgresql_database):
    with postgresql_database.write() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    postgresql_server.admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with postgresql_database.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_connection_to_which_the_server_said_something_else_is_kept(postgresql_database):
    with postgresql_database.write() as one, postgresql_database.write() as other:
        pids = {each.scalar(text("SELECT pg_backend_pid()")) for each in (one, other)}
        for each in (one, other):
            each.exec_driver_sql("LISTEN news")
    with postgresql_database.write() as one:
        one.exec_driver_sql("NOTIFY news")  # whichever connection lies in the pool has something to read now
    with postgresql_database.write() as one, postgresql_database.write() as other:
        assert {each.scalar(text("SELECT pg_backend_pid()")) for each in (one, other)} == pids


@pytest.mark.parametrize("long", [-1, 3600])
def test_a_connection_that_ended_without_a_word_is_found_when_it_lay_there_for_long(
    postgresql_database, postgresql_server, monkeypatch, long
):
    def asked():
        with postgresql_database.write() as connection:
            return connection.scalar(text("SELECT pg_backend_pid()"))

    monkeypatch.setattr(postgresql, "LONG", long)
    monkeypatch.setattr(postgresql, "_says_something", lambda _: False)  # nothing of the end comes through
    pid = asked()
    postgresql_server.admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    if long > 0:
        with pytest.raises(DatabaseUnavailable):
            asked()
    assert asked() != pid


def test_no_connection_free_is_busy(sqlite_database):
    sqlite_database._reading.pool._timeout = 0.05  # noqa: SLF001 - nobody waits thirty seconds for a test
    held = [sqlite_database.read() for _ in range(20)]
    for each in held:
        each.__enter__()
    with pytest.raises(DatabaseBusy), sqlite_database.read():
        pass
    for each in held:
        each.__exit__(None, None, None)


def test_every_trouble_is_told_in_both_languages_with_a_remedy():
    for what, remedy in {id(each): each for each in (*SQLITE.values(), *POSTGRESQL.values())}.values():
        assert what.zh
        assert what.en.endswith(".")
        assert what.zh.endswith("。")
        assert remedy.zh.endswith("。")
        assert remedy.en.endswith(".")
    assert BUSY in SQLITE.values()
