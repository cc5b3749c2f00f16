"""Of how many of how many people an indication shows, as it is told: on the pages and in reports alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from workflow.engine.hiding import Counted, Shown, alone

Found = Mapping[str, Sequence[tuple[int, int, int]]]  # by indication: branch, base, shown
NOTHING = Shown(None, None, None, None, None)


@dataclass(frozen=True, slots=True)
class Told:
    """Of how many people of how many it shows, None: hidden. ``some``: of a branch's own, whether some branch has it.

    That is told however few people wait there: everybody in the base of a branch shows it or nobody does.
    """

    shown: int | None
    base: int | None
    some: bool | None = None

    @property
    def rate(self) -> Fraction | None:
        """Return the share; None: it is not told, or there is nobody."""
        return Fraction(self.shown, self.base) if self.shown is not None and self.base else None


def counted(base: int, shown: int) -> Counted:
    """Return the numbers as statistics hide them: people of whom it shows are those with a finding."""
    return Counted(cases=base, findings=shown, people=shown, left=shown)


def told_alone(one: Counted, *, own: bool) -> Told:
    """Return numbers as they are told by themselves. ``own``: it is a branch's own to have it."""
    return _told(one, alone(one), own=own)


def told_in_lines(lines: Sequence[Counted], shown: Sequence[Shown], *, own: bool) -> tuple[Told, ...]:
    """Return lines as they are told under each other; ``shown``: as statistics would.

    Where it is a branch's own, what stands beside each line says whether its base shows it or nobody does: one number
    would follow from the others, so that where one is hidden all are.
    """
    if own and any(None in (one.cases, one.people) for one in shown):
        shown = (NOTHING,) * len(lines)
    return tuple(_told(one, as_told, own=own) for one, as_told in zip(lines, shown, strict=True))


def _told(one: Counted, shown: Shown, *, own: bool) -> Told:
    return Told(shown.people, shown.cases, one.people > 0 if own else None)
