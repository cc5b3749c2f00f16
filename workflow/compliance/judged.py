"""An audit in bulk as its tables: what is broken, what could not be decided, which cases were judged, under what names.

Each is SQL over the Parquet files of the runs and views: nothing of it is held in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workflow.bulk.layout import CASE, ORGANIZATION
from workflow.bulk.terms import name
from workflow.compliance.asking import asked_together
from workflow.compliance.bases import rules_of
from workflow.compliance.engines.duckdb import parquet, text
from workflow.compliance.ours import OF_LOGS
from workflow.compliance.rates import Part, broken, nothing
from workflow.compliance.view.manifest import read_manifest

KNOWN_BY = ("case", "rule", "step", "round")  # what tells a finding from any other (decision 0023)


@dataclass(frozen=True, slots=True)
class Judged:
    """Parts that were judged as of one day.

    ``names``: the file (case, name, organization) that names the cases; ``tree``: that of the organizations (id, name,
    above, path). Without names a case and its organization are named by the numbers that the source gives them.
    Every relation has the column ``place`` beside those that it names: the number by which cases are ordered.
    """

    parts: Sequence[Part]
    as_of: date
    names: Path | None = None
    tree: Path | None = None

    @property
    def asked(self) -> dict[str, str]:
        """Return by rule a digest of what it asked."""
        return asked_together(part.run.asked for part in self.parts)

    def places(self) -> str:
        """Return of each case judged the number of its organization: ``place``, ``unit``."""
        rows = (f"SELECT {name(CASE)} AS place, {name(ORGANIZATION)} AS unit FROM {one}" for one in self._views())
        return f"({' UNION ALL '.join(rows) or 'SELECT 0::BIGINT AS place, 0::BIGINT AS unit LIMIT 0'})"

    def units(self) -> str:
        """Return the same with the name of the organization, which has no tree above it: also ``organization``.

        A log names the organizations of its cases itself: the numbers of its view spread the work and mean nothing.
        """
        if self.names is None or self.tree is not None:
            return f"(SELECT place, unit, CAST(unit AS VARCHAR) AS organization FROM {self.places()})"
        return (
            f"(SELECT p.place, c.unit, c.organization FROM {self.places()} p"
            f' JOIN {parquet(self.names)} c ON c."case" = p.place)'
        )

    def bases(self) -> str:
        """Return how often each rule was decided by organization: ``unit``, ``rule``, ``decided``.

        Nothing where the runs were not asked for it (``bases``).
        """
        parts = [(part, sorted(part.folder.glob("bases-*.parquet"))) for part in self.parts]
        rows = " UNION ALL ".join(_by_rule(part, files) for part, files in parts if files)
        if not rows:
            return "(SELECT 0::BIGINT AS unit, '' AS rule, 0::BIGINT AS decided LIMIT 0)"
        return f"(SELECT unit, rule, sum(decided)::BIGINT AS decided FROM ({rows}) GROUP BY unit, rule)"

    def _views(self) -> list[str]:
        return [read_manifest(part.view).relation(part.view, "cases") for part in self.parts]

    def findings(self) -> str:
        """Return what is broken, a row a breach, as a table of DuckDB with the columns OF_LOGS."""
        return self._named(broken(self.parts), OF_LOGS)

    def undecided(self) -> str:
        """Return the same of what could not be decided, with the columns KNOWN_BY."""
        files = [path for part in self.parts for path in sorted(part.folder.glob("undecided-*.parquet"))]
        return self._named(parquet(*files) if files else nothing(KNOWN_BY), KNOWN_BY)

    def cases(self) -> str:
        """Return which cases were judged: ``case``, ``organization``."""
        views = self._views()
        rows = (f'SELECT {name(CASE)} AS "case", {name(ORGANIZATION)} AS organization FROM {one}' for one in views)
        found = f"({' UNION ALL '.join(rows)})" if views else nothing(("case", "organization"))
        return self._named(found, ("case", "organization"))

    def _named(self, relation: str, columns: Sequence[str]) -> str:
        own = ", ".join(f"b.{name(one)}" for one in columns if one not in ("case", "organization"))
        rest = f", {own}" if own else ""
        if self.names is None:
            keys = ", ".join(f"b.{name(one)}" for one in ("case", "organization") if one in columns)
            return f'(SELECT {keys}{rest}, b."case" AS place FROM {relation} b)'
        keys = 'c.name AS "case"' + (", c.organization AS organization" if "organization" in columns else "")
        joined = f'{relation} b JOIN {parquet(self.names)} c ON c."case" = b."case"'
        return f'(SELECT {keys}{rest}, c."case" AS place FROM {joined})'


def _by_rule(part: Part, files: Sequence[Path]) -> str:
    """Return the bases of a part, a row a rule under its id."""
    ids = ", ".join(map(text, rules_of(part.layout)))
    rows = f"(UNPIVOT {parquet(*files)} ON COLUMNS(* EXCLUDE (unit)) INTO NAME place VALUE decided)"
    return f"SELECT unit, [{ids}][CAST(substr(place, 2) AS INTEGER) + 1] AS rule, decided FROM {rows}"
