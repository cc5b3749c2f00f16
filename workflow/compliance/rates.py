"""What audits in bulk found, rule by rule against its population, and breach by breach with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.bulk.layout import Layout
from workflow.bulk.terms import name
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.ours import OF_LOGS
from workflow.compliance.runs import Run
from workflow.compliance.view.tables import opened
from workflow.compliance.view_audit import Population
from workflow.errors import Text
from workflow.law.model import RuleDef
from workflow.law.timeline import Period

TYPES = {  # of what a run writes; all else is text
    "case": "BIGINT", "organization": "BIGINT", "round": "INTEGER", "acted_on": "DATE", "from_on": "DATE",
    "due_on": "DATE", "days_over": "INTEGER", "edition": "DATE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Cases under one law: its layout, the run over them, and the folders of the run and of the view judged."""

    layout: Layout
    run: Run
    folder: Path
    view: Path


@dataclass(frozen=True, slots=True)
class RuleRate:
    """One rule over all cases: how often it could be asked, how it stood, and how many cases break it.

    ``decided``: of the times that it applied, those that are neither still running nor undecidable.
    """

    rule: str
    text: Text
    basis: str
    applied: int
    running: int
    undecidable: int
    broken: int
    cases: int

    @property
    def decided(self) -> int:
        """Return the base of the rate."""
        return self.applied - self.running - self.undecidable

    @property
    def rate(self) -> float | None:
        """Return the share broken, 0 to 1; None where it was never decided."""
        return self.broken / self.decided if self.decided else None

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        keys = ("rule", "applied", "running", "undecidable", "broken", "cases", "rate", "basis")
        return {key: getattr(self, key) for key in keys} | {"text": {"zh": self.text.zh, "en": self.text.en}}


def rates(parts: Sequence[Part]) -> tuple[RuleRate, ...]:
    """Return every rule with its population, in the order of the procedure; none where nothing was judged."""
    if not parts:
        return ()
    with opened() as connection:
        counted = connection.execute(
            f'SELECT rule, count(DISTINCT "case"), count(*) FROM {broken(parts)} GROUP BY rule'
        ).fetchall()
    found = {rule: (cases, number) for rule, cases, number in counted}
    asked: dict[str, Population] = {}
    for part in parts:
        for clause in part.layout.clauses:
            population = part.run.populations.get(clause.place, Population())
            asked.setdefault(clause.judged.rule.id, Population()).add(population)
    words = {rule: _words([one for _, one in wordings]) for rule, wordings in newest(parts).items()}
    return tuple(_rate(rule, words[rule], population, found.get(rule, (0, 0))) for rule, population in asked.items())


def newest(parts: Iterable[Part]) -> dict[str, list[tuple[Period, RuleDef]]]:
    """Return how each rule is worded now where all parts are told together, in the order of the procedure.

    The law's own wording where some part has no local one instead of it; else the wording of each part.
    """
    found: dict[str, list[tuple[Period, RuleDef]]] = {}
    for part in parts:
        own = {clause.judged.rule.id: clause.judged.rule.wordings[-1] for clause in part.layout.clauses}
        for rule, wording in own.items():
            found.setdefault(rule, []).append(wording)
    return {rule: [one for one in each if one[1].added_by is None] or each for rule, each in found.items()}


def joined(texts: Iterable[Text]) -> Text:
    """Return texts as one, each once."""
    once = tuple(dict.fromkeys(texts))
    return Text(" / ".join(one.zh for one in once), " / ".join(one.en for one in once))


def _words(wordings: Sequence[RuleDef]) -> tuple[Text, str]:
    text = joined(Text(one.text.zh, one.text.en) for one in wordings)
    return text, " / ".join(dict.fromkeys(one.basis for one in wordings))


def _rate(rule: str, words: tuple[Text, str], of: Population, found: tuple[int, int]) -> RuleRate:
    cases, number = found
    return RuleRate(rule, *words, of.applied, of.running, of.undecidable, number, cases)


def broken(parts: Sequence[Part]) -> str:
    """Return every breach of every part as a table of DuckDB; an empty one where there was no case at all."""
    files = [path for part in parts for path in sorted(part.folder.glob("breaches-*.parquet"))]
    if files:
        return parquet(*files)
    return nothing(OF_LOGS)


def nothing(columns: Sequence[str]) -> str:
    """Return a table of DuckDB without a row, of columns of a run in the types that its files have."""
    nulls = (f"CAST(NULL AS {TYPES.get(one, 'VARCHAR')}) AS {name(one)}" for one in columns)
    return f"(SELECT {', '.join(nulls)} LIMIT 0)"
