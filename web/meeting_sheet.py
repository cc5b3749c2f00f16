"""The sheet of a meeting: what holds for everybody, once; a row a person with outcome, ballots, papers and note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import islice

from web.act_form import BLANK, Filled, controls, read
from web.desk import new_key
from web.limits import number_in
from workflow.engine.foreseen import NOTHING_KNOWN, Foreseen
from workflow.engine.forms import FormField, form_fields, vote_fields
from workflow.engine.meeting_view import Candidate, meeting_candidates, others
from workflow.engine.meetings import ballots, days_of_each, meeting_acts, meeting_number
from workflow.engine.naming import outcome_text
from workflow.engine.requests import TakeStep
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.model import Edition, FieldType, StepDef
from workflow.seal import Plain

ROW = "p."  # controls of a person are called p., the number of the case, and the field
OF_A_PERSON = frozenset({FieldType.PAPER, FieldType.PERSON, FieldType.TEXT})
NOW, LATER = "yes", "later"  # handed in with this click; kept on the sheet
MOST_ROWS = 200
NOBODY = Text("请至少选择一人", "choose at least one person")
BLANK_REASON = Text("请写明理由", "give the reason")
NO_OUTCOME = Text("请选择结果", "choose how it ended")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person on the sheet. ``chosen``: settled at this meeting; ``errors``: what is wrong, by control."""

    number: str
    name: str
    branch: str
    state: str
    seen: int
    chosen: str
    outcome: str
    reason: str
    filled: Filled
    errors: Mapping[str, Text]
    fields: tuple[FormField, ...]
    candidate: Candidate | None = None

    @property
    def prefix(self) -> str:
        """Return how the controls of this person begin."""
        return f"{ROW}{self.number}."


@dataclass(frozen=True, slots=True)
class MeetingSheet:
    """A meeting: its step and day, the fields that hold for everybody, the people.

    What stands in ``common`` and in ``personal``, a day, holds for everybody for whom no other is told.
    """

    edition: Edition
    step: str
    on: date
    outcomes: tuple[str, ...]
    meeting: str
    key: str
    common: tuple[FormField, ...]
    personal: tuple[FormField, ...]
    filled: Filled
    errors: Mapping[str, Text]
    rows: tuple[PersonRow, ...]

    @property
    def definition(self) -> StepDef:
        """Return the step."""
        return self.edition.steps[self.step]

    @property
    def chosen(self) -> tuple[PersonRow, ...]:
        """Return the people who are to be settled."""
        return tuple(row for row in self.rows if row.chosen == NOW)

    @property
    def shared(self) -> frozenset[str]:
        """Return the fields that a person can have otherwise than everybody else."""
        return frozenset({field.name for field in self.common} & {field.name for field in self.personal})

    def asked(self, row: PersonRow) -> TakeStep:
        """Return a person's own submission; its key follows from the form's, so that a second click is the same one."""
        known = {field.name for field in fields_of(self.edition, self.step, row.outcome)}
        both: dict[str, Plain] = {**self.filled.evidence, **row.filled.evidence}
        return TakeStep(
            key=sha256(f"{self.key} {row.number}".encode()).hexdigest(),
            case=row.number,
            seen=row.seen,
            step=self.step,
            outcome=row.outcome,
            occurred_on=self.on.isoformat(),
            evidence={name: value for name, value in both.items() if name in known},
            reason=row.reason or None,
            meeting=self.meeting,
        )

    def summary(self) -> list[tuple[str | None, Text]]:
        """Return what has to be mended, in the order of the sheet, with whose it is."""
        labels = {field.name: field.label for field in controls(self.common)}
        found: list[tuple[str | None, Text]] = [
            (control, _said(labels.get(control), what)) for control, what in self.errors.items()
        ]
        for row in self.chosen:
            own = {field.name: field.label for field in controls(row.fields, row.prefix)}
            found += [(control, _said(own.get(control), what, f"{row.name} ")) for control, what in row.errors.items()]
        return found if found or self.chosen else [(None, NOBODY)]


