# ruff: noqa: INP001 - a script of its own, no part of a package
"""What one workbook an organization costs beside an audit in bulk: CPU a workbook, and the most memory held at once.

A view of ``--cases`` is made first (not counted). Then ``jishi view audit`` judges it in fresh processes: alone, with a
workbook for every branch, and with a report to read.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from _country import write_country
from _figure import cost_of, figure, say
from case_view import measure

TODAY = "2026-11-22"


def main() -> None:
    """Print what each audit took, and the figure on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jishi-books-") as named:
        folder = Path(named)
        for _ in write_country(folder / "country", chosen.cases, 1):
            pass
        measure(folder / "country", folder / "view")
        spent = {}
        for name, given in (
            ("alone", ()),
            ("books", ("--books", str(folder / "shelf"))),
            ("report", ("--html", str(folder / "report.html"))),
        ):
            arguments = ("view", "audit", str(folder / "view"), "--as-of", TODAY, "--out", str(folder / name), *given)
            cost = cost_of("workflow.cli", arguments, accepted=(0, 1, 2))
            spent[name] = cost.cpu
            say(f"{name}: {cost.cpu:.2f} s CPU, {cost.wall:.2f} s, {cost.memory:.0f} MiB")
        files = list((folder / "shelf").iterdir())
        found = sum(json.loads((folder / "books" / "run.json").read_text("utf-8"))["done"].values())
        say(f"{len(files) - 1:,} workbooks, {sum(one.stat().st_size for one in files):,} bytes, {found:,} findings")
        figure("books.ms_a_workbook", 1e3 * (spent["books"] - spent["alone"]) / len(files), "ms")


if __name__ == "__main__":
    main()
