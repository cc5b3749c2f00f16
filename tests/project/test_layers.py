"""The contracts on imports hold the line: each is broken once, in a tree made for it, and is seen to fail."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
ONE_WAY, WEB_ON_TOP, NO_SQL, PURE, MACHINE, DATA = (contract["name"] for contract in CONTRACTS)
FACES = {"clock", "errors"}  # single files; every other layer is a package


def rooms():
    """Return the names of all rooms in the contract, those not built yet included."""
    return re.findall(r"\w+", " ".join(CONTRACTS[0]["layers"]))


@pytest.fixture
def tree(tmp_path):
    """Build a house with the project's contracts and every room empty."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for package in ["workflow", "web", "definitions", *(f"workflow/{room}" for room in rooms() if room not in FACES)]:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for face in FACES:
        (tmp_path / "workflow" / f"{face}.py").touch()
    return tmp_path


def broken_contracts(tree):
    """Return the names of the contracts that fail in ``tree``."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1", "COLUMNS": "200", "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    broken = {contract["name"] for contract in CONTRACTS if re.search(f"{contract['name']} +BROKEN", done.stdout)}
    assert bool(broken) == bool(done.returncode), done.stdout + done.stderr
    return broken


def test_a_tree_without_a_fault_passes(tree):
    assert broken_contracts(tree) == set()


@pytest.mark.parametrize(
    ("file", "fault", "contract"),
    [
        ("workflow/calendar/months.py", "import workflow.law", ONE_WAY),
        ("workflow/errors.py", "import workflow.calendar", ONE_WAY),
        ("workflow/law/model.py", "from workflow import rules", ONE_WAY),
        ("workflow/case/columns.py", "from workflow.rules import timing", ONE_WAY),
        ("workflow/plan/days.py", "import workflow.prover", ONE_WAY),
        ("workflow/ledger/reader.py", "import workflow.compliance", ONE_WAY),
        ("workflow/compliance/report.py", "import workflow.cli", ONE_WAY),
        ("workflow/store/tables.py", "import workflow.engine", ONE_WAY),
        ("workflow/engine/steps.py", "import workflow.ledger", ONE_WAY),
        ("workflow/seal/chain.py", "import workflow.law", ONE_WAY),
        ("workflow/access/sessions.py", "import workflow.keep", ONE_WAY),
        ("workflow/unheard_of.py", "", ONE_WAY),
        ("workflow/engine/steps.py", "import web.app", WEB_ON_TOP),
        ("workflow/ledger/reader.py", "from web import app", WEB_ON_TOP),
        ("web/todo.py", "from sqlalchemy import select", NO_SQL),
        ("web/desk.py", "import workflow.cli", NO_SQL),
        ("web/app.py", "from transitions import Machine", NO_SQL),
        ("workflow/law/loader.py", "import os.path", PURE),
        ("workflow/calendar/working_days.py", "import time", PURE),
        ("workflow/case/history.py", "from sqlalchemy import select", PURE),
        ("workflow/seal/chain.py", "import pysqlite3", PURE),
        ("workflow/prover/walks.py", "def f():\n    import random", PURE),
        ("workflow/machine/build.py", "from flask import request", PURE),
        ("workflow/ledger/reader.py", "import transitions", MACHINE),
        ("workflow/rules/timing.py", "from transitions import Machine", MACHINE),
        ("definitions/__init__.py", "import workflow.law", DATA),
    ],
)
def test_a_planted_fault_is_found(tree, file, fault, contract):
    (tree / file).parent.mkdir(exist_ok=True)
    (tree / file).write_text(fault, "utf-8")
    (tree / "web/app.py").touch()
    for name in re.findall(r"timing\b", fault):
        (tree / "workflow" / "rules" / f"{name}.py").touch()
    assert broken_contracts(tree) == {contract}


def test_a_pure_room_that_asks_the_clock_breaks_both_contracts(tree):
    (tree / "workflow/rules/people.py").write_text("from workflow.clock import today_at_office", "utf-8")
    (tree / "workflow/clock.py").write_text("def today_at_office(): ...", "utf-8")
    assert broken_contracts(tree) == {ONE_WAY, PURE}


def test_the_command_line_may_start_the_web(tree):
    (tree / "web/app.py").touch()
    (tree / "workflow/cli/serving.py").write_text("from web import app", "utf-8")
    assert broken_contracts(tree) == set()


@pytest.mark.parametrize("file", ["workflow/machine/__init__.py", "workflow/machine/build.py"])
def test_the_machine_may_use_transitions(tree, file):
    (tree / file).write_text("import transitions", "utf-8")
    (tree / "workflow/rules/folding.py").write_text("import workflow.machine", "utf-8")
    assert broken_contracts(tree) == set()


def test_the_coverage_gate_and_the_contract_name_the_same_pure_rooms():
    gated = {path.split("/")[1].removesuffix(".py") for path in PROJECT["tool"]["coverage"]["report"]["include"]}
    pure = {module.split(".")[1] for module in next(one for one in CONTRACTS if one["name"] == PURE)["source_modules"]}
    assert gated == pure | {"errors"}
