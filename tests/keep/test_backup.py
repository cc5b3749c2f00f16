"""Backups hold one consistent state, nobody else can read them, and every damage to them is noticed."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import delete, update
from sqlalchemy.engine import make_url

from tests.engine.office import LAWS, Bureau
from tests.keep.conftest import alter
from workflow.keep import pg_tools
from workflow.keep.archive import MANIFEST, NoBackup, look, new_file, read_through, unpack
from workflow.keep.backup import BackupThere, back_up
from workflow.keep.cases import walk
from workflow.keep.pg_tools import ToolFailed, ToolMissing
from workflow.keep.restore import verify
from workflow.store.database import Database
from workflow.store.failures import DatabaseNotReady, DatabaseUnavailable
from workflow.store.tables import EntryValue, Person

NOW = datetime(2030, 6, 1, 4, tzinfo=UTC)


def test_a_backup_says_what_is_in_it(office: Bureau, tmp_path: Path) -> None:
    there = walk(office.database.peek, LAWS)
    made = back_up(office.database, tmp_path / "new" / "one.zip", NOW)
    assert made.findings == ()
    assert look(made.path) == read_through(made.path) == made.manifest
    said = made.manifest
    assert (said.cases, said.entries, said.sample) == (there.cases, there.entries, True)
    assert (said.edition, said.dialect, said.made_at) == ("0001", office.database.dialect, "2030-06-01T04:00:00.000Z")
    with zipfile.ZipFile(made.path) as archive:
        assert set(archive.namelist()) == {MANIFEST, said.content}
    if os.name == "posix":
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert [file.name for file in made.path.parent.iterdir()] == ["one.zip"]


def test_a_backup_is_sound_while_others_write(office: Bureau, tmp_path: Path) -> None:
    done = Event()
    opened: list[str] = []

    def write() -> None:
        while not done.is_set():
            opened.append(office.open(office.clock.day, name=f"示例{len(opened)}").case)

    writer = Thread(target=write)
    writer.start()
    try:
        made = [back_up(office.database, tmp_path / f"{number}.zip", NOW) for number in range(4)]
    finally:
        done.set()
        writer.join()
    assert [one.findings for one in made] == [()] * 4
    assert [one.manifest.cases for one in made] == sorted(one.manifest.cases for one in made)
    assert made[-1].manifest.cases > made[0].manifest.cases
    for one in made:
        assert verify(office.database, one.path, LAWS) == (one.manifest, ())


def test_an_erased_value_is_not_in_the_backup(sqlite_office: Bureau, tmp_path: Path) -> None:
    sqlite_office.open(sqlite_office.clock.day, name="张示抹去")
    with sqlite_office.database.write() as connection:
        connection.execute(delete(EntryValue))
        connection.execute(update(Person).values(name="-", name_key="-"))
    made = back_up(sqlite_office.database, tmp_path / "one.zip", NOW)
    unpack(made.path, tmp_path / "copy")
    assert "张示抹去".encode() not in (tmp_path / "copy").read_bytes()


def test_no_file_is_overwritten(office: Bureau, tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_text("mine")
    with pytest.raises(BackupThere):
        back_up(office.database, tmp_path / "one.zip", NOW)
    assert (tmp_path / "one.zip").read_text() == "mine"


def test_a_record_that_is_not_sound_is_kept_as_it_is_and_said_to_be(office: Bureau, tmp_path: Path) -> None:
    alter(office.database, "UPDATE entry SET step = 'talk' WHERE id = (SELECT max(id) FROM entry)")
    made = back_up(office.database, tmp_path / "one.zip", NOW)
    assert [one.check for one in made.findings] == ["chain"]
    assert {one.check for one in verify(office.database, made.path, LAWS)[1]} >= {"chain"}


def test_nothing_is_made_of_a_database_that_is_none(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/none.db")) as database, pytest.raises(DatabaseUnavailable):
        back_up(database, tmp_path / "one.zip", NOW)
    (tmp_path / "empty.db").touch(0o600)
    with closing(Database(f"sqlite:///{tmp_path}/empty.db")) as database, pytest.raises(DatabaseNotReady):
        back_up(database, tmp_path / "one.zip", NOW)
    assert not (tmp_path / "one.zip").exists()


def test_a_damaged_backup_is_noticed(sqlite_office: Bureau, tmp_path: Path) -> None:
    """Whatever is damaged: refused, or only the archive's own headers were hit and the contents are the very same."""
    made = back_up(sqlite_office.database, tmp_path / "one.zip", NOW)
    path, whole = made.path, made.path.read_bytes()
    size = len(whole)
    places, refused = range(0, size, size // 40), 0
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert read_through(path) == made.manifest
        except NoBackup:
            refused += 1
    assert refused > len(places) * 3 // 4
    for length in (0, 10, size // 2, size - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(NoBackup):
            read_through(path)


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"dialect": "oracle"}, {"sha256": "0" * 64}, {"size": 1}, {"unheard": 1}, {"edition": None}],
)
def test_a_manifest_that_does_not_fit_is_refused(
    sqlite_office: Bureau, tmp_path: Path, change: dict[str, object]
) -> None:
    made = back_up(sqlite_office.database, tmp_path / "one.zip", NOW)
    unpack(made.path, tmp_path / "copy")
    with zipfile.ZipFile(made.path) as archive:
        said = json.loads(archive.read(MANIFEST)) | change
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr(MANIFEST, json.dumps({key: value for key, value in said.items() if value is not None}))
        archive.write(tmp_path / "copy", "database.sqlite")
    with pytest.raises(NoBackup):
        read_through(tmp_path / "two.zip")


