"""``jishi account``: who works here, in which offices, from which day to which; the own account of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workflow.cli.case_options import Said, print_lines
from workflow.cli.common import Command, day
from workflow.cli.desk import Options, at_desk, print_json, seated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workflow.engine.accounts import NewOffice
    from workflow.engine.registers import Holder
    from workflow.engine.task import Task

    Work = Callable[[Task], Holder]  # returns the account as it stands then
    Given = tuple[Holder, str | None]  # with the password that it was given


@click.group(name="account")
def account() -> None:
    """Keep accounts and offices: make an account, appoint, dismiss, disable. For administrators.

    账号和职务：建立账号、任命、免职、停用。由系统管理员办理；不能办理自己的账号和职务。

    Only accounts with an office in scope are seen. The command line asks for no password; the server does:
    give somebody a first one with “password”. / 命令行不问密码；首次登录网页用的一次性密码由 password 发放。
    An administrator sees no case and holds no other office. / 系统管理员不能查看个案，也不兼任其他职务。

    Exit code: 0 done; 1 refused; 2 could not be done.
    """


def _office_options(command: Command) -> Command:
    """Add what is said of an office that somebody gets."""
    for option in (
        click.option("--deputy-for", type=int, metavar="OFFICE", help="Stands in for this office (its number). / 代理"),
        click.option("--until", type=day, help="Last day; default: none. / 止日"),
        click.option("--from", "from_on", type=day, help="First day; default: today. / 起日，默认今天"),
        click.option("--role", required=True, help="The office, by code or name, such as 支部书记. / 职务"),
        click.option("--organization", help="Where; default: the own organization. / 任职的组织"),
    ):
        command = option(command)
    return command


@account.command(name="list", short_help="Accounts and their offices. / 账号列表")
@click.option(
    "--all", "everything", is_flag=True, help="Ended offices and disabled accounts, too. / 包括已免职、停用的"
)
@at_desk
def list_(options: Options, *, everything: bool) -> None:
    """List the accounts that hold an office in scope, with the number of each office.

    列出权限范围内的账号和职务。
    """
    from workflow.cli.account_text import account_plain, accounts_lines, alone, lasting
    from workflow.engine.registers import accounts_within

    with seated(options) as seat, seat.looking() as task:
        found = accounts_within(task.connection, task.actor)
        shown = found if everything else lasting(found, task.today)
        if options.as_json:
            print_json({"accounts": [account_plain(seat.laws, one) for one in shown]})
        else:
            print_lines([*accounts_lines(seat.laws, shown, options.lang), *alone(shown, options.lang)])


@account.command(short_help="Make an account with its first office. / 建立账号")
@click.argument("whom", metavar="LOGIN")
@click.option("--name", required=True, help="The person's name. / 姓名")
@click.option("--password", "with_password", is_flag=True, help="Give a one-time password, too. / 同时发放一次性密码")
@_office_options
@at_desk
def add(options: Options, **said: Said) -> None:
    """Make the account LOGIN for somebody, with a first office: without one nobody would see it.

    建立账号，并任命第一项职务。
    """
    from workflow.access.passwords import give_one_time
    from workflow.engine.accounts import NewAccount, create_account

    def work(task: Task) -> Given:
        new = NewAccount(said["whom"], said["name"])
        office = _office(task, said)
        made = create_account(task.connection, task.laws.organizations, task.actor, new, office, task.now)
        wanted = said["with_password"]
        password = give_one_time(task.connection, task.actor, made.uid, task.now) if wanted else None
        return _holder(task, made.login), password

    _say_given(options, work, "已建立账号", "Account made")


@account.command(short_help="Give a one-time password. / 发放一次性密码")
@click.argument("whom", metavar="LOGIN")
@at_desk
def password(options: Options, **said: Said) -> None:
    """Give the account LOGIN a password for signing in on the web; it is printed once, and changed at its first use.

    发放网页登录用的一次性密码，只显示这一次，首次登录后必须更换；原来的登录全部失效。
    管理员忘记自己的密码时，也在本机这样另取一个。
    """
    from workflow.access.passwords import first, give_one_time
    from workflow.access.trail import LogAct, note
    from workflow.engine.acting import require_right
    from workflow.engine.registers import account_called
    from workflow.law.organizations import Right

    def work(task: Task) -> Given:
        found = account_called(task.connection, task.actor, said["whom"])
        if found.id == task.actor.account_id:  # whoever is at this machine may act as anybody: so also come in again
            require_right(task.actor, Right.ADMINISTER)
            note(task.connection, task.actor, LogAct.PASSWORD_GIVEN, task.now, about={"account": found.uid.hex})
            return _holder(task, found.login), first(task.connection, found.id, task.now)
        return _holder(task, found.login), give_one_time(task.connection, task.actor, found.uid, task.now)

    _say_given(options, work, "已发放一次性密码", "One-time password given")


@account.command(name="appoint", short_help="Give an account an office. / 任命")
@click.argument("whom", metavar="LOGIN")
@_office_options
@at_desk
def appoint_(options: Options, **said: Said) -> None:
    """Give the account LOGIN a further office, or let it stand in for another one (--deputy-for).

    任命职务，或者代理他人的职务。
    """
    from workflow.engine.accounts import appoint
    from workflow.engine.registers import account_called

    def work(task: Task) -> Holder:
        found = account_called(task.connection, task.actor, said["whom"])
        appoint(task.connection, task.laws.organizations, task.actor, found.uid, _office(task, said))
        return _holder(task, found.login)

    _say(options, work, "已任命", "Appointed")


@account.command(name="dismiss", short_help="End an office. / 免职")
@click.argument("number", type=int, metavar="OFFICE")
@click.option("--until", type=day, help="Its last day; default: today. / 止日，默认今天")
@at_desk
def dismiss_(options: Options, **said: Said) -> None:
    """End OFFICE (its number in the list) after its last day, deputies with it.

    免去职务（编号见账号列表），代理随之结束。
    """
    from workflow.engine.accounts import dismiss
    from workflow.engine.registers import accounts_within

    def work(task: Task) -> Holder:
        before = accounts_within(task.connection, task.actor)
        dismiss(task.connection, task.actor, said["number"], said["until"] or task.today)
        held = next(one for one in before for office in one.offices if office.id == said["number"])
        return _holder(task, held.login, held)

    _say(options, work, "已免职", "Dismissed")


@account.command(short_help="Close an account. / 停用")
@click.argument("whom", metavar="LOGIN")
@at_desk
def disable(options: Options, **said: Said) -> None:
    """Close the account LOGIN: from now on it holds no office.

    停用账号。
    """
    from workflow.engine.accounts import disable_account
    from workflow.engine.registers import account_called

    def work(task: Task) -> Holder:
        found = account_called(task.connection, task.actor, said["whom"])
        disable_account(task.connection, task.actor, found.uid, task.now)
        return _holder(task, found.login)

    _say(options, work, "已停用", "Disabled")


@account.command(short_help="Whose case it is. / 关联本人账号")
@click.argument("case")
@click.argument("whom", metavar="[LOGIN]", required=False)
@click.option("--nobody", is_flag=True, help="The person has no account here. / 本人没有账号")
@at_desk
def own(options: Options, **said: Said) -> None:
    """Say that LOGIN is the account of the person whom CASE is about: nobody acts on the own case.

    关联档案当事人本人的账号；由上级组织有复核权限的人办理。确系同名的两个人，用 --nobody。
    """
    from workflow.cli.administering import dealt, tell
    from workflow.engine.accounts import link_own_account
    from workflow.engine.registers import account_called
    from workflow.errors import Text
    from workflow.law.organizations import Right

    if bool(said["whom"]) == said["nobody"]:
        raise click.UsageError("请写登录名，或者用 --nobody / name LOGIN, or say --nobody")

    def work(task: Task) -> str | None:
        found = account_called(task.connection, task.actor, said["whom"]) if said["whom"] else None
        uid = found.uid if found else None
        link_own_account(task.connection, task.laws.organizations, task.actor, said["case"], uid)
        return found.login if found else None

    with seated(options) as seat:
        login = dealt(seat, Right.CONFIRM, work)
        done = Text(f"{said['case']}：本人账号 {login or '无'}", f"{said['case']}: own account {login or 'none'}")
        tell(options, {"case": said["case"], "own_account": login}, done)


def _office(task: Task, said: Mapping[str, Said]) -> NewOffice:
    """Return the office that the options name."""
    from workflow.cli.administering import organization_named, role_called
    from workflow.engine.accounts import NewOffice
    from workflow.engine.scope import find_organization

    if said["organization"] is None:
        place = find_organization(task.connection, task.actor, task.actor.organization_uid)
    else:
        place = organization_named(task, said["organization"])
    role = role_called(task.laws, said["role"], place.kind)
    return NewOffice(place.uid, role, said["from_on"] or task.today, said["until"], said["deputy_for"])


def _holder(task: Task, login: str, before: Holder | None = None) -> Holder:
    """Return an account as it stands now; ``before``, without offices, where its only one was taken back."""
    from dataclasses import replace

    from workflow.engine.registers import accounts_within

    found = next((one for one in accounts_within(task.connection, task.actor) if one.login == login), None)
    if found is None and before is not None:
        return replace(before, offices=())
    if found is None:
        raise LookupError(login)
    return found


def _say(options: Options, work: Work, zh: str, en: str) -> None:
    """Do something about an account in one transaction and show how it stands now."""
    _say_given(options, lambda task: (work(task), None), zh, en)


def _say_given(options: Options, work: Callable[[Task], Given], zh: str, en: str) -> None:
    """Do the same, and print the password that was given: this once."""
    from workflow.cli.account_text import account_plain, accounts_lines, password_text
    from workflow.cli.administering import dealt, tell
    from workflow.errors import Text
    from workflow.law.organizations import Right

    with seated(options) as seat:
        holder, given = dealt(seat, Right.ADMINISTER, work)
        table = "\n".join(accounts_lines(seat.laws, [holder], options.lang))
        done = Text(f"{zh}：{holder.login}（{holder.name}）", f"{en}: {holder.login} ({holder.name})")
        plain = {"account": account_plain(seat.laws, holder)} | ({"password": given} if given else {})
        tell(options, plain, done, Text(table, table), password_text(given) if given else None)
