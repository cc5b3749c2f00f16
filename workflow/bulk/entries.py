"""Entries as a table: one row an entry, a column a kind of evidence, so that a whole country's history is one file.

The columns follow from the law: every field of every step in every edition has one, named as rules name it
(``talk.talker``); a row fills those of its own step. A file need not have those that it never fills. Of a text or a
paper only that it is there is kept, of a person an opaque number, alike for the same person: no name and no free text
ever stands in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from workflow.case.record import EntryKind, Recorded
from workflow.case.values import UNREADABLE, Value
from workflow.law.model import Edition, FieldDef, FieldType
from workflow.law.timeline import Period

# What every entry has, before its evidence.
HEAD = {
    "case": "BIGINT",
    "organization": "BIGINT",  # the branch that has the case: the same in all rows of a case
    "number": "INTEGER",  # in the order of recording, from 1
    "kind": "VARCHAR",  # opened, act, attested, cutover, correction, withdrawal, offered
    "step": "VARCHAR",
    "outcome": "VARCHAR",  # of an act, irregular included; of a cutover the state
    "occurred_on": "DATE",
    "recorded_on": "DATE",
    "supersedes": "INTEGER",
    "claimed": "VARCHAR",  # of an irregular act: how it was said to have ended
    "broken": "VARCHAR[]",  # of an irregular act: the rules that it was found to break
    "cleared": "VARCHAR[]",  # of a correction: the fields that it takes away
    "unreadable": "VARCHAR[]",  # fields in which something stands that cannot be read
    "absent": "VARCHAR[]",  # of an opening: the columns (step.field) that the source of an imported past does not keep
}
MARKS = ("claimed", "broken", "cleared", "unreadable", "absent")  # nearly always blank
TYPES = {
    FieldType.DAY: "DATE",
    FieldType.PLAN: "DATE",
    FieldType.DAYS: "DATE[]",
    FieldType.COUNT: "INTEGER",
    FieldType.YES_NO: "BOOLEAN",
    FieldType.CHOICE: "VARCHAR",
    FieldType.BODY: "VARCHAR",
    FieldType.PERSON: "BIGINT",
    FieldType.TEXT: "BOOLEAN",
    FieldType.PAPER: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A recorded column of a case (``talk.on``), which is a column of the table of entries."""

    column: str
    type: FieldType
    codes: frozenset[str] = frozenset()  # all that a choice or a body can be, in any edition

    @property
    def sql_type(self) -> str:
        """Return the type of the column that it stands in."""
        return TYPES[self.type]

    @property
    def presence(self) -> bool:
        """Tell whether only that it is there is kept."""
        return self.type in (FieldType.TEXT, FieldType.PAPER)


class EntryColumns:
    """The columns of a table of entries under a law over time."""

    def __init__(self, periods: Iterable[Period]) -> None:
        """Take every field of every edition."""
        self.evidence: dict[str, Evidence] = {}
        self._record: set[str] = set()  # the parts of a case that are no steps
        for period in periods:
            self._record.update(period.edition.record)
            for column, field in period.edition.fields.items():
                known = self.evidence.get(column, Evidence(column, field.type))
                self.evidence[column] = replace(known, codes=known.codes | _codes(period.edition, field))
        self.types = HEAD | {column: one.sql_type for column, one in self.evidence.items()}

    @cached_property
    def of_part(self) -> dict[str, dict[str, Evidence]]:
        """Return the fields of each step, and of each part of the record, by name."""
        found: dict[str, dict[str, Evidence]] = {}
        for column, one in self.evidence.items():
            part, _, name = column.partition(".")
            found.setdefault(part, {})[name] = one
        return found

    @cached_property
    def of_opening(self) -> dict[str, Evidence]:
        """Return what an opening can bring, by the whole name of the column: all that is no step's."""
        return {column: one for column, one in self.evidence.items() if column.partition(".")[0] in self._record}

    def recorded(self, row: Mapping[str, Any]) -> Recorded:
        """Return the entry of a row; a person is the text of the number, of a text True says that it is there."""
        kind, step = EntryKind(row["kind"]), row["step"]
        fields = self._fields(step)
        evidence = {
            name: found
            for name, one in fields.items()
            if (stored := row.get(one.column)) is not None and (found := _value(one, stored)) is not None
        }
        evidence |= dict.fromkeys(row["unreadable"] or (), UNREADABLE)
        evidence |= dict.fromkeys(row["cleared"] or (), None)
        return Recorded(
            number=row["number"],
            kind=kind,
            recorded_on=row["recorded_on"],
            step=step,
            outcome=row["outcome"],
            occurred_on=row["occurred_on"],
            evidence=evidence,
            supersedes=row["supersedes"],
            broken=tuple(row["broken"] or ()),
            claimed=row["claimed"],
        )

    def _fields(self, step: str | None) -> Mapping[str, Evidence]:
        """Return what an entry can bring; one without a step is an opening, or corrects one."""
        return self.of_opening if step is None else self.of_part.get(step, {})

    def row(self, case: int, organization: int, entry: Recorded, absent: Sequence[str] = ()) -> dict[str, Any]:
        """Return the row of an entry whose people are numbers already; texts become whether they are there."""
        fields = self._fields(entry.step)
        row: dict[str, Any] = dict.fromkeys(self.types)
        known = {name: value for name, value in entry.evidence.items() if name in fields}
        row |= {fields[name].column: _stored(fields[name], value) for name, value in known.items()}
        return row | {
            "case": case,
            "organization": organization,
            "number": entry.number,
            "kind": str(entry.kind),
            "step": entry.step,
            "outcome": entry.outcome,
            "occurred_on": entry.occurred_on,
            "recorded_on": entry.recorded_on,
            "supersedes": entry.supersedes,
            "claimed": entry.claimed,
            "broken": list(entry.broken) or None,
            "cleared": [name for name, value in known.items() if value is None] or None,
            "unreadable": [name for name, value in known.items() if value is UNREADABLE] or None,
            "absent": list(absent) or None,
        }


def _codes(edition: Edition, field: FieldDef) -> frozenset[str]:
    """Return what a field can be where the definitions list it."""
    if field.type is FieldType.BODY:
        return frozenset(edition.bodies)
    return frozenset(field.values) if field.type is FieldType.CHOICE else frozenset()


def _value(one: Evidence, stored: Any) -> Value:  # noqa: ANN401 - of a row
    """Return what stands in a column of a row, None where it says that there is nothing."""
    if one.presence and not stored:
        return None
    if one.type is FieldType.DAYS:
        return tuple(sorted(set(stored))) or None
    if one.codes and stored not in one.codes:
        return UNREADABLE  # never a word of somebody's own: what nobody knows is not guessed, and not kept
    return str(stored) if one.type is FieldType.PERSON else stored


def _stored(one: Evidence, value: Value) -> Any:  # noqa: ANN401 - of a row
    if value is None or value is UNREADABLE:
        return None
    if one.presence:
        return True
    if one.type is FieldType.DAYS:
        return [value] if isinstance(value, date) else list(value) if isinstance(value, tuple) else None
    return int(value) if one.type is FieldType.PERSON and isinstance(value, str) else value
