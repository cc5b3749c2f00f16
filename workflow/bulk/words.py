"""Many conditions in few numbers, a bit each, as DuckDB does it soonest.

Words are put together from bytes, whose bits are told by what a negative 1 leaves of a mask: to shift each into its
place costs several times as much (decision 0039).
"""

from __future__ import annotations

from collections.abc import Sequence

BYTE, BYTE_TYPE = 7, "TINYINT"  # bits: none of them the sign
WORD, WORD_TYPE = 9 * BYTE, "BIGINT"


def words_of(conditions: Sequence[str]) -> list[str]:
    """Return numbers of which bit ``n % WORD`` of number ``n // WORD`` is set where condition ``n`` is true.

    ``conditions``: SQL, never NULL.
    """
    return [_word(conditions[start : start + WORD]) for start in range(0, len(conditions), WORD)]


def bit_set(place: int, named: str) -> str:
    """Return SQL that is true where the condition of that place is; ``named``: what words are called, ``{}`` which."""
    word, bit = divmod(place, WORD)
    return f"({named.format(word)} & {1 << bit}::{WORD_TYPE}) <> 0"


def _word(conditions: Sequence[str]) -> str:
    starts = range(0, len(conditions), BYTE)
    return " | ".join(f"(({_byte(conditions[start : start + BYTE])})::{WORD_TYPE} << {start})" for start in starts)


def _byte(conditions: Sequence[str]) -> str:
    return " | ".join(f"(-(({one})::{BYTE_TYPE}) & {1 << bit}::{BYTE_TYPE})" for bit, one in enumerate(conditions))
