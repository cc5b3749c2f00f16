"""The tree of a log grows under a head that was signed: what is stored is compared with it before anything is added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert

from workflow.errors import Text, WorkflowError
from workflow.seal.checkpoint import Checkpoint as Signed
from workflow.seal.merkle import Frontier, completed, frontier_of
from workflow.seal.note import Key, NoteFault, Signer, opened, signed
from workflow.sealing.logs import Head, Log, head, insert_leaves, leaves, reader
from workflow.sealing.waiting import Line
from workflow.store.tables import Checkpoint, Subtree


class LogDamaged(WorkflowError):  # noqa: N818 - errors are named as facts
    """The stored tree is not the one that was signed; nothing is signed over it."""


def sound_head(connection: Connection, log: Log) -> Head:
    """Return the newest head of a log after comparing it with key, tree and leaves.

    Raises LogDamaged.
    """
    last, size = head(connection, log.id), leaves(connection, log.id)
    if last is None:  # a log is opened with its first lines: without a head somebody took it away
        raise damaged(log, 0)
    try:
        said = _said(last.note, log)
        tree = frontier_of(reader(connection, log.id), size)
    except (NoteFault, LookupError, ValueError) as error:
        raise damaged(log, last.size) from error
    if (said.origin, said.size, said.root.hex(), last.root) != (log.origin, size, tree.root().hex(), said.root.hex()):
        raise damaged(log, last.size)
    return last


def grow(
    connection: Connection,
    log: Log,
    last: Head | None,
    signer: Signer,
    batch: tuple[Sequence[Line], Sequence[Line]],
    now: datetime,
) -> Head | None:
    """Add lines (of entries, of the log) to a log and sign its new head; return the newest head."""
    entries, others = batch
    if not entries and not others:
        return last
    size, read = last.size if last else 0, reader(connection, log.id)
    tree: Frontier = frontier_of(read, size)
    keys = [(one.id, None) for one in entries] + [(None, one.id) for one in others]
    hashes = [one.hash for one in (*entries, *others)]
    insert_leaves(connection, log.id, size, hashes, keys)
    tree = tree.extend(map(bytes.fromhex, hashes))
    for level, number, root in completed(read, size, tree.size):
        row = {"log_id": log.id, "level": level, "number": number, "hash": root.hex()}
        connection.execute(insert(Subtree), row)
    note = signed(Signed(log.origin, tree.size, tree.root()).text(), signer)
    made = Head(log.id, tree.size, tree.root().hex(), note, now)
    values = {"log_id": log.id, "size": made.size, "root": made.root, "note": made.note, "made_at": made.made_at}
    connection.execute(insert(Checkpoint), values)
    return made


def rightly_signed(found: Head, log: Log) -> bool:
    """Tell whether a head says what its row says, under the log's own key."""
    try:
        said = _said(found.note, log)
    except NoteFault:
        return False
    return (said.origin, said.size, said.root.hex()) == (log.origin, found.size, found.root)


def _said(note: str, log: Log) -> Signed:
    """Return what a head says that the log's own key signed; raises NoteFault for one that it did not sign."""
    found = opened(note, [Key.of(log.vkey)])
    if not found.by:
        raise NoteFault("the head is not signed by the log's key")
    return Signed.of(found.text)


def damaged(log: Log, size: int) -> LogDamaged:
    """Return the error that says that a log is not the one that was signed."""
    return LogDamaged(
        Text(
            f"封存日志 {log.origin} 与其签名不符（最近一次签名时有{size}条）：有人改动了数据库",
            f"the log {log.origin} is not the one that was signed (at {size} lines): the database was altered",
        ),
        Text(
            "请保留现场并通知检查人员；然后执行 jishi seal reopen，旧日志在最后一个完好的封存点结束，另启新日志",
            "keep everything as it is and tell the auditors; then jishi seal reopen closes it at its last good head",
        ),
    )
