"""What becomes of a form that amends: shown again, looked over with old and new side by side, or handed in."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import act_view
from web.amend_sheet import Amending, Errors, Sent, asked, changes
from web.desk import look_anew, new_key, submit, task
from web.errors import MOVED, UNFIT, status_of
from web.language import t
from workflow.engine.amend import weighed
from workflow.engine.looking import read_case
from workflow.engine.naming import KINDS, outcome_text, rule_text, state_text, step_text
from workflow.engine.requests import Correct, Supplement
from workflow.engine.settling import confirmers
from workflow.engine.task import CaseChanged
from workflow.errors import Text, WorkflowError

WORDS = {
    "outcome_text": outcome_text, "state_text": state_text, "step_text": step_text, "rule_text": rule_text,
    "KINDS": KINDS,
}  # fmt: skip


def page_of(
    form: Amending, typed: Sent, errors: Errors | None = None, *, news: WorkflowError | None = None, status: int = 200
) -> ResponseReturnValue:
    """Show the form with what was typed."""
    page = render_template(
        "amend/form.html", sheet=form, typed=typed, errors=errors or [], wrong=_wrong(typed, errors or []), news=news,
        **WORDS,
    )  # fmt: skip
    return page, status


def _wrong(typed: Sent, errors: Errors) -> dict[str, Text]:
    return {control: typed.filled.errors.get(control, what) for control, what in errors if control}


def checked(form: Amending, typed: Sent) -> ResponseReturnValue:
    """Show what would change, what it shows to be broken, and who confirms it; or what has to be mended."""
    if typed.errors:
        return page_of(form, typed, typed.errors, status=UNFIT)
    now, wanted = task(), asked(form, typed)
    try:
        judged = weighed(now, form.record, wanted)
    except WorkflowError as error:
        return _unfit(form, typed, error)
    return render_template(
        "amend/check.html", sheet=form, typed=typed, compared=changes(form.record, wanted), rules=judged.rules,
        concerns=act_view.reasons(now.laws, form.record.book, judged.concerns),
        who=confirmers(now, wanted, form.record), state=judged.after.state, **WORDS,
    )  # fmt: skip


def handed_in(form: Amending, typed: Sent, wanted: Correct | Supplement) -> ResponseReturnValue:
    """Hand a form in: it waits for a second person."""
    try:
        answer = submit(wanted)
    except CaseChanged as error:
        look_anew()
        record = read_case(task(), form.number)
        again = replace(typed, key=new_key(), seen=record.row.head.entries)
        return page_of(replace(form, record=record), again, news=error, status=MOVED)
    except WorkflowError as error:
        look_anew()
        return _unfit(form, typed, error)
    if answer.declined or answer.proposal is None:
        flash(t("这次提交此前已经处理", "This was settled before"), "info")
        return redirect(url_for("case.show", number=form.number), 303)
    flash(t("已提交，等待第二人复核。", "Handed in; it waits for a second person."), "success")
    return redirect(url_for("amend.proposal", number=form.number, proposal=answer.proposal), 303)


def _unfit(form: Amending, typed: Sent, error: WorkflowError) -> ResponseReturnValue:
    """Show the form with what refuses it; raises what no form can mend."""
    if status_of(error) != UNFIT:
        raise error
    zh, en = error.what.zh, error.what.en
    if error.remedy:
        zh, en = f"{zh}。{error.remedy.zh}", f"{en}. {error.remedy.en}"
    return page_of(form, replace(typed, key=new_key()), [(None, Text(zh, en))], status=UNFIT)


def refused(number: str, error: WorkflowError, back: str) -> ResponseReturnValue:
    """Show why something was not taken, with the way back."""
    because = (act_view.reason_of(error),)
    return render_template(
        "amend/refused.html", number=number, because=because, back=back, path=request.path
    ), status_of(error)  # fmt: skip
