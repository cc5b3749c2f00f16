"""The one place where these tests touch the product: its command line, from a workbook to findings."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from click.testing import CliRunner

from tests.ledger.form import CODES, Finding
from workflow.cli import main

HEADER = ["row", "person", "code", "step", "force", "basis", "evidence"]


@dataclass(frozen=True, slots=True)
class Report:
    """What `audit` wrote about one workbook."""

    exit_code: int
    findings: frozenset[Finding]  # under the 55 codes of the conventions only
    persons: dict[int, str]  # by row, of the rows that have a finding


@lru_cache(maxsize=256)
def audit(workbook: Path, as_of: date) -> Report:
    """Run the audit of a workbook and read its findings.

    The result is kept, so one workbook is audited once however many tests ask about its rows.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "findings.csv"
        run = CliRunner().invoke(main, ["audit", str(workbook), "--as-of", as_of.isoformat(), "--out", str(out)])
        assert run.exit_code in (0, 1), (run.exit_code, run.output, run.exception)
        assert run.exception is None or isinstance(run.exception, SystemExit), repr(run.exception)
        text = out.read_bytes().decode("utf-8")
    return read(text, run.exit_code)


def read(text: str, exit_code: int) -> Report:
    """Read the findings file; every finding stands in it once."""
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert lines[0] == HEADER
    every = [dict(zip(HEADER, line, strict=True)) for line in lines[1:]]
    assert (exit_code == 1) == bool(every)
    judged = [line for line in every if line["code"] in CODES]
    found = [Finding(int(line["row"]), line["code"], int(line["step"]), line["force"]) for line in judged]
    assert len(found) == len({(one.row, one.code, one.step) for one in found}), "a finding is listed twice"
    return Report(exit_code, frozenset(found), {int(line["row"]): line["person"] for line in judged})
