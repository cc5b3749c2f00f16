"""``jishi audit``: judge every case of a ledger as of the law of each day."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.common import day, law, ledger_form, told, working_calendar

if TYPE_CHECKING:
    from workflow.compliance.audit import Audit

CLEAN, FINDINGS, UNREADABLE = 0, 1, 2


@click.command(name="audit")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", "as_of", type=day, help="Judge as of this day; default: today at the office. / 检查截止日")
@click.option("--edition", type=day, help="Judge every day under this edition alone, as a what-if. / 只用某一版本")
@click.option("--overlay", "overlays", multiple=True, help="Add local practice, e.g. procuratorate. / 叠加地方规定")
@click.option("--out", type=click.Path(path_type=Path), help="Write the findings: .csv, .xlsx or .json. / 输出问题清单")
@click.option("--html", type=click.Path(path_type=Path), help="Write one self-contained report: .html. / 输出网页报告")
@click.option("--pseudonymous", is_flag=True, help="Leave all names out, number the branches. / 隐去姓名，支部编号")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of what is written. / 语言")
@click.option("--quiet", is_flag=True, help="Print only the result. / 只输出结论")
def audit(  # noqa: PLR0913 - one parameter an option
    *,
    file: Path,
    as_of: date | None,
    edition: date | None,
    overlays: tuple[str, ...],
    out: Path | None,
    html: Path | None,
    pseudonymous: bool,
    lang: str,
    quiet: bool,
) -> None:
    """Judge every case of the ledger FILE (.xlsx, .xls, .ods).

    Exit code: 0 nothing found and everything read; 1 findings; 2 nothing found but something could not be read, or
    the file could not be read at all.
    """
    from workflow.compliance.write import check_targets

    with told():
        check_targets(file, out, html)
        result = _run(file, as_of, edition, overlays, pseudonymous=pseudonymous)
        _hand_out(result, out, html, lang, pseudonymous=pseudonymous)
    _print(result, lang, quiet=quiet)
    raise SystemExit(FINDINGS if result.findings else CLEAN if result.complete else UNREADABLE)


def _run(
    file: Path, as_of: date | None, edition: date | None, overlays: tuple[str, ...], *, pseudonymous: bool
) -> Audit:
    from workflow.clock import today_at_office
    from workflow.compliance.audit import LedgerAudit
    from workflow.compliance.progress import progress_to
    from workflow.ledger import read_ledger
    from workflow.rules.rulebook import Rulebook

    the_law = law()
    book = Rulebook(the_law, the_law.timeline(overlays, edition))
    with progress_to(sys.stderr) as progress:
        ledger = read_ledger(file, ledger_form(), progress("读取 / reading"))
        day = as_of or today_at_office()
        run = LedgerAudit(ledger, book, working_calendar(), day, hide_names=pseudonymous, law=the_law)
        return run.run(file.name, progress("检查 / judging"))


def _hand_out(result: Audit, out: Path | None, html: Path | None, lang: str, *, pseudonymous: bool) -> None:
    from workflow.compliance.write import write_findings, write_report

    if out is not None:
        write_findings(result, out, lang, pseudonymous=pseudonymous)
    if html is not None:
        write_report(result, html, lang, pseudonymous=pseudonymous)


def _print(result: Audit, lang: str, *, quiet: bool) -> None:
    from workflow.compliance.summary import summary_lines

    lines = summary_lines(result, lang, width=100)
    for line in lines[-1:] if quiet else lines:
        click.echo(line)
