"""What becomes of the sheet of a meeting: looked over person by person, handed in one by one, told apart at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web import act_view
from web.act_form import EVIDENCE, Filled, controls
from web.desk import look_anew, new_key, submit, task
from web.errors import UNFIT
from web.language import t
from web.meeting_marks import Marks, marks_of
from web.meeting_sheet import LATER, NOW, MeetingSheet, PersonRow, fields_of, outcome_choices
from workflow.engine.forms import FormField, vote_check, vote_fields
from workflow.engine.looking import read_case
from workflow.engine.meeting_check import Checked, checked
from workflow.engine.meeting_view import others
from workflow.engine.meetings import ballots, settled_before
from workflow.engine.naming import field_text, outcome_text, state_text, step_text
from workflow.engine.reading import CaseRow
from workflow.engine.requests import TakeStep
from workflow.engine.settling import Confirmer
from workflow.engine.task import Answer, Task
from workflow.errors import Text, WorkflowError
from workflow.rules.judge import StepRefused
from workflow.store.tables import SubmissionStatus

WORDS = {"outcome_text": outcome_text, "state_text": state_text, "step_text": step_text}


@dataclass(frozen=True, slots=True)
class Looked:
    """What would come of one person's submission. ``figures``: of the vote; ``wrong``: what the rules say of them.

    ``told``: what else was typed of this person.
    """

    row: PersonRow
    figures: tuple[tuple[Text, str], ...]
    wrong: tuple[Text, ...]
    refused: tuple[act_view.Reason, ...] = ()
    concerns: tuple[act_view.Reason, ...] = ()
    who: tuple[Confirmer, ...] = ()
    state: Text | None = None
    before: bool = False
    told: tuple[tuple[Text, str | Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one person. ``before``: it stood there already; ``refused``: why not."""

    row: PersonRow
    entry: int | None = None
    proposal: int | None = None
    before: bool = False
    refused: tuple[act_view.Reason, ...] = ()

    @property
    def done(self) -> bool:
        """Tell whether the person is settled, or waits for a second person."""
        return not self.refused


def sheet_page(sheet: MeetingSheet, *, errors: bool = False, results: Sequence[Result] = ()) -> ResponseReturnValue:
    """Show the sheet with what was typed; after handing in, what came of each person above it."""
    left = {one.row.number for one in results if one.done}
    rows = [row for row in sheet.rows if row.number not in left]
    names, marks = ballots(sheet.edition, sheet.step), marks_of(task(), replace(sheet, rows=tuple(rows)))
    page = render_template(
        "meeting/hold.html", sheet=sheet, rows=rows, outcomes=outcome_choices(sheet), results=results,
        errors=sheet.summary() if errors else (), wrong=sheet.errors if errors else {},
        common=_blocks(sheet, marks), marks=marks, cast=names, controls=controls, told=errors, **WORDS,
    )  # fmt: skip
    return page, UNFIT if errors or any(not one.done for one in results) else 200


def _blocks(sheet: MeetingSheet, marks: Marks) -> list[tuple[FormField, ...]]:
    """Return the fields for everybody, who was there together; each rule is told once."""
    helps = marks.helps(sheet)
    asked = [
        replace(one, required=one.name in marks.always, help=helps.get(one.name.removeprefix(EVIDENCE), ()))
        for one in controls(sheet.common)
    ]
    attendance = [f"e.{name}" for name in vote_fields(sheet.edition, sheet.step)]
    return act_view.blocks(asked, attendance)


def looked_over(sheet: MeetingSheet) -> ResponseReturnValue:
    """Show each person's arithmetic and what would come of it, or why not."""
    if sheet.summary():
        return sheet_page(sheet, errors=True)
    now = task()
    asked = [sheet.asked(row) for row in sheet.chosen]
    come = checked(now, asked)
    found = [_looked(now, sheet, row, one, come[one.case]) for row, one in zip(sheet.chosen, asked, strict=True)]
    return render_template(
        "meeting/check.html", sheet=sheet, found=found, ready=[one for one in found if not one.refused],
        common=_said(sheet), NOW=NOW, LATER=LATER, **WORDS,
    )  # fmt: skip


def _looked(now: Task, sheet: MeetingSheet, row: PersonRow, asked: TakeStep, come: Checked) -> Looked:
    """Return one person's arithmetic with what would come of it."""
    figures = {name: asked.evidence.get(name) for name in vote_fields(sheet.edition, sheet.step)}
    typed = {name: str(value) for name, value in figures.items() if value is not None}
    said = tuple((field_text(sheet.edition, sheet.step, name), value) for name, value in typed.items())
    wrong = vote_check(now.laws, now.laws.book(), (sheet.step, row.outcome), sheet.on, typed)
    looked = Looked(row, said, wrong, before=come.settled, told=_told(sheet, row))
    if come.refused is not None:
        return replace(looked, refused=reasons_of(now, come.refused))
    if come.judged is None or come.record is None:
        return looked
    return replace(
        looked,
        concerns=act_view.reasons(now.laws, come.record.book, come.judged.concerns),
        who=come.who,
        state=state_text(sheet.edition, come.judged.after.state),
    )


