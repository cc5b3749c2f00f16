"""The sealer: every committed line gets one leaf, whatever commits late; nothing altered is ever signed."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.engine.office import LAWS
from tests.keep.conftest import unprotected
from tests.sealing.conftest import Sealed
from workflow.engine.log import Place, write
from workflow.engine.log_acts import LogAct
from workflow.seal import leaf_hash
from workflow.seal.checkpoint import Checkpoint as Signed
from workflow.seal.merkle import frontier_of
from workflow.seal.note import Key, Signer, opened, signed
from workflow.sealing.growing import LogDamaged, sound_head
from workflow.sealing.keys import KeyMissing, KeyRing
from workflow.sealing.logs import alone, logs, reader
from workflow.sealing.sealer import Sealer
from workflow.sealing.states import named, states
from workflow.sealing.succession import last_good, law_line, reopen, succeed
from workflow.sealing.waiting import Waiting, waiting
from workflow.store.tables import Checkpoint, Entry, EntryValue, Leaf, LogEntry, Outbox, SealLaw, Subtree


def everything(house: Sealed) -> tuple[set[int], set[int]]:
    """Return the ids of all entries and of all lines of the log."""
    with house.database.read() as connection:
        return set(connection.scalars(select(Entry.id))), set(connection.scalars(select(LogEntry.id)))


def note(house: Sealed, lines: int) -> None:
    """Write lines of the log."""
    with house.database.write() as connection:
        for _ in range(lines):
            write(connection, LogAct.RECORDS_READ, house.office.clock(), None, Place(""), {})


def test_every_line_gets_one_leaf_and_the_head_is_rightly_signed(house: Sealed) -> None:
    done = house.sealer.seal()
    entries, lines = everything(house)
    leaves = house.leaves()
    assert {one[2] for one in leaves} - {None} == entries
    assert {one[3] for one in leaves} - {None} == lines
    assert len(leaves) == len(entries) + len(lines) == house.head().size
    assert [one[1] for one in leaves] == list(range(len(leaves)))
    assert not done.held
    with house.database.read() as connection:
        log = logs(connection)[0]
        found = opened(house.head().note, [Key.of(log.vkey)])
        said = Signed.of(found.text)
        tree = frontier_of(reader(connection, log.id), said.size)
    assert [key.name for key in found.by] == [log.origin]
    assert (said.origin, said.size, said.root) == (log.origin, len(leaves), tree.root())


def test_nothing_is_sealed_twice(house: Sealed) -> None:
    house.sealer.seal()
    before = house.leaves()
    again = Sealer(house.database, LAWS, KeyRing(house.keys), house.office.clock)
    assert house.sealer.seal().sealed == again.seal().sealed == 0
    assert house.leaves() == before


def test_what_is_recorded_next_is_sealed_next(house: Sealed) -> None:
    house.sealer.seal()
    size = house.head().size
    house.office.open(house.office.clock.day, name="示例三")
    assert house.sealer.seal().sealed >= 1
    assert house.head().size > size


def test_a_transaction_that_commits_late_is_not_skipped(postgresql_house: Sealed) -> None:
    """Its line has a lower id than others that were sealed before it was there."""
    house = postgresql_house
    house.sealer.seal()
    row = {"at": house.office.clock(), "act": "sign_in", "path": "", "about": {}, "body": b"{}"}
    with house.database.write() as late:
        late.execute(insert(LogEntry), {**row, "uid": uuid4(), "hash": leaf_hash(b"{}")})
        worker = Thread(target=lambda: (house.office.open(house.office.clock.day, name="示例四"), house.sealer.seal()))
        worker.start()
        worker.join()
        with house.database.read() as connection:
            sealed = connection.scalars(select(Leaf.log_entry_id)).all()
            written = late.scalar(select(LogEntry.id).where(LogEntry.body == b"{}"))
        assert written not in sealed
    house.sealer.seal()
    with house.database.read() as connection:
        assert written in connection.scalars(select(Leaf.log_entry_id)).all()
    entries, lines = everything(house)
    assert len(house.leaves()) == len(entries) + len(lines)


def test_two_sealers_at_once_seal_everything_once(house: Sealed) -> None:
    others = [Sealer(house.database, LAWS, KeyRing(house.keys), house.office.clock) for _ in range(3)]
    house.sealer.seal()
    for number in range(3):
        house.office.open(house.office.clock.day, name=f"示例{number}号")
        workers = [Thread(target=one.seal) for one in others]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    entries, lines = everything(house)
    leaves = house.leaves()
    assert len(leaves) == len(entries) + len(lines) == len({(one[2], one[3]) for one in leaves})


def test_two_that_note_the_law_at_once_note_it_once(postgresql_house: Sealed) -> None:
    """As two servers that start together on a new database."""
    house, failed = postgresql_house, []

    def note() -> None:
        try:
            Sealer(house.database, LAWS, KeyRing(house.keys), house.office.clock).note_law()
        except DBAPIError as error:
            failed.append(error)

    worker = Thread(target=note)
    with house.database.write() as first:
        alone(first)
        law_line(first, LAWS, house.office.clock())
        worker.start()
        waits = text(
            "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE NOT granted AND locktype = 'advisory' AND datname = current_database()"
        )
        assert any(first.scalar(waits) for _ in range(50_000))
    worker.join()
    assert not failed
    with house.database.read() as connection:
        assert len(connection.scalars(select(SealLaw.sha256)).all()) == 1
        assert len(connection.scalars(select(LogEntry.id).where(LogEntry.act == LogAct.STATES.value)).all()) == 1


def test_bytes_that_were_altered_before_sealing_are_not_signed_over(house: Sealed) -> None:
    """The rest goes on; what follows in the same case waits with it."""
    with unprotected(house.database) as connection:
        key, case = connection.execute(select(Entry.id, Entry.case_id).order_by(Entry.id).limit(1)).one()
        connection.execute(update(Entry).where(Entry.id == key).values(body=b'{"v":1}'))
        later = set(connection.scalars(select(Entry.id).where(Entry.case_id == case)))
    done = house.sealer.seal()
    assert [(one.kind, one.id) for one in done.held] == [("hash", key)]
    entries, lines = everything(house)
    leaves = house.leaves()
    assert {one[2] for one in leaves} - {None} == entries - later
    assert {one[3] for one in leaves} - {None} == lines


def test_a_chain_that_does_not_meet_is_not_sealed(house: Sealed) -> None:
    """Somebody wrote an entry anew with a hash of its own: the one after it names another."""
    with unprotected(house.database) as connection:
        key = connection.scalar(select(Entry.id).where(Entry.number == 1).order_by(Entry.id).limit(1))
        # the entry is there
        body = connection.scalar(select(Entry.body).where(Entry.id == key)).replace(b'"v":1', b'"v":1 ')  # type: ignore[union-attr]
        connection.execute(update(Entry).where(Entry.id == key).values(body=body, hash=leaf_hash(body)))
    assert [one.kind for one in house.sealer.seal().held] == ["prev"]


@pytest.mark.parametrize("what", ["leaf", "subtree", "head", "note", "removed"])
def test_a_tree_that_is_not_the_signed_one_is_not_built_on(house: Sealed, what: str) -> None:
    for number in range(250 if what == "subtree" else 3):
        house.office.open(house.office.clock.day, name=f"示例{number}号")
    house.sealer.seal()
    with unprotected(house.database) as connection:
        match what:
            case "leaf":
                last = house_size(connection) - 1
                connection.execute(update(Leaf).where(Leaf.seq == last).values(hash="ab" * 32))
            case "subtree":
                assert connection.execute(update(Subtree).values(hash="ab" * 32)).rowcount
            case "head":
                connection.execute(update(Checkpoint).values(root="ab" * 32))
            case "note":
                connection.execute(update(Checkpoint).values(note="x\n1\nAA==\n\n— x AAAA\n"))
            case _:
                last = house_size(connection) - 1
                connection.exec_driver_sql(f"DELETE FROM leaf WHERE seq = {last}")  # noqa: S608 - a number
    house.office.open(house.office.clock.day, name="示例五")
    with pytest.raises(LogDamaged):
        house.sealer.seal()


def test_a_head_that_the_log_did_not_sign_is_not_built_on(house: Sealed) -> None:
    """Text, name, size and root are right, the tree fits them: only the signature is somebody else's."""
    house.sealer.seal()
    last = house.head()
    with unprotected(house.database) as connection:
        text = last.note.partition("\n\n")[0] + "\n"
        forged = signed(text, Signer.make("nobody"))
        connection.execute(update(Checkpoint).where(Checkpoint.size == last.size).values(note=forged))
    house.office.open(house.office.clock.day, name="示例五")
    with pytest.raises(LogDamaged):
        house.sealer.seal()
    with house.database.read() as connection:
        found = last_good(connection, logs(connection)[0])
    assert found is None or found.size < last.size


