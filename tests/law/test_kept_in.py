"""A value that outlives its round does so in a state that exists."""

import pytest

from workflow.law.loader import definitions_root, load_edition
from workflow.law.source import DefinitionError

SHIPPED = (definitions_root() / "recruitment" / "2026-05-11.yaml").read_text("utf-8")


def test_the_end_of_an_extension_outlives_the_meeting_that_set_it() -> None:
    edition, _ = load_edition(SHIPPED, "2026-05-11.yaml")
    kept = {name: field.kept_in for name, field in edition.fields.items() if field.kept_in}
    assert kept == {"convert.extended_to": "extended", "convert.extensions": "extended"}


def test_a_state_that_does_not_exist_is_a_fault_at_its_line() -> None:
    text = SHIPPED.replace("kept_in: extended, zh: 延长至,", "kept_in: expanded, zh: 延长至,")
    with pytest.raises(DefinitionError) as refused:
        load_edition(text, "2026-05-11.yaml")
    (fault,) = refused.value.faults
    assert fault.where == "steps.convert.evidence.extended_to"
    assert "kept_in: expanded" in text.splitlines()[fault.line - 1]
    assert "“expanded”" in fault.what.en


def test_only_the_meeting_that_extends_says_until_when() -> None:
    edition, _ = load_edition(SHIPPED, "2026-05-11.yaml")
    only = {name: field.only for name, field in edition.fields.items() if field.only and name.startswith("convert.")}
    assert only == {
        "convert.result": ("not_passed",),
        "convert.extended_to": ("extended",),
        "convert.extensions": ("extended",),
        "convert.reported_on": ("converted", "extended", "revoked", "reported"),
    }


def test_evidence_of_an_outcome_that_does_not_exist_is_a_fault() -> None:
    text = SHIPPED.replace("only: [extended], kept_in: extended, zh: 延长至", "only: [expanded], zh: 延长至")
    with pytest.raises(DefinitionError) as refused:
        load_edition(text, "2026-05-11.yaml")
    (fault,) = refused.value.faults
    assert fault.where == "steps.convert.evidence.extended_to"
    assert "no outcome “expanded”" in fault.what.en
