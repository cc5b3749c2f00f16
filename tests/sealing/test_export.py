"""The export and its verifier: what a database administrator alters is found by whoever holds the newest head."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, update

from tests.engine.office import LAWS
from tests.keep.conftest import unprotected
from tests.sealing.conftest import Sealed
from workflow.engine.log import Place, write
from workflow.engine.log_acts import LogAct
from workflow.seal import leaf_hash
from workflow.sealing.export import NothingSealed, UnknownLog, export
from workflow.sealing.logs import head, logs
from workflow.store.tables import Case, Checkpoint, Entry, EntryValue, Leaf, LogEntry

GOOD, ALTERED, UNDECIDED = 0, 1, 2


class Auditor:
    """Somebody who keeps the newest head and the key, and checks an export with the verifier alone."""

    def __init__(self, house: Sealed, folder: Path) -> None:
        """Take along what is sealed now."""
        self.house, self.folder, self.times = house, folder, 0
        self.mine, self.key = folder / "mine.note", folder / "key"
        self.keep()

    def keep(self) -> None:
        """Take along the newest head."""
        self.house.sealer.seal()
        self.mine.write_text(self.house.head().note, encoding="utf-8")
        with self.house.database.read() as connection:
            self.key.write_text(logs(connection)[0].vkey, encoding="ascii")

    def checks(self, path: str = "", *more: str, origin: str | None = None) -> tuple[int, dict[str, object]]:
        """Export and verify; return the exit code and the report."""
        self.times += 1
        target = self.folder / f"export{self.times}"
        with self.house.database.read() as connection:
            export(connection, LAWS, target, self.house.office.clock(), path, origin=origin)
        said = [sys.executable, "-I", str(target / "verify.py"), str(target), "--key", str(self.key), "--json", *more]
        done = subprocess.run([*said, "--checkpoint", str(self.mine)], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout)


def test_an_untouched_record_is_good(house: Sealed, tmp_path: Path) -> None:
    code, report = Auditor(house, tmp_path).checks()
    assert (code, report["faults"], report["reasons"]) == (GOOD, [], [])
    assert report["cases"] == 2


def test_what_is_noted_about_a_case_is_no_entry_of_it(house: Sealed, tmp_path: Path) -> None:
    with house.database.write() as connection:
        case = connection.execute(select(Case.id, Case.uid, Case.path).limit(1)).one()
        about = Place(case.path, None, (case.id, case.uid))
        write(connection, LogAct.CASE_READ, house.office.clock(), None, about, {})
    code, report = Auditor(house, tmp_path).checks()
    assert (code, report["faults"], report["cases"]) == (GOOD, [], 2)


def test_what_was_written_since_the_head_is_undecided_never_good(house: Sealed, tmp_path: Path) -> None:
    auditor = Auditor(house, tmp_path)
    house.office.open(house.office.clock.day, name="示例三")
    house.sealer.seal()
    code, report = auditor.checks()
    assert (code, report["faults"]) == (UNDECIDED, [])
    auditor.keep()
    assert auditor.checks()[0] == GOOD


def last_entry(connection: Connection) -> int:
    return connection.scalar(select(Entry.id).order_by(Entry.id.desc()).limit(1)) or 0


def altered_bytes(connection: Connection) -> None:
    key = last_entry(connection)
    body = connection.scalar(select(Entry.body).where(Entry.id == key)) or b""
    body = body.replace(b'"v":1', b'"v":1,"w":1')
    new = leaf_hash(body)
    case = connection.scalar(select(Entry.case_id).where(Entry.id == key))
    connection.execute(update(Entry).where(Entry.id == key).values(body=body, hash=new))
    connection.execute(update(Case).where(Case.id == case).values(head=new))
    connection.execute(update(Leaf).where(Leaf.entry_id == key).values(hash=new))


def removed(connection: Connection) -> None:
    key = last_entry(connection)
    case, prev = connection.execute(select(Entry.case_id, Entry.prev).where(Entry.id == key)).one()
    connection.exec_driver_sql(f"DELETE FROM outbox WHERE entry_id = {key}")  # noqa: S608 - a number
    connection.execute(delete(EntryValue).where(EntryValue.entry_id == key))
    connection.execute(delete(Leaf).where(Leaf.entry_id == key))
    connection.execute(delete(Entry).where(Entry.id == key))
    connection.execute(update(Case).where(Case.id == case).values(entries=Case.entries - 1, head=prev))


def set_columns(**values: object) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        connection.execute(update(Entry).where(Entry.id == last_entry(connection)).values(**values))

    return change


def moved_state(connection: Connection) -> None:
    connection.execute(update(Case).values(state="full"))


def altered_value(connection: Connection) -> None:
    connection.execute(update(EntryValue).where(EntryValue.field == "person.name").values(value='"别人"'))


def log_line(connection: Connection) -> None:
    key = connection.scalar(select(LogEntry.id).order_by(LogEntry.id.desc()).limit(1))
    connection.execute(update(LogEntry).where(LogEntry.id == key).values(body=b'{"v":1,"log":"sign_in"}'))


def no_line(connection: Connection) -> None:
    key = connection.scalar(select(LogEntry.id).order_by(LogEntry.id).limit(1))
    connection.execute(delete(LogEntry).where(LogEntry.id == key))


def false_head(connection: Connection) -> None:
    connection.execute(update(Checkpoint).values(note=Checkpoint.note + "x"))


@pytest.mark.parametrize(
    "change",
    [
        altered_bytes, removed, set_columns(occurred_on=date(2020, 1, 1)), set_columns(kind="attested"),
        set_columns(account_id=2), moved_state, altered_value, log_line, no_line, false_head,
    ],
    ids=["bytes", "removed", "day", "kind", "author", "state", "value", "log line", "no line", "head"],
)  # fmt: skip
def test_what_is_altered_in_the_database_is_never_good(
    house: Sealed, tmp_path: Path, change: Callable[[Connection], None]
) -> None:
    """With full right to write to the database, but without the key and the auditor's head."""
    auditor = Auditor(house, tmp_path)
    assert auditor.checks()[0] == GOOD
    with unprotected(house.database) as connection:
        change(connection)
    code, report = auditor.checks()
    if change is no_line:  # whether its term had run out cannot be told; what it said is not vouched for
        # a report is JSON
        assert (code, [one["kind"] for one in report["reasons"]]) == (UNDECIDED, ["withheld"])  # type: ignore[attr-defined]
    else:
        assert code == ALTERED, report


