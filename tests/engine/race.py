"""Several submissions at one instant: whoever comes first commits only when all others are waiting for it.

No sleeping and no luck: every thread is seen arriving at the statement for which it will have to wait, and the one that
got past it is held at its commit until the last has arrived.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from tests.engine.office import Bureau
from workflow.engine.requests import Request
from workflow.engine.task import Answer
from workflow.store.database import Database

LOCKING = {"sqlite": re.compile("BEGIN IMMEDIATE"), "postgresql": re.compile("FOR (NO KEY )?UPDATE")}
SUBMITTING = {"sqlite": re.compile("BEGIN IMMEDIATE"), "postgresql": re.compile("INSERT INTO submission")}
PATIENCE = 60  # seconds after which a thread that waits for another gives up: the test has gone wrong


@dataclass(slots=True)
class Gate:
    """Where everybody is waited for; ``together``: nobody goes on from there before all have arrived."""

    expected: int
    at: re.Pattern[str]
    together: bool = False
    there: set[int] = field(default_factory=set)
    all_there: threading.Event = field(default_factory=threading.Event)
    order: list[int] = field(default_factory=list)  # who committed, one after the other

    def arriving(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """Note that a thread is about to run the statement at which it will wait."""
        if self.at.search(statement):
            self.there.add(threading.get_ident())
            if len(self.there) >= self.expected:
                self.all_there.set()
            if self.together and not self.all_there.wait(PATIENCE):
                raise TimeoutError(f"{len(self.there)} of {self.expected} have arrived")

    def committing(self, _connection: Any) -> None:
        """Hold a commit until all others have arrived; those who only read are let through."""
        if threading.get_ident() in self.there:
            if not self.all_there.wait(PATIENCE):
                raise TimeoutError(f"{len(self.there)} of {self.expected} have arrived")
            self.order.append(threading.get_ident())

    def leaving(self) -> None:
        """Wait no longer for a thread that has ended without arriving."""
        if threading.get_ident() not in self.there:
            self.expected -= 1
            if len(self.there) >= self.expected:
                self.all_there.set()


@contextmanager
def gate(database: Database, expected: int, at: re.Pattern[str], *, together: bool = False) -> Iterator[Gate]:
    """Watch what the threads in the block do."""
    made, engine = Gate(expected, at, together), database._engine  # noqa: SLF001 - the seam between program and database
    event.listen(engine, "before_cursor_execute", made.arriving)
    event.listen(engine, "commit", made.committing)
    try:
        yield made
    finally:
        event.remove(engine, "before_cursor_execute", made.arriving)
        event.remove(engine, "commit", made.committing)


def race(
    office: Bureau,
    entrants: Sequence[tuple[str, Request]],
    at: re.Pattern[str] | None = None,
    *,
    together: bool = False,
) -> list[Answer | Exception]:
    """Hand in all at once and return what each was told, in the order of ``entrants``; ``at``: where they wait.

    ``together``: not for the lock that one of them holds, which there must be else, but for each other.
    """
    told: list[Answer | Exception | None] = [None] * len(entrants)
    there = at or LOCKING[office.database.dialect]
    with gate(office.database, len(entrants), there, together=together) as watched:

        def enter(place: int, who: str, request: Request) -> Callable[[], None]:
            def run() -> None:
                try:
                    told[place] = office.desk.submit(office.people[who], request)
                except Exception as error:  # noqa: BLE001 - whatever a user would have seen
                    told[place] = error
                finally:
                    watched.leaving()

            return run

        threads = [threading.Thread(target=enter(place, *entrant)) for place, entrant in enumerate(entrants)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(2 * PATIENCE)
    return [one if one is not None else TimeoutError("never came back") for one in told]
