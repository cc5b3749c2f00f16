"""更正、撤回、补充证明、转出; and what waits for a second person: looked at, confirmed, declined or taken back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import words
from web.act_form import day_or_none
from web.amend_flow import WORDS, checked, handed_in, page_of, refused
from web.amend_sheet import Amending, asked, attesting, blank, correcting, sent
from web.desk import look_anew, new_key, submit, task
from web.errors import MOVED, UNFIT, status_of
from web.language import t
from web.limits import seen_in
from web.noting import case_read
from web.permission import needs, sees_cases
from web.proposal import settled, shown
from workflow.engine.amend import WITHDRAWABLE, entry_in_effect, withdrawable
from workflow.engine.duties import separation
from workflow.engine.looking import branches_called, person_of
from workflow.engine.naming import state_text
from workflow.engine.requests import Offer, Withdraw
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right
from workflow.store.tables import SubmissionStatus

pages = Blueprint("amend", __name__, url_prefix="/cases/<number>")
records = needs(Right.RECORD)
acts = needs(Right.RECORD, Right.DECIDE)
NO_SUCH_BRANCH = Text("没有这个党支部，请写全称", "there is no such branch: write its full name")
WHICH_BRANCH = Text("有几个同名的党支部，请选择", "several are called so: choose which one")
NO_DAY = Text("请写明日期，如 2026-11-21", "say on which day, such as 2026-11-21")
NO_BRANCH = Text("请写明接收党支部", "say which branch is to take the case over")


@pages.route("/entries/<int:entry>/correct", methods=["GET", "POST"])
@records
def correct(number: str, entry: int) -> ResponseReturnValue:
    """Show the form that corrects an entry; or show what would change; or hand it in."""
    return _dealt(correcting(task(), number, entry, request.form))


@pages.route("/supplement", methods=["GET", "POST"])
@records
def supplement(number: str) -> ResponseReturnValue:
    """Ask of which step; show the form that attests a past act of it; or hand it in."""
    now = task()
    record, steps, form = attesting(now, number, request.args.get("step"))
    if form is None:
        name, _ = person_of(now, record.row)
        return render_template("amend/steps.html", number=number, name=name, steps=steps,
                               edition=record.book.edition_on(now.today), **WORDS)  # fmt: skip
    return _dealt(form)


def _dealt(form: Amending) -> ResponseReturnValue:
    """Do with a form what its button says."""
    if request.method == "GET":
        return page_of(form, blank(form))
    typed = sent(form, request.form)
    match request.form.get("do"):
        case "edit":
            return page_of(form, typed)
        case "submit" if not typed.errors:
            return handed_in(form, typed, asked(form, typed))
        case _:
            return checked(form, typed)


@pages.route("/entries/<int:entry>/withdraw", methods=["GET", "POST"])
@acts
def withdraw(number: str, entry: int) -> ResponseReturnValue:
    """Show what would be taken back, and whether it can be; or take it back."""
    now = task()
    record = case_read(now, number)
    separation(now.connection, now.laws.organizations, now.actor, record.row)
    written = entry_in_effect(record, entry, WITHDRAWABLE)
    given, error, status = request.form, None, 200
    if request.method == "POST":
        reason = given.get("reason", "").strip()
        if reason:
            try:
                return _withdrawn(Withdraw(
                    key=given.get("key", ""), case=number, seen=seen_in(given), number=entry, reason=reason
                ))  # fmt: skip
            except WorkflowError as caught:
                error, status = caught, status_of(caught)
                look_anew()
                now = task()
                record = case_read(now, number)
        else:
            status = UNFIT
    alone = None
    try:
        alone = withdrawable(now, record, entry)
    except WorkflowError as caught:
        error = error or caught
    edition = record.book.edition_on(written.recorded.occurred_on or written.recorded.recorded_on)
    page = render_template(
        "amend/withdraw.html", number=number, entry=entry, written=written, edition=edition, alone=alone, error=error,
        name=person_of(now, record.row)[0], seen=record.row.head.entries, key=new_key(), typed=given,
        blank=status == UNFIT and error is None, value_words=words.value_words, **WORDS,
    )  # fmt: skip
    return page, status


def _withdrawn(asked_for: Withdraw) -> ResponseReturnValue:
    answer, number = submit(asked_for), asked_for.case
    if answer.status is SubmissionStatus.WAITING:
        flash(t("已提交，等待第二人复核；复核之前仍然有效。", "It waits for a second person."), "info")
        return redirect(url_for("amend.proposal", number=number, proposal=answer.proposal), 303)
    state = state_text(task().laws.book().newest, answer.state)
    flash(t(f"已撤回第{asked_for.number}条，现为“{state.zh}”。",
            f"Entry {asked_for.number} is withdrawn; the case stands at “{state.en}”."), "success")  # fmt: skip
    return redirect(url_for("case.show", number=number), 303)


@pages.route("/offer", methods=["GET", "POST"])
@records
def offer(number: str) -> ResponseReturnValue:
    """Ask to which branch; or offer the case to it."""
    now = task()
    record = case_read(now, number)
    separation(now.connection, now.laws.organizations, now.actor, record.row)
    given, errors = request.form, []
    to = given.get("to", "").strip()
    found = branches_called(now, to) if to else ()
    if request.method == "POST":
        on = day_or_none(given.get("on", ""))
        if len(found) != 1:
            errors.append(("to", NO_BRANCH if not to else WHICH_BRANCH if found else NO_SUCH_BRANCH))
        if on is None:
            errors.append(("on", NO_DAY))
        if not errors and on:
            try:
                return _offered(Offer(
                    key=given.get("key", ""), case=number, seen=seen_in(given), to=found[0][0],
                    occurred_on=on.isoformat(), reason=given.get("reason", "").strip() or None,
                ), found[0][1])  # fmt: skip
            except WorkflowError as error:
                look_anew()
                if status_of(error) not in (UNFIT, MOVED):
                    raise
                return refused(number, error, url_for("amend.offer", number=number))
    page = render_template(
        "amend/offer.html", number=number, name=person_of(now, record.row)[0], branch=record.row.branch, typed=given,
        found=found, errors=errors, wrong=dict(errors), key=new_key(), seen=record.row.head.entries, today=now.today,
    )  # fmt: skip
    return page, UNFIT if errors else 200


def _offered(asked_for: Offer, branch: str) -> ResponseReturnValue:
    submit(asked_for)
    flash(t(f"已提出转往“{branch}”。接收之前仍在本支部，可以撤回。",
            f"Offered to {branch}. Until it is taken over the case stays here, and the offer can be withdrawn."),
          "success")  # fmt: skip
    return redirect(url_for("case.show", number=asked_for.case), 303)


@pages.route("/proposals/<int:proposal>", methods=["GET", "POST"])
@sees_cases
def proposal(number: str, proposal: int) -> ResponseReturnValue:
    """Show what waits for a second person, or what became of it; or confirm, decline, take it back."""
    return settled(number, proposal) if request.method == "POST" else shown(number, proposal)
