"""Amending the record: corrections of facts, withdrawals of the own last entry, past acts attested late.

Nothing is changed or deleted: an amendment is an entry of its own that names what it amends and says why. Who has to
confirm it is said in ``confirming``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from workflow.case.history import IRREGULAR, Entry
from workflow.case.record import EntryKind, Recorded, effective
from workflow.case.values import ABSENT, Value
from workflow.engine.acting import entitled_in, line_of, require_right
from workflow.engine.agenda import refresh
from workflow.engine.confirming import Names, by_a_branch, confirmed_by, for_correction, for_supplement
from workflow.engine.evidence import days_done, field_of, typed
from workflow.engine.judging import Judged, world_of
from workflow.engine.offices import Actor
from workflow.engine.persons import about_the_person, keep_person
from workflow.engine.reading import MOVE, CaseRecord, CaseRow, Written, read_record
from workflow.engine.requests import Correct, Supplement, Withdraw
from workflow.engine.task import Answer, NotForThisOrganization, Task, day_in, not_in_future, own_body, own_days
from workflow.engine.transfer import take_back
from workflow.engine.writing import Draft, append
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, FieldType, StepDef
from workflow.law.organizations import Right
from workflow.rules.judge import Examination, Examiner
from workflow.seal import Plain
from workflow.store.tables import SubmissionStatus

CORRECTABLE = frozenset({EntryKind.ACT, EntryKind.ATTESTED, EntryKind.OPENED})
WITHDRAWABLE = frozenset({EntryKind.ACT, EntryKind.OFFERED})
NOBODY_AMENDS = Text(
    "登记它的组织已不在此人所在支部之上，目前没有可以更正的组织，请与上级组织部门商议",
    "who recorded it stands above the case no longer, and nobody here amends it: ask the organization department",
)


class NotAmendable(WorkflowError):  # noqa: N818 - errors are named as facts
    """The entry cannot be corrected or withdrawn (any more)."""


class NoSuchEntry(NotAmendable):
    """The case has no entry of this number."""


class NotTheirs(NotForThisOrganization):
    """The past of the case is another organization's to amend."""


@dataclass(frozen=True, slots=True)
class _Amendment:
    """An amendment before it is written: what it is judged to be, under which edition, and who has to confirm it."""

    record: CaseRecord
    edition: Edition
    judged: Judged
    who: Names


def correct(task: Task, row: CaseRow, request: Correct, confirmed: Actor | None = None) -> Answer:
    """Correct facts of an earlier entry; waits for a second person. What the true facts break is recorded with it."""
    return _settled(task, row, request, confirmed)


def supplement(task: Task, row: CaseRow, request: Supplement, confirmed: Actor | None = None) -> Answer:
    """Attest a past act that imported history lacks, with the paper that shows it; waits for a second person."""
    return _settled(task, row, request, confirmed)


def who_confirms(task: Task, record: CaseRecord, request: Correct | Supplement) -> Names:
    """Return the organizations of which one has to confirm what the actor asks for; none: whoever may confirm at all.

    Raises what would refuse it.
    """
    return _proposed(task, record, request).who


def weighed(task: Task, record: CaseRecord, request: Correct | Supplement) -> Judged:
    """Return what would come of an amendment without writing anything; raises what would refuse it."""
    return _proposed(task, record, request).judged


def _proposed(task: Task, record: CaseRecord, request: Correct | Supplement) -> _Amendment:
    return _correction(task, record, request) if isinstance(request, Correct) else _attestation(task, record, request)


def _settled(task: Task, row: CaseRow, request: Correct | Supplement, confirmed: Actor | None) -> Answer:
    """Keep an amendment waiting, or write it where the second person sits in the right organization."""
    proposed = _proposed(task, read_record(task.connection, task.laws, row), request)
    judged = proposed.judged
    if confirmed is None:
        return Answer(SubmissionStatus.WAITING, row.number, row.state, rules=judged.rules)
    confirmed_by(confirmed, proposed.who)
    if isinstance(request, Correct):
        keep_person(task, row, judged.entry.evidence)
    return _write(task, proposed.record, judged, request.reason, confirmed, proposed.edition)


