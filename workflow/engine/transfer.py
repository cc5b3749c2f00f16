"""Moving a case to another branch: offered by the one, taken over or returned by the other (art. 12, art. 34)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import Row, delete, insert, select

from workflow.case.history import IRREGULAR
from workflow.case.record import EntryKind, Recorded
from workflow.engine.accounts import own_account_for
from workflow.engine.acting import require_right
from workflow.engine.duties import own_case
from workflow.engine.offices import standing
from workflow.engine.reading import HANDED_OVER, MOVE, CaseRecord, CaseRow
from workflow.engine.requests import Correct, Offer, TakeStep
from workflow.engine.scope import UnknownOrganization
from workflow.engine.task import Answer, NotForThisOrganization, Task, day_in
from workflow.engine.writing import Draft, append
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right
from workflow.machine import advance
from workflow.store.tables import Office, Organization, Person, Proposal, SubmissionStatus, Transfer

OFFERED_FIRST = Text(
    "先由转出党支部提出转出，再由接收党支部核查接收", "the branch that has it offers it, the other takes it over"
)


class AlreadyOffered(WorkflowError):  # noqa: N818 - errors are named as facts
    """The case is offered to another branch already."""


class NotOpen(WorkflowError):  # noqa: N818 - errors are named as facts
    """The offer has been answered already, or has lapsed."""


def offer(task: Task, row: CaseRow, request: Offer) -> Answer:
    """Offer the case to another branch. Nothing moves until it is taken over."""
    if task.actor.organization_id != row.organization_id or "branch" not in task.actor.bodies:
        raise NotForThisOrganization(
            Text("由现所在党支部提出转出", "the branch that has the case offers it"),
            Text("请由现所在党支部办理", "let that branch do it"),
        )
    if task.connection.scalar(select(Transfer.case_id).where(Transfer.case_id == row.id)) is not None:
        raise AlreadyOffered(
            Text("已经提出转出，尚未被接收", "it is offered already and not yet taken over"),
            Text("请等待接收，或者先撤回", "wait until it is taken over, or withdraw the offer"),
        )
    require_right(task.actor, Right.RECORD)
    to = _destination(task, row, request.to)
    day = day_in(request.occurred_on, task.today)
    edition = task.laws.book().edition_on(day)
    advance(edition, row.state, MOVE, HANDED_OVER)  # raises where nothing can move any more
    draft = Draft(
        kind=EntryKind.OFFERED, edition=edition, step=MOVE, occurred_on=day, reason=request.reason,
        notes={"to": to.uid.hex},
    )  # fmt: skip
    end = append(task.connection, row.head, [draft], task.author(), task.now)
    values = {"case_id": row.id, "to_id": to.id, "to_path": to.path, "entry_number": end.entries}
    task.connection.execute(insert(Transfer), values)
    return Answer(SubmissionStatus.RECORDED, row.number, row.state, end.entries)


def _destination(task: Task, row: CaseRow, uid: str) -> Row[int, UUID, str]:
    """Return id, uid and path of another open branch; raises UnknownOrganization."""
    kinds = task.laws.organizations.case_kinds
    columns = select(Organization.id, Organization.uid, Organization.path)
    here = (Organization.kind.in_(kinds), standing(task.today), Organization.id != row.organization_id)
    try:
        asked = columns.where(Organization.uid == UUID(uid), *here).with_for_update(read=True)
        found = task.connection.execute(asked).one_or_none()
    except ValueError:
        found = None
    if found is None:
        raise UnknownOrganization(
            Text("没有这个接收党支部", "there is no such branch to take it over"),
            Text("请核对接收党支部", "check which branch is meant"),
        )
    return found


def receiving(task: Task, row: CaseRow, request: TakeStep) -> str | None:
    """Return as which body the actor takes over or returns an offered case; None: the step is no move.

    Raises NotForThisOrganization when the case is not offered to the actor's branch.
    """
    if request.step != MOVE:
        return None
    offered = task.connection.scalar(select(Transfer.to_id).where(Transfer.case_id == row.id))
    if offered != task.actor.organization_id:
        raise NotForThisOrganization(
            Text("没有向您所在党支部提出转入", "the case is not offered to your branch"),
            OFFERED_FIRST,
        )
    require_right(task.actor, Right.RECORD)
    own_case(task.connection, task.actor, replace(row, organization_id=offered))  # as if it stood there already
    return "branch"


def open_offer(record: CaseRecord) -> int | None:
    """Return the number of the offer that the entries leave open: not withdrawn, answered or lapsed; None: none is."""
    withdrawn = {entry.supersedes for entry in record.recorded() if entry.kind is EntryKind.WITHDRAWAL}
    found = None
    for entry in record.recorded():
        if entry.kind is EntryKind.OFFERED and entry.number not in withdrawn:
            found = entry.number
        elif entry.kind is EntryKind.ACT and _closes(record, entry):  # for good, even if the act is withdrawn
            found = None
    return found


def _closes(record: CaseRecord, act: Recorded) -> bool:
    """Tell whether an act answers an open offer, or leads to where nothing moves."""
    steps = record.book.edition_on(act.occurred_on or act.recorded_on).steps
    outcome = steps[act.step].outcomes.get(act.outcome or "") if act.step in steps else None
    return outcome is not None and (act.step == MOVE or (outcome.to or steps[MOVE].start[0]) not in steps[MOVE].start)


def take_back(task: Task, row: CaseRow, number: int) -> None:
    """Close the offer that an entry made, by anybody in the branch that has the case, whatever came since.

    Raises NotForThisOrganization, NotEntitled, and NotOpen when it was answered or lapsed.
    """
    if task.actor.organization_id != row.organization_id:
        raise NotForThisOrganization(
            Text("由现所在党支部撤回转出", "the branch that has the case takes its offer back"),
            Text("请由现所在党支部办理", "let that branch do it"),
        )
    require_right(task.actor, Right.RECORD)
    here = (Transfer.case_id == row.id, Transfer.entry_number == number)
    if task.connection.execute(delete(Transfer).where(*here)).rowcount != 1:
        raise NotOpen(
            Text("此次转出已经答复或者失效", "the offer has been answered or has lapsed"),
            Text("请查看最新情况", "look at the case again"),
        )


def hand_over(task: Task, row: CaseRow, entry: Recorded, state: str) -> dict[str, object]:
    """Close the offer that an act answers or that lapses with it; return what of the case changes with a hand-over.

    An offer lapses when the case reaches a ``state`` from which nothing moves. What is irregular answers nothing.
    """
    if entry.kind is not EntryKind.ACT or entry.outcome == IRREGULAR:
        return {}
    edition = task.laws.book().edition_on(entry.occurred_on or task.today)
    if entry.step == MOVE or state not in edition.steps[MOVE].start:
        task.connection.execute(delete(Transfer).where(Transfer.case_id == row.id))
    if (entry.step, entry.outcome) != (MOVE, HANDED_OVER):
        return {}
    _lapse(task, row)
    name_key = task.connection.scalar(select(Person.name_key).where(Person.case_id == row.id))
    actor = task.actor
    own = own_account_for(task.connection, actor.organization_id, name_key) if name_key else None
    return {
        "organization_id": actor.organization_id,
        "path": open_path(task, actor.organization_id),
        "own_account_id": row.own_account_id or own,
    }


def open_path(task: Task, organization_id: int) -> str:
    """Return where an open branch stands, which stays so, and it open, until the transaction ends.

    Raises UnknownOrganization when it was closed a moment ago.
    """
    here = select(Organization.path).where(Organization.id == organization_id, standing(task.today))
    path = task.connection.execute(here.with_for_update(read=True)).scalar_one_or_none()
    if path is None:
        raise UnknownOrganization(
            Text("该党支部已经撤销", "the branch has been closed"),
            Text("请选择其他党支部", "choose another branch"),
        )
    return path


def _lapse(task: Task, row: CaseRow) -> None:
    """Put away what waits for a second person and speaks of the case as it stood in the former branch.

    What others, a committee for one, want to correct in their own entries still stands.
    """
    table = Proposal
    query = select(table.submission_id, table.request, Office.organization_id).join(
        Office, Office.id == table.office_id
    )
    lapsed = [
        one.submission_id
        for one in task.connection.execute(query.where(table.case_id == row.id))
        if one.organization_id == row.organization_id or one.request["action"] != Correct.action
    ]
    if lapsed:
        task.connection.execute(delete(table).where(table.submission_id.in_(lapsed)))
