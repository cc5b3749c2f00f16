"""The sealed record as files: what an inspector takes along and checks without this program, its operator or a network.

Every line of the log in the order of its tree, in the exact bytes that were hashed; beside them what the database says
today, so that the verifier can compare. What lies outside the scope of whoever exports stands as its hash alone.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, String, func, select, type_coerce
from sqlalchemy.orm import aliased

from workflow.case.record import effective
from workflow.engine.laws import Laws
from workflow.engine.log_acts import LogAct
from workflow.engine.reading import read_record, read_row
from workflow.engine.scope import within
from workflow.errors import Text, WorkflowError
from workflow.seal import canonical
from workflow.sealing.logs import Head, Log, head, logs
from workflow.sealing.states import named
from workflow.store.tables import (
    Account,
    Batch,
    Case,
    Checkpoint,
    Entry,
    EntryValue,
    Leaf,
    LogEntry,
    Organization,
    Outside,
)
from workflow.store.types import written

FORMAT = 1
PART = 2_000  # lines that are read at once
OF_THE_PROGRAM = frozenset({LogAct.LOG_OPENED.value, LogAct.LOG_CLOSED.value, LogAct.STATES.value})
HEADS = 1_000  # signed heads that are given whether or not another office countersigned them: the newest
SIGNATURES = 90  # of other offices in one note, beside the log's own: our verifier takes a hundred
Progress = Callable[[int, int], None]


class NothingSealed(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no sealed log to export."""


