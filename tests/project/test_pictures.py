"""The drawings in the documents are those that the program draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow.law.graph import svg
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_drawing_of_the_procedure_is_up_to_date(language: str) -> None:
    drawn = svg(load_law(definitions_root()).editions[-1], language)
    kept = (PICTURES / f"procedure.{language}.svg").read_text(encoding="utf-8")
    assert kept == drawn, "draw it anew: jishi law graph --lang LANGUAGE --out docs/pictures/procedure.LANGUAGE.svg"
