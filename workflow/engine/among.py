"""A condition that holds among thousands of cases, which are handed over as one value.

As many values of their own would have to be written out, read and planned, which costs more than the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import Boolean, TypeDecorator


class _Numbers(TypeDecorator[Sequence[int]]):
    """Numbers as one text: an array of PostgreSQL, or of JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> str:
        """Return the text that stands for numbers."""
        listed = ",".join(map(str, value or ()))
        return f"{{{listed}}}" if dialect.name == "postgresql" else f"[{listed}]"


class _Among(FunctionElement[bool]):
    """Tells whether a number is one of some."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:  # noqa: ANN401, ARG002 - SQLAlchemy's own
        """Return it as it stands: compared with 1, as SQLite would be told to, no index is made use of."""
        return self


@compiles(_Among, "sqlite")
def _in(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    one, numbers = (compiler.process(part, **options) for part in element.clauses)
    return f"{one} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - both are the compiler's


@compiles(_Among, "postgresql")
def _any(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    one, numbers = (compiler.process(part, **options) for part in element.clauses)
    return f"{one} = ANY(CAST({numbers} AS INTEGER[]))"


def among(column: InstrumentedAttribute[int], numbers: Sequence[int]) -> _Among:
    """Return the condition that a column is one of some numbers, however many; of none, it never holds."""
    return _Among(column, bindparam(None, tuple(numbers), type_=_Numbers()))
