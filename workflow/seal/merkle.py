"""The Merkle tree of RFC 6962 over SHA-256: roots, proofs that an entry is in it, proofs that it only grew.

Hashes are 32 raw bytes. A leaf is the leaf hash of an entry's bytes (``chain.leaf_hash``), a node the hash of its two
children under another prefix, so that neither can be taken for the other. Of the nodes only the roots of subtrees of
2^0, 2^8, 2^16 and 2^24 leaves are stored (the levels); every other is computed from at most 256 of them. ``Read`` gives
what is stored: ``read(level, start, count)`` the roots number ``start`` to ``start + count - 1`` of that level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
COUNTER_BITS = 64  # what counts leaves fits into a signed number of so many bits everywhere
TILE = 8  # a stored level is so many levels above the one before it
WIDTH = 2**TILE  # so many roots of one level make one of the next
TOP = 3 * TILE  # the highest level that is stored
LARGEST = 2 ** (TOP + TILE)  # leaves; beyond it one read would not do for the highest level

Read = Callable[[int, int, int], Sequence[bytes]]
Range = tuple[int, int]  # of leaves: from, and up to but without


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed of a tree to add to it: the roots of its complete subtrees, largest first.

    Raises ValueError if the peaks are not as many as a tree of that size has, or one is no hash.
    """

    size: int
    peaks: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be the edge of a tree."""
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves does not have {len(self.peaks)} peaks")
        if not all(map(_is_hash, self.peaks)):
            raise ValueError(f"a peak has {HASH_BYTES} bytes")

    def append(self, leaf: bytes) -> Frontier:
        """Return the tree with one more leaf."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the tree with more leaves, in their order."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            carry, filled = leaf, size
            while filled & 1:
                carry = node_hash(peaks.pop(), carry)
                filled >>= 1
            peaks.append(carry)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _joined(self.peaks) if self.peaks else EMPTY_ROOT


class _Stored:
    """Complete subtrees of a tree of ``size`` leaves; nothing is read twice."""

    def __init__(self, read: Read, size: int) -> None:
        if not 0 <= size <= LARGEST:
            raise ValueError(f"a tree has 0 to {LARGEST} leaves, not {size}")
        self._read, self._size = read, size
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def complete(self, start: int, height: int) -> bytes:
        """Return the root of the 2**height leaves from ``start`` on, which is a multiple of so many."""
        level = min(height - height % TILE, TOP)
        count = 1 << (height - level)
        tile, first = divmod(start >> level, WIDTH)
        return _folded(self._tile(level, tile)[first : first + count])

    def root(self, start: int, end: int) -> bytes:
        """Return the root of the leaves from ``start`` up to ``end``."""
        return _joined([self.complete(at, height) for at, height in _peaks(start, end)])

    def _tile(self, level: int, number: int) -> Sequence[bytes]:
        if (level, number) not in self._tiles:
            start = number * WIDTH
            count = min(WIDTH, (self._size >> level) - start)
            roots = self._read(level, start, count)
            if len(roots) != count:
                raise LookupError(f"level {level} should hold {count} roots from {start} on, and gave {len(roots)}")
            self._tiles[level, number] = roots
        return self._tiles[level, number]


def subtree_root(read: Read, start: int, end: int) -> bytes:
    """Return the root of the leaves from ``start`` up to ``end``; raises ValueError if no tree has such a subtree."""
    if not 0 <= start < end or start % (1 << (end - start - 1).bit_length()):
        raise ValueError(f"no tree has a subtree of the leaves {start} to {end - 1}")
    return _Stored(read, end).root(start, end)


def root_of(read: Read, size: int) -> bytes:
    """Return the root of the first ``size`` leaves."""
    return frontier_of(read, size).root()


def frontier_of(read: Read, size: int) -> Frontier:
    """Return the edge of the tree of the first ``size`` leaves."""
    stored = _Stored(read, size)
    return Frontier(size, tuple(stored.complete(start, height) for start, height in _peaks(0, size)))


