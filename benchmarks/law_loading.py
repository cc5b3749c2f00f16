# ruff: noqa: INP001 - a script of its own, no part of a package
"""How long a fresh interpreter needs to import, load and prove the shipped law: CPU seconds, the best of a few."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
WORK = """
from time import process_time
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law
from workflow.prover import prove
proof = prove(load_law(definitions_root()))
assert proof.holds, proof.faults
print(process_time())  # of the whole process: starting Python and importing count too
"""


def main() -> None:
    """Print the time of every run, and the best on the last line."""
    times = [run() for _ in range(RUNS)]
    sys.stdout.write("runs: " + ", ".join(f"{seconds:.3f} s" for seconds in times) + "\n")
    sys.stdout.write(f"law.load_and_prove: {min(times):.3f} s\n")


def run() -> float:
    """Return the CPU seconds of one fresh process."""
    command = [sys.executable, "-c", WORK]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - its own text
    return float(done.stdout)


if __name__ == "__main__":
    main()
