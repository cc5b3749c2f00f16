#!/usr/bin/env python3
"""Check an export of a sealed log (核验封存记录的导出件).

    python3 verify.py EXPORT/ --key KEY --checkpoint MINE.note [--countersigner KEY] [--origin NAME] [--part] [--json]

One file, Python 3.9 or newer, its standard library and nothing else: no network, no database, no other program. It
trusts two things that you bring along: the public key of the log, and a checkpoint that you kept yourself or had from
another office. Everything in the export is doubted, the key and the checkpoints in it included.

    0  good: all of it is what your checkpoint vouches for, and agrees with itself
    1  altered: the first bad entry, its case, and the time between which it happened
    2  undecided, and why: entries behind your checkpoint, no checkpoint at all, a wrong key, files that cannot be read

Part of Jishi; it imports nothing of it. The formats: docs/seal.md. Entries are counted from 0, as in the tree.
"""

from __future__ import annotations

import argparse
import base64
import gc
import json
import re
import struct
import sys
import tempfile
from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache, partial
from hashlib import sha256, sha512
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

GOOD, ALTERED, UNDECIDED = 0, 1, 2
FORMAT = 1  # of exports and of entries
ORIGIN_OF_A_CASE = "0" * 64  # what the first entry of a case names as the one before it
EMPTY_ROOT = sha256(b"").digest()
RECORDS = 1024  # read back at a time
TELL_EVERY = 1000  # blocks, and checkpoints: how far the check has come
LONGEST = 1 << 20  # bytes of a line or of a note
SHOWN = 100  # letters of a name that nobody vouches for, and how many such names of a note
BLOCK = 1 << 17  # bytes read at a time
PART_BYTES = 128 << 20  # of entries, whose cases are held in memory at once
MOST_PARTS = 64
WITHHELD = b"#"  # a line that is not the entry but its hash
REPEATED = (  # what the columns of the database repeat of an entry's bytes
    "case", "n", "prev", "kind", "at", "by", "org", "step", "outcome", "on", "supersedes", "for", "confirmed",
    "confirmed_in", "batch",
)  # fmt: skip


NEEDED = ("entries.jsonl", "columns.jsonl", "cases.jsonl", "states.json")
SELF_EVIDENT = frozenset({"entries.jsonl", "columns.jsonl"})  # every byte of them that matters is examined


class Undecided(Exception):  # noqa: N818 - what ends the check without a verdict
    """The check cannot go on; said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        """Take the reason."""
        super().__init__(en)
        self.zh, self.en = zh, en


# --- Ed25519, RFC 8032 ------------------------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the base point
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended coordinates: x = X/Z, y = Y/Z, T = XY/Z
NEUTRAL: Point = (0, 1, 1, 0)


def added(one: Point, other: Point) -> Point:
    """Return the sum of two points."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_of(data: bytes) -> Point | None:
    """Return the point that 32 bytes write in the one right way; None: they write none."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if len(data) != 32 or y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def bytes_of(point: Point) -> bytes:
    """Return how a point is written."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_of_small_order(point: Point) -> bool:
    """Tell whether eight times the point is neutral: under such a key a signature can fit any text."""
    for _ in range(3):
        point = added(point, point)
    return point[0] % P == 0 and point[1] % P == point[2] % P


@lru_cache(maxsize=16)
def multiples(data: bytes) -> list[list[Point]]:
    """Return 0 to 15 times 16^i times a point, for i from 0 to 63: with it a product is 64 sums."""
    point = BASE if data == b"" else point_of(data)
    if point is None or is_of_small_order(point):
        raise ValueError("no sound key")
    table = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(added(row[-1], point))
        table.append(row)
        point = added(row[-1], point)
    return table


BASE_Y = 4 * pow(5, -1, P) % P
BASE: Point = point_of(BASE_Y.to_bytes(32, "little")) or NEUTRAL


def times(number: int, table: list[list[Point]]) -> Point:
    """Return a multiple of the point that a table is of."""
    total = NEUTRAL
    for row in table:
        total = added(total, row[number & 15])
        number >>= 4
    return total


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is of this key and message, in the strict reading; never raises on what is no key."""
    if len(signature) != 64 or len(public) != 32:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    try:
        of_key = multiples(public)
    except ValueError:
        return False
    return bytes_of(added(times(scalar, multiples(b"")), times(ORDER - challenge, of_key))) == signature[:32]


# --- Notes and checkpoints, C2SP --------------------------------------------------------------------------------------


class Key(NamedTuple):
    """A key that the auditor brings: name, id, type of signatures (1: the log's, 4: another office's), bytes."""

    name: str
    id: bytes
    kind: int
    public: bytes


class Checkpoint(NamedTuple):
    """What a note says of a log: which, how many entries, the root; where it stood, and who signed it when."""

    origin: str
    size: int
    root: bytes
    place: str
    signed: bool  # under a key of the log that the auditor knows
    seen: tuple[tuple[str, bytes, int], ...]  # by which other offices, under which key, and when, in seconds since 1970
    unknown: tuple[str, ...]  # under whose names other lines stand, of which nothing is known


class Malformed(ValueError):  # noqa: N818 - what a text is
    """A text is no key, no note, no checkpoint; or a signature under a known key is wrong."""


def unbase64(text: str) -> bytes:
    """Return the bytes that base64 writes in the one right way."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise Malformed(f"no base64: {text[:40]!r}")
    return data


def key_of(vkey: str) -> Key:
    """Return the key that a line ``name+id+base64`` writes."""
    parts = vkey.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise Malformed("a key is written name+id+base64")
    material = unbase64(parts[2])
    kind, public = material[0], material[1:]
    of_name = sha256(parts[0].encode() + b"\n" + material).digest()[:4]
    if kind not in (1, 4) or of_name.hex() != parts[1]:
        raise Malformed("the key is of another type, or does not fit its id")
    try:
        multiples(public)
    except ValueError:
        raise Malformed("no sound Ed25519 key") from None
    return Key(parts[0], of_name, kind, public)


def is_name(text: str) -> bool:
    """Tell whether a key or a log can be named so."""
    return bool(text) and "+" not in text and not any(mark.isspace() or mark < " " for mark in text)


def is_by(key: Key, text: str, signature: bytes) -> bool:
    """Tell whether a signature of a note is by a key."""
    message = text.encode()
    if key.kind == 4:
        time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        if time >= 1 << 63:
            return False
        message = b"cosignature/v1\ntime %d\n" % time + message
    return is_signed(key.public, message, signature)


