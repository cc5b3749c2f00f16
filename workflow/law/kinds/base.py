"""What all kinds of rules have in common: names, texts, outcomes, bounds, and what presupposes what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ColumnName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Months = Annotated[int, Field(ge=0, le=1200)]  # a century is a slip of the pen, and sums of days stay in the calendar
Days = Annotated[int, Field(ge=0, le=36_600)]


class Strict(BaseModel):
    """A frozen part of a definition; unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Strict):
    """A text of the definition in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: str) -> str:
        """Return the text in ``language`` (``zh`` or ``en``)."""
        return self.en if language == "en" else self.zh


class Presupposed(Strict):
    """What shows that the case went on: a filled column, a number above zero, or a step reached."""

    filled: tuple[ColumnName, ...] = ()
    positive: tuple[ColumnName, ...] = ()
    reached: Name | None = None

    @model_validator(mode="after")
    def _something(self) -> Presupposed:
        if not self.filled and not self.positive and self.reached is None:
            message = "say what is filled or which step was reached"
            raise ValueError(message)
        return self

    def columns(self) -> tuple[str, ...]:
        """Return the columns read."""
        return (*self.filled, *self.positive)

    def covers(self, other: Presupposed) -> bool:
        """Tell whether this holds wherever ``other`` does."""
        numbers = set(self.positive) >= set(other.positive)
        return set(self.filled) >= set(other.filled) and numbers and other.reached in (None, self.reached)


def covers(one: Presupposed | None, other: Presupposed | None) -> bool:
    """Tell whether ``one`` holds wherever ``other`` does; None never holds."""
    return other is None or (one is not None and one.covers(other))


class Bound(Strict):
    """One temporal demand between two day columns, for the plan and the prover.

    ``after`` lies at least (``upper`` False) or at most (``upper`` True) ``months`` and ``days`` after ``before``.
    """

    before: str
    after: str
    months: int = 0
    days: int = 0
    upper: bool = False


class Outcome(StrEnum):
    """The ways in which a rule can be broken."""

    OUT_OF_ORDER = "out_of_order"
    EARLY = "early"
    LATE = "late"
    OVERDUE = "overdue"
    REASON = "reason"
    MISSING = "missing"
    GAP = "gap"
    SHORT = "short"
    BROKEN = "broken"


class Kind(Strict):
    """Base of the parameters of a kind."""

    outcomes: ClassVar[tuple[Outcome, ...]] = (Outcome.BROKEN,)
    upper_bound: ClassVar[bool] = False  # such a rule can never be refused online

    def columns(self) -> tuple[str, ...]:
        """Return every column that the rule reads, in the order in which people would look at them."""
        raise NotImplementedError

    def act(self) -> str | None:
        """Return the column of the day whose edition governs, when the rule names one."""
        return None

    def reached(self) -> tuple[str, ...]:
        """Return the steps of which the rule asks whether they were reached."""
        presupposed = getattr(self, "presupposed_by", None)
        return (presupposed.reached,) if presupposed is not None and presupposed.reached else ()

    def bounds(self) -> tuple[Bound, ...]:
        """Return the temporal demands between days, none for rules that speak of other things."""
        return ()

    def tighter(self, base: Kind) -> bool | None:
        """Tell whether this demands at least as much as ``base`` of the same kind; None: cannot be compared."""
        return self == base or None
