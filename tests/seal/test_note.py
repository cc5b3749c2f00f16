"""A note is what C2SP signed-note says it is, its signatures those of RFC 8032, and nothing near it passes for one."""

from __future__ import annotations

import random
from base64 import b64decode, b64encode

import pytest

from workflow.seal.checkpoint import Checkpoint
from workflow.seal.merkle import EMPTY_ROOT
from workflow.seal.note import COSIGNATURE, SIGNATURE, Key, NoteFault, Signer, WrongSignature, opened, signed

# The examples of the specifications, c2sp.org/signed-note and c2sp.org/tlog-cosignature.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n"
    "\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
BEHIND_THE_SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
# RFC 8032, section 7.1, test 1: the secret, the public key and the signature of the empty message.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

LOG = Signer.of_secret("example.cn/jishi/2026", SECRET)
OFFICE = Signer.of_secret("example.cn/office", bytes(range(32)))
TEXT = "example.cn/jishi/2026\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
NOTE = signed(TEXT, LOG)


def test_the_example_of_the_specification_opens():
    key = Key.of(EXAMPLE_KEY)
    note = opened(EXAMPLE, [key])
    assert note.text == "This is an example message.\n"
    assert note.by == (key,)
    assert opened(EXAMPLE.encode(), [key]) == note
    assert key.vkey == EXAMPLE_KEY
    assert note.seen_at(key) is None


def test_the_checkpoint_of_the_specification_is_read_with_a_time_nobody_here_vouches_for():
    note = opened(BEHIND_THE_SOFA, [])
    assert note.by == ()
    read = Checkpoint.of(note.text)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.text() == note.text
    assert int.from_bytes(note.lines[1].signature[:8], "big") == 1679315147


def test_the_key_of_the_standard_is_derived_and_named():
    assert LOG.key.public.hex() == PUBLIC
    assert Key.of(LOG.vkey) == LOG.key
    assert Signer.of(LOG.text) == LOG
    assert Signer.of(f"{LOG.text}\n").key.vkey == Key.of(f"{LOG.vkey}\n").vkey


def test_a_new_key_signs_and_is_nobody_elses():
    one, other = Signer.make("甲/日志"), Signer.make("甲/日志")
    note = signed("一\n\n二\n", one)
    assert opened(note, [one.key]).text == "一\n\n二\n"
    assert opened(note, [one.key, other.key, LOG.key]).by == (one.key,)
    assert opened(note, [other.key]).by == ()


def test_a_secret_is_not_shown():
    assert SECRET.hex() not in repr(LOG)
    assert repr(SECRET) not in repr(LOG)


def test_another_office_signs_with_the_time_at_which_it_saw_the_checkpoint():
    note = NOTE + OFFICE.cosign(TEXT, 1_700_000_000) + OFFICE.cosign(TEXT, 1_600_000_000)
    read = opened(note, [LOG.key, OFFICE.cosigning_key])
    assert read.by == (LOG.key, OFFICE.cosigning_key)
    assert read.seen_at(OFFICE.cosigning_key) == 1_600_000_000
    assert read.seen_at(LOG.key) is None
    assert opened(NOTE, [OFFICE.cosigning_key]).seen_at(OFFICE.cosigning_key) is None
    assert Key.of(OFFICE.cosigning_key.vkey) == OFFICE.cosigning_key


def test_a_cosignature_is_over_the_words_of_the_specification():
    line = b64decode(OFFICE.cosign(TEXT, 1679315147).split(" ")[2])
    message = f"cosignature/v1\ntime 1679315147\n{TEXT}"
    assert line[4:12] == (1679315147).to_bytes(8, "big")
    assert OFFICE.key.signed(message, line[12:])


def test_a_time_cannot_be_exchanged():
    line = OFFICE.cosign(TEXT, 1_600_000_000)
    data = bytearray(b64decode(line.split(" ")[2]))
    data[11] ^= 1
    moved = f"— {OFFICE.name} {b64encode(bytes(data)).decode()}\n"
    with pytest.raises(WrongSignature):
        opened(NOTE + moved, [LOG.key, OFFICE.cosigning_key])