def checkpoint_of(note: bytes, keys: Iterable[Key], place: str) -> Checkpoint:
    """Return the checkpoint that a note holds; raises Malformed if it is none or a known key did not sign its line."""
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise Malformed("no text in UTF-8") from None
    text, empty, lines = whole.rpartition("\n\n")
    if not empty or not lines.endswith("\n") or any(mark < " " and mark != "\n" for mark in whole):
        raise Malformed("no signed note")
    text += "\n"
    head = text.split("\n")
    if len(head) != 4 or not is_name(head[0]) or not re.fullmatch("0|[1-9][0-9]{0,18}", head[1], re.ASCII):
        raise Malformed("no checkpoint")
    root = unbase64(head[2])
    if len(root) != 32:
        raise Malformed("a root has 32 bytes")
    return Checkpoint(head[0], int(head[1]), root, place, *signatures(text, lines[:-1].split("\n"), keys))


def signatures(
    text: str, lines: list[str], keys: Iterable[Key]
) -> tuple[bool, tuple[tuple[str, bytes, int], ...], tuple[str, ...]]:
    """Return whether a key of the log signed, which other offices under which key when, who else is said to have."""
    known = {(key.name, key.id): key for key in keys}
    signed, seen, unknown = False, [], []
    for line in lines:
        found = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)
        if found is None or not is_name(found[1]):
            raise Malformed("no line of a signature")
        data = unbase64(found[2])
        key = known.get((found[1], data[:4]))
        if key is not None and not is_by(key, text, data[4:]):
            raise Malformed(f"the signature of {key.name} is wrong")
        if key is None:
            unknown.append(found[1][:SHOWN])
        elif key.kind == 1:
            signed = True
        else:
            seen.append((key.name, key.id, int.from_bytes(data[4:12], "big")))
    return signed, tuple(seen), tuple(unknown[:SHOWN])


# --- The tree, RFC 6962 -----------------------------------------------------------------------------------------------


class Tree:
    """A growing tree of which only the edge is held, and the roots at the sizes that were asked for."""

    def __init__(self, wanted: Iterable[int]) -> None:
        """Take the sizes at which the root is wanted."""
        self.size = 0
        self.edge: list[bytes | None] = []  # by height: the node that waits for the one to its right
        self.roots: dict[int, bytes] = {}
        self._wanted = sorted(set(wanted), reverse=True)
        self._keep()

    def grow(self, leaves: list[bytes]) -> None:
        """Add leaf hashes, in their order."""
        end = self.size + len(leaves)
        while self._wanted and self._wanted[-1] < end:
            step = self._wanted[-1] - self.size
            self._add(leaves[:step])
            leaves = leaves[step:]
        self._add(leaves)

    def root(self) -> bytes:
        """Return the root as it stands."""
        root = b""
        for node in self.edge:
            if node is not None:
                root = sha256(b"\1" + node + root).digest() if root else node
        return root or EMPTY_ROOT

    def _add(self, nodes: list[bytes]) -> None:
        """Add leaves, a level after the other: of each level all pairs at once, and one left over waits."""
        self.size += len(nodes)
        hashed, height = sha256, 0
        while nodes:
            if height == len(self.edge):
                self.edge.append(None)
            waiting = self.edge[height]
            if waiting is not None:
                nodes = [waiting, *nodes]
            self.edge[height] = nodes[-1] if len(nodes) & 1 else None
            pairs = iter(nodes)
            nodes = [hashed(b"\1" + left + right).digest() for left, right in zip(pairs, pairs)]
            height += 1
        self._keep()

    def _keep(self) -> None:
        while self._wanted and self._wanted[-1] == self.size:
            self.roots[self._wanted.pop()] = self.root()


def leaf_hashes(lines: list[bytes]) -> list[bytes]:
    """Return the leaf hash of each line: that of its bytes, or the one that stands there in their place."""
    hashed, withheld = sha256, WITHHELD
    return [
        given_hash(line) if line[:1] == withheld else hashed(b"\0" + line).digest() for line in lines
    ]  # fmt: skip


def given_hash(line: bytes) -> bytes:
    """Return the hash that a line gives instead of an entry; of a line that gives none, the hash of the line."""
    if re.fullmatch(b"#[0-9a-f]{64}", line):
        return unhexlify(line[1:])
    return sha256(b"\0" + line).digest()


# --- Reading ----------------------------------------------------------------------------------------------------------


def no_such_number(text: str) -> None:
    """Refuse fractions, infinities and what is not a number: nothing here is written with them."""
    raise ValueError(f"no whole number: {text}")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object none of whose keys is written twice: of two, one reader takes the first, another the last."""
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key is written twice")
    return read


DECODER = json.JSONDecoder(parse_float=no_such_number, parse_constant=no_such_number)
ROWS = json.JSONDecoder(parse_float=no_such_number, parse_constant=no_such_number, object_pairs_hook=once)
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def read_object(line: bytes) -> dict[str, Any] | None:
    """Return the object that a line writes and nothing beside it; None: it writes none."""
    try:
        text = line.decode()
        read, end = ROWS.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return read if type(read) is dict and end == len(text) else None


def batches(file: BinaryIO, name: str) -> Iterator[list[bytes]]:
    """Yield the lines of a file, some at a time, without their ends."""
    rest = b""
    for block in iter(partial(file.read, BLOCK), b""):
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if len(rest) >= LONGEST:
            raise Undecided(f"{name}有一行过长，无法读取", f"a line of {name} is too long to be read")
        yield lines
    if rest:
        yield [rest]


class Rows:
    """The lines of a file that goes along with another; ``line`` is the next one, None at the end.

    A file that is not there has no lines.
    """

    def __init__(self, path: Path) -> None:
        """Open the file and read its first line."""
        self._lines = self._read(path)
        self.line = next(self._lines, None)

    def step(self) -> None:
        """Go to the next line."""
        self.line = next(self._lines, None)

    def each(self) -> Iterator[dict[str, Any]]:
        """Yield what all the lines say; of one that cannot be read, nothing."""
        while self.line is not None:
            yield read_object(self.line) or {}
            self.step()

    def _read(self, path: Path) -> Iterator[bytes]:
        if path.is_file():
            with path.open("rb") as file:
                for batch in batches(file, path.name):
                    yield from batch


def place_of(row: dict[str, Any]) -> int:
    """Return the entry that a row says it belongs to; -1: none."""
    seq = row.get("seq")
    return seq if type(seq) is int else -1


# How a value is written in canonical form. What is not written so is read the long way, and comes to the same.
VALUE = re.compile(rb'\{"field":"([^"\\]*)","salt":"([0-9a-f]{64})","seq":(0|[1-9][0-9]{0,15}),"value":(.*)\}')


class Values(Rows):
    """The values kept apart, each read once: the entry to which the next one says it belongs, and its field."""

    def __init__(self, path: Path) -> None:
        """Open the file and read its first line."""
        super().__init__(path)
        self._read_line()

    def step(self) -> None:
        """Go to the next value."""
        super().step()
        self._read_line()

    def _read_line(self) -> None:
        """Read where a value belongs; behind the last one stands a place that no entry has."""
        self.seq, self.field, self.written = EARLIER, None, None
        if self.line is None:
            return
        found = VALUE.fullmatch(self.line)
        if found:
            name, salt, place, written = found.groups()
            self.seq, self.field = int(place), name.decode("utf-8", "replace")
            self.written = unhexlify(salt), written
        else:
            row = read_object(self.line) or {}
            self.seq, self.field = place_of(row), row.get("field")

    def fits(self, promised: Any) -> bool:
        """Tell whether the value and its salt are those to which an entry is committed."""
        if self.written and is_committed(*self.written, promised):
            return True
        return fits(read_object(self.line or b"") or {}, promised)


# --- What is found ----------------------------------------------------------------------------------------------------


class Fault(NamedTuple):
    """Something that is not as it was recorded: a code, both texts, the entry and the case if they are known."""

    kind: str
    zh: str
    en: str
    seq: int | None = None
    case: str | None = None


class Findings:
    """What was found: of every kind of fault the first and how many; what keeps the check from a verdict; figures."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.first: dict[str, Fault] = {}
        self.count: dict[str, int] = {}
        self.reasons: dict[str, tuple[str, str]] = {}
        self.facts: dict[str, Any] = {}

    def fault(self, kind: str, zh: str, en: str, seq: int | None = None, case: str | None = None) -> None:
        """Note a fault; the one of the lowest entry stands for its kind."""
        self.count[kind] = self.count.get(kind, 0) + 1
        known = self.first.get(kind)
        if known is None or (seq is not None and (known.seq is None or seq < known.seq)):
            self.first[kind] = Fault(kind, zh, en, seq, case)

    def reason(self, kind: str, zh: str, en: str) -> None:
        """Note why no verdict can be given."""
        self.reasons.setdefault(kind, (zh, en))

    def first_bad(self) -> Fault | None:
        """Return the fault of the lowest entry that is known to be bad."""
        placed = [fault for fault in self.first.values() if fault.seq is not None]
        return min(placed, key=lambda fault: fault.seq or 0, default=None)

    def code(self) -> int:
        """Return the exit code."""
        return ALTERED if self.first else UNDECIDED if self.reasons else GOOD


