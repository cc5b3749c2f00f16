"""Indications that an audit of the whole record counted, kept for the pages: each organization with all below it.

A page cannot judge every case; it tells the newest that were kept, each line hidden by ``hiding`` as it is told. They
are counted by branch in the audit (``workflow.compliance.spanning``); here stands no person and nobody who acted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, insert, select, union_all

from workflow.engine.hiding import Counted, below
from workflow.engine.indication_numbers import Found, Told, counted, told_alone, told_in_lines
from workflow.engine.scope import OrganizationRow
from workflow.engine.task import Task
from workflow.law.indication_words import Worded, digest_of, worded
from workflow.law.indications import Indications
from workflow.store.tables import IndicationCount, IndicationRun, Organization

MOST_PLACES = 200  # organizations that are listed
AT_ONCE = 5_000  # rows that are written together


@dataclass(frozen=True, slots=True)
class Indicated:
    """An indication in an organization with all below it, beside the base rate: that of the whole own scope."""

    name: str
    words: Worded
    here: Told
    scope: Told


@dataclass(frozen=True, slots=True)
class PlaceTold:
    """An organization right below, and what is told of it, in the order of the indications; None: nobody to look at."""

    uid: UUID
    name: str
    told: tuple[Told | None, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept last. ``more``: there are more organizations than are listed."""

    run: int
    as_of: date
    made_at: datetime
    indicated: tuple[Indicated, ...]
    places: tuple[PlaceTold, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Outdated:
    """Something was kept as of a day, but the definitions look for something else now: its numbers are not told."""

    as_of: date


def keep(connection: Connection, given: Indications, found: Found, as_of: date, now: datetime) -> int:
    """Keep what an audit as of a day found by branch, summed up the tree as it stands; return the number of the run."""
    row = {"as_of": as_of, "made_at": now, "asked": digest_of(given, as_of)}
    run: int = connection.execute(insert(IndicationRun).returning(IndicationRun.id), row).scalar_one()
    above = {
        key: [int(part) for part in path.split(".") if part]
        for key, path in connection.execute(select(Organization.id, Organization.path))
    }
    rows = [
        {"run_id": run, "organization_id": place, "indication": name, "base": base, "shown": shown}
        for name, lines in found.items()
        for place, (base, shown) in sorted(_summed(lines, above).items())
    ]
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(insert(IndicationCount), rows[start : start + AT_ONCE])
    return run


def _summed(lines: Sequence[tuple[int, int, int]], above: Mapping[int, Sequence[int]]) -> dict[int, tuple[int, int]]:
    """Return base and shown of every organization that stands at or above one of the branches."""
    base: Counter[int] = Counter()
    shown: Counter[int] = Counter()
    for branch, people, having in lines:
        for place in above[branch]:
            base[place] += people
            shown[place] += having
    return {place: (number, shown[place]) for place, number in base.items()}


def kept(task: Task, place: OrganizationRow | None) -> Kept | Outdated | None:
    """Return what was kept of the newest day, of an organization in the scope, by default that of the scope.

    Of several runs as of one day it is the last. None: nothing was kept. An administrator sees nothing.
    """
    given = task.laws.law.definitions.indications
    if given is None or not task.actor.sees_cases:
        return None
    run = task.connection.execute(
        select(IndicationRun.id, IndicationRun.as_of, IndicationRun.made_at, IndicationRun.asked)
        .order_by(IndicationRun.as_of.desc(), IndicationRun.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if run is None:
        return None
    if run.asked != digest_of(given, run.as_of):
        return Outdated(run.as_of)
    top = int(task.actor.path.rstrip(".").rpartition(".")[2])
    here = place.id if place else top
    lines = _counts(task.connection, run.id, top, here, len(given.named))
    indicated = tuple(
        Indicated(
            name, worded(one, run.as_of),
            *(told_alone(_of(lines, where, name), own=one.of_branches) for where in (here, top)),
        )
        for name, one in given.named.items()
    )  # fmt: skip
    places = _places(given, lines, here)
    return Kept(run.id, run.as_of, run.made_at, indicated, places[:MOST_PLACES], len(places) > MOST_PLACES)


@dataclass(slots=True)
class _Line:
    """An organization and its counts by indication."""

    organization: Any  # a row: id, parent_id, uid, name
    counts: dict[str, Counted]


def _counts(connection: Connection, run: int, top: int, here: int, most: int) -> dict[int, _Line]:
    """Return the counts of the root of the scope, of an organization and of those right below, in their order.

    ``most``: how many indications there are.
    """
    count, own = IndicationCount, Organization
    columns = (own.id, own.parent_id, own.uid, own.name, own.path, count.indication, count.base, count.shown)
    joined = select(*columns).join(count, and_(count.organization_id == own.id, count.run_id == run))
    found = union_all(joined.where(own.id.in_((top, here))), joined.where(own.parent_id == here)).subquery().c
    query = (
        select(found.id, found.parent_id, found.uid, found.name, found.indication, found.base, found.shown)
        .order_by(found.path, found.indication)
        .limit((MOST_PLACES + 3) * most)  # both above the others, which come first, and one more than are listed
    )
    lines: dict[int, _Line] = {}
    for row in connection.execute(query):
        line = lines.setdefault(row.id, _Line(row, {}))
        line.counts[row.indication] = counted(row.base, row.shown)
    return lines


def _of(lines: Mapping[int, _Line], place: int, name: str) -> Counted:
    line = lines.get(place)
    return line.counts.get(name, counted(0, 0)) if line else counted(0, 0)


def _places(given: Indications, lines: Mapping[int, _Line], here: int) -> tuple[PlaceTold, ...]:
    """Return what is told of each organization right below: as lines that add up to what is told of the one above."""
    beneath = [line for line in lines.values() if line.organization.parent_id == here]
    told: dict[str, dict[int, Told]] = {}
    for name, one in given.named.items():
        there = [line for line in beneath if name in line.counts]
        counts = [line.counts[name] for line in there]
        shown = told_in_lines(counts, below(_of(lines, here, name), counts), own=one.of_branches)
        told[name] = {line.organization.id: each for line, each in zip(there, shown, strict=True)}
    return tuple(
        PlaceTold(
            line.organization.uid, line.organization.name, tuple(one.get(line.organization.id) for one in told.values())
        )
        for line in beneath
    )
