"""Spark, on this machine or on a cluster: for whoever outgrows one machine. Nothing of it is loaded unless asked for.

The cluster gets SQL alone and the codes that its answers are told in: no Python runs on its workers, and nothing of
this program need be installed there. Files are read by the workers, so all see them under the same path. To the driver
comes what a query yields, a partition at a time: a row of counts, or what is broken; never the cases.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflow.bulk.dialects import SPARK, Dialect
from workflow.bulk.layout import CASE
from workflow.compliance.engines import Row, TableColumns
from workflow.compliance.engines.duckdb import DuckDbEngine
from workflow.errors import Text, WorkflowError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

HERE = "local[*]"  # this machine, all its processors
# What statements mean must not turn on how a cluster is set up.
FIXED = {
    "spark.sql.ansi.enabled": "true",  # a number that does not fit is an error, not another number
    "spark.sql.legacy.consecutiveStringLiterals.enabled": "false",  # '' in a text is one quotation mark
    "spark.sql.caseSensitive": "true",
}
# Hundreds of clauses outgrow what Java takes as one method: Spark would try, complain at length, and do without.
SUITED = {"spark.sql.codegen.wholeStage": "false"}
QUIET = {"spark.log.level": "ERROR", "spark.ui.showConsoleProgress": "false"}
# On one machine nothing listens where others could reach it, and what is joined is not cut into 200 pieces first.
ALONE = {"spark.ui.enabled": "false", "spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1"}
ALONE |= {"spark.sql.shuffle.partitions": "8"}
PATTERN = str.maketrans({sign: f"\\{sign}" for sign in "\\{}[]*?"})  # Hadoop would take them for a pattern
HINT = Text(
    "Spark 审查的准备工作见 docs/bulk.md 中 Spark 一节", "docs/bulk.md, section Spark, says what an audit on it needs"
)


class NoSpark(WorkflowError):  # noqa: N818 - errors are named as facts
    """What Spark needs on the machine that asks is not there."""

    def __init__(self, *, package: bool, java: bool) -> None:
        """Say what is missing."""
        named = [name for name, missing in (("pyspark", package), ("Java", java)) if missing]
        zh: list[str] = []
        en: list[str] = []
        if package:
            command = f'{sys.executable} -m pip install "pyspark>=4,<5"'
            zh.append(f"运行 {command}")
            en.append(f"run {command}")
        if java:
            package_of = "openjdk-17-jre-headless"
            zh.append(f"安装 Java 17 或 21（如 apt-get install {package_of}），或者用 JAVA_HOME 指明其位置")
            en.append(f"install Java 17 or 21 (such as apt-get install {package_of}), or name its place in JAVA_HOME")
        super().__init__(
            Text(f"Spark 需要而没有找到：{'、'.join(named)}", f"Spark needs {' and '.join(named)}, which is not here"),
            Text("；".join(zh), "; ".join(en)),
        )


class SparkFailed(WorkflowError):  # noqa: N818 - errors are named as facts
    """Spark did not start, lost the cluster, or could not do what it was asked."""

    def __init__(self, why: str) -> None:
        """Say why, as Spark does."""
        super().__init__(Text(f"Spark 未能完成：{why}", f"Spark could not do it: {why}"), HINT)


class SparkEngine:
    """A session of Spark with temporary tables, kept on its workers as long as they are asked for."""

    dialect: Dialect = SPARK

    def __init__(self, session: SparkSession) -> None:
        """Take a session, which is left open when the engine is closed."""
        self.session = session
        self._kept: dict[str, list[DataFrame]] = {}
        self._files = 0

    def load(self, table: str, columns: TableColumns, rows: Iterable[Row]) -> None:
        """Make a temporary table of some rows, at least one: they are sent as SQL, so that no worker needs a Python."""
        typed = (
            f"CAST(col{place} AS {'STRING' if kind.startswith('VARCHAR') else kind}) AS {self.dialect.quoted(name)}"
            for place, (name, kind) in enumerate(columns, start=1)  # as Spark names what VALUES gives
        )
        values = ", ".join(f"({', '.join(map(self._literal, row))})" for row in rows)
        self._name(table, [self.session.sql(f"SELECT {', '.join(typed)} FROM VALUES {values}")])

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives, in the place of an earlier one of that name."""
        self._name(table, [self._held(query)])

    def add(self, table: str, query: str) -> None:
        """Add what a query gives to a temporary table."""
        self._name(table, [*self._kept[table], self._held(query)])

    def rows(self, query: str) -> Iterator[Row]:
        """Yield what a query gives, fetched a partition at a time."""
        yield from map(tuple, self.session.sql(query).toLocalIterator())

    def files(self, paths: Sequence[Path], without: Sequence[Path] = ()) -> str:
        """Return the rows of Parquet files as a table, but those of the cases that the files ``without`` list."""
        self._files += 1
        table, rows = f"files_{self._files}", self._parquet(paths)
        if without:
            rows = rows.join(self._parquet(without).select(self.dialect.quoted(CASE)), CASE, "left_anti")
        rows.createOrReplaceTempView(table)
        return table

    def write(self, query: str, path: Path) -> None:
        """Write what a query gives, ordered by its columns, to a Parquet file that only the driver sees."""
        frame = self.session.sql(query).persist()
        beside = DuckDbEngine(folder=str(path.parent))
        try:
            frame.count()  # by all workers at once; what is fetched below, a partition at a time, is there by then
            beside.load("found", frame.dtypes, map(tuple, frame.toLocalIterator()))
            beside.write("SELECT * FROM found", path)
        finally:
            beside.close()
            frame.unpersist()

    def close(self) -> None:
        """Let every temporary table go."""
        for frames in self._kept.values():
            for frame in frames:
                frame.unpersist()
        for table in [*self._kept, *(f"files_{number}" for number in range(1, self._files + 1))]:
            self.session.catalog.dropTempView(table)
        self._kept, self._files = {}, 0

    def _literal(self, value: object) -> str:
        return "NULL" if value is None else self.dialect.text(value) if isinstance(value, str) else str(value)

    def _held(self, query: str) -> DataFrame:
        """Return what a query gives, worked out once: in the workers' memory, on their disks where that is short."""
        frame = self.session.sql(query).persist()
        frame.count()
        return frame

    def _name(self, table: str, frames: list[DataFrame]) -> None:
        whole = frames[0]
        for frame in frames[1:]:
            whole = whole.unionByName(frame)
        whole.createOrReplaceTempView(table)
        for frame in self._kept.get(table, ()):
            if not any(frame is one for one in frames):
                frame.unpersist()
        self._kept[table] = frames

    def _parquet(self, paths: Sequence[Path]) -> DataFrame:
        # The scheme is said: without it a cluster would look in its own file system.
        return self.session.read.parquet(*(f"file://{str(path.resolve()).translate(PATTERN)}" for path in paths))


