"""Verifying at the desk: the export of a scope, checked by the same program that an inspector runs elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from workflow.sealing.export import Progress, export
from workflow.sealing.growing import LogDamaged
from workflow.sealing.keys import KeyMissing
from workflow.sealing.sealer import Sealer
from workflow.store.tables import Organization

ALLOWED = 3_600  # seconds


@dataclass(frozen=True, slots=True)
class Checked:
    """What the verifier said. ``code``: 0 good, 1 altered, 2 undecided; ``archive``: the export that it looked at."""

    code: int
    report: dict[str, Any]
    archive: Path


def part_of(connection: Connection, path: str) -> str:
    """Return the path whose lines are given to whoever sees ``path``: "" where that is the whole installation."""
    top = select(Organization.path).where(Organization.parent_id.is_(None), Organization.serves_id.is_(None))
    return "" if path == connection.scalar(top.order_by(Organization.id).limit(1)) else path


def check(sealer: Sealer, folder: Path, path: str, mine: bytes | None, progress: Progress) -> Checked:
    """Seal, export and verify; ``mine``: the head that the auditor kept. The export stays in ``folder`` as one file.

    Raises NothingSealed, OSError, subprocess.TimeoutExpired.
    """
    with suppress(LogDamaged, KeyMissing):  # what is there can be taken along all the same: then above all
        sealer.note_law()
        sealer.seal()
    target = folder / "export"
    with sealer.database.read() as connection:
        part = part_of(connection, path)
        export(connection, sealer.laws, target, sealer.clock(), part, progress=progress)
    try:
        said = [
            sys.executable,
            "-I",
            str(target / "verify.py"),
            str(target),
            "--key",
            str(target / "key.txt"),
            "--json",
        ]
        if mine is not None:
            (folder / "mine.note").write_bytes(mine)
            said += ["--checkpoint", str(folder / "mine.note")]
        if part:
            said.append("--part")
        done = subprocess.run(said, capture_output=True, check=False, timeout=ALLOWED)  # noqa: S603 - our own file
        archive = Path(shutil.make_archive(str(folder / "export"), "zip", folder, "export"))
        archive.chmod(0o600)
    finally:
        shutil.rmtree(target, ignore_errors=True)
    return Checked(done.returncode, json.loads(done.stdout), archive)
