# ruff: noqa: INP001 - a script of its own, no part of a package
"""What it costs to judge an event log by rules, beside pm4py's DECLARE conformance checking of the very same file.

The log (Parquet: case, step, day) is made from a seed: ``--steps`` steps, each at most once in a case, on days of their
own, with steps missing and out of turn. For every two steps, one before the other, it is asked whether the first was
there where the second is, the second where the first is, and whether they came in order. pm4py is asked that as
*responded existence* twice and *not succession*, and *precedence* and *response* besides, which two of the three rules
decide together. Every constraint must be broken by the same cases in both, or the script fails.

Ours: ``jishi audit LOG --procedure FILE`` in a fresh process, from its start to the written list of findings, the
making of the table of cases included. pm4py's: reading the file with pandas, and ``pm4py.conformance_declare``.

A second figure, before that one, is of recruitment, where the two are *not* asked the same: ours is every rule of the
shipped procedure, from a file of entries to the written breaches (``jishi view make`` and ``jishi view audit``, each in
a fresh process); pm4py's, from the same file, what DECLARE can say of these rules: which steps do not follow which, and
which must be there where others are. Deadlines, votes, people and editions it has no words for. The cost is a case and
rule of each side.

pm4py is under the AGPL, and nothing of Jishi imports it. It is wanted in an environment of its own::

    python -m venv pm4py-venv && pm4py-venv/bin/pip install pm4py pyarrow
    python benchmarks/audit_pm4py.py --cases 100000 --pm4py pm4py-venv/bin/python
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from itertools import combinations, pairwise
from pathlib import Path

import duckdb
from _country import write_country
from _figure import ROOT, cost_of, figure, say

sys.path.insert(0, str(ROOT))
from workflow.bulk.layout import Layout
from workflow.law.kinds.evidence import Evidence
from workflow.law.kinds.timing import Order
from workflow.law.loader import definitions_root
from workflow.law.model import Edition
from workflow.law.timeline import load_law
from workflow.rules.rulebook import Rulebook

AS_OF = "2026-01-01"
FINDINGS = (0, 1)
INSTALL = (
    "pm4py is not measured. To measure it: python -m venv pm4py-venv && pm4py-venv/bin/pip install pm4py pyarrow, "
    "and --pm4py pm4py-venv/bin/python"
)
Found = Mapping[str, tuple[int, str]]  # by constraint: how many cases break it, a digest of which
# Runs in the other environment: log, model and where to write what was found.
CHILD = """
import json, sys, time
from hashlib import sha256
import pandas, pm4py
log, model, told, day = sys.argv[1:]
began = time.process_time()
frame = pandas.read_parquet(log, columns=["case", "step", day]).dropna()
frame = frame.rename(columns={"case": "case:concept:name", "step": "concept:name", day: "time:timestamp"})
frame["case:concept:name"] = frame["case:concept:name"].astype(str)
frame["time:timestamp"] = pandas.to_datetime(frame["time:timestamp"])
read = time.process_time()
constraints = {kind: {tuple(pair): {"support": 1, "confidence": 1} for pair in pairs}
               for kind, pairs in json.load(open(model)).items()}
results = pm4py.conformance_declare(frame, constraints)
checked = time.process_time()
cases, found = list(dict.fromkeys(frame["case:concept:name"])), {}
assert len(cases) == len(results)
for case, result in zip(cases, results):
    for kind, pair in result["deviations"]:
        found.setdefault(" ".join((kind, *pair)), []).append(case)
