"""A folder of ledgers judged, one after the other, into one report: what each file shows, and all findings together.

A file that cannot be read is told with its reason, and the rest goes on. Only one ledger is held at a time; findings
are put off to a table that may go to disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from workflow.compliance.audit import Audit, RuleCount
from workflow.compliance.engines.duckdb import insert
from workflow.compliance.listing import Listing, write_listing
from workflow.compliance.ours import OF_FOLDERS, is_ours
from workflow.compliance.view.tables import create, opened
from workflow.errors import Text, WorkflowError

LEDGERS = (".xlsx", ".xls", ".ods", ".csv")
NO_TEXTS = {"row": "INTEGER", "step": "INTEGER", "due_on": "DATE", "edition": "DATE"}
FOUND = {column: NO_TEXTS.get(column, "VARCHAR") for column in OF_FOLDERS}
Judge = Callable[[Path], Audit]


class NoLedgers(WorkflowError):  # noqa: N818 - errors are named as facts
    """A folder without any ledger: nothing was judged, and nobody is to think that nothing was found."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(
            Text(f"“{folder}”中没有台账", f"there is no ledger in “{folder}”"),
            Text(f"找的是以 {'、'.join(LEDGERS)} 结尾的文件", f"files are looked for that end in {', '.join(LEDGERS)}"),
        )


@dataclass(frozen=True, slots=True)
class FileResult:
    """What came of one file. ``why``: it could not be read; then all else is 0."""

    name: str
    people: int = 0
    findings: int = 0
    hard: int = 0
    undecidable: int = 0
    unread: int = 0  # cells that could not be read
    absent: int = 0  # columns and sheets of the form that are not there
    why: Text | None = None

    @property
    def complete(self) -> bool:
        """Tell whether all of it was read and decided."""
        return not (self.why or self.unread or self.absent or self.undecidable)


@dataclass(slots=True)
class FolderAudit:
    """All files of a folder. ``counts``: by code and step, over all ledgers."""

    folder: str
    as_of: date
    connection: duckdb.DuckDBPyConnection
    files: list[FileResult] = field(default_factory=list)
    counts: dict[tuple[str, int], RuleCount] = field(default_factory=dict)

    @property
    def findings(self) -> int:
        """Return how many were found in all."""
        return sum(one.findings for one in self.files)

    @property
    def people(self) -> int:
        """Return how many rows were judged."""
        return sum(one.people for one in self.files)

    @property
    def undecidable(self) -> int:
        """Return how many verdicts could not be made."""
        return sum(one.undecidable for one in self.files)

    @property
    def complete(self) -> bool:
        """Tell whether every file was read in full, and every verdict made."""
        return all(one.complete for one in self.files)

    def write(self, path: Path, head: dict[str, Any]) -> None:
        """Write all findings in the order of files and rows; raises NotWritten."""
        query = f"SELECT {', '.join(FOUND)} FROM found ORDER BY place, row, step, code"
        write_listing(self.connection, Listing(query, tuple(FOUND), head, "findings"), path)


def ledgers(folder: Path) -> tuple[list[Path], list[FileResult]]:
    """Return the ledgers below a folder, in order, and what could not be looked into.

    What lies behind a link out of the folder is not read; what Jishi wrote itself, and what begins with a dot or with
    the mark of an open document, is no ledger. Raises OSError where the folder itself cannot be read.
    """
    found: list[Path] = []
    shut: list[FileResult] = []
    os.scandir(folder).close()
    root = folder.resolve()

    def closed(error: OSError) -> None:
        name = os.path.relpath(error.filename, folder)
        shut.append(FileResult(name, why=_of_system(error)))

    for where, below, names in os.walk(folder, onerror=closed):
        below.sort()
        here = [Path(where) / name for name in below if (Path(where) / name).is_symlink()]
        here += [Path(where) / name for name in sorted(names) if _may_be_ledger(name)]
        for path in here:
            if (why := _unread(path, root)) is not None:
                shut.append(FileResult(_relative(path, folder), why=why))
            elif not path.is_symlink() and not _ours(path):
                found.append(path)
    return found, shut


