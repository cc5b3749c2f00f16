"""What the commands about cases share: their options, and handing in or trying a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import click

from workflow.cli.common import Command, safe
from workflow.cli.desk import Options, Seat, print_json, seated

if TYPE_CHECKING:
    from workflow.engine.requests import CaseRequest, OpenCase, Request, TakeStep
    from workflow.engine.task import ReasonNeeded, Task
    from workflow.errors import Text

Asked = TypeVar("Asked", bound="CaseRequest")
Said = Any  # what the options of a command say, by their names

set_option = click.option(
    "--set", "given", multiple=True, metavar="FIELD=VALUE",
    help="What the act leaves on record; field and choice by code or name. / 登记内容，如 谈话人=张三",
)  # fmt: skip
on_option = click.option("--on", "on", metavar="DAY", required=True, help="Day on which it was done. / 办理日期")
reason_option = click.option("--reason", help="Why, in writing. / 书面理由")
why_option = click.option("--reason", required=True, help="Why, in writing. / 书面理由")
dry_option = click.option("--dry-run", is_flag=True, help="Say what would come of it; record nothing. / 只试算，不登记")
key_option = click.option(
    "--key", help="A key of one's own: the same key twice gets the first answer. / 提交编号，供脚本用"
)
seen_option = click.option(
    "--seen", type=int, help="Version of the case that was looked at; default: the present one. / 所见版本"
)


def scripted(command: Command) -> Command:
    """Add the options that scripts use: a key of their own and the version seen."""
    return key_option(seen_option(command))


def hand_in(
    options: Options,
    said: Mapping[str, Any],
    asked: Callable[[Task, dict[str, Any]], Asked],
    deal: Callable[[Seat, Options, Asked], None] | None = None,
) -> None:
    """Hand in what is asked for of a case: ``asked`` builds it from a look and from what every request has.

    ``deal``: what is done with it instead of handing it in.
    """
    from workflow.cli.case_input import as_seen

    with seated(options) as seat:
        with seat.looking() as task:
            head = {"key": said["key"] or uuid4().hex, "case": said["number"], "seen": 0}
            request = as_seen(task, seat.login, asked(task, head), said["seen"])
        (deal or submit)(seat, options, request)


def submit(seat: Seat, options: Options, request: Request) -> None:
    """Hand in a request and say what came of it."""
    from workflow.cli.case_json import answer_plain
    from workflow.cli.case_text import answer_lines
    from workflow.engine.scope import UnknownCase
    from workflow.engine.settling import confirmers
    from workflow.engine.showing import show as shown
    from workflow.engine.task import ReasonNeeded
    from workflow.store.tables import SubmissionStatus

    try:
        answer = seat.submit(request)
    except ReasonNeeded as error:
        error.remedy = _with_a_reason(seat, error)
        raise
    with seat.looking() as task:
        who = confirmers(task, request) if answer.status is SubmissionStatus.WAITING else ()
        try:
            found = shown(task, answer.case)
        except UnknownCase:  # what was offered is returned: it is out of sight again
            found = None
    edition = found.edition if found else seat.laws.book().newest
    if options.as_json:
        print_json(answer_plain(answer, edition, found, who))
    else:
        print_lines(answer_lines(answer, edition, found, who, options.lang))


def _with_a_reason(seat: Seat, error: ReasonNeeded) -> Text:
    """Return how to hand in what needs a reason, and who may confirm it then."""
    from workflow.cli.case_text import confirmers_text
    from workflow.engine.settling import confirmers
    from workflow.errors import Text

    say = Text("请加上 --reason 理由，再提交", "add --reason WHY and submit again")
    if not error.rules:  # nothing is broken: the law only wants to know why
        return say
    with seat.looking() as task:
        who = confirmers_text(confirmers(task))
    return Text(f"{say.zh}。{who.zh}", f"{say.en}. {who.en}")


def try_out(seat: Seat, options: Options, request: TakeStep | OpenCase) -> None:
    """Say what would come of a request; nothing is recorded, not even that it would be refused."""
    from workflow.cli.case_json import preview_plain
    from workflow.cli.case_text import preview_lines
    from workflow.engine.looking import preview

    with seat.looking() as task:
        record, judged = preview(task, request)
        edition = record.book.edition_on(judged.day)
        if options.as_json:
            print_json(preview_plain(record.row.number, judged, edition))
        else:
            print_lines(preview_lines(record.row.number or getattr(request, "name", ""), judged, edition, options.lang))


def print_lines(lines: Sequence[str] | Iterator[str]) -> None:
    """Print lines; what they quote from the record steers no terminal."""
    for line in lines:
        click.echo(safe(line))
