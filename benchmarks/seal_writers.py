# ruff: noqa: INP001 - a script of its own, no part of a package
"""What sealing costs those who write: many writers on PostgreSQL beside the sealer, against one chain over everything.

Each transaction locks its case, writes an entry at the end of the case's chain and holds both for five milliseconds
(a flush and some round trips) before it commits; the other design locks one head for all, too. Both in the same run,
in turns. Lag: from the instant an entry says to the signed head that covers it, while the writers write.

Writers that wait for nobody are held up by the processors alone. ``--held`` says for how long a transaction is held: at
fifty milliseconds the processors hardly count, and what is left between the ratio and the number of writers is waiting.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from _figure import ROOT, figure, say

sys.path.insert(0, str(ROOT))
from sqlalchemy import Connection, select

from tests.engine.office import LAWS, Bureau, bureau
from tests.store_fixtures import APPLICATION, OWNER, running_server
from workflow.case.record import EntryKind
from workflow.clock import now
from workflow.engine.writing import Author, Draft, Head, append
from workflow.sealing.keys import KeyRing
from workflow.sealing.sealer import Sealer
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import Account, Case, Checkpoint, Entry, Installation, Leaf, Organization

WRITERS, SECONDS, ROUNDS, HELD = 16, 4.0, 3, 0.005
CASES_EACH = 4


def main() -> None:
    """Print the rates of both designs and how late sealing is."""
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
        office = bureau(database)
        cases = [office.open(office.clock.day, name=f"示例{n}").case for n in range(chosen.writers * CASES_EACH)]
        ended = Event()
        sealer = Sealer(database, LAWS, KeyRing(Path(name)), now)
        working = Thread(target=sealer.run, args=(ended,))
        working.start()
        rates: dict[bool, list[float]] = {False: [], True: []}
        begun = now()
        for _ in range(chosen.rounds):
            for one_head in (False, True):
                rates[one_head].append(rate(office, cases, chosen, one_head=one_head))
        ended.set()
        working.join()
        late = sorted(lags(database, begun))
        database.close()
    own, all_ = (statistics.median(rates[one]) for one in (False, True))
    say(f"a chain a case {own:.0f} entries/s, one chain for all {all_:.0f}/s; {len(late)} entries sealed meanwhile")
    figure("seal.writers_ratio", own / all_, "x")
    figure("seal.lag_p99", late[int(0.99 * (len(late) - 1))], "s")


def rate(office: Bureau, cases: list[str], chosen: argparse.Namespace, *, one_head: bool) -> float:
    """Return how many entries a second the chosen writers write.

    None begins one when the chosen time is over; those that wait then are let finish, and that time counts, too.
    """
    began = time.perf_counter()
    until = began + chosen.seconds
    written = [0] * chosen.writers

    def write(number: int) -> None:
        mine = cases[number * CASES_EACH : (number + 1) * CASES_EACH]
        while time.perf_counter() < until:
            with office.database.write() as connection:
                if one_head:
                    connection.execute(select(Installation.id).with_for_update())
                entry(connection, mine[written[number] % CASES_EACH])
                time.sleep(chosen.held)
            written[number] += 1

    threads = [Thread(target=write, args=(number,)) for number in range(chosen.writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(written) / (time.perf_counter() - began)


def entry(connection: Connection, case: str) -> None:
    """Write an entry at the end of a case's chain."""
    columns = (Case.id, Case.uid, Case.entries, Case.head)
    row = connection.execute(select(*columns).where(Case.number == case).with_for_update()).one()
    who = connection.execute(select(Account.id, Account.uid).limit(1)).one()
    place = connection.execute(select(Organization.id, Organization.uid).limit(1)).one()
    author = Author((who.id, who.uid), (place.id, place.uid), "branch_secretary")
    draft = Draft(kind=EntryKind.OFFERED, edition=LAWS.book().newest)
    append(connection, Head(row.id, row.uid, row.entries, row.head), [draft], author, now())


def lags(database: Database, since: datetime) -> list[float]:
    """Return the seconds from each entry to the signed head that covers it."""
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
