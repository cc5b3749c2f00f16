"""The entries of a case as people look at them: who wrote each, what a correction changed, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, literal, null, select, union_all

from workflow.case.record import AMENDING, EntryKind
from workflow.case.values import Value
from workflow.engine.reading import CaseRecord, Written
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.store.tables import Account, Organization, Person, Transfer


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed in one field: both values stay visible. ``field`` None: the day of the act."""

    field: str | None
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with who wrote it, and what became of it.

    ``role``: the office in which it was written; ``kind``: of the organization.
    """

    written: Written
    edition: Edition
    account: str
    role: Text
    organization: str
    kind: str
    confirmed_by: str | None
    changes: tuple[Change, ...]
    corrected_by: tuple[int, ...]
    withdrawn_by: int | None

    @property
    def findings(self) -> tuple[str, ...]:
        """Return the rules that were known to be broken when it was written."""
        return tuple(self.written.body.get("findings", ()))

    @property
    def meeting(self) -> str | None:
        """Return the meeting at which several people were settled."""
        return self.written.body.get("meeting")


@dataclass(frozen=True, slots=True)
class Known:
    """What ids stand for: the person, to whom the case is offered, names of accounts and organizations."""

    name: str
    born_on: date | None
    offered_to: str | None
    accounts: Mapping[int, str]
    organizations: Mapping[int, tuple[str, str]]  # name and kind


PERSON, OFFERED, ACCOUNT, ORGANIZATION = "person", "offered", "account", "organization"


def _named(what: str, of: Any, *columns: Any) -> Select[Any]:  # noqa: ANN401 - columns, and a condition on them
    return select(literal(what).label("what"), *columns).where(of)


_NAMES = union_all(
    _named(PERSON, Person.case_id == bindparam("of_case"), Person.case_id.label("id"), Person.name, Person.born_on,
           null().label("kind")),
    _named(OFFERED, Transfer.case_id == bindparam("of_case"), Organization.id, Organization.name,
           null().label("born_on"), null()).join(Transfer, Transfer.to_id == Organization.id),
    _named(ACCOUNT, Account.id.in_(bindparam("accounts", expanding=True)), Account.id, Account.name, null(),
           null()),
    _named(ORGANIZATION, Organization.id.in_(bindparam("organizations", expanding=True)), Organization.id,
           Organization.name, null(), Organization.kind),
)  # fmt: skip


def known_of(task: Task, record: CaseRecord) -> Known:
    """Return the names behind a case, in one query; of an erased person no name and no day."""
    entries = record.entries
    people = {one.account_id for one in entries} | {one.confirmed_by for one in entries if one.confirmed_by}
    asked = {"of_case": record.row.id, "accounts": list(people),
             "organizations": list({one.organization_id for one in entries})}  # fmt: skip
    names: dict[str, dict[int, str]] = {PERSON: {}, OFFERED: {}, ACCOUNT: {}}
    places: dict[int, tuple[str, str]] = {}
    born_on = None
    for what, number, name, born, kind in task.connection.execute(_NAMES, asked):
        if what == ORGANIZATION:
            places[number] = (name, kind)
        else:
            names[what][number] = name
        born_on = born or born_on
    offered_to = next(iter(names[OFFERED].values()), None)
    return Known(names[PERSON].get(record.row.id, ""), born_on, offered_to, names[ACCOUNT], places)


def lines_of(task: Task, record: CaseRecord, known: Known) -> tuple[Line, ...]:
    """Return all entries with who wrote them; corrections with what stood before, what was amended with by which."""
    entries = record.entries
    withdrawn = _amending(entries, EntryKind.WITHDRAWAL)
    changes = _changes(entries, withdrawn)
    corrections = _amending(entries, EntryKind.CORRECTION)
    roles = task.laws.organizations.roles
    return tuple(
        Line(
            written=one,
            edition=record.book.edition_on(one.recorded.occurred_on or one.recorded.recorded_on),
            account=known.accounts.get(one.account_id, ""),
            role=Text(role.zh, role.en) if (role := roles.get(one.body.get("role", ""))) else Text("", ""),
            organization=known.organizations.get(one.organization_id, ("", ""))[0],
            kind=known.organizations.get(one.organization_id, ("", ""))[1],
            confirmed_by=known.accounts.get(one.confirmed_by or 0),
            changes=changes.get(one.recorded.number, ()),
            corrected_by=corrections.get(one.recorded.number, ()),
            withdrawn_by=next(iter(withdrawn.get(one.recorded.number, ())), None),
        )
        for one in entries
    )


def _amending(entries: tuple[Written, ...], kind: EntryKind) -> dict[int, tuple[int, ...]]:
    """Return by the number of an entry those of the entries of a kind that amend it."""
    found: dict[int, tuple[int, ...]] = {}
    for one in entries:
        if one.recorded.kind is kind and one.recorded.supersedes is not None:
            amended = one.recorded.supersedes
            found[amended] = (*found.get(amended, ()), one.recorded.number)
    return found


def _changes(entries: tuple[Written, ...], withdrawn: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[Change, ...]]:
    """Return by the number of a correction what it changed, against what stood when it was written."""
    standing: dict[int, tuple[date | None, dict[str, Value]]] = {}
    found: dict[int, tuple[Change, ...]] = {}
    for entry in (one.recorded for one in entries):
        if entry.kind not in AMENDING:
            standing[entry.number] = (entry.occurred_on, dict(entry.evidence))
        elif entry.kind is EntryKind.CORRECTION and entry.supersedes in standing:
            day, values = standing[entry.supersedes]
            moved = entry.occurred_on is not None and entry.occurred_on != day
            found[entry.number] = (
                *((Change(None, day, entry.occurred_on),) if moved else ()),
                *(Change(name, values.get(name), value) for name, value in entry.evidence.items()),
            )
            if entry.number not in withdrawn:
                standing[entry.supersedes] = (entry.occurred_on or day, {**values, **entry.evidence})
    return found
