"""Kinds that speak of papers and conclusions: evidence, outcome, once, consistent."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from workflow.law.kinds.base import ColumnName, Kind, Outcome, Presupposed


class Evidence(Kind):
    """Every field is filled once something that presupposes them is there."""

    outcomes: ClassVar = (Outcome.MISSING,)
    kind: Literal["evidence"]
    fields: tuple[ColumnName, ...] = Field(min_length=1)
    presupposed_by: Presupposed

    def columns(self) -> tuple[str, ...]:
        """Return the fields and what presupposes them."""
        return (*self.fields, *self.presupposed_by.columns())

    def tighter(self, base: Kind) -> bool | None:
        """Return whether at least the same fields are asked for at the same point."""
        if not isinstance(base, Evidence) or self.presupposed_by != base.presupposed_by:
            return None
        return set(self.fields) >= set(base.fields)


class OutcomeOf(Kind):
    """A recorded conclusion is not one of the forbidden once the case went on."""

    kind: Literal["outcome"]
    column: ColumnName
    forbidden: tuple[str | bool, ...] = Field(min_length=1)
    presupposed_by: Presupposed

    def columns(self) -> tuple[str, ...]:
        """Return the conclusion and what presupposes it."""
        return (self.column, *self.presupposed_by.columns())

    def tighter(self, base: Kind) -> bool | None:
        """Return whether at least the same is forbidden."""
        if not isinstance(base, OutcomeOf) or self.column != base.column or self.presupposed_by != base.presupposed_by:
            return None
        return set(self.forbidden) >= set(base.forbidden)


class Once(Kind):
    """Something happened at most so often (once, unless said otherwise)."""

    kind: Literal["once"]
    times: ColumnName
    at_most: int = Field(default=1, ge=1)

    def columns(self) -> tuple[str, ...]:
        """Return the count."""
        return (self.times,)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether it may happen no more often."""
        return self.at_most <= base.at_most if isinstance(base, Once) and self.times == base.times else None


class Consistent(Kind):
    """The same fact, written down in several places, is the same; blank places do not matter."""

    kind: Literal["consistent"]
    columns_: tuple[ColumnName, ...] = Field(alias="columns", min_length=2)

    def columns(self) -> tuple[str, ...]:
        """Return the places."""
        return self.columns_

    def tighter(self, base: Kind) -> bool | None:
        """Return whether at least the same places are compared."""
        return set(self.columns_) >= set(base.columns_) if isinstance(base, Consistent) else None
