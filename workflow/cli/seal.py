"""``jishi seal``: sealing what was recorded, heads that leave the machine, receipts, export and verification."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.common import definitions, safe, told
from workflow.cli.desk import Options, at_desk, on_database, print_json, seated
from workflow.cli.keeping import installation_of, say
from workflow.errors import Text

if TYPE_CHECKING:
    from workflow.engine.log_acts import LogAct
    from workflow.sealing.export import Exported
    from workflow.sealing.sealer import Sealer
    from workflow.sealing.standing import Standing
    from workflow.store.database import Database

TEXT_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(name="seal")
def seal() -> None:
    """Seal the record, so that nobody can rewrite it unseen; let others check it.

    封存记录，供他人核验。
    """


@contextmanager
def _sealer(options: Options) -> Iterator[tuple[Database, Sealer]]:
    from workflow.clock import now
    from workflow.engine.laws import load_laws
    from workflow.sealing.keys import FOLDER, KeyRing
    from workflow.sealing.sealer import Sealer

    with installation_of(options) as (directory, database):
        yield database, Sealer(database, load_laws(definitions()), KeyRing(directory / FOLDER), now)


@seal.command(name="run")
@on_database
@click.option("--once", is_flag=True, help="Seal what there is and end. / 只封存一次")
def run(*, options: Options, once: bool) -> None:
    """Seal every second what was recorded; jishi up does so by itself.

    每秒封存一次；jishi up 已包含。

    Exit code of --once: 0 all sealed; 1 some lines are not, because they were altered; 2 nothing could be sealed.
    """
    from threading import Event

    with _sealer(options) as (_, sealer):
        if not once:
            say([Text("正在封存，按 Ctrl+C 停止", "Sealing; Ctrl+C ends it").of(options.lang)])
            sealer.run(Event())
        done = sealer.seal()
    size = done.head.size if done.head else 0
    if options.as_json:
        held = [{"kind": one.kind, "case": one.case, "entry": one.entry} for one in done.held]
        print_json({"sealed": done.sealed, "size": size, "held": held})
    else:
        zh, en = f"新封存{done.sealed}条，日志共{size}条", f"sealed {done.sealed} lines; the log has {size}"
        say([Text(zh, en).of(options.lang), *(_held(one.case, one.entry).of(options.lang) for one in done.held)])
    raise SystemExit(1 if done.held else 0)


def _held(case: str | None, entry: int | None) -> Text:
    where = Text(f"{case} 第{entry}条", f"{case}, entry {entry}") if case else Text("一条日志", "a line of the log")
    return Text(f"未封存：{where.zh}与写入时不符", f"not sealed: {where.en} is not as it was written")


@seal.command(name="status")
@on_database
def status(*, options: Options) -> None:
    """Say how the seal stands. 查看封存情况。Exit code: 0 well; 1 something wants attention."""
    from workflow.clock import now
    from workflow.engine.lights import Light
    from workflow.sealing.standing import standing

    with installation_of(options) as (_, database), database.read() as connection:
        found, instant = standing(connection), now()
    light = found.light(instant)
    if options.as_json:
        print_json(_plain(found) | {"light": light.value})
    else:
        say(_standing_lines(found, options.lang, instant.isoformat(timespec="seconds")))
    raise SystemExit(0 if light is Light.OK else 1)


def _plain(found: Standing) -> dict[str, Any]:
    return {
        "origin": found.log.origin if found.log else None,
        "key": found.log.vkey if found.log else None,
        "size": found.head.size if found.head else 0,
        "root": found.head.root if found.head else None,
        "sealed_at": found.head.made_at.isoformat() if found.head else None,
        "waits": found.waits,
        "held": found.held,
        "outside": [{"size": one.size, "at": one.at.isoformat(), "by": one.name} for one in found.outside],
    }


def _standing_lines(found: Standing, lang: str, instant: str) -> list[str]:
    if found.log is None or found.head is None:
        return [Text("还没有封存", "nothing is sealed yet").of(lang)]
    cut = Text("以上", " or more") if found.cut else Text("", "")
    lines = [
        Text(f"日志：{found.log.origin}", f"Log: {found.log.origin}"),
        Text(f"公钥：{found.log.vkey}", f"Key: {found.log.vkey}"),
        Text(f"已封存{found.head.size}条，待封存{found.waits}条{cut.zh}",
             f"{found.head.size} lines are sealed, {found.waits}{cut.en} wait"),
    ]  # fmt: skip
    if found.held:
        lines.append(Text(f"有{found.held}条与写入时不符，未封存：请运行 jishi doctor",
                          f"{found.held} lines are not as they were written: run jishi doctor"))  # fmt: skip
    if found.outside:
        last = found.outside[0]
        at = last.at.isoformat(timespec="minutes")
        lines.append(Text(f"最近一次对外：{at}，{last.size}条，{last.name or '已发布'}",
                          f"Last outside: {at}, at {last.size} lines, {last.name or 'handed out'}"))  # fmt: skip
    else:
        lines.append(Text("封存点还没有离开过本机：在此之前被改写是看不出来的，请执行 jishi seal publish",
                          "No head has left this machine: until one does, rewriting cannot be seen. "
                          "Run jishi seal publish"))  # fmt: skip
    lines.append(Text(f"（{instant}）", f"({instant})"))
    return [one.of(lang) for one in lines]


@seal.command(name="publish")
@on_database
@click.option("--to", "target", type=NEW_FILE, help="A new file; default: standard output. / 写入新文件")
@click.option("--since", type=click.IntRange(0), help="The size that the receiver has seen. / 对方上次所见条数")
def publish(*, options: Options, target: Path | None, since: int | None) -> None:
    """Hand out the newest signed head: send it to a superior, print it, put it on a stick. Daily, at least.

    给出最新的封存点：发送上级、打印或者拷出，至少每日一次。
    """
    from workflow.clock import now
    from workflow.engine.log_acts import LogAct
    from workflow.sealing.keys import KeyMissing
    from workflow.sealing.outside import publish as hand_out
    from workflow.sealing.succession import program_line

    with _sealer(options) as (database, sealer):
        with database.write() as connection:
            program_line(connection, LogAct.SEAL_PUBLISHED, {}, now())
        try:
            sealer.seal()
        except KeyMissing as error:  # the newest head can leave all the same
            click.echo(safe(str(error)), err=True)
        with database.write() as connection:
            bundle = hand_out(connection, now(), since)
        if target is None:
            click.echo(bundle.text(), nl=False)
            return
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(bundle.text())
    say([Text(f"已写入 {target}", f"Written to {target}").of(options.lang)])


@seal.command(name="key")
@click.argument("name")
@click.option("--to", "target", type=NEW_FILE, required=True, help="A new file for the secret key. / 私钥文件")
def key(name: str, target: Path) -> None:
    """Make a key with which this office countersigns the heads of others.

    生成会签密钥。

    Prints the public key, which the other office keeps. NAME: without spaces, such as wei.example.cn.
    """
    import os

    from workflow.seal.note import NoteFault, Signer

    with told("zh"):
        try:
            signer = Signer.make(name)
        except NoteFault as error:
            raise click.UsageError("名称不得含空格和加号 / no spaces and no + in a name") from error
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(signer.text + "\n")
    click.echo(signer.cosigning_key.vkey)


@seal.command(name="countersign")
@click.argument("file", type=TEXT_FILE)
@click.option("--log-key", required=True, type=TEXT_FILE, help="The log's public key, as you know it. / 对方日志公钥")
@click.option("--key", "secret", required=True, type=TEXT_FILE, help="Your secret key (jishi seal key). / 本单位私钥")
@click.option("--seen", required=True, type=NEW_FILE, help="Where the head seen last is remembered. / 上次所见封存点")
@click.option("--to", "target", type=NEW_FILE, help="A new file; default: standard output. / 会签写入新文件")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language. / 语言")
def countersign(*, file: Path, log_key: Path, secret: Path, seen: Path, target: Path | None, lang: str) -> None:
    """Check that another office's head continues the last one seen, and countersign it. Needs no database.

    核对另一单位的封存点是上次所见的延续，然后会签。
    """
    from workflow.clock import now
    from workflow.seal.note import NoteFault, Signer
    from workflow.sealing.outside import countersign as sign

    with told(lang):
        before = seen.read_text(encoding="utf-8") if seen.exists() else None
        try:
            signer = Signer.of(secret.read_text(encoding="ascii"))
        except (NoteFault, UnicodeError) as error:
            raise click.UsageError("不是会签私钥 / this is no secret key") from error
        line, note = sign(file.read_text(encoding="utf-8"), log_key.read_text(encoding="utf-8"), before, signer, now())
        _replace(seen, note)
        if target is not None:
            with target.open("x", encoding="utf-8", newline="\n") as written:
                written.write(line)
    if target is None:
        click.echo(line, nl=False)


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is either the old or the new one, whatever happens meanwhile."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)


@seal.command(name="receive")
@on_database
@click.argument("file", type=TEXT_FILE)
@click.option("--key", "vkey", required=True, type=TEXT_FILE, help="The countersigner's public key. / 会签单位公钥")
def receive(*, options: Options, file: Path, vkey: Path) -> None:
    """Keep another office's countersignature of one of our heads.

    登记另一单位的会签。
    """
    from workflow.clock import now
    from workflow.engine.log_acts import LogAct
    from workflow.sealing.outside import take_in
    from workflow.sealing.succession import program_line

    with installation_of(options) as (_, database), database.write() as connection:
        found = take_in(connection, file.read_text(encoding="utf-8"), vkey.read_text(encoding="utf-8"), now())
        program_line(connection, LogAct.SEAL_COUNTERSIGNED, {"size": found.size}, now())
    zh, en = f"已登记对{found.size}条封存点的会签", f"Kept: the head at {found.size} lines is countersigned"
    say([Text(zh, en).of(options.lang)])


@seal.command(name="receipt")
@at_desk
@click.argument("case")
@click.argument("entry", type=click.IntRange(1), required=False)
@click.option("--to", "target", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="A new folder. / 新文件夹")  # fmt: skip
def receipt(*, options: Options, case: str, entry: int | None, target: Path) -> None:
    """Write the receipts of a case's entries, or of one: each entry's exact bytes and the proof that it is sealed.

    给出个案各条（或者其中一条）的封存回执。
    """
    from workflow.engine.log_acts import LogAct
    from workflow.engine.scope import find_case
    from workflow.sealing.receipts import receipt_of

    with seated(options) as seat, seat.looking() as task:
        found = find_case(task.connection, task.actor, case)
        seat.noted(LogAct.CASE_EXPORTED, found, **({"entry": entry} if entry else {}))
        numbers = [entry] if entry else range(1, found.head.entries + 1)
        target.mkdir(parents=True)
        for number in numbers:
            body, proof = receipt_of(task.connection, found.id, number)
            (target / f"{found.number}-{number:03d}.json").write_bytes(body)
            (target / f"{found.number}-{number:03d}.tlog-proof").write_text(proof, encoding="utf-8", newline="\n")
    say([Text(f"已写入 {target}", f"Written to {target}").of(options.lang)])


@seal.command(name="export")
@on_database
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--log", "origin", metavar="NAME", help="A closed log; default: the one that grows. / 已结束的日志")
def export(*, options: Options, folder: Path, origin: str | None) -> None:
    """Write the sealed record into the new FOLDER, with the program that checks it.

    导出封存记录及核验程序。
    """
    from workflow.engine.log_acts import LogAct

    with _sealer(options) as (database, sealer):
        made = _exported(database, sealer, folder, LogAct.SEAL_EXPORTED, origin)
    zh = f"已导出{made.lines}条到 {folder}；核验：python3 verify.py {folder} --key 公钥 --checkpoint 封存点"
    en = f"Exported {made.lines} lines to {folder}; check: python3 verify.py {folder} --key KEY --checkpoint NOTE"
    say([Text(zh, en).of(options.lang)])


def _exported(database: Database, sealer: Sealer, folder: Path, act: LogAct, origin: str | None = None) -> Exported:
    from workflow.clock import now
    from workflow.compliance.progress import progress_to
    from workflow.sealing.export import export as write
    from workflow.sealing.growing import LogDamaged
    from workflow.sealing.keys import KeyMissing
    from workflow.sealing.succession import program_line

    try:
        sealer.note_law()
        sealer.seal()
    except (LogDamaged, KeyMissing) as error:  # what is there can be taken along all the same: then above all
        click.echo(safe(str(error)), err=True)
    with database.write() as connection:
        program_line(connection, act, {"log": origin} if origin else {}, now())
    with database.read() as connection, progress_to(sys.stderr) as progress:
        told = progress("导出 / exporting")
        return write(connection, sealer.laws, folder, now(), progress=told, origin=origin)


@seal.command(name="verify", context_settings={"ignore_unknown_options": True})
@on_database
@click.option("--checkpoint", type=TEXT_FILE, help="A head kept outside; without one nothing is proved. / 外部封存点")
@click.option("--key", "vkey", type=TEXT_FILE, help="The log's key as known outside; default: the stored one. / 公钥")
def verify(*, options: Options, checkpoint: Path | None, vkey: Path | None) -> None:
    """Check everything now, as an inspector does: the export, by the same program.

    立即核验全部封存记录。

    Exit code: 0 good; 1 altered; 2 undecided.
    """
    from workflow.engine.log_acts import LogAct

    with _sealer(options) as (database, sealer), TemporaryDirectory(prefix="jishi-verify-") as name:
        made = _exported(database, sealer, Path(name) / "export", LogAct.SEAL_VERIFIED)
        program = [sys.executable, "-I", str(made.folder / "verify.py"), str(made.folder)]
        known = vkey or made.folder / "key.txt"
        said = ["--key", str(known), *(["--checkpoint", str(checkpoint)] if checkpoint else [])]
        ended = subprocess.run([*program, *said, *(["--json"] if options.as_json else [])], check=False)  # noqa: S603 - our own file
    raise SystemExit(ended.returncode)


@seal.command(name="rotate")
@on_database
def rotate(*, options: Options) -> None:
    """Go on in a new log under a new key; the old one ends with a line that says so.

    换用新密钥，启用新日志。
    """
    from workflow.clock import now
    from workflow.sealing.logs import alone
    from workflow.sealing.succession import succeed

    with _sealer(options) as (database, sealer):
        sealer.seal()
        with database.write() as connection:
            alone(connection)
            log = succeed(connection, sealer.laws, sealer.keys, now())
    say([Text(f"新日志：{log.origin}", f"New log: {log.origin}").of(options.lang), log.vkey])


@seal.command(name="reopen")
@on_database
def reopen(*, options: Options) -> None:
    """Close a damaged log, or one whose key is lost, at its last good head; go on in a new one.

    日志损坏后另启新日志。

    What lies behind that head is sealed anew. Tell the auditors: the new log begins with the head that stands.
    """
    from workflow.clock import now
    from workflow.sealing.succession import reopen as again

    with _sealer(options) as (database, sealer):
        with database.write() as connection:
            log, good = again(connection, sealer.laws, sealer.keys, now())
        done = sealer.seal()
    stood = good.size if good else 0
    zh, en = f"旧日志到第{stood}条为止有效", f"the old log stands up to {stood} lines"
    told_so = (
        Text(zh, en), Text(f"新日志：{log.origin}", f"New log: {log.origin}"),
        Text(f"公钥：{log.vkey}", f"Key: {log.vkey}"),
        Text(f"重新封存{done.sealed}条", f"sealed anew: {done.sealed} lines"),
    )  # fmt: skip
    say([one.of(options.lang) for one in told_so])
