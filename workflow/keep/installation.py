"""Where an installation lives, and how it begins: its data directory, its database, its first organization and account.

A data directory holds the embedded database and the backups. Where the record lies on a server, its address comes from
the caller each time: nothing here writes an address or a password down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from workflow.calendar.office import office_day
from workflow.engine.accounts import ADMINISTRATOR, NewAccount, first_administrator
from workflow.engine.laws import Laws
from workflow.engine.organizations import NewOrganization, found
from workflow.engine.sample import add_sample, load_sample_tree, read_sample
from workflow.errors import Text, WorkflowError
from workflow.store import revision
from workflow.store.database import Database
from workflow.store.failures import BUSY, DatabaseBusy, retrying
from workflow.store.migrations import migrate, revision_of
from workflow.store.tables import Account, Installation, Office, Organization

FILE = "jishi.db"
SAMPLE = "sample"  # folder of the sample's own data, so that it never mixes with real people's


WITH_LEDGER = "university"  # the sample whose branches bear the names of the sample ledger


class FoundedBefore(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is an installation already, and it is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Founding:
    """With what an installation begins: the organization at the top and who administers it."""

    organization: str
    kind: str
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What there is after a beginning. ``made``: what was made now, of database, installation, organization."""

    place: str
    sample: bool
    organization: str | None
    administrator: str | None
    made: tuple[str, ...]


def data_directory(option: Path | None = None) -> Path:
    """Return the folder that is asked for, else the one of the operating system's user."""
    return option.expanduser().absolute() if option else user_data_path("jishi", appauthor=False)


def open_database(directory: Path, url: str | None = None, owner_url: str | None = None) -> Database:
    """Return the database at ``url``, else the embedded one of a data directory; nothing is opened before it is used.

    ``owner_url``: on a server, the role that owns the tables.
    """
    return Database(url or embedded(directory), owner_url=owner_url)


def embedded(directory: Path) -> str:
    """Return the URL of the embedded database of a data directory, whatever signs stand in its name."""
    return URL.create("sqlite", database=str(directory / FILE)).render_as_string(hide_password=False)


def begin(database: Database, directory: Path, now: datetime, *, sample: bool) -> Begun:
    """Make what is missing of directory, tables and the row of the installation. Safe to run again.

    Raises FoundedBefore where a sample was to become real or the other way round, DatabaseNotReady for an older or
    newer edition, NoOwner, NoRole.
    """
    _private(directory)
    made = ["database"] if _tables(database) else []
    if retrying(lambda: _installation(database, now, sample=sample)):
        made.append("installation")
    with database.read() as connection:
        return _begun(connection, database, made)


def initialise(
    database: Database, directory: Path, laws: Laws, founding: Founding, now: datetime, *, sample: bool = False
) -> Begun:
    """Begin an installation with its first organization and administrator. Safe to run again with the same.

    Raises FoundedBefore where it began with others, and what ``begin``, ``found`` and ``first_administrator`` raise.
    """
    begun = begin(database, directory, now, sample=sample)
    made = retrying(lambda: _founded(database, laws, founding, now))
    with database.read() as connection:
        return _begun(connection, database, [*begun.made, *made])


def fill_sample(database: Database, directory: Path, laws: Laws, definitions: Traversable, now: datetime) -> Begun:
    """Begin an installation with the invented organizations, accounts and members of the sample. Safe to run again."""
    begun = begin(database, directory, now, sample=True)
    made = retrying(lambda: _planted(database, laws, definitions, now))
    with database.read() as connection:
        return _begun(connection, database, [*begun.made, *made])


def _private(directory: Path) -> None:
    """Make the folder and those above it, open to its user alone; an empty one that was there is closed to others."""
    for folder in (*reversed(directory.parents), directory):
        folder.mkdir(mode=0o700, exist_ok=True)
    if not any(directory.iterdir()):
        directory.chmod(0o700)


def _tables(database: Database) -> bool:
    """Make the tables where there are none; return whether there were none. Raises DatabaseNotReady."""
    new = database.dialect == "sqlite" and not Path(database.place).exists()
    if not new and revision_of(database) is not None:
        with database.peek() as connection:
            revision.require_newest(connection, database.place)
        return False
    migrate(database)
    return True


def _installation(database: Database, now: datetime, *, sample: bool) -> bool:
    """Write the row of the installation where there is none; return whether there was none."""
    try:
        with database.write() as connection:
            there = connection.execute(select(Installation.sample)).one_or_none()
            if there is None:
                connection.execute(insert(Installation), {"id": 1, "sample": sample, "created_at": now})
                return True
    except IntegrityError as error:  # somebody else was quicker: look again
        raise DatabaseBusy(*BUSY) from error
    if there.sample != sample:
        is_zh, is_en = ("示例", "a sample") if there.sample else ("正式", "a real one")
        raise FoundedBefore(
            Text(f"{database.place} 是{is_zh}数据。", f"The installation at {database.place} is {is_en}."),
            Text("示例与正式数据不能混用：请用 --data 指定另一个目录。",
                 "Sample and real data do not mix: name another folder with --data."),
        )  # fmt: skip
    return False


def _founded(database: Database, laws: Laws, founding: Founding, now: datetime) -> tuple[str, ...]:
    with database.write() as connection:
        _alone(connection)
        there = _begun(connection, database, ())
        if there.organization is None:
            root = found(connection, laws.organizations, NewOrganization(founding.kind, founding.organization))
            account = NewAccount(founding.login, founding.name)
            first_administrator(connection, root, account, office_day(now), now)
            return ("organization",)
    if (there.organization, there.administrator) == (founding.organization.strip(), founding.login.strip().lower()):
        return ()
    raise FoundedBefore(
        Text(
            f"本系统已经建立：组织“{there.organization}”，管理员 {there.administrator}。",
            f"This installation exists: organization “{there.organization}”, administrator {there.administrator}.",
        ),
        Text("其他组织和账号由管理员添加。", "Its administrator adds further organizations and accounts."),
    )


def _planted(database: Database, laws: Laws, definitions: Traversable, now: datetime) -> tuple[str, ...]:
    with database.write() as connection:
        _alone(connection)
        if _begun(connection, database, ()).organization is not None:
            return ()
        load_sample_tree(connection, laws, read_sample(definitions), now)
        add_sample(connection, laws, read_sample(definitions, WITH_LEDGER), now)
    return ("organization",)


def _alone(connection: Connection) -> None:
    """Let whoever founds the same installation at the same moment wait."""
    connection.execute(select(Installation.id).with_for_update()).one()


def _begun(connection: Connection, database: Database, made: list[str] | tuple[str, ...]) -> Begun:
    sample = connection.scalar(select(Installation.sample))
    top = select(Organization.id, Organization.name).order_by(Organization.id).limit(1)
    root = connection.execute(top).one_or_none()
    logins = select(Account.login).join(Office, Office.account_id == Account.id)
    first = logins.where(Office.role == ADMINISTRATOR).order_by(Office.id).limit(1)
    return Begun(database.place, bool(sample), root.name if root else None, connection.scalar(first), tuple(made))
