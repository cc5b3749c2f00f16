# ruff: noqa: INP001 - beside the scripts that use it, no part of a package
"""Fills a database with many cases, each with a whole chain of entries, what it asks for and what is broken in it.

A few lives are lived through the engine in a database of their own, on the days on which they happened; every case is
a copy of one of them with another person, branch and people in office: the same bytes but for their names, hashed anew.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

from _figure import ROOT
from sqlalchemy import Connection, Table, insert, select, text, update

sys.path.insert(0, str(ROOT))
from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.test_lives import live
from tests.regulation.trace import traces
from workflow.case.record import EntryKind
from workflow.engine.agenda import renew
from workflow.engine.name_parts import endings
from workflow.engine.offices import actor_of
from workflow.engine.task import Task
from workflow.engine.writing import NAME
from workflow.seal import ORIGIN, canonical, commitment, leaf_hash
from workflow.seal.chain import SALT_BYTES
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import (
    Account,
    Case,
    Entry,
    EntryValue,
    Finding,
    Installation,
    Member,
    NamePart,
    Office,
    Organization,
    Person,
    Todo,
)
from workflow.store.types import written

TODAY = date(2026, 11, 22)
BRANCHES = 25  # a committee
AT_ONCE = 2_000  # rows handed over together
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
ACROSS, BEFORE = "lived across the change of 2026-05-11", "lived under the edition of 2014"
MIX = (  # which life, up to its how manieth act, and how often of a hundred
    (ACROSS, 1, 8), (ACROSS, 2, 25), (ACROSS, 4, 20), (ACROSS, 6, 20), (ACROSS, 9, 8), (ACROSS, 13, 5), (ACROSS, 19, 4),
    (BEFORE, 27, 10),
)  # fmt: skip
HERE = {"一支部": "branch", "党委": "committee", "工委": "root", "组织部": "department"}
SEATS = {  # of each place: the end of its logins, and the office
    "branch": {"secretary": "branch_secretary", "commissioner": "organization_commissioner"},
    "committee": {"approver": "committee_secretary", "organizer": "organizer"},
    "root": {"root": "committee_secretary", "administrator": "administrator"},
    "department": {"department": "department_officer"},
}
ACCOUNTS, ORGANIZATIONS = ("account_id", "principal_id", "confirmed_by"), ("organization_id", "confirmed_in")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


@dataclass(frozen=True, slots=True)
class Place:
    """An organization of the new tree with the accounts in its offices, by the end of their logins."""

    id: int
    uid: UUID
    path: str
    name: str
    seats: Mapping[str, tuple[int, UUID]]


@dataclass(frozen=True, slots=True)
class Life:
    """A case as it was lived: its row, its entries with their erasable values, and what is kept beside them."""

    case: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...]
    bodies: tuple[Mapping[str, Any], ...]  # what is hashed of each
    values: Mapping[int, tuple[Mapping[str, Any], ...]]  # by number of the entry
    todo: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]


def fill(database: Database, cases: int, committees: int | None = None, seed: int = 20261122) -> list[Place]:
    """Migrate an empty database and fill it with so many cases; return its branches.

    ``committees``: each with BRANCHES branches; None: one for every 500 cases. Logins: ``root``, ``administrator``,
    ``department``; ``approver-N``, ``organizer-N`` of the committees; ``secretary-N``, ``commissioner-N`` of branches,
    counted from 1. Nobody has a password.
    """
    migrate(database)
    lives, people = lived()
    random = Random(seed)  # noqa: S311 - the same people every time, no secret
    with database.write() as connection:
        connection.execute(insert(Installation), {"id": 1, "uid": uuid4(), "sample": True, "created_at": LONG_AGO})
        places, branches = tree(connection, committees or max(1, cases // 500))
    for start in range(1, cases + 1, AT_ONCE):
        with database.write() as connection:
            copies = _Copies(connection, lives, people, places)
            copies.make(range(start, min(start + AT_ONCE, cases + 1)), branches, random)
    if database.dialect == "postgresql":  # on SQLite nobody takes statistics
        with database.owner(transaction=False) as connection:
            connection.execute(text("SELECT setval('cases_id_seq', (SELECT max(id) FROM cases))"))
            connection.execute(text("SELECT setval('entry_id_seq', (SELECT max(id) FROM entry))"))
            connection.execute(text("VACUUM ANALYZE"))
    return branches


def lived() -> tuple[list[tuple[Life, int]], dict[str, tuple[str, str]]]:
    """Live every life of the mix; return them with their weights, and by uid which place and seat somebody had."""
    with tempfile.TemporaryDirectory(prefix="jishi-lives-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'lives.db'}")
        migrate(database)
        office = bureau(database)
        numbers = []
        for name, acts, weight in MIX:
            office.clock.day = date.min
            entries = [raw for raw in traces()[name]["entries"] if not (raw.get("refused") or raw.get("impossible"))]
            numbers.append((live(office, entries[:acts]), weight))
        with database.write() as connection:
            look_anew(office, connection)
        with database.read() as connection:
            lives = [(read_life(connection, number), weight) for number, weight in numbers]
            known = who_is_who(connection)
        database.close()
    return lives, known


def look_anew(office: Bureau, connection: Connection) -> None:
    """Make to-do lists and findings as of the day on which each case was last written to."""
    login = office.people["approver"]
    latest = select(Entry.case_id, Entry.recorded_at).order_by(Entry.number)
    for case, at in {row.case_id: row.recorded_at for row in connection.execute(latest)}.items():
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, at.date())
        renew(Task(connection, LAWS, actor, at), [case])


def read_life(connection: Connection, number: str) -> Life:
    """Return a case with everything that stands of it."""

    def rows(table: Table, where: Any, order: Any) -> tuple[Mapping[str, Any], ...]:  # noqa: ANN401 - conditions and columns of any table
        return tuple(row._asdict() for row in connection.execute(select(*table.columns).where(where).order_by(order)))

    (case,) = rows(Case.__table__, Case.number == number, Case.id)
    entries = rows(Entry.__table__, Entry.case_id == case["id"], Entry.number)
    values = {one["number"]: rows(EntryValue.__table__, EntryValue.entry_id == one["id"], EntryValue.field)
              for one in entries}  # fmt: skip
    todo = rows(Todo.__table__, Todo.case_id == case["id"], Todo.step)
    findings = rows(Finding.__table__, Finding.case_id == case["id"], Finding.rule)
    return Life(case, entries, tuple(json.loads(one["body"]) for one in entries), values, todo, findings)


def who_is_who(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return by uid, and by ``table:id``, which place an organization was, and which seat there an account had."""
    known = {}
    for row in connection.execute(select(Organization.id, Organization.uid, Organization.name)):
        place = HERE.get(row.name, "")
        known[row.uid.hex] = known[f"organization:{row.id}"] = (place, "")
    columns = select(Account.id, Account.uid, Account.login, Organization.name).join(Office).join(Organization)
    for row in connection.execute(columns.select_from(Account)):
        place = HERE.get(row.name, "")
        seats = SEATS.get(place, {})
        seat = row.login if row.login in seats else next(iter(seats), "")
        known[row.uid.hex] = known[f"account:{row.id}"] = (place, seat)
    return known