def _correction(task: Task, record: CaseRecord, request: Correct) -> _Amendment:
    """Return a correction as it is judged; raises what refuses it."""
    row = record.row
    amended = entry_in_effect(record, request.number, CORRECTABLE)
    _whose_to_correct(task, row, amended)
    day = day_in(request.occurred_on, task.today) if request.occurred_on else None
    true_day = day or amended.recorded.occurred_on or amended.recorded.recorded_on
    edition = record.book.edition_on(true_day)
    values = typed(edition, amended.recorded.step, request.evidence)
    not_in_future(task.today, edition, amended.recorded.step, values)
    match amended.recorded.kind:
        case EntryKind.OPENED:
            about_the_person(values)
        case EntryKind.ATTESTED:
            _one_day(edition, amended.recorded.step, day)
            values |= _attested_day(edition, amended.recorded.step, day)
            _of_the_past(record, edition, amended.recorded.step, values)
        case _:
            _of_this_act(task, edition, amended, values)
    entry = Recorded(
        number=row.head.entries + 1, kind=EntryKind.CORRECTION, recorded_on=task.today, step=amended.recorded.step,
        occurred_on=day, evidence=values, supersedes=request.number,
    )  # fmt: skip
    judged = _amended(task, record, entry, replace(amended.recorded, occurred_on=true_day))
    return _Amendment(record, edition, judged, for_correction(task, record, edition, amended, judged))


def withdraw(task: Task, row: CaseRow, request: Withdraw, confirmed: Actor | None = None) -> Answer:
    """Take back the own last entry, as long as nobody else has written since; or an offer, while it is open.

    Alone on the office day of the entry and if it broke nothing and needed nobody else's word; else a second person
    confirms, so that a finding is not taken back by whoever is found.
    """
    record = read_record(task.connection, task.laws, row)
    withdrawn = entry_in_effect(record, request.number, WITHDRAWABLE)
    if withdrawn.recorded.kind is EntryKind.OFFERED:
        take_back(task, row, request.number)
    alone = withdrawable(task, record, request.number)
    entry = Recorded(
        number=row.head.entries + 1, kind=EntryKind.WITHDRAWAL, recorded_on=task.today, step=withdrawn.recorded.step,
        supersedes=request.number,
    )  # fmt: skip
    judged = _amended(task, record, entry, None)
    if confirmed is None and not alone:
        return Answer(SubmissionStatus.WAITING, row.number, row.state, rules=judged.rules)
    return _write(task, record, judged, request.reason, confirmed, record.book.edition_on(task.today))


def withdrawable(task: Task, record: CaseRecord, number: int) -> bool:
    """Tell whether the actor takes an entry back alone, or with a second person's word; raises NotAmendable.

    An offer is asked of ``take_back`` besides.
    """
    withdrawn = entry_in_effect(record, number, WITHDRAWABLE)
    if withdrawn.recorded.kind is EntryKind.OFFERED:
        return True
    _own_last(task, record, withdrawn)
    return all(_told_nobody(one, task.today) for one in record.entries[number - 1 :])


def attestable(task: Task, record: CaseRecord) -> tuple[str, ...]:
    """Return the numbered steps of whose past something can be attested; raises what lets the actor attest nothing."""
    require_imported(task, record)
    standing = {one.step for one in effective(record.recorded()) if one.kind is EntryKind.ACT}
    lived = standing | {one.step for one in record.view().earlier}
    return tuple(name for name in record.book.edition_on(task.today).numbered if name not in lived)


def require_imported(task: Task, record: CaseRecord) -> None:
    """Raise NotAmendable for a case without an imported past, NotTheirs unless its branch records."""
    if not any(one.kind is EntryKind.CUTOVER for one in effective(record.recorded())):
        raise NotAmendable(
            Text(
                "此人全程在本系统办理，没有可以补充证明的历史",
                "nothing of this case was imported: there is nothing to attest",
            ),
            Text("请登记办理本身，或者更正", "record the act itself, or correct it"),
        )
    if task.actor.organization_id != record.row.organization_id:
        raise NotTheirs(
            Text("由现所在党支部补充证明", "the branch that has the case attests"),
            _who_may(task, record.row, record.row.organization_id),
        )
    require_right(task.actor, Right.RECORD)


def _attestation(task: Task, record: CaseRecord, request: Supplement) -> _Amendment:
    """Return what is attested late as it is judged; raises what refuses it."""
    row = record.row
    require_imported(task, record)
    day = day_in(request.occurred_on, task.today) if request.occurred_on else None
    edition = record.book.edition_on(day or task.today)
    values = typed(edition, request.step, request.evidence) | _attested_day(edition, request.step, day)
    not_in_future(task.today, edition, request.step, values)
    _of_the_past(record, edition, request.step, values)
    _never_lived(record, edition, request.step)
    known = record.view().values
    filled = sorted(name for name in values if known.get(f"{request.step}.{name}") not in (None, ABSENT))
    if filled:
        raise NotAmendable(
            Text(f"已有登记：{'、'.join(filled)}", f"on record already: {', '.join(filled)}"),
            Text("请改用更正", "correct it instead"),
        )
    entry = Recorded(
        number=row.head.entries + 1, kind=EntryKind.ATTESTED, recorded_on=task.today, step=request.step,
        occurred_on=day, evidence=values,
    )  # fmt: skip
    judged = _amended(task, record, entry, entry)
    _paper(edition.steps[request.step], request.step, judged.after.values)
    return _Amendment(record, edition, judged, for_supplement(task, record, edition, request.step, values, judged))


