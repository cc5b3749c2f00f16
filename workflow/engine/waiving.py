"""Who may ask for a waiver, and who approves it: nobody lets rest what concerns the own house.

The approver's organization has the power to approve (art. 22) and lies strictly above the one that asks; it neither
took the step that the finding is about nor decides it for the case; and the person neither asked, nor wrote or
confirmed an entry of that step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from workflow.case.facts import World
from workflow.case.record import EntryKind
from workflow.case.rhythms import Missed, Rhythm
from workflow.engine.acting import NotEntitled, acting_on, entitled_in, line_of, require_right
from workflow.engine.duties import ConflictOfDuties, Deeds, deeds_of, separated
from workflow.engine.reading import CaseRecord, CaseRow
from workflow.engine.scope import OrganizationRow
from workflow.engine.task import Task
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.law.organizations import Organizations, Right
from workflow.rules.rulebook import Rulebook
from workflow.store.tables import FindingEvent, Organization

ART = "art. 22"
LONGEST_WAIVER = 366  # days: a deviation that lasts is looked at again each year
ANOTHER = Text("请由另一人批准", "another person approves it")
OWN_STEP = Text("此步骤由本组织办理，不能批准其豁免", "the own organization took this step or decides it")
ABOVE = Text(
    "豁免由申请单位的上级、有审批权限的党委批准（第22条）",
    "a committee with the power, above who asks, approves a waiver (art. 22)",
)
NOBODY = Text(
    "本系统中没有可以批准这一豁免的上级党委：豁免由申请单位的上级、且未办理此步骤的党委批准（第22条）",
    "no committee in this installation may approve: it lies above who asks and did not take this step (art. 22)",
)
ON_PAPER = Text(
    "请书面报上级党委；收到批复后，在“说明整改情况”中填写批复文号。上级党委在本系统中设立后可在此申请",
    "ask the superior on paper, and give the number of its answer as the paper of your own answer; once that committee"
    " has a place in this installation it can be asked here",
)


class NotWaivable(WorkflowError):  # noqa: N818 - errors are named as facts
    """The definitions say that this rule cannot be waived."""


class NobodyAbove(WorkflowError):  # noqa: N818 - errors are named as facts
    """No organization of this installation could approve the waiver: asked for, it would wait for ever."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a waiver of a finding turns on. ``line``: of the branch that has the case; ``deeds``: of the actor in it.

    ``house``: the organizations that took the step or decide it; ``hands``: who wrote or confirmed an entry of it.
    """

    record: CaseRecord
    rule: str
    line: tuple[OrganizationRow, ...]
    deeds: Deeds
    house: frozenset[int]
    hands: frozenset[int]


@dataclass(frozen=True, slots=True)
class Request:
    """A waiver that waits: who asked (a deputy's principal, too), and the scope of the organization that did."""

    by: frozenset[int]
    scope: str


def require_waivable(book: Rulebook, rule: str) -> None:
    """Raise NotWaivable if any wording of a rule says so, or there is none.

    Without a wording is what an irregular act lacked altogether, or did in a state that does not allow it.
    """
    wordings = [period.edition.rules[rule][1] for period in book.periods if rule in period.edition.rules]
    if not wordings:
        raise NotWaivable(
            Text("材料不全或者程序颠倒的办理不得豁免", "what lacks or was done out of turn cannot be waived"),
            Text("请更正登记，或者依规重新办理", "put the facts on record, or take the step again"),
        )
    if any(not wording.waivable for wording in wordings):
        raise NotWaivable(
            Text("表决、年龄、审批权限等规定不得豁免", "a rule on votes, age or power cannot be waived"),
            Text("请依规重新办理", "do again what the rule demands"),
        )


def latest_end(task: Task, record: CaseRecord, finding: tuple[str, str, int]) -> date:
    """Return the last day until which a finding – rule, step, round – may rest.

    Where acts are due again and again that is the day by which the next one is due: all that is missed is one finding,
    and a waiver covers what had been missed when it was asked for. What is left out altogether is missed once a period.
    """
    rule, step, number = finding
    view, latest = record.view(), task.today + timedelta(LONGEST_WAIVER)
    values = next((one.values for one in view.earlier if (one.step, one.number) == (step, number)), view.values)
    facts = {fact for one in record.book.judged if one.rule.id == rule for fact in one.clause.facts}
    rhythms = [fact for fact in facts if isinstance(fact, Rhythm)]
    columns = record.book.columns(values, World(task.laws.calendar)) if rhythms else {}
    for rhythm in rhythms:
        missed = rhythm.missed(columns)
        due = missed.next_on if isinstance(missed, Missed) else None
        while due is not None and due < task.today:
            due = rhythm.following(due)
        latest = min(latest, due or latest)
    return latest


def matter(task: Task, record: CaseRecord, rule: str, step: str) -> Matter:
    """Return what a waiver of a finding of a step turns on, in two queries.

    A correction is an entry of the step, too. What was attested was not done by who attests it; whoever decides a step
    with power answers for its delay as well.
    """
    steps = {step, rule.partition(".")[0]}
    line = line_of(task.connection, record.row.path, task.today)
    numbers = {one.number for one in record.recorded() if one.step in steps}
    own = [one for one in record.entries if {one.recorded.number, one.recorded.supersedes} & numbers]
    took = {one.organization_id for one in own if one.recorded.kind in (EntryKind.ACT, EntryKind.OPENED)}
    hands = {who for one in own for who in (one.account_id, one.principal_id, one.confirmed_by) if who is not None}
    decides = set(_deciding(task.laws.organizations, line, record.book, steps))
    deeds = deeds_of(task.connection, record.row, task.actor.persons)
    return Matter(record, rule, line, deeds, frozenset(took | decides), frozenset(hands))


def _deciding(
    organizations: Organizations, line: Sequence[OrganizationRow], book: Rulebook, steps: set[str]
) -> Iterator[int]:
    """Yield, for each wording of steps that take power, the nearest organization that has it."""
    for period in book.periods:
        for step in (period.edition.steps[name] for name in steps & set(period.edition.steps)):
            acting = acting_on(organizations, line, step.power, recorders=step.recorded_only)
            yield from (row.id for row in sorted(acting.values(), key=lambda row: -len(row.path))[:1])


def has_power(organizations: Organizations, kind: str, edition: Edition) -> bool:
    """Tell whether organizations of a kind stand in the line above those that hold cases, with a power to approve."""
    powers = {body for step in edition.steps.values() for body in step.power}
    known = organizations.kinds[kind]
    return not known.attached and not known.holds_cases and not powers.isdisjoint(known.bodies)


def approvers(task: Task, about: Matter, asking: str) -> tuple[OrganizationRow, ...]:
    """Return the organizations that may approve what one with the scope ``asking`` asks for, the nearest first."""
    edition, organizations = task.laws.book().newest, task.laws.organizations
    return tuple(
        row
        for row in about.line
        if has_power(organizations, row.kind, edition)
        and asking.startswith(row.path) and asking != row.path
        and row.id not in about.house
    )  # fmt: skip


def may_ask(task: Task, about: Matter) -> OrganizationRow:
    """Return the nearest organization that may approve; raise unless the actor may ask for a waiver of a finding.

    Raises NotEntitled, ConflictOfDuties, NotWaivable, NobodyAbove. A case that is only offered to the own branch is
    not yet its own.
    """
    require_right(task.actor, Right.RECORD)
    if not about.record.row.path.startswith(task.actor.path):
        raise NotEntitled(Text("档案接收之后方可申请豁免", "a waiver can be asked for once the case is taken over"))
    require_waivable(about.record.book, about.rule)
    separated(task.laws.organizations, task.actor, about.record.row, about.deeds)
    found = approvers(task, about, task.actor.path)
    if not found:
        raise NobodyAbove(NOBODY, ON_PAPER)
    return found[0]


def may_settle(task: Task, about: Matter, request: Request) -> None:
    """Raise NotEntitled or ConflictOfDuties unless the actor may approve or decline what was asked for."""
    actor, organizations = task.actor, task.laws.organizations
    require_right(actor, Right.DECIDE)
    able = approvers(task, about, request.scope)
    if actor.organization_id not in {row.id for row in able}:
        offices = [entitled_in(organizations, row.name, row.kind, Right.DECIDE) for row in able]
        raise NotEntitled(OWN_STEP if actor.organization_id in about.house else ABOVE, ART, offices)
    if actor.persons & request.by:
        raise ConflictOfDuties(Text("不能批准自己申请的豁免", "nobody approves a waiver that they asked for"), ANOTHER)
    if actor.persons & about.hands:
        what = Text("您登记或者复核过此步骤，不能批准其豁免", "you wrote or confirmed an entry of this step")
        raise ConflictOfDuties(what, ANOTHER)
    separated(organizations, actor, about.record.row, about.deeds)


def may_take_back(task: Task, case: CaseRow, request: Request) -> bool:
    """Tell whether the actor asked, or is who a deputy asked for, and still sees the case as its own scope."""
    return bool(task.actor.persons & request.by) and case.path.startswith(task.actor.path)


def request_of(task: Task, event: int) -> tuple[Request, Any]:
    """Return the waiver that was asked for by an event, and the event."""
    row = task.connection.execute(_REQUEST, {"event": event}).one()
    return Request(frozenset({row.account_id, row.principal_id} - {None}), row.scope), row


_SERVED = aliased(Organization)
_REQUEST = (
    select(*FindingEvent.__table__.columns, func.coalesce(_SERVED.path, Organization.path).label("scope"))
    .join(Organization, Organization.id == FindingEvent.organization_id)
    .outerjoin(_SERVED, _SERVED.id == Organization.serves_id)
    .where(FindingEvent.id == bindparam("event"))
)
