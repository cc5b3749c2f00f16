"""``jishi case correct|withdraw|supplement|offer|confirm|decline``: amendments, moves, the second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.case_options import (
    Said,
    hand_in,
    on_option,
    reason_option,
    scripted,
    set_option,
    why_option,
)
from workflow.cli.desk import Options, at_desk

if TYPE_CHECKING:
    from workflow.engine.task import Task


@click.command(short_help="Correct facts of an entry. / 更正")
@click.argument("number")
@click.argument("entry", type=int)
@click.option("--on", "on", metavar="DAY", help="The true day, if that was wrong. / 正确的办理日期")
@set_option
@click.option("--clear", "cleared", multiple=True, metavar="FIELD", help="A field to be taken away. / 删去的字段")
@why_option
@scripted
@at_desk
def correct(options: Options, **said: Said) -> None:
    """Propose to correct facts of ENTRY in case NUMBER; a second person confirms. Both versions stay visible.

    更正某一条的事实，由第二人复核；原来的和更正的都保留。
    """
    from workflow.cli.case_input import evidence_of
    from workflow.engine.looking import read_case
    from workflow.engine.requests import Correct

    def asked(task: Task, head: dict[str, Any]) -> Correct:
        record = read_case(task, said["number"])
        amended = record.entry(said["entry"])
        entry = amended.recorded if amended else None
        edition = record.book.edition_on((entry.occurred_on if entry else None) or task.today)
        evidence = evidence_of(edition, entry.step if entry else None, said["given"], said["cleared"])
        return Correct(**head, number=said["entry"], occurred_on=said["on"], evidence=evidence, reason=said["reason"])

    hand_in(options, said, asked)


@click.command(short_help="Take back the own last entry. / 撤回")
@click.argument("number")
@click.argument("entry", type=int, required=False)
@why_option
@scripted
@at_desk
def withdraw(options: Options, **said: Said) -> None:
    """Take back ENTRY of case NUMBER (default: the last), the own last one, while nobody has acted since.

    After the day on which it was recorded, or if it was irregular, broke a rule or needed a second person, a second
    person confirms. An offer is taken back by its entry, by anybody in the branch, until it is answered.

    撤回自己最后登记、其后无人办理的一条；非当日登记的、不合规的、经过复核的，须由第二人复核。转出在答复之前均可撤回。
    """
    from workflow.engine.looking import seen_of
    from workflow.engine.requests import Withdraw

    def asked(task: Task, head: dict[str, Any]) -> Withdraw:
        entry = said["entry"] or said["seen"] or seen_of(task, said["number"])
        return Withdraw(**head, number=entry, reason=said["reason"])

    hand_in(options, said, asked)


@click.command(short_help="Attest a past act that an import lacks. / 补充证明")
@click.argument("number")
@click.argument("step")
@click.option("--on", "on", metavar="DAY", help="Day on which it was done. / 办理日期")
@set_option
@why_option
@scripted
@at_desk
def supplement(options: Options, **said: Said) -> None:
    """Attest, with the paper that shows it, that STEP was taken in the past; a second person confirms.

    What another body did is confirmed by an organization that acts as that body.

    为导入的历史补充证明，写明材料编号，由第二人复核；由上级办理的步骤，由上级复核。
    """
    from workflow.cli.case_input import edition_of, evidence_of, step_called
    from workflow.engine.looking import read_case
    from workflow.engine.requests import Supplement

    def asked(task: Task, head: dict[str, Any]) -> Supplement:
        edition = edition_of(task, said["on"], read_case(task, said["number"]).book.edition_on)
        step = step_called(task, edition, said["step"])
        evidence = evidence_of(edition, step, said["given"])
        return Supplement(**head, step=step, occurred_on=said["on"], evidence=evidence, reason=said["reason"])

    hand_in(options, said, asked)


@click.command(short_help="Offer the case to another branch. / 提出转出")
@click.argument("number")
@click.option("--to", required=True, metavar="BRANCH", help="The branch, by its full name. / 接收党支部全称")
@on_option
@reason_option
@scripted
@at_desk
def offer(options: Options, **said: Said) -> None:
    """Offer case NUMBER to another branch. Nothing moves until that branch takes it over.

    向另一个党支部提出转出；接收之前仍在本支部。
    """
    from workflow.cli.case_input import branch_called
    from workflow.engine.requests import Offer

    def asked(task: Task, head: dict[str, Any]) -> Offer:
        return Offer(**head, to=branch_called(task, said["to"]), occurred_on=said["on"], reason=said["reason"])

    hand_in(options, said, asked)


@click.command(short_help="Confirm as the second person. / 复核")
@click.argument("number")
@click.argument("proposal", type=int, required=False)
@reason_option
@scripted
@at_desk
def confirm(options: Options, **said: Said) -> None:
    """Confirm, as the second person, what somebody else submitted in case NUMBER; it is judged anew.

    作为第二人复核他人提交的事项。
    """
    _settle(options, said, agreed=True)


@click.command(short_help="Decline, or take back, what waits. / 不同意或撤回提交")
@click.argument("number")
@click.argument("proposal", type=int, required=False)
@reason_option
@scripted
@at_desk
def decline(options: Options, **said: Said) -> None:
    """Decline what waits in case NUMBER; whoever submitted it may take it back so.

    不同意等待复核的事项；提交人本人可以以此撤回。
    """
    _settle(options, said, agreed=False)


def _settle(options: Options, said: Mapping[str, Any], *, agreed: bool) -> None:
    from workflow.cli.case_input import proposal_of
    from workflow.engine.requests import Confirm

    def asked(task: Task, head: dict[str, Any]) -> Confirm:
        proposal = said["proposal"] or proposal_of(task, said["number"])
        return Confirm(**head, proposal=proposal, agreed=agreed, reason=said["reason"])

    hand_in(options, said, asked)
