"""合规: indications, what many cases of an organization show together; kept by an audit, told and never judged here."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web.desk import task
from web.indications_view import bars, figures
from web.noting import noted
from web.pages.compliance import pages
from web.pages.runs import chosen, given_of
from web.permission import sees_cases
from web.trend_view import number, per_cent
from web.words import cited_text
from workflow.access.trail import LogAct
from workflow.engine.hiding import FEWEST
from workflow.engine.indication_runs import MOST_PLACES, Outdated, kept
from workflow.engine.population import population
from workflow.errors import Text


@pages.get("/indications")
@sees_cases
def indications_page() -> ResponseReturnValue:
    """Show the indications that were kept last, of an organization and of each right below it."""
    now, filters = task(), chosen()
    among, agreed = population(now, filters), now.laws.law.definitions.conventions
    newest = kept(now, among.place)
    outdated, found = (newest, None) if isinstance(newest, Outdated) else (None, newest)
    page = render_template(
        "compliance/indications.html", among=among, found=found, outdated=outdated, given=given_of(filters),
        fewest=FEWEST, most_places=MOST_PLACES, bars=bars(found, apart=among.place is not None) if found else None,
        number=number, per_cent=per_cent, figures=figures, cited_text=cited_text,
        why=lambda name: Text(agreed[name].reason.zh, agreed[name].reason.en),
    )  # fmt: skip
    if found:
        noted(LogAct.INDICATIONS_READ, place=among.place, about={"run": found.run})
    return page
