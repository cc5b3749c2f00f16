"""A sample of cases whose paper is looked at: drawn by lot within strata, the same for the same seed.

The lot of a case is a digest of seed and name, so that neither the order of rows nor the program that draws matters; a
larger sample of the same strata holds the smaller one. Why strata and shares are what they are: decision 0032.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heapreplace
from typing import Any

import duckdb

from workflow.bulk.terms import name
from workflow.compliance.engines.duckdb import insert, text
from workflow.compliance.judged import Judged
from workflow.compliance.ours import OF_SAMPLES
from workflow.compliance.view.tables import create
from workflow.errors import Text, WorkflowError

TABLE = "sample"
SIGNS = 12  # of the digest by which cases are ordered: what is equal by then is ordered by name
Stratum = tuple[str, bool]  # the rule or organization; whether its cases have findings


class Strata(StrEnum):
    """By what cases are parted before lots are drawn."""

    RULE = "rule"  # those with findings by the rule that fewest cases break; those without together
    ORGANIZATION = "organization"  # and with and without findings


class TooFew(WorkflowError):  # noqa: N818 - errors are named as facts
    """A sample so small that some stratum would have no case in it."""

    def __init__(self, number: int, strata: int) -> None:
        """Say how many it takes."""
        super().__init__(
            Text(f"抽 {number} 件不够：共有 {strata} 层", f"{number} cases are too few for {strata} strata"),
            Text(
                f"至少抽 {strata} 件，或者换一种分层（--strata）",
                f"draw {strata} at least, or choose other strata (--strata)",
            ),
        )


@dataclass(frozen=True, slots=True)
class Lots:
    """How to draw. ``number``: cases in all."""

    number: int
    seed: str
    strata: Strata = Strata.RULE


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn; its rows stand in TABLE, as OF_SAMPLES."""

    lots: Lots
    sizes: Mapping[Stratum, int]
    shares: Mapping[Stratum, int]

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "number": sum(self.shares.values()),
            "seed": self.lots.seed,
            "by": str(self.lots.strata),
            "strata": [
                {"stratum": one[0], "with_findings": one[1], "size": size, "drawn": self.shares[one]}
                for one, size in sorted(self.sizes.items())
            ],
        }

    def query(self) -> str:
        """Return the rows stratum by stratum, in each in the order in which they were drawn."""
        columns = ", ".join(map(name, OF_SAMPLES))
        return f"SELECT {columns} FROM {TABLE} ORDER BY stratum, with_findings, turn"


def draw(connection: duckdb.DuckDBPyConnection, judged: Judged, lots: Lots) -> Drawn:
    """Draw a sample of the cases judged, into TABLE; of fewer cases than are asked for, all. Raises TooFew."""
    connection.execute(f"CREATE TABLE parted AS {_parted(judged, lots.strata)}")
    rows = connection.execute("SELECT stratum, with_findings, count(*) FROM parted GROUP BY ALL").fetchall()
    sizes = {(stratum, found): number for stratum, found, number in rows}
    shares = shared(sizes, lots.number)
    types = {"stratum": "VARCHAR", "with_findings": "BOOLEAN", "stratum_size": "BIGINT", "stratum_drawn": "BIGINT"}
    create(connection, "strata", types)
    insert(connection, "strata", types, ((*one, size, shares[one]) for one, size in sizes.items()))
    lot = f'left(sha256({text(lots.seed)} || chr(10) || CAST("case" AS VARCHAR)), {SIGNS})'
    turn = f'row_number() OVER (PARTITION BY stratum, with_findings ORDER BY {lot}, "case")'
    connection.execute(
        f"CREATE TABLE {TABLE} AS SELECT *, {turn} AS turn FROM parted JOIN strata USING (stratum, with_findings)"
        " QUALIFY turn <= stratum_drawn"
    )
    connection.execute("DROP TABLE parted")
    return Drawn(lots, sizes, shares)


def _parted(judged: Judged, strata: Strata) -> str:
    """Return each case with its stratum."""
    found = judged.findings()
    if strata is Strata.ORGANIZATION:
        broken = f"SELECT DISTINCT place FROM {found}"
        stratum = "COALESCE(CAST(organization AS VARCHAR), '')"
    else:
        how_often = f"SELECT rule, count(DISTINCT place) AS cases FROM {found} GROUP BY rule"
        broken = (
            f"SELECT place, first(rule ORDER BY cases, rule) AS rule FROM {found} JOIN ({how_often}) USING (rule)"
            " GROUP BY place"
        )
        stratum = "COALESCE(b.rule, '')"
    return (
        f'SELECT c."case", c.organization, {stratum} AS stratum, b.place IS NOT NULL AS with_findings'
        f" FROM {judged.cases()} c LEFT JOIN ({broken}) b USING (place)"
    )


def shared(sizes: Mapping[Stratum, int], number: int) -> dict[Stratum, int]:
    """Return how many cases are drawn of each stratum, ``number`` in all or every case there is.

    Shares go by the square root of the size: between equal shares, which tell most of each stratum, and proportional
    ones, which tell most of the whole. Every stratum has one at least and none more than it holds; a larger number
    never takes a case away from any. Raises TooFew.
    """
    if not 0 < len(sizes) <= number:
        if sizes:
            raise TooFew(number, len(sizes))
        return {}
    given = dict.fromkeys(sizes, 1)
    waiting = [_next(one, sizes, given) for one in sizes if sizes[one] > 1]
    heapify(waiting)
    for _ in range(min(number, sum(sizes.values())) - len(sizes)):
        _, one = waiting[0]
        given[one] += 1
        if given[one] < sizes[one]:
            heapreplace(waiting, _next(one, sizes, given))
        else:
            heappop(waiting)
    return given


def _next(one: Stratum, sizes: Mapping[Stratum, int], given: Mapping[Stratum, int]) -> tuple[float, Stratum]:
    """Return where a stratum stands in the queue for a further case: the highest quotient of Sainte-Laguë first."""
    return (-sizes[one] / (2 * given[one] + 1) ** 2, one)
