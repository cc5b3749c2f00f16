"""Separation of duties: nobody acts on the own case, proposes and approves in one, or confirms the own submission."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, null, or_, select, union
from sqlalchemy import case as choose
from sqlalchemy.orm import aliased

from workflow.engine.acting import NotEntitled, require_right
from workflow.engine.offices import Actor
from workflow.engine.reading import CaseRow
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Organizations, Right
from workflow.store.tables import Account, Entry, Office, Organization, Person

ANOTHER = Text("请由其他有权办理的人办理", "let somebody else who is entitled do it")


PERSONS: BindParameter[Sequence[int]] = bindparam("persons", expanding=True)
CASES: BindParameter[Sequence[int]] = bindparam("cases", expanding=True)


class ConflictOfDuties(WorkflowError):  # noqa: N818 - errors are named as facts
    """The office would allow it, but not to this person in this case."""


@dataclass(frozen=True, slots=True)
class Submitter:
    """Whoever takes part in a submission: an account, and the organization, with its path, where it is in office."""

    account_id: int
    organization_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """What accounts have to do with a case. ``namesakes``: those that bear the name of its person.

    ``acted``: the kinds of organizations for which entries were made, each with the accounts that made them.
    """

    namesakes: frozenset[int]
    acted: tuple[tuple[frozenset[int], str], ...]

    def kinds(self, persons: frozenset[int]) -> frozenset[str]:
        """Return the kinds of organizations for which somebody among the persons acted."""
        return frozenset(kind for whose, kind in self.acted if whose & persons)


def deeds_of(connection: Connection, case: CaseRow, persons: Iterable[int]) -> Deeds:
    """Return what accounts have to do with a case, withdrawn entries included, in one query."""
    return deeds_in_each(connection, (case,), persons)[case.id]


def deeds_in_each(connection: Connection, cases: Iterable[CaseRow], persons: Iterable[int]) -> dict[int, Deeds]:
    """Return the same of several cases, each by its id, in the one query."""
    found: dict[int, list[Sequence[Any]]] = {case.id: [] for case in cases}
    for row in connection.execute(_DEEDS, {"cases": sorted(found), "persons": sorted(persons)}):
        found[row[0]].append(row[1:])
    return {case: _deeds(rows) for case, rows in found.items()}


def _deeds(rows: Sequence[Sequence[Any]]) -> Deeds:
    return Deeds(
        frozenset(wrote for wrote, *_, kind in rows if kind is None),
        tuple((frozenset(who) - {None}, kind) for *who, kind in rows if kind is not None),
    )


def submitters(connection: Connection, office: int) -> tuple[Submitter, ...]:
    """Return who takes part in what is submitted in an office: its holder and, for a deputy, the principal."""
    return tuple(Submitter(*row) for row in connection.execute(_SUBMITTERS, {"office": office}))


def submitting(actor: Actor) -> tuple[Submitter, ...]:
    """Return the same of somebody who acts today; a deputy sits in the organization of the principal."""
    return tuple(Submitter(person, actor.organization_id, actor.home) for person in sorted(actor.persons))


def separation(connection: Connection, organizations: Organizations, actor: Actor, case: CaseRow) -> None:
    """Raise ConflictOfDuties unless the actor is free to act in this case; any step, any outcome.

    Whoever recorded or confirmed an entry for the branch does not act for a superior body in the same case, nor the
    other way round, withdrawn entries included. A deputy is bound by what the principal did, too.
    """
    separated(organizations, actor, case, deeds_of(connection, case, actor.persons))


def own_case(connection: Connection, actor: Actor, case: CaseRow) -> None:
    """Raise ConflictOfDuties if the case is the actor's own, or may be.

    Where no account is known as the person's own, whoever bears the same name in the same branch counts as the person
    until the account is linked: an account may have been made long after the case was opened.
    """
    _not_the_own(actor, case, deeds_of(connection, case, actor.persons))


def may_confirm(
    connection: Connection, organizations: Organizations, actor: Actor, case: CaseRow, submitted_in: int
) -> None:
    """Raise unless the actor may confirm, as the second person, what was submitted in the office ``submitted_in``.

    The second person holds the right to confirm, in the same organization or in one that has it in its scope, and
    neither is nor stands in for anybody who took part in the submission. Raises NotEntitled or ConflictOfDuties.
    """
    by = submitters(connection, submitted_in)
    free_to_confirm(organizations, actor, case, by, deeds_of(connection, case, actor.persons))


def second_person(actor: Actor, by: Sequence[Submitter]) -> None:
    """Raise NotEntitled or ConflictOfDuties unless the actor may confirm what others submitted, whatever the case."""
    require_right(actor, Right.CONFIRM)
    inside = all(one.path.startswith(actor.path) or one.organization_id == actor.organization_id for one in by)
    if not by or not inside:
        raise NotEntitled(Text("不能复核上级组织提交的事项", "nobody confirms what a superior body submitted"))
    if actor.persons & {one.account_id for one in by}:
        raise ConflictOfDuties(
            Text("不能复核自己提交的事项", "nobody confirms what they submitted themselves"),
            Text("请由另一人复核", "another person confirms it"),
        )


def free_to_confirm(
    organizations: Organizations, actor: Actor, case: CaseRow, by: Sequence[Submitter], deeds: Deeds
) -> None:
    """Raise as ``may_confirm``, where it is known who submitted and what the actor's persons have to do with the case.

    From above, confirming takes no side; there only the own case is barred.
    """
    second_person(actor, by)
    if any(one.organization_id == actor.organization_id for one in by):
        separated(organizations, actor, case, deeds)
    else:
        _not_the_own(actor, case, deeds)


def separated(organizations: Organizations, actor: Actor, case: CaseRow, deeds: Deeds) -> None:
    """Raise as ``separation``, where it is known what the actor's persons have to do with the case."""
    _not_the_own(actor, case, deeds)
    for_branch = actor.kind in organizations.case_kinds
    if any((kind in organizations.case_kinds) != for_branch for kind in deeds.kinds(actor.persons)):
        raise ConflictOfDuties(
            Text(
                "您（或者您代理的人）已在此人的档案中为另一级组织办理过事项，提出与审批须分开",
                "you, or the person you stand in for, have acted in this case for a body on the other side:"
                " who proposes does not approve",
            ),
            ANOTHER,
        )


