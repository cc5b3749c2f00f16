"""The sample tree in a database, the people in it as actors, and cases put there without their procedure."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

import pytest
from sqlalchemy import Connection, delete, insert, select

from workflow.engine.laws import Laws, load_laws
from workflow.engine.offices import Actor, actor_of
from workflow.engine.reading import CaseRow
from workflow.engine.sample import load_sample_tree, read_sample
from workflow.engine.scope import OrganizationRow, find_case, organization_columns
from workflow.law.loader import definitions_root
from workflow.seal import ORIGIN, leaf_hash
from workflow.store.database import Database
from workflow.store.tables import Account, Case, Entry, LogEntry, Office, Organization, Person

LAWS: Laws = load_laws(definitions_root())
KINDS = LAWS.organizations
EDITION = LAWS.law.editions[-1]
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
WORK, DEPARTMENT = "某市直属机关工委（示例）", "某市委组织部（示例）"
COMMITTEE, GROUP = "某市人民检察院机关党委（示例）", "某市人民检察院党组（示例）"
FIRST, SECOND, THIRD = "第一党支部（示例）", "第二党支部（示例）", "第三党支部（示例）"
GENERAL, BELOW_GENERAL = "检务保障党总支（示例）", "检务保障第一党支部（示例）"
numbers = count(1)


@dataclass(frozen=True, slots=True)
class Tree:
    """The sample tree in an open transaction."""

    connection: Connection

    def actor(self, login: str, on: date = TODAY, office: int | None = None) -> Actor:
        """Return somebody in the first office that they hold, or in another one."""
        held = select(Account.id, Office.id).join(Office).where(Account.login == login).order_by(Office.id)
        account, first = self.connection.execute(held).first() or pytest.fail(login)
        return actor_of(self.connection, KINDS, account, office or first, on)

    def account(self, login: str) -> int:
        """Return the id of an account."""
        return self.connection.execute(select(Account.id).where(Account.login == login)).scalar_one()

    def office(self, login: str) -> int:
        """Return the id of the first office of an account."""
        held = select(Office.id).join(Account, Account.id == Office.account_id).where(Account.login == login)
        return self.connection.execute(held.order_by(Office.id)).scalars().first() or 0

    def organization(self, name: str) -> OrganizationRow:
        """Return an organization by its name."""
        query = select(*organization_columns()).where(Organization.name == name)
        return OrganizationRow(*self.connection.execute(query).one())

    def case(self, branch: str, name: str = "示例", own: int | None = None) -> CaseRow:
        """Put a case into a branch, opened by nobody and without entries."""
        row, number = self.organization(branch), f"T{next(numbers):04}"
        values = {"number": number, "procedure": "recruitment", "organization_id": row.id, "path": row.path,
                  "own_account_id": own, "state": "applicant", "entries": 0, "head": ORIGIN}  # fmt: skip
        case = self.connection.execute(insert(Case).returning(Case.id), values).scalar_one()
        self.connection.execute(insert(Person), {"case_id": case, "name": name, "name_key": name})
        return find_case(self.connection, self.actor("gw.shuji"), number)

    def entry(
        self, case: CaseRow, login: str, organization: str, confirmed_by: str | None = None, **more: object
    ) -> None:
        """Add a bare entry to a case, chained as the database asks for."""
        last = select(Entry.number, Entry.hash).where(Entry.case_id == case.id).order_by(Entry.number.desc())
        number, prev = self.connection.execute(last).first() or (0, ORIGIN)
        body = f"{case.id} {number + 1}".encode()
        values = {"case_id": case.id, "number": number + 1, "kind": "act", "step": "talk", "outcome": "held",
                  "occurred_on": TODAY, "recorded_at": NOW, "account_id": self.account(login),
                  "organization_id": self.organization(organization).id,
                  "confirmed_by": self.account(confirmed_by) if confirmed_by else None,
                  "confirmed_in": self._office_of(confirmed_by) if confirmed_by else None,
                  "prev": prev, "hash": leaf_hash(body), "body": body, **more}  # fmt: skip
        self.connection.execute(insert(Entry), values)

    def _office_of(self, login: str) -> int:
        """Return the organization in which somebody holds the first office."""
        query = select(Office.organization_id).where(Office.account_id == self.account(login)).order_by(Office.id)
        return self.connection.scalars(query).first() or 0


class Undone(Exception):  # noqa: N818 - a signal, no fault
    """Everything that a test did is undone."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def sample_database(request, tmp_path_factory):
    """Give a database with the sample tree in it, one for all tests of a file."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("sample") / "sample.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        given = Database(f"sqlite:///{path}")
    else:
        server, template = (request.getfixturevalue(name) for name in ("postgresql_server", "postgresql_template"))
        name = f"sample_{os.getpid()}_{next(numbers)}"
        server.create(name, template)
        given = server.database(name)
    with given.write() as connection:
        load_sample_tree(connection, LAWS, read_sample(definitions_root()), NOW)
    yield given
    given.close()


def forget(connection, *acts):
    """Take away what was noted until now, or some acts of it, so that a test sees only its own lines."""
    connection.execute(delete(LogEntry).where(LogEntry.act.in_(acts)) if acts else delete(LogEntry))


@pytest.fixture
def tree(sample_database):
    """Give the sample tree in a transaction that is undone after the test."""
    with suppress(Undone), sample_database.write() as connection:
        yield Tree(connection)
        raise Undone
