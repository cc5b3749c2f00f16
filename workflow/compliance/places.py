"""Findings by organization: how many people there are, how many have findings, and the share; small numbers hidden.

The lines stand under each other and their total is told, so what is hidden is hidden as on the pages
(``workflow.engine.hiding``): a number below five, what would give it away as a remainder, and further lines where it
would be what is left of the total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.judged import Judged
from workflow.engine.hiding import Counted, Shown, beside
from workflow.errors import Text, WorkflowError

BRANCH = 0  # the level of whoever has the case
MOST = 100_000  # organizations: what hides small numbers looks at all of them together
COUNTED = "count(*) AS cases, COALESCE(sum(findings), 0)::BIGINT AS findings, count(findings) AS people"


class NoTree(WorkflowError):  # noqa: N818 - errors are named as facts
    """A level is asked for of a source that does not say which organization stands above which."""

    def __init__(self) -> None:
        """Say what can be asked."""
        super().__init__(
            Text("这种来源没有组织层级", "such a source does not say how organizations stand above each other"),
            Text(
                "请用 --by-organization branch；工作簿不写 --books-by，或者写 --books-by branch",
                "ask --by-organization branch; for workbooks leave out --books-by, or ask --books-by branch",
            ),
        )


class TooManyPlaces(WorkflowError):  # noqa: N818 - errors are named as facts
    """More organizations than are told."""

    def __init__(self, number: int) -> None:
        """Say how many."""
        super().__init__(
            Text(f"组织有 {number:,} 个，多于 {MOST:,} 个", f"there are {number:,} organizations, more than {MOST:,}"),
            Text("请选上级层次（--by-organization 1、2……）", "ask for a higher level (--by-organization 1, 2 …)"),
        )


@dataclass(frozen=True, slots=True)
class PlaceRate:
    """An organization with all below it. ``above``: what stands above it; None: nothing does, or it is not known."""

    organization: str | None
    above: str | None
    shown: Shown

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it; None: not told."""
        one, share = self.shown, self.shown.share
        numbers = {"cases": one.cases, "with_findings": one.people, "findings": one.findings}
        rate = None if share is None else float(share)
        return {"organization": self.organization, "above": self.above, **numbers, "rate": rate}


def by_place(connection: duckdb.DuckDBPyConnection, judged: Judged, level: int = BRANCH) -> tuple[PlaceRate, ...]:
    """Return the rates of the organizations that have cases, in the order of the tree or of their names.

    ``level``: BRANCH, each for itself; else so many steps from the top (1: the top), what stands above that as itself.
    Raises NoTree, TooManyPlaces.
    """
    if level != BRANCH and judged.tree is None:
        raise NoTree
    query = _flat(judged) if judged.tree is None else _in_tree(judged, parquet(judged.tree), level)
    connection.execute(f"CREATE OR REPLACE TABLE counted AS {query}")
    (number,) = connection.execute("SELECT count(*) FROM counted").fetchall()[0]
    if number > MOST:
        raise TooManyPlaces(number)
    columns = "organization, above, cases, findings, people"
    return _shown(connection.execute(f"SELECT {columns} FROM counted ORDER BY line").fetchall())


def _shown(rows: Sequence[tuple[Any, ...]]) -> tuple[PlaceRate, ...]:
    counted = [Counted(cases, findings, people, people) for _, _, cases, findings, people in rows]
    return tuple(PlaceRate(row[0], row[1], one) for row, one in zip(rows, beside(counted), strict=True))


def _found(judged: Judged) -> str:
    return f"(SELECT place, count(*) AS findings FROM {judged.findings()} GROUP BY place)"


def _flat(judged: Judged) -> str:
    return (
        f"SELECT CAST(organization AS VARCHAR) AS organization, NULL::VARCHAR AS above, {COUNTED}, organization AS line"
        f" FROM {judged.cases()} LEFT JOIN {_found(judged)} USING (place) GROUP BY ALL"
    )


def _in_tree(judged: Judged, tree: str, level: int) -> str:
    """Return the same by the organization at a level of the path; one that ends before it stands for itself."""
    depth = f"LEAST(len(ids), {level})" if level else "len(ids)"
    split = f"SELECT id, string_split(rtrim(path, '.'), '.') AS ids FROM {tree}"
    lines = f"SELECT id AS unit, CAST(ids[{depth}] AS BIGINT) AS told FROM ({split})"
    return (
        f"SELECT t.name AS organization, t.above AS above, {COUNTED}, t.path AS line"
        f" FROM {judged.places()} JOIN ({lines}) USING (unit) JOIN {tree} t ON t.id = told"
        f" LEFT JOIN {_found(judged)} USING (place) GROUP BY t.id, t.name, t.above, t.path"
    )
