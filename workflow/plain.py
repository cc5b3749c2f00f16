"""Text from outside, shown without harm: whoever wrote a cell or a file's name does not steer the terminal."""

from __future__ import annotations

import unicodedata

_HARMFUL = frozenset(
    {"Cc", "Cf", "Zl", "Zp", "Cs"}
)  # controls, bidirectional marks, ends of line, halves of characters
_NO_CHARACTER = 0xFFFE  # the last two code points of each plane are none


class _Spelling(dict[int, int | str]):
    """How each character is shown, remembered once asked for: the same few thousand make up a ledger."""

    def __missing__(self, code: int) -> int | str:
        harmful = unicodedata.category(chr(code)) in _HARMFUL or code & _NO_CHARACTER == _NO_CHARACTER
        self[code] = f"<U+{code:04X}>" if harmful else code
        return self[code]


_SPELT = _Spelling()


def harmless(text: str) -> str:
    """Return ``text`` with every character spelt out that could change how a line, page or terminal is shown.

    Private and newly assigned characters stay: rare characters of names are among them.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_SPELT)