def _said(label: Text | None, what: Text, whose: str = "") -> Text:
    zh = f"{label.zh}：{what.zh}" if label else what.zh
    en = f"{label.en}: {what.en}" if label else what.en
    return Text(f"{whose}{zh}", f"{whose}{en}")


def fields_of(edition: Edition, step: str, outcome: str, case: Foreseen = NOTHING_KNOWN) -> tuple[FormField, ...]:
    """Return the fields of an outcome but for the day, which is the meeting's, and what is added to it later.

    ``case``: what the cases of all people say of it alike.
    """
    later = {one.fills for one in edition.steps[step].outcomes.values() if one.adds}
    return tuple(
        field for field in form_fields(edition, step, outcome, case) if not field.is_day and field.name not in later
    )  # fmt: skip


def sheet_of(task: Task, step: str, on: date, given: Mapping[str, str]) -> MeetingSheet | None:
    """Return the sheet of a meeting with what was typed; None: this office settles no such step at meetings."""
    edition = task.laws.book().edition_on(on)
    outcomes = meeting_acts(task, edition).get(step, ())
    if not outcomes:
        return None
    found = _candidates(task, edition, (step, outcomes), on)
    if found:  # people of one organization are bound by one law, local practice and all
        edition = found[0].record.book.edition_on(on)
        outcomes = meeting_acts(task, edition).get(step, outcomes)
    return _filled_in(task, MeetingSheet(
        edition, step, on, outcomes, meeting_number(task, step, on), given.get("key") or new_key(),
        *_parted(edition, step, outcomes), _nothing(), {}, (),
    ), found, given)  # fmt: skip


def _candidates(task: Task, edition: Edition, act: tuple[str, Sequence[str]], on: date) -> tuple[Candidate, ...]:
    """Return who could be settled with any of the outcomes, each once: those in whose way nothing stands first."""
    step, outcomes = act
    starts = {edition.steps[step].outcomes[one].start or edition.steps[step].start: one for one in reversed(outcomes)}
    found: dict[str, Candidate] = {}
    for outcome in sorted(starts.values(), key=outcomes.index):
        for one in meeting_candidates(task, step, outcome, on):
            found.setdefault(one.number, one)
    return tuple(sorted(found.values(), key=lambda one: (not one.ready, one.number)))[:MOST_ROWS]


def _parted(
    edition: Edition, step: str, outcomes: Sequence[str]
) -> tuple[tuple[FormField, ...], tuple[FormField, ...]]:
    """Return the fields of all outcomes: those that hold for everybody, and those of each person.

    Of a person are ballots, papers, names, free text, and what is told of one outcome only. Days are of both. What was
    concluded is told by the outcome.
    """
    fields = {field.name: field for outcome in reversed(outcomes) for field in fields_of(edition, step, outcome)}
    concluded = {key for one in edition.steps[step].outcomes.values() for key in one.sets}
    order = [name for name in edition.steps[step].evidence if name in fields and name not in concluded]
    cast, evidence = ballots(edition, step), edition.steps[step].evidence
    own = {
        name for name in order if name in cast or evidence[name].type in OF_A_PERSON or evidence[name].only
    }  # fmt: skip
    both = days_of_each(edition, step) - own
    votes = vote_fields(edition, step)
    order.sort(key=lambda name: name not in votes)  # who was there stands first
    return (
        tuple(fields[name] for name in order if name not in own),
        tuple(replace(fields[name], help=()) for name in order if name in own | both),
    )


def _nothing() -> Filled:
    return Filled({}, None, {}, {})


