"""The benchmarks run and end with their figure; each here on so little that its figure means nothing."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
RUNS = [
    ("rules_case.py", ("--rounds", "1", "--cases", "2"), "rules.full_case_ms", "ms"),
    ("start_help.py", ("--runs", "1"), "cli.help_s", "s"),
    ("audit_ledger.py", ("--people", "20"), "audit.20_s", "s"),
    ("audit_ledger.py", ("--scaling", "--rounds", "2", "--sizes", "10", "20"), "audit.scaling", "x"),
    ("law_loading.py", (), "law.load_and_prove", "s"),
    ("import_ledger.py", ("--people", "20"), "import.20_s", "s"),
    ("import_ledger.py", ("--memory", "--sizes", "5", "10"), "import.memory", "x"),
    ("todo.py", ("--cases", "300", "--rounds", "1"), "todo.root_ms", "ms"),
    ("web_pages.py", ("--cases", "60", "--rounds", "1"), "web.page_ms", "ms"),
    ("web_load.py", ("--cases", "60", "--seconds", "1"), "web.p95_ms", "ms"),
    ("case_view.py", ("--cases", "300"), "view.cpu_us_a_case", "us"),
    ("audit_country.py", ("--cases", "300"), "country.cpu_us_a_case", "us"),
    ("audit_country.py", ("--cases", "300", "--laid-out", "700"), "country.laid_out_cpu_s", "s"),
    ("audit_pm4py.py", ("--cases", "50", "--steps", "4"), "country.log_us_a_rule", "us"),
    ("audit_beside.py", ("--cases", "300", "--rounds", "1"), "country.beside", "x"),
    ("audit_books.py", ("--cases", "300"), "books.ms_a_workbook", "ms"),
    ("seal_verify.py", ("--entries", "3000", "--rounds", "1"), "seal.hash_pass", "entries/s"),
    ("seal_verify.py", ("--memory", "--sizes", "500", "1000"), "seal.memory", "x"),
    ("seal_writers.py", ("--writers", "2", "--seconds", "0.5", "--rounds", "1"), "seal.lag_p99", "s"),
    ("seal_step.py", ("--commitments", "2", "--rounds", "1", "--steps", "5"), "seal.step_ratio.postgresql", "x"),
    ("record_step.py", ("--cases", "1", "--rounds", "1"), "engine.step_ratio.postgresql", "x"),
]


@pytest.mark.parametrize(("script", "arguments", "name", "unit"), RUNS)
def test_a_benchmark_ends_with_its_figure(script, arguments, name, unit):
    done = subprocess.run(
        [sys.executable, BENCHMARKS / script, *arguments], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"{re.escape(name)}: -?\d+\.\d+ {unit}", done.stdout.splitlines()[-1])


@pytest.fixture
def scaling(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("_scaling")


def test_each_size_judges_as_many_people_and_takes_its_turns_evenly(scaling):
    order = [people for people, _ in scaling.turns((500, 5_000, 50_000))]
    assert {people: order.count(people) for people in order} == {500: 100, 5_000: 10, 50_000: 1}
    assert len(set(scaling.turns((500, 5_000, 50_000)))) == len(order)  # no ledger is met twice in a round
    middle = order.index(50_000)
    assert order[:middle] == order[middle + 1 :][::-1]
    halves = [order[: middle // 2], order[middle // 2 : middle]]
    assert [half.count(500) for half in halves] == [25, 25]


@pytest.mark.parametrize(
    ("judging", "expected"),
    [
        ({500: [1.0, 1.0, 1.0], 5_000: [1.0, 1.0, 1.0], 50_000: [1.0, 1.0, 1.0]}, 1.0),
        ({500: [1.0, 1.0, 1.0], 5_000: [1.0, 1.0, 1.0], 50_000: [2.0, 2.0, 2.0]}, 1.5),  # grows with the ledger
        ({500: [3.0, 3.0, 3.0], 5_000: [1.0, 1.0, 1.0], 50_000: [1.0, 1.0, 1.0]}, 2.0),  # or shrinks with it
        ({500: [1.0, 9.0, 1.0], 5_000: [1.0, 1.0, 1.0], 50_000: [1.0, 1.0, 8.0]}, 1.0),  # one round disturbed
    ],
)
def test_the_dearest_size_is_set_against_the_cheapest(scaling, judging, expected):
    rest = {"read": 0.5, "write": 0.5, "findings": 0.6}
    rounds = [
        {people: {**rest, "judge": costs[number], "total": 1.0 + costs[number]} for people, costs in judging.items()}
        for number in range(3)
    ]
    assert scaling.apart(rounds) == expected


def test_a_phase_that_costs_more_in_a_larger_ledger_is_seen(scaling, tmp_path, monkeypatch, capsys):
    honest, spent = scaling.written, [0.0]

    def slow(audit, out, html):
        honest(audit, out, html)
        spent[0] += audit.people**2  # seconds, more than any machine takes: 400 for 20 people, 6,400 for 80

    monkeypatch.setattr(scaling, "process_time", lambda: process_time() + spent[0])

    monkeypatch.setattr(scaling, "written", slow)
    scaling.scaling(tmp_path, (20, 80), 1)
    said = capsys.readouterr().out.splitlines()
    small, large = (
        float(cost) for cost in re.findall(r"([\d.]+) \(", next(line for line in said if line[:5] == "write"))
    )
    assert large > 2 * small
    assert float(said[-1].split()[1]) > 1.3


def test_every_benchmark_is_run_here():
    assert {path.name for path in BENCHMARKS.glob("[!_]*.py")} == {script for script, *_ in RUNS}
