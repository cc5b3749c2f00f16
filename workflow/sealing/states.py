"""The compiled tables of states, as data: what a replay of the exported history needs of the law, and nothing more.

A line of the log names them by their hash; they are kept under it, so that a log can be exported whatever law follows.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from itertools import chain, combinations
from typing import Any

from sqlalchemy import Connection, insert, select

from workflow.engine.laws import Laws
from workflow.engine.log_acts import LogAct
from workflow.law.model import Edition
from workflow.machine import edges
from workflow.seal import canonical
from workflow.store.tables import Leaf, LogEntry, OrganizationOverlay, SealLaw

MOST = 5  # overlays that are laid somewhere, of which all combinations are told


def states(connection: Connection, laws: Laws) -> bytes:
    """Return, as canonical JSON, the table of every period of law under every combination of local practice laid."""
    laid = sorted(connection.scalars(select(OrganizationOverlay.overlay).distinct()))
    known = [name for name in laid if name in laws.law.definitions.overlays][:MOST]
    every = chain.from_iterable(combinations(known, count) for count in range(len(known) + 1))
    periods: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for names in every:
        for period in laws.book(laws.law.overlays(names)).periods:
            since = (period.since or date.min).isoformat()
            periods[since, tuple(period.edition.overlays)] = _table(period.edition, since)
    return canonical({"periods": [periods[key] for key in sorted(periods)]})


def kept(connection: Connection, laws: Laws) -> str:
    """Keep the tables that hold now, unless they are kept already; return the SHA-256 by which a line names them."""
    tables = states(connection, laws)
    found = sha256(tables).hexdigest()
    if connection.scalar(select(SealLaw.sha256).where(SealLaw.sha256 == found)) is None:
        connection.execute(insert(SealLaw), {"sha256": found, "tables": tables})
    return found


def named(connection: Connection, log_id: int, size: int) -> bytes:
    """Return the tables that the newest such line among the first leaves of a log names; b"" where none are kept."""
    line = select(LogEntry.about).join(Leaf, Leaf.log_entry_id == LogEntry.id)
    here = line.where(Leaf.log_id == log_id, Leaf.seq < size, LogEntry.act == LogAct.STATES.value)
    about = connection.scalar(here.order_by(Leaf.seq.desc()).limit(1)) or {}
    found = select(SealLaw.tables).where(SealLaw.sha256 == about.get("sha256"))
    return bytes(connection.scalar(found) or b"")


def _table(edition: Edition, since: str) -> dict[str, Any]:
    steps: dict[str, Any] = {}
    for state, step, outcome, target in edges(edition):
        one = steps.setdefault(step, {"from": [], "to": {}, "start": {}})
        one["from"] = sorted({*one["from"], state})
        one["start"][outcome] = sorted({*one["start"].get(outcome, ()), state})
        one["to"][outcome] = None if edition.steps[step].outcomes[outcome].to is None else target
    return {"from": since, "overlays": list(edition.overlays), "initial": edition.initial or "", "steps": steps}
