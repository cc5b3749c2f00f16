"""The roster of a case's branch: who of the people named in a case is a member, and under which penalties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from workflow.case.roster import Member, Penalty, PenaltyKind, Roster, Standing
from workflow.case.values import UNREADABLE, Unreadable
from workflow.plain import name_key
from workflow.store import tables

Code = TypeVar("Code", Standing, PenaltyKind)
_COLUMNS: tuple[Any, ...] = (
    tables.Member.id, tables.Member.name_key, tables.Member.standing, tables.Member.full_on,
    tables.Member.organization_id, tables.Organization.name.label("branch"), tables.Penalty.kind,
    tables.Penalty.from_on, tables.Penalty.until_on,
)  # fmt: skip
_ANYBODY = aliased(tables.Member)
_NAMED = tables.Member.name_key.in_(bindparam("names", expanding=True))
# Made once: every submission asks them.
_AT_HOME = (
    select(tables.Organization.id.label("home"), *_COLUMNS)
    .outerjoin(tables.Member, and_(tables.Member.organization_id == tables.Organization.id, _NAMED))
    .outerjoin(tables.Penalty)
    .where(
        tables.Organization.id.in_(bindparam("branches", expanding=True)),
        exists().where(_ANYBODY.organization_id == tables.Organization.id),
    )
    .order_by(tables.Member.id, tables.Penalty.id)
)
_BEARERS = (
    select(*_COLUMNS)
    .join(tables.Organization)
    .outerjoin(tables.Penalty)
    .where(_NAMED)
    .order_by(tables.Member.id, tables.Penalty.id)
)


def roster_for(
    connection: Connection, case_path: str, names: Collection[str], named_in: Mapping[str, int] | None = None
) -> Roster | None:
    """Return the members who bear one of ``names``: those of the case's own branch, of a name unknown there all others.

    ``named_in``: of names that were named while another branch had the case, the id of that branch, in which they are
    looked up first. None when no branch concerned has a member on its roster: not known is not the same as not a
    member; a name whose own branch has none is unknown. One query, and another for names that nobody bears there: of
    names that half a country bears nobody elsewhere is read.
    """
    branch = int(case_path.rstrip(".").rpartition(".")[2])
    homes = {name: home for name, home in (named_in or {}).items() if home != branch}
    keys = {name_key(name) for name in names}
    here = connection.execute(_AT_HOME, {"branches": [branch, *set(homes.values())], "names": list(keys)}).all()
    known = {row.home: row.branch for row in here}
    if not known:
        return None
    rows = _bearers(connection, here, keys, moved=bool(named_in))
    own = known.get(branch, "")
    members = tuple(_members(rows, branch, own, frozenset(homes.values())))
    unknown = frozenset(name for name in names if homes.get(name, branch) not in known)
    return Roster(members, {name: f"[{home}]" for name, home in homes.items()}, unknown)


def _bearers(connection: Connection, here: Sequence[Row[Any]], keys: set[str], *, moved: bool) -> Sequence[Row[Any]]:
    """Return the members at home, and of names that nobody bears there, as of all names of a case that moved, all."""
    found = [row for row in here if row.id is not None and not moved]
    elsewhere = keys - {row.name_key for row in found}
    return [*found, *connection.execute(_BEARERS, {"names": list(elsewhere)})] if elsewhere else found


def _members(rows: Iterable[Row[Any]], branch: int, own: str, homes: frozenset[int]) -> Iterator[Member]:
    """Yield a member a line of the roster, with all penalties; a branch that only bears the name is another."""
    for _, found in groupby(rows, key=lambda row: row.id):
        lines = tuple(found)
        first = lines[0]
        namesake = first.branch == own and first.organization_id != branch
        standing = None if first.standing is None else _known(Standing, first.standing)
        yield Member(
            name=first.name_key,
            branch=_called(first, own, homes, namesake=namesake),
            standing=standing,
            full_on=UNREADABLE if standing is UNREADABLE and first.full_on is None else first.full_on,
            penalties=tuple(_penalty(line) for line in lines if line.kind),
        )


def _called(line: Row[Any], own: str, homes: frozenset[int], *, namesake: bool) -> str:
    """Return what a member's branch is called among the members: no two branches alike where it matters."""
    if line.organization_id in homes:
        return f"[{line.organization_id}]"
    return f"{own} [{line.organization_id}]" if namesake else line.branch


def _penalty(line: Row[Any]) -> Penalty:
    """Return a penalty; of one whose kind cannot be read no blank is taken for a statement."""
    kind = _known(PenaltyKind, line.kind)
    return Penalty(kind, UNREADABLE if kind is UNREADABLE and line.from_on is None else line.from_on, line.until_on)


def _known(kind: type[Code], code: str) -> Code | Unreadable:
    """Return what a code stands for; one that this program does not know is unreadable, never guessed."""
    try:
        return kind(code)
    except ValueError:
        return UNREADABLE
