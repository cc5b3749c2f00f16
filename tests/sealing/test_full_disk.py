"""A full disk: the sealer says so, seals nothing twice, skips nothing, and goes on by itself when there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import event, select

from tests.sealing.conftest import Sealed
from tests.store_fixtures import Server
from workflow.engine.log import Place, write
from workflow.engine.log_acts import LogAct
from workflow.sealing.growing import sound_head
from workflow.sealing.keys import KeyRing
from workflow.sealing.logs import logs
from workflow.sealing.sealer import Sealer
from workflow.store import sqlite
from workflow.store.database import Database
from workflow.store.tables import Entry, LogEntry

MANY = 300  # lines whose leaves no page has room for that is there already
ROOM = 10**6  # pages
SMALL = 1 << 20  # bytes of a small disk


class Disk:
    """The disk of a database in a file: as large as the file is now, or large enough."""

    def __init__(self, database: Database) -> None:
        """Watch the connections of a database."""
        self._database, self._full = database, False
        event.listen(database._engine, "connect", self._limit)  # noqa: SLF001 - the seam between program and database

    def fill(self, *, full: bool) -> None:
        """Leave no room, or make some."""
        self._full = full
        self._database.close()

    def _limit(self, connection: Any, *_: object) -> None:
        connection.set_authorizer(None)
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if self._full else ROOM
        connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.set_authorizer(sqlite.authorize)


class Small:
    """A small disk of the server's own, on which the leaves of the tree lie: filled up by a file, or not."""

    def __init__(self, folder: Path) -> None:
        """Take the folder where the disk is mounted."""
        self._filling = folder / "filling"

    def fill(self, *, full: bool) -> None:
        """Leave no room, or make some."""
        self._filling.unlink(missing_ok=True)
        if not full:
            return
        with self._filling.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(SMALL))


class Looks(Event):
    """What the sealer waits for between two looks: after each look something is done; after the last it ends."""

    def __init__(self, *between: Callable[[], None]) -> None:
        """Take what is done after each look."""
        super().__init__()
        self._between = iter(between)

    def wait(self, timeout: float | None = None) -> bool:
        """Do the next thing; tell whether it was the last."""
        del timeout
        done = next(self._between, None)
        if done is not None:
            done()
        return done is None


def noted(house: Sealed, count: int) -> None:
    """Write lines of the log."""
    with house.database.write() as connection:
        for _ in range(count):
            write(connection, LogAct.RECORDS_READ, house.office.clock(), None, Place(""), {})


def assert_each_line_has_one_leaf(house: Sealed) -> None:
    """Compare leaves with lines, and the tree with its signed head."""
    with house.database.read() as connection:
        entries, lines = connection.scalars(select(Entry.id)).all(), connection.scalars(select(LogEntry.id)).all()
        sound_head(connection, logs(connection)[0])
    leaves = house.leaves()
    assert sorted(one[2] for one in leaves if one[2] is not None) == sorted(entries)
    assert sorted(one[3] for one in leaves if one[3] is not None) == sorted(lines)
    assert [one[1] for one in leaves] == list(range(len(entries) + len(lines)))


@pytest.fixture
def small_disk(postgresql_house: Sealed, postgresql_server: Server) -> Iterator[Small]:
    """Put the leaves of a house on a small disk; only who may mount one can try that."""
    folder = Path(tempfile.mkdtemp(prefix="jishi-disk-"))
    owner, name = postgresql_server.folder.stat(), postgresql_house.database.place.rpartition("/")[2]
    mount = shutil.which("mount")
    options = f"size={SMALL},mode=0755,uid={owner.st_uid},gid={owner.st_gid}"
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False)
    if not made or made.returncode:
        folder.rmdir()
        pytest.skip("a small disk can be mounted by root only, and on Linux")
    try:
        place = folder / "leaves"
        place.mkdir(mode=0o700)
        os.chown(place, owner.st_uid, owner.st_gid)
        postgresql_server.admin.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        address = make_conninfo(postgresql_server.admin.info.dsn, dbname=name)
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute("ALTER TABLE leaf SET TABLESPACE small")
            yield Small(folder)
            admin.execute("ALTER TABLE leaf SET TABLESPACE pg_default")
        postgresql_server.admin.execute("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", folder], check=True)  # noqa: S607 - what was mounted above
        folder.rmdir()


