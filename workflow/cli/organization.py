"""``jishi organization``: the tree of Party organizations, branch committees, local practice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from workflow.cli.case_options import Said, print_lines
from workflow.cli.common import day
from workflow.cli.desk import Options, at_desk, print_json, seated

if TYPE_CHECKING:
    from workflow.cli.administering import Plain
    from workflow.engine.renewing import Renewal
    from workflow.engine.scope import OrganizationRow
    from workflow.engine.task import Task
    from workflow.errors import Text

    Work = Callable[[Task, OrganizationRow], tuple[int, ...]]  # returns the cases that the change touches
    Told = Callable[[OrganizationRow, OrganizationRow], Text]  # what to say, of what was and what is

ANSWERS = {"yes": True, "no": False, "unknown": None}


@click.group(name="organization")
def organization() -> None:
    """Keep the tree of organizations: what stands where, branch committees, local practice. For administrators.

    组织管理：增设、更名、移动、撤销，支部委员会，地方规定。由系统管理员办理，只能在自己的范围之内。

    An organization is named by its name where only one in scope bears it, else by its id (list --ids). Changes that
    concern cases make their to-do lists anew. / 组织用名称指明；重名时用编号。

    Exit code: 0 done; 1 refused; 2 could not be done.
    """


@organization.command(name="list", short_help="The organizations in scope. / 组织列表")
@click.option("--all", "everything", is_flag=True, help="Closed ones, too. / 包括已撤销的")
@click.option("--ids", is_flag=True, help="With the id of each. / 显示编号")
@at_desk
def list_(options: Options, *, everything: bool, ids: bool) -> None:
    """List the organizations that the office sees, each below the one above it.

    列出权限范围内的组织。
    """
    from workflow.cli.administering import is_open
    from workflow.cli.organization_text import tree_lines, tree_plain
    from workflow.engine.registers import overlays_within
    from workflow.engine.scope import organizations_in_scope

    with seated(options) as seat, seat.looking() as task:
        rows = organizations_in_scope(task.connection, task.actor)
        shown = [row for row in rows if everything or is_open(row, task.today)]
        laid = overlays_within(task.connection, task.actor)
        if options.as_json:
            print_json({"organizations": tree_plain(seat.laws, shown, rows, laid)})
        else:
            print_lines(tree_lines(seat.laws, shown, laid, options.lang, ids=ids))


@organization.command(short_help="Add one, or attach it. / 增设")
@click.argument("name")
@click.option("--kind", required=True, help="Its kind, by code or name, such as 党支部. / 类别")
@click.option("--under", help="What it stands under, or serves; default: the own organization. / 上级组织")
@click.option("--committee/--no-committee", default=None, help="Of a branch: whether it has a committee. / 支部委员会")
@click.option("--until", type=day, help="Last day of a temporary organization. / 临时组织的止日")
@at_desk
def add(options: Options, **said: Said) -> None:
    """Add the organization NAME under another one; a leading group or organization department is attached to it.

    增设组织；党组、组织部门附设于所服务的组织。
    """
    from workflow.cli.administering import (
        dealt,
        kind_called,
        kind_text,
        organization_named,
        renewed_text,
        tell,
    )
    from workflow.cli.organization_text import organization_plain, roles_text
    from workflow.engine.organizations import NewOrganization, add_organization
    from workflow.engine.renewing import renewal
    from workflow.engine.scope import cases_within, find_organization
    from workflow.errors import Text
    from workflow.law.organizations import Right

    def work(task: Task) -> tuple[OrganizationRow, OrganizationRow, Renewal]:
        kind = kind_called(task.laws, said["kind"])
        if said["under"] is None:
            above = find_organization(task.connection, task.actor, task.actor.organization_uid)
        else:
            above = organization_named(task, said["under"])
        new = NewOrganization(kind, said["name"], said["committee"], said["until"])
        row = add_organization(task.connection, task.laws.organizations, task.actor, above.uid, new)
        touched = cases_within(task.connection, above.path) if row.serves_id else ()
        return row, above, renewal(task, touched)

    with seated(options) as seat:
        row, above, found = dealt(seat, Right.ADMINISTER, work)
        found.finish(seat.database)
        kind = kind_text(seat.laws, row.kind)
        plain = {"organization": organization_plain(seat.laws, row, above), "renewed": len(found.cases)}
        done = Text(
            f"已增设：{row.name}（{kind.zh}）　上级：{above.name}", f"Added: {row.name} ({kind.en}), {above.name}"
        )
        if row.serves_id:
            done = Text(f"已附设：{row.name}（{kind.zh}）　服务于：{above.name}",
                        f"Attached: {row.name} ({kind.en}), serves {above.name}")  # fmt: skip
        tell(options, plain, done, renewed_text(len(found.cases)), roles_text(seat.laws, row))


@organization.command(short_help="Give it another name. / 更名")
@click.argument("which", metavar="ORGANIZATION")
@click.argument("name")
@at_desk
def rename(options: Options, **said: Said) -> None:
    """Call ORGANIZATION by another NAME; it stays the same organization.

    组织更名；仍是同一个组织。
    """
    from workflow.engine.organizations import rename_organization
    from workflow.errors import Text

    def work(task: Task, row: OrganizationRow) -> tuple[int, ...]:
        rename_organization(task.connection, task.actor, row.uid, said["name"])
        return ()

    def done(was: OrganizationRow, row: OrganizationRow) -> Text:
        return Text(f"已更名：{was.name} → {row.name}", f"Renamed: {was.name} → {row.name}")

    _change(options, said["which"], work, done)


@organization.command(short_help="Put it under another one. / 移动")
@click.argument("which", metavar="ORGANIZATION")
@click.option("--under", required=True, help="What it stands under, or serves, from now on. / 新的上级组织")
@at_desk
def move(options: Options, **said: Said) -> None:
    """Put ORGANIZATION with everything below it, cases included, under another one.

    将组织连同下级和档案移到另一个上级组织之下。
    """
    from workflow.cli.administering import organization_named
    from workflow.engine.organizations import move_organization
    from workflow.errors import Text

    under: list[str] = []

    def work(task: Task, row: OrganizationRow) -> tuple[int, ...]:
        above = organization_named(task, said["under"])
        under[:] = [above.name]
        return move_organization(task.connection, task.laws.organizations, task.actor, row.uid, above.uid)

    def done(_: OrganizationRow, row: OrganizationRow) -> Text:
        return Text(f"已移动：{row.name}　上级：{under[0]}", f"Moved: {row.name}, now under {under[0]}")

    _change(options, said["which"], work, done)


@organization.command(short_help="Close it. / 撤销")
@click.argument("which", metavar="ORGANIZATION")
@click.option("--until", type=day, help="Its last day; default: today. / 止日，默认今天")
@at_desk
def close(options: Options, **said: Said) -> None:
    """Close ORGANIZATION after its last day: nobody acts for it from then on.

    撤销组织；其下还有组织或者未办结的档案的，不能撤销。
    """
    from workflow.engine.organizations import close_organization
    from workflow.engine.scope import cases_within
    from workflow.errors import Text

    def work(task: Task, row: OrganizationRow) -> tuple[int, ...]:
        last = said["until"] or task.today
        close_organization(task.connection, task.actor, row.uid, last)
        served = row.path.removesuffix(f"{row.id}.")  # where it acted, if it is attached
        return cases_within(task.connection, served) if row.serves_id and last < task.today else ()

    def done(_: OrganizationRow, row: OrganizationRow) -> Text:
        return Text(f"已撤销：{row.name}　止日 {row.until_on}", f"Closed: {row.name}, its last day {row.until_on}")

    _change(options, said["which"], work, done)


@organization.command(short_help="Whether a branch has a committee. / 支部委员会")
@click.argument("which", metavar="BRANCH")
@click.argument("answer", type=click.Choice(list(ANSWERS)))
@at_desk
def committee(options: Options, **said: Said) -> None:
    """Say whether BRANCH has a branch committee; without one the general meeting does what is the committee's.

    说明党支部是否设支部委员会。yes 设，no 不设，unknown 不详。
    """
    from workflow.cli.organization_text import COMMITTEE
    from workflow.engine.organizations import set_committee
    from workflow.errors import Text

    answer = ANSWERS[said["answer"]]

    def work(task: Task, row: OrganizationRow) -> tuple[int, ...]:
        known = task.laws.organizations
        return set_committee(task.connection, known, task.actor, row.uid, has_committee=answer)

    def done(_: OrganizationRow, row: OrganizationRow) -> Text:
        words = COMMITTEE[row.has_committee]
        return Text(f"{row.name}：{words.zh}", f"{row.name}: {words.en}")

    _change(options, said["which"], work, done)


@organization.command(short_help="Let local practice bind it. / 适用地方规定")
@click.argument("which", metavar="ORGANIZATION")
@click.argument("practice")
@click.option("--from", "from_on", type=day, help="First day; default: today. / 起日，默认今天")
@click.option("--until", type=day, help="Last day; default: until it is lifted. / 止日")
@at_desk
def overlay(options: Options, **said: Said) -> None:
    """Let PRACTICE (code or title) bind ORGANIZATION and everything below it.

    自起日起，在该组织及其下级适用一项地方规定。
    """
    from workflow.cli.administering import days_text, overlay_called, title_of
    from workflow.engine.organizations import lay_overlay
    from workflow.errors import Text

    laid: list[Text] = []

    def work(task: Task, row: OrganizationRow) -> tuple[int, ...]:
        practice = overlay_called(task.laws, said["practice"])
        days = (said["from_on"] or task.today, said["until"])
        title = title_of(task.laws, practice)
        laid[:] = [Text(f"{title.zh}　{days_text(*days, 'zh')}", f"{title.en}, {days_text(*days, 'en')}")]
        return lay_overlay(task.connection, task.laws.law, task.actor, row.uid, practice, days)

    def done(_: OrganizationRow, row: OrganizationRow) -> Text:
        return Text(f"{row.name} 适用：{laid[0].zh}", f"{row.name} is bound by: {laid[0].en}")

    _change(options, said["which"], work, done)


@organization.command(short_help="End local practice. / 停止适用")
@click.argument("which", metavar="ORGANIZATION")
@click.argument("practice")
@click.option("--until", type=day, help="Its last day; default: today. / 止日，默认今天")
@at_desk
def lift(options: Options, **said: Said) -> None:
    """End PRACTICE in ORGANIZATION after its last day; where it has not begun by then it is taken back.

    止日之后不再适用；尚未开始适用的，直接取消。
    """
    from workflow.cli.administering import overlay_called, title_of
    from workflow.engine.organizations import lift_overlay
    from workflow.errors import Text

    lifted: list[Text] = []

    def work(task: Task, row: OrganizationRow) -> tuple[int, ...]:
        practice, last = overlay_called(task.laws, said["practice"]), said["until"] or task.today
        title = title_of(task.laws, practice)
        lifted[:] = [Text(f"{title.zh}　止日 {last}", f"{title.en}, last day {last}")]
        return lift_overlay(task.connection, task.actor, row.uid, practice, last)

    def done(_: OrganizationRow, row: OrganizationRow) -> Text:
        return Text(f"{row.name} 停止适用：{lifted[0].zh}", f"{row.name} is bound no longer by: {lifted[0].en}")

    _change(options, said["which"], work, done)


def _change(options: Options, which: str, work: Work, done: Told) -> None:
    """Change one organization, with the to-do lists that it touches, and say so."""
    from workflow.cli.administering import dealt, organization_named, renewed_text, tell
    from workflow.cli.organization_text import tree_plain
    from workflow.engine.registers import overlays_within
    from workflow.engine.renewing import renewal
    from workflow.engine.scope import organizations_in_scope
    from workflow.law.organizations import Right

    def changing(task: Task) -> tuple[OrganizationRow, OrganizationRow, Renewal, Plain]:
        was = organization_named(task, which)
        found = renewal(task, work(task, was))
        rows = organizations_in_scope(task.connection, task.actor)
        row = next(one for one in rows if one.id == was.id)
        return was, row, found, tree_plain(task.laws, [row], rows, overlays_within(task.connection, task.actor))[0]

    with seated(options) as seat:
        was, row, found, plain = dealt(seat, Right.ADMINISTER, changing)
        found.finish(seat.database)
        number = len(found.cases)
        tell(options, {"organization": plain, "renewed": number}, done(was, row), renewed_text(number))
