"""The rules of a law over time, compiled once and shared by every case that is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.case.facts import World
from workflow.case.values import Unreadable, Value
from workflow.law.kinds import Outcome
from workflow.law.model import Edition
from workflow.law.timeline import Law, Period
from workflow.rules.clause import Clause
from workflow.rules.columns import ColumnBuilder, Columns
from workflow.rules.formula import (
    FALSE,
    TRUE,
    Column,
    Compare,
    Constant,
    Formula,
    Not,
    OneOf,
    columns_of,
    conjunction,
    disjunction,
)
from workflow.rules.interpreter import Function, compile_formula
from workflow.rules.quick import compile_quick
from workflow.rules.rule import Rule, governing_day, rules_of
from workflow.rules.verdict import Verdict, VerdictState

Judge = Callable[[Mapping[str, Value], date], Verdict]
MOST_DAYS = 20_000  # of which the edition is kept: more than fifty years


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A clause with the conditions of its rule, compiled: ``judge(columns, as_of)`` gives its verdict."""

    rule: Rule
    clause: Clause
    number: int
    step: str
    governing: Formula
    applies: Formula
    reads: tuple[str, ...]
    _reads: frozenset[str]
    _quick: Judge
    _careful: Judge

    def judge(self, columns: Mapping[str, Value], as_of: date) -> Verdict:
        """Return the verdict on one case: the quick way where all that the clause reads can be read."""
        seen = columns if isinstance(columns, Columns) else Columns(columns).seal()
        if seen.unread and not self._reads.isdisjoint(seen.unread):
            return self._careful(seen, as_of)
        return self._quick(seen, as_of)

    def missing(self, columns: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the columns on which an undecidable verdict turns."""
        return tuple(name for name in self.reads if isinstance(columns[name], Unreadable))

    def earliest_on(self, columns: Mapping[str, Value], as_of: date, world: World) -> date | None:
        """Return the first lawful day of the act, None when the clause sets none or it cannot be told."""
        day: Value = None
        if self.clause.opens is not None:
            day = self.clause.opens.compute(columns, world)
        elif self.clause.earliest is not None:
            day = compile_formula(self.clause.earliest)(columns, as_of)
        return day if isinstance(day, date) else None

    def governing_on(self, columns: Mapping[str, Value], as_of: date) -> date | None:
        """Return the day whose edition governs this case, None when it cannot be told."""
        day = compile_formula(self.governing)(columns, as_of)
        return day if isinstance(day, date) else None


class Rulebook:
    """All rules of a timeline of law."""

    def __init__(self, law: Law, periods: Sequence[Period]) -> None:
        """Compile the rules of ``periods`` (``law.timeline(…)``)."""
        self.periods = tuple(periods)
        self._editions: dict[date, Edition] = {}  # by day: every entry of every case that is judged asks for its own
        self.rules = rules_of(law, self.periods)
        facts = [fact for rule in self.rules for clause in rule.clauses for fact in clause.facts]
        steps = [step for rule in self.rules for step in rule.definition.demand.reached()]
        self.builder = ColumnBuilder((period.edition for period in self.periods), facts, steps)
        self.judged = tuple(judged for rule in self.rules for judged in self._compiled(rule))
        self._quick = tuple(judged._quick for judged in self.judged)  # noqa: SLF001 - of the same file

    def columns(self, values: Mapping[str, Value], world: World) -> Columns:
        """Return all columns of a case, or of one round, from what was recorded."""
        return self.builder.build(values, world)

    def judge_all(self, columns: Mapping[str, Value], as_of: date) -> list[Verdict]:
        """Return the verdict of every clause on one case, in the order of ``judged``."""
        seen = columns if isinstance(columns, Columns) else Columns(columns).seal()
        if not seen.unread:  # nearly always
            return [quick(seen, as_of) for quick in self._quick]
        return [judged.judge(seen, as_of) for judged in self.judged]

    def edition_on(self, day: date) -> Edition:
        """Return the edition, with overlays, in force on ``day``."""
        edition = self._editions.get(day)
        if edition is None:
            if len(self._editions) >= MOST_DAYS:
                self._editions.clear()
            edition = self._editions[day] = next(period.edition for period in self.periods if period.holds(day))
        return edition

    @property
    def newest(self) -> Edition:
        """Return the edition in force at the end of the timeline."""
        return self.periods[-1].edition

    def _compiled(self, rule: Rule) -> Iterator[Judged]:
        conditions = _conditions(rule)
        later = self._later_days(rule)
        for number, clause in enumerate(rule.clauses):
            governing = governing_day(rule, clause, later)
            guard = _in_days(governing, rule.since, rule.until)
            yield _judged(rule, clause, number, governing, conjunction((*conditions, guard, clause.applies)))

    def _later_days(self, rule: Rule) -> tuple[str, ...]:
        presupposed = getattr(rule.definition.demand, "presupposed_by", None)
        return self.builder.days_from(presupposed.reached) if presupposed and presupposed.reached else ()


def _judged(rule: Rule, clause: Clause, number: int, governing: Formula, applies: Formula) -> Judged:
    step = clause.act.split(".")[0] if clause.own_step and clause.act else rule.step
    formulas = (applies, clause.pending, *(formula for _, formula in clause.broken))
    reads = tuple(dict.fromkeys(name for formula in formulas for name in columns_of(formula)))
    words = _Words(Verdict(rule.id, step, 1, VerdictState.SATISFIED, clause=number), clause)
    return Judged(
        rule=rule,
        clause=clause,
        number=number,
        step=step,
        governing=governing,
        applies=applies,
        reads=reads,
        _reads=frozenset(reads),
        _quick=compile_quick(applies, words.endings, words.satisfied, words.not_applicable),
        _careful=_careful(words, applies),
    )


class _Words:
    """What a clause can say: verdicts without figures made once, those with a day when they are needed."""

    def __init__(self, satisfied: Verdict, clause: Clause) -> None:
        self.satisfied = satisfied
        self.not_applicable = satisfied._replace(state=VerdictState.NOT_APPLICABLE)
        self.undecidable = satisfied._replace(state=VerdictState.UNDECIDABLE)
        violated = satisfied._replace(state=VerdictState.VIOLATED)
        due = compile_formula(clause.due) if clause.due is not None else None
        longest = compile_formula(clause.longest) if clause.longest is not None else due
        late = (Outcome.LATE, Outcome.OVERDUE)
        endings = [
            (formula, _with(violated._replace(outcome=outcome), longest if outcome in late else due))
            for outcome, formula in clause.broken
        ]
        if clause.pending != FALSE:
            endings.append((clause.pending, _with(satisfied._replace(state=VerdictState.PENDING), due)))
        self.endings = tuple(endings)


def _with(verdict: Verdict, due: Function | None) -> Judge:
    """Return what gives ``verdict`` its due day in a case."""

    def make(columns: Mapping[str, Value], as_of: date) -> Verdict:
        last = due(columns, as_of) if due else None
        return verdict._replace(due=last) if isinstance(last, date) else verdict

    return make


def _careful(words: _Words, applies: Formula) -> Judge:
    """Return the function that judges a case in which something cannot be read.

    It leaves a verdict undecidable only where it decides: a rule broken whatever stands there is broken, one that holds
    whatever stands there is satisfied.
    """
    when = compile_formula(applies)
    endings = tuple((compile_formula(formula), make) for formula, make in words.endings)

    def judge(columns: Mapping[str, Value], as_of: date) -> Verdict:
        applicable = when(columns, as_of)
        if applicable is False:
            return words.not_applicable
        for formula, make in endings:
            answer = formula(columns, as_of)
            if answer is not False:
                return make(columns, as_of) if answer is True and applicable is True else words.undecidable
        return words.satisfied if applicable is True else words.undecidable

    return judge


def _conditions(rule: Rule) -> list[Formula]:
    """Return ``when`` and ``unless`` as formulas."""
    when: list[Formula] = [OneOf(Column(name), values) for name, values in rule.definition.when.items()]
    parts = rule.definition.unless
    unless = disjunction(conjunction(OneOf(Column(name), values) for name, values in part.items()) for part in parts)
    return [*when, Not(unless)] if parts else when


def _in_days(governing: Formula, since: date | None, until: date | None) -> Formula:
    """Return that the governing day lies among the days on which the rule was law; always law: nothing asked."""
    after = Compare(">=", governing, Constant(since)) if since else TRUE
    before = Compare("<", governing, Constant(until)) if until else TRUE
    return conjunction((after, before))
