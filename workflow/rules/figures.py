"""The number that is short: what a demand counts, and how much it would need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.case.facts import DaysIn, DifferentNames, WorkingDaysIn
from workflow.case.values import Value
from workflow.errors import Text
from workflow.law.kinds import AnyOf, Count, Kind, Majority, Quorum, Tally, WorkingDays


def figures(demand: Kind, columns: Mapping[str, Value]) -> Iterator[Text]:
    """Yield the figures behind a verdict that do not stand in a cell: what was counted and what is needed."""
    match demand:
        case Quorum() | Majority():
            due = columns[demand.due]
            if isinstance(due, int):
                needed = int(due * demand.more_than) + 1
                yield Text(f"至少须 {needed}", f"at least {needed} needed")
        case Tally():
            counted, most = _number(columns, *demand.cast), _number(columns, *demand.most())
            if demand.written:
                yield Text(f"计票 {counted}，可投 {most}", f"{counted} votes from {most} who could vote")
            else:
                yield Text(f"合计 {counted}，至多 {most}", f"{counted} in all, {most} at most")
        case WorkingDays():
            held = columns[WorkingDaysIn(demand.start, demand.end).name]
            if isinstance(held, int):
                yield Text(
                    f"{held} 个工作日，须 {demand.at_least} 个以上", f"{held} working days of {demand.at_least} needed"
                )
        case Count():
            yield from _counted(demand, columns)
        case AnyOf():
            for part in demand.of:
                yield from figures(part, columns)
        case _:
            return


def _counted(demand: Count, columns: Mapping[str, Value]) -> Iterator[Text]:
    if demand.of:
        found = columns[DifferentNames(demand.of).name]
    elif demand.days:
        found = columns[DaysIn(*demand.days).name]
    else:
        return  # an amount stands in its own cell
    zh, en = ("天", "days") if demand.days else ("名", "names")
    if demand.max is None:
        limits = Text(f"至少 {demand.min}", f"at least {demand.min}")
    else:
        span = f"{demand.min}" if demand.max == demand.min else f"{demand.min}–{demand.max}"
        limits = Text(span, span)
    if isinstance(found, int):
        yield Text(f"计 {found} {zh}，须 {limits.zh} {zh}", f"{found} {en}, {limits.en} needed")


def _number(columns: Mapping[str, Value], *names: str) -> int:
    values = (columns[name] for name in names)
    return sum(value for value in values if isinstance(value, int))
