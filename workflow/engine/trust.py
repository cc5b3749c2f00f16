"""Which past an office may attest: what takes the power to decide (art. 22) is attested by an organization that has it.

A branch that attested its committee's decisions would admit members by writing them into a sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow.case.record import EntryKind, effective
from workflow.case.values import ABSENT, Value
from workflow.engine.acting import require_right
from workflow.engine.evidence import days_done
from workflow.engine.laws import Laws
from workflow.engine.offices import Actor
from workflow.engine.reading import CaseRecord
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.law.organizations import Right


def may_attest(actor: Actor) -> None:
    """Raise NotEntitled unless the office may take over a past: it records, and is trusted with a second person's word.

    It attests what others did. That leaves the offices of a branch, of the committees above it and of the department.
    """
    require_right(actor, Right.RECORD)
    require_right(actor, Right.CONFIRM)


def past_until(record: CaseRecord) -> date | None:
    """Return the day on which the past of a case was taken over first: what came later is no past; None: none was."""
    cutovers = (entry for entry in effective(record.recorded()) if entry.kind is EntryKind.CUTOVER)
    return min((entry.recorded_on for entry in cutovers), default=None)


def since(edition: Edition, values: Mapping[str, Value], until: date | None) -> frozenset[str]:
    """Return the steps of which a day among ``values`` lies after ``until``: they were not done in the past."""
    return frozenset(
        column.partition(".")[0]
        for column, value in values.items()
        if until is not None and any(day > until for day in days_done(edition.fields.get(column), value))
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a procedure leaves to those without power: not ``powered`` steps, ``states`` reached without."""

    powered: frozenset[str]
    states: frozenset[str]


class Trust:
    """What an office may attest of the people in its scope."""

    def __init__(self, laws: Laws, actor: Actor) -> None:
        """Ask whether the actor's organization acts as a body that has power to decide anything."""
        steps = [step for edition in laws.law.editions for step in edition.steps.values()]
        self.has_power = any(body in step.power for step in steps for body in actor.bodies)
        self._known: dict[tuple[date, tuple[str, ...]], _Reach] = {}

    def hindrance(
        self, edition: Edition, values: Mapping[str, Value], state: str, before: str | None = None
    ) -> Text | None:
        """Return why the office does not attest ``values`` that show ``state``; None: it may.

        A step that takes power, and a state that nobody reaches without one, are attested by whoever has it.
        ``before``: the state in which the case stands already.
        """
        if self.has_power:
            return None
        reach = self._reach(edition)
        filled = {column.partition(".")[0] for column, value in values.items() if value not in (None, ABSENT)}
        if theirs := [name for name in edition.steps if name in filled & reach.powered]:
            step = edition.steps[theirs[0]]
            return _theirs(step.zh, step.en)
        if state == before or state in reach.states:
            return None
        known = edition.states.get(state)
        return _theirs(known.zh, known.en) if known else _theirs(state, state)

    def _reach(self, edition: Edition) -> _Reach:
        key = (edition.edition, tuple(edition.overlays))
        if key not in self._known:
            self._known[key] = _reach_of(edition)
        return self._known[key]


def _reach_of(edition: Edition) -> _Reach:
    """Follow the outcomes of all steps that take no power, from the initial state on."""
    powered = frozenset(name for name, step in edition.steps.items() if step.power)
    moves = {
        (start, outcome.to)
        for name, step in edition.steps.items()
        for outcome in step.outcomes.values()
        for start in outcome.start or step.start
        if name not in powered and outcome.to is not None
    }
    reached: set[str] = set()
    ahead = {edition.initial or ""}
    while ahead:
        reached |= ahead
        ahead = {to for start, to in moves if start in reached} - reached
    return _Reach(powered, frozenset(reached))


def _theirs(zh: str, en: str) -> Text:
    return Text(
        f"“{zh}”须有审批权限的组织决定，请由其（党委、工委、组织部门）导入",
        f"“{en}” takes an organization with the power to decide: let it (committee, work committee, department) import",
    )
