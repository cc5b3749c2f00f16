"""Counting no further than anybody reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, select


def counted(connection: Connection, rows: Select[Any], most: int, asked: Mapping[str, Any] | None = None) -> int | None:
    """Return how many rows a query finds; None: more than ``most``, and none beyond is looked at.

    ``asked``: what is filled into the places of a query that is made once.
    """
    count = _count(rows) if asked is None else _count_kept(rows)
    found = connection.scalar(count, {**(asked or {}), "counted": most + 1}) or 0
    return found if found <= most else None


def _count(rows: Select[Any]) -> Select[int]:
    some = rows.limit(bindparam("counted", type_=Integer())).subquery()
    return select(func.count()).select_from(some)


_count_kept = lru_cache(_count)
