"""The forms that amend: a correction with what stands prefilled, a past act attested late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from web.act_form import BLANK, EVIDENCE, Filled, controls, day_or_none, read, summary
from web.desk import new_key
from web.history_view import HIDDEN, PERSONAL
from web.limits import seen_in
from web.noting import case_read
from web.words import DAY_OF_THE_ACT, day_text, value_words
from workflow.case.record import EntryKind
from workflow.case.values import ABSENT, Value
from workflow.engine.amend import CORRECTABLE, attestable, entry_in_effect, weighed
from workflow.engine.duties import separation
from workflow.engine.evidence import field_of, stored, typed
from workflow.engine.forms import FormField, form_fields, record_fields
from workflow.engine.looking import person_of
from workflow.engine.naming import field_text
from workflow.engine.persons import ABOUT_THE_PERSON
from workflow.engine.reading import CaseRecord, Written
from workflow.engine.requests import Correct, Supplement
from workflow.engine.task import Task
from workflow.engine.writing import NAME
from workflow.errors import Text
from workflow.law.model import Edition, FieldType
from workflow.seal import Plain

REASON = "reason"
WHO = FormField(NAME, FieldType.TEXT, Text("姓名", "Name"), False, (), ())  # noqa: FBT003 - a blank one stays
BLANK_REASON = Text("请写明理由", "give the reason")
NOTHING_CHANGED = Text("没有改动任何内容", "nothing was changed")
NOTHING_FILLED = Text("请至少填写一项", "fill in at least one field")
KEPT_AS_IT_IS = Text(
    "原值不显示；不填就不改", "what stands is not shown; left blank, it stays"
)  # fmt: skip
Errors = list[tuple[str | None, Text]]


@dataclass(frozen=True, slots=True)
class Amending:
    """A form that amends one case. ``entry``: what is corrected, None: a past act is attested."""

    record: CaseRecord
    edition: Edition
    name: str
    step: str | None
    fields: tuple[FormField, ...]
    standing: Mapping[str, Plain]
    on: date | None
    entry: Written | None = None

    @property
    def number(self) -> str:
        """Return the number of the case."""
        return self.record.row.number

    @property
    def controls(self) -> tuple[FormField, ...]:
        """Return the fields as controls; what is not shown says so."""
        return tuple(
            replace(one, help=(KEPT_AS_IT_IS,)) if self.entry and field.name in PERSONAL else one
            for field, one in zip(self.fields, controls(self.fields), strict=True)
        )

    def prefilled(self) -> dict[str, str]:
        """Return what stands in the fields before anything is typed, personal values left out."""
        return {f"{EVIDENCE}{field.name}": self._shown(field) for field in self.fields}

    def _shown(self, field: FormField) -> str:
        if field.is_day:
            return self.on.isoformat() if self.on else ""
        value = self.standing.get(field.name)
        if value is None or field.name in PERSONAL:
            return ""
        if isinstance(value, list):
            return "\n".join(map(str, value))
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form sent. ``on``: the day of the act, if it changed; ``evidence``: what changed, None: taken away."""

    key: str
    seen: int
    reason: str
    filled: Filled
    on: str | None
    evidence: Mapping[str, Plain]
    errors: Errors

    @property
    def texts(self) -> Mapping[str, str]:
        """Return what was typed, by control."""
        return self.filled.texts

    @property
    def irregular(self) -> bool:
        """Return False: what amends is true, whatever it shows."""
        return False


def correcting(task: Task, number: str, entry: int, given: Mapping[str, str]) -> Amending:
    """Return the form that corrects an entry; raises what refuses it: UnknownCase, NotAmendable."""
    record = case_read(task, number)
    separation(task.connection, task.laws.organizations, task.actor, record.row)
    asked = Correct(key="-", case=number, seen=record.row.head.entries, number=entry, evidence={}, reason="-")
    weighed(task, record, asked)  # raises for whom the entry is not there to be corrected
    written = entry_in_effect(record, entry, CORRECTABLE)
    recorded = written.recorded
    on = recorded.occurred_on
    true_day = day_or_none(given.get(_day_control(record, written), "")) or on or recorded.recorded_on
    edition = record.book.edition_on(min(true_day, task.today))
    fields = _fields(edition, written)
    standing = stored(recorded.evidence)
    name, _ = person_of(task, record.row)
    if recorded.kind is EntryKind.OPENED:
        standing = {**standing, NAME: name}
    elif recorded.kind is EntryKind.ATTESTED and on is None and recorded.step in edition.steps:
        value = recorded.evidence.get(edition.steps[recorded.step].day)
        on = value if isinstance(value, date) else None
    return Amending(record, edition, name, recorded.step, fields, standing, on, written)


def _day_control(record: CaseRecord, written: Written) -> str:
    edition = record.book.edition_on(written.recorded.occurred_on or written.recorded.recorded_on)
    own = next((field.name for field in _fields(edition, written) if field.is_day), "")
    return f"{EVIDENCE}{own}"


def _fields(edition: Edition, written: Written) -> tuple[FormField, ...]:
    """Return the fields of an entry that can be corrected; nothing is required."""
    entry = written.recorded
    if entry.kind is EntryKind.OPENED:
        known = (field for field in record_fields(edition) if field.name in ABOUT_THE_PERSON)
        return (WHO, *(replace(field, required=False) for field in known))
    step = edition.steps.get(entry.step or "")
    if step is None:
        return ()
    if entry.kind is EntryKind.ATTESTED:
        return _of_the_past(edition, entry.step or "")
    claimed = str(written.body.get("claimed", entry.outcome))
    outcome = claimed if claimed in step.outcomes else None
    fields = form_fields(edition, entry.step or "", outcome)
    return tuple(replace(field, required=False, help=()) for field in fields)


