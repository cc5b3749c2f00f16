# ruff: noqa: INP001 - beside the scripts that use it, no part of a package
"""What the benchmarks share: fresh processes with what they cost, and the last line that says the figure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
KIBI = 1024
PER_MEBIBYTE = KIBI * KIBI if sys.platform == "darwin" else KIBI  # macOS counts bytes, others kibibytes


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process cost: CPU of user and system, time on the wall, the most memory it held at once."""

    cpu: float  # seconds
    wall: float  # seconds
    memory: float  # MiB
    code: int  # exit code


def say(text: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def figure(name: str, value: float, unit: str) -> None:
    """Print the last line: ``name: value unit``."""
    say(f"{name}: {value:.3f} {unit}")


def cost_of(arguments: Sequence[str], accepted: Sequence[int] = (0,)) -> Cost:
    """Run Python with ``arguments`` in a fresh process and return its cost (not on Windows, which has no wait4).

    Raises RuntimeError when it ends with another code than the accepted ones: a failure has no cost worth telling.
    """
    started = perf_counter()
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - ours
    with process, process.stderr or open(os.devnull, "rb") as errors:  # noqa: PTH123 - only to please the type
        said = errors.read().decode(errors="replace")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    memory = used.ru_maxrss / PER_MEBIBYTE
    return Cost(used.ru_utime + used.ru_stime, perf_counter() - started, memory, process.returncode)
