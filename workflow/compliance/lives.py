"""What an audit in bulk finds, set against an earlier one: new, as before, back or gone.

A finding is *case, rule, step, round* (decision 0023). It is gone only where its case was judged again, by the same
rule, and the verdict could be made: what was not looked at is not said to be put right (decision 0032).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from workflow.bulk.terms import literal, name
from workflow.compliance.earlier import TABLE, Earlier, read_earlier
from workflow.compliance.engines.duckdb import insert, text
from workflow.compliance.judged import Judged
from workflow.compliance.ours import OF_LIVES, OF_LOGS
from workflow.compliance.view.tables import create
from workflow.compliance.write import FORMULA_STARTS, inert
from workflow.errors import Text, WorkflowError

# Tables: what is found now, what could not be decided; what is found and what is not any more, with their lives.
FOUND, OPEN, LIVES = "now_found", "now_undecided", "lives"
SAME = 'n.key = k."case" AND n.rule = k.rule AND n.step = k.step AND n.round = k.round'  # KNOWN_BY
ODD = r"[\p{C}\p{Zl}\p{Zp}]"  # characters that a list as CSV spells out are among these
MOST_NAMED = 5  # rules that an error names


class Life(StrEnum):
    """What has become of a finding since an earlier audit; the first four are found now, the others are not."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REOPENED = "reopened"
    OTHER_RULE = "other_rule"  # found, but the rule asked something else before
    GONE = "gone"  # since the earlier audit
    CLOSED = "closed"  # the earlier one had missed it already
    UNDECIDED = "undecided"  # of which no verdict could be made this time
    ABSENT = "absent"  # whose case was not judged this time
    NOT_ASKED = "not_asked"  # the rule asks something else now


PRESENT = (Life.NEW, Life.UNCHANGED, Life.REOPENED, Life.OTHER_RULE)
ENDED = (Life.GONE, Life.CLOSED)


class OtherRules(WorkflowError):  # noqa: N818 - errors are named as facts
    """The earlier audit asked other things."""

    def __init__(self, rules: Sequence[str]) -> None:
        """Name the rules, or the first of them."""
        named = "、".join(rules[:MOST_NAMED]) + ("……" if len(rules) > MOST_NAMED else "")
        shown = ", ".join(rules[:MOST_NAMED]) + (" …" if len(rules) > MOST_NAMED else "")
        super().__init__(
            Text(
                f"上一次审查所用的规则不同（{len(rules)} 条）：{named}",
                f"the earlier audit was made by other rules ({len(rules)}): {shown}",
            ),
            Text(
                "加 --other-rules 只比较相同的规则，其余注明不比较",
                "with --other-rules the rules that are the same are compared, and the others are said not to be",
            ),
        )


class LaterThanThis(WorkflowError):  # noqa: N818 - errors are named as facts
    """The audit named as the earlier one is as of a later day."""

    def __init__(self, earlier: date, now: date) -> None:
        """Name both days."""
        super().__init__(
            Text(f"所比较的审查截至 {earlier}，晚于本次的 {now}", f"that audit is as of {earlier}, this one of {now}"),
            Text("请给出更早的一次", "name an earlier one"),
        )


class OtherCases(WorkflowError):  # noqa: N818 - errors are named as facts
    """Not one case of the earlier list is known here."""

    def __init__(self, label: str) -> None:
        """Name the list."""
        super().__init__(
            Text(f"“{label}”中的案卷，这里一件也没有", f"none of the cases in “{label}” was judged here"),
            Text("请确认两次审查的是同一批案卷", "see that both audits are of the same cases, named alike"),
        )


