"""A small office for the tests of the engine: a committee with two branches, the people in it, and a desk with a clock.

``work committee > committee > first branch, second branch``, an organization department beside the work committee.
Members bear the names of the regulation's roster, so that its lives can be lived here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from workflow.engine.desk import Desk, Login
from workflow.engine.laws import Laws, load_laws
from workflow.engine.requests import Confirm, Correct, Offer, OpenCase, Request, Supplement, TakeStep, Withdraw
from workflow.engine.task import Answer
from workflow.law.loader import definitions_root
from workflow.seal import Plain
from workflow.store.database import Database
from workflow.store.tables import (
    Account,
    Case,
    Entry,
    Installation,
    Member,
    Office,
    Organization,
    SubmissionStatus,
)

LAWS: Laws = load_laws(definitions_root())
LONG_AGO = date(2001, 1, 1)
NOON = time(12, tzinfo=ZoneInfo("Asia/Shanghai"))
TREE = {  # name: kind, above, attached to
    "工委": ("work_committee", None, None),
    "党委": ("committee", "工委", None),
    "一支部": ("branch", "党委", None),
    "二支部": ("branch", "党委", None),
    "组织部": ("organization_department", None, "工委"),
}
PEOPLE = {  # login: organization, role
    "secretary": ("一支部", "branch_secretary"),
    "commissioner": ("一支部", "organization_commissioner"),
    "watcher": ("一支部", "auditor"),
    "elsewhere": ("二支部", "branch_secretary"),
    "elsewhere2": ("二支部", "organization_commissioner"),
    "watcher2": ("二支部", "auditor"),
    "approver": ("党委", "committee_secretary"),
    "member": ("党委", "committee_member"),
    "organizer": ("党委", "organizer"),
    "department": ("组织部", "department_officer"),
    "auditor": ("党委", "auditor"),
    "administrator": ("工委", "administrator"),
}
MEMBERS = ("甲", "乙", "丙")


@dataclass(slots=True)
class Clock:
    """A clock that is set: noon at the office of a day."""

    day: date = date(2026, 11, 22)

    def __call__(self) -> datetime:
        """Return the instant, aware, in UTC."""
        return datetime.combine(self.day, NOON).astimezone(UTC)


@dataclass(slots=True)
class Bureau:
    """A database with the small office in it, its desk, and its people by login."""

    database: Database
    clock: Clock
    desk: Desk
    people: dict[str, Login]
    organizations: Mapping[str, tuple[int, str]]  # name: id and uid
    keys: Any = field(default_factory=count)
    before: int = 0  # the last submission made before a test began

    def key(self) -> str:
        """Return a key for one submission."""
        return f"key-{next(self.keys)}"

    def submit(self, who: str, request: Request, on: date | None = None) -> Answer:
        """Hand in a request on a day; the clock never goes back."""
        self.clock.day = max(self.clock.day, on) if on else self.clock.day
        return self.desk.submit(self.people[who], request)

    def open(self, on: date, who: str = "secretary", name: str = "示例一", **more: Any) -> Answer:
        """Open a case on the day its letter was received."""
        self.clock.day = on
        request = OpenCase(key=self.key(), name=name, born_on="2000-02-10", floating=False, occurred_on=on.isoformat(),
                           **more)  # fmt: skip
        return self.submit(who, request, on)

    def take(self, who: str, case: str, do: str, on: date, **more: Any) -> Answer:
        """Take a step (``do``: step and outcome) on the day itself, seeing the case as it stands."""
        self.clock.day = max(self.clock.day, on)
        step, outcome = do.split()
        evidence: Mapping[str, Plain] = more.pop("evidence", {})
        key, seen = more.pop("key", None) or self.key(), more.pop("seen", self.seen(case))
        request = TakeStep(key=key, case=case, seen=seen, step=step, outcome=outcome, occurred_on=on.isoformat(),
                           evidence=evidence, **more)  # fmt: skip
        return self.submit(who, request, on)

    def confirm(self, who: str, answer: Answer, *, agreed: bool = True, seen: int | None = None) -> Answer:
        """Confirm, or decline, what waits."""
        assert answer.status is SubmissionStatus.WAITING
        assert answer.proposal is not None
        seen = self.seen(answer.case) if seen is None else seen
        return self.submit(
            who, Confirm(key=self.key(), case=answer.case, seen=seen, proposal=answer.proposal, agreed=agreed)
        )

    def correct(self, who: str, case: str, number: int, evidence: Mapping[str, Plain], **more: Any) -> Answer:
        """Propose a correction."""
        return self.submit(who, Correct(key=self.key(), case=case, seen=self.seen(case), number=number,
                                        evidence=evidence, reason=more.pop("reason", "笔误"), **more))  # fmt: skip

    def withdraw(self, who: str, case: str, number: int) -> Answer:
        """Take back an entry."""
        return self.submit(
            who, Withdraw(key=self.key(), case=case, seen=self.seen(case), number=number, reason="登记错误")
        )

    def offer(self, who: str, case: str, to: str, on: date) -> Answer:
        """Offer the case to the branch of that name."""
        return self.submit(who, Offer(key=self.key(), case=case, seen=self.seen(case), to=self.organizations[to][1],
                                      occurred_on=on.isoformat()), on)  # fmt: skip

    def supplement(self, who: str, case: str, step: str, evidence: Mapping[str, Plain], **more: Any) -> Answer:
        """Attest a past act."""
        return self.submit(who, Supplement(key=self.key(), case=case, seen=self.seen(case), step=step,
                                           evidence=evidence, reason="有原始记录", **more))  # fmt: skip

    def seen(self, case: str) -> int:
        """Return how many entries a case has."""
        with self.database.read() as connection:
            return connection.scalar(select(Case.entries).where(Case.number == case)) or 0

    def state(self, case: str) -> str:
        """Return the state in which the projection says a case stands."""
        with self.database.read() as connection:
            return connection.scalar(select(Case.state).where(Case.number == case)) or ""

    def kinds(self, case: str) -> list[tuple[str, str | None, str | None]]:
        """Return kind, step and outcome of every entry of a case."""
        with self.database.read() as connection:
            query = select(Entry.kind, Entry.step, Entry.outcome).join(Case).where(Case.number == case)
            # a row of six columns
            return [tuple(row) for row in connection.execute(query.order_by(Entry.number))]  # type: ignore[misc]


def bureau(database: Database) -> Bureau:
    """Return the small office, set up in an empty database."""
    with database.write() as connection:
        made = datetime(2001, 1, 1, tzinfo=UTC)
        connection.execute(insert(Installation), {"id": 1, "sample": True, "created_at": made})
        organizations = {name: _organization(connection, name) for name in TREE}
        people = {login: _account(connection, login, made) for login in PEOPLE}
        for branch in ("一支部", "二支部"):
            home = select(Organization.id).where(Organization.name == branch).scalar_subquery()
            for name in MEMBERS if branch == "一支部" else ("丁", "戊"):
                member = {"name": name, "name_key": name, "standing": "full", "full_on": date(2010, 1, 1)}
                connection.execute(insert(Member).values(organization_id=home, **member))
    clock = Clock()
    return Bureau(database, clock, Desk(database, LAWS, clock), people, organizations)


def _organization(connection: Connection, name: str) -> tuple[int, str]:
    kind, above, served = TREE[name]
    by_name = {
        row.name: row for row in connection.execute(select(Organization.id, Organization.name, Organization.path))
    }
    values = {"kind": kind, "name": name, "path": name, "parent_id": by_name[above].id if above else None,
              "serves_id": by_name[served].id if served else None,
              "has_committee": True if kind == "branch" else None}  # fmt: skip
    made = connection.execute(insert(Organization).returning(Organization.id, Organization.uid), values).one()
    path = f"{by_name[above].path if above else ''}{made.id}."
    connection.execute(update(Organization).where(Organization.id == made.id).values(path=path))
    return made.id, made.uid.hex


def _account(connection: Connection, login: str, made: datetime) -> Login:
    organization, role = PEOPLE[login]
    values = {"login": login, "name": login, "name_key": login, "created_at": made}
    account = connection.execute(insert(Account).returning(Account.id), values).scalar_one()
    home = connection.scalar(select(Organization.id).where(Organization.name == organization))
    office = connection.execute(
        insert(Office).returning(Office.id),
        {"account_id": account, "organization_id": home, "role": role, "from_on": LONG_AGO},
    ).scalar_one()
    return Login(account, office)
