"""What somebody types about a case, turned into the codes of the edition: steps, outcomes, fields, values, branches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from workflow.engine.asking import beside
from workflow.engine.desk import Login
from workflow.engine.evidence import field_of
from workflow.engine.looking import branches_called, organizations_called, seen_of, waiting
from workflow.engine.requests import CaseRequest, fingerprint
from workflow.engine.task import Task, day_in
from workflow.engine.typed_in import Unclear, called, coded, listed, unclear
from workflow.errors import Text
from workflow.law.lookup import find
from workflow.law.model import Edition
from workflow.plain import harmless
from workflow.seal import Plain
from workflow.store.tables import Submission, SubmissionSalt

Asked = TypeVar("Asked", bound=CaseRequest)


def edition_of(task: Task, day: str | None, edition_on: Callable[[date], Edition]) -> Edition:
    """Return the edition in whose words an act of a day is typed; raises as the desk would for a day that is none."""
    return edition_on(day_in(day, task.today) if day else task.today)


def step_called(task: Task, edition: Edition, name: str) -> str:
    """Return the step that a code, a number or a name means; raises UnknownName with those that are spelt alike."""
    steps = find(task.laws.law, (edition,), name).steps
    if len(steps) != 1:
        known = [(code, Text(step.zh, step.en)) for code, step in edition.steps.items()]
        raise unclear(Text("步骤", "step"), name, [one for one in known if one[0] in steps] or known)
    return steps[0]


def outcome_called(edition: Edition, step: str, name: str | None) -> str:
    """Return the outcome that a code or a name means; where a step can end in one way only nothing need be said."""
    definition = edition.steps[step]
    known = [(code, Text(one.zh, one.en)) for code, one in definition.outcomes.items()]
    usual = [code for code, one in definition.outcomes.items() if not beside(definition, one)]
    if name is None and len(usual) == 1:
        return usual[0]
    if name is None:
        raise Unclear(
            Text(f"“{edition.steps[step].zh}”有几种结果", f"“{edition.steps[step].en}” can end in several ways"),
            Text(f"请用 --outcome 指明：{listed(known, 'zh')}", f"say which by --outcome: {listed(known, 'en')}"),
        )
    return called(Text("结果", "outcome"), name, known)


def state_called(edition: Edition, name: str) -> str:
    """Return the state that a code or a name means."""
    return called(Text("身份", "state"), name, [(code, Text(one.zh, one.en)) for code, one in edition.states.items()])


def evidence_of(
    edition: Edition, step: str | None, given: Iterable[str], cleared: Sequence[str] = ()
) -> dict[str, Plain]:
    """Return evidence typed as ``field=value``, fields and choices by code or name; a field twice is refused.

    ``cleared``: fields that a correction takes away.
    """
    found: dict[str, Plain] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not value.strip():
            raise Unclear(
                Text(f"看不懂“{harmless(text)}”", f"cannot read “{harmless(text)}”"),
                Text("请写成 --set 字段=值，如 --set 谈话人=张三", "write --set field=value, as in --set talker=张三"),
            )
        _put(found, field_called(edition, step, name), value.strip(), edition, step)
    for name in cleared:
        found[field_called(edition, step, name)] = None
    return found


def evidence_from(edition: Edition, step: str, given: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return evidence read from a file, by code or name of the field; blank values are left out."""
    found: dict[str, Plain] = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        _put(found, field_called(edition, step, name), value, edition, step)
    return found


def _put(found: dict[str, Plain], field: str, value: Plain, edition: Edition, step: str | None) -> None:
    if field in found:
        raise Unclear(Text(f"“{field}”给了两次", f"“{field}” is given twice"))
    definition = field_of(edition, step, field)
    found[field] = coded(definition, value, edition) if definition else value


def field_called(edition: Edition, step: str | None, name: str) -> str:
    """Return the field that a code or a name means: of a step, or of what is recorded besides any step."""
    if step is not None:
        known = [(code, Text(one.zh, one.en)) for code, one in edition.steps[step].evidence.items()]
    else:
        known = [
            (f"{part}.{code}", Text(one.zh, one.en))
            for part, fields in edition.record.items()
            for code, one in fields.items()
        ]
    return called(Text("字段", "field"), name, known)


def branch_called(task: Task, name: str) -> str:
    """Return the uid of the branch that bears a name; raises Unclear where none does, or several."""
    found = branches_called(task, name)
    if len(found) == 1:
        return found[0][0]
    shown = harmless(name)[:80]
    if not found:
        raise Unclear(
            Text(f"没有叫“{shown}”的党支部", f"no branch is called “{shown}”"),
            Text("请写党支部的全称", "write its full name"),
        )
    listed = "; ".join(f"{uid} {where}" for uid, where in found)
    raise Unclear(
        Text(f"有几个党支部叫“{shown}”", f"several branches are called “{shown}”"),
        Text(f"请改写编号：{listed}", f"write the id instead: {listed}"),
    )


def as_seen(task: Task, login: Login, request: Asked, seen: int | None) -> Asked:
    """Return a request with the version of the case that it has seen: the one given, else the present one.

    A key that was used before for the same request stands for the version seen then: a script may try again.
    """
    if seen is not None:
        return replace(request, seen=seen)
    present = seen_of(task, request.case)
    used = (
        select(Submission.request_hash, SubmissionSalt.salt)
        .join(SubmissionSalt)
        .where(Submission.account_id == login.account_id, Submission.key == request.key)
    )
    earlier = task.connection.execute(used).one_or_none()
    if earlier is None:
        return replace(request, seen=present)
    tried = (replace(request, seen=version) for version in range(present, -1, -1))
    same = (one for one in tried if fingerprint(one, earlier.salt, login.office_id) == earlier.request_hash)
    return next(same, replace(request, seen=present))


def organization_called(task: Task, name: str) -> UUID:
    """Return the uid of the organization in scope that bears a name; raises Unclear where none does, or several."""
    found = organizations_called(task, name)
    if len(found) != 1:
        shown = harmless(name)[:80]
        listed = "; ".join(uid.hex for uid, _ in found)
        raise Unclear(
            Text(f"没有或者有几个组织叫“{shown}”", f"no organization, or several, are called “{shown}”"),
            Text(f"请写全称或编号：{listed}", f"write the full name or the id: {listed}"),
        )
    return found[0][0]


def assumed_days(task: Task, edition: Edition, given: Iterable[str]) -> dict[str, date]:
    """Return assumed days by column: ``step=day`` for the main day of a step, or ``step.field=day``."""
    found = {}
    for text in given:
        name, sign, day = text.partition("=")
        step, dot, field = name.strip().partition(".")
        try:
            assumed = date.fromisoformat(day.strip())
        except ValueError:
            sign = ""
        if not sign:
            raise Unclear(
                Text(f"看不懂假设“{harmless(text)}”", f"cannot read the assumption “{harmless(text)}”"),
                Text("请写成：支部大会讨论=2026-12-01", "write it as admit=2026-12-01"),
            )
        code = step_called(task, edition, step)
        found[f"{code}.{field_called(edition, code, field)}" if dot else edition.main_day(code)] = assumed
    return found


def proposal_of(task: Task, number: str) -> int:
    """Return what waits in a case, where that is one thing only."""
    found = waiting(task, number)
    if len(found) != 1:
        listed = ", ".join(str(one.proposal) for one in found)
        raise Unclear(
            Text(
                "此人有几个事项等待复核" if found else "此人没有等待复核的事项",
                "several things wait" if found else "nothing waits",
            ),
            Text(f"请写明是哪一个：{listed}", f"say which: {listed}") if found else None,
        )
    return found[0].proposal