def test_an_erased_value_leaves_every_proof_whole(house: Sealed, tmp_path: Path) -> None:
    auditor = Auditor(house, tmp_path)
    with house.database.write() as connection:
        connection.execute(delete(EntryValue))
    code, report = auditor.checks()
    assert (code, report["faults"]) == (GOOD, [])
    assert report["erased_values"]


def test_an_organization_takes_its_own_part(house: Sealed, tmp_path: Path) -> None:
    """The lines of others stand as hashes: the tree is whole, and nothing is learnt of them."""
    auditor = Auditor(house, tmp_path)
    with house.database.read() as connection:
        path = connection.scalar(select(Case.path).limit(1)) or ""
    assert auditor.checks(path)[0] == UNDECIDED
    code, report = auditor.checks(path, "--part")
    assert (code, report["faults"], report["cases"]) == (GOOD, [], 2)
    other = auditor.checks("9.9.", "--part")
    assert (other[0], other[1]["cases"]) == (GOOD, 0)
    shown = (tmp_path / "export3" / "entries.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["log"] for line in shown if not line.startswith("#")} == {"log_opened", "states"}


def test_a_new_year_is_checked_with_what_its_cases_did_before(house: Sealed, tmp_path: Path) -> None:
    house.office.clock.day = date(2026, 12, 31)
    case = house.office.open(house.office.clock.day, name="示例三").case
    house.sealer.seal()
    house.office.clock.day = date(2027, 1, 2)
    house.sealer.seal()
    house.office.take("secretary", case, "talk held", house.office.clock.day, evidence={"talker": "甲"})
    auditor = Auditor(house, tmp_path)
    code, report = auditor.checks()
    assert (code, report["faults"], report["cases"]) == (GOOD, [], 1)
    with unprotected(house.database) as connection:
        first = connection.scalar(
            select(Entry.id).join(Case, Case.id == Entry.case_id).where(Case.number == case, Entry.number == 1)
        )
        connection.execute(update(Entry).where(Entry.id == first).values(body=b'{"v":1}'))
    assert auditor.checks()[0] == ALTERED


def test_a_log_that_was_closed_is_checked_as_it_was_at_its_end(house: Sealed, tmp_path: Path) -> None:
    """Its cases go on in the next one; an auditor who holds its last head needs nothing of that."""
    house.office.clock.day = date(2026, 12, 31)
    case = house.office.open(house.office.clock.day, name="示例三").case
    house.sealer.seal()
    house.office.clock.day = date(2027, 1, 2)
    with house.database.read() as connection:
        origin = logs(connection)[0].origin
    house.sealer.seal()
    with house.database.read() as connection:
        old = next(one for one in logs(connection) if one.origin == origin)
        ended = head(connection, old.id)
    assert ended is not None
    auditor = Auditor(house, tmp_path)
    auditor.mine.write_text(ended.note, encoding="utf-8")
    auditor.key.write_text(old.vkey, encoding="ascii")
    before = auditor.checks(origin=origin)
    house.office.take("secretary", case, "leave withdrew", house.office.clock.day)
    code, report = auditor.checks(origin=origin)
    listed = (tmp_path / "export2" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert {one["number"]: one["state"] for one in map(json.loads, listed)}[case] == "applicant"
    assert (code, report["faults"], report["cases"], report["size"]) == (GOOD, [], 3, ended.size)
    assert report["root"] == before[1]["root"]
    with unprotected(house.database) as connection:
        first = connection.scalar(
            select(Entry.id).join(Case, Case.id == Entry.case_id).where(Case.number == case, Entry.number == 1)
        )
        connection.execute(update(Entry).where(Entry.id == first).values(occurred_on=date(2020, 1, 1)))
    assert auditor.checks(origin=origin)[0] == ALTERED


def test_a_log_that_is_not_there_is_named_with_those_that_are(house: Sealed, tmp_path: Path) -> None:
    house.sealer.seal()
    with pytest.raises(UnknownLog) as caught, house.database.read() as connection:
        export(connection, LAWS, tmp_path / "export", house.office.clock(), origin="jishi-none")
    assert house.head().note.splitlines()[0] in str(caught.value.remedy)


def test_nothing_is_exported_before_anything_is_sealed(house: Sealed, tmp_path: Path) -> None:
    with pytest.raises(NothingSealed), house.database.read() as connection:
        export(connection, LAWS, tmp_path / "export", house.office.clock())


def test_a_rolled_back_database_is_altered(sqlite_house: Sealed, tmp_path: Path) -> None:
    """An old backup is put in the place of the database: everything in it is whole, and it is too short."""
    house = sqlite_house
    house.sealer.seal()
    house.office.open(house.office.clock.day, name="示例三")
    auditor = Auditor(house, tmp_path)
    with unprotected(house.database) as connection:
        size = connection.scalar(select(Checkpoint.size).order_by(Checkpoint.size).limit(1))
        removed(connection)
        connection.execute(delete(Leaf).where(Leaf.seq >= size))
        connection.execute(delete(Checkpoint).where(Checkpoint.size > size))
    assert auditor.checks()[0] == ALTERED
