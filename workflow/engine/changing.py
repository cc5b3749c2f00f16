"""Changes of what stands above and beside the cases (organizations, accounts, rosters): one transaction each.

They are no submissions of the desk: nothing of a case is recorded by them. Whoever makes one is looked up in the same
transaction, as in office at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from workflow.calendar.office import office_day
from workflow.engine.desk import Login
from workflow.engine.laws import Laws
from workflow.engine.offices import actor_of
from workflow.engine.renewing import Renewal, renewal
from workflow.engine.task import Task
from workflow.store.database import Database
from workflow.store.failures import BUSY, DatabaseBusy, retrying

Result = TypeVar("Result")


class _TakenBack(Exception):  # noqa: N818 - no error: it ends a trial
    """The transaction was a trial: nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The place where changes are made, and who makes them."""

    database: Database
    laws: Laws
    clock: Callable[[], datetime]
    who: Login

    def make(self, work: Callable[[Task], Result]) -> Result:
        """Do something in one transaction, as whoever acts is in office then; raises what ``work`` raises, NoOffice."""

        def unit() -> Result:
            return self._within(work, self.database.write)

        return retrying(unit)

    def sweep(self, work: Callable[[Task], Result]) -> Result:
        """Do what goes over a whole scope in one transaction that sees one state throughout; raises as ``make``."""

        def unit() -> Result:
            return self._within(work, self.database.sweep)

        return retrying(unit)

    def renew(self, work: Callable[[Task], Sequence[int]]) -> int:
        """Change what stands above cases, and look anew at those that ``work`` returns; return how many they are."""

        def changing(task: Task) -> Renewal:
            return renewal(task, work(task))

        found = self.make(changing)
        found.finish(self.database)
        return len(found.cases)

    def trial(self, work: Callable[[Task], Result]) -> Result:
        """Return what a change would come to, or raise what it would raise; nothing of it is kept."""
        results: list[Result] = []

        def changing(task: Task) -> None:
            results[:] = [work(task)]
            raise _TakenBack

        try:
            self.make(changing)
        except _TakenBack:
            return results[0]
        raise AssertionError("a trial always ends by being taken back")

    def _within(
        self, work: Callable[[Task], Result], begin: Callable[[], AbstractContextManager[Connection]]
    ) -> Result:
        now = self.clock()
        try:
            with begin() as connection:
                known = self.laws.organizations
                actor = actor_of(connection, known, self.who.account_id, self.who.office_id, office_day(now))
                return work(Task(connection, self.laws, replace(actor, at=now), now))
        except IntegrityError as error:  # somebody else was a moment quicker: look again
            raise DatabaseBusy(*BUSY) from error
