"""Small numbers in statistics are not told, nor anything from which one follows: not by a remainder, not by a sum.

A number below five could point at people. In a line that is the number itself, and what is left over between two of
them: people without a finding, people with a waiver. In a table whose lines add up to a total that is told elsewhere,
what is hidden must not be what is left of the total: further lines are hidden, the smallest first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 5  # what is smaller and not nothing is not told
GROUP = frozenset({"findings", "people", "left", "waived"})
WITHOUT_WAIVED = frozenset({"left", "waived"})
NUMBERS = ("cases", "findings", "people", "left", "waived")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted somewhere. ``people``: with a finding; ``left``: with one that no waiver covers."""

    cases: int
    findings: int
    people: int
    left: int
    waived: int = 0  # findings

    @property
    def free(self) -> int:
        """Return how many people are left over beside those with a finding; where nobody has one that is nobody."""
        return self.cases - self.people if self.people else 0

    @property
    def freed(self) -> int:
        """Return how many people have findings that are all waived."""
        return self.people - self.left if self.left else 0

    @property
    def rest(self) -> int:
        """Return how many people are left over beside those with a finding that no waiver covers."""
        return self.cases - self.left if self.left else 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The same as it is told, None what is hidden; shares are of the cases."""

    cases: int | None
    findings: int | None
    people: int | None
    left: int | None
    waived: int | None

    @property
    def share(self) -> Fraction | None:
        """Return which share of the people have a finding; None: it is not told, or there is nobody."""
        return _share(self.people, self.cases)

    @property
    def share_left(self) -> Fraction | None:
        """Return the same of findings that no waiver covers."""
        return _share(self.left, self.cases)


def small(number: int) -> bool:
    """Tell whether a number is too small to be told."""
    return 0 < number < FEWEST


def alone(counted: Counted) -> Shown:
    """Return a line as it is told where it adds up to nothing with others."""
    return _shown(counted, _hidden(counted))


def beside(lines: Sequence[Counted], *, whole: bool = True) -> tuple[Shown, ...]:
    """Return lines that stand under each other as they are told.

    ``whole``: all their numbers add up to a total, as those of organizations do; else findings alone do, as by rule,
    where people have several.
    """
    hidden = [_hidden(one) for one in lines]
    if whole:
        _cover(lines, hidden, frozenset({"cases"}), (lambda one: one.cases,))
        _cover(
            lines, hidden, GROUP, (lambda one: one.people, lambda one: one.findings, lambda one: one.cases - one.people)
        )
        left = (lambda one: one.left, lambda one: one.people - one.left, lambda one: one.cases - one.left)
        _cover(lines, hidden, WITHOUT_WAIVED, left)
    else:
        _cover(lines, hidden, GROUP, (lambda one: one.findings,))
    return tuple(map(_shown, lines, hidden))


def below(total: Counted, lines: Sequence[Counted]) -> tuple[Shown, ...]:
    """Return lines as they are told under a total that was counted on another day than the lines were chosen.

    What of the total no line holds – an organization that has left since, people of nothing below – is one more line,
    which is not there to be seen. Lines that are no parts of the total – one that has come since – are not told at all.
    Nor are they where what is left over is no line either: findings of nobody, since as many have come as have left.
    """
    rest = Counted(*(getattr(total, name) - sum(getattr(one, name) for one in lines) for name in NUMBERS))
    if min(
        rest.left, rest.people - rest.left, rest.cases - rest.people, rest.findings - rest.people, rest.waived
    ) < 0 or (rest.findings and not rest.people):
        return (Shown(None, None, None, None, None),) * len(lines)
    return beside([*lines, rest])[:-1] if rest.cases else beside(lines)


def together(*numbers: int) -> tuple[int | None, ...]:
    """Return numbers that belong together as they are told: all of them, or none if one is small."""
    return tuple(None if any(map(small, numbers)) else number for number in numbers)


def _hidden(one: Counted) -> set[str]:
    """Return the names of what is hidden in a line by itself; what lies within the hidden is hidden, too."""
    hidden = {"cases"} if small(one.cases) else set()
    if any(map(small, (one.findings, one.people, one.free))):
        return hidden | GROUP
    if any(map(small, (one.left, one.freed, one.rest))):
        return hidden | WITHOUT_WAIVED
    return hidden | ({"waived"} if small(one.waived) or (one.waived and small(one.findings - one.waived)) else set())


def _cover(
    lines: Sequence[Counted], hidden: list[set[str]], names: frozenset[str], sums: Sequence[Callable[[Counted], int]]
) -> None:
    """Hide ``names`` in further lines until two lines or more are, and no sum over them is small; or all are."""
    key = min(names)
    gone = [one for one, out in zip(lines, hidden, strict=True) if key in out]
    totals, count, size = [sum(map(of, gone)) for of in sums], len(gone), sums[0]
    rest = [place for place, out in enumerate(hidden) if key not in out] if gone else []
    for place in sorted(rest, key=lambda place: (size(lines[place]) == 0, size(lines[place]))):
        if count > 1 and not any(map(small, totals)):
            return
        hidden[place] |= names
        totals, count = [total + of(lines[place]) for total, of in zip(totals, sums, strict=True)], count + 1


def _shown(one: Counted, hidden: set[str]) -> Shown:
    told = {name: None if name in hidden else getattr(one, name) for name in NUMBERS}
    return Shown(**told)


def _share(part: int | None, base: int | None) -> Fraction | None:
    return Fraction(part, base) if part is not None and base else None
