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
from workflow.engine.hiding import beside
from workflow.engine.indication_numbers import Found, Told, told_alone, told_in_lines
from workflow.engine.indication_numbers import counted as numbers
from workflow.law.indication_words import Worded, worded
from workflow.law.indications import Indication, Indications


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
            **_cells(self.every),
            "branches": [
                {"branch": branch, **_cells(told), **({} if told.some is None else {"indicated": told.some})}
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
    lines = [numbers(base, shown) for _, base, shown in ordered]
    every = numbers(sum(line.cases for line in lines), sum(line.people for line in lines))
    by_branch = told_in_lines(lines, beside(lines), own=one.of_branches)
    return Indicated(
        name=name,
        words=worded(one, as_of),
        every=told_alone(every, own=False),
        branches=tuple((branches[row[0]], told) for row, told in zip(ordered, by_branch, strict=True)),
    )


def _cells(told: Told) -> dict[str, Any]:
    """Return numbers as JSON has them."""
    return {"shown": told.shown, "base": told.base, "rate": None if told.rate is None else float(told.rate)}
