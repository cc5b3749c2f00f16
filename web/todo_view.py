"""The lines of the to-do list as the page shows them: how urgent, which act, which button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from web.words import Urgency, cited_text, urgency, wanted_text
from workflow.engine.acting import right_for
from workflow.engine.naming import outcome_text
from workflow.engine.offices import Actor
from workflow.engine.wanting import several, wanted
from workflow.engine.worklist import MOST, Item, Worklist
from workflow.errors import Text
from workflow.law.model import Edition


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``outcome``: the one that comes next; ``open``: the actor's office can do it.

    ``otherwise``: the step can end in another way as well.
    """

    item: Item
    light: Urgency
    act: Text
    basis: Text
    known: bool  # the edition in force has the step
    open: bool
    outcome: str | None
    otherwise: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one urgency. ``count``: of all of them, also those not shown."""

    name: str
    title: Text
    count: int
    rows: tuple[Row, ...]

    @property
    def number(self) -> Text:
        """Return how many there are; a count that stopped says so."""
        return counted(self.count)

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return max(0, self.count - len(self.rows))


def counted(count: int) -> Text:
    """Return a count in words: nobody counts beyond MOST."""
    return Text(f"{MOST} 以上", f"{MOST} or more") if count >= MOST else Text(str(count), str(count))


def groups_of(work: Worklist, edition: Edition, actor: Actor, today: date) -> tuple[Group, ...]:
    """Return the groups that have lines, the most urgent first."""
    own = [_row(one, edition, actor, today, own=True) for one in work.own]
    late = tuple(one for one in own if one.item.overdue(today))
    soon = tuple(one for one in own if one.item.soon(today))
    rest = tuple(one for one in own if one not in late and one not in soon)
    apart = tuple(_row(one, edition, actor, today, own=False) for one in work.colleagues)
    others = tuple(_row(one, edition, actor, today, own=False) for one in work.others)
    counts = work.own_counts
    named = (
        Group("overdue", Text("已超期", "Overdue"), counts.overdue, late),
        Group("soon", Text("本周到期", "Due within a week"), counts.soon, soon),
        Group("open", Text("待处理", "Open"), counts.later, rest),
        Group("colleagues", Text("本组织其他人办理", "For colleagues"), work.colleague_counts.all, apart),
        Group("others", Text("等待他人", "Waiting for others"), work.other_counts.all, others),
    )
    return tuple(one for one in named if one.count)


def _row(item: Item, edition: Edition, actor: Actor, today: date, *, own: bool) -> Row:
    """Return a line. ``own``: it is for the actor's office to do."""
    step = edition.steps.get(item.step)
    outcome = wanted(edition, item)
    return Row(
        item=item,
        light=urgency(item.due_on, today),
        act=wanted_text(edition, item.step, outcome),
        basis=cited_text(step.basis) if step else Text("", ""),
        known=step is not None,
        open=own and (step is None or right_for(step) in actor.rights),
        outcome=outcome,
        otherwise=outcome is not None and several(edition, item.state, item.step),
    )


def first_due(groups: Iterable[Group]) -> Row | None:
    """Return the line that falls due next, whoever has to act; None: nothing is limited."""
    limited = [row for group in groups for row in group.rows if row.item.due_on is not None]
    return min(limited, key=lambda row: row.item.due_on or date.max, default=None)


def opening_of(edition: Edition, openings: Sequence[tuple[str, str]]) -> Text | None:
    """Return with what the office begins cases, the letter as a rule; None: it begins none."""
    return outcome_text(edition, *openings[0]) if openings else None
