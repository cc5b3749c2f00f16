"""The tree is that of RFC 6962: every proof of every size up to 130 is right, and nothing wrong passes for one."""

from __future__ import annotations

import random
from hashlib import sha256

import pymerkle
import pytest

from tests.seal.trees import Alike, Definition, Levels
from workflow.seal import leaf_hash
from workflow.seal.merkle import (
    EMPTY_ROOT,
    LARGEST,
    Frontier,
    completed,
    consistency,
    extends,
    frontier_of,
    includes,
    inclusion,
    node_hash,
    root_of,
    subtree_root,
)

MOST = 130
LEAVES = [bytes.fromhex(leaf_hash(f"第{number}条".encode())) for number in range(600)]
TREE = Definition(LEAVES)
STORED = Levels(LEAVES)
SIZES = range(1, MOST + 1)
ROOTS = [TREE.root(0, size) for size in range(MOST + 2)]

# The inputs and roots by which the implementations of Certificate Transparency have been tested from the beginning.
KNOWN_INPUTS = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
KNOWN_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
KNOWN = [bytes.fromhex(leaf_hash(bytes.fromhex(text))) for text in KNOWN_INPUTS]


def flipped(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value, "big") ^ 1 << bit % 256).to_bytes(32, "big")


def damaged(proof: list[bytes], chance: random.Random) -> list[list[bytes]]:
    """Return proofs that are wrong: a bit flipped, two hashes swapped, one missing, one too many."""
    wrong = [proof[:-1]] if proof else []
    wrong.append([*proof, chance.randbytes(32)])
    if proof:
        at = chance.randrange(len(proof))
        wrong.append([*proof[:at], flipped(proof[at], chance.randrange(256)), *proof[at + 1 :]])
    if len(proof) > 1:
        one, other = chance.sample(range(len(proof)), 2)
        swapped = list(proof)
        swapped[one], swapped[other] = proof[other], proof[one]
        wrong.append(swapped)
    return wrong


def test_the_published_roots_come_out():
    for size, root in enumerate(KNOWN_ROOTS):
        assert root_of(Levels(KNOWN[:size]).read, size).hex() == root
        assert Frontier(0, ()).extend(KNOWN[:size]).root().hex() == root
    assert EMPTY_ROOT.hex() == KNOWN_ROOTS[0]


