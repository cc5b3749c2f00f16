"""What the audit of a log found beside the breaches themselves: every bad row with its place, each rule's rate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workflow.compliance.engines.duckdb import parquet, text
from workflow.compliance.listing import Listing, write_listing
from workflow.compliance.log.audit import LogAudit
from workflow.compliance.ours import OF_BAD_ROWS
from workflow.compliance.view.tables import opened

MOST_SHOWN = 60  # signs of a cell


def write_bad(audit: LogAudit, path: Path) -> None:
    """Write every bad row with its place; raises NotWritten."""
    with opened() as connection:
        write_listing(connection, Listing(_bad(audit), OF_BAD_ROWS, {"source": audit.source}, "rows"), path)


def bad_rows(audit: LogAudit, most: int) -> list[tuple[Any, ...]]:
    """Return the first bad rows, as OF_BAD_ROWS."""
    with opened() as connection:
        return connection.execute(f"{_bad(audit)} LIMIT {most}").fetchall()


def _bad(audit: LogAudit) -> str:
    bad = parquet(audit.folder / "bad.parquet")
    shown = f"left(shown, {MOST_SHOWN}) AS shown"
    return f'SELECT {text(audit.source)} AS file, line, "column", why, {shown} FROM {bad} ORDER BY line, "column"'


def head(audit: LogAudit) -> dict[str, Any]:
    """Return all but the breaches themselves, as JSON has it."""
    count = audit.count
    return {
        "source": audit.source,
        "procedure": audit.procedure.procedure,
        "edition": audit.procedure.edition.isoformat(),
        "as_of": audit.as_of.isoformat(),
        "zone": audit.zone,
        "cases": audit.run.cases,
        "found": audit.run.breaches,
        "rows": count.rows,
        "left_out": count.left_out,
        "later": count.later,
        "other_steps": count.other_steps,
        "bad_rows": dict(audit.bad),
        "rules": [one.told() for one in audit.rates],
    }
