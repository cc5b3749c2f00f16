# ruff: noqa: INP001 - a script of its own, no part of a package
"""What a page costs: CPU milliseconds, queries, and how much is sent, over 100,000 cases, on both databases.

A secretary of a branch, the organizer of its committee and an officer at the root look at their pages through the
whole application. CPU is that of this process and, on PostgreSQL, that of the server's processes. The best of
several looks; the dearest page counts. ``--url`` takes a database that was filled before.
"""

from __future__ import annotations

import argparse
import gzip
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from _figure import figure, say
from _web import Seat, addresses, pages_over, parts_of, prepared, signed_in, typed
from sqlalchemy import text

from tests.statements import statements
from tests.store_fixtures import APPLICATION, OWNER, running_server
from tests.web.visitor import Visitor
from workflow.store.database import Database

CASES, ROUNDS = 100_000, 15
KB = 1000
TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page costs. ``here``, ``server``: milliseconds of CPU; ``first``, ``after``: kB sent, compressed."""

    page: str
    here: float
    server: float
    queries: int
    first: float
    after: float

    @property
    def cpu(self) -> float:
        """Return the milliseconds of CPU in all."""
        return self.here + self.server


def main() -> None:
    """Print what each page costs, and the four figures on the last lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--url", action="append", help="of a database filled before; may be given twice")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jishi-web-") as name:
        costs = [
            cost
            for database in databases(chosen.url, Path(name))
            for cost in measured(database, chosen.cases, chosen.rounds, chosen.only)
        ]
    figure("web.page_first_kb", max(cost.first for cost in costs), "kB")
    figure("web.page_after_kb", max(cost.after for cost in costs), "kB")
    figure("web.page_queries", max(cost.queries for cost in costs), "queries")
    figure("web.page_ms", max(cost.cpu for cost in costs), "ms")


def databases(urls: Sequence[str] | None, folder: Path) -> Iterator[Database]:
    """Yield the databases that the addresses name, else an empty one of each kind."""
    if urls:
        yield from map(Database, urls)
        return
    yield Database(f"sqlite:///{folder / 'jishi.db'}")
    with running_server(durable=False) as server:
        server.create("web")
        server.admin.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")  # copies in minutes
        yield Database(server.url(APPLICATION, "web"), owner_url=server.url(OWNER, "web"))


def measured(database: Database, cases: int, rounds: int, only: str) -> Iterator[Cost]:
    """Yield what each page costs each of three people."""
    with tempfile.TemporaryDirectory(prefix="jishi-house-") as folder:
        seats = prepared(database, cases)
        app = pages_over(database, Path(folder))
        for seat in seats:
            visitor = signed_in(app, seat)
            for page, look in looks(visitor, seat):
                if only in page:
                    cost = cost_of(database, visitor, page, look, rounds)
                    say(
                        f"{database.dialect}, {seat.name}, {page}: {cost.here:.1f} ms here, {cost.server:.1f} ms on "
                        f"the server, {cost.queries} queries, {cost.first:.1f} kB first, {cost.after:.1f} kB after"
                    )
                    yield cost
        database.close()


Look = Callable[[], Any]


def looks(visitor: Visitor, seat: Seat) -> Iterator[tuple[str, Look]]:
    """Yield each page with how it is looked at."""
    for page, address in addresses(visitor, seat).items():
        yield page, lambda address=address: visitor.client.get(address)
        if page == "form":
            sent: dict[str, list[str]] = {}
            for name, value in typed(visitor.get(address), address):
                sent.setdefault(name, []).append(value)
            yield "form, looked over", lambda address=address, sent=sent: visitor.client.post(address, data=sent)


def cost_of(database: Database, visitor: Visitor, page: str, look: Look, rounds: int) -> Cost:
    """Look at a page again and again; the first look compiles its queries and does not count."""
    look()
    with statements(database) as said:
        answer = look()
    queries = len(said)
    before = server_ticks(database)
    costs = []
    for _ in range(rounds):
        started = process_time()
        look()
        costs.append(1000 * (process_time() - started))
    server = 1000 * (server_ticks(database) - before) / TICK / rounds
    after = len(gzip.compress(answer.data)) / KB
    parts = parts_of(visitor._page(answer, None))  # noqa: SLF001 - checks the page too
    first = after + sum(len(gzip.compress(visitor.client.get(part).data)) for part in parts) / KB
    return Cost(page, min(costs), server, queries, first, after)


def server_ticks(database: Database) -> int:
    """Return the ticks of CPU that the server's processes for this program have used; 0 where nobody says."""
    if database.dialect == "sqlite":
        return 0
    with database.read() as connection:
        processes = connection.scalars(
            text("SELECT pid FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()")
        ).all()
    stats = [Path(f"/proc/{process}/stat") for process in processes]
    return sum(ticks(stat) for stat in stats if stat.exists())


def ticks(stat: Path) -> int:
    """Return the ticks of CPU that a process has used, user and system."""
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
