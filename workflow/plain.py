"""Text from outside, shown without harm and compared without chance differences.

Whoever wrote a cell or a file's name does not steer the terminal; a name typed with a space is the same name.
"""

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


INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))  # zero-width marks that come with pasted text
# Full-width forms stand for their ASCII twins. This is the part of NFKC that the ledger conventions allow; the rest of
# NFKC would read a circled or raised digit (a footnote mark) as part of the date.
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(0x5E)}
_MIDDLE_DOTS = str.maketrans("•‧・", "···")


def name_key(text: str) -> str:
    """Return the form in which names are compared: no white space, one kind of middle dot."""
    return "".join(text.translate(INVISIBLE).split()).translate(_MIDDLE_DOTS)


def squeezed(text: str) -> str:
    """Return ``text`` without white space and invisible marks, full-width forms as ASCII."""
    if text.isascii():
        return "".join(text.split())
    return "".join(text.translate(INVISIBLE).split()).translate(_FULL_WIDTH)
