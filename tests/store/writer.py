"""One of several processes that write at once: appends entries to case 1, each to the last that it read.

Arguments: the URL and how many entries. Says when it is ready, waits for a line, prints its longest wait in seconds.
"""

import sys
import time

from sqlalchemy import Connection, insert, select, update

from tests.store.world import row
from workflow.store.database import Database
from workflow.store.failures import retrying
from workflow.store.tables import Base, Case, Entry

ENTRY = Base.metadata.tables["entry"]


def append(connection: Connection) -> None:
    """Read how many entries there are, then write the next and the case, its row locked on a server."""
    number = connection.scalar(select(Case.entries).where(Case.id == 1).with_for_update())
    made = row(ENTRY, (number or 0) + 1)
    del made["id"]
    connection.execute(insert(Entry).values(made | {"case_id": 1}))
    connection.execute(update(Case).where(Case.id == 1).values(entries=made["number"], head=made["hash"]))


def write(database: Database, entries: int) -> float:
    """Append ``entries`` entries, each in its own transaction; return the longest wait."""
    longest = 0.0

    def unit() -> None:
        with database.write() as connection:
            append(connection)

    for _ in range(entries):
        begun = time.perf_counter()
        retrying(unit)
        longest = max(longest, time.perf_counter() - begun)
    return longest


if __name__ == "__main__":
    database = Database(sys.argv[1])
    database.open()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # all begin together
    sys.stdout.write(f"{write(database, int(sys.argv[2]))}\n")
    database.close()
