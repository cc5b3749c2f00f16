"""What a view was made of, and how to read it: its buckets, the changes since, the definitions, the day it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Literal

from workflow.bulk.layout import Layout
from workflow.bulk.marks import Marks
from workflow.calendar import WorkingCalendar
from workflow.compliance.engines.duckdb import rows_of_cases
from workflow.compliance.files import PRIVATE, write_whole
from workflow.compliance.view.singly import BadCase
from workflow.errors import Text, WorkflowError

MANIFEST = "manifest.json"
FORMAT = 2
Kind = Literal["cases", "rounds", "superseded"]


class OtherView(WorkflowError):  # noqa: N818 - errors are named as facts
    """A view was made under other definitions, or of another form, than those at hand."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            Text(
                "案件视图是按其他版本的定义、工作日历或者登记截止日生成的",
                "the case view was made under other definitions, another calendar or another day of recording",
            ),
            Text("请重新生成视图", "make the view anew"),
        )


class FolderInUse(WorkflowError):  # noqa: N818 - errors are named as facts
    """A view would be made where something stands already."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(
            Text(f"{folder} 不是空文件夹", f"{folder} is not empty"),
            Text("请另选文件夹，或者清空后再运行", "choose another folder, or empty it first"),
        )


@dataclass(frozen=True, slots=True)
class Bucket:
    """A pair of files: how many cases and earlier rounds, how many cases one by one; which organizations, if any."""

    number: int
    cases: int
    rounds: int
    odd: int
    first: int | None
    last: int | None

    def path(self, folder: Path, kind: Kind) -> Path:
        """Return one of its files."""
        return folder / f"{kind}-{self.number:05}.parquet"


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are judged at once: cases, earlier rounds, and the lists of cases that do not count there."""

    name: str
    cases: tuple[Path, ...]
    rounds: tuple[Path, ...]
    superseded: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A view as it stands.

    ``changes``: buckets of cases made anew since, the latest last. Each supersedes the cases that its third file lists.
    ``before``: the digest of the view as it stood before each of them, which a run says that it judged.
    ``made``: drawn when it was made and at each change, so that no two are taken for one another.
    """

    definitions: str
    recorded_until: date | None
    buckets: tuple[Bucket, ...]
    changes: tuple[Bucket, ...] = ()
    bad: tuple[BadCase, ...] = ()
    made: str = field(default_factory=lambda: token_hex(16))
    before: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Return what tells this view, as it stands, from any other and from itself after a change."""
        return sha256(self._text().encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write the manifest: last of all files and under another name first, so that a view is whole or is none."""
        write_whole(folder / MANIFEST, self._text().encode(), PRIVATE)

    def _text(self) -> str:
        told = {
            "format": FORMAT,
            "made": self.made,
            "definitions": self.definitions,
            "recorded_until": self.recorded_until.isoformat() if self.recorded_until else None,
            "buckets": [asdict(bucket) for bucket in self.buckets],
            "changes": [asdict(bucket) for bucket in self.changes],
            "bad": [[one.case, one.organization, one.why.zh, one.why.en] for one in self.bad],
            "before": self.before,
        }
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    def changed(self, bucket: Bucket, bad: Sequence[BadCase], superseded: set[int], until: date | None) -> Manifest:
        """Return the manifest with a bucket of cases made anew."""
        left = (one for one in self.bad if one.case not in superseded)
        made = token_hex(16)
        before = (*self.before, self.digest)
        changes = (*self.changes, bucket)
        return replace(self, changes=changes, bad=(*left, *bad), recorded_until=until, made=made, before=before)

    def part(self, folder: Path, bucket: Bucket, kind: Literal["cases", "rounds"]) -> str:
        """Return the rows of a bucket that count, as a table of DuckDB: those that no later change supersedes."""
        return rows_of_cases([bucket.path(folder, kind)], self._superseding(folder, bucket))

    def groups(self, folder: Path, at_once: int = 1) -> Iterator[Group]:
        """Yield so many buckets at once, in their order; each change, which supersedes those before it, alone."""
        starts = range(0, len(self.buckets), at_once)
        runs = [self.buckets[start : start + at_once] for start in starts] + [(change,) for change in self.changes]
        for run in runs:
            numbers = dict.fromkeys((run[0].number, run[-1].number))
            yield Group(
                "-".join(f"{number:05}" for number in numbers),
                tuple(bucket.path(folder, "cases") for bucket in run),
                tuple(bucket.path(folder, "rounds") for bucket in run),
                self._superseding(folder, run[-1]),
            )

    def _superseding(self, folder: Path, bucket: Bucket) -> tuple[Path, ...]:
        place = self.changes.index(bucket) + 1 if bucket in self.changes else 0
        return tuple(change.path(folder, "superseded") for change in self.changes[place:])

    def relation(self, folder: Path, kind: Literal["cases", "rounds"]) -> str:
        """Return all rows that count, as a table of DuckDB: of each case those of the latest bucket that made it."""
        parts = (self.part(folder, bucket, kind) for bucket in (*self.buckets, *self.changes))
        return f"({' UNION ALL '.join(f'SELECT * FROM {part}' for part in parts)})"


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a view; raises OSError where there is none, OtherView for one of another form."""
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if told["format"] != FORMAT:
        raise OtherView
    until = told["recorded_until"]
    return Manifest(
        definitions=told["definitions"],
        recorded_until=date.fromisoformat(until) if until else None,
        buckets=tuple(Bucket(**bucket) for bucket in told["buckets"]),
        changes=tuple(Bucket(**bucket) for bucket in told["changes"]),
        bad=tuple(BadCase(case, organization, Text(zh, en)) for case, organization, zh, en in told["bad"]),
        made=told["made"],
        before=tuple(told.get("before", ())),
    )


def digest_of(layout: Layout, calendar: WorkingCalendar) -> str:
    """Return a digest of all definitions that decide the columns of a view and what stands in them."""
    periods = layout.book.periods
    law = [(str(one.since), str(one.until), one.edition.model_dump_json(warnings=False)) for one in periods]
    columns = [(column.name, str(column.sort), column.source) for column in layout.columns]
    days = [sorted(map(str, calendar.days_off)), sorted(map(str, calendar.make_up_days))]
    marks = Marks(layout).beside("columns", "rows")  # an audit reads them as they were written
    return sha256(json.dumps([FORMAT, law, columns, marks, days], ensure_ascii=False).encode()).hexdigest()
