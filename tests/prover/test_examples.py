"""Every demand can be kept and broken: rules whose conditions never hold, or that nothing can break, are found."""

from __future__ import annotations

import pytest

from tests.prover.laws import EDITION, Files, line_of, proof_of, rule

NAME = "every demand can be kept and broken"
KEPT, BROKEN = "no example was found that keeps it", "no example was found that breaks it"


@pytest.mark.parametrize(
    ("demand", "missing"),
    [
        ("kind: once, times: grant.fee, at_most: 1, when: {site.kind: [house]}", []),
        ("kind: once, times: grant.fee, when: {late_notice: [true]}", []),
        ("kind: once, times: grant.fee, when: {late_notice: [true]}, unless: [{late_notice: [true]}]", [BROKEN, KEPT]),
        ("kind: once, times: grant.fee, at_most: 5000", []),
        ("kind: outcome, column: site.kind, forbidden: [shop], presupposed_by: {filled: [grant.on]}", []),
        ("kind: decided_by, body: grant.body, allowed: [office]", []),
        ("kind: decided_by, body: grant.body, allowed: [office, citizen]", [BROKEN]),  # everybody
        ("kind: count, amount: grant.fee, min: 700", []),
        ("kind: count, amount: grant.fee, min: 0", [BROKEN]),
        ("kind: count, of: [grant.heard_1, grant.heard_2], min: 2", []),
        ("kind: count, of: [grant.heard_1, grant.heard_2], min: 3", [KEPT]),  # two places for three names
        ("kind: count, of: [grant.heard_1, grant.heard_2], max: 2", [BROKEN]),
        ("kind: standing, people: [grant.heard_1], on: grant.on, must_be: full_member", []),
        ("kind: standing, people: [grant.heard_1], on: grant.on, not_under: [warning]", []),
        ("kind: consistent, columns: [grant.on, lapses_on]", []),
        ("kind: order, chain: [grant.on, grant.on]", [BROKEN]),  # a day and itself
        ("kind: order, chain: [grant.on, grant.on], strict: true", [KEPT]),
        ("kind: evidence, fields: [grant.fee], presupposed_by: {filled: [grant.fee]}", [BROKEN]),
        ("kind: evidence, fields: [grant.fee], presupposed_by: {filled: [grant.on]}", []),
        ("kind: every, from: file.on, days: grant.visits, months: 1", []),  # broken once time has passed
        ("kind: every, from: file.on, days: grant.visits, to: lapses_on, months: 3, calendar: true", []),
        ("kind: every, from: file.on, days: grant.visits, to: file.on, months: 3, calendar: true", [BROKEN]),
    ],
)  # fmt: skip
def test_a_demand_without_examples_is_found(demand, missing):
    text = EDITION + rule("demand", demand)
    faults = proof_of(Files(text).law(), NAME).faults
    assert [fault.what.en for fault in faults] == missing
    assert {fault.line for fault in faults} <= {line_of(text, "      demand:")}