def _own_last(task: Task, record: CaseRecord, withdrawn: Written) -> None:
    """Raise NotAmendable unless an act is the last one in effect and nobody else has written since; no move is."""
    number = withdrawn.recorded.number
    since = record.entries[number - 1 :]
    others = [entry for entry in since if entry.account_id != task.actor.account_id]
    if others or effective(record.recorded())[-1].number != number or withdrawn.recorded.step == MOVE:
        raise NotAmendable(
            Text(
                "只能撤回自己最后登记的一条，且其后无人办理",
                "only the own last entry is withdrawn, while nobody has acted since",
            ),
            Text("请改用更正，或者请上级退回", "correct it, or ask the superior to return it"),
        )


def _told_nobody(entry: Written, today: date) -> bool:
    """Tell whether an entry was made today, breaks nothing and rests on nobody else's word."""
    plain = entry.recorded.outcome != IRREGULAR and not entry.body.get("findings")
    return plain and entry.recorded.recorded_on == today and entry.confirmed_by is None


def _never_lived(record: CaseRecord, edition: Edition, step: str) -> None:
    """Raise NotAmendable for what is attested of no numbered step, or of one that was taken here or is open anew."""
    standing = effective(record.recorded())
    lived = any(one.kind is EntryKind.ACT and one.step == step for one in standing)
    if lived or any(one.step == step for one in record.view().earlier):
        raise NotAmendable(
            Text("此步骤已在本系统办理，不再补充证明", "the step has been taken here: its past is attested no more"),
            Text("请登记办理本身，或者更正", "record the act itself, or correct it"),
        )
    if step in edition.steps and step not in edition.numbered:
        raise NotAmendable(
            Text("只能补充证明程序中的步骤", "only the numbered steps of the procedure are attested late"),
            Text("请由办理的组织如实登记", "let the organization that acted record it as an act"),
        )


def _paper(step: StepDef, name: str, values: Mapping[str, Value]) -> None:
    """Raise NotAmendable where a step leaves a paper behind and the number of none is on record.

    A paper that only excuses something (which a rule names as its ``extension``) shows no act.
    """
    excuses = {getattr(getattr(rule.demand, "extension", None), "reason", None) for rule in step.rules.values()}
    papers = [field for field, kind in step.evidence.items() if kind.type is FieldType.PAPER]
    papers = [field for field in papers if f"{name}.{field}" not in excuses]
    if papers and all(values.get(f"{name}.{field}") in (None, ABSENT) for field in papers):
        fields = [step.evidence[field] for field in papers]
        zh, en = "、".join(field.zh for field in fields), ", ".join(field.en for field in fields)
        raise NotAmendable(
            Text("补充证明须写明材料编号", "what is attested late names the paper that shows it"),
            Text(f"请填写：{zh}", f"give: {en}"),
        )


def entry_in_effect(record: CaseRecord, number: int, kinds: frozenset[EntryKind]) -> Written:
    """Return an entry that is in effect, as it is in effect, and of one of the kinds; raises NotAmendable.

    NoSuchEntry is one: where there is none of the number at all.
    """
    standing = {entry.number: entry for entry in effective(record.recorded()) if entry.kind in kinds}
    found = record.entry(number)
    if found is None:
        raise NoSuchEntry(
            Text(f"没有第 {number} 条", f"there is no entry {number}"), Text("请核对条目序号", "check the number")
        )
    if number not in standing:
        raise NotAmendable(
            Text(f"没有可以更正或者撤回的第 {number} 条", f"there is no entry {number} to correct or withdraw"),
            Text("请核对条目序号；已撤回的不能再改", "check the number; what is withdrawn stays as it is"),
        )
    return replace(found, recorded=standing[number])


def _attested_day(edition: Edition, name: str | None, day: date | None) -> dict[str, Value]:
    """Return the day of an attested act as the evidence that it is: attested values stand as they were found."""
    step = edition.steps.get(name or "")
    return {step.day: (day,) if step.repeats else day} if step and day else {}


