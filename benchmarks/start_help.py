# ruff: noqa: INP001 - a script of its own, no part of a package
"""How long ``jishi --help`` takes in a fresh process: CPU seconds, the best of several."""

from __future__ import annotations

import argparse

from _figure import cost_of, figure, say

RUNS = 7


def main() -> None:
    """Print the time of every run, and the best on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    runs = parser.parse_args().runs
    times = [cost_of("workflow.cli", ["--help"]).cpu for _ in range(runs)]
    say("runs: " + ", ".join(f"{seconds:.3f} s" for seconds in times))
    figure("cli.help_s", min(times), "s")


if __name__ == "__main__":
    main()
