"""What waits to be sealed: lines that have no leaf yet, whichever committed late; and what is wrong with them.

Told by the absence of a leaf and never by "after the last one": a transaction that began early may commit late. A line
whose bytes are not those that its hash was made of, or whose case's chain does not meet it, is never sealed: with it
waits what follows in its case. Everything else goes on.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from workflow.seal import ORIGIN, leaf_hash
from workflow.sealing.logs import newest_sealed, sealed
from workflow.store.tables import Case, Entry, Leaf, LogEntry

WINDOW = 20_000  # ids that a late transaction may lie behind the newest sealed; behind that only a full look finds it


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be sealed. ``case``: its number and the number of the entry in it; None: a line of the log."""

    id: int
    hash: str
    body: bytes
    case: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A line that is not sealed because of what was found. ``kind``: "hash", "prev", "before"; ``case``: its number."""

    kind: str
    id: int
    case: str | None
    entry: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines that may be sealed now, each case's in order; those that may not; whether ``more`` can be asked for.

    ``reached``: the last entry and the last line of the log that were looked at: after them the next are asked for.
    """

    entries: tuple[Line, ...]
    log: tuple[Line, ...]
    held: tuple[Held, ...]
    more: bool
    reached: tuple[int, int]


def waiting(connection: Connection, after: tuple[int, int], most: int) -> Waiting:
    """Return up to ``most`` lines of each kind without a leaf, of ids above ``after`` (of entries, of log lines)."""
    entries, held, reached, more = _sealable(connection, after[0], most)
    log: list[Line] = []
    last, lines = after[1], most
    while lines == most and len(log) < most:
        rows = connection.execute(_LINES.where(LogEntry.id > last).order_by(LogEntry.id).limit(most)).all()
        log += [Line(*row) for row in rows if leaf_hash(row.body) == row.hash]
        held += [Held("hash", row.id, None, None) for row in rows if leaf_hash(row.body) != row.hash]
        last, lines = rows[-1].id if rows else last, len(rows)
    return Waiting(tuple(entries), tuple(log), tuple(held), more or lines == most, (reached, last))


def _sealable(connection: Connection, after: int, most: int) -> tuple[list[Line], list[Held], int, bool]:
    """Return entries that may be sealed, those that are held, the last looked at, and whether more can be asked for.

    Lines that are held take nobody's place: as long as too few others are found, the next are looked at.
    """
    entries: list[Line] = []
    held: list[Held] = []
    stopped: set[int] = set()
    ends: dict[int, tuple[int, str]] = {}
    found = most
    while found == most and len(entries) < most:
        rows = connection.execute(_ENTRIES.where(Entry.id > after).order_by(Entry.id).limit(most)).all()
        found = len(rows)
        for row in rows:
            after = row.id
            fault = _fault(row, ends, stopped)
            if fault is None:
                ends[row.case_id] = (row.number, row.hash)
                entries.append(Line(row.id, row.hash, row.body, (row.case_id, row.number)))
                continue
            stopped.add(row.case_id)
            if fault:
                held.append(Held(fault, row.id, row.case, row.number))
    return entries, held, after, found == most


def _fault(row: Any, ends: Mapping[int, tuple[int, str]], stopped: Container[int]) -> str | None:  # noqa: ANN401 - a row
    """Return what keeps an entry from being sealed; None: nothing does; "": it waits for the one before it."""
    if row.case_id in stopped:
        return ""
    before = (0, ORIGIN) if row.number == 1 else ends.get(row.case_id)
    if before is None and row.before is None:  # somebody took the one before it away
        return "before"
    if before is None and not row.before_sealed:
        return ""
    if leaf_hash(row.body) != row.hash:
        return "hash"
    return None if (before or (row.number - 1, row.before)) == (row.number - 1, row.prev) else "prev"


def settled(connection: Connection, held: Sequence[Held] = ()) -> tuple[int, int]:
    """Return up to where lines are sealed, but for those that a late transaction may still bring, or are held."""
    entry, line = newest_sealed(connection)
    entries = min((one.id - 1 for one in held if one.case is not None), default=entry)
    lines = min((one.id - 1 for one in held if one.case is None), default=line)
    return max(min(entry - WINDOW, entries), 0), max(min(line - WINDOW, lines), 0)


def anything(connection: Connection, after: tuple[int, int]) -> bool:
    """Tell whether some line waits; it may be one that is held."""
    entries = select(Entry.id).where(Entry.id > after[0], ~sealed(Leaf.entry_id, Entry.id)).limit(1)
    lines = select(LogEntry.id).where(LogEntry.id > after[1], ~sealed(Leaf.log_entry_id, LogEntry.id)).limit(1)
    return connection.scalar(entries) is not None or connection.scalar(lines) is not None


def _entries() -> Any:  # noqa: ANN401 - a select of nine columns
    """Return the query of entries without a leaf, each with the hash of the one before it and whether that has one."""
    before = aliased(Entry)
    has_leaf = sealed(Leaf.entry_id, before.id)
    return (
        select(
            Entry.id, Entry.case_id, Entry.number, Entry.prev, Entry.hash, Entry.body, Case.number.label("case"),
            before.hash.label("before"), has_leaf.label("before_sealed"),
        )
        .join(Case, Case.id == Entry.case_id)
        .outerjoin(before, (before.case_id == Entry.case_id) & (before.number == Entry.number - 1))
        .where(~sealed(Leaf.entry_id, Entry.id))
    )  # fmt: skip


_ENTRIES = _entries()
_LINES = select(LogEntry.id, LogEntry.hash, LogEntry.body).where(~sealed(Leaf.log_entry_id, LogEntry.id))
