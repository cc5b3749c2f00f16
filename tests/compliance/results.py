"""Results of the tests: a log judged and written out, set against an earlier list or not."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tests.compliance import logs
from workflow.compliance.lives import Since
from workflow.compliance.log.findings import head
from workflow.compliance.result import Result, Wanted, result_of
from workflow.compliance.view.tables import opened
from workflow.law.timeline import Law

Row = dict[str, Any]
NOTHING = Wanted()


@contextmanager
def result(path: Path, of: Law, as_of: date, wanted: Wanted = NOTHING, **asked: object) -> Iterator[tuple[Result, Row]]:
    """Give the result of a log and what JSON says beside its rows."""
    with logs.judged(path, of, as_of=as_of, **asked) as audit, opened() as connection:
        found = result_of(connection, audit.judged, wanted)
        yield found, head(audit) | found.told()


def listed(
    folder: Path, text: str, as_of: date, out: Path, since: Path | None = None, *,
    of: Law | None = None, other_rules: bool = False,
) -> list[Row]:  # fmt: skip
    """Judge a log, write its list to ``out``, and return the rows of the list."""
    wanted = Wanted(Since(since, other_rules) if since else None)
    with result(logs.csv(folder, text), of or logs.law(folder), as_of, wanted) as (found, told):
        found.write(out, told)
    return read(out)


def read(path: Path) -> list[Row]:
    """Return the rows of a list, every cell as a text, None what is blank."""
    if path.suffix == ".json":
        rows = json.loads(path.read_text("utf-8"))["findings"]
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    else:
        with duckdb.connect() as connection:
            table = connection.read_parquet(str(path))
            rows = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    return [{key: None if cell in (None, "") else str(cell) for key, cell in row.items()} for row in rows]


def lives(rows: list[Row]) -> dict[tuple[str, str, int], str]:
    """Return the life of each finding by case, rule and round."""
    found = {(row["case"], row["rule"].partition(".")[2], int(row["round"])): row["life"] for row in rows}
    assert len(found) == len(rows)
    return found
