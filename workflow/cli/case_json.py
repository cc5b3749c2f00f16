"""Cases, lists and answers as JSON for scripts. Shapes are stable: keys are added, none is renamed or taken away.

Every code stands beside its name in both languages; days are ``2026-05-11``, instants UTC with milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workflow.case.values import Unreadable, Value
from workflow.cli.telling import reason_plain, text_plain
from workflow.engine.entries_view import Line
from workflow.engine.judging import Judged
from workflow.engine.looking import Listed, Waiting
from workflow.engine.naming import KINDS, field_text, outcome_text, rule_text, state_text, step_text, value_text
from workflow.engine.requests import plain_of
from workflow.engine.settling import Confirmer
from workflow.engine.showing import Finding, Next, Shown
from workflow.engine.task import Answer
from workflow.engine.worklist import Counts, Item, Worklist
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.plan import Limit, Planned
from workflow.store.types import written

Plain = dict[str, Any]


def answer_plain(answer: Answer, edition: Edition, shown: Shown | None, who: Sequence[Confirmer]) -> Plain:
    """Return what came of a submission; ``next`` is null where the case is out of the actor's sight now."""
    return {
        "status": str(answer.status),
        "case": answer.case,
        "state": _named(answer.state, state_text(edition, answer.state)),
        "entry": answer.entry,
        "proposal": answer.proposal,
        "rules": [{"rule": rule, **text_plain(rule_text(edition, rule))} for rule in answer.rules],
        "again": answer.again,
        "confirmers": [_confirmer(one) for one in who],
        "next": [_next(shown, one) for one in shown.now] if shown else None,
    }


def preview_plain(case: str, judged: Judged, edition: Edition) -> Plain:
    """Return what would come of an act that nothing refuses."""
    return {
        "status": "possible",
        "case": case,
        "state": _named(judged.after.state, state_text(edition, judged.after.state)),
        "rules": [{"rule": rule, **text_plain(rule_text(edition, rule))} for rule in judged.rules],
        "concerns": [reason_plain(one) for one in judged.concerns],
    }


def case_plain(shown: Shown) -> Plain:
    """Return a case with all that is known of it."""
    edition = shown.edition
    return {
        "case": shown.row.number,
        "name": shown.name,
        "born_on": _day(shown.born_on),
        "branch": shown.row.branch,
        "state": _named(shown.view.state, state_text(edition, shown.view.state)),
        "version": shown.row.head.entries,
        "head": shown.row.head.hash,
        "offered_to": shown.offered_to,
        "stages": [
            {**_named(one.stage, _both(edition.stages[one.stage])), "progress": str(one.progress)}
            for one in shown.stages
        ],
        "next": [_next(shown, one) for one in shown.now],
        "findings": [_finding(one) for one in shown.findings],
        "waiting": [waiting_plain(one) for one in shown.waiting],
        "steps": [
            {
                **_named(one.step, _both(edition.steps[one.step])),
                "number": one.number, "progress": str(one.progress), "done_on": _day(one.done_on),
                "rounds": one.rounds, "broken": one.broken,
            }
            for one in shown.steps
        ],
        "entries": [_entry(one) for one in shown.lines],
    }  # fmt: skip


def list_plain(found: Sequence[Listed], after: str | None, edition: Edition) -> Plain:
    """Return a page of a list of cases; ``after``: what to ask for the next page with, null: there is none."""
    rows = [
        {
            "case": one.number, "name": one.name, "branch": one.branch,
            "state": _named(one.state, state_text(edition, one.state)), "version": one.entries,
        }
        for one in found
    ]  # fmt: skip
    return {"cases": rows, "after": after}


def plan_plain(case: str, planned: Sequence[Planned], edition: Edition) -> Plain:
    """Return the earliest and latest days of what is still to come."""
    rows = [
        {
            **_named(item.step, _both(edition.steps[item.step])),
            "number": item.number, "column": item.column, "earliest": _limit(item.earliest),
            "latest": _limit(item.latest) if item.latest else None, "assumed": item.assumed, "late": item.late,
        }
        for item in planned
    ]  # fmt: skip
    return {"case": case, "plan": rows}


