"""Findings in values that pages lay out: the filters of an address, the list with its counts, what one case lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import abort
from werkzeug.datastructures import MultiDict

from web.language import day, t
from workflow.compliance.words import FORCES
from workflow.engine.finding_stages import Standing
from workflow.engine.findings_view import FindingFilters, Found, finding_lines
from workflow.engine.forms import FormField, form_fields
from workflow.engine.naming import without_birth
from workflow.engine.scope import OrganizationRow
from workflow.engine.showing import Finding, Progress, Shown
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.kinds import Outcome
from workflow.law.model import Edition, Force
from workflow.machine import possible
from workflow.rules.verdict import VerdictState

RULE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
PLACE = re.compile(r"[0-9.]{1,250}~\d{4}-\d\d-\d\d~\d{1,15}~[a-z0-9_.]{1,130}~[a-z0-9_]{1,64}~\d{1,6}")
CURRENT = tuple(one for one in Standing if one is not Standing.GONE)  # of what is broken today
AT_ONCE = 500  # findings read together for a file


def filters_of(asked: MultiDict[str, str], edition: Edition) -> FindingFilters:
    """Return the filters that an address or a form names; what names nothing filters nothing."""
    rule, force, state = (asked.get(name, "") for name in ("rule", "force", "state"))
    return FindingFilters(
        rule=rule if RULE.fullmatch(rule) else None,
        force=next((one for one in Force if one.value == force), None),
        organization=_uid(asked.get("organization", "")),
        states=(state,) if state in edition.states else (),
        standing=next((one for one in CURRENT if one.value == asked.get("standing", "")), None),
    )


def _uid(text: str) -> UUID | None:
    """Return the uid that an address names; one that is none has no page."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        abort(404)


def asked_for(filters: FindingFilters) -> dict[str, str]:
    """Return filters as they stand in an address, those that are not set left out."""
    given = {
        "rule": filters.rule or "",
        "force": filters.force.value if filters.force else "",
        "organization": filters.organization.hex if filters.organization else "",
        "state": next(iter(filters.states), ""),
        "standing": filters.standing.value if filters.standing else "",
    }
    return {name: value for name, value in given.items() if value}


def place_of(asked: MultiDict[str, str]) -> str | None:
    """Return after what the list goes on; None: it begins."""
    after = asked.get("after", "")
    return after if PLACE.fullmatch(after) else None


def force_text(force: Force | None) -> Text:
    """Return how grave a breach is, in a word."""
    return FORCES[force] if force else Text("", "")


def over(found: Found, today: date) -> str:
    """Return since when a rule has been broken; only what is still to be done grows later day by day."""
    if found.due_on is None:
        return t(f"自{day(found.broken_on)}", f"since {day(found.broken_on)}")
    due = t(f"期限{day(found.due_on)}", f"due {day(found.due_on)}")
    days = (today - found.due_on).days
    match found.outcome:
        case Outcome.MISSING:  # the case went on without it
            return due + t("，没有登记", ", not on record")
        case Outcome.GAP:  # a rhythm that paused and may have gone on since
            return due
        case Outcome.OVERDUE:
            return due + _days_over(days)
        case Outcome.REASON if found.entry is None:
            return due + _days_over(days)
        case _:
            return due + t("（已办理）", " (done)")


def _days_over(days: int) -> str:
    return t(f"，已过 {days} 天", f", {days} {'day' if days == 1 else 'days'} over")


def everything(task: Task, filters: FindingFilters, place: OrganizationRow | None) -> Iterator[Found]:
    """Yield all that the filters leave, page by page; ``place``: the organization that they choose."""
    after: str | None = None
    while True:
        rows, after = finding_lines(task, filters, after, AT_ONCE, place)
        yield from rows
        if after is None:
            return


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is not on record although a step has been done. ``step``: its number and name."""

    id: str
    step: Text
    fields: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A step to come with the papers that it takes. ``earliest``: its first lawful day, if that lies ahead."""

    step: str
    name: Text
    who: str | None
    mine: bool
    earliest: date | None
    due_on: date | None
    why: Text
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What stands in the way before a case is laid before a superior."""

    broken: tuple[Finding, ...]
    running: tuple[Finding, ...]
    lacking: tuple[Lacking, ...]
    asked: tuple[Asked, ...]

    @property
    def clean(self) -> bool:
        """Tell whether nothing is broken and nothing required is blank."""
        return not self.broken and not self.lacking


def check_of(shown: Shown) -> Check:
    """Return what is broken, what runs, what is blank and what comes next in a case; of a birth the year only."""
    findings = [replace(one, what=without_birth(shown.edition, one.what)) for one in shown.findings]
    return Check(
        broken=tuple(one for one in findings if one.state is VerdictState.VIOLATED),
        running=tuple(one for one in findings if one.state is VerdictState.PENDING),
        lacking=tuple(_lacking(shown)),
        asked=tuple(_asked(shown)),
    )


def _lacking(shown: Shown) -> Iterator[Lacking]:
    edition = shown.edition
    for step in shown.steps:
        definition = edition.steps[step.step]
        required = ((name, field) for name, field in definition.evidence.items() if field.required and not field.only)
        blank = [field for name, field in required if shown.view.values.get(f"{step.step}.{name}") in (None, ())]
        if step.progress is Progress.DONE and blank:
            yield Lacking(step.step, step_text(edition, step.step), tuple(Text(field.zh, field.en) for field in blank))


def _asked(shown: Shown) -> Iterator[Asked]:
    edition = shown.edition
    outcomes = possible(edition, shown.view.state)
    for one in shown.now:
        wanted = (name for name in outcomes.get(one.step, ()) if not edition.steps[one.step].outcomes[name].reason)
        outcome = next(wanted, None)
        fields = form_fields(edition, one.step, outcome) if outcome else ()
        yield Asked(
            step=one.step, name=step_text(edition, one.step), who=one.acts, mine=one.mine, earliest=one.earliest,
            due_on=one.due_on, why=one.why, fields=tuple(field for field in fields if field.required),
        )  # fmt: skip


def step_text(edition: Edition, step: str) -> Text:
    """Return a step with its number; one that the edition does not know by its code."""
    known = edition.steps.get(step)
    if known is None or known.number is None:
        return Text(known.zh, known.en) if known else Text(step, step)
    return Text(f"第{known.number}步 {known.zh}", f"Step {known.number}: {known.en}")
