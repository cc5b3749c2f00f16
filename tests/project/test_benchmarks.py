"""The benchmarks run and end with their figure; each here on so little that its figure means nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
RUNS = [
    ("rules_case.py", ("--rounds", "1", "--cases", "2"), "rules.full_case_ms", "ms"),
    ("start_help.py", ("--runs", "1"), "cli.help_s", "s"),
    ("audit_ledger.py", ("--people", "20"), "audit.20_s", "s"),
    ("audit_ledger.py", ("--scaling", "--runs", "1", "--sizes", "10", "20"), "audit.scaling", "x"),
    ("law_loading.py", (), "law.load_and_prove", "s"),
]


@pytest.mark.parametrize(("script", "arguments", "name", "unit"), RUNS)
def test_a_benchmark_ends_with_its_figure(script, arguments, name, unit):
    done = subprocess.run(
        [sys.executable, BENCHMARKS / script, *arguments], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"{re.escape(name)}: -?\d+\.\d+ {unit}", done.stdout.splitlines()[-1])


def test_every_benchmark_is_run_here():
    assert {path.name for path in BENCHMARKS.glob("[!_]*.py")} == {script for script, *_ in RUNS}
