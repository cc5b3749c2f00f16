"""Cases that keep every article: no rule of any edition finds fault with them."""

from datetime import date

import pytest

from tests.regulation.case import BOOK, LIVED_2014, LIVED_2026, WORLD, until
from workflow.rules.verdict import VerdictState

STEPS = BOOK.newest.numbered
PARTLY = [(lived, step) for lived in ("2014", "2026") for step in STEPS]
LIVED = {"2014": LIVED_2014, "2026": LIVED_2026}


@pytest.mark.parametrize(("lived", "step"), PARTLY)
def test_a_flawless_case_has_no_fault_at_any_point_of_its_life(lived: str, step: str) -> None:
    values = until(step, LIVED[lived])
    last = max(day for name, day in values.items() if isinstance(day, date) and name not in PLANS)
    said = BOOK.judge_all(BOOK.columns(values, WORLD), last)
    assert [found for found in said if found.state in (VerdictState.VIOLATED, VerdictState.UNDECIDABLE)] == []


PLANS = ("approve.probation_to", "approve.probation_from", "approve_conversion.full_from")


@pytest.mark.parametrize("lived", LIVED)
def test_a_finished_case_is_never_pending(lived: str) -> None:
    said = BOOK.judge_all(BOOK.columns(LIVED[lived], WORLD), date(2040, 1, 1))
    assert {found.state for found in said} == {VerdictState.SATISFIED, VerdictState.NOT_APPLICABLE}
