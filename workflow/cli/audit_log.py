"""``jishi audit LOG --procedure FILE``: an event log of another system, judged by steps and rules alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflow.cli.common import told, working_calendar

if TYPE_CHECKING:
    from workflow.cli.audit_more import Beside, Reports

WIDTH = 120  # places of a line: rules have long ids


def run_log(  # noqa: PLR0913, PLR0917 - one parameter an option
    source: Path,
    procedure: Path,
    as_of: date | None,
    out: Path | None,
    log: Mapping[str, Any],
    beside: Beside,
    reports: Reports,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Judge a log, write and print what was found; return the exit code. ``log``: the options of ``of_logs``."""
    from workflow.cli.audit import code_of
    from workflow.cli.audit_more import check_levels
    from workflow.cli.audit_record import print_result
    from workflow.cli.view import of_files
    from workflow.clock import today_at_office
    from workflow.compliance.listing import check_form
    from workflow.compliance.log.audit import Asked, audited_log, procedure_law
    from workflow.compliance.log.findings import head, write_bad
    from workflow.compliance.log.summary import bad_note, log_lines
    from workflow.compliance.progress import progress_to
    from workflow.compliance.report.bulk import Told
    from workflow.compliance.result import check_list, result_of
    from workflow.compliance.result_words import result_lines
    from workflow.compliance.view.tables import opened

    bad: Path | None = log["bad"]
    columns = {part: log[part] for part in ("case", "step", "day", "outcome", "organization")}
    asked = Asked(
        columns,
        log["zone"],
        as_of,
        other_steps=not log["ignore_other_steps"],
        by_month=beside.wanted.by_month,
        bases=reports.books is not None,
    )
    lang = reports.language
    with told(), of_files():
        if out is not None:
            check_list(out, source, procedure)
        if bad is not None:
            check_form(bad, source, procedure)
        check_levels(beside, reports)
        beside.check(source, procedure)
        reports.check()
        law = procedure_law(procedure_file(procedure))
        with (
            progress_to(sys.stderr) as progress,
            audited_log(source, law, working_calendar(), asked, today_at_office(), progress) as audit,
            opened() as connection,
        ):
            result = result_of(connection, audit.judged, beside.wanted)
            told_of = head(audit) | result.told()
            if out is not None:
                result.write(out, told_of)
            if bad is not None:
                write_bad(audit, bad)
            beside.hand_out(result)
            reports.hand_out(Told(result, audit.source, bad_note(audit)))
            *lines, last = log_lines(audit, lang, WIDTH)
            print_result(told_of, [*lines, *result_lines(result, lang), last], as_json=as_json, quiet=quiet)
            run = audit.run
            return code_of(findings=bool(run.breaches), complete=not (audit.bad or run.bad or run.undecidable))


def procedure_file(named: Path) -> Traversable:
    """Return the file of a procedure: one on the disk, else the shipped one of that name; raises WorkflowError."""
    from workflow.cli.common import definitions
    from workflow.errors import Text, WorkflowError
    from workflow.law.alone import procedures_alone

    if named.exists() or named.suffix:
        return named
    shipped = procedures_alone(definitions())
    if named.as_posix() not in shipped:
        known = "、".join(shipped)
        raise WorkflowError(
            Text(f"没有程序“{named}”", f"there is no procedure “{named}”"),
            Text(f"请给出文件，或者写：{known}", f"name a file, or one of: {known}"),
        )
    return shipped[named.as_posix()]
