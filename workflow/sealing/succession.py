"""How one log follows another: a new year, a new key, or a log that was damaged and ends at its last good head."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from itertools import count

from sqlalchemy import Connection, select

from workflow.access.trail import note_unseated
from workflow.calendar.office import office_day
from workflow.engine.laws import Laws
from workflow.engine.log_acts import LogAct
from workflow.seal.merkle import Frontier
from workflow.sealing.growing import grow, rightly_signed, sound_head
from workflow.sealing.keys import KeyRing
from workflow.sealing.logs import Head, Log, alone, insert_log, logs
from workflow.sealing.states import kept
from workflow.sealing.waiting import Line
from workflow.store.tables import Checkpoint, Installation, Leaf, LogEntry


def open_log(
    connection: Connection, laws: Laws, keys: KeyRing, now: datetime, after: tuple[Log, Head | None] | None
) -> Log:
    """Open a log under a new key: its first line carries the last head of the one before it, its second the law."""
    uid = connection.execute(select(Installation.uid)).scalar_one()
    year, taken = office_day(now).year, {one.origin for one in logs(connection)}
    names = (f"jishi-{uid.hex}-{year}" + (f"-{n}" if n > 1 else "") for n in count(1))
    origin = next(name for name in names if name not in taken and not keys.knows(name))
    signer = keys.make(origin)
    before = (after[0].id, after[1].size if after[1] else 0) if after else None
    log = insert_log(connection, origin, signer.vkey, now, before)
    said: dict[str, str | int | None] = {"origin": origin, "key": sha256(signer.vkey.encode()).hexdigest()}
    if after:
        old, stood = after
        said |= {"after": old.origin, "size": stood.size if stood else 0, "root": stood.root if stood else None}
    law = kept(connection, laws)
    first = [
        program_line(connection, LogAct.LOG_OPENED, said, now),
        program_line(connection, LogAct.STATES, {"sha256": law}, now),  # each log can be checked by itself
    ]
    grow(connection, log, None, signer, ((), first), now)
    return log


def succeed(connection: Connection, laws: Laws, keys: KeyRing, now: datetime) -> Log:
    """Close the log that grows with a line that names the next one's key, and open that: a new year, or a new key.

    Raises LogDamaged, KeyMissing: then ``reopen``.
    """
    old = logs(connection)[0]
    last: Head | None = sound_head(connection, old)
    signer = keys.signer(old.origin, old.vkey)
    closing = program_line(connection, LogAct.LOG_CLOSED, {"origin": old.origin}, now)
    last = grow(connection, old, last, signer, ((), [closing]), now)
    return open_log(connection, laws, keys, now, (old, last))


def reopen(connection: Connection, laws: Laws, keys: KeyRing, now: datetime) -> tuple[Log, Head | None]:
    """Close a damaged log, or one whose key is gone, at its last good head and open another that carries that head.

    Lines behind the last good head are sealed anew in the new log. Return the new log and the head that stands.
    """
    alone(connection)
    old = logs(connection)[0]
    good = last_good(connection, old)
    return open_log(connection, laws, keys, now, (old, good)), good


def last_good(connection: Connection, log: Log) -> Head | None:
    """Return the newest head of a log that is rightly signed and that its leaves still give; None: there is none.

    A head that the key signed and the leaves do not give ends the search. Few signatures are looked at: those of heads
    that differ, and the newest of those that fit.
    """
    columns = (Checkpoint.log_id, Checkpoint.size, Checkpoint.root, Checkpoint.note, Checkpoint.made_at)
    heads = [Head(*row) for row in connection.execute(select(*columns).where(Checkpoint.log_id == log.id))]
    by_size, tree = {one.size: one for one in heads}, Frontier(0, ())
    fitting: list[Head] = []
    of_log = select(Leaf.seq, Leaf.hash).where(Leaf.log_id == log.id).order_by(Leaf.seq)
    for expected, (seq, hash_) in enumerate(connection.execute(of_log)):
        if seq != expected or len(hash_) != 64 or set(hash_) - set("0123456789abcdef"):  # noqa: PLR2004 - of a hash
            break
        tree = tree.append(bytes.fromhex(hash_))
        found = by_size.get(tree.size)
        if found is None:
            continue
        if found.root == tree.root().hex():
            fitting.append(found)
        elif rightly_signed(found, log):
            break
    return next((one for one in reversed(fitting) if rightly_signed(one, log)), None)


def law_line(connection: Connection, laws: Laws, now: datetime) -> Line | None:
    """Write down which tables of states hold, unless the newest such line says so already."""
    found = kept(connection, laws)
    newest = select(LogEntry.about).where(LogEntry.act == LogAct.STATES.value).order_by(LogEntry.id.desc()).limit(1)
    before = connection.scalar(newest)
    if before is not None and before.get("sha256") == found:
        return None
    return program_line(connection, LogAct.STATES, {"sha256": found}, now)


def program_line(connection: Connection, act: LogAct, about: dict[str, str | int | None], now: datetime) -> Line:
    """Write a line of the log that nobody in particular wrote: it stands at the top of the installation."""
    key = note_unseated(connection, act, now, about)
    row = connection.execute(select(LogEntry.id, LogEntry.hash, LogEntry.body).where(LogEntry.id == key)).one()
    return Line(*row)
