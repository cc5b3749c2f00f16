"""What an office is offered of a case: every outcome of a step, whether it can be brought about here, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from workflow.case.values import Value
from workflow.engine.acting import (
    Entitled,
    acting_on,
    bodies_of,
    entitled,
    entitled_in,
    line_of,
    may_act,
    require_right,
    right_for,
)
from workflow.engine.asking import filled
from workflow.engine.duties import separation
from workflow.engine.foreseen import surely_applies
from workflow.engine.forms import form_fields
from workflow.engine.reading import MOVE, CaseRecord, CaseRow
from workflow.engine.requests import TakeStep
from workflow.engine.task import Task
from workflow.engine.transfer import OFFERED_FIRST, receiving
from workflow.errors import Text
from workflow.law.kinds import Evidence
from workflow.law.model import Edition, StepDef
from workflow.law.organizations import Right
from workflow.machine import possible
from workflow.store.tables import Member, Organization, Transfer


@dataclass(frozen=True, slots=True)
class Offered:
    """An outcome of a step. ``possible``: where the case stands; ``mine``: for the actor; ``who``: all who may.

    What only adds to something that is not there is not possible: it can but be told as irregular.
    ``first``: what has to be done before anybody may.
    """

    step: str
    outcome: str
    possible: bool
    mine: bool
    who: tuple[Entitled, ...]
    first: Text | None = None


def offered(task: Task, record: CaseRecord, edition: Edition, steps: Iterable[str]) -> tuple[Offered, ...]:
    """Return every outcome of some steps, in the order of the edition; two queries at most.

    It is an offer: whether the law lets it pass on its day, and to this very person, is asked when it is handed in.
    """
    row = record.row
    here = possible(edition, row.state)
    line = line_of(task.connection, row.path, task.today)
    values = record.view().values
    found: list[Offered] = []
    for step in steps:
        if step == MOVE:
            found += _moves(task, row, edition.steps[step], here.get(step, ()))
            continue
        definition = edition.steps[step]
        right, recorders = right_for(definition), not definition.power or definition.recorded_only
        for name, outcome in definition.outcomes.items():
            bodies = bodies_of(definition, outcome)
            acting = acting_on(task.laws.organizations, line, bodies, recorders=recorders)
            who = entitled(task.laws.organizations, acting, right)
            mine = right in task.actor.rights and task.actor.organization_id in {one.id for one in acting.values()}
            fits = name in here.get(step, ()) and not adds_to_nothing(edition, step, name, values)
            found.append(Offered(step, name, fits, mine, who))
    return tuple(found)


def _moves(task: Task, row: CaseRow, definition: StepDef, here: Collection[str]) -> Iterator[Offered]:
    """Yield the outcomes of a move: for the branch to which the case is offered, for nobody before that."""
    to = task.connection.execute(
        select(Organization.id, Organization.name, Organization.kind)
        .join(Transfer, Transfer.to_id == Organization.id).where(Transfer.case_id == row.id)
    ).one_or_none()  # fmt: skip
    right = right_for(definition)
    mine = to is not None and to.id == task.actor.organization_id and right in task.actor.rights
    who = (entitled_in(task.laws.organizations, to.name, to.kind, right),) if to else ()
    for name in definition.outcomes:
        yield Offered(MOVE, name, name in here, mine, who, None if to else OFFERED_FIRST)


def adds_to_nothing(edition: Edition, step: str, outcome: str, values: Mapping[str, Value]) -> bool:
    """Tell whether an outcome only adds to what the step lacks: a further talk before the first, a report of nothing.

    Its day is one that a rule refuses for want of what no form but that of another outcome asks for.
    """
    fills = edition.steps[step].outcomes[outcome].fills
    if fills is None:
        return False
    known = {name: values.get(name) for name in edition.fields}
    asked = {f"{step}.{field.name}" for field in form_fields(edition, step, outcome)}
    return any(
        column.startswith(f"{step}.") and column not in asked and not filled(known[column])
        for rule in edition.steps[step].rules.values()
        if isinstance(rule.demand, Evidence) and rule.online == "refuse" and surely_applies(rule, known)
        if f"{step}.{fills}" in rule.demand.presupposed_by.filled
        for column in rule.demand.fields
    )


def openings(task: Task) -> tuple[tuple[str, str], ...]:
    """Return step and outcome of the acts that begin a case and that the actor's office records."""
    kinds, edition = task.laws.organizations, task.laws.law.editions[-1]
    recorded = (*task.actor.bodies, *kinds.kinds[task.actor.kind].records_for)
    return tuple(
        (step, name)
        for step, definition in edition.steps.items()
        if definition.opens and right_for(definition) in task.actor.rights
        for name, outcome in definition.outcomes.items()
        if set(bodies_of(definition, outcome)) & set(recorded)
    )


def require_entitled(task: Task, row: CaseRow, edition: Edition, step: str, outcome: str) -> None:
    """Raise what handing in this outcome would raise for want of a right or for a conflict of duties."""
    definition = edition.steps[step]
    asked = TakeStep(key="", case=row.number, seen=row.head.entries, step=step, outcome=outcome, occurred_on="")
    if receiving(task, row, asked) is None:
        kinds = task.laws.organizations
        may_act(task.connection, kinds, task.actor, row, definition, definition.outcomes[outcome])
    separation(task.connection, task.laws.organizations, task.actor, row)


def names_on_roster(task: Task) -> tuple[str, ...]:
    """Return who stands on the roster of the actor's own organization, for naming somebody; raises NotEntitled."""
    require_right(task.actor, Right.READ)
    lines = select(Member.name).where(Member.organization_id == task.actor.organization_id).order_by(Member.id)
    return tuple(dict.fromkeys(task.connection.scalars(lines)))
