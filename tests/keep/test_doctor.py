"""What the doctor finds: each check is shown a fault of its own, and finds that one."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text, update

from tests.engine.office import LAWS, Bureau, bureau
from tests.keep.conftest import alter, altered, unprotected
from workflow.access.passwords import first
from workflow.engine.reading import read_record, read_row
from workflow.keep import surroundings
from workflow.keep.cases import walk
from workflow.keep.doctor import COULD_NOT_LOOK, FOUND, Doctor, exit_code, on
from workflow.keep.finding import Finding, Level
from workflow.keep.projection import called
from workflow.law.loader import definitions_root
from workflow.seal import canonical, leaf_hash
from workflow.store.database import Database
from workflow.store.tables import (
    Account,
    Case,
    Entry,
    EntryValue,
    Installation,
    Organization,
    Outbox,
    Submission,
    SubmissionSalt,
    Todo,
)

NOW = datetime(2030, 6, 1, 4, tzinfo=UTC)
FIRST = "(SELECT min(id) FROM cases)"
LAST = "case_id = FIRST AND number = (SELECT max(number) FROM entry WHERE case_id = FIRST)"
FULL = "UPDATE cases SET state = 'full' WHERE id = (SELECT min(id) FROM cases)"

ITS_PATH = "(SELECT path FROM organization WHERE name = '二支部')"
ELSEWHERE = "(SELECT id FROM organization WHERE name = '二支部')"


def spelt(change: str) -> str:
    """Return a statement with the first case and its last entry spelt out, and an invented hash."""
    spelt_out = {"LAST": LAST, "FIRST": FIRST, "HASH": f"'{'a' * 64}'", "ITS_PATH": ITS_PATH, "ELSEWHERE": ELSEWHERE}
    for word, meaning in spelt_out.items():
        change = change.replace(word, meaning)
    return change


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a data directory as it should be."""
    tmp_path.chmod(0o700)
    return tmp_path


def doctor(database: Database, directory: Path, now: datetime = NOW) -> Doctor:
    return Doctor(database, directory, definitions_root(), now)


def invented(finding: Finding) -> bool:
    """Tell whether a finding only says that the day is invented: the calendar ends, the server's clock differs."""
    return finding.check == "calendar" or (finding.check == "clock" and "differs" in finding.what.en)


def found(database: Database, directory: Path, now: datetime = NOW) -> dict[str, Finding]:
    """Return what was found."""
    findings = doctor(database, directory, now).examine()
    return {one.check: one for one in findings if one.level is not Level.GOOD and not invented(one)}


def kinds(database: Database) -> set[str]:
    """Return the kinds of all faults in the cases."""
    faults = walk(database.peek, LAWS)
    return {one.kind for part in (faults.chain, faults.projection, faults.todo) for one in part.first}


CHECKS = {
    "sqlite", "database", "definitions", "file", "protection", "chain", "projection", "todo", "seal", "offices",
    "clock", "calendar", "disk", "permissions",
}  # fmt: skip


def test_a_sound_database_is_found_sound(office: Bureau, directory: Path) -> None:
    findings = list(doctor(office.database, directory).examine())
    real = [one for one in findings if not invented(one)]
    assert {one.level for one in real} == {Level.GOOD}
    checks = {one.check for one in findings} | {"sqlite"}
    assert checks == CHECKS
    assert exit_code(real) == 0
    for one in findings:
        assert one.what.zh
        assert one.what.en
        assert one.level is Level.GOOD or one.remedy


COLUMNS = [
    ("chain", "columns", "UPDATE entry SET step = 'talk' WHERE LAST"),
    ("chain", "columns", "UPDATE entry SET occurred_on = '2019-01-01' WHERE LAST"),
    ("chain", "columns", "UPDATE entry SET recorded_at = '2019-01-01T00:00:00.000Z' WHERE LAST"),
    ("chain", "columns", "UPDATE entry SET account_id = (SELECT max(id) FROM account) WHERE LAST"),
    ("chain", "columns", "UPDATE entry SET organization_id = (SELECT max(id) FROM organization) WHERE LAST"),
    ("chain", "columns", "UPDATE entry SET confirmed_by = 1, confirmed_in = 1 WHERE LAST"),
    ("chain", "columns", "UPDATE entry SET principal_id = 1 WHERE LAST"),
    ("chain", "hash", "UPDATE entry SET hash = HASH WHERE LAST"),
    ("chain", "prev", "UPDATE entry SET prev = HASH WHERE LAST"),
    ("chain", "head", "UPDATE cases SET head = HASH WHERE id = FIRST"),
    ("chain", "count", "UPDATE cases SET entries = entries + 1 WHERE id = FIRST"),
    ("chain", "commitment", "UPDATE entry_value SET value = '\"别人\"' WHERE field = 'person.name'"),
    ("chain", "commitment", "UPDATE entry_value SET value = 'no json' WHERE field = 'person.name'"),
    ("chain", "value", "UPDATE entry_value SET field = 'person.other' WHERE field = 'person.name'"),
    ("projection", "state", "UPDATE cases SET state = 'full' WHERE id = FIRST"),
    ("projection", "place", "UPDATE cases SET organization_id = (SELECT max(id) FROM organization)"),
    ("projection", "place", "UPDATE cases SET organization_id = ELSEWHERE, path = ITS_PATH WHERE id = FIRST"),
    ("projection", "person", "UPDATE person SET name = '别人' WHERE case_id = FIRST"),
    ("projection", "person", "UPDATE person SET born_on = '1990-01-01' WHERE case_id = FIRST"),
    ("projection", "offer", "DELETE FROM transfer"),
    ("projection", "offer", "UPDATE transfer SET to_id = (SELECT id FROM organization WHERE name = '一支部')"),
    ("projection", "offer", "UPDATE transfer SET to_path = ITS_PATH || '9.'"),
    ("todo", "todo", "UPDATE todo SET due_on = '2035-01-01'"),
    ("todo", "todo", "DELETE FROM todo"),
]


