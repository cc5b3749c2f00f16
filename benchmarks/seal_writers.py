# ruff: noqa: INP001 - a script of its own, no part of a package
"""What sealing costs those who write: many writers on PostgreSQL beside the sealer, against one chain over everything.

At the seam of the store a transaction locks its case and writes an entry with an erasable reason at the end of the
case's chain; through the whole engine it is a step as the desk records it, judgement, to-do list and answer included.
Either is held open for five milliseconds more (a flush and some round trips) before it commits. The other design locks
one head for all just before it writes the entry, and holds that as long. Both in the same run, in turns. Lag: from the
instant an entry says to the signed head that covers it, while the writers write at the seam.

Writers that wait for nobody are held up by the processors alone. ``--held`` says for how long a transaction is held: at
fifty milliseconds the processors hardly count, and what is left between the ratio and the number of writers is waiting.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from _figure import ROOT, figure, say

sys.path.insert(0, str(ROOT))
from record_step import MEASURED, lived, requests
from sqlalchemy import Connection, bindparam, event, insert, select
from web_pages import TICK, server_ticks

from tests.engine.office import LAWS, Bureau, bureau
from tests.store_fixtures import APPLICATION, OWNER, running_server
from workflow.case.record import EntryKind
from workflow.clock import now
from workflow.engine.writing import Author, Draft, Head, append
from workflow.sealing.keys import KeyRing
from workflow.sealing.sealer import Sealer
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import Account, Case, Checkpoint, Entry, Leaf, Organization

WRITERS, SECONDS, ROUNDS, HELD = 16, 4.0, 3, 0.005
CASES_EACH, LIVED_EACH = 4, 2
_CASE = select(Case.id, Case.uid, Case.entries, Case.head).where(Case.number == bindparam("of")).with_for_update()
_DRAFT = Draft(kind=EntryKind.OFFERED, edition=LAWS.book().newest, reason="示例：随组织关系转移")


@dataclass(frozen=True, slots=True)
class Run:
    """What the writers wrote together; ``cpu``: seconds, those of the server and of the sealer meanwhile included."""

    entries: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Return the entries a second."""
        return self.entries / self.seconds


