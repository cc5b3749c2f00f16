"""合规: the runs of the audit, what each found, the trend by month with its rates, and what has been closed."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.changing import changes
from web.compliance_view import step_text
from web.desk import actor, house, new_key, task
from web.language import t
from web.noting import noted
from web.pages.compliance import pages
from web.permission import needs, sees_cases
from web.trend_view import chart, number, per_cent
from workflow.access.trail import LogAct
from workflow.engine.audit_runs import RunTotals, may_run, run, run_told, runs
from workflow.engine.audit_trend import MOST_PLACES, by_month, by_place, by_rule, told
from workflow.engine.finding_lives import closed
from workflow.engine.findings_view import FindingFilters
from workflow.engine.hiding import FEWEST
from workflow.engine.population import population
from workflow.engine.task import Task
from workflow.law.organizations import Right

MOST_RUNS = 60
SHOWN = 20  # lines of what is closed on a page
FURTHEST = 100_000  # lines that are gone over at most


@pages.get("/runs")
@sees_cases
def runs_page() -> ResponseReturnValue:
    """Show the runs that covered an organization, its trend by month and the rates by rule of the newest one."""
    now, filters = task(), chosen()
    among = population(now, filters)
    found = runs(now, among.place, MOST_RUNS + 1)
    taken, months = found[:MOST_RUNS], by_month(found[:MOST_RUNS])
    places = by_place(now, taken[0], among.place) if taken else ()
    return render_template(
        "compliance/runs.html", among=among, taken=taken, told=tuple(map(told, taken)), cut=len(found) > MOST_RUNS,
        months=months, chart=chart(months), number=number, per_cent=per_cent, fewest=FEWEST, today=now.today,
        rules=by_rule(now, taken[0], among.place) if taken else (),
        places=places[:MOST_PLACES], more_places=len(places) > MOST_PLACES,
        may=may_run(house().laws.organizations, actor()), key=new_key(), given=given_of(filters), step_text=step_text,
    )  # fmt: skip


@pages.post("/runs")
@needs(Right.CONFIRM)
def take_run() -> ResponseReturnValue:
    """Take the findings of today in the scope as a run."""
    key = request.form.get("key", "")

    def work(one: Task) -> RunTotals:
        return run_told(one, None, run(one, None, key))

    found = changes().sweep(work)
    words = t(
        f"检查完毕：问题 {found.findings} 条，新发现 {found.found}，再次发现 {found.reopened}，销号 {found.gone}。",
        f"Done: {found.findings} findings; {found.found} new, {found.reopened} back, {found.gone} closed.",
    )
    flash(words, "success")
    return redirect(url_for("compliance.runs_page"), 303)


@pages.get("/closed")
@sees_cases
def closed_page() -> ResponseReturnValue:
    """Show what runs have closed, the latest first."""
    now, filters = task(), chosen()
    among = population(now, filters)
    after = request.args.get("after", "")
    start = min(int(after), FURTHEST) if after.isascii() and after.isdecimal() and len(after) < len("1000000") else 0
    rows, following = closed(now, among.place, start, SHOWN)
    page = render_template(
        "compliance/closed.html", among=among, rows=rows, following=following, start=start, given=given_of(filters),
        edition=house().laws.book().newest, step_text=step_text,
    )  # fmt: skip
    if rows:
        noted(LogAct.FINDINGS_READ, place=among.place, about={"page": "closed", "rows": len(rows)})
    return page


def chosen() -> FindingFilters:
    """Return the organization that the address chooses, if any; what is no uid has no page."""
    text = request.args.get("organization", "")
    try:
        return FindingFilters(organization=UUID(text) if text else None)
    except ValueError:
        abort(404)


def given_of(filters: FindingFilters) -> dict[str, str]:
    """Return the organization as it stands in an address."""
    return {"organization": filters.organization.hex} if filters.organization else {}
