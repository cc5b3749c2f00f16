"""Overlays: each tightens every edition that it extends, and together they do not loosen one another."""

from __future__ import annotations

from tests.prover.laws import BOTH, NEWER, OVERLAY, TRANSITIONS, Files, line_of, places, proof_of, replaced
from workflow.law.model import Overlay
from workflow.law.source import read_source
from workflow.law.timeline import Law

NAME = "overlays only tighten"
CITY = (
    replaced(OVERLAY, "overlay: town\n", "overlay: city\n")
    .replace("  visit:", "  look:")
    .replace("visit.on", "look.on")
)


def planted(text: str, files: Files) -> Law:
    """Return a law with ``text`` for its town overlay, laid over nothing so far: loading would refuse it."""
    law = files.law()
    source = law.definitions.sources["overlay:town"] = read_source(text, "town.yaml")
    law.definitions.overlays["town"] = Overlay.model_validate(source.value)
    return law


def test_an_overlay_that_loosens_is_found_on_its_line():
    text = replaced(OVERLAY, "months: 1", "months: 3")
    law = planted(text, Files(overlays={"town": OVERLAY}))
    assert places(proof_of(law, NAME)) == [("town.yaml", line_of(text, "      in_time:"))]


def test_every_edition_that_an_overlay_extends_is_looked_at():
    text = replaced(OVERLAY, '["2020-01-01"]', '["2020-01-01", "2022-01-01"]')
    newer = replaced(NEWER, "months: 2\n        extension: {months: 6, reason: grant.longer}", "days: 20")
    law = planted(text, Files(newer=newer, coverage=BOTH, transitions=TRANSITIONS, overlays={"town": OVERLAY}))
    proof = proof_of(law, NAME)
    assert places(proof) == [("town.yaml", line_of(text, "      in_time:"))]  # months beside days: not comparable
    assert dict(proof.counts)[proof.counts[1][0]] == 1


def test_an_overlay_over_an_edition_that_is_not_there():
    text = replaced(OVERLAY, '["2020-01-01"]', '["2019-01-01"]')
    law = planted(text, Files(overlays={"town": OVERLAY}))
    assert places(proof_of(law, NAME)) == [("town.yaml", line_of(text, "extends:"))]


def test_two_overlays_together_are_composed_as_well():
    proof = proof_of(Files(overlays={"town": OVERLAY, "city": CITY}).law(), NAME)
    assert proof.holds
    assert [number for _, number in proof.counts] == [2, 3]


def test_an_overlay_that_loosens_the_one_below_it():
    town = replaced(OVERLAY, "months: 1", "months: 2")  # tighter than the law, looser than the city
    law = Files(overlays={"city": CITY, "town": town}).law()
    assert places(proof_of(law, NAME)) == [("town.yaml", line_of(town, "      in_time:"))]
