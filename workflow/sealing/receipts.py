"""Receipts: the proof that one entry of a case stands in the sealed log, checkable without this program."""

from __future__ import annotations

from sqlalchemy import Connection, select

from workflow.errors import Text, WorkflowError
from workflow.seal.merkle import inclusion
from workflow.seal.receipt import receipt
from workflow.sealing.logs import head, logs, reader, stands
from workflow.store.tables import Entry, Leaf


class NotSealedYet(WorkflowError):  # noqa: N818 - errors are named as facts
    """The entry waits for the sealer."""


def receipt_of(connection: Connection, case_id: int, number: int) -> tuple[bytes, str]:
    """Return the exact bytes of an entry of a case in scope, and its receipt (C2SP tlog-proof).

    The proof leads to the newest head of the log in which the entry was sealed. Raises NotSealedYet.
    """
    query = select(Entry.body, Leaf.log_id, Leaf.seq).join(Leaf, Leaf.entry_id == Entry.id)
    row = connection.execute(query.where(Entry.case_id == case_id, Entry.number == number, stands())).one_or_none()
    last = head(connection, row.log_id, _end_of(connection, row.log_id)) if row is not None else None
    if row is None or last is None:
        raise NotSealedYet(
            Text("本条还没有封存", "this entry is not sealed yet"),
            Text(
                "系统每秒封存一次，请稍候再试；长时间如此的，请管理员运行 jishi seal status",
                "sealing runs every second: wait a moment; if it stays so, ask for jishi seal status",
            ),
        )
    proof = inclusion(reader(connection, row.log_id), row.seq, last.size)
    return bytes(row.body), receipt(row.seq, proof, last.note)


def _end_of(connection: Connection, log_id: int) -> int | None:
    """Return the size at which a log was closed; None: it grows."""
    return next((one.after_size for one in logs(connection) if one.after_id == log_id), None)
