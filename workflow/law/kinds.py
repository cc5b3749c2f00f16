"""The closed vocabulary of rules: the parameters of every kind, and when one rule is tighter than another.

A kind says *what can be demanded*; the rooms above say how it is judged. Column names are those of the edition
(``step.field``). Months are calendar months; a limit "within" includes its last day.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ColumnName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Months = Annotated[int, Field(ge=0, le=1200)]  # a century is a slip of the pen, and sums of days stay in the calendar
Days = Annotated[int, Field(ge=0, le=36_600)]
SHARE = re.compile(r"[0-9]{1,3}(/[1-9][0-9]{0,2})?")


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
    """What shows that the case went on: a filled column, or a step reached."""

    filled: tuple[ColumnName, ...] = ()
    reached: Name | None = None

    @model_validator(mode="after")
    def _something(self) -> Presupposed:
        if not self.filled and self.reached is None:
            message = "say what is filled or which step was reached"
            raise ValueError(message)
        return self

    def columns(self) -> tuple[str, ...]:
        """Return the columns read."""
        return self.filled

    def covers(self, other: Presupposed) -> bool:
        """Tell whether this holds wherever ``other`` does."""
        return set(self.filled) >= set(other.filled) and other.reached in (None, self.reached)


def _covers(one: Presupposed | None, other: Presupposed | None) -> bool:
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


class Order(Kind):
    """Each filled day of the chain is not earlier than (``strict``: later than) the nearest filled one before it."""

    outcomes: ClassVar = (Outcome.OUT_OF_ORDER,)
    kind: Literal["order"]
    chain: tuple[ColumnName, ...] = Field(min_length=2)
    strict: bool = False

    def columns(self) -> tuple[str, ...]:
        """Return the chain."""
        return self.chain

    def act(self) -> str | None:
        """Return the last day of the chain."""
        return self.chain[-1]

    def bounds(self) -> tuple[Bound, ...]:
        """Return a lower bound for every link."""
        days = 1 if self.strict else 0
        return tuple(Bound(before=a, after=b, days=days) for a, b in zip(self.chain, self.chain[1:], strict=False))

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the chain holds the base chain in its order and is as strict."""
        if not isinstance(base, Order):
            return None
        rest = iter(self.chain)
        return all(column in rest for column in base.chain) and self.strict >= base.strict


class Span(Kind):
    """Base of rules about the time from one day to another."""

    start: ColumnName = Field(alias="from")
    day: ColumnName = Field(alias="act")
    months: Months = 0
    days: Days = 0

    @model_validator(mode="after")
    def _one_unit(self) -> Span:
        if bool(self.months) == bool(self.days):
            message = "give either months or days, and at least 1"
            raise ValueError(message)
        return self

    def columns(self) -> tuple[str, ...]:
        """Return both days."""
        return (self.start, self.day)

    def act(self) -> str | None:
        """Return the later day."""
        return self.day

    def same_frame(self, base: Kind) -> bool:
        """Tell whether both measure from and to the same days in the same unit."""
        return (
            isinstance(base, Span)
            and (self.start, self.day) == (base.start, base.day)
            and bool(self.months) == bool(base.months)
        )


class NotBefore(Span):
    """The act lies at least so long after the start."""

    outcomes: ClassVar = (Outcome.EARLY,)
    kind: Literal["not_before"]

    def bounds(self) -> tuple[Bound, ...]:
        """Return the lower bound."""
        return (Bound(before=self.start, after=self.day, months=self.months, days=self.days),)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the wait is at least as long."""
        if not isinstance(base, NotBefore) or not self.same_frame(base):
            return None
        return (self.months, self.days) >= (base.months, base.days)


class Extension(Strict):
    """A longer limit that special circumstances allow, with a written reason on file."""

    months: Months
    reason: ColumnName


class Within(Span):
    """The act lies at most so long after the start; while it has not happened the limit runs on.

    ``missing`` when something that presupposes the act is there and the act is not; ``overdue`` when its last day
    has passed without it. ``open_needs``: columns that must be filled for the two; ``open_unless``: they do not
    arise once this was reached; ``runs_open: false``: the limit is judged only once the act is there.
    """

    outcomes: ClassVar = (Outcome.LATE, Outcome.REASON, Outcome.MISSING, Outcome.OVERDUE)
    upper_bound: ClassVar = True
    kind: Literal["within"]
    extension: Extension | None = None
    presupposed_by: Presupposed | None = None
    open_needs: tuple[ColumnName, ...] = ()
    open_unless: Presupposed | None = None
    runs_open: bool = True

    @model_validator(mode="after")
    def _months_for_extension(self) -> Within:
        if self.extension and not self.months < self.extension.months:
            message = "an extension is in months and longer than the limit"
            raise ValueError(message)
        return self

    def columns(self) -> tuple[str, ...]:
        """Return both days, the reason and what presupposes the act."""
        more = self.presupposed_by.columns() if self.presupposed_by else ()
        reason = (self.extension.reason,) if self.extension else ()
        unless = self.open_unless.columns() if self.open_unless else ()
        return (self.start, self.day, *reason, *more, *self.open_needs, *unless)

    def reached(self) -> tuple[str, ...]:
        """Return the steps asked for on either side."""
        both = (self.presupposed_by, self.open_unless)
        return tuple(part.reached for part in both if part is not None and part.reached)

    def bounds(self) -> tuple[Bound, ...]:
        """Return the upper bound; where an extension is possible, the longer one."""
        months = self.extension.months if self.extension else self.months
        return (Bound(before=self.start, after=self.day, months=months, days=self.days, upper=True),)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the limit is at least as short, with no more room for extension."""
        if not isinstance(base, Within) or not self.same_frame(base):
            return None
        mine, theirs = self.extension, base.extension
        if mine and (theirs is None or mine.months > theirs.months or mine.reason != theirs.reason):
            return False
        return (self.months, self.days) <= (base.months, base.days) and self._open_like(base)

    def _open_like(self, base: Within) -> bool:
        """Tell whether what has not happened is missing or overdue wherever it is so in ``base``."""
        return (
            self.runs_open >= base.runs_open
            and set(self.open_needs) <= set(base.open_needs)
            and _covers(self.presupposed_by, base.presupposed_by)
            and _covers(base.open_unless, self.open_unless)
        )


