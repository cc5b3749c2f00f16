"""Opening a case and taking a step: read, judge, write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from workflow.case.history import IRREGULAR
from workflow.case.record import EntryKind, Recorded, act_of
from workflow.case.values import Value
from workflow.engine.accounts import own_account_for
from workflow.engine.acting import acts_as
from workflow.engine.agenda import refresh, renew
from workflow.engine.around import Around, around_case
from workflow.engine.confirming import refusing
from workflow.engine.duties import separated
from workflow.engine.evidence import LONGEST_NAME, text_of, typed
from workflow.engine.judging import Judged, Worlds, judge
from workflow.engine.laws import Laws
from workflow.engine.name_parts import keep_parts
from workflow.engine.offices import Actor
from workflow.engine.reading import BRANCH, HAS_COMMITTEE, CaseRecord, CaseRow, read_record, read_row
from workflow.engine.requests import OpenCase, TakeStep
from workflow.engine.scope import OUT_OF_SIGHT, OrganizationRow, UnknownOrganization, find_organization
from workflow.engine.task import (
    Answer,
    NotForThisOrganization,
    ReasonNeeded,
    Task,
    day_in,
    not_in_future,
    own_body,
    own_days,
)
from workflow.engine.transfer import hand_over, open_path, receiving
from workflow.engine.writing import NAME, Draft, append
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, Force, OutcomeDef, StepDef
from workflow.machine import StepImpossible, advance
from workflow.plain import name_key
from workflow.rules.judge import Concern, Examiner, Refusal, StepRefused
from workflow.seal import ORIGIN, Plain
from workflow.store.tables import Case, Person, SubmissionStatus

NUMBER = 20  # characters of a case's number at most


class NotIrregular(WorkflowError):  # noqa: N818 - errors are named as facts
    """An act was to be recorded as irregular that breaks nothing."""


def open_case(task: Task, request: OpenCase) -> Answer:
    """Begin a case in a branch: the facts about the person, then the step that opens it.

    In the actor's own branch, or in the one that a superior names whose step opens a case (art. 26).
    """
    home = home_of(task, request)
    row = _new_case(task, request, home)
    book = task.laws.book_of(task.connection, ())
    facts = typed(book.newest, None, {
        NAME: request.name, "person.born_on": request.born_on, "case.floating": request.floating,
    })  # fmt: skip
    given = {name: value for name, value in facts.items() if value is not None}
    notes = named(task.laws, row.number)
    if home.id != task.actor.organization_id:
        notes[BRANCH] = home.uid.hex
    opened = Draft(kind=EntryKind.OPENED, edition=book.newest, evidence=given, notes=notes)
    head = append(task.connection, row.head, [opened], task.author(), task.now)
    row = read_row(task.connection, row.id)
    answer = take_step(task, row, first_step(request, row.number, head.entries))
    if answer.status is SubmissionStatus.WAITING:
        renew(task, [row.id])
    return answer


def named(laws: Laws, number: str) -> dict[str, Plain]:
    """Return how a case is called, for its opening: nobody gives it another number afterwards."""
    return {"number": number, "procedure": laws.law.editions[-1].procedure}


def first_step(request: OpenCase, case: str, seen: int) -> TakeStep:
    """Return the step that opens a case, as if it were asked for on its own: where it waits, the case is there."""
    return TakeStep(
        key=request.key, case=case, seen=seen, step=request.step, outcome=request.outcome,
        occurred_on=request.occurred_on, evidence=request.evidence, reason=request.reason,
    )  # fmt: skip


def home_of(task: Task, request: OpenCase) -> OrganizationRow:
    """Return the branch in which a case is to begin; raises NotForThisOrganization, UnknownOrganization."""
    actor, connection = task.actor, task.connection
    if request.branch is None and "branch" not in actor.bodies:
        raise NotForThisOrganization(
            Text("入党申请由党支部受理", "an application is received by a branch"),
            Text(
                "请由申请人所在党支部立案；直接接收的，请写明编入的党支部",
                "let the applicant's branch open the case; for a direct admission name the branch",
            ),
        )
    try:
        uid = UUID(str(request.branch)) if request.branch is not None else actor.organization_uid
        place = find_organization(connection, actor, uid)
        if place.kind in task.laws.organizations.case_kinds and (place.until_on or task.today) >= task.today:
            return place
    except ValueError:
        pass
    raise UnknownOrganization(
        Text("没有这个党支部", "there is no such branch"),
        OUT_OF_SIGHT,
    )


def _new_case(task: Task, request: OpenCase, home: OrganizationRow) -> CaseRow:
    """Insert the row of a case that has no entry yet, and whom it is about."""
    connection = task.connection
    name = text_of(request.name, Text("姓名", "name"), LONGEST_NAME)
    key = name_key(name)
    editions = task.laws.law.editions
    uid = uuid4()
    values = {
        "uid": uid,
        "number": uid.hex[:NUMBER],  # until its id is known
        "procedure": editions[-1].procedure,
        "organization_id": home.id,
        "path": open_path(task, home.id),
        "own_account_id": own_account_for(connection, home.id, key),
        "state": editions[-1].initial,
        "entries": 0,
        "head": ORIGIN,
    }
    case_id = connection.execute(insert(Case).returning(Case.id), values).scalar_one()
    number = case_number(case_id, task.today)
    connection.execute(update(Case).where(Case.id == case_id).values(number=number))
    born_on = day_in(request.born_on, task.today) if request.born_on else None
    connection.execute(insert(Person), {"case_id": case_id, "name": name, "name_key": key, "born_on": born_on})
    keep_parts(connection, {case_id: key}, new=True)
    return read_row(connection, case_id)


def case_number(case_id: int, today: date) -> str:
    """Return the number by which people call a case: the year in which it was begun here, its place in the database."""
    return f"{today.year}-{case_id:06d}"


def take_step(task: Task, row: CaseRow, request: TakeStep, confirmed: Actor | None = None) -> Answer:
    """Take a step, or keep it waiting where the law wants a second person's word. Raises StepRefused with all reasons.

    ``confirmed``: the second person, when there is one already.
    """
    record = read_record(task.connection, task.laws, row)
    around = around_case(task, row)
    judged = weigh(task, record, request, around)
    if judged.rules and not request.reason:
        raise ReasonNeeded(_demands(judged), judged.rules)
    if judged.rules and confirmed is None:
        return Answer(SubmissionStatus.WAITING, row.number, row.state, rules=judged.rules)
    return _write(task, record, judged, request, confirmed, around)


def weigh(task: Task, record: CaseRecord, request: TakeStep, around: Around | None = None) -> Judged:
    """Return what the law says of a step before anything is written; raises all that refuses it at once.

    ``around``: what stands around the case, if it has been read.
    """
    row = record.row
    day = day_in(request.occurred_on, task.today)
    edition = record.book.edition_on(day)
    step, outcome = _defined(edition, row, request)
    kinds = task.laws.organizations
    around = around or around_case(task, row)
    body = receiving(task, row, request) or acts_as(kinds, task.actor, around.line, step, outcome)
    separated(kinds, task.actor, row, around.deeds)
    if outcome.reason and not request.reason:
        raise ReasonNeeded(Text(f"“{outcome.zh}”须写明理由", f"“{outcome.en}” needs a reason"))
    entry = Recorded(
        number=row.head.entries + 1, kind=EntryKind.ACT, recorded_on=task.today, step=request.step,
        outcome=request.outcome, occurred_on=day, evidence=_evidence(task, edition, request, body),
    )  # fmt: skip
    return _irregular(task, record, entry) if request.irregular else _regular(task, record, entry, around.worlds)


def _defined(edition: Edition, row: CaseRow, request: TakeStep) -> tuple[StepDef, OutcomeDef]:
    """Return the step and outcome that are asked for; raises StepImpossible when the edition knows no such."""
    step = edition.steps.get(request.step)
    if step is None or request.outcome not in step.outcomes:
        advance(edition, row.state, request.step, request.outcome)
    assert step is not None  # noqa: S101 - advance has raised
    return step, step.outcomes[request.outcome]


def _evidence(task: Task, edition: Edition, request: TakeStep, body: str) -> dict[str, Value]:
    """Return the evidence of an act, typed, with the body that acts where the step records one.

    Raises UnreadableEvidence, FutureAct for a day that has not come, NotForThisOrganization for what only others may
    record (a day that another outcome fills, a body that the actor does not act as), OtherOutcome for evidence that
    belongs to another outcome.
    """
    step = edition.steps[request.step]
    outcome = step.outcomes[request.outcome]
    own = outcome.fills or step.day
    given = typed(edition, request.step, {name: value for name, value in request.evidence.items() if name != own})
    values: dict[str, Value] = {key: value for key, value in given.items() if value is not None}  # blank erases nothing
    if request.irregular:
        values = {**outcome.sets, **values}  # what was claimed is judged with it
    own_days(step, outcome, values)
    not_in_future(task.today, edition, request.step, values)
    if "body" in step.evidence:
        values.setdefault("body", body)
        if not request.irregular:
            own_body(task.actor, values)
    return values


def _regular(task: Task, record: CaseRecord, entry: Recorded, worlds: Worlds) -> Judged:
    """Judge an act as it is claimed; raises StepRefused with every reason."""
    judged = judge(task, record, entry, worlds=worlds)
    if judged.refusals:
        raise StepRefused(judged.refusals)
    return _resting(record, judged, task.today)


def _resting(record: CaseRecord, judged: Judged, today: date) -> Judged:
    """Add to the concerns of whoever approves what the approval rests on and corrections brought to light.

    Those are the breaches, noted with corrections and standing still, of rules of earlier steps that would have refused
    an act. Gaps of an imported past and what was settled with a reason when it was done are none of them.
    """
    edition = record.book.edition_on(judged.day)
    step = edition.steps[judged.entry.step or ""]
    outcome = step.outcomes[judged.entry.outcome or ""]
    corrections = (one for one in record.entries if one.recorded.kind is EntryKind.CORRECTION)
    noted = refusing(record.book).intersection(rule for one in corrections for rule in one.body.get("findings", ()))
    if not (noted and step.power and outcome.to) or outcome.reason:
        return judged
    act = act_of(judged.entry)
    found = Examiner(record.book, judged.world).examine(record.given(), judged.after.values, act, today)
    standing: tuple[Refusal | Concern, ...] = (*found.refusals, *found.concerns)
    known = {concern.rule for concern in judged.concerns}
    resting = tuple(
        Concern(one.rule, one.step, Force.HARD, one.what, one.demand, one.why, one.remedy)
        for one in standing
        if one.rule in noted - known and _before(edition, one.step, step)
    )
    return replace(judged, examination=replace(judged.examination, concerns=(*judged.concerns, *resting)))


def _before(edition: Edition, name: str, step: StepDef) -> bool:
    """Tell whether a step stands before another in the numbered chain."""
    number = edition.steps[name].number if name in edition.steps else None
    return number is not None and number < (step.number or 0)


def _irregular(task: Task, record: CaseRecord, entry: Recorded) -> Judged:
    """Judge an act that is to be kept as irregular: it must break something as it is claimed."""
    try:
        claimed = judge(task, record, entry)
        broken = tuple(refusal.rule for refusal in claimed.refusals)
    except StepImpossible:
        broken = (f"{entry.step}.state",)
    if not broken:
        raise NotIrregular(
            Text("此次办理不违反任何规定", "the act breaks nothing"),
            Text("请正常登记", "record it as it is"),
        )
    return judge(task, record, replace(entry, outcome=IRREGULAR, broken=broken, claimed=entry.outcome), broken)


def _demands(judged: Judged) -> Text:
    zh = "；".join(f"{one.demand.zh}（{one.why.zh}）：{one.what.zh}" for one in judged.concerns)
    en = "; ".join(f"{one.demand.en} ({one.why.en}): {one.what.en}" for one in judged.concerns)
    return Text(
        f"可以登记，但须书面说明理由并由第二人确认。{zh}",
        f"it can be recorded with a reason in writing that a second person confirms. {en}",
    )


def _write(
    task: Task, record: CaseRecord, judged: Judged, request: TakeStep, confirmed: Actor | None, around: Around
) -> Answer:
    row, entry = record.row, judged.entry
    notes: dict[str, Plain] = {"round": judged.after.rounds.get(request.step, 1), HAS_COMMITTEE: row.has_committee}
    if judged.rules:
        notes["findings"] = list(judged.rules)
    if request.irregular:
        notes["claimed"] = request.outcome
    if request.meeting:
        notes["meeting"] = request.meeting
    draft = Draft(
        kind=entry.kind, edition=record.book.edition_on(judged.day), step=entry.step, outcome=entry.outcome,
        occurred_on=entry.occurred_on, evidence=entry.evidence, reason=request.reason, notes=notes,
    )  # fmt: skip
    moved = hand_over(task, row, entry, judged.after.state)
    end = append(
        task.connection, row.head, [draft], task.author(confirmed), task.now, state=judged.after.state, **moved
    )
    if moved:
        refresh(task, read_row(task.connection, row.id), record.book, judged)
    else:
        refresh(task, row, record.book, judged, around.line)
    return Answer(SubmissionStatus.RECORDED, row.number, judged.after.state, end.entries, rules=judged.rules)
