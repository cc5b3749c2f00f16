"""What is restored is what was kept, and nothing that fails a check takes the place of anything."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from tests.engine.office import LAWS, Bureau
from tests.keep.conftest import alter, contents
from tests.store_fixtures import OWNER, Server
from workflow.access.sessions import Limits, begin, session_of
from workflow.keep.archive import LEFT, NoBackup, NoRoom, pack, unpack
from workflow.keep.backup import back_up
from workflow.keep.listing import ForeignDump, require_own
from workflow.keep.restore import AnotherInstallation, CannotRestore, How, NotSound, WouldReplace, restore, verify
from workflow.keep.swap_postgresql import MayNotCreate
from workflow.keep.swap_sqlite import InUse
from workflow.store import revision
from workflow.store.database import Database
from workflow.store.failures import DatabaseNotReady
from workflow.store.tables import SignedIn, SignInFailure

NOW = datetime(2030, 6, 1, 4, tzinfo=UTC)
REPLACE = How(replace=True)
FAULT = "UPDATE entry SET step = 'talk' WHERE id = (SELECT max(id) FROM entry)"


def test_a_backup_comes_back_as_it_was(office: Bureau, tmp_path: Path) -> None:
    database = office.database
    before = contents(database)
    kept = back_up(database, tmp_path / "one.zip", NOW)
    office.open(office.clock.day, name="示例后来")
    later = contents(database)
    assert later != before
    done = restore(database, kept.path, LAWS, NOW, REPLACE)
    assert contents(database) == before
    assert (done.manifest, done.findings) == (kept.manifest, ())
    office.open(office.clock.day, name="示例再来")  # what was restored is protected, granted and served
    assert done.kept
    old = Database(f"sqlite:///{done.kept}") if database.dialect == "sqlite" else database.sibling(done.kept)
    assert contents(old) == later
    old.close()


def test_nobody_is_signed_in_by_a_restored_backup(office: Bureau, tmp_path: Path) -> None:
    database, account = office.database, office.people["secretary"].account_id
    with database.write() as connection:
        token = begin(connection, account, None, NOW)
        connection.execute(insert(SignInFailure), {"of": "a" * 64, "failures": 9, "last_at": NOW})
    kept = back_up(database, tmp_path / "one.zip", NOW)
    assert restore(database, kept.path, LAWS, NOW, REPLACE).findings == ()
    with database.read() as connection:
        assert session_of(connection, token, Limits(), NOW) is None
        for table in (SignedIn, SignInFailure):
            assert connection.execute(select(table)).all() == []


def test_nothing_is_replaced_unasked(office: Bureau, tmp_path: Path) -> None:
    kept = back_up(office.database, tmp_path / "one.zip", NOW)
    with pytest.raises(WouldReplace, match="--replace"):
        restore(office.database, kept.path, LAWS, NOW, How())


def test_a_backup_is_restored_where_there_is_nothing(office: Bureau, tmp_path: Path) -> None:
    before = contents(office.database)
    kept = back_up(office.database, tmp_path / "one.zip", NOW)
    new = (
        Database(f"sqlite:///{tmp_path}/new/deep/jishi.db")
        if office.database.dialect == "sqlite"
        else office.database.sibling(f"restored_{id(tmp_path)}")
    )
    assert restore(new, kept.path, LAWS, NOW, How()).kept is None
    assert contents(new) == before
    new.open()
    new.close()


def test_what_a_lost_database_left_beside_itself_is_not_played_into_the_new_one(
    sqlite_office: Bureau, tmp_path: Path
) -> None:
    database = sqlite_office.database
    kept = back_up(database, tmp_path / "one.zip", NOW)
    before = contents(database)
    holding = sqlite3.connect(database.place)
    holding.execute("SELECT count(*) FROM cases").fetchone()
    sqlite_office.open(sqlite_office.clock.day, name="示例后来")
    side = Path(database.place + "-wal")
    left = side.read_bytes()
    assert left
    database.close()
    holding.close()
    Path(database.place).unlink()
    side.write_bytes(left)
    restore(database, kept.path, LAWS, NOW, How())
    assert contents(database) == before
    assert [file.read_bytes() for file in side.parent.glob("*before-restore*-wal")] == [left]


def test_a_damaged_database_is_moved_away_whole(sqlite_office: Bureau, tmp_path: Path) -> None:
    database = sqlite_office.database
    kept = back_up(database, tmp_path / "one.zip", NOW)
    before = contents(database)
    database.close()
    Path(database.place).write_bytes(b"no database any more" * 1000)
    done = restore(database, kept.path, LAWS, NOW, REPLACE)
    assert contents(database) == before
    assert done.kept
    assert Path(done.kept).read_bytes().startswith(b"no database any more")


def test_a_database_in_use_is_not_replaced(office: Bureau, tmp_path: Path) -> None:
    database = office.database
    kept = back_up(database, tmp_path / "one.zip", NOW)
    office.open(office.clock.day, name="示例后来")
    before = contents(database)
    other = (
        Database(f"sqlite:///{database.place}")
        if database.dialect == "sqlite"
        else database.sibling(str(database.owner_address().database))
    )
    with other.read() as connection:
        connection.execute(text("SELECT count(*) FROM cases"))
        with pytest.raises(InUse):
            restore(database, kept.path, LAWS, NOW, REPLACE)
    other.close()
    assert contents(database) == before
    restore(database, kept.path, LAWS, NOW, REPLACE)


def test_a_record_that_is_not_sound_is_not_served(office: Bureau, tmp_path: Path) -> None:
    alter(office.database, FAULT)
    kept = back_up(office.database, tmp_path / "one.zip", NOW)
    before = contents(office.database)
    with pytest.raises(NotSound, match="columns that differ"):
        restore(office.database, kept.path, LAWS, NOW, REPLACE)
    assert contents(office.database) == before
    done = restore(office.database, kept.path, LAWS, NOW, How(replace=True, despite_faults=True))
    assert [one.check for one in done.findings] == ["chain"]


def test_a_backup_without_its_protection_is_never_served(office: Bureau, tmp_path: Path) -> None:
    with office.database.owner() as connection:
        trigger = "entry_next" if office.database.dialect == "sqlite" else "entry_next ON entry"
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    office.database.close()
    kept = back_up(office.database, tmp_path / "one.zip", NOW)
    assert [one.check for one in kept.findings] == ["protection"]
    with pytest.raises(NotSound, match="entry_next"):
        restore(office.database, kept.path, LAWS, NOW, How(replace=True, despite_faults=True))


def test_a_projection_that_does_not_follow_from_the_history_is_not_served(office: Bureau, tmp_path: Path) -> None:
    alter(office.database, "UPDATE cases SET state = 'full'")
    kept = back_up(office.database, tmp_path / "one.zip", NOW)
    assert kept.findings == ()  # the chains are whole; what is beside them is looked at when it is restored
    with pytest.raises(NotSound, match="its row says full"):
        restore(office.database, kept.path, LAWS, NOW, REPLACE)


PLANTED = {
    "FUNCTION public innocent()": [
        "CREATE FUNCTION innocent() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM public.todo'"
    ],
    "TRIGGER public todo hidden": [
        "CREATE TRIGGER hidden BEFORE DELETE ON todo FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger()"
    ],
    "VIEW public more": ["CREATE VIEW more AS SELECT 1"],
    "SCHEMA - more": ["CREATE SCHEMA more"],
    "TABLE public account x": ['CREATE TABLE "account x" (a integer)'],
}


@pytest.mark.parametrize("named", PLANTED)
def test_of_a_dump_that_brings_more_than_tables_nothing_runs(postgresql_office: Bureau, tmp_path: Path, named) -> None:
    database = postgresql_office.database
    with database.owner() as connection:
        for statement in PLANTED[named]:
            connection.exec_driver_sql(statement)
    database.close()
    kept = back_up(database, tmp_path / "one.zip", NOW)
    assert [one.check for one in kept.findings] == ["protection"]
    for put in (
        lambda: restore(database, kept.path, LAWS, NOW, How(replace=True, despite_faults=True)),
        lambda: verify(database, kept.path, LAWS),
    ):
        with pytest.raises(ForeignDump, match=re.escape(named)):
            put()


def test_a_dump_whose_contents_are_not_what_their_names_say_is_not_served(
    postgresql_office: Bureau, tmp_path: Path
) -> None:
    database = postgresql_office.database
    with database.owner() as connection:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION jishi_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
    database.close()
    kept = back_up(database, tmp_path / "one.zip", NOW)
    with pytest.raises(NotSound, match="jishi_refuse"):
        restore(database, kept.path, LAWS, NOW, How(replace=True, despite_faults=True))


def test_any_other_line_in_a_list_of_contents_is_strange() -> None:
    require_own("; a remark\n\n12; 1259 16480 TABLE public account some_owner\n13; 0 0 ACL - SCHEMA public postgres\n")
    for line in ("12; 1259 1 TABLE public accounts o", "12; 1 2 TABLE public account o o", "TABLE public account o",
                 "12; 3079 1 EXTENSION - dblink ", "1; 2 3 BLOB - 16388 o"):  # fmt: skip
        with pytest.raises(ForeignDump):
            require_own(line)


@pytest.mark.parametrize("change", ["uid = 'a0000000000000000000000000000000'", "sample = false"])
def test_another_installation_is_not_replaced_unasked(office: Bureau, tmp_path: Path, change: str) -> None:
    database = office.database
    kept = back_up(database, tmp_path / "one.zip", NOW)
    alter(database, f"UPDATE installation SET {change}")  # noqa: S608 - the two above
    before = contents(database)
    with pytest.raises(AnotherInstallation, match="--another-installation"):
        restore(database, kept.path, LAWS, NOW, REPLACE)
    assert contents(database) == before
    restore(database, kept.path, LAWS, NOW, How(replace=True, another=True))
    assert contents(database) != before


@pytest.mark.parametrize(
    "change",
    [{"cases": 1}, {"entries": 10**6}, {"installation": "a" * 32}, {"sample": False}, {"edition": "0000"}],
)
def test_a_backup_that_is_not_what_it_says_of_itself_is_refused(
    office: Bureau, tmp_path: Path, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision, "EDITIONS", ("0000", "0001"))
    database = office.database
    kept = back_up(database, tmp_path / "one.zip", NOW)
    unpack(kept.path, tmp_path / "copy")
    pack(tmp_path / "two.zip", tmp_path / "copy", dataclasses.replace(kept.manifest, **change))
    for put in (
        lambda: restore(database, tmp_path / "two.zip", LAWS, NOW, How(replace=True, another=True)),
        lambda: verify(database, tmp_path / "two.zip", LAWS),
    ):
        with pytest.raises(NoBackup):
            put()


def test_two_restores_of_the_same_second_keep_both_databases(office: Bureau, tmp_path: Path) -> None:
    kept = back_up(office.database, tmp_path / "one.zip", NOW)
    named = [restore(office.database, kept.path, LAWS, NOW, REPLACE).kept for _ in range(3)]
    assert len(set(named)) == 3
    assert None not in named


def test_nothing_is_begun_without_room(office: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, before = office.database, contents(office.database)
    kept = back_up(database, tmp_path / "one.zip", NOW)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=LEFT + 1000))
    for put in (
        lambda: restore(database, kept.path, LAWS, NOW, REPLACE),
        lambda: back_up(database, tmp_path / "two.zip", NOW),
    ):
        with pytest.raises(NoRoom):
            put()
    assert contents(database) == before
    assert [file.name for file in tmp_path.glob("*.zip")] == ["one.zip"]


def test_a_newer_edition_is_refused(office: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = back_up(office.database, tmp_path / "one.zip", NOW)
    monkeypatch.setattr(revision, "EDITIONS", ("0000",))
    with pytest.raises(DatabaseNotReady, match="newer program"):
        restore(office.database, kept.path, LAWS, NOW, REPLACE)


def test_a_backup_of_another_kind_of_database_is_refused(
    sqlite_office: Bureau, postgresql_database: Database, tmp_path: Path
) -> None:
    kept = back_up(sqlite_office.database, tmp_path / "one.zip", NOW)
    with pytest.raises(CannotRestore, match="--database"):
        restore(postgresql_database, kept.path, LAWS, NOW, REPLACE)


def test_a_role_that_may_not_create_databases_is_told_what_it_lacks(
    postgresql_office: Bureau, postgresql_server: Server, tmp_path: Path
) -> None:
    kept = back_up(postgresql_office.database, tmp_path / "one.zip", NOW)
    postgresql_server.admin.execute(f"ALTER ROLE {OWNER} NOCREATEDB")
    with pytest.raises(MayNotCreate, match=f"ALTER ROLE {OWNER} CREATEDB"):
        restore(postgresql_office.database, kept.path, LAWS, NOW, REPLACE)


def test_nothing_is_left_behind_by_what_failed(office: Bureau, tmp_path: Path) -> None:
    place = tmp_path / "kept"
    alter(office.database, FAULT)
    kept = back_up(office.database, place / "one.zip", NOW)
    with pytest.raises(NotSound):
        restore(office.database, kept.path, LAWS, NOW, REPLACE)
    assert [file.name for file in place.iterdir()] == ["one.zip"]
    if office.database.dialect == "sqlite":
        assert not list(Path(office.database.place).parent.glob(".jishi-*"))
    else:
        with office.database.peek() as connection:
            query = text("SELECT datname FROM pg_database WHERE datname LIKE current_database() || '_restore_%'")
            assert connection.scalars(query).all() == []
