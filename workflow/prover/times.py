"""Minimum and maximum times can be kept together, whatever the day on which a limit begins to run.

Every rule counts, soft ones too. A limit with an extension counts with its normal length as well: the law must be
possible without special circumstances. Rules whose ``when`` exclude one another are not asked for together.

A column that takes the first filled of several is looked at once as its first column and once as its last, all such
columns alike. Rules with an ``unless`` count as if it never held. Alternatives (``any_of``) and rhythms (``every``) are
left out: the first leave a way out, the second set no time between two acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from workflow.errors import Text
from workflow.law.fit import DAY, Types, column_types
from workflow.law.kinds import Bound, Consistent, Count, Kind, RecordedWithin, Within, WorkingDays
from workflow.law.model import Edition, FirstFilled, Plus, RuleDef
from workflow.law.source import Fault
from workflow.prover.network import Link, around, unkept
from workflow.prover.proof import Part, part
from workflow.prover.subject import Subject

# A whole week with a leap day in it, ends of short and long months and the days after them, and the last cut-over.
START_DAYS = (
    *(date(2024, 2, 26) + timedelta(days=number) for number in range(7)),
    date(2023, 1, 31),
    date(2023, 2, 1),
    date(2023, 2, 28),
    date(2023, 4, 30),
    date(2025, 8, 31),
    date(2026, 5, 11),
)


def times_feasible(subjects: Sequence[Subject]) -> Part:
    """Prove that from every start day each limit can be kept together with everything that must come before its end."""
    faults: list[Fault] = []
    limits = tried = 0
    done: set[frozenset[Link]] = set()
    for subject in subjects:
        for links in networks(subject.edition):
            if frozenset(links) in done:
                continue
            done.add(frozenset(links))
            limits += len(anchors(links, subject.edition))
            tried += len(links)
            faults += (_fault(subject, chain, day) for chain, day in impossible(links, subject.edition))
    counts = [("日期先后和期限", "links between days", tried), ("起算日", "start columns", limits)]
    return part(
        "各期限可以同时遵守",
        "all times can be kept together",
        [*counts, ("试算日", "start days", len(START_DAYS))],
        faults,
    )


def networks(edition: Edition) -> Iterator[tuple[Link, ...]]:
    """Yield the links between days, once for each way of reading columns that take the first filled of several."""
    widths = [len(value.how.first_filled) for value in edition.derived.values() if isinstance(value.how, FirstFilled)]
    for nth in {0, *(width - 1 for width in widths)}:
        yield tuple(dict.fromkeys(_links(edition, nth)))


def _links(edition: Edition, nth: int) -> Iterator[Link]:
    alias: dict[str, str] = {}
    types = column_types(edition)
    for name, derived in edition.derived.items():
        match derived.how:
            case FirstFilled(first_filled=columns):
                chosen = columns[min(nth, len(columns) - 1)]
                alias[name] = alias.get(chosen, chosen)
            case Plus(plus=column, months=months):
                base = alias.get(column, column)
                yield Link(name, base, name, months)
                yield Link(name, name, base, months, back=True)
            case _:
                pass
    for name, (_, rule) in edition.rules.items():
        for link in _of_demand(name, rule.demand, types):
            yield Link(
                name,
                alias.get(link.source, link.source),
                alias.get(link.target, link.target),
                link.months,
                link.days,
                link.working_days,
                link.back,
            )


def _of_demand(name: str, demand: Kind, types: Types) -> Iterator[Link]:
    """Yield the links of one rule, with the columns as the rule names them."""
    for bound in demand.bounds():
        yield _link(name, bound)
    match demand:
        case Within(extension=longer) if longer is not None:
            yield _link(name, Bound(before=demand.start, after=demand.day, months=demand.months, upper=True))
        case WorkingDays():
            yield Link(name, demand.start, demand.end, working_days=demand.at_least)
        case RecordedWithin():
            yield _link(name, Bound(before=demand.day, after=demand.recorded, days=demand.days, upper=True))
        case Count(days=(first, last)):
            if demand.min:
                yield _link(name, Bound(before=first, after=last, days=demand.min - 1))
            if demand.max is not None:
                yield _link(name, Bound(before=first, after=last, days=demand.max - 1, upper=True))
        case Consistent():
            for one, other in combinations([column for column in demand.columns() if types[column] in DAY], 2):
                yield Link(name, one, other)
                yield Link(name, other, one)
        case _:
            pass


def _link(name: str, bound: Bound) -> Link:
    if bound.upper:
        return Link(name, bound.after, bound.before, bound.months, bound.days, back=True)
    return Link(name, bound.before, bound.after, bound.months, bound.days)


def anchors(links: Sequence[Link], edition: Edition) -> tuple[str, ...]:
    """Return the recorded columns from which a limit runs: a person may be there on any day of the calendar."""
    return tuple(dict.fromkeys(link.target for link in links if link.back and link.target in edition.fields))


def impossible(links: Sequence[Link], edition: Edition) -> Iterator[tuple[tuple[Link, ...], date]]:
    """Yield chains that cannot be kept, each with a start day that shows it; a chain's limits are then left out."""
    rules = {name: rule for name, (_, rule) in edition.rules.items()}
    left = list(links)
    while found := _first(left, edition, rules):
        yield found
        broken = {link.origin for link in found[0] if link.back} or {link.origin for link in found[0]}
        left = [link for link in left if link.origin not in broken]


