"""Text shown without harm."""

from __future__ import annotations

import pytest

from workflow.ledger.problems import shown
from workflow.plain import harmless


@pytest.mark.parametrize("text", ["", "张伟", "O'Neil", "买买提·阿不都拉", "\ue000\U000f0001", "𠮷田", "\u3000", "é"])
def test_names_stay_as_they_are(text):
    assert harmless(text) == text
    assert shown(text) == text


@pytest.mark.parametrize(
    "code",
    [0, 7, 0x0A, 0x1B, 0x7F, 0x9B, 0x200B, 0x200F, 0x2028, 0x2029, 0x202E, 0x2066, 0xD800, 0xFEFF, 0xFFFE, 0x1FFFF],
)
def test_what_changes_how_a_line_is_shown_is_spelt_out(code):
    assert harmless(f"甲{chr(code)}乙") == shown(f"甲{chr(code)}乙") == f"甲<U+{code:04X}>乙"


def test_a_long_text_is_shortened():
    assert shown("x" * 41) == "x" * 40 + "…"
    assert len(shown("\u202e" * 50)) == 41