digests = {name: [len(own), sha256(" ".join(sorted(own)).encode()).hexdigest()] for name, own in found.items()}
json.dump({"read": read - began, "checked": checked - read, "found": digests}, open(told, "w"))
"""


def main() -> None:
    """Print what each costs, and the ratio on the last line; without pm4py our own cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pm4py", type=Path, help="the Python of an environment with pm4py and pyarrow")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jishi-pm4py-") as named:
        folder = Path(named)
        steps = [f"s{number:02}" for number in range(1, chosen.steps + 1)]
        pairs = list(combinations(steps, 2))
        write_log(folder / "log.parquet", chosen.cases, steps, chosen.seed)
        (folder / "procedure.yaml").write_text("\n".join(procedure(steps)) + "\n", encoding="utf-8")
        recruitment(folder, chosen.cases, chosen.seed, chosen.pm4py)
        ours, found = judged(folder, chosen.cases, pairs)
        if chosen.pm4py is None:
            say(INSTALL)
            figure("country.log_us_a_rule", ours, "us")
            return
        for fewer in (chosen.cases // 10, chosen.cases):
            write_log(folder / "log.parquet", fewer, steps, chosen.seed)
            theirs, also = conformance(folder / "log.parquet", chosen.pm4py, fewer, constraints(pairs))
        if found != also:
            apart = sorted(name for name in {*found, *also} if found.get(name) != also.get(name))
            raise RuntimeError(f"pm4py finds other cases: {', '.join(apart[:5])} …")
        say(f"the same cases break each of the {len(found)} constraints that are broken")
        figure("country.pm4py_ratio", theirs / ours, "x")


# --- the log and what is asked of it -----------------------------------------------------------------------------


def write_log(path: Path, cases: int, steps: list[str], seed: int) -> None:
    """Write a log: of a case the first steps up to one, some left out, one in twenty days too early for its turn."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
                SELECT 'c' || lpad(CAST(number AS VARCHAR), 9, '0') AS "case", 's' || lpad(CAST(step AS VARCHAR), 2, '0') AS step,
                    DATE '2024-01-01' + CAST(hash(number, {seed}) % 300 AS INTEGER) + 20 * CAST(turn AS INTEGER) + CAST(step AS INTEGER) AS day
                FROM (SELECT unnest(range({cases})) AS number), LATERAL (SELECT unnest(range(1, {len(steps) + 1})) AS step),
                    LATERAL (SELECT CASE WHEN hash(number, step, {seed}, 'late') % 100 < 5 THEN step - 2 ELSE step END AS turn)
                WHERE step <= 3 + hash(number, {seed}, 'end') % {2 * len(steps)} AND hash(number, step, {seed}, 'gone') % 100 >= 4
                ORDER BY "case", day
            ) TO '{path}' (FORMAT parquet)"""  # noqa: E501 - a statement reads better in one line
        )


def procedure(steps: list[str]) -> Iterator[str]:
    """Yield the lines of a procedure that asks of every two steps the three rules; each stands with the later one."""
    yield from (
        "procedure: declare", 'edition: "2020-01-01"', "title: {zh: 对照, en: Declare}", "source: {zh: 无, en: none}",
        "bodies: {office: {zh: 机关, en: office}}", "steps:",
    )  # fmt: skip
    for number, step in enumerate(steps, start=1):
        yield f"  {step}:"
        yield f"    {{number: {number}, zh: {step}, en: {step}, basis: art. {number}, by: [office],"
        yield "     outcomes: {done: {zh: 已办, en: done}}, evidence: {on: {type: day, zh: 日期, en: day}},"
        yield f"     rules: {{{', '.join(rules(steps[: number - 1], step, number))}}}}}"


def rules(earlier: list[str], step: str, number: int) -> Iterator[str]:
    """Yield the rules of a step and each one before it."""
    said = f"basis: art. {number}, text: {{zh: 规定, en: rule}}"
    for first in earlier:
        yield f"{first}_order: {{kind: order, chain: [{first}.on, {step}.on], {said}}}"
        for name, there, then in ((f"{first}_first", step, first), (f"{first}_then", first, step)):
            asked = f"presupposed_by: {{filled: [{there}.on]}}, governed_on: {there}.on"
            yield f"{name}: {{kind: evidence, fields: [{then}.on], {asked}, {said}}}"


def constraints(pairs: list[tuple[str, str]]) -> dict[str, dict[tuple[str, str], tuple[str, ...]]]:
    """Return pm4py's constraints, by template and activities, each with our rules of which one must be broken."""
    order, first, then = (
        {pair: f"{pair[1]}.{pair[0]}_{word}" for pair in pairs} for word in ("order", "first", "then")
    )
    return {
        "responded_existence": {(a, b): (then[a, b],) for a, b in pairs} | {(b, a): (first[a, b],) for a, b in pairs},
        "nonsuccession": {(b, a): (order[a, b],) for a, b in pairs},
        "precedence": {(a, b): (order[a, b], first[a, b]) for a, b in pairs},
        "response": {(a, b): (order[a, b], then[a, b]) for a, b in pairs},
    }


# --- both ------------------------------------------------------------------------------------------------------------


