"""No upper bound refuses, found without the loader's own check; and what counts as an upper bound."""

from __future__ import annotations

import pytest

from tests.prover.laws import EDITION, Files, line_of, places, proof_of
from workflow.law.model import Edition, RuleDef
from workflow.prover.limits import has_last_day

NAME = "no upper bound refuses"
FRAME = {"basis": "art. 1", "text": {"zh": "一", "en": "one"}}


def test_a_limit_that_refuses_is_found_though_the_loader_was_not_asked():
    law = Files().law()
    edition: Edition = law.editions[0]
    rules = edition.steps["grant"].rules
    rules["in_time"] = rules["in_time"].model_copy(update={"online": "refuse"})
    edition.__dict__.pop("rules", None)
    assert places(proof_of(law, NAME)) == [("edition.yaml", line_of(EDITION, "      in_time:"))]


@pytest.mark.parametrize(
    ("demand", "bounded"),
    [
        ({"kind": "within", "from": "a.on", "act": "b.on", "days": 3}, True),
        ({"kind": "every", "from": "a.on", "days": "b.on", "months": 1}, True),
        ({"kind": "recorded_within", "act": "a.on", "recorded": "b.on", "days": 1}, True),
        ({"kind": "not_before", "from": "a.on", "act": "b.on", "days": 3}, False),
        ({"kind": "order", "chain": ["a.on", "b.on"]}, False),
        ({"kind": "working_days", "from": "a.on", "to": "b.on", "act": "b.on", "at_least": 5}, False),
    ],
)
def test_what_has_a_last_day(demand, bounded):
    assert has_last_day(RuleDef.model_validate(FRAME | demand)) is bounded
