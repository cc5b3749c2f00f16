"""The checks that other tests rely on find what they are for: each is shown a planted fault."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.office import bureau
from tests.engine.origins import url_of
from tests.engine.soundness import faults
from tests.engine.test_lives import live
from tests.regulation.trace import accepted, traces
from workflow.seal import canonical, leaf_hash
from workflow.store.database import Database


def forged(connection: sqlite3.Connection) -> None:
    """Rewrite the last entry with another day, its hash and the head included."""
    body = json.loads(connection.execute("SELECT body FROM entry ORDER BY number DESC LIMIT 1").fetchone()[0])
    data = canonical({**body, "on": "2026-06-30"})
    connection.execute(
        "UPDATE entry SET body = ?, hash = ? WHERE number = (SELECT max(number) FROM entry)", (data, leaf_hash(data))
    )
    connection.execute("UPDATE cases SET head = ?", (leaf_hash(data),))


PLANTED: list[tuple[str, str | Callable[[sqlite3.Connection], None]]] = [
    (
        "not chained",
        "UPDATE entry SET body = CAST(replace(body, '2026-06-10', '2026-06-11') AS BLOB) WHERE step = 'talk'",
    ),
    ("columns and bytes differ", "UPDATE entry SET occurred_on = '2026-06-11' WHERE step = 'talk'"),
    ("columns and bytes differ", "UPDATE entry SET account_id = 2 WHERE step = 'talk'"),
    ("columns and bytes differ", forged),
    ("is missing", "DELETE FROM entry WHERE number = 3"),
    ("the case says", "DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)"),
    ("the case says", "UPDATE cases SET entries = entries + 1"),
    ("replay says activist", "UPDATE cases SET state = 'full'"),
    ("another branch", "UPDATE cases SET organization_id = 4"),
    ("to do", "DELETE FROM todo WHERE rowid = (SELECT max(rowid) FROM todo)"),
    ("to do", "UPDATE todo SET due_on = '2030-01-01'"),
    ("was committed to", "UPDATE entry_value SET value = '\"别人\"' WHERE field = 'name_1'"),
    ("values are gone", "DELETE FROM entry_value WHERE field = 'name_1'"),
    ("submissions were told", "DELETE FROM submission WHERE id = (SELECT max(id) FROM submission)"),
    ("offered with entry 0", "INSERT INTO transfer VALUES (1, 4, '1.2.4.', 3)"),
    ("outbox", "DELETE FROM outbox WHERE id = 2"),
    ("cannot be erased", 'UPDATE submission SET answer = \'{"entry": 3, "rules": ["示例一"]}\' WHERE id = 2'),
]


@pytest.mark.parametrize(("said", "plant"), PLANTED)
def test_a_planted_fault_is_found(
    sqlite_database: Database, said: str, plant: str | Callable[[sqlite3.Connection], None]
) -> None:
    live(bureau(sqlite_database), list(accepted(traces()["lived under the edition of 2026"], "contacts")))
    assert faults(sqlite_database) == []
    connection = sqlite3.connect(Path(url_of(sqlite_database).removeprefix("sqlite:///")))
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    if isinstance(plant, str):
        assert connection.execute(plant).rowcount > 0
    else:
        plant(connection)
    connection.commit()
    connection.close()
    found = faults(sqlite_database)
    assert any(said in fault for fault in found), found
