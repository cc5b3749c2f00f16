"""Reading a person's record is noted, on whatever page it is read; what cannot be noted is not shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, g, request

from web.desk import actor, house, look_anew, reading
from workflow.access.trail import NOTHING, LogAct, note
from workflow.engine.looking import read_case
from workflow.engine.reading import CaseRecord, CaseRow
from workflow.engine.scope import OrganizationRow, UnknownCase, find_case
from workflow.engine.task import Task
from workflow.seal import Plain

SHOWN = (200, 409, 422)  # answers that tell of the case; of one that was read, others do, too
LED_ON = (302, 303)  # what was handed in is on record itself, and the page that follows notes itself
ASIDE = {"act.vote"}  # figures while they are typed: nothing of the case is in the answer


def register(app: Flask) -> None:
    """Note every page about a case that has not noted itself."""
    app.after_request(_note)


def case_read(task: Task, number: str) -> CaseRecord:
    """Return the record of a case, as ``read_case``; to note that it was read, it is not looked up once more."""
    record = read_case(task, number)
    g.case_read = record.row
    return record


def noted(
    act: LogAct,
    *,
    case: CaseRow | None = None,
    place: OrganizationRow | None = None,
    about: Mapping[str, Plain] = NOTHING,
) -> None:
    """Note what is seen or taken out, before the page is shown; it is not noted a second time. As ``trail.note``."""
    g.noted = True
    who = actor()
    look_anew()
    with house().database.write() as connection:
        note(connection, who, act, house().clock(), case=case, place=place, about=about)


def _note(response: Response) -> Response:
    number = (request.view_args or {}).get("number")
    told = response.status_code in SHOWN and response.mimetype == "text/html"
    if "case_read" in g and not (request.method == "POST" and response.status_code in LED_ON):
        told = True
    if not isinstance(number, str) or request.method == "OPTIONS":  # a penalty's number; nothing is shown
        return response
    if not told or g.get("noted") or request.endpoint in ASIDE:
        return response
    row: CaseRow | None = g.get("case_read")
    try:
        if row is None or row.number != number:
            row = find_case(reading(), actor(), number)
    except UnknownCase:  # it was told that there is none
        return response
    noted(LogAct.CASE_READ, case=row, about={"page": str(request.endpoint)})
    return response
