"""The form of one act: in which case, which outcome of which step, in the words of the edition of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import abort

from web.act_form import EVIDENCE, Filled, controls, day_or_none, read
from web.act_view import limits
from web.desk import new_key
from web.limits import seen_in
from web.noting import case_read
from workflow.engine.batches import require_in_effect
from workflow.engine.foreseen import NOTHING_KNOWN, Foreseen, foreseen
from workflow.engine.forms import FormField, form_fields, record_fields, vote_check, vote_fields
from workflow.engine.judging import Judged
from workflow.engine.laws import Laws
from workflow.engine.looking import branches_called, person_of, preview
from workflow.engine.offering import require_entitled
from workflow.engine.reading import CaseRecord
from workflow.engine.requests import OpenCase, TakeStep
from workflow.engine.steps import weigh
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.model import Edition, FieldType, OutcomeDef, StepDef
from workflow.rules.rulebook import Rulebook

NAME, BRANCH, REASON = "name", "branch", "reason"
BORN, FLOATING = "person.born_on", "case.floating"
WHO = FormField(NAME, FieldType.TEXT, Text("姓名", "Name"), True, (), ())  # noqa: FBT003 - it is required
WHERE_HELP = Text("写党支部的全称", "the full name of the branch")
WHERE = FormField(BRANCH, FieldType.TEXT, Text("编入的党支部", "Branch"), True, (), (WHERE_HELP,))  # noqa: FBT003 - it is required


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent. ``act``: the evidence; ``person``: of a case to be opened, who it is about."""

    key: str
    seen: int
    reason: str
    irregular: bool
    act: Filled
    person: Filled
    lost: tuple[str, ...] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        """Return everything that was typed into fields, by control."""
        return {**self.person.texts, **self.act.texts}

    @property
    def errors(self) -> Mapping[str, Text]:
        """Return what is wrong, by control."""
        return {**self.person.errors, **self.act.errors}

    @property
    def unfit(self) -> Mapping[str, Text]:
        """Return what has to be mended; what is told of an irregular act may lack evidence, though not its day."""
        excused = self.act.missing if self.irregular and self.act.occurred_on else ()
        return {control: what for control, what in self.errors.items() if control not in excused}

    @property
    def only_lacks(self) -> bool:
        """Tell whether nothing is wrong but that evidence lacks: the act may have left no more behind."""
        return bool(self.act.missing) and not (self.act.unreadable or self.person.errors) and bool(self.act.occurred_on)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form. ``record``: the case, None: it is to be opened; ``facts``: the fields of whom it is about then.

    ``case``: what the case says of the act on the day that was typed.
    """

    laws: Laws
    record: CaseRecord | None
    book: Rulebook
    edition: Edition
    step: str
    outcome: str
    name: str
    today: date
    facts: tuple[FormField, ...] = ()
    branches: tuple[tuple[str, str], ...] = ()  # uid and full name of those that the branch typed may mean
    case: Foreseen = NOTHING_KNOWN

    @property
    def definition(self) -> StepDef:
        """Return the step."""
        return self.edition.steps[self.step]

    @property
    def chosen(self) -> OutcomeDef:
        """Return the outcome."""
        return self.definition.outcomes[self.outcome]

    @property
    def number(self) -> str:
        """Return the number of the case; empty: it is to be opened."""
        return self.record.row.number if self.record else ""

    @property
    def state(self) -> str:
        """Return where the case stands."""
        return self.record.row.state if self.record else self.edition.initial or ""

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Return the fields of the evidence."""
        return form_fields(self.edition, self.step, self.outcome, self.case)

    @property
    def controls(self) -> tuple[FormField, ...]:
        """Return the fields as controls; the day with the first and last day on which the act is lawful."""
        return tuple(
            replace(one, help=(*one.help, *self._limits(field))) if field.is_day else one
            for field, one in zip(self.fields, controls(self.fields), strict=True)
        )

    def _limits(self, field: FormField) -> tuple[Text, ...]:
        return limits(self.laws, self.record, f"{self.step}.{field.name}", self.today) if self.record else ()

    @property
    def votes(self) -> tuple[str, ...]:
        """Return the controls that take the figures of a vote; none: there is no vote."""
        asked = {field.name for field in self.fields}
        return tuple(f"{EVIDENCE}{name}" for name in vote_fields(self.edition, self.step) if name in asked)

    @property
    def names_people(self) -> bool:
        """Tell whether somebody is named in it."""
        return any(field.type is FieldType.PERSON for field in self.fields)

    def blank(self) -> Typed:
        """Return the form before anything is typed: nothing is wrong yet."""
        sent = self.sent({})
        seen = self.record.row.head.entries if self.record else 0
        act, person = (replace(one, errors={}, missing=frozenset()) for one in (sent.act, sent.person))
        return replace(sent, key=new_key(), seen=seen, act=act, person=person)

    def sent(self, given: Mapping[str, str]) -> Typed:
        """Return what a form sent."""
        act = read(self.edition, self.step, self.fields, given)
        known = {f"{EVIDENCE}{field.name}" for field in self.fields}
        lost = tuple(name for name, text in given.items() if name.startswith(EVIDENCE) and text and name not in known)
        person = read(self.edition, None, self.facts, given, "")
        return Typed(
            key=given.get("key", ""),
            seen=seen_in(given),
            reason=given.get(REASON, "").strip(),
            irregular=given.get("irregular") == "yes",
            act=act,
            person=replace(person, errors={**self._branch_errors(given), **person.errors}),
            lost=lost,
        )

    def _branch_errors(self, given: Mapping[str, str]) -> dict[str, Text]:
        """Return what is wrong with the branch that was typed: it is to be one."""
        text = given.get(BRANCH, "").strip()
        if WHERE.name not in {field.name for field in self.facts} or not text or len(self.branches) == 1:
            return {}
        if not self.branches:
            return {BRANCH: Text("没有这个党支部，请写全称", "there is no such branch: write its full name")}
        return {} if text in dict(self.branches) else {BRANCH: Text("有几个同名的党支部，请选择", "choose which one")}

    def asked(self, typed: Typed) -> TakeStep | OpenCase:
        """Return what a form asks for."""
        common: dict[str, Any] = {
            "key": typed.key, "step": self.step, "outcome": self.outcome, "occurred_on": typed.act.occurred_on or "",
            "evidence": dict(typed.act.evidence), "reason": typed.reason or None,
        }  # fmt: skip
        if self.record is not None:
            return TakeStep(case=self.number, seen=typed.seen, irregular=typed.irregular, **common)
        person: Mapping[str, Any] = typed.person.evidence
        return OpenCase(
            name=str(person.get(NAME, "")), born_on=person.get(BORN), floating=person.get(FLOATING),
            branch=self.branches[0][0] if len(self.branches) == 1 else person.get(BRANCH), **common,
        )  # fmt: skip

    def weighed(self, task: Task, asked: TakeStep | OpenCase) -> Judged:
        """Return what would come of what is asked for; raises whatever refuses it."""
        if self.record is not None and isinstance(asked, TakeStep):
            require_in_effect(self.record.row)
            return weigh(task, self.record, asked)
        return preview(task, asked)[1]

    def vote_says(self, given: Mapping[str, str]) -> tuple[tuple[Text, ...], bool]:
        """Return what is wrong with the figures of a vote so far, and whether they are complete and right."""
        figures = {name.removeprefix(EVIDENCE): given.get(name, "") for name in self.votes}
        on = day_or_none(given.get(self.day_control, "")) or self.today
        said = vote_check(self.laws, self.book, (self.step, self.outcome), min(on, self.today), figures)
        evidence = self.definition.evidence
        whole = all(text.strip() for name, text in figures.items() if evidence[name].required)
        return said, bool(figures) and whole and not said

    @property
    def day_control(self) -> str:
        """Return the control that takes the day of the act."""
        return f"{EVIDENCE}{self.chosen.fills or self.definition.day}"

    def future_control(self, typed: Typed) -> str | None:
        """Return the first control that holds a day after today where what is done is dated."""
        days = {self.day_control: typed.act.occurred_on}
        for name, value in typed.act.evidence.items():
            if self.definition.evidence[name].dates_an_act:
                days[f"{EVIDENCE}{name}"] = max(map(str, value)) if isinstance(value, list) else str(value)
        return next((control for control, on in days.items() if on and on > self.today.isoformat()), None)


