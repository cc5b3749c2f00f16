"""What waits for a second person: whether this office may settle it, else who can; what has become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import select

from workflow.engine.acting import line_of
from workflow.engine.amend import who_confirms
from workflow.engine.confirming import Names, confirmed_by
from workflow.engine.desk import proposer_left
from workflow.engine.duties import (
    Deeds,
    Submitter,
    deeds_in_each,
    free_to_confirm,
    second_person,
    submitters,
    submitting,
)
from workflow.engine.looking import Waiting, read_case
from workflow.engine.offices import Actor, sitting_in
from workflow.engine.reading import CaseRecord, CaseRow
from workflow.engine.requests import CaseRequest, Correct, Request, Supplement
from workflow.engine.scope import OrganizationRow, find_case
from workflow.engine.submissions import become
from workflow.engine.task import Answer, Task, answer_of
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Organizations
from workflow.store.tables import Submission, SubmissionStatus


@dataclass(frozen=True, slots=True)
class Confirmer:
    """Somebody who may confirm as the second person."""

    account: str
    role: Text
    organization: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """Who settles something that waits.

    ``refused``: why nobody can confirm it, None: somebody could; ``barred``: why the actor may not, None: it may;
    ``who``: who can, where the actor may not; ``declines``: the actor may decline it, be it refused or not.
    """

    refused: WorkflowError | None
    barred: WorkflowError | None
    who: tuple[Confirmer, ...]
    declines: bool


@dataclass(frozen=True, slots=True)
class _Above:
    """The organizations from one upward, and who sits in them."""

    line: tuple[OrganizationRow, ...]
    sitting: tuple[Actor, ...]

    def deeds(self, task: Task, cases: Sequence[CaseRow]) -> dict[int, Deeds]:
        """Return what they and the actor have to do with each case, by its id."""
        persons = {one for who in (task.actor, *self.sitting) for one in who.persons}
        return deeds_in_each(task.connection, cases, persons)


def settlement(task: Task, record: CaseRecord, about: Waiting) -> Settlement:
    """Return whether the actor may confirm something that waits in a case, or who can; as many queries for many.

    Those named really can, in the organization whose word it takes: not the person of the case, nor who acts for the
    other side. Nobody confirms what would be refused by now, or what was submitted in an office that is held no more.
    """
    above, kinds = _above(task, about.home), task.laws.organizations
    by = next((one for one in above.sitting if one.office_id == about.office), None)
    part = submitting(by) if by else submitters(task.connection, about.office)
    deeds, names = above.deeds(task, (record.row,))[record.row.id], Names()
    refused: WorkflowError | None = None if by else proposer_left()
    try:
        names = _whose_word(replace(task, actor=by), record, about.request) if by else names
    except WorkflowError as error:
        refused = error
    unfree = _caught(partial(free_to_confirm, kinds, case=record.row, by=part, deeds=deeds), task.actor)
    require = partial(_second, kinds, part, record.row, deeds, names)
    barred = unfree or refused or _caught(require, task.actor)
    who = _nearest(task, above, require) if barred and not refused else ()
    return Settlement(refused, barred, who, declines=unfree is None)


def confirmers(task: Task, request: Request | None = None, record: CaseRecord | None = None) -> tuple[Confirmer, ...]:
    """Return who could confirm what the actor is about to submit, as ``settlement``; None: anything.

    ``record``: the case that it is about, if it has been read.
    """
    above = _above(task, task.actor.home)
    if not isinstance(request, CaseRequest):
        return _nearest(task, above, partial(second_person, by=submitting(task.actor)))
    try:
        record = record or read_case(task, request.case)
        names = _whose_word(task, record, request)
    except WorkflowError:
        return ()
    return _confirmers(task, above, record.row, above.deeds(task, (record.row,)), names)


def confirmers_in_each(task: Task, cases: Sequence[CaseRow]) -> dict[int, tuple[Confirmer, ...]]:
    """Return who could confirm steps that the actor is about to take, by the id of the case, in three queries."""
    if not cases:
        return {}
    above = _above(task, task.actor.home)
    deeds = above.deeds(task, cases)
    return {row.id: _confirmers(task, above, row, deeds, {}) for row in cases}


def _confirmers(
    task: Task, above: _Above, row: CaseRow, deeds: Mapping[int, Deeds], names: Names
) -> tuple[Confirmer, ...]:
    part, kinds = submitting(task.actor), task.laws.organizations
    return _nearest(task, above, partial(_second, kinds, part, row, deeds[row.id], names))


def _above(task: Task, home: str) -> _Above:
    line = line_of(task.connection, home, task.today)
    sitting = sitting_in(task.connection, task.laws.organizations, [one.id for one in line], task.today)
    return _Above(line, sitting)


def _whose_word(task: Task, record: CaseRecord, request: Request) -> Names:
    """Return the organizations of which one has to confirm what the actor asks for; raises what would refuse it."""
    return who_confirms(task, record, request) if isinstance(request, Correct | Supplement) else {}


def _second(
    kinds: Organizations, part: Sequence[Submitter], row: CaseRow, deeds: Deeds, names: Names, actor: Actor
) -> None:
    """Raise unless the actor may confirm what those submitted, in one of the organizations where any are named."""
    free_to_confirm(kinds, actor, row, part, deeds)
    confirmed_by(actor, names)


def _nearest(task: Task, above: _Above, require: Callable[[Actor], None]) -> tuple[Confirmer, ...]:
    """Return who can confirm in the nearest organization where anybody can."""
    roles = task.laws.organizations.roles
    for place in above.line:
        here = (one for one in above.sitting if one.organization_id == place.id)
        if found := [one for one in here if _caught(require, one) is None]:
            return tuple(Confirmer(one.name, Text(roles[one.role].zh, roles[one.role].en), place.name) for one in found)
    return ()


def _caught(require: Callable[[Actor], None], actor: Actor) -> WorkflowError | None:
    """Return what an actor is refused; None: nothing."""
    try:
        require(actor)
    except WorkflowError as error:
        return error
    return None


def outdated(record: CaseRecord, about: Waiting) -> bool:
    """Tell whether the record has gone on since, so that what waits can only be declined.

    A correction still stands unless its entry was amended.
    """
    request = about.request
    seen: int = getattr(request, "seen", record.row.head.entries)
    if isinstance(request, Correct):
        return any(one.recorded.supersedes == request.number for one in record.entries[seen:])
    return seen != record.row.head.entries


def what_became(task: Task, number: str, proposal: int) -> Answer | None:
    """Return what has become of something that began to wait in a case in scope; None: nothing of the kind did.

    Raises UnknownCase.
    """
    row = find_case(task.connection, task.actor, number)
    query = select(Submission.status, Submission.answer).where(
        Submission.id == proposal, Submission.case_id == row.id, Submission.status == SubmissionStatus.WAITING
    )
    found = task.connection.execute(query).one_or_none()
    return become(task.connection, proposal, answer_of(found.status, found.answer)) if found else None