def waiting_plain(one: Waiting) -> Plain:
    """Return something that waits for a second person."""
    request = {name: value for name, value in plain_of(one.request).items() if name not in ("key", "case", "seen")}
    return {
        "proposal": one.proposal,
        "case": one.case,
        "name": one.person,
        "step": one.about,
        "request": request,
        "submitted_by": one.account,
        "organization": one.organization,
        "made_at": written(one.made_at),
        "rules": [{"rule": rule, **text_plain(rule_text(one.edition, rule))} for rule in one.rules],
        "mine": one.mine,
    }


def todo_plain(found: Worklist, edition: Edition, today: date) -> Plain:
    """Return what there is to do; lists may be cut. ``cut`` of counts: there may be more than was counted."""
    return {
        "today": today.isoformat(),
        "own": {"counts": _counts(found.own_counts), "items": [_item(one, edition) for one in found.own]},
        "others": {"counts": _counts(found.other_counts), "items": [_item(one, edition) for one in found.others]},
        "proposals": found.proposals,
        "offers": found.offers,
    }


def _counts(counts: Counts) -> Plain:
    return {"overdue": counts.overdue, "soon": counts.soon, "later": counts.later, "all": counts.all,
            "cut": counts.cut}  # fmt: skip


def _item(one: Item, edition: Edition) -> Plain:
    return {
        "case": one.case,
        "name": one.name,
        "branch": one.branch,
        "state": _named(one.state, state_text(edition, one.state)),
        "step": _named(one.step, step_text(edition, one.step) or Text(one.step, one.step)),
        "due_on": _day(one.due_on),
        "acts": one.acts,
    }


def _next(shown: Shown, one: Next) -> Plain:
    return {
        **_named(one.step, _both(shown.edition.steps[one.step])),
        "number": shown.edition.steps[one.step].number,
        "acts": one.acts,
        "mine": one.mine,
        "due_on": _day(one.due_on),
        "earliest": _day(one.earliest),
        "why": text_plain(one.why),
        "basis": text_plain(one.basis),
    }


def _finding(one: Finding) -> Plain:
    return {
        "rule": one.rule,
        "step": one.step,
        "round": one.round,
        "state": str(one.state),
        "outcome": str(one.outcome) if one.outcome else None,
        "force": str(one.force) if one.force else None,
        "due": _day(one.due),
        "demand": text_plain(one.demand),
        "basis": text_plain(one.basis),
        "what": text_plain(one.what),
    }


def _entry(line: Line) -> Plain:
    entry, edition = line.written.recorded, line.edition
    step, outcome = step_text(edition, entry.step), outcome_text(edition, entry.step, entry.outcome)
    return {
        "number": entry.number,
        "kind": _named(str(entry.kind), KINDS[entry.kind]),
        "step": _named(entry.step, step) if step else None,
        "outcome": _named(entry.outcome, outcome) if outcome else None,
        "occurred_on": _day(entry.occurred_on),
        "recorded_at": written(line.written.recorded_at),
        "recorded_on": _day(entry.recorded_on),
        "account": line.account,
        "role": text_plain(line.role),
        "organization": line.organization,
        "confirmed_by": line.confirmed_by,
        "evidence": [
            {"field": name, **text_plain(field_text(edition, entry.step, name)), "value": _value(value),
             "shown": text_plain(value_text(edition, entry.step, name, value))}
            for name, value in entry.evidence.items()
        ],
        "changes": [
            {"field": one.field, "before": _value(one.before), "after": _value(one.after)} for one in line.changes
        ],
        "reason": line.written.reason,
        "findings": list(line.findings),
        "meeting": line.meeting,
        "supersedes": entry.supersedes,
        "corrected_by": list(line.corrected_by),
        "withdrawn_by": line.withdrawn_by,
    }  # fmt: skip


def _confirmer(one: Confirmer) -> Plain:
    return {"account": one.account, "role": text_plain(one.role), "organization": one.organization}


def _limit(limit: Limit) -> Plain:
    return {
        "day": limit.day.isoformat(),
        "rule": limit.rule or None,
        "basis": limit.basis or None,
        "text": text_plain(limit.text),
        "provisional": limit.provisional,
    }


def _named(code: str | None, name: Text) -> Plain:
    return {"code": code, **text_plain(name)}


def _both(named: Any) -> Text:  # noqa: ANN401 - whatever of an edition has a name
    return Text(named.zh, named.en)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _value(value: Value) -> Any:  # noqa: ANN401 - as JSON has it
    if isinstance(value, tuple):
        return [day.isoformat() for day in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, Unreadable) else value
