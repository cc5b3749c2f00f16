"""Is this file a workbook that can be parsed without harm? Asked of its bytes, before any parser touches them."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from workflow.errors import LedgerError, Text
from workflow.ledger.biff import scan_xls
from workflow.ledger.limits import MAX_FILE, not_a_workbook, too_large
from workflow.ledger.ods_xml import scan_ods
from workflow.ledger.ole import SIGNATURE as OLE
from workflow.ledger.sheet_xml import scan_xlsx
from workflow.ledger.zips import END as ZIP_END
from workflow.ledger.zips import SIGNATURE as ZIP
from workflow.ledger.zips import Package

Faults = Mapping[int, Mapping[tuple[int, int], str]]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The bytes that were checked: these are parsed, whatever happens to the file meanwhile.

    ``faults`` maps the index of a sheet to what failed or uncomputed formulas show, by (row, column) from 0: the
    parser takes them for blank cells. ``digest``: SHA-256 of the bytes as they were read.
    """

    content: bytes
    digest: str
    faults: Faults


def check_file(path: Path) -> CheckedFile:
    """Return the bytes of the workbook at ``path``. The extension is not asked: content decides. Nothing is written.

    Raises:
        LedgerError: no file, empty, no xlsx, xls or ods workbook, encrypted, damaged, or too large when unpacked.
    """
    content = _bytes_of(path)
    digest = sha256(content).hexdigest()
    if content.startswith(ZIP):
        package = Package(content)
        faults = scan_ods(package) if package.is_ods() else scan_xlsx(package)
    elif content.startswith(OLE):
        faults = scan_xls(content)
        # Excel keeps a zip file with its colours in each xls file. The parser would take it for the workbook if it
        # failed on the real one, and nobody has looked through it: without its directory it is none.
        content = content.replace(ZIP_END, b"PK\0\0")
    else:
        raise not_a_workbook()
    return CheckedFile(content, digest, MappingProxyType(dict(faults)))


def _bytes_of(path: Path) -> bytes:
    """Read a regular file of bounded size; a pipe or device is not even opened."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise LedgerError(
                Text(f"“{path.name}”不是文件。", f"“{path.name}” is not a file."),
                Text("请选择台账工作簿。", "Choose the ledger's workbook."),
            )
        if about.st_size > MAX_FILE:
            raise too_large(f"超过 {MAX_FILE} 字节", f"more than {MAX_FILE} bytes")
        with path.open("rb") as file:
            content = file.read(about.st_size)
    except (OSError, ValueError) as fault:
        raise LedgerError(
            Text(f"打不开文件“{path.name}”。", f"The file “{path.name}” cannot be opened ({fault})."),
            Text("请检查路径和权限。", "Check the path and your permissions."),
        ) from fault
    if not content:
        raise LedgerError(
            Text(f"文件“{path.name}”是空的。", f"The file “{path.name}” is empty."),
            Text("请选择台账工作簿。", "Choose the ledger's workbook."),
        )
    return content
