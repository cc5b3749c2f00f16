"""Judging a proposed entry: the record with it against the record without it, as of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial

from sqlalchemy import Connection

from workflow.case.facts import World
from workflow.case.history import IRREGULAR, CaseView
from workflow.case.record import Recorded, act_of
from workflow.case.roster import Roster
from workflow.case.values import Value
from workflow.engine.laws import Laws
from workflow.engine.reading import CaseRecord
from workflow.engine.roster import roster_for
from workflow.engine.task import Task
from workflow.law.model import FieldType
from workflow.rules.judge import Concern, Examination, Examiner, Refusal
from workflow.rules.moment import examine_act
from workflow.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposed entry, what the law says of it, and where the case stands with it.

    ``broken``: rules that an irregular act breaks besides.
    """

    entry: Recorded
    after: CaseView
    world: World
    examination: Examination
    broken: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """Return the day of the act, of an undated entry that of its recording."""
        return self.entry.occurred_on or self.entry.recorded_on

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Return the reasons why the act may not be taken."""
        return self.examination.refusals

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """Return the breaches that must be justified."""
        return self.examination.concerns

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that are broken if the entry is recorded."""
        return tuple(dict.fromkeys((*self.broken, *(concern.rule for concern in self.concerns))))


def judge(
    task: Task, record: CaseRecord, entry: Recorded, broken: tuple[str, ...] = (), worlds: Worlds | None = None
) -> Judged:
    """Judge an act before it is written; raises StepImpossible and the errors of its evidence.

    An irregular act is not examined: what it breaks is given in ``broken``. ``worlds``: read for many acts at once.
    """
    before, after = record.views(entry, present=True)
    world_in = worlds.of if worlds else partial(world_of, task)
    world = world_in(record, before.values, *after.every_round)
    if entry.outcome == IRREGULAR:
        return Judged(entry, after, world, Examination((), ()), broken)
    examiner = Examiner(record.book, world)
    act = act_of(entry)
    found = examine_act(examiner, before, after, act, task.today)
    lacking = examiner.incomplete(act)
    return Judged(entry, after, world, replace(found, refusals=(*lacking, *found.refusals)), broken)


def world_of(task: Task, record: CaseRecord, *values: Mapping[str, Value]) -> World:
    """Return the calendar and those members of the roster whom the case names in any of ``values``.

    Whatever is judged must be among them: who is not is no member to the rules.
    """
    return world_for(task.connection, task.laws, record, *values)


def world_for(connection: Connection, laws: Laws, record: CaseRecord, *values: Mapping[str, Value]) -> World:
    """Return the same outside of any task."""
    names = names_in(record.book, values)
    roster = roster_for(connection, record.row.path, names, _named_in(record, names)) if names else None
    return World(laws.calendar, roster)


class Worlds:
    """The members whom several cases name, read for all cases of one branch at once, of one that moved for itself."""

    def __init__(self, task: Task, cases: Iterable[tuple[CaseRecord, Iterable[Mapping[str, Value]]]]) -> None:
        """Take the cases, each with values in which people are named."""
        self._task = task
        self._named: dict[str, set[str]] = {}
        self._rosters: dict[str, Roster | None] = {}
        for record, values in cases:
            self._named.setdefault(record.row.path, set()).update(names_in(record.book, values))

    def of(self, record: CaseRecord, *values: Mapping[str, Value]) -> World:
        """Return calendar and members for a case, as ``world_of``."""
        path = record.row.path
        named = self._named.get(path)
        if record.held or named is None or not names_in(record.book, values) <= named:
            return world_of(self._task, record, *values)
        if path not in self._rosters:
            self._rosters[path] = roster_for(self._task.connection, path, named) if named else None
        return World(self._task.laws.calendar, self._rosters[path])


def names_in(book: Rulebook, values: Iterable[Mapping[str, Value]]) -> set[str]:
    """Return the people whom a case names in any of ``values``."""
    people = people_of(book)
    return {value for one in values for column in people if isinstance(value := one.get(column), str)}


def _named_in(record: CaseRecord, names: set[str]) -> dict[str, int]:
    """Return of the people whom a case that moved names the branch that had the case when they were last named."""
    if not record.held:
        return {}
    named = ((value, one.recorded.number) for one in record.entries for value in one.recorded.evidence.values())
    # mypy does not narrow by in
    return {value: record.holder(number).organization_id for value, number in named if value in names}  # type: ignore[misc]


@lru_cache(maxsize=64)
def people_of(book: Rulebook) -> tuple[str, ...]:
    """Return the columns that hold a name."""
    fields = {name: field for period in book.periods for name, field in period.edition.fields.items()}
    return tuple(name for name, field in fields.items() if field.type is FieldType.PERSON)
