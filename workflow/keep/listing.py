"""What a dump of PostgreSQL says it holds, compared with what the program's own dumps hold.

A dump is a program that runs as the owner of the tables. Its list of contents is read before anything of it runs; what
it then really made is compared by ``workflow.store.protection``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow.errors import Text, WorkflowError
from workflow.plain import harmless
from workflow.store import guards_0001 as guards
from workflow.store import revision
from workflow.store.protection_postgresql import sequence_of
from workflow.store.tables import Base

LINE = re.compile(r"\d+; \d+ \d+ (?P<what>.*) \S*|\d+; \d+ \d+ (?P<unowned>.*)", re.DOTALL)  # number; oids; what; owner
SHOWN = 5


class ForeignDump(WorkflowError):  # noqa: N818 - errors are named as facts
    """A dump holds something that this program never made."""

    def __init__(self, strange: list[str]) -> None:
        """Name the first things that are strange."""
        named = "; ".join(harmless(one)[:100] for one in strange[:SHOWN])
        super().__init__(
            Text(f"备份中有本程序没有建立的内容：{named}", f"the backup holds what this program never made: {named}"),
            Text(
                "没有运行其中任何内容。请只恢复自己制作并妥善保管的备份。",
                "Nothing of it was run. Restore only backups that you made and kept safe yourself.",
            ),
        )


def require_own(listing: str) -> None:
    """Raise ForeignDump unless a dump's list of contents names only what the migrations make."""
    known = set(_known())
    lines = [line for line in listing.splitlines() if line.strip() and not line.startswith(";")]
    if strange := [line for line in lines if not _is_known(line, known)]:
        raise ForeignDump(strange)


def _is_known(line: str, known: set[str]) -> bool:
    found = LINE.fullmatch(line)
    return found is not None and (found["what"] in known or found["unowned"] in known)


def _known() -> Iterator[str]:
    """Yield every line that a dump of any edition has, without its numbers and its owner."""
    yield from ("SCHEMA - public", "COMMENT - SCHEMA public", "ACL - SCHEMA public")
    yield from (f"FUNCTION public {name}()" for name in guards.FUNCTIONS)
    yield from (f"TRIGGER public {table} {name}" for name, (table, *_) in guards.TRIGGERS.items())
    for table in (*Base.metadata.tables.values(), revision.TABLE):
        yield from (f"TABLE public {table.name}", f"TABLE DATA public {table.name}", f"ACL public TABLE {table.name}")
        for constraint in table.constraints:
            yield from (f"{kind} public {table.name} {constraint.name}" for kind in ("CONSTRAINT", "FK CONSTRAINT"))
        yield from (f"INDEX public {index.name}" for index in table.indexes)
        if numbered := sequence_of(table):
            column, sequence = numbered
            yield f"DEFAULT public {table.name} {column}"
            yield f"ACL public SEQUENCE {sequence}"
            yield from (f"{kind} public {sequence}" for kind in ("SEQUENCE", "SEQUENCE OWNED BY", "SEQUENCE SET"))
