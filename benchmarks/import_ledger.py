# ruff: noqa: INP001 - a script, no part of a package
"""What it costs to import a ledger of 5,000 people into an empty record on SQLite: CPU, wall time and memory.

The ledger is that of ``audit_ledger.py``; the same file is imported a second time, when it says nothing new. With
``--memory`` the peak memory at 1,000 and at 5,000 people is set side by side.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from _figure import ROOT, Cost, cost_of, figure, say
from _ledgers import PER_BRANCH, write_ledger

sys.path.insert(0, str(ROOT))
from sqlalchemy import insert

from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.tables import Account, Installation, Office, Organization

PEOPLE = 5_000
SIZES = (1_000, 5_000)
ENDS = (0, 1)  # all taken, or a cell that cannot be read
COMMITTEE = "某机关党委"
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def main() -> None:
    """Print what the import cost, and the figure on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--memory", action="store_true", help="compare the peak memory of two sizes")
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, help="of --memory")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.memory:
            small, large = (imported(Path(folder), people)[0].memory for people in chosen.sizes)
            figure("import.memory", large / small if small else 0, "x")
        else:
            cost, _ = imported(Path(folder), chosen.people)
            figure(f"import.{chosen.people}_s", cost.cpu, "s")


def imported(folder: Path, people: int) -> tuple[Cost, Cost]:
    """Make a ledger and a record with its branches, import it twice in fresh processes, and say what that cost."""
    place = folder / str(people)
    place.mkdir()
    write_ledger(place / "ledger.xlsx", people)
    found_institute(place / "jishi.db", people)
    url = f"sqlite:///{place / 'jishi.db'}"
    arguments = ["ledger", "import", str(place / "ledger.xlsx"), "--quiet", "--as", "organizer", "--database", url]
    first, again = (cost_of("workflow.cli", arguments, accepted=ENDS) for _ in range(2))
    for name, cost in (("new", first), ("again", again)):
        say(f"{people} people, {name}: {cost.cpu:.2f} s CPU, {cost.wall:.2f} s wall, {cost.memory:.0f} MiB")
    return first, again


def found_institute(path: Path, people: int) -> None:
    """Make a database with a committee and the branches of a ledger of so many people."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.write() as connection:
        connection.execute(insert(Installation), {"id": 1, "sample": True, "created_at": NOW})
        root = {"id": 1, "kind": "committee", "name": COMMITTEE, "path": "1."}
        connection.execute(insert(Organization), root)
        branches = [
            {
                "id": 1 + number,
                "kind": "branch",
                "name": f"第{number}党支部",
                "path": f"1.{1 + number}.",
                "parent_id": 1,
            }
            for number in range(1, people // PER_BRANCH + 2)
        ]
        connection.execute(insert(Organization), branches)
        account = {"id": 1, "login": "organizer", "name": "organizer", "name_key": "organizer", "created_at": NOW}
        connection.execute(insert(Account), account)
        office = {"id": 1, "account_id": 1, "organization_id": 1, "role": "organizer", "from_on": date(2001, 1, 1)}
        connection.execute(insert(Office), office)
    database.close()


if __name__ == "__main__":
    main()
