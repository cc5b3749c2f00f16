"""A record drawn act by act, written as the entries of branches, and what its indications say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.engine.office import LAWS
from workflow.bulk.entries import EntryColumns
from workflow.case.record import EntryKind, Recorded
from workflow.compliance.engines.duckdb import insert
from workflow.compliance.spanning.acts import HELD_BY, Acts
from workflow.compliance.spanning.told import Indicated, counted, indicated
from workflow.compliance.view.tables import create, opened
from workflow.law.indications import Indications

BOOK = LAWS.book()
COLUMNS = EntryColumns(BOOK.periods)
TYPES = COLUMNS.types | {HELD_BY: "BIGINT"}


def shipped() -> Indications:
    """Return the indications as shipped."""
    given = LAWS.law.definitions.indications
    assert given is not None
    return given


GIVEN = shipped()
AS_OF = date(2026, 11, 22)
NAMES = {number: f"第{number}支部" for number in range(1, 10)}


@dataclass(slots=True)
class Life:
    """The entries of one person, in the order of recording. ``branch``: that has the case from here on."""

    record: Record
    case: int
    branch: int
    number: int = 0

    def write(self, kind: EntryKind, recorded_on: date, **entry: Any) -> int:
        """Write an entry; return its number."""
        self.number += 1
        made = Recorded(number=self.number, kind=kind, recorded_on=recorded_on, **entry)
        self.record.rows.append(COLUMNS.row(self.case, self.branch, made) | {HELD_BY: self.branch})
        return self.number

    def act(self, mark: str, on: date, recorded_on: date | None = None, **evidence: Any) -> int:
        """Record an act (``step:outcome``), on its day unless another is given."""
        step, outcome = mark.split(":")
        return self.write(
            EntryKind.ACT, recorded_on or on, step=step, outcome=outcome, occurred_on=on, evidence=evidence
        )

    def attest(self, step: str, recorded_on: date, **evidence: Any) -> int:
        """Attest a step of the past."""
        return self.write(EntryKind.ATTESTED, recorded_on, step=step, evidence=evidence)

    def correct(self, number: int, step: str, recorded_on: date, on: date | None = None, **evidence: Any) -> int:
        """Correct the day, or facts, of an act."""
        return self.write(EntryKind.CORRECTION, recorded_on, step=step, occurred_on=on, evidence=evidence,
                          supersedes=number)  # fmt: skip

    def withdraw(self, number: int, recorded_on: date) -> int:
        """Take an entry back."""
        return self.write(EntryKind.WITHDRAWAL, recorded_on, supersedes=number)

    def move(self, to: int, on: date) -> int:
        """Let another branch take the case over."""
        self.branch = to
        return self.act("move:handed_over", on)


@dataclass(slots=True)
class Record:
    """Many lives."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    lives: int = 0

    def life(self, branch: int = 1) -> Life:
        """Begin a life with a branch."""
        self.lives += 1
        return Life(self, self.lives, branch)

    def crowd(self, people: int, branch: int = 1) -> list[Life]:
        """Begin so many."""
        return [self.life(branch) for _ in range(people)]

    def write(self, path: Path) -> Path:
        """Write the entries."""
        with duckdb.connect() as connection:
            create(connection, "entries", TYPES)
            insert(connection, "entries", TYPES, ([row[name] for name in TYPES] for row in self.rows))
            connection.execute(f"COPY entries TO '{path}' (FORMAT parquet)")
        return path

    def found(self, folder: Path, as_of: date = AS_OF) -> dict[str, dict[int, tuple[int, int]]]:
        """Return by indication and branch how many show it of how many, nothing hidden."""
        with opened() as connection:
            acts = Acts(connection, GIVEN, as_of)
            acts.add(self.write(folder / "entries.parquet"), BOOK.newest)
            return {
                name: {branch: (shown, base) for branch, base, shown in rows}
                for name, rows in counted(connection, GIVEN, as_of).items()
            }

    def told(self, folder: Path, as_of: date = AS_OF) -> dict[str, Indicated]:
        """Return every indication as it is told."""
        found = self.found(folder, as_of)
        rows = {name: [(branch, base, shown) for branch, (shown, base) in one.items()] for name, one in found.items()}
        return {one.name: one for one in indicated(rows, GIVEN, as_of, NAMES)}


def days(first: date, *steps: int) -> list[date]:
    """Return days so many days after the first."""
    return [first + timedelta(step) for step in steps]
