"""Which editions of the law the cases of a scope live under: that under which each began, that of its last act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from workflow.calendar.office import OFFICE
from workflow.engine.asking import goes_on
from workflow.engine.scope import find_organization, visible, within
from workflow.engine.task import Task
from workflow.store.tables import Case, Entry

MOST = 1_000  # cases that are counted: of each two entries are read
Pair = tuple[date, date]


@dataclass(frozen=True, slots=True)
class ByEdition:
    """How many cases that have not come to an end began under an edition and acted last under one.

    ``counts``: by the first days of both editions; ``cut``: only the first MOST cases were counted.
    """

    counts: Mapping[Pair, int]
    cut: bool

    def begun(self) -> Mapping[date, int]:
        """Return how many began under each edition."""
        return self._summed(0)

    def acted(self) -> Mapping[date, int]:
        """Return how many acted last under each edition."""
        return self._summed(1)

    def _summed(self, place: int) -> Mapping[date, int]:
        found: Counter[date] = Counter()
        for pair, count in self.counts.items():
            found[pair[place]] += count
        return dict(sorted(found.items()))


def by_edition(task: Task, organization: UUID | None = None) -> ByEdition:
    """Return how many live cases of a scope there are by edition, an act before the first being judged under it.

    An entry without a day of its own counts by the day of its recording. Raises UnknownOrganization.
    """
    if not task.actor.sees_cases:
        return ByEdition({}, cut=False)
    path = find_organization(task.connection, task.actor, organization).path if organization else task.actor.path
    edition = task.laws.book().newest
    going_on = [state for state in edition.states if goes_on(edition, state)]
    here = (visible(task.actor), within(Case.path, path), Case.state.in_(going_on))
    live = select(Case.id, Case.entries).where(*here)
    rows = task.connection.execute(_counted(live.limit(MOST + 1), _editions(task))).all()
    counts: Counter[Pair] = Counter()
    for first, last, count in rows:
        counts[date.fromisoformat(first), date.fromisoformat(last)] += count
    return ByEdition(dict(sorted(counts.items())), cut=counts.total() > MOST)


def _editions(task: Task) -> list[date]:
    return [edition.edition for edition in task.laws.law.editions]


def _counted(live: Select[int, int], editions: list[date]) -> Select[str, str, int]:
    """Return the query: of each case its second entry, the first act that it records, and its last one."""
    some = live.subquery()
    first, last = aliased(Entry), aliased(Entry)
    began, acted = _edition_of(first, editions).label("began"), _edition_of(last, editions).label("acted")
    begins = case((some.c.entries > 1, 2), else_=1)
    query = select(began, acted, func.count()).select_from(some)
    query = query.join(first, and_(first.case_id == some.c.id, first.number == begins))
    query = query.join(last, and_(last.case_id == some.c.id, last.number == some.c.entries))
    return query.group_by(began, acted)


def _edition_of(entry: type[Entry], editions: list[date]) -> ColumnElement[str]:
    """Return the first day of the edition in force on the day of an entry, as ISO text."""
    whens = [(_on_or_after(entry, one), literal(one.isoformat())) for one in sorted(editions, reverse=True)]
    return case(*whens, else_=literal(min(editions).isoformat()))


def _on_or_after(entry: type[Entry], day: date) -> ColumnElement[bool]:
    begins = datetime.combine(day, time(), OFFICE)
    return or_(entry.occurred_on >= day, and_(entry.occurred_on.is_(None), entry.recorded_at >= begins))
