"""Heads that leave the machine: another office signs only what continues what it saw; a receipt needs nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from tests.engine.office import LAWS
from tests.keep.conftest import unprotected
from tests.sealing.conftest import Sealed
from workflow.engine.lights import Light
from workflow.seal import leaf_hash, verify
from workflow.seal.checkpoint import Checkpoint as Signed
from workflow.seal.merkle import frontier_of
from workflow.seal.note import MOST_LINES, Key, Signer, signed
from workflow.seal.receipt import Receipt
from workflow.sealing.export import SIGNATURES, export
from workflow.sealing.logs import Log, leaves, logs, reader
from workflow.sealing.outside import Bundle, NotCountersigned, countersign, publish, take_in
from workflow.sealing.receipts import NotSealedYet, receipt_of
from workflow.sealing.standing import standing
from workflow.store.tables import Case, Checkpoint, Entry, Leaf, Outside

OFFICE = Signer.make("wei.example.cn")


def vkey(house: Sealed) -> str:
    with house.database.read() as connection:
        return logs(connection)[0].vkey


def handed_out(house: Sealed, since: int | None = None) -> Bundle:
    house.sealer.seal()
    with house.database.write() as connection:
        return publish(connection, house.office.clock(), since)


def grown(house: Sealed) -> None:
    house.office.open(house.office.clock.day, name="示例五")
    house.sealer.seal()


def test_a_head_is_countersigned_and_the_next_one_must_continue_it(house: Sealed) -> None:
    first = handed_out(house)
    assert first.old == 0
    line, seen = countersign(first.text(), vkey(house), None, OFFICE, house.office.clock())
    with house.database.write() as connection:
        kept = take_in(connection, line, OFFICE.cosigning_key.vkey, house.office.clock())
    assert kept.note == first.note == seen
    grown(house)
    second = handed_out(house)
    assert second.old == kept.size
    line, seen = countersign(second.text(), vkey(house), seen, OFFICE, house.office.clock())
    with house.database.write() as connection:
        assert take_in(connection, line, OFFICE.cosigning_key.vkey, house.office.clock()).note == second.note
    with house.database.read() as connection:
        names = connection.scalars(select(Outside.name).order_by(Outside.id)).all()
    assert names == [None, "wei.example.cn", None, "wei.example.cn"]


def test_an_export_carries_the_countersignatures_to_its_verifier(
    house: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.sealing.export.HEADS", 1)  # a head that was countersigned is given however old it is
    first = handed_out(house)
    line, _ = countersign(first.text(), vkey(house), None, OFFICE, house.office.clock())
    later, _ = countersign(first.text(), vkey(house), None, OFFICE, house.office.clock() + timedelta(hours=1))
    assert later != line
    with house.database.write() as connection:
        for again in (line, line, later):
            take_in(connection, again, OFFICE.cosigning_key.vkey, house.office.clock())
        kept = select(Outside.line).where(Outside.name.is_not(None))
        assert connection.scalars(kept).all() == [line.strip()]  # one of a key is enough
    size = house.head().size
    grown(house)
    with house.database.read() as connection:
        export(connection, LAWS, tmp_path / "export", house.office.clock())
    mine = tmp_path / "mine.note"
    mine.write_text(house.head().note, encoding="utf-8", newline="\n")
    keys, wanted = verify.key_of(vkey(house)), verify.key_of(OFFICE.cosigning_key.vkey)
    said = verify.report(verify.verify(verify.Question(tmp_path / "export", [keys], [str(mine)], offices=(wanted,))))
    assert (said["verdict"], said["checkpoints"]) == ("good", 2)
    assert said["countersigned"] == [(size, "wei.example.cn", int(house.office.clock().timestamp()))]


def test_more_signatures_than_a_note_may_have_stand_in_further_notes(
    house: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.sealing.export.SIGNATURES", 2)
    first, offices = handed_out(house), [Signer.make(f"office{number}.example.cn") for number in range(5)]
    for office in offices:
        line, _ = countersign(first.text(), vkey(house), None, office, house.office.clock())
        with house.database.write() as connection:
            take_in(connection, line, office.cosigning_key.vkey, house.office.clock())
    with house.database.read() as connection:
        export(connection, LAWS, tmp_path / "export", house.office.clock())
    size, keys = house.head().size, [verify.key_of(vkey(house))]
    names = sorted(path.name for path in (tmp_path / "export" / "checkpoints").iterdir())
    assert [name for name in names if name.startswith(f"{size:012d}")] == [
        f"{size:012d}-2.note", f"{size:012d}-3.note", f"{size:012d}.note"
    ]  # fmt: skip
    mine = tmp_path / "mine.note"
    mine.write_text(house.head().note, encoding="utf-8", newline="\n")
    wanted = tuple(verify.key_of(office.cosigning_key.vkey) for office in offices)
    said = verify.report(verify.verify(verify.Question(tmp_path / "export", keys, [str(mine)], offices=wanted)))
    assert said["verdict"] == "good"
    assert {name for _, name, _ in said["countersigned"]} == {f"office{number}.example.cn" for number in range(5)}


def test_the_signatures_of_one_note_and_the_logs_own_are_as_many_as_every_reader_takes() -> None:
    assert SIGNATURES + 1 <= MOST_LINES


def test_a_history_that_was_rewritten_is_not_countersigned(house: Sealed) -> None:
    """The operator has database and key: he rewrites an entry, its leaf and all heads, and signs anew."""
    first = handed_out(house)
    _, seen = countersign(first.text(), vkey(house), None, OFFICE, house.office.clock())
    signer = house.sealer.keys.signer(logs_of(house).origin, vkey(house))
    with unprotected(house.database) as connection:
        connection.execute(update(Leaf).where(Leaf.seq == 3).values(hash="ab" * 32))
        connection.exec_driver_sql("DELETE FROM outside")
        connection.exec_driver_sql("DELETE FROM checkpoint")
        size = leaves(connection, 1)
        root = frontier_of(reader(connection, 1), size).root()
        row = {"log_id": 1, "size": size, "root": root.hex(), "made_at": house.office.clock(),
               "note": signed(Signed(signer.name, size, root).text(), signer)}  # fmt: skip
        connection.execute(insert(Checkpoint), row)
    for remembered in house.keys.glob("*.head"):
        remembered.unlink()
    grown(house)
    again = handed_out(house, size)
    with pytest.raises(NotCountersigned):
        countersign(again.text(), vkey(house), seen, OFFICE, house.office.clock())


def logs_of(house: Sealed) -> Log:
    """Return the log that grows."""
    with house.database.read() as connection:
        return logs(connection)[0]


def test_what_another_signed_or_nobody_is_not_taken(house: Sealed) -> None:
    first = handed_out(house)
    line, _ = countersign(first.text(), vkey(house), None, OFFICE, house.office.clock())
    other = Signer.make("wei.example.cn")
    for wrong, key in (
        (line, other.cosigning_key.vkey),
        (line.replace("A", "B"), OFFICE.cosigning_key.vkey),
        ("", OFFICE.cosigning_key.vkey),
        (line, "no key"),
        (line, OFFICE.vkey),
        (line + line, OFFICE.cosigning_key.vkey),
        (first.note.splitlines()[-1], vkey(house)),
    ):
        with pytest.raises(NotCountersigned), house.database.write() as connection:
            take_in(connection, wrong, key, house.office.clock())
    for text in ("", "old x\n\nnote", first.text().replace("old 0", "old 01"), f"{first.note}"):
        with pytest.raises(NotCountersigned):
            countersign(text, vkey(house), None, OFFICE, house.office.clock())
    with pytest.raises(NotCountersigned):
        countersign(first.text(), other.vkey, None, OFFICE, house.office.clock())


def test_nothing_is_handed_out_before_anything_is_sealed(house: Sealed) -> None:
    with pytest.raises(NotCountersigned), house.database.write() as connection:
        publish(connection, house.office.clock())
    with pytest.raises(NotCountersigned):
        handed_out(house, since=10**6)


def test_a_receipt_proves_its_entry_without_the_database(house: Sealed) -> None:
    with house.database.read() as connection, pytest.raises(NotSealedYet):
        receipt_of(connection, 1, 1)
    house.sealer.seal()
    origin, key = logs_of(house).origin, Key.of(vkey(house))
    with house.database.read() as connection:
        for case, number in connection.execute(select(Entry.case_id, Entry.number)).all():
            body, text = receipt_of(connection, case, number)
            found = Receipt.of(text)
            assert found.holds(bytes.fromhex(leaf_hash(body)), [key], origin)
            assert not found.holds(bytes.fromhex(leaf_hash(body + b" ")), [key], origin)
        assert connection.scalar(select(Case.id)) is not None


def test_the_light_tells_how_long_ago_a_head_left_the_machine(house: Sealed) -> None:
    now = house.office.clock()

    def light(later: timedelta = timedelta()) -> Light:
        with house.database.read() as connection:
            return standing(connection).light(now + later)

    assert light() is Light.LATE
    house.sealer.seal()
    assert light() is Light.LATE
    handed_out(house)
    assert light() is Light.OK
    assert light(timedelta(days=1, seconds=1)) is Light.SOON
    assert light(timedelta(days=7, seconds=1)) is Light.LATE
    with unprotected(house.database) as connection:
        connection.execute(update(Entry).where(Entry.number == 1).values(body=b"{}"))
    house.office.open(house.office.clock.day, name="示例七")
    with unprotected(house.database) as connection:
        newest = connection.scalar(select(Entry.id).order_by(Entry.id.desc()).limit(1))
        connection.execute(update(Entry).where(Entry.id == newest).values(body=b"{}"))
    assert light() is Light.LATE
