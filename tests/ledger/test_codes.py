"""Every code: the rows that must give it and the nearest rows that must not."""

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from tests.ledger import cases_activist, cases_admission, cases_conversion, cases_target, oracle, trial
from tests.ledger.cases import ROSTER, Case
from tests.ledger.form import CODES
from tests.ledger.oracle import CHAINS, MEETINGS

CASES = (*cases_activist.CASES, *cases_target.CASES, *cases_admission.CASES, *cases_conversion.CASES)
OWED = {one.title: one.owed for one in CASES}


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> Mapping[str, trial.Found]:
    """Return what the product says of each example, by title."""
    return dict(trial.audits(CASES, tmp_path_factory.mktemp("codes")))


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.title)
def test_the_audit_finds_exactly_what_is_owed(one: Case, audited: Mapping[str, trial.Found]) -> None:
    assert audited[one.title] == one.owed


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.title)
def test_the_oracle_finds_exactly_what_is_owed(one: Case) -> None:
    assert oracle.of_case(one.row, ROSTER, one.as_of) == one.owed


@pytest.mark.parametrize("seed", range(3))
def test_untidy_writing_changes_no_finding(seed: int, tmp_path: Path) -> None:
    untidy = dict(trial.audits(CASES, tmp_path, Random(seed)))
    assert {title: found for title, found in untidy.items() if found != OWED[title]} == {}


def test_titles_are_unique() -> None:
    assert len(OWED) == len(CASES)


def test_every_code_is_owed_somewhere_at_every_step_it_can_have() -> None:
    votes = {(code, step) for code in ("V21", "V22", "V23", "V27") for step in MEETINGS}
    links = {("V46", step) for chain in CHAINS for step in list(chain.values())[1:]}
    owed = {(code, step) for found in OWED.values() for code, step, _ in found}
    assert {code for code, _ in owed} == CODES
    assert votes | links <= owed