def _filled_in(task: Task, sheet: MeetingSheet, found: Sequence[Candidate], given: Mapping[str, str]) -> MeetingSheet:
    rows = tuple(_row(sheet, one, given) for one in found)
    known = {row.number for row in rows}
    gone = [number for number in islice(_chosen(given), MOST_ROWS) if number not in known]
    rows += _gone(task, sheet, gone, given)
    typed = read(sheet.edition, sheet.step, sheet.common, given)
    asked = {
        field.name
        for row in rows if row.chosen == NOW and row.outcome
        for field in fields_of(sheet.edition, sheet.step, row.outcome)
        if field.required and not row.filled.texts.get(f"{row.prefix}{field.name}", "").strip()
    }  # fmt: skip
    errors = {control: what for control, what in typed.errors.items() if control not in typed.missing}
    errors |= {f"e.{field.name}": BLANK for field in sheet.common
               if field.name in asked and not typed.texts[f"e.{field.name}"].strip()}  # fmt: skip
    in_order = {f"e.{field.name}": errors[f"e.{field.name}"] for field in sheet.common if f"e.{field.name}" in errors}
    return replace(sheet, rows=rows, filled=typed, errors=in_order)


def _chosen(given: Mapping[str, str]) -> Iterator[str]:
    """Yield the numbers of the people whom a form chose."""
    for name, text in given.items():
        if name.startswith(ROW) and name.endswith(".in") and text in (NOW, LATER):
            yield name.removeprefix(ROW).removesuffix(".in")


def _row(sheet: MeetingSheet, one: Candidate, given: Mapping[str, str]) -> PersonRow:
    row = one.record.row
    blank = PersonRow(
        row.number, one.name, row.branch, row.state, row.head.entries, "", sheet.outcomes[0] if not given else "", "",
        _nothing(), {}, sheet.personal, one,
    )  # fmt: skip
    return _typed(sheet, blank, given)


def _gone(task: Task, sheet: MeetingSheet, numbers: Sequence[str], given: Mapping[str, str]) -> tuple[PersonRow, ...]:
    """Return the rows of those who are no candidates any more: settled meanwhile, or out of sight."""
    known = others(task, numbers) if numbers else {}
    found = []
    for number in numbers:
        row, name = known.get(number, (None, ""))
        state, seen = (row.state, row.head.entries) if row else ("", 0)
        blank = PersonRow(number, name or number, "", state, seen, "", "", "", _nothing(), {}, sheet.personal)
        found.append(_typed(sheet, blank, given))
    return tuple(found)


def _typed(sheet: MeetingSheet, row: PersonRow, given: Mapping[str, str]) -> PersonRow:
    """Return a row with what was typed into it and what is wrong with that."""
    prefix = row.prefix
    outcome = given.get(f"{prefix}outcome", row.outcome)
    outcome = outcome if outcome in sheet.outcomes else ""
    chosen, reason = given.get(f"{prefix}in", ""), given.get(f"{prefix}reason", "").strip()
    typed = read(sheet.edition, sheet.step, row.fields, given, prefix)
    own = fields_of(sheet.edition, sheet.step, outcome) if outcome else ()
    needed = {f"{prefix}{field.name}" for field in own if field.required and field.name not in sheet.shared}
    errors = {control: what for control, what in typed.errors.items() if control not in typed.missing - needed}
    errors |= {one: BLANK for one in needed if one in typed.texts and not typed.texts[one].strip()}
    errors = {one: errors[one] for one in typed.texts if one in errors}
    if not outcome:
        errors = {f"{prefix}outcome": NO_OUTCOME, **errors}
    elif sheet.definition.outcomes[outcome].reason and not reason:
        errors[f"{prefix}reason"] = BLANK_REASON
    return replace(
        row,
        seen=number_in(given.get(f"{prefix}seen", ""), row.seen),
        chosen=chosen if chosen in (NOW, LATER) else "",
        outcome=outcome,
        reason=reason,
        filled=typed,
        errors=errors if chosen == NOW else {},
    )


def outcome_choices(sheet: MeetingSheet) -> tuple[tuple[str, Text], ...]:
    """Return the outcomes of the meeting with what they are called."""
    named = ((code, outcome_text(sheet.edition, sheet.step, code)) for code in sheet.outcomes)
    return tuple((code, words) for code, words in named if words is not None)
