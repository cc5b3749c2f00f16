# ruff: noqa: INP001 - beside the scripts that use it, no part of a package
"""A view laid out again and again, each time as other cases of other organizations, until so many cases stand.

Making a table of twenty million cases from entries takes an hour; to audit one, these must only be there. The cases of
each copy differ from the first in nothing but their number and that of their organization: an audit reads, judges and
writes as much as for cases of their own, but what is broken is broken in every copy alike.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import duckdb
from _figure import ROOT

sys.path.insert(0, str(ROOT))
from workflow.bulk.dialects import DUCKDB
from workflow.bulk.layout import CASE, ORGANIZATION, ROUND, STEP
from workflow.compliance.engines.duckdb import AS_DIFFERENCES, parquet, write_parquet
from workflow.compliance.view.manifest import Bucket, Kind, Manifest, read_manifest

KINDS: tuple[Kind, ...] = ("cases", "rounds")
KEY, BRANCH = DUCKDB.quoted(CASE), DUCKDB.quoted(ORGANIZATION)


def lay_out(view: Path, folder: Path, cases: int) -> Manifest:
    """Write a view of so many cases from the buckets of another, over and over; return its manifest."""
    known = read_manifest(view)
    folder.mkdir()
    buckets: list[Bucket] = []
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET memory_limit = '2GB'")
        all_cases = parquet(*(bucket.path(view, "cases") for bucket in known.buckets))
        shift = connection.execute(f"SELECT max({KEY}) + 1, max({BRANCH}) + 1 FROM {all_cases}").fetchall()[0]
        left, turn = cases, 0
        while left:
            for bucket in known.buckets:
                if not left:
                    break
                moved = _moved(
                    connection, (view, bucket), folder, len(buckets) + 1, (turn * shift[0], turn * shift[1]), left
                )
                buckets.append(moved)
                left -= moved.cases
            turn += 1
    manifest = Manifest(known.definitions, known.recorded_until, tuple(buckets))
    manifest.write(folder)
    return manifest


def change(view: Path, folder: Path) -> None:
    """Give a view in which one case in a hundred was made anew, each as it was: the files are those of the other."""
    known, case = read_manifest(view), f"hash({KEY}) % 100 = 0"
    folder.mkdir()
    for path in view.glob("*.parquet"):
        (folder / path.name).hardlink_to(path)
    bucket = Bucket(len(known.buckets) + 1, 0, 0, 0, None, None)
    with duckdb.connect() as connection:
        for kind in KINDS:
            rows = f"FROM {parquet(*(one.path(view, kind) for one in known.buckets))} WHERE {case}"
            by_case = f"{rows} ORDER BY {BRANCH}, {KEY}"
            written = write_parquet(connection, f"SELECT * {by_case}", bucket.path(folder, kind), AS_DIFFERENCES)
            bucket = replace(bucket, **{kind: written})
            if kind == "cases":
                write_parquet(connection, f"SELECT {KEY} {by_case}", bucket.path(folder, "superseded"), AS_DIFFERENCES)
    known.changed(bucket, (), set(), known.recorded_until).write(folder)


def _moved(
    connection: duckdb.DuckDBPyConnection,
    of: tuple[Path, Bucket],
    folder: Path,
    number: int,
    shift: tuple[int, int],
    most: int,
) -> Bucket:
    """Write a bucket under other numbers, at most so many cases of it."""
    view, bucket = of
    new = f"SELECT * REPLACE ({KEY} + {shift[0]} AS {KEY}, {BRANCH} + {shift[1]} AS {BRANCH}) FROM"
    by_case = f"ORDER BY {BRANCH}, {KEY}"
    fewer = f"LIMIT {most}" if most < bucket.cases else ""
    rows = f"(SELECT * FROM {parquet(bucket.path(view, 'cases'))} {by_case} {fewer})"
    beside = f"(SELECT * FROM {parquet(bucket.path(view, 'rounds'))} WHERE {KEY} IN (SELECT {KEY} FROM {rows}))"
    told = replace(
        bucket,
        number=number,
        first=None if bucket.first is None else bucket.first + shift[1],
        last=None if bucket.last is None else bucket.last + shift[1],
    )
    cases = write_parquet(connection, f"{new} {rows} {by_case}", told.path(folder, "cases"), AS_DIFFERENCES)
    order = f"{by_case}, {DUCKDB.quoted(STEP)}, {DUCKDB.quoted(ROUND)}"
    rounds = write_parquet(connection, f"{new} {beside} {order}", told.path(folder, "rounds"), AS_DIFFERENCES)
    return replace(told, cases=cases, rounds=rounds)
