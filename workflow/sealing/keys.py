"""The keys that sign the heads of logs: a file each, beside the record and in no backup of it, readable by one user.

Every log has a key of its own: a new log is a new key. Whoever holds the key can sign any history that he likes; that
is why a head counts only once it has left the machine.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from workflow.errors import Text, WorkflowError
from workflow.plain import harmless
from workflow.seal.note import NoteFault, Signer

FOLDER = "seal"  # in the data directory
OTHERS = 0o077


class KeyMissing(WorkflowError):  # noqa: N818 - errors are named as facts
    """The key of the log is not there, or others may read it: nothing is signed."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The folder in which the keys of an installation's logs lie."""

    folder: Path

    def signer(self, origin: str, vkey: str) -> Signer:
        """Return what signs for a log; raises KeyMissing where its key is missing, open to others, or another's."""
        path = self._path(origin)
        shown = harmless(str(path))
        try:
            if os.name == "posix" and path.stat().st_mode & OTHERS:
                zh, en = f"其他用户可以读取封存密钥 {shown}", f"other users may read the sealing key {shown}"
                remedy = Text(
                    "请执行 jishi seal reopen 换用新密钥：原密钥可能已经泄露",
                    "run jishi seal reopen: it may be known to others",
                )
                raise KeyMissing(Text(zh, en), remedy)
            found = Signer.of(path.read_text(encoding="ascii"))
        except (OSError, UnicodeError, NoteFault) as error:
            raise _missing(shown) from error
        if found.vkey != vkey:
            raise _missing(shown)
        return found

    def make(self, origin: str) -> Signer:
        """Make the key of a new log, in a file that nobody else may read, flushed to the disk; raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = Signer.make(origin)
        _put(self._path(origin), signer.text)
        return signer

    def knows(self, origin: str) -> bool:
        """Tell whether something was ever signed under this name here: a name is given once."""
        return self._head(origin).exists()

    def remember(self, origin: str, size: int, root: str) -> None:
        """Keep size and root of the newest head beside the key, after they were committed."""
        _put(self._head(origin), f"{size} {root}")

    def ahead_of(self, origin: str, size: int, root: str) -> bool:
        """Tell whether this key has signed more than the database knows, or another history: it was set back."""
        try:
            known, _, known_root = self._head(origin).read_text(encoding="ascii").partition(" ")
            return int(known) > size or (int(known) == size and known_root != root)
        except (OSError, ValueError):  # it only falls behind, never ahead: a crash may leave none
            return False

    def _head(self, origin: str) -> Path:
        return self.folder / f"{origin}.head"

    def _path(self, origin: str) -> Path:
        return self.folder / f"{origin}.key"


def _put(path: Path, text: str) -> None:
    """Write a file that nobody else may read, whole or not at all, flushed to the disk.

    Raises OSError and leaves nothing behind: on a full disk it is tried again every second.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(new, flags, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error  # not the name that differs every time


def _missing(shown: str) -> KeyMissing:
    return KeyMissing(
        Text(f"封存密钥 {shown} 缺失或者不符", f"the sealing key {shown} is missing, or another's"),
        Text(
            "请放回原密钥；确已丢失的，执行 jishi seal reopen 启用新日志，并把新公钥告知检查人员",
            "put it back; if it is lost, jishi seal reopen opens a new log: tell the auditors its key",
        ),
    )
