"""How the database is reached: durable settings, whole transactions, private files, and no password in any message."""

import os
import re
import sqlite3
import stat
import traceback
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.store.world import TABLES, row, settle
from workflow.errors import WorkflowError
from workflow.store import revision, sqlite
from workflow.store.database import Database, NoOwner
from workflow.store.failures import DatabaseNotReady, DatabaseUnavailable
from workflow.store.migrations import migrate, revision_of
from workflow.store.postgresql import NoRole
from workflow.store.sqlite import UnsafeSQLite
from workflow.store.tables import Account, Case, Person
from workflow.store.urls import UnknownDatabase

ACCOUNT = next(table for table in TABLES if table.name == "account")


def count(database):
    """Return how many accounts there are."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(Account))


@pytest.mark.parametrize("use", ["read", "write", "owner", "peek"])
def test_every_connection_to_a_file_is_durable_and_strict(sqlite_database, use):
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "busy_timeout": 15_000,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
        "mmap_size": 0,
    }
    with getattr(sqlite_database, use)() as connection:
        assert {name: connection.scalar(text(f"PRAGMA {name}")) for name in expected} == expected


def test_every_connection_to_a_server_waits_within_bounds_and_starts_nothing_for_a_short_query(postgresql_database):
    expected = {
        "lock_timeout": "5s",
        "statement_timeout": "15s",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "idle_in_transaction_session_timeout": "30s",
        "transaction_isolation": "read committed",
        "transaction_read_only": "off",
    }
    reading = {"transaction_isolation": "repeatable read", "transaction_read_only": "on"}
    with postgresql_database.write() as connection:
        assert {name: connection.scalar(text(f"SHOW {name}")) for name in expected} == expected
    with postgresql_database.read() as connection:
        assert {name: connection.scalar(text(f"SHOW {name}")) for name in expected} == expected | reading
    with postgresql_database.owner() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "5s"
        assert connection.scalar(text("SHOW statement_timeout")) == "0"


def test_a_transaction_is_committed_at_its_end(database):
    with database.write() as connection:
        connection.execute(insert(Account).values(row(ACCOUNT, 1)))
    assert count(database) == 1


def test_a_transaction_that_fails_leaves_nothing(database):
    def fail():
        with database.write() as connection:
            connection.execute(insert(Account).values(row(ACCOUNT, 1)))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert count(database) == 0


def test_a_reading_transaction_cannot_write_and_the_next_one_can(database):
    def write_while_reading():
        with database.read() as connection:
            connection.execute(insert(Account).values(row(ACCOUNT, 1)))

    for _ in range(3):
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            write_while_reading()
    with database.write() as connection:
        connection.execute(insert(Account).values(row(ACCOUNT, 1)))
    assert count(database) == 1


def test_messages_of_the_driver_hold_no_values(database):
    named = row(ACCOUNT, 1) | {"name": "赵一鸣"}
    with database.write() as connection:
        connection.execute(insert(Account).values(named))
    with pytest.raises(IntegrityError) as twice, database.write() as connection:
        connection.execute(insert(Account).values(named))
    assert "赵一鸣" not in str(twice.value)


def test_foreign_keys_hold(database):
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(Person).values(case_id=99, name="甲", name_key="甲"))


def test_a_penalty_goes_with_its_member_and_a_case_never_goes_from_its_entries(database):
    with database.write() as connection:
        settle(connection)
        connection.exec_driver_sql("DELETE FROM member WHERE id = 1")
        assert connection.scalar(text("SELECT count(*) FROM penalty")) == 0
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(delete(Case).where(Case.id == 1))


def test_an_erased_value_is_gone_from_the_file(sqlite_database):
    words = "一段不该留下的话"
    with sqlite_database.write() as connection:
        settle(connection)
        value = {"entry_id": 3, "field": "opinion", "salt": bytes(32), "value": words}
        connection.execute(insert(next(table for table in TABLES if table.name == "entry_value")).values(value))
    with sqlite_database.write() as connection:
        connection.exec_driver_sql("DELETE FROM entry_value WHERE field = 'opinion'")
    with sqlite_database.owner(transaction=False) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_database.close()
    files = [path for path in Path(sqlite_database.place).parent.iterdir() if path.is_file()]
    assert files
    assert not [path.name for path in files if words.encode() in path.read_bytes()]


def test_a_new_file_and_its_folder_are_for_their_user_alone(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new/deep/jishi.db")
    migrate(database)
    with database.write() as connection:
        connection.execute(insert(Account).values(row(ACCOUNT, 1)))
        folder = tmp_path / "new" / "deep"
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    database.close()
    assert set(modes) >= {"jishi.db", "jishi.db-wal"}
    if os.name == "posix":
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_that_is_not_there_is_not_made_by_reading(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/mistyped.db")
    for use in (database.read, database.write, lambda: revision_of(database)):
        with pytest.raises(DatabaseUnavailable, match="jishi init"):
            use()
    assert list(tmp_path.iterdir()) == []


def test_statements_of_the_owner_may_stand_alone(database, tmp_path):
    with database.owner(transaction=False) as connection:
        if database.dialect == "sqlite":
            connection.execute(text("VACUUM INTO :copy"), {"copy": str(tmp_path / "copy.db")})
            copy = sqlite.driver().connect(":memory:")
            connection.connection.driver_connection.backup(copy)
            assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision.NEWEST,)]
            copy.close()
        else:
            connection.exec_driver_sql("VACUUM entry")


def test_an_old_sqlite_is_refused():
    old, first = ModuleType("old"), ModuleType("first")
    old.sqlite_version, first.sqlite_version = "3.51.2", "3.51.3"  # type: ignore[attr-defined]  # a module made up here
    with pytest.raises(UnsafeSQLite, match=r"3\.51\.2(.|\n)*3\.51\.3(.|\n)*pip install"):
        sqlite.safe_driver(old)
    assert sqlite.safe_driver(first) is first


def test_the_newest_driver_at_hand_is_used():
    assert sqlite.edition(sqlite.driver()) >= sqlite.edition(sqlite3)
    assert sqlite.edition(sqlite.driver()) >= sqlite.OLDEST_SAFE


def test_the_database_uses_that_driver(sqlite_database):
    with sqlite_database.read() as connection:
        assert connection.scalar(text("SELECT sqlite_version()")) == sqlite.driver().sqlite_version


def test_statements_stay_prepared_from_one_transaction_to_the_next(sqlite_database, monkeypatch):
    prepared: list[int] = []
    authorize = sqlite.authorize

    def noting(*asked):
        prepared.extend(asked[:1] if asked[0] == sqlite3.SQLITE_READ else ())
        return authorize(*asked)

    monkeypatch.setattr(sqlite, "authorize", noting)  # asked whenever a statement is prepared
    sqlite_database.close()
    counts = []
    for begin in (sqlite_database.read, sqlite_database.write) * 3:
        prepared.clear()
        with begin() as connection:
            connection.execute(text("SELECT * FROM account"))
        counts.append(len(prepared))
    assert min(counts[:2]) > 0
    assert counts[2:] == [0] * 4


def test_a_server_plans_what_is_read_for_the_values_at_hand_and_keeps_only_plans_of_what_writes(postgresql_database):
    postgresql_database.close()  # a new connection has nothing prepared
    query = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT account.id%'"
    counts = []
    for begin in (postgresql_database.read, postgresql_database.write, postgresql_database.read):
        with begin() as connection:
            for asked in range(7):
                connection.execute(select(Account.id).where(Account.id == asked))
            counts.append(connection.scalar(text(query)))
    assert counts == [0, 1, 1]


def test_a_start_with_an_old_sqlite_is_refused(tmp_path, monkeypatch):
    old = ModuleType("old")
    old.sqlite_version = "3.40.1"  # type: ignore[attr-defined]  # a module made up here
    monkeypatch.setattr(sqlite, "driver", lambda: old)
    with pytest.raises(UnsafeSQLite):
        Database(f"sqlite:///{tmp_path}/jishi.db")


PASSWORD = "geheim-4711"  # noqa: S105 - of nobody


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://app:{PASSWORD}@127.0.0.1:1/jishi",
        f"postgres://app:{PASSWORD}@127.0.0.1:1/jishi?connect_timeout=1",
        f"postgresql+psycopg://app:{PASSWORD}@nowhere.invalid/jishi",
        f"postgresql://app@127.0.0.1:1/jishi?password={PASSWORD}",
    ],
)
def test_no_message_tells_the_password(url):
    database = Database(url, owner_url=url)
    assert PASSWORD not in repr(database) + database.place
    assert "app@" in repr(database)
    for use in (database.read, database.write, lambda: migrate(database), lambda: revision_of(database)):
        with pytest.raises(DatabaseUnavailable) as refused:
            use()
        told = "".join(traceback.format_exception(refused.value))
        assert PASSWORD not in told
        assert "jishi" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://app:{PASSWORD}@host/jishi",
        f"postgresql+psycopg2://app:{PASSWORD}@host/jishi",
        f"postgresql://app:{PASSWORD}@host",
        f"postgresql://app:{PASSWORD}@host:port/jishi",
        f"{PASSWORD}",
        "sqlite://",
        "sqlite:///:memory:",
        "",
    ],
)
def test_an_address_that_names_no_database_is_refused(url):
    with pytest.raises(UnknownDatabase) as refused:
        Database(url)
    told = "".join(traceback.format_exception(refused.value))
    assert PASSWORD not in re.sub(r"^ .*", "", told, flags=re.MULTILINE)


def test_a_newer_database_is_left_alone(database):
    with database.owner() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for use in (database.read, database.write, lambda: migrate(database)):
        with pytest.raises(DatabaseNotReady, match="9999"):
            use()
    assert revision_of(database) == "9999"


def test_an_older_database_is_upgraded_first(database, monkeypatch):
    monkeypatch.setattr(revision, "EDITIONS", ("0001", "0002"))
    monkeypatch.setattr(revision, "NEWEST", "0002")
    with pytest.raises(DatabaseNotReady, match="jishi upgrade"):
        database.read()


def test_a_database_without_tables_says_so(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    with database.owner():
        pass
    with pytest.raises(DatabaseNotReady, match="jishi init"):
        database.read()
    assert revision_of(database) is None
    assert migrate(database) is None
    assert migrate(database) == revision.NEWEST
    database.close()


def test_only_the_owner_migrates(postgresql_server, postgresql_database):
    without = Database(postgresql_server.url("jishi_app", postgresql_database.place.rpartition("/")[2]))
    with pytest.raises(NoOwner):
        migrate(without)


@pytest.mark.parametrize(("role", "told"), [("nobody_yet", "CREATE ROLE nobody_yet"), ("jishi_owner", "jishi_owner")])
def test_a_migration_needs_an_application_that_is_not_the_owner(postgresql_server, role, told):
    postgresql_server.create("without_role")
    owner = postgresql_server.url("jishi_owner", "without_role")
    database = Database(postgresql_server.url(role, "without_role"), owner_url=owner)
    with pytest.raises(NoRole, match=told):
        migrate(database)
    with database.owner() as connection:  # all or nothing
        assert revision.edition_of(connection) is None
    database.close()
    postgresql_server.drop("without_role")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_that_fails_leaves_nothing(request, tmp_path, kind):
    if kind == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/half.db")
    else:
        server = request.getfixturevalue("postgresql_server")
        server.create("half")
        database = server.database("half")
    with database.owner() as connection:
        connection.exec_driver_sql("CREATE TABLE outbox (id INTEGER)")  # the migration makes its own, near its end
    with pytest.raises(DBAPIError, match="exists"):
        migrate(database)
    with database.owner() as connection:
        assert revision.edition_of(connection) is None
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql("SELECT * FROM entry")
    if kind == "postgresql":
        server.drop("half")


def test_errors_are_of_one_tree():
    assert all(issubclass(each, WorkflowError) for each in (UnsafeSQLite, UnknownDatabase, NoOwner, NoRole))
