# ruff: noqa: INP001 - a script of its own, no part of a package
"""What a recorded step costs through the whole engine, against its bare statements; and how fast steps reach the disk.

Ratio: CPU time of this process for one submission — office, lock, history, judgement, entry, chain, to-do list,
answer — over that of the very same SQL statements run again with SQLAlchemy Core, prepared in advance with all their
values, in one transaction like the engine's. Both are run in turns on cases in the middle of their lives; median over
the turns. On PostgreSQL the server's own CPU is in neither.
Flushes: how many times a step asks the disk to keep what it wrote, checkpoints included; counted, so on any machine.
Disk: steps, and their commits alone, one after the other on SQLite, against appends of 4 KB that are flushed each, in
turns of the same run: rate against rate, wall time. The same again where strace holds up every flush, of both alike, as
a hard disk does: what a step adds to a flush shows where a flush takes its time.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import _flushes
from _figure import ROOT, figure, say

sys.path.insert(0, str(ROOT))
from sqlalchemy import Connection, event

from tests.engine.office import Bureau, bureau
from tests.engine.test_lives import live, plain, recorded_on, seat
from tests.regulation.trace import traces
from tests.store_fixtures import running_server
from workflow.engine.requests import TakeStep
from workflow.store.database import Database
from workflow.store.migrations import migrate

ROUNDS, CASES = 9, 8
LIFE, THROUGH = "lived under the edition of 2026", "sponsors"
MEASURED = ("political_review", "training", "examine")  # taken by cases of 13, 14 and 15 entries
APPEND, FLUSHES = 4096, 60
HELD_UP = 20  # milliseconds that each flush of the slow disk takes longer: a hard disk's answer of 10 to 30 ms
FLUSHING = 5  # times as many cases for counting flushes: several checkpoints lie among them


class NotNow(Exception):  # noqa: N818 - no error: the transaction is to be undone
    """Raised before a commit, so that a step leaves no trace but its statements."""


@dataclass(slots=True)
class Recorder:
    """Keeps the statements of one transaction with their values."""

    statements: list[tuple[Any, Any]] = field(default_factory=list)
    listening: bool = False

    # SQLAlchemy's own
    def heard(self, _connection: Connection, statement: Any, many: Any, one: Any, _options: Any) -> None:  # noqa: ANN401
        """Keep a statement with its values."""
        if self.listening:
            self.statements.append((statement, list(many) or dict(one) or None))

    def commit(self, _connection: Connection) -> None:
        """Undo what was done while listening."""
        if self.listening:
            raise NotNow

    @contextmanager
    def during(self) -> Iterator[None]:
        """Listen; the transaction in the block is undone."""
        self.statements.clear()
        self.listening = True
        try:
            yield
        except NotNow:
            pass
        finally:
            self.listening = False


def run_again(database: Database, statements: list[tuple[Any, Any]]) -> None:
    """Run prepared statements in one transaction and commit; rows made in it are named by the ids they get now."""
    made: dict[str, int] = {}
    with database.write() as connection:
        for statement, values in statements:
            for row in values if isinstance(values, list) else [values] if values else ():
                row.update({name: key for name, key in made.items() if name in row})
            result = connection.execute(statement, values) if values else connection.execute(statement)
            rows = result.all() if result.returns_rows else ()
            if rows and statement.is_insert:
                made[f"{statement.table.name}_id"] = rows[0][0]


def requests(office: Bureau, case: str) -> Iterator[tuple[str, date, TakeStep]]:
    """Yield who takes each measured step of a case when, and the request."""
    for raw in traces()[LIFE]["entries"]:
        step, outcome = raw["do"].split()
        if step in MEASURED and not raw.get("refused"):
            evidence = {name: plain(step, name, value) for name, value in raw.get("with", {}).items()}
            yield (
                seat(step, outcome, evidence.get("body")),
                recorded_on(step, raw),
                TakeStep(
                    key=office.key(),
                    case=case,
                    seen=office.seen(case),
                    step=step,
                    outcome=outcome,
                    occurred_on=raw["on"].isoformat(),
                    evidence=evidence,
                ),
            )


def lived(office: Bureau) -> str:
    """Return a case lived up to the steps to be measured."""
    entries = [raw for raw in traces()[LIFE]["entries"] if not raw.get("refused")]
    last = max(place for place, raw in enumerate(entries) if raw["do"].split()[0] == THROUGH)
    return live(office, entries[: last + 1])


def timed(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process."""
    started = process_time()
    work()
    return process_time() - started


def ratio(database: Database, rounds: int, cases: int) -> float:
    """Return how many times its bare statements a step costs, after saying both."""
    office, recorder = bureau(database), Recorder()
    event.listen(database._engine, "before_execute", recorder.heard)  # noqa: SLF001 - what the engine asks of it
    event.listen(database._engine, "commit", recorder.commit)  # noqa: SLF001 - the same
    ratios, engine, bare = [], [], []
    for number in range(rounds + 1):
        whole, base = one_round(office, recorder, cases)
        if number:  # the first round warms up
            ratios.append(whole / base)
            engine.append(whole)
            bare.append(base)
    whole, base = (1000 * statistics.median(one) for one in (engine, bare))
    say(f"{database.dialect}: a step {whole:.2f} ms, its {len(recorder.statements)} statements {base:.2f} ms of CPU")
    say("rounds: " + ", ".join(f"{one:.2f}" for one in ratios))
    return statistics.median(ratios)


