"""What people do about a finding: a branch answers for its own cases, somebody asks for a waiver, a superior approves.

An answer closes nothing: only a run that finds it no more does. A waiver lets a finding rest until a day, as it was
when that was granted; it names a document, and is approved above who asked for it (``waiving``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workflow.engine.acting import NotEntitled, require_right
from workflow.engine.duties import Deeds, deeds_of, separated
from workflow.engine.finding_stages import CLOSED, AsItWas, EventKind, Identity, Stage, Standing, standing_on
from workflow.engine.log import Place, code, write
from workflow.engine.log_acts import LogAct
from workflow.engine.reading import CaseRecord, CaseRow, read_record
from workflow.engine.requests import bounded, require_code
from workflow.engine.scope import find_case
from workflow.engine.task import Task
from workflow.engine.waiving import (
    Request,
    latest_end,
    matter,
    may_ask,
    may_settle,
    may_take_back,
    request_of,
    require_waivable,
)
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right
from workflow.seal import commitment
from workflow.seal.chain import SALT_BYTES
from workflow.store.tables import Case, Finding, FindingEvent, FindingLife, FindingText
from workflow.store.types import Instant

ANSWER, PAPER, REASON, DOCUMENT = "answer", "paper", "reason", "document"
SAID = {
    EventKind.ANSWERED: LogAct.FINDING_ANSWERED,
    EventKind.WAIVER_ASKED: LogAct.WAIVER_ASKED,
    EventKind.WAIVED: LogAct.WAIVER_APPROVED,
    EventKind.WAIVER_DECLINED: LogAct.WAIVER_DECLINED,
}


class UnknownFinding(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no such finding for this actor today, or nothing of the kind waits."""


class Unfit(WorkflowError):  # noqa: N818 - errors are named as facts
    """What was said about a finding is not enough, or does not fit where it stands."""