@dataclass(frozen=True, slots=True)
class Since:
    """Which earlier result to compare with. ``other_rules``: also where some rules differ; these are not compared."""

    path: Path
    other_rules: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it; its rows stand in LIVES, as OF_LIVES. ``other_rules``: which were not compared."""

    earlier: Earlier
    counts: Mapping[Life, int]
    other_rules: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "earlier": self.earlier.label,
            "as_of": self.earlier.as_of.isoformat(),
            **{str(life): self.counts.get(life, 0) for life in Life},
            "rules_not_compared": list(self.other_rules),
        }

    def query(self) -> str:
        """Return the rows in their order: what is found by case, then what is not any more."""
        return f'SELECT {columns(OF_LIVES)} FROM {LIVES} ORDER BY lost, place, "case", rule, step, round, outcome'


def columns(names: Sequence[str]) -> str:
    """Return columns as SQL names them."""
    return ", ".join(map(name, names))


def compare(connection: duckdb.DuckDBPyConnection, judged: Judged, since: Since) -> Compared:
    """Set an audit against an earlier one, into LIVES.

    Raises OtherRules, LaterThanThis, OtherCases, and what ``read_earlier`` raises.
    """
    earlier = read_earlier(connection, since.path)
    if earlier.as_of > judged.as_of:
        raise LaterThanThis(earlier.as_of, judged.as_of)
    asked = judged.asked
    other = sorted(one for one in {*asked, *earlier.asked} if asked.get(one) != earlier.asked.get(one))
    if other and not since.other_rules:
        raise OtherRules(other)
    create(connection, "other_rule", {"rule": "VARCHAR"})
    insert(connection, "other_rule", {"rule": "VARCHAR"}, [(rule,) for rule in other])
    _take_cases(connection, judged, spelt=earlier.spelt)
    _once(connection)
    _check_cases(connection, earlier)
    for table, relation in ((FOUND, judged.findings()), (OPEN, judged.undecided())):
        connection.execute(f"CREATE TABLE {table} AS SELECT n.*, key FROM {relation} n JOIN judged_case USING (place)")
    present, lost = _present(judged, earlier), _lost(judged, earlier)
    connection.execute(f"CREATE TABLE {LIVES} AS {present} UNION ALL BY NAME {lost}")
    counted = connection.execute(f"SELECT life, count(*) FROM {LIVES} GROUP BY life").fetchall()
    return Compared(earlier, {Life(life): number for life, number in counted}, tuple(other))


def _take_cases(connection: duckdb.DuckDBPyConnection, judged: Judged, *, spelt: bool) -> None:
    """Make ``judged_case``: each case that was judged with the key under which the earlier list has it."""
    connection.execute(
        f'CREATE TABLE judged_case AS SELECT place, CAST("case" AS VARCHAR) AS "case", CAST("case" AS VARCHAR) AS key'
        f" FROM {judged.cases()}"
    )
    if not spelt:
        return
    starts = ", ".join(map(text, FORMULA_STARTS))
    odd = connection.execute(
        f"SELECT DISTINCT key FROM judged_case WHERE left(key, 1) IN ({starts}) OR regexp_matches(key, {text(ODD)})"
    ).fetchall()
    types = {"key": "VARCHAR", "as_spelt": "VARCHAR"}
    create(connection, "spelt", types)
    insert(connection, "spelt", types, ((key, inert(key)) for (key,) in odd))
    connection.execute("UPDATE judged_case SET key = as_spelt FROM spelt WHERE judged_case.key = spelt.key")


def _once(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``known``: each finding of the earlier list once; several outcomes of a rule are one finding."""
    ended = f"COALESCE(life IN ({_texts(ENDED)}), FALSE)"
    connection.execute(
        f'CREATE TABLE known AS SELECT DISTINCT ON ("case", rule, step, round) *, {ended} AS ended FROM {TABLE}'
        f' ORDER BY "case", rule, step, round, ended, outcome'
    )


def _check_cases(connection: duckdb.DuckDBPyConnection, earlier: Earlier) -> None:
    same = 'SELECT 1 FROM known k JOIN judged_case j ON j.key = k."case"'
    row = connection.execute(f"SELECT (SELECT count(*) FROM known), EXISTS ({same})").fetchone()
    if row is not None and row[0] and not row[1]:
        raise OtherCases(earlier.label)


def _present(judged: Judged, earlier: Earlier) -> str:
    """Return what is found now: what the earlier list knows of it."""
    life = (
        f"CASE WHEN n.rule IN (SELECT rule FROM other_rule) THEN {text(Life.OTHER_RULE)}"
        f' WHEN k."case" IS NULL THEN {text(Life.NEW)}'
        f" WHEN k.ended THEN {text(Life.REOPENED)} ELSE {text(Life.UNCHANGED)} END"
    )
    first = f'CASE WHEN k."case" IS NULL THEN {literal(judged.as_of)} ELSE {_first(earlier)} END'
    own = ", ".join(f"n.{name(one)}" for one in OF_LOGS)
    return (
        f"SELECT {own}, n.place, FALSE AS lost, {life} AS life, {first} AS first_seen, CAST(NULL AS DATE) AS gone_on"
        f" FROM {FOUND} n LEFT JOIN known k ON {SAME}"
    )


def _lost(judged: Judged, earlier: Earlier) -> str:
    """Return what the earlier list knows and is not found now: why."""
    life = (
        f"CASE WHEN k.ended THEN {text(Life.CLOSED)}"
        f" WHEN k.rule IN (SELECT rule FROM other_rule) THEN {text(Life.NOT_ASKED)}"
        f" WHEN j.key IS NULL THEN {text(Life.ABSENT)}"
        f" WHEN EXISTS (SELECT 1 FROM {OPEN} n WHERE {SAME}) THEN {text(Life.UNDECIDED)}"
        f" ELSE {text(Life.GONE)} END"
    )
    rest = columns([one for one in OF_LOGS if one != "case"])
    gone = f"CASE life WHEN {text(Life.CLOSED)} THEN gone_on WHEN {text(Life.GONE)} THEN {literal(judged.as_of)} END"
    told = (
        f'SELECT COALESCE(j."case", k."case") AS "case", {rest}, CAST(NULL AS BIGINT) AS place, TRUE AS lost,'
        f" {life} AS life, {_first(earlier)} AS first_seen, k.gone_on AS gone_on"
        f' FROM known k LEFT JOIN judged_case j ON j.key = k."case"'
        f" WHERE NOT EXISTS (SELECT 1 FROM {FOUND} n WHERE {SAME})"
    )
    return f"SELECT * REPLACE ({gone} AS gone_on) FROM ({told})"


def _first(earlier: Earlier) -> str:
    """Return the day on which a finding was first seen: that of the earlier audit where it does not say another."""
    return f"COALESCE(k.first_seen, {literal(earlier.as_of)})"


def _texts(lives: Sequence[Life]) -> str:
    return ", ".join(map(text, lives))
