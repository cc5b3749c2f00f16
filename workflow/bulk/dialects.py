"""What differs from database to database: how names are quoted, texts found, days counted, a row made several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

UNREAD = "#unread"  # ``;one;two;``: the columns of a row that cannot be read; NULL: all can
BETWEEN = ";"
LONGEST = 56  # signs of a name; PostgreSQL keeps 63 bytes


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database writes what the emitter needs.

    ``position``: the place of a text in another, 0 for none. ``counted``: how many rows meet a condition. ``small``: a
    number below a hundred, and ``small_type`` its type, kept as small as the database can. ``stacked``: ``count`` rows
    of one, made of as many times the same number of values, where that is quicker than to read the table once for each;
    empty: it is not. ``gathers``: it can judge rows in one pass, and sooner so (``gathered``). ``listed``: a type of
    certain words alone, in their order, which it keeps as numbers; empty: it has none.

    What shows a breach (``evidence``) is told in days, for the databases that audit a country: ``divided`` whole
    numbers, ``apart``: the days from one day to another, ``later`` by calendar months, the last of a month clamped.
    """

    name: str
    quote: str = '"'
    position: str = "STRPOS({whole}, {part})"
    counted: str = "COUNT(CASE WHEN {condition} THEN 1 END)"
    small: str = "{}"
    small_type: str = "SMALLINT"
    stacked: str = ""
    gathers: bool = False
    listed: str = ""
    divided: str = "({number} // {by})"
    apart: str = "({end} - {start})"
    later: str = "CAST({day} + INTERVAL ({months}) MONTH AS DATE)"

    def quoted(self, name: str) -> str:
        """Return a name of a column; raises ValueError for one that holds the quotation mark."""
        if self.quote in name:
            raise ValueError(name)
        return f"{self.quote}{shortened(name)}{self.quote}"

    def text(self, value: str) -> str:
        """Return a text; raises ValueError for one in which a database could see anything but itself."""
        if "\\" in value or not value.isprintable():
            raise ValueError(value)
        return as_text(value)

    def stack(self, rows: Sequence[Sequence[object]]) -> str:
        """Return rows of values, each SQL, made of one row; only where ``stacked`` says how."""
        pairs = ", ".join(str(value) for row in rows for value in row)
        return self.stacked.format(count=len(rows), pairs=pairs)

    def type_of(self, words: Iterable[str]) -> str:
        """Return the type of a column in which no others than these words stand: any text, as it came."""
        texts = [as_text(word) for word in sorted({*words})]
        return self.listed.format(words=", ".join(texts)) if self.listed and texts else "VARCHAR"

    def unreadable(self, name: str) -> str:
        """Return that a column of the row cannot be read."""
        return f"{self._place(name)} > 0"

    def readable(self, name: str) -> str:
        """Return that it can."""
        return f"{self._place(name)} = 0"

    def _place(self, name: str) -> str:
        whole = f"COALESCE({self.quoted(UNREAD)}, '')"
        return self.position.format(whole=whole, part=self.text(f"{BETWEEN}{shortened(name)}{BETWEEN}"))


def as_text(value: str) -> str:
    """Return a text of any signs, for a database that sees in none of them more than itself."""
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


@lru_cache(maxsize=4096)  # a statement of all rules names some 200 columns five thousand times
def shortened(name: str) -> str:
    """Return a column's name as every database can hold it; what is cut is told apart by a digest."""
    plain = re.sub(r"[^A-Za-z0-9_.#]+", "-", name).strip("-")
    if plain == name and len(name) <= LONGEST:
        return name
    digest = sha256(name.encode()).hexdigest()[:6]
    return f"{plain[: LONGEST - 7]}-{digest}"


DUCKDB = Dialect(
    "duckdb",
    counted="COALESCE(COUNT_IF({condition}), 0)",
    small="{}::TINYINT",
    small_type="TINYINT",
    gathers=True,
    listed="ENUM({words})",
)
POSTGRESQL = Dialect("postgresql")
SQLITE = Dialect("sqlite", position="INSTR({whole}, {part})")
SPARK = Dialect(
    "spark",
    quote="`",
    position="INSTR({whole}, {part})",
    stacked="STACK({count}, {pairs})",
    divided="({number} DIV {by})",
    apart="DATEDIFF({end}, {start})",
    later="ADD_MONTHS({day}, {months})",
)
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, POSTGRESQL, SQLITE, SPARK)}
