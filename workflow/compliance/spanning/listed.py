"""Indications as a file beside that of the breaches: a line for all branches together and one for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workflow.compliance.engines.duckdb import insert
from workflow.compliance.listing import Listing, write_listing
from workflow.compliance.ours import OF_INDICATIONS
from workflow.compliance.spanning.told import Indicated
from workflow.compliance.view.tables import create, opened
from workflow.engine.indication_numbers import Told

TYPES = dict.fromkeys(OF_INDICATIONS, "VARCHAR") | {
    "shown": "INTEGER", "base": "INTEGER", "rate": "DOUBLE", "indicated": "BOOLEAN", "place": "INTEGER",
}  # fmt: skip


def beside_breaches(path: Path) -> Path | None:
    """Return where indications go beside a file of breaches; None where the file itself tells them (JSON)."""
    return None if path.suffix.lower() == ".json" else path.with_name(f"{path.stem}-indications{path.suffix}")


def write_indicated(indicated: Sequence[Indicated], path: Path, as_of: str) -> None:
    """Write them; what is hidden is blank. Raises NotWritten."""
    with opened() as connection:
        create(connection, "told", TYPES)
        lines = (line for one in indicated for line in _lines(one, as_of))
        insert(connection, "told", TYPES, ((*line, place) for place, line in enumerate(lines)))
        query = f"SELECT {', '.join(OF_INDICATIONS)} FROM told ORDER BY place"
        write_listing(connection, Listing(query, OF_INDICATIONS, {}, "indications"), path)


def _lines(one: Indicated, as_of: str) -> Iterator[tuple[object, ...]]:
    """Yield the base rate, without a branch, and each branch."""
    every: tuple[str | None, Told] = (None, one.every)
    for branch, told in (every, *one.branches):
        rate = None if told.rate is None else float(told.rate)
        numbers = (told.shown, told.base, rate, told.some)
        yield (one.name, one.words.basis, one.words.convention, branch, *numbers, as_of)