def sheet_of(task: Task, number: str, act: tuple[str, str], given: Mapping[str, str]) -> Sheet:
    """Return the form of an act in a case of the scope, open to the actor; ``act``: step and outcome.

    Raises UnknownCase, NotEntitled, NotForThisOrganization, ConflictOfDuties; NotFound where no edition knows the act.
    """
    record = case_read(task, number)
    edition, on = _edition(record.book, act, given, task.today)
    require_entitled(task, record.row, edition, *act)
    name, _ = person_of(task, record.row)
    case = foreseen(task.laws, record, act, on, task.today)
    return Sheet(task.laws, record, record.book, edition, *act, name, task.today, case=case)


def opening_sheet(task: Task, act: tuple[str, str], given: Mapping[str, str]) -> Sheet:
    """Return the form that opens a case: who it is about, the act that opens it, for a superior the branch."""
    book = task.laws.book()
    edition, _ = _edition(book, act, given, task.today)
    known = {field.name: field for field in record_fields(edition)}
    facts = (WHO, known[BORN], known[FLOATING])
    name, text = given.get(NAME, "").strip(), given.get(BRANCH, "").strip()
    if "branch" in task.actor.bodies:
        return Sheet(task.laws, None, book, edition, *act, name, task.today, facts)
    branches = branches_called(task, text) if text and text.isprintable() else ()
    return Sheet(task.laws, None, book, edition, *act, name, task.today, (*facts, _where(branches, text)), branches)


def _where(branches: Sequence[tuple[str, str]], text: str) -> FormField:
    """Return the field that takes the branch: a text, or a choice where several are called so."""
    if len(branches) > 1 or text in dict(branches):
        return replace(WHERE, type=FieldType.CHOICE, choices=tuple((uid, Text(name, name)) for uid, name in branches))
    return WHERE


def _edition(book: Rulebook, act: tuple[str, str], given: Mapping[str, str], today: date) -> tuple[Edition, date]:
    """Return the edition of the day that was typed, one that knows the act, and that day: today while there is none."""
    step, outcome = act
    there = [one.edition for one in book.periods if outcome in _outcomes(one.edition, step)]
    if not there:
        abort(404)
    days = {f"{EVIDENCE}{one.steps[step].outcomes[outcome].fills or one.steps[step].day}" for one in there}
    on = next(filter(None, (day_or_none(given.get(name, "")) for name in sorted(days))), today)
    governing = book.edition_on(on)
    return (governing if governing in there else there[-1]), on


def _outcomes(edition: Edition, step: str) -> Mapping[str, OutcomeDef]:
    return edition.steps[step].outcomes if step in edition.steps else {}