def test_a_time_beyond_the_format_is_wrong():
    assert not OFFICE.cosigning_key.signed(TEXT, b"\xff" * 8 + bytes(64))
    with pytest.raises(NoteFault, match="no time"):
        OFFICE.cosign(TEXT, -1)


def test_one_wrong_line_under_a_known_key_refuses_the_note():
    wrong = signed("example.cn/jishi/2026\n8\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", LOG).rpartition("\n\n")[
        2
    ]
    with pytest.raises(WrongSignature, match="signature of example"):
        opened(NOTE + wrong, [LOG.key])
    short = f"— {LOG.name} {b64encode(LOG.key.id + bytes(63)).decode()}\n"
    with pytest.raises(WrongSignature):
        opened(NOTE + short, [LOG.key])


def test_a_signature_is_of_its_type():
    # The same public key cosigns under another id; a plain signature must not pass there, nor the other way round.
    assert LOG.key.id != LOG.cosigning_key.id
    plain = b64decode(LOG.sign(TEXT).split(" ")[2])[4:]
    assert LOG.key.signed(TEXT, plain)
    assert not LOG.cosigning_key.signed(TEXT, bytes(8) + plain)
    with pytest.raises(NoteFault, match="like a cosignature"):
        LOG.sign("cosignature/v1\ntime 1\nx\n")


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        f"{TEXT}\n",
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("—", "-"),
        NOTE.replace("— ", "—"),
        NOTE.replace("— ", "—  "),
        NOTE.replace("jishi/2026 ", "jishi/2026"),
        NOTE.replace("= \n", "\n").replace("jishi", "ji+shi"),
        NOTE.replace("\n7\n", "\n7\r\n"),
        NOTE.replace("\n7\n", "\n\t7\n"),
        NOTE + "\n",
        NOTE + "— a \n",
        NOTE + "— a AAAA\n",
        NOTE + "— a AAAAAA==\n",
        NOTE + "— a AAAAAAA\n",
        NOTE + "— a AAAA AAAA\n",
        NOTE + "— a AAAAAAB=\n",
        NOTE + "— a é\n",
        NOTE + "— b\u3000c AAAAAAA=\n",
        NOTE + "— a AAAAAAA=\n" * 100,
        NOTE.replace("7", "\ud800"),
        NOTE.encode()[:40] + b"\xff" + NOTE.encode()[40:],
        "一" * 1_000_001 + NOTE,
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(NoteFault) as refused:
        opened(note, [LOG.key])
    assert not isinstance(refused.value, WrongSignature)


def test_a_hundred_signatures_are_read():
    assert len(opened(NOTE + "— a AAAAAAA=\n" * 99, [LOG.key]).lines) == 100


@pytest.mark.parametrize("text", ["", "no end", "a\tb\n", "a\r\n", "\x00\n", "\ud800\n"])
def test_what_no_note_can_hold_is_not_signed(text):
    with pytest.raises(NoteFault):
        signed(text, LOG)
    with pytest.raises(NoteFault):
        OFFICE.cosign(text, 1)


def test_an_unsigned_note_is_not_made():
    with pytest.raises(NoteFault, match="at least one"):
        signed(TEXT)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x01", "\ud800"])
def test_a_name_that_notes_cannot_carry_is_refused(name):
    with pytest.raises(NoteFault):
        Signer.make(name)
    with pytest.raises(NoteFault):
        Key(name, SIGNATURE, LOG.key.public)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("foo", "bar"),
        EXAMPLE_KEY[:-4],
        EXAMPLE_KEY + "AAAA",
        EXAMPLE_KEY + "\n\n",
        "example.com/foo+530d903a+" + b64encode(b"\x02" + bytes(32)).decode(),
        " " + EXAMPLE_KEY,
    ],
)
def test_what_is_no_verifier_key_is_refused(vkey):
    with pytest.raises(NoteFault):
        Key.of(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "",
        LOG.vkey,
        LOG.text[1:],
        "x" + LOG.text,
        LOG.text[:-4],
        LOG.text.replace(LOG.key.id.hex(), "00000000"),
        f"PRIVATE+KEY+a+00000000+{b64encode(bytes([COSIGNATURE]) + SECRET).decode()}",
    ],
)
def test_what_is_no_private_key_is_refused(text):
    with pytest.raises(NoteFault):
        Signer.of(text)


