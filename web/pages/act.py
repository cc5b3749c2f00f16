"""办理: choosing a step and how it ended, its form, the form that opens a case."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import act_view
from web.act_flow import WORDS, deal, form_page
from web.act_sheet import Sheet, opening_sheet, sheet_of
from web.desk import task
from web.noting import case_read
from web.permission import needs
from workflow.engine.acting import NotEntitled
from workflow.engine.looking import person_of
from workflow.engine.offering import Offered, offered, openings
from workflow.engine.reading import MOVE, CaseRecord
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.organizations import Right

pages = Blueprint("act", __name__, url_prefix="/cases")
acts = needs(Right.RECORD, Right.DECIDE)


@pages.get("/<number>/steps")
@acts
def steps(number: str) -> ResponseReturnValue:
    """Show every step that can be taken where the case stands, and who takes it; which others could only be told of."""
    now = task()
    record = case_read(now, number)
    edition = record.book.edition_on(now.today)
    every = [one for one in offered(now, record, edition, edition.steps) if one.mine or one.step != MOVE]
    unfit = dict.fromkeys(one.step for one in every if one.mine and not one.possible)
    return _choice(now, record, [one for one in every if one.possible], None, tuple(unfit))


@pages.get("/<number>/steps/<step>")
@acts
def choose(number: str, step: str) -> ResponseReturnValue:
    """Show the outcomes of a step; where but one is possible, and this office may, its form at once, unless for all."""
    now = task()
    record = case_read(now, number)
    edition = record.book.edition_on(now.today)
    if step not in edition.steps:
        abort(404)
    found = offered(now, record, edition, [step])
    fitting = [one for one in found if one.possible]
    if len(fitting) == 1 and fitting[0].mine and not request.args.get("all"):
        return redirect(url_for("act.form", number=number, step=step, outcome=fitting[0].outcome))
    return _choice(now, record, found, step)


def _choice(
    now: Task, record: CaseRecord, found: Sequence[Offered], step: str | None, unfit: Sequence[str] = ()
) -> ResponseReturnValue:
    """Show outcomes to choose from; ``unfit``: steps of which the office could tell as irregular."""
    edition = record.book.edition_on(now.today)
    return render_template(
        "act/choose.html", number=record.row.number, name=person_of(now, record.row)[0], state=record.row.state,
        edition=edition, step=step, found=found, told=unfit, effect=act_view.effect, **WORDS,
    )  # fmt: skip


@pages.route("/<number>/steps/<step>/<outcome>", methods=["GET", "POST"])
@acts
def form(number: str, step: str, outcome: str) -> ResponseReturnValue:
    """Show the form of an outcome; or do with what was typed what the button says."""
    sheet = sheet_of(task(), number, (step, outcome), request.form)
    return deal(sheet, request.form) if request.method == "POST" else form_page(sheet, sheet.blank())


@pages.post("/<number>/steps/<step>/<outcome>/vote")
@acts
def vote(number: str, step: str, outcome: str) -> ResponseReturnValue:
    """Return what the figures of a vote come to, while they are typed."""
    said, passed = sheet_of(task(), number, (step, outcome), request.form).vote_says(request.form)
    return render_template("act/vote.html", said=said, passed=passed)


@pages.route("/new", methods=["GET", "POST"])
@acts
def new() -> ResponseReturnValue:
    """Show the form that opens a case with the letter, or with a direct admission; or do what its button says."""
    sheet = _opening(task())
    return deal(sheet, request.form) if request.method == "POST" else form_page(sheet, sheet.blank())


def _opening(now: Task) -> Sheet:
    """Return the form that this office opens cases with; raises NotEntitled."""
    known = dict(openings(now))
    if not known:
        raise NotEntitled(
            Text("立案由申请人所在党支部办理", "the applicant's branch opens the case"),
        )
    step = request.args.get("step", next(iter(known)))
    if step not in known:
        abort(404)
    return opening_sheet(now, (step, known[step]), request.form)
