"""A case as its page shows it: what to do now, the steps by stage, what else can be done, people, findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for

from web.words import Urgency, day_text, joined, urgency, wanted_text
from workflow.engine.acting import bodies_of, right_for
from workflow.engine.foreseen import foreseen
from workflow.engine.forms import form_fields
from workflow.engine.laws import Laws
from workflow.engine.lights import Light
from workflow.engine.naming import step_text
from workflow.engine.offering import adds_to_nothing
from workflow.engine.offices import Actor
from workflow.engine.reading import MOVE
from workflow.engine.showing import Finding, Next, Progress, Shown, Step
from workflow.errors import Text
from workflow.law.model import FieldType, Force
from workflow.law.organizations import Organizations, Right
from workflow.machine import possible
from workflow.plan import Planned
from workflow.rules.explain import NOT_RECORDED, articles_text
from workflow.rules.verdict import VerdictState

NO_MORE = Text("不再办理", "not taken any more")
LEFT = Text("尚有未办", "not all done")  # of a chapter behind the present one in which a step is still open


@dataclass(frozen=True, slots=True)
class Now:
    """A step that is asked for. ``open``: by the actor, today; ``outcome``: the one that comes next.

    ``otherwise``: the step can end in another way as well.
    """

    step: str
    act: Text
    who: str | None
    light: Urgency
    by: date | None
    earliest: date | None
    why: Text
    basis: Text
    open: bool
    outcome: str | None
    otherwise: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A chapter with its steps. ``day``: of the last step that is done in it; ``words``: that it is left unfinished."""

    name: Text
    state: str
    words: Text | None
    day: date | None
    steps: tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A finding with its light, the step of which it speaks and the evidence."""

    finding: Finding
    light: Urgency
    step: Text
    what: Text


def now_of(shown: Shown, actor: Actor) -> tuple[Now, ...]:
    """Return what can be done today, first what the actor can do, then what others have to."""
    found = [_now(shown, one, actor) for one in shown.now if not _early(one)]
    return tuple(sorted(found, key=lambda one: not one.open))


def ahead_of(shown: Shown, actor: Actor) -> tuple[Now, ...]:
    """Return what is asked for and cannot be done yet, the first lawful day that comes next first."""
    found = [_now(shown, one, actor) for one in shown.now if _early(one)]
    return tuple(sorted(found, key=lambda one: one.earliest or date.max))


def _early(one: Next) -> bool:
    """Tell whether the first lawful day of a step lies ahead."""
    return one.earliest is not None


def _now(shown: Shown, one: Next, actor: Actor) -> Now:
    edition = shown.edition
    outcomes = [
        name for name in possible(edition, shown.view.state).get(one.step, ())
        if not adds_to_nothing(edition, one.step, name, shown.view.values)
    ]  # fmt: skip
    mine = one.mine and right_for(edition.steps[one.step]) in actor.rights
    return Now(
        step=one.step,
        act=wanted_text(edition, one.step, one.outcome),
        who=one.acts,
        light=urgency(one.due_on, shown.today, one.earliest),
        by=one.due_on,
        earliest=one.earliest,
        why=one.why,
        basis=one.basis,
        open=mine and not _early(one),
        outcome=one.outcome if one.outcome in outcomes else None,
        otherwise=len(outcomes) > 1,
    )


def papers_of(shown: Shown, laws: Laws, one: Now) -> tuple[tuple[Text, bool], ...]:
    """Return what the form of a step asks for besides its day, papers and all without which it is refused.

    Each with whether the form marks it as required, today and in this very case.
    """
    if one.outcome is None:
        return ()
    case = foreseen(laws, shown.record, (one.step, one.outcome), shown.today, shown.today)
    fields = (field for field in form_fields(shown.edition, one.step, one.outcome, case) if not field.is_day)
    marked = ((field, field.required or field.demanded) for field in fields)
    return tuple((field.label, needed) for field, needed in marked if needed or field.type is FieldType.PAPER)


def stages_of(shown: Shown) -> tuple[Stage, ...]:
    """Return the chapters with their steps, each with its day or with the earliest and latest it can have."""
    edition = shown.edition
    planned = {item.step: item for item in shown.planned}
    entries = {line.written.recorded.step: line.written.recorded.number for line in shown.lines}
    due = {one.step: one for one in shown.now}
    found = []
    for stage in shown.stages:
        own = [step for step in shown.steps if edition.steps[step.step].stage == stage.stage]
        rows = tuple(
            _step(shown, step, planned.get(step.step), due.get(step.step), entries.get(step.step)) for step in own
        )
        last = max((step.done_on for step in own if step.done_on), default=None)
        words = edition.stages[stage.stage]
        left = stage.progress is Progress.DONE and any(step.progress is Progress.NOW for step in own)
        state, said = ("left", LEFT) if left else (stage.progress.value, None)
        found.append(Stage(Text(words.zh, words.en), state, said, last, rows))
    return tuple(found)


def _step(
    shown: Shown, step: Step, planned: Planned | None, asked: Next | None, entry: int | None
) -> dict[str, object]:
    """Return a step as the list of steps takes it."""
    notes = [
        Text(f"第 {step.rounds} 次", f"round {step.rounds}") if step.rounds > 1 else None,
        Text(f"■ 问题 {step.broken} 个", f"■ findings: {step.broken}") if step.broken else None,
    ]
    row: dict[str, object] = {
        "number": step.number,
        "name": step_text(shown.edition, step.step),
        "state": step.progress,
        "href": f"#entry-{entry}" if entry else url_for("basis.step", step=step.step),
        "day": step.done_on,
    }
    if step.progress is not Progress.DONE:
        notes += [_limits(planned)] if planned else []
        if asked:
            light = urgency(asked.due_on, shown.today, asked.earliest)
            row |= {"light_kind": light.kind, "light_words": light.words}
        elif words := _never_came(shown, step):
            row |= {"light_kind": Light.NONE, "light_words": words}
    return row | {"note": joined(notes, " · ", " · ")}


def _never_came(shown: Shown, step: Step) -> Text | None:
    """Return what is said of a step that later ones have left behind, or that an ended procedure has not reached."""
    last = max((one.number for one in shown.steps if one.progress is Progress.DONE), default=0)
    if step.number < last:
        return NOT_RECORDED
    return NO_MORE if shown.over else None


def _limits(planned: Planned) -> Text | None:
    """Return the first and the last lawful day of a step to come, where a rule sets one."""
    first = _before(Text("最早 ", "from "), planned.earliest.day) if planned.earliest.rule else None
    last = _before(Text("最迟 ", "by "), planned.latest.day) if planned.latest else None
    if first is None and last is None:
        return None
    limits = (planned.earliest, planned.latest) if first else (planned.latest,)
    supposed = any(limit.provisional for limit in limits if limit)
    mark = Text("（推算）", " (planned)") if supposed else Text("", "")
    said = joined((first, last), "，", ", ")
    return Text(f"{said.zh}{mark.zh}", f"{said.en}{mark.en}")


def _before(word: Text, day: date) -> Text:
    said = day_text(day)
    return Text(f"{word.zh}{said.zh}", f"{word.en}{said.en}")


def broken_of(shown: Shown, *, revealed: bool = False) -> tuple[Broken, ...]:
    """Return what is broken, hard demands first."""
    found = [one for one in shown.findings if one.state is VerdictState.VIOLATED]
    ordered = sorted(found, key=lambda one: one.force is Force.SOFT)
    return tuple(_broken(shown, one, revealed=revealed) for one in ordered)


def running_of(shown: Shown, *, revealed: bool = False) -> tuple[Broken, ...]:
    """Return the limits that run, the next one first."""
    found = [one for one in shown.findings if one.state is VerdictState.PENDING and one.due]
    ordered = sorted(found, key=lambda one: one.due or date.max)
    return tuple(_broken(shown, one, revealed=revealed) for one in ordered)


def _broken(shown: Shown, one: Finding, *, revealed: bool) -> Broken:
    """Return a finding with its light; the day of birth among the evidence only if ``revealed``."""
    step = step_text(shown.edition, one.step) or Text("", "")
    what = one.what
    if shown.born_on and not revealed:
        day, year = str(shown.born_on), f"{shown.born_on.year}-··-··"
        what = Text(what.zh.replace(day, year), what.en.replace(day, year))
    return Broken(one, _light_of(shown, one), step, what)


def _light_of(shown: Shown, one: Finding) -> Urgency:
    if one.state is VerdictState.PENDING:
        return urgency(one.due, shown.today)
    if one.force is Force.SOFT:
        return Urgency(Light.SOON, Text("不合一般要求", "against what is generally so"))
    return Urgency(Light.LATE, Text("不合规定", "not in order"))


@dataclass(frozen=True, slots=True)
class Further:
    """An act that can be recorded now besides what is asked for. ``done``: it is on record; ``day``: its last day."""

    step: str
    name: Text
    basis: Text
    numbered: bool
    done: bool
    day: date | None


def further_of(shown: Shown, actor: Actor, organizations: Organizations) -> tuple[Further, ...]:
    """Return what else the actor's organization can record where the case stands; a move is offered, not taken."""
    edition = shown.edition
    kind = organizations.kinds[actor.kind]
    asked = {one.step for one in shown.now}
    known = {step.step: step for step in shown.steps}
    found = []
    for name, outcomes in possible(edition, shown.view.state).items():
        step = edition.steps[name]
        bodies = {body for outcome in outcomes for body in bodies_of(step, step.outcomes[outcome])}
        acting = set(actor.bodies) | (set() if step.power else set(kind.records_for))
        if name not in {MOVE, *asked} and bodies & acting and right_for(step) in actor.rights:
            words = step_text(edition, name) or Text(name, name)
            there = known.get(name)
            done = there is not None and there.progress is Progress.DONE
            day = there.done_on if there else None
            found.append(Further(name, words, articles_text(edition, step.basis), there is not None, done, day))
    return tuple(found) if _in_line(shown, actor) else ()


