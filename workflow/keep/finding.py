"""What a check of an installation says: good, worth attention, wrong, or that it could not look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflow.errors import Text

Report = Callable[[int, int], None]  # how many are done, of how many


class Level(StrEnum):
    """How a check ended."""

    GOOD = "good"
    ATTENTION = "attention"  # nothing is wrong yet
    WRONG = "wrong"
    UNKNOWN = "unknown"  # it could not look


MARKS = {Level.GOOD: "✓", Level.ATTENTION: "!", Level.WRONG: "✗", Level.UNKNOWN: "?"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says. ``examples``: the first of the places, where there are several."""

    check: str
    level: Level
    what: Text
    remedy: Text | None = None
    examples: tuple[Text, ...] = ()

    def lines(self, lang: str) -> list[str]:
        """Return the finding for people: a marked line, examples, what to do."""
        lines = [f"{MARKS[self.level]} {self.what.of(lang)}"]
        lines += [f"    {one.of(lang)}" for one in self.examples]
        if self.remedy is not None:
            lines.append(f"  → {self.remedy.of(lang)}")
        return lines

    def plain(self) -> dict[str, Any]:
        """Return the finding for scripts; its keys are stable."""
        return {
            "check": self.check,
            "level": str(self.level),
            "what": _both(self.what),
            "remedy": _both(self.remedy) if self.remedy else None,
            "examples": [_both(one) for one in self.examples],
        }


def good(check: str, what: Text) -> Finding:
    """Return that a check found nothing."""
    return Finding(check, Level.GOOD, what)


def wrong(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that say that something is wrong or could not be looked at."""
    return tuple(one for one in findings if one.level in {Level.WRONG, Level.UNKNOWN})


def silent(done: int, of: int) -> None:
    """Report progress to nobody."""


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