def _may_be_ledger(name: str) -> bool:
    return name.lower().endswith(LEDGERS) and not name.startswith((".", "~$"))


def _unread(path: Path, root: Path) -> Text | None:
    """Return why something is not read although it may hold a ledger; a link to a file that is met anyway is none."""
    if path.is_symlink():
        if path.is_dir():
            return Text("指向另一文件夹的链接，未进入", "a link to another folder: not entered")
        if not path.resolve().is_relative_to(root):
            return Text("指向文件夹以外的链接，未读", "a link that leads out of the folder: not read")
        return None
    return None if path.is_file() else Text("不是普通文件，未读", "no plain file: not read")


def _ours(path: Path) -> bool:
    try:
        return is_ours(path)
    except OSError:  # said when it is read
        return False


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


@contextmanager
def audited_folder(  # noqa: PLR0913 - what, how, as of when; the rest have defaults
    folder: Path,
    judge: Judge,
    as_of: date,
    language: str,
    *,
    hide_names: bool = False,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
    each: Callable[[Audit], None] = lambda _: None,
) -> Iterator[FolderAudit]:
    """Give the audit of all ledgers below a folder; ``judge`` judges one of them, ``each`` is given its audit.

    ``hide_names``: files are numbered, for they may be named after people. Raises NoLedgers, OSError.
    """
    paths, shut = ledgers(folder)
    if not paths and not shut:
        raise NoLedgers(folder)
    with opened() as connection:
        create(connection, "found", {"place": "INTEGER"} | FOUND)
        audit = FolderAudit("" if hide_names else folder.name, as_of, connection)
        for place, path in enumerate(paths, start=1):
            name = f"{place:05}{path.suffix.lower()}" if hide_names else _relative(path, folder)
            judged = _judged(judge, path, name)
            if isinstance(judged, Audit):
                each(replace(judged, source=name))
                judged = _kept(audit, judged, place, name, language)
            audit.files.append(_unnamed(judged, path.name))
            tell(place, len(paths))
        audit.files += [
            FileResult(f"{number:05}", why=one.why) if hide_names else one
            for number, one in enumerate(shut, start=len(paths) + 1)
        ]
        yield audit


def _unnamed(result: FileResult, name: str) -> FileResult:
    """Return a result whose reason tells the name of the file only where the result does, too."""
    if result.why is None or result.name.endswith(name):
        return result
    zh, en = (text.replace(name, result.name) for text in (result.why.zh, result.why.en))
    return replace(result, why=Text(zh, en))


def _judged(judge: Judge, path: Path, name: str) -> Audit | FileResult:
    try:
        return judge(path)
    except WorkflowError as error:
        return FileResult(name, why=error.what)
    except OSError as error:
        return FileResult(name, why=_of_system(error))


def _kept(audit: FolderAudit, result: Audit, place: int, name: str, language: str) -> FileResult:
    """Put what one ledger shows to the rest."""
    rows = (
        (
            place, name, one.row, one.person, one.branch, one.rule, one.code, one.step, str(one.outcome),
            str(one.force), one.due, one.edition, one.basis.of(language), one.evidence.of(language),
        )
        for one in result.findings
    )  # fmt: skip
    insert(audit.connection, "found", {"place": "INTEGER"} | FOUND, rows)
    _count(audit, result.counts)
    return FileResult(
        name,
        people=result.people,
        findings=len(result.findings),
        hard=result.hard,
        undecidable=len(result.undecidable),
        unread=len(result.problems),
        absent=len(result.absent),
    )


def _of_system(error: OSError) -> Text:
    why = error.strerror or str(error)
    return Text(f"打不开：{why}", f"cannot be opened: {why}")


def _count(audit: FolderAudit, counts: Iterable[RuleCount]) -> None:
    for one in counts:
        key = (one.code, one.step)
        before = audit.counts.get(key)
        if before is None:
            audit.counts[key] = one
            continue
        audit.counts[key] = RuleCount(
            code=one.code,
            step=one.step,
            rule=before.rule,
            text=before.text,
            basis=before.basis,
            applied=before.applied + one.applied,
            violated=before.violated + one.violated,
            undecidable=before.undecidable + one.undecidable,
        )
