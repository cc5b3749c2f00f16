"""Writers and sealers that are killed: again and again a process is forked, opens cases and seals them, and dies.

Argument: the job as JSON. Half of the victims kill themselves before or after a statement or a commit, the others are
killed from outside at any instant.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tests.engine.office import LAWS, Clock
from workflow.engine.desk import Desk, Login
from workflow.engine.requests import OpenCase
from workflow.sealing.keys import KeyRing
from workflow.sealing.sealer import Sealer
from workflow.store.database import Database

STATEMENTS = 120  # a victim that kills itself does so before or after one of so many
LONGEST = 0.4  # seconds that a victim lives which is killed from outside


def work(job: dict[str, Any], seed: int, begun: int, *, itself: bool) -> None:
    """Open cases and seal them until killed; ``begun`` is told, before the first, by whoever is killed from outside."""
    chance = random.Random(seed)
    database, clock = Database(job["url"]), Clock(date.fromisoformat(job["day"]))
    if itself:
        left = [chance.randrange(STATEMENTS)]

        def count(*_: object) -> None:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(database._engine, name, count)  # noqa: SLF001 - the seam between program and database
    desk, who = Desk(database, LAWS, clock), Login(*job["who"])
    sealer = Sealer(database, LAWS, KeyRing(Path(job["keys"])), clock)
    if not itself:
        sealer.seal()
        os.write(begun, b".")
    for number in range(10_000):
        if chance.random() < 0.5:
            key = f"{seed}-{number}"
            desk.submit(who, OpenCase(key=key, name=f"示例{key}", born_on="2000-02-10", floating=False,
                                      occurred_on=clock.day.isoformat()))  # fmt: skip
        else:
            sealer.seal()


def main() -> None:
    """Fork and kill as often as the job says, and say how each died."""
    job = json.loads(sys.argv[1])
    for seed in range(job["kills"]):
        itself = seed % 2 == 0
        heard, begun = os.pipe()
        child = os.fork()
        if child == 0:
            work(job, seed, begun, itself=itself)
            os._exit(3)
        os.close(begun)
        if not itself:
            os.read(heard, 1)  # a slow machine would kill them all before they had done anything
            time.sleep(random.Random(seed).uniform(0.02, LONGEST))
            os.kill(child, signal.SIGKILL)
        os.close(heard)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), status
        assert os.WTERMSIG(status) == signal.SIGKILL


if __name__ == "__main__":
    main()
