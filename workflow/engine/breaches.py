"""What breaks, or will break, a rule in a case, kept in ``finding`` with every entry: from the verdicts of the judge.

A row holds from ``broken_on`` on, so that who looks on a later day need judge nothing: a running limit is asked how it
will stand on the day after its last one. What an irregular act was found to break stays, whichever step the rule is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, delete, insert

from workflow.case.facts import World
from workflow.case.history import CaseView, Round
from workflow.engine.reading import CaseRow
from workflow.law.model import Force
from workflow.rules.columns import Columns
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import Verdict, VerdictState
from workflow.store.tables import Finding

MOST_EXTENSIONS = 3  # how often the end of a limit may turn out to lie further ahead
_GONE, _THERE = delete(Finding).where(Finding.case_id == bindparam("of_case")), insert(Finding)  # made once
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken from a day on, by one round of a step; ``due_on``: the last lawful day, where one is set.

    ``clause``: which of the rule's clauses says so.
    """

    rule: str
    step: str
    round: int
    outcome: str | None
    force: str | None
    due_on: date | None
    broken_on: date
    clause: int = 0

    @property
    def key(self) -> Key:
        """Return what tells a finding from others of its case."""
        return (self.rule, self.step, self.round)


def breaches(
    book: Rulebook, view: CaseView, world: World, seen: tuple[Columns, Iterable[Verdict]], today: date
) -> tuple[Breach, ...]:
    """Return what is broken, and what will be when its limit runs out, one a rule, step and round.

    ``world``: with the members named in every round; ``seen``: the columns of the case and the verdicts of
    ``judge_all`` on them today. Earlier rounds are judged by the rules of their own step, and
    irregular acts by all that they were found to break.
    """
    found: dict[Key, Breach] = {}
    for one in _broken(book, view, world, seen, today):
        known = found.get(one.key)
        if known is None or one.broken_on < known.broken_on:
            found[one.key] = one
    return tuple(found.values())


def _broken(
    book: Rulebook, view: CaseView, world: World, seen: tuple[Columns, Iterable[Verdict]], today: date
) -> Iterator[Breach]:
    columns, verdicts = seen
    for judged, verdict in zip(book.judged, verdicts, strict=True):
        if verdict.state in TOLD:
            yield from _breach(judged, columns, verdict._replace(round=view.rounds.get(verdict.step, 1)), today)
    for earlier in view.earlier:
        then = book.columns(earlier.values, world)
        for judged in book.judged:
            if judged.step == earlier.step and (verdict := judged.judge(then, today)).state in TOLD:
                yield from _breach(judged, then, verdict._replace(round=earlier.number), today)
        for noted, verdict in still_broken(book, earlier, then, world, today):
            on = earlier.on or today
            if noted is None:
                yield Breach(verdict.rule, verdict.step, verdict.round, None, str(Force.HARD), None, on)
            else:
                yield from (replace(one, broken_on=on) for one in _breach(noted, then, verdict, today))


def still_broken(
    book: Rulebook, earlier: Round, columns: Columns, world: World, today: date
) -> Iterator[tuple[Judged | None, Verdict]]:
    """Yield what an irregular act was found to break beside what the rules of its own step say, as a finding of it.

    With the clause that says so today; None where none speaks: the act leaves nothing standing that it could turn on.
    It is made good when the facts, as they were corrected, keep the rule, or are none that it speaks of.
    """
    for rule in earlier.broken:
        said = [(one, one.judge(columns, today)) for one in book.judged if one.rule.id == rule]
        found = [(one, verdict) for one, verdict in said if verdict.state is VerdictState.VIOLATED]
        if any(one.step == earlier.step for one, _ in found):
            continue
        if found:
            yield from ((one, verdict._replace(step=earlier.step, round=earlier.number)) for one, verdict in found)
        elif not _made_good(book, earlier, rule, {verdict.state for _, verdict in said}, world, today):
            yield None, Verdict(rule, earlier.step, earlier.number, VerdictState.VIOLATED)


def _made_good(book: Rulebook, earlier: Round, rule: str, states: set[VerdictState], world: World, today: date) -> bool:
    """Tell whether the facts of an irregular act, as they were corrected, break a rule no more.

    Its clauses say that it is kept; or it does not apply, and did before the correction. Of completeness no clause
    speaks: nothing that is required may lack.
    """
    if not states:
        return earlier.complete and rule == f"{earlier.step}.required"
    if not states <= {VerdictState.SATISFIED, VerdictState.NOT_APPLICABLE}:
        return False
    return VerdictState.SATISFIED in states or _applied(book, earlier, rule, world, today)


def _applied(book: Rulebook, earlier: Round, rule: str, world: World, today: date) -> bool:
    """Tell whether a rule spoke of the facts of an irregular act as they were before they were corrected."""
    if earlier.first is None:
        return False
    first = book.columns(earlier.first, world)
    said = (one.judge(first, today).state for one in book.judged if one.rule.id == rule)
    return any(state is not VerdictState.NOT_APPLICABLE for state in said)


TOLD = (VerdictState.VIOLATED, VerdictState.PENDING)


def _breach(judged: Judged, columns: Columns, verdict: Verdict, today: date) -> Iterator[Breach]:
    """Yield the breach that a verdict tells, or that it will be once its limit has run out."""
    on, last = today, verdict
    for _ in range(MOST_EXTENSIONS):
        if last.state is not VerdictState.PENDING or last.due is None:
            break
        on = last.due + timedelta(1)
        last = judged.judge(columns, on)
    if last.state is not VerdictState.VIOLATED or last.outcome is None:
        return
    if last.due is not None:
        on = min(on, last.due + timedelta(1))
    elif verdict.state is VerdictState.VIOLATED:
        on = min(on, _act_day(judged, columns) or on)
    definition = judged.rule.definition
    yield Breach(
        verdict.rule, verdict.step, verdict.round, str(last.outcome), str(definition.force_of(last.outcome)), last.due,
        on, verdict.clause,
    )  # fmt: skip


def _act_day(judged: Judged, columns: Columns) -> date | None:
    """Return the day of the act of which a rule speaks."""
    day = columns[judged.clause.act] if judged.clause.act else None
    return day if isinstance(day, date) else None


def finding_rows(row: CaseRow, state: str, found: Iterable[Breach]) -> list[dict[str, object]]:
    """Return the rows that breaches of a case in a state make."""
    return [
        {
            "case_id": row.id, "rule": one.rule, "step": one.step, "round": one.round, "outcome": one.outcome,
            "force": one.force, "due_on": one.due_on, "broken_on": one.broken_on, "path": row.path,
            "state": state,
        }
        for one in found
    ]  # fmt: skip


def keep(connection: Connection, row: CaseRow, state: str, found: Iterable[Breach]) -> None:
    """Let these be the findings of a case in a state, and no others."""
    connection.execute(_GONE, {"of_case": row.id})
    if rows := finding_rows(row, state, found):
        connection.execute(_THERE, rows)
