"""The folder of an audit goes with its run, and what a killed run left behind with a later one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workflow.compliance.working_folder import OLD, working_folder

PREFIX = "jishi-audit-"
HOLDS = f"""
import sys
from pathlib import Path
from workflow.compliance.working_folder import working_folder
with working_folder("{PREFIX}", Path(sys.argv[1])) as folder:
    (folder / "entries").write_text("days")
    print(folder, flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="such locks are of POSIX")


def left(place: Path, name: str = f"{PREFIX}abcd_123", seconds: int = OLD + 60) -> Path:
    """Return a folder with something in it, so many seconds old."""
    folder = place / name
    (folder / "view").mkdir(parents=True)
    (folder / "view" / "cases.parquet").write_bytes(b"days")
    older(folder, seconds)
    return folder


def older(folder: Path, seconds: int = OLD + 60) -> None:
    """Let a folder be so many seconds old."""
    now = folder.stat().st_mtime
    os.utime(folder, (now - seconds, now - seconds))


def test_a_folder_goes_with_its_run_and_takes_along_what_was_left_a_day_ago(tmp_path):
    killed = left(tmp_path)
    with working_folder(PREFIX, tmp_path) as folder:
        assert not killed.exists()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        (f"{PREFIX}abcd_123", OLD - 60),  # it may be of a run that is about to take its lock
        (f"{PREFIX}of-somebody", OLD + 60),
        ("jishi-log-abcd_123", OLD + 60),
    ],
)
def test_what_is_new_or_of_another_name_stays(tmp_path, name, seconds):
    there = left(tmp_path, name, seconds)
    with working_folder(PREFIX, tmp_path):
        assert (there / "view" / "cases.parquet").exists()


def test_neither_a_file_nor_a_link_nor_what_it_leads_to_is_touched(tmp_path):
    place, other = tmp_path / "place", tmp_path / "other"
    place.mkdir()
    target = left(other)
    link, inner, file = place / f"{PREFIX}aaaaaaaa", left(place), place / f"{PREFIX}bbbbbbbb"
    link.symlink_to(target, target_is_directory=True)
    os.utime(link, (0, 0), follow_symlinks=False)
    (inner / "out").symlink_to(target, target_is_directory=True)
    older(inner)
    file.write_text("mine")
    os.utime(file, (0, 0))
    with working_folder(PREFIX, place):
        assert (link.is_symlink(), file.exists(), inner.exists()) == (True, True, False)
    assert (target / "view" / "cases.parquet").exists()


def test_the_folder_of_a_run_that_lives_stays_and_that_of_one_that_was_killed_goes(tmp_path):
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        folder = Path(run.stdout.readline().strip())
        older(folder)
        with working_folder(PREFIX, tmp_path):
            assert (folder / "entries").exists()
        run.send_signal(signal.SIGKILL)
        run.wait()
    older(folder)
    with working_folder(PREFIX, tmp_path):
        assert not folder.exists()
