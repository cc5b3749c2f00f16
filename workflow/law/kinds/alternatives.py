"""The kind that is made of kinds: any_of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workflow.law.kinds.base import ColumnName, Kind
from workflow.law.kinds.evidence import Evidence
from workflow.law.kinds.people import Count
from workflow.law.kinds.timing import NotBefore, WorkingDays


class AnyOf(Kind):
    """At least one of several rules is kept; broken when all of them are, judged once ``act`` is there."""

    kind: Literal["any_of"]
    day: ColumnName = Field(alias="act")
    of: tuple[Annotated[Count | NotBefore | Evidence | WorkingDays, Field(discriminator="kind")], ...] = Field(
        min_length=2
    )

    def columns(self) -> tuple[str, ...]:
        """Return the act and all columns of the alternatives."""
        return tuple(dict.fromkeys((*(column for part in self.of for column in part.columns()), self.day)))

    def reached(self) -> tuple[str, ...]:
        """Return the steps that the alternatives ask for."""
        return tuple(step for part in self.of for step in part.reached())

    def act(self) -> str | None:
        """Return the day of the act."""
        return self.day

    def tighter(self, base: Kind) -> bool | None:
        """Return whether every alternative is as demanding as the one in its place, and none was added."""
        if not isinstance(base, AnyOf) or self.day != base.day or len(self.of) > len(base.of):
            return None
        return all(any(mine.tighter(theirs) for theirs in base.of) for mine in self.of)