def _told(sheet: MeetingSheet, row: PersonRow) -> tuple[tuple[Text, str | Text], ...]:
    """Return what was typed of one person besides the figures of the vote."""
    known = {field.name for field in fields_of(sheet.edition, sheet.step, row.outcome)}
    known -= set(vote_fields(sheet.edition, sheet.step))
    return tuple(_worded(row.fields, row.filled, row.prefix, known))


def reasons_of(now: Task, error: WorkflowError) -> tuple[act_view.Reason, ...]:
    """Return every reason for which something is refused."""
    found = error.refusals if isinstance(error, StepRefused) else ()
    return act_view.reasons(now.laws, now.laws.book(), found) or (act_view.reason_of(error),)


def _said(sheet: MeetingSheet) -> list[tuple[Text, str | Text]]:
    """Return what holds for everybody, as it was typed, choices by their names."""
    return list(_worded(sheet.common, sheet.filled, EVIDENCE, {field.name for field in sheet.common}))


def _worded(
    fields: Sequence[FormField], filled: Filled, prefix: str, known: Collection[str]
) -> Iterator[tuple[Text, str | Text]]:
    """Yield the known fields that are filled, as they were typed, choices by their names."""
    for field in fields:
        text = filled.texts.get(f"{prefix}{field.name}", "")
        if field.name in known and filled.evidence.get(field.name) is not None:
            yield field.label, dict(field.choices).get(text) or text


def handed_in(sheet: MeetingSheet) -> ResponseReturnValue:
    """Hand in each person's own submission; whoever is refused stays on the sheet, to be mended and sent again."""
    if sheet.summary():
        return sheet_page(sheet, errors=True)
    results = [_settled(sheet, row) for row in sheet.chosen]
    look_anew()
    kept = [row for row in sheet.rows if row.chosen == LATER]
    if all(one.done for one in results) and not kept:
        flash(_counted(results), "success")
        return redirect(url_for("meeting.index", _anchor=anchor(sheet.meeting)), 303)
    return sheet_page(_anew(sheet, results), results=results)


def _settled(sheet: MeetingSheet, row: PersonRow) -> Result:
    try:
        look_anew()
        now = task()
        known = settled_before(now, read_case(now, row.number), sheet.step, sheet.meeting)
        if known is not None:
            return Result(row, known.entry, known.proposal, before=True)
        return _answered(row, submit(sheet.asked(row)))
    except WorkflowError as error:
        look_anew()
        return Result(row, refused=reasons_of(task(), error))


def _answered(row: PersonRow, answer: Answer) -> Result:
    if answer.declined:
        what = Text("此前的提交已经退回、收回或者失效", "what was handed in before was declined or has lapsed")
        return Result(row, refused=(act_view.Reason(what, None, None, None),))
    waits = answer.status is SubmissionStatus.WAITING
    return Result(row, None if waits else answer.entry, answer.proposal if waits else None, before=answer.again)


def _anew(sheet: MeetingSheet, results: Sequence[Result]) -> MeetingSheet:
    """Return the sheet for whoever is left: under another key, over the cases as they stand now."""
    now, done = task(), {one.row.number for one in results if one.done}
    left = [row for row in sheet.rows if row.number not in done]
    known = others(now, [row.number for row in left if row.chosen])  # now that why each was refused has been told
    rows = tuple(replace(row, chosen=NOW if row.chosen else "", seen=_seen(row, known)) for row in left)
    return replace(sheet, key=new_key(), rows=rows)


def _seen(row: PersonRow, known: Mapping[str, tuple[CaseRow, str]]) -> int:
    """Return the version of a case that is looked at from now on."""
    return known[row.number][0].head.entries if row.number in known else row.seen


def _counted(results: Sequence[Result]) -> str:
    """Return how many were recorded, wait, or stood there already."""
    counts = Counter("waits" if one.proposal else "before" if one.before else "recorded" for one in results)
    each = {
        "recorded": t("已登记 %d 人", "%d recorded"),
        "waits": t("等待复核 %d 人", "%d wait for a second person"),
        "before": t("此前已登记 %d 人", "%d on record before"),
    }
    return t("，", ", ").join(words % counts[name] for name, words in each.items() if counts[name])


def anchor(meeting: str) -> str:
    """Return where a meeting stands on the page of meetings."""
    return "m-" + meeting.replace(".", "-")
