"""What Jishi wrote itself, and may therefore replace: told by a mark that each form of file carries."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from workflow.compliance.files import NotWritten
from workflow.errors import Text

COLUMNS = ("row", "person", "code", "step", "force", "basis", "evidence")  # of the CSV
OF_FOLDERS = (
    "file", "row", "person", "branch", "rule", "code", "step", "outcome", "force", "due_on", "edition", "basis",
    "evidence",
)  # fmt: skip
OF_LOGS = (
    "case", "organization", "rule", "step", "round", "outcome", "code", "force", "acted_on", "from_on", "due_on",
    "days_over", "article", "edition",
)  # fmt: skip
OF_LIVES = (*OF_LOGS, "life", "first_seen", "gone_on")
OF_SAMPLES = ("case", "organization", "stratum", "with_findings", "stratum_size", "stratum_drawn")
OF_IMPACT = (
    "case", "organization", "kind", "step", "rule", "round", "before", "before_on", "after", "after_on", "article",
)  # fmt: skip
OF_INDICATIONS = (
    "indication", "basis", "convention", "branch", "shown", "base", "rate", "indicated", "as_of",
)  # fmt: skip
OF_BAD_ROWS = ("file", "line", "column", "why", "shown")
FORMAT = "jishi-audit/1"  # of the JSON, and a property of the workbook
GENERATOR = "Jishi"  # of the page

_LISTS = (COLUMNS, OF_FOLDERS, OF_LOGS, OF_LIVES, OF_SAMPLES, OF_IMPACT, OF_INDICATIONS, OF_BAD_ROWS)
_CSV = tuple(f"{','.join(columns)}\r\n".encode() for columns in _LISTS)
_JSON = tuple(f'{{\n{space}"format": "{FORMAT}",\n'.encode() for space in ("", " "))
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


def _starts(marks: tuple[bytes, ...]) -> Callable[[Path], bool]:
    return lambda path: _head(path).startswith(marks)


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