@dataclass(frozen=True, slots=True)
class About:
    """Which finding is meant: the number of its case, rule, step and round."""

    number: str
    rule: str
    step: str
    round: int

    @property
    def finding(self) -> tuple[str, str, int]:
        """Return what tells it from others of its case."""
        return (self.rule, self.step, self.round)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an actor may do about a finding, each None or why not: nobody is offered what would be refused.

    ``approver``: the name of the organization that would approve a waiver; ``until``: the last day that it could have.
    """

    answer: WorkflowError | None
    waive: WorkflowError | None
    settle: WorkflowError | None  # of what waits
    take_back: bool
    approver: str | None
    until: date


@dataclass(frozen=True, slots=True)
class _Met:
    """A finding that somebody says something about. ``now``: as it is; ``life``: the row of where it stands."""

    case: CaseRow
    finding: Identity
    now: AsItWas
    life: Any
    standing: Standing


def answer(task: Task, about: About, text: str, paper: str, key: str) -> None:
    """Answer a finding in words, with the file number of the paper that shows it; it stays open to the next run.

    Raises NotEntitled, ConflictOfDuties, UnknownFinding, Unfit.
    """
    said = {ANSWER: _said(text, Text("整改情况", "what was done")), PAPER: _said(paper, Text("材料编号", "the paper"))}
    if _known(task, about, EventKind.ANSWERED, key):
        return
    met = _found(task, about)
    may_answer(task, met.case, deeds_of(task.connection, met.case, task.actor.persons))
    event = _happened(task, met, EventKind.ANSWERED, key, said)
    stays = met.standing in (Standing.ASKED, Standing.WAIVED)
    _becomes(task, met.finding, answer_id=event, **({} if stays else {"stage": Stage.ANSWERED, **_NO_WAIVER}))


def ask_waiver(task: Task, about: About, reason: str, document: str, until: date, key: str) -> None:
    """Ask that a finding may rest until a day, for a reason and under a document; a superior approves.

    Raises NotEntitled, ConflictOfDuties, NotWaivable, NobodyAbove, UnknownFinding, Unfit.
    """
    said = {REASON: _said(reason, Text("理由", "the reason")), DOCUMENT: _said(document, Text("文号", "the document"))}
    if _known(task, about, EventKind.WAIVER_ASKED, key):
        return
    met = _found(task, about)
    record = read_record(task.connection, task.laws, met.case)
    may_ask(task, matter(task, record, about.rule, about.step))
    if met.standing in (Standing.ASKED, Standing.WAIVED):
        raise _unfit("此问题已有豁免申请或者有效的豁免", "a waiver of it waits or stands already")
    _require_end(task.today, until, latest_end(task, record, about.finding))
    event = _happened(task, met, EventKind.WAIVER_ASKED, key, said, until_on=until)
    _becomes(task, met.finding, stage=Stage.ASKED, asked_id=event, **_NO_WAIVER)


def settle_waiver(task: Task, about: About, asked: int, key: str, *, agreed: bool) -> None:
    """Approve or decline a waiver as the second person, above; whoever asked for it may take it back.

    Raises NotEntitled, ConflictOfDuties, NotWaivable, UnknownFinding, Unfit.
    """
    kind = EventKind.WAIVED if agreed else EventKind.WAIVER_DECLINED
    if _known(task, about, kind, key):
        return
    met = _found(task, about)
    if met.life.asked_id is None or met.life.asked_id != asked:
        raise UnknownFinding(
            Text("没有等待批准的这一豁免", "no such waiver waits"),
            Text("可能已经批准或者退回，请查看最新情况", "it may have been settled: look at it again"),
        )
    request, event = request_of(task, asked)
    record = read_record(task.connection, task.laws, met.case)
    if agreed or not may_take_back(task, met.case, request):
        may_settle(task, matter(task, record, about.rule, about.step), request)
    if not agreed:
        _happened(task, met, kind, key, {}, settles=asked)
        _becomes(task, met.finding, stage=Stage.ANSWERED if met.life.answer_id else Stage.OPEN, asked_id=None)
        return
    require_waivable(record.book, about.rule)
    if event.until_on <= task.today:
        raise _unfit("申请的到期日已过，请退回", "its last day has passed: decline it")
    if not AsItWas.of(event).covers(met.now):
        raise _unfit(
            "申请之后问题已经变化，请退回，由申请人按新的情况重新申请",
            "the finding has become another since: decline it, and let it be asked for anew",
        )
    waiver = _happened(task, met, kind, key, {}, settles=asked)
    _becomes(
        task, met.finding, stage=Stage.WAIVED, asked_id=None, waiver_id=waiver, waived_until=event.until_on
    )  # fmt: skip


def abilities(task: Task, record: CaseRecord, about: About, request: Request | None) -> Abilities:
    """Return what the actor may do about a finding of a case, in two queries.

    ``request``: the waiver that waits; None: none does.
    """
    it = matter(task, record, about.rule, about.step)
    approver: list[str] = []
    return Abilities(
        answer=_why_not(lambda: may_answer(task, record.row, it.deeds)),
        waive=_why_not(lambda: approver.append(may_ask(task, it).name)),
        settle=None if request is None else _why_not(lambda: may_settle(task, it, request)),
        take_back=request is not None and may_take_back(task, record.row, request),
        approver=next(iter(approver), None),
        until=latest_end(task, record, about.finding),
    )


def may_answer(task: Task, case: CaseRow, deeds: Deeds) -> None:
    """Raise NotEntitled or ConflictOfDuties unless the actor answers for the branch that has the case.

    ``deeds``: what the actor has to do with the case.
    """
    require_right(task.actor, Right.RECORD)
    if task.actor.organization_id != case.organization_id:
        raise NotEntitled(Text("由所在党支部说明", "the branch that has the case answers"))
    separated(task.laws.organizations, task.actor, case, deeds)


def _why_not(asks: Callable[[], object]) -> WorkflowError | None:
    try:
        asks()
    except WorkflowError as error:
        return error
    return None


def end_lives(task: Task, case: int) -> None:
    """Close what is known of the findings of a case that is erased: no answer or waiver of nobody stays behind."""
    life, event = FindingLife, FindingEvent
    key = (life.case_id, life.rule, life.step, life.round)
    mine = (life.case_id == case, life.stage != Stage.CLOSED)
    actor = task.actor
    made = (
        literal(EventKind.GONE.value), literal(task.now, Instant()), literal(actor.account_id),
        literal(actor.principal_id, Integer()), literal(actor.organization_id), literal(actor.role),
    )  # fmt: skip
    names = ["case_id", "rule", "step", "round", "kind", "at", "account_id", "principal_id", "organization_id", "role"]
    task.connection.execute(insert(event).from_select(names, select(*key, *made).where(*mine)))
    task.connection.execute(update(life).where(*mine).values(**CLOSED, closed_on=task.today))


def _said(text: str, what: Text) -> str:
    """Return a text that has to be there, trimmed; raises Unfit, UnsoundRequest."""
    plain = text.strip()
    if not plain:
        raise _unfit(f"请填写{what.zh}", f"say {what.en}")
    bounded(what.zh, plain)
    return plain


def _unfit(zh: str, en: str) -> Unfit:
    return Unfit(Text(zh, en), Text("请改正后再提交", "correct it and submit again"))


def _require_end(today: date, until: date, latest: date) -> None:
    """Raise Unfit unless a waiver may end on a day."""
    if latest <= today:
        raise _unfit(f"下一次最迟应在今天（{today}）办理，请明天再申请", "the next one is due by today: ask tomorrow")
    if not today < until <= latest:
        raise _unfit(f"豁免到期日应在明天至{latest}之间", f"a waiver ends between tomorrow and {latest}")


def _known(task: Task, about: About, kind: EventKind, key: str) -> bool:
    """Tell whether the same came in under the same key before; raises Unfit where the key was used for another."""
    require_code(key)
    event, actor = FindingEvent, task.actor
    query = select(event.kind, event.organization_id, Case.number, event.rule, event.step, event.round)
    mine = query.join(Case, Case.id == event.case_id).where(event.account_id == actor.account_id, event.key == key)
    row = task.connection.execute(mine).one_or_none()
    same = (kind.value, actor.organization_id, about.number, about.rule, about.step, about.round)
    if row is not None and tuple(row) != same:
        raise _unfit("同一提交编号用于了不同的内容", "the key of this form was used for something else")
    return row is not None


def _found(task: Task, about: About) -> _Met:
    """Return the case, locked, the finding and its life, begun if need be; raises UnknownCase, UnknownFinding."""
    case = find_case(task.connection, task.actor, about.number, lock=True)
    finding = Identity(case.id, about.rule, about.step, about.round)
    broken = select(Finding.force, Finding.outcome, Finding.due_on, Finding.broken_on)
    there = task.connection.execute(
        broken.where(finding.of(Finding), Finding.broken_on <= task.today)
    ).one_or_none()  # fmt: skip
    if there is None:
        raise UnknownFinding(
            Text("现在没有这条问题", "there is no such finding today"),
            Text("可能已经整改，请查看最新情况", "it may have been made good: look at the list again"),
        )
    _begin(task, finding, there.force)
    life = task.connection.execute(select(FindingLife).where(finding.of(FindingLife)).with_for_update()).one()
    if life.stage == Stage.CLOSED:  # broken again, and no run has said so yet
        _becomes(task, finding, stage=Stage.OPEN)  # the day of its closing stays until a run finds it again
        life = task.connection.execute(select(FindingLife).where(finding.of(FindingLife))).one()
    now = AsItWas.of(there)
    return _Met(case, finding, now, life, _standing(task, life, now))


def _standing(task: Task, life: Any, now: AsItWas) -> Standing:  # noqa: ANN401 - a row
    """Return where a finding stands: open again where its waiver was granted for another breach than it is now."""
    standing = standing_on(life.stage, life.waived_until, task.today)
    if standing is not Standing.WAIVED:
        return standing
    event = FindingEvent
    granted = select(event.outcome, event.due_on, event.broken_on).where(event.id == life.waiver_id)
    waived = AsItWas.of(task.connection.execute(granted).one())
    return standing if waived.covers(now) else Standing.OPEN


def _begin(task: Task, finding: Identity, force: str | None) -> None:
    """Let the life of a finding begin before any run has seen it, unless it has begun."""
    dialect = sqlite if task.connection.dialect.name == "sqlite" else postgresql
    row = {**finding.columns(), "force": force, "stage": Stage.OPEN}
    task.connection.execute(dialect.insert(FindingLife).values(row).on_conflict_do_nothing())


_NO_WAIVER: Mapping[str, None] = {"waiver_id": None, "waived_until": None}


def _happened(task: Task, met: _Met, kind: EventKind, key: str, said: Mapping[str, str], **more: object) -> int:
    """Write an event with the finding as it is, its words apart, and return its id."""
    salted = {field: (os.urandom(SALT_BYTES), value) for field, value in said.items()}
    actor = task.actor
    row: dict[str, Any] = {
        **met.finding.columns(), **met.now.columns(), "kind": kind.value, "at": task.now,
        "account_id": actor.account_id, "principal_id": actor.principal_id, "organization_id": actor.organization_id,
        "role": actor.role, "key": key,
        "commitments": {field: commitment(salt, value) for field, (salt, value) in salted.items()} or None, **more,
    }  # fmt: skip
    event: int = task.connection.execute(insert(FindingEvent).returning(FindingEvent.id), row).scalar_one()
    for field, (salt, value) in salted.items():
        task.connection.execute(
            insert(FindingText), {"event_id": event, "field": field, "salt": salt, "value": value}
        )  # fmt: skip
    _sealed(task, met, kind, {"event": event, **(row["commitments"] or {}), **more})
    return event


def _sealed(task: Task, met: _Met, kind: EventKind, about: Mapping[str, Any]) -> None:
    """Write the same into the log, words as what they commit to: what was said and granted cannot be altered later."""
    finding, actor = met.finding, task.actor
    said = {"rule": finding.rule, "step": finding.step, "round": finding.round, **about}
    place = Place(met.case.path, (actor.organization_id, actor.organization_uid), (met.case.id, met.case.head.uid))
    coded = {name: code(value) for name, value in said.items()}
    write(task.connection, SAID[kind], task.now, (actor.account_id, actor.account_uid), place, coded)


def _becomes(task: Task, finding: Identity, **values: object) -> None:
    task.connection.execute(update(FindingLife).where(finding.of(FindingLife)).values(**values))
