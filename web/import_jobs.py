"""Imports and their undoing as jobs: looked at first, done when confirmed; the report lies beside the job, in parts.

A report can have a line for each of 50,000 people: a part is a file with a line each, of which a page is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from typing import Any

from web.jobs import Job, Jobs, Progress
from workflow.engine.desk import Desk
from workflow.engine.undoing import undo_import, undo_reason
from workflow.errors import LedgerError, Text
from workflow.ledger import LedgerForm
from workflow.ledger.import_report import ImportReport, RowKind
from workflow.ledger.importing import read_and_import
from workflow.seal import Plain

IMPORT, UNDO = "import", "undo"  # kinds
LOOK, DO = "look", "do"  # stages
UPLOAD = "upload"
PAGE = 50  # lines of a report


class Part(StrEnum):
    """A part of a report: what becomes of some rows or cells. In the order in which somebody should look at them."""

    AMBIGUOUS = "ambiguous"
    LEFT_OUT = "left_out"
    UNREADABLE = "unreadable"
    CHANGED = "changed"
    NEW = "new"
    MEMBERS = "members"
    LEFT = "left"  # cases that an undoing leaves alone


TITLES = {
    Part.AMBIGUOUS: Text("无法对应", "Ambiguous"),
    Part.LEFT_OUT: Text("不导入", "Left out"),
    Part.UNREADABLE: Text("读不出的单元格", "Unreadable cells"),
    Part.CHANGED: Text("有变化", "Changed"),
    Part.NEW: Text("新增", "New"),
    Part.MEMBERS: Text("党员名册", "Roster"),
    Part.LEFT: Text("保留不动", "Left alone"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """What the work of these jobs takes."""

    jobs: Jobs
    desk: Desk
    form: LedgerForm

    def look_at(self, job: Job) -> None:
        """Read an upload, or a batch, and tell what would be done; nothing is written."""
        self.jobs.run(job, LOOK, lambda progress: self._work(job, LOOK, progress))

    def do(self, job: Job) -> None:
        """Import an upload, or undo a batch."""
        self.jobs.run(job, DO, lambda progress: self._work(job, DO, progress))

    def undo(self, job: Job, reason: str) -> None:
        """Undo a batch for a reason; raises as ``undo_reason``, before anything is begun."""
        self.do(replace(job, about={**job.about, "reason": undo_reason(reason)}))

    def _work(self, job: Job, stage: str, progress: Progress) -> Mapping[str, Plain]:
        work = self._import if job.kind == IMPORT else self._undo
        return work(job, stage, progress)

    def _import(self, job: Job, stage: str, progress: Progress) -> Mapping[str, Plain]:
        upload, dry = self.jobs.path(job, UPLOAD), stage == LOOK
        try:
            done = read_and_import(self.desk, job.login, upload, self.form, dry_run=dry, progress=lambda _: progress)
        except LedgerError:  # no ledger: nobody needs it any longer
            upload.unlink(missing_ok=True)
            raise
        counts = self._write(job, _parts(done.report))
        if stage == DO:
            upload.unlink()
        return {
            "totals": done.report.totals(), "absent": list(done.report.absent), "counts": counts,
            "others": [[one.sheet, one.letter, one.header] for one in done.report.others],
            "complete": done.report.complete, "batch": done.batch,
        }  # fmt: skip

    def _undo(self, job: Job, stage: str, progress: Progress) -> Mapping[str, Plain]:
        batch, reason = str(job.about["batch"]), str(job.about.get("reason", ""))
        done = undo_import(self.desk, job.login, batch, progress, reason=reason, dry_run=stage == LOOK)
        left = [{"case": one.case, "why": [one.why.zh, one.why.en]} for one in done.left]
        counts = self._write(job, {Part.LEFT: left})
        return {
            "cases": done.cases, "entries": done.entries, "erased": done.erased, "again": done.again, "counts": counts,
        }  # fmt: skip

    def _write(self, job: Job, parts: Mapping[Part, Iterable[Mapping[str, Any]]]) -> dict[str, Plain]:
        """Write the parts of a report, a line each; return how many lines each has."""
        counts: dict[str, Plain] = {}
        for part, found in parts.items():
            lines = [json.dumps(line, ensure_ascii=False) for line in found]
            self.jobs.keep(job, f"{part}.jsonl", "\n".join(lines).encode())
            counts[str(part)] = len(lines)
        return counts


def _parts(report: ImportReport) -> dict[Part, list[Mapping[str, Any]]]:
    """Return the report in parts; what does not change is only counted."""
    plain = report.plain()
    parts: dict[Part, list[Mapping[str, Any]]] = {part: [] for part in Part if part is not Part.LEFT}
    for row in plain["rows"]:
        if row["kind"] != RowKind.UNCHANGED:
            parts[Part(row["kind"])].append(row)
    parts[Part.MEMBERS] = [line for line in plain["members"] if line["kind"] != RowKind.UNCHANGED]
    parts[Part.UNREADABLE] = plain["unreadable"]
    return parts


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a file, as its import is known by."""
    return sha256(content).hexdigest()


def page_of(jobs: Jobs, job: Job, part: Part, page: int) -> tuple[dict[str, Any], ...]:
    """Return the lines of one page of a part, from 1; a page that is not there has none."""
    try:
        with jobs.path(job, f"{part}.jsonl").open(encoding="utf-8") as file:
            return tuple(json.loads(line) for line in islice(file, (page - 1) * PAGE, page * PAGE))
    except FileNotFoundError:
        return ()
