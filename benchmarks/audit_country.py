# ruff: noqa: INP001 - a script of its own, no part of a package
"""What it costs to audit a country: CPU seconds for all rules over so many cases, against a bare sum of its columns.

``--view`` takes a folder that ``case_view.py --keep`` filled, else one of ``--cases`` is made first (not counted).
Counted is the whole audit: every clause judged, populations counted, every breach written out. Then the same rows are
read by ``SELECT sum(…)`` over every column, and one organization is audited alone. ``--spark local[2]``: the same audit
on Spark as well, from its start to its end; what it finds must be what DuckDB found.

``--laid-out 21400000``: the cases of the view are laid out again and again, as others of other organizations, until so
many stand (``_laid_out.py``), and ``jishi view audit`` judges both views, each in a fresh process. To make 21.4 million
lives from entries would take an hour; what is read, judged and written is as much.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from math import log
from pathlib import Path
from time import perf_counter, process_time

from _country import write_country
from _figure import ROOT, cost_of, figure, say
from _laid_out import change, lay_out
from case_view import measure, peak

sys.path.insert(0, str(ROOT))
from workflow.bulk.dialects import DUCKDB
from workflow.bulk.layout import ORGANIZATION, Layout, Sort
from workflow.calendar import WorkingCalendar, read_calendar
from workflow.compliance.country import TOGETHER, audit_parts, audit_view
from workflow.compliance.engines.duckdb import DuckDbEngine, rows_of_cases
from workflow.compliance.engines.spark import spark_engine
from workflow.compliance.runs import Part, Run
from workflow.compliance.view.manifest import read_manifest
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law
from workflow.rules.rulebook import Rulebook

TODAY = date(2026, 11, 22)


def main() -> None:
    """Print what each part costs, and the figure on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--view", type=Path, help="a view made before")
    parser.add_argument("--spark", metavar="MASTER", help="audit it there, too")
    parser.add_argument("--laid-out", type=int, metavar="CASES", help="audit so many cases, laid out from the view")
    parser.add_argument("--laid", type=Path, metavar="FOLDER", help="where these stay, or stand already")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jishi-audit-") as folder:
        view = chosen.view
        if view is None:
            view = Path(folder) / "view"
            for _ in write_country(Path(folder) / "country", chosen.cases, chosen.seed):
                pass
            measure(Path(folder) / "country", view)
        audit(view, Path(folder), chosen.spark)
        if chosen.laid_out:
            laid = chosen.laid or Path(folder) / "laid"
            if not laid.exists():
                lay_out(view, laid, chosen.laid_out)
            audit_laid(view, laid, Path(folder))


def layout_of_law() -> Layout:
    """Return the clauses of the shipped law."""
    law = load_law(definitions_root())
    return Layout(Rulebook(law, law.timeline()))


def audit(view: Path, folder: Path, spark: str | None) -> None:
    """Audit a view, read it bare, audit one organization, audit it on Spark if asked; say what each took."""
    layout = layout_of_law()
    wall, cpu = perf_counter(), process_time()
    calendar = read_calendar((definitions_root() / "calendar" / "cn.yaml").read_text(encoding="utf-8"), "cn.yaml")
    run = audit_view(view, layout, calendar, TODAY, folder / "run")
    wall, cpu = perf_counter() - wall, process_time() - cpu
    high = peak()
    bare = summed(view, layout)
    cases = run.cases
    rules = {one.judged.rule.id for one in layout.clauses}
    say(f"{cases:,} cases, {len(layout.clauses)} clauses of {len(rules)} rules: "
        f"{run.breaches:,} breaches; {cpu:.1f} s CPU, {wall:.1f} s on the wall, peak {high} MiB; "
        f"{1e6 * cpu / cases / len(layout.clauses):.4f} µs a clause and case")  # fmt: skip
    say(f"sums of the same columns: {bare:.1f} s CPU; the audit takes {cpu / bare:.1f} times that")
    say(f"one organization: {alone(view, layout, folder):.2f} s CPU")
    if spark:
        say(f"DuckDB: {cases / wall:,.0f} cases/s on the wall, {cases / cpu:,.0f} a second of CPU")
        on_spark(spark, view, folder, (layout, calendar), run)
    figure("country.cpu_us_a_case", 1e6 * cpu / cases, "us")


