"""Kinds that speak of people and bodies: count, distinct, standing, decided_by."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from workflow.law.kinds.base import ColumnName, Kind, Presupposed, covers


class Count(Kind):
    """A number lies within limits: of different names, of days in a period (both ends), or an amount.

    Blank names do not count; a blank amount or a period without a start is 0.
    """

    kind: Literal["count"]
    of: tuple[ColumnName, ...] = ()
    days: tuple[ColumnName, ColumnName] | None = None
    amount: ColumnName | None = None
    min: int = Field(default=0, ge=0)
    max: int | None = Field(default=None, ge=0)
    presupposed_by: Presupposed | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Count:
        if sum((bool(self.of), self.days is not None, self.amount is not None)) != 1:
            message = "count one thing: of, days or amount"
            raise ValueError(message)
        if self.max is not None and self.max < self.min:
            message = "max is below min"
            raise ValueError(message)
        return self

    def columns(self) -> tuple[str, ...]:
        """Return what is counted and what presupposes it."""
        more = self.presupposed_by.columns() if self.presupposed_by else ()
        return (*self.of, *(self.days or ()), *((self.amount,) if self.amount else ()), *more)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the limits lie inside those of the base."""
        if not isinstance(base, Count) or (self.of, self.days, self.amount) != (base.of, base.days, base.amount):
            return None
        below = base.max is None or (self.max is not None and self.max <= base.max)
        always = self.presupposed_by is None
        judged = always or (base.presupposed_by is not None and covers(self.presupposed_by, base.presupposed_by))
        return self.min >= base.min and below and judged


class Distinct(Kind):
    """No name stands twice among the columns; blank ones do not matter."""

    kind: Literal["distinct"]
    of: tuple[ColumnName, ...] = Field(min_length=2)

    def columns(self) -> tuple[str, ...]:
        """Return the columns of names."""
        return self.of

    def tighter(self, base: Kind) -> bool | None:
        """Return whether at least the same columns are compared."""
        return set(self.of) >= set(base.of) if isinstance(base, Distinct) else None


PenaltyName = Literal["warning", "serious_warning", "removal", "probation_within_party"]


class StandingOf(Kind):
    """Every named person is a full member on the day, or is not under one of the penalties."""

    kind: Literal["standing"]
    people: tuple[ColumnName, ...] = Field(min_length=1)
    on: ColumnName
    must_be: Literal["full_member"] | None = None
    not_under: tuple[PenaltyName, ...] = ()

    @model_validator(mode="after")
    def _one_demand(self) -> StandingOf:
        if bool(self.must_be) == bool(self.not_under):
            message = "give either must_be or not_under"
            raise ValueError(message)
        return self

    def columns(self) -> tuple[str, ...]:
        """Return the names and the day."""
        return (*self.people, self.on)

    def act(self) -> str | None:
        """Return the day of the standing."""
        return self.on

    def tighter(self, base: Kind) -> bool | None:
        """Return whether at least the same is asked of at least the same people on the same day."""
        if not isinstance(base, StandingOf) or self.on != base.on or self.must_be != base.must_be:
            return None
        return set(self.people) >= set(base.people) and set(self.not_under) >= set(base.not_under)


class DecidedBy(Kind):
    """The body that decided is of a kind that has the power; a blank body is not judged."""

    kind: Literal["decided_by"]
    body: ColumnName
    allowed: tuple[str, ...] = Field(min_length=1)

    def columns(self) -> tuple[str, ...]:
        """Return the body's kind."""
        return (self.body,)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether no other kind of body is allowed."""
        if not isinstance(base, DecidedBy) or self.body != base.body:
            return None
        return set(self.allowed) <= set(base.allowed)
