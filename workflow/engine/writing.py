"""Writing entries: canonical bytes, the chain of hashes, the salted commitments to what can be erased.

Entries are written into the transaction of whoever asks; nothing here judges or decides.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select

from workflow.case.record import EntryKind
from workflow.case.values import Value
from workflow.engine.evidence import UNREAD, field_of, personal, stored
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.seal import Plain, canonical, commitment, leaf_hash
from workflow.seal.chain import SALT_BYTES
from workflow.store.appending import TOPIC, append_entry
from workflow.store.tables import Entry, EntryValue, Outbox
from workflow.store.types import written

FORMAT = 1  # of the canonical bytes
NAME = "person.name"  # the column under which an opening says whom the case is about
REASON = "reason"  # the erasable value that says why


class CaseMoved(WorkflowError):  # noqa: N818 - errors are named as facts
    """Somebody wrote to the case while this transaction ran; it is tried again."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: account, organization and role; for whom, if a deputy; and the second person (id and uid of each)."""

    account: tuple[int, UUID]
    organization: tuple[int, UUID]
    role: str
    principal: tuple[int, UUID] | None = None
    confirmed: tuple[int, UUID] | None = None
    confirmed_in: tuple[int, UUID] | None = None
    confirmed_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry before it is numbered. ``evidence`` is typed; ``notes``: codes and days that are hashed with it."""

    kind: EntryKind
    edition: Edition
    step: str | None = None
    outcome: str | None = None
    occurred_on: date | None = None
    evidence: Mapping[str, Value] = field(default_factory=dict)
    reason: str | None = None
    supersedes: int | None = None
    batch: tuple[int, UUID] | None = None
    notes: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a case's chain: its id and uid, how many entries it has, the hash of the last."""

    case_id: int
    uid: UUID
    entries: int
    hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry ready to be inserted: its row, and the erasable values that belong to it."""

    row: dict[str, Any]
    values: tuple[dict[str, Any], ...]


def lines(head: Head, drafts: Sequence[Draft], author: Author, now: datetime) -> tuple[list[Line], Head]:
    """Return the rows that ``drafts`` make at the end of a chain, and its new end."""
    made: list[Line] = []
    for draft in drafts:
        line = _line(head, draft, author, now)
        made.append(line)
        head = Head(head.case_id, head.uid, head.entries + 1, line.row["hash"])
    return made, head


def append(
    connection: Connection, head: Head, drafts: Sequence[Draft], author: Author, now: datetime, **case: object
) -> Head:
    """Write one entry or more at the end of a case's chain, bring its projection up to date and return the new end.

    ``case``: other columns of the case that change with them (``state``, ``organization_id``, …). Raises CaseMoved when
    the chain has grown since it was read.
    """
    made, end = lines(head, drafts, author, now)
    for line in made:
        moved = {"entries": line.row["number"], "head": line.row["hash"], **(case if line is made[-1] else {})}
        if not append_entry(connection, line.row, line.values, moved):
            raise CaseMoved(
                Text("此人档案刚刚被别人更新", "somebody else has just written to this case"),
                Text("请稍后重试", "try again in a moment"),
            )
    return end


def insert_lines(connection: Connection, made: Sequence[Line], now: datetime) -> None:
    """Insert the entries of several cases at once, each case's in order; the caller brings the projections up to date.

    The cases must be locked, or begun in this transaction.
    """
    if not made:
        return
    connection.execute(insert(Entry), [line.row for line in made])
    ends: dict[int, list[int]] = {}
    for line in made:
        ends.setdefault(line.row["case_id"], []).append(line.row["number"])
    new = (Entry.case_id.in_(ends), Entry.number >= min(map(min, ends.values())))
    ids: dict[tuple[int, int], int] = {
        (case, number): key
        for key, case, number in connection.execute(select(Entry.id, Entry.case_id, Entry.number).where(*new))
    }
    keys = [ids[line.row["case_id"], line.row["number"]] for line in made]
    values = [{"entry_id": key, **value} for key, line in zip(keys, made, strict=True) for value in line.values]
    if values:
        connection.execute(insert(EntryValue), values)
    told = (
        {"topic": TOPIC, "case_id": line.row["case_id"], "entry_id": key, "made_at": now}
        for key, line in zip(keys, made, strict=True)
    )
    connection.execute(insert(Outbox), list(told))


def _line(head: Head, draft: Draft, author: Author, now: datetime) -> Line:
    plain, erasable = _apart(draft)
    salted = {name: (os.urandom(SALT_BYTES), value) for name, value in erasable.items()}
    number = head.entries + 1
    body: dict[str, Plain] = {
        "v": FORMAT,
        "case": head.uid.hex,
        "n": number,
        "prev": head.hash,
        "kind": str(draft.kind),
        "at": written(now),
        "by": author.account[1].hex,
        "org": author.organization[1].hex,
        "role": author.role,
        **_optional(draft, author),
    }
    if plain:
        body["evidence"] = plain
    if salted:
        body["commit"] = {name: commitment(salt, value) for name, (salt, value) in salted.items()}
    data = canonical(body)
    row = {
        "case_id": head.case_id,
        "number": number,
        "kind": str(draft.kind),
        "step": draft.step,
        "outcome": draft.outcome,
        "occurred_on": draft.occurred_on,
        "recorded_at": now,
        "account_id": author.account[0],
        "organization_id": author.organization[0],
        "principal_id": author.principal[0] if author.principal else None,
        "confirmed_by": author.confirmed[0] if author.confirmed else None,
        "confirmed_in": author.confirmed_in[0] if author.confirmed_in else None,
        "supersedes": draft.supersedes,
        "batch_id": draft.batch[0] if draft.batch else None,
        "prev": head.hash,
        "hash": leaf_hash(data),
        "body": data,
    }
    values = (
        {"field": name, "salt": salt, "value": canonical(value).decode()} for name, (salt, value) in salted.items()
    )
    return Line(row, tuple(values))


def _apart(draft: Draft) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Return the evidence that stands in the entry and what is kept apart, the reason included."""
    inside: dict[str, Plain] = {}
    apart: dict[str, Plain] = {}
    for name, value in stored(draft.evidence).items():
        keep_apart = value is not None and personal(field_of(draft.edition, draft.step, name), name)
        (apart if keep_apart and name != UNREAD else inside)[name] = value
    if draft.reason is not None:
        apart[REASON] = draft.reason
    return inside, apart


def _optional(draft: Draft, author: Author) -> dict[str, Plain]:
    """Return what only some entries have; what is not there is not written."""
    given: dict[str, Plain] = {
        "step": draft.step,
        "outcome": draft.outcome,
        "on": draft.occurred_on.isoformat() if draft.occurred_on else None,
        "edition": draft.edition.edition.isoformat() if draft.step else None,
        "overlays": list(draft.edition.overlays) or None,
        "supersedes": draft.supersedes,
        "for": author.principal[1].hex if author.principal else None,
        "confirmed": author.confirmed[1].hex if author.confirmed else None,
        "confirmed_in": author.confirmed_in[1].hex if author.confirmed_in else None,
        "confirmed_as": author.confirmed_as,
        "batch": draft.batch[1].hex if draft.batch else None,
        **draft.notes,
    }
    return {name: value for name, value in given.items() if value is not None}