def test_the_published_proofs_come_out():
    # RFC 6962, section 2.1.3, draws the tree of seven leaves; its proofs are named there by the letters of the nodes.
    a, b, c, d, e, f, j = KNOWN[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, m = node_hash(g, h), node_hash(i, j)
    read = Levels(KNOWN[:7]).read
    assert inclusion(read, 0, 7) == [b, h, m]
    assert inclusion(read, 3, 7) == [c, g, m]
    assert inclusion(read, 4, 7) == [f, j, k]
    assert inclusion(read, 6, 7) == [i, k]
    assert consistency(read, 3, 7) == [c, d, g, m]
    assert consistency(read, 4, 7) == [m]
    assert consistency(read, 6, 7) == [i, j, k]


def test_every_inclusion_up_to_130_is_proved_as_defined_and_accepted():
    proved = 0
    for size in SIZES:
        for index in range(size):
            proof = inclusion(STORED.read, index, size)
            assert proof == TREE.path(index, 0, size)
            assert includes(LEAVES[index], index, size, proof, ROOTS[size])
            proved += 1
    assert proved == 8_515


def test_every_growth_up_to_130_is_proved_as_defined_and_accepted():
    proved = 0
    for new in SIZES:
        for old in range(1, new + 1):
            proof = consistency(STORED.read, old, new)
            assert proof == TREE.proof(old, 0, new)
            assert extends(old, new, ROOTS[old], ROOTS[new], proof)
            proved += 1
    assert proved == 8_515


def test_no_wrong_inclusion_is_accepted():
    chance, tried = random.Random(6962), 0
    for size in SIZES:
        for index in range(size):
            proof, root, leaf = TREE.path(index, 0, size), ROOTS[size], LEAVES[index]
            wrong = [
                includes(leaf, index + 1, size, proof, root),
                includes(leaf, index - 1, size, proof, root),
                includes(leaf, index, size + 1, proof, ROOTS[size + 1]),
                includes(leaf, index, size - 1, proof, ROOTS[size - 1]),
                includes(LEAVES[index + 1], index, size, proof, root),
                includes(leaf, index, size, proof, flipped(root, index)),
                *(includes(leaf, index, size, other, root) for other in damaged(proof, chance)),
            ]
            assert not any(wrong), (index, size)
            tried += len(wrong)
    assert tried > 17_000


def test_no_wrong_growth_is_accepted():
    chance, tried = random.Random(9162), 0
    for new in SIZES:
        for old in range(1, new + 1):
            proof, one, other = TREE.proof(old, 0, new), ROOTS[old], ROOTS[new]
            wrong = [
                extends(old, new, flipped(one, old), other, proof),
                extends(old, new, one, flipped(other, new), proof),
                *(extends(old, new, one, other, bad) for bad in damaged(proof, chance)),
            ]
            if old < new:
                wrong += [
                    extends(new, old, other, one, proof),
                    extends(old, new, other, one, proof),
                    extends(old + 1, new, one, other, proof),
                    extends(old - 1, new, one, other, proof),
                    extends(old, new + 1, one, ROOTS[new + 1], proof),
                ]
            assert not any(wrong), (old, new)
            tried += len(wrong)
    assert tried > 17_000


def test_a_tree_of_other_hands_agrees_at_every_size():
    # pymerkle counts leaves from one and takes their bytes as they are, hashed with the same prefix.
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(MOST):
        other.append_entry(f"第{number}条".encode())
    for size in SIZES:
        assert root_of(STORED.read, size) == other.get_root(size)
    for size in (*range(1, 34), 63, 64, 65, 127, 128, 129, 130):
        for index in range(size):
            theirs = other.prove_inclusion(index + 1, size).serialize()["path"]
            assert [LEAVES[index], *inclusion(STORED.read, index, size)] == [bytes.fromhex(node) for node in theirs]


def test_trees_of_all_sizes_around_the_stored_levels_have_the_defined_roots_and_proofs():
    for size in (255, 256, 257, 511, 512, 513, 600):
        assert root_of(STORED.read, size) == TREE.root(0, size)
        for index in (0, 1, 254, 255, 256, 257, 510, 511, 512, size - 1):
            if index < size:
                assert inclusion(STORED.read, index, size) == TREE.path(index, 0, size)
                assert consistency(STORED.read, index + 1, size) == TREE.proof(index + 1, 0, size)


def test_a_tree_grows_from_its_edge_alone():
    grown = Frontier(0, ())
    for size, leaf in enumerate(LEAVES):
        assert grown.root() == TREE.root(0, size)
        assert grown == frontier_of(STORED.read, size)
        grown = grown.append(leaf)
    assert frontier_of(STORED.read, 100).extend(LEAVES[100:]) == grown


def test_what_growing_completes_is_given_once_and_from_below():
    one = Alike(LEAVES[0], 2**24 + 5)
    assert list(completed(one.read, 2**24 - 300, 2**24 + 5)) == [
        (8, 2**16 - 2, one.complete[8]),
        (8, 2**16 - 1, one.complete[8]),
        (16, 255, one.complete[16]),
        (24, 0, one.complete[24]),
    ]
    assert list(completed(STORED.read, 256, 511)) == []
    assert list(completed(STORED.read, 255, 512)) == [(8, 0, TREE.root(0, 256)), (8, 1, TREE.root(256, 512))]


@pytest.mark.parametrize(
    "size", [2**8, 2**16 + 1, 2**24 - 1, 2**24 + 2**16 + 2**8 + 1, 2**31 - 7, LARGEST - 1, LARGEST]
)
def test_few_reads_do_at_any_size(size):
    tree = Alike(LEAVES[0], size)
    root = root_of(tree.read, size)
    assert tree.reads <= 4
    for index in (0, size // 3, size - 1):
        tree.reads = 0
        proof = inclusion(tree.read, index, size)
        assert tree.reads <= 8
        assert includes(LEAVES[0], index, size, proof, root)
        tree.reads = 0
        proof = consistency(tree.read, index + 1, size)
        assert tree.reads <= 12
        assert extends(index + 1, size, root_of(tree.read, index + 1), root, proof)


def test_a_subtree_has_the_root_of_its_leaves():
    for start, end in ((0, 1), (0, 600), (256, 512), (256, 300), (512, 600), (96, 128), (96, 127), (8, 11)):
        assert subtree_root(STORED.read, start, end) == TREE.root(start, end)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (1, 3), (2, 5), (256, 513), (-8, -4)])
