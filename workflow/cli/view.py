"""``jishi view``: tables of many cases, made from entries that stand in Parquet files, and audited in bulk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.audit_more import BESIDE, REPORTS, beside_of, check_levels, of_bulk, of_reports, reports_of
from workflow.cli.common import Command, day, local_practice, told, with_options, working_calendar
from workflow.cli.common import law as the_law

if TYPE_CHECKING:
    from workflow.bulk.layout import Layout
    from workflow.compliance.engines import FileEngine
    from workflow.compliance.result import Result
    from workflow.compliance.runs import Run
    from workflow.compliance.view.build import Progress, Source
    from workflow.compliance.view.manifest import Manifest

CLEAN, FINDINGS, INCOMPLETE = 0, 1, 2
AT_ONCE = 8  # buckets of a quarter of a million cases: work for some twenty processors
SHOWN = 10  # cases that could not be replayed, and are named


@contextmanager
def of_files() -> Iterator[None]:
    """Turn what cannot be read, or does not fit into memory, into an error that a user can answer."""
    from duckdb import Error

    from workflow.errors import Text, WorkflowError

    try:
        yield
    except Error as error:
        why = str(error).split("\n", maxsplit=1)[0]
        raise WorkflowError(
            Text(f"无法读取或者处理这些文件：{why}", f"these files cannot be read or dealt with: {why}"),
            Text("文件应当含有哪些内容，见 docs/bulk.md", "docs/bulk.md says what such files hold"),
        ) from error


def of_entries(command: Command) -> Command:
    """Add what a view is made of."""
    entries = click.argument("entries", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
    members = click.option(
        "--members", type=click.Path(path_type=Path, exists=True), help="The rosters, as Parquet. / 党员名册"
    )
    until = click.option("--recorded-until", type=day, help="As recorded by the end of this day. / 登记截止日")
    return entries(members(until(command)))


def of_engines(command: Command) -> Command:
    """Add what judges the view."""
    options = (
        click.option(
            "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", help="Default: duckdb. / 计算引擎"
        ),
        click.option("--master", help="Where Spark runs: local[2], spark://HOST:7077 … / Spark 主节点"),
        click.option(
            "--at-once", type=click.IntRange(min=1), help=f"Buckets that Spark judges together; default: {AT_ONCE}."
        ),
        click.option("--conf", metavar="KEY=VALUE", multiple=True, help="A setting of Spark's own. / Spark 的设置"),
    )
    return with_options(options, command)


@contextmanager
def _engine(
    engine: str, master: str | None, at_once: int | None, conf: tuple[str, ...]
) -> Iterator[tuple[FileEngine | None, int]]:
    """Give the engine, None for DuckDB, and how many buckets it is to judge together."""
    if engine == "duckdb":
        for name, value in (("--master", master), ("--at-once", at_once), ("--conf", conf)):
            if value:
                raise click.UsageError(f"{name} 须与 --engine spark 同用 / {name} goes with --engine spark")
        from workflow.compliance.country import TOGETHER

        yield None, TOGETHER
        return
    from workflow.compliance.engines.spark import HERE, spark_engine

    settings = {}
    for one in conf:
        name, sign, value = one.partition("=")
        if not sign:
            raise click.UsageError(f"--conf {one}：应为 KEY=VALUE / --conf {one}: should be KEY=VALUE")
        settings[name] = value
    with spark_engine(master or HERE, settings) as spark:
        yield spark, at_once or AT_ONCE


@click.group(name="view")
def view() -> None:
    """Tables of many cases: made from entries, audited in bulk.

    大批案卷：由登记条目生成案件视图，批量审查。What a file of entries holds: docs/bulk.md.
    """


@view.command(short_help="Make a view of entries. / 生成视图")
@of_entries
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="A new folder. / 新文件夹")
@local_practice
def make(
    entries: tuple[Path, ...], members: Path | None, recorded_until: date | None, out: Path, overlays: tuple[str, ...]
) -> None:
    """Make a view of all cases whose entries stand in the Parquet files ENTRIES.

    由登记条目（Parquet 文件）生成案件视图。
    """
    _make(_source(entries, members, recorded_until), out, overlays, anew=True)


@view.command(short_help="Make the cases that changed anew. / 更新视图")
@of_entries
@click.option("--view", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True)
@local_practice
def renew(
    entries: tuple[Path, ...],
    members: Path | None,
    recorded_until: date | None,
    folder: Path,
    overlays: tuple[str, ...],
) -> None:
    """Make some cases of a view anew: ENTRIES hold all entries of each of them.

    更新视图中有变化的案卷，ENTRIES 须含其全部条目。
    """
    _make(_source(entries, members, recorded_until), folder, overlays, anew=False)


@view.command(short_help="Judge every case of a view. / 批量审查")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--as-of", type=day, help="Judge as of this day; default: the last day recorded. / 检查截止日")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="For the run. / 结果文件夹"
)
@click.option(
    "--take-over",
    "earlier",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The run of this view before it was renewed: only what changed is judged. / 沿用更新前的审查结果",
)
@of_engines
@of_bulk
@of_reports
@local_practice
def audit(
    folder: Path,
    as_of: date | None,
    out: Path,
    earlier: Path | None,
    overlays: tuple[str, ...],
    **further: Any,  # noqa: ANN401 - of_engines, of_bulk
) -> None:
    """Judge every case of the view FOLDER by every rule, and write every breach into a folder.

    On DuckDB in this process, or on Spark (docs/bulk.md): --engine spark --master spark://HOST:7077.

    A run that was broken off goes on where it stopped. Exit code: 0 nothing found and everything judged; 1 breaches;
    2 none found, but some cases could not be replayed or some verdicts not be made; or it could not be done at all.

    按全部规定审查视图中的每份案卷，逐条写出问题；中断后再次运行会接着做。
    """
    from workflow.clock import today_at_office
    from workflow.compliance.bases import Grouping
    from workflow.compliance.country import audit_view
    from workflow.compliance.judged import Judged
    from workflow.compliance.progress import progress_to
    from workflow.compliance.rates import Part
    from workflow.compliance.report.bulk import Told
    from workflow.compliance.result import result_of
    from workflow.compliance.result_words import result_lines
    from workflow.compliance.view.manifest import read_manifest
    from workflow.compliance.view.tables import opened

    if earlier is not None and further["engine"] != "duckdb":
        raise click.UsageError("--take-over 须与 --engine duckdb 同用 / --take-over goes with --engine duckdb")
    asked = {name: further.pop(name) for name in BESIDE}
    reports = reports_of({name: further.pop(name) for name in REPORTS})
    beside, bases = beside_of(asked, out / "sample.csv"), Grouping() if reports.books else None
    with told():
        check_levels(beside, reports)
    with told(), of_files(), progress_to(sys.stderr) as progress, _engine(**further) as (engine, at_once):
        reports.check()
        layout = _layout(overlays)
        when = as_of or read_manifest(folder).recorded_until or today_at_office()
        tell, calendar = progress("审查 / judging"), working_calendar()
        by_month = beside.wanted.by_month
        run = audit_view(
            folder, layout, calendar, when, out, tell,
            engine=engine, at_once=at_once, by_month=by_month, bases=bases, earlier=earlier,
        )  # fmt: skip
        with opened() as connection:
            result = result_of(connection, Judged((Part(layout, run, out, folder),), when), beside.wanted)
            _keep(result, out)
            beside.hand_out(result)
            reports.hand_out(Told(result, folder.name))
    *lines, last = _said(run, layout)
    for line in (*lines, *result_lines(result, reports.language), last):
        click.echo(line)
    raise SystemExit(FINDINGS if run.breaches else INCOMPLETE if run.bad or run.undecidable else CLEAN)


def _keep(result: Result, out: Path) -> None:
    """Write into the folder of a run what was asked beside it."""
    from workflow.compliance.earlier import LIVES
    from workflow.compliance.result import write_summary

    if result.compared is not None:
        result.write_run(out / LIVES)
    write_summary(out / "summary.json", result.told())


def _layout(overlays: tuple[str, ...]) -> Layout:
    from workflow.bulk.layout import Layout
    from workflow.rules.rulebook import Rulebook

    law = the_law()
    return Layout(Rulebook(law, law.timeline(overlays)))


def _source(entries: tuple[Path, ...], members: Path | None, recorded_until: date | None) -> Source:
    from workflow.compliance.view.build import Source

    return Source(entries, members, recorded_until)


def _make(source: Source, folder: Path, overlays: tuple[str, ...], *, anew: bool) -> None:
    from workflow.compliance.view.build import Builder

    def tell(progress: Progress) -> None:
        click.echo(f"案卷 / cases: {progress.cases:,}（逐份处理 / one at a time: {progress.odd:,}）", err=True)

    with told(), of_files():
        builder = Builder(_layout(overlays), working_calendar())
        manifest = builder.build(source, folder, tell) if anew else builder.renew(source, folder)
        _tell_made(manifest, folder)


def _tell_made(manifest: Manifest, folder: Path) -> None:
    cases = sum(bucket.cases for bucket in (*manifest.buckets, *manifest.changes))
    click.echo(f"案卷 / cases: {cases:,} → {folder}")
    for bad in manifest.bad[:SHOWN]:
        click.echo(f"无法重演 / could not be replayed: {bad.case}: {bad.why}", err=True)
    if len(manifest.bad) > SHOWN:
        click.echo(f"…… 共 / in all {len(manifest.bad):,}", err=True)


def _said(run: Run, layout: Layout) -> list[str]:
    """Return of each rule that could be asked how often it was and how often it is broken, the most often first."""
    from workflow.compliance.columns import table_lines

    broken = run.by_rule
    asked: dict[str, int] = {}
    for clause in layout.clauses:
        name = clause.judged.rule.id
        asked[name] = asked.get(name, 0) + (known.applied if (known := run.populations.get(clause.place)) else 0)
    rows = [
        (name, f"{asked[name]:,}", f"{number:,}")
        for name, number in sorted(broken.items(), key=lambda one: (-one[1], one[0]))
    ]
    table = table_lines(("规定 / rule", "适用 / applied", "违反 / broken"), rows, 100, 0) if rows else []
    left = [
        f"{zh} {number:,} / {en}: {number:,}"
        for zh, en, number in (
            ("无法重演、未审查的案卷", "cases that could not be replayed, and were not judged", run.bad),
            ("因内容无法读取而无法判断", "verdicts that turn on what cannot be read", run.undecidable),
        )
        if number
    ]
    left.append(
        "不提示线索：视图不含登记日期，也不知道移交前由哪个支部办理；见 docs/audit.md / no indications: a view holds no"
        " day of recording, nor which branch had a case before it moved"
    )
    found = f"案卷 {run.cases:,}，问题 {run.breaches:,} / cases: {run.cases:,}, breaches: {run.breaches:,}"
    return [*table, *left, found]
