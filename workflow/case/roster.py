"""The members of the branches, with their standing and penalties by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow.case.values import UNREADABLE, Unreadable

Day = date | None | Unreadable
Answer = bool | Unreadable


class Standing(StrEnum):
    """What a member is (Party Constitution, chapter 1)."""

    FULL = "full"
    PROBATIONARY = "probationary"


class PenaltyKind(StrEnum):
    """The penalties that touch a sponsor (2026 art. 14)."""

    WARNING = "warning"
    SERIOUS_WARNING = "serious_warning"
    REMOVAL = "removal"
    PROBATION_WITHIN_PARTY = "probation_within_party"


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty and the days between which it has effect, both counted; no last day: still in force."""

    kind: PenaltyKind | Unreadable
    from_on: Day
    until_on: Day

    def in_force(self, kinds: frozenset[PenaltyKind], on: date) -> Answer:
        """Tell whether a penalty of one of ``kinds`` has effect on ``on``."""
        if self.kind is not UNREADABLE and self.kind not in kinds:
            return False
        if isinstance(self.from_on, date) and self.from_on > on:
            return False
        if isinstance(self.until_on, date) and self.until_on < on:
            return False
        if self.from_on is None:
            return False
        unreadable = self.kind is UNREADABLE or self.from_on is UNREADABLE or self.until_on is UNREADABLE
        return UNREADABLE if unreadable else True


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a roster. Names are compared as normalised by whoever reads the roster."""

    name: str
    branch: str
    standing: Standing | Unreadable | None
    full_on: Day
    penalties: tuple[Penalty, ...] = ()

    def full_member(self, on: date) -> Answer:
        """Tell whether this is a full member on ``on``; a blank day of conversion is not reached."""
        if self.standing is not UNREADABLE and self.standing is not Standing.FULL:
            return False
        if self.full_on is None or (isinstance(self.full_on, date) and self.full_on > on):
            return False
        return UNREADABLE if self.standing is UNREADABLE or self.full_on is UNREADABLE else True

    def penalised(self, kinds: frozenset[PenaltyKind], on: date) -> Answer:
        """Tell whether a penalty of one of ``kinds`` has effect on ``on``."""
        return any_of(penalty.in_force(kinds, on) for penalty in self.penalties) if self.penalties else False


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return True if one is, unreadable if one might be, else False."""
    found: Answer = False
    for answer in answers:
        if answer is True:
            return True
        if answer is not False:
            found = UNREADABLE
    return found


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return False if one is, unreadable if one might be, else True."""
    found: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if answer is not True:
            found = UNREADABLE
    return found


class Roster:
    """Members looked up by name: first in the case's own branch, only then in all branches."""

    def __init__(
        self,
        members: Iterable[Member],
        homes: Mapping[str, str] | None = None,
        unknown: frozenset[str] = frozenset(),
    ) -> None:
        """Index the members; several may bear one name, even within a branch.

        ``homes``: of names that were named while another branch had the case, that branch; ``unknown``: names of which
        nothing can be said, because the branch that named them has no roster.
        """
        self._homes, self._unknown = dict(homes or {}), unknown
        in_branch: dict[tuple[str, str], list[Member]] = defaultdict(list)
        anywhere: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            in_branch[member.branch, member.name].append(member)
            anywhere[member.name].append(member)
        self._in_branch = {key: tuple(found) for key, found in in_branch.items()}
        self._anywhere = {name: tuple(found) for name, found in anywhere.items()}

    def members(self) -> Iterator[Member]:
        """Walk all members, branch by branch and name by name as they were met."""
        return (member for found in self._in_branch.values() for member in found)

    def knows(self, name: str) -> bool:
        """Tell whether anything can be said of a name, be it that nobody bears it."""
        return name not in self._unknown

    def find(self, name: str, branch: str | None) -> tuple[Member, ...]:
        """Return everybody whom ``name`` may mean to a case of ``branch``; nobody: an empty tuple."""
        home = self._homes.get(name, branch or "")
        return self._in_branch.get((home, name)) or self._anywhere.get(name) or ()

    def branches(self, name: str) -> tuple[str | None, ...]:
        """Return the branches in which somebody bears ``name``, and None for any other branch."""
        return (None, *dict.fromkeys(member.branch for member in self._anywhere.get(name, ())))

    def not_full_member(self, name: str, branch: str | None, on: date) -> Answer:
        """Tell whether ``name`` is no full member on ``on``: true of every namesake, or of nobody on the roster."""
        if name in self._unknown:
            return UNREADABLE
        return negation(any_of(member.full_member(on) for member in self.find(name, branch)))

    def penalised(self, name: str, branch: str | None, kinds: frozenset[PenaltyKind], on: date) -> Answer:
        """Tell whether every namesake of ``name`` is under one of ``kinds`` on ``on``; False if nobody bears it."""
        if name in self._unknown:
            return UNREADABLE
        found = self.find(name, branch)
        return all_of(member.penalised(kinds, on) for member in found) if found else False


def negation(answer: Answer) -> Answer:
    """Return the opposite; unreadable stays unreadable."""
    return answer if isinstance(answer, Unreadable) else not answer
