# ruff: noqa: INP001 - a script of its own, no part of a package
"""What it costs that a recorded step is an entry of the log: canonical bytes, chain of hashes, salted commitments.

The same transaction twice, in turns, each on cases of its own: the case locked, the line, the word to others and the
case's new end written, committed. With: as the engine writes it, each erasable value apart with its salt. Without: the
same columns, everything said in one plain JSON text, what stands for a hash a number. CPU of this process, on
PostgreSQL with that of the server; median over the turns. What the engine does besides — who may, history, judgement,
to-do list — is left out of both: it would make the ratio smaller. ``--commitments``: values that can be erased.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from _figure import ROOT, figure, say

sys.path.insert(0, str(ROOT))
from sqlalchemy import Connection, bindparam, select
from web_pages import TICK, server_ticks

from tests.engine.office import LAWS, Bureau, bureau
from tests.store_fixtures import running_server
from workflow.case.record import EntryKind
from workflow.clock import now
from workflow.engine.writing import Author, Draft, Head, append
from workflow.store.appending import append_entry
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import Account, Case, Entry, Organization
from workflow.store.types import written

COMMITMENTS, ROUNDS, STEPS = (0, 1, 3, 10), 9, 100
WORDS = "示例：会议认为其入党动机端正，同意上报。"
COLUMNS = tuple(column.name for column in Entry.__table__.columns if column.name != "id")
_CASE = select(Case.id, Case.uid, Case.entries, Case.head).where(Case.number == bindparam("of")).with_for_update()


def main() -> None:
    """Print the ratio on both databases for every number of commitments; the largest is the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commitments", type=int, nargs="+", default=COMMITMENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--steps", type=int, default=STEPS, help="in a turn")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jishi-step-") as name:
        database = Database(f"sqlite:///{Path(name) / 'steps.db'}")
        sqlite = measured(database, chosen)
    with running_server(durable=False) as server:
        server.create("steps")
        postgresql = measured(server.database("steps"), chosen)
    figure("seal.step_ratio.sqlite", sqlite, "x")
    figure("seal.step_ratio.postgresql", postgresql, "x")


def measured(database: Database, chosen: argparse.Namespace) -> float:
    """Return the largest ratio of all numbers of commitments, after saying each."""
    migrate(database)
    office = bureau(database)
    author = author_of(office)
    ratios = [ratio(office, author, count, chosen) for count in chosen.commitments]
    database.close()
    return max(ratios)


def ratio(office: Bureau, author: Author, count: int, chosen: argparse.Namespace) -> float:
    """Return how many times as much a step with its log entry costs as one without."""
    evidence = {f"words{place}": WORDS for place in range(count)}
    draft = Draft(kind=EntryKind.OFFERED, edition=LAWS.book().newest, evidence=evidence)
    writes: Sequence[Callable[[Connection, Head], object]] = (
        lambda connection, head: append(connection, head, [draft], author, now()),
        lambda connection, head: plain(connection, head, evidence, author),
    )
    cases = [office.open(office.clock.day, name=f"示例{count}{side}").case for side in "甲乙"]
    costs: tuple[list[float], list[float]] = ([], [])
    for turn in range(chosen.rounds + 1):
        for place in (0, 1) if turn % 2 else (1, 0):
            cost = turn_of(office.database, cases[place], writes[place], chosen.steps)
            if turn:  # the first warms up
                costs[place].append(cost)
    own, bare = (statistics.median(one) for one in costs)
    each = sorted(one / other for one, other in zip(*costs, strict=True))
    found = statistics.median(each)
    say(
        f"{office.database.dialect}, {count} commitments: with {own:.3f} ms, without {bare:.3f} ms, "
        f"{found:.2f} x ({each[0]:.2f} to {each[-1]:.2f})"
    )
    return found


def turn_of(database: Database, case: str, write: Callable[[Connection, Head], object], steps: int) -> float:
    """Return the CPU milliseconds of a step, of this process and of the server."""
    ticks, used = server_ticks(database), process_time()
    for _ in range(steps):
        with database.write() as connection:
            write(connection, Head(*connection.execute(_CASE, {"of": case}).one()))
    used = process_time() - used
    return 1000 * (used + (server_ticks(database) - ticks) / TICK) / steps


def plain(connection: Connection, head: Head, evidence: dict[str, str], author: Author) -> None:
    """Write a step as one would without a log: everything in one text, and no hash."""
    at = now()
    number = head.entries + 1
    said: dict[str, Any] = {
        "case": head.uid.hex, "n": number, "kind": "offered", "at": written(at), "by": author.account[1].hex,
        "org": author.organization[1].hex, "role": author.role, "evidence": evidence,
    }  # fmt: skip
    row = dict.fromkeys(COLUMNS) | {
        "case_id": head.case_id, "number": number, "kind": "offered", "recorded_at": at,
        "account_id": author.account[0], "organization_id": author.organization[0], "prev": head.hash,
        "hash": f"{number:064d}", "body": json.dumps(said, ensure_ascii=False).encode(),
    }  # fmt: skip
    if not append_entry(connection, row, (), {"entries": number, "head": row["hash"]}):
        raise RuntimeError("the case has gone on")


def author_of(office: Bureau) -> Author:
    """Return somebody who writes."""
    with office.database.read() as connection:
        who = connection.execute(select(Account.id, Account.uid).limit(1)).one()
        place = connection.execute(select(Organization.id, Organization.uid).limit(1)).one()
    return Author((who.id, who.uid), (place.id, place.uid), "branch_secretary")


if __name__ == "__main__":
    main()
