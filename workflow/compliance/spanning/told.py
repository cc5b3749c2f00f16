"""Indications as they are told: by branch beside the base rate of all, small numbers hidden with all that betrays them.

They are sorted by the names of branches: nothing here ranks. Nobody is named or counted by who acted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from workflow.compliance.spanning.checks import CHECKS
from workflow.engine.hiding import Counted, Shown, alone, beside
from workflow.law.indication_words import Worded, worded
from workflow.law.indications import Indication, Indications

Found = Mapping[str, Sequence[tuple[int, int, int]]]  # by indication: organization, base, shown


@dataclass(frozen=True, slots=True)
class Told:
    """How many of how many people show it, None: hidden. ``branch``: of what is a branch's own, whether it shows it."""

    shown: int | None
    base: int | None
    branch: bool | None = None

    @property
    def rate(self) -> float | None:
        """Return the share, 0 to 1; None where a number is hidden, or there is nobody."""
        return self.shown / self.base if self.shown is not None and self.base else None

    def cells(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"shown": self.shown, "base": self.base, "rate": self.rate}


@dataclass(frozen=True, slots=True)
class Indicated:
    """One indication over all branches: its words on the day of the audit, the base rate, each branch."""

    name: str
    words: Worded
    every: Told
    branches: tuple[tuple[str, Told], ...]

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        words = self.words
        texts = {"title": words.title, "base_is": words.base, "says": words.says, "does_not_say": words.silent}
        return {
            "indication": self.name,
            **{key: {"zh": one.zh, "en": one.en} for key, one in texts.items()},
            "basis": words.basis,
            "convention": words.convention,
            "thresholds": {"from": words.since.isoformat(), **words.thresholds},
            **self.every.cells(),
            "branches": [
                {"branch": branch, **told.cells(), **({} if told.branch is None else {"indicated": told.branch})}
                for branch, told in self.branches
            ],
        }


def counted(connection: duckdb.DuckDBPyConnection, given: Indications, as_of: date) -> Found:
    """Return what the tables of ``acts`` show."""
    return {name: connection.execute(check(given, as_of)).fetchall() for name, check in CHECKS.items()}


def indicated(found: Found, given: Indications, as_of: date, branches: Mapping[int, str]) -> tuple[Indicated, ...]:
    """Return every indication as it is told. ``branches``: names by organization."""
    return tuple(_one(name, one, found[name], as_of, branches) for name, one in given.named.items())


def _one(
    name: str, one: Indication, rows: Sequence[tuple[int, int, int]], as_of: date, branches: Mapping[int, str]
) -> Indicated:
    ordered = sorted(rows, key=lambda row: (branches[row[0]], row[0]))
    lines = [_counted(base, shown) for _, base, shown in ordered]
    every = _counted(sum(one.cases for one in lines), sum(one.people for one in lines))
    by_branch = zip(ordered, beside(lines), strict=True)
    own = [bool(shown) if one.of_branches else None for _, _, shown in ordered]
    return Indicated(
        name=name,
        words=worded(one, as_of),
        every=_told(alone(every)),
        branches=tuple(
            (branches[row[0]], _told(shown, flag)) for (row, shown), flag in zip(by_branch, own, strict=True)
        ),
    )


def _counted(base: int, shown: int) -> Counted:
    """Return the numbers as statistics hide them: people who show it are those with a finding."""
    return Counted(cases=base, findings=shown, people=shown, left=shown)


def _told(shown: Shown, branch: bool | None = None) -> Told:  # noqa: FBT001 - what it says, no way of saying it
    return Told(shown.people, shown.cases, branch)
