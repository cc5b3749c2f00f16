"""合规: one finding, what happened to it, and what a branch or a superior does about it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.changing import NAMES, Typed, changes, typed_in
from web.compliance_view import force_text, over, step_text
from web.desk import house, new_key, task
from web.errors import UNFIT
from web.finding_view import barred, changed_words, done_words, event_words, field_words, finding_laid
from web.limits import number_in
from web.pages.compliance import pages
from web.permission import needs, sees_cases
from workflow.engine.finding_acts import About, answer, ask_waiver, settle_waiver
from workflow.engine.finding_stages import EventKind, Standing
from workflow.engine.task import Task
from workflow.law.organizations import Right

ADDRESS = "/cases/<number>/findings/<rule>/<step>/<int:round>"
LARGEST_ROUND = 10**6


def _about(number: str, rule: str, step: str, times: int) -> About:
    return About(number, rule, step, min(times, LARGEST_ROUND))


@pages.get(ADDRESS)
@sees_cases
def finding(number: str, rule: str, step: str, round: int) -> ResponseReturnValue:  # noqa: A002 - the name of the law
    """Show a finding with what happened to it and what can be done about it."""
    return _shown(_about(number, rule, step, round), Typed({}))


@pages.post(f"{ADDRESS}/answer")
@needs(Right.RECORD)
def answer_finding(number: str, rule: str, step: str, round: int) -> ResponseReturnValue:  # noqa: A002 - of the address
    """Answer a finding for the branch."""
    about, typed = _about(number, rule, step, round), typed_in(request)

    def work(one: Task) -> bool:
        answer(one, about, typed.text("answer"), typed.text("paper"), typed.text("key"))
        return True

    typed.needed("answer")
    typed.needed("paper")
    return _did(about, EventKind.ANSWERED) if typed.tried(lambda: changes().make(work)) else _shown(about, typed)


@pages.route(f"{ADDRESS}/waiver", methods=["GET", "POST"])
@needs(Right.RECORD)
def waive(number: str, rule: str, step: str, round: int) -> ResponseReturnValue:  # noqa: A002 - of the address
    """Ask what a waiver of a finding says, show it to be looked over, and hand it in."""
    about, typed = _about(number, rule, step, round), typed_in(request)
    today = task().today
    until = typed.needed_day("until", today) if request.method == "POST" else today
    if request.method == "POST":
        typed.needed("reason")
        typed.needed("document")

    def work(one: Task) -> bool:
        ask_waiver(one, about, typed.text("reason"), typed.text("document"), until, typed.text("key"))
        return True

    do = typed.text("do")
    if request.method == "POST" and do != "edit":
        tried = typed.tried(lambda: (changes().make if do == "submit" else changes().trial)(work))
        if tried and do == "submit":
            return _did(about, EventKind.WAIVER_ASKED)
        if tried:
            return _page("compliance/waive_check.html", about, typed, until=until)
    typed.errors = {} if do == "edit" else typed.errors
    return _page("compliance/waive.html", about, typed), typed.status


@pages.post(f"{ADDRESS}/waiver/settle")
@needs(Right.DECIDE, Right.RECORD)
def settle(number: str, rule: str, step: str, round: int) -> ResponseReturnValue:  # noqa: A002 - of the address
    """Approve or decline the waiver that waits, or take back the own request."""
    about, typed = _about(number, rule, step, round), typed_in(request)
    agreed = typed.text("do") == "approve"
    asked = number_in(typed.text("asked"))

    def work(one: Task) -> bool:
        settle_waiver(one, about, asked, typed.text("key"), agreed=agreed)
        return True

    kind = EventKind.WAIVED if agreed else EventKind.WAIVER_DECLINED
    return _did(about, kind) if typed.tried(lambda: changes().make(work)) else _shown(about, typed)


def _did(about: About, kind: EventKind) -> ResponseReturnValue:
    flash(done_words(kind), "success")
    address = url_for("compliance.finding", number=about.number, rule=about.rule, step=about.step, round=about.round)
    return redirect(address, 303)


def _shown(about: About, typed: Typed) -> ResponseReturnValue:
    return _page("compliance/finding.html", about, typed), UNFIT if typed.errors or typed.refusal else 200


def _page(template: str, about: About, typed: Typed, **more: object) -> str:
    laid = finding_laid(task(), about)
    link: Callable[..., str] = lambda endpoint: url_for(  # noqa: E731 - a word of the template
        f"compliance.{endpoint}", number=about.number, rule=about.rule, step=about.step, round=about.round
    )
    return render_template(
        template, laid=laid, typed=typed, key=new_key(), today=task().today, edition=house().laws.book().newest,
        link=link, barred=barred(laid), changed=changed_words(laid),
        event_words=event_words, field_words=field_words, step_text=step_text,
        force_text=force_text, over=over, standings=Standing, names=NAMES, **more,
    )  # fmt: skip
