# ruff: noqa: INP001 - a script of its own, no part of a package
"""What new since an earlier run, a sample, months and organizations cost beside an audit in bulk, as a ratio.

A view of ``--cases`` is made first and audited as of an earlier day (not counted). Then, in turns, it is audited as of
today alone, and with everything beside it that can be asked for: each breach's life since that run, a sample of 200
cases, breaches and verdicts by month, rates by organization. CPU against CPU; median of the turns.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import process_time

from _country import write_country
from _figure import ROOT, figure, say
from case_view import measure

sys.path.insert(0, str(ROOT))
from workflow.bulk.layout import Layout
from workflow.calendar import WorkingCalendar, read_calendar
from workflow.compliance.country import audit_view
from workflow.compliance.judged import Judged
from workflow.compliance.lives import Since
from workflow.compliance.rates import Part
from workflow.compliance.result import Wanted, result_of, write_summary
from workflow.compliance.sample import Lots
from workflow.compliance.view.tables import opened
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law
from workflow.rules.rulebook import Rulebook

EARLIER, TODAY = date(2026, 10, 22), date(2026, 11, 22)
SAMPLED = 200


def main() -> None:
    """Print what each turn took, and the ratio on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jishi-beside-") as named:
        folder = Path(named)
        for _ in write_country(folder / "country", chosen.cases, 1):
            pass
        measure(folder / "country", folder / "view")
        compare(folder, chosen.rounds)


def compare(folder: Path, rounds: int) -> None:
    """Audit in turns, alone and with everything beside, and say what each took."""
    law = load_law(definitions_root())
    layout = Layout(Rulebook(law, law.timeline()))
    calendar = read_calendar((definitions_root() / "calendar" / "cn.yaml").read_text(encoding="utf-8"), "cn.yaml")
    audited((layout, calendar), folder / "view", folder / "earlier", EARLIER, Wanted())
    since = Since(folder / "earlier")
    everything = Wanted(since=since, lots=Lots(SAMPLED, "2026"), by_month=True, level=0)
    ratios = []
    for number in range(rounds):
        taken = [
            audited((layout, calendar), folder / "view", folder / f"{name}-{number}", TODAY, wanted)
            for name, wanted in (("alone", Wanted()), ("beside", everything))
        ]
        say(f"alone {taken[0]:.2f} s CPU, with everything beside it {taken[1]:.2f} s")
        ratios.append(taken[1] / taken[0])
    figure("country.beside", statistics.median(ratios), "x")


def audited(rules: tuple[Layout, WorkingCalendar], view: Path, out: Path, on: date, wanted: Wanted) -> float:
    """Audit a view as ``jishi view audit`` does and return the CPU seconds that it took."""
    layout, calendar = rules
    began = process_time()
    run = audit_view(view, layout, calendar, on, out, by_month=wanted.by_month)
    with opened() as connection:
        result = result_of(connection, Judged((Part(layout, run, out, view),), on), wanted)
        if result.compared is not None:
            result.write_run(out / "lives.parquet")
        result.write_sample(out / "sample.csv")
        write_summary(out / "summary.json", result.told())
    return process_time() - began


if __name__ == "__main__":
    main()
