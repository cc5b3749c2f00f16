"""Running ``jishi`` as a user meets it: in this process, and once in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from workflow.cli import main

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "branch-ledger.xlsx"


class Done(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def jishi(
    *arguments: object, env: Mapping[str, str | None] | None = None, clock: Callable[[], datetime] | None = None
) -> Done:
    """Run a command in this process, by a clock of one's own if need be; nothing but SystemExit may come out of it."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=env, obj=clock)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def in_a_process(*arguments: object, **environment: str) -> Done:
    """Run a command in a process of its own; its output is read as UTF-8."""
    done = subprocess.run(
        [sys.executable, "-m", "workflow.cli", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)
