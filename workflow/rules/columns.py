"""The columns that rules read, computed by one function: recorded values, what was reached, derived days, facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workflow.case.facts import Fact, World
from workflow.case.values import ABSENT, UNREADABLE, Unreadable, Value
from workflow.law.model import Before, Derived, Edition, FirstFilled, Plus
from workflow.rules.clause import presupposed
from workflow.rules.formula import (
    Column,
    Compare,
    First,
    Formula,
    Not,
    Sum,
    columns_of,
    conjunction,
    filled,
    plus,
)
from workflow.rules.interpreter import Function, compile_formula

SOME_DAY = date(2000, 1, 1)  # derived columns never read the as-of day


def derived_formula(derived: Derived) -> Formula:
    """Return the formula of a derived column."""
    match derived.how:
        case FirstFilled(first_filled=names):
            return First(tuple(map(Column, names)))
        case Plus(plus=name, months=months):
            return plus(Column(name), months=months)
        case Before(before=(one, other)):
            return Compare("<", Column(one), Column(other))
        case lapsed:
            due, in_favour = lapsed.votes()
            short = Compare("<=", Sum(((2, Column(in_favour)),)), Column(due))
            return conjunction((filled(due, in_favour), short, Not(presupposed(lapsed.unless))))


class Columns(dict[str, Value]):
    """All columns of one case, with the names of those that cannot be read. Not to be changed once sealed."""

    __slots__ = ("unread",)

    unread: frozenset[str]

    def seal(self) -> Columns:
        """Note which columns are unreadable or absent; return self."""
        some = Unreadable in set(map(type, self.values()))  # at the speed of C: nearly always there is none
        self.unread = frozenset([name for name, value in self.items() if type(value) is Unreadable] if some else ())
        return self


class ColumnBuilder:
    """Turns recorded values into all columns that a set of rules reads."""

    def __init__(self, editions: Iterable[Edition], facts: Iterable[Fact], steps: Iterable[str]) -> None:
        """Prepare for ``editions``; ``steps``: those of which a rule asks whether they were reached."""
        self.days: list[tuple[str, tuple[str, ...]]] = []  # numbered steps, last first, with their day columns
        self.template: dict[str, Value] = {"case.branch": None}
        numbered: dict[str, int] = {}
        days: dict[str, dict[str, None]] = {}
        derived: dict[str, Derived] = {}
        for edition in editions:
            self.template |= dict.fromkeys(edition.fields)
            derived |= edition.derived
            for step in edition.numbered:
                numbered[step] = edition.steps[step].number or 0
                days.setdefault(step, {}).update(dict.fromkeys(edition.day_columns(step)))
        self.numbers = numbered
        self.days = [(step, tuple(days[step])) for step in sorted(numbered, key=numbered.__getitem__, reverse=True)]
        self._days_from: dict[str, tuple[str, ...]] = {}  # by step: the words of every finding ask for some
        self._every_day: tuple[str, ...] = ()
        for step, names in self.days:
            self._every_day = self._days_from[step] = (*names, *self._every_day)
        formulas = {name: derived_formula(value) for name, value in derived.items()}
        asked = {name[8:] for formula in formulas.values() for name in columns_of(formula) if name[:8] == "reached."}
        self.steps = frozenset(steps) | asked
        self.derived: list[tuple[str, Function]] = [(name, compile_formula(f)) for name, f in formulas.items()]
        self.formulas = formulas
        self.named_facts = {fact.name: fact for fact in facts}  # a name is put together each time it is asked for
        self.facts = tuple(self.named_facts.values())

    def build(self, values: Mapping[str, Value], world: World) -> Columns:
        """Return all columns of one case or round. Columns that ``values`` lacks are blank."""
        columns = Columns(self.template)
        columns.update(values)
        self._reached(columns)
        for name, formula in self.derived:
            columns[name] = formula(columns, SOME_DAY)
        for name, fact in self.named_facts.items():
            columns[name] = fact.compute(columns, world)
        return columns.seal()

    def _reached(self, columns: dict[str, Value]) -> None:
        """Set ``reached.step``: a day stands in a column of the step or of a later one."""
        answer: bool | Unreadable = False
        for step, names in self.days:
            if answer is not True:
                answer = _stands(names, columns, answer)
            if step in self.steps:
                columns[f"reached.{step}"] = answer

    def evidence(self, name: str, *, reached: bool = True) -> tuple[str, ...]:
        """Return the recorded columns behind a column: itself, or those that it is computed from.

        ``reached`` false: without the days that show that a step was reached.
        """
        if name in self.template:
            return (name,)
        if name.startswith("reached."):
            return self.days_from(name.removeprefix("reached.")) if reached else ()
        fact = self.named_facts.get(name)
        reads = fact.reads if fact else columns_of(self.formulas[name])
        return tuple(inner for part in reads for inner in self.evidence(part, reached=reached))

    def days_from(self, step: str) -> tuple[str, ...]:
        """Return the day columns of a numbered step and of all later ones, in the order of the steps."""
        return self._days_from.get(step, self._every_day)


def _stands(names: tuple[str, ...], columns: Mapping[str, Value], answer: bool | Unreadable) -> bool | Unreadable:  # noqa: FBT001 - three values
    for name in names:
        value = columns[name]
        if value is None or value is ABSENT or value == ():
            continue
        if value is not UNREADABLE:
            return True
        answer = UNREADABLE
    return answer
