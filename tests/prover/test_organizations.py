"""Somebody acts as every body that a step names; a body that nobody serves is found, in the law and in an overlay."""

from tests.prover.laws import EDITION, OVERLAY, Files, line_of, replaced
from workflow.law.loader import definitions_root
from workflow.law.organizations import Organizations, read_organizations
from workflow.law.source import read_source
from workflow.law.timeline import load_law
from workflow.prover import prove

NAME = "some organization acts as every body"
TOWN_HALL = """\
rights:
  record: {zh: 登记, en: record}
kinds:
  hall:
    zh: 镇政府
    en: town hall
    bodies: [office]
    records_for: [citizen]
roles:
  clerk: {zh: 办事员, en: clerk, kinds: [hall], rights: [record]}
"""


def proof(files, text=TOWN_HALL):
    """Return the proof about who acts in the small law, with the organizations of ``text``."""
    source = read_source(text, "organizations.yaml")
    parts = prove(files.law(), (Organizations.model_validate(source.value), source)).parts
    return next(part for part in parts if part.name.en == NAME)


def places(part):
    return [(fault.file, fault.line) for fault in part.faults]


def test_the_shipped_law_has_somebody_for_every_body():
    parts = {
        part.name.en: part for part in prove(load_law(definitions_root()), read_organizations(definitions_root())).parts
    }
    assert parts[NAME].holds
    assert [number for _, number in parts[NAME].counts] == [14, 10, 11]


def test_a_law_that_is_only_audited_needs_nobody():
    assert NAME not in {part.name.en for part in prove(Files().law()).parts}


def test_the_small_law_has_its_town_hall():
    assert proof(Files()).holds


def test_a_body_that_nobody_serves_is_found():
    planted = replaced(TOWN_HALL, "    records_for: [citizen]\n", "")
    assert places(proof(Files(), planted)) == [("edition.yaml", line_of(EDITION, "by: [citizen]"))]


def test_a_body_with_power_that_nobody_serves_is_found():
    body = "  office: {zh: 主管机关, en: office}\n"
    edition = replaced(EDITION, body, body + "  mayor: {zh: 镇长, en: mayor}\n")
    edition = replaced(edition, "to: granted}", "to: granted, by: [mayor]}")
    by = "    by: [office]\n"
    rest = "    from: [filed]\n    outcomes:\n      granted"
    edition = replaced(edition, by + rest, by + "    power: [mayor]\n" + rest)
    found = places(proof(Files(edition=edition)))
    assert found == [("edition.yaml", line_of(edition, mark)) for mark in ("power: [mayor]", "granted: {zh: 许可")]


def test_a_step_of_an_overlay_that_waits_for_nobody_is_found():
    overlay = replaced(OVERLAY, "by: [office]", "by: [council]") + "bodies:\n  council: {zh: 镇人大, en: council}\n"
    assert places(proof(Files(overlays={"town": overlay}))) == [("town.yaml", line_of(overlay, "by: [council]"))]


def test_an_organization_for_a_body_that_there_is_not_is_found():
    planted = replaced(TOWN_HALL, "bodies: [office]", "bodies: [office, ofice]")
    assert places(proof(Files(), planted)) == [("organizations.yaml", line_of(TOWN_HALL, "bodies:"))]