def test_what_was_altered_is_found(office: Bureau) -> None:
    for check, kind, change in COLUMNS:
        with altered(office.database, spelt(change)) as connection:
            faults = walk(on(connection), LAWS)
            findings = {one.check: one for one in faults.findings() if one.level is not Level.GOOD}
        assert kind in {one.kind for one in (*faults.chain.first, *faults.projection.first, *faults.todo.first)}, change
        assert findings[check].examples, change
        assert exit_code(list(findings.values())) == FOUND
    assert kinds(office.database) == set()  # each change was undone


def test_another_number_or_procedure_than_the_opening_names_is_found(sqlite_office: Bureau) -> None:
    with sqlite_office.database.read() as connection:
        case = connection.execute(select(Case.id, Case.number, Case.procedure).order_by(Case.id).limit(1)).one()
        record = read_record(connection, LAWS, read_row(connection, case.id))
    first, *others = record.entries

    def faults(number: str, procedure: str) -> list[str]:
        opened = replace(first, body={**first.body, "number": number, "procedure": procedure})
        return [one.kind for one in called(replace(record, entries=(opened, *others)), case.procedure)]

    assert faults(case.number, case.procedure) == []
    assert faults("2020-000001x", case.procedure) == ["number"]
    assert faults(case.number, "another") == ["procedure"]


def test_an_altered_entry_is_found_although_its_hash_was_made_anew(office: Bureau) -> None:
    with unprotected(office.database) as connection:
        line = connection.execute(select(Entry.id, Entry.body).where(Entry.number == 3)).first()
        assert line is not None
        body = line.body.replace(b'"role":"branch_secretary"', b'"role":"branch_secretarx"')
        assert body != line.body
        connection.execute(update(Entry).where(Entry.id == line.id).values(body=body))
    assert kinds(office.database) == {"hash"}
    with unprotected(office.database) as connection:
        connection.execute(update(Entry).where(Entry.id == line.id).values(hash=leaf_hash(body)))
    assert kinds(office.database) == {"prev"}  # the next entry names another hash


def test_bytes_that_are_not_canonical_are_found(office: Bureau) -> None:
    for body in (b"\xff\xfe", b"[1]", b'{"n": 1}', b'{"n":1.5}'):
        with unprotected(office.database) as connection:
            line = connection.execute(select(func.max(Entry.id))).scalar_one()
            connection.execute(update(Entry).where(Entry.id == line).values(body=body))
        assert kinds(office.database) >= {"bytes", "hash"}


def cut(office: Bureau, number: int, *, everywhere: bool = False) -> None:
    """Remove an entry; ``everywhere``: with all that points to it, as somebody would who knows the program."""
    with unprotected(office.database) as connection:
        case = connection.execute(select(func.min(Case.id))).scalar_one()
        here = select(Entry.id).where(Entry.case_id == case, Entry.number == number).scalar_subquery()
        connection.execute(delete(EntryValue).where(EntryValue.entry_id == here))
        connection.execute(delete(Outbox).where(Outbox.entry_id == here))
        connection.execute(delete(Entry).where(Entry.case_id == case, Entry.number == number))
        if everywhere:
            head = select(Entry.hash).where(Entry.case_id == case, Entry.number == number - 1).scalar_subquery()
            connection.execute(update(Case).where(Case.id == case).values(entries=number - 1, head=head))
            last = select(func.max(Submission.id)).where(Submission.case_id == case).scalar_subquery()
            connection.execute(delete(SubmissionSalt).where(SubmissionSalt.submission_id == last))
            connection.execute(delete(Submission).where(Submission.id == last))


