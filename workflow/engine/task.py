"""What a use case works with: the transaction, the law, who acts, the case, the time; and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from workflow.calendar.office import office_day
from workflow.case.values import Value
from workflow.engine.evidence import days_done, field_of
from workflow.engine.laws import Laws
from workflow.engine.offices import Actor
from workflow.engine.reading import CaseRow
from workflow.engine.writing import Author
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, OutcomeDef, StepDef
from workflow.seal import Plain
from workflow.store.tables import SubmissionStatus

LAPSED = "superseded"  # how a proposal was put away that nobody settled: the case was handed over


@dataclass(frozen=True, slots=True)
class Task:
    """One submission being dealt with, inside its transaction. ``now``: the instant, aware."""

    connection: Connection
    laws: Laws
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        """Return the day it is at the office."""
        return office_day(self.now)

    def author(self, confirmed: Actor | None = None) -> Author:
        """Return who writes the entries, with the second person where there is one."""
        actor = self.actor
        return Author(
            (actor.account_id, actor.account_uid),
            (actor.organization_id, actor.organization_uid),
            actor.role,
            principal=actor.principal,
            confirmed=(confirmed.account_id, confirmed.account_uid) if confirmed else None,
            confirmed_in=(confirmed.organization_id, confirmed.organization_uid) if confirmed else None,
            confirmed_as=confirmed.role if confirmed else None,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a submission: codes and days, no names.

    ``entry``: the number of the entry made; ``proposal``: what waits for a second person, or was settled; ``rules``:
    what was broken; ``declined``: how a proposal was put away: ``declined``, ``declined_with_reason``, ``taken_back``
    or ``superseded`` when it lapsed.
    """

    status: SubmissionStatus
    case: str
    state: str
    entry: int | None = None
    proposal: int | None = None
    rules: tuple[str, ...] = ()
    declined: str | None = None
    again: bool = field(default=False, compare=False)  # the same submission had been answered before

    def plain(self) -> dict[str, Plain]:
        """Return the answer as it is stored with the submission."""
        return {
            "case": self.case,
            "state": self.state,
            "entry": self.entry,
            "proposal": self.proposal,
            "rules": list(self.rules),
            **({"declined": self.declined} if self.declined else {}),
        }


def answer_of(status: str, plain: Mapping[str, Plain]) -> Answer:
    """Return the answer that was stored."""
    entry, proposal, rules = plain["entry"], plain["proposal"], plain["rules"]
    return Answer(
        SubmissionStatus(status),
        str(plain["case"]),
        str(plain["state"]),
        entry if isinstance(entry, int) else None,
        proposal if isinstance(proposal, int) else None,
        tuple(map(str, rules)) if isinstance(rules, list) else (),
        str(plain["declined"]) if plain.get("declined") else None,
        again=True,
    )


class CaseChanged(WorkflowError):  # noqa: N818 - errors are named as facts
    """The form was built on an older version of the case; ``entries`` are the numbers of what came since."""

    def __init__(self, row: CaseRow, seen: int, news: tuple[Text, ...]) -> None:
        """Say what changed since the form was built."""
        self.entries = tuple(range(max(seen, 0) + 1, row.head.entries + 1))
        zh = "；".join(one.zh for one in news)
        en = "; ".join(one.en for one in news)
        super().__init__(
            Text(f"{row.number} 在您打开之后有了变化：{zh}", f"{row.number} has changed since you opened it: {en}"),
            Text("请核对新的情况后再办理", "look at what is new and submit again"),
        )


class NotForThisOrganization(WorkflowError):  # noqa: N818 - errors are named as facts
    """It is for another organization to do this; the remedy says which."""


class OtherOutcome(WorkflowError):  # noqa: N818 - errors are named as facts
    """The evidence belongs to another outcome of the step."""


class FutureAct(WorkflowError):  # noqa: N818 - errors are named as facts
    """The day of an act lies after today."""


class ReasonNeeded(WorkflowError):  # noqa: N818 - errors are named as facts
    """The act may be recorded, but only with a reason in writing (and then a second person's confirmation)."""

    def __init__(self, what: Text, rules: tuple[str, ...] = ()) -> None:
        """Keep which rules ask for it."""
        self.rules = rules
        super().__init__(what, Text("请写明理由后再提交", "give a reason in writing and submit again"))


def day_in(text: str, today: date) -> date:
    """Return the day of an act; raises FutureAct for a day that has not come, WorkflowError for no day."""
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError):
        what = Text("日期应写成 2026-05-11 的形式", "a day is written like 2026-05-11")
        raise WorkflowError(what, Text("请改正后再提交", "correct it and submit again")) from None
    _has_come(day, today)
    return day


def _has_come(day: date, today: date) -> None:
    if day > today:
        what = Text(f"{day} 尚未到来，只能登记已经发生的事", f"{day} has not come: only what has happened is recorded")
        raise FutureAct(what, Text("请在办理之后再登记", "record it when it has happened"))


def not_in_future(today: date, edition: Edition, step: str | None, values: Mapping[str, Value]) -> None:
    """Raise FutureAct when one of the days of evidence lies after today; plans may."""
    for name, value in values.items():
        for day in days_done(field_of(edition, step, name), value):
            _has_come(day, today)


def own_days(step: StepDef, outcome: OutcomeDef, values: Mapping[str, Value]) -> None:
    """Raise NotForThisOrganization for a day that another outcome of the step fills, OtherOutcome for its evidence.

    What others decide is recorded by them: a branch does not write the committee's consent into its listing.
    """
    theirs = {other.fills or step.day for other in step.outcomes.values() if not other.adds}
    brought = {name for name, value in values.items() if value is not None}
    for name in sorted((theirs - {outcome.fills or step.day}) & brought):
        field = step.evidence[name]
        raise NotForThisOrganization(
            Text(f"“{field.zh}”由相应的办理结果登记", f"“{field.en}” is recorded by the outcome that it belongs to"),
            Text("请分别登记", "record that outcome on its own"),
        )
    _own_fields(step, outcome, brought)


def _own_fields(step: StepDef, outcome: OutcomeDef, brought: Iterable[str]) -> None:
    """Raise OtherOutcome for evidence that the definition keeps for other outcomes: an end of probation is moved once.

    Only the meeting that extends says until when; another meeting cannot shorten what was extended.
    """
    name = next((name for name, other in step.outcomes.items() if other is outcome), "")
    for one in (step.evidence[key] for key in sorted(brought) if key in step.evidence):
        if one.only and name not in one.only:
            zh = "、".join(f"“{step.outcomes[key].zh}”" for key in one.only)
            en = ", ".join(f"“{step.outcomes[key].en}”" for key in one.only)
            raise OtherOutcome(
                Text(f"“{one.zh}”只随{zh}登记", f"“{one.en}” is recorded only with {en}"),
                Text("请去掉此项后再提交", "leave it out and submit again"),
            )


def own_body(actor: Actor, values: Mapping[str, Value]) -> None:
    """Raise NotForThisOrganization when the body on record is not one that the actor acts for."""
    if values.get("body") not in (None, *actor.bodies):
        raise NotForThisOrganization(
            Text("登记的机构不是您所在组织", "the body recorded is not one that you act for"),
            Text("请由作出决定的机构登记", "let the body that decided record it"),
        )
