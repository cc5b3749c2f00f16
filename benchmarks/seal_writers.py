# ruff: noqa: INP001 - a script of its own, no part of a package
"""What sealing costs those who write: many writers on PostgreSQL beside the sealer, against one chain over everything.

At the seam of the store a transaction locks its case and writes an entry with an erasable reason at the end of the
case's chain; through the whole engine it is a step as the desk records it, judgement, to-do list and answer included.
Either is held open for five milliseconds more (a flush and some round trips) before it commits. The other design locks
one head for all just before it writes the entry, and holds that as long. Both in the same run, in turns. Lag: from the
instant an entry says to the signed head that covers it, while the writers write at the seam.

The writers are those of two processes as `jishi up` serves them: each answers eight visitors at a time, in threads, and
has its own connections and its own sealer (of which one works at a time). One process would have to serve sixteen with
one interpreter, which runs one thread at a time: ``--processes 1`` shows that. Both designs have the same processes.

Writers that wait for nobody are held up by the processors alone. ``--held`` says for how long a transaction is held: at
fifty milliseconds the processors hardly count, and what is left between the ratio and the number of writers is waiting.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection as Wire
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
from workflow.cli.serving import THREADS
from workflow.clock import now
from workflow.engine.requests import TakeStep
from workflow.engine.writing import Author, Draft, Head, append
from workflow.sealing.keys import KeyRing
from workflow.sealing.sealer import Sealer
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import Account, Case, Checkpoint, Entry, Leaf, Organization

WRITERS, SECONDS, ROUNDS, HELD = 16, 4.0, 3, 0.005
CASES_EACH, LIVED_EACH = 4, 2
ENDED = 30.0  # seconds that a process may take to seal what is left
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


Steps = tuple[tuple[str, TakeStep], ...]  # who asks for what, one after the other


@dataclass(frozen=True, slots=True)
class Seat:
    """A writer: in whose name it writes at the seam, and to which cases."""

    author: Author
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What the writers of a process do next: for ``seconds`` at the seam, or each its ``steps`` on a ``day``."""

    one_head: bool
    seconds: float = 0.0
    day: date = date.min
    steps: tuple[Steps, ...] = ()


