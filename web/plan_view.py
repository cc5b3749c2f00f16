"""The days to come as the page shows them, and the days that somebody supposes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from web.words import Urgency
from workflow.case.values import Value
from workflow.engine.lights import Light
from workflow.engine.naming import step_text
from workflow.engine.typed_in import day_typed
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition, FieldType
from workflow.plan import Limit, Planned
from workflow.rules.explain import articles_text


@dataclass(frozen=True, slots=True)
class PlanLimit:
    """A first or last lawful day with what determines it."""

    day: date
    why: Text
    basis: Text | None
    since: Text | None
    supposed: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A step to come. ``column``: the name of the field in which a day can be supposed for it."""

    step: str
    number: int
    name: Text
    column: str
    label: Text
    earliest: PlanLimit
    latest: PlanLimit | None
    light: Urgency | None


def assumed_in(
    edition: Edition, values: Mapping[str, Value], typed: Mapping[str, str]
) -> tuple[dict[str, date], list[tuple[str, Text]]]:
    """Return the days supposed for blank columns, and what of the typed ones cannot be read: field and words."""
    found: dict[str, date] = {}
    errors: list[tuple[str, Text]] = []
    for column, text in typed.items():
        field = edition.fields.get(column)
        if field is None or field.type is not FieldType.DAY or values.get(column) is not None or not text.strip():
            continue
        try:
            found[column] = day_typed(text)
        except WorkflowError as error:
            errors.append((column, Text(f"{field.zh}：{error.what.zh}", f"{field.en}: {error.what.en}")))
    return found, errors


def rows_of(edition: Edition, planned: tuple[Planned, ...]) -> tuple[PlanRow, ...]:
    """Return the steps to come in their order."""
    return tuple(_rows(edition, planned))


def _rows(edition: Edition, planned: tuple[Planned, ...]) -> Iterator[PlanRow]:
    for item in planned:
        field = edition.fields[item.column]
        late = Urgency(Light.LATE, Text("已来不及按期办理", "can only be late")) if item.late else None
        yield PlanRow(
            step=item.step,
            number=item.number,
            name=step_text(edition, item.step) or Text("", ""),
            column=item.column if field.type is FieldType.DAY else "",
            label=Text(field.zh, field.en),
            earliest=_limit(edition, item.earliest),
            latest=_limit(edition, item.latest) if item.latest else None,
            light=late,
        )


def _limit(edition: Edition, limit: Limit) -> PlanLimit:
    known = edition.fields.get(limit.counted_from) or edition.derived.get(limit.counted_from)
    since = Text(f"从“{known.zh}”起算", f"counted from “{known.en}”") if known else None
    basis = articles_text(edition, limit.basis) if limit.basis else None
    return PlanLimit(limit.day, limit.text, basis, since, limit.provisional)