def test_leaves_that_form_no_subtree_are_refused(start, end):
    with pytest.raises(ValueError, match="no tree has a subtree"):
        subtree_root(STORED.read, start, end)


def test_what_no_tree_has_is_refused():
    with pytest.raises(ValueError, match="no leaf 5"):
        inclusion(STORED.read, 5, 5)
    with pytest.raises(ValueError, match="no leaf -1"):
        inclusion(STORED.read, -1, 5)
    with pytest.raises(ValueError, match="does not begin with 6"):
        consistency(STORED.read, 6, 5)
    with pytest.raises(ValueError, match=f"0 to {LARGEST} leaves"):
        root_of(STORED.read, LARGEST + 1)


def test_nothing_needs_proof_where_nothing_grew_or_nothing_was():
    assert consistency(STORED.read, 0, 9) == consistency(STORED.read, 9, 9) == []
    assert extends(0, 9, EMPTY_ROOT, ROOTS[9], [])
    assert extends(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not extends(0, 9, ROOTS[1], ROOTS[9], [])
    assert not extends(0, 9, EMPTY_ROOT, ROOTS[9], [ROOTS[9]])
    assert not extends(0, 0, EMPTY_ROOT, ROOTS[1], [])
    assert not extends(9, 9, ROOTS[9], ROOTS[9], [ROOTS[9]])


def test_a_store_that_gives_too_little_is_noticed():
    with pytest.raises(LookupError, match="should hold 5 roots"):
        root_of(lambda _level, start, count: LEAVES[start : start + count - 1], 5)


@pytest.mark.parametrize(("size", "peaks"), [(-1, ()), (0, (EMPTY_ROOT,)), (3, (EMPTY_ROOT,)), (1, (b"short",))])
def test_an_edge_that_no_tree_has_cannot_be_made(size, peaks):
    with pytest.raises(ValueError, match="peak"):
        Frontier(size, peaks)


@pytest.mark.parametrize(
    ("index", "size", "proof", "leaf", "root"),
    [
        ("0", 1, [], LEAVES[0], LEAVES[0]),
        (False, 1, [], LEAVES[0], LEAVES[0]),
        (0, 1.0, [], LEAVES[0], LEAVES[0]),
        (0, 2**64, [], LEAVES[0], LEAVES[0]),
        (0, 1, None, LEAVES[0], LEAVES[0]),
        (0, 1, b"", LEAVES[0], LEAVES[0]),
        (0, 2, [b"short"], LEAVES[0], ROOTS[2]),
        (0, 2, [LEAVES[1].hex()], LEAVES[0], ROOTS[2]),
        (0, 1, [], LEAVES[0].hex(), LEAVES[0].hex()),
        (0, 1, [], LEAVES[0], None),
        (0, 0, [], LEAVES[0], LEAVES[0]),
        (-1, 1, [], LEAVES[0], LEAVES[0]),
    ],
)
def test_what_is_no_proof_is_answered_and_never_raises(index, size, proof, leaf, root):
    assert includes(leaf, index, size, proof, root) is False
    assert extends(index, size, leaf, root, proof) is False


def test_the_hash_of_a_node_has_its_own_prefix():
    assert node_hash(LEAVES[0], LEAVES[1]) == sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()
