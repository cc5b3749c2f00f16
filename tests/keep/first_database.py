"""Makes ``tests/data/databases/EDITION.sqlite``: a database as the program of that edition leaves it, with five cases.

Run once for each edition of the tables, before the next one is begun, and never again: what the newest program must be
able to open is what an older one wrote. ``python -m tests.keep.first_database``
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.engine.office import Bureau, bureau
from tests.engine.test_lives import live
from tests.regulation.trace import traces
from workflow.store import revision
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import SubmissionStatus

FOLDER = Path(__file__).resolve().parents[1] / "data" / "databases"
WHOLE, PART = "lived under the edition of 2014", "lived across the change of 2026-05-11"


def entries(life: str) -> list[Mapping[str, Any]]:
    """Return the accepted entries of a life."""
    return [raw for raw in traces()[life]["entries"] if not raw.get("refused") and not raw.get("impossible")]


def fill(office: Bureau) -> None:
    """Live a whole life and half of another; offer a case, move one, correct one, withdraw an entry."""
    live(office, entries(WHOLE))
    live(office, entries(PART)[:12])
    today = max(office.clock.day, date(2026, 11, 22))
    office.clock.day = today
    offered = office.open(today, name="示例三").case
    office.offer("secretary", offered, "二支部", today)
    moved = office.open(today, name="示例四").case
    office.offer("secretary", moved, "二支部", today)
    office.take("elsewhere", moved, "move handed_over", today)
    corrected = office.open(today, name="示例五").case
    waiting = office.correct("secretary", corrected, 1, {"person.born_on": "2000-02-11"})
    assert waiting.status is SubmissionStatus.WAITING
    office.confirm("commissioner", waiting)
    office.correct("secretary", corrected, 1, {"person.born_on": "2000-02-12"})  # waits for its second person
    withdrawn = office.offer("secretary", corrected, "二支部", today)
    assert withdrawn.entry
    office.withdraw("secretary", corrected, withdrawn.entry)


def main() -> int:
    """Write the file of this program's edition; an existing one is never overwritten."""
    target = FOLDER / f"{revision.NEWEST}.sqlite"
    if target.exists():
        sys.stderr.write(f"{target} is there already\n")
        return 1
    database = Database(f"sqlite:///{target}")
    migrate(database)
    fill(bureau(database))
    database.close()
    with database.owner(transaction=False) as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")  # one file
    target.chmod(0o644)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
