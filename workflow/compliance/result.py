"""What an audit in bulk hands out: the list of what is broken, and what was asked beside it.

A list as JSON says itself as of which day and by which rules it was made, and how often each could be asked. CSV and
Parquet hold rows alone: the same stands in a summary beside them, and a later audit is set against both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from workflow.compliance.engines.duckdb import parquet, text, write_parquet
from workflow.compliance.files import PRIVATE, beside, check_target, write_whole
from workflow.compliance.judged import Judged
from workflow.compliance.listing import Listing, check_form, write_listing
from workflow.compliance.lives import PRESENT, Compared, Since, columns, compare
from workflow.compliance.ours import FORMAT, OF_LIVES, OF_LOGS, OF_SAMPLES, check_replaced
from workflow.compliance.places import PlaceRate, by_place
from workflow.compliance.sample import Drawn, Lots, draw
from workflow.compliance.trend import Trend, trend_of

ROWS_ALONE = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside breaches and rates; None: it is not."""

    since: Since | None = None
    lots: Lots | None = None
    by_month: bool = False
    level: int | None = None  # of organizations: see ``by_place``


@dataclass(frozen=True, slots=True)
class Result:
    """An audit with what was asked for beside it; tables stand in ``connection`` while it is open."""

    connection: duckdb.DuckDBPyConnection
    judged: Judged
    compared: Compared | None = None
    drawn: Drawn | None = None
    trend: Trend | None = None
    places: tuple[PlaceRate, ...] | None = None

    def told(self) -> dict[str, Any]:
        """Return what JSON says beside the rates: by which rules was judged, and what was asked for."""
        parts = {"lives": self.compared, "sample": self.drawn, "by_month": self.trend}
        told = {"asked": self.judged.asked} | {key: one.told() for key, one in parts.items() if one is not None}
        return told if self.places is None else told | {"by_organization": [one.told() for one in self.places]}

    def write(self, path: Path, head: Mapping[str, Any]) -> None:
        """Write the list, and where it holds rows alone its summary; ``head``: with ``told``. Raises NotWritten."""
        check_list(path)
        if rows_alone(path):
            beside(path).unlink(missing_ok=True)  # that of an earlier list must never stand beside this one
        names = OF_LIVES if self.compared else OF_LOGS
        write_listing(self.connection, Listing(self._query(), names, head, "findings"), path)
        if rows_alone(path):
            write_summary(beside(path), head)

    def first(self, most: int) -> list[dict[str, Any]]:
        """Return the first findings of the list, those found now alone, as OF_LOGS, and where compared as OF_LIVES."""
        query = f"SELECT * FROM ({self._query()}) LIMIT {most}"
        if self.compared is not None:
            lives = ", ".join(text(one) for one in PRESENT)
            query = f"SELECT * FROM ({self._query()}) WHERE life IN ({lives}) LIMIT {most}"
        found = self.connection.execute(f"SET preserve_insertion_order = true; {query}")
        names = OF_LIVES if self.compared else OF_LOGS
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def organizations(self, cases: Iterable[object]) -> dict[str, tuple[int | None, str | None]]:
        """Return of cases judged, by their names, the number of the organization, and what stands above it.

        Organizations of one name may be several: the number tells them apart. Above is None where nothing is known.
        """
        wanted = list(dict.fromkeys(map(str, cases)))
        if not wanted:
            return {}
        judged, above, join = self.judged, "NULL", ""
        if judged.tree is not None:
            above, join = "t.above", f"LEFT JOIN {parquet(judged.tree)} t ON t.id = u.unit"
        case, marks = 'CAST(c."case" AS VARCHAR)', ", ".join("?" * len(wanted))
        joined = f"{judged.cases()} c JOIN {judged.units()} u USING (place) {join}"
        query = f"SELECT {case}, u.unit, {above} FROM {joined} WHERE {case} IN ({marks})"
        return {name: (unit, over) for name, unit, over in self.connection.execute(query, wanted).fetchall()}

    def write_run(self, path: Path) -> None:
        """Write the list as Parquet in the place of an earlier one, as the folder of a run has it."""
        write_parquet(self.connection, self._query(), path)

    def write_sample(self, path: Path) -> None:
        """Write the cases that were drawn; raises NotWritten."""
        if self.drawn is not None:
            write_listing(self.connection, Listing(self.drawn.query(), OF_SAMPLES, self.drawn.told(), "cases"), path)

    def _query(self) -> str:
        if self.compared is not None:
            return self.compared.query()
        return f"SELECT {columns(OF_LOGS)} FROM {self.judged.findings()} ORDER BY place, rule, round"


def result_of(connection: duckdb.DuckDBPyConnection, judged: Judged, wanted: Wanted) -> Result:
    """Return an audit with what is asked for; raises what ``compare``, ``draw`` and ``by_place`` raise."""
    return Result(
        connection,
        judged,
        compare(connection, judged, wanted.since) if wanted.since else None,
        draw(connection, judged, wanted.lots) if wanted.lots else None,
        trend_of(judged.parts) if wanted.by_month else None,
        by_place(connection, judged, wanted.level) if wanted.level is not None else None,
    )


def write_summary(path: Path, head: Mapping[str, Any]) -> None:
    """Write what is said of an audit but for its rows; raises NotWritten."""
    told = json.dumps({"format": FORMAT, **head}, ensure_ascii=False, indent=1)
    write_whole(path, f"{told}\n".encode(), PRIVATE)


def rows_alone(path: Path) -> bool:
    """Tell whether a file of this name holds rows and says nothing about them."""
    return path.suffix.lower() in ROWS_ALONE


def check_list(path: Path, *sources: Path) -> None:
    """Refuse, before the work begins, a list or a summary beside it that could not be written; raises NotWritten."""
    check_form(path, *sources)
    if rows_alone(path):
        check_target(beside(path), *sources)
        check_replaced(beside(path))