def tree(connection: Connection, committees: int) -> tuple[dict[int, dict[str, Place]], list[Place]]:
    """Write the organizations with their offices; return by branch where everybody is, and the branches."""
    root = place(connection, "work_committee", "示例工委", None, "root", "")
    department = place(connection, "organization_department", "示例组织部", root, "department", "", attached=True)
    by_branch, branches = {}, []
    for number in range(1, committees + 1):
        committee = place(connection, "committee", f"第{number}党委", root, "committee", f"-{number}")
        for one in range(1, BRANCHES + 1):
            count = len(branches) + 1
            branch = place(connection, "branch", f"第{number}-{one}党支部", committee, "branch", f"-{count}")
            branches.append(branch)
            by_branch[branch.id] = {"branch": branch, "committee": committee, "root": root, "department": department}
    full = {"standing": "full", "full_on": date(2010, 1, 1)}
    roster = [(one.id, name) for one in branches for name in ("甲", "乙", "丙")]
    members = [{"organization_id": key, "name": name, "name_key": name, **full} for key, name in roster]
    connection.execute(insert(Member), members)
    return by_branch, branches


def place(  # noqa: PLR0913 - all that is said of an organization
    connection: Connection, kind: str, name: str, above: Place | None, what: str, end: str, *, attached: bool = False
) -> Place:
    """Write one organization with the accounts in its offices."""
    uid = uuid4()
    values = {"uid": uid, "kind": kind, "name": name, "path": uid.hex, "has_committee": kind == "branch" or None,
              "serves_id" if attached else "parent_id": above.id if above else None}  # fmt: skip
    key = connection.execute(insert(Organization).returning(Organization.id), values).scalar_one()
    path = f"{above.path if above else ''}{key}."
    connection.execute(update(Organization).where(Organization.id == key).values(path=path))
    seats = {}
    for login, role in SEATS[what].items():
        account = {"uid": uuid4(), "login": f"{login}{end}", "name": f"{name}{login}", "name_key": f"{name}{login}",
                   "created_at": LONG_AGO}  # fmt: skip
        number = connection.execute(insert(Account).returning(Account.id), account).scalar_one()
        held = {"account_id": number, "organization_id": key, "role": role, "from_on": LONG_AGO.date()}
        connection.execute(insert(Office), held)
        seats[login] = (number, account["uid"])
    return Place(key, uid, path, name, seats)  # type: ignore[arg-type]  # the uid is one