def judged(folder: Path, cases: int, pairs: list[tuple[str, str]]) -> tuple[float, Found]:
    """Return what the audit costs in µs of CPU a case and rule, and which cases break each constraint."""
    log, out, asked = folder / "log.parquet", folder / "findings.parquet", 3 * len(pairs)
    arguments = ["audit", str(log), "--procedure", str(folder / "procedure.yaml"), "--as-of", AS_OF, "--quiet"]
    cost = cost_of("workflow.cli", [*arguments, "--out", str(out)], accepted=FINDINGS)
    each = 1e6 * cost.cpu / cases / asked
    say(f"jishi audit: {cases:,} cases, {asked} rules, all included: {cost.cpu:.1f} s CPU, {cost.memory:.0f} MiB; "
        f"{1e6 * cost.cpu / cases:.1f} µs a case, {each:.4f} a case and rule")  # fmt: skip
    found = {}
    with duckdb.connect() as connection:
        for kind, own in constraints(pairs).items():
            for pair, names in own.items():
                some = f"rule IN ({', '.join('?' for _ in names)})"
                query = f"""SELECT DISTINCT "case" FROM '{out}' WHERE {some} ORDER BY 1"""
                broken = connection.execute(query, names).fetchall()
                if broken:
                    digest = sha256(" ".join(case for (case,) in broken).encode()).hexdigest()
                    found[" ".join((kind, *pair))] = (len(broken), digest)
    return each, found


def conformance(
    log: Path, python: Path, cases: int, asked: Mapping[str, Collection[tuple[str, str]]], day: str = "day"
) -> tuple[float, Found]:
    """Return what pm4py costs in µs of CPU a case and constraint, reading included, and which cases break each.

    ``asked``: pairs of steps by template; ``day``: the column of the log in which the day of an act stands.
    """
    model, told = (log.with_name(f"pm4py-{name}.json") for name in ("model", "told"))
    model.write_text(json.dumps({kind: list(own) for kind, own in asked.items()}), encoding="utf-8")
    command = [str(python), "-c", CHILD, str(log), str(model), str(told), day]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - as was asked
    if done.returncode:
        raise RuntimeError(f"pm4py failed:\n{done.stderr}")
    said = json.loads(told.read_text(encoding="utf-8"))
    number = cases * sum(map(len, asked.values()))
    checked, both = 1e6 * said["checked"] / number, 1e6 * (said["read"] + said["checked"]) / number
    say(f"pm4py: {cases:,} cases, {number // cases} constraints: {said['read']:.1f} s CPU to read, "
        f"{said['checked']:.1f} to check; {both:.4f} µs a constraint and case, {checked:.4f} to check")  # fmt: skip
    return both, {name: (count, digest) for name, (count, digest) in said["found"].items()}


# --- recruitment -----------------------------------------------------------------------------------------------------


def recruitment(folder: Path, cases: int, seed: int, python: Path | None) -> None:
    """Say what a case and rule of recruitment costs each, from the same file of entries: every rule of ours."""
    law = load_law(definitions_root())
    rules = {clause.judged.rule.id for clause in Layout(Rulebook(law, law.timeline())).clauses}
    country, view = folder / "country", folder / "view"
    for _ in write_country(country, cases, seed, per_file=cases):
        pass
    entries = country / "entries-00001.parquet"
    sources = [str(entries), "--members", str(country / "members.parquet")]
    made = cost_of("workflow.cli", ["view", "make", *sources, "--out", str(view)])
    arguments = ["view", "audit", str(view), "--as-of", "2026-11-22", "--out", str(folder / "run")]
    audited = cost_of("workflow.cli", arguments, accepted=(0, 1, 2))
    ours = 1e6 * (made.cpu + audited.cpu) / cases / len(rules)
    say(f"recruitment: {cases:,} cases, all {len(rules)} rules: {made.cpu:.1f} s CPU to make the table, "
        f"{audited.cpu:.1f} to audit; {ours:.4f} µs a case and rule")  # fmt: skip
    if python is not None:
        theirs, _ = conformance(entries, python, cases, declared(law.editions[-1]), "occurred_on")
        figure("country.pm4py_ratio_as_each_can", theirs / ours, "x")


def declared(edition: Edition) -> dict[str, set[tuple[str, str]]]:
    """Return what DECLARE can say of an edition's rules: by template, the pairs of steps whose own days they name."""
    step_of = {f"{name}.{step.day}": name for name, step in edition.steps.items()}
    found: dict[str, set[tuple[str, str]]] = {"nonsuccession": set(), "responded_existence": set()}
    for rule in (rule for step in edition.steps.values() for rule in step.rules.values()):
        match rule.demand:
            case Order(chain=chain):
                own = [step_of[column] for column in chain if column in step_of]
                found["nonsuccession"].update((later, first) for first, later in pairwise(own))
            case Evidence(fields=fields, presupposed_by=presupposed):
                asking = {step_of[column] for column in presupposed.filled if column in step_of}
                asking |= {presupposed.reached} if presupposed.reached else set()
                there = {step_of[column] for column in fields if column in step_of}
                found["responded_existence"].update((one, other) for one in asking for other in there - {one})
    return found


if __name__ == "__main__":
    sys.exit(main())
