# ruff: noqa: INP001 - beside the scripts that use it, no part of a package
"""What the benchmarks share: fresh processes with what they cost, and the last line that says the figure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
KIBI = 1024
PER_MEBIBYTE = KIBI * KIBI if sys.platform == "darwin" else KIBI  # macOS counts bytes, others kibibytes
# Runs a module as ``python -m`` does, and at its end writes down what that cost: CPU since the process began, memory.
CHILD = """
import atexit, json, runpy, sys, time
place, module = sys.argv[1:3]
def tell():
    cpu = time.process_time()
    try:
        from resource import RUSAGE_SELF, getrusage
        memory = getrusage(RUSAGE_SELF).ru_maxrss
    except ImportError:
        memory = 0  # Windows does not say
    with open(place, "w") as file:
        json.dump([cpu, memory], file)
atexit.register(tell)
sys.argv[:3] = [module]
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process cost: CPU of user and system, time on the wall, the most memory it held at once."""

    cpu: float  # seconds
    wall: float  # seconds
    memory: float  # MiB; 0 where the system does not say


def say(text: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def figure(name: str, value: float, unit: str) -> None:
    """Print the last line: ``name: value unit``."""
    say(f"{name}: {value:.3f} {unit}")


def cost_of(module: str, arguments: Sequence[str], accepted: Sequence[int] = (0,)) -> Cost:
    """Run ``python -m module arguments`` in a fresh process and return its cost.

    Raises RuntimeError when it ends with another code than the accepted ones: a failure has no cost worth telling.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as users run it
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "cost.json"
        command = [sys.executable, "-c", CHILD, str(told), module, *arguments]
        started = perf_counter()
        done = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, check=False)  # noqa: S603 - ours
        wall = perf_counter() - started
        if done.returncode not in accepted:
            said = done.stderr.decode(errors="replace")
            raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}:\n{said}")
        cpu, memory = json.loads(told.read_text(encoding="utf-8"))
    return Cost(cpu, wall, memory / PER_MEBIBYTE)
