"""Writing the findings to a file, whole or not at all: CSV for other programs, XLSX for the office, JSON with all."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from workflow.compliance.audit import Audit
from workflow.compliance.details import write_json
from workflow.compliance.words import harmless
from workflow.compliance.workbook import write_workbook
from workflow.errors import Text, WorkflowError

COLUMNS = ("row", "person", "code", "step", "force", "basis", "evidence")
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")

Writer = Callable[[BinaryIO, Audit, str], None]


class NotWritten(WorkflowError):  # noqa: N818 - errors are named as facts
    """A file could not be written; what stood there before still does."""


def write_findings(audit: Audit, path: Path, language: str, *, pseudonymous: bool) -> None:
    """Write the findings to ``path`` in the form that its suffix names: .csv, .xlsx or .json.

    Raises:
        NotWritten: the suffix is another, or the file cannot be written.
        ValueError: ``pseudonymous``, but the audit was made with names.
    """
    writer = writer_for(path)
    check_pseudonymous(audit, pseudonymous=pseudonymous)
    with whole(path) as file:
        writer(file, audit, language)


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all; raises NotWritten."""
    with whole(path) as file:
        file.write(data)


def writer_for(path: Path) -> Writer:
    """Return the function that writes the form which the suffix names; raises NotWritten for others."""
    found = WRITERS.get(path.suffix.lower())
    if found is None:
        raise NotWritten(
            Text(f"不知道怎样写“{path.name}”。", f"“{path.name}” names no form of file that can be written."),
            Text(f"请以 {'、'.join(WRITERS)} 结尾。", f"End the name with {', '.join(WRITERS)}."),
        )
    return found


def check_pseudonymous(audit: Audit, *, pseudonymous: bool) -> None:
    """Raise ValueError where an audit that holds names is to be handed out without: names stand in its evidence."""
    if pseudonymous and not audit.names_hidden:
        raise ValueError("the audit holds names: make it with hide_names=True to hand it out without")


def check_target(path: Path, *sources: Path) -> None:
    """Refuse a file that cannot be written, or that is one of ``sources``, before the work begins.

    Raises:
        NotWritten: its folder is missing, something that is no file stands there, or it is what is read.
    """
    if any(source.exists() and path.exists() and path.samefile(source) for source in sources):
        raise NotWritten(
            Text(f"“{path}”就是要检查的台账，不会覆盖。", f"“{path}” is the ledger itself and is not overwritten."),
            Text("请换一个文件名。", "Choose another name."),
        )
    if path.exists() and not path.is_file():
        raise NotWritten(
            Text(f"“{path}”不是文件。", f"“{path}” is no file."), Text("请换一个文件名。", "Choose another name.")
        )
    if not path.resolve().parent.is_dir():
        raise NotWritten(
            Text(f"没有“{path.parent}”这个文件夹。", f"There is no folder “{path.parent}”."),
            Text("请先建立文件夹。", "Make it first."),
        )


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to; it takes the place of ``path`` at the end, or leaves nothing behind on any error.

    Raises:
        NotWritten: the system does not let us, or the disk is full.
    """
    check_target(path)
    target = path.resolve()  # a link stays a link
    beside = target.with_name(f".jishi-{secrets.token_hex(8)}.part")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as fault:
        raise NotWritten(
            Text(f"“{path}”写不进去：{fault.strerror}。", f"“{path}” could not be written: {fault.strerror}."),
            Text(
                "请确认有写权限、磁盘有空间，并且文件没有在 Excel 或 WPS 中打开。",
                "See that you may write there, that the disk has room, and that no program has the file open.",
            ),
        ) from fault
    finally:
        beside.unlink(missing_ok=True)


def write_csv(file: BinaryIO, audit: Audit, language: str) -> None:
    """Write one line a finding, as UTF-8 without a byte order mark; names are left out where the audit hides them."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for finding in audit.findings:
        words = (finding.basis.of(language), finding.evidence.of(language))
        cells = (finding.row, finding.person, finding.code, finding.step, finding.force.value, *words)
        lines.writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])
    text.detach()


def inert(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before what could start one."""
    return f"'{harmless(text)}" if text.startswith(FORMULA_STARTS) else harmless(text)


WRITERS: dict[str, Writer] = {".csv": write_csv, ".xlsx": write_workbook, ".json": write_json}