def _of_the_past(edition: Edition, step: str) -> tuple[FormField, ...]:
    """Return the fields of a past act; of a step that repeats, its days are a field like any other."""
    repeats = edition.steps[step].repeats
    return tuple(
        replace(field, required=False, help=(), is_day=field.is_day and not repeats)
        for field in form_fields(edition, step, None)
    )


def attesting(task: Task, number: str, step: str | None) -> tuple[CaseRecord, tuple[str, ...], Amending | None]:
    """Return a case, the steps of whose past something can be attested, and the form for one of them.

    Raises UnknownCase, NotAmendable, NotForThisOrganization, NotEntitled, ConflictOfDuties.
    """
    record = case_read(task, number)
    separation(task.connection, task.laws.organizations, task.actor, record.row)
    edition, known = record.book.edition_on(task.today), record.view().values
    steps = tuple(one for one in attestable(task, record) if _blank(edition, one, known))
    if step not in steps or step is None:
        return record, steps, None
    fields = _blank(edition, step, known)
    return record, steps, Amending(record, edition, person_of(task, record.row)[0], step, fields, {}, None)


def _blank(edition: Edition, step: str, known: Mapping[str, Value]) -> tuple[FormField, ...]:
    """Return the fields of a step of which nothing is on record."""
    fields = _of_the_past(edition, step)
    return tuple(field for field in fields if known.get(f"{step}.{field.name}") in (None, ABSENT))


def sent(amending: Amending, given: Mapping[str, str]) -> Sent:
    """Return what a form sent: what is not as it stands, and everything that is wrong, at its control."""
    filled = read(amending.edition, amending.step, amending.fields, given)
    changed = {name: value for name, value in _changed(amending, filled) if f"{EVIDENCE}{name}" not in filled.errors}
    stands = amending.on.isoformat() if amending.on else None
    on = filled.occurred_on if filled.occurred_on != stands else None
    errors: Errors = [*summary(amending.fields, filled.errors)]
    day = next((f"{EVIDENCE}{field.name}" for field in amending.fields if field.is_day), None)
    if amending.entry and day and stands and not filled.occurred_on and day not in filled.errors:
        errors.insert(0, (day, Text(f"{DAY_OF_THE_ACT.zh}：{BLANK.zh}", f"{DAY_OF_THE_ACT.en}: {BLANK.en}")))
    if not errors and not changed and on is None:
        errors.append((None, NOTHING_CHANGED if amending.entry else NOTHING_FILLED))
    reason = given.get(REASON, "").strip()
    if not reason:
        errors.append((REASON, BLANK_REASON))
    seen = seen_in(given)
    return Sent(given.get("key") or new_key(), seen, reason, filled, on, changed, errors)


def _changed(amending: Amending, filled: Filled) -> Iterable[tuple[str, Plain]]:
    for field in amending.fields:
        if field.is_day:
            continue
        typed_now, stands = filled.evidence.get(field.name), amending.standing.get(field.name)
        blank_is_kept = field.name in PERSONAL or field.name == NAME or amending.entry is None
        if typed_now != stands and not (typed_now is None and blank_is_kept):
            yield field.name, typed_now


def blank(amending: Amending) -> Sent:
    """Return a form before anything is typed."""
    filled = Filled(amending.prefilled(), None, {}, {})
    return Sent(new_key(), amending.record.row.head.entries, "", filled, None, {}, [])


def asked(amending: Amending, typed: Sent) -> Correct | Supplement:
    """Return what a form asks for."""
    if amending.entry is not None:
        return Correct(
            key=typed.key, case=amending.number, seen=typed.seen, number=amending.entry.recorded.number,
            occurred_on=typed.on, evidence=typed.evidence, reason=typed.reason,
        )  # fmt: skip
    return Supplement(
        key=typed.key, case=amending.number, seen=typed.seen, step=amending.step or "", occurred_on=typed.on,
        evidence=typed.evidence, reason=typed.reason,
    )  # fmt: skip


def changes(record: CaseRecord, request: Correct | Supplement, *, revealed: bool = False) -> list[dict[str, Text]]:
    """Return what would change: field, what stands there, what would; the day of birth only if ``revealed``."""
    written = entry_in_effect(record, request.number, CORRECTABLE) if isinstance(request, Correct) else None
    step = written.recorded.step if written else getattr(request, "step", None)
    stands = written.recorded.occurred_on if written else None
    day = date.fromisoformat(request.occurred_on) if request.occurred_on else None
    edition = record.book.edition_on(day or stands or (written.recorded.recorded_on if written else date.max))
    found = []
    if day is not None:
        before = day_text(stands) if stands else _nothing()
        found.append({"field": DAY_OF_THE_ACT, "before": before, "after": day_text(day)})
    after = typed(edition, step, request.evidence)
    for name, value in after.items():
        before_value = written.recorded.evidence.get(name) if written else None
        hidden = name in PERSONAL and not revealed
        label = field_text(edition, step, name) if field_of(edition, step, name) or name == NAME else Text(name, name)
        found.append({
            "field": label,
            "before": HIDDEN if hidden else value_words(edition, step, name, before_value),
            "after": HIDDEN if hidden else value_words(edition, step, name, value),
        })  # fmt: skip
    return found


def _nothing() -> Text:
    return Text("", "")
