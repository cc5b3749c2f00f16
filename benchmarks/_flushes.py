# ruff: noqa: INP001 - beside the script that uses it, no part of a package
"""How many flushes to the disk a recorded step asks for: counted, not timed, so that it says the same on every disk.

SQLite: the calls of fsync and fdatasync of a process that records steps one after the other, seen by strace (Linux);
the checkpoints of the write-ahead log are among them. PostgreSQL: the flushes of its write-ahead log, as its own
statistics tell them, whichever of its processes made them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from _figure import ROOT, say

sys.path.insert(0, str(ROOT))
from sqlalchemy import text

from tests.engine.office import Bureau, bureau
from tests.store_fixtures import running_server
from workflow.store.database import Database
from workflow.store.migrations import migrate

BEGIN, END = "flushes-begin", "flushes-end"  # names of files asked for where strace is to begin and to end counting
CALLS = "fsync,fdatasync,sync_file_range"
FLUSH = re.compile(rf"\b(?:{CALLS.replace(',', '|')})\(")
IN_IO = 180_000  # the version of PostgreSQL since which flushes of the log are told with all others
LOGGED = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
LOGGED_BEFORE = "SELECT wal_sync FROM pg_stat_wal"
SETTLED = 1.5  # seconds in which the processes of PostgreSQL hand in their statistics

Steps = Callable[[Bureau, list[str]], int]  # takes the measured steps of cases; returns how many


def of_sqlite(folder: Path, cases: int) -> float | None:
    """Return the flushes a step on SQLite; None where strace is not there to count them."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    told = folder / "flushes.txt"
    traced = [
        strace,
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-o",
        str(told),
        "-e",
        "trace=fsync,fdatasync,sync_file_range,access",
    ]
    child = [sys.executable, __file__, str(folder / "flushes.db"), str(cases)]
    done = subprocess.run([*traced, *child], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    steps = int(done.stdout.split()[-1])
    lines = told.read_text("utf-8").splitlines()
    begin, end = (next(place for place, line in enumerate(lines) if name in line) for name in (BEGIN, END))
    flushed = sum(bool(FLUSH.search(line)) for line in lines[begin:end])
    say(f"sqlite: {steps} steps, {flushed} flushes")
    return flushed / steps


def of_postgresql(take: Steps, lived: Callable[[Bureau], str], cases: int) -> float:
    """Return the flushes of the write-ahead log a step on PostgreSQL that waits for its disk."""
    with running_server(durable=True) as server:
        server.create("flushes")
        database = server.database("flushes")
        migrate(database)
        office = bureau(database)
        lives = [lived(office) for _ in range(cases)]
        query = LOGGED if server.admin.info.server_version >= IN_IO else LOGGED_BEFORE

        def told() -> int:
            time.sleep(SETTLED)
            with database.read() as connection:  # a transaction after the pause makes its process tell what it did
                connection.execute(text("SELECT 1"))
            time.sleep(SETTLED)
            row = server.admin.execute(query).fetchone()
            return int(row[0]) if row else 0

        before = told()
        steps = take(office, lives)
        flushed = told() - before
        database.close()
    say(f"postgresql: {steps} steps, {flushed} flushes of the log")
    return flushed / steps


def steps_of(office: Bureau, cases: list[str]) -> int:
    """Take the measured steps of every case, one after the other; return how many."""
    from record_step import requests  # noqa: PLC0415 - it uses this file, too

    taken = 0
    for case in cases:
        for who, on, asked in requests(office, case):
            office.clock.day = on
            office.desk.submit(office.people[who], asked)
            taken += 1
    return taken


def counted(address: str, cases: int) -> None:
    """Record steps in a new file, between two marks in the trace; the first of them bring it into its steady state."""
    from record_step import lived  # noqa: PLC0415 - it uses this file, too

    database = Database(f"sqlite:///{address}")
    migrate(database)
    office = bureau(database)
    lives = []
    for _ in range(cases):
        office.clock.day = date.min
        lives.append(lived(office))
    os.access(BEGIN, os.F_OK)
    steps = steps_of(office, lives)
    os.access(END, os.F_OK)
    database.close()
    say(str(steps))


if __name__ == "__main__":
    counted(sys.argv[1], int(sys.argv[2]))