@pytest.fixture(params=["sqlite", "postgresql"])
def room(request: pytest.FixtureRequest) -> tuple[Sealed, Disk | Small]:
    """Give a house and the disk it is on, on either database."""
    house: Sealed = request.getfixturevalue(f"{request.param}_house")
    return house, Disk(house.database) if request.param == "sqlite" else request.getfixturevalue("small_disk")


def test_a_full_disk_is_said_and_sealing_goes_on_when_there_is_room(
    room: tuple[Sealed, Disk | Small], caplog: pytest.LogCaptureFixture
) -> None:
    (house, disk), seen = room, []

    def look() -> None:  # reads go on
        seen.append((len(house.leaves()), [one for one in caplog.messages if "full" in one or "已满" in one]))

    def fill() -> None:
        noted(house, MANY)
        disk.fill(full=True)

    def make_room() -> None:
        look()
        disk.fill(full=False)

    house.sealer.run(Looks(fill, look, make_room, look))
    assert_each_line_has_one_leaf(house)
    before = len(house.leaves()) - MANY
    assert [leaves for leaves, _ in seen] == [before, before, before + MANY]
    assert [len(said) for _, said in seen] == [1, 1, 1]  # the same is said once
    assert len(list(house.keys.iterdir())) == 2  # the key and the head, nothing left over
    assert house.sealer.seal().sealed == 0


def test_a_log_that_could_not_be_opened_on_a_full_disk_is_opened_when_there_is_room(sqlite_house: Sealed) -> None:
    house, disk = sqlite_house, Disk(sqlite_house.database)
    noted(house, MANY)
    disk.fill(full=True)
    house.sealer.run(Looks(lambda: disk.fill(full=False)))
    assert_each_line_has_one_leaf(house)
    assert len(house.leaves()) > MANY


def test_a_head_that_could_not_be_kept_beside_its_key_is_kept_at_the_next_look(
    sqlite_house: Sealed, caplog: pytest.LogCaptureFixture
) -> None:
    house = sqlite_house
    house.sealer.seal()
    place = next(house.keys.glob("*.head"))

    def block() -> None:
        place.unlink()
        place.mkdir()
        noted(house, 1)

    house.sealer.run(Looks(block, lambda: None, place.rmdir))
    assert [one.split(":")[0] for one in caplog.messages] == ["sealing failed"]
    head = house.head()
    assert place.read_text(encoding="ascii") == f"{head.size} {head.root}"
    assert len(list(house.keys.iterdir())) == 2
    assert_each_line_has_one_leaf(house)


def test_a_head_that_is_kept_late_never_takes_the_place_of_a_newer_one(sqlite_house: Sealed) -> None:
    house = sqlite_house
    house.sealer.seal()
    place = next(house.keys.glob("*.head"))
    place.unlink()
    place.mkdir()
    noted(house, 1)
    with pytest.raises(OSError, match=r"\.head"):
        house.sealer.seal()
    place.rmdir()
    noted(house, 1)
    another = Sealer(house.database, house.sealer.laws, house.sealer.keys, house.office.clock)
    newest = another.seal().head
    assert newest is not None
    house.sealer.seal()
    assert place.read_text(encoding="ascii") == f"{newest.size} {newest.root}"


@pytest.mark.skipif(os.name != "posix", reason="a limit that this system does not know")
def test_a_key_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    from resource import RLIMIT_FSIZE, getrlimit, setrlimit  # noqa: PLC0415 - not on every system

    ring, limits = KeyRing(tmp_path / "seal"), getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (10, limits[1]))  # bytes of any file, as if the disk ended there
    try:
        with pytest.raises(OSError, match="large"):
            ring.make("example-2026")
    finally:
        setrlimit(RLIMIT_FSIZE, limits)
    assert list(ring.folder.iterdir()) == []
    signer = ring.make("example-2026")
    assert ring.signer("example-2026", signer.vkey).vkey == signer.vkey
