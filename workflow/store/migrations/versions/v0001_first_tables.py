"""The first tables, and the triggers that keep what is written.

Revision 0001. Released migrations are never edited.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.store import guards_0001 as guards

revision = "0001"
down_revision = None

INSTANT = sa.String(length=24)  # 2026-05-11T01:02:03.004Z


def upgrade() -> None:
    """Create all tables, then protect them."""
    _create_organizations_and_people()
    _create_cases()
    _create_entries()
    _create_seal()
    _create_projections()
    _create_audits()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in guards.SQLITE.values() if sqlite else guards.postgresql():
        op.get_bind().exec_driver_sql(statement)


def _create_organizations_and_people() -> None:
    """Create who there is: organizations, their rosters, accounts, offices and sessions."""
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("serves_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("has_committee", sa.Boolean(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("id <> parent_id AND id <> serves_id", name=op.f("ck_organization_not_its_own")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organization.id"], name=op.f("fk_organization_parent_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["serves_id"], ["organization.id"], name=op.f("fk_organization_serves_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("path", name=op.f("uq_organization_path")),
        sa.UniqueConstraint("uid", name=op.f("uq_organization_uid")),
    )
    op.create_index("ix_organization_parent_id_path", "organization", ["parent_id", "path"], unique=False)
    op.create_index(op.f("ix_organization_serves_id"), "organization", ["serves_id"], unique=False)
    op.create_table(
        "organization_overlay",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("overlay", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_overlay_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("organization_id", "overlay", "from_on", name=op.f("pk_organization_overlay")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("standing", sa.String(length=64), nullable=True),
        sa.Column("full_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_member_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    op.create_index(op.f("ix_member_name_key"), "member", ["name_key"], unique=False)
    op.create_index(op.f("ix_member_organization_id"), "member", ["organization_id"], unique=False)
    op.create_table(
        "penalty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_penalty_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalty")),
    )
    op.create_index(op.f("ix_penalty_member_id"), "penalty", ["member_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("password_at", INSTANT, nullable=True),
        sa.Column("password_once", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("uid", name=op.f("uq_account_uid")),
    )
    op.create_index(op.f("ix_account_name_key"), "account", ["name_key"], unique=False)
    op.create_table(
        "office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("deputy_for", sa.Integer(), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_office_in_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_office_account_id_account")),
        sa.ForeignKeyConstraint(["deputy_for"], ["office.id"], name=op.f("fk_office_deputy_for_office")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_office_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
    )
    op.create_index(op.f("ix_office_account_id"), "office", ["account_id"], unique=False)
    op.create_index(op.f("ix_office_organization_id"), "office", ["organization_id"], unique=False)
    op.create_table(
        "signed_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_signed_in_account_id_account")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_signed_in_office_id_office"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("token", name=op.f("uq_signed_in_token")),
    )
    op.create_index(op.f("ix_signed_in_account_id"), "signed_in", ["account_id"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("of", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("of", name=op.f("pk_sign_in_failure")),
    )


def _create_cases() -> None:
    """Create the cases, and what was submitted about them."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column(
            "number",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("own_account_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.CheckConstraint("entries >= 0", name=op.f("ck_cases_counted")),
        sa.CheckConstraint("length(head) = 64", name=op.f("ck_cases_head_is_a_hash")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_cases_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["own_account_id"], ["account.id"], name=op.f("fk_cases_own_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_cases_uid")),
    )
    op.create_index(op.f("ix_cases_organization_id"), "cases", ["organization_id"], unique=False)
    op.create_index("ix_cases_path_state", "cases", ["path", "state"], unique=False)
    op.create_index("ix_cases_state", "cases", ["state", "path"], unique=False)
    op.create_table(
        "person",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_person_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_name_key"), "person", ["name_key"], unique=False)
    op.create_table(
        "name_part",
        sa.Column(
            "part",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["person.case_id"], name=op.f("fk_name_part_case_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("part", "case_id", name=op.f("pk_name_part")),
    )
    op.create_index(op.f("ix_name_part_case_id"), "name_part", ["case_id"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_batch_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_batch_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["undoes"], ["batch.id"], name=op.f("fk_batch_undoes_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_batch_uid")),
        sa.UniqueConstraint("undoes", name=op.f("uq_batch_undoes")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_submission_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_submission_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_submission_account_id_key")),
    )
    op.create_index(op.f("ix_submission_case_id"), "submission", ["case_id"], unique=False)
    op.create_table(
        "submission_salt",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_salt_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_salt")),
    )
    op.create_table(
        "proposal",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposal_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_proposal_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_proposal_office_id_office")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_proposal_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_case_id"), "proposal", ["case_id"], unique=False)


def _create_entries() -> None:
    """Create the history of the cases, the values apart from it, and the record of who saw them."""
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_in", sa.Integer(), nullable=True),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('correction', 'withdrawal')) = (supersedes IS NOT NULL)", name=op.f("ck_entry_amends_one")
        ),
        sa.CheckConstraint(
            "kind <> 'act' OR (step IS NOT NULL AND occurred_on IS NOT NULL)", name=op.f("ck_entry_act_is_dated")
        ),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_in IS NULL)", name=op.f("ck_entry_confirmed_somewhere")
        ),
        sa.CheckConstraint("length(prev) = 64 AND length(hash) = 64", name=op.f("ck_entry_chained")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_entry_counted")),
        sa.CheckConstraint("supersedes IS NULL OR supersedes < number", name=op.f("ck_entry_supersedes_earlier")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_account_id_account")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_entry_batch_id_batch")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_entry_case_id_cases")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_entry_confirmed_by_account")),
        sa.ForeignKeyConstraint(["confirmed_in"], ["organization.id"], name=op.f("fk_entry_confirmed_in_organization")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_entry_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["principal_id"], ["account.id"], name=op.f("fk_entry_principal_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_entry_case_id_number")),
    )
    op.create_index(op.f("ix_entry_batch_id"), "entry", ["batch_id"], unique=False)
    op.create_table(
        "entry_value",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_value_entry_id_entry")),
        sa.PrimaryKeyConstraint("entry_id", "field", name=op.f("pk_entry_value")),
    )
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_log_entry_hashed")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_log_entry_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_log_entry_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_log_entry_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("uid", name=op.f("uq_log_entry_uid")),
    )
    op.create_index("ix_log_entry_account", "log_entry", ["account_id", "id"], unique=False)
    op.create_index("ix_log_entry_case", "log_entry", ["case_id", "id"], unique=False)
    op.create_index("ix_log_entry_path", "log_entry", ["path", "id"], unique=False)


