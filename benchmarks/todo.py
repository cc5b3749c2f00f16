# ruff: noqa: INP001 - a script of its own, no part of a package
"""What the to-do list costs over 100,000 cases: CPU milliseconds for one branch and for the root, on both databases.

The cases, their people and what they ask for are written straight into the tables. CPU is that of this process and, on
PostgreSQL, that of the server's process for this connection. The median of several looks; the dearer database counts.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from _figure import ROOT, figure, say
from sqlalchemy import Connection, insert, select, text, update

sys.path.insert(0, str(ROOT))
from tests.store_fixtures import APPLICATION, OWNER, Server, running_server
from workflow.engine.agenda import NOTHING_URGES
from workflow.engine.offices import Actor, actor_of
from workflow.engine.worklist import Worklist, todo
from workflow.law.loader import definitions_root
from workflow.law.organizations import Organizations, load_organizations
from workflow.seal import ORIGIN
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import Account, Case, Office, Organization, Person, Todo

CASES, COMMITTEES, BRANCHES = 100_000, 200, 25  # branches a committee
ROUNDS = 15
TODAY = date(2026, 11, 22)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
BATCH = 10_000
TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def main() -> None:
    """Print what each database took, and the two figures on the last lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    kinds = load_organizations(definitions_root())
    costs: dict[str, list[float]] = {"branch": [], "root": []}
    with tempfile.TemporaryDirectory(prefix="jishi-todo-") as folder:
        sqlite = Database(f"sqlite:///{Path(folder) / 'jishi.db'}")
        with running_server(durable=False) as server:
            for database in (sqlite, on_server(server)):
                migrate(database)
                filled(database, chosen.cases)
                for place, cost in measured(database, kinds, chosen.rounds):
                    costs[place].append(cost)
                database.close()
    for place, found in costs.items():
        figure(f"todo.{place}_ms", max(found), "ms")


def on_server(server: Server) -> Database:
    """Return a fresh database on the server."""
    server.create("todo")
    return Database(server.url(APPLICATION, "todo"), owner_url=server.url(OWNER, "todo"))


def measured(database: Database, kinds: Organizations, rounds: int) -> Iterator[tuple[str, float]]:
    """Yield for a branch in the middle, and for the root, the median CPU milliseconds of a look."""
    for place, login in (("branch", "branch"), ("root", "root")):
        actor = seated(database, kinds, login)
        looks = [look(database, actor) for _ in range(rounds + 1)][1:]  # the first one compiles the queries
        found = looks[0][1]
        costs = [cost for cost, _ in looks]
        server = server_cost(database, actor, rounds)
        say(
            f"{database.dialect}, {place}: {median(costs):.2f} ms here, {server:.2f} ms on the server; own "
            f"{found.own_counts.all}, others {found.other_counts.all}"
        )
        yield place, median(costs) + server


def look(database: Database, actor: Actor) -> tuple[float, Worklist]:
    """Return what one look costs this process, and what it found."""
    started = process_time()
    with database.read() as connection:
        found = todo(connection, actor, TODAY)
    return 1000 * (process_time() - started), found


def server_cost(database: Database, actor: Actor, rounds: int) -> float:
    """Return the CPU milliseconds a look costs the server's process; 0 on SQLite, and where the system does not say."""
    if database.dialect == "sqlite":
        return 0.0
    with database.read() as connection:
        stat = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}/stat")
        if not stat.exists():
            return 0.0
        before = ticks(stat)
        for _ in range(rounds):
            todo(connection, actor, TODAY)
        return 1000 * (ticks(stat) - before) / TICK / rounds


def ticks(stat: Path) -> int:
    """Return the ticks of CPU that a process has used, user and system."""
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def seated(database: Database, kinds: Organizations, login: str) -> Actor:
    """Return who acts under a login."""
    with database.read() as connection:
        office = select(Office.account_id, Office.id).join(Account).where(Account.login == login)
        account, office_id = connection.execute(office).one()
        return actor_of(connection, kinds, account, office_id, TODAY)


def filled(database: Database, cases: int) -> None:
    """Write a work committee with its committees, branches and cases, and what each case asks for."""
    random = Random(20261122)  # noqa: S311 - the same tree every time, no secret
    with database.write() as connection:
        root = organization(connection, "work_committee", "工委", None)
        branches = [
            (committee, organization(connection, "branch", f"第{number}-{place}党支部", committee))
            for number in range(COMMITTEES)
            for committee in [organization(connection, "committee", f"第{number}党委", root)]
            for place in range(BRANCHES)
        ]
        seat(connection, "root", root[0], "committee_secretary")
        seat(connection, "branch", branches[len(branches) // 2][1][0], "branch_secretary")
        for start in range(1, cases + 1, BATCH):
            people = range(start, min(start + BATCH, cases + 1))
            placed = [(number, *branches[number % len(branches)]) for number in people]
            connection.execute(insert(Case), [row(number, *branch) for number, _, branch in placed])
            names = [{"case_id": number, "name": f"示例{number}", "name_key": f"示例{number}"} for number in people]
            connection.execute(insert(Person), names)
            connection.execute(insert(Todo), [line for one in placed for line in lines(random, *one)])
    if database.dialect == "postgresql":  # its server takes statistics by itself; on SQLite nobody does
        with database.owner(transaction=False) as connection:
            connection.execute(text("VACUUM ANALYZE"))


def organization(connection: Connection, kind: str, name: str, above: tuple[int, str] | None) -> tuple[int, str]:
    """Insert an organization; return its id and path."""
    values = {"kind": kind, "name": name, "path": name, "parent_id": above[0] if above else None}
    made = connection.execute(insert(Organization).returning(Organization.id), values).scalar_one()
    path = f"{above[1] if above else ''}{made}."
    connection.execute(update(Organization).where(Organization.id == made).values(path=path))
    return made, path


def seat(connection: Connection, login: str, place: int, role: str) -> None:
    """Insert an account with an office."""
    values = {"login": login, "name": login, "name_key": login, "created_at": LONG_AGO}
    account = connection.execute(insert(Account).returning(Account.id), values).scalar_one()
    held = {"account_id": account, "organization_id": place, "role": role, "from_on": LONG_AGO.date()}
    connection.execute(insert(Office), held)


def row(number: int, organization_id: int, path: str) -> dict[str, object]:
    """Return the row of a case."""
    return {
        "id": number, "number": f"2026-{number:06d}", "procedure": "recruitment", "organization_id": organization_id,
        "path": path, "state": "activist", "entries": 0, "head": ORIGIN,
    }  # fmt: skip


def lines(
    random: Random, number: int, committee: tuple[int, str], branch: tuple[int, str]
) -> Iterator[dict[str, object]]:
    """Yield what a case asks for: one act of its branch, of every second one also an act of its committee."""
    whose = (("cultivate", branch[0]), ("file_activist", committee[0]))
    for step, acting in whose[: random.randint(1, 2)]:
        # two of five urge
        due = TODAY + timedelta(random.randint(-40, 300)) if random.random() < 0.4 else NOTHING_URGES  # noqa: PLR2004
        yield {
            "case_id": number, "step": step, "organization_id": acting, "branch_id": branch[0], "path": branch[1],
            "state": "activist", "due_on": due,
        }  # fmt: skip


if __name__ == "__main__":
    main()
