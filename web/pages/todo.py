"""待办: what there is to do, what waits for a second person, what is offered, what was done."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web import words
from web.desk import actor, house, task
from web.limits import small
from web.permission import in_office, sees_cases
from web.todo_view import counted, first_due, groups_of, opening_of
from workflow.engine import mine
from workflow.engine.looking import waiting as what_waits
from workflow.engine.naming import KINDS, rule_text, state_text
from workflow.engine.offering import openings
from workflow.engine.offers import offers as offered
from workflow.engine.wanting import for_colleagues
from workflow.engine.worklist import todo
from workflow.law.organizations import Right

pages = Blueprint("todo", __name__)
SHOWN, MOST_SHOWN = 25, 100


@pages.get("/")
@in_office
def index() -> ResponseReturnValue:
    """Show what there is to do, the most urgent first; an administrator where to go."""
    who, now = actor(), task()
    if not who.sees_cases:
        return render_template("todo/administrator.html")
    limit = MOST_SHOWN if request.args.get("all") else SHOWN
    edition = house().laws.book().edition_on(now.today)
    work = todo(now.connection, who, now.today, limit, for_colleagues(edition, who))
    groups = groups_of(work, edition, who, now.today)
    acts = bool(who.rights & {Right.RECORD, Right.DECIDE})
    return render_template(
        "todo/index.html", work=work, groups=groups, acts=acts, opens=opening_of(edition, openings(now)),
        whole=limit > SHOWN, number=counted(work.own_counts.all if acts else work.other_counts.all),
        next=first_due(groups),
    )  # fmt: skip


@pages.get("/waiting")
@sees_cases
def waiting() -> ResponseReturnValue:
    """Show what waits for a second person."""
    return render_template(
        "todo/waiting.html", found=what_waits(task()), confirms=Right.CONFIRM in actor().rights, words=words,
        rule_text=rule_text,
    )  # fmt: skip


@pages.get("/offers")
@sees_cases
def offers() -> ResponseReturnValue:
    """Show the cases that another branch offers to the own one."""
    edition = house().laws.book().edition_on(task().today)
    acts = Right.RECORD in actor().rights
    return render_template("todo/offers.html", found=offered(task()), edition=edition, acts=acts, state_text=state_text)


@pages.get("/done")
@sees_cases
def done() -> ResponseReturnValue:
    """Show what the account has recorded and confirmed, the newest first."""
    after = request.args.get("after", type=small)
    return render_template("todo/done.html", found=mine.done(task(), after), paged=after is not None, kinds=KINDS)
