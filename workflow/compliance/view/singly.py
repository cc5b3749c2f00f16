"""One case at a time: entries replayed as online, columns computed by the one function, rows of the layout made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from workflow.bulk.entries import EntryColumns
from workflow.bulk.layout import Layout
from workflow.calendar import WorkingCalendar
from workflow.case.facts import World
from workflow.case.history import CaseView
from workflow.case.record import Recorded, effective, known_part, replay
from workflow.case.roster import Member, Penalty, PenaltyKind, Roster, Standing
from workflow.case.values import ABSENT, UNREADABLE, Unreadable, Value
from workflow.errors import Text, WorkflowError

Row = tuple[Any, ...]
Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadCase:
    """A case that cannot be replayed: its number, its organization, and why not."""

    case: int
    organization: int
    why: Text


@dataclass(frozen=True, slots=True)
class Made:
    """The row of a case (``Casting.types_of_row``) and those of its earlier rounds (``types_of_round``)."""

    row: Row
    rounds: tuple[Row, ...]


class Singly:
    """Makes rows of a layout from entries, case by case: the meaning that the statement in bulk has to keep."""

    def __init__(self, layout: Layout, calendar: WorkingCalendar) -> None:
        """Prepare for a layout."""
        self.layout, self.calendar = layout, calendar
        self.entries = EntryColumns(layout.book.periods)

    def made(self, stored: Iterable[Stored], roster: Mapping[int, Roster]) -> Iterator[Made | BadCase]:
        """Yield what becomes of each case of which an entry is in effect; ``stored``: sorted by case and number.

        ``roster``: the members who may be meant, by the organization that has a case; none: nothing is known of them.
        """
        for case, rows in groupby(stored, key=lambda row: row["case"]):
            found = list(rows)
            organization = max(row["organization"] for row in found)
            try:
                made = self._alone(case, organization, found, roster.get(organization))
            except WorkflowError as error:
                yield BadCase(case, organization, error.what)
            except (ValueError, TypeError, OverflowError) as error:  # an act without a day, a kind that nobody knows
                yield BadCase(
                    case, organization, Text(f"条目无法读取：{error}", f"an entry that cannot be read: {error}")
                )
            else:
                yield from made

    def _alone(self, case: int, organization: int, stored: Sequence[Stored], roster: Roster | None) -> tuple[Made, ...]:
        view = self.view(stored, organization)
        return () if view is None else (self._made(case, organization, view, World(self.calendar, roster)),)

    def view(self, stored: Sequence[Stored], organization: int) -> CaseView | None:
        """Return where a case stands, None if no entry is in effect; raises as ``replay`` does."""
        known: list[Recorded] = []
        for entry in effective(map(self.entries.recorded, stored)):
            edition = self.layout.book.edition_on(entry.occurred_on or entry.recorded_on)
            part = known_part(entry, edition)
            known += [part] if part else []
        if not known:
            return None
        absent = (column for row in stored for column in row["absent"] or ())
        given: dict[str, Value] = {**dict.fromkeys(absent, ABSENT), "case.branch": str(organization)}
        return replay(known, self.layout.book.edition_on, given)

    def _made(self, case: int, organization: int, view: CaseView, world: World) -> Made:
        rounds = (
            (case, organization, one.step, one.number, *self._row(one.values, world), ";".join(one.broken) or None)
            for one in view.earlier
        )
        return Made((case, organization, None, None, *self._row(view.values, world)), tuple(rounds))

    def _row(self, values: Mapping[str, Value], world: World) -> Row:
        return self.layout.row(self.layout.book.columns(values, world))


def rosters(lines: Iterable[Stored], organizations: Iterable[int]) -> dict[int, Roster]:
    """Return the roster by organization: of those whose members are known; a line a member, one more a penalty.

    ``lines``: person, organization, standing, full_on, penalty, penalty_from, penalty_until.
    """
    penalties: dict[tuple[int, int, str | None, date | None], list[Penalty]] = {}
    for line in lines:
        held = penalties.setdefault((line["person"], line["organization"], line["standing"], line["full_on"]), [])
        if line["penalty"] is not None:
            held.append(Penalty(_kind(line["penalty"]), line["penalty_from"], line["penalty_until"]))
    roster = Roster(
        Member(str(person), str(organization), _standing(standing), full_on, tuple(held))
        for (person, organization, standing, full_on), held in penalties.items()
    )
    return dict.fromkeys(organizations, roster)


def _standing(code: str | None) -> Standing | Unreadable | None:
    """Return a standing; one that this program does not know is unreadable, never guessed."""
    if code is None:
        return None
    return Standing(code) if code in {str(one) for one in Standing} else UNREADABLE


def _kind(code: str) -> PenaltyKind | Unreadable:
    return PenaltyKind(code) if code in {str(one) for one in PenaltyKind} else UNREADABLE
