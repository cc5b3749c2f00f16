"""The tables. What must always hold is a constraint here, too; what must never change is protected by triggers.

Append-only: ``entry``, ``submission``, ``batch``, ``audit_run``, ``audit_count``, ``indication_run``,
``indication_count``, ``finding_event``. Never changed: ``access``. Erasable: ``entry_value``, ``finding_text``,
``person`` with ``name_part``. All days are the office's; all instants UTC. Free text and names stand nowhere but in
these, in ``member``, ``account``, ``organization`` and, while it waits for a second person, ``proposal``.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from workflow.store.types import Instant

CODE = String(64)
HASH = String(64)
PATH, PART, NUMBER = (  # compared byte by byte
    String(length).with_variant(String(length, collation="C"), "postgresql") for length in (200, 100, 20)
)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Names constraints alike everywhere, so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's declaration
        datetime: Instant(),
        date: Date(),
        UUID: Uuid(),
        dict[str, Any]: JSON(),
    }


class SubmissionStatus(StrEnum):
    """How a submission ended."""

    RECORDED = "recorded"
    WAITING = "waiting"  # for the second person
    REFUSED = "refused"


class Installation(Base):
    """The database itself: one row. ``sample``: invented people, 示例 on everything."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uid: Mapped[UUID] = mapped_column(default=uuid4)
    sample: Mapped[bool]
    created_at: Mapped[datetime]


class Organization(Base):
    """A Party organization. ``path``: the ids from the root to itself, each followed by a full stop."""

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("id <> parent_id AND id <> serves_id", name="not_its_own"),
        Index("ix_organization_parent_id_path", "parent_id", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    serves_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)  # attached to: its subtree
    kind: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(PATH, unique=True)
    has_committee: Mapped[bool | None]  # of a branch: whether it has a branch committee; None: not known
    until_on: Mapped[date | None]  # closed, or a temporary organization's last day


class OrganizationOverlay(Base):
    """Local practice that binds an organization and all below it, between days."""

    __tablename__ = "organization_overlay"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    overlay: Mapped[str] = mapped_column(CODE, primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]


class Member(Base):
    """A line of a branch's roster; ``name_key``: the name as compared."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100), index=True)
    standing: Mapped[str | None] = mapped_column(CODE)
    full_on: Mapped[date | None]


class Penalty(Base):
    """A disciplinary penalty of a member and the days between which it has effect."""

    __tablename__ = "penalty"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(CODE)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]


class Account(Base):
    """Somebody who works with the program."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100), index=True)
    password: Mapped[str | None] = mapped_column(String(200))  # its hash, with the name of the algorithm
    password_at: Mapped[datetime | None]
    password_once: Mapped[bool] = mapped_column(default=False)  # given by somebody else: to be changed at first use
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Office(Base):
    """An office that an account holds in an organization, both days counted; a deputy stands in for another office."""

    __tablename__ = "office"
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[str] = mapped_column(CODE)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    deputy_for: Mapped[int | None] = mapped_column(ForeignKey("office.id"))


class SignedIn(Base):
    """A session of the server: gone when it is ended, from here or from there. ``token``: the hash of what is sent."""

    __tablename__ = "signed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(HASH, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id", ondelete="SET NULL"))  # the one acted in
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SignInFailure(Base):
    """How often signing in failed lately. ``of``: a keyed hash of the name that was tried, or of the address."""

    __tablename__ = "sign_in_failure"

    of: Mapped[str] = mapped_column(HASH, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class Case(Base):
    """A case and where it stands: the projection of its entries.

    ``entries``: how many there are, which is also the version that a form was built on; ``head``: the hash of the last.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("entries >= 0", name="counted"),
        CheckConstraint("length(head) = 64", name="head_is_a_hash"),
        Index("ix_cases_path_state", "path", "state"),
        Index("ix_cases_state", "state", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    number: Mapped[str] = mapped_column(NUMBER, unique=True)
    procedure: Mapped[str] = mapped_column(CODE)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    path: Mapped[str] = mapped_column(PATH)  # of its organization: scope without a join
    own_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # the person's own account here
    state: Mapped[str] = mapped_column(CODE)
    entries: Mapped[int]
    head: Mapped[str] = mapped_column(HASH)


class Person(Base):
    """Whom a case is about: erasable. ``name_key``: the name as compared."""

    __tablename__ = "person"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100), index=True)
    born_on: Mapped[date | None]


class NamePart(Base):
    """An ending of the name of a person, as compared, by which a part of it is found: erased with the person."""

    __tablename__ = "name_part"

    part: Mapped[str] = mapped_column(PART, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("person.case_id", ondelete="CASCADE"), primary_key=True, index=True)


class Batch(Base):
    """An import, or the undoing of one. Append-only; what it brought is the entries that name it."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    form: Mapped[str] = mapped_column(CODE)
    file_hash: Mapped[str] = mapped_column(HASH)
    made_at: Mapped[datetime]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), unique=True)


