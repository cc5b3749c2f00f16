"""Kinds that speak of votes: quorum, majority, ballot, tally. Shares are of the voting members due."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from pydantic import Field, field_validator

from workflow.law.kinds.base import ColumnName, Kind, Presupposed

SHARE = re.compile(r"[0-9]{1,3}(/[1-9][0-9]{0,2})?")


class Share(Kind):
    """Base of rules on a share of those due: it must be exceeded, exactly reaching it fails."""

    due: ColumnName
    more_than: Fraction = Fraction(1, 2)

    @field_validator("more_than", mode="before")
    @classmethod
    def _fraction(cls, value: object) -> Fraction:
        share = Fraction(str(value)) if SHARE.fullmatch(str(value)) else None
        if share is None or share >= 1:
            message = "a share is written 1/2 and lies below 1"
            raise ValueError(message)
        return share


class Quorum(Share):
    """More than the share of the voting members due were present; written opinions do not make a presence."""

    kind: Literal["quorum"]
    present: ColumnName

    def columns(self) -> tuple[str, ...]:
        """Return due and present."""
        return (self.due, self.present)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the share is at least as high."""
        if not isinstance(base, Quorum) or (self.due, self.present) != (base.due, base.present):
            return None
        return self.more_than >= base.more_than


class Majority(Share):
    """More than the share of the voting members *due* were in favour; judged only when something followed."""

    kind: Literal["majority"]
    in_favour: ColumnName
    followed_by: Presupposed

    def columns(self) -> tuple[str, ...]:
        """Return due, in favour and what followed."""
        return (self.due, self.in_favour, *self.followed_by.columns())

    def reached(self) -> tuple[str, ...]:
        """Return the step that follows the vote."""
        return (self.followed_by.reached,) if self.followed_by.reached else ()

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the share is at least as high."""
        if not isinstance(base, Majority) or (self.due, self.in_favour) != (base.due, base.in_favour):
            return None
        return self.more_than >= base.more_than and self.followed_by == base.followed_by


class Ballot(Kind):
    """The vote was taken in an allowed way; a blank way is not judged."""

    kind: Literal["ballot"]
    ballot: ColumnName
    allowed: tuple[str, ...] = Field(min_length=1)

    def columns(self) -> tuple[str, ...]:
        """Return the way of voting."""
        return (self.ballot,)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether no other way is allowed."""
        if not isinstance(base, Ballot) or self.ballot != base.ballot:
            return None
        return set(self.allowed) <= set(base.allowed)


class Tally(Kind):
    """What was counted is not more than could be: votes by presence plus written opinions, these by those due."""

    kind: Literal["tally"]
    present: ColumnName
    written: ColumnName | None = None
    cast: tuple[ColumnName, ...] = Field(min_length=1)

    def most(self) -> tuple[str, ...]:
        """Return the columns whose sum is the most that can be counted."""
        return (self.present, self.written) if self.written else (self.present,)

    def columns(self) -> tuple[str, ...]:
        """Return the most that can be counted and what was."""
        return (*self.most(), *self.cast)
