"""A writer that is killed: again and again a process is forked, writes to its cases, and is killed with -9 somewhere.

Argument: the job as JSON. Every answer that a victim got is appended to the file ``acks``, before it goes on. Half of
the victims kill themselves before or after a statement or a commit, half are killed from outside at any instant.
"""

from __future__ import annotations

import json
import os
import random
import select as ready
import signal
import sys
import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import event, select

from tests.engine.office import LAWS, Clock
from workflow.engine.desk import Desk, Login
from workflow.engine.requests import Confirm, Correct, OpenCase, TakeStep
from workflow.errors import WorkflowError
from workflow.store.database import Database
from workflow.store.failures import DatabaseUnavailable
from workflow.store.tables import Case

STATEMENTS = 250  # a victim that kills itself does so before or after one of so many: a unit of work has about 20
LONGEST = 0.5  # seconds that a victim lives which is killed from outside


class Victim:
    """Writes all kinds of things to a few cases, one after the other, until it is killed."""

    def __init__(self, job: dict[str, Any], seed: int) -> None:
        """Open the database anew."""
        self.random = random.Random(seed)
        self.database = Database(job["url"])
        self.clock = Clock(date.fromisoformat(job["day"]) + timedelta(seed))
        self.desk = Desk(self.database, LAWS, self.clock)
        self.people = {login: Login(*who) for login, who in job["people"].items()}
        self.cases = job["cases"]
        self.acks = os.open(job["acks"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def dies_before(self, statement: int) -> None:
        """Be killed before the statement or commit of that number."""
        left = [statement]

        def count(*_: object) -> None:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(self.database._engine, name, count)  # noqa: SLF001 - the seam between program and database

    def submit(self, who: str, request: Any) -> Any:
        """Hand in a request, and note what was answered."""
        try:
            answer = self.desk.submit(self.people[who], request)
        except DatabaseUnavailable:  # nobody was told that anything is recorded
            raise
        except WorkflowError as error:
            self.note(who, request.key, {"refused": type(error).__name__})
            return None
        self.note(who, request.key, {"case": answer.case, "entry": answer.entry, "status": answer.status})
        return answer

    def note(self, who: str, key: str, told: dict[str, Any]) -> None:
        """Write down an answer, at once."""
        line = {"account": self.people[who].account_id, "key": key, **told}
        os.write(self.acks, f"{json.dumps(line)}\n".encode())

    def seen(self, case: str) -> int:
        """Return how many entries a case has."""
        with self.database.read() as connection:
            return connection.scalar(select(Case.entries).where(Case.number == case)) or 0

    def write(self) -> None:
        """Write one of all kinds of things."""
        case, day, key = self.random.choice(self.cases), self.clock.day.isoformat(), uuid4().hex
        match self.random.randrange(5):
            case 0:
                self.submit("secretary", OpenCase(key=key, name="新来者", born_on="2000-02-10", occurred_on=day))
            case 1:
                correct = Correct(
                    key=key,
                    case=case,
                    seen=self.seen(case),
                    number=3,
                    evidence={"paper": f"谈{key[:8]}号"},
                    reason="笔误",
                )
                if (waiting := self.submit("secretary", correct)) and waiting.proposal:
                    self.submit(
                        "approver", Confirm(key=uuid4().hex, case=case, seen=self.seen(case), proposal=waiting.proposal)
                    )
            case 2:  # refused: nobody has proposed it
                self.submit(
                    "secretary",
                    TakeStep(
                        key=key, case=case, seen=self.seen(case), step="list_target", outcome="listed", occurred_on=day
                    ),
                )
            case _:
                self.submit(
                    "commissioner",
                    TakeStep(
                        key=key,
                        case=case,
                        seen=self.seen(case),
                        step="cultivate",
                        outcome="reviewed",
                        occurred_on=day,
                        evidence={"paper": f"考察{key[:8]}"},
                    ),
                )


def kill_one(job: dict[str, Any], seed: int) -> str:
    """Let a victim write and kill it; return how it died: ``itself``, ``outside``, or what went wrong."""
    chance = random.Random(seed)
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            victim = Victim(job, seed)
            victim.database.open()
            if seed % 2:
                victim.dies_before(chance.randrange(STATEMENTS))
            os.write(tell, b"r")
            while True:
                victim.write()
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for the death
            os.write(tell, repr(error).encode()[:2000])
            os._exit(3)
    os.close(tell)
    ready.select([told], [], [])  # until the victim is at work
    if not seed % 2:
        time.sleep(job.get("lives", chance.uniform(0, LONGEST)))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    said = os.read(told, 4000).decode()
    os.close(told)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return ("itself" if seed % 2 else "outside") if died else f"{status} {said}"


def main() -> None:
    """Kill as many as asked, one after the other, and print how each died."""
    job = json.loads(sys.argv[1])
    for seed in range(job["from"], job["from"] + job["kills"]):
        sys.stdout.write(f"{kill_one(job, seed)}\n")


if __name__ == "__main__":
    main()
