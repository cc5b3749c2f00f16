"""Histories as they are lived, recorded, spoilt and mended, drawn from a seed: entries with people as numbers.

Each begins as one of the traces of the regulation tests and is changed a few times: an act left out, done twice, in
another order or on an odd day, ended otherwise, irregular, corrected, withdrawn, unreadable, or all taken over as past.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from tests.regulation.case import FIELDS
from tests.regulation.members import BRANCH, ELSEWHERE, ROSTER, THIRD
from tests.regulation.trace import accepted, begin, read_entry, traces
from workflow.case.history import Entry
from workflow.case.record import EntryKind, Recorded
from workflow.case.roster import Member
from workflow.case.values import UNREADABLE, Unreadable, Value
from workflow.law.model import Edition, FieldType

ORGANIZATIONS = {BRANCH: 11, ELSEWHERE: 12, THIRD: 13}
WITHOUT_ROSTER = 14
ODD_DAYS = (
    date(2024, 2, 29), date(2023, 2, 28), date(2026, 5, 10), date(2026, 5, 11), date(2026, 5, 31), date(2026, 6, 30),
    date(2027, 1, 31), date(2026, 12, 31), date(2028, 2, 29), date(2014, 5, 28), date(2026, 9, 1), date(1960, 1, 1),
)  # fmt: skip


@cache
def number_of(name: str) -> int:
    """Return the number by which a person is known."""
    return int.from_bytes(name.encode().ljust(7, b"\0")[:7], "big") ^ hash_of(name)


def hash_of(name: str) -> int:
    """Return something that tells long names apart, the same in every run."""
    return sum(place * byte for place, byte in enumerate(name.encode(), start=1)) % 251


def members() -> list[tuple[Any, ...]]:
    """Return the roster of the regulation tests as lines: a member, or one more penalty of a member."""
    return [line for member in ROSTER.members() for line in lines_of(member)]


def lines_of(member: Member) -> list[tuple[Any, ...]]:
    """Return the lines of a member."""
    standing = "难辨" if isinstance(member.standing, Unreadable) else member.standing and str(member.standing)
    who = (number_of(member.name), ORGANIZATIONS[member.branch], standing, member.full_on)
    held: list[tuple[Any, ...]] = [(str(one.kind), one.from_on, one.until_on) for one in member.penalties]
    return [(*who, *penalty) for penalty in held or [(None, None, None)]]


@dataclass(slots=True)
class Drawn:
    """A history that is being changed."""

    random: Random
    editions: tuple[Edition, ...]
    entries: list[Recorded]

    def change(self) -> None:
        """Make one change."""
        changes: list[Callable[[], None]] = [
            self.cut, self.leave_out, self.leave_out, self.move_day, self.move_day, self.move_day, self.swap_days,
            self.swap_order, self.repeat, self.end_otherwise, self.irregular, self.correct, self.withdraw, self.bring,
            self.bring, self.unreadable, self.past, self.insert, self.insert, self.absent, self.other_person, self.join,
        ]  # fmt: skip
        if len(self.entries) > 2:
            self.random.choice(changes)()
        self.entries = [replace(entry, number=place) for place, entry in enumerate(self.entries, start=1)]

    def at(self) -> int:
        """Return the place of an act."""
        return self.random.randrange(1, len(self.entries))

    def cut(self) -> None:
        del self.entries[self.at() + 1 :]

    def leave_out(self) -> None:
        del self.entries[self.at()]

    def move_day(self) -> None:
        place = self.at()
        day = self.entries[place].occurred_on
        if day is not None:
            moved = day + timedelta(self.random.choice((-400, -31, -1, 1, 30, 365)))
            self.entries[place] = replace(self.entries[place], occurred_on=self.random.choice((moved, *ODD_DAYS)))

    def swap_days(self) -> None:
        one, other = self.at(), self.at()
        first, second = self.entries[one].occurred_on, self.entries[other].occurred_on
        self.entries[one] = replace(self.entries[one], occurred_on=second)
        self.entries[other] = replace(self.entries[other], occurred_on=first)

    def swap_order(self) -> None:
        one = self.at()
        other = min(one + self.random.choice((1, 1, 1, 4)), len(self.entries) - 1)
        self.entries[one], self.entries[other] = self.entries[other], self.entries[one]

    def repeat(self) -> None:
        place = self.at()
        self.entries.insert(place + 1, self.entries[place])

    def end_otherwise(self) -> None:
        place = self.at()
        outcomes = self.outcomes(self.entries[place].step or "")
        if outcomes and self.entries[place].kind is EntryKind.ACT:
            self.entries[place] = replace(self.entries[place], outcome=self.random.choice(outcomes))

    def irregular(self) -> None:
        place = self.at()
        if self.entries[place].kind is EntryKind.ACT:
            ended = self.entries[place].outcome
            self.entries[place] = replace(
                self.entries[place], outcome="irregular", claimed=ended, broken=("some.rule",)
            )

    def correct(self) -> None:
        place = self.at()
        amended = self.entries[place]
        if amended.kind is EntryKind.OPENED:
            born = {"person.born_on": date(self.random.randint(1980, 2012), 3, 31)}
            self.entries.append(
                Recorded(0, EntryKind.CORRECTION, date(2029, 1, 1), evidence=born, supersedes=place + 1)
            )
        if amended.kind in (EntryKind.ACT, EntryKind.ATTESTED):
            names = self.random.sample(sorted(self.fields(amended.step or "")), 1)
            evidence = {name: self.random.choice((None, self.value(amended.step or "", name))) for name in names}
            self.entries.append(Recorded(0, EntryKind.CORRECTION, date(2029, 1, 1), amended.step,
                                         evidence=evidence, supersedes=place + 1))  # fmt: skip

    def withdraw(self) -> None:
        place = self.at()
        self.entries.append(
            Recorded(0, EntryKind.WITHDRAWAL, date(2029, 1, 2), self.entries[place].step, supersedes=place + 1)
        )

    def bring(self) -> None:
        place = self.at()
        entry = self.entries[place]
        fields = sorted(self.fields(entry.step or ""))
        if fields and entry.kind is not EntryKind.OPENED:
            name = self.random.choice(fields)
            self.entries[place] = replace(entry, evidence={**entry.evidence, name: self.value(entry.step or "", name)})

    def unreadable(self) -> None:
        if self.random.random() < 0.3:
            entry = self.entries[place := self.at()]
            fields = sorted(self.fields(entry.step or ""))
            if fields:
                self.entries[place] = replace(
                    entry, evidence={**entry.evidence, self.random.choice(fields): UNREADABLE}
                )

    def past(self) -> None:
        """Take all up to a place over as a past, each step once, with a cutover behind it."""
        if any(entry.supersedes for entry in self.entries):
            return
        until, held = self.random.choice((self.at(), len(self.entries))), dict[str, dict[str, Value]]()
        for entry in self.entries[1:until]:
            edition = self.editions[-1]
            step = edition.steps.get(entry.step or "")
            outcome = step.outcomes.get(entry.outcome or "") if step else None
            if step and outcome and entry.occurred_on:
                filled = outcome.fills or step.day
                days = step.evidence[filled].type is FieldType.DAYS
                day: Value = (entry.occurred_on,) if days else entry.occurred_on
                held.setdefault(entry.step or "", {}).update({filled: day, **entry.evidence, **outcome.sets})
        attested = [Recorded(0, EntryKind.ATTESTED, date(2028, 12, 1), step, evidence=evidence)
                    for step, evidence in held.items()]  # fmt: skip
        state = self.random.choice(list(self.editions[-1].states))
        self.entries[1:until] = [*attested, Recorded(0, EntryKind.CUTOVER, date(2028, 12, 1), outcome=state)]

    def insert(self) -> None:
        """Let something be done between two acts, whether its time has come or not."""
        place = self.at()
        step = self.random.choice(sorted(self.editions[-1].steps))
        day = self.entries[place].occurred_on or date(2027, 1, 1)
        outcome = self.random.choice(self.outcomes(step))
        evidence = {name: self.value(step, name) for name in self.fields(step) if self.random.random() < 0.3}
        self.entries.insert(place, Recorded(0, EntryKind.ACT, day, step, outcome, day, evidence))

    def absent(self) -> None:
        if self.random.random() < 0.2:
            self.entries[0] = replace(self.entries[0], broken=("talk.talker", "oath.on"))  # of an opening: columns

    def other_person(self) -> None:
        for place, entry in enumerate(self.entries):
            for name in entry.evidence:
                if FIELDS.get(f"{entry.step}.{name}") and FIELDS[f"{entry.step}.{name}"].type is FieldType.PERSON:
                    who = self.value(entry.step or "", name)
                    self.entries[place] = replace(
                        self.entries[place], evidence={**self.entries[place].evidence, name: who}
                    )

    def join(self) -> None:
        """Leave the procedure, or move, or begin again."""
        day = self.entries[-1].occurred_on or date(2028, 1, 1)
        do = self.random.choice((("leave", "withdrew"), ("move", "handed_over"), ("step_back", "to_activist")))
        self.entries.append(Recorded(0, EntryKind.ACT, day, *do, day))

    def fields(self, step: str) -> dict[str, FieldType]:
        return {name: field.type for edition in self.editions for name, field in
                (edition.steps[step].evidence.items() if step in edition.steps else ())}  # fmt: skip

    def outcomes(self, step: str) -> list[str]:
        return sorted(
            {name for edition in self.editions if step in edition.steps for name in edition.steps[step].outcomes}
        )

    def value(self, step: str, name: str) -> Value:
        """Return something of the type of a field."""
        kind = self.fields(step)[name]
        day = self.random.choice(ODD_DAYS)
        made: dict[FieldType, Value] = {
            FieldType.DAY: day, FieldType.PLAN: day, FieldType.DAYS: (day,), FieldType.COUNT: self.random.randrange(30),
            FieldType.YES_NO: self.random.random() < 0.5, FieldType.BODY: self.random.choice(("committee", "branch")),
            FieldType.PERSON: str(number_of(self.random.choice(NAMES))), FieldType.TEXT: True, FieldType.PAPER: True,
        }  # fmt: skip
        choices = next((list(edition.steps[step].evidence[name].values) for edition in self.editions
                        if step in edition.steps and name in edition.steps[step].evidence), [])  # fmt: skip
        return self.random.choice(choices) if kind is FieldType.CHOICE else made[kind]


NAMES = (*dict.fromkeys(member.name for member in ROSTER.members()), "查无此人")


def history(random: Random, editions: tuple[Edition, ...], changes: int) -> list[Recorded]:
    """Return a history with so many changes."""
    acts: list[Entry] = []
    while not acts:
        name = random.choice(sorted(traces()))
        walk = begin(traces()[name])
        acts = [*walk.entries, *map(read_entry, accepted_of(name))]
    given = {column: value for column, value in walk.given.items() if column != "case.branch"}
    opened = Recorded(1, EntryKind.OPENED, acts[0].occurred_on, evidence=given)
    lived = [
        Recorded(place, EntryKind.ACT, act.occurred_on, act.step, act.outcome, act.occurred_on,
                 {field: known(act.step, field, value) for field, value in act.evidence.items()})
        for place, act in enumerate(acts, start=2)
    ]  # fmt: skip
    drawn = Drawn(random, editions, [opened, *lived])
    for _ in range(changes):
        drawn.change()
    return drawn.entries


def accepted_of(name: str) -> list[Any]:
    """Return the lines of a trace that were accepted."""
    trace = traces()[name]
    kept = [raw for raw in trace["entries"] if not raw.get("refused") and not raw.get("impossible")]
    return list(accepted(trace, kept[-1]["do"].split()[0])) if kept else []


def known(step: str, field: str, value: Value) -> Value:
    """Return a value as the table of entries keeps it: people as numbers, of texts that they are there."""
    kind = FIELDS[f"{step}.{field}"].type
    if kind is FieldType.PERSON and isinstance(value, str):
        return str(number_of(value))
    return True if kind in (FieldType.TEXT, FieldType.PAPER) and value is not None else value