class Every(Kind):
    """Between start and end no gap between the days longer than so many months; open: up to the as-of day.

    ``open_unless``: once this was reached a blank end is not an open one but an unknown one, and nothing is judged.
    """

    outcomes: ClassVar = (Outcome.GAP,)
    upper_bound: ClassVar = True
    kind: Literal["every"]
    start: ColumnName = Field(alias="from")
    days: ColumnName
    end: ColumnName | None = Field(default=None, alias="to")
    months: Months = Field(ge=1)
    open_unless: Presupposed | None = None

    def reached(self) -> tuple[str, ...]:
        """Return the step after which a blank end is unknown."""
        return (self.open_unless.reached,) if self.open_unless and self.open_unless.reached else ()

    def columns(self) -> tuple[str, ...]:
        """Return start, days and end."""
        return (self.start, self.days, *((self.end,) if self.end else ()))

    def act(self) -> str | None:
        """Return the end of the period: until then the duty runs on."""
        return self.end

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the rhythm is at least as dense over the same period."""
        if not isinstance(base, Every) or (self.start, self.days, self.end) != (base.start, base.days, base.end):
            return None
        return self.months <= base.months and _covers(base.open_unless, self.open_unless)


class Age(Kind):
    """The person has reached so many full years on the day of the act; the birthday counts."""

    outcomes: ClassVar = (Outcome.EARLY,)
    kind: Literal["age"]
    born: ColumnName
    day: ColumnName = Field(alias="act")
    years: int = Field(ge=1, le=150)

    def columns(self) -> tuple[str, ...]:
        """Return birth and act."""
        return (self.born, self.day)

    def act(self) -> str | None:
        """Return the day of the act."""
        return self.day

    def bounds(self) -> tuple[Bound, ...]:
        """Return the day on which the age is reached as a lower bound."""
        return (Bound(before=self.born, after=self.day, months=12 * self.years),)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the age is at least as high."""
        if not isinstance(base, Age) or (self.born, self.day) != (base.born, base.day):
            return None
        return self.years >= base.years


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
        judged = always or (base.presupposed_by is not None and _covers(self.presupposed_by, base.presupposed_by))
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
    """The votes counted are not more than those who could cast them: present plus written opinions."""

    kind: Literal["tally"]
    present: ColumnName
    written: ColumnName
    cast: tuple[ColumnName, ...] = Field(min_length=1)

    def columns(self) -> tuple[str, ...]:
        """Return presence and votes."""
        return (self.present, self.written, *self.cast)


class WorkingDays(Kind):
    """A period holds at least so many working days, both ends counted, judged once ``act`` is there."""

    outcomes: ClassVar = (Outcome.SHORT, Outcome.MISSING)
    kind: Literal["working_days"]
    start: ColumnName = Field(alias="from")
    end: ColumnName = Field(alias="to")
    day: ColumnName = Field(alias="act")
    at_least: int = Field(ge=1, le=1000)

    def columns(self) -> tuple[str, ...]:
        """Return both ends and the act."""
        return (self.start, self.end, self.day)

    def act(self) -> str | None:
        """Return the act that presupposes the period."""
        return self.day

    def bounds(self) -> tuple[Bound, ...]:
        """Return the calendar days that so many working days last at least."""
        return (Bound(before=self.start, after=self.end, days=self.at_least - 1),)

    def tighter(self, base: Kind) -> bool | None:
        """Return whether the period is at least as long."""
        if not isinstance(base, WorkingDays) or (self.start, self.end, self.day) != (base.start, base.end, base.day):
            return None
        return self.at_least >= base.at_least


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


class RecordedWithin(Kind):
    """What happened was written down within so many days."""

    outcomes: ClassVar = (Outcome.LATE,)
    upper_bound: ClassVar = True
    kind: Literal["recorded_within"]
    day: ColumnName = Field(alias="act")
    recorded: ColumnName
    days: Days

    def columns(self) -> tuple[str, ...]:
        """Return both days."""
        return (self.day, self.recorded)

    def act(self) -> str | None:
        """Return the day of the act."""
        return self.day

    def tighter(self, base: Kind) -> bool | None:
        """Return whether it must be written down at least as soon."""
        if not isinstance(base, RecordedWithin) or (self.day, self.recorded) != (base.day, base.recorded):
            return None
        return self.days <= base.days


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


AnyKind = (
    Order | NotBefore | Within | Every | Age | Count | Distinct | StandingOf | Quorum | Majority | Ballot | Tally
    | WorkingDays | Evidence | OutcomeOf | DecidedBy | Once | Consistent | RecordedWithin | AnyOf
)  # fmt: skip
KINDS: tuple[type[Kind], ...] = (
    Order, NotBefore, Within, Every, Age, Count, Distinct, StandingOf, Quorum, Majority, Ballot, Tally,
    WorkingDays, Evidence, OutcomeOf, DecidedBy, Once, Consistent, RecordedWithin, AnyOf,
)  # fmt: skip
