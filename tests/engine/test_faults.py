"""Statements fail, disks fill up, replies get lost, journals are torn, connections cut: all is there or nothing."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from tests.engine.office import Bureau, bureau
from tests.engine.origins import url_of
from tests.engine.soundness import faults, snapshot
from tests.engine.test_lives import live
from tests.regulation.trace import accepted, traces
from workflow.engine.requests import Confirm, Correct, Offer, OpenCase, Request, TakeStep
from workflow.store import sqlite
from workflow.store.database import Database
from workflow.store.failures import DatabaseUnavailable
from workflow.store.tables import Case, Entry, Submission, SubmissionStatus

LIFE = "lived under the edition of 2026"


@pytest.fixture
def office(fresh_office: Bureau) -> Bureau:
    """Give every test an office of its own."""
    return fresh_office


def lived(office: Bureau, through: str) -> str:
    """Return a case lived up to its last act of a step."""
    return live(office, list(accepted(traces()[LIFE], through)))


class Failing(Exception):  # noqa: N818 - what a test plants
    """A fault that nobody has thought of."""


@contextmanager
def failing(database: Database, at: int, fault: Callable[[], Exception]) -> Iterator[list[int]]:
    """Raise a fault before the statement, or the commit, of that number; give how many there were."""
    engine, count = database._engine, [0]  # noqa: SLF001 - the seam between program and database

    def strike(*_: object) -> None:
        count[0] += 1
        if count[0] == at:
            raise fault()

    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, strike)
    try:
        yield count
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(engine, name, strike)


def opening(office: Bureau) -> tuple[str, Request]:
    """Return the opening of a case."""
    office.clock.day = max(office.clock.day, date(2026, 5, 20))
    return "secretary", OpenCase(
        key=office.key(), name="示例二", born_on="2000-02-10", occurred_on=office.clock.day.isoformat()
    )


def step(office: Bureau) -> tuple[str, Request]:
    """Return a step with a name kept apart."""
    case = lived(office, "list_target")
    office.clock.day = date(2027, 7, 18)
    return "secretary", TakeStep(
        key=office.key(),
        case=case,
        seen=office.seen(case),
        step="sponsors",
        outcome="determined",
        occurred_on="2027-07-18",
        evidence={"name_1": "甲", "name_2": "乙"},
    )


def confirmation(office: Bureau) -> tuple[str, Request]:
    """Return the confirmation of a correction."""
    case = lived(office, "contacts")
    waiting = office.correct("secretary", case, 2, {"paper": "申请书3"})
    assert waiting.proposal is not None
    return "approver", Confirm(key=office.key(), case=case, seen=office.seen(case), proposal=waiting.proposal)


def proposal(office: Bureau) -> tuple[str, Request]:
    """Return a correction that will wait."""
    case = lived(office, "contacts")
    return "secretary", Correct(
        key=office.key(), case=case, seen=office.seen(case), number=2, evidence={"paper": "3"}, reason="笔误"
    )


def offering(office: Bureau) -> tuple[str, Request]:
    """Return an offer to another branch."""
    case = lived(office, "contacts")
    return "secretary", Offer(
        key=office.key(),
        case=case,
        seen=office.seen(case),
        to=office.organizations["二支部"][1],
        occurred_on=office.clock.day.isoformat(),
    )


def move(office: Bureau) -> tuple[str, Request]:
    """Return the taking over of a case."""
    who, request = offering(office)
    case = office.submit(who, request).case
    return "elsewhere", TakeStep(
        key=office.key(),
        case=case,
        seen=office.seen(case),
        step="move",
        outcome="handed_over",
        occurred_on=office.clock.day.isoformat(),
        evidence={"checked": True},
    )


def everything(database: Database) -> Any:
    """Return what stands of every case, and which submissions there are."""
    with database.read() as connection:
        numbers = connection.scalars(select(Case.number).order_by(Case.id)).all()
        keys = connection.execute(select(Submission.key, Submission.status).order_by(Submission.id)).all()
        return [snapshot(connection, number) for number in numbers], [tuple(row) for row in keys]


def disk_error() -> OperationalError:
    """Return what SQLAlchemy makes of a disk that is full."""
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("INSERT", {}, full)


@pytest.mark.parametrize(
    "use_case", [opening, step, proposal, confirmation, offering, move], ids=lambda one: one.__name__
)
def test_whichever_statement_fails_nothing_is_written_and_the_next_try_goes_through(
    office: Bureau, use_case: Callable[[Bureau], tuple[str, Request]]
) -> None:
    who, request = use_case(office)
    before = everything(office.database)
    for at in range(1, 200):
        fault, expected = ((Failing, Failing), (disk_error, DatabaseUnavailable))[at % 2]
        with failing(office.database, at, fault) as count:
            try:
                answer = office.desk.submit(office.people[who], request)
            except expected:
                assert everything(office.database) == before, at
                continue
        break
    assert count[0] == at - 1 > 10  # every statement of the unit of work and its commit have failed once
    assert not answer.again
    assert office.desk.submit(office.people[who], request) == answer
    assert everything(office.database) != before


def test_a_reply_that_is_lost_after_the_commit_has_one_effect(office: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is cut off between the commit and its answer; the same click again gets the answer."""
    who, request = step(office)
    case = getattr(request, "case", "")
    seen, dialect = office.seen(case), office.database._engine.dialect  # noqa: SLF001 - the driver's own commit
    committed = dialect.do_commit

    def cut(connection: Any) -> None:
        committed(connection)
        raise Failing

    monkeypatch.setattr(dialect, "do_commit", cut)
    with pytest.raises(Failing):
        office.desk.submit(office.people[who], request)
    monkeypatch.undo()
    answer = office.desk.submit(office.people[who], request)
    assert (answer.again, answer.entry, office.seen(case)) == (True, seen + 1, seen + 1)


