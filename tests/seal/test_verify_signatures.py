"""The verifier's own Ed25519 and notes say what the standard, OpenSSL and the program's own reader say."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest

from tests.seal.test_note import BEHIND_THE_SOFA, EXAMPLE_KEY, LOG, NOTE, OFFICE, TEXT, mutated
from workflow.seal import verify
from workflow.seal.note import Key, NoteFault, Signer, opened, signed

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
STANDARD = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("public", "message", "signature"), STANDARD)
def test_the_signatures_of_the_standard_are_right_and_no_neighbour_is(public, message, signature):
    key, text, sig = (bytes.fromhex(one) for one in (public, message, signature))
    assert verify.is_signed(key, text, sig)
    assert not verify.is_signed(key, text + b"x", sig)
    for bit in range(0, 512, 37):
        assert not verify.is_signed(key, text, flipped(sig, bit))
    assert not verify.is_signed(key, text, sig[:-1])
    assert not verify.is_signed(key[:-1], text, sig)


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


def test_a_signature_whose_scalar_is_not_the_least_is_refused():
    key, _, signature = (bytes.fromhex(one) for one in STANDARD[0])
    scalar = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not verify.is_signed(key, b"", signature[:32] + scalar.to_bytes(32, "little"))


def test_keys_of_small_order_and_keys_in_a_second_writing_are_refused():
    p = verify.P
    eighth = 2707385501144840649318225287225658788936804267575313519463743609750303402022
    for y in (0, 1, p - 1, eighth, p - eighth, p, p + 1, 2**255 - 1, 2):
        for sign in (0, 1 << 255):
            key = (y | sign).to_bytes(32, "little")
            assert not verify.is_signed(key, b"", bytes(64))
            assert not verify.is_signed(key, b"", key + bytes(32))


def test_it_agrees_with_openssl_on_drawn_keys_and_damaged_signatures():
    chance = random.Random(8032)
    right = 0
    for number in range(60):
        signer = Signer.of_secret("a", chance.randbytes(32))
        text = "".join(chance.choices("甲乙丙丁 abc", k=number)) + "\n"
        good = signer._private.sign(text.encode())  # noqa: SLF001 - the bare signature
        for signature in (good, flipped(good, chance.randrange(512)), good[::-1]):
            answer = verify.is_signed(signer.key.public, text.encode(), signature)
            assert answer == signer.key.signed(text, signature)
            right += answer
    assert right == 60


def test_keys_and_checkpoints_are_read_as_specified():
    assert verify.key_of(EXAMPLE_KEY).name == "example.com/foo"
    read = verify.checkpoint_of(BEHIND_THE_SOFA.encode(), [], "here")
    assert (read.origin, read.size, read.signed, read.seen) == ("example.com/behind-the-sofa", 20852163, False, ())
    keys = [verify.key_of(LOG.vkey), verify.key_of(OFFICE.cosigning_key.vkey)]
    both = verify.checkpoint_of((NOTE + OFFICE.cosign(TEXT, 1_700_000_000)).encode(), keys, "here")
    assert both.signed
    assert both.seen == ((OFFICE.name, OFFICE.cosigning_key.id, 1_700_000_000),)


def test_a_cosignature_alone_is_not_the_logs_word():
    only = TEXT + "\n" + OFFICE.cosign(TEXT, 5)
    assert not verify.checkpoint_of(only.encode(), [verify.key_of(OFFICE.cosigning_key.vkey)], "").signed
    late = verify.Key(OFFICE.name, OFFICE.cosigning_key.id, 4, OFFICE.key.public)
    assert not verify.is_by(late, TEXT, b"\xff" * 8 + bytes(64))


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\xff",
        TEXT.encode(),
        NOTE.encode()[:-1],
        NOTE.replace("\n7\n", "\n07\n").encode(),
        NOTE.replace("\n7\n", "\n7\nextension\n").encode(),
        NOTE.replace("CsUYapGG", "CsUY").encode(),
        NOTE.replace("— ", "- ").encode(),
        NOTE.replace("\n7\n", "\n7\t\n").encode(),
        NOTE.replace("jishi/2026\n", "jishi 2026\n").encode(),
        (NOTE + "— a+b AAAAAAA=\n").encode(),
        (NOTE + "— a AAA\n").encode(),
    ],
)
def test_what_is_no_signed_checkpoint_is_refused(note):
    with pytest.raises(verify.Malformed):
        verify.checkpoint_of(note, [verify.key_of(LOG.vkey)], "")


def test_of_1500_altered_checkpoints_none_is_taken_and_both_readers_agree():
    chance = random.Random(1500)
    note = NOTE.encode()
    key, other = verify.key_of(LOG.vkey), Key.of(LOG.vkey)
    taken = 0
    for _ in range(1500):
        bad = mutated(note, chance)
        try:
            mine = verify.checkpoint_of(bad, [key], "").signed
        except verify.Malformed:
            mine = False
        try:
            theirs = bool(opened(bad, [other]).by)
        except NoteFault:
            theirs = False
        assert mine == theirs
        taken += mine
    assert taken == 0


def test_what_another_key_of_the_same_name_signed_is_seen_to_be_strange():
    stranger = Signer.of_secret(LOG.name, sha256(b"another").digest())
    read = verify.checkpoint_of(signed(TEXT, stranger).encode(), [verify.key_of(LOG.vkey)], "")
    assert not read.signed
    assert verify.checkpoint_of(NOTE.encode(), [verify.key_of(LOG.vkey)], "").signed
