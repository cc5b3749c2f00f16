"""Breaches by the month in which they lie, against how many verdicts were made that lie in it.

The month is that of the act; of what was not done, of the last lawful day; else of the day whose edition governs
(``workflow.bulk.months``). A month is told once for all: what is found today of last year lies in last year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.compliance.rates import Part


@dataclass(frozen=True, slots=True)
class Count:
    """How many verdicts were made, and how many of them found a breach."""

    decided: int
    broken: int

    @property
    def rate(self) -> float | None:
        """Return the share broken, 0 to 1; None where none was made."""
        return self.broken / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Trend:
    """By month (``2026-05``; country.UNDATED, the last of all: no month can be told) and rule."""

    months: Mapping[str, Mapping[str, Count]]

    def whole(self, month: str) -> Count:
        """Return a month with all its rules."""
        counts = self.months[month].values()
        return Count(sum(one.decided for one in counts), sum(one.broken for one in counts))

    def told(self) -> list[dict[str, Any]]:
        """Return it as JSON has it."""
        return [
            {
                "month": month or None,
                **_line(self.whole(month)),
                "rules": [{"rule": rule, **_line(one)} for rule, one in rules.items()],
            }
            for month, rules in self.months.items()
        ]


def _line(count: Count) -> dict[str, Any]:
    return {"decided": count.decided, "broken": count.broken, "rate": count.rate}


def trend_of(parts: Sequence[Part]) -> Trend:
    """Return the months of all parts, the oldest first; rules in the order of their names."""
    sums: dict[str, dict[str, list[int]]] = {}
    for part in parts:
        for rule, lines in part.run.months.items():
            for month, (decided, broken) in lines.items():
                line = sums.setdefault(month, {}).setdefault(rule, [0, 0])
                line[0] += decided
                line[1] += broken
    ordered = sorted(sums, key=lambda month: (not month, month))
    return Trend({month: {rule: Count(*sums[month][rule]) for rule in sorted(sums[month])} for month in ordered})
