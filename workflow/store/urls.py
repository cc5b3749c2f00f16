"""Where a database is: its URL read, rewritten and named without its password."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from workflow.errors import Text, WorkflowError

POSTGRESQL = {"postgresql", "postgres", "postgresql+psycopg"}


class UnknownDatabase(WorkflowError):  # noqa: N818 - errors are named as facts
    """A URL names no database that the program knows."""


def read(url: str) -> URL:
    """Return the URL with the driver in use; raises UnknownDatabase, never with the URL, which may hold a password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise _unknown() from None
    if parts.drivername in POSTGRESQL and parts.database:
        return parts.set(drivername="postgresql+psycopg")
    if parts.drivername == "sqlite" and parts.database and parts.database != ":memory:":
        return parts
    raise _unknown()


def place(url: URL) -> str:
    """Return the name of the database for messages: a file, or user, host and database."""
    if url.get_backend_name() == "sqlite":
        return str(file_of(url))
    user = f"{url.username}@" if url.username else ""
    host = url.host or url.query.get("host") or "localhost"
    return (
        f"{user}{host if isinstance(host, str) else ','.join(host)}{f':{url.port}' if url.port else ''}/{url.database}"
    )


def file_of(url: URL) -> Path:
    """Return the file of a SQLite database."""
    return Path(url.database or "").absolute()


def _unknown() -> UnknownDatabase:
    return UnknownDatabase(
        Text("数据库地址无法识别。", "The address of the database cannot be understood."),
        Text(
            "请写成 sqlite:///文件路径，或 postgresql://用户名:密码@主机/库名。",
            "Write sqlite:///path/to/file or postgresql://user:password@host/name.",
        ),
    )