class UnknownLog(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no log of this name."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. ``lines``: leaves of the log; ``given``: those with their bytes; ``whole``: all of them."""

    folder: Path
    origin: str
    lines: int
    given: int
    whole: bool


def export(  # noqa: PLR0913 - one parameter a choice
    connection: Connection,
    laws: Laws,
    folder: Path,
    now: datetime,
    path: str = "",
    *,
    progress: Progress = lambda _done, _of: None,
    origin: str | None = None,
) -> Exported:
    """Write a log into a new folder; ``path``: of the organization whose lines are given, "": all.

    ``origin``: of the log, else the one that grows; of one that was closed, what stands of it, and its cases as they
    were at its end. ``connection`` sees one state of the database throughout. Raises NothingSealed, UnknownLog,
    FileExistsError, OSError.
    """
    log, last = _chosen(connection, origin)
    folder.mkdir(mode=0o700)
    files = _Files(folder)
    files.write("states.json", named(connection, log.id, last.size))
    files.write("key.txt", f"{log.vkey}\n".encode())
    files.write("verify.py", resources.files("workflow.seal").joinpath("verify.py").read_bytes())
    (folder / "checkpoints").mkdir()
    for name, note in _notes(connection, last):
        files.write(f"checkpoints/{name}.note", note.encode())
    given = _lines(connection, files, log, last, path, progress)
    _cases(connection, laws, files, last, path)
    about = {
        "format": FORMAT, "origin": log.origin, "size": last.size, "made_at": written(now), "files": files.digests(),
        "part": None if not path else {"path": path},
    }  # fmt: skip
    files.write("export.json", json.dumps(about, ensure_ascii=False, indent=1).encode())
    files.close()
    return Exported(folder, log.origin, last.size, given, whole=not path)


class _Files:
    """New files in a folder that nobody else may read, with the hash of each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, tuple[Any, Any]] = {}

    def write(self, name: str, data: bytes) -> None:
        """Add to a file, which is made when first written to."""
        if name not in self._open:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self._folder / name, flags, 0o600)
            self._open[name] = (os.fdopen(descriptor, "wb"), sha256())
        file, found = self._open[name]
        file.write(data)
        found.update(data)
        if name.startswith("checkpoints/"):
            file.close()

    def digests(self) -> dict[str, str]:
        """Return the hash of each file so far."""
        return {name: found.hexdigest() for name, (_, found) in sorted(self._open.items())}

    def close(self) -> None:
        """Write what is still in memory."""
        for file, _ in self._open.values():
            file.close()


def _chosen(connection: Connection, origin: str | None) -> tuple[Log, Head]:
    """Return a log and its newest head; of one that was closed the head at which it was."""
    every = logs(connection)
    log = next((one for one in every if origin in {None, one.origin}), None)
    if log is None and origin is not None:
        names = "、".join(one.origin for one in every), ", ".join(one.origin for one in every)
        raise UnknownLog(
            Text(f"没有日志 {origin}", f"there is no log {origin}"), Text(f"现有：{names[0]}", f"there are: {names[1]}")
        )
    if log is not None:
        size = next((one.after_size for one in every if one.after_id == log.id), None)
        if last := head(connection, log.id, size):
            return log, last
    raise NothingSealed(
        Text("还没有封存过任何内容", "nothing is sealed yet"),
        Text("请先执行 jishi seal run --once，或者启动 jishi up", "run jishi seal run --once, or start jishi up"),
    )


def _notes(connection: Connection, last: Head) -> Iterator[tuple[str, str]]:
    """Yield the newest heads and all that were countersigned, each with the signatures that other offices gave it.

    Each under a name of its own; a head with more signatures than a note may have comes again with the others.
    """
    given: defaultdict[int, dict[str, None]] = defaultdict(dict)
    lines = select(Outside.size, Outside.line).where(Outside.log_id == last.log_id, Outside.name.is_not(None))
    for size, line in connection.execute(lines.order_by(Outside.id)):
        given[size][str(line)] = None  # the same line may have been handed in twice
    heads = select(Checkpoint.size, Checkpoint.note).where(
        Checkpoint.log_id == last.log_id, Checkpoint.size <= last.size
    )
    newest = connection.execute(heads.order_by(Checkpoint.size.desc()).limit(HEADS)).all()
    seen = connection.execute(heads.where(Checkpoint.size.in_(lines.with_only_columns(Outside.size)))).all()
    for size, note in sorted({(row.size, row.note) for row in (*newest, *seen)}):
        signatures = tuple(given[size])
        for start in range(0, max(len(signatures), 1), SIGNATURES):
            here = "".join(f"{line}\n" for line in signatures[start : start + SIGNATURES])
            yield f"{size:012d}" + (f"-{start // SIGNATURES + 1}" if start else ""), note.rstrip("\n") + "\n" + here


def _lines(connection: Connection, files: _Files, log: Log, last: Head, path: str, progress: Progress) -> int:
    """Write every line of the log, with the columns and the erasable values of its entries; return how many are given.

    An entry's earlier history, sealed in logs before this one, stands in ``prior.jsonl``: its chain leads back to it.
    """
    given, begun = 0, set[int]()
    for name in ("entries.jsonl", "columns.jsonl", "values.jsonl"):
        files.write(name, b"")
    for start in range(0, last.size, PART):
        seqs = Leaf.seq.between(start, min(start + PART, last.size) - 1)
        rows: Sequence[Row[Any]] = connection.execute(
            _LEAVES.where(Leaf.log_id == log.id, seqs).order_by(Leaf.seq)
        ).all()
        shown = [row for row in rows if _inside(row, path) and row.entry_id is not None]
        columns = _columns(connection, [row.entry_id for row in shown])
        values = _values(connection, [row.entry_id for row in shown])
        for row in rows:
            body = row.body if row.body is not None else row.line
            if body is None or not _inside(row, path):
                files.write("entries.jsonl", f"#{row.hash}\n".encode())
                continue
            given += 1
            files.write("entries.jsonl", bytes(body) + b"\n")
            if row.entry_id is not None:
                if row.case_id not in begun and row.number > 1:
                    _prior(connection, files, row.case_id, row.number)
                begun.add(row.case_id)
                files.write("columns.jsonl", _json({"seq": row.seq, **columns[row.entry_id]}))
                for field, salt, value in values.get(row.entry_id, ()):
                    one = {"seq": row.seq, "field": field, "salt": salt.hex(), "value": _plain(value)}
                    files.write("values.jsonl", _json(one))
        progress(min(start + PART, last.size), last.size)
    return given


def _prior(connection: Connection, files: _Files, case_id: int, number: int) -> None:
    earlier = select(Entry.body).where(Entry.case_id == case_id, Entry.number < number).order_by(Entry.number)
    for body in connection.scalars(earlier):
        files.write("prior.jsonl", bytes(body) + b"\n")


def _inside(row: Row[Any], path: str) -> bool:
    """Tell whether a line is given: those of the program itself always, they name nobody and no place."""
    place = row.case_path if row.entry_id is not None else row.line_path
    return not path or row.act in OF_THE_PROGRAM or (place or "").startswith(path)


_LEAVES: Any = (
    select(
        Leaf.seq, Leaf.hash, Leaf.entry_id, Entry.body, Entry.case_id, Entry.number, Case.path.label("case_path"),
        LogEntry.body.label("line"), LogEntry.path.label("line_path"), LogEntry.act,
    )
    .outerjoin(Entry, Entry.id == Leaf.entry_id)
    .outerjoin(Case, Case.id == Entry.case_id)
    .outerjoin(LogEntry, LogEntry.id == Leaf.log_entry_id)
)  # fmt: skip
AUTHOR, CONFIRMER, PRINCIPAL = aliased(Account), aliased(Account), aliased(Account)
CONFIRMED_IN = aliased(Organization)
_COLUMNS = (
    select(
        Entry.id, Case.uid.label("case"), Entry.number.label("n"), Entry.prev, Entry.hash, Entry.kind, Entry.step,
        Entry.outcome, type_coerce(Entry.occurred_on, String).label("on"),
        type_coerce(Entry.recorded_at, String).label("at"), AUTHOR.uid.label("by"), Organization.uid.label("org"),
        Entry.supersedes, CONFIRMER.uid.label("confirmed"), CONFIRMED_IN.uid.label("confirmed_in"),
        PRINCIPAL.uid.label("for"), Batch.uid.label("batch"),
    )
    .join(Case, Case.id == Entry.case_id)
    .outerjoin(AUTHOR, AUTHOR.id == Entry.account_id)
    .outerjoin(Organization, Organization.id == Entry.organization_id)
    .outerjoin(CONFIRMER, CONFIRMER.id == Entry.confirmed_by)
    .outerjoin(CONFIRMED_IN, CONFIRMED_IN.id == Entry.confirmed_in)
    .outerjoin(PRINCIPAL, PRINCIPAL.id == Entry.principal_id)
    .outerjoin(Batch, Batch.id == Entry.batch_id)
)  # fmt: skip


def _columns(connection: Connection, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return what the database's columns say of entries: text as it is stored, ids as the bytes write them."""
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(_COLUMNS.where(Entry.id.in_(ids))).mappings() if ids else ():
        line = {name: getattr(value, "hex", value) for name, value in row.items() if value is not None}
        key = line.pop("id")
        line |= {name: str(line[name]) for name in ("on", "at") if name in line}
        found[key] = line
    return found


def _values(connection: Connection, ids: list[int]) -> dict[int, list[tuple[str, bytes, str]]]:
    found: dict[int, list[tuple[str, bytes, str]]] = {}
    columns = (EntryValue.entry_id, EntryValue.field, EntryValue.salt, EntryValue.value)
    query = select(*columns).where(EntryValue.entry_id.in_(ids)).order_by(EntryValue.entry_id, EntryValue.field)
    for entry, field, salt, value in connection.execute(query) if ids else ():
        found.setdefault(entry, []).append((field, bytes(salt), value))
    return found


def _plain(value: str) -> Any:  # noqa: ANN401 - JSON
    """Return a value as it was committed to; what is no JSON any more stands as the text that it is."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _cases(connection: Connection, laws: Laws, files: _Files, last: Head, path: str) -> None:
    """Write every case of which the log holds an entry, as it stands at the last of them that it holds."""
    there = (Leaf.log_id == last.log_id, Leaf.seq < last.size)
    newest = (
        select(Entry.case_id, func.max(Entry.number).label("number"))
        .join(Leaf, Leaf.entry_id == Entry.id)
        .where(*there)
        .group_by(Entry.case_id)
        .subquery()
    )
    query = (
        select(Case.id, Case.uid, Case.number, Case.state, Case.entries, Case.head, newest.c.number.label("last"))
        .join(newest, newest.c.case_id == Case.id)
        .order_by(Case.id)
    )
    files.write("cases.jsonl", b"")
    for row in connection.execute(query.where(within(Case.path, path)) if path else query):
        count, state, end = row.entries, row.state, row.head
        if row.last < count:  # it went on in a later log
            count, (state, end) = row.last, _at(connection, laws, row.id, row.last)
        one = {"case": row.uid.hex, "number": row.number, "state": state, "entries": count, "head": end}
        files.write("cases.jsonl", _json(one))


def _at(connection: Connection, laws: Laws, case_id: int, number: int) -> tuple[str, str]:
    """Return the state of a case after an entry, as the engine replays it, and the hash of that entry."""
    record = read_record(connection, laws, read_row(connection, case_id))
    state = record.fold(effective(record.recorded()[:number])).state
    hash_ = select(Entry.hash).where(Entry.case_id == case_id, Entry.number == number)
    return state, connection.execute(hash_).scalar_one()


def _json(line: dict[str, Any]) -> bytes:
    return canonical(line) + b"\n"  # the verifier compares lines in this form as they are written
