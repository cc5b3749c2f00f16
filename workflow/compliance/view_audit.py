"""Judge a table of cases on an engine, part by part: every breach and the populations that it is to be seen against.

A part is one table of cases with that of their earlier rounds, as ``Layout`` lays them out. All clauses judge the
cases; an earlier round is judged by the rules of its own step, as ``workflow.rules.judge.judge_case`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflow.bulk.layout import STEP, BulkClause, Layout
from workflow.bulk.statement import judging, judging_rounds, rows_of, told
from workflow.bulk.totals import KEYS, STATES, breaches, populations, undecided
from workflow.compliance.engines import Engine
from workflow.law.kinds import Outcome

Judging = Callable[..., str]  # judging, or judging_rounds
# Temporary tables: what each clause says of each row; what is broken; of what no verdict could be made.
NUMBERS, BREACHES, UNDECIDED = "numbers", "breaches", "undecided"


@dataclass(frozen=True, slots=True)
class Breach:
    """A clause that a case breaks. ``round`` None: the latest of the step."""

    organization: int
    case: int
    round: int | None
    clause: BulkClause
    outcome: Outcome


@dataclass(slots=True)
class Population:
    """Of how many rows a clause could be asked, and how it stands with those that it does not find broken."""

    applied: int = 0
    running: int = 0
    undecidable: int = 0

    def add(self, other: Population) -> None:
        """Add the rows of another part."""
        self.applied += other.applied
        self.running += other.running
        self.undecidable += other.undecidable

    def less(self, other: Population) -> Population:
        """Return it without rows that it counts."""
        return Population(
            self.applied - other.applied, self.running - other.running, self.undecidable - other.undecidable
        )


@dataclass(slots=True)
class Populations:
    """How many cases there were, and the population of each clause, earlier rounds included."""

    cases: int = 0
    clauses: dict[int, Population] = field(default_factory=dict)

    def add(self, clauses: Sequence[BulkClause], counted: Sequence[int]) -> None:
        """Add what was counted in a part, clause by clause, in the order of STATES."""
        numbers = iter(counted)
        for clause in clauses:
            here = Population(**{state: next(numbers) for state in STATES})
            self.clauses.setdefault(clause.place, Population()).add(here)


class ViewAudit:
    """One audit on one engine, as of one day."""

    def __init__(
        self,
        engine: Engine,
        layout: Layout,
        as_of: date,
        *,
        beside: Sequence[str] = (),
        then: Callable[[Sequence[BulkClause]], None] = lambda _: None,
    ) -> None:
        """Prepare the statements.

        ``beside``: columns that stand beside the numbers; ``then``: whenever these stand, of which clauses.
        """
        self.engine, self.layout, self.as_of = engine, layout, as_of
        self._keys, self._then = (*KEYS, *beside), then
        self.populations = Populations()
        self._by_place = {clause.place: clause for clause in layout.clauses}

    def part(self, cases: str, rounds: str | None = None) -> None:
        """Judge a part: add to the populations, and gather BREACHES and UNDECIDED in the place of an earlier part's.

        ``cases``, ``rounds``: tables, as SQL names them.
        """
        clauses, dialect = self.layout.clauses, self.engine.dialect
        counted = self._judged(judging, clauses, cases)
        self.populations.cases += counted.cases
        self.engine.keep(BREACHES, breaches(clauses, NUMBERS, dialect))
        self.engine.keep(UNDECIDED, undecided(self._open(counted), NUMBERS, dialect))
        if rounds is not None and (own := self._of_steps(rounds)):
            counted = self._judged(judging_rounds, own, rounds)
            self.engine.add(BREACHES, breaches(own, NUMBERS, dialect))
            self.engine.add(UNDECIDED, undecided(self._open(counted), NUMBERS, dialect))

    def breaches(self) -> Iterator[Breach]:
        """Yield what was found broken in the part judged last."""
        found = self.engine.rows(f"SELECT * FROM {BREACHES}")
        for organization, case, _, round_, place, number in found:
            clause = self._by_place[place]
            _, outcome = told(clause, number)
            assert outcome is not None  # noqa: S101 - the query asked for what is broken
            yield Breach(organization, case, round_, clause, outcome)

    def _open(self, counted: Populations) -> list[BulkClause]:
        """Return the clauses of which some verdict could not be made: few, and so no others are looked through."""
        return [self._by_place[place] for place, one in counted.clauses.items() if one.undecidable]

    def _of_steps(self, rounds: str) -> list[BulkClause]:
        """Return the clauses of the steps of which there are earlier rounds: no others are asked of these."""
        step = self.engine.dialect.quoted(STEP)
        there = {named for (named,) in self.engine.rows(f"SELECT DISTINCT {step} FROM {rounds}")}
        return [clause for clause in self.layout.clauses if clause.judged.step in there]

    def _judged(self, judging: Judging, clauses: Sequence[BulkClause], table: str) -> Populations:
        """Judge the rows of a table into NUMBERS, add to the populations, and return what was counted of them alone."""
        dialect, ways = self.engine.dialect, self._halves(table)
        halves = [judging(clauses, table, self._keys, self.as_of, dialect, careful=careful) for careful in ways]
        self.engine.keep(NUMBERS, " UNION ALL ".join(halves))
        query = populations(clauses, NUMBERS, dialect, careful=True in ways)
        rows, *counted = next(self.engine.rows(query))
        self.populations.add(clauses, counted)
        own = Populations(int(rows))
        own.add(clauses, counted)
        self._then(clauses)
        return own

    def _halves(self, table: str) -> tuple[bool, ...]:
        """Return in which ways a table is judged: the careful one, which costs more to plan, only where it must be."""
        some = f"SELECT 1 FROM {table} WHERE {rows_of(self.engine.dialect, careful=True)} LIMIT 1"
        return (False, True) if any(True for _ in self.engine.rows(some)) else (False,)
