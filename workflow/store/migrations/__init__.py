"""Migrations: Alembic, run from here on a connection of the store. A downgrade is a backup restored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from workflow.store import postgresql, protection, revision
from workflow.store.database import Database

FOLDER = Path(__file__).parent
LOCK = 0x6A697368  # PostgreSQL: two migrations wait for each other


def newest() -> str:
    """Return the revision of the last migration."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError(f"no migrations in {FOLDER}")
    return head


def revision_of(database: Database) -> str | None:
    """Return the revision of a database's tables; None where it has none. Raises DatabaseUnavailable without a file."""
    with database.peek() as connection:
        return revision.edition_of(connection)


def migrate(database: Database, check: Callable[[Connection], None] | None = None) -> str | None:
    """Bring the tables up to the newest edition, as the owner; return the revision they had before.

    One transaction: all of it or nothing. Grants the application's rights anew and requires the protection before it
    commits; ``check`` looks at the result last, and what it raises undoes everything. Raises DatabaseNotReady where the
    database is newer than the program, NoOwner, NoRole, ProtectionBroken.
    """
    database.close()
    with database.owner() as connection:
        if database.role is not None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        before = revision.edition_of(connection)
        revision.require_known(before, database.place)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if database.role is not None:
            postgresql.grant(connection, database.role)
        protection.require(connection, database.role)
        if check is not None:
            check(connection)
    return before


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


__all__ = ["migrate", "newest", "revision_of"]