def test_keys_of_small_order_are_refused():
    """Under them a signature fits texts it was never made for. There are five such second coordinates modulo p."""
    from workflow.seal import note  # noqa: PLC0415 - the constant itself is what is examined

    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    for y in note._SMALL_ORDER:  # noqa: SLF001 - the same
        second, reached = y, []
        for _ in range(3):  # y of the double of a point, of which only x squared is needed
            x2 = (second**2 - 1) * pow(d * second**2 + 1, -1, p) % p
            second = (second**2 + x2) * pow(2 - second**2 + x2, -1, p) % p
            reached.append(second)
        assert reached[-1] == 1, "eight times the point is not neutral"
        for sign in (0, 1 << 255):
            with pytest.raises(NoteFault, match="no sound"):
                Key("a", SIGNATURE, (y | sign).to_bytes(32, "little"))
    assert len(note._SMALL_ORDER) == 5  # noqa: SLF001 - the same
    for beyond in (p, p + 1, p + 3, 2**255 - 1):
        with pytest.raises(NoteFault, match="no sound"):
            Key("a", SIGNATURE, beyond.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        TEXT[:-1],
        TEXT + "an extension\n",
        TEXT + "\n",
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n+7\n"),
        TEXT.replace("\n7\n", "\n-7\n"),
        TEXT.replace("\n7\n", "\n٧\n"),
        TEXT.replace("\n7\n", "\n 7\n"),
        TEXT.replace("\n7\n", f"\n{2**63}\n"),
        TEXT.replace("\n7\n", f"\n{10**19}\n"),
        TEXT.replace("example", "exam ple"),
        TEXT.replace("example", "exam+ple"),
        TEXT.replace("example.cn/jishi/2026", ""),
        TEXT.replace("CsUYapGG", "CsUY"),
        TEXT.replace("=", ""),
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteFault):
        Checkpoint.of(text)


def test_the_checkpoint_of_an_empty_log_is_written_and_read():
    empty = Checkpoint("example.cn/jishi/2026", 0, EMPTY_ROOT)
    assert Checkpoint.of(empty.text()) == empty
    with pytest.raises(NoteFault, match="-1 entries"):
        Checkpoint("a", -1, EMPTY_ROOT)


def test_of_1500_notes_with_something_altered_none_is_accepted():
    chance = random.Random(2026)
    note = (NOTE + OFFICE.cosign(TEXT, 1_700_000_000)).encode()
    keys = [LOG.key, OFFICE.cosigning_key]
    expected = opened(note, keys)
    accepted = 0
    for _ in range(1500):
        bad = mutated(note, chance)
        try:
            read = opened(bad, keys)
        except NoteFault:
            continue
        # What is left may be a note that fewer keys sign; under each of those its text must be the true one.
        accepted += bool(read.by) and read.text != expected.text
        accepted += set(read.by) == set(keys)
    assert accepted == 0


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return other bytes than ``data``: a bit flipped, a byte taken out, doubled or exchanged, the end cut off."""
    at, other = chance.randrange(len(data)), data
    while other == data:
        match chance.randrange(5):
            case 0:
                other = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
            case 1:
                other = data[:at] + data[at + 1 :]
            case 2:
                other = data[:at] + data[at : at + 1] + data[at:]
            case 3:
                other = data[:at] + chance.randbytes(1) + data[at + 1 :]
            case _:
                other = data[:at]
    return other
