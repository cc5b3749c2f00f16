"""Reading a form of evidence: what was typed into the fields of a step, as the desk takes it, with what is wrong of it.

The controls of evidence are called ``e.`` and the name of the field, so that no field of local practice can be mistaken
for a control of the form itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflow.engine.evidence import UnreadableEvidence, field_of
from workflow.engine.forms import FormField
from workflow.engine.typed_in import day_typed, typed_field
from workflow.errors import Text
from workflow.law.model import Edition, FieldType
from workflow.seal import Plain

EVIDENCE = "e."
BLANK = Text("请填写", "fill this in")
LONGEST = 20_000  # characters of one control: more is no form that somebody filled in


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, by control; ``errors``: what is wrong, by control.

    ``occurred_on``: the day of the act as ISO, None: blank or unreadable; ``evidence``: the other fields that are
    filled and readable, by field; ``missing``: the controls that must be filled and are not.
    """

    texts: Mapping[str, str]
    occurred_on: str | None
    evidence: Mapping[str, Plain]
    errors: Mapping[str, Text]
    missing: frozenset[str] = frozenset()

    @property
    def unreadable(self) -> bool:
        """Tell whether something was typed that cannot be read."""
        return bool(set(self.errors) - self.missing)


def controls(fields: Iterable[FormField], prefix: str = EVIDENCE) -> tuple[FormField, ...]:
    """Return fields as controls: under their names in a form; the day of the act takes one day."""
    return tuple(
        replace(field, name=f"{prefix}{field.name}", type=FieldType.DAY if field.is_day else field.type)
        for field in fields
    )


def read(
    edition: Edition, step: str | None, fields: Sequence[FormField], typed: Mapping[str, str], prefix: str = EVIDENCE
) -> Filled:
    """Return what was typed into the fields of a step (None: into those of the record), every fault at once."""
    texts = {f"{prefix}{field.name}": typed.get(f"{prefix}{field.name}", "")[:LONGEST] for field in fields}
    evidence: dict[str, Plain] = {}
    errors: dict[str, Text] = {}
    missing = []
    for field in fields:
        control = f"{prefix}{field.name}"
        try:
            value = _value(edition, step, field, texts[control])
        except UnreadableEvidence as error:
            errors[control] = error.what
            continue
        if value is not None:
            evidence[field.name] = value
        elif field.required:
            missing.append(control)
            errors[control] = BLANK
    day = next((field.name for field in fields if field.is_day), None)
    occurred_on = evidence.pop(day, None) if day else None
    return Filled(texts, str(occurred_on) if occurred_on else None, evidence, errors, frozenset(missing))


def day_or_none(text: str) -> date | None:
    """Return the day that was typed, None for none."""
    try:
        return day_typed(text)
    except UnreadableEvidence:
        return None


def summary(fields: Sequence[FormField], errors: Mapping[str, Text], prefix: str = EVIDENCE) -> list[tuple[str, Text]]:
    """Return faults in the order of the form, each with the name of its field: for the list on top of a form."""
    labels = {f"{prefix}{field.name}": field.label for field in fields}
    named = [(control, labels[control]) for control in labels if control in errors]
    return [
        (control, Text(f"{label.zh}：{errors[control].zh}", f"{label.en}: {errors[control].en}"))
        for control, label in named
    ]


def _value(edition: Edition, step: str | None, field: FormField, text: str) -> Plain:
    """Return one field as the desk takes it, of what no edition defines the text; raises UnreadableEvidence."""
    if field.is_day:
        return day_typed(text).isoformat() if text.strip() else None
    definition = field_of(edition, step, field.name)
    return typed_field(edition, definition, text) if definition else text.strip() or None
