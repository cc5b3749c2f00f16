"""合规: what breaks a rule in the scope today, as the judge of the record says; drilled to the entry; as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from web.addresses import address_of
from web.compliance_view import (
    CURRENT,
    asked_for,
    check_of,
    everything,
    filters_of,
    force_text,
    over,
    place_of,
    step_text,
)
from web.desk import house, task
from web.language import language, t
from web.noting import noted
from web.permission import sees_cases
from workflow.access.trail import LogAct
from workflow.compliance.found import FORMS
from workflow.engine.findings_view import MOST, MOST_PLACES, MOST_TAKEN, FindingFilters, Found, exceeds, findings
from workflow.engine.population import population
from workflow.engine.showing import show
from workflow.seal import Plain

SHOWN = 10  # each is read and judged: what a page may cost sets how many
pages = Blueprint("compliance", __name__, url_prefix="/compliance")


@pages.get("")
@sees_cases
def index() -> ResponseReturnValue:
    """Show the findings of the scope as of today, with counts by rule and by organization."""
    now, edition = task(), house().laws.book().newest
    filters = filters_of(request.args, edition)
    among = population(now, filters)
    after = place_of(request.args)
    found = findings(now, filters, after, SHOWN, among.place)
    given = asked_for(filters)
    page = render_template(
        "compliance/index.html", among=among, filters=filters, given=given, found=found, edition=edition, most=MOST,
        most_places=MOST_PLACES, today=now.today, after=after, without=_without(given), force_text=force_text,
        over=over, step_text=step_text, narrowed=partial(_narrowed, url_for("compliance.index"), given),
        standings=CURRENT, finding_at=_findings_at(),
    )  # fmt: skip
    if found.rows:
        noted(LogAct.FINDINGS_READ, place=among.place, about=_about(filters, len(found.rows)))
    return page


def _narrowed(page: str, given: dict[str, str], name: str, value: str) -> str:
    """Return the address of a page with one more filter: there are a hundred of them, ``url_for`` is asked once."""
    return f"{page}?{urlencode({**given, name: value})}"


def _findings_at() -> Callable[[Found], str]:
    """Return what makes the address of a finding; rule and step are codes that stand in it as they are."""
    case_at = address_of("compliance.check", "number")
    return lambda one: f"{case_at(one.number)}/findings/{one.rule}/{one.step}/{one.round}"


def _without(given: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the filters without one of them, by its name."""
    return {name: {other: value for other, value in given.items() if other != name} for name in given}


@pages.post("/export")
@sees_cases
def export() -> ResponseReturnValue:
    """Hand out what the filters leave as a file, and note that it was taken."""
    now, form = task(), request.form.get("form", "")
    make, kind = FORMS.get(form, FORMS["csv"])
    suffix = form if form in FORMS else "csv"
    filters = filters_of(request.form, house().laws.book().newest)
    among = population(now, filters)
    if exceeds(now, filters, MOST_TAKEN, among.place):
        many = t(f"超过 {MOST_TAKEN} 条，请先筛选再导出", f"more than {MOST_TAKEN}: filter first, then export")
        flash(many, "warning")
        given: dict[str, Any] = {**asked_for(filters)}
        return redirect(url_for("compliance.index", **given), 303)
    rows = tuple(everything(now, filters, among.place))
    content = make(rows, language(), now.today)
    noted(LogAct.FINDINGS_EXPORTED, place=among.place, about={**_about(filters, len(rows)), "form": suffix})
    name = f"findings-{now.today.isoformat()}.{suffix}"
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


def _about(filters: FindingFilters, rows: int) -> dict[str, Plain]:
    """Return what was looked at, in codes and numbers."""
    given: dict[str, Plain] = {name: value for name, value in asked_for(filters).items() if name != "organization"}
    return {**given, "rows": rows}


@pages.get("/cases/<number>")
@sees_cases
def check(number: str) -> ResponseReturnValue:
    """Show what one case lacks before it is laid before a superior."""
    shown = show(task(), number)
    page = render_template("compliance/check.html", shown=shown, check=check_of(shown), step_text=step_text,
                           force_text=force_text)  # fmt: skip
    noted(LogAct.CASE_READ, case=shown.row, about={"page": "check"})
    return page
