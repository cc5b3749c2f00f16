"""``jishi case list|show|plan|waiting``: looking at the record."""

from __future__ import annotations

import click

from workflow.cli.case_options import (
    print_lines,
)
from workflow.cli.desk import Options, at_desk, print_json, seated


@click.command(name="list", short_help="Cases in scope. / 档案列表")
@click.option("--state", help="Only in this state, by code or name. / 身份")
@click.option("--organization", help="Only in this organization and below, by name. / 所在组织")
@click.option("--name", help="Only names that hold this. / 姓名中含")
@click.option("--after", metavar="NUMBER", help="The page after this case. / 下一页")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Cases a page. / 每页人数")
@at_desk
def list_(
    options: Options, *, state: str | None, organization: str | None, name: str | None, after: str | None, limit: int
) -> None:
    """List the cases that the office may see, the newest first.

    列出权限范围内的档案，新的在前。
    """
    from workflow.cli.case_input import organization_called, state_called
    from workflow.cli.case_json import list_plain
    from workflow.cli.case_text import list_lines
    from workflow.engine.log_acts import LogAct
    from workflow.engine.looking import Filters, cases

    with seated(options) as seat, seat.looking() as task:
        edition = seat.laws.book().newest
        filters = Filters(
            state_called(edition, state) if state else None,
            organization_called(task, organization) if organization else None,
            name,
            after,
        )
        found, next_page = cases(task, filters, limit)
        seat.noted(LogAct.CASES_LISTED, rows=len(found))
        if options.as_json:
            print_json(list_plain(found, next_page, edition))
        else:
            print_lines(list_lines(found, next_page, edition, options.lang))


@click.command(short_help="One case: where it stands, what to do, the record. / 查看")
@click.argument("number")
@at_desk
def show(options: Options, *, number: str) -> None:
    """Show a case: state, stages, what to do now and why, findings, steps, every entry with both its days.

    查看一份档案：身份、阶段、现在该办什么、问题、二十五个步骤、全部纪实条目。
    """
    from workflow.cli.case_json import case_plain
    from workflow.cli.case_text import case_lines
    from workflow.engine.log_acts import LogAct
    from workflow.engine.showing import show as shown

    with seated(options) as seat, seat.looking() as task:
        found = shown(task, number)
        seat.noted(LogAct.CASE_READ, found.row)
        if options.as_json:
            print_json(case_plain(found))
        else:
            print_lines(case_lines(found, options.lang))


@click.command(short_help="Earliest and latest days of what is to come. / 推算日期")
@click.argument("number")
@click.option(
    "--what-if", "what_if", multiple=True, metavar="STEP=DAY", help="Assume a day, e.g. admit=2026-12-01. / 假设日期"
)
@at_desk
def plan(options: Options, *, number: str, what_if: tuple[str, ...]) -> None:
    """Plan what is still to come in a case. Nothing is written anywhere.

    推算尚待办理的步骤最早、最迟的日期，不作登记。
    """
    from workflow.cli.case_input import assumed_days
    from workflow.cli.case_json import plan_plain
    from workflow.cli.case_text import plan_lines
    from workflow.engine.log_acts import LogAct
    from workflow.engine.looking import plan_of, read_case

    with seated(options) as seat, seat.looking() as task:
        edition = read_case(task, number).book.edition_on(task.today)
        record, planned = plan_of(task, number, assumed_days(task, edition, what_if))
        seat.noted(LogAct.CASE_READ, record.row, page="plan")
        if options.as_json:
            print_json(plan_plain(number, planned, edition))
        else:
            print_lines(plan_lines(planned, edition, options.lang))


@click.command(short_help="What waits for a second person. / 等待复核")
@click.argument("number", required=False)
@at_desk
def waiting(options: Options, *, number: str | None) -> None:
    """List what waits for a second person, in all cases in scope or in case NUMBER.

    列出等待第二人复核的事项。
    """
    from workflow.cli.case_json import waiting_plain
    from workflow.cli.case_text import waiting_lines
    from workflow.engine.looking import waiting as found
    from workflow.errors import Text

    with seated(options) as seat, seat.looking() as task:
        proposals = found(task, number)
        if options.as_json:
            print_json({"waiting": [waiting_plain(one) for one in proposals]})
        else:
            none = Text("没有等待复核的事项", "nothing waits for a second person")
            print_lines(waiting_lines(proposals, options.lang) or [none.of(options.lang)])