def test_a_missing_entry_is_found(office: Bureau) -> None:
    cut(office, 4)
    assert kinds(office.database) >= {"numbers", "prev", "count"}


def test_a_missing_last_entry_is_found_by_what_points_to_it(office: Bureau) -> None:
    with office.database.read() as connection:
        last = connection.execute(select(Case.entries).order_by(Case.id).limit(1)).scalar_one()
    cut(office, last)
    assert kinds(office.database) == {"count", "head", "answered"}


def test_a_last_entry_that_was_cut_off_everywhere_takes_a_figure_kept_outside(office: Bureau) -> None:
    with office.database.read() as connection:
        last = connection.execute(select(Case.entries).order_by(Case.id).limit(1)).scalar_one()
    noted = walk(office.database.peek, LAWS).entries
    cut(office, last, everywhere=True)
    # With every trace removed nothing within the database can tell: that takes a figure kept outside. What the removed
    # entry had moved is not removed with it, and that is found.
    assert kinds(office.database) <= {"state", "todo"}
    assert walk(office.database.peek, LAWS).entries == noted - 1


def test_erasing_a_value_is_no_fault(office: Bureau, directory: Path) -> None:
    with office.database.write() as connection:
        connection.execute(delete(EntryValue).where(EntryValue.field == "person.name"))
    assert walk(office.database.peek, LAWS).erased == 2
    assert found(office.database, directory) == {}


def test_the_walk_holds_only_a_handful_at_a_time(office: Bureau) -> None:
    for number in range(3):
        office.open(office.clock.day, name=f"示例{number}")
    asked = []

    def connect():
        asked.append(1)
        return office.database.peek()

    told = []
    one = walk(connect, LAWS, lambda done, of: told.append((done, of)), handful=1)
    assert (one.cases, len(asked), told) == (5, 7, [(number, 5) for number in range(1, 6)])
    assert one == walk(office.database.peek, LAWS)


PROTECTION = {
    "sqlite": ["DROP TRIGGER entry_next", "DROP TRIGGER submission_no_update"],
    "postgresql": ["ALTER TABLE entry DISABLE TRIGGER entry_kept", "GRANT UPDATE ON entry TO jishi_app"],
}


@pytest.mark.parametrize("place", [0, 1])
def test_a_missing_protection_is_found(office: Bureau, directory: Path, place: int) -> None:
    with office.database.owner() as connection:
        connection.exec_driver_sql(PROTECTION[office.database.dialect][place])
    office.database.close()
    assert set(found(office.database, directory)) == {"protection"}


@pytest.mark.parametrize(("edition", "says"), [("9999", "newer"), ("0000", "newer")])
def test_another_edition_is_found_and_looked_at_no_further(
    office: Bureau, directory: Path, edition: str, says: str
) -> None:
    with office.database.owner() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :edition"), {"edition": edition})
    office.database.close()
    findings = {one.check: one for one in doctor(office.database, directory).examine()}
    assert findings["database"].level is Level.WRONG
    assert says in findings["database"].what.en
    assert "chain" not in findings


