"""Signed notes (C2SP signed-note): a text, an empty line, and lines of signatures, each under a key's name and id.

Two types of signatures: Ed25519 over the text (0x01), with which a log signs its checkpoints, and Ed25519 over the text
and a time (0x04, C2SP tlog-cosignature), with which another office says that it has checked and seen a checkpoint.
Notes are text in UTF-8; what is malformed is refused, never mended.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE = 0x01  # Ed25519 over the text
COSIGNATURE = 0x04  # Ed25519 over the text and the time at which a checkpoint was seen
DASH = "\N{EM DASH} "
PRIVATE = "PRIVATE+KEY"
COSIGNED = "cosignature/v1\n"
MOST_LINES = 100  # signatures of a note; the format asks for at least 16
MOST_CHARACTERS = 1_000_000
KEY_BYTES = 32
ID_BYTES = 4
TIME_BYTES = 8
SIGNATURE_BYTES = 64
LATEST = 2**63 - 1  # seconds since 1970, the largest that the format knows
_P = 2**255 - 19
_Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022  # of the points of order eight
_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})  # under such keys a signature can fit any text


class NoteFault(ValueError):  # noqa: N818 - errors are named as facts
    """A text is no signed note, no key, no signature, or a signature under a known key is wrong."""


class WrongSignature(NoteFault):
    """A line claims to be by a known key and is not: the whole note is refused."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under which signatures are checked: a name, a type of signatures, 32 bytes."""

    name: str
    kind: int
    public: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name that notes cannot carry, a type that is not known, and bytes that are no sound key."""
        _check_name(self.name)
        if self.kind not in (SIGNATURE, COSIGNATURE):
            raise NoteFault(f"signatures of type {self.kind:#04x} are not known here")
        number = int.from_bytes(self.public, "little") & (2**255 - 1)
        if len(self.public) != KEY_BYTES or number >= _P or number in _SMALL_ORDER:
            raise NoteFault(f"the key of {self.name} is no sound Ed25519 key")

    @classmethod
    def of(cls, vkey: str) -> Key:
        """Return the key that a verifier key (``name+id+base64``) writes; raises NoteFault."""
        name, key_id, material = _three(vkey.removesuffix("\n"), "a verifier key")
        key = cls(name, material[0], material[1:])
        if key_id != key.id.hex():
            raise NoteFault(f"the id of the key of {name} is {key.id.hex()}, not {key_id}")
        return key

    @property
    def id(self) -> bytes:
        """Return the four bytes that, with the name, say by which key a line is signed."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    @property
    def vkey(self) -> str:
        """Return the text in which the key is handed to whoever checks."""
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    def signed(self, text: str, signature: bytes) -> bool:
        """Tell whether a signature (of a cosignature: eight bytes of time before it) is of this key and text."""
        message = text
        if self.kind == COSIGNATURE:
            time, signature = int.from_bytes(signature[:TIME_BYTES], "big"), signature[TIME_BYTES:]
            if time > LATEST:
                return False
            message = _with_time(text, time)
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name. Its text is a secret; whoever has it signs in that name."""

    name: str
    secret: bytes = field(repr=False)

    @classmethod
    def make(cls, name: str) -> Signer:
        """Return a new key; raises NoteFault for a name that notes cannot carry."""
        return cls.of_secret(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def of_secret(cls, name: str, secret: bytes) -> Signer:
        """Return the signer whose private key (RFC 8032) these 32 bytes are."""
        _check_name(name)
        if len(secret) != KEY_BYTES:
            raise NoteFault(f"a private key has {KEY_BYTES} bytes, not {len(secret)}")
        return cls(name, secret)

    @classmethod
    def of(cls, text: str) -> Signer:
        """Return the signer that a kept text (``PRIVATE+KEY+name+id+base64``) writes; raises NoteFault."""
        head, _, rest = text.removesuffix("\n").partition(f"{PRIVATE}+")
        name, key_id, material = _three(rest, "a private key")
        if head or material[0] != SIGNATURE:
            raise NoteFault("this is no private key of the kind that is made here")
        signer = cls.of_secret(name, material[1:])
        if key_id != signer.key.id.hex():
            raise NoteFault(f"the private key of {name} does not fit its id")
        return signer

    @property
    def text(self) -> str:
        """Return the private key as it is kept."""
        return f"{PRIVATE}+{self.name}+{self.key.id.hex()}+{encoded(bytes([SIGNATURE]) + self.secret)}"

    @property
    def key(self) -> Key:
        """Return the public key of its signatures."""
        return Key(self.name, SIGNATURE, self._private.public_key().public_bytes_raw())

    @property
    def cosigning_key(self) -> Key:
        """Return the public key of its cosignatures: the same bytes under another id."""
        return Key(self.name, COSIGNATURE, self._private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """Return the verifier key of its signatures."""
        return self.key.vkey

    def sign(self, text: str) -> str:
        """Return the line that signs a text, to be set at the end of a note.

        Raises NoteFault for what no note can hold, and for a text that could be taken for a cosignature's.
        """
        _check_text(text)
        if text.startswith(COSIGNED):
            raise NoteFault("a text that begins like a cosignature is signed by none")
        return _line(self.key, self._private.sign(text.encode()))

    def cosign(self, text: str, at: int) -> str:
        """Return the line that says: checked and seen ``at`` (seconds since 1970); to be set at the end of the note."""
        _check_text(text)
        if not 0 <= at <= LATEST:
            raise NoteFault(f"{at} is no time")
        signature = self._private.sign(_with_time(text, at).encode())
        return _line(self.cosigning_key, at.to_bytes(TIME_BYTES, "big") + signature)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a note, by whomever: the name and id of a key, and what that key signed with."""

    name: str
    id: bytes
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A note that was read: its text, which of the known keys signed it rightly, and all its lines."""

    text: str
    by: tuple[Key, ...]
    lines: tuple[Line, ...]

    def seen_at(self, key: Key) -> int | None:
        """Return when a cosigner says to have seen the text, in seconds since 1970, of several times the first."""
        if key not in self.by or key.kind != COSIGNATURE:
            return None
        of_key = (line.signature for line in self.lines if (line.name, line.id) == (key.name, key.id))
        return min(int.from_bytes(signature[:TIME_BYTES], "big") for signature in of_key)


def signed(text: str, *signers: Signer) -> str:
    """Return the note of a text, signed; raises NoteFault for what no note can hold."""
    _check_text(text)
    if not signers:
        raise NoteFault("a note is signed by at least one key")
    return text + "\n" + "".join(signer.sign(text) for signer in signers)


def opened(note: str | bytes, keys: Iterable[Key]) -> Opened:
    """Return what a note says and which of ``keys`` say it; lines under other keys are passed over.

    Raises NoteFault for what is no note, and WrongSignature if a line under one of the keys is wrong. A note that none
    of them signed is returned with nobody in ``by``: its text must not be believed.
    """
    text, lines = _parted(note)
    known = {(key.name, key.id): key for key in keys}
    by: dict[Key, None] = {}
    for line in lines:
        key = known.get((line.name, line.id))
        if key is None:
            continue
        if not key.signed(text, line.signature):
            raise WrongSignature(f"the signature of {key.name} is wrong")
        by[key] = None
    return Opened(text, tuple(by), lines)


def encoded(data: bytes) -> str:
    """Return bytes in base64 (RFC 4648, section 4)."""
    return b64encode(data).decode()


def decoded(text: str) -> bytes:
    """Return the bytes that base64 writes; raises NoteFault for any but the one right way of writing them."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or encoded(data) != text:
        raise NoteFault(f"no base64: {text[:60]!r}")
    return data