def _one_day(edition: Edition, name: str | None, day: date | None) -> None:
    """Raise NotAmendable for one day instead of the several that an attested entry of a repeated step holds."""
    step = edition.steps.get(name or "")
    if step and step.repeats and day:
        label = step.evidence[step.day]
        raise NotAmendable(
            Text(f"“{step.zh}”可以有几个日期", f"“{step.en}” may have several days"),
            Text(f"请更正“{label.zh}”，写明全部日期", f"correct “{label.en}”: name all of them"),
        )


def _of_the_past(record: CaseRecord, edition: Edition, step: str | None, values: Mapping[str, Value]) -> None:
    """Raise NotAmendable for a day after the past was taken over: what happened since is recorded by whoever did it."""
    last = max(
        (one.occurred_on or one.recorded_on for one in record.recorded() if one.kind is EntryKind.CUTOVER), default=None
    )
    for name, value in values.items():
        for day in days_done(field_of(edition, step, name), value):
            if last is not None and day > last:
                raise NotAmendable(
                    Text(
                        f"{day} 在导入（{last}）之后，不是可以补充证明的历史", f"{day} lies after the import ({last})"
                    ),
                    Text("请由办理的组织如实登记", "let the organization that acted record it as an act"),
                )


def _of_this_act(task: Task, edition: Edition, amended: Written, values: Mapping[str, Value]) -> None:
    """Raise unless a correction of an act names its own facts only; its day is corrected as the day of the act."""
    step = edition.steps.get(amended.recorded.step or "")
    outcome = step.outcomes.get(amended.body.get("claimed", amended.recorded.outcome)) if step else None
    if step is None or outcome is None:
        return  # an edition that knows no such act: replay says so
    own = outcome.fills or step.day
    if own in values:
        label = step.evidence[own]
        raise NotAmendable(
            Text(f"“{label.zh}”就是办理日期", f"“{label.en}” is the day of the act"),
            Text("请更正办理日期", "correct the day of the act"),
        )
    own_days(step, outcome, values)
    own_body(task.actor, values)


def _whose_to_correct(task: Task, row: CaseRow, amended: Written) -> None:
    """Raise NotTheirs, which says whose, unless the entry is the actor's to correct.

    An organization corrects what it recorded; what a former branch recorded, the branch that has the case now.
    """
    owner = row.organization_id if by_a_branch(task, row, amended.organization_id) else amended.organization_id
    if owner != task.actor.organization_id or Right.RECORD not in task.actor.rights:
        raise NotTheirs(
            Text(
                "由登记该条的组织更正；转移前的登记由现所在党支部更正",
                "the organization that recorded an entry corrects it; after a move, the branch that has the case",
            ),
            _who_may(task, row, owner),
        )


def _who_may(task: Task, row: CaseRow, organization: int) -> Text:
    """Return the organization with its offices that record there, to be asked, if it still stands above the case."""
    line = line_of(task.connection, row.path, task.today)
    place = next((one for one in line if one.id == organization), None)
    if place is None:
        return NOBODY_AMENDS
    words = entitled_in(task.laws.organizations, place.name, place.kind, Right.RECORD).words
    return Text(f"请由{words.zh}办理", f"let it be done by {words.en}")


def _amended(task: Task, record: CaseRecord, entry: Recorded, about: Recorded | None) -> Judged:
    """Judge the record with an amendment. True facts are never refused: what they break is recorded with them."""
    before, after = record.views(entry)
    world = world_of(task, record, before.values, *after.every_round)
    found = Examination((), ())
    if about is not None:
        act = Entry(about.step or "", about.outcome or "", about.occurred_on or task.today)
        found = Examiner(record.book, world).examine(before.values, after.values, act, task.today)
    broken = tuple(refusal.rule for refusal in found.refusals)
    return Judged(entry, after, world, replace(found, refusals=()), broken)


def _write(
    task: Task, record: CaseRecord, judged: Judged, reason: str, confirmed: Actor | None, edition: Edition
) -> Answer:
    row, entry = record.row, judged.entry
    notes: dict[str, Plain] = {"findings": list(judged.rules)} if judged.rules else {}
    draft = Draft(
        kind=entry.kind, edition=edition, step=entry.step, occurred_on=entry.occurred_on,
        evidence=entry.evidence, reason=reason, supersedes=entry.supersedes, notes=notes,
    )  # fmt: skip
    end = append(task.connection, row.head, [draft], task.author(confirmed), task.now, state=judged.after.state)
    refresh(task, row, record.book, judged)
    return Answer(SubmissionStatus.RECORDED, row.number, judged.after.state, end.entries, rules=judged.rules)
