"""The desk: where submissions come in. One transaction each: the same click twice gets the first answer.

Read, judge, write; refused submissions are recorded, in a second transaction, under the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from workflow.calendar.office import office_day
from workflow.engine import amend, steps, transfer
from workflow.engine.batches import require_in_effect
from workflow.engine.duties import may_confirm, separation
from workflow.engine.evidence import text_of
from workflow.engine.laws import Laws
from workflow.engine.log import Place, write
from workflow.engine.log_acts import LogAct
from workflow.engine.naming import KINDS
from workflow.engine.offices import Actor, NoOffice, actor_of
from workflow.engine.reading import CaseRow, read_record
from workflow.engine.requests import (
    CaseRequest,
    Confirm,
    Correct,
    Offer,
    OpenCase,
    Request,
    Supplement,
    TakeStep,
    Withdraw,
    plain_of,
    request_of,
    sound,
)
from workflow.engine.scope import UnknownCase, find_case
from workflow.engine.submissions import (
    KeyReused,
    RefusedBefore,
    earlier_answer,
    recorded,
    row_of,
    why_refused,
)
from workflow.engine.task import Answer, CaseChanged, Task
from workflow.engine.writing import CaseMoved
from workflow.errors import Text, WorkflowError
from workflow.seal import Plain
from workflow.store.database import Database
from workflow.store.failures import BUSY, DatabaseBusy, DatabaseUnavailable, retrying
from workflow.store.tables import Case, Proposal, Submission, SubmissionStatus

Clock = Callable[[], datetime]
OPENED = 1  # entries of a case that is opened and whose first step waits


class UnknownProposal(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no such proposal waiting for confirmation."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who submits: an account, in one of its offices."""

    account_id: int
    office_id: int


class Desk:
    """Deals with submissions, one transaction each."""

    def __init__(self, database: Database, laws: Laws, clock: Clock) -> None:
        """``clock`` returns the present instant, aware."""
        self.database, self.laws, self.clock = database, laws, clock

    def submit(self, who: Login, request: Request) -> Answer:
        """Deal with one submission and return what came of it.

        Raises StepRefused with every reason, ReasonNeeded, CaseChanged, NotEntitled, ConflictOfDuties, UnknownCase,
        StepImpossible and their like; each is recorded as a refused submission. Not recorded: UnsoundRequest, NoOffice
        and what says nothing of the request. A second person's word that is needed is no error: the answer says that it
        waits.
        """
        sound(request)
        request = _trimmed(request)
        now = self.clock()
        try:
            return retrying(lambda: self._deal(who, request, now))
        except (DatabaseBusy, DatabaseUnavailable, RefusedBefore, KeyReused, NoOffice):
            raise
        except WorkflowError as error:
            why = why_refused(error)
            retrying(lambda: self._refused(who, request, now, why))
            raise

    def _deal(self, who: Login, request: Request, now: datetime) -> Answer:
        try:
            with self.database.write() as connection:
                actor = actor_of(connection, self.laws.organizations, who.account_id, who.office_id, office_day(now))
                task = Task(connection, self.laws, actor, now)
                try:
                    case = _locked(connection, actor, request)
                except UnknownCase:
                    if known := earlier_answer(connection, who.account_id, who.office_id, request):  # it has left since
                        return known
                    raise
                known = earlier_answer(connection, who.account_id, who.office_id, request)
                return known or _submitted(task, case, request, _perform(task, case, request))
        except CaseMoved as error:
            raise DatabaseBusy(*BUSY) from error

    def _refused(self, who: Login, request: Request, now: datetime, why: Mapping[str, Any]) -> None:
        """Record that a submission was refused: which rules it broke, no words and nobody's name."""
        with self.database.write() as connection:
            key = (Submission.account_id == who.account_id, Submission.key == request.key)
            if connection.scalar(select(Submission.id).where(*key)) is not None:
                return
            case = select(Case.id).where(Case.number == request.case) if isinstance(request, CaseRequest) else None
            case_id = connection.scalar(case) if case is not None and why["error"] != "UnknownCase" else None
            row = row_of(who.account_id, request, case_id, now, SubmissionStatus.REFUSED, why)
            submission = recorded(connection, row, request, who.office_id)
            self._log_refused(connection, who, case_id, now, {"action": request.action, "submission": submission})

    def _log_refused(
        self, connection: Connection, who: Login, case_id: int | None, now: datetime, about: Mapping[str, Plain]
    ) -> None:
        """Write a refused submission into the log; one whose office is gone meanwhile has no place there."""
        try:
            actor = actor_of(connection, self.laws.organizations, who.account_id, who.office_id, office_day(now))
        except NoOffice:
            return
        found = connection.execute(select(Case.uid, Case.path).where(Case.id == case_id)).one_or_none()
        case = (case_id, found.uid) if found is not None and case_id is not None else None
        place = Place(found.path if found else actor.path, (actor.organization_id, actor.organization_uid), case)
        write(connection, LogAct.REFUSED, now, (actor.account_id, actor.account_uid), place, about)


def _locked(connection: Connection, actor: Actor, request: Request) -> CaseRow | None:
    """Return the case that a request is about, locked; None: it opens one. Raises UnknownCase."""
    return find_case(connection, actor, request.case, lock=True) if isinstance(request, CaseRequest) else None


def _trimmed(request: Request) -> Request:
    """Return a request with its reason as it is kept; raises UnreadableEvidence."""
    reason = getattr(request, "reason", None)
    return request if reason is None else replace(request, reason=text_of(reason, Text("理由", "reason")))  # type: ignore[call-arg]  # it has one