def _first(
    links: Sequence[Link], edition: Edition, rules: Mapping[str, RuleDef]
) -> tuple[tuple[Link, ...], date] | None:
    """Return a chain of rules that can all apply to one case and cannot all be kept, None if there is none."""
    for anchor in anchors(links, edition):
        inside = around(links, anchor)
        for day in START_DAYS:
            if chain := unkept(inside, anchor, day):
                apart = _exclude_each_other(chain, rules)
                if not apart:
                    return chain, day
                without = ([link for link in links if link.origin != origin] for origin in apart)
                return next(filter(None, (_first(left, edition, rules) for left in without)), None)
    return None


def _exclude_each_other(chain: Sequence[Link], rules: Mapping[str, RuleDef]) -> tuple[str, ...]:
    """Return two rules of a chain that never apply to the same case, or nothing."""
    names = dict.fromkeys(link.origin for link in chain if link.origin in rules)
    for one, other in combinations(names, 2):
        mine, theirs = rules[one].when, rules[other].when
        if any(not set(mine[column]) & set(theirs[column]) for column in mine.keys() & theirs.keys()):
            return (one, other)
    return ()


def _fault(subject: Subject, chain: Sequence[Link], day: date) -> Fault:
    """Return the fault, at a limit of the chain; at one that an overlay set, if there is one."""
    said = [_said(link) for link in chain]
    start = chain[-1].target
    zh = f"{start} 为 {day} 时以下各项不能同时遵守：" + "；".join(text.zh for text in said)
    en = f"with {start} on {day} these cannot all be kept: " + "; ".join(text.en for text in said)
    rules = [link for link in chain if link.origin in subject.edition.rules]
    if not rules:
        return subject.fault(("derived", chain[0].origin), zh, en)
    worst = max(rules, key=lambda link: (subject.local(link.origin), link.back))
    return subject.rule_fault(worst.origin, (), zh, en)


def _said(link: Link) -> Text:
    """Return a link in words: who says it, between which columns, how long."""
    after, before = (link.source, link.target) if link.back else (link.target, link.source)
    zh = [(link.months, "个月"), (link.days, "日"), (link.working_days, "个工作日（首尾都算，遇长假）")]
    en = [(link.months, "months"), (link.days, "days"), (link.working_days, "working days (both ends, long holidays)")]
    long_zh = "、".join(f"{number} {unit}" for number, unit in zh if number) or "0 日"
    long_en = ", ".join(f"{number} {unit}" for number, unit in en if number) or "0 days"
    most_zh, most_en = ("至多", "at most") if link.back else ("至少", "at least")
    return Text(
        f"{link.origin}（{before} 之后{most_zh} {long_zh}为 {after}）",
        f"{link.origin} ({after} {most_en} {long_en} after {before})",
    )
