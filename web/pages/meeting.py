"""会议: one meeting that settles several people, and the meetings that are on record."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.act_form import day_or_none
from web.desk import task
from web.errors import UNFIT
from web.limits import small
from web.meeting_flow import WORDS, anchor, handed_in, looked_over, sheet_page
from web.meeting_sheet import sheet_of
from web.permission import needs, sees_cases
from workflow.engine.forms import vote_fields
from workflow.engine.meetings import meeting_acts, meetings
from workflow.engine.naming import field_text, step_text
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.organizations import Right

pages = Blueprint("meeting", __name__, url_prefix="/meetings")
acts = needs(Right.RECORD, Right.DECIDE)
NO_DAY = Text("请写明会议日期，如 2026-11-21", "say on which day, such as 2026-11-21")
NOT_YET = Text("这一天还没有到，只能登记已经召开的会议", "only a meeting that was held is recorded")
NO_STEP = Text("请选择会议讨论的事项", "choose what the meeting settled")


@pages.get("")
@sees_cases
def index() -> ResponseReturnValue:
    """Show the meetings on record with their people, the newest first."""
    now = task()
    before = request.args.get("before", type=small)
    found = meetings(now, before)
    book = now.laws.book()
    acting = bool(meeting_acts(now, book.edition_on(now.today)))
    return render_template(
        "meeting/index.html", found=found, before=before, book=book, acting=acting, anchor=anchor,
        vote_fields=vote_fields, field_text=field_text, **WORDS,
    )  # fmt: skip


@pages.route("/new", methods=["GET", "POST"])
@acts
def hold() -> ResponseReturnValue:
    """Ask for step and day; then show the sheet of the meeting, or do with it what its button says."""
    now, asked = task(), request.values
    on = day_or_none(asked.get("on", ""))
    if "step" not in asked and "on" not in asked:
        return _choice(now, {})
    given = request.form if request.method == "POST" else {}
    if errors := _wrong(asked.get("step", ""), on, now.today):
        return _choice(now, errors)
    sheet = sheet_of(now, asked["step"], on, given) if on else None
    if sheet is None:
        return _choice(now, {"step": NO_STEP})
    match given.get("do"):
        case "check":
            return looked_over(sheet)
        case "submit":
            return handed_in(sheet)
        case _:
            return sheet_page(sheet)


def _wrong(step: str, on: date | None, today: date) -> dict[str, Text]:
    errors = {} if step else {"step": NO_STEP}
    if on is None:
        errors["on"] = NO_DAY
    elif on > today:
        errors["on"] = NOT_YET
    return errors


def _choice(now: Task, errors: dict[str, Text]) -> ResponseReturnValue:
    """Ask which step was settled on which day."""
    edition = now.laws.book().edition_on(now.today)
    known = [(step, step_text(edition, step)) for step in meeting_acts(now, edition)]
    page = render_template("meeting/choose.html", known=known, errors=errors, today=now.today, typed=request.values)
    return page, UNFIT if errors else 200
