"""Counting no further than anybody reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, select

COUNTED = "counted"


def counted(connection: Connection, rows: Select[Any], most: int, asked: Mapping[str, Any] | None = None) -> int | None:
    """Return how many rows a query finds; None: more than ``most``, and none beyond is looked at.

    ``asked``: what is filled into the places of a query that is made once.
    """
    count = count_of(rows) if asked is None else _count_kept(rows)
    found = connection.scalar(count, {**(asked or {}), COUNTED: most + 1}) or 0
    return found if found <= most else None


def count_of(rows: Select[Any]) -> Select[int]:
    """Return the query for how many rows a query finds, COUNTED at most, which is to be filled in."""
    some = rows.limit(bindparam(COUNTED, type_=Integer())).subquery()
    return select(func.count()).select_from(some)


_count_kept = lru_cache(count_of)
