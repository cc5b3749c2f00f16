"""``jishi init``, ``backup``, ``restore``, ``upgrade``, ``doctor``: keeping an installation."""

from __future__ import annotations

from pathlib import Path

import click

from workflow.cli.common import definitions
from workflow.cli.desk import Options, on_database, print_json
from workflow.cli.keeping import (
    begun_lines,
    begun_plain,
    doctor_of,
    finding_lines,
    installation_of,
    manifest_line,
    manifest_plain,
    progress_shown,
    say,
)


@click.command(name="init")
@on_database
@click.option("--organization", required=True, help="Name of the organization at the top. / 最上级组织的名称")
@click.option("--kind", required=True, help="Its kind, such as committee; see definitions/organizations.yaml. / 类别")
@click.option("--administrator", required=True, metavar="LOGIN", help="Who administers it. / 系统管理员登录名")
@click.option("--name", required=True, help="The administrator's name. / 系统管理员姓名")
def init(*, options: Options, organization: str, kind: str, administrator: str, name: str) -> None:
    """Begin an installation: database, first organization, first administrator. Safe to run again.

    建立系统：数据库、最上级组织和系统管理员。可以重复运行。
    """
    from workflow.clock import now
    from workflow.engine.laws import load_laws
    from workflow.keep.installation import Founding, initialise

    with installation_of(options) as (directory, database):
        founding = Founding(organization, kind, administrator, name)
        begun = initialise(database, directory, load_laws(definitions()), founding, now())
    if options.as_json:
        print_json(begun_plain(begun))
        return
    say(begun_lines(begun, options.lang))


@click.command(name="backup")
@on_database
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def backup(*, options: Options, file: Path | None) -> None:
    """Write a verified backup to FILE, while others go on working; default: in the data directory's backups.

    制作并校验备份。Exit code: 0 made and sound; 1 made, but the record in it is not sound; 2 not made.
    """
    from workflow.clock import now
    from workflow.keep.archive import new_file
    from workflow.keep.backup import FOLDER, back_up

    with installation_of(options) as (directory, database):
        instant = now()
        target = file.absolute() if file else new_file(directory / FOLDER, instant)
        with progress_shown() as report:
            made = back_up(database, target, instant, report)
    if options.as_json:
        print_json({"status": "made", "file": str(made.path), **manifest_plain(made.manifest),
                    "checks": [one.plain() for one in made.findings]})  # fmt: skip
    else:
        done = {"zh": f"已备份：{made.path}", "en": f"Backup made: {made.path}"}[options.lang]
        lines = [done, manifest_line(made.manifest, options.lang)]
        if made.findings:
            said = {"zh": "备份与数据库一致，但其中的记录不完好：", "en": "The record in it is not sound:"}
            lines.append(said[options.lang])
        say([*lines, *finding_lines(made.findings, options.lang)], sample=made.manifest.sample)
    raise SystemExit(1 if made.findings else 0)


@click.command(name="restore")
@on_database
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put it in the place of what is there, which is kept. / 取代现有数据库")
@click.option("--another-installation", is_flag=True, help="Although made of another one. / 即使是另一系统的备份")
@click.option("--despite-faults", is_flag=True, help="Although its history has faults. / 即使记录有问题也恢复")
@click.option("--verify-only", is_flag=True, help="Only look at it; change nothing. / 只校验，不恢复")
def restore(
    *, options: Options, file: Path, replace: bool, another_installation: bool, despite_faults: bool, verify_only: bool
) -> None:
    """Restore the backup FILE: verified in a new place first, then put in the old one's stead.

    恢复备份：先在新位置校验，通过后才取代；原有数据库改名保留。
    Exit code: 0 sound; 1 --verify-only found something, or --despite-faults was needed; 2 nothing was restored.
    """
    from workflow.clock import now
    from workflow.engine.laws import load_laws
    from workflow.keep.restore import How, verify
    from workflow.keep.restore import restore as put

    with installation_of(options) as (_, database), progress_shown() as report:
        laws = load_laws(definitions())
        if verify_only:
            manifest, findings = verify(database, file, laws, report)
            kept = None
        else:
            how = How(replace=replace, another=another_installation, despite_faults=despite_faults, report=report)
            done = put(database, file, laws, now(), how)
            manifest, findings, kept = done.manifest, done.findings, done.kept
    status = "verified" if verify_only else "restored"
    if options.as_json:
        print_json({"status": status, "file": str(file), **manifest_plain(manifest), "kept": kept,
                    "checks": [one.plain() for one in findings]})  # fmt: skip
    else:
        said = {"verified": {"zh": "已校验（没有恢复）", "en": "Verified (nothing was restored)"},
                "restored": {"zh": f"已恢复到 {database.place}", "en": f"Restored to {database.place}"}}  # fmt: skip
        lines = [said[status][options.lang], manifest_line(manifest, options.lang)]
        if kept:
            lines.append({"zh": f"原有数据库保留为 {kept}", "en": f"What was there is kept as {kept}"}[options.lang])
        say([*lines, *finding_lines(findings, options.lang)], sample=manifest.sample)
    raise SystemExit(1 if findings else 0)


@click.command(name="upgrade")
@on_database
def upgrade(*, options: Options) -> None:
    """Bring the database to this program's edition: backup, migration, self-check. Stop everything else first.

    升级数据库：备份、迁移、自检；任何一步失败都回到原样。请先停止其他 jishi 程序。
    """
    from workflow.clock import now
    from workflow.engine.laws import load_laws
    from workflow.keep.archive import new_file
    from workflow.keep.backup import FOLDER
    from workflow.keep.upgrade import upgrade as bring_up

    with installation_of(options) as (directory, database), progress_shown() as report:
        instant = now()
        target = new_file(directory / FOLDER, instant)
        done = bring_up(database, target, load_laws(definitions()), instant, report)
    kept = str(done.backup.path) if done.backup else None
    if options.as_json:
        status = "upgraded" if done.backup else "newest"
        print_json({"status": status, "before": done.before, "after": done.after, "backup": kept})
    elif done.backup is None:
        say([{"zh": f"已是最新版本 {done.after}，无需升级",
                        "en": f"Edition {done.after} is the newest: nothing to do"}[options.lang]])  # fmt: skip
    else:
        say([{"zh": f"已从版本 {done.before} 升级到 {done.after}；升级前的备份：{kept}",
                        "en": f"Upgraded from edition {done.before} to {done.after}; the backup made before: {kept}"}
                       [options.lang]])  # fmt: skip


@click.command(name="doctor")
@on_database
@click.option("--renew", is_flag=True, help="Make to-do lists anew where they differ. / 重新生成有出入的待办")
def doctor(*, options: Options, renew: bool) -> None:
    """Look whether everything is sound: database, history, definitions, surroundings.

    检查系统是否完好，并说明怎么办。Exit code: 0 all is well; 1 something was found; 2 it could not look.
    """
    from workflow.keep.doctor import exit_code

    with installation_of(options) as (directory, database), progress_shown() as report:
        looking = doctor_of(database, directory, report)
        findings = list(looking.examine())
        renewed = looking.renew() if renew else 0
        if renewed:
            findings = list(looking.examine())
    code = exit_code(findings)
    if options.as_json:
        status = {0: "good", 1: "found", 2: "unknown"}[code]
        print_json({"status": status, "renewed": renewed, "checks": [one.plain() for one in findings]})
    else:
        lines = finding_lines(findings, options.lang)
        if renewed:
            lines.append({"zh": f"重新生成了 {renewed} 份待办", "en": f"{renewed} to-do lists made anew"}[options.lang])
        say(lines, sample=looking.sample)
    raise SystemExit(code)
