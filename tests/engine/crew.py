"""Several processes that write at once: each records reviews of its case, and looks again when the case has changed.

Argument: the job as JSON. Every process prints one line, a JSON list of what it was told.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from tests.engine.office import LAWS, Clock
from workflow.engine.desk import Desk, Login
from workflow.engine.requests import TakeStep
from workflow.engine.task import CaseChanged
from workflow.store.database import Database

MOST = 400  # tries


def write(job: dict[str, Any], place: int) -> list[str]:
    """Record as many reviews as asked and return every answer."""
    database = Database(job["url"])
    clock = Clock(date.fromisoformat(job["day"]) + timedelta(place))
    desk, who, told, seen = Desk(database, LAWS, clock), Login(*job["who"]), list[str](), job.get("seen", 0)
    for _ in range(MOST):
        request = TakeStep(
            key=uuid4().hex,
            case=job["cases"][place],
            seen=seen,
            step="cultivate",
            outcome="reviewed",
            occurred_on=clock.day.isoformat(),
        )
        try:
            seen = desk.submit(who, request).entry or seen
            told.append("recorded")
        except CaseChanged as changed:
            seen = changed.entries[-1]
            told.append("CaseChanged")
        except Exception as error:  # noqa: BLE001 - whatever a user would have seen
            told.append(repr(error))
        if told.count("recorded") == job["each"]:
            break
    database.close()
    return told


def main() -> None:
    """Fork a process for each place; all have imported everything before the first one writes."""
    job = json.loads(sys.argv[1])
    children = []
    for place in range(len(job["cases"])):
        child = os.fork()
        if child == 0:
            os.write(1, f"{json.dumps(write(job, place))}\n".encode())
            os._exit(0)
        children.append(child)
    sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))


if __name__ == "__main__":
    main()
