"""Every example of the ledger conventions is a row."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from tests.ledger import oracle, product, trial, workbooks
from tests.ledger.cases import ROSTER, Case
from tests.ledger.cases_examples import CASES
from tests.ledger.people import person


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> Mapping[str, trial.Found]:
    """Return what the product says of each example, by title."""
    return dict(trial.audits(CASES, tmp_path_factory.mktemp("examples")))


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.title)
def test_the_audit_agrees_with_the_example(one: Case, audited: Mapping[str, trial.Found]) -> None:
    assert audited[one.title] == one.owed


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.title)
def test_the_oracle_agrees_with_the_example(one: Case) -> None:
    assert oracle.of_case(one.row, ROSTER, one.as_of) == one.owed


def test_a_ledger_without_a_fault_gives_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "clean.xlsx"
    workbooks.write(path, [person(25), person(20, listed="2026-06-12")], ROSTER)
    assert product.audit(path, date(2026, 11, 21)) == product.Report(0, frozenset(), {})
