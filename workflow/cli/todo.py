"""``jishi todo``: what there is to do, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from workflow.cli.case_options import print_lines
from workflow.cli.desk import Language, Options, at_desk, print_json, seated

if TYPE_CHECKING:
    from workflow.engine.worklist import Item, Worklist
    from workflow.law.model import Edition


@click.command(name="todo")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Lines a list. / 每组行数")
@at_desk
def todo(options: Options, *, limit: int) -> None:
    """Say what there is to do: overdue, within a week, open; and what waits for others.

    待办：已超期、一周之内、其他；以及等待其他组织办理的。
    """
    from workflow.engine.worklist import todo as found

    with seated(options) as seat, seat.looking() as task:
        work = found(task.connection, seat.actor, seat.today, limit)
        edition = seat.laws.book().edition_on(seat.today)
        if options.as_json:
            from workflow.cli.case_json import todo_plain

            print_json(todo_plain(work, edition, seat.today))
        else:
            print_lines(list(_lines(work, edition, seat.today, options.lang)))


def _lines(work: Worklist, edition: Edition, today: date, lang: Language) -> Iterator[str]:
    from workflow.errors import Text

    own = work.own
    groups = (
        (Text("已超期", "Overdue"), work.own_counts.overdue, [one for one in own if one.overdue(today)]),
        (Text("一周之内", "Within a week"), work.own_counts.soon, [one for one in own if one.soon(today)]),
        (Text("其他待办", "Open"), work.own_counts.later, [one for one in own if _later(one, today)]),
        (Text("等待其他组织办理", "Waiting for others"), work.other_counts.all, work.others),
    )
    for title, count, items in groups:
        if count:
            yield from _group(title.of(lang), count, items, edition, lang)
    if work.own_counts.all + work.other_counts.all == 0:
        yield Text("没有待办事项", "nothing is to be done").of(lang)
    if work.proposals:
        number = work.proposals
        yield Text(
            f"等待第二人复核：{number}件（jishi case waiting）",
            f"waiting for a second person: {number} (jishi case waiting)",
        ).of(lang)
    if work.offers:
        yield Text(f"转入待接收：{work.offers}件", f"offered to you, to be taken over: {work.offers}").of(lang)


def _later(one: Item, today: date) -> bool:
    return not one.overdue(today) and not one.soon(today)


def _group(title: str, count: int, items: Sequence[Item], edition: Edition, lang: Language) -> Iterator[str]:
    from workflow.compliance.columns import table_lines
    from workflow.engine.naming import state_text, step_text
    from workflow.engine.worklist import MOST
    from workflow.errors import Text

    number = f"{count}+" if count >= MOST else str(count)
    yield f"【{title}】{number}" if lang == "zh" else f"[{title}] {number}"
    headers = (
        ("最迟", "编号", "姓名", "步骤", "由谁办理", "身份")
        if lang == "zh"
        else ("by", "case", "name", "step", "whose turn", "state")
    )
    rows = [
        (
            str(one.due_on or "—"), one.case, one.name, (step_text(edition, one.step) or Text("", "")).of(lang),
            one.acts or "—", state_text(edition, one.state).of(lang),
        )
        for one in items
    ]  # fmt: skip
    yield from (f"  {line}" for line in table_lines(headers, rows, 108, stretch=3))
    if len(items) < count:
        more = count - len(items)
        yield Text(f"  另有{more}项（--limit 可以列出更多）", f"  and {more} more (--limit lists them)").of(lang)
    yield ""
