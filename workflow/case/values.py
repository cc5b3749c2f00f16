"""The values a column of a case can hold."""

from __future__ import annotations

from datetime import date
from enum import Enum


class Unreadable(Enum):
    """The mark of a value that stands in the source but cannot be read, or that the source does not keep.

    It is neither blank (``None``) nor any value: a rule that turns on it is undecidable.
    """

    UNREADABLE = "unreadable"
    ABSENT = "absent"  # the source has no such column at all

    def __repr__(self) -> str:
        """Return the short name, for figures in messages."""
        return self.name


UNREADABLE = Unreadable.UNREADABLE
ABSENT = Unreadable.ABSENT

Value = date | int | str | bool | tuple[date, ...] | None | Unreadable
