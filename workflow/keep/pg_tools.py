"""PostgreSQL's own tools for copying a database: pg_dump and pg_restore, found on the search path.

Passwords are handed on in the environment, never among the arguments, which every user of the machine can see.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from workflow.errors import Text, WorkflowError
from workflow.plain import harmless

LONGEST = 500  # characters of a tool's complaint that are shown


class ToolMissing(WorkflowError):  # noqa: N818 - errors are named as facts
    """A tool of PostgreSQL is not installed."""


class ToolFailed(WorkflowError):  # noqa: N818 - errors are named as facts
    """A tool of PostgreSQL did not do its work; the sentence holds what it said."""


def dump(address: URL, target: Path, snapshot: str) -> None:
    """Write the state that ``snapshot`` names to a file; raises ToolMissing, ToolFailed."""
    asked = ["--format=custom", f"--snapshot={snapshot}", f"--file={target}"]
    _run("pg_dump", [*asked, f"--dbname={_without_password(address)}"], address)


def readable(source: Path) -> None:
    """Read a dump through to its end; raises ToolMissing, ToolFailed."""
    _run("pg_restore", [f"--file={os.devnull}", str(source)], None)


def listed(source: Path) -> str:
    """Return what a dump says it holds, a line for each thing; nothing of it runs. Raises ToolMissing, ToolFailed."""
    return _run("pg_restore", ["--list", str(source)], None)


def load(address: URL, source: Path, *, rights: bool) -> None:
    """Load a dump into an empty database, all of it or nothing; raises ToolMissing, ToolFailed.

    The role of ``address`` owns everything. ``rights``: those of the roles named in the dump, too.
    """
    asked = ["--no-owner", "--exit-on-error", "--single-transaction", *([] if rights else ["--no-privileges"])]
    _run("pg_restore", [*asked, f"--dbname={_without_password(address)}", str(source)], address)


def _run(name: str, arguments: list[str], address: URL | None) -> str:
    tool = shutil.which(name)
    if tool is None:
        raise ToolMissing(
            Text(f"没有找到 PostgreSQL 的工具 {name}。", f"PostgreSQL's tool {name} was not found."),
            Text(
                "请安装 PostgreSQL 客户端（Debian：apt install postgresql-client；openEuler：dnf install postgresql），"
                "版本不低于数据库服务器，并使其在 PATH 中。",
                "Install the PostgreSQL client (Debian: apt install postgresql-client; openEuler: dnf install"
                " postgresql), not older than the server, and see that it is on PATH.",
            ),
        )
    password = _password(address)
    more = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603 - the tool and all of its arguments are the program's own
        [tool, *arguments], env={**os.environ, "LC_ALL": "C", **more}, stdin=subprocess.DEVNULL, capture_output=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        said = harmless(" ".join(done.stderr.decode("utf-8", "replace").split()))[:LONGEST]
        raise ToolFailed(
            Text(f"{name} 没有完成：{said}", f"{name} failed: {said}"),
            Text(
                "请检查数据库服务、所有者的权限、磁盘空间和工具版本。",
                "Check the server, the owner's rights, the disk and the tool's version.",
            ),
        )
    return done.stdout.decode("utf-8", "replace")


def _password(address: URL | None) -> str | None:
    if address is None:
        return None
    asked = address.password or address.query.get("password")
    return asked if isinstance(asked, str) else None


def _without_password(address: URL) -> str:
    """Return the address as the tools read it; ``URL.set(password=None)`` would keep the password."""
    bare = URL.create(
        "postgresql", username=address.username, host=address.host, port=address.port, database=address.database,
        query=address.difference_update_query(["password"]).query,
    )  # fmt: skip
    return bare.render_as_string(hide_password=False)