# --- Entries: columns and values against the bytes --------------------------------------------------------------------


def differing(body: dict[str, Any], columns: dict[str, Any]) -> list[str]:
    """Return which columns say something else than the bytes; of whole numbers, also if another type says it."""
    pairs = [(key, body.get(key), columns.get(key)) for key in (*REPEATED, "hash")]
    return [key for key, said, stands in pairs if said != stands or type(said) is not type(stands)]


@lru_cache(maxsize=256)
def form_of_columns(keys: tuple[str, ...]) -> tuple[list[str], Callable[[dict[str, Any]], tuple[Any, ...]], list[int]]:
    """Return how columns of an entry with these keys are written in canonical form.

    That is: pieces of the line, of which every second is to be filled in; what takes the values out of the entry; and
    which of the values are whole numbers.
    """
    whole = ("n", "seq", "supersedes")
    pieces, there = ["{"], []
    for name in sorted((*REPEATED, "hash", "seq")):
        if name not in keys:
            pieces[-1] += f'"{name}":null,'
        else:
            mark = "" if name in whole else '"'
            pieces[-1] += f'"{name}":{mark}'
            pieces += ["", f"{mark},"]
            there.append(name)
    pieces[-1] = pieces[-1][:-1] + "}"
    return pieces, itemgetter(*there), [there.index(name) for name in whole if name in keys]


def are_columns(line: bytes, body: dict[str, Any]) -> bool:
    """Tell quickly whether a line is the columns of an entry, in canonical form; False: it must be looked at."""
    pieces, take, whole = form_of_columns(tuple(body))
    values = list(take(body))
    for place in whole:
        values[place] = str(values[place])
    pieces[1::2] = values
    try:
        return line == "".join(pieces).encode()
    except TypeError:  # a value is no text
        return False


def fits(value: dict[str, Any], promised: Any) -> bool:
    """Tell whether an erasable value and its salt are those to which an entry is committed."""
    try:
        salt = bytes.fromhex(value["salt"])
        written = ENCODER.encode(value["value"]).encode()
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    return is_committed(salt, written, promised)


def is_committed(salt: bytes, written: bytes, promised: Any) -> bool:
    """Tell whether a commitment is to this writing under this salt."""
    return len(salt) == 32 and sha256(salt + written).hexdigest() == promised


class Entries:
    """One way through the entries of an export: every entry is read once, with its columns and its values."""

    def __init__(self, export: Path, findings: Findings, cases: Cases) -> None:
        """Open the files that go along with the entries."""
        self.findings, self.cases = findings, cases
        self.columns = Rows(export / "columns.jsonl")
        self.values = Values(export / "values.jsonl")
        self.seq = 0
        self.erased = self.logged = self.of_cases = 0
        self.withheld = Withheld()
        self.states: tuple[int, Any] | None = None
        self.opened: dict[str, Any] | None = None

    def examine(self, lines: list[bytes], hashes: list[bytes]) -> None:
        """Read some entries after those that were read before."""
        decode = DECODER.raw_decode
        for seq, (line, leaf) in enumerate(zip(lines, hashes), self.seq):
            self.seq = seq
            if line[:1] == WITHHELD:
                self.withheld.add(seq)
                continue
            try:
                text = line.decode()
                body, end = decode(text)
            except (ValueError, RecursionError):
                text, body, end = "", None, 0
            if type(body) is not dict or end != len(text):
                self._fault("bytes", "内容无法读取", "cannot be read", None)
            elif "case" in body and "log" not in body:  # a line of the log may be about a case
                self._of_case(body, leaf.hex(), "\\" not in text)
            else:
                self._of_log(body)
        self.seq += 1

    def end(self) -> None:
        """Note what is left over when all entries have been read."""
        self._strays(self.seq)
        if self.columns.line is not None:
            self._fault("columns", "数据库列没有对应的条目", "columns without an entry", None)
        if self.values.line is not None:
            self._fault("values", "附带内容不属于任何条目", "values that belong to no entry", None)

    def _of_case(self, body: dict[str, Any], leaf: str, plain: bool) -> None:  # noqa: FBT001 - found in the line
        """Read an entry of a case; ``plain``: no text in it is written with a backslash."""
        self.of_cases += 1
        self.cases.take(self.seq, body, leaf)
        promised = body.get("commit")
        if promised:
            self._values(promised if isinstance(promised, dict) else {}, body["case"])
        odd = "hash" in body or "seq" in body
        body["hash"], body["seq"] = leaf, self.seq
        line = self.columns.line
        if line is not None and plain and not odd and are_columns(line, body):
            self.columns.step()
        else:
            self._columns(body)

    def _columns(self, body: dict[str, Any]) -> None:
        """Compare the columns of an entry with its bytes, the long way."""
        case = body["case"]
        self._strays(self.seq)
        row = read_object(self.columns.line) if self.columns.line is not None else None
        if row is None or place_of(row) != self.seq:
            self._fault("columns", "没有对应的数据库列", "has no columns", case)
            return
        named = ", ".join(differing(body, row))
        if named:
            self._fault("columns", f"数据库列与内容不符：{named}", f"columns differ from its bytes: {named}", case)
        self.columns.step()

    def _strays(self, seq: int) -> None:
        """Pass over columns of what is no entry of a case."""
        while self.columns.line is not None:
            place = place_of(read_object(self.columns.line) or {})
            if place >= seq:
                return
            at = place if place >= 0 else self.seq
            self.findings.fault("columns", "数据库列没有对应的条目", "columns without an entry", at)
            self.columns.step()

    def _values(self, promised: dict[str, Any], case: Any) -> None:
        """Compare the values of an entry with its commitments; one that is missing was erased, which is no fault."""
        there, values = 0, self.values
        while values.seq <= self.seq:
            if values.seq != self.seq or type(values.field) is not str or values.field not in promised:
                self._fault("values", "附带内容不属于任何条目", "values that belong to no entry", case)
            elif values.fits(promised[values.field]):
                there += 1
            else:
                self._fault(
                    "values", f"“{values.field}”的内容与承诺不符", f"the value of {values.field} was altered", case
                )
            values.step()
        self.erased += len(promised) - there

    def _of_log(self, body: dict[str, Any]) -> None:
        """Take note of a line of the log that concerns no case; those that the check itself rests on."""
        self.logged += 1
        act, about = body.get("log"), body.get("about")
        about = about if isinstance(about, dict) else {}
        if not isinstance(act, str):
            self._fault("bytes", "既非档案条目也非日志", "is neither of a case nor of the log", None)
        elif act == "states":
            self.states = (self.seq, about.get("sha256"))
        elif act == "log_opened" and self.seq == 0 and "after" in about:
            self.opened = body
        elif act == "expired":
            self.withheld.explain(about.get("seqs"), self.seq)

    def _fault(self, kind: str, zh: str, en: str, case: Any) -> None:
        shown = case if isinstance(case, str) else None
        self.findings.fault(kind, f"第{self.seq}条：{zh}", f"entry {self.seq}: {en}", self.seq, shown)


