# ruff: noqa: INP001 - a script of its own, no part of a package
"""What the audit of a ledger costs, with a list of findings and a report: CPU, wall and memory of a fresh process.

``--people N``: another size than 5,000. ``--scaling``: the cost a person at 500, 5,000 and 50,000 by phase, in one
process; it takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from _figure import Cost, cost_of, figure, say
from _ledgers import AS_OF, write_ledger
from _scaling import scaling

PEOPLE = 5_000
SIZES = (500, 5_000, 50_000)
ROUNDS = 5
ENDS = (0, 1)  # nothing found, or findings; a cell that cannot be read does not hide them


def main() -> None:
    """Print what each run cost, and the figure on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--scaling", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of --scaling, each with all sizes")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="the sizes that --scaling compares")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.scaling:
            scaling(Path(folder), chosen.sizes, chosen.rounds)
        else:
            cost = audited(Path(folder), chosen.people)
            figure(f"audit.{chosen.people}_s", cost.cpu, "s")


def audited(folder: Path, people: int) -> Cost:
    """Make a ledger, audit it in a fresh process, and say what that cost."""
    ledger = folder / f"{people}.xlsx"
    if not ledger.exists():
        write_ledger(ledger, people)
    out, html = folder / f"{people}.csv", folder / f"{people}.html"
    arguments = ["audit", ledger, "--as-of", AS_OF, "--quiet", "--out", out, "--html", html]
    cost = cost_of("workflow.cli", [str(argument) for argument in arguments], accepted=ENDS)
    findings = len(out.read_text(encoding="utf-8").splitlines()) - 1
    say(f"{people} people, {findings} findings: {cost.cpu:.2f} s CPU, {cost.wall:.2f} s wall, {cost.memory:.0f} MiB")
    return cost


if __name__ == "__main__":
    main()
