"""``jishi audit FOLDER``: every ledger below a folder, judged into one report."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.common import told

if TYPE_CHECKING:
    from workflow.cli.audit import Judging
    from workflow.cli.audit_more import Reports
    from workflow.compliance.folder import FolderAudit

WIDTH = 110


def run_folder(
    source: Path, judging: Judging, out: Path | None, reports: Reports, *, as_json: bool, quiet: bool
) -> int:
    """Judge all ledgers below a folder, write and print what was found; return the exit code."""
    from workflow.cli.audit import code_of
    from workflow.compliance.books.ledgers import add_ledger, folder_index
    from workflow.compliance.folder import audited_folder
    from workflow.compliance.folder_summary import folder_json
    from workflow.compliance.listing import check_form
    from workflow.compliance.progress import progress_to

    with told():
        if out is not None:
            check_form(out)
        reports.check()
        _, _, day = judging.ready()
        lang = reports.language
        with (
            progress_to(sys.stderr) as progress,
            reports.of_ledgers(day) as shelf,
            audited_folder(
                source,
                lambda path: judging.judge(path, lambda _: lambda _done, _of: None),
                day,
                lang,
                hide_names=judging.pseudonymous,
                tell=progress("台账 / ledgers"),
                each=partial(add_ledger, shelf) if shelf else lambda _: None,
            ) as result,
        ):
            if out is not None:
                result.write(out, folder_json(result))
            if shelf is not None:
                shelf.index(result.folder, folder_index(result, shelf.whole(), lang))
        _print(result, lang, as_json=as_json, quiet=quiet)  # when all that was asked for stands in its place
        return code_of(findings=bool(result.findings), complete=result.complete)


def _print(result: FolderAudit, lang: str, *, as_json: bool, quiet: bool) -> None:
    from workflow.compliance.folder_summary import folder_json, folder_lines

    if as_json:
        click.echo(json.dumps(folder_json(result), ensure_ascii=False, indent=1))
        return
    lines = folder_lines(result, lang, WIDTH)
    for line in lines[-1:] if quiet else lines:
        click.echo(line)
