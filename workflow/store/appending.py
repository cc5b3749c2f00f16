"""How an entry gets into the tables: its line, what can be erased of it, the word to others, the new end of its case.

PostgreSQL takes all of it in one statement, for each further one is another way to the server and back, and the case
stays locked meanwhile. SQLite is in this process, where a statement more costs little, and knows no such statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    LargeBinary,
    String,
    Update,
    bindparam,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.types import TypeEngine

from workflow.store.tables import Case, Entry, EntryValue, Outbox

TOPIC = "entry"
_COLUMNS = tuple(column.name for column in Entry.__table__.columns if column.name != "id")
_ENTRY = insert(Entry).returning(Entry.id)
_VALUES, _TOLD = insert(EntryValue), insert(Outbox)
_ERASABLE: dict[str, TypeEngine[Any]] = {"field": String(), "salt": LargeBinary(), "value": String()}
_CASE = update(Case).where(Case.id == bindparam("of_case"), Case.entries == bindparam("that_had"))


def append_entry(
    connection: Connection, row: Mapping[str, Any], values: Sequence[Mapping[str, Any]], case: Mapping[str, Any]
) -> bool:
    """Write an entry at the end of its case; tell whether it was the end, else the transaction is to be undone.

    ``row``: every column of the entry but its id; ``values``: field, salt and value of each that can be erased;
    ``case``: the columns of the case that change, ``entries`` and ``head`` among them.
    """
    here = {"of_case": row["case_id"], "that_had": row["number"] - 1}
    if connection.dialect.name == "postgresql":
        given = {f"entry_{name}": row[name] for name in _COLUMNS} | {f"case_{name}": one for name, one in case.items()}
        for place, one in enumerate(values):
            given |= {f"{name}_{place}": one[name] for name in _ERASABLE}
        return connection.execute(_at_once(tuple(case), len(values)), here | given).rowcount == 1
    entry = connection.execute(_ENTRY, dict(row)).scalar_one()
    if values:
        connection.execute(_VALUES, [{"entry_id": entry, **value} for value in values])
    told = {"topic": TOPIC, "case_id": row["case_id"], "entry_id": entry, "made_at": row["recorded_at"]}
    connection.execute(_TOLD, told)
    return connection.execute(_CASE, {**here, **case}).rowcount == 1


@lru_cache(maxsize=256)  # as many as there are sets of columns that change together, and numbers of values
def _at_once(case: tuple[str, ...], values: int) -> Update:
    """Return the statement that does it all on PostgreSQL, made once for each set of columns of the case."""
    written = insert(Entry).values({name: bindparam(f"entry_{name}") for name in _COLUMNS}).returning(Entry.id)
    line = written.cte("line")
    told = insert(Outbox).from_select(
        ["topic", "case_id", "entry_id", "made_at"],
        select(literal_column(f"'{TOPIC}'"), bindparam("entry_case_id", type_=Entry.case_id.type), line.c.id,
               bindparam("entry_recorded_at", type_=Entry.recorded_at.type)),
    ).cte("told")  # fmt: skip
    moved = _CASE.values({name: bindparam(f"case_{name}") for name in case})
    return moved.add_cte(line, told, *([_kept(line, values)] if values else []))


def _kept(line: CTE, count: int) -> CTE:
    """Return the part that writes what can be erased: so many values, each with its field and its salt.

    Places for each, and no arrays: to write a list the driver looks at every item of it twice.
    """
    rows = [
        select(line.c.id, *(bindparam(f"{name}_{place}", type_=kind) for name, kind in _ERASABLE.items()))
        for place in range(count)
    ]
    written = rows[0] if count == 1 else union_all(*rows)
    return insert(EntryValue).from_select(["entry_id", *_ERASABLE], written).cte("kept")
