"""A case as its entries: the fold that gives its state, its latest values and its earlier rounds.

A round is one attempt at a step. It ends when an outcome needs a reason or moves the case, or when the step is decided
again; an irregular act is a round of its own. A refusal that sends the case back ends the rounds of all steps that must
be held again.

Without states nothing ends the rounds of other steps: each step goes on by itself, and those before it may be taken
anew while its round stands. Its round is then kept as the case stood at its last act, not as it stood when it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from workflow.case.values import ABSENT, Value
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, FieldType, OutcomeDef, StepDef
from workflow.machine import advance
from workflow.plain import harmless

IRREGULAR = "irregular"


class UnknownEvidence(WorkflowError):  # noqa: N818 - errors are named as facts
    """An entry brings evidence that its step does not know."""


class ContradictoryEvidence(WorkflowError):  # noqa: N818 - errors are named as facts
    """An entry brings a conclusion that is not that of its outcome."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: which step ended how, on which day (the office's), and what it left behind.

    ``outcome`` is one of the step's, or ``irregular``: it did take place but broke a rule, so that nothing moves and
    the step must be held again; ``broken`` names the rules, ``claimed`` the outcome that it was said to have.
    """

    step: str
    outcome: str
    occurred_on: date
    evidence: Mapping[str, Value] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    claimed: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """An earlier attempt at a step: all recorded values of the case as they stood when it ended (states: see above).

    ``broken``: the rules that an irregular act was found to break, and ``on`` its day; ``complete``: it brought what is
    required of the outcome that it claimed; ``first``: the values as first recorded, where they have been corrected.
    """

    step: str
    number: int
    values: Mapping[str, Value]
    broken: tuple[str, ...] = ()
    on: date | None = None
    complete: bool = False
    first: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """Where a case stands: state, latest effective values by column, earlier rounds, rounds counted by step."""

    state: str
    values: Mapping[str, Value]
    earlier: tuple[Round, ...]
    rounds: Mapping[str, int]

    @property
    def every_round(self) -> tuple[Mapping[str, Value], ...]:
        """Return the values of the latest rounds, then those of each earlier one, also as first recorded."""
        first = (one.first for one in self.earlier if one.first is not None)
        return (self.values, *(one.values for one in self.earlier), *first)


@dataclass(slots=True)
class Fold:
    """A history as far as it has been folded."""

    state: str
    values: dict[str, Value]
    seen: dict[str, list[str]] = field(default_factory=dict)  # outcomes of the current round, by step
    closed: set[str] = field(default_factory=set)  # steps whose current round has ended
    rounds: dict[str, int] = field(default_factory=dict)
    earlier: list[Round] = field(default_factory=list)
    stood: dict[str, dict[str, Value]] = field(default_factory=dict)  # without states: what stood at a step's last act

    def view(self) -> CaseView:
        """Return what has been folded so far."""
        return CaseView(self.state, self.values, tuple(self.earlier), self.rounds)


def view(entries: Sequence[Entry], edition_on: Callable[[date], Edition], given: Mapping[str, Value]) -> CaseView:
    """Return the case that ``entries`` (in the order of recording) make; ``given``: values that no step records.

    Raises StepImpossible for an entry that the state does not allow, UnknownEvidence for a field that does not exist,
    ContradictoryEvidence for a conclusion that is not that of the outcome.
    """
    fold: Fold | None = None
    for entry in entries:
        edition = edition_on(entry.occurred_on)
        if fold is None:
            fold = Fold(edition.initial or "", dict(given))
        take(fold, entry, edition)
    return CaseView("", dict(given), (), {}) if fold is None else fold.view()


def take(fold: Fold, entry: Entry, edition: Edition) -> None:
    """Add an act to a fold, under the edition of its day; raises as ``view`` does."""
    step = edition.steps.get(entry.step)
    if step is not None and entry.outcome == IRREGULAR:
        _keep_apart(fold, entry, step, edition)
        return
    if step is None or entry.outcome not in step.outcomes:
        advance(edition, fold.state, entry.step, entry.outcome)  # raises with the reason
    assert step is not None  # noqa: S101 - advance has raised
    outcome = step.outcomes[entry.outcome]
    target = advance(edition, fold.state, entry.step, entry.outcome) if edition.states else fold.state
    if not (step.repeats or outcome.adds) and (entry.step in fold.closed or _again(fold, entry, step, outcome)):
        _end_followers(fold, edition, entry.step, anew=outcome.to == fold.state)
        _end_round(fold, edition, entry.step)
    fold.rounds.setdefault(entry.step, 1)
    fold.seen.setdefault(entry.step, []).append(entry.outcome)
    _fill(fold.values, entry, step, outcome)
    if not edition.states:
        fold.stood[entry.step] = dict(fold.values)
    if outcome.reason or outcome.to:
        fold.closed.add(entry.step)
    for name in outcome.ends:
        if name in fold.seen:
            _end_round(fold, edition, name)
    if target != fold.state and _goes_back(edition, fold.state, target):
        _reopen(fold, edition, target)
    fold.state = target


def _again(fold: Fold, entry: Entry, step: StepDef, outcome: OutcomeDef) -> bool:
    """Tell whether an outcome takes the place of a decision that stands in the round.

    One that fills a day of its own on the way there (a second notice after a short one) only replaces that day.
    """
    decided = fold.values.get(f"{entry.step}.{step.day}") not in (None, ABSENT)
    decided = decided or entry.outcome in fold.seen.get(entry.step, ())
    return decided and (outcome.fills is None or outcome.reason)


def _keep_apart(fold: Fold, entry: Entry, step: StepDef, edition: Edition) -> None:
    """Keep an irregular act as an earlier round of its own: it is judged, and counts for nothing else.

    What the case holds stays as it is, so that neither the breach nor the day of the act opens the way to anything. A
    round that has begun goes on after it, under the next number.
    """
    values = dict(fold.values)
    if entry.step in fold.closed:
        values = {name: value for name, value in values.items() if not name.startswith(f"{entry.step}.")}
    _fill(values, entry, step, OutcomeDef(zh=IRREGULAR, en=IRREGULAR))
    number = fold.rounds.get(entry.step, 1)
    complete = entry.claimed in step.outcomes and not lacking(edition, replace(entry, outcome=entry.claimed))
    fold.earlier.append(Round(entry.step, number, values, entry.broken, entry.occurred_on, complete))
    fold.rounds[entry.step] = number + 1


def _fill(values: dict[str, Value], entry: Entry, step: StepDef, outcome: OutcomeDef) -> None:
    day = outcome.fills or step.day
    for name, value in outcome.sets.items():
        if entry.evidence.get(name, value) != value:
            zh = f"“{step.evidence[name].zh}”与办理结果“{outcome.zh}”不一致"
            en = f"“{step.evidence[name].en}” is not that of “{outcome.en}”"
            raise ContradictoryEvidence(Text(zh, en), Text("请核对结论和办理结果", "check conclusion and outcome"))
    for name, given in {day: entry.occurred_on, **entry.evidence, **outcome.sets}.items():
        column = f"{entry.step}.{name}"
        if outcome.adds and values.get(column) not in (None, ABSENT, given):
            zh, en = f"“{step.evidence[name].zh}”已经登记", f"“{step.evidence[name].en}” is on record already"
            raise ContradictoryEvidence(Text(zh, en), Text("有误的请更正原登记", "correct that entry if it is wrong"))
        if name not in step.evidence:
            shown = harmless(name)
            zh, en = f"步骤“{step.zh}”没有材料“{shown}”", f"“{step.en}” has no evidence “{shown}”"
            raise UnknownEvidence(Text(zh, en), Text("请去掉此项后再提交", "leave it out and submit again"))
        if step.evidence[name].type is FieldType.DAYS and isinstance(given, date):
            values[column] = _with_day(values.get(column), given)
        else:
            values[column] = given


def lacking(edition: Edition, entry: Entry) -> tuple[str, ...]:
    """Return the required evidence that an entry does not bring, in the order of the definition.

    Evidence is required of the outcome that completes the step: not of refusals and returns, which have a day of their
    own, not of what came to nothing, and not of what is irregular.
    """
    step = edition.steps[entry.step]
    outcome = step.outcomes.get(entry.outcome)
    if outcome is None or outcome.fills or outcome.incomplete:
        return ()
    there = {step.day, *outcome.sets, *(name for name, value in entry.evidence.items() if value is not None)}
    return tuple(name for name, field in step.evidence.items() if field.required and name not in there)


def _with_day(held: Value, day: date) -> tuple[date, ...]:
    return tuple(sorted({*(held if isinstance(held, tuple) else ()), day}))


def _goes_back(edition: Edition, state: str, target: str) -> bool:
    """Tell whether the move leads to an earlier state that is not an end."""
    order = list(edition.states)
    return bool(order) and order.index(target) < order.index(state)


def _reopen(fold: Fold, edition: Edition, target: str) -> None:
    """End the rounds of the numbered steps that lie beyond the state the case went back to."""
    entered = max((step.number or 0 for step in edition.steps.values() if _enters(step, target)), default=0)
    for step_id in edition.numbered:
        step = edition.steps[step_id]
        if (step.number or 0) <= entered or step_id not in fold.rounds or step_id not in fold.seen:
            continue
        if target not in step.start or _moved_beyond(fold.seen[step_id], step, edition, target):
            _end_round(fold, edition, step_id)


def _end_followers(fold: Fold, edition: Edition, repeated: str, *, anew: bool) -> None:
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


def _end_round(fold: Fold, edition: Edition, step: str) -> None:
    """Keep the round as an earlier one and clear the step's values, but for those that outlive it in this state."""
    number = fold.rounds[step]
    stood = fold.stood.pop(step) if step in fold.stood else dict(fold.values)
    fold.earlier.append(Round(step, number, stood))
    fold.rounds[step] = number + 1
    fold.seen.pop(step, None)
    fold.closed.discard(step)
    for column in [name for name in fold.values if name.startswith(f"{step}.")]:
        field = edition.fields.get(column)
        if field is None or field.kept_in is None or field.kept_in != fold.state:
            del fold.values[column]
