"""The record of a case: entries as they were written down, and the history that is in effect after all amendments.

Lived acts move the state step by step. Attested ones (a ledger's past) are taken as found: they leave their values, and
the cutover entry after them says in which state replay goes on. A correction changes facts, never step or outcome; a
withdrawal makes an earlier entry count no longer. Nothing disappears: what was amended stays in the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from workflow.case.history import IRREGULAR, CaseView, Entry, Fold, UnknownEvidence, take
from workflow.case.values import ABSENT, Value
from workflow.errors import Text
from workflow.law.model import Edition, LapsedVote
from workflow.plain import harmless


class EntryKind(StrEnum):
    """What an entry is."""

    OPENED = "opened"  # the case begins: facts about the person
    ACT = "act"  # a step was taken; its outcome may be irregular
    ATTESTED = "attested"  # an act of the past, taken over as found from a ledger or another system
    CUTOVER = "cutover"  # where attested history ends: its outcome is the state in which replay goes on
    CORRECTION = "correction"  # other facts for an earlier entry
    WITHDRAWAL = "withdrawal"  # an earlier entry no longer counts
    OFFERED = "offered"  # the case is offered to another branch


AMENDING = frozenset({EntryKind.CORRECTION, EntryKind.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it was written down. Days are the office's.

    ``evidence``: by field of the step; of an opening, by column (``person.born_on``). A correction holds what changed,
    ``None`` for what is taken away, and its ``occurred_on`` only if the day changed. ``outcome`` of a cutover: a state.
    ``broken``: the rules that an irregular act was found to break when it was recorded, as it was ``claimed`` to end.
    """

    number: int
    kind: EntryKind
    recorded_on: date
    step: str | None = None
    outcome: str | None = None
    occurred_on: date | None = None
    evidence: Mapping[str, Value] = field(default_factory=dict)
    supersedes: int | None = None
    broken: tuple[str, ...] = ()
    claimed: str | None = None


def effective(recorded: Iterable[Recorded], as_of: date | None = None) -> tuple[Recorded, ...]:
    """Return the entries in effect, in the order of recording, with their corrections laid over them.

    ``as_of``: only what was recorded by the end of that day. Amendments themselves are not among the entries returned.
    """
    known = [entry for entry in recorded if as_of is None or entry.recorded_on <= as_of]
    withdrawn = {entry.supersedes for entry in known if entry.kind is EntryKind.WITHDRAWAL}
    standing = {entry.number: entry for entry in known if entry.kind not in AMENDING and entry.number not in withdrawn}
    for entry in known:
        amended = standing.get(entry.supersedes or 0)
        if entry.kind is EntryKind.CORRECTION and entry.number not in withdrawn and amended is not None:
            standing[amended.number] = replace(
                amended,
                occurred_on=entry.occurred_on or amended.occurred_on,
                evidence={**amended.evidence, **entry.evidence},
            )
    return tuple(standing.values())


def known_part(entry: Recorded, edition: Edition) -> Recorded | None:
    """Return what an edition knows of an entry that was recorded under another law; None: not even its step.

    Local practice may end or be left behind: what it added stays in the record and says nothing any more.
    """
    if entry.kind not in (EntryKind.ACT, EntryKind.ATTESTED):
        return entry
    step = edition.steps.get(entry.step or "")
    if step is None or (
        entry.kind is EntryKind.ACT and entry.outcome != IRREGULAR and entry.outcome not in step.outcomes
    ):
        return None
    if entry.evidence.keys() <= step.evidence.keys():
        return entry
    return replace(entry, evidence={key: value for key, value in entry.evidence.items() if key in step.evidence})


def replay(entries: Sequence[Recorded], edition_on: Callable[[date], Edition], given: Mapping[str, Value]) -> CaseView:
    """Return the case that effective entries make; ``given``: values that no entry holds (the branch of the case).

    What is given as absent, because the source of an imported past does not keep it, is blank from the first lived act
    of its step on: that act brought all there was to bring.

    Raises StepImpossible, UnknownEvidence and ContradictoryEvidence, as ``workflow.case.history.view`` does.
    """
    return replay_with(entries, (), edition_on, given)[0]


def replay_with(
    entries: Sequence[Recorded],
    more: Sequence[Recorded],
    edition_on: Callable[[date], Edition],
    given: Mapping[str, Value],
) -> tuple[CaseView, CaseView]:
    """Return the case that effective entries make, and the case that they make with ``more`` after them.

    As ``replay`` would give each of them, and raising as it does; what both share is replayed once.
    """
    every = [*entries, *more]
    if not every:
        nothing = CaseView("", dict(given), (), {})
        return nothing, nothing
    fold = Fold(edition_on(every[0].occurred_on or every[0].recorded_on).initial or "", dict(given))
    unkept = tuple(name for name, value in given.items() if value is ABSENT)
    _replay(fold, entries, edition_on, unkept)
    before = fold.view() if entries else CaseView("", dict(given), (), {})
    if not more:
        return before, before
    before = replace(before, values=dict(before.values), rounds=dict(before.rounds))  # the fold goes on with its own
    _replay(fold, more, edition_on, unkept)
    return before, fold.view()


