"""Which fields of the sheet of a meeting have to be filled in: always, with some outcomes only, or of some people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from web.meeting_sheet import MeetingSheet, PersonRow, fields_of
from workflow.engine.foreseen import NOTHING_KNOWN, Foreseen, foreseen
from workflow.engine.naming import outcome_text
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.machine import possible

ALWAYS, OF_SOME = Text("必填", "required"), Text("部分人必填", "required of some")
Needed = Mapping[str, frozenset[str]]  # outcomes that cannot do without a field, by field


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a sheet. ``always``: controls that have to be filled in; ``sometimes``: others, with when.

    ``idle``: rules of the step that bind none of the people, however the meeting ends for them.
    """

    always: frozenset[str]
    sometimes: Mapping[str, Text]
    idle: frozenset[str] = frozenset()

    def helps(self, sheet: MeetingSheet) -> dict[str, tuple[Text, ...]]:
        """Return what the rules that read a field ask of anybody here, by field."""
        case = Foreseen(idle=self.idle)
        found: dict[str, tuple[Text, ...]] = {}
        for outcome in sheet.outcomes:
            for field in fields_of(sheet.edition, sheet.step, outcome, case):
                found.setdefault(field.name, field.help)
        return found


def marks_of(task: Task, sheet: MeetingSheet) -> Marks:
    """Return which controls of a sheet are marked: as the form of the step would mark them for each of the people."""
    required = {outcome: _required(sheet, outcome) for outcome in sheet.outcomes}
    people = [(row, _cases(task, sheet, row)) for row in sheet.rows]
    needed = [_needed(cases, required) for _, cases in people]
    marks = {f"e.{name}": mark for name, mark in _common(sheet, [cases for _, cases in people], needed).items()}
    for (row, cases), own in zip(people, needed, strict=True):
        said = {name: _mark(sheet, own[name], cases) for name in own if name not in sheet.shared}
        marks |= {f"{row.prefix}{name}": mark for name, mark in said.items() if mark}
    always = frozenset(control for control, mark in marks.items() if mark is ALWAYS)
    idle = [case.idle for _, cases in people for case in cases.values()]
    sometimes = {control: mark for control, mark in marks.items() if control not in always}
    return Marks(always, sometimes, frozenset.intersection(*idle) if idle else frozenset())


def _cases(task: Task, sheet: MeetingSheet, row: PersonRow) -> dict[str, Foreseen]:
    """Return what a case says of each outcome that the meeting can have for it; of somebody who is gone: nothing."""
    can = possible(sheet.edition, row.state).get(sheet.step, ()) if row.state else ()
    here = tuple(one for one in sheet.outcomes if one in can) or sheet.outcomes
    if row.candidate is None:
        return dict.fromkeys(here, NOTHING_KNOWN)
    record = row.candidate.record
    return {one: foreseen(task.laws, record, (sheet.step, one), sheet.on, task.today) for one in here}


def _required(sheet: MeetingSheet, outcome: str) -> frozenset[str]:
    """Return what no act that ends so can do without, by the definition."""
    fields = {field.name for field in fields_of(sheet.edition, sheet.step, outcome) if field.required}
    return frozenset(fields | ({"reason"} if sheet.definition.outcomes[outcome].reason else set()))


def _needed(cases: Mapping[str, Foreseen], required: Mapping[str, frozenset[str]]) -> Needed:
    """Return of each field the outcomes for which it has to be filled in: by the definition, or by a rule."""
    found: dict[str, frozenset[str]] = {}
    for outcome, case in cases.items():
        for name in required[outcome] | case.demanded:
            found[name] = found.get(name, frozenset()) | {outcome}
    return found


def _common(sheet: MeetingSheet, here: Sequence[Collection[str]], needed: Sequence[Needed]) -> dict[str, Text]:
    """Return the marks of the fields that hold for everybody: what some people can do without is said so."""
    found: dict[str, Text] = {}
    for field in sheet.common:
        marks = {_mark(sheet, own.get(field.name, frozenset()), can) for can, own in zip(here, needed, strict=True)}
        if mark := marks.pop() if len(marks) == 1 else OF_SOME if marks else None:
            found[field.name] = mark
    return found


def _mark(sheet: MeetingSheet, needing: frozenset[str], here: Collection[str]) -> Text | None:
    """Return how a field is marked that some outcomes of a meeting need; None: none of them does."""
    free = frozenset(here) - needing
    if not needing or not free:
        return ALWAYS if needing else None
    zh, en = _named(sheet, needing if len(needing) <= len(free) else free)
    if len(needing) <= len(free):
        return Text(f"{zh}时必填", f"required for: {en}")
    return Text(f"除{zh}外必填", f"required except for: {en}")


def _named(sheet: MeetingSheet, outcomes: Collection[str]) -> tuple[str, str]:
    """Return some outcomes by their names, in the order of the sheet."""
    found = [outcome_text(sheet.edition, sheet.step, one) for one in sheet.outcomes if one in outcomes]
    named = [words for words in found if words is not None]
    return "".join(f"“{one.zh}”" for one in named), ", ".join(f"“{one.en}”" for one in named)
