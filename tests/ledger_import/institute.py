"""An institute whose branches bear the names of a ledger: a committee above them, people in office, a clock at noon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tests.engine.office import LAWS, LONG_AGO, Bureau, Clock
from tests.ledger_reader.workbooks import LEDGER, ROSTER, form, ledger_rows, write_xlsx
from workflow.engine.desk import Desk, Login
from workflow.engine.reading import CaseRecord, case_columns, case_row, read_records
from workflow.ledger import Ledger, read_ledger
from workflow.ledger.import_report import CellReport, MemberReport, RowReport
from workflow.ledger.importing import Imported, read_and_import
from workflow.store.database import Database
from workflow.store.tables import Account, Case, Installation, Office, Organization, Person

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "branch-ledger.xlsx"
FORM = form()
COMMITTEE = "中共XX大学委员会"
MADE = datetime(2001, 1, 1, tzinfo=UTC)
ABOVE = {  # login: organization, role
    "approver": (COMMITTEE, "committee_secretary"),
    "member": (COMMITTEE, "committee_member"),
    "organizer": (COMMITTEE, "organizer"),
    "auditor": (COMMITTEE, "auditor"),
    "department": ("组织部", "department_officer"),
    "administrator": ("工委", "administrator"),
}
ROSTER_HEADERS = ("姓名", "所在党支部", "党员身份", "转正时间", "处分", "处分时间", "影响期止")


def institute(database: Database, branches: Sequence[str] = ("第一党支部", "第二党支部")) -> Bureau:
    """Return an office with these branches; ``secretary1``, ``commissioner1`` act for the first, and so on."""
    with database.write() as connection:
        connection.execute(insert(Installation), {"id": 1, "sample": True, "created_at": MADE})
        organizations = {"工委": _organization(connection, "工委", "work_committee", None)}
        organizations[COMMITTEE] = _organization(connection, COMMITTEE, "committee", "工委")
        organizations |= {name: _organization(connection, name, "branch", COMMITTEE) for name in branches}
        organizations["组织部"] = _organization(connection, "组织部", "organization_department", None, serves="工委")
        seats = dict(ABOVE)
        for number, branch in enumerate(branches, start=1):
            seats[f"secretary{number}"] = (branch, "branch_secretary")
            seats[f"commissioner{number}"] = (branch, "organization_commissioner")
        people = {login: account(connection, login, login, *seat) for login, seat in seats.items()}
    clock = Clock(date(2026, 11, 21))
    return Bureau(database, clock, Desk(database, LAWS, clock), people, organizations)


def _organization(
    connection: Connection, name: str, kind: str, above: str | None, serves: str | None = None
) -> tuple[int, str]:
    found = {row.name: row for row in connection.execute(select(Organization.id, Organization.name, Organization.path))}
    row = {
        "kind": kind, "name": name, "path": name, "parent_id": found[above].id if above else None,
        "serves_id": found[serves].id if serves else None, "has_committee": None,
    }  # fmt: skip
    made = connection.execute(insert(Organization).returning(Organization.id, Organization.uid), row).one()
    path = f"{found[above].path if above else ''}{made.id}."
    connection.execute(update(Organization).where(Organization.id == made.id).values(path=path))
    return made.id, made.uid.hex


def account(connection: Connection, login: str, name: str, organization: str, role: str) -> Login:
    """Make an account with one office."""
    values = {"login": login, "name": name, "name_key": name, "created_at": MADE}
    key = connection.execute(insert(Account).returning(Account.id), values).scalar_one()
    home = connection.scalar(select(Organization.id).where(Organization.name == organization))
    office = {"account_id": key, "organization_id": home, "role": role, "from_on": LONG_AGO}
    return Login(key, connection.execute(insert(Office).returning(Office.id), office).scalar_one())


def person(name: str = "张伟", /, **cells: Any) -> dict[str, object]:
    """Return a row: an applicant of the first branch unless its cells say otherwise."""
    row: dict[str, object] = {"姓名": name, "出生日期": date(2000, 2, 10), "所在党支部": "第一党支部"}
    return {**row, "入党申请时间": date(2024, 1, 5), **cells}


def workbook(path: Path, *people: Mapping[str, object], roster: Sequence[Sequence[object]] | None = None) -> Path:
    """Write a ledger of these rows; ``roster``: lines of its second sheet, None: there is none."""
    sheets: dict[str, Any] = {LEDGER: ledger_rows(*people)}
    if roster is not None:
        sheets[ROSTER] = [["名册"], list(ROSTER_HEADERS), *roster]
    return write_xlsx(path, sheets)


def bring(office: Bureau, path: Path, who: str = "organizer", *, dry_run: bool = False) -> Imported:
    """Import a workbook; a dry run first says the same as the real one."""
    seen = read_and_import(office.desk, office.people[who], path, FORM, dry_run=True)
    assert seen.batch is None
    if dry_run:
        return seen
    done = read_and_import(office.desk, office.people[who], path, FORM)
    assert done.report == seen.report
    return done


def only(imported: Imported) -> RowReport:
    """Return the only row of a report."""
    (row,) = imported.report.rows
    return row


def why(line: RowReport | MemberReport | CellReport) -> str:
    """Return the reason that a report gives."""
    assert line.why is not None
    return line.why.zh


def records(office: Bureau) -> list[tuple[str, CaseRecord]]:
    """Return every case that has a person, with the name."""
    with office.database.read() as connection:
        query = select(*case_columns(), Person.name).join(Organization, Organization.id == Case.organization_id)
        lines = connection.execute(query.join(Person, Person.case_id == Case.id).order_by(Case.id)).all()
        found = read_records(connection, LAWS, [case_row(tuple(line[:-1])) for line in lines])
        return [(str(line[-1]), record) for line, record in zip(lines, found, strict=True)]


def record_of(office: Bureau, name: str) -> CaseRecord:
    """Return the record of the only person of that name."""
    (found,) = [record for known, record in records(office) if known == name]
    return found


def ledger_branches(ledger: Ledger) -> tuple[str, ...]:
    """Return the branches that a ledger names, those of its roster included."""
    named = [str(row.values["case.branch"]) for row in ledger.rows]
    members = ledger.roster.members() if ledger.roster else ()
    return tuple(dict.fromkeys([*named, *(member.branch for member in members)]))


def sample_ledger() -> Ledger:
    """Return the sample, read."""
    return read_ledger(SAMPLE, FORM)


def count(office: Bureau, table: Any) -> int:
    """Return how many rows a table holds."""
    with office.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0