def _replay(
    fold: Fold, entries: Iterable[Recorded], edition_on: Callable[[date], Edition], unkept: Sequence[str]
) -> None:
    for entry in entries:
        day = entry.occurred_on or entry.recorded_on
        match entry.kind:
            case EntryKind.OPENED:
                fold.values |= entry.evidence
            case EntryKind.ACT:
                take(fold, act_of(entry), edition_on(day))
                _keep_from_now(fold, f"{entry.step}.", unkept)
            case EntryKind.ATTESTED:
                _attest(fold, entry, edition_on(day))
            case EntryKind.CUTOVER:
                fold.state = entry.outcome or fold.state
            case _:  # an offer moves nothing until it is taken up
                pass


def act_of(entry: Recorded) -> Entry:
    """Return the act that a recorded entry of a lived step is; raises ValueError for any other entry."""
    if entry.step is None or entry.outcome is None or entry.occurred_on is None:
        raise ValueError(f"entry {entry.number} is no act")
    return Entry(entry.step, entry.outcome, entry.occurred_on, entry.evidence, entry.broken, entry.claimed)


def _keep_from_now(fold: Fold, step: str, unkept: Iterable[str]) -> None:
    """Take as blank what a lived act has not brought, though the source of the past did not keep it."""
    for name in unkept:
        if name.startswith(step) and fold.values.get(name) is ABSENT:
            del fold.values[name]


def _attest(fold: Fold, entry: Recorded, edition: Edition) -> None:
    """Take over the values of a step as they were found, whatever they break."""
    name = entry.step or ""
    step = edition.steps.get(name)
    if step is None or not entry.evidence.keys() <= step.evidence.keys():
        zh, en = (
            f"没有步骤“{harmless(name)}”或者所列材料",
            f"there is no step “{harmless(name)}”, or no such evidence of it",
        )
        raise UnknownEvidence(Text(zh, en), Text("请核对步骤和各项材料", "check the step and its evidence"))
    fold.values |= {f"{name}.{key}": value for key, value in entry.evidence.items()}
    fold.rounds.setdefault(name, 1)
    shown = [outcome for outcome in reached(edition, name, fold.values) if outcome not in fold.seen.get(name, ())]
    fold.seen.setdefault(name, []).extend(shown)
    if any(step.outcomes[outcome].reason or step.outcomes[outcome].to for outcome in shown):
        fold.closed.add(name)


def furthest(edition: Edition, values: Mapping[str, Value]) -> str:
    """Return the state that attested values show: that of the furthest step reached (convention 4 of the ledger).

    A step of which a day is there shows that the case stood where the step can be taken; an outcome whose day and
    conclusion are there, that it went where the outcome leads. Nothing reached: the first state after the initial one.
    """
    order = list(edition.states)
    shown = [order[1]]
    for name in edition.numbered:
        step = edition.steps[name]
        if any(_stands(values.get(column)) for column in edition.day_columns(name)):
            shown += sorted((state for state in step.start if state != edition.initial), key=order.index)[:1]
        shown += [to for outcome in reached(edition, name, values) if (to := step.outcomes[outcome].to)]
    return max(shown, key=order.index)


def reached(edition: Edition, name: str, values: Mapping[str, Value]) -> Iterator[str]:
    """Yield the outcomes of a step whose day and conclusions the values show."""
    step = edition.steps[name]
    for outcome, definition in step.outcomes.items():
        if not _stands(values.get(f"{name}.{definition.fills or step.day}")):
            continue
        said = {field: _conclusion(edition, name, field, values) for field in definition.sets}
        concluded = said == definition.sets or (
            definition.to is not None and not any(map(_stands, said.values())) and _carried(edition, name, values)
        )
        if concluded:
            yield outcome


def _carried(edition: Edition, name: str, values: Mapping[str, Value]) -> bool:
    """Tell whether a vote whose result was not written down shows it: what followed, or the figures (convention 9)."""
    votes = (derived.how for derived in edition.derived.values() if isinstance(derived.how, LapsedVote))
    vote = next((how for how in votes if how.lapsed_vote == name), None)
    if vote is None:
        return False
    due, in_favour = (values.get(column) for column in vote.votes())
    carried = isinstance(due, int) and isinstance(in_favour, int) and 2 * in_favour > due
    return carried or any(_stands(values.get(column)) for column in vote.unless.filled)


def _stands(value: Value) -> bool:
    """Tell whether something stands there, readable or not; what the source does not keep does not."""
    return value is not None and value is not ABSENT


def _conclusion(edition: Edition, name: str, field: str, values: Mapping[str, Value]) -> Value:
    """Return what a step concluded; where that was not written down, what the last step before it resolved."""
    before = edition.numbered[: edition.numbered.index(name) + 1] if name in edition.numbered else (name,)
    said = (values.get(f"{earlier}.{field}") for earlier in reversed(before))
    return next(filter(_stands, said), None)
