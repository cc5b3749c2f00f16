"""What a kind makes of its parameters: clauses of formulas, each judged on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from workflow.case.facts import Fact, NthWorkingDay
from workflow.law.kinds import Kind, Outcome, Presupposed
from workflow.rules.formula import FALSE, TRUE, Column, Compare, Constant, Formula, disjunction, filled


@dataclass(frozen=True, slots=True)
class Clause:
    """One judged demand: when it applies, how it is broken, while it is still running, and its days.

    ``broken`` is read in order: the first that holds names the outcome. ``due``: the last lawful day; ``earliest``:
    the first. ``act``: the column of the act that the clause speaks of; its step is where a finding stands when the
    rule speaks of several steps (``own_step``).
    """

    broken: tuple[tuple[Outcome, Formula], ...]
    applies: Formula = TRUE
    pending: Formula = FALSE
    due: Formula | None = None
    earliest: Formula | None = None
    act: str | None = None
    own_step: bool = False
    opens: NthWorkingDay | None = None  # the first lawful day where it takes more than the columns to find it
    longest: Formula | None = None  # the last day with every extension, on which late and overdue turn
    facts: tuple[Fact, ...] = field(default=())
    shows: tuple[str, ...] = ()  # columns in the order in which people look at them


KindT = TypeVar("KindT", bound=Kind)
BUILDERS: dict[type[Kind], Callable[[Kind], tuple[Clause, ...]]] = {}


def builds(
    kind: type[KindT],
) -> Callable[[Callable[[KindT], tuple[Clause, ...]]], Callable[[KindT], tuple[Clause, ...]]]:
    """Register the function that makes clauses of the parameters of ``kind``."""

    def register(function: Callable[[KindT], tuple[Clause, ...]]) -> Callable[[KindT], tuple[Clause, ...]]:
        BUILDERS[kind] = function  # type: ignore[assignment]  # the key fixes what the function is called with
        return function

    return register


def clauses_of(demand: Kind) -> tuple[Clause, ...]:
    """Return the clauses of a demand."""
    return BUILDERS[type(demand)](demand)


def fact(value: Fact) -> Column:
    """Return the column that holds a fact."""
    return Column(value.name)


def presupposed(by: Presupposed | None) -> Formula:
    """Return that a column is filled, a number above zero or the step reached; nothing given: never."""
    if by is None:
        return FALSE
    steps = (Column(f"reached.{by.reached}"),) if by.reached else ()
    numbers = (Compare(">", Column(name), Constant(0)) for name in by.positive)
    return disjunction((*(filled(name) for name in by.filled), *numbers, *steps))