def _parted(note: str | bytes) -> tuple[str, tuple[Line, ...]]:
    """Return the text of a note and its lines of signatures."""
    if len(note) > MOST_CHARACTERS:
        raise NoteFault(f"a note has at most {MOST_CHARACTERS} characters")
    try:
        whole = note.decode() if isinstance(note, bytes) else note
    except UnicodeDecodeError as error:
        raise NoteFault("a note is text in UTF-8") from error
    text, empty, lines = whole.rpartition("\n\n")
    if not empty or not lines.endswith("\n"):
        raise NoteFault("a note is a text, an empty line and lines of signatures")
    _check_text(whole)
    each = lines[:-1].split("\n")
    if len(each) > MOST_LINES:
        raise NoteFault(f"a note has at most {MOST_LINES} signatures")
    return f"{text}\n", tuple(map(_read_line, each))


def _read_line(line: str) -> Line:
    name, space, signature = line.removeprefix(DASH).partition(" ")
    if not (line.startswith(DASH) and space):
        raise NoteFault(f"no line of a signature: {line[:60]!r}")
    _check_name(name)
    data = decoded(signature)
    if len(data) <= ID_BYTES:
        raise NoteFault(f"the signature of {name} is too short")
    return Line(name, data[:ID_BYTES], data[ID_BYTES:])


def _line(key: Key, signature: bytes) -> str:
    return f"{DASH}{key.name} {encoded(key.id + signature)}\n"


def _with_time(text: str, at: int) -> str:
    """Return what a cosigner signs."""
    return f"{COSIGNED}time {at}\n{text}"


def _three(text: str, what: str) -> tuple[str, str, bytes]:
    """Return name, id and material of a written key."""
    parts: Sequence[str] = text.split("+", 2)
    try:
        name, key_id, material = parts
    except ValueError:
        raise NoteFault(f"{what} has three parts, joined by plus signs") from None
    return name, key_id, decoded(material)


def _check_name(name: str) -> None:
    if not name or "+" in name or any(mark.isspace() or mark < " " for mark in name):
        raise NoteFault(f"no name of a key: {name[:60]!r}")
    _check_encodable(name)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(mark < " " and mark != "\n" for mark in text):
        raise NoteFault("the text of a note ends with a newline and holds no other control character")
    _check_encodable(text)


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NoteFault("a lone surrogate is no text") from error