@contextmanager
def spark_engine(master: str = HERE, settings: Mapping[str, str] | None = None) -> Iterator[SparkEngine]:
    """Give Spark at ``master`` (``local[2]``, ``spark://host:7077``, ``yarn``, ``k8s://…``), and stop it afterwards.

    ``settings``: of Spark's own (``spark.executor.memory``). Raises NoSpark, SparkFailed; in the body, too.
    """
    with told_by_spark():
        session = opened(master, settings or {})
        engine = SparkEngine(session)
        try:
            yield engine
        finally:
            session.stop()


def opened(master: str, settings: Mapping[str, str]) -> SparkSession:
    """Return a session of Spark; raises NoSpark, and what Spark raises."""
    if missing := lacking():
        raise NoSpark(**missing)
    sql: Any = import_module("pyspark.sql")
    builder = sql.SparkSession.builder.master(master).appName("jishi")
    alone = ALONE if master.startswith("local") else {}
    for name, value in {**SUITED, **QUIET, **alone, **settings, **FIXED}.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    return session


def lacking() -> dict[str, bool]:
    """Return what is missing on this machine, as NoSpark takes it; empty: nothing is."""
    try:
        import_module("pyspark.sql")
        package = False
    except ImportError:
        package = True
    home = os.environ.get("JAVA_HOME")
    java = not (shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java"))
    return {"package": package, "java": java} if package or java else {}


@contextmanager
def told_by_spark() -> Iterator[None]:
    """Turn what Spark raises into an error that a user can answer."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("pyspark", "py4j"):
            raise
        raise SparkFailed(_said(error)) from error


def _said(error: Exception) -> str:
    """Return the line of an error that says what is wrong: the innermost cause that Java names, if it names any."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return causes[-1] if causes else lines[0] if lines else type(error).__name__