def _create_seal() -> None:
    """Create the logs: leaves, subtrees, signed heads, and what left the machine."""
    op.create_table(
        "seal_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("vkey", sa.String(length=300), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("after_size", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["after_id"], ["seal_log.id"], name=op.f("fk_seal_log_after_id_seal_log")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_log")),
        sa.UniqueConstraint("after_id", name=op.f("uq_seal_log_after_id")),
        sa.UniqueConstraint("origin", name=op.f("uq_seal_log_origin")),
    )
    op.create_table(
        "leaf",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("log_entry_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(entry_id IS NULL) <> (log_entry_id IS NULL)", name=op.f("ck_leaf_of_one_line")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_leaf_hashed")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_leaf_entry_id_entry")),
        sa.ForeignKeyConstraint(["log_id"], ["seal_log.id"], name=op.f("fk_leaf_log_id_seal_log")),
        sa.PrimaryKeyConstraint("log_id", "seq", name=op.f("pk_leaf")),
        sa.UniqueConstraint("entry_id", "log_id", name=op.f("uq_leaf_entry_id_log_id")),
        sa.UniqueConstraint("log_entry_id", "log_id", name=op.f("uq_leaf_log_entry_id_log_id")),
    )
    op.create_table(
        "subtree",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["seal_log.id"], name=op.f("fk_subtree_log_id_seal_log")),
        sa.PrimaryKeyConstraint("log_id", "level", "number", name=op.f("pk_subtree")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["seal_log.id"], name=op.f("fk_checkpoint_log_id_seal_log")),
        sa.PrimaryKeyConstraint("log_id", "size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "seal_law",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tables", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_seal_law")),
    )
    op.create_table(
        "outside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("line", sa.Text(), nullable=True),
        sa.CheckConstraint("(name IS NULL) = (line IS NULL)", name=op.f("ck_outside_signed_by_somebody")),
        sa.ForeignKeyConstraint(
            ["log_id", "size"], ["checkpoint.log_id", "checkpoint.size"], name=op.f("fk_outside_log_id_size_checkpoint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside")),
    )
    op.create_index("ix_outside_checkpoint", "outside", ["log_id", "size"], unique=False)


