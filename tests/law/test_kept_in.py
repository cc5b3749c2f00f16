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
    text = SHIPPED.replace(
        "extended_to: {type: plan, kept_in: extended,", "extended_to: {type: plan, kept_in: expanded,"
    )
    with pytest.raises(DefinitionError) as refused:
        load_edition(text, "2026-05-11.yaml")
    (fault,) = refused.value.faults
    assert fault.where == "steps.convert.evidence.extended_to"
    assert "kept_in: expanded" in text.splitlines()[fault.line - 1]
    assert "“expanded”" in fault.what.en