def test_a_disk_that_fills_up_refuses_clearly_and_goes_on_when_there_is_room(sqlite_database: Database) -> None:
    office = bureau(sqlite_database)
    case = lived(office, "contacts")
    engine, pages = sqlite_database._engine, [0]  # noqa: SLF001 - the seam between program and database

    def limit(connection: Any, *_: object) -> None:
        connection.set_authorizer(None)
        now = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages[0] or now}")
        connection.set_authorizer(sqlite.authorize)

    event.listen(engine, "connect", limit)
    sqlite_database.close()
    written: list[str] = []

    def fill() -> None:
        while len(written) < 200:
            written.append(office.open(office.clock.day).case)

    with pytest.raises(DatabaseUnavailable) as full:
        fill()
    assert "已满" in full.value.what.zh
    assert full.value.remedy is not None
    assert faults(sqlite_database) == []
    with sqlite_database.read() as connection:
        assert len(connection.scalars(select(Case.id)).all()) == len(written) + 1
    pages[0] = 10**6
    sqlite_database.close()
    assert office.open(office.clock.day).state == "applicant"
    assert office.seen(case)
    assert faults(sqlite_database) == []


def test_a_torn_journal_gives_back_a_whole_beginning(sqlite_database: Database, tmp_path: Path) -> None:
    """Cut the write-ahead log anywhere: what is recovered is what some commit left, never half of one."""
    office = bureau(sqlite_database)
    lived(office, "contacts")
    file = Path(url_of(sqlite_database).removeprefix("sqlite:///"))
    with sqlite_database.read() as connection:  # keeps the log from being folded into the file
        connection.scalar(select(Case.id))
        lived(office, "activist")
        whole, log = file.read_bytes(), Path(f"{file}-wal").read_bytes()
    assert len(log) > 20_000
    chance, found = random.Random(1), set()
    for cut in range(40):
        torn = tmp_path / f"torn{cut}.db"
        torn.write_bytes(whole)
        length = chance.randrange(len(log))
        rest = bytes(chance.randrange(256) for _ in range(100)) if cut % 2 else b""  # torn off, or overwritten
        Path(f"{torn}-wal").write_bytes(log[:length] + rest)
        database = Database(f"sqlite:///{torn}")
        assert faults(database) == [], length
        with database.read() as connection:
            found.add(len(connection.scalars(select(Entry.id)).all()))
        database.close()
    assert len(found) > 3  # the log was cut at different commits


def test_connections_that_are_cut_give_one_error_and_then_work_again(
    postgresql_database: Database, postgresql_server: Any
) -> None:
    office = bureau(postgresql_database)
    name = url_of(postgresql_database).split("?")[0].rsplit("/", 1)[1]
    case = lived(office, "contacts")
    for day in range(10):
        postgresql_server.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        on = date(2026, 8, 1) + timedelta(day)
        try:
            answer = office.take("secretary", case, "cultivate reviewed", on)
        except DatabaseUnavailable:  # once at most
            answer = office.take("secretary", case, "cultivate reviewed", on)
        assert answer.status is SubmissionStatus.RECORDED
    assert office.kinds(case)[-10:] == [("act", "cultivate", "reviewed")] * 10
    assert faults(postgresql_database) == []