class _Copies:
    """Copies of lives, made in one transaction."""

    def __init__(
        self,
        connection: Connection,
        lives: Sequence[tuple[Life, int]],
        people: Mapping[str, tuple[str, str]],
        places: Mapping[int, Mapping[str, Place]],
    ) -> None:
        self.connection, self.people, self.places = connection, people, places
        self.lives = [life for life, _ in lives]
        self.weights = list(accumulate(weight for _, weight in lives))
        self.entry_id = connection.scalar(text("SELECT coalesce(max(id), 0) FROM entry")) or 0
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def make(self, numbers: Iterable[int], branches: Sequence[Place], random: Random) -> None:
        """Make a copy for each number and write them all."""
        for number in numbers:
            (life,) = random.choices(self.lives, cum_weights=self.weights)
            name = f"{random.choice(SURNAMES)}示{number}"
            self._copy(life, number, name, branches[number % len(branches)])
        for table in (Case, Person, NamePart, Entry, EntryValue, Todo, Finding):
            if rows := self.rows.get(table.__tablename__):
                write(self.connection, table.__table__, rows)

    def _copy(self, life: Life, number: int, name: str, branch: Place) -> None:
        uid, called = uuid4(), f"{TODAY.year}-{number:06d}"
        head, first = ORIGIN, self.entry_id
        for line in life.entries:
            self.entry_id += 1
            row, values = self._entry(life, line, (uid, called, name), branch, head)
            head = row["hash"]
            self._add(Entry, {**row, "id": self.entry_id, "case_id": number})
            for value in values:
                self._add(EntryValue, {**value, "entry_id": self.entry_id})
        self._add(Case, {
            **life.case, "id": number, "uid": uid, "number": called, "organization_id": branch.id,
            "path": branch.path, "entries": self.entry_id - first, "head": head, "own_account_id": None,
        })  # fmt: skip
        self._add(Person, {"case_id": number, "name": name, "name_key": name, "born_on": date(2000, 2, 10)})
        for part in endings(name):
            self._add(NamePart, {"case_id": number, "part": part})
        for todo in life.todo:
            acting = self._organization(todo["organization_id"], branch)
            self._add(Todo, {**todo, "case_id": number, "branch_id": branch.id, "organization_id": acting,
                             "path": branch.path})  # fmt: skip
        for finding in life.findings:
            self._add(Finding, {**finding, "case_id": number, "path": branch.path})

    def _entry(
        self, life: Life, line: Mapping[str, Any], who: tuple[UUID, str, str], branch: Place, prev: str
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return an entry for another case, chained to ``prev``, and its erasable values with the name in them."""
        uid, called, name = who
        body = {**life.bodies[line["number"] - 1], "case": uid.hex, "prev": prev}
        for key in ("by", "org", "for", "confirmed", "confirmed_in"):
            if key in body:
                body[key] = self._uid(body[key], branch)
        if body["kind"] == EntryKind.OPENED:
            body["number"] = called
        values = [dict(one) for one in life.values[line["number"]]]
        for value in values:
            if value["field"] == NAME:
                value |= {"salt": os.urandom(SALT_BYTES), "value": canonical(name).decode()}
                body["commit"] = {**body["commit"], NAME: commitment(value["salt"], name)}
        data = canonical(body)
        accounts = {key: self._account(line[key], branch) for key in ACCOUNTS}
        places = {key: self._organization(line[key], branch) for key in ORGANIZATIONS}
        return {**line, **accounts, **places, "prev": prev, "hash": leaf_hash(data), "body": data}, values

    def _uid(self, uid: str, branch: Place) -> str:
        where, seat = self.people[uid]
        place = self.places[branch.id][where]
        return (place.seats[seat][1] if seat else place.uid).hex

    def _account(self, key: int | None, branch: Place) -> int | None:
        where, seat = self.people[f"account:{key}"] if key is not None else ("", "")
        return self.places[branch.id][where].seats[seat][0] if key is not None else None

    def _organization(self, key: int | None, branch: Place) -> int | None:
        return self.places[branch.id][self.people[f"organization:{key}"][0]].id if key is not None else None

    def _add(self, table: Any, row: dict[str, Any]) -> None:  # noqa: ANN401 - a table's class
        self.rows.setdefault(table.__tablename__, []).append(row)


def write(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows of a table: by COPY on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), list(rows))
        return
    columns = [column.name for column in table.columns if column.name in rows[0]]
    names = ", ".join(columns)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:  # type: ignore[attr-defined]  # psycopg's own
        for row in plain_rows(columns, rows):
            copy.write_row(row)


def plain_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """Yield rows as the driver takes them: instants as text."""
    for row in rows:
        yield [written(value) if isinstance(value := row[name], datetime) else value for name in columns]
