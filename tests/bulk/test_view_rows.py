"""Rows of the table of cases: made in bulk they are what one case at a time gives, column by column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bulk.views import compare, draw, stored
from tests.regulation.case import BOOK, CALENDAR, LAW
from workflow.bulk import folding
from workflow.bulk.entries import EntryColumns
from workflow.bulk.layout import Layout
from workflow.compliance.view.build import Builder
from workflow.rules.rulebook import Rulebook

LAYOUTS = {
    "national": Layout(BOOK),
    "local": Layout(Rulebook(LAW, LAW.timeline(["procuratorate", "university"]))),
}


@pytest.fixture(scope="module", params=LAYOUTS)
def builder(request):
    return Builder(LAYOUTS[request.param], CALENDAR)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_drawn_case_has_the_same_row_in_bulk_as_alone(builder, seed, tmp_path):
    rows = stored(builder, draw(builder.layout, seed, 400))
    found = compare(builder, rows, tmp_path)
    assert found.differences == ()
    assert found.plain > 100  # else nothing was compared
    assert found.odd > 40
    assert found.bad > 10


@pytest.mark.parametrize(
    ("what", "broken"),
    [
        ("in which state an act was possible is not asked", ("_IMPOSSIBLE", "FALSE")),
        ("the day after is taken", ("_day_of", None)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_in_the_statement_is_seen(what, broken, tmp_path, monkeypatch):
    name, value = broken
    if name == "_day_of":
        honest = folding._day_of  # noqa: SLF001 - the fault is planted there
        value = lambda code: f"({honest(code)} + 1)"  # noqa: E731 - in the place of a function
    monkeypatch.setattr(folding, name, value)
    builder = Builder(LAYOUTS["national"], CALENDAR)
    assert compare(builder, stored(builder, draw(builder.layout, 1, 300)), tmp_path).differences, what


def test_an_act_that_came_twice_is_seen(tmp_path):
    builder = Builder(LAYOUTS["national"], CALENDAR)
    acts = builder.casting.folding.plain
    builder.casting.folding.plain = tuple(replace(act, slots=0) for act in acts)
    assert compare(builder, stored(builder, draw(builder.layout, 1, 300)), tmp_path).differences


@pytest.mark.parametrize(("there", "brought"), [(True, {"paper": True}), (False, {}), (None, {})])
def test_a_paper_that_is_said_not_to_be_there_is_blank(there, brought):
    columns = EntryColumns(BOOK.periods)
    act = {"number": 1, "kind": "act", "step": "apply", "outcome": "received", "apply.paper": there}
    assert columns.recorded(dict.fromkeys(columns.types) | act).evidence == brought
