"""Writing a file whole or not at all, readable by nobody else, and never through what must not be replaced."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from workflow.errors import Text, WorkflowError

PRIVATE = 0o600  # permission bits: findings hold names
PUBLIC = 0o666  # less what the user's mask takes away
_WRITABLE = 0o222
_OTHER_NAME = Text("请换一个文件名。", "Choose another name.")


class NotWritten(WorkflowError):  # noqa: N818 - errors are named as facts
    """A file could not be written; what stood there before still does."""


def check_target(path: Path, *sources: Path) -> None:
    """Refuse a file that cannot be written, or that is one of ``sources``, before the work begins.

    Raises:
        NotWritten: its folder is missing, something that is no file or is write-protected stands there, or it is what
            is read.
    """
    target = real(path)
    if any(source.exists() and path.exists() and path.samefile(source) for source in sources):
        raise NotWritten(
            Text(f"“{path}”就是要检查的台账，不会覆盖。", f"“{path}” is the ledger itself and is not overwritten."),
            _OTHER_NAME,
        )
    if target.exists() and not target.is_file():
        raise NotWritten(Text(f"“{path}”不是文件。", f"“{path}” is no file."), _OTHER_NAME)
    if target.exists() and not _may_write(target):
        raise NotWritten(Text(f"“{path}”是只读文件。", f"“{path}” is write-protected."), _OTHER_NAME)
    if not target.parent.is_dir():
        raise NotWritten(
            Text(f"没有“{path.parent}”这个文件夹。", f"There is no folder “{path.parent}”."),
            Text("请先建立文件夹。", "Make it first."),
        )


def _may_write(target: Path) -> bool:
    """Tell whether a file may be written; a superuser, who may write all, is held to its permission bits."""
    return bool(target.stat().st_mode & _WRITABLE) and os.access(target, os.W_OK)


def real(path: Path) -> Path:
    """Return where a path leads when all links are followed; raises NotWritten for links that lead in a circle."""
    try:
        target = path.resolve()
        if not target.is_symlink():
            return target
    except (OSError, RuntimeError):  # which of them, if any, depends on the version of Python
        pass
    raise NotWritten(Text(f"“{path}”是循环的链接。", f"“{path}” is a link that leads in a circle."), _OTHER_NAME)


def beside(path: Path) -> Path:
    """Return the file beside a list that says what the list cannot: as of which day, by which rules, of how many."""
    return path.with_name(f"{path.name}.summary.json")


def write_whole(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Write ``data`` to ``path``, whole or not at all; raises NotWritten."""
    with whole(path, mode) as file:
        file.write(data)


@contextmanager
def whole(path: Path, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """Give a file to write to; it takes the place of ``path`` at the end, or leaves nothing behind on any error.

    ``mode``: the permission bits of a new file; one that is replaced hands its own on.

    Raises:
        NotWritten: the system does not let us, or the disk is full.
    """
    check_target(path)
    target = real(path)  # a link stays a link
    beside = target.with_name(f".jishi-{secrets.token_hex(8)}.part")
    try:
        with _made(beside, PRIVATE if target.exists() else mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode) & 0o777)
        beside.replace(target)
    except OSError as fault:
        raise NotWritten(
            Text(f"“{path}”写不进去：{fault.strerror}。", f"“{path}” could not be written: {fault.strerror}."),
            Text(
                "请确认有写权限、磁盘有空间，并且文件没有在 Excel 或 WPS 中打开。",
                "See that you may write there, that the disk has room, and that no program has the file open.",
            ),
        ) from fault
    finally:
        beside.unlink(missing_ok=True)


def _made(path: Path, mode: int) -> BinaryIO:
    """Make a new file with these permission bits from its first moment, and open it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, mode), "wb")
