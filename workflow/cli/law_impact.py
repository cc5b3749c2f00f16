"""``jishi law impact``: the live cases that a draft of the law would touch, before it comes into force."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.common import day, definitions, safe, told

if TYPE_CHECKING:
    from workflow.compliance.impact.study import Study
    from workflow.law.draft import Drafted
    from workflow.law.source import Fault
    from workflow.law.timeline import Law

WIDTH = 120


@click.command(name="impact", short_help="Live cases that a draft would touch. / 草案影响哪些在办案卷")
@click.argument("draft", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="JISHI_DATA",
    help="The record kept there. / 数据目录",
)
@click.option("--database", metavar="URL", envvar="JISHI_DATABASE_URL", help="In this database. / 数据库地址")
@click.option("--as-of", "as_of", type=day, help="Judge as of this day; default: the draft's first. / 判断之日")
@click.option("--organization", metavar="NAME", help="Only below this one. / 只看此组织及其下级")
@click.option("--out", type=click.Path(path_type=Path), help="Write every difference: .csv, .parquet or .json. / 清单")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON. / 以 JSON 输出")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language. / 语言")
def impact(  # noqa: PLR0913 - one parameter an option
    *,
    draft: Path,
    data: Path | None,
    database: str | None,
    as_of: date | None,
    organization: str | None,
    out: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Say which live cases the edition in DRAFT would touch: verdicts, next steps, days, demands on the next steps.

    Each is judged under the law as it stands and under the law with the draft, as of the draft's first day in force and
    as if nothing more were done until then. No case is changed, no name of a person told; that they were
    read is noted in the log.

    Exit code: 0 nothing changes and everything was read; 1 something changes; 2 the draft has faults, or nothing
    changes but not every case could be read.

    草案施行前，看它影响哪些在办案卷：判断结果、下一步、最早最迟日期、对下一步的要求。
    """
    raise SystemExit(_run(draft, (data, database), (as_of, organization), out, lang, as_json=as_json))


def _run(
    file: Path,
    where: tuple[Path | None, str | None],
    asked: tuple[date | None, str | None],
    out: Path | None,
    lang: str,
    *,
    as_json: bool,
) -> int:
    """Judge, write and print; return the exit code (decision 0009)."""
    from workflow.cli.audit import code_of
    from workflow.cli.desk import noted_unseated
    from workflow.compliance.impact.study import check_day, studied
    from workflow.compliance.listing import check_form
    from workflow.compliance.progress import progress_to
    from workflow.engine.laws import load_laws
    from workflow.engine.log_acts import LogAct
    from workflow.keep.installation import data_directory, open_database
    from workflow.store.database import Database

    with told():
        if out is not None:
            check_form(out, file)
        laws = load_laws(definitions())
        drafted, notes = _read(file, laws.law)
        on = check_day(drafted, asked[0])
        directory, url = where
        database = Database(url) if url else open_database(data_directory(directory))
        try:
            with (
                progress_to(sys.stderr) as progress,
                studied(database, laws, drafted, on, asked[1], progress("比较 / comparing")) as study,
            ):
                day, drafts = on.isoformat(), drafted.day.isoformat()
                noted_unseated(database, LogAct.CASES_COMPARED, draft=drafts, as_of=day, cases=study.looked)
                if out is not None:
                    study.write(out)
                _print(study, notes, lang, as_json=as_json)
                return code_of(findings=bool(study.touched), complete=not study.unread)
        finally:
            database.close()


def _read(file: Path, law: Law) -> tuple[Drafted, tuple[Fault, ...]]:
    from workflow.compliance.impact.draft import read_draft
    from workflow.law.organizations import FILE, read_organizations

    root = definitions()
    return read_draft(file, law, read_organizations(root) if (root / FILE).is_file() else None)


def _print(study: Study, notes: tuple[Fault, ...], lang: str, *, as_json: bool) -> None:
    from workflow.compliance.impact.summary import note_lines, study_lines

    for line in note_lines(study.drafted, notes, lang):
        click.echo(safe(line), err=True)
    if as_json:
        click.echo(json.dumps(study.head(), ensure_ascii=False, indent=1))
        return
    for line in study_lines(study, lang, WIDTH):
        click.echo(line)
