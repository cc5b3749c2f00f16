"""``jishi member``: the rosters of the branches, by which sponsors and talkers are judged; penalties."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from workflow.cli.case_options import Said, print_lines
from workflow.cli.common import day
from workflow.cli.desk import Options, at_desk, print_json, seated

if TYPE_CHECKING:
    from workflow.case.roster import PenaltyKind
    from workflow.engine.members import NewPenalty
    from workflow.engine.registers import NotedPenalty, RosterLine
    from workflow.engine.scope import OrganizationRow
    from workflow.engine.task import Task

    Work = Callable[[Task], int]  # returns the number of the line that it made or changed

standing_option = click.option(
    "--standing", help="正式党员 (full), 预备党员 (probationary), 不详 (unknown). / 党员身份"
)
full_option = click.option("--full-on", type=day, help="Day of full membership. / 成为正式党员的日期")


@click.group(name="member")
def member() -> None:
    """Keep the rosters of the branches: members, their standing, penalties in force. By whoever records for a branch.

    党员名册：增加、更改、删除，处分。由支部或者上级有登记权限的人办理；系统管理员看不到名册。

    MEMBER is the number of a line (member list), or a name that one line in scope bears. Sponsors and talkers are
    judged by the roster; of a branch without one nothing is known, which is no fault.

    Exit code: 0 done; 1 refused; 2 could not be done.
    """


@member.command(name="list", short_help="Who stands on the roster. / 名册")
@click.option("--branch", help="Only here and below; default: all in scope. / 支部或者组织")
@at_desk
def list_(options: Options, *, branch: str | None) -> None:
    """List the rosters in scope, with the number of each line and of each penalty.

    列出权限范围内的党员名册。
    """
    from workflow.cli.administering import looking, organization_named
    from workflow.cli.member_text import roster_lines, roster_plain
    from workflow.engine.log_acts import LogAct
    from workflow.engine.registers import rosters_within
    from workflow.law.organizations import Right

    with seated(options) as seat, looking(seat, Right.READ) as task:
        path = organization_named(task, branch).path if branch else task.actor.path
        found = rosters_within(task.connection, task.actor, path)
        seat.noted(LogAct.ROSTER_READ, rows=len(found))
        if options.as_json:
            print_json({"members": [roster_plain(one) for one in found]})
        else:
            print_lines(roster_lines(found, options.lang))


@member.command(short_help="Add a line. / 增加")
@click.argument("name")
@click.option("--branch", help="Default: the own branch. / 支部，默认本支部")
@standing_option
@full_option
@at_desk
def add(options: Options, **said: Said) -> None:
    """Add NAME to the roster of a branch.

    在支部的党员名册上增加一人。
    """
    from workflow.cli.member_text import standing_called
    from workflow.engine.members import NewMember, add_member

    def work(task: Task) -> int:
        new = NewMember(said["name"], standing_called(said["standing"]), said["full_on"])
        branch = _branch(task, said["branch"])
        return add_member(task.connection, task.laws.organizations, task.actor, branch.uid, new)

    _say(options, work, "已列入名册", "On the roster")


@member.command(short_help="Correct a line. / 更改")
@click.argument("which", metavar="MEMBER")
@click.option("--name", help="The right name. / 姓名")
@standing_option
@full_option
@click.option("--no-full-on", is_flag=True, help="No day of full membership. / 去掉该日期")
@at_desk
def change(options: Options, **said: Said) -> None:
    """Correct the line of MEMBER; what is not said stays, and so do the penalties.

    更改名册上的一行；未写明的各项和处分不变。
    """
    from workflow.cli.member_text import known_standing, standing_called
    from workflow.engine.members import NewMember, change_member

    if not any((said["name"], said["standing"], said["full_on"], said["no_full_on"])):
        raise click.UsageError("没有写明要更改什么 / nothing is said to be changed")

    def work(task: Task) -> int:
        line = _line(task, said["which"])
        standing = standing_called(said["standing"]) if said["standing"] else known_standing(line.standing)
        full_on = None if said["no_full_on"] else said["full_on"] or line.full_on
        change_member(task.connection, task.actor, line.id, NewMember(said["name"] or line.name, standing, full_on))
        return line.id

    _say(options, work, "已更改", "Changed")


@member.command(short_help="Take a line off. / 删除")
@click.argument("which", metavar="MEMBER")
@at_desk
def remove(options: Options, **said: Said) -> None:
    """Take MEMBER off the roster, penalties with it.

    从名册上删除，处分记录随之删除。
    """
    from workflow.cli.administering import dealt, tell
    from workflow.cli.member_text import roster_plain
    from workflow.engine.members import remove_member
    from workflow.errors import Text
    from workflow.law.organizations import Right

    def work(task: Task) -> RosterLine:
        line = _line(task, said["which"])
        remove_member(task.connection, task.actor, line.id)
        return line

    with seated(options) as seat:
        line = dealt(seat, Right.RECORD, work)
        done = Text(f"已从名册删除：{line.name}（{line.branch}）", f"Off the roster: {line.name} ({line.branch})")
        tell(options, {"removed": roster_plain(line)}, done)


@member.command(short_help="Note, correct or take back a penalty. / 处分")
@click.argument("which", metavar="MEMBER")
@click.option("--kind", help="警告、严重警告、撤销党内职务、留党察看, or its code. / 处分种类")
@click.option("--from", "from_on", type=day, help="First day of its effect. / 起日")
@click.option("--until", type=day, help="Last day of its effect; default: still in force. / 止日")
@click.option("--change", "changed", type=int, metavar="PENALTY", help="Correct this one (its number). / 更改")
@click.option("--remove", "removed", type=int, metavar="PENALTY", help="Noted by mistake: take it back. / 取消")
@at_desk
def penalty(options: Options, **said: Said) -> None:
    """Note a penalty of MEMBER: --kind and --from; or correct one (--change), or take one back (--remove).

    登记、更改或者取消处分。更改时未写明的各项不变。
    """
    from workflow.cli.member_text import penalty_called
    from workflow.engine.members import NewPenalty, add_penalty, change_penalty, remove_penalty

    _penalty_said(said)

    def work(task: Task) -> int:
        line = _line(task, said["which"])
        kind = penalty_called(said["kind"]) if said["kind"] else None
        if said["removed"]:
            remove_penalty(task.connection, task.actor, _noted(line, said["removed"]).id)
        elif said["changed"]:
            was = _noted(line, said["changed"])
            change_penalty(task.connection, task.actor, was.id, _changed(was, kind, said))
        elif kind:
            add_penalty(task.connection, task.actor, line.id, NewPenalty(kind, said["from_on"], said["until"]))
        return line.id

    _say(options, work, "处分已更新", "Penalties brought up to date")


def _changed(was: NotedPenalty, kind: PenaltyKind | None, said: Said) -> NewPenalty:
    """Return a penalty with what is said of it now; what is not said stays."""
    from workflow.cli.member_text import known_kind
    from workflow.engine.members import NewPenalty

    first = said["from_on"] or was.from_on
    if first is None:
        raise click.UsageError("请写明起日：--from / say --from: its first day is not known")
    return NewPenalty(kind or known_kind(was.kind), first, said["until"] or was.until_on)


def _penalty_said(said: Said) -> None:
    """Raise a usage error unless one thing is asked for, with what it needs."""
    some = any((said["kind"], said["from_on"], said["until"]))
    if said["removed"] and (said["changed"] or some):
        raise click.UsageError("--remove 单独使用 / --remove stands alone")
    if said["changed"] and not some:
        raise click.UsageError("没有写明要更改什么 / nothing is said to be changed")
    if not (said["removed"] or said["changed"] or (said["kind"] and said["from_on"])):
        raise click.UsageError("请写明处分种类和起日：--kind、--from / say --kind and --from")


def _branch(task: Task, name: str | None) -> OrganizationRow:
    """Return the branch that is named, else the own organization, which the engine refuses if it is none."""
    from workflow.cli.administering import organization_named
    from workflow.engine.scope import find_organization

    if name is not None:
        return organization_named(task, name)
    return find_organization(task.connection, task.actor, task.actor.organization_uid)


def _line(task: Task, which: str) -> RosterLine:
    """Return the line that a number or a name means; raises UnknownMember, Unclear, NotEntitled."""
    from workflow.engine.registers import rosters_within
    from workflow.engine.scope import find_member
    from workflow.engine.typed_in import Unclear
    from workflow.errors import Text
    from workflow.plain import harmless, name_key

    number = int(which) if which.isdecimal() and len(which) < 10 else 0  # noqa: PLR2004 - as long as numbers get
    lines = rosters_within(task.connection, task.actor, task.actor.path)
    found = [one for one in lines if one.id == number or name_key(one.name) == name_key(which)]
    if len(found) > 1:
        shown = harmless(which)[:80]
        listed = "; ".join(f"{one.id} {one.name} {one.branch}" for one in found)
        raise Unclear(
            Text(f"名册上有几个“{shown}”", f"several members are called “{shown}”"),
            Text(f"请改写编号：{listed}", f"write the number instead: {listed}"),
        )
    if not found:
        find_member(task.connection, task.actor, number)  # says so
    return found[0]


def _noted(line: RosterLine, number: int) -> NotedPenalty:
    """Return a penalty of a line; raises UnknownMember where it has none of this number."""
    from workflow.engine.scope import UnknownMember
    from workflow.errors import Text

    found = next((one for one in line.penalties if one.id == number), None)
    if found is None:
        listed = "、".join(str(one.id) for one in line.penalties)
        raise UnknownMember(
            Text(f"{line.name} 没有编号为 {number} 的处分", f"{line.name} has no penalty {number}"),
            Text(f"已登记的处分：{listed or '无'}", f"those noted: {listed or 'none'}"),
        )
    return found


def _say(options: Options, work: Work, zh: str, en: str) -> None:
    """Do something about a line in one transaction and show how it stands now."""
    from workflow.cli.administering import dealt, tell
    from workflow.cli.member_text import roster_lines, roster_plain
    from workflow.engine.registers import rosters_within
    from workflow.errors import Text
    from workflow.law.organizations import Right

    def changing(task: Task) -> RosterLine:
        number = work(task)
        lines = rosters_within(task.connection, task.actor, task.actor.path)
        return next(one for one in lines if one.id == number)

    with seated(options) as seat:
        line = dealt(seat, Right.RECORD, changing)
        table = "\n".join(roster_lines([line], options.lang))
        tell(
            options,
            {"member": roster_plain(line)},
            Text(f"{zh}：{line.name}", f"{en}: {line.name}"),
            Text(table, table),
        )
