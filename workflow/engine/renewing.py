"""Looking at many cases anew, slice by slice: after a change above them that no entry of theirs tells of.

Few cases are looked at in the transaction of the change. Of many the change is committed first, then each slice by
itself, so that nobody waits for longer than one: until its turn comes a case stands in lists as it stood before, while
the desk judges every act by the law as it is. What was broken off in between is found and made good by the doctor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflow.engine.agenda import renew
from workflow.engine.registers import lock_cases
from workflow.engine.task import Task
from workflow.store.database import Database
from workflow.store.failures import retrying

AT_ONCE = 100  # cases in a transaction: about half a second


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a change leaves to be looked at: the cases that it touches, and those that are done after it."""

    task: Task
    cases: tuple[int, ...]
    later: tuple[int, ...]

    def finish(self, database: Database) -> None:
        """Look at what is left, once the change is committed."""
        for start in range(0, len(self.later), AT_ONCE):
            some = self.later[start : start + AT_ONCE]
            # mypy does not see the default of a lambda
            retrying(lambda some=some: _slice(database, self.task, some))  # type: ignore[misc]


def renewal(task: Task, cases: Sequence[int]) -> Renewal:
    """Look at the cases that a change touches, in its own transaction, or leave them for after it if they are many."""
    if len(cases) > AT_ONCE:
        return Renewal(task, tuple(cases), tuple(cases))
    lock_cases(task.connection, cases)
    renew(task, cases)
    return Renewal(task, tuple(cases), ())


def _slice(database: Database, task: Task, cases: Sequence[int]) -> None:
    with database.write() as connection:
        lock_cases(connection, cases)
        renew(replace(task, connection=connection), cases)
