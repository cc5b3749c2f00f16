"""The linter knows the house rule that days are arguments, and the one place excepted from it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def faults(source, file):
    """Return the codes of ruff's faults in ``source`` as if it stood in ``file``."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--output-format=json",
        "--stdin-filename",
        file,
        "-",
    ]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, encoding="utf-8", check=False)
    return {fault["code"] for fault in json.loads(done.stdout)}


@pytest.mark.parametrize(
    "asking",
    [
        "datetime.datetime.now(datetime.UTC)",
        "datetime.datetime.utcnow()",
        "datetime.datetime.today()",
        "datetime.date.today()",
    ],
)
def test_only_the_clock_may_ask_what_time_it_is(asking):
    source = f'"""Ask."""\n\nimport datetime\n\nNOW = {asking}\n'
    assert "TID251" in faults(source, "workflow/rules/timing.py")
    assert "TID251" in faults(source, "workflow/cli/main.py")
    assert "TID251" not in faults(source, "workflow/clock.py")
