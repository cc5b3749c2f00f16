"""The sealer: puts committed lines into the tree of the log and signs its head. One at a time, batch by batch.

Every round reads the stored bytes again, hashes them, and builds on the tree that its last signed head names: what was
altered between writing and sealing, or in the tree itself, is never signed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from time import monotonic

from sqlalchemy import Connection

from workflow.calendar.office import office_day
from workflow.engine.laws import Laws
from workflow.sealing.growing import damaged, grow, sound_head
from workflow.sealing.keys import KeyRing
from workflow.sealing.logs import Head, Log, alone, head, logs
from workflow.sealing.succession import law_line, open_log, succeed
from workflow.sealing.waiting import Held, anything, settled, waiting
from workflow.store.database import Database
from workflow.store.failures import retrying

MOST = 1_000  # lines of each kind that a round takes: a fraction of a second in which others wait on SQLite
EVERY = 1.0  # seconds between two looks
FULL = 3_600  # looks between two that ask of every line there is
AGAIN = 600  # looks after which the same fault is said again
BATCHES = 20  # that a look takes at most: what committed late before where it stands is met by the next
LEAVE = 2.0  # times what a batch took, between two of many: on SQLite nobody else writes during a batch
_log = logging.getLogger("jishi.seal")


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did. ``sealed``: lines that became leaves; ``more``: others wait.

    ``held``: what is not sealed, of all that was looked at since nothing more waited.
    """

    head: Head | None
    sealed: int
    more: bool
    held: tuple[Held, ...]


class Sealer:
    """Seals what is committed in a database."""

    def __init__(self, database: Database, laws: Laws, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        """``clock`` returns the present instant, aware."""
        self.database, self.laws, self.keys, self.clock = database, laws, keys, clock
        self._after: tuple[int, int] | None = None  # lines up to there were all looked at; None: look at every one
        self._reached: tuple[int, int] | None = None  # where the next of many batches begins
        self._next: tuple[int, int] | None = None  # where the next look begins: late transactions began before this one
        self._held: tuple[Held, ...] = ()  # of the batches before
        self._batches = 0  # of this look
        self._took = 0.0  # seconds, the last batch
        self._told: frozenset[str] = frozenset()  # faults that were said lately
        self._signed: tuple[str, int, str] | None = None  # a head that was committed and is not remembered yet

    def seal(self, ended: Event | None = None) -> Round:
        """Seal everything that is committed now; return what was done in all.

        ``ended``: what tells to end before everything is; between batches others are left room, too.
        """
        done, count = self.round(), 0
        while done.more and not (ended and ended.wait(self._pause())):
            count += done.sealed
            done = self.round()
        return Round(done.head, count + done.sealed, more=done.more, held=done.held)

    def _pause(self) -> float:
        return LEAVE * self._took if self.database.dialect == "sqlite" else 0.0

    def round(self) -> Round:
        """Seal a batch. Raises LogDamaged, KeyMissing, DatabaseBusy, DatabaseUnavailable; OSError for a full disk."""
        self._remember()
        with self.database.read() as connection:
            newest = logs(connection)[:1]
            idle = bool(newest) and not self._succeeded(newest[0]) and not anything(connection, self._low())
            if idle:
                held = self._held
                self._looked(self._done(connection, held))
                return Round(head(connection, newest[0].id), 0, more=False, held=held)
        return retrying(self._round)

    def note_law(self) -> None:
        """Write down which tables of states hold, unless the newest such line says so."""

        def unit() -> None:
            with self.database.write() as connection:
                alone(connection)  # two servers that start together would both find it missing
                law_line(connection, self.laws, self.clock())

        retrying(unit)

    def look_at_everything(self) -> None:
        """Let the next round ask of every line whether it is sealed."""
        self._looked(None)

    def _low(self) -> tuple[int, int]:
        return self._reached or self._after or (0, 0)

    def _round(self) -> Round:
        now = self.clock()
        with self.database.write() as connection:
            begun = monotonic()
            alone(connection)
            log = self._current(connection, now)
            last = sound_head(connection, log)
            if self.keys.ahead_of(log.origin, last.size, last.root):
                raise damaged(log, last.size)
            signer = self.keys.signer(log.origin, log.vkey)  # nothing is looked for where nothing can be signed
            found = waiting(connection, self._low(), MOST)
            new = grow(connection, log, last, signer, (found.entries, found.log), now)
            held = (*self._held, *found.held)
            after = self._done(connection, held)
            done = Round(new, len(found.entries) + len(found.log), more=found.more, held=held)
        self._took = monotonic() - begun
        if not found.more:
            self._looked(after)
        elif self._batches + 1 < BATCHES:
            self._reached, self._next, self._held = found.reached, after, held
            self._batches += 1
        else:
            self._looked(_lower(after, found.reached))
        if done.head is not None:
            self._signed = (log.origin, done.head.size, done.head.root)
            self._remember()
        return done

    def _remember(self) -> None:
        """Keep the newest head beside its key; where that cannot be, the next round does it before anything else."""
        if self._signed is None:
            return
        if not self.keys.ahead_of(*self._signed):  # another sealer may have gone on meanwhile
            self.keys.remember(*self._signed)
        self._signed = None

    def _looked(self, after: tuple[int, int] | None) -> None:
        """Begin the next look after these lines."""
        self._after, self._reached, self._next, self._held, self._batches = after, None, None, (), 0

    def _done(self, connection: Connection, held: Sequence[Held]) -> tuple[int, int]:
        """Return up to where everything is sealed as far as this look knows."""
        seen = settled(connection, held)
        return _lower(seen, self._next) if self._next else seen

    def _current(self, connection: Connection, now: datetime) -> Log:
        """Return the log that grows: opened if there is none, followed by another where its year has passed."""
        newest = logs(connection)
        if not newest:
            return open_log(connection, self.laws, self.keys, now, None)
        if self._succeeded(newest[0]):
            self._round_within(connection, newest[0], now)
            return succeed(connection, self.laws, self.keys, now)
        return newest[0]

    def _round_within(self, connection: Connection, log: Log, now: datetime) -> None:
        """Seal what the old year left before its log is closed."""
        reached = self._after or (0, 0)
        while True:
            found = waiting(connection, reached, MOST)
            last = sound_head(connection, log)
            grow(connection, log, last, self.keys.signer(log.origin, log.vkey), (found.entries, found.log), now)
            if not found.more:
                return
            reached = found.reached

    def _succeeded(self, log: Log) -> bool:
        return office_day(self.clock()).year > office_day(log.opened_at).year

    def run(self, ended: Event) -> None:
        """Seal every second until told to end, and then a batch more; what goes wrong is said, and tried again."""
        looks, stopping = 0, False
        while True:
            looks += 1
            if looks % AGAIN == 1:
                self._told = frozenset()
            try:
                if looks % FULL == 1:
                    self.look_at_everything()
                    self.note_law()
                self._tell(f"not sealed: {one.kind} {one.case or 'log'} {one.id}" for one in self.seal(ended).held)
            except Exception as error:  # noqa: BLE001 - the record goes on; what is not sealed is sealed later
                self._tell([f"sealing failed: {type(error).__name__}: {error}"])
            if stopping:
                return
            stopping = ended.wait(EVERY)

    def _tell(self, faults: Iterable[str]) -> None:
        """Say what is wrong, the same not every second but every ten minutes."""
        now = frozenset(faults)
        for one in sorted(now - self._told):
            _log.error("%s", one)
        self._told = now


def _lower(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return min(one[0], other[0]), min(one[1], other[1])