def _create_projections() -> None:
    """Create what is derived from the history: offers, things to do, messages."""
    op.create_table(
        "transfer",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column(
            "to_path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_transfer_case_id_cases")),
        sa.ForeignKeyConstraint(["to_id"], ["organization.id"], name=op.f("fk_transfer_to_id_organization")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_transfer")),
    )
    op.create_index(op.f("ix_transfer_to_id"), "transfer", ["to_id"], unique=False)
    op.create_table(
        "todo",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["organization.id"], name=op.f("fk_todo_branch_id_organization")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_todo_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_todo_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("case_id", "step", name=op.f("pk_todo")),
    )
    op.create_index(
        "ix_todo_branch", "todo", ["branch_id", "due_on", "case_id", "step", "organization_id"], unique=False
    )
    op.create_index("ix_todo_due", "todo", ["due_on", "path", "case_id", "step", "organization_id"], unique=False)
    op.create_index("ix_todo_state", "todo", ["state", "due_on", "path", "case_id"], unique=False)
    op.create_index("ix_todo_step", "todo", ["step", "state", "due_on", "path", "case_id"], unique=False)
    op.create_index("ix_todo_organization", "todo", ["organization_id", "due_on", "case_id", "step"], unique=False)
    op.create_table(
        "finding",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=130), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("force", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("broken_on", sa.Date(), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_finding_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "rule", "step", "round", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_state", "finding", ["state", "path", "broken_on", "case_id"], unique=False)
    op.create_index("ix_finding_path", "finding", ["path", "broken_on", "case_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id_cases")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_outbox_entry_id_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )


def _create_audits() -> None:
    """Create the runs of the audit and the life of each finding."""
    op.create_table(
        "audit_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_audit_run_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_audit_run_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_run")),
        sa.UniqueConstraint(
            "account_id", "organization_id", "key", name=op.f("uq_audit_run_account_id_organization_id_key")
        ),
    )
    op.create_table(
        "audit_count",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=130), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("people_left", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_audit_count_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["audit_run.id"], name=op.f("fk_audit_count_run_id_audit_run")),
        sa.PrimaryKeyConstraint("run_id", "organization_id", "rule", name=op.f("pk_audit_count")),
    )
    op.create_index("ix_audit_count_organization", "audit_count", ["organization_id", "rule", "run_id"], unique=False)
    op.create_table(
        "indication_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(asked) = 64", name=op.f("ck_indication_run_asked_is_a_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indication_run")),
    )
    op.create_table(
        "indication_count",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("indication", sa.String(length=64), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.CheckConstraint("base > 0 AND shown BETWEEN 0 AND base", name=op.f("ck_indication_count_some_of_all")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_indication_count_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["indication_run.id"], name=op.f("fk_indication_count_run_id_indication_run")
        ),
        sa.PrimaryKeyConstraint("organization_id", "run_id", "indication", name=op.f("pk_indication_count")),
    )
    op.create_table(
        "finding_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=130), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("principal_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("broken_on", sa.Date(), nullable=True),
        sa.Column("settles", sa.Integer(), nullable=True),
        sa.Column("commitments", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(run_id IS NULL) = (account_id IS NOT NULL)", name=op.f("ck_finding_event_of_a_run_or_of_somebody")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_finding_event_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_finding_event_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_finding_event_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["principal_id"], ["account.id"], name=op.f("fk_finding_event_principal_id_account")),
        sa.ForeignKeyConstraint(["run_id"], ["audit_run.id"], name=op.f("fk_finding_event_run_id_audit_run")),
        sa.ForeignKeyConstraint(["settles"], ["finding_event.id"], name=op.f("fk_finding_event_settles_finding_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_event")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_finding_event_account_id_key")),
        sa.UniqueConstraint("settles", name=op.f("uq_finding_event_settles")),
    )
    op.create_index("ix_finding_event_identity", "finding_event", ["case_id", "rule", "step", "round"], unique=False)
    op.create_index(op.f("ix_finding_event_run_id"), "finding_event", ["run_id"], unique=False)
    op.create_table(
        "finding_text",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["finding_event.id"], name=op.f("fk_finding_text_event_id_finding_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "field", name=op.f("pk_finding_text")),
    )
    op.create_table(
        "finding_life",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=130), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("force", sa.String(length=64), nullable=True),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("asked_id", sa.Integer(), nullable=True),
        sa.Column("waiver_id", sa.Integer(), nullable=True),
        sa.Column("waived_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["finding_event.id"], name=op.f("fk_finding_life_answer_id_finding_event")
        ),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["finding_event.id"], name=op.f("fk_finding_life_asked_id_finding_event")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_finding_life_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["waiver_id"], ["finding_event.id"], name=op.f("fk_finding_life_waiver_id_finding_event")
        ),
        sa.PrimaryKeyConstraint("case_id", "rule", "step", "round", name=op.f("pk_finding_life")),
    )
    op.create_index("ix_finding_life_closed", "finding_life", ["closed_on", "case_id"], unique=False)
    op.create_index("ix_finding_life_stage", "finding_life", ["stage", "waived_until", "case_id"], unique=False)