def _in_line(shown: Shown, actor: Actor) -> bool:
    """Tell whether the actor's organization stands in the line of the case, or beside it: not merely looks on."""
    return shown.row.path.startswith(actor.path)


def people_of(shown: Shown) -> tuple[tuple[Text, str], ...]:
    """Return the people whom the case names: what they are, and who."""
    fields, values = shown.edition.fields, shown.view.values
    return tuple(
        (Text(field.zh, field.en), value)
        for name, field in fields.items()
        if field.type is FieldType.PERSON and not name.startswith("person.")
        and isinstance(value := values.get(name), str)
    )  # fmt: skip


def offers(shown: Shown, actor: Actor) -> bool:
    """Tell whether the actor can offer the case to another branch."""
    own = shown.row.organization_id == actor.organization_id and Right.RECORD in actor.rights
    return own and shown.offered_to is None and MOVE in possible(shown.edition, shown.view.state)


def links_own(actor: Actor, kinds: Organizations) -> bool:
    """Tell whether the actor says which account is the person's own: from above, where no cases are held."""
    return Right.CONFIRM in actor.rights and actor.kind not in kinds.case_kinds


def takes_over(shown: Shown, actor: Actor) -> bool:
    """Tell whether the case is offered to the actor: it lies outside of its scope and is seen all the same."""
    return shown.offered_to is not None and not shown.row.path.startswith(actor.path) and Right.RECORD in actor.rights
