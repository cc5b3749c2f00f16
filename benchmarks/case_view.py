# ruff: noqa: INP001 - a script of its own, no part of a package
"""What it costs to make the table of cases from entries: cases a second, CPU microseconds a case, memory.

A country of so many cases is made first (``_country.py``) and not counted. Counted is all that the making takes:
cases folded by the statement, odd ones one at a time, buckets written. ``--country`` takes a folder made before.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from _country import write_country
from _figure import ROOT, figure, say

sys.path.insert(0, str(ROOT))
from workflow.bulk.layout import Layout
from workflow.calendar import read_calendar
from workflow.compliance.view.build import Builder, Progress, Source
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law
from workflow.rules.rulebook import Rulebook


def main() -> None:
    """Print what was made, bucket by bucket, and the figure on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--country", type=Path, help="a folder that _country.py filled")
    parser.add_argument("--keep", type=Path, help="where the view stays")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jishi-country-") as folder:
        country = chosen.country or Path(folder) / "country"
        if chosen.country is None:
            for _ in write_country(country, chosen.cases, chosen.seed):
                pass
        measure(country, chosen.keep or Path(folder) / "view")


def measure(country: Path, view: Path) -> None:
    """Make a view of a country and say what it cost."""
    law = load_law(definitions_root())
    calendar = read_calendar((definitions_root() / "calendar" / "cn.yaml").read_text(encoding="utf-8"), "cn.yaml")
    builder = Builder(Layout(Rulebook(law, law.timeline())), calendar)
    source = Source(sorted(country.glob("entries-*.parquet")), country / "members.parquet")
    wall, cpu = perf_counter(), process_time()

    def tell(progress: Progress) -> None:
        spent = process_time() - cpu
        say(f"{progress.cases:,} cases, {progress.odd:,} one at a time, {len(progress.bad):,} not to be replayed: "
            f"{1e6 * spent / max(progress.cases, 1):.1f} µs CPU a case")  # fmt: skip

    manifest = builder.build(source, view, tell)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    cases = sum(bucket.cases for bucket in manifest.buckets)
    size = sum(os.path.getsize(path) for path in view.iterdir())  # noqa: PTH202 - as they lie there
    say(f"{cases / wall:,.0f} cases/s on the wall, {cases / cpu:,.0f} a second of CPU; {wall:.1f} s, {cpu:.1f} s CPU, "
        f"{size / 1e6:,.1f} MB, peak {peak()} MiB")  # fmt: skip
    figure("view.cpu_us_a_case", 1e6 * cpu / max(cases, 1), "us")


def peak() -> int:
    """Return the most memory that this process held, in MiB; 0 where the system does not say."""
    try:
        from resource import RUSAGE_SELF, getrusage  # noqa: PLC0415 - Windows has none
    except ImportError:
        return 0
    return getrusage(RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024)


if __name__ == "__main__":
    main()
