"""Kinds that speak of days: order, not_before, within, every, age, working_days, recorded_within."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from workflow.law.kinds.base import Bound, ColumnName, Days, Kind, Months, Outcome, Presupposed, Strict, covers

YEAR = 12  # months


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

    def on_the_day(self) -> bool:
        """Tell whether no time lies between: a limit that is itself a day on record, written ``days: 0``."""
        return self.upper_bound and not self.months and self.days == 0 and "days" in self.model_fields_set

    @model_validator(mode="after")
    def _one_unit(self) -> Span:
        if bool(self.months) == bool(self.days) and not self.on_the_day():
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
            and covers(self.presupposed_by, base.presupposed_by)
            and covers(base.open_unless, self.open_unless)
        )


class Every(Kind):
    """Between start and end no gap between the days longer than so many months; open: up to the as-of day.

    ``calendar``: not gaps are counted but calendar periods — months, quarters, years: each that lies wholly between
    start and end holds a day, and what has ended by the as-of day is judged, also where the end is still to come.
    ``open_unless``: once this was reached a blank end is not an open one but an unknown one, and nothing is judged.
    """

    outcomes: ClassVar = (Outcome.GAP,)
    upper_bound: ClassVar = True
    kind: Literal["every"]
    start: ColumnName = Field(alias="from")
    days: ColumnName
    end: ColumnName | None = Field(default=None, alias="to")
    months: Months = Field(ge=1)
    calendar: bool = False
    open_unless: Presupposed | None = None

    @model_validator(mode="after")
    def _periods_of_a_year(self) -> Every:
        if self.calendar and YEAR % self.months:
            message = "calendar periods are those of a year: 1, 2, 3, 4, 6 or 12 months"
            raise ValueError(message)
        return self

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
        if not isinstance(base, Every) or self.frame() != base.frame():
            return None
        denser = base.months % self.months == 0 if self.calendar else self.months <= base.months
        return denser and covers(base.open_unless, self.open_unless)

    def frame(self) -> tuple[object, ...]:
        """Return what two rhythms must share to be compared."""
        return (self.start, self.days, self.end, self.calendar)


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
