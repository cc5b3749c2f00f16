"""Facts that need more than comparing columns: working days, names and the standing of people.

Each becomes a column of its own, computed once a case by ``compute``, so that every reader of the columns — one case
online, millions in bulk — sees the same value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from workflow.calendar import WorkingCalendar, add_months
from workflow.case.roster import Answer, PenaltyKind, Roster, any_of
from workflow.case.values import UNREADABLE, Unreadable, Value

Columns = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class World:
    """What facts are computed from besides the case: the working calendar and the roster, None: not known."""

    calendar: WorkingCalendar
    roster: Roster | None = None


class Fact(Protocol):
    """A computed column."""

    @property
    def name(self) -> str:
        """Return the name of the column, unique to what it computes."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        ...

    def compute(self, columns: Columns, world: World) -> Value:
        """Return the value for one case."""
        ...


@dataclass(frozen=True, slots=True)
class WorkingDaysIn:
    """How many working days a period holds, both ends counted; blank when either end is."""

    start: str
    end: str

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"working_days({self.start},{self.end})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return (self.start, self.end)

    def compute(self, columns: Columns, world: World) -> Value:
        """Return the number of working days, 0 when the end lies before the start."""
        start, end = columns[self.start], columns[self.end]
        if isinstance(start, date) and isinstance(end, date):
            return world.calendar.working_days(start, end)
        return UNREADABLE if isinstance(start, Unreadable) or isinstance(end, Unreadable) else None


@dataclass(frozen=True, slots=True)
class NthWorkingDay:
    """The day on which a period from ``start`` holds so many working days; blank when the start is.

    No column of its own: it is asked for only where a refusal tells from which day an act will pass.
    """

    start: str
    number: int

    def compute(self, columns: Columns, world: World) -> Value:
        """Return the day."""
        start = columns[self.start]
        return world.calendar.nth_working_day(start, self.number) if isinstance(start, date) else start


@dataclass(frozen=True, slots=True)
class DaysIn:
    """How many calendar days a period holds, both ends counted; 0 when either end is blank."""

    start: str
    end: str

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"days({self.start},{self.end})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return (self.start, self.end)

    def compute(self, columns: Columns, world: World) -> Value:  # noqa: ARG002 - the protocol's signature
        """Return the number of days, 0 when the end lies before the start."""
        start, end = columns[self.start], columns[self.end]
        if isinstance(start, date) and isinstance(end, date):
            return max((end - start).days + 1, 0)
        return UNREADABLE if isinstance(start, Unreadable) or isinstance(end, Unreadable) else 0


@dataclass(frozen=True, slots=True)
class LongerLimit:
    """The last day of a limit that a reason on file makes longer; blank without one."""

    start: str
    months: int
    reason: str

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"longer_limit({self.start},{self.months},{self.reason})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return (self.start, self.reason)

    def compute(self, columns: Columns, world: World) -> Value:  # noqa: ARG002 - the protocol's signature
        """Return the day, blank, or unreadable when it turns on what cannot be read."""
        start, reason = columns[self.start], columns[self.reason]
        if start is None or reason is None:
            return None
        if not isinstance(start, date) or isinstance(reason, Unreadable):
            return UNREADABLE
        return add_months(start, self.months)


@dataclass(frozen=True, slots=True)
class DifferentNames:
    """How many different names stand in the columns."""

    of: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"different_names({','.join(self.of)})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return self.of

    def compute(self, columns: Columns, world: World) -> Value:  # noqa: ARG002 - the protocol's signature
        """Return the number, unreadable when one of the names is."""
        names = {columns[column] for column in self.of}
        if any(isinstance(name, Unreadable) for name in names):
            return UNREADABLE
        return len(names - {None})


@dataclass(frozen=True, slots=True)
class NameTwice:
    """Whether one name stands in two of the columns."""

    of: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"name_twice({','.join(self.of)})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return self.of

    def compute(self, columns: Columns, world: World) -> Value:  # noqa: ARG002 - the protocol's signature
        """Return the answer; unreadable when it turns on a name that is."""
        names = [columns[column] for column in self.of if columns[column] is not None]
        known = [name for name in names if not isinstance(name, Unreadable)]
        if len(set(known)) < len(known):
            return True
        return UNREADABLE if len(known) < len(names) else False


@dataclass(frozen=True, slots=True)
class SomeoneNotFull:
    """Whether one of the named people is no full member on a day."""

    people: tuple[str, ...]
    on: str

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"someone_not_full({','.join(self.people)};{self.on})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return (*self.people, self.on)

    def compute(self, columns: Columns, world: World) -> Value:
        """Return the answer; a blank day or no names: no."""
        return _of_somebody(columns, self.people, self.on, world, frozenset())


@dataclass(frozen=True, slots=True)
class SomeonePenalised:
    """Whether one of the named people is under one of the penalties on a day."""

    people: tuple[str, ...]
    on: str
    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return f"someone_penalised({','.join(self.people)};{self.on};{','.join(self.kinds)})"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns it is computed from."""
        return (*self.people, self.on)

    def compute(self, columns: Columns, world: World) -> Value:
        """Return the answer; a blank day or no names: no."""
        return _of_somebody(columns, self.people, self.on, world, _penalties(self.kinds))


@cache
def _penalties(kinds: tuple[str, ...]) -> frozenset[PenaltyKind]:
    return frozenset(map(PenaltyKind, kinds))


def _of_somebody(
    columns: Columns, people: tuple[str, ...], on: str, world: World, kinds: frozenset[PenaltyKind]
) -> Answer:
    day = columns[on]
    names = [columns[column] for column in people if columns[column] is not None]
    if day is None or not names:
        return False
    if not isinstance(day, date) or world.roster is None:
        return UNREADABLE
    return any_of(_of_one(name, columns["case.branch"], day, world.roster, kinds) for name in names)


def _of_one(name: Value, branch: Value, day: date, roster: Roster, kinds: frozenset[PenaltyKind]) -> Answer:
    if not isinstance(name, str):
        return UNREADABLE
    if isinstance(branch, Unreadable):  # whose member is meant turns on the branch: only what holds of all is known
        answers = {_of_one(name, home, day, roster, kinds) for home in roster.branches(name)}
        return answers.pop() if len(answers) == 1 else UNREADABLE
    home = branch if isinstance(branch, str) else None
    return roster.penalised(name, home, kinds, day) if kinds else roster.not_full_member(name, home, day)
