"""``jishi``: the group of all commands, each loaded when it is asked for."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from workflow.cli.common import safe

SIGNALLED = 128  # and the number of the signal: as shells say it
FAILED = 2  # 1 says that an audit found something: nothing else may end with it

COMMANDS = {
    "account": ("workflow.cli.account", "account", "Accounts and offices: who works here, as what / 账号和职务"),
    "audit": (
        "workflow.cli.audit",
        "audit",
        "Judge the cases of ledgers, a log, the record / 检查台账或档案",
    ),
    "case": ("workflow.cli.case", "case", "The living record: open, record, correct, confirm / 办理个案"),
    "backup": ("workflow.cli.keep", "backup", "Keep a verified copy of everything / 备份"),
    "doctor": ("workflow.cli.keep", "doctor", "Look whether everything is sound / 检查系统"),
    "init": ("workflow.cli.keep", "init", "Begin an installation / 建立系统"),
    "law": ("workflow.cli.law", "law", "Look at the law and prove its definitions / 查看并校验规则"),
    "ledger": ("workflow.cli.ledger", "ledger", "Ledgers into the record and out of it / 台账导入导出"),
    "member": ("workflow.cli.member", "member", "The rosters of the branches, with penalties / 党员名册"),
    "organization": ("workflow.cli.organization", "organization", "The tree of organizations, local practice / 组织"),
    "plan": ("workflow.cli.plan", "plan", "Earliest and latest days of what is to come / 推算日期"),
    "restore": ("workflow.cli.keep", "restore", "Bring a backup back, verified / 恢复备份"),
    "seal": ("workflow.cli.seal", "seal", "The sealed log: heads, receipts, export, verification / 封存与核验"),
    "todo": ("workflow.cli.todo", "todo", "What there is to do now / 待办"),
    "up": ("workflow.cli.up", "up", "Make what is missing, check it, serve the pages / 启动"),
    "view": ("workflow.cli.view", "view", "Tables of many cases, audited in bulk / 大批案卷"),
    "upgrade": ("workflow.cli.keep", "upgrade", "Bring the database to this edition / 升级数据库"),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used, and answers for what goes wrong."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run a command; an error that nobody foresaw asks to be reported and ends with 2."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")  # Windows consoles may speak another code page
        try:
            with _ended_in_order():
                return super().main(*args, **kwargs)
        except Exception as error:
            _tell(error)
            raise SystemExit(FAILED) from error

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the chosen command; who interrupts it, or stops reading, has no result."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("已中断 / interrupted", err=True)
            ctx.exit(FAILED)
        except click.UsageError as error:  # may quote the name of a file, which somebody else chose
            said = error.format_message()
            if safe(said) == said:
                raise
            raise click.UsageError(safe(said), error.ctx) from error
        except BrokenPipeError:  # the reader of a pipe has had enough: nothing more can be said there
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(FAILED)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return one command, None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands / 命令"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jishi", prog_name="jishi")
def main() -> None:
    """Jishi (纪实): keeps and checks the procedure of admitting Party members.

    发展党员全程纪实：记录并检查程序是否依规进行。
    """


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let who ends the program, or closes its terminal, end it as an error would: half-written files are removed.

    A signal that is ignored or answered by others (nohup, a program around this one) is left alone.
    """
    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    here = threading.current_thread() is threading.main_thread()
    ours = [number for number in asked if here and signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(SIGNALLED + number)


def _tell(error: Exception) -> None:
    """Say that the program is at fault; developers ask for more by JISHI_TRACEBACK."""
    if os.environ.get("JISHI_TRACEBACK"):
        click.echo(safe("".join(traceback.format_exception(error))), err=True, nl=False)
    name = type(error).__name__
    click.echo(
        safe(f"程序出错：{name}: {error}\n")
        + "这是程序本身的错误，不是台账的问题。请报告这段文字；设 JISHI_TRACEBACK=1 再运行，可得到详细位置。\n"
        "The program is at fault, not the ledger. Please report this; run again with JISHI_TRACEBACK=1 to see where.",
        err=True,
    )
