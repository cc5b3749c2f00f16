"""``jishi case open|take|accept|return|meeting``: acts, by one person or by a meeting of many."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from workflow.cli.case_options import (
    Said,
    dry_option,
    hand_in,
    key_option,
    on_option,
    print_lines,
    reason_option,
    scripted,
    set_option,
    submit,
    try_out,
    why_option,
)
from workflow.cli.desk import Options, Seat, at_desk, print_json, seated

if TYPE_CHECKING:
    from workflow.engine.requests import OpenCase, TakeStep
    from workflow.engine.task import Task


@click.command(name="open", short_help="Open a case. / 立案")
@click.option("--name", required=True, help="Name of the applicant. / 姓名")
@click.option("--born", metavar="DAY", help="Day of birth. / 出生日期")
@click.option("--floating/--not-floating", default=None, help="Whether a floating person. / 是否流动人员")
@on_option
@click.option("--step", default="apply", help="The step that opens it; default: the letter. / 立案步骤")
@click.option("--outcome", help="How it ended, where there are several ways. / 结果")
@click.option("--branch", help="The branch that has the case, if admitted directly. / 编入的党支部（直接接收）")
@set_option
@reason_option
@dry_option
@key_option
@at_desk
def open_(options: Options, **said: Said) -> None:
    """Open a case in the own branch with the receipt of the application letter.

    收到入党申请书，在本支部立案。直接接收的，由有权的上级写明编入的党支部。
    """
    with seated(options) as seat:
        request = _opening(seat, said)
        if said["dry_run"]:
            try_out(seat, options, request)
        else:
            submit(seat, options, request)


def _opening(seat: Seat, said: Mapping[str, Any]) -> OpenCase:
    from workflow.cli.case_input import branch_called, edition_of, evidence_of, outcome_called, step_called
    from workflow.engine.requests import OpenCase

    with seat.looking() as task:
        edition = edition_of(task, said["on"], seat.laws.book().edition_on)
        step = step_called(task, edition, said["step"])
        return OpenCase(
            key=said["key"] or uuid4().hex, name=said["name"], born_on=said["born"], floating=said["floating"],
            step=step, outcome=outcome_called(edition, step, said["outcome"]), occurred_on=said["on"],
            evidence=evidence_of(edition, step, said["given"]), reason=said["reason"],
            branch=branch_called(task, said["branch"]) if said["branch"] else None,
        )  # fmt: skip


@click.command(short_help="Take a step. / 登记一步")
@click.argument("number")
@click.argument("step")
@click.option("--outcome", help="How it ended, by code or name, where there are several ways. / 结果")
@on_option
@set_option
@reason_option
@click.option(
    "--irregular", is_flag=True, help="It did take place but breaks a rule: a finding. / 如实登记为不合规办理"
)
@click.option("--meeting", metavar="ID", help="The meeting at which it was settled. / 会议编号")
@dry_option
@scripted
@at_desk
def take(options: Options, **said: Said) -> None:
    """Record in case NUMBER that STEP (code, number or name) was taken: also decisions, returns, extensions, the end.

    登记一步：也包括决定、退回、延长、取消、归档。

    What the law refuses is listed with article, remedy and first lawful day; what comes late needs --reason and a
    second person.
    """
    hand_in(options, said, partial(_taking, said), try_out if said["dry_run"] else None)


def _taking(said: Mapping[str, Any], task: Task, head: dict[str, Any]) -> TakeStep:
    from workflow.cli.case_input import edition_of, evidence_of, outcome_called, step_called
    from workflow.engine.looking import read_case
    from workflow.engine.requests import TakeStep

    edition = edition_of(task, said["on"], read_case(task, said["number"]).book.edition_on)
    step = step_called(task, edition, said["step"])
    return TakeStep(
        **head, step=step, outcome=outcome_called(edition, step, said["outcome"]), occurred_on=said["on"],
        evidence=evidence_of(edition, step, said["given"]), reason=said["reason"], irregular=said["irregular"],
        meeting=said["meeting"],
    )  # fmt: skip


@click.command(short_help="Take over a case that is offered. / 接收")
@click.argument("number")
@on_option
@set_option
@scripted
@at_desk
def accept(options: Options, **said: Said) -> None:
    """Take over case NUMBER, which another branch offers, its papers checked. The time of cultivation counts on.

    核查材料后接收转入的档案，培养教育时间连续计算。
    """
    _answer_offer(options, said, "handed_over", None)


@click.command(name="return", short_help="Return a case that is offered. / 退回转入")
@click.argument("number")
@on_option
@why_option
@scripted
@at_desk
def return_(options: Options, **said: Said) -> None:
    """Return case NUMBER, which another branch offers: its papers are not complete.

    材料不全，退回转出的党支部。（上级退回支部请用 take 登记“退回”的结果。）
    """
    _answer_offer(options, {**said, "given": ()}, "returned", said["reason"])


def _answer_offer(options: Options, said: Mapping[str, Any], outcome: str, reason: str | None) -> None:
    from workflow.engine.reading import MOVE

    more = {"step": MOVE, "outcome": outcome, "reason": reason, "irregular": False, "meeting": None}
    hand_in(options, said, partial(_taking, {**said, **more}))


@click.command(name="meeting", short_help="One meeting, many people, a tally each. / 一次会议办理多人")
@click.argument("file", required=False, type=click.Path(dir_okay=False))
@click.option("--step", help="The step that was settled, where the file does not say. / 步骤")
@click.option("--on", "on", metavar="DAY", help="Day of the meeting, where the file does not say. / 会议日期")
@click.option("--outcome", help="How it ended for whoever has no other outcome. / 结果")
@set_option
@click.option(
    "--person", "people", multiple=True, metavar="CASE=DUE,PRESENT,FOR,…",
    help="A tally: due, present, for, against, abstained, invalid; may be repeated. / 应到,实到,赞成,反对,弃权,无效",
)  # fmt: skip
@reason_option
@click.option("--meeting", metavar="ID", help="Default: day, step and organization. / 会议编号")
@dry_option
@at_desk
def meeting(options: Options, **said: Said) -> None:
    """Settle many people at one meeting, each by their own vote: from FILE (.yaml, .csv) or --person.

    一次会议逐个讨论、逐个表决多人，每人一份票数。一人被退回，其余照常登记；同一会议重复提交不会重复登记。

    Exit code: 0 all recorded or waiting; 1 somebody was refused; 2 it could not be read.
    """
    from workflow.cli.meeting import hold, read_meeting, summary_lines, summary_plain

    with seated(options) as seat:
        held = read_meeting(said)
        results = hold(seat, held, dry_run=said["dry_run"])
        if options.as_json:
            print_json(summary_plain(held, results))
        else:
            print_lines(summary_lines(held, results, options.lang))
        if any(one.refused for one in results):
            raise SystemExit(1)
