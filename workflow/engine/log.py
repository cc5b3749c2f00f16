"""The log: lines that are sealed beside the entries of cases, each with the canonical bytes that are hashed.

Codes, numbers, days and opaque ids only; written, never changed. Entries of cases are log entries by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from workflow.calendar.office import begin_of
from workflow.engine.log_acts import LogAct, coded
from workflow.engine.offices import Actor
from workflow.seal import Plain, canonical, leaf_hash
from workflow.store.tables import LogEntry
from workflow.store.types import written

FORMAT = 1  # of the canonical bytes
Known = tuple[int, UUID]  # a row of the database and its opaque id
_LINE = insert(LogEntry)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line belongs. ``path``: who may look into it; ``organization``: in which it was done; ``case``: about."""

    path: str
    organization: Known | None = None
    case: Known | None = None
    about: UUID | None = None  # another organization that it concerns


def write(
    connection: Connection, act: LogAct, at: datetime, by: Known | None, place: Place, about: Mapping[str, Plain]
) -> int:
    """Write a line in the transaction of whoever asks and return its id; ``by`` None: no such login, or the program.

    Raises ValueError for anything in ``about`` that could be free text.
    """
    said, uid = coded(about), uuid4()
    body: dict[str, Plain] = {"v": FORMAT, "log": act.value, "id": uid.hex, "at": written(at)}
    known = {"by": by, "org": place.organization, "case": place.case}
    body |= {name: one[1].hex for name, one in known.items() if one is not None}
    if place.about is not None:
        body["place"] = place.about.hex
    if said:
        body["about"] = said
    data = canonical(body)
    ids = {name: one[0] if one is not None else None for name, one in known.items()}
    row = {
        "uid": uid, "at": at, "act": act.value, "account_id": ids["by"], "organization_id": ids["org"],
        "path": place.path, "case_id": ids["case"], "about": said, "hash": leaf_hash(data), "body": data,
    }  # fmt: skip
    return int(connection.execute(_LINE.returning(LogEntry.id), row).scalar_one())


def changed(
    connection: Connection, actor: Actor, act: LogAct, path: str | None = None, **about: str | int | date | UUID | None
) -> None:
    """Note a change of what stands above and beside the cases; ``path``: of the organization that it concerns."""
    said = {name: code(value) for name, value in about.items()}
    place = Place(path or actor.path, (actor.organization_id, actor.organization_uid))
    write(connection, act, actor.at or begin_of(actor.on), (actor.account_id, actor.account_uid), place, said)


def code(value: str | int | date | UUID | None) -> str | int | None:
    """Return a value as lines of the log hold it."""
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date) else value
