"""Where names are looked for: every ending of a name, so that a part of it is the beginning of one of them.

However many people there are, an index then tells who bears a part of a name. The endings say no more than the name
beside which they stand, and are erased with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert

from workflow.store.tables import NamePart


def endings(key: str) -> tuple[str, ...]:
    """Return every ending of a name as it is compared, the whole of it first."""
    return tuple(key[start:] for start in range(len(key)))


def keep_parts(connection: Connection, names: Mapping[int, str], *, new: bool) -> None:
    """Bring the endings of names up to date. ``names``: as they are compared, by case; ``new``: none is there yet."""
    if not new:
        connection.execute(delete(NamePart).where(NamePart.case_id.in_(names)))
    rows = [{"part": part, "case_id": case} for case, key in names.items() for part in endings(key)]
    if rows:
        connection.execute(insert(NamePart), rows)
