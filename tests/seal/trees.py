"""Trees for the tests: the definition of RFC 6962 taken literally, and a store of levels that counts what is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from workflow.seal.merkle import TILE, completed


def half(count: int) -> int:
    """Return the largest power of two smaller than ``count``."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


class Definition:
    """MTH, PATH and PROOF of RFC 6962, sections 2.1 to 2.1.2, over leaf hashes; slow, and as they stand there."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Take the leaf hashes."""
        self.leaves = leaves
        self._roots: dict[tuple[int, int], bytes] = {}

    def root(self, start: int, end: int) -> bytes:
        if start == end:
            return sha256().digest()
        if end - start == 1:
            return self.leaves[start]
        if (start, end) not in self._roots:
            middle = start + half(end - start)
            both = self.root(start, middle) + self.root(middle, end)
            self._roots[start, end] = sha256(b"\x01" + both).digest()
        return self._roots[start, end]

    def path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + half(end - start)
        if index < middle - start:
            return [*self.path(index, start, middle), self.root(middle, end)]
        return [*self.path(index - (middle - start), middle, end), self.root(start, middle)]

    def proof(self, old: int, start: int, end: int, *, known: bool = True) -> list[bytes]:
        if old == end - start:
            return [] if known else [self.root(start, end)]
        middle = start + half(end - start)
        if old <= middle - start:
            return [*self.proof(old, start, middle, known=known), self.root(middle, end)]
        return [*self.proof(old - (middle - start), middle, end, known=False), self.root(start, middle)]


class Levels:
    """The stored levels of a growing tree. No read may ask for what is not there, nor for more than 256 hashes."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with some leaves."""
        self.levels: dict[int, list[bytes]] = {0: [], TILE: [], 2 * TILE: [], 3 * TILE: []}
        self.reads = 0
        self.grow(leaves)

    def grow(self, leaves: Iterable[bytes]) -> None:
        old = len(self.levels[0])
        self.levels[0].extend(leaves)
        for level, number, root in completed(self.read, old, len(self.levels[0])):
            assert number == len(self.levels[level])
            self.levels[level].append(root)

    def read(self, level: int, start: int, count: int) -> Sequence[bytes]:
        assert 0 < count <= 256
        self.reads += 1
        given = self.levels[level][start : start + count]
        assert len(given) == count, f"level {level} holds no {count} roots from {start} on"
        return given


class Alike:
    """A tree of any size whose leaves are all alike, so that it need not be held anywhere."""

    def __init__(self, leaf: bytes, size: int) -> None:
        """Make the roots of complete subtrees, by height."""
        self.size, self.reads = size, 0
        self.complete = [leaf]
        while len(self.complete) <= 32:
            self.complete.append(sha256(b"\x01" + self.complete[-1] * 2).digest())

    def read(self, level: int, start: int, count: int) -> Sequence[bytes]:
        assert level in {0, 8, 16, 24}
        assert 0 < count <= 256
        assert (start + count) << level <= self.size
        self.reads += 1
        return [self.complete[level]] * count