def test_a_database_that_was_set_back_is_not_signed_a_second_time(house: Sealed) -> None:
    """The tail of the log is gone, as after restoring an old backup: the key remembers what it has signed."""
    house.sealer.seal()
    size = house.head().size
    house.office.open(house.office.clock.day, name="示例三")
    house.sealer.seal()
    with unprotected(house.database) as connection:
        connection.execute(delete(Leaf).where(Leaf.seq >= size))
        connection.execute(delete(Checkpoint).where(Checkpoint.size > size))
    with pytest.raises(LogDamaged):
        house.sealer.seal()
    with house.database.write() as connection:
        log, stood = reopen(connection, LAWS, KeyRing(house.keys), house.office.clock())
    assert (stood.size if stood else 0) == size
    house.sealer.look_at_everything()
    assert house.sealer.seal().sealed
    assert log.origin.endswith("-2")


def test_an_entry_whose_predecessor_is_gone_is_said(house: Sealed) -> None:
    with unprotected(house.database) as connection:
        key = connection.scalar(select(Entry.id).where(Entry.number == 1).order_by(Entry.id).limit(1))
        connection.execute(delete(Outbox).where(Outbox.entry_id == key))
        connection.execute(delete(EntryValue).where(EntryValue.entry_id == key))
        connection.execute(delete(Entry).where(Entry.id == key))
    assert [one.kind for one in house.sealer.seal().held] == ["before"]


