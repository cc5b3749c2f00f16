"""XML tags as patterns of bytes, read no more leniently than the parser does: what could be overlooked is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from workflow.ledger.limits import damaged

_LONGEST_TAG = 1 << 20  # bytes

PREFIX = rb"(?:[A-Za-z_][\w.-]*:)?"
# All attributes of a tag as one group, and one of them: name, value in double or in single quotes.
ATTRIBUTES = rb"""((?:[ \t\r\n]+[^\s=<>"'/]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*'))*+[ \t\r\n]*+/?)"""
ATTRIBUTE = re.compile(rb"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# The parser knows a tag by what stands behind the first colon, whatever stands before it.
_ODD_TAG = re.compile(rb"<(?!/?[A-Za-z_][\w.-]*+(?::[A-Za-z_][\w.-]*+)?(?:[ \t\r\n]|/?>)|\?[^<>]*\?>)")
_ODD_INSTRUCTION = re.compile(rb"<\?(?![^<>]*\?>)")


def whole_tags(chunks: Iterable[bytes], *marks: bytes) -> Iterator[bytes]:
    """Yield XML in pieces that end between tags, before one of ``marks`` where there is one in sight.

    Raises:
        LedgerError: a tag has no end.
    """
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        cut = max(map(piece.rfind, marks))
        if cut <= 0:
            cut = piece.rfind(b"<")
        if cut < 0:
            cut = len(piece)
        elif cut == 0 and len(piece) > _LONGEST_TAG:
            raise damaged("a tag without end")
        rest = piece[cut:]
        if cut:
            yield piece[:cut]
    yield rest


def check_tags(piece: bytes) -> None:
    """Refuse names of tags that patterns might overlook, instructions with tags inside, and comments."""
    check_comments(piece)
    if _ODD_TAG.search(piece):
        raise damaged("an odd tag")


def check_comments(piece: bytes) -> None:
    """Refuse comments and CDATA: no program writes them into sheets; they could hide cells."""
    if b"<!" in piece:
        raise damaged("a comment or CDATA in a sheet")


def check_instructions(piece: bytes) -> None:
    """Refuse instructions with tags inside."""
    if b"<?" in piece and _ODD_INSTRUCTION.search(piece):
        raise damaged("an odd instruction")
