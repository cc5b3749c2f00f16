"""What a rule asks of a case, as a digest: two audits may be set against each other where both asked the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from workflow.bulk.dialects import DUCKDB
from workflow.bulk.emitter import Emitter
from workflow.bulk.layout import BulkClause, Layout
from workflow.bulk.statement import verdict
from workflow.rules.columns import SOME_DAY
from workflow.rules.formula import columns_of

SIGNS = 16  # of a digest: sixteen hexadecimal ones tell a few hundred rules apart


def asked_by(layout: Layout) -> dict[str, str]:
    """Return a digest of each rule: of the statements that judge it, whatever the day, and of what their columns mean.

    Names, texts, articles and what the calendar says of a year are no part of it: they do not make it another rule.
    """
    emitter = Emitter(SOME_DAY, DUCKDB, careful=True)
    said: dict[str, list[object]] = {}
    for clause in layout.clauses:
        judged = clause.judged
        outcomes = [str(outcome) for outcome, _ in judged.clause.broken]
        meant = dict(_meant(layout, clause))
        said.setdefault(judged.rule.id, []).append([judged.step, outcomes, verdict(clause, emitter), meant])
    return {rule: sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:SIGNS] for rule, one in said.items()}


def asked_together(each: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the digests of all parts of an audit; of a rule that not all of them ask alike, each."""
    found: dict[str, set[str]] = {}
    for asked in each:
        for rule, digest in asked.items():
            found.setdefault(rule, set()).add(digest)
    return {rule: "+".join(sorted(digests)) for rule, digests in found.items()}


def _meant(layout: Layout, clause: BulkClause) -> Iterator[tuple[str, object]]:
    """Yield each column that a clause rests on and that is made of others, with what it is made of."""
    waiting = [name for formula in clause.formulas for name in columns_of(formula)]
    known = set()
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        made: list[object] = [
            derived.how.model_dump(mode="json")
            for period in layout.book.periods
            if (derived := period.edition.derived.get(name)) is not None
        ]
        waiting += [one for period in layout.book.periods if name in period.edition.derived
                    for one in period.edition.derived[name].how.columns()]  # fmt: skip
        if name in layout.sums:
            made.append(repr(layout.sums[name]))
            waiting += columns_of(layout.sums[name])
        if made:
            yield name, made