def _not_the_own(actor: Actor, case: CaseRow, deeds: Deeds) -> None:
    if case.own_account_id in actor.persons:
        raise ConflictOfDuties(Text("不能办理本人的档案", "nobody acts on the own case"), ANOTHER)
    unknown = case.own_account_id is None and actor.organization_id == case.organization_id
    if unknown and deeds.namesakes & actor.persons:
        raise ConflictOfDuties(
            Text("您（或者您代理的人）与此人同名，不能办理", "you, or the person you stand in for, bear this name"),
            Text(
                "请由其他人办理；确系不同的人的，请上级党委关联本人账号",
                "let somebody else do it; if these are two people, a superior links the right account",
            ),
        )


# Made once: every submission asks them.
_INSIDE = and_(Entry.confirmed_by.in_(PERSONS), Entry.confirmed_in == Entry.organization_id)  # from within
_ACTED = (
    select(
        Entry.case_id, Entry.account_id, Entry.principal_id, choose((_INSIDE, Entry.confirmed_by)), Organization.kind
    )
    .join(Organization, Organization.id == Entry.organization_id)
    .where(
        Entry.case_id.in_(CASES),
        or_(Entry.account_id.in_(PERSONS), Entry.principal_id.in_(PERSONS), _INSIDE),  # whoever's deputy wrote it did
    )
)
_NAMESAKES = (
    select(Person.case_id, Account.id, null(), null(), null())
    .join(Account, Account.name_key == Person.name_key)
    .where(Account.id.in_(PERSONS), Person.case_id.in_(CASES))
)
_DEEDS = union(_ACTED, _NAMESAKES)
_OFFICE = aliased(Office)
_SUBMITTERS = (
    select(Office.account_id, Office.organization_id, Organization.path)
    .join(Organization, Organization.id == Office.organization_id)
    .where(
        or_(
            Office.id == bindparam("office"),
            Office.id == select(_OFFICE.deputy_for).where(_OFFICE.id == bindparam("office")).scalar_subquery(),
        )
    )
)
