"""What the commands that keep an installation share: its database, its doctor, progress, and how things are said."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.common import definitions, safe
from workflow.cli.desk import Options, told_at_desk

if TYPE_CHECKING:
    from workflow.engine.laws import Laws
    from workflow.keep.archive import Manifest
    from workflow.keep.doctor import Doctor
    from workflow.keep.finding import Finding
    from workflow.keep.installation import Begun
    from workflow.store.database import Database

OWNER = "JISHI_OWNER_URL"  # PostgreSQL: the role that owns the tables; only ever from the environment
IMPORTER = "dx.zuzhiyuan"  # who imports the sample ledger
LOOKING = "检查档案 / looking at cases"


@contextmanager
def installation_of(options: Options, folder: str = "") -> Iterator[tuple[Path, Database]]:
    """Give the data directory and the database that the options name; errors are told and end the program."""
    from workflow.keep.installation import data_directory, open_database

    with told_at_desk(options):
        directory = data_directory(options.data) / folder
        database = open_database(directory, options.database, os.environ.get(OWNER))
        try:
            yield directory, database
        finally:
            database.close()


def sample_ledger(database: Database, laws: Laws, options: Options) -> list[str]:
    """Import the sample ledger into a sample without cases; return what was imported, nothing if there are cases."""
    from importlib.resources import as_file

    from sqlalchemy import select

    from workflow.cli.common import ledger_form
    from workflow.clock import now
    from workflow.engine.desk import Desk, Login
    from workflow.ledger.import_report import total_lines
    from workflow.ledger.importing import read_and_import
    from workflow.store.tables import Account, Case, Office

    with database.read() as connection:
        held = select(Account.id, Office.id).join(Office, Office.account_id == Account.id)
        seat = connection.execute(held.where(Account.login == IMPORTER)).one_or_none()
        if seat is None or connection.scalar(select(Case.id).limit(1)) is not None:
            return []
    with as_file(definitions() / "sample" / "branch-ledger.xlsx") as workbook, progress_shown() as report:
        desk, who = Desk(database, laws, now), Login(*seat)
        done = read_and_import(desk, who, workbook, ledger_form(), progress=lambda _: report)
    return list(total_lines(done.report, options.lang))


@contextmanager
def progress_shown() -> Iterator[Callable[[int, int], None]]:
    """Give a report of how far the walk over all cases has come, shown on standard error."""
    from workflow.compliance.progress import progress_to

    with progress_to(sys.stderr) as progress:
        yield progress(LOOKING)


def doctor_of(database: Database, directory: Path, report: Callable[[int, int], None] | None = None) -> Doctor:
    """Return the doctor for a database, with the definitions and the present instant."""
    from workflow.clock import now
    from workflow.keep.doctor import Doctor
    from workflow.keep.finding import silent

    return Doctor(database, directory, definitions(), now(), report or silent)


def say(lines: Sequence[str], *, sample: bool = False) -> None:
    """Print lines, each marked where the people in it are invented."""
    mark = "【示例】" if sample else ""
    for line in lines:
        click.echo(safe(mark + line))


def begun_lines(begun: Begun, lang: str) -> list[str]:
    """Return what a beginning made, for people."""
    made = {
        "database": {"zh": "数据库", "en": "database"},
        "installation": {"zh": "系统登记", "en": "installation"},
        "organization": {"zh": "组织和账号", "en": "organizations and accounts"},
    }
    names = [made[one][lang] for one in begun.made]
    if lang == "zh":
        lines = [f"已建立：{'、'.join(names)}" if names else "无需建立，均已存在", f"数据库：{begun.place}"]
        if begun.organization:
            lines.append(f"最上级组织：{begun.organization}；系统管理员：{begun.administrator}")
        return lines
    lines = [f"Made: {', '.join(names)}" if names else "Everything is there already", f"Database: {begun.place}"]
    if begun.organization:
        lines.append(f"At the top: {begun.organization}; administrator: {begun.administrator}")
    return lines


def begun_plain(begun: Begun) -> dict[str, Any]:
    """Return what a beginning made, for scripts."""
    return {
        "status": "made" if begun.made else "there",
        "database": begun.place,
        "sample": begun.sample,
        "organization": begun.organization,
        "administrator": begun.administrator,
        "made": list(begun.made),
    }


def following(begun: Begun, where: str) -> list[str]:
    """Return commands to go on with."""
    if begun.organization is None:
        return [f"jishi init{where} --organization 名称 --kind committee --administrator 登录名 --name 姓名"]
    if begun.sample:
        return [f"jishi todo{where} --as dx.zuzhiyuan", f"jishi case list{where} --as jg.shuji",
                f"jishi backup{where}", f"jishi doctor{where}"]  # fmt: skip
    return [f"jishi todo{where} --as LOGIN", f"jishi backup{where}", f"jishi doctor{where}"]


def finding_lines(findings: Sequence[Finding], lang: str) -> list[str]:
    """Return findings, for people."""
    return [line for one in findings for line in one.lines(lang)]


def manifest_line(manifest: Manifest, lang: str) -> str:
    """Return what a backup says of itself, for people."""
    if lang == "zh":
        return (f"{manifest.cases} 份档案、{manifest.entries} 条；版本 {manifest.edition}，程序 {manifest.program}，"
                f"制作于 {manifest.made_at}；SHA-256 {manifest.sha256}")  # fmt: skip
    return (f"{manifest.cases} cases, {manifest.entries} entries; edition {manifest.edition}, program "
            f"{manifest.program}, made at {manifest.made_at}; SHA-256 {manifest.sha256}")  # fmt: skip


def manifest_plain(manifest: Manifest) -> dict[str, Any]:
    """Return what a backup says of itself, for scripts."""
    from dataclasses import asdict

    return asdict(manifest)
