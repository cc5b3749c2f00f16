"""An earlier result of ours as a table: a list that was written out, or the folder of a run.

It must say as of which day and by which rules it was made. A list as JSON says so itself, CSV and Parquet in the
summary that was written beside them, a run in its own file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from workflow.bulk.terms import name
from workflow.compliance.engines.duckdb import insert, parquet, text
from workflow.compliance.files import beside
from workflow.compliance.ours import FORMAT, OF_LIVES, is_ours
from workflow.compliance.runs import RUN, read_run
from workflow.compliance.view.tables import create
from workflow.errors import Text, WorkflowError

DAYS = ("acted_on", "from_on", "due_on", "edition", "first_seen", "gone_on")
TYPES = {one: "DATE" if one in DAYS else "VARCHAR" for one in OF_LIVES} | {"round": "INTEGER", "days_over": "INTEGER"}
TABLE = "earlier"
LIVES = "lives.parquet"  # of a run that was set against an earlier one
KEY = "findings"
Head = Mapping[str, Any]


class NotEarlier(WorkflowError):  # noqa: N818 - errors are named as facts
    """What is named as the earlier result is none that an audit can be set against."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        """Name it, and say why."""
        super().__init__(
            Text(f"不能与“{path.name}”比较：{zh}", f"“{path.name}” cannot be compared with: {en}"),
            Text(
                "请给出本程序写出的 .json 清单，或者 .csv、.parquet 清单及其旁边的 .summary.json，或者结果文件夹",
                "give a list that this program wrote: .json, or .csv or .parquet with the .summary.json beside it; "
                "or the folder of a run",
            ),
        )


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was judged before: as of which day, by which rules (``asking``). Its rows stand in TABLE, as OF_LIVES.

    ``spelt``: texts were made harmless for spreadsheets, as CSV has them.
    """

    label: str
    as_of: date
    asked: Mapping[str, str]
    spelt: bool


def read_earlier(connection: duckdb.DuckDBPyConnection, path: Path) -> Earlier:
    """Read an earlier result into TABLE; raises NotEarlier, OSError, duckdb.Error for a damaged file."""
    if path.is_dir():
        return _of_run(connection, path)
    read = READERS.get(path.suffix.lower())
    if read is None or not path.is_file():
        raise NotEarlier(path, "不是本程序的审查结果", "no result of an audit by this program")
    head = read(connection, path)
    try:
        as_of, asked = date.fromisoformat(head["as_of"]), dict(head["asked"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotEarlier(path, "没有记明截止日和所用规则", "it does not say of which day and rules it is") from error
    return Earlier(path.name, as_of, asked, path.suffix.lower() == ".csv")


def _of_run(connection: duckdb.DuckDBPyConnection, folder: Path) -> Earlier:
    if not (folder / RUN).is_file():
        raise NotEarlier(folder, "不是审查结果文件夹", "no folder of a run")
    run = read_run(folder)
    if not run.asked:
        raise NotEarlier(folder, "没有记明所用规则", "it does not say by which rules it was made")
    if len(run.done) < run.parts:
        raise NotEarlier(folder, "这次审查没有做完", "this run was broken off")
    lives = [path for path in (folder / LIVES,) if path.exists()]
    files = lives or sorted(folder.glob("breaches-*.parquet"))
    if files:
        _take(connection, parquet(*files))
    else:
        create(connection, TABLE, TYPES)
    return Earlier(folder.name, date.fromisoformat(run.of["as_of"]), run.asked, spelt=False)


def _take(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Make TABLE of a relation; what it does not have is blank."""
    there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
    columns = (f"CAST({name(one) if one in there else 'NULL'} AS {kind}) AS {name(one)}" for one, kind in TYPES.items())
    connection.execute(f"CREATE OR REPLACE TABLE {TABLE} AS SELECT {', '.join(columns)} FROM {relation}")


def _parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> Head:
    head = _head_beside(path)
    _take(connection, parquet(path))
    return head


def _csv(connection: duckdb.DuckDBPyConnection, path: Path) -> Head:
    if not is_ours(path):
        raise NotEarlier(path, "不是本程序写出的清单，或者后来被改过", "not written by this program, or changed since")
    head = _head_beside(path)
    form = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', parallel = false"
    _take(connection, f"read_csv({text(str(path))}, {form})")
    return head


def _head_beside(path: Path) -> Head:
    summary = beside(path)
    try:
        with summary.open(encoding="utf-8") as file:
            head = json.load(file)
    except (OSError, ValueError) as error:
        why = ("旁边没有 ", "there is no ")
        raise NotEarlier(path, f"{why[0]}{summary.name}", f"{why[1]}{summary.name} beside it") from error
    return head if isinstance(head, dict) and head.get("format") == FORMAT else {}


def _json(connection: duckdb.DuckDBPyConnection, path: Path) -> Head:
    """Read a list line by line, as it was written: as a whole it may not fit into memory."""
    if not is_ours(path):
        raise NotEarlier(path, "不是本程序写出的清单，或者后来被改过", "not written by this program, or changed since")
    create(connection, TABLE, TYPES)
    with path.open("rb") as file:
        try:
            head = _head(file)
            rows = (tuple(row.get(one) for one in TYPES) for row in _rows(file))
            insert(connection, TABLE, TYPES, rows)
        except ValueError as error:
            raise NotEarlier(path, "清单不完整", "the list is not whole") from error
    return head


def _head(file: BinaryIO) -> Head:
    lines: list[bytes] = []
    for line in file:
        if line.startswith(f' "{KEY}": ['.encode()):
            found: Head = json.loads(b"".join(lines).rstrip().rstrip(b",") + b"}")
            return found
        lines.append(line)
    return {}


def _rows(file: BinaryIO) -> Iterator[Mapping[str, Any]]:
    for line in file:
        if line.startswith(b" ]"):
            return
        yield json.loads(line.strip().rstrip(b","))
    raise ValueError(KEY)


READERS: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Path], Head]] = {
    ".csv": _csv, ".parquet": _parquet, ".json": _json,
}  # fmt: skip
