"""Looking at the record: lists of cases, plans, what waits for a second person, what the law would say of a step.

Everything goes through ``scope``: a case that lies outside of it is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, Select, bindparam, select

from workflow.case.record import EntryKind, Recorded
from workflow.engine.accounts import own_account_for
from workflow.engine.asking import to_come
from workflow.engine.batches import require_in_effect
from workflow.engine.evidence import LONGEST_NAME, text_of, typed
from workflow.engine.judging import Judged, world_of
from workflow.engine.offices import standing
from workflow.engine.reading import CaseRecord, CaseRow, Written, read_record
from workflow.engine.requests import OpenCase, Request, TakeStep, request_of
from workflow.engine.scope import find_case, find_organization, in_no_index, visible, within
from workflow.engine.steps import first_step, home_of, weigh
from workflow.engine.task import Task, day_in
from workflow.engine.worklist import proposed_in_scope
from workflow.engine.writing import Head
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.plain import name_key
from workflow.plan import Planned, make_plan
from workflow.rules.rulebook import Rulebook
from workflow.seal import ORIGIN
from workflow.store.tables import Account, Case, Entry, Office, Organization, Person, Proposal, Submission

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases are asked for. ``name``: a part of the name; ``after``: the number of the last case seen before."""

    state: str | None = None
    organization: UUID | None = None
    name: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list."""

    number: str
    name: str
    branch: str
    state: str
    entries: int


def cases(task: Task, filters: Filters, limit: int = PAGE) -> tuple[tuple[Listed, ...], str | None]:
    """Return the newest cases in scope that fulfil the filters, and the number after which the next page goes on.

    Raises UnknownOrganization for an organization outside the scope.
    """
    columns = select(Case.number, Person.name, Organization.name.label("branch"), Case.state, Case.entries)
    query = columns.join(Person, Person.case_id == Case.id).join(Organization, Organization.id == Case.organization_id)
    query = query.where(visible(task.actor)).order_by(Case.id.desc())
    if filters.state is not None:
        query = query.where(in_no_index(Case.state) == filters.state)
    if filters.organization is not None:
        place = find_organization(task.connection, task.actor, filters.organization)
        query = query.where(within(Case.path, place.path))
    if filters.name is not None:
        query = query.where(Person.name_key.contains(name_key(filters.name), autoescape=True))
    if filters.after is not None:
        last = select(Case.id).where(Case.number == filters.after, visible(task.actor)).scalar_subquery()
        query = query.where(Case.id < last)
    rows = [Listed(*row) for row in task.connection.execute(query.limit(limit + 1))]
    return tuple(rows[:limit]), rows[limit - 1].number if len(rows) > limit else None


def read_case(task: Task, number: str) -> CaseRecord:
    """Return a case in scope with its record; raises UnknownCase."""
    return read_record(task.connection, task.laws, find_case(task.connection, task.actor, number))


def plan_of(
    task: Task, number: str, what_if: Mapping[str, date] | None = None
) -> tuple[CaseRecord, tuple[Planned, ...]]:
    """Return a case and the earliest and latest days of what is still to come; raises UnknownCase."""
    record = read_case(task, number)
    view, book = record.view(), record.book
    world = world_of(task, record, view.values)
    columns, edition = book.columns(view.values, world), book.edition_on(task.today)
    planned = make_plan(book, view.values, world, task.today, what_if)
    return record, to_come(edition, view.state, columns, planned)


def preview(task: Task, request: TakeStep | OpenCase) -> tuple[CaseRecord, Judged]:
    """Return what would come of a step without writing anything; raises what would refuse it, all reasons at once.

    A concern (``Judged.concerns``, or ``Judged.rules`` of an irregular act) would need a reason and a second person.
    """
    if isinstance(request, OpenCase):
        record = _unopened(task, request)
        return record, weigh(task, record, first_step(request, "", record.row.head.entries))
    record = read_case(task, request.case)
    require_in_effect(record.row)
    return record, weigh(task, record, request)


def _unopened(task: Task, request: OpenCase) -> CaseRecord:
    """Return the record of a case as it would be just before its first step; raises as opening it would."""
    actor, edition = task.actor, task.laws.book().newest
    home = home_of(task, request)
    key = name_key(text_of(request.name, Text("姓名", "name"), LONGEST_NAME))
    if request.born_on:
        day_in(request.born_on, task.today)
    facts = typed(edition, None, {"person.born_on": request.born_on, "case.floating": request.floating})
    own = own_account_for(task.connection, home.id, key)
    row = CaseRow(
        0, "", home.id, home.path, own, edition.initial or "", Head(0, uuid4(), 1, ORIGIN), home.name,
        home.has_committee,
    )  # fmt: skip
    opened = Recorded(number=1, kind=EntryKind.OPENED, recorded_on=task.today, evidence=facts)
    written = Written(opened, 0, task.now, actor.account_id, actor.organization_id, None, {}, None, actor.principal_id)
    return replace(read_record(task.connection, task.laws, row), entries=(written,))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that somebody submitted and that waits for a second person. ``about``: the step it speaks of."""

    proposal: int
    case: str
    person: str
    request: Request
    account: str
    organization: str
    office: int  # in which it was submitted, and the path of the organization that has it
    home: str
    made_at: datetime
    rules: tuple[str, ...]  # what is broken by it
    about: str | None
    mine: bool  # who submitted it takes it back instead of confirming it
    book: Rulebook

    @property
    def edition(self) -> Edition:
        """Return the edition in whose words it is told."""
        return self.book.newest