def one_round(office: Bureau, recorder: Recorder, cases: int) -> tuple[float, float]:
    """Return the CPU seconds of a step through the engine and of its statements, the mean of one round.

    Every step is done by both, each on its own case, one after the other in changing order.
    """
    whole = base = 0.0
    office.clock.day = date.min
    pairs = [(lived(office), lived(office)) for _ in range(cases)]
    gc.collect()
    for turn, (one, other) in enumerate(pairs):
        for (who, on, asked), (_, _, again) in zip(requests(office, one), requests(office, other), strict=True):
            office.clock.day = on
            login = office.people[who]
            with recorder.during():
                office.desk.submit(login, again)
            statements = list(recorder.statements)
            works = [
                lambda asked=asked, login=login: office.desk.submit(login, asked),
                lambda statements=statements: run_again(office.database, statements),
            ]
            taken = [0.0, 0.0]
            for place in (0, 1) if turn % 2 else (1, 0):
                taken[place] = timed(works[place])
            whole, base = whole + taken[0], base + taken[1]
    return whole / (cases * len(MEASURED)), base / (cases * len(MEASURED))


def flushes(folder: Path, times: int) -> list[float]:
    """Return the seconds that each append of 4 KB takes to reach the disk, one after the other."""
    taken = []
    with (folder / "appended").open("wb", buffering=0) as file:
        for _ in range(times):
            started = perf_counter()
            file.write(bytes(APPEND))
            getattr(os, "fdatasync", os.fsync)(file.fileno())
            taken.append(perf_counter() - started)
    return taken


def commits(office: Bureau, cases: list[str]) -> tuple[list[float], list[float]]:
    """Return the seconds from request to answer of steps taken one by one, and those of their commits alone."""
    whole: list[float] = []
    alone: list[float] = []
    dialect = office.database._engine.dialect  # noqa: SLF001 - the driver's own commit is timed
    commit = dialect.do_commit

    def timed_commit(connection: Any) -> None:  # noqa: ANN401 - the driver's
        started = perf_counter()
        commit(connection)
        alone.append(perf_counter() - started)

    for case in cases:
        for who, on, asked in requests(office, case):
            office.clock.day = on
            dialect.do_commit = timed_commit  # type: ignore[method-assign]  # timed while it is measured
            started = perf_counter()
            office.desk.submit(office.people[who], asked)
            whole.append(perf_counter() - started)
            dialect.do_commit = commit  # type: ignore[method-assign]  # and put back
    return whole, alone


def durable(folder: Path, rounds: int, cases: int) -> tuple[float, float]:
    """Return steps and commits a second on SQLite, as shares of the flushes a second that the disk makes itself."""
    database = Database(f"sqlite:///{folder / 'durable.db'}")
    migrate(database)
    office, shares, alone = bureau(database), [], []
    for number in range(rounds):
        office.clock.day = date.min
        lives = [lived(office) for _ in range(cases)]
        before = flushes(folder, FLUSHES)
        whole, commit = commits(office, lives)
        raw = statistics.median([*before, *flushes(folder, FLUSHES)])
        step, sync = statistics.median(whole), statistics.median(commit)
        figures = ", ".join(f"{1000 * seconds:.2f} ms" for seconds in (step, sync, raw))
        say(f"round {number + 1}: a step, its commit, a flush: {figures}")
        shares.append(raw / step)
        alone.append(raw / sync)
    database.close()
    return statistics.median(shares), statistics.median(alone)


def slow_disk(folder: Path, cases: int) -> float | None:
    """Return the share of a disk's flushes where each is held up by strace; None where that is not there."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    held = f"inject=fsync,fdatasync:delay_exit={1000 * HELD_UP}"
    traced = [strace, "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync", "-e", held]
    child = [sys.executable, __file__, "--durable", "--rounds", "1", "--cases", str(cases), "--folder", str(folder)]
    done = subprocess.run([*traced, *child], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    *told, last = done.stdout.splitlines()
    for line in told:
        say(f"{HELD_UP} ms more a flush, {line}")
    return float(last)


def main() -> None:
    """Print both ratios and the share of the disk's rate, the figures on the last lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--folder", type=Path, help="where the files are made: on the disk to be measured")
    parser.add_argument("--durable", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jishi-step-", dir=chosen.folder))
    try:
        if chosen.durable:
            say(str(durable(folder, chosen.rounds, chosen.cases)[0]))
            return
        database = Database(f"sqlite:///{folder / 'ratio.db'}")
        migrate(database)
        sqlite = ratio(database, chosen.rounds, chosen.cases)
        database.close()
        with running_server(durable=False) as server:
            server.create("steps")
            database = server.database("steps")
            migrate(database)
            postgresql = ratio(database, chosen.rounds, chosen.cases)
            database.close()
        flushed = _flushes.of_sqlite(folder, FLUSHING * chosen.cases)
        logged = _flushes.of_postgresql(_flushes.steps_of, lived, FLUSHING * chosen.cases)
        share, alone = durable(folder, min(chosen.rounds, 5), chosen.cases)
        slow = slow_disk(folder, chosen.cases)
    finally:
        shutil.rmtree(folder)
    if flushed is None:
        say("engine.flushes.sqlite: not counted, strace is not there")
    else:
        figure("engine.flushes.sqlite", flushed, "a step")
    figure("engine.flushes.postgresql", logged, "a step")
    if slow is None:
        say("engine.durable_share.slow_disk: not measured, strace is not there")
    else:
        figure("engine.durable_share.slow_disk", slow, "x")
    figure("engine.durable_share", share, "x")
    figure("engine.commit_share", alone, "x")
    figure("engine.step_ratio.sqlite", sqlite, "x")
    figure("engine.step_ratio.postgresql", postgresql, "x")


if __name__ == "__main__":
    main()
