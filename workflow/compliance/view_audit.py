"""Judge a table of cases on an engine, part by part: every breach and the populations that it is to be seen against.

A part is one table of cases with that of their earlier rounds, as ``Layout`` lays them out. All clauses judge the
cases; an earlier round is judged by the rules of its own step, as ``workflow.rules.judge.judge_case`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflow.bulk.dialects import UNREAD
from workflow.bulk.gathered import breaches_found, gathering, rows_found
from workflow.bulk.layout import STEP, BulkClause, Layout
from workflow.bulk.statement import judging, judging_rounds, told
from workflow.bulk.totals import KEYS, STATES, breaches, populations, undecided
from workflow.compliance.engines import Engine
from workflow.law.kinds import Outcome

# Temporary tables: what each clause says of each row; what is broken; of what no verdict could be made.
NUMBERS, BREACHES, UNDECIDED = "numbers", "breaches", "undecided"
GATHERED, ROWS = "gathered", "gathered_rows"  # what one pass gathers of a table, and the rows among it
MOST_GATHERED = 2_000_000  # rows of a table: what is gathered is held in memory, the numbers need not be


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
        then: Callable[[Sequence[BulkClause]], None] | None = None,
    ) -> None:
        """Prepare the statements.

        ``then``: whenever NUMBERS stand, of which clauses; without it there need be none. ``beside``: columns that
        stand beside the numbers.
        """
        self.engine, self.layout, self.as_of = engine, layout, as_of
        self._keys, self._then = (*KEYS, *beside), then
        self.populations = Populations()
        self._by_place = {clause.place: clause for clause in layout.clauses}
        self._begun: set[str] = set()  # the tables that stand already of the part at hand

    def part(self, cases: str, rounds: str | None = None) -> None:
        """Judge a part: add to the populations, and gather BREACHES and UNDECIDED in the place of an earlier part's.

        ``cases``, ``rounds``: tables, as SQL names them.
        """
        self._begun.clear()
        self.populations.cases += self._judge(self.layout.clauses, cases, rounds=False)
        if rounds is not None and (own := self._of_steps(rounds)):
            self._judge(own, rounds, rounds=True)

    def breaches(self) -> Iterator[Breach]:
        """Yield what was found broken in the part judged last."""
        found = self.engine.rows(f"SELECT * FROM {BREACHES}")
        for organization, case, _, round_, place, number in found:
            clause = self._by_place[place]
            _, outcome = told(clause, number)
            assert outcome is not None  # noqa: S101 - the query asked for what is broken
            yield Breach(organization, case, round_, clause, outcome)

    def _of_steps(self, rounds: str) -> list[BulkClause]:
        """Return the clauses of the steps of which there are earlier rounds: no others are asked of these."""
        step = self.engine.dialect.quoted(STEP)
        there = {named for (named,) in self.engine.rows(f"SELECT DISTINCT {step} FROM {rounds}")}
        return [clause for clause in self.layout.clauses if clause.judged.step in there]

    def _judge(self, clauses: Sequence[BulkClause], table: str, *, rounds: bool) -> int:
        """Judge the rows of a table, those that can be read in full in one pass where that will do; return how many.

        The careful way, which costs more to plan, is gone only where it must be.
        """
        unread = self.engine.dialect.quoted(UNREAD)
        ((there, careful),) = self.engine.rows(f"SELECT count(*), count({unread}) FROM {table}")
        if not self.engine.dialect.gathers or self._then is not None or there > MOST_GATHERED:
            self._number(clauses, table, (False, True) if careful else (False,), rounds=rounds)
        else:
            self._gather(clauses, table, rounds=rounds)
            if careful:
                self._number(clauses, table, (True,), rounds=rounds)
        return int(there)

    def _gather(self, clauses: Sequence[BulkClause], table: str, *, rounds: bool) -> None:
        """Judge the rows that can be read in full."""
        self.engine.keep(GATHERED, gathering(clauses, self.layout.codes, table, self.as_of, rounds=rounds))
        counted, met = next(self.engine.rows(f"SELECT counted, met FROM {GATHERED}"))
        self.populations.add(clauses, [number or 0 for number in counted])
        self.engine.keep(ROWS, rows_found(GATHERED))
        self._add(BREACHES, breaches_found(clauses, met, ROWS))
        self._add(UNDECIDED, undecided((), ROWS, self.engine.dialect))

    def _number(self, clauses: Sequence[BulkClause], table: str, ways: Sequence[bool], *, rounds: bool) -> None:
        """Judge rows into NUMBERS, and read these. ``ways``: careful or not, as ``judging``.

        An earlier round is asked by the clauses of its own step.
        """
        dialect, judge = self.engine.dialect, judging_rounds if rounds else judging
        halves = [judge(clauses, table, self._keys, self.as_of, dialect, careful=careful) for careful in ways]
        self.engine.keep(NUMBERS, " UNION ALL ".join(halves))
        query = populations(clauses, NUMBERS, dialect, careful=True in ways)
        _, *counted = next(self.engine.rows(query))
        self.populations.add(clauses, counted)
        if self._then is not None:
            self._then(clauses)
        own = Populations()
        own.add(clauses, counted)
        # Few clauses say of some row that they cannot be decided, and so no others are looked through.
        open_ = [clause for clause in clauses if own.clauses[clause.place].undecidable]
        self._add(BREACHES, breaches(clauses, NUMBERS, dialect))
        self._add(UNDECIDED, undecided(open_, NUMBERS, dialect))

    def _add(self, table: str, query: str) -> None:
        """Add to a table of the part at hand."""
        (self.engine.add if table in self._begun else self.engine.keep)(table, query)
        self._begun.add(table)
