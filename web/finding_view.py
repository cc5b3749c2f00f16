"""One finding in values that a page lays out: its words, where it stands, what happened to it, what can be done."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import abort

from web.compliance_view import RULE
from web.language import day, t
from workflow.engine.finding_acts import Abilities, About, abilities
from workflow.engine.finding_lives import Event, Life, history, life_of
from workflow.engine.finding_stages import AsItWas, EventKind, Identity, Standing
from workflow.engine.findings_view import Found, one_finding
from workflow.engine.naming import rule_basis, rule_text
from workflow.engine.reading import CaseRow
from workflow.engine.scope import find_case
from workflow.engine.task import Task
from workflow.engine.waiving import Request
from workflow.errors import Text, WorkflowError
from workflow.law.kinds import Outcome
from workflow.law.words import OUTCOMES

STEP = re.compile(r"[a-z][a-z0-9_]{0,63}")
FIELDS = {
    "answer": Text("整改情况", "What was done"),
    "paper": Text("材料编号", "File number of the paper"),
    "reason": Text("理由", "Reason"),
    "document": Text("文号", "Document number"),
}


@dataclass(frozen=True, slots=True)
class Laid:
    """A finding as it is shown. ``found`` None: it is not broken today; ``asked``: the waiver that waits."""

    about: About
    case: CaseRow
    found: Found | None
    demand: Text
    basis: Text
    life: Life
    standing: Standing
    events: tuple[Event, ...]
    asked: Event | None
    can: Abilities | None


def finding_laid(task: Task, about: About) -> Laid:
    """Return a finding of a case in the scope; raises UnknownCase; one that nobody ever found has no page."""
    if not RULE.fullmatch(about.rule) or not STEP.fullmatch(about.step):
        abort(404)
    broken = one_finding(task, about.number, (about.rule, about.step, about.round))
    found, record = broken or (None, None)
    case = record.row if record else find_case(task.connection, task.actor, about.number)
    identity = Identity(case.id, about.rule, about.step, about.round)
    life = found.life if found else life_of(task.connection, identity, task.today)
    if life is None:
        abort(404)
    edition = (record.book if record else task.laws.book()).newest
    events = history(task.connection, identity)
    asked = next((one for one in events if one.id == life.asked), None)
    waits = Request(asked.by, asked.scope) if asked else None
    return Laid(
        about=about, case=case, found=found,
        demand=found.demand if found else rule_text(edition, about.rule),
        basis=found.basis if found else rule_basis(edition, about.rule),
        life=life, standing=life.standing, events=events, asked=asked,
        can=abilities(task, record, about, waits) if record else None,
    )  # fmt: skip


def event_words(event: Event) -> str:
    """Return what happened, with the last day of a waiver."""
    words = t(event.kind.words.zh, event.kind.words.en)
    if event.kind is EventKind.GONE and event.run is None:
        words = t("导入已撤销，销号", "the import was undone: closed")
    until = t(f"，至{day(event.until_on)}", f", until {day(event.until_on)}") if event.until_on else ""
    return words + until


def field_words(name: str) -> str:
    """Return what a free text says."""
    return t(FIELDS[name].zh, FIELDS[name].en) if name in FIELDS else name


def barred(laid: Laid) -> tuple[str, ...]:
    """Return why what somebody may come here for cannot be done: a waiver that no rule or office allows."""
    if laid.can is None:
        return ()
    standing = laid.standing in (Standing.ASKED, Standing.WAIVED)
    reasons = [] if standing or laid.can.waive is None else [laid.can.waive]
    reasons += [laid.can.settle] if laid.can.settle is not None else []
    return tuple(dict.fromkeys(_said(one) for one in reasons))


def _said(error: WorkflowError) -> str:
    """Return what stands in the way, and what can be done."""
    what, remedy = error.what, error.remedy
    return t(f"{what.zh}。{remedy.zh}。", f"{what.en}. {remedy.en}.") if remedy else t(what.zh, what.en)


def changed_words(laid: Laid) -> str | None:
    """Return why a finding is open although a waiver of it stands: it was granted for another breach."""
    then, found = laid.life.granted_for, laid.found
    if then is None or found is None:
        return None
    now = AsItWas(found.outcome, found.due_on, found.broken_on)
    return t(
        f"原有豁免批准时的问题是：{_breach(then)}；现在是：{_breach(now)}。豁免不再适用，须重新说明或者申请。",
        f"When its waiver was approved the finding was: {_breach(then)}; now it is: {_breach(now)}."
        " The waiver covers it no more: answer it, or ask anew.",
    )


def _breach(one: AsItWas) -> str:
    words = [OUTCOMES[Outcome(one.outcome)]] if one.outcome else []
    parts = [t(word.zh, word.en) for word in words]
    parts += [t(f"期限{day(one.due_on)}", f"due {day(one.due_on)}")] if one.due_on else []
    parts += [t(f"自{day(one.broken_on)}起违反", f"broken from {day(one.broken_on)}")] if one.broken_on else []
    return t("，", ", ").join(parts)


def done_words(kind: EventKind) -> str:
    """Return what is said when something was done."""
    return {
        EventKind.ANSWERED: t(
            "已记录说明。下一次检查不再发现时，问题销号。",
            "The answer is on record. A run that finds it no more closes it.",
        ),
        EventKind.WAIVER_ASKED: t("已提交豁免申请，等待上级批准。", "The waiver waits for a superior."),
        EventKind.WAIVED: t("已批准豁免。", "The waiver is approved."),
        EventKind.WAIVER_DECLINED: t("已退回豁免申请。", "The waiver is declined."),
    }[kind]
