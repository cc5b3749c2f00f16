"""The parts of a zipped workbook: xlsx and ods. Sizes that the file declares are never trusted."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from workflow.ledger.limits import (
    MAX_PARTS,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_MATTERS_FROM,
    damaged,
    encrypted,
    not_a_workbook,
    too_large,
)

SIGNATURE = b"PK\x03\x04"
CHUNK = 1 << 20  # bytes unpacked at a time
_SLICE = 1 << 16  # bytes of packed input at a time
_WALKS = 4  # a part may be walked more than once
END = b"PK\x05\x06"
_END_REACH = 22 + 65_535  # bytes: the end record and the longest comment
_SECOND_NAME = 0x7075  # the extra field with a name in Unicode; no workbook needs one
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


class Package:
    """A zip file's parts, unpacked piece by piece and never beyond the limits."""

    def __init__(self, content: bytes) -> None:
        """Read and judge the directory alone.

        Raises:
            LedgerError: damaged, encrypted, no workbook, or too large by its own account.
        """
        self._content = content
        self._unpacked = 0
        self.parts = {_name(part): part for part in _directory(content)}
        self._check_kind()

    def is_ods(self) -> bool:
        """Tell whether this is an OpenDocument package; else it is xlsx."""
        return "mimetype" in self.parts

    def whole(self, name: str, limit: int) -> bytes:
        """Return a small part unpacked; empty when there is none.

        Raises:
            LedgerError: it unpacks to more than ``limit`` bytes.
        """
        pieces: list[bytes] = []
        size = 0
        for piece in self.chunks(name) if name in self.parts else ():
            size += len(piece)
            if size > limit:
                raise too_large(f"{name} 超过 {limit} 字节", f"{name} is over {limit} bytes")
            pieces.append(piece)
        return b"".join(pieces)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part unpacked in pieces of at most 1 MiB; stop with a LedgerError at the limits."""
        part = self.parts[name]
        size = 0
        for piece in self._inflated(part):
            size += len(piece)
            self._unpacked += len(piece)
            if size > part.file_size:
                raise damaged(f"{part.filename!a}: larger than declared")
            if self._unpacked > _WALKS * MAX_UNPACKED:
                raise _bomb()
            yield piece
        if size != part.file_size:
            raise damaged(f"{part.filename!a}: shorter than declared")

    def _inflated(self, part: ZipInfo) -> Iterator[bytes]:
        """Unpack one part from its raw bytes."""
        try:
            name_size, extra_size = struct.unpack_from("<HH", self._content, part.header_offset + 26)
        except struct.error as fault:
            raise damaged(f"{part.filename!a}: no header") from fault
        start = part.header_offset + _LOCAL_HEADER + name_size + extra_size
        packed = memoryview(self._content)[start : start + part.compress_size]
        if self._content[part.header_offset : part.header_offset + 4] != SIGNATURE or len(packed) != part.compress_size:
            raise damaged(f"{part.filename!a}: misplaced")
        if part.compress_type == ZIP_STORED:
            yield from (bytes(packed[at : at + CHUNK]) for at in range(0, len(packed), CHUNK))
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for at in range(0, len(packed), _SLICE):
                rest: bytes | memoryview = packed[at : at + _SLICE]
                while rest and not unpacker.eof:
                    yield unpacker.decompress(rest, CHUNK)
                    rest = unpacker.unconsumed_tail
            while piece := unpacker.decompress(b"", CHUNK):
                yield piece
        except zlib.error as fault:
            raise damaged(f"{part.filename!a}: {fault}") from fault
        if not unpacker.eof:
            raise damaged(f"{part.filename!a}: cut off")

    def _check_kind(self) -> None:
        """Refuse zip files that are no workbook, or two kinds of workbook in one."""
        names = {name.lower() for name in self.parts}
        xlsx = any(name == "workbook.xml" or name.endswith("/workbook.xml") for name in names)
        ods = self.whole("mimetype", 1000).startswith(_ODS_TYPE) if self.is_ods() else False
        if xlsx == ods or any(name.endswith("workbook.bin") for name in names):
            raise not_a_workbook()
        if self.is_ods() and not ods:
            raise not_a_workbook()


def _directory(content: bytes) -> list[ZipInfo]:
    """Return the entries of the directory, once each of them can be believed."""
    _check_end(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OverflowError, struct.error, UnicodeError, OSError) as fault:
        raise damaged(str(fault)) from fault
    if len({_name(part).lower() for part in parts}) != len(parts):
        raise damaged("a part stands there twice")
    if any(_SECOND_NAME in _extra_kinds(part.extra) for part in parts):
        raise damaged("a part bears two names")  # readers of zip files differ over which of them counts
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise encrypted()
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise damaged("packed in a way that workbooks do not use")
    if sum(part.file_size for part in parts) > MAX_UNPACKED or any(map(_packed_too_well, parts)):
        raise _bomb()
    return parts


def _name(part: ZipInfo) -> str:
    """Return the name of a part; some programs write the separators of Windows."""
    return part.filename.replace("\\", "/")


def _extra_kinds(extra: bytes) -> Iterator[int]:
    """Yield the kinds of the extra fields of a part."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind
        at += 4 + size


def _check_end(content: bytes) -> None:
    """Refuse a file in which two readers of zip files might believe two different directories."""
    end = content.rfind(END)
    if end < 0 or content.count(END, max(0, len(content) - _END_REACH)) != 1:
        raise damaged("no directory, or two")
    try:
        count, size, offset, comment = struct.unpack_from("<HIIH", content, end + 10)
    except struct.error as fault:
        raise damaged("the directory is cut off") from fault
    if size + offset != end or end + 22 + comment != len(content):
        raise damaged("the directory is misplaced")  # that of a file over 4 GB too
    if count > MAX_PARTS:
        raise too_large(f"内含 {count} 个部分", f"it holds {count} parts")


def _packed_too_well(part: ZipInfo) -> bool:
    """Tell whether a large part is packed as only a zip bomb is."""
    return part.file_size > RATIO_MATTERS_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1)


def _bomb() -> Exception:
    """Refuse a file that would unpack without end."""
    return too_large(
        f"解压后超过 {MAX_UNPACKED} 字节，或压缩比异常",
        f"it unpacks to more than {MAX_UNPACKED} bytes, or is packed as no workbook is",
    )
