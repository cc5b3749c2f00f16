"""A case as its entries: the fold that gives its state, its latest values and its earlier rounds.

A round is one attempt at a step. It ends when an outcome needs a reason, moves the case or proves irregular, or when
the same outcome comes again; a refusal that sends the case back ends the rounds of all steps that must be held again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflow.case.values import Value
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, FieldType, OutcomeDef, StepDef
from workflow.machine import advance

IRREGULAR = "irregular"


class UnknownEvidence(WorkflowError):  # noqa: N818 - errors are named as facts
    """An entry brings evidence that its step does not know."""


class ContradictoryEvidence(WorkflowError):  # noqa: N818 - errors are named as facts
    """An entry brings a conclusion that is not that of its outcome."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: which step ended how, on which day (the office's), and what it left behind.

    ``outcome`` is one of the step's, or ``irregular``: it did take place but broke a rule, so that nothing moves and
    the step must be held again.
    """

    step: str
    outcome: str
    occurred_on: date
    evidence: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Round:
    """An earlier attempt at a step: all recorded values of the case as they stood when it ended."""

    step: str
    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CaseView:
    """Where a case stands: state, latest effective values by column, earlier rounds, rounds counted by step."""

    state: str
    values: Mapping[str, Value]
    earlier: tuple[Round, ...]
    rounds: Mapping[str, int]


@dataclass(slots=True)
class _Fold:
    state: str
    values: dict[str, Value]
    seen: dict[str, list[str]] = field(default_factory=dict)  # outcomes of the current round, by step
    closed: set[str] = field(default_factory=set)  # steps whose current round has ended
    rounds: dict[str, int] = field(default_factory=dict)
    earlier: list[Round] = field(default_factory=list)


def view(entries: Sequence[Entry], edition_on: Callable[[date], Edition], given: Mapping[str, Value]) -> CaseView:
    """Return the case that ``entries`` (in the order of recording) make; ``given``: values that no step records.

    Raises StepImpossible for an entry that the state does not allow, UnknownEvidence for a field that does not exist,
    ContradictoryEvidence for a conclusion that is not that of the outcome.
    """
    fold: _Fold | None = None
    for entry in entries:
        edition = edition_on(entry.occurred_on)
        if fold is None:
            fold = _Fold(edition.initial or "", dict(given))
        _take(fold, entry, edition)
    if fold is None:
        return CaseView("", dict(given), (), {})
    return CaseView(fold.state, fold.values, tuple(fold.earlier), fold.rounds)


def _take(fold: _Fold, entry: Entry, edition: Edition) -> None:
    irregular = entry.outcome == IRREGULAR
    step = edition.steps.get(entry.step)
    if step is None or (not irregular and entry.outcome not in step.outcomes):
        advance(edition, fold.state, entry.step, entry.outcome)  # raises with the reason
    assert step is not None  # noqa: S101 - advance has raised
    outcome = OutcomeDef(zh=IRREGULAR, en=IRREGULAR) if irregular else step.outcomes[entry.outcome]
    target = fold.state if irregular or not edition.states else advance(edition, fold.state, entry.step, entry.outcome)
    if not step.repeats and (entry.step in fold.closed or entry.outcome in fold.seen.get(entry.step, ())):
        _end_followers(fold, edition, entry.step, anew=outcome.to == fold.state)
        _end_round(fold, edition, entry.step)
    fold.rounds.setdefault(entry.step, 1)
    fold.seen.setdefault(entry.step, []).append(entry.outcome)
    _fill(fold.values, entry, step, outcome)
    if irregular or outcome.reason or outcome.to:
        fold.closed.add(entry.step)
    if _goes_back(edition, fold.state, target):
        _reopen(fold, edition, target)
    fold.state = target


def _fill(values: dict[str, Value], entry: Entry, step: StepDef, outcome: OutcomeDef) -> None:
    day = outcome.fills or step.day
    for name, value in outcome.sets.items():
        if entry.evidence.get(name, value) != value:
            zh = f"“{step.evidence[name].zh}”与办理结果“{outcome.zh}”不一致"
            raise ContradictoryEvidence(Text(zh, f"“{step.evidence[name].en}” is not that of “{outcome.en}”"))
    for name, given in {day: entry.occurred_on, **entry.evidence, **outcome.sets}.items():
        if name not in step.evidence:
            zh, en = f"步骤“{step.zh}”没有材料“{name}”", f"“{step.en}” has no evidence “{name}”"
            raise UnknownEvidence(Text(zh, en))
        column = f"{entry.step}.{name}"
        if step.evidence[name].type is FieldType.DAYS and isinstance(given, date):
            values[column] = _with_day(values.get(column), given)
        else:
            values[column] = given


def lacking(edition: Edition, entry: Entry) -> tuple[str, ...]:
    """Return the required evidence that an entry does not bring, in the order of the definition.

    Evidence is required of the outcome that completes the step: not of refusals and returns, which have a day of their
    own, and not of what is irregular.
    """
    step = edition.steps[entry.step]
    outcome = step.outcomes.get(entry.outcome)
    if outcome is None or outcome.fills or outcome.reason:
        return ()
    there = {step.day, *outcome.sets, *(name for name, value in entry.evidence.items() if value is not None)}
    return tuple(name for name, field in step.evidence.items() if field.required and name not in there)


def _with_day(held: Value, day: date) -> tuple[date, ...]:
    return tuple(sorted({*(held if isinstance(held, tuple) else ()), day}))


def _goes_back(edition: Edition, state: str, target: str) -> bool:
    """Tell whether the move leads to an earlier state that is not an end."""
    order = list(edition.states)
    return bool(order) and order.index(target) < order.index(state)


def _reopen(fold: _Fold, edition: Edition, target: str) -> None:
    """End the rounds of the numbered steps that lie beyond the state the case went back to."""
    entered = max((step.number or 0 for step in edition.steps.values() if _enters(step, target)), default=0)
    for step_id in edition.numbered:
        step = edition.steps[step_id]
        if (step.number or 0) <= entered or step_id not in fold.rounds or step_id not in fold.seen:
            continue
        if target not in step.start or _moved_beyond(fold.seen[step_id], step, edition, target):
            _end_round(fold, edition, step_id)


def _end_followers(fold: _Fold, edition: Edition, repeated: str, *, anew: bool) -> None:
    """End the rounds of later steps that rested on the round which is now repeated, where they can be taken again.

    A decision that is taken again takes with it what was decided on it (the approval of an earlier resolution); one
    that enters its state ``anew`` (a pre-review gone stale) takes with it all that was done in that state since.
    """
    if repeated not in fold.closed or repeated not in edition.numbered:
        return
    for step_id in edition.numbered[edition.numbered.index(repeated) + 1 :]:
        open_again = step_id in fold.seen and fold.state in edition.steps[step_id].start
        if open_again and (anew or step_id in fold.closed):
            _end_round(fold, edition, step_id)


def _enters(step: StepDef, state: str) -> bool:
    return any(outcome.to == state and not outcome.reason for outcome in step.outcomes.values())


def _moved_beyond(outcomes: Sequence[str], step: StepDef, edition: Edition, target: str) -> bool:
    order = list(edition.states)
    moves = (step.outcomes[name].to for name in outcomes if name in step.outcomes)
    return any(order.index(to) > order.index(target) for to in moves if to)


def _end_round(fold: _Fold, edition: Edition, step: str) -> None:
    """Keep the round as an earlier one and clear the step's values, but for those that outlive it in this state."""
    number = fold.rounds[step]
    fold.earlier.append(Round(step, number, dict(fold.values)))
    fold.rounds[step] = number + 1
    fold.seen.pop(step, None)
    fold.closed.discard(step)
    for column in [name for name in fold.values if name.startswith(f"{step}.")]:
        field = edition.fields.get(column)
        if field is None or field.kept_in is None or field.kept_in != fold.state:
            del fold.values[column]
