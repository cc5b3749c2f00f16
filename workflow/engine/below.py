"""What lies next below on the path of an organization, told by the database, so that it can count by it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement


class _PlaceOf(FunctionElement[int]):
    """The place of a text within another, counted from 1; 0: it is not there."""

    type = Integer()
    inherit_cache = True


@compiles(_PlaceOf, "sqlite")
def _instr(element: _PlaceOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"instr{compiler.process(element.clause_expr, **options)}"


@compiles(_PlaceOf, "postgresql")
def _strpos(element: _PlaceOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"strpos{compiler.process(element.clause_expr, **options)}"


def part_below(column: InstrumentedAttribute[str], path: BindParameter[str]) -> ColumnElement[str]:
    """Return the next part of a path that lies below ``path``, with its full stop; empty where it is ``path``."""
    rest = func.substr(column, func.length(path) + 1)
    return func.substr(rest, 1, _PlaceOf(rest, "."))
