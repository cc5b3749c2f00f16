"""Which edition of the tables a database has, and whether this program may work with it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect, text

from workflow.errors import Text
from workflow.store.failures import DatabaseNotReady

EDITIONS = ("0001",)  # the revisions of all migrations, in their order
NEWEST = EDITIONS[-1]
TABLE = Table(  # as Alembic makes it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def edition_of(connection: Connection) -> str | None:
    """Return the revision of the tables; None for a database without any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    edition = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if edition is None else str(edition)


def require_known(edition: str | None, place: str) -> None:
    """Raise DatabaseNotReady for a database that a newer program has made."""
    if edition is not None and edition not in EDITIONS:
        raise DatabaseNotReady(
            Text(
                f"数据库 {place} 由更新版本的程序建立（版本 {edition}，本程序最高 {NEWEST}）。",
                f"The database {place} was made by a newer program (edition {edition}; this one knows up to {NEWEST}).",
            ),
            Text("请升级本程序。", "Upgrade this program."),
        )


def require_newest(connection: Connection, place: str) -> None:
    """Raise DatabaseNotReady for every edition but the newest, and say what to do."""
    edition = edition_of(connection)
    require_known(edition, place)
    if edition is None:
        raise DatabaseNotReady(
            Text(f"数据库 {place} 还没有建表。", f"The database {place} has no tables yet."),
            Text("请先运行 jishi init。", "Run jishi init first."),
        )
    if edition != NEWEST:
        raise DatabaseNotReady(
            Text(
                f"数据库 {place} 的版本 {edition} 早于本程序的 {NEWEST}。",
                f"The database {place} has edition {edition}; this program needs {NEWEST}.",
            ),
            Text("请先备份，再运行 jishi upgrade。", "Make a backup, then run jishi upgrade."),
        )
