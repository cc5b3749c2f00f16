"""``jishi ledger``: the workbooks of the branches into the record and out of it, and the undoing of an import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.case_options import why_option
from workflow.cli.common import ledger_form, safe
from workflow.cli.desk import Options, at_desk, print_json, seated

if TYPE_CHECKING:
    from workflow.engine.batches import BatchRow
    from workflow.engine.undoing import Undone
    from workflow.errors import Text
    from workflow.ledger.importing import Imported

DONE, ASIDE = 0, 1  # 1: something was left out, or could not be read


@click.group(name="ledger")
def ledger() -> None:
    """Import a ledger into the record, undo an import, export the record as a ledger.

    台账导入、撤销导入、导出。
    """


@ledger.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done and do nothing. / 只看不导")
@click.option("--quiet", is_flag=True, help="Print only the totals. / 只输出合计")
@at_desk
def import_(*, options: Options, file: Path, dry_run: bool, quiet: bool) -> None:
    """Take over the ledger FILE as found: new people, new facts; what differs is proposed as a correction.

    The same file again changes nothing. Exit code 0: every row was taken and every cell read; 1: something was left out
    or could not be read; 2: nothing could be done.

    导入台账：新增人员和新事实照录，与登记不同的提出更正，由第二人确认。
    """
    from workflow.compliance.progress import progress_to
    from workflow.ledger.importing import read_and_import

    with seated(options) as seat:
        form = ledger_form()
        with progress_to(sys.stderr) as progress:
            done = read_and_import(seat.desk, seat.login, file, form, dry_run=dry_run, progress=progress)
    _tell_import(done, options, dry_run=dry_run, quiet=quiet)
    raise SystemExit(DONE if done.report.complete else ASIDE)


def _tell_import(done: Imported, options: Options, *, dry_run: bool, quiet: bool) -> None:
    from workflow.ledger.import_report import report_lines, total_lines

    if options.as_json:
        print_json({"dry_run": dry_run, "batch": done.batch, **done.report.plain()})
        return
    for line in (total_lines if quiet else report_lines)(done.report, options.lang):
        click.echo(safe(line))
    if dry_run:
        _say(_text("这是预演，没有写入任何内容。", "This was a dry run: nothing was written."), options)
    elif done.batch is not None:
        undo = f"jishi ledger undo {done.batch} --reason"
        zh, en = f"批次 {done.batch}。撤销：{undo} 理由", f"Batch {done.batch}. To undo it: {undo} WHY"
        _say(_text(zh, en), options)
    else:
        _say(_text("没有写入新的条目。", "No entry was written."), options)


@ledger.command(name="undo")
@click.argument("batch")
@why_option
@at_desk
def undo(*, options: Options, batch: str, reason: str) -> None:
    """Undo the import BATCH: its entries are withdrawn, what it brought is erased; nothing else is deleted.

    Cases in which somebody has acted since are left as they are, and named. Exit code 1: there are such.

    撤销一次导入。其后已有人办理的档案保留不动。
    """
    from workflow.compliance.progress import progress_to
    from workflow.engine.undoing import undo_import

    with seated(options) as seat, progress_to(sys.stderr) as progress:
        done = undo_import(seat.desk, seat.login, batch, progress("撤销 / undoing"), reason=reason)
    _tell_undone(done, options)
    raise SystemExit(ASIDE if done.left else DONE)


def _tell_undone(done: Undone, options: Options) -> None:
    if options.as_json:
        left = [{"case": one.case, "why": {"zh": one.why.zh, "en": one.why.en}} for one in done.left]
        print_json(
            {"batch": done.batch, "again": done.again, "cases": done.cases, "entries": done.entries, "left": left}
        )
        return
    for one in done.left:
        _say(_text(f"保留 {one.case}：{one.why.zh}", f"left {one.case}: {one.why.en}"), options)
    if done.again:
        _say(_text(f"批次 {done.batch} 此前已经撤销。", f"Batch {done.batch} was undone before."), options)
    else:
        zh = f"批次 {done.batch} 已撤销：{done.cases}份档案，{done.entries}条。"
        en = f"Batch {done.batch} is undone: {done.cases} cases, {done.entries} entries."
        _say(_text(zh, en), options)


@ledger.command(name="batches")
@at_desk
def batches(*, options: Options) -> None:
    """List the imports of your scope, the newest first.

    列出导入批次。
    """
    from workflow.engine.batches import batches as found

    with seated(options) as seat, seat.database.read() as connection:
        rows = found(connection, seat.actor)
    if options.as_json:
        print_json({"batches": [_batch_plain(row) for row in rows]})
        return
    for row in rows:
        _say(_batch_text(row), options)
    if not rows:
        _say(_text("没有导入过台账。", "No ledger was imported."), options)


def _batch_plain(row: BatchRow) -> dict[str, object]:
    return {
        "batch": row.id, "uid": row.uid.hex, "made_at": row.made_at.isoformat(), "account": row.account,
        "organization": row.organization, "form": row.form, "file_hash": row.file_hash, "undoes": row.undoes,
        "undone_by": row.undone_by, "cases": row.cases, "entries": row.entries,
    }  # fmt: skip


def _batch_text(row: BatchRow) -> Text:
    from workflow.calendar.office import office_day

    head = f"{row.id}  {office_day(row.made_at)}  {row.account}  {row.organization}  {row.file_hash[:12]}"
    zh, en = f"{head}  {row.cases}份档案 {row.entries}条", f"{head}  {row.cases} cases, {row.entries} entries"
    if row.undoes is not None:
        return _text(f"{zh}  撤销批次 {row.undoes}", f"{en}  undoes batch {row.undoes}")
    if row.undone_by is not None:
        return _text(f"{zh}  已由批次 {row.undone_by} 撤销", f"{en}  undone by batch {row.undone_by}")
    return _text(zh, en)


@ledger.command(name="export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--organization", metavar="NAME", help="Only this organization and what stands below it. / 只导出此组织")
@at_desk
def export(*, options: Options, file: Path, organization: str | None) -> None:
    """Write the record of your scope to FILE (.xlsx) as a ledger of the same form. A file that exists is kept.

    按同一格式导出台账。
    """
    from workflow.compliance.files import whole
    from workflow.compliance.progress import progress_to
    from workflow.engine.log_acts import LogAct
    from workflow.ledger.exporting import export_ledger

    with seated(options) as seat, progress_to(sys.stderr) as progress:
        _check_new(file)
        form = ledger_form()
        seat.noted(LogAct.LEDGER_EXPORTED)
        with whole(file) as target:
            done = export_ledger(
                seat.desk, seat.login, form, target, organization=organization, progress=progress("导出 / exporting")
            )
    if options.as_json:
        print_json({"file": str(file), "people": done.people, "members": done.members, "sample": done.sample})
        return
    zh = f"已导出：{done.people}人，党员{done.members}人 → {file}"
    _say(_text(zh, f"Exported: {done.people} people, {done.members} members → {file}"), options)


def _check_new(file: Path) -> None:
    """Refuse what is no workbook's name, and to write over a file: somebody may have gone on working in it."""
    from workflow.compliance.files import NotWritten

    if file.suffix.lower() != ".xlsx":
        raise NotWritten(
            _text(f"不知道怎样写“{file.name}”。", f"“{file.name}” names no form of file that can be written."),
            _text("请以 .xlsx 结尾。", "End the name with .xlsx."),
        )
    if file.exists() or file.is_symlink():
        raise NotWritten(
            _text(f"“{file}”已经存在，不会覆盖。", f"“{file}” is there already and is not overwritten."),
            _text("请换一个文件名。", "Choose another name."),
        )


def _text(zh: str, en: str) -> Text:
    from workflow.errors import Text

    return Text(zh, en)


def _say(text: Text, options: Options) -> None:
    click.echo(safe(text.of(options.lang)))
