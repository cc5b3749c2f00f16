"""What commands on the living record share: which database, who acts in which office, in which language, how it ends.

Who may read and write the database file may act as any of its accounts: the command line trusts the operating system's
user, as it trusts whoever opens a ledger. Accounts with passwords are asked for by the server, not here.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from workflow.cli.common import FAILED, Command, definitions, safe, told, with_options

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from workflow.engine.desk import Desk, Login
    from workflow.engine.laws import Laws
    from workflow.engine.log_acts import LogAct
    from workflow.engine.offices import Actor, HeldOffice
    from workflow.engine.reading import CaseRow
    from workflow.engine.requests import Request
    from workflow.engine.task import Answer, Task
    from workflow.seal import Plain
    from workflow.store.database import Database

Written = TypeVar("Written")
DONE, REFUSED = 0, 1  # 2: could not be dealt with at all
Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the options that all these commands have in common say."""

    data: Path | None = None
    database: str | None = None
    login: str | None = None
    office: int | None = None
    lang: Language = "zh"
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the desk: the database, the law, the desk with its clock, the account in one of its offices."""

    database: Database
    laws: Laws
    desk: Desk
    login: Login
    actor: Actor
    today: date

    @contextmanager
    def looking(self) -> Iterator[Task]:
        """Give what a look at the record needs, in one transaction that sees one state throughout."""
        from workflow.engine.task import Task

        with self.database.read() as connection:
            yield Task(connection, self.laws, self.actor, self.desk.clock())

    def noted(self, act: LogAct, case: CaseRow | None = None, **about: Plain) -> None:
        """Note in the log what is about to be shown, before it is."""
        from workflow.access.trail import note

        with self.database.write() as connection:
            note(connection, self.actor, act, self.desk.clock(), case=case, about=about)

    def submit(self, request: Request) -> Answer:
        """Hand in a request; raises as ``Desk.submit`` does."""
        return self.desk.submit(self.login, request)


def noted_unseated(database: Database, act: LogAct, **about: Plain) -> None:
    """Note in the log what a command without an account is about to show of many people, before it does.

    Raises DatabaseUnavailable where the database may not be written: then nothing is shown.
    """
    from workflow.access.trail import note_unseated

    written_unseated(database, lambda connection, now: note_unseated(connection, act, now, about))


def written_unseated(database: Database, work: Callable[[Connection, datetime], Written]) -> Written:
    """Return what a command without an account writes, in a transaction of its own, at the present moment."""
    from workflow.store.failures import retrying

    def unit() -> Written:
        with database.write() as connection:
            return work(connection, _clock()())

    return retrying(unit)


def on_database(command: Command) -> Command:
    """Add ``--data``, ``--database``, ``--lang`` and ``--json``; the command gets one argument, ``options``."""

    @functools.wraps(command)
    def collected(**given: Any) -> Any:  # noqa: ANN401 - click passes whatever the options say
        said = {field.name: given.pop(field.name) for field in fields(Options) if field.name in given}
        return command(options=Options(**said), **given)

    return with_options(_DATABASE, collected)


def at_desk(command: Command) -> Command:
    """Add the options of ``on_database``, and who acts: ``--as`` and ``--office``."""
    return with_options(_PERSON, on_database(command))


_DATABASE: tuple[Callable[[Command], Command], ...] = (
    click.option("--data", envvar="JISHI_DATA", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
                 help="Where the record is kept (JISHI_DATA); default: the user's own folder. / 数据目录"),
    click.option("--database", envvar="JISHI_DATABASE_URL", metavar="URL",
                 help="The database, if not the one in that folder (JISHI_DATABASE_URL). / 数据库地址"),
    click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language. / 语言"),
    click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for scripts. / 以 JSON 输出"),
)  # fmt: skip
_PERSON: tuple[Callable[[Command], Command], ...] = (
    click.option("--as", "login", envvar="JISHI_AS", metavar="LOGIN",
                 help="Whose account acts (JISHI_AS); who may write the database may act as anybody. / 以谁的账号办理"),
    click.option("--office", envvar="JISHI_OFFICE", type=int, metavar="N",
                 help="In which office, where the account holds several (JISHI_OFFICE). / 以哪一项职务办理"),
)  # fmt: skip


@contextmanager
def opened(options: Options, *, seated: bool = False) -> Iterator[Database]:
    """Give the database that the options name and close it in the end; errors are told and end the program.

    ``seated``: somebody acts in an office.
    """
    from workflow.keep.installation import data_directory, open_database
    from workflow.store.database import Database

    with told_at_desk(options, seated=seated):
        named = options.database
        database = Database(named) if named else open_database(data_directory(options.data))
        try:
            yield database
        finally:
            database.close()


@contextmanager
def seated(options: Options) -> Iterator[Seat]:
    """Give the seat of whoever acts, and close the database behind it; errors are told and end the program."""
    from workflow.calendar.office import office_day
    from workflow.engine.desk import Desk, Login
    from workflow.engine.offices import actor_of

    with opened(options, seated=True) as database:
        laws = _laws(definitions())
        clock = _clock()
        today = office_day(clock())
        with database.read() as connection:
            account = _account(connection, options.login)
            office = _office(connection, laws, account, options, today)
            actor = actor_of(connection, laws.organizations, account, office, today)
        yield Seat(database, laws, Desk(database, laws, clock), Login(account, office), actor, today)


def _clock() -> Callable[[], datetime]:
    """Return the clock: the one of a program that runs commands within itself and brings its own, else the only one."""
    from workflow.clock import now

    brought = click.get_current_context().find_root().obj
    return brought if callable(brought) else now


def _laws(root: Traversable) -> Laws:
    """Return the law of a folder of definitions, loaded once a process."""
    from workflow.engine.laws import load_laws

    if root not in _LOADED:
        _LOADED[root] = load_laws(root)
    return _LOADED[root]


_LOADED: dict[Traversable, Laws] = {}


def _account(connection: Connection, login: str | None) -> int:
    from sqlalchemy import select

    from workflow.errors import Text, WorkflowError
    from workflow.plain import harmless
    from workflow.store.tables import Account

    name = Text("请用 --as 或者环境变量 JISHI_AS 指明账号", "say whose account acts: --as LOGIN, or JISHI_AS")
    if not login:
        raise WorkflowError(Text("没有说明以谁的账号办理", "nobody is named who acts"), name)
    account = connection.scalar(select(Account.id).where(Account.login == login))
    if account is None:
        shown = harmless(login)[:64]
        raise WorkflowError(Text(f"没有账号“{shown}”", f"there is no account “{shown}”"), name)
    return account


def _office(connection: Connection, laws: Laws, account: int, options: Options, today: date) -> int:
    """Return the office that is asked for; else the only one that the account holds."""
    from workflow.engine.offices import NoOffice, offices_of
    from workflow.errors import Text, WorkflowError

    if options.office is not None:
        return options.office
    held = offices_of(connection, account, today)
    if not held:
        raise NoOffice(
            Text("这个账号目前没有担任任何职务，或者已停用", "this account holds no office today, or it is disabled"),
            Text("请管理员任命职务", "ask the administrator for an appointment"),
        )
    if len(held) > 1:
        zh = "；".join(_offered(laws, office, "zh") for office in held)
        en = "; ".join(_offered(laws, office, "en") for office in held)
        raise WorkflowError(
            Text("这个账号担任几项职务，须说明以哪一项办理", "this account holds several offices: say which one acts"),
            Text(f"请加上其中之一：{zh}", f"add one of these: {en}"),
        )
    return held[0].id


def _offered(laws: Laws, office: HeldOffice, lang: Language) -> str:
    role = laws.organizations.roles[office.role]
    deputy = {"zh": "（代理）", "en": " (deputy)"}[lang] if office.deputy else ""
    return f"--office {office.id} {office.organization} {role.zh if lang == 'zh' else role.en}{deputy}"


def print_json(plain: Mapping[str, Any]) -> None:
    """Print an answer for scripts: one JSON object, its keys in a stable order."""
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))


@contextmanager
def told_at_desk(options: Options, *, seated: bool = False) -> Iterator[None]:
    """Tell errors in the language asked for, or in JSON; exit code 1: the desk refused, 2: it could not be done."""
    from workflow.cli.telling import error_plain, is_refusal, refusal_lines
    from workflow.errors import WorkflowError

    with told(options.lang):
        try:
            yield
        except WorkflowError as error:
            refused = is_refusal(error, seated=seated)
            if options.as_json:
                print_json(error_plain(error, seated=seated))
            elif refused:
                click.echo(safe("\n".join(refusal_lines(error, options.lang))), err=True)
            else:
                raise
            raise SystemExit(REFUSED if refused else FAILED) from error
