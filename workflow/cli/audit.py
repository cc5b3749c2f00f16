"""``jishi audit``: judge a ledger, a folder, an event log or the record; ``audit run``: keep the record's findings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.audit_more import BESIDE, REPORTS, beside_of, of_bulk, of_reports, reports_of
from workflow.cli.audit_run import run, runs
from workflow.cli.common import FAILED, Command, day, law, ledger_form, told, with_options, working_calendar

if TYPE_CHECKING:
    from workflow.cli.audit_more import Reports
    from workflow.compliance.audit import Audit
    from workflow.compliance.progress import Report
    from workflow.law.timeline import Law
    from workflow.rules.rulebook import Rulebook

CLEAN, FINDINGS, UNREADABLE = 0, 1, 2


def of_logs(command: Command) -> Command:
    """Add what is said of an event log."""
    options = (
        click.option(
            "--procedure", type=click.Path(path_type=Path), help="SOURCE is an event log; its rules. / 日志所依的程序"
        ),
        click.option("--zone", default="", help="Where an instant becomes a day. / 时区，如 Asia/Shanghai"),
        click.option("--case-column", "case", default="", help="Its column of the case. / 案件编号列"),
        click.option("--step-column", "step", default="", help="Of the step. / 步骤列"),
        click.option("--day-column", "day", default="", help="Of the day or instant. / 日期列"),
        click.option("--outcome-column", "outcome", default="", help="Of the outcome. / 结果列"),
        click.option("--organization-column", "organization", default="", help="Of the organization. / 机构列"),
        click.option("--ignore-other-steps", is_flag=True, help="Steps unknown to it are counted only. / 忽略其他步骤"),
        click.option("--bad", type=click.Path(path_type=Path), help="Write rows with faults: .csv … / 输出有问题的行"),
    )
    return with_options(options, command)


OF_THE_RECORD = {"run": run, "runs": runs}


class OrOfTheRecord(click.Command):
    """The audit of a source; its first word may name a command on the living record instead."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's signature
    ) -> click.Context:
        """Return the context of what is asked for."""
        if args and args[0] in OF_THE_RECORD:
            asked = OF_THE_RECORD[args[0]]
            return asked.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(name="audit", cls=OrOfTheRecord)
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False, exists=True), help="The record kept there. / 数据目录"
)
@click.option("--database", metavar="URL", help="The record in this database. / 数据库地址")
@click.option("--as-of", "as_of", type=day, help="Judge as of this day; default: today at the office. / 检查截止日")
@click.option("--edition", type=day, help="Judge every day under this edition alone, as a what-if. / 只用某一版本")
@click.option("--overlay", "overlays", multiple=True, help="Add local practice, e.g. procuratorate. / 叠加地方规定")
@click.option("--out", type=click.Path(path_type=Path), help="Write the findings: .csv, .xlsx or .json. / 输出问题清单")
@click.option("--keep", is_flag=True, help="Of the record: keep the indications for the pages. / 保存线索，供网页查看")
@click.option("--pseudonymous", is_flag=True, help="Leave all names out, number the branches. / 隐去姓名，支部编号")
@of_logs
@of_bulk
@of_reports
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON. / 以 JSON 输出")
@click.option("--quiet", is_flag=True, help="Print only the result. / 只输出结论")
def audit(  # noqa: PLR0913 - one parameter an option
    *,
    source: Path | None,
    data: Path | None,
    database: str | None,
    as_of: date | None,
    edition: date | None,
    overlays: tuple[str, ...],
    out: Path | None,
    keep: bool,
    pseudonymous: bool,
    procedure: Path | None,
    as_json: bool,
    quiet: bool,
    **further: Any,  # noqa: ANN401 - of_logs, of_bulk
) -> None:
    """Judge every case of SOURCE: a ledger (.xlsx, .xls, .ods), a folder of ledgers, an event log (.csv, .parquet).

    Without SOURCE, the living record of --data or --database, read and never changed; with --keep the indications
    are kept in it, beside the record, for the pages to show.

    With --since each finding is told to be new, as before, back or gone since an earlier list of ours; with --sample
    cases are drawn by lot to be checked on paper (docs/audit.md).

    An event log is judged by the steps and rules of --procedure (docs/definitions.md). Its findings go to .csv,
    .parquet or .json, and so does the list of a folder.

    jishi audit run: take the findings of the record as a run / 检查系统内的档案; jishi audit runs: the runs so far.

    Exit code: 0 nothing found and everything read; 1 findings; 2 nothing found but something could not be read, or
    the source could not be read at all.

    台账、台账文件夹、事件日志（须给出 --procedure）、数据库，按当时的规定逐件检查。
    """
    reports, lang, html = reports_of(further), further["lang"], further["html"]
    log = {name: value for name, value in further.items() if name not in (*BESIDE, *REPORTS)}
    asked = {name: further[name] for name in BESIDE}
    if source is None:
        if not (data or database):
            raise click.UsageError("请给出 SOURCE，或者 --data、--database / name a SOURCE, or --data or --database")
        from workflow.cli.audit_record import run_record
        from workflow.clock import today_at_office

        _refuse(("--edition", edition), ("--overlay", overlays), ("--procedure", procedure))
        _refuse(("--pseudonymous", pseudonymous))
        _refuse(*((f"--{name.replace('_', '-')}", value) for name, value in log.items()), needs="--procedure")
        beside = beside_of(asked)
        if keep and as_of is not None and as_of > today_at_office():
            zh, en = "--keep 不能用于还没有到的日子", "--keep keeps the indications of days that have come"
            raise click.UsageError(f"{zh} / {en}")
        raise SystemExit(
            run_record(data, database, as_of, out, beside, reports, keep=keep, as_json=as_json, quiet=quiet)
        )
    _refuse(("--data", data), ("--database", database), ("--keep", keep))
    if procedure is not None:
        from workflow.cli.audit_log import run_log

        _refuse(("--edition", edition), ("--overlay", overlays), ("--pseudonymous", pseudonymous))
        beside = beside_of(asked)
        raise SystemExit(run_log(source, procedure, as_of, out, log, beside, reports, as_json=as_json, quiet=quiet))
    _refuse(*((f"--{name.replace('_', '-')}", value) for name, value in log.items()), needs="--procedure")
    _refuse(*((f"--{name.replace('_', '-')}", value) for name, value in asked.items()))
    _refuse(("--books-by", further["books_by"]))
    if source.is_dir():
        from workflow.cli.audit_folder import run_folder

        _refuse(("--html", html))
        judge = Judging(as_of, edition, overlays, pseudonymous=pseudonymous)
        raise SystemExit(run_folder(source, judge, out, reports, as_json=as_json, quiet=quiet))
    from workflow.compliance.write import check_targets

    with told():
        check_targets(source, out, html)
        reports.check_books()
        result = _run(source, Judging(as_of, edition, overlays, pseudonymous=pseudonymous))
        _hand_out(result, out, reports, pseudonymous=pseudonymous)
    _print(result, lang, as_json=as_json, quiet=quiet)
    raise SystemExit(code_of(findings=bool(result.findings), complete=result.complete))


