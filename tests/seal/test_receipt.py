"""A receipt is a C2SP tlog-proof: it holds for its entry, its place, its log and that log's key, and nothing else."""

from __future__ import annotations

import random

import pytest

from tests.seal.test_note import mutated
from tests.seal.trees import Levels
from workflow.seal import leaf_hash
from workflow.seal.checkpoint import Checkpoint
from workflow.seal.merkle import inclusion, root_of
from workflow.seal.note import NoteFault, Signer, signed
from workflow.seal.receipt import Receipt, receipt

ORIGIN = "example.cn/jishi/2026"
LOG, STRANGER, OFFICE = (
    Signer.of_secret(name, bytes([n] * 32)) for n, name in enumerate((ORIGIN, ORIGIN, "办公室"), 1)
)
LEAVES = [bytes.fromhex(leaf_hash(b"%d" % number)) for number in range(11)]
STORE = Levels(LEAVES)
NOTE = signed(Checkpoint(ORIGIN, 11, root_of(STORE.read, 11)).text(), LOG)
TEXT = receipt(5, inclusion(STORE.read, 5, 11), NOTE)
KEYS = [LOG.key]


def test_a_receipt_is_written_as_specified():
    lines = TEXT.split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert lines[2 + 4 : 2 + 4 + 3] == ["", ORIGIN, "11"]
    assert receipt(5, [], NOTE, b"\x01").split("\n")[1] == "extra AQ=="


def test_the_example_of_the_specification_is_read():
    # c2sp.org/tlog-proof, with the signatures that it abbreviates replaced.
    hashes = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
    example = f"c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n{hashes}\n{NOTE}"
    read = Receipt.of(example)
    assert (read.index, read.extra, len(read.proof), read.note) == (73894, b"age", 2, NOTE)
    assert receipt(read.index, read.proof, read.note, read.extra) == example


@pytest.mark.parametrize("extra", [None, b"anything"])
@pytest.mark.parametrize("index", range(11))
def test_the_receipt_of_every_entry_holds(index, extra):
    text = receipt(index, inclusion(STORE.read, index, 11), NOTE, extra)
    assert Receipt.of(text).holds(LEAVES[index], KEYS, ORIGIN)
    assert Receipt.of(text).checkpoint(KEYS, ORIGIN).size == 11


def test_the_only_entry_of_a_log_needs_no_hashes():
    note = signed(Checkpoint(ORIGIN, 1, LEAVES[0]).text(), LOG)
    assert Receipt.of(receipt(0, [], note)).holds(LEAVES[0], KEYS, ORIGIN)


def test_it_holds_for_nothing_else():
    read = Receipt.of(TEXT)
    assert not read.holds(LEAVES[4], KEYS, ORIGIN)
    assert not read.holds(LEAVES[5], KEYS, "example.cn/jishi/2025")
    assert not read.holds(LEAVES[5], [STRANGER.key], ORIGIN)
    assert not read.holds(LEAVES[5], [], ORIGIN)
    assert not Receipt.of(TEXT.replace("index 5", "index 4")).holds(LEAVES[5], KEYS, ORIGIN)


def test_another_office_does_not_replace_the_log():
    text = NOTE.rpartition("\n\n")[0] + "\n"
    only = text + "\n" + OFFICE.cosign(text, 1_700_000_000)
    read = Receipt.of(receipt(5, inclusion(STORE.read, 5, 11), only))
    assert not read.holds(LEAVES[5], [LOG.key, OFFICE.cosigning_key], ORIGIN)
    both = Receipt.of(TEXT + OFFICE.cosign(text, 1_700_000_000))
    assert both.holds(LEAVES[5], [LOG.key, OFFICE.cosigning_key], ORIGIN)
    with pytest.raises(NoteFault, match="not signed"):
        read.checkpoint([OFFICE.cosigning_key], ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 5\n", ""),
        TEXT.replace("index 5", "index 05"),
        TEXT.replace("index 5", "index -5"),
        TEXT.replace("index 5", "index  5"),
        TEXT.replace("index 5", "extra \nindex 5"),
        TEXT.replace("index 5", "extra AQ==\nextra AQ==\nindex 5"),
        TEXT.replace("index 5", "index 5\nAQ=="),
        TEXT.replace("index 5", "index 5\n" + TEXT.split("\n")[2] * 2),
        TEXT.replace("index 5", "index 5" + f"\n{TEXT.split(chr(10))[2]}" * 64),
        "c2sp.org/tlog-proof@v1\n\n" + NOTE,
        TEXT.partition("\n\n")[0],
        TEXT + " " * 2_000_000,
    ],
)
def test_what_is_no_receipt_is_refused(text):
    with pytest.raises(NoteFault):
        Receipt.of(text)


def test_of_1500_receipts_with_something_altered_none_holds():
    chance, held = random.Random(1962), 0
    for _ in range(1500):
        try:
            read = Receipt.of(mutated(TEXT.encode(), chance).decode())
        except ValueError:  # no receipt, or no text
            continue
        held += read.holds(LEAVES[5], KEYS, ORIGIN)
    assert held == 0