def waiting(task: Task, number: str | None = None, limit: int = PAGE) -> tuple[Waiting, ...]:
    """Return what waits for a second person in the actor's scope, or in one case of it, the oldest first."""
    query = _WAITING.where(proposed_in_scope(task.actor))
    if number is not None:
        find_case(task.connection, task.actor, number)
        query = query.where(Case.number == number)
    rows = task.connection.execute(query.order_by(*_OLDEST).limit(limit)).all()
    numbers = {row.request["number"] for row in rows if "number" in row.request}
    amended = select(Case.number, Entry.number, Entry.step).join(Case, Case.id == Entry.case_id)
    amended = amended.where(Case.number.in_([row.number for row in rows]), Entry.number.in_(numbers))
    steps = {(one[0], one[1]): one[2] for one in task.connection.execute(amended)} if numbers else {}
    return tuple(_waiting(task, row, steps) for row in rows)


def waiting_in(task: Task, record: CaseRecord) -> tuple[Waiting, ...]:
    """Return the same of a case that has been read; one query."""
    return waiting_in_each(task, (record,))[record.row.number]


def waiting_in_each(task: Task, records: Sequence[CaseRecord]) -> dict[str, tuple[Waiting, ...]]:
    """Return the same of several cases, each by its number, in the one query."""
    rows = task.connection.execute(_WAITING_IN, {"cases": [one.row.id for one in records]}).all()
    steps = {(one.row.number, line.recorded.number): line.recorded.step for one in records for line in one.entries}
    found: dict[str, list[Waiting]] = {one.row.number: [] for one in records}
    for row in rows:
        one = _waiting(task, row, steps)
        found[one.case].append(one)
    return {number: tuple(waits[:PAGE]) for number, waits in found.items()}


def _all_waiting() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Proposal.submission_id, Case.number, Person.name, Proposal.request, Proposal.account_id,
        Account.name.label("account"), Organization.name.label("organization"), Proposal.office_id, Organization.path,
        Proposal.made_at, Submission.answer,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Proposal)
        .join(Case, Case.id == Proposal.case_id)
        .join(Person, Person.case_id == Case.id)
        .join(Submission, Submission.id == Proposal.submission_id)
        .join(Account, Account.id == Proposal.account_id)
        .join(Office, Office.id == Proposal.office_id)
        .join(Organization, Organization.id == Office.organization_id)
    )


_OLDEST = (Proposal.made_at, Proposal.submission_id)
_WAITING = _all_waiting()  # made once
_WAITING_IN = _WAITING.where(Proposal.case_id.in_(bindparam("cases", expanding=True))).order_by(*_OLDEST)


def _waiting(task: Task, row: Row[Any], steps: Mapping[tuple[str, int], str | None]) -> Waiting:
    about = row.request.get("step") or steps.get((row.number, row.request.get("number", 0)))
    return Waiting(
        row.submission_id, row.number, row.name, request_of(row.request), row.account, row.organization,
        row.office_id, row.path, row.made_at,
        tuple(row.answer["rules"]), about, row.account_id == task.actor.account_id, task.laws.book(),
    )  # fmt: skip


def branches_called(task: Task, name: str) -> tuple[tuple[str, str], ...]:
    """Return uid and full name of the open branches that bear a name or uid: those to which a case can be offered."""
    kinds = task.laws.organizations.case_kinds
    columns = select(Organization.uid, Organization.name, Organization.path)
    here = (Organization.kind.in_(kinds), standing(task.today))
    try:
        named = Organization.uid == UUID(name)
    except ValueError:
        named = Organization.name == " ".join(name.split())
    rows = task.connection.execute(columns.where(named, *here).order_by(Organization.path)).all()
    above = _names(task.connection, [_parent(row.path) for row in rows])
    return tuple((row.uid.hex, f"{above.get(_parent(row.path), '')} {row.name}".strip()) for row in rows)


def _parent(path: str) -> int:
    """Return the id of the organization above the one at a path; 0: it is the root."""
    return int(path.rstrip(".").rpartition(".")[0].rpartition(".")[2] or 0)


def organizations_called(task: Task, name: str) -> tuple[tuple[UUID, str], ...]:
    """Return uid and name of the organizations in scope that bear a name or uid."""
    columns = select(Organization.uid, Organization.name).where(within(Organization.path, task.actor.path))
    try:
        named = Organization.uid == UUID(name)
    except ValueError:
        named = Organization.name == " ".join(name.split())
    return tuple((row.uid, row.name) for row in task.connection.execute(columns.where(named)))


def _names(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    columns = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    return {row.id: row.name for row in connection.execute(columns)}


def person_of(task: Task, row: CaseRow) -> tuple[str, date | None]:
    """Return name and day of birth of the person whom a case is about; erased: no name and no day."""
    person = select(Person.name, Person.born_on).where(Person.case_id == row.id)
    known = task.connection.execute(person).one_or_none()
    return (known.name, known.born_on) if known else ("", None)


def seen_of(task: Task, number: str) -> int:
    """Return how many entries a case in scope has: the version that a request made now has seen."""
    return find_case(task.connection, task.actor, number).head.entries
