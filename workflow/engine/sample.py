"""The sample tree: invented organizations, accounts and members, put in by the use cases that everybody uses."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources.abc import Traversable
from uuid import UUID

from pydantic import Field
from sqlalchemy import Connection, select

from workflow.calendar.office import office_day
from workflow.case.roster import PenaltyKind, Standing
from workflow.engine.accounts import NewAccount, NewOffice, appoint, create_account, first_administrator
from workflow.engine.laws import Laws
from workflow.engine.members import NewMember, NewPenalty, add_member, add_penalty
from workflow.engine.offices import Actor, actor_of
from workflow.engine.organizations import NewOrganization, add_organization, found, lay_overlay
from workflow.engine.scope import OrganizationRow
from workflow.law.kinds import Bilingual, Name, Strict
from workflow.law.loader import read_definition, validated
from workflow.law.organizations import Right
from workflow.law.source import DefinitionError, Source
from workflow.store.tables import Account, Office, Organization

FOLDER = "sample"


class SampleOverlay(Strict):
    """Local practice that binds an organization of the sample."""

    overlay: Name
    start: date = Field(alias="from")


class SampleHolder(Strict):
    """An account of the sample and the days of its office."""

    login: str
    name: str
    start: date = Field(alias="from")
    until: date | None = None


class SampleOffice(SampleHolder):
    """An office of the sample; a login that stands twice is one account. ``deputy_for``: a login above."""

    role: Name
    deputy_for: str | None = None


class SamplePenalty(Strict):
    """A penalty of a member of the sample."""

    kind: PenaltyKind
    start: date = Field(alias="from")
    until: date | None = None


class SampleMember(Strict):
    """A member of a branch of the sample."""

    name: str
    standing: Standing
    full_on: date | None = None
    penalties: tuple[SamplePenalty, ...] = ()


class SampleOrganization(Strict):
    """An organization of the sample with everything below it and attached to it."""

    name: str
    kind: Name
    has_committee: bool | None = None
    overlays: tuple[SampleOverlay, ...] = ()
    offices: tuple[SampleOffice, ...] = ()
    members: tuple[SampleMember, ...] = ()
    below: tuple[SampleOrganization, ...] = ()


class Sample(Strict):
    """A sample tree and who administers it."""

    sample: Name
    title: Bilingual
    administrator: SampleHolder
    organization: SampleOrganization


def read_sample(root: Traversable, name: str = "procuratorate") -> Sample:
    """Return the sample of a folder of definitions; raises DefinitionError with all faults."""
    file = root / FOLDER / f"{name}.yaml"
    place = f"{FOLDER}/{name}.yaml"
    if not file.is_file():
        raise DefinitionError([Source(place).fault((), "没有这个文件", "there is no such file")])
    sample, faults = validated(Sample, read_definition(file, place))
    if sample is None or faults:
        raise DefinitionError(faults)
    return sample


def load_sample_tree(connection: Connection, laws: Laws, sample: Sample, now: datetime) -> OrganizationRow:
    """Put a sample into an empty installation, as its administrator and its branches would; return its root.

    The accounts have no passwords yet. Raises OrganizationRefused where there are organizations already, and whatever
    the use cases find wrong with the sample.
    """
    tree, holder = sample.organization, sample.administrator
    root = found(connection, laws.organizations, _new(tree))
    account = NewAccount(holder.login, holder.name)
    admin = first_administrator(connection, root, account, holder.start, now)
    office = connection.execute(select(Office.id).where(Office.account_id == admin.id)).scalar_one()
    today = office_day(now)
    actor = actor_of(connection, laws.organizations, admin.id, office, today)
    _fill(connection, laws, actor, tree, root, now)
    return root


def add_sample(connection: Connection, laws: Laws, sample: Sample, now: datetime) -> OrganizationRow:
    """Put a further sample below the top of the one that is there, as their common administrator; return its top."""
    holder = select(Account.id, Office.id, Organization.uid).join(Office, Office.account_id == Account.id)
    held = holder.join(Organization, Organization.id == Office.organization_id)
    account, office, above = connection.execute(held.where(Account.login == sample.administrator.login)).one()
    actor = actor_of(connection, laws.organizations, account, office, office_day(now))
    row = add_organization(connection, laws.organizations, actor, above, _new(sample.organization))
    _fill(connection, laws, actor, sample.organization, row, now)
    return row


def _fill(
    connection: Connection, laws: Laws, actor: Actor, tree: SampleOrganization, row: OrganizationRow, now: datetime
) -> None:
    for laid in tree.overlays:
        lay_overlay(connection, laws.law, actor, row.uid, laid.overlay, (laid.start, None))
    for office in tree.offices:
        _appoint(connection, laws, actor, office, row.uid, now)
    if tree.members:
        _enrol(connection, laws, tree.members, row, actor.on)
    for below in tree.below:
        added = add_organization(connection, laws.organizations, actor, row.uid, _new(below))
        _fill(connection, laws, actor, below, added, now)


def _new(tree: SampleOrganization) -> NewOrganization:
    return NewOrganization(tree.kind, tree.name, tree.has_committee)


def _appoint(
    connection: Connection, laws: Laws, actor: Actor, office: SampleOffice, place: UUID, now: datetime
) -> None:
    principal = _office_of(connection, office.deputy_for) if office.deputy_for else None
    new = NewOffice(place, office.role, office.start, office.until, principal)
    known = connection.scalar(select(Account.uid).where(Account.login == office.login))
    if known is not None:
        appoint(connection, laws.organizations, actor, known, new)
    else:
        create_account(connection, laws.organizations, actor, NewAccount(office.login, office.name), new, now)


def _office_of(connection: Connection, login: str) -> int:
    held = select(Office.id).join(Account).where(Account.login == login, Office.deputy_for.is_(None))
    return connection.execute(held.order_by(Office.id)).scalars().first() or 0


def _enrol(
    connection: Connection, laws: Laws, members: tuple[SampleMember, ...], row: OrganizationRow, today: date
) -> None:
    """Put members on a branch's roster, as one of its officers who may record."""
    recording = laws.organizations.roles_with(row.kind, Right.RECORD)
    officers = select(Office.account_id, Office.id).where(Office.organization_id == row.id, Office.role.in_(recording))
    account, office = connection.execute(officers.order_by(Office.id).limit(1)).one()
    secretary = actor_of(connection, laws.organizations, account, office, today)
    for member in members:
        new = NewMember(member.name, member.standing, member.full_on)
        added = add_member(connection, laws.organizations, secretary, row.uid, new)
        for penalty in member.penalties:
            add_penalty(connection, secretary, added, NewPenalty(penalty.kind, penalty.start, penalty.until))
