"""Where names are looked for: every ending of a name, so that a part of it is the beginning of one of them.

However many people there are, an index then tells who bears a part of a name. The endings say no more than the name
beside which they stand, and are erased with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from sqlalchemy import Connection, delete, func, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import Boolean

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


class _Bears(FunctionElement[bool]):
    """Tells whether a part stands in a name. SQLite's LIKE takes A for a, and would not tell what the index tells."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:  # noqa: ANN401, ARG002 - SQLAlchemy's own
        """Return it as it stands: both ways are a comparison already."""
        return self


@compiles(_Bears)
def _like(element: _Bears, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return compiler.process(element.clauses.clauses[0], **options)


@compiles(_Bears, "sqlite")
def _found_in(element: _Bears, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return compiler.process(element.clauses.clauses[1], **options)


def bears(key: InstrumentedAttribute[str], part: str) -> _Bears:
    """Return the condition that a name as it is compared holds a part, letter by letter."""
    return _Bears(key.contains(part, autoescape=True), func.instr(key, part) > 0)