def code_of(*, findings: bool, complete: bool) -> int:
    """Return the exit code (decision 0009)."""
    return FINDINGS if findings else CLEAN if complete else UNREADABLE


def _refuse(*given: tuple[str, object], needs: str = "") -> None:
    """End with an error where an option is given that is not for this source."""
    for name, value in given:
        if value:
            why = f"须与 {needs} 同用 / goes with {needs}" if needs else "不适用于这种来源 / is not for such a source"
            click.echo(f"错误 / error: {name} {why}", err=True)
            raise SystemExit(FAILED)


class Judging:
    """How ledgers are judged: read once, for one ledger or many."""

    def __init__(
        self, as_of: date | None, edition: date | None, overlays: tuple[str, ...], *, pseudonymous: bool
    ) -> None:
        """Keep what was asked; nothing is read yet."""
        self.asked, self.edition, self.overlays, self.pseudonymous = as_of, edition, overlays, pseudonymous
        self._ready: tuple[Law, Rulebook, date] | None = None

    def ready(self) -> tuple[Law, Rulebook, date]:
        """Return the law, its rules and the day as of which is judged; raises WorkflowError."""
        from workflow.clock import today_at_office
        from workflow.rules.rulebook import Rulebook

        if self._ready is None:
            the_law = law()
            book = Rulebook(the_law, the_law.timeline(self.overlays, self.edition))
            self._ready = (the_law, book, self.asked or today_at_office())
        return self._ready

    def judge(self, file: Path, progress: Callable[[str], Report]) -> Audit:
        """Judge one ledger; raises WorkflowError, OSError."""
        from workflow.compliance.audit import LedgerAudit
        from workflow.ledger import read_ledger

        the_law, book, day = self.ready()
        ledger = read_ledger(file, ledger_form(), progress("读取 / reading"))
        run = LedgerAudit(ledger, book, working_calendar(), day, hide_names=self.pseudonymous, law=the_law)
        return run.run(file.name, progress("检查 / judging"))


def _run(file: Path, judging: Judging) -> Audit:
    from workflow.compliance.progress import progress_to

    judging.ready()
    with progress_to(sys.stderr) as progress:
        return judging.judge(file, progress)


def _hand_out(result: Audit, out: Path | None, reports: Reports, *, pseudonymous: bool) -> None:
    from workflow.compliance.write import write_findings, write_report

    lang = reports.language
    if out is not None:
        write_findings(result, out, lang, pseudonymous=pseudonymous)
    if reports.html is not None:
        write_report(result, reports.html, lang, pseudonymous=pseudonymous)
    with reports.of_ledgers(result.as_of) as shelf:
        if shelf is not None:
            from workflow.compliance.books.ledgers import add_ledger, index_tables

            add_ledger(shelf, result)
            shelf.index(result.title.of(lang), index_tables(result, shelf.whole(), lang))


def _print(result: Audit, lang: str, *, as_json: bool, quiet: bool) -> None:
    from workflow.compliance.details import write_json
    from workflow.compliance.summary import summary_lines

    if as_json:
        packed = BytesIO()
        write_json(packed, result, lang)
        click.echo(packed.getvalue().decode(), nl=False)
        return
    lines = summary_lines(result, lang, width=100)
    for line in lines[-1:] if quiet else lines:
        click.echo(line)
