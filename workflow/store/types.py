"""Column types that are written alike on every database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

INSTANT_LENGTH = 24


class Instant(TypeDecorator[datetime]):
    """An instant, stored as text in UTC with milliseconds (``2026-05-11T01:02:03.004Z``).

    It sorts as text, reads the same on SQLite and PostgreSQL, and is byte for byte what stands in the hashed entry.
    """

    impl = String(INSTANT_LENGTH)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature
        """Return the text of an aware instant; raises ValueError for a naive one."""
        return None if value is None else written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - the signature
        """Return the aware instant in UTC."""
        return None if value is None else datetime.fromisoformat(value)


@lru_cache(maxsize=256)  # the entries of one import are all written at one instant
def written(instant: datetime) -> str:
    """Return an aware instant in UTC with milliseconds; raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
