"""Many write at once: they wait for each other, nothing is lost, and no lock is ever an error for a user."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from tests.store.world import chained, settle
from tests.store.writer import append
from workflow.store import sqlite
from workflow.store.database import Database
from workflow.store.failures import BUSY, DatabaseBusy, retrying
from workflow.store.tables import Account, Case, Entry, Outbox

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, EACH = 8, 20
LONGEST = 10  # seconds; a bound for a machine that others use, too


@pytest.fixture
def settled(database):
    """Give a database with rows in every table, and case 1 with the entries it has."""
    with database.write() as connection:
        settle(connection)
        connection.execute(update(Case).where(Case.id == 1).values(entries=3, head=chained(3)))
    return database


def url(database):
    """Return the application's URL."""
    return database._url.render_as_string(hide_password=False)  # noqa: SLF001 - a second process opens the same


def test_eight_processes_write_without_an_error_and_lose_nothing(settled):
    command = [sys.executable, "-m", "tests.store.writer", url(settled), str(EACH)]
    pipe = subprocess.PIPE
    writers = [
        subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(PROCESSES)
    ]
    ready = [next(iter(writer.stdout or ()), "").strip() for writer in writers]
    for writer in writers:
        if writer.stdin is not None:
            writer.stdin.write("go\n")
            writer.stdin.flush()
    told = [writer.communicate() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * PROCESSES, [error for _, error in told]
    assert ready == ["ready"] * PROCESSES
    assert max(float(waited) for waited, _ in told) < LONGEST
    with settled.read() as connection:
        numbers = connection.scalars(select(Entry.number).where(Entry.case_id == 1).order_by(Entry.number)).all()
        assert list(numbers) == list(range(1, 3 + PROCESSES * EACH + 1))
        assert connection.scalar(select(Case.entries).where(Case.id == 1)) == 3 + PROCESSES * EACH


def test_the_second_writer_waits_and_sees_what_the_first_wrote(settled):
    begun, order = threading.Event(), []

    def second():
        begun.wait(LONGEST)
        with settled.write() as connection:
            append(connection)
        order.append("second")

    thread = threading.Thread(target=second, daemon=True)
    thread.start()
    with settled.write() as connection:
        append(connection)
        begun.set()
        time.sleep(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    with settled.read() as connection:
        assert connection.scalar(select(Case.entries).where(Case.id == 1)) == 5


def test_a_reader_sees_one_state_throughout_and_disturbs_no_writer(settled):
    with settled.read() as reading:
        before = reading.scalar(select(Case.entries).where(Case.id == 1))
        with settled.write() as writing:
            append(writing)
        assert reading.scalar(select(Case.entries).where(Case.id == 1)) == before
        assert not reading.scalar(select(Entry.id).where(Entry.number == 4))
    with settled.read() as reading:
        assert reading.scalar(select(Case.entries).where(Case.id == 1)) == before + 1


def test_a_lock_that_is_not_freed_in_time_is_busy_and_no_error_of_the_driver(settled, monkeypatch):
    monkeypatch.setattr(sqlite, "PRAGMAS", ("busy_timeout = 100", *sqlite.PRAGMAS[1:]))
    hurried = "" if settled.dialect == "sqlite" else f"{'&' if '?' in url(settled) else '?'}options=-c lock_timeout=100"
    other = Database(url(settled) + hurried)
    pauses: list[float] = []

    def unit():
        with other.write() as connection:
            append(connection)

    with settled.write() as connection:
        append(connection)
        with pytest.raises(DatabaseBusy) as busy:
            retrying(unit, pause=pauses.append)
    assert len(pauses) == 4
    assert pauses[0] < 0.11
    assert "locked" not in str(busy.value)
    retrying(unit, pause=pauses.append)
    assert len(pauses) == 4
    other.close()


def test_a_deadlock_is_resolved_by_running_again(postgresql_database):
    with postgresql_database.write() as connection:
        settle(connection)
    met, runs = threading.Barrier(2, timeout=20), {"there": 0, "back": 0}

    def unit(name, numbers):
        def run():
            runs[name] += 1
            with postgresql_database.write() as connection:
                for number in numbers:
                    connection.execute(update(Account).where(Account.id == number).values(name=name))
                    if number == numbers[0] and runs[name] == 1:
                        met.wait()

        return lambda: retrying(run)

    units = unit("there", [1, 2]), unit("back", [2, 1])
    threads = [threading.Thread(target=each, daemon=True) for each in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(runs.values()) == [1, 2]


def test_without_immediate_transactions_writers_do_fail(sqlite_database, monkeypatch):
    """The control: with plain BEGIN two who read and then write meet an error that no waiting helps."""
    monkeypatch.setitem(sqlite.BEGIN, "write", "BEGIN")
    with sqlite_database.write() as connection:
        settle(connection)
        connection.execute(update(Case).where(Case.id == 1).values(entries=3, head=chained(3)))

    def two_writers():
        with sqlite_database.write() as first, sqlite_database.write() as second:
            for connection in (first, second):
                connection.scalar(select(Case.entries).where(Case.id == 1))
            append(first)
            first.commit()
            append(second)

    with pytest.raises(DatabaseBusy):
        two_writers()


@pytest.mark.parametrize("failures", [0, 1, 4])
def test_a_unit_is_run_again_while_it_is_busy(failures):
    left = iter([DatabaseBusy(*BUSY)] * failures)

    def unit():
        if (error := next(left, None)) is not None:
            raise error
        return "done"

    pauses: list[float] = []
    assert retrying(unit, pause=pauses.append) == "done"
    assert len(pauses) == failures
    assert all(0.05 <= pause <= 0.05 * 2**4 for pause in pauses)


def test_other_errors_are_not_answered_by_running_again(database):
    runs = []

    def unit():
        runs.append(1)
        with database.read() as connection:
            connection.execute(delete(Outbox))

    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        retrying(unit)
    assert len(runs) == 1
