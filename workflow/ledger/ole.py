"""The container of old Office files (compound file): just enough to reach a stream, with every chain checked.

The parser follows chains of sectors without asking whether they end and reserves what the header tells it to, so a
file of 600 bytes could take all memory; here each chain that it will follow is walked first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from workflow.ledger.limits import damaged, encrypted, not_a_workbook

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFF_FFFE
_RESERVED = 0xFFFF_FFFA
_HEADER = 512
_ENTRY = 128
_MINI_SECTOR = 64
_SMALL_STREAM = 4096  # bytes: shorter streams live in mini sectors
_SECTOR_SIZES = {9: 512, 12: 4096}
_MOST_MINI_SECTORS_FAT = 1000  # the parser reserves by this number of the header; 8 MB of small streams
_WORKBOOK_NAMES = ("Workbook", "Book", "WORKBOOK", "BOOK")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stream: its name, first sector and length in bytes."""

    name: str
    start: int
    size: int


class Container:
    """A compound file whose header, tables and directory hold together."""

    def __init__(self, content: bytes) -> None:
        """Read header, allocation table and directory.

        Raises:
            LedgerError: they contradict the size of the file, or a chain of sectors runs in a circle.
        """
        if len(content) < _HEADER:
            raise damaged("cut off")
        self._content = content
        (shift, mini_shift) = struct.unpack_from("<HH", content, 30)
        fat_count, directory = struct.unpack_from("<II", content, 44)
        mini_start, mini_count, difat_start, _ = struct.unpack_from("<IIII", content, 60)
        if shift not in _SECTOR_SIZES or mini_shift != 6:  # noqa: PLR2004  the format allows no other
            raise damaged("sectors of no known size")
        self._size = _SECTOR_SIZES[shift]
        sectors = len(content) // self._size
        if fat_count > sectors or mini_count > _MOST_MINI_SECTORS_FAT:
            raise damaged("tables larger than the file")
        self._fat = self._table(self._fat_sectors(difat_start))
        self.entries = self._directory(directory)
        root = self.entries[0]
        self._mini_fat = self._table(self._chain(mini_start, mini_count * self._size)) if mini_count else ()
        self._mini_stream = self._stream(root.start, root.size) if mini_count else b""

    def workbook(self) -> bytes:
        """Return the stream that holds the workbook, the one the parser takes.

        Raises:
            LedgerError: encrypted, or a file of another program.
        """
        names = {entry.name for entry in self.entries}
        if names & {"EncryptedPackage", "EncryptionInfo"}:
            raise encrypted()
        for name in _WORKBOOK_NAMES:
            for entry in self.entries:
                if entry.name == name:
                    return self._read(entry)
        raise not_a_workbook()

    def _read(self, entry: _Entry) -> bytes:
        """Return a stream, from mini sectors when it is short."""
        if entry.size >= _SMALL_STREAM:
            return self._stream(entry.start, entry.size)
        pieces: list[bytes] = []
        sector, left = entry.start, entry.size
        for _ in range(_SMALL_STREAM // _MINI_SECTOR + 1):
            if sector == _END_OF_CHAIN or left <= 0:
                return b"".join(pieces)
            if sector >= len(self._mini_fat):
                break
            start = sector * _MINI_SECTOR
            pieces.append(self._mini_stream[start : start + min(left, _MINI_SECTOR)])
            sector, left = self._mini_fat[sector], left - _MINI_SECTOR
        raise damaged("a short stream without end")

    def _stream(self, start: int, size: int) -> bytes:
        """Return a stream of full sectors."""
        return b"".join(map(self._sector, self._chain(start, size)))[:size]

    def _chain(self, sector: int, size: int | None = None) -> list[int]:
        """Return the sectors of a chain, up to ``size`` bytes or its end."""
        chain: list[int] = []
        seen: set[int] = set()
        while sector != _END_OF_CHAIN and (size is None or len(chain) * self._size < size):
            if sector in seen or sector >= len(self._fat):
                raise damaged("a chain of sectors without end")
            seen.add(sector)
            chain.append(sector)
            sector = self._fat[sector]
        return chain

    def _fat_sectors(self, difat: int) -> list[int]:
        """Return the sectors that hold the allocation table."""
        found = list(struct.unpack_from("<109I", self._content, 76))
        seen: set[int] = set()
        while difat < _RESERVED:
            if difat in seen:
                raise damaged("a table of tables without end")
            seen.add(difat)
            *more, difat = struct.unpack(f"<{self._size // 4}I", self._sector(difat))
            found.extend(more)
        return [sector for sector in found if sector < _END_OF_CHAIN - 2]

    def _table(self, sectors: list[int]) -> tuple[int, ...]:
        """Read sectors as numbers."""
        if len(sectors) * self._size > len(self._content) + self._size:
            raise damaged("tables larger than the file")
        data = b"".join(map(self._sector, sectors))
        return struct.unpack(f"<{len(data) // 4}I", data)

    def _directory(self, start: int) -> list[_Entry]:
        """Return the entries of the directory."""
        data = b"".join(map(self._sector, self._chain(start)))
        entries = [_entry(data[at : at + _ENTRY], self._size) for at in range(0, len(data), _ENTRY)]
        if not entries:
            raise damaged("no directory")
        return entries

    def _sector(self, number: int) -> bytes:
        """Return one sector, filled up with zeros where the file ends within it."""
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise damaged("a sector beyond the end")
        return sector.ljust(self._size, b"\0")


def _entry(data: bytes, sector_size: int) -> _Entry:
    """Read one entry of the directory."""
    name = data[:64].decode("utf-16-le", "replace").partition("\0")[0]
    start, size = struct.unpack_from("<IQ", data, 116)
    return _Entry(name, start, size & 0xFFFF_FFFF if sector_size == _HEADER else size)
