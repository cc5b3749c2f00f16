"""Receipts (C2SP tlog-proof): one entry's place in the tree, the proof, and the signed checkpoint, in one text.

Whoever has the entry's bytes and the log's public key checks it without the log, the database or this program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflow.seal.checkpoint import Checkpoint, number
from workflow.seal.merkle import HASH_BYTES, includes
from workflow.seal.note import SIGNATURE, Key, NoteFault, decoded, encoded, opened

FIRST = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63  # no tree is higher
MOST_CHARACTERS = 2_000_000


def receipt(index: int, proof: Sequence[bytes], note: str, extra: bytes | None = None) -> str:
    """Return the receipt of the entry at ``index``; ``extra``: bytes for the reader that nothing vouches for."""
    lines = [FIRST]
    if extra is not None:
        lines.append(f"extra {encoded(extra)}")
    lines += [f"index {index}", *map(encoded, proof)]
    return "\n".join(lines) + f"\n\n{note}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was read; whether it is right is asked of ``holds``."""

    index: int
    proof: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    @classmethod
    def of(cls, text: str) -> Receipt:
        """Return what a receipt says; raises NoteFault for what is none."""
        head, empty, note = text.partition("\n\n")
        lines = head.split("\n")
        if len(text) > MOST_CHARACTERS or not empty or lines.pop(0) != FIRST:
            raise NoteFault(f"a receipt begins with {FIRST} and holds a signed checkpoint")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decoded(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise NoteFault("a receipt says which entry of the log it is for")
        index = number(lines.pop(0).removeprefix("index "))
        if len(lines) > MOST_HASHES:
            raise NoteFault(f"a proof has at most {MOST_HASHES} hashes")
        proof = tuple(map(decoded, lines))
        if any(len(one) != HASH_BYTES for one in proof):
            raise NoteFault(f"a hash has {HASH_BYTES} bytes")
        return cls(index, proof, note, extra)

    def checkpoint(self, keys: Iterable[Key], origin: str) -> Checkpoint:
        """Return the checkpoint it is made on; raises NoteFault unless it is of ``origin`` and signed under a key."""
        note = opened(self.note, keys)
        if not any(key.kind == SIGNATURE for key in note.by):
            raise NoteFault("the checkpoint is not signed under a key of the log")
        made_on = Checkpoint.of(note.text)
        if made_on.origin != origin:
            raise NoteFault(f"the checkpoint is of the log {made_on.origin}")
        return made_on

    def holds(self, leaf: bytes, keys: Iterable[Key], origin: str) -> bool:
        """Tell whether the log ``origin`` says, under one of its ``keys``, that it holds the entry of this leaf hash.

        Signatures of other offices under ``keys`` must be right where they stand; they do not replace the log's own.
        """
        try:
            made_on = self.checkpoint(keys, origin)
        except NoteFault:
            return False
        return includes(leaf, self.index, made_on.size, self.proof, made_on.root)