def test_lines_that_are_held_take_nobody_elses_place(house: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.sealing.sealer.MOST", 3)
    note(house, 9)
    with unprotected(house.database) as connection:
        first = connection.scalars(select(LogEntry.id).order_by(LogEntry.id).limit(4)).all()
        connection.execute(update(LogEntry).where(LogEntry.id.in_(first)).values(body=b"{}"))
    done = house.sealer.seal()
    entries, lines = everything(house)
    assert {one[3] for one in house.leaves()} - {None} == lines - set(first)
    assert {one[2] for one in house.leaves()} - {None} == entries
    assert sorted(one.id for one in done.held) == sorted(first)


def house_size(connection: Connection) -> int:
    """Return how many leaves there are."""
    return max(connection.scalars(select(Leaf.seq))) + 1


def test_a_damaged_log_ends_at_its_last_good_head_and_a_new_one_carries_it(house: Sealed) -> None:
    house.sealer.seal()
    good = house.head()
    house.office.open(house.office.clock.day, name="示例三")
    house.sealer.seal()
    with unprotected(house.database) as connection:
        connection.execute(update(Leaf).where(Leaf.seq == good.size).values(hash="ab" * 32))
    with pytest.raises(LogDamaged), house.database.read() as connection:
        sound_head(connection, logs(connection)[0])
    with house.database.write() as connection:
        log, stood = reopen(connection, LAWS, KeyRing(house.keys), house.office.clock())
    assert stood == good
    assert (log.after_size, log.after_id) == (good.size, good.log_id)
    house.sealer.look_at_everything()
    house.sealer.seal()
    with house.database.read() as connection:
        first = connection.execute(
            select(LogEntry.act, LogEntry.about).join(Leaf, Leaf.log_entry_id == LogEntry.id)
            .where(Leaf.log_id == log.id, Leaf.seq == 0)
        ).one()  # fmt: skip
    assert first.act == LogAct.LOG_OPENED
    assert (first.about["size"], first.about["root"]) == (good.size, good.root)
    standing = [one for one in house.leaves() if one[0] == log.id or one[1] < good.size]
    entries, lines = everything(house)
    assert {one[2] for one in standing} - {None} == entries
    assert {one[3] for one in standing} - {None} == lines
    assert len(standing) == len(entries) + len(lines)


def test_a_new_year_is_a_new_log_with_a_key_of_its_own(house: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    house.office.clock.day = date(2026, 12, 31)
    house.sealer.seal()
    house.office.open(house.office.clock.day, name="示例三")
    note(house, 9)
    monkeypatch.setattr("workflow.sealing.sealer.MOST", 3)  # of what the old year left there are several batches
    house.office.clock.day = date(2027, 1, 1)
    house.office.open(house.office.clock.day, name="示例四")
    house.sealer.seal()
    with house.database.read() as connection:
        new, old = logs(connection)
        closing = connection.scalar(
            select(LogEntry.act).join(Leaf, Leaf.log_entry_id == LogEntry.id)
            .where(Leaf.log_id == old.id).order_by(Leaf.seq.desc()).limit(1)
        )  # fmt: skip
    assert (old.origin[-5:], new.origin[-5:]) == ("-2026", "-2027")
    assert old.vkey.rpartition("+")[2] != new.vkey.rpartition("+")[2]
    assert new.after_size == sum(one[0] == old.id for one in house.leaves())
    assert closing == LogAct.LOG_CLOSED
    entries, lines = everything(house)
    assert len(house.leaves()) == len(entries) + len(lines)
    assert sorted(path.name for path in house.keys.glob("*.key")) == [f"{old.origin}.key", f"{new.origin}.key"]


def test_a_key_that_is_gone_or_open_to_others_signs_nothing(house: Sealed) -> None:
    house.sealer.seal()
    [key] = house.keys.glob("*.key")
    kept = key.read_text(encoding="ascii")
    house.office.open(house.office.clock.day, name="示例三")
    if os.name == "posix":
        assert key.stat().st_mode & 0o077 == 0
        key.chmod(0o644)
        with pytest.raises(KeyMissing):
            house.sealer.seal()
        key.chmod(0o600)
    key.unlink()
    with pytest.raises(KeyMissing):
        house.sealer.seal()
    key.write_text("PRIVATE+KEY+x", encoding="ascii")
    key.chmod(0o600)
    with pytest.raises(KeyMissing):
        house.sealer.seal()
    key.write_text(kept, encoding="ascii")
    assert house.sealer.seal().sealed


def test_a_key_is_changed_by_a_new_log(house: Sealed) -> None:
    house.sealer.seal()
    with house.database.write() as connection:
        log = succeed(connection, LAWS, KeyRing(house.keys), house.office.clock())
    assert log.origin.endswith("-2026-2")
    house.office.open(house.office.clock.day, name="示例三")
    house.sealer.seal()
    entries, lines = everything(house)
    assert len(house.leaves()) == len(entries) + len(lines)


def test_the_law_is_noted_once(house: Sealed) -> None:
    house.sealer.seal()
    house.sealer.note_law()
    house.sealer.note_law()
    with house.database.read() as connection:
        noted = connection.scalars(select(LogEntry.about).where(LogEntry.act == LogAct.STATES.value)).all()
    assert [set(one) for one in noted] == [{"sha256"}]


def test_the_tables_that_a_line_names_are_kept(house: Sealed) -> None:
    house.sealer.seal()
    with house.database.read() as connection:
        last = house.head()
        about = connection.scalar(select(LogEntry.about).where(LogEntry.act == LogAct.STATES.value))
        tables = named(connection, last.log_id, last.size)
        assert named(connection, last.log_id, 0) == b""
        assert (sha256(tables).hexdigest(), tables) == ((about or {})["sha256"], states(connection, LAWS))


def test_the_same_fault_is_said_once(sqlite_house: Sealed, caplog: pytest.LogCaptureFixture) -> None:
    house, looks = sqlite_house, 0

    class Ended(Event):
        def wait(self, timeout: float | None = None) -> bool:
            nonlocal looks
            del timeout
            looks += 1
            return looks == 5

    with unprotected(house.database) as connection:
        connection.execute(update(Entry).where(Entry.number == 1).values(body=b"{}"))
    house.sealer.run(Ended())
    assert sorted(one.split()[2] for one in caplog.messages) == ["hash", "hash"]


def test_the_database_keeps_what_is_sealed(house: Sealed) -> None:
    house.sealer.seal()
    for table in ("seal_log", "leaf", "checkpoint", "subtree", "outside", "seal_law", "log_entry"):
        refused = pytest.raises(DBAPIError, match=r"kept as they were written|permission denied|not authorized")
        with refused, house.database.write() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names from here


def test_many_batches_go_on_where_the_last_one_ended_and_name_all_that_is_held(
    house: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.sealing.sealer.MOST", 3)
    note(house, 9)
    with unprotected(house.database) as connection:
        first = connection.scalars(select(LogEntry.id).order_by(LogEntry.id).limit(1)).one()
        connection.execute(update(LogEntry).where(LogEntry.id == first).values(body=b"{}"))
    begun: list[tuple[int, int]] = []

    def noted(connection: Connection, after: tuple[int, int], most: int) -> Waiting:
        begun.append(after)
        return waiting(connection, after, most)

    monkeypatch.setattr("workflow.sealing.sealer.waiting", noted)
    done = house.sealer.seal()
    assert len(begun) > 2
    assert begun == sorted(set(begun))
    assert [one.id for one in done.held] == [first]
    entries, lines = everything(house)
    assert {one[2] for one in house.leaves()} - {None} == entries
    assert {one[3] for one in house.leaves()} - {None} == lines - {first}
    assert [one.id for one in house.sealer.seal().held] == [first]  # the next look meets it again


@pytest.mark.parametrize("table", [Entry, LogEntry])
def test_what_commits_while_many_batches_are_sealed_is_met_by_the_next_look(
    house: Sealed, monkeypatch: pytest.MonkeyPatch, table: type[Entry | LogEntry]
) -> None:
    """A transaction takes its number early and commits late: while the look goes on, and further lines are written."""
    monkeypatch.setattr("workflow.sealing.sealer.MOST", 2)
    monkeypatch.setattr("workflow.sealing.waiting.WINDOW", 1)
    monkeypatch.setattr("workflow.sealing.sealer.BATCHES", 6)
    house.sealer.seal()
    for name in ("示例三", "示例四", "示例五", "示例六"):
        house.office.open(house.office.clock.day, name=name)
    note(house, 12)
    late, put_back = taken_away(house, table)
    sealed = {Entry: 2, LogEntry: 3}[table]  # the column of a leaf
    while house.sealer.round().more and late + 1 not in {one[sealed] for one in house.leaves()}:
        pass
    put_back()
    for _ in range(14):
        note(house, 4)  # there are always more
        house.sealer.round()
    assert late in {one[sealed] for one in house.leaves()}


def taken_away(house: Sealed, table: type[Entry | LogEntry]) -> tuple[int, Callable[[], None]]:
    """Take a line away as if it had not been committed; return its id and what puts it back."""
    kept: list[tuple[Any, list[dict[str, Any]]]] = []
    with unprotected(house.database) as connection:
        last = select(func.max(Entry.id)).group_by(Entry.case_id) if table is Entry else select(LogEntry.id)
        line = sorted(connection.scalars(last))[-3]
        beside = ((Outbox, Outbox.entry_id), (EntryValue, EntryValue.entry_id)) if table is Entry else ()
        for one, key in (*beside, (table, table.id)):
            kept.insert(
                0, (one, [dict(row) for row in connection.execute(select(one.__table__).where(key == line)).mappings()])
            )
            connection.execute(delete(one).where(key == line))

    def put_back() -> None:
        with unprotected(house.database) as connection:
            for one, rows in kept:
                if rows:
                    connection.execute(insert(one.__table__), rows)

    return line, put_back


def test_a_look_ends_and_the_next_begins_where_this_one_stood(house: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.sealing.sealer.MOST", 2)
    monkeypatch.setattr("workflow.sealing.sealer.BATCHES", 2)
    note(house, 20)
    house.sealer.seal()
    entries, lines = everything(house)
    assert {one[2] for one in house.leaves()} - {None} == entries
    assert {one[3] for one in house.leaves()} - {None} == lines


def test_between_batches_on_sqlite_others_are_left_twice_as_long(
    house: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.sealing.sealer.MOST", 3)
    waited: list[float] = []

    class Ended(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append((timeout or 0.0) / house.sealer._took)  # noqa: SLF001 - what it measured
            return False

    assert not house.sealer.seal(Ended()).more
    assert waited
    assert set(waited) == {2.0 if house.database.dialect == "sqlite" else 0.0}


def test_a_tree_that_is_not_the_signed_one_is_told_before_a_key_that_is_gone(house: Sealed) -> None:
    house.sealer.seal()
    with unprotected(house.database) as connection:
        connection.execute(update(Leaf).where(Leaf.seq == 0).values(hash="0" * 64))
    for key in house.keys.glob("*.key"):
        key.unlink()
    house.office.open(house.office.clock.day, name="示例三")
    with pytest.raises(LogDamaged):
        house.sealer.seal()


def test_a_sealer_that_is_told_to_end_leaves_the_rest_for_later(house: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.sealing.sealer.MOST", 3)
    ended = Event()
    ended.set()
    done = house.sealer.seal(ended)
    assert done.more
    assert done.sealed == 3
    assert len({one[2] for one in house.leaves()} - {None}) == 3 < len(everything(house)[0])
