"""How Alembic runs here: on the connection it is handed, in the transaction that is open there."""

from __future__ import annotations

from alembic import context

from workflow.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
