"""Writing what an audit found to a file: CSV for other programs, XLSX for the office, JSON with all, a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from workflow.compliance.audit import Audit
from workflow.compliance.details import write_json
from workflow.compliance.files import NotWritten, check_target, real, whole
from workflow.compliance.ours import COLUMNS, check_replaced
from workflow.compliance.report import render_html
from workflow.compliance.workbook import write_workbook
from workflow.errors import Text
from workflow.plain import harmless

FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
PAGES = (".html", ".htm")

Writer = Callable[[BinaryIO, Audit, str], None]


def write_findings(audit: Audit, path: Path, language: str, *, pseudonymous: bool) -> None:
    """Write the findings to ``path`` in the form that its suffix names: .csv, .xlsx or .json.

    Raises:
        NotWritten: the suffix is another, the file cannot be written, or another's stands there.
        ValueError: ``pseudonymous``, but the audit was made with names.
    """
    writer = writer_for(path)
    audit.check_pseudonymous(pseudonymous=pseudonymous)
    check_target(path)
    check_replaced(path)
    with whole(path) as file:
        writer(file, audit, language)


def write_report(audit: Audit, path: Path, language: str, *, pseudonymous: bool) -> None:
    """Write the report to ``path``, which ends in .html or .htm; raises as ``write_findings`` does."""
    check_page(path)
    page = render_html(audit, language, pseudonymous=pseudonymous).encode()
    check_target(path)
    check_replaced(path)
    with whole(path) as file:
        file.write(page)


def check_targets(source: Path, out: Path | None, html: Path | None) -> None:
    """Refuse, before the work begins, what could not be written after it or would destroy something.

    Raises:
        NotWritten: see ``write_findings``; or a target is ``source``, or both are one.
    """
    for path, check_form in ((out, writer_for), (html, check_page)):
        if path is not None:
            check_target(path, source)
            check_form(path)
            check_replaced(path)
    if out is not None and html is not None and _same(out, html):
        raise NotWritten(
            Text(f"“{out}”和“{html}”是同一个文件。", f"“{out}” and “{html}” are one file."),
            Text("请分别起名。", "Give each a name of its own."),
        )


def _same(one: Path, other: Path) -> bool:
    return real(one) == real(other) or (one.exists() and other.exists() and one.samefile(other))


def writer_for(path: Path) -> Writer:
    """Return the function that writes the form which the suffix names; raises NotWritten for others."""
    found = WRITERS.get(path.suffix.lower())
    if found is None:
        raise _no_form(path, tuple(WRITERS))
    return found


def check_page(path: Path) -> None:
    """Refuse a name for the report that is no page's; raises NotWritten."""
    if path.suffix.lower() not in PAGES:
        raise _no_form(path, PAGES)


def _no_form(path: Path, suffixes: tuple[str, ...]) -> NotWritten:
    return NotWritten(
        Text(f"不知道怎样写“{path.name}”。", f"“{path.name}” names no form of file that can be written."),
        Text(f"请以 {'、'.join(suffixes)} 结尾。", f"End the name with {', '.join(suffixes)}."),
    )


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
