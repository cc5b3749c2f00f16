"""全程纪实: one person's case, the days to come, the record sheet for paper. Whoever reads is noted."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web import case_view, history_view, words
from web.desk import actor, house, task
from web.noting import noted
from web.permission import sees_cases
from web.plan_view import assumed_in, rows_of
from web.words import day_text
from workflow.access.trail import LogAct
from workflow.case.record import EntryKind
from workflow.engine.asking import to_come
from workflow.engine.judging import world_of
from workflow.engine.looking import person_of, read_case
from workflow.engine.naming import rule_text, state_text
from workflow.engine.reading import CaseRow
from workflow.engine.showing import Shown
from workflow.engine.showing import show as shown_of
from workflow.errors import Text
from workflow.law.organizations import Right
from workflow.plan import make_plan
from workflow.seal import Plain

pages = Blueprint("case", __name__, url_prefix="/cases/<number>")


@pages.get("")
@sees_cases
def show(number: str) -> ResponseReturnValue:
    """Show where a case stands, what to do now and why, every step, every entry."""
    shown = shown_of(task(), number)
    return _noted(_page(shown), LogAct.CASE_READ, shown.row)


@pages.post("/born")
@sees_cases
def born(number: str) -> ResponseReturnValue:
    """Show the same with the day of birth."""
    shown = shown_of(task(), number)
    return _noted(_page(shown, revealed=True), LogAct.VALUE_REVEALED, shown.row, {"field": "person.born_on"})


@pages.get("/plan")
@sees_cases
def plan(number: str) -> ResponseReturnValue:
    """Show the earliest and latest days of what is to come, with days that are only supposed; nothing is written."""
    now = task()
    record = read_case(now, number)
    edition, view = record.book.edition_on(now.today), record.view()
    assumed, errors = assumed_in(edition, view.values, request.args)
    world = world_of(now, record, view.values)
    found = make_plan(record.book, view.values, world, now.today, assumed)
    planned = to_come(edition, view.state, record.book.columns(view.values, world), found)
    name, _ = person_of(now, record.row)
    page = render_template(
        "case/plan.html", row=record.row, name=name, rows=rows_of(edition, planned), typed=request.args, errors=errors,
        assumed=assumed, state=state_text(edition, record.row.state), today=now.today,
    )  # fmt: skip
    return _noted(page, LogAct.CASE_READ, record.row)


@pages.get("/sheet")
@sees_cases
def sheet(number: str) -> ResponseReturnValue:
    """Show the record sheet: A4, black and white, signed by hand."""
    shown = shown_of(task(), number)
    page = render_template(
        "case/sheet.html", shown=shown, rows=history_view.sheet_of(shown),
        state=state_text(shown.edition, shown.view.state), broken=case_view.broken_of(shown),
    )  # fmt: skip
    return _noted(page, LogAct.CASE_PRINTED, shown.row)


def _page(shown: Shown, *, revealed: bool = False) -> str:
    who, kinds = actor(), house().laws.organizations
    imported = any(line.written.recorded.kind is EntryKind.CUTOVER for line in shown.lines)
    now = case_view.now_of(shown, who)
    own = shown.row.organization_id == who.organization_id and Right.RECORD in who.rights
    return render_template(
        "case/show.html",
        shown=shown,
        state=state_text(shown.edition, shown.view.state),
        now=now,
        papers=case_view.papers_of(shown, house().laws, now[0]) if now else (),
        ahead=case_view.ahead_of(shown, who),
        stages=case_view.stages_of(shown),
        broken=case_view.broken_of(shown, revealed=revealed),
        running=case_view.running_of(shown, revealed=revealed),
        further=case_view.further_of(shown, who, kinds),
        people=case_view.people_of(shown),
        history=history_view.history_of(shown, who, kinds, revealed=revealed),
        offers=case_view.offers(shown, who),
        takes_over=case_view.takes_over(shown, who),
        links_own=case_view.links_own(who, kinds),
        attests=imported and own,
        confirms=Right.CONFIRM in who.rights,
        born=_born(shown.born_on, revealed=revealed),
        revealed=revealed,
        rule_text=rule_text,
        words=words,
    )


def _born(on: date | None, *, revealed: bool) -> Text | None:
    """Return the day of birth, or the year alone."""
    if on is None:
        return None
    return day_text(on) if revealed else Text(f"{on.year} 年", str(on.year))


def _noted(page: str, act: LogAct, row: CaseRow, about: dict[str, Plain] | None = None) -> str:
    """Return a page after noting that it was read; a page that cannot be noted is not shown."""
    noted(act, case=row, about=about or {})
    return page
