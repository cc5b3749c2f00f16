"""What was submitted: recorded under its key with a salted hash, and what became of it when it comes in again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from workflow.engine.requests import Confirm, Request, fingerprint
from workflow.engine.task import LAPSED, Answer, answer_of
from workflow.errors import Text, WorkflowError
from workflow.rules.judge import StepRefused
from workflow.seal.chain import SALT_BYTES
from workflow.store.failures import BUSY, DatabaseBusy
from workflow.store.tables import Proposal, Submission, SubmissionSalt, SubmissionStatus

# Made once: every submission asks them.
_EARLIER = (
    select(Submission.id, Submission.request_hash, SubmissionSalt.salt, Submission.status, Submission.answer)
    .outerjoin(SubmissionSalt, SubmissionSalt.submission_id == Submission.id)
    .where(Submission.account_id == bindparam("account"), Submission.key == bindparam("of_key"))
)
_WAITED = aliased(Submission)
_SETTLED = (  # what was answered to those who confirmed or declined something of the case since
    select(Submission.answer)
    .join(_WAITED, _WAITED.case_id == Submission.case_id)
    .where(
        _WAITED.id == bindparam("proposal"),
        Submission.id > _WAITED.id,
        Submission.action == Confirm.action,
        Submission.status == SubmissionStatus.RECORDED,
    )
)
_SALT = insert(SubmissionSalt)
_SUBMISSION = insert(Submission).returning(Submission.id)


class KeyReused(WorkflowError):  # noqa: N818 - errors are named as facts
    """The key of a submission was used for something else before."""


class RefusedBefore(WorkflowError):  # noqa: N818 - errors are named as facts
    """The very same submission was refused before; ``rules`` are those that it broke."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        """Give the first answer again, as far as it is kept: which rules were broken."""
        self.rules = tuple(answer["rules"])
        named = self.rules or (str(answer["error"]),)
        super().__init__(
            Text(
                f"这一次提交此前已被退回（{'、'.join(named)}）",
                f"this very submission was refused before ({', '.join(named)})",
            ),
            Text("请改正后重新提交", "correct it and submit anew"),
        )


def earlier_answer(connection: Connection, account_id: int, office_id: int, request: Request) -> Answer | None:
    """Return the answer that the same submission got before, or what has become of it since it began to wait.

    Raises KeyReused, RefusedBefore.
    """
    found = connection.execute(_EARLIER, {"account": account_id, "of_key": request.key}).one_or_none()
    if found is None:
        return None
    if found.salt is None or found.request_hash != fingerprint(request, found.salt, office_id):
        raise KeyReused(
            Text("同一提交编号用于了不同的内容", "the key of this submission was used for something else"),
            Text("请重新打开页面后再提交", "open the form anew and submit again"),
        )
    if found.status == SubmissionStatus.REFUSED:
        raise RefusedBefore(found.answer)
    answer = answer_of(found.status, found.answer)
    return become(connection, found.id, answer) if answer.status is SubmissionStatus.WAITING else answer


def become(connection: Connection, proposal: int, answer: Answer) -> Answer:
    """Return what has become of something that began to wait: it waits, it was settled, or it has lapsed."""
    if connection.scalar(select(Proposal.case_id).where(Proposal.submission_id == proposal)) is not None:
        return replace(answer, proposal=proposal)
    for settled in connection.scalars(_SETTLED, {"proposal": proposal}):
        if settled["proposal"] == proposal:
            return replace(answer_of(SubmissionStatus.RECORDED, settled), proposal=None)
    return replace(answer, status=SubmissionStatus.RECORDED, declined=LAPSED)


def recorded(connection: Connection, row: Mapping[str, Any], request: Request, office_id: int) -> int:
    """Insert a submission; its hash is salted, so that it says nothing of the request once the salt is erased.

    Raises DatabaseBusy when the same click came a moment before: then its answer is to be looked up.
    """
    salt = os.urandom(SALT_BYTES)
    values = {**row, "request_hash": fingerprint(request, salt, office_id)}
    try:
        submission: int = connection.execute(_SUBMISSION, values).scalar_one()
    except IntegrityError as error:
        raise DatabaseBusy(*BUSY) from error
    connection.execute(_SALT, {"submission_id": submission, "salt": salt})
    return submission


def row_of(
    account_id: int, request: Request, case_id: int | None, now: datetime, status: str, answer: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the row of a submission but for what makes its key mean one thing."""
    return {
        "account_id": account_id, "key": request.key, "action": request.action,
        "case_id": case_id, "status": str(status), "answer": dict(answer), "made_at": now,
    }  # fmt: skip


def why_refused(error: WorkflowError) -> dict[str, Any]:
    """Return which error and which rules, with the days on which they will pass."""
    refusals = error.refusals if isinstance(error, StepRefused) else ()
    rules = [refusal.rule for refusal in refusals] or list(getattr(error, "rules", ()))
    days = {refusal.rule: refusal.earliest.isoformat() for refusal in refusals if refusal.earliest}
    return {"error": type(error).__name__, "rules": rules, "earliest": days}