@dataclass(frozen=True, slots=True)
class Crew:
    """A process of writers: the wire to it, and how many they are."""

    wire: Wire
    writers: int


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
            event.listen(engine, "rollback", lambda connection: connection.info.pop("wrote", None))

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
    parser.add_argument("--processes", type=int, default=WRITERS // THREADS, help="that the writers are shared among")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--held", type=float, default=HELD, help="seconds that a transaction is held open")
    chosen = parser.parse_args()
    with running_server(durable=False) as server, tempfile.TemporaryDirectory(prefix="jishi-seal-") as name:
        server.create("seal")
        database = Database(server.url(APPLICATION, "seal"), owner_url=server.url(OWNER, "seal"))
        migrate(database)
        office = bureau(database)
        cases = [office.open(office.clock.day, name=f"示例{n}").case for n in range(chosen.writers * CASES_EACH)]
        begun = now()
        seats = [Seat(one, tuple(cases[n :: chosen.writers])) for n, one in enumerate(authors(office, chosen.writers))]
        with working(office, seats, Path(name), chosen) as crews:
            seam = in_turns(chosen.rounds, lambda one_head: at_the_seam(crews, office, chosen.seconds, one_head))
            late = sorted(lags(database, begun))
            whole = in_turns(chosen.rounds, lambda one_head: through_the_engine(crews, office, one_head))
        database.close()
    say(f"{len(late)} entries sealed meanwhile")
    told("seal.writers_ratio", "at the seam of the store", seam)
    told("seal.writers_ratio.engine", "through the engine", whole)
    figure("seal.lag_p99", late[int(0.99 * (len(late) - 1))], "s")


def in_turns(rounds: int, measured: Callable[[bool], Run]) -> tuple[list[Run], list[Run]]:
    """Return what was written with a chain a case and with one for all, a pair a round.

    A pair before them warms up: a connection prepares a statement when it has been asked it some times, and in an
    office that is at work they have been.
    """
    runs: tuple[list[Run], list[Run]] = ([], [])
    for turn in range(2 * (rounds + 1)):
        runs[turn % 2].append(measured(bool(turn % 2)))
    return runs[0][1:], runs[1][1:]


def told(name: str, where: str, runs: tuple[list[Run], list[Run]]) -> None:
    """Say the rates with their CPU and print their ratio, each the median of the rounds."""
    own, all_ = (statistics.median(run.rate for run in one) for one in runs)
    cpu, cpu_all = (1000 * statistics.median(run.cpu / run.entries for run in one) for one in runs)
    mine, others = (f"{rate:.0f}/s with {each:.2f} ms of CPU each" for rate, each in ((own, cpu), (all_, cpu_all)))
    say(f"{where}: a chain a case {mine}, one chain for all {others}")
    figure(name, own / all_, "x")


@contextmanager
def working(office: Bureau, seats: Sequence[Seat], folder: Path, chosen: argparse.Namespace) -> Iterator[list[Crew]]:
    """Give the processes of writers, at work until the end of the block."""
    office.database.close()  # whoever is forked opens connections of its own
    forked, crews = get_context("fork"), []
    for number in range(chosen.processes):
        here, there = forked.Pipe()
        mine = seats[number :: chosen.processes]
        forked.Process(target=process, args=(there, office, mine, folder, chosen.held), daemon=True).start()
        there.close()  # so that the end of that process is noticed
        crews.append(Crew(here, len(mine)))
    yield crews
    for crew in crews:
        crew.wire.send(None)
    for crew in crews:
        crew.wire.poll(ENDED)


def process(wire: Wire, office: Bureau, seats: Sequence[Seat], folder: Path, held: float) -> None:
    """Write as ordered until told to end: a thread a writer, and the sealer beside them.

    Each order is answered by how many entries were written and the CPU seconds of this process meanwhile.
    """
    designs, ended = Designs(held), Event()
    designs.listen(office.database)
    sealing = Thread(target=Sealer(office.database, LAWS, KeyRing(folder), now).run, args=(ended,))
    sealing.start()
    for order in iter(wire.recv, None):
        designs.one_head, office.clock.day = order.one_head, order.day
        if order.steps:
            wire.send(together([partial(record, office, steps) for steps in order.steps]))
        else:
            wire.send(together([partial(write, office, seat, order.seconds) for seat in seats]))
    ended.set()
    sealing.join()
    office.database.close()
    wire.send(None)


def write(office: Bureau, seat: Seat, seconds: float) -> int:
    """Write at the seam and return how many entries.

    None is begun when the time is over; those that wait then are let finish, and that time counts, too.
    """
    until, written = time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        with office.database.write() as connection:
            row = connection.execute(_CASE, {"of": seat.cases[written % len(seat.cases)]}).one()
            append(connection, Head(*row), [_DRAFT], seat.author, now())
        written += 1
    return written


def record(office: Bureau, steps: Steps) -> int:
    """Record steps through the engine and return how many."""
    for who, request in steps:
        office.desk.submit(office.people[who], request)
    return len(steps)


def together(work: Sequence[Callable[[], int]]) -> tuple[int, float]:
    """Let the writers of a process write, each in a thread; return how many entries, and the CPU seconds meanwhile."""
    written, used = [0] * len(work), time.process_time()

    def one(number: int) -> None:
        written[number] = work[number]()

    threads = [Thread(target=one, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(written), time.process_time() - used


def run(crews: Sequence[Crew], database: Database, orders: Sequence[Order]) -> Run:
    """Return what the processes write, each as ordered, all at once."""
    ticks, began = server_ticks(database), time.perf_counter()
    for crew, order in zip(crews, orders, strict=True):
        crew.wire.send(order)
    done = [crew.wire.recv() for crew in crews]
    seconds = time.perf_counter() - began
    server = (server_ticks(database) - ticks) / TICK
    return Run(sum(written for written, _ in done), seconds, sum(cpu for _, cpu in done) + server)


def at_the_seam(crews: Sequence[Crew], office: Bureau, seconds: float, one_head: bool) -> Run:  # noqa: FBT001 - the turn
    """Return what is written at the seam in the chosen time."""
    return run(crews, office.database, [Order(one_head, seconds)] * len(crews))


def through_the_engine(crews: Sequence[Crew], office: Bureau, one_head: bool) -> Run:  # noqa: FBT001 - the turn
    """Return the steps that the writers record: the same step of all cases at once, then the next."""
    office.clock.day = date.min
    lives = [
        [[requests(office, lived(office)) for _ in range(LIVED_EACH)] for _ in range(crew.writers)] for crew in crews
    ]
    runs = []
    for _ in MEASURED:
        asked = [[[next(life) for life in mine] for mine in crew] for crew in lives]
        day = max(on for crew in asked for mine in crew for _, on, _ in mine)
        orders = [
            Order(one_head, day=day, steps=tuple(tuple((who, request) for who, _, request in mine) for mine in crew))
            for crew in asked
        ]
        runs.append(run(crews, office.database, orders))
    return Run(*(sum(getattr(one, name) for one in runs) for name in ("entries", "seconds", "cpu")))


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