def audit_laid(view: Path, laid: Path, folder: Path) -> None:
    """Audit a view and the one laid out from it, each in a fresh process; say what it took and how it grows."""
    layout = layout_of_law()
    cases = [sum(bucket.cases for bucket in read_manifest(one).buckets) for one in (view, laid)]
    costs = []
    for name, one, number in zip(("once", "over"), (view, laid), cases, strict=True):
        arguments = ["view", "audit", str(one), "--as-of", TODAY.isoformat(), "--out", str(folder / name)]
        cost = cost_of("workflow.cli", arguments, accepted=(0, 1, 2))
        say(f"{number:,} cases in a fresh process: {cost.cpu:.1f} s CPU, {cost.wall:.1f} s on the wall, "
            f"peak {cost.memory:.0f} MiB; {1e6 * cost.cpu / number:.2f} µs a case")  # fmt: skip
        costs.append(cost.cpu)
    again = audited_again(laid, folder)
    say(f"again with one case in a hundred made anew: {again:.1f} s CPU, {100 * again / costs[1]:.0f} % of that")
    if cases[1] > cases[0]:
        say(f"exponent between them: {log(costs[1] / costs[0]) / log(cases[1] / cases[0]):.3f}")
    bare = summed(laid, layout)
    say(f"sums of the same columns: {bare:.1f} s CPU; the audit takes {costs[1] / bare:.1f} times that")
    say(f"a rule more: {rule_more(view, layout, folder):.4f} µs a case")
    say(f"one organization: {alone(laid, layout, folder / 'over'):.2f} s CPU")
    figure("country.laid_out_cpu_s", costs[1], "s")


def audited_again(view: Path, folder: Path) -> float:
    """Return the CPU seconds of an audit that takes over what did not change from the run ``over``."""
    change(view, folder / "changed")
    arguments = ["view", "audit", str(folder / "changed"), "--as-of", TODAY.isoformat(), "--out", str(folder / "again")]
    return cost_of("workflow.cli", [*arguments, "--take-over", str(folder / "over")], accepted=(0, 1, 2)).cpu


def rule_more(view: Path, layout: Layout, folder: Path) -> float:
    """Return what a rule costs beside others, in µs a case: all rules against every second one."""
    rules = list(dict.fromkeys(clause.judged.rule.id for clause in layout.clauses))
    fewer, kept = layout_of_law(), set(rules[::2])
    fewer.clauses = tuple(clause for clause in layout.clauses if clause.judged.rule.id in kept)
    spent = []
    for name, one in (("half", fewer), ("all", layout)):
        parts = [
            Part(
                group.name, rows_of_cases(group.cases, group.superseded), rows_of_cases(group.rounds, group.superseded)
            )
            for group in read_manifest(view).groups(view, TOGETHER)
        ]
        began = process_time()
        run = audit_parts(parts, one, TODAY, folder / name)
        spent.append(process_time() - began)
    return 1e6 * (spent[1] - spent[0]) / (len(rules) - len(kept)) / run.cases


def on_spark(master: str, view: Path, folder: Path, rules: tuple[Layout, WorkingCalendar], known: Run) -> None:
    """Audit a view on Spark and say what it took; raises RuntimeError where another thing is found."""
    layout, calendar = rules
    wall = perf_counter()
    with spark_engine(master) as engine:
        started = perf_counter() - wall
        run = audit_view(view, layout, calendar, TODAY, folder / "spark", engine=engine, at_once=8)
        java = engine.session._jvm.java.lang  # noqa: SLF001 - Spark tells nobody what its own process costs
        spent = java.ProcessHandle.current().info().totalCpuDuration().get().toMillis() / 1000
    wall = perf_counter() - wall
    if (run.by_rule, run.populations) != (known.by_rule, known.populations):
        raise RuntimeError("Spark finds something else")
    say(f"Spark at {master}: {run.cases / wall:,.0f} cases/s on the wall, {run.cases / spent:,.0f} a second of CPU "
        f"(its own); {spent:.1f} s CPU, {wall:.1f} s on the wall, {started:.1f} s of them to start")  # fmt: skip


def summed(view: Path, layout: Layout) -> float:
    """Return the CPU seconds that it takes to read every column of every case and add it up."""
    manifest, engine = read_manifest(view), DuckDbEngine()
    columns = ", ".join(
        f"{'count' if column.sort is Sort.CODE else 'sum'}({DUCKDB.quoted(column.name)})" for column in layout.columns
    )
    began = process_time()
    for bucket in manifest.buckets:
        list(engine.rows(f"SELECT {columns} FROM {manifest.part(view, bucket, 'cases')}"))
    spent = process_time() - began
    engine.close()
    return spent


def alone(view: Path, layout: Layout, folder: Path) -> float:
    """Return the CPU seconds that it takes to audit one organization out of all, its breaches written."""
    manifest = read_manifest(view)
    bucket = manifest.buckets[len(manifest.buckets) // 2]
    chosen = f"WHERE {DUCKDB.quoted(ORGANIZATION)} = {bucket.first}"
    tables = [f"(SELECT * FROM {manifest.part(view, bucket, kind)} {chosen})" for kind in ("cases", "rounds")]
    began = process_time()
    audit_parts([Part("alone", *tables)], layout, TODAY, folder / "alone")
    return process_time() - began


if __name__ == "__main__":
    main()
