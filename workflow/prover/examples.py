"""Every demand can be kept and can be broken: for each clause of each rule an example of both is found.

An example is a case made of a few sample values, with facts and derived columns computed as the audit computes them;
it applies, and is or is not broken. A rule whose conditions no value can meet, or that nothing could break, has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations, product

from workflow.calendar import add_months
from workflow.case.facts import World
from workflow.case.roster import Member, Penalty, PenaltyKind, Roster, Standing
from workflow.case.values import Value
from workflow.law.model import Edition, FieldType, Plus, RuleDef
from workflow.prover.network import PLAIN_WEEKS
from workflow.prover.proof import Part, part
from workflow.prover.subject import Subject
from workflow.rules.clause import Clause, clauses_of
from workflow.rules.columns import ColumnBuilder
from workflow.rules.formula import (
    Column,
    Compare,
    Constant,
    Formula,
    Not,
    OneOf,
    children,
    columns_of,
    conjunction,
    disjunction,
)
from workflow.rules.interpreter import compile_formula

EARLY, SOON, LATE = date(2001, 1, 1), date(2001, 1, 20), date(2999, 12, 31)  # a Monday; within every month; far away
AS_OF = (EARLY, date(3999, 12, 31))  # nothing is over yet; everything is
FULL, PENALISED, STRANGERS = "甲", "乙", ("丙", "丁")
ROSTER = Roster(
    Member(name, "一支部", Standing.FULL, date(1990, 1, 1), penalties)
    for name, penalties in ((FULL, ()), (PENALISED, tuple(Penalty(kind, EARLY, None) for kind in PenaltyKind)))
)
WORLD = World(PLAIN_WEEKS, ROSTER)
FEW = 3  # columns that an example changes; more makes the search slow and found nothing more
SAMPLES: Mapping[FieldType, tuple[Value, ...]] = {
    FieldType.DAYS: ((EARLY,), None),
    FieldType.COUNT: (9, 0, 999, None),
    FieldType.TEXT: ("一", "二", None),
    FieldType.PERSON: (FULL, PENALISED, *STRANGERS, None),
    FieldType.YES_NO: (True, False, None),
    FieldType.PAPER: ("一", None),
}


def examples_exist(subjects: Sequence[Subject]) -> Part:
    """Prove that every clause can be kept and can be broken, by showing that an example of each is there."""
    faults = []
    done: set[object] = set()
    clauses = 0
    for subject in subjects:
        bench = _Bench(subject.edition)
        for name, (_, rule) in subject.edition.rules.items():
            if rule.substance() in done:
                continue
            done.add(rule.substance())
            for clause in clauses_of(rule.demand):
                clauses += 1
                kept, broken = bench.found(rule, clause)
                if not kept:
                    faults.append(
                        subject.rule_fault(name, (), "找不到遵守它的例子", "no example was found that keeps it")
                    )
                if not broken:
                    faults.append(
                        subject.rule_fault(name, (), "找不到违反它的例子", "no example was found that breaks it")
                    )
    counts = [("规则", "rules", len(done)), ("其中各项要求", "demands in them", clauses)]
    return part("每项要求可守可违", "every demand can be kept and broken", counts, faults)


class _Bench:
    """Where the clauses of one edition are tried."""

    def __init__(self, edition: Edition) -> None:
        """Prepare what all clauses share: how columns are computed."""
        self.edition = edition
        self.builder = ColumnBuilder((edition,), (), edition.numbered)

    @cached_property
    def days(self) -> tuple[Value, ...]:
        """Return sample days, among them those that derived columns compute from the first."""
        plus = (value.how.months for value in self.edition.derived.values() if isinstance(value.how, Plus))
        return tuple(dict.fromkeys((EARLY, SOON, *(add_months(EARLY, months) for months in plus), LATE, None)))

    def found(self, rule: RuleDef, clause: Clause) -> tuple[bool, bool]:
        """Tell whether examples keep and break a clause under the conditions of its rule."""
        conditions = _conditions(rule)
        applies = compile_formula(conjunction((*conditions, clause.applies)))
        wrong = disjunction(formula for _, formula in clause.broken)
        broken = compile_formula(wrong)
        found: set[bool] = set()
        for columns in self._cases(rule, clause, (*conditions, clause.applies, wrong)):
            found |= {broken(columns, day) is True for day in AS_OF if applies(columns, day) is True}
            if len(found) > 1:
                break
        return False in found, True in found

    def _cases(self, rule: RuleDef, clause: Clause, formulas: Sequence[Formula]) -> Iterator[Mapping[str, Value]]:
        """Yield cases: all columns that matter at their first sample, then a few of them at others."""
        read = dict.fromkeys((*rule.demand.columns(), *(name for formula in formulas for name in columns_of(formula))))
        facts = {fact.name for fact in clause.facts}  # what they read is among the columns of the demand
        recorded = dict.fromkeys(column for name in read if name not in facts for column in self._recorded(name))
        samples = {name: self._samples(name, formulas) for name in recorded}
        first = {name: values[0] for name, values in samples.items()}
        for size in range(FEW + 1):
            for names in combinations(samples, size):
                for values in product(*(samples[name][1:] for name in names)):
                    columns = self.builder.build(first | dict(zip(names, values, strict=True)), WORLD)
                    columns |= {fact.name: fact.compute(columns, WORLD) for fact in clause.facts}
                    yield columns

    def _recorded(self, name: str) -> Iterable[str]:
        """Return the recorded columns behind a column; a step is reached by its own day."""
        if name.startswith("reached."):
            return (self.edition.main_day(name.removeprefix("reached.")),)
        return self.builder.evidence(name)

    def _samples(self, name: str, formulas: Sequence[Formula]) -> tuple[Value, ...]:
        """Return sample values of one recorded column, those with which the rule compares it first."""
        field = self.edition.fields[name]
        match field.type:
            case FieldType.DAY | FieldType.PLAN:
                return self.days
            case FieldType.CHOICE:
                return (*field.values, None)
            case FieldType.BODY:
                return (*self.edition.bodies, None)
            case FieldType.COUNT:
                return tuple(dict.fromkeys((*_compared(formulas, name), *SAMPLES[field.type])))
            case _:
                return SAMPLES[field.type]


def _conditions(rule: RuleDef) -> list[Formula]:
    when: list[Formula] = [OneOf(Column(name), values) for name, values in rule.when.items()]
    unless = (conjunction(OneOf(Column(name), values) for name, values in part.items()) for part in rule.unless)
    return [*when, *(Not(formula) for formula in unless)]


def _compared(formulas: Iterable[Formula], column: str) -> Iterator[Value]:
    """Yield the numbers with which a formula compares the column."""
    for formula in formulas:
        if isinstance(formula, Compare) and isinstance(formula.right, Constant) and column in columns_of(formula.left):
            yield from _around(formula.right.value)
        yield from _compared(children(formula), column)


def _around(number: Value) -> tuple[Value, ...]:
    """Return a number and the one above it: a limit is often broken only beyond it."""
    return (number, number + 1) if isinstance(number, int) else (number,)
