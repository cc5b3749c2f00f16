"""How the seal stands: what an auditor's page and ``jishi seal status`` say, from a few rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from workflow.engine.lights import Light
from workflow.sealing.growing import LogDamaged, sound_head
from workflow.sealing.logs import Head, Log, head, logs
from workflow.sealing.waiting import Waiting, settled, waiting
from workflow.store.tables import Checkpoint, Entry, LogEntry, Outside

FRESH = timedelta(days=1)  # a head should leave the machine at least daily
STALE = timedelta(days=7)
LATE = timedelta(seconds=10)  # that a line waits for the sealer
SHOWN = 20
MOST = 1_000  # waiting lines that are counted


@dataclass(frozen=True, slots=True)
class Left:
    """A head that left the machine. ``name``: who countersigned it; None: it was handed out."""

    size: int
    at: datetime
    name: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the seal stands. ``outside``: what left the machine, the newest first; ``waits``: lines without a leaf.

    ``cut``: more wait than were counted; ``held``: lines that will not be sealed, because they were altered.
    """

    log: Log | None
    head: Head | None
    earlier: tuple[Log, ...]
    heads: tuple[Head, ...]
    outside: tuple[Left, ...]
    waits: int
    cut: bool
    held: int
    damaged: bool = False  # the stored tree is not the one that was signed
    oldest: datetime | None = None  # when the line was written that waits longest

    def age(self, now: datetime) -> timedelta | None:
        """Return how long ago the newest head that left the machine was handed out; None: none ever was."""
        return now - self.outside[0].at if self.outside else None

    def light(self, now: datetime) -> Light:
        """Return what the age of that head means: what was written since then can still be rewritten unseen."""
        age = self.age(now)
        late = self.oldest is not None and now - self.oldest > LATE
        if self.held or self.damaged or late or age is None or age > STALE:
            return Light.LATE
        return Light.SOON if age > FRESH else Light.OK


def standing(connection: Connection, most: int = SHOWN, *, whole: bool = False) -> Standing:
    """Return how the seal stands.

    ``whole``: every line is asked whether it is sealed, which takes a while, and not only the newest.
    """
    every = logs(connection)
    if not every:
        found = waiting(connection, (0, 0), MOST)
        return Standing(None, None, (), (), (), len(found.entries) + len(found.log), cut=False, held=len(found.held))
    log = every[0]
    columns = (Checkpoint.log_id, Checkpoint.size, Checkpoint.root, Checkpoint.note, Checkpoint.made_at)
    query = select(*columns).where(Checkpoint.log_id == log.id).order_by(Checkpoint.size.desc()).limit(most)
    heads = tuple(Head(*row) for row in connection.execute(query))
    gone = select(Outside.size, Outside.at, Outside.name).where(Outside.log_id == log.id).order_by(Outside.id.desc())
    outside = tuple(Left(*row) for row in connection.execute(gone.limit(most)))
    found = waiting(connection, (0, 0) if whole else settled(connection), MOST)
    waits = len(found.entries) + len(found.log)
    return Standing(
        log, heads[0] if heads else head(connection, log.id), every[1:], heads, outside, waits,
        cut=waits >= MOST, held=len(found.held), damaged=_damaged(connection, log), oldest=_oldest(connection, found),
    )  # fmt: skip


def _damaged(connection: Connection, log: Log) -> bool:
    try:
        sound_head(connection, log)
    except LogDamaged:
        return True
    return False


def _oldest(connection: Connection, found: Waiting) -> datetime | None:
    """Return when the line was written that waits longest."""
    entries = select(func.min(Entry.recorded_at)).where(Entry.id.in_([one.id for one in found.entries[:1]]))
    lines = select(func.min(LogEntry.at)).where(LogEntry.id.in_([one.id for one in found.log[:1]]))
    return min(filter(None, (connection.scalar(entries), connection.scalar(lines))), default=None)