class Withheld:
    """Entries of which only the hash is there, and whether a later one of the log says that their term has run out."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = self.explained = 0
        self._bits = bytearray()

    def add(self, seq: int) -> None:
        """Note an entry."""
        self.count += 1
        if len(self._bits) <= seq >> 3:
            self._bits.extend(bytes((seq >> 3) + 1 - len(self._bits)))
        self._bits[seq >> 3] |= 1 << (seq & 7)

    def explain(self, ranges: Any, before: int) -> None:
        """Take what an entry of the log says of entries before it: ``[[first, last], …]``."""
        for pair in ranges if isinstance(ranges, list) else []:
            if not (isinstance(pair, list) and len(pair) == 2 and all(type(end) is int for end in pair)):
                continue
            for seq in range(max(pair[0], 0), min(pair[1] + 1, before, len(self._bits) << 3)):
                if self._bits[seq >> 3] >> (seq & 7) & 1:
                    self._bits[seq >> 3] &= ~(1 << (seq & 7))
                    self.explained += 1


# --- Cases: chains, and what they come to -----------------------------------------------------------------------------

EVENT = struct.Struct("<IIQ")  # of an entry: what it did, its day, the entry that it amends
RECORD = struct.Struct("<16s32s32sQQ16s")  # the same for a file: case, hash before, hash, place, number, event
AMENDING = frozenset({"correction", "withdrawal"})
EARLIER = 1 << 63  # in the place of a number in the tree: the entry stands in a log before this one


class Numbers(dict[Any, int]):
    """Small numbers for things that come again and again, in the order in which they are first asked for."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.things: list[Any] = []

    def __missing__(self, thing: Any) -> int:
        """Give the next number."""
        number = self[thing] = len(self.things)
        self.things.append(thing)
        return number


class Moves:
    """The compiled table of states: what each kind of act does to a case on a day."""

    def __init__(self, table: Any) -> None:
        """Take ``states.json``; raises Undecided for what cannot be read."""
        self.days = Numbers()
        self.days[""]  # the first, so that no day is the number nought
        self.acts = Numbers()  # kind, step, outcome, overlays
        self._made: dict[tuple[int, int], Any] = {}
        self._periods: dict[tuple[str, ...], list[tuple[str, dict[str, Any]]]] = {}
        try:
            for period in table["periods"]:
                of_overlays = self._periods.setdefault(tuple(period["overlays"]), [])
                of_overlays.append((str(period["from"]), {"initial": period["initial"], "steps": period["steps"]}))
        except (TypeError, KeyError):
            raise Undecided(
                "状态表无法读取（states.json）", "the table of states cannot be read (states.json)"
            ) from None
        for periods in self._periods.values():
            periods.sort(key=lambda period: period[0])

    def replayed(self, events: bytes) -> tuple[str, bool]:
        """Return the state that the entries of a case come to, and whether every act was possible where it stood."""
        acts = self._in_effect(events)
        state, possible = "", True
        for number, (what, day) in enumerate(acts):
            move = self._made.get((what, day))
            if move is None:
                move = self._made[what, day] = self._move(what, day)
            initial, states, to = move
            if number == 0:
                state = initial
            if states is None or state in states:
                state = to or state
            else:
                possible = False
        return state, possible

    def _in_effect(self, events: bytes) -> list[tuple[int, int]]:
        """Return acts and days in effect, corrections laid over them, without what was withdrawn."""
        every = list(EVENT.iter_unpack(events))
        kinds = [self.acts.things[what][0] for what, _, _ in every]
        if AMENDING.isdisjoint(kinds):
            return [(what, day) for what, day, _ in every]
        withdrawn = {amended for (_, _, amended), kind in zip(every, kinds) if kind == "withdrawal"}
        standing = {
            number: (what, day)
            for number, ((what, day, _), kind) in enumerate(zip(every, kinds), 1)
            if kind not in AMENDING and number not in withdrawn
        }
        for number, ((what, day, amended), kind) in enumerate(zip(every, kinds), 1):
            if kind == "correction" and number not in withdrawn and amended in standing and day:
                kind_of, step, outcome, _ = self.acts.things[standing[amended][0]]
                standing[amended] = (self.acts[kind_of, step, outcome, self.acts.things[what][3]], day)
        return list(standing.values())

    def _move(self, what: int, day: int) -> tuple[str, Any, Any]:
        """Return the state in which a case begins there, the states in which the act is possible, where it leads."""
        kind, step, outcome, overlays = self.acts.things[what]
        on = self.days.things[day]
        periods = self._periods.get(overlays)
        if not periods:
            raise Undecided("状态表中没有某条目所适用的规定", "the table of states lacks the rules of an entry")
        law = [period for since, period in periods if since <= on][-1:] or [periods[0][1]]
        try:
            initial = str(law[0]["initial"])
            if kind == "cutover":
                return initial, None, outcome
            known = law[0]["steps"].get(step) if kind == "act" else None
            if known is None or outcome not in known["to"]:
                return initial, None, None
            return initial, frozenset(known.get("start", {}).get(outcome, known["from"])), known["to"][outcome]
        except (TypeError, KeyError, AttributeError):
            raise Undecided(
                "状态表无法读取（states.json）", "the table of states cannot be read (states.json)"
            ) from None