def _perform(task: Task, case: CaseRow | None, request: Request) -> Answer:
    if isinstance(request, OpenCase):
        return steps.open_case(task, request)
    if case is None or not isinstance(request, CaseRequest):
        raise TypeError(f"nothing is known of {type(request).__name__}")
    require_in_effect(case)
    if request.seen != case.head.entries:
        raise _changed(task, case, request.seen)
    if isinstance(request, Confirm):
        return _confirm(task, case, request)
    return _with_case(task, case, request, None)


def _with_case(task: Task, case: CaseRow, request: CaseRequest, second: Actor | None) -> Answer:
    if not isinstance(request, TakeStep):  # which asks by itself, for a case that is being opened, too
        separation(task.connection, task.laws.organizations, task.actor, case)
    match request:
        case TakeStep():
            return steps.take_step(task, case, request, second)
        case Correct():
            return amend.correct(task, case, request, second)
        case Supplement():
            return amend.supplement(task, case, request, second)
        case Withdraw():
            return amend.withdraw(task, case, request, second)
        case Offer():
            return transfer.offer(task, case, request)
        case _:
            raise TypeError(f"nothing is known of {type(request).__name__}")


def _confirm(task: Task, case: CaseRow, request: Confirm) -> Answer:
    """Confirm or decline, as the second person, what somebody else proposed: it is judged anew."""
    table = Proposal
    query = select(table.account_id, table.office_id, table.request)
    here = (table.submission_id == request.proposal, table.case_id == case.id)
    waiting = task.connection.execute(query.where(*here).with_for_update()).one_or_none()
    if waiting is None:
        raise UnknownProposal(
            Text("没有等待确认的这一事项", "nothing of this kind waits for confirmation"),
            Text("可能已经确认或者退回，请查看最新情况", "it may have been settled: look at the case again"),
        )
    own = task.actor.account_id == waiting.account_id
    if not own or request.agreed:  # who proposed may take it back
        may_confirm(task.connection, task.laws.organizations, task.actor, case, waiting.office_id)
    task.connection.execute(delete(table).where(table.submission_id == request.proposal))
    if not request.agreed:
        declined = "taken_back" if own else "declined_with_reason" if request.reason else "declined"
        return Answer(SubmissionStatus.RECORDED, case.number, case.state, proposal=request.proposal, declined=declined)
    proposed = request_of(waiting.request)
    if not isinstance(proposed, CaseRequest):
        raise TypeError("only what is about a case waits")
    if isinstance(proposed, Correct):
        proposed = _still_about(task, case, proposed)
    if proposed.seen != case.head.entries:
        raise _changed(task, case, proposed.seen)
    proposer = _proposer(task, waiting.account_id, waiting.office_id)
    done = _with_case(replace(task, actor=proposer), case, proposed, task.actor)
    return replace(done, proposal=request.proposal)


def _proposer(task: Task, account_id: int, office_id: int) -> Actor:
    try:
        return actor_of(task.connection, task.laws.organizations, account_id, office_id, task.today)
    except NoOffice:
        raise proposer_left() from None


def proposer_left() -> NoOffice:
    """Return why nothing is confirmed that was proposed in an office that is held no more."""
    return NoOffice(
        Text("提出此事项的人已不再担任该职务", "whoever proposed it holds that office no longer"),
        Text("请退回此事项，由现任人员重新提交", "decline it and let somebody in office submit it anew"),
    )


def _still_about(task: Task, case: CaseRow, proposed: Correct) -> Correct:
    """Return a correction as made today, unless its entry was amended since: whatever else happened leaves it right."""
    record = read_record(task.connection, task.laws, case)
    amended = any(entry.recorded.supersedes == proposed.number for entry in record.entries[proposed.seen :])
    return proposed if amended else replace(proposed, seen=case.head.entries)


def _changed(task: Task, case: CaseRow, seen: int) -> CaseChanged:
    record = read_record(task.connection, task.laws, case)
    news = []
    for entry in record.entries[max(seen, 0) :]:
        recorded = entry.recorded
        edition = record.book.edition_on(recorded.occurred_on or recorded.recorded_on)
        step = edition.steps.get(recorded.step or "")
        outcome = step.outcomes.get(recorded.outcome or "") if step else None
        kind = KINDS[recorded.kind]
        zh = (
            f"第{recorded.number}条{kind.zh}"
            + (f"：{step.zh}" if step else "")
            + (f"（{outcome.zh}）" if outcome else "")
        )
        en = f"entry {recorded.number}, {kind.en}" + (f": {step.en}" if step else "")
        news.append(Text(zh, en + (f" ({outcome.en})" if outcome else "")))
    return CaseChanged(case, seen, tuple(news))


def _submitted(task: Task, case: CaseRow | None, request: Request, answer: Answer) -> Answer:
    """Record the submission with its answer, and what waits for a second person."""
    case_id = case.id if case else task.connection.scalar(select(Case.id).where(Case.number == answer.case))
    row = row_of(task.actor.account_id, request, case_id, task.now, answer.status, answer.plain())
    submission = recorded(task.connection, row, request, task.actor.office_id)
    if answer.status is not SubmissionStatus.WAITING:
        return answer
    if isinstance(request, OpenCase):  # the case is there; what waits is its first step
        request = steps.first_step(request, answer.case, OPENED)
    waiting = {
        "submission_id": submission, "case_id": case_id, "account_id": task.actor.account_id,
        "office_id": task.actor.office_id, "request": plain_of(request), "made_at": task.now,
    }  # fmt: skip
    task.connection.execute(insert(Proposal), waiting)
    return replace(answer, proposal=submission)
