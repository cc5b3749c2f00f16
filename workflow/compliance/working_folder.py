"""The folder in which an audit works: it goes with the run, and what a run left that was killed goes with the next.

A run holds a lock on its folder for as long as it lives, however it ends. Where the system knows no such locks
(Windows), nothing is taken for left behind.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

OLD = 24 * 60 * 60  # seconds after which a folder that nobody holds was left behind


@contextmanager
def working_folder(prefix: str, beside: Path | None = None) -> Iterator[Path]:
    """Give a new folder of a name with this prefix in ``beside``, or where the system keeps such; remove it afterwards.

    Folders of the same prefix that were left there more than a day ago are removed first.
    """
    with TemporaryDirectory(prefix=prefix, dir=beside) as named, _held(Path(named)):
        _sweep(Path(named), prefix)
        yield Path(named)


if sys.platform == "win32":

    @contextmanager
    def _held(_: Path) -> Iterator[None]:
        yield

    def _sweep(_: Path, __: str) -> None:
        return

else:
    import fcntl

    @contextmanager
    def _held(folder: Path) -> Iterator[None]:
        """Hold the lock of a folder; raises OSError where another process does or it is none."""
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(number)

    def _sweep(own: Path, prefix: str) -> None:
        """Remove what was left beside a folder: of our own user, of nobody alive and old beside what is new."""
        now = own.stat().st_mtime  # the clock of the disk, by which the others are dated, too
        name = re.compile(rf"{re.escape(prefix)}[a-z0-9_]{{8}}")  # as tempfile makes them
        for path in [one for one in own.parent.iterdir() if name.fullmatch(one.name)]:
            with suppress(OSError):
                found = path.lstat()
                mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
                if mine and now - found.st_mtime > OLD:
                    with _held(path):
                        shutil.rmtree(path, ignore_errors=True)
