"""What several commands need: the definitions, the calendar, days from the command line, errors as messages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import click

from workflow.plain import harmless

if TYPE_CHECKING:
    from workflow.calendar import WorkingCalendar
    from workflow.errors import WorkflowError
    from workflow.law.timeline import Law
    from workflow.ledger import LedgerForm

FAILED = 2
Command = Callable[..., Any]
local_practice = click.option(
    "--overlay", "overlays", multiple=True, help="Add local practice, e.g. university. / 叠加地方规定"
)
LARGEST = 2_000_000  # bytes of a definition


def with_options(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    """Return a command with click's options added, shown in their order."""
    for add in reversed(options):
        command = add(command)
    return command


def day(text: str) -> date:
    """Return a day of the command line; anything else is an error that says how to write one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}”不是日期，请写成 2026-11-21 / is no day: write 2026-11-21") from None


def definitions() -> Traversable:
    """Return the folder of definitions: JISHI_DEFINITIONS if set, else the shipped one."""
    from workflow.law.loader import definitions_root

    return definitions_root(os.environ.get("JISHI_DEFINITIONS"))


def law() -> Law:
    """Return the law of recruitment from the definitions."""
    from workflow.law.timeline import load_law

    return load_law(definitions())


def working_calendar() -> WorkingCalendar:
    """Return the working calendar from the definitions."""
    from workflow.calendar import read_calendar

    return read_calendar(_text_of("calendar", "cn.yaml"), "calendar/cn.yaml")


def ledger_form() -> LedgerForm:
    """Return the form of the ledgers that branches keep, from the definitions."""
    from workflow.ledger import load_form

    return load_form(_text_of("forms", "branch-ledger.yaml"), "forms/branch-ledger.yaml")


def _text_of(folder: str, name: str) -> str:
    from workflow.errors import Text, WorkflowError

    file = definitions() / folder / name
    if not file.is_file():  # nor a pipe or a device, which may never end
        raise WorkflowError(Text(f"没有文件 {file}", f"there is no file {file}"))
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise WorkflowError(Text(f"{folder}/{name} 过大", f"{folder}/{name} has more than {LARGEST} bytes"))
    try:
        return data.decode()
    except UnicodeDecodeError:
        what = Text(f"{folder}/{name} 不是 UTF-8 编码的文本", f"{folder}/{name} is not text in UTF-8")
        raise WorkflowError(what) from None


def safe(text: str) -> str:
    """Return a message whose lines are its own: what it quotes from files and the command line steers no terminal."""
    return "\n".join(map(harmless, text.split("\n")))


@contextmanager
def told(lang: str | None = None) -> Iterator[None]:
    """Turn errors that a user can answer into a message and exit code 2; bugs still crash.

    ``lang``: the one language to tell them in; None: both.
    """
    from workflow.errors import WorkflowError

    try:
        yield
    except WorkflowError as error:
        click.echo(safe(f"错误 / error: {error}" if lang is None else _in_language(error, lang)), err=True)
        raise SystemExit(FAILED) from error
    except BrokenPipeError:  # nobody is left to be told
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(safe(f"错误 / error: {where}{error.strerror or error}"), err=True)
        raise SystemExit(FAILED) from error


def _in_language(error: WorkflowError, lang: str) -> str:
    """Return what happened and what to do, each on a line of its own."""
    lines = [("错误：" if lang == "zh" else "Error: ") + error.what.of(lang)]
    return "\n".join([*lines, *([error.remedy.of(lang)] if error.remedy else [])])
