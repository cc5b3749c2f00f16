"""Logs of the tests: written as CSV, judged, and what was found as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from tests.law.page import PAGE, read_page
from tests.regulation.case import CALENDAR
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.log.audit import Asked, LogAudit, audited_log, procedure_law
from workflow.compliance.log.findings import bad_rows
from workflow.compliance.rates import broken
from workflow.law.timeline import Law

ON_PAGE = read_page(PAGE.read_text(encoding="utf-8"))
AS_OF = date(2025, 6, 30)
TODAY = date(2026, 11, 22)
FOUND = ("case", "rule", "round", "outcome", "from_on", "acted_on", "due_on", "days_over")


# The procedure of the page for logs of three columns: nothing else is asked of them.
SHORT = ON_PAGE.log_procedure.split("  attributes:\n", 1)[0]


def law(folder: Path, text: str = SHORT) -> Law:
    """Return the law of a procedure that is given as text."""
    path = folder / "procedure.yaml"
    path.write_text(text, encoding="utf-8")
    return procedure_law(path)


@contextmanager
def judged(path: Path, of: Law, **asked: object) -> Iterator[LogAudit]:
    """Give the audit of a log, as of the page's day unless another is asked for."""
    # a test asks for what it likes
    with audited_log(path, of, CALENDAR, Asked(**{"as_of": AS_OF} | asked), TODAY) as audit:  # type: ignore[arg-type]
        yield audit


def found(audit: LogAudit, columns: Sequence[str] = FOUND) -> list[tuple[object, ...]]:
    """Return what is broken, by the names that the log gives its cases."""
    names = ", ".join('c.name AS "case"' if one == "case" else one for one in columns)
    cases = audit.folder / "cases.parquet"
    with duckdb.connect() as connection:
        query = f'SELECT {names} FROM {broken(audit.parts)} b JOIN {parquet(cases)} c USING ("case") ORDER BY ALL'
        return connection.execute(query).fetchall()


def bad(audit: LogAudit) -> list[tuple[object, ...]]:
    """Return line, column and the word for what is wrong, of every bad row."""
    return [row[1:4] for row in bad_rows(audit, 1000)]


def csv(folder: Path, text: str, name: str = "log.csv", encoding: str = "utf-8") -> Path:
    """Write a log."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def rows(*lines: str, columns: str = "case,step,day") -> str:
    """Return a log of these lines, each of its own columns."""
    return "\n".join((columns, *lines)) + "\n"