class Submission(Base):
    """What somebody submitted and what came of it, under a key of their own: the same click gets the first answer.

    ``answer`` holds codes and days, no names and no free text. Append-only.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(CODE)
    request_hash: Mapped[str] = mapped_column(HASH)
    action: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    status: Mapped[str] = mapped_column(CODE)
    answer: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class SubmissionSalt(Base):
    """What makes the hash of a request say nothing once it is erased: the request may hold a name."""

    __tablename__ = "submission_salt"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class Proposal(Base):
    """A submission that waits for its second person; gone when it is confirmed, refused or taken back."""

    __tablename__ = "proposal"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    request: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class Entry(Base):
    """One line of a case's history. Append-only; numbered without gaps in its case; chained by hashes.

    ``body``: the canonical bytes that are hashed. Every other column but ``id`` repeats what stands in them.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("number >= 1", name="counted"),
        CheckConstraint("length(prev) = 64 AND length(hash) = 64", name="chained"),
        CheckConstraint("supersedes IS NULL OR supersedes < number", name="supersedes_earlier"),
        CheckConstraint("(kind IN ('correction', 'withdrawal')) = (supersedes IS NOT NULL)", name="amends_one"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_in IS NULL)", name="confirmed_somewhere"),
        CheckConstraint("kind <> 'act' OR (step IS NOT NULL AND occurred_on IS NOT NULL)", name="act_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(CODE)
    step: Mapped[str | None] = mapped_column(CODE)
    outcome: Mapped[str | None] = mapped_column(CODE)
    occurred_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # for whom a deputy wrote
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_in: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))  # in whose office
    supersedes: Mapped[int | None]  # the number of an earlier entry of the case
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    prev: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class EntryValue(Base):
    """A name or a free text of an entry, apart from it and erasable: the entry holds only a salted commitment."""

    __tablename__ = "entry_value"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    field: Mapped[str] = mapped_column(CODE, primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[str] = mapped_column(Text)  # canonical JSON


class LogEntry(Base):
    """What is sealed beside the entries of cases: who saw, took out or changed what, who signed in. Never changed.

    ``body``: the canonical bytes that are hashed: codes, numbers and opaque ids, no names and no address. The other
    columns but ``id`` and ``path`` repeat what stands in them. ``path``: of the case or organization that it concerns,
    else of the office: who may look into this record.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        CheckConstraint("length(hash) = 64", name="hashed"),
        Index("ix_log_entry_path", "path", "id"),
        Index("ix_log_entry_case", "case_id", "id"),
        Index("ix_log_entry_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(CODE)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: no such login, or the program
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))  # of the office acted in
    path: Mapped[str] = mapped_column(PATH)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    about: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(HASH)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class SealLog(Base):
    """A log: one Merkle tree under one name and one key. Append-only; the newest is the one that grows.

    ``after_size``: how many leaves of the log before it (``after_id``) stand: there it was closed, for good or in need.
    """

    __tablename__ = "seal_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(120), unique=True)
    vkey: Mapped[str] = mapped_column(String(300))
    opened_at: Mapped[datetime]
    after_id: Mapped[int | None] = mapped_column(ForeignKey("seal_log.id"), unique=True)
    after_size: Mapped[int | None]


class Leaf(Base):
    """A line of a log, in order. Append-only. ``hash``: the leaf hash of the bytes as they were read when sealed.

    A log entry may be gone when its term has run out: its leaf stays.
    """

    __tablename__ = "leaf"
    __table_args__ = (
        CheckConstraint("(entry_id IS NULL) <> (log_entry_id IS NULL)", name="of_one_line"),
        CheckConstraint("length(hash) = 64", name="hashed"),
        UniqueConstraint("entry_id", "log_id"),
        UniqueConstraint("log_entry_id", "log_id"),
    )

    log_id: Mapped[int] = mapped_column(ForeignKey("seal_log.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(HASH)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    log_entry_id: Mapped[int | None]


class Subtree(Base):
    """The root of a complete subtree of 256, 65,536 or 16,777,216 leaves: what proofs are made from. Append-only."""

    __tablename__ = "subtree"

    log_id: Mapped[int] = mapped_column(ForeignKey("seal_log.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(HASH)


class Checkpoint(Base):
    """The signed head of a log at a size. Append-only. ``note``: the C2SP signed note."""

    __tablename__ = "checkpoint"

    log_id: Mapped[int] = mapped_column(ForeignKey("seal_log.id"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(HASH)
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class SealLaw(Base):
    """The compiled tables of states that a line of the log names by their hash. Append-only."""

    __tablename__ = "seal_law"

    sha256: Mapped[str] = mapped_column(HASH, primary_key=True)
    tables: Mapped[bytes] = mapped_column(LargeBinary)


class Outside(Base):
    """A checkpoint that left the machine, or came back signed by another office. Append-only.

    ``name``, ``line``: of a countersignature; without them it was only handed out.
    """

    __tablename__ = "outside"
    __table_args__ = (
        ForeignKeyConstraint(["log_id", "size"], ["checkpoint.log_id", "checkpoint.size"]),
        CheckConstraint("(name IS NULL) = (line IS NULL)", name="signed_by_somebody"),
        Index("ix_outside_checkpoint", "log_id", "size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int]
    size: Mapped[int]
    at: Mapped[datetime]
    name: Mapped[str | None] = mapped_column(String(120))
    line: Mapped[str | None] = mapped_column(Text)


class Transfer(Base):
    """An open offer of a case to another branch; gone when it is taken over or returned."""

    __tablename__ = "transfer"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    to_path: Mapped[str] = mapped_column(PATH)
    entry_number: Mapped[int]


class Todo(Base):
    """What a case asks for next: projection. ``organization_id``: who has to act; ``due_on``: the last lawful day.

    ``outcome``: which of the step's outcomes comes next, where the organization that has to act brings it about.
    ``state``: that of the case, so that the lines of a state are met in their order.
    """

    __tablename__ = "todo"
    __table_args__ = (
        Index("ix_todo_organization", "organization_id", "due_on", "case_id", "step"),
        Index("ix_todo_branch", "branch_id", "due_on", "case_id", "step", "organization_id"),
        Index("ix_todo_due", "due_on", "path", "case_id", "step", "organization_id"),
        Index("ix_todo_step", "step", "state", "due_on", "path", "case_id"),
        Index("ix_todo_state", "state", "due_on", "path", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    step: Mapped[str] = mapped_column(CODE, primary_key=True)
    outcome: Mapped[str | None] = mapped_column(CODE)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    path: Mapped[str] = mapped_column(PATH)
    state: Mapped[str] = mapped_column(CODE)
    due_on: Mapped[date]  # 9999-12-31: nothing urges, so that it sorts last on every database


class Finding(Base):
    """What breaks, or will break, a rule in a case: projection. ``broken_on``: the first day on which it does.

    ``state``: that of the case.
    """

    __tablename__ = "finding"
    __table_args__ = (
        Index("ix_finding_path", "path", "broken_on", "case_id"),
        Index("ix_finding_state", "state", "path", "broken_on", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(130), primary_key=True)
    step: Mapped[str] = mapped_column(CODE, primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str | None] = mapped_column(CODE)
    force: Mapped[str | None] = mapped_column(CODE)
    due_on: Mapped[date | None]
    broken_on: Mapped[date]
    path: Mapped[str] = mapped_column(PATH)  # of the organization that has the case
    state: Mapped[str] = mapped_column(CODE)


class AuditRun(Base):
    """The findings of a scope as they were taken on a day. Append-only; what it found is told by events and counts."""

    __tablename__ = "audit_run"
    __table_args__ = (UniqueConstraint("account_id", "organization_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))  # of which the scope is
    path: Mapped[str] = mapped_column(PATH)  # of that organization, on the day of the run
    as_of: Mapped[date]
    made_at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(CODE)  # the same click twice is one run


class AuditCount(Base):
    """What a run counted in an organization and all below it. Append-only. ``rule`` empty: of all rules together.

    ``cases``: how many there were, whatever rule applied to them; ``people``: cases with at least one finding,
    ``people_left``: with one that no waiver covers.
    """

    __tablename__ = "audit_count"
    __table_args__ = (Index("ix_audit_count_organization", "organization_id", "rule", "run_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("audit_run.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(130), primary_key=True)
    cases: Mapped[int]
    findings: Mapped[int]
    waived: Mapped[int]
    people: Mapped[int]
    people_left: Mapped[int]
    found: Mapped[int]  # for the first time
    reopened: Mapped[int]
    gone: Mapped[int]


class IndicationRun(Base):
    """What many cases showed together when an audit of the whole record was kept. Append-only.

    ``asked``: a digest of what was looked for; where that has become another, what was kept is not told.
    """

    __tablename__ = "indication_run"
    __table_args__ = (CheckConstraint("length(asked) = 64", name="asked_is_a_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    made_at: Mapped[datetime]
    asked: Mapped[str] = mapped_column(HASH)


class IndicationCount(Base):
    """Of how many people of an organization and all below it an indication shows. Append-only; nobody is named.

    ``base``: the people who are looked at, at least one; somebody who was with two branches is one of each.
    """

    __tablename__ = "indication_count"
    __table_args__ = (CheckConstraint("base > 0 AND shown BETWEEN 0 AND base", name="some_of_all"),)

    # first: a page asks by it
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("indication_run.id"), primary_key=True)
    indication: Mapped[str] = mapped_column(CODE, primary_key=True)
    base: Mapped[int]
    shown: Mapped[int]


class FindingEvent(Base):
    """One line of the life of a finding: a run found it, or no longer; somebody answered or waived it. Append-only.

    Codes and days alone; ``commitments``: salted, to the free texts that stand in ``finding_text``.
    """

    __tablename__ = "finding_event"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        CheckConstraint("(run_id IS NULL) = (account_id IS NOT NULL)", name="of_a_run_or_of_somebody"),
        Index("ix_finding_event_identity", "case_id", "rule", "step", "round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    rule: Mapped[str] = mapped_column(String(130))
    step: Mapped[str] = mapped_column(CODE)
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(CODE)
    at: Mapped[datetime]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("audit_run.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # for whom a deputy acted
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    role: Mapped[str | None] = mapped_column(CODE)
    until_on: Mapped[date | None]  # the last day of a waiver
    outcome: Mapped[str | None] = mapped_column(CODE)  # with the two days: the breach as it was when somebody spoke
    due_on: Mapped[date | None]
    broken_on: Mapped[date | None]
    settles: Mapped[int | None] = mapped_column(ForeignKey("finding_event.id"), unique=True)  # what had been asked for
    commitments: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    key: Mapped[str | None] = mapped_column(CODE)  # the same click twice is one event


class FindingText(Base):
    """A free text of an event, apart from it and erasable: the event holds only a salted commitment."""

    __tablename__ = "finding_text"

    event_id: Mapped[int] = mapped_column(ForeignKey("finding_event.id"), primary_key=True)
    field: Mapped[str] = mapped_column(CODE, primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[str] = mapped_column(Text)


class FindingLife(Base):
    """Where a finding stands in its life: projection of its events. ``stage``: what the last of them leaves it in."""

    __tablename__ = "finding_life"
    __table_args__ = (
        Index("ix_finding_life_stage", "stage", "waived_until", "case_id"),
        Index("ix_finding_life_closed", "closed_on", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(130), primary_key=True)
    step: Mapped[str] = mapped_column(CODE, primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    force: Mapped[str | None] = mapped_column(CODE)
    stage: Mapped[str] = mapped_column(CODE)
    first_on: Mapped[date | None]  # None: no run has seen it yet
    last_on: Mapped[date | None]
    reopened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("finding_event.id"))
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("finding_event.id"))  # a waiver that waits for approval
    waiver_id: Mapped[int | None] = mapped_column(ForeignKey("finding_event.id"))
    waived_until: Mapped[date | None]


class Outbox(Base):
    """What others must be told of, written with the entry; taken away by whoever has told them."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    made_at: Mapped[datetime]


APPEND_ONLY = (
    "audit_count", "audit_run", "batch", "checkpoint", "entry", "finding_event", "indication_count", "indication_run",
    "leaf", "log_entry", "outside", "seal_law", "seal_log", "submission", "subtree",
)  # fmt: skip
NEVER_UPDATED = ("entry_value", "finding_text")  # inserted and erased, never changed
