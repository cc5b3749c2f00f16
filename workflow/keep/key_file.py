"""The key file of a data directory: what signs the cookies of a server, and keys its counts of failed sign-ins.

It is no part of the record and of no backup: a new one lets nobody in and harms nothing, everybody only signs in again.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from workflow.errors import Text, WorkflowError
from workflow.keep.surroundings import OTHERS

FILE = "secret.key"
BYTES = 32
LONGEST = 4096
ANOTHER = Text(
    "请删除它再启动：会另做一个，所有人须重新登录，数据不受影响；仍然如此时，请用 --data 换到能设文件权限的磁盘",
    "delete it and start again: another one is made, everybody signs in anew, no data is lost; if that does not help,"
    " use --data with a folder on a disk that knows permissions",
)


class KeyExposed(WorkflowError):  # noqa: N818 - errors are named as facts
    """Others may read the key, and could sign in as anybody whose session is open."""


class KeyDamaged(WorkflowError):  # noqa: N818 - errors are named as facts
    """The file is not a key."""


def secret_key(directory: Path) -> bytes:
    """Return the key of a data directory, made there if there is none yet; raises KeyExposed, KeyDamaged, OSError."""
    path = directory / FILE
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Write a new key whole, readable by nobody else; one that somebody made in the same moment stays."""
    new = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
        _put(new, path)
    finally:
        new.unlink(missing_ok=True)


def _put(new: Path, path: Path) -> None:
    """Give the new file its name, unless there is one of that name by now."""
    try:
        os.link(new, path)  # unlike a renaming, it never takes the place of what is there
    except FileExistsError:
        return
    except OSError:  # a disk without links
        new.replace(path)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        about, key = os.fstat(file.fileno()), file.read(LONGEST)
    if os.name == "posix" and (about.st_mode & OTHERS or about.st_uid not in (0, os.geteuid())):
        raise KeyExposed(Text(f"其他用户可以读取密钥文件 {path}", f"other users may read the key file {path}"), ANOTHER)
    if len(key) < BYTES:
        raise KeyDamaged(Text(f"密钥文件 {path} 不完整", f"the key file {path} is damaged"), ANOTHER)
    return key
