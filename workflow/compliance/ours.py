"""What Jishi wrote itself, and may therefore replace: told by a mark that each form of file carries."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from workflow.compliance.files import NotWritten
from workflow.errors import Text

COLUMNS = ("row", "person", "code", "step", "force", "basis", "evidence")  # of the CSV
FORMAT = "jishi-audit/1"  # of the JSON, and a property of the workbook
GENERATOR = "Jishi"  # of the page

_CSV = (",".join(COLUMNS) + "\r\n").encode()
_JSON = f'{{\n"format": "{FORMAT}",\n'.encode()
_HTML = b"<!DOCTYPE html>\n<html"
_META = f'<meta name="generator" content="{GENERATOR}">'.encode()
_CORE = "docProps/core.xml"
_PROPERTY = f"<dc:description>{FORMAT}</dc:description>".encode()
_HEAD = 4_096  # bytes in which a mark stands
_LARGEST_CORE = 65_536


def check_replaced(path: Path) -> None:
    """Refuse to replace what Jishi did not write; an empty file may be replaced, there is nothing to lose.

    Raises:
        NotWritten: something else stands there.
    """
    if path.exists() and path.stat().st_size and not is_ours(path):
        raise NotWritten(
            Text(
                f"“{path}”已经存在，不是纪实写的，或者后来被改过，不会覆盖。",
                f"“{path}” is there already and was not written by Jishi, or was changed since: it is not overwritten.",
            ),
            Text("请换一个文件名，或者先移走它。", "Choose another name, or remove it first."),
        )


def is_ours(path: Path) -> bool:
    """Tell whether a file is what Jishi writes under this suffix; raises OSError where it cannot be read."""
    known = _MARKED.get(path.suffix.lower())
    return known is not None and known(path)


def _starts(mark: bytes) -> Callable[[Path], bool]:
    return lambda path: _head(path).startswith(mark)


def _is_page(path: Path) -> bool:
    head = _head(path)
    return head.startswith(_HTML) and _META in head


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _is_workbook(path: Path) -> bool:
    """Look for our property among those of the workbook; what cannot be unpacked is not ours."""
    try:
        with zipfile.ZipFile(path) as parts, parts.open(_CORE) as core:
            return _PROPERTY in core.read(_LARGEST_CORE)
    except Exception:  # noqa: BLE001 - a damaged archive fails in a dozen ways, and none of them is ours
        return False


_MARKED: dict[str, Callable[[Path], bool]] = {
    ".csv": _starts(_CSV), ".json": _starts(_JSON), ".xlsx": _is_workbook, ".html": _is_page, ".htm": _is_page,
}  # fmt: skip