def test_no_tables_are_found(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch(0o600)
    with closing(Database(f"sqlite:///{path}")) as database:
        findings = found(database, tmp_path)
    assert "jishi init" in str(findings["database"].remedy)


def test_a_database_that_is_not_there_cannot_be_looked_at(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with closing(Database(f"sqlite:///{tmp_path}/none.db")) as database:
        findings = found(database, tmp_path)
    assert {name: one.level for name, one in findings.items()} == {"database": Level.UNKNOWN}
    assert exit_code(list(findings.values())) == COULD_NOT_LOOK


def test_a_damaged_file_is_found(sqlite_database: Database, directory: Path) -> None:
    bureau(sqlite_database)
    sqlite_database.close()
    path = Path(sqlite_database.place)
    data = bytearray(path.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 16] = b"\x55" * 16
    path.write_bytes(data)
    findings = found(sqlite_database, directory)
    assert findings.keys() & {"file", "database"}


def test_a_reference_that_leads_nowhere_is_found(sqlite_database: Database, directory: Path) -> None:
    bureau(sqlite_database)
    with sqlite_database.owner(transaction=False) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DELETE FROM organization WHERE kind = 'branch'")
    assert found(sqlite_database, directory)["file"].level is Level.WRONG


def test_faulty_definitions_are_found_and_the_chains_are_looked_at_all_the_same(
    office: Bureau, directory: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "definitions"
    shutil.copytree(Path(str(definitions_root())), broken)
    edition = broken / "recruitment" / "2026-05-11.yaml"
    edition.write_text(edition.read_text("utf-8").replace("initial:", "initail:"), "utf-8")
    findings = {one.check: one for one in Doctor(office.database, directory, broken, NOW).examine()}
    assert findings["definitions"].level is Level.WRONG
    assert findings["chain"].level is Level.GOOD
    assert "projection" not in findings


def test_to_do_lists_are_made_anew_and_nothing_else(office: Bureau, directory: Path) -> None:
    alter(office.database, "DELETE FROM todo", FULL)
    looking = doctor(office.database, directory, office.clock())
    assert {one.check for one in looking.examine() if one.level is not Level.GOOD} >= {"todo", "projection"}
    assert looking.renew() == 2
    assert kinds(office.database) == {"state"}
    with office.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Todo))


def test_an_organization_with_work_and_nobody_to_do_it_is_found(office: Bureau, directory: Path) -> None:
    alter(
        office.database,
        "UPDATE office SET until_on = '2026-12-31' WHERE role IN ('committee_secretary', 'committee_member')",
    )
    with office.database.write() as connection:
        committee = select(Organization.id).where(Organization.name == "党委").scalar_subquery()
        connection.execute(update(Todo).values(organization_id=committee))
    findings = found(office.database, directory)
    assert "offices" not in findings  # the organizer may still record
    alter(office.database, "UPDATE office SET until_on = '2026-12-31' WHERE role <> 'administrator'")
    assert [one.zh for one in found(office.database, directory)["offices"].examples] == ["党委"]


def test_an_installation_without_an_administrator_is_found(office: Bureau, directory: Path) -> None:
    alter(office.database, "UPDATE account SET disabled_at = '2026-01-01T00:00:00.000Z' WHERE login = 'administrator'")
    assert found(office.database, directory)["offices"].level is Level.WRONG


def test_a_clock_behind_the_last_entry_is_found(office: Bureau, directory: Path) -> None:
    before = office.clock() - timedelta(days=1)
    assert found(office.database, directory, before)["clock"].level is Level.WRONG


def test_a_server_with_another_clock_is_found() -> None:
    assert surroundings.clock(NOW, None, NOW + timedelta(minutes=1)).level is Level.GOOD
    assert surroundings.clock(NOW, None, NOW + timedelta(minutes=9)).level is Level.WRONG
    assert surroundings.clock(NOW, "nonsense", None).level is Level.GOOD  # the chain tells of it


def test_too_little_room_is_found() -> None:
    assert surroundings.disk(surroundings.LEAST_FREE, 0).level is Level.GOOD
    assert surroundings.disk(surroundings.LEAST_FREE - 1, 0).level is Level.ATTENTION
    assert surroundings.disk(2 * surroundings.LEAST_FREE, surroundings.LEAST_FREE).level is Level.ATTENTION


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 11, 30), Level.GOOD),
        (date(2026, 12, 1), Level.ATTENTION),  # the next year's days off are announced by then, as a rule
        (date(2027, 1, 1), Level.ATTENTION),
    ],
)
def test_a_year_whose_days_off_are_not_known_is_found(today: date, level: Level) -> None:
    assert max(LAWS.calendar.published) == 2026
    assert surroundings.working_days(LAWS.calendar, today).level is level


@pytest.mark.parametrize(("folder", "file"), [(0o750, 0o600), (0o700, 0o640), (0o700, 0o604)])
def test_files_that_others_may_read_are_found(tmp_path: Path, folder: int, file: int) -> None:
    database = tmp_path / "jishi.db"
    database.touch()
    tmp_path.chmod(folder)
    database.chmod(file)
    finding = surroundings.permissions(tmp_path, (database, tmp_path / "jishi.db-wal"))
    assert finding is None or (finding.level, len(finding.examples)) == (Level.WRONG, 1)


def test_findings_are_told_in_both_languages_and_to_scripts(office: Bureau, directory: Path) -> None:
    alter(office.database, FULL)
    finding = found(office.database, directory)["projection"]
    zh, en = finding.lines("zh"), finding.lines("en")
    assert zh[0].startswith("✗ ")
    assert len(zh) == len(en) == 3
    plain = finding.plain()
    assert set(plain) == {"check", "level", "what", "remedy", "examples"}
    assert canonical(plain)


def test_a_one_time_password_that_lies_about_is_named(office: Bureau, directory: Path) -> None:
    database, account = office.database, office.people["secretary"].account_id
    with database.write() as connection:
        connection.execute(update(Installation).values(sample=False))
        first(connection, account, NOW - timedelta(days=8))
        first(connection, office.people["commissioner"].account_id, NOW - timedelta(days=6))
    said = found(database, directory)["passwords"]
    assert said.level is Level.ATTENTION
    assert [one.zh for one in said.examples] == ["secretary"]
    with database.write() as connection:
        connection.execute(update(Account).where(Account.id == account).values(password_once=False))
    assert "passwords" not in found(database, directory)
    with database.write() as connection:
        connection.execute(update(Account).where(Account.id == account).values(password_once=True))
        connection.execute(update(Installation).values(sample=True))
    assert "passwords" not in found(database, directory)
