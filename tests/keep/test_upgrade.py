"""An upgrade succeeds whole or leaves the database as it was: with planted migrations that fail in every way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Table, text

from tests.engine.office import LAWS, Bureau
from tests.keep.conftest import alter, contents
from workflow.keep.archive import look
from workflow.keep.backup import back_up
from workflow.keep.restore import How, restore
from workflow.keep.swap_sqlite import InUse
from workflow.keep.upgrade import UpgradeFailed, upgrade
from workflow.store import migrations, revision
from workflow.store.database import Database
from workflow.store.failures import DatabaseNotReady, DatabaseUnavailable
from workflow.store.migrations import revision_of
from workflow.store.tables import Base

NOW = datetime(2030, 6, 1, 4, tzinfo=UTC)
MIGRATION = '''"""A planted migration."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TABLE note (id INTEGER NOT NULL, CONSTRAINT pk_note PRIMARY KEY (id))")
{}
'''
GOOD = "    pass"
FAILS = "    op.execute('INSERT INTO no_such_table VALUES (1)')"
BREAKS_OFF = "    raise RuntimeError('an invented fault')"
MOVES_A_CASE = "    op.execute(\"UPDATE cases SET state = 'full'\")"
LOSES_A_TRIGGER = (
    "    sqlite = op.get_bind().dialect.name == 'sqlite'\n"
    "    op.execute('DROP TRIGGER entry_next' if sqlite else 'DROP TRIGGER entry_next ON entry')"
)
LOSES_A_CASE = (
    "    sqlite = op.get_bind().dialect.name == 'sqlite'\n"
    "    op.execute('DROP TRIGGER entry_no_update' if sqlite else 'ALTER TABLE entry DISABLE TRIGGER entry_kept')\n"
    "    op.execute(\"UPDATE entry SET step = 'talk' WHERE step = 'apply'\")"
)
COMMITS_AND_FAILS = "    op.get_bind().exec_driver_sql('COMMIT')\n" + FAILS
Plant = Callable[[str], None]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """Give a function that adds a second migration, and its table, to the program."""

    def planted(body: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "v0002_planted.py").write_text(MIGRATION.format(body), "utf-8")
        monkeypatch.setattr(migrations, "FOLDER", folder)
        monkeypatch.setattr(revision, "EDITIONS", ("0001", "0002"))
        monkeypatch.setattr(revision, "NEWEST", "0002")
        Table("note", Base.metadata, Column("id", Integer, primary_key=True, autoincrement=False))

    yield planted
    if "note" in Base.metadata.tables:
        Base.metadata.remove(Base.metadata.tables["note"])


def reopened(database: Database) -> None:
    """Open a database as a program that starts anew does."""
    database.close()
    database.open()


def has_note(database: Database) -> bool:
    """Tell whether the planted migration's table is there."""
    with database.peek() as connection:
        return bool(connection.dialect.has_table(connection, "note"))


def test_an_upgrade_keeps_everything_and_a_backup(office: Bureau, tmp_path: Path, plant: Plant) -> None:
    database, before = office.database, contents(office.database)
    plant(GOOD)
    with pytest.raises(DatabaseNotReady, match="jishi upgrade"):
        reopened(database)
    done = upgrade(database, tmp_path / "one.zip", LAWS, NOW)
    assert (done.before, done.after, revision_of(database)) == ("0001", "0002", "0002")
    assert has_note(database)
    assert contents(database) == before
    assert look(tmp_path / "one.zip").edition == "0001"
    office.open(office.clock.day, name="示例后来")


@pytest.mark.parametrize("body", [FAILS, BREAKS_OFF, MOVES_A_CASE, LOSES_A_TRIGGER, LOSES_A_CASE])
def test_a_failed_upgrade_leaves_everything_as_it_was(office: Bureau, tmp_path: Path, plant: Plant, body: str) -> None:
    database, before = office.database, contents(office.database)
    plant(body)
    with pytest.raises(UpgradeFailed, match="still has edition 0001") as failed:
        upgrade(database, tmp_path / "one.zip", LAWS, NOW)
    assert str(tmp_path / "one.zip") in str(failed.value)
    assert (revision_of(database), has_note(database)) == ("0001", False)
    assert contents(database) == before


def test_what_a_migration_committed_before_it_failed_is_undone_by_the_backup(
    office: Bureau, tmp_path: Path, plant: Plant
) -> None:
    database, before = office.database, contents(office.database)
    plant(COMMITS_AND_FAILS)
    with pytest.raises(UpgradeFailed, match="still has edition 0001"):
        upgrade(database, tmp_path / "one.zip", LAWS, NOW)
    assert (revision_of(database), has_note(database)) == ("0001", False)
    assert contents(database) == before
    with database.peek() as connection:  # the rights are there, too
        assert connection.execute(text("SELECT count(*) FROM cases")).scalar_one() == 2


def test_there_is_nothing_to_do_for_the_newest_edition(office: Bureau, tmp_path: Path) -> None:
    done = upgrade(office.database, tmp_path / "one.zip", LAWS, NOW)
    assert (done.before, done.after, done.backup) == ("0001", "0001", None)
    assert not (tmp_path / "one.zip").exists()


def test_faults_that_were_there_before_hinder_no_upgrade(office: Bureau, tmp_path: Path, plant: Plant) -> None:
    alter(office.database, "UPDATE entry SET step = 'talk' WHERE id = (SELECT max(id) FROM entry)")
    plant(GOOD)
    assert upgrade(office.database, tmp_path / "one.zip", LAWS, NOW).after == "0002"


def test_a_database_without_tables_is_not_upgraded(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/none.db")) as database, pytest.raises(DatabaseUnavailable):
        upgrade(database, tmp_path / "one.zip", LAWS, NOW)
    (tmp_path / "empty.db").touch(0o600)
    with (
        closing(Database(f"sqlite:///{tmp_path}/empty.db")) as database,
        pytest.raises(DatabaseNotReady, match="jishi init"),
    ):
        upgrade(database, tmp_path / "one.zip", LAWS, NOW)


def test_a_backup_of_an_older_edition_is_brought_up_when_it_is_restored(
    office: Bureau, tmp_path: Path, plant: Plant
) -> None:
    database, before = office.database, contents(office.database)
    kept = back_up(database, tmp_path / "one.zip", NOW)
    plant(GOOD)
    restore(database, kept.path, LAWS, NOW, How(replace=True))
    assert (revision_of(database), has_note(database)) == ("0002", True)
    assert contents(database) == before


def test_who_cannot_be_put_back_is_told_how_to(office: Bureau, tmp_path: Path, plant: Plant) -> None:
    database = office.database
    other = (
        Database(f"sqlite:///{database.place}")
        if database.dialect == "sqlite"
        else database.sibling(str(database.owner_address().database))
    )
    plant(COMMITS_AND_FAILS)
    with other.peek() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(UpgradeFailed, match="jishi restore --replace") as failed:
            upgrade(database, tmp_path / "one.zip", LAWS, NOW)
    other.close()
    assert not isinstance(failed.value, InUse)
    assert look(tmp_path / "one.zip").edition == "0001"