def inclusion(read: Read, index: int, size: int) -> list[bytes]:
    """Return the proof that leaf ``index`` is in the tree of ``size`` leaves, from the leaf upward (2.1.1).

    Raises ValueError if the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    stored = _Stored(read, size)
    return [stored.root(start, end) for start, end in _beside((index, index + 1), size)]


def consistency(read: Read, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``new`` leaves begins with that of ``old``, from below upward (2.1.2).

    Nothing needs proof where both are the same or the old tree was empty. Raises ValueError if the new one is smaller.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with {old}")
    if old in (0, new):
        return []
    stored = _Stored(read, new)
    *_, (start, height) = _peaks(0, old)  # the smallest complete subtree at the old edge is where both trees meet
    proof = [stored.root(*beside) for beside in _beside((start, start + (1 << height)), new)]
    return [stored.complete(start, height), *proof] if start else proof


def completed(read: Read, old: int, new: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield what is to be stored when a tree grows from ``old`` to ``new`` leaves: level, number on it, root.

    Lower levels come first: a caller who stores each before asking for the next lets higher levels be read from them.
    """
    for level in range(TILE, TOP + 1, TILE):
        for number in range(old >> level, new >> level):
            yield level, number, _folded(read(level - TILE, number * WIDTH, WIDTH))


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows the leaf at ``index`` in the tree of ``size`` leaves with that root.

    Whatever is given: what is no proof is False, never an error.
    """
    if not (_are_numbers(index, size) and _are_hashes(proof) and _is_hash(leaf) and _is_hash(root)):
        return False
    if not 0 <= index < size:
        return False
    beside = _beside((index, index + 1), size)
    if len(beside) != len(proof):
        return False
    for (start, _), other in zip(beside, proof, strict=True):
        leaf = node_hash(other, leaf) if start < index else node_hash(leaf, other)
    return leaf == root


def extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows that the tree of ``new`` leaves begins with that of ``old``.

    Every tree begins with the empty one. Whatever is given: what is no proof is False, never an error.
    """
    if not (_are_numbers(old, new) and _are_hashes(proof) and _is_hash(old_root) and _is_hash(new_root)):
        return False
    if not 0 <= old <= new or (new == 0 and new_root != EMPTY_ROOT):
        return False
    if old == 0:
        return old_root == EMPTY_ROOT and not proof
    if old == new:
        return old_root == new_root and not proof
    *_, (start, height) = _peaks(0, old)
    # Where the old tree is one complete subtree, its root is known and the proof does not repeat it.
    (first, *rest) = proof if start and proof else (old_root, *proof)
    beside = _beside((start, start + (1 << height)), new)
    return len(beside) == len(rest) and _both(start, first, zip(beside, rest, strict=True)) == (old_root, new_root)


def _both(start: int, root: bytes, proof: Iterable[tuple[Range, bytes]]) -> tuple[bytes, bytes]:
    """Return the roots of the old and the new tree above the subtree at the old edge, which begins at ``start``."""
    old = new = root
    for (other_start, _), other in proof:
        if other_start < start:
            old, new = node_hash(other, old), node_hash(other, new)
        else:
            new = node_hash(new, other)
    return old, new


def _peaks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the complete subtrees that make up a range of leaves, largest first: first leaf, height."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield start, height
        start += 1 << height


def _beside(node: Range, size: int) -> list[Range]:
    """Return what lies beside a node of a tree of ``size`` leaves and beside each node above it, from below upward."""
    (start, end), beside = (0, size), []
    while (start, end) != node:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if node[0] < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    beside.reverse()
    return beside


def _joined(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees that stand side by side, largest first."""
    *rest, root = peaks
    for peak in reversed(rest):
        root = node_hash(peak, root)
    return root


def _folded(roots: Sequence[bytes]) -> bytes:
    """Return the root over 2**n subtrees of one height."""
    while len(roots) > 1:
        roots = [node_hash(left, right) for left, right in zip(roots[::2], roots[1::2], strict=True)]
    return roots[0]


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == HASH_BYTES


def _are_hashes(proof: object) -> bool:
    return isinstance(proof, list | tuple) and all(map(_is_hash, proof))


def _are_numbers(*values: object) -> bool:
    return all(type(value) is int and value.bit_length() < COUNTER_BITS for value in values)
