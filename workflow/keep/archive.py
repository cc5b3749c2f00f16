"""The file of a backup: a ZIP archive with the database and a manifest that says what it is.

Anybody can look into it without this program. The hash shows damage, not forgery: whoever may write the file may write
the hash. ``database.sqlite`` opens in SQLite, ``database.dump`` is for pg_restore.
"""

from __future__ import annotations

import errno
import json
import lzma
import os
import re
import shutil
import zipfile
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import IO

from workflow.errors import Text, WorkflowError
from workflow.plain import harmless

FORMAT = 1
MANIFEST = "manifest.json"
CONTENTS = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
BLOCK = 1 << 20
LARGEST_MANIFEST = 1 << 16
LEFT = 1 << 24  # bytes that stay free on a disk: 16 MiB
UNREADABLE = (  # what an archive that somebody made up can raise: encrypted, packed otherwise, nested too deeply, …
    OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, LookupError, ValueError, TypeError,
    RuntimeError,
)  # fmt: skip
SHAPES = {  # what a manifest says, each as text
    "dialect": "sqlite|postgresql",
    "edition": "[0-9a-z_]{0,32}",
    "program": r"[0-9A-Za-z.+!_-]{1,64}",
    "installation": "([0-9a-f]{32})?",
    "sample": "True|False",
    "cases": "[0-9]{1,18}",
    "entries": "[0-9]{1,18}",
    "made_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "sha256": "[0-9a-f]{64}",
    "size": "[0-9]{1,18}",
    "format": "[0-9]{1,3}",
}


class NoBackup(WorkflowError):  # noqa: N818 - errors are named as facts
    """A file is no backup of this program, or it is damaged."""


class NoRoom(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is not enough room on a disk for what was to be written."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. ``made_at``: in UTC; ``size``: bytes of the database in it."""

    dialect: str
    edition: str
    program: str
    installation: str
    sample: bool
    cases: int
    entries: int
    made_at: str
    sha256: str
    size: int
    format: int = FORMAT

    @property
    def content(self) -> str:
        """Return the name of the database in the archive."""
        return CONTENTS[self.dialect]


KINDS = {name: {"int": int, "bool": bool}.get(str(kind), str) for name, kind in Manifest.__annotations__.items()}


def pack(target: Path, database: Path, manifest: Manifest) -> None:
    """Write a backup to a new file that nobody else may read, flushed to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2, ensure_ascii=False))
            archive.write(database, manifest.content)
        file.flush()
        os.fsync(file.fileno())


def look(path: Path) -> Manifest:
    """Return what a backup says of itself; raises NoBackup."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _manifest(archive, path)
    except UNREADABLE as error:
        raise no_backup(path) from error


def unpack(path: Path, target: Path) -> Manifest:
    """Write the database of a backup to a new file; raises NoBackup where it is not what the manifest says, NoRoom."""
    require_room(target.parent, look(path).size)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
        manifest = _read_through(path, file)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def read_through(path: Path) -> Manifest:
    """Read a backup to its end, as whoever restores it will; raises NoBackup."""
    return _read_through(path, None)


def _read_through(path: Path, file: IO[bytes] | None) -> Manifest:
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            with archive.open(manifest.content) as packed:
                found = _copied(packed, file, manifest.size)
    except UNREADABLE as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EIO, errno.EDQUOT}:
            raise  # the disk that is written to
        raise no_backup(path) from error
    if found != (manifest.sha256, manifest.size):
        raise no_backup(path)
    return manifest


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def file_name(now: datetime) -> str:
    """Return the name that a backup gets when nobody chooses one."""
    return f"jishi-{now:%Y%m%d-%H%M%S}.backup.zip"


def new_file(folder: Path, now: datetime) -> Path:
    """Return where a backup goes when nobody chooses: two of the same second get different names."""
    path = folder / file_name(now)
    others = (path.with_name(f"{path.name.removesuffix('.backup.zip')}-{n}.backup.zip") for n in count(2))
    return next(one for one in chain((path,), others) if not (one.exists() or one.is_symlink()))


def require_room(folder: Path, size: int) -> None:
    """Raise NoRoom unless ``size`` bytes can be written there and some are left."""
    free = shutil.disk_usage(folder).free
    if free < size + LEFT:
        mib = (size + LEFT - free) / (1 << 20)
        raise NoRoom(
            Text(f"磁盘空间不足，还差 {mib:.0f} MiB。", f"The disk is too full: {mib:.0f} MiB are lacking."),
            Text("请腾出空间再试；现有数据没有改动。", "Make room and try again; nothing was changed."),
        )


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise no_backup(path)
    said = json.loads(archive.read(MANIFEST))
    form = said.get("format", 0) if isinstance(said, dict) else None
    if isinstance(form, int) and form > FORMAT:
        shown = harmless(str(path))
        raise NoBackup(
            Text(f"“{shown}”由更新版本的程序制作。", f"“{shown}” was made by a newer program."),
            Text("请升级本程序。", "Upgrade this program."),
        )
    manifest = Manifest(**said)
    for name, value in asdict(manifest).items():
        if type(value) is not KINDS[name] or not re.fullmatch(SHAPES[name], str(value), re.ASCII):
            raise no_backup(path)
    return manifest


def _copied(packed: IO[bytes], file: IO[bytes] | None, most: int) -> tuple[str, int]:
    """Copy at most a block more than ``most`` bytes; return their hash and number."""
    found, size = sha256(), 0
    while size <= most and (block := packed.read(BLOCK)):
        if file is not None:
            file.write(block)
        found.update(block)
        size += len(block)
    return found.hexdigest(), size


def no_backup(path: Path) -> NoBackup:
    """Return the error that says that a file is no backup."""
    shown = harmless(str(path))
    return NoBackup(
        Text(f"“{shown}”不是本程序的备份，或者已经损坏。", f"“{shown}” is no backup of this program, or is damaged."),
        Text("请换一份备份；现有数据没有改动。", "Take another backup; nothing was changed."),
    )
