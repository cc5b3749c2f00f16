"""``jishi audit --data DIR | --database URL``: every case of the living record, judged in bulk."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.common import definitions, told
from workflow.cli.view import of_files

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from workflow.cli.audit_more import Beside, Reports
    from workflow.compliance.record_audit import RecordAudit
    from workflow.compliance.result import Result
    from workflow.engine.laws import Laws
    from workflow.store.database import Database

WIDTH = 120
SHOWN = 10  # cases that could not be replayed, and are named


def run_record(  # noqa: PLR0913 - one parameter an option
    data: Path | None,
    url: str | None,
    as_of: date | None,
    out: Path | None,
    beside: Beside,
    reports: Reports,
    *,
    keep: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Judge the record of a database, write and print what was found; return the exit code.

    ``keep``: keep the indications in the database, for the pages.
    """
    from workflow.cli.audit import code_of
    from workflow.cli.desk import noted_unseated
    from workflow.clock import today_at_office
    from workflow.compliance.bases import Grouping
    from workflow.compliance.listing import check_form
    from workflow.compliance.progress import progress_to
    from workflow.compliance.record_audit import audited_record
    from workflow.compliance.report.bulk import Told
    from workflow.compliance.result import check_list, result_of
    from workflow.compliance.spanning.listed import beside_breaches
    from workflow.compliance.view.tables import opened
    from workflow.engine.laws import load_laws
    from workflow.engine.log_acts import LogAct
    from workflow.keep.installation import data_directory, open_database
    from workflow.store.database import Database

    with told(), of_files():
        if out is not None:
            check_list(out)
            if (indications := beside_breaches(out)) is not None:
                check_form(indications)
        beside.check()
        reports.check()
        bases, by_month = Grouping() if reports.books else None, beside.wanted.by_month
        laws = load_laws(definitions())
        database = Database(url) if url else open_database(data_directory(data))
        try:
            with (
                progress_to(sys.stderr) as progress,
                audited_record(
                    database, laws, as_of or today_at_office(), data, progress, by_month=by_month, bases=bases
                ) as audit,
                opened() as connection,
            ):
                result = result_of(connection, audit.judged, beside.wanted)
                head = audit.head() | result.told()
                taken = any((out, beside.sample_to, reports.html, reports.books))
                act = LogAct.FINDINGS_EXPORTED if taken else LogAct.FINDINGS_READ
                day, cases, rows = audit.as_of.isoformat(), audit.cases, audit.breaches
                noted_unseated(database, act, as_of=day, cases=cases, rows=rows)
                if keep:
                    head |= {"kept": _kept(database, laws, audit)}
                if out is not None:
                    result.write(out, head)
                    audit.write_indications(out)
                beside.hand_out(result)
                reports.hand_out(Told(result, audit.place, indicated=audit.indicated))
                print_result(
                    head, list(_lines(audit, result, reports.language, kept=keep)), as_json=as_json, quiet=quiet
                )
                return code_of(findings=bool(audit.breaches), complete=not (audit.bad or audit.undecidable))
        finally:
            database.close()


def _kept(database: Database, laws: Laws, audit: RecordAudit) -> int | None:
    """Keep the indications, with a line of the log; return the number of the run, None: there are none to keep."""
    from workflow.access.trail import note_unseated
    from workflow.cli.desk import written_unseated
    from workflow.engine.indication_runs import keep
    from workflow.engine.log_acts import LogAct

    given = laws.law.definitions.indications
    if given is None:
        return None

    def work(connection: Connection, now: datetime) -> int:
        run = keep(connection, given, audit.counted, audit.as_of, now)
        note_unseated(connection, LogAct.INDICATIONS_KEPT, now, {"run": run, "as_of": audit.as_of.isoformat()})
        return run

    return written_unseated(database, work)


def print_result(head: Mapping[str, Any], lines: Sequence[str], *, as_json: bool, quiet: bool) -> None:
    """Print a result as JSON, as lines, or as its last line."""
    if as_json:
        click.echo(json.dumps(head, ensure_ascii=False, indent=1))
        return
    for line in lines[-1:] if quiet else lines:
        click.echo(line)


def _lines(audit: RecordAudit, result: Result, lang: str, *, kept: bool) -> Iterator[str]:
    from workflow.compliance.log.summary import rule_lines
    from workflow.compliance.rates import rates
    from workflow.compliance.result_words import result_lines
    from workflow.compliance.spanning.lines import indication_lines
    from workflow.compliance.words import many, pick

    yield from rule_lines([one for one in rates(audit.parts) if one.broken or one.undecidable], lang, WIDTH)
    yield ""
    if audit.indicated:
        yield from indication_lines(audit.indicated, lang, WIDTH)
        if kept:
            yield pick(lang, "已保存，在“合规”的“线索”页可以查看。", "Kept for the page Indications under Compliance.")
        yield ""
    for one in audit.bad[:SHOWN]:
        why = one.why.of(lang)
        yield pick(lang, f"无法重演、未审查：{one.case} {why}", f"could not be replayed, not judged: {one.case} {why}")
    yield from result_lines(result, lang)
    day, cases = audit.as_of, audit.cases
    zh = f"截至 {day}：{cases:,} 份档案，问题 {audit.breaches:,} 条，无法判断 {audit.undecidable:,} 项。"
    en = f"As of {day}: {many(cases, 'case')}, {many(audit.breaches, 'finding')}, "
    yield zh if lang == "zh" else f"{en}{many(audit.undecidable, 'point')} could not be decided."