@dataclass(slots=True)
class Designs:
    """Holds each transaction that writes an entry open; with ``one_head`` it locks the head of one chain for all."""

    held: float  # seconds
    one_head: bool = False

    def listen(self, database: Database) -> None:
        """Take part in every transaction of a database."""
        for engine in database.engines:
            event.listen(engine, "before_cursor_execute", self.writes)
            event.listen(engine, "commit", self.commits)

    def writes(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - its own
        """Lock the head of all, which a row that nobody else locks stands for, before an entry is written."""
        if "INSERT INTO entry " in statement:
            connection.info["wrote"] = True
            if self.one_head:
                with connection.connection.cursor() as cursor:
                    cursor.execute("SELECT id FROM installation FOR UPDATE")

    def commits(self, connection: Connection) -> None:
        """Hold a transaction that wrote an entry."""
        if connection.info.pop("wrote", False):
            time.sleep(self.held)


def main() -> None:
    """Print the rates of both designs, at the seam and through the engine, and how late sealing is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=WRITERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--held", type=float, default=HELD, help="seconds that a transaction is held open")
    chosen = parser.parse_args()
    with running_server(durable=False) as server, tempfile.TemporaryDirectory(prefix="jishi-seal-") as name:
        server.create("seal")
        database = Database(server.url(APPLICATION, "seal"), owner_url=server.url(OWNER, "seal"))
        migrate(database)
        office, ended = bureau(database), Event()
        sealer = Sealer(database, LAWS, KeyRing(Path(name)), now)
        cases = [office.open(office.clock.day, name=f"示例{n}").case for n in range(chosen.writers * CASES_EACH)]
        by, designs = authors(office, chosen.writers), Designs(chosen.held)
        designs.listen(database)
        working = Thread(target=sealer.run, args=(ended,))
        working.start()
        begun = now()
        seam = in_turns(designs, chosen.rounds, lambda: at_the_seam(office, cases, by, chosen))
        late = sorted(lags(database, begun))
        whole = in_turns(designs, chosen.rounds, lambda: through_the_engine(office, designs, chosen.writers))
        ended.set()
        working.join()
        database.close()
    say(f"{len(late)} entries sealed meanwhile")
    told("seal.writers_ratio", "at the seam of the store", seam)
    told("seal.writers_ratio.engine", "through the engine", whole)
    figure("seal.lag_p99", late[int(0.99 * (len(late) - 1))], "s")


def in_turns(designs: Designs, rounds: int, measured: Callable[[], Run]) -> tuple[list[Run], list[Run]]:
    """Return what was written with a chain a case and with one for all, a pair a round."""
    runs: tuple[list[Run], list[Run]] = ([], [])
    for turn in range(2 * rounds):
        designs.one_head = bool(turn % 2)
        runs[turn % 2].append(measured())
    designs.one_head = False
    return runs


def told(name: str, where: str, runs: tuple[list[Run], list[Run]]) -> None:
    """Say the rates and print their ratio, each the median of the rounds, and the CPU of the one that is in use."""
    own, all_ = (statistics.median(run.rate for run in one) for one in runs)
    cpu = 1000 * statistics.median(run.cpu / run.entries for run in runs[0])
    say(f"{where}: a chain a case {own:.0f} entries/s with {cpu:.2f} ms of CPU each, one chain for all {all_:.0f}/s")
    figure(name, own / all_, "x")


def at_the_seam(office: Bureau, cases: Sequence[str], by: Sequence[Author], chosen: argparse.Namespace) -> Run:
    """Return what the chosen writers write.

    None begins one when the chosen time is over; those that wait then are let finish, and that time counts, too.
    """
    until = time.perf_counter() + chosen.seconds

    def write(number: int) -> int:
        mine, written = cases[number * CASES_EACH : (number + 1) * CASES_EACH], 0
        while time.perf_counter() < until:
            with office.database.write() as connection:
                row = connection.execute(_CASE, {"of": mine[written % CASES_EACH]}).one()
                append(connection, Head(*row), [_DRAFT], by[number], now())
            written += 1
        return written

    return together(office.database, chosen.writers, write)


def through_the_engine(office: Bureau, designs: Designs, writers: int) -> Run:
    """Return the steps that the writers record: the same step of all cases at once, then the next."""
    one_head, held = designs.one_head, designs.held
    designs.one_head, designs.held, office.clock.day = False, 0.0, date.min
    lives = [requests(office, lived(office)) for _ in range(writers * LIVED_EACH)]
    designs.one_head, designs.held = one_head, held
    runs = []
    for _ in MEASURED:
        asked = [next(life) for life in lives]
        office.clock.day = max(on for _, on, _ in asked)

        def write(number: int, asked: Sequence[Any] = tuple(asked)) -> int:
            mine = asked[number * LIVED_EACH : (number + 1) * LIVED_EACH]
            for who, _, request in mine:
                office.desk.submit(office.people[who], request)
            return len(mine)

        runs.append(together(office.database, writers, write))
    return Run(*(sum(getattr(run, name) for run in runs) for name in ("entries", "seconds", "cpu")))


def together(database: Database, writers: int, write: Callable[[int], int]) -> Run:
    """Let the writers write, each in a thread of its own."""
    written = [0] * writers

    def one(number: int) -> None:
        written[number] = write(number)

    threads = [Thread(target=one, args=(number,)) for number in range(writers)]
    ticks, used, began = server_ticks(database), time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, used = time.perf_counter() - began, time.process_time() - used
    return Run(sum(written), seconds, used + (server_ticks(database) - ticks) / TICK)


def authors(office: Bureau, count: int) -> list[Author]:
    """Return people who write, each the secretary of a branch of their own."""
    above = office.organizations["党委"][0]
    found = []
    with office.database.write() as connection:
        for number in range(count):
            name = f"writer{number}"
            branch = {"parent_id": above, "kind": "branch", "name": name, "path": name, "has_committee": True}
            account = {"login": name, "name": name, "name_key": name, "created_at": now()}
            place = connection.execute(insert(Organization).returning(Organization.id, Organization.uid), branch).one()
            who = connection.execute(insert(Account).returning(Account.id, Account.uid), account).one()
            found.append(Author((who.id, who.uid), (place.id, place.uid), "branch_secretary"))
    return found


def lags(database: Database, since: datetime) -> list[float]:
    """Return the seconds from each entry that is sealed to the signed head that covers it."""
    with database.read() as connection:
        heads = connection.execute(select(Checkpoint.size, Checkpoint.made_at).order_by(Checkpoint.size)).all()
        query = select(Leaf.seq, Entry.recorded_at).join(Entry, Entry.id == Leaf.entry_id)
        rows = connection.execute(query.where(Entry.recorded_at >= since).order_by(Leaf.seq)).all()
    found, at = [], 0
    for seq, recorded in rows:
        while heads[at].size <= seq:
            at += 1
        found.append((heads[at].made_at - recorded).total_seconds())
    return found


if __name__ == "__main__":
    main()