@lru_cache(maxsize=4096)
def office_day(hour: str) -> str:
    """Return the day in China of an instant in UTC, of which the text up to the hour is given; "": it is none."""
    try:
        return str(date.fromisoformat(hour[:10]) + timedelta(int(hour[11:13]) >= 16))
    except (ValueError, OverflowError):
        return ""


class Cases:
    """The cases of an export. What each needs is held for a part of them at a time; the rest waits in files."""

    def __init__(self, export: Path, findings: Findings, moves: Moves) -> None:
        """Divide the cases into parts by how much there is to read."""
        self.findings, self.moves = findings, moves
        self._acts, self._days = moves.acts, moves.days
        size = (export / "entries.jsonl").stat().st_size
        self.parts = min(MOST_PARTS, 1 + size // PART_BYTES)
        self.count = 0
        self._held: dict[bytes, list[Any]] = {}
        self._waiting = [  # closed when their part has been compared
            tempfile.TemporaryFile()  # noqa: SIM115 - held open from one method to the next
            for _ in range(self.parts if self.parts > 1 else 0)
        ]
        self._lines = export / "cases.jsonl"

    def take(self, seq: int, body: dict[str, Any], leaf: str) -> None:
        """Take an entry of a case, in the order of the tree."""
        try:
            get = body.get
            kind, on, before, number = body["kind"], get("on"), body["prev"], body["n"]
            case = unhexlify(body["case"])
            overlays = get("overlays")
            if not on and kind not in AMENDING:
                on = office_day(body["at"][:13])
            act = (kind, get("step"), get("outcome"), tuple(overlays) if overlays else ())
            event = EVENT.pack(self._acts[act], self._days[on or ""], get("supersedes") or 0)
            if get("v") != FORMAT:
                self.findings.reason("format", "有条目的格式较新，请用新版核验程序", "entries of a newer format")
            if len(case) != 16 or type(number) is not int:
                raise ValueError(number)  # noqa: TRY301 - the same answer as to all that cannot be read
            if self._waiting:
                record = RECORD.pack(case, bytes.fromhex(before), bytes.fromhex(leaf), seq, number, event)
                self._waiting[case[0] % self.parts].write(record)
                return
        except (KeyError, TypeError, ValueError, struct.error):
            self.findings.fault("bytes", f"第{seq}条：内容无法读取", f"entry {seq}: cannot be read", seq)
        else:
            self._add(case, before, leaf, seq, number, event)

    def end(self) -> None:
        """Compare each case with what the export says of it."""
        if not self._waiting:
            self._compare(0)
        for part, file in enumerate(self._waiting):
            file.seek(0)
            for block in iter(partial(file.read, RECORD.size * RECORDS), b""):
                for case, before, leaf, seq, number, event in RECORD.iter_unpack(block):
                    self._add(case, before.hex(), leaf.hex(), seq, number, event)
            file.close()
            self._compare(part)

    def _add(self, case: bytes, before: str, leaf: str, seq: int, number: int, event: bytes) -> None:
        held = self._held.get(case)
        if held is None:
            held = self._held[case] = [0, ORIGIN_OF_A_CASE, bytearray(), 0, True]
        if not is_next(held, before, number):
            held[4] = False
            prior = seq == EARLIER
            self.findings.fault(
                "chain",
                f"{'较早的日志中' if prior else f'第{seq}条'}：没有接在同一档案的前一条之后（序号{number}）",
                f"{'in an earlier log' if prior else f'entry {seq}'}: it does not follow the entry before it in its "
                f"case (number {number})",
                None if prior else seq,
                case.hex(),
            )
        held[0], held[1], held[3] = number, leaf, seq
        held[2] += event

    def _compare(self, part: int) -> None:
        for line in Rows(self._lines).each():
            try:
                case = bytes.fromhex(line["case"])
            except (KeyError, TypeError, ValueError):
                case = b"\0"
            if case[:1] and case[0] % self.parts != part:
                continue
            held = self._held.pop(case, None)
            if held is None or held[3] == EARLIER:
                name = case.hex()
                self.findings.fault("cases", f"档案{name}没有条目", f"the case {name} has no entries", None, name)
            else:
                self._one(case.hex(), held, line)
        for case, held in self._held.items():
            name, seq = case.hex(), held[3]
            self.findings.fault("cases", f"档案目录缺少{name}", f"the case {name} is not listed", seq, name)
        self._held.clear()

    def _one(self, name: str, held: list[Any], line: dict[str, Any]) -> None:
        self.count += 1
        number, leaf, events, seq, whole = held
        wrong = misstated(line, number, leaf)
        if whole and not wrong:
            state, possible = self.moves.replayed(events)
            wrong = not_the_state(line, state, possible)
        if wrong:
            zh, en = wrong
            self.findings.fault("cases", f"档案{name}：{zh}", f"the case {name}: {en}", seq, name)


def is_next(held: list[Any], before: str, number: int) -> bool:
    """Tell whether an entry follows the one before it in its case."""
    return bool(held[0] + 1 == number and held[1] == before)


def misstated(line: dict[str, Any], number: int, leaf: str) -> tuple[str, str] | None:
    """Return what the row of a case says wrongly of its chain."""
    if line.get("entries") != number or type(line["entries"]) is not int:
        return f"应有{line.get('entries')}条，实有{number}条", f"{line.get('entries')} entries stated, {number} there"
    if line.get("head") != leaf:
        return "末条的校验值与所记不符", "the hash of its last entry is not the one stated"
    return None


def not_the_state(line: dict[str, Any], state: str, possible: bool) -> tuple[str, str] | None:  # noqa: FBT001 - found
    """Return what is wrong with the state that is stated of a case."""
    if not possible:
        return "条目依次办理时，有一步在当时状态下不可能", "one of its acts was impossible where it stood"
    if line.get("state") != state:
        return (
            f"所记状态为{line.get('state')}，依条目应为{state}",
            f"state {line.get('state')}, its entries give {state}",
        )
    return None


# --- Checkpoints against the tree -------------------------------------------------------------------------------------


def own_checkpoint(path: str, export: Path, keys: list[Key]) -> Checkpoint:
    """Return the auditor's own checkpoint; raises Undecided when it cannot be what it should."""
    place = Path(path)
    if export.resolve() in place.resolve().parents:
        raise Undecided(
            f"{path}取自导出件本身，不能作为外部依据；请用您自己保存的封存点",
            f"{path} is the export's own and vouches for nothing; use one that you kept yourself",
        )
    try:
        note = checkpoint_of(read_small(place), keys, path)
    except Malformed as error:
        raise Undecided(
            f"您的封存点{path}无法使用：不是签名的封存点，或签名与公钥不符（{error}）",
            f"your checkpoint {path} is of no use: no signed checkpoint, or not of this key ({error})",
        ) from None
    if not note.signed:
        raise Undecided(
            f"您的封存点{path}不是由所给公钥签名的：公钥拿错了，或封存点拿错了",
            f"your checkpoint {path} is not signed under this key: a wrong key, or a wrong checkpoint",
        )
    return note


def read_small(path: Path) -> bytes:
    """Return a small file; raises Undecided."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
    except OSError as error:
        raise Undecided(f"无法读取{path}", f"{path} cannot be read: {error.strerror}") from None
    if len(data) > LONGEST:
        raise Undecided(f"{path}过大", f"{path} is too large")
    return data


def exported_checkpoints(
    export: Path, keys: list[Key], origin: str, findings: Findings, tell: Callable[[str], None]
) -> list[Checkpoint]:
    """Return the checkpoints in the export that are rightly signed; each other is a fault or a reason."""
    found = []
    for count, path in enumerate(sorted((export / "checkpoints").glob("*.note")), 1):
        place = f"checkpoints/{path.name}"
        try:
            note = checkpoint_of(read_small(path), keys, place)
        except Malformed as error:
            findings.fault(
                "signature", f"{place}不是有效的签名封存点", f"{place} is no rightly signed checkpoint: {error}"
            )
            continue
        if is_foreign(note.origin, origin):
            findings.fault("origin", f"{place}属于另一日志{note.origin}", f"{place} is of another log, {note.origin}")
        elif not note.signed:
            findings.reason(
                "keys",
                f"{place}等封存点不是由您所给的公钥签名的；如曾更换密钥，请把各公钥都给出（--key 可重复）",
                f"{place} and perhaps others are not signed under the keys you gave; if the key was changed, give each",
            )
            found.append(note)
        else:
            found.append(note)
        if count % TELL_EVERY == 0:
            tell(f"已核对封存点 {count} checkpoints")
    return found


def is_foreign(name: object, origin: str) -> bool:
    """Tell whether something is of another log."""
    return name != origin


def is_short(note: Checkpoint, size: int) -> bool:
    """Tell whether the tree has fewer entries than a checkpoint counts."""
    return note.size > size


def is_root(note: Checkpoint, root: bytes | None) -> bool:
    """Tell whether a checkpoint has this root."""
    return note.root == root


def compare_checkpoints(notes: list[Checkpoint], own: list[Checkpoint], tree: Tree, findings: Findings) -> None:
    """Compare checkpoints with the tree of the export, and say between which two it was left."""
    good = 0
    for note in by_size(notes):
        mine = note in own
        whose = ("您的封存点", "your checkpoint") if mine else ("封存点", "the checkpoint")
        if is_short(note, tree.size):
            findings.fault(
                "short",
                f"导出件只有{tree.size}条，而{whose[0]}{note.place}已有{note.size}条："
                "条目被删去，或恢复了旧的备份，或导出件早于该封存点",
                f"the export has {tree.size} entries, {whose[1]} {note.place} counts {note.size}: entries were taken "
                "away, an older backup was put back, or the export is older than the checkpoint",
            )
            findings.facts.setdefault("bad_from", [min(good, tree.size), note.size])
        elif not is_root(note, tree.roots.get(note.size)):
            findings.fault(
                "root",
                f"前{note.size}条与{whose[0]}{note.place}不符：第{good}条至第{note.size - 1}条之间有改动",
                f"the first {note.size} entries are not those of {whose[1]} {note.place}: something between entry "
                f"{good} and entry {note.size - 1} was altered",
            )
            findings.facts.setdefault("bad_from", [good, note.size])
        else:
            good = note.size
            if mine:
                findings.facts["good_up_to"] = note.size


# --- The whole check --------------------------------------------------------------------------------------------------


class Question(NamedTuple):
    """What is asked: the export, the keys, the auditor's checkpoints, the log's name, whether a part is enough.

    ``offices``: by key, those of which the auditor wants to see that they countersigned.
    """

    export: Path
    keys: list[Key]
    checkpoints: list[str]
    origin: str | None = None
    part: bool = False
    offices: tuple[Key, ...] = ()


def verify(question: Question, tell: Callable[[str], None] = lambda _: None) -> Findings:
    """Check an export; whatever is wrong with it is in the findings, and nothing is raised."""
    findings = Findings()
    try:
        _verify(question, findings, tell)
    except Undecided as stop:
        findings.reason("stopped", stop.zh, stop.en)
    except OSError as error:
        findings.reason("unreadable", f"读取文件出错：{error}", f"files cannot be read: {error}")
    return findings


def _verify(question: Question, findings: Findings, tell: Callable[[str], None]) -> None:
    export, keys = question.export, [*question.keys, *question.offices]
    if not any(key.kind == 1 for key in keys):
        raise Undecided("没有给出日志的公钥（--key）", "no public key of the log was given (--key)")
    manifest = read_object(b" ".join(read_small(export / "export.json").split(b"\n")).rstrip()) or {}
    if manifest.get("format") != FORMAT:
        raise Undecided("导出件的格式无法识别（export.json）", "an export of an unknown format (export.json)")
    own = [own_checkpoint(path, export, keys) for path in question.checkpoints]
    origin = pinned(question, own, manifest)
    if is_foreign(manifest.get("origin"), origin):
        findings.fault("origin", "导出件属于另一日志", f"the export is of another log: {manifest.get('origin')!r}")
    for name in NEEDED:
        if not (export / name).is_file():
            raise Undecided(f"缺少文件{name}", f"the file {name} is missing")
    compare_files(export, manifest, findings)
    notes = exported_checkpoints(export, keys, origin, findings, tell)
    states = read_small(export / "states.json")
    cases = Cases(export, findings, Moves(read_object(b" ".join(states.split(b"\n")).rstrip())))
    earlier(export / "prior.jsonl", cases)
    entries = Entries(export, findings, cases)
    tree = Tree([note.size for note in notes + own])
    with (export / "entries.jsonl").open("rb") as file:
        for done, batch in enumerate(batches(file, "entries.jsonl"), 1):
            hashes = leaf_hashes(batch)
            tree.grow(hashes)
            entries.examine(batch, hashes)
            if done % TELL_EVERY == 0:
                tell(f"已核对条目 {tree.size} entries")
    entries.end()
    cases.end()
    findings.facts.update(origin=origin, size=tree.size, root=base64.b64encode(tree.root()).decode())
    compare_checkpoints(notes + own, own, tree, findings)
    if manifest.get("size") != tree.size:
        zh, en = (
            f"导出件称有{manifest.get('size')}条，实有{tree.size}条",
            "the export does not have as many entries as it says",
        )
        findings.fault("short", zh, en)
    countersigners(notes + own, question.offices, findings)
    conclude(question, manifest, own, entries, findings, sha256(states).hexdigest())
    findings.facts.update(
        cases=cases.count, case_entries=entries.of_cases, log_lines=entries.logged, erased_values=entries.erased,
        withheld=entries.withheld.count, checkpoints=len(notes), made_at=manifest.get("made_at"),
        opened=entries.opened,
    )  # fmt: skip
    place_in_time(export / "entries.jsonl", findings)


def pinned(question: Question, own: list[Checkpoint], manifest: dict[str, Any]) -> str:
    """Return the name of the log that is checked: the auditor's word, else his checkpoint's, else unpinned."""
    origin = question.origin or (own[0].origin if own else manifest.get("origin"))
    for note in own:
        if note.origin != origin:
            raise Undecided(
                f"您的封存点{note.place}属于日志{note.origin}，不是{origin}",
                f"your checkpoint {note.place} is of the log {note.origin}, not {origin}",
            )
    return str(origin)


def earlier(path: Path, cases: Cases) -> None:
    """Take what cases did in the logs before this one: their first entry here names the hash of the last one there."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for batch in batches(file, path.name):
            for line, leaf in zip(batch, leaf_hashes(batch)):
                cases.take(EARLIER, read_object(line) or {}, leaf.hex())


def countersigners(notes: list[Checkpoint], offices: Iterable[Key], findings: Findings) -> None:
    """Note the newest head that each office countersigned, and what the auditor wanted to see and does not."""
    signed = {(name, key): (note.size, name, at) for note in by_size(notes) for name, key, at in sorted(note.seen)}
    others = {
        name: (note.size, name) for note in by_size(notes) for name in note.unknown if name != note.origin[:SHOWN]
    }
    findings.facts.update(countersigned=sorted(signed.values()), unchecked=sorted(others.values()))
    for office in offices:
        if (office.name, office.id) not in signed:
            findings.reason(
                f"countersigner {office.name} {office.id.hex()}",
                f"没有一个封存点由{office.name}以您所给的公钥会签",
                f"no head here is countersigned by {office.name} under the key that you gave",
            )


def by_size(notes: Iterable[Checkpoint]) -> list[Checkpoint]:
    """Return checkpoints in the order in which the log grew."""
    return sorted(notes, key=lambda note: note.size)


def compare_files(export: Path, manifest: dict[str, Any], findings: Findings) -> None:
    """Compare the files with what the export says of them: that shows damage on the way, not alteration.

    Not with those of which every line is examined anyway.
    """
    stated = manifest.get("files")
    for name, said in sorted(stated.items()) if isinstance(stated, dict) else []:
        if name in SELF_EVIDENT:
            continue
        path = export / name
        if ".." in Path(name).parts or not path.is_file():
            findings.reason("files", f"缺少文件{name}", f"the file {name} is missing")
            continue
        hashed = sha256()
        with path.open("rb") as file:
            for block in iter(partial(file.read, LONGEST), b""):
                hashed.update(block)
        if hashed.hexdigest() != said:
            findings.reason(
                "files",
                f"文件{name}与导出时不同，可能在传递中损坏；请重新取得导出件",
                f"the file {name} is not as it was exported, damaged on the way perhaps; get the export anew",
            )


def conclude(
    question: Question,
    manifest: dict[str, Any],
    own: list[Checkpoint],
    entries: Entries,
    findings: Findings,
    table: str,
) -> None:
    """Note what keeps the check from calling the export good although nothing in it is wrong."""
    size = findings.facts["size"]
    vouched = findings.facts.get("good_up_to", 0)
    findings.facts["behind"] = size - vouched
    if not own:
        findings.reason(
            "checkpoint",
            "导出件自身一致，但没有外部依据可以比对：请向上级或单位以外保存封存点的人索取，用 --checkpoint 给出",
            "it is consistent in itself, but there is nothing from outside to compare it with: get a checkpoint from "
            "whoever keeps one outside this office and name it with --checkpoint",
        )
    elif vouched < size:
        findings.reason(
            "behind",
            f"前{vouched}条完好；其后{size - vouched}条晚于您的封存点，无从判断。请取得更新的封存点",
            f"the first {vouched} entries are good; of the {size - vouched} behind your newest checkpoint nothing can "
            "be said. Get a newer one",
        )
    if manifest.get("part") and not question.part:
        findings.reason(
            "part",
            "这只是日志的一部分：所示条目以外还有什么，从中无法得知（如只问所示部分，请加 --part）",
            "this is a part of the log: what there is beside the entries shown cannot be told from it (--part: ask of "
            "what is shown only)",
        )
    unexplained = entries.withheld.count - entries.withheld.explained
    if unexplained and not manifest.get("part"):
        findings.reason(
            "withheld",
            f"有{unexplained}条只给出校验值而没有内容，日志中也没有说明其保存期已满",
            f"{unexplained} entries are there as hashes only, and no entry of the log says that their term has run out",
        )
    if entries.states is None:
        findings.reason("states", "日志中没有记载状态表", "no entry of the log says which table of states holds")
    elif not is_the_table(entries.states[1], table):
        seq = entries.states[0]
        findings.fault("states", "状态表与日志所记的不符", "the table of states is not the one in the log", seq)


def is_the_table(stated: object, table: str) -> bool:
    """Tell whether the hash of the table of states is the one in the log."""
    return stated == table


def place_in_time(path: Path, findings: Findings) -> None:
    """Find out when the first bad entry, the last good one and those at the ends of the window were recorded."""
    bad = findings.first_bad()
    window = findings.facts.pop("bad_from", None)
    size = findings.facts["size"]
    if bad is not None and bad.seq is not None and (window is None or bad.seq >= window[0]):
        window = [min(window[0], bad.seq) if window else bad.seq, window[1] if window else bad.seq + 1]
    wanted = {findings.facts.get("good_up_to", 0) - 1}
    if window:
        wanted |= {window[0] - 1, min(window[1], size) - 1}
    if bad is not None:
        wanted.add(bad.seq or 0)
    known = dated(path, {seq for seq in wanted if seq >= 0})
    findings.facts["good_at"] = known.get(findings.facts.get("good_up_to", 0) - 1, {}).get("at")
    if window:
        findings.facts["window"] = {
            "after_entry": window[0] - 1 if window[0] else None,
            "after": known.get(window[0] - 1, {}).get("at"),
            "up_to_entry": window[1] - 1,
            "up_to": known.get(min(window[1], size) - 1, {}).get("at"),
        }
    if bad is not None:
        entry = known.get(bad.seq or 0, {})
        findings.facts["first_bad"] = {
            "entry": bad.seq, "case": bad.case or entry.get("case"), "number": entry.get("n"), "at": entry.get("at"),
        }  # fmt: skip


def dated(path: Path, wanted: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return some entries; of one whose bytes are not there, the instant of the nearest before it."""
    found: dict[int, dict[str, Any]] = {}
    left = sorted(wanted, reverse=True)
    start, last = 0, b"{}"
    with path.open("rb") as file:
        for batch in batches(file, path.name):
            while left and left[-1] < start + len(batch):
                at = left.pop() - start
                given = [line for line in batch[: at + 1] if line[:1] != WITHHELD][-1:]
                entry = read_object(given[0] if given else last) or {}
                found[start + at] = entry if given == [batch[at]] else {"at": entry.get("at")}
            if not left:
                break
            last = next((line for line in reversed(batch) if line[:1] != WITHHELD), last)
            start += len(batch)
    return found


# --- What is said -----------------------------------------------------------------------------------------------------


def report(findings: Findings) -> dict[str, Any]:
    """Return the findings as plain values, for ``--json``."""
    code = findings.code()
    return {
        "verdict": ("good", "altered", "undecided")[code],
        "code": code,
        **findings.facts,
        "faults": [
            {**fault._asdict(), "count": findings.count[fault.kind]}
            for fault in sorted(findings.first.values(), key=lambda fault: (fault.seq is None, fault.seq or 0))
        ],
        "reasons": [{"kind": kind, "zh": zh, "en": en} for kind, (zh, en) in findings.reasons.items()],
    }


def sentences(findings: Findings) -> Iterator[str]:
    """Yield what a person reads."""
    said = report(findings)
    size, good = said.get("size", 0), said.get("good_up_to", 0)
    if said["code"] == GOOD:
        yield f"完好：日志{said['origin']}全部{size}条与您的封存点一致，档案{said['cases']}份的经过与状态相符。"
        yield f"GOOD: all {size} entries of {said['origin']} are those of your checkpoint; {said['cases']} cases agree."
    elif said["code"] == ALTERED:
        yield "有改动：记录与当初封存的不符。"
        yield "ALTERED: the record is not what was sealed."
    else:
        yield "无法判断。原因如下："
        yield "UNDECIDED, because:"
    for reason in said["reasons"]:
        yield f"  {reason['zh']}。"
        yield f"  {reason['en']}."
    yield from placed(said)
    for fault in said["faults"]:
        yield f"  [{fault['kind']}] {fault['zh']}（共{fault['count']}处）"
        yield f"  [{fault['kind']}] {fault['en']} (in all {fault['count']})"
    if good:
        yield f"您的封存点所担保的最后一条：第{good - 1}条，记于{said.get('good_at')}。"
        yield f"The last entry that your checkpoint vouches for: {good - 1}, recorded {said.get('good_at')}."
    if said.get("withheld"):
        yield f"只有校验值、没有内容的条目：{said['withheld']}条，对其内容不作任何判断。"
        yield f"Entries shown as hashes only: {said['withheld']}; of what they say nothing is said."
    if said.get("opened"):
        shown = json.dumps(said["opened"], ensure_ascii=False, sort_keys=True)
        yield f"本日志接续此前的日志，首条如下。 The log takes over from an earlier one; its first entry: {shown}"
    for at_size, office, at in said.get("countersigned", ()):
        yield f"会签 countersigned: {office}，前 {at_size} 条 entries，{at} (Unix)"
    for at_size, office in said.get("unchecked", ())[:SHOWN]:
        name = office if office.isprintable() else ascii(office)
        yield f"前{at_size}条的封存点另有署名“{name}”的签名，未给出其公钥，无法判断（--countersigner）。"
        yield f"Undecided: a signature in the name of {name} at {at_size} entries; its key is not known here."


def placed(said: dict[str, Any]) -> Iterator[str]:
    """Yield where and when the record was left."""
    bad, window = said.get("first_bad"), said.get("window")
    if bad:
        case, number, at = bad["case"] or "—", bad["number"] or "—", bad["at"] or "—"
        yield f"第一处：第{bad['entry']}条，档案{case}（其中第{number}条），记于{at}。"
        yield f"First bad entry: {bad['entry']}, case {case}, its number {number}, recorded {at}."
    if window:
        after, up_to = window["after"] or "—", window["up_to"] or "—"
        yield f"时间范围：第{window['after_entry']}条（{after}）之后，至第{window['up_to_entry']}条（{up_to}）。"
        yield f"Window: after entry {window['after_entry']} ({after}), up to entry {window['up_to_entry']} ({up_to})."


def offices_of(given: Iterable[str]) -> tuple[Key, ...]:
    """Return the keys of offices whose countersignatures are asked for."""
    keys = tuple(keys_of(given))
    for key in keys:
        if key.kind != 4:
            raise Undecided(f"{key.name}的公钥不是会签公钥", f"the key of {key.name} does not countersign")
    return keys


def keys_of(given: Iterable[str]) -> list[Key]:
    """Return the keys that are named on the command line, as texts or as files of texts."""
    keys = []
    for text in given:
        lines = [text]
        if "+" not in text or Path(text).is_file():
            lines = read_small(Path(text)).decode("utf-8", "replace").split("\n")
        try:
            keys += [key_of(line.strip()) for line in lines if line.strip()]
        except Malformed as error:
            raise Undecided(f"公钥无法使用：{text}", f"the key is of no use: {text}: {error}") from None
    return keys


def main(arguments: list[str] | None = None) -> int:
    """Check the export that is named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify.py", description="核验封存记录的导出件 / Check an export of a sealed log"
    )
    parser.add_argument("export", help="导出件所在文件夹 / the folder of the export")
    parser.add_argument(
        "--key", action="append", required=True, help="日志的公钥（文件或文字），可重复 / its public key"
    )
    parser.add_argument(
        "--checkpoint", action="append", default=[], help="您自己保存的封存点，可重复 / one that you kept"
    )
    parser.add_argument(
        "--countersigner", action="append", default=[], help="会签单位的公钥，要求其会签，可重复 / who must have signed"
    )
    parser.add_argument("--origin", help="日志的名称 / the name of the log")
    parser.add_argument("--part", action="store_true", help="只问所示部分 / ask only of what is shown")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
    asked = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # whoever reads what is said may have put another stream there
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]

    def tell(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    gc.disable()  # nothing here refers to itself in circles; looking for such would take a third of the time
    findings = Findings()
    try:
        question = Question(
            Path(asked.export), keys_of(asked.key), asked.checkpoint, asked.origin, asked.part,
            offices_of(asked.countersigner),
        )  # fmt: skip
        findings = verify(question, tell)
    except Undecided as stop:
        findings.reason("stopped", stop.zh, stop.en)
    except Exception as error:  # noqa: BLE001 - a failure of this program must never be taken for a verdict
        findings = Findings()
        findings.reason("failed", f"核验程序出错：{error!r}", f"the verifier itself failed: {error!r}")
    if asked.json:
        sys.stdout.write(json.dumps(report(findings), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(sentences(findings)) + "\n")
    return findings.code()


if __name__ == "__main__":
    sys.exit(main())
