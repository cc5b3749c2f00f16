"""Migrations make exactly the tables that the program declares, on both databases, or nothing."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from workflow.store import revision
from workflow.store.migrations import newest
from workflow.store.tables import Base


def test_the_migrations_make_exactly_the_declared_tables(database):
    with database.peek() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_program_knows_its_newest_migration():
    assert newest() == revision.NEWEST


def test_read(database):
    database.open()
