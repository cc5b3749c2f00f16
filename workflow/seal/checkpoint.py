"""Checkpoints (C2SP tlog-checkpoint): which log, how many entries, and the root of its tree over them.

A log signs one as a note whenever its tree has grown. Whoever keeps one can show later that nothing before it was
altered. Lines beyond the three are refused: no monitor can check them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflow.seal.merkle import HASH_BYTES
from workflow.seal.note import NoteFault, decoded, encoded

LARGEST_SIZE = 2**63 - 1
_DIGITS = re.compile("0|[1-9][0-9]{0,18}")
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size. ``origin`` names the log; ``root`` is 32 bytes. Raises NoteFault otherwise."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse an origin that is no name, and numbers and roots that no tree has."""
        if not self.origin or "+" in self.origin or any(mark.isspace() or mark < " " for mark in self.origin):
            raise NoteFault(f"no name of a log: {self.origin[:60]!r}")
        if not 0 <= self.size <= LARGEST_SIZE:
            raise NoteFault(f"a log has no {self.size} entries")
        if len(self.root) != HASH_BYTES:
            raise NoteFault(f"a root has {HASH_BYTES} bytes, not {len(self.root)}")

    @classmethod
    def of(cls, text: str) -> Checkpoint:
        """Return the checkpoint that the text of a note writes; raises NoteFault for anything else."""
        lines = text.split("\n")
        if len(lines) != _LINES + 1 or lines[-1]:
            raise NoteFault("a checkpoint has three lines: the log, its size, the root")
        origin, size, root, _ = lines
        return cls(origin, number(size), decoded(root))

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


def number(text: str) -> int:
    """Return a count written in ASCII digits without leading zeros; raises NoteFault."""
    if not _DIGITS.fullmatch(text):
        raise NoteFault(f"no number: {text[:30]!r}")
    return int(text)