MANIFESTS = {
    "list": b"[]", "deep": b"[" * 100_000, "text": b'"x"', "number": b"5", "null": b"null", "no JSON": b"\xff",
}  # fmt: skip
CHANGES = {
    "list of editions": {"edition": ["x"]},
    "list of dialects": {"dialect": ["sqlite"]},
    "format": {"format": "1"},
    "negative": {"size": -1},
    "endless": {"size": 10**40},
    "truth for a number": {"cases": True},
    "number for a truth": {"sample": 1},
    "terminal": {"made_at": "\x1b[31mhi\x07"},
    "program": {"program": "\x1b]0;x\x07"},
    "line": {"installation": "a" * 32 + "\n"},
}


@pytest.mark.parametrize("hostile", [*MANIFESTS, *CHANGES])
def test_a_manifest_that_somebody_made_up_is_refused(sqlite_office: Bureau, tmp_path: Path, hostile: str) -> None:
    made = back_up(sqlite_office.database, tmp_path / "one.zip", NOW)
    with zipfile.ZipFile(made.path) as archive:
        said = json.loads(archive.read(MANIFEST)) | CHANGES.get(hostile, {})
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr(MANIFEST, MANIFESTS.get(hostile) or json.dumps(said))
    for read in (look, read_through):
        with pytest.raises(NoBackup, match="no backup"):
            read(tmp_path / "two.zip")


@pytest.mark.parametrize(("field", "value"), [("flags", 1), ("method", 99), ("method", 14), ("method", 12)])
def test_an_archive_that_is_encrypted_or_packed_otherwise_is_refused(
    sqlite_office: Bureau, tmp_path: Path, field: str, value: int
) -> None:
    path = back_up(sqlite_office.database, tmp_path / "one.zip", NOW).path
    raw = bytearray(path.read_bytes())
    central = raw.find(b"PK\x01\x02")
    raw[central + (8 if field == "flags" else 10)] = value
    raw[6 if field == "flags" else 8] = value
    path.write_bytes(raw)
    for read in (look, read_through):
        with pytest.raises(NoBackup, match="no backup"):
            read(path)


def test_two_backups_of_the_same_second_get_names_of_their_own(sqlite_office: Bureau, tmp_path: Path) -> None:
    made = [back_up(sqlite_office.database, new_file(tmp_path, NOW), NOW).path.name for _ in range(3)]
    assert made == [f"jishi-20300601-040000{more}.backup.zip" for more in ("", "-2", "-3")]


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive at all"])
def test_any_other_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    for read in (look, read_through):
        with pytest.raises(NoBackup, match="不是本程序的备份"):
            read(tmp_path / "file")
    with pytest.raises(NoBackup):
        look(tmp_path / "none")


def test_a_missing_tool_is_named_with_how_to_get_it(
    postgresql_office: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=r"pg_dump.*\n.*postgresql-client"):
        back_up(postgresql_office.database, tmp_path / "one.zip", NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql://o:secret@127.0.0.1:1/x", "postgresql://o@127.0.0.1:1/x?password=secret"])
def test_a_password_is_never_an_argument_and_never_shown(tmp_path: Path, monkeypatch, url: str) -> None:
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@ | $PGPASSWORD" > {tmp_path}/seen\necho "cannot connect" >&2\nexit 1\n')
    spy.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ToolFailed) as failed:
        pg_tools.dump(make_url(url), tmp_path / "dump", "1")
    arguments, _, password = (tmp_path / "seen").read_text().partition(" | ")
    assert ("secret" in arguments, password.strip()) == (False, "secret")
    assert "secret" not in str(failed.value)
    assert "cannot connect" in str(failed.value)
