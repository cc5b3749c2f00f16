"""台账: the people of the scope, filtered, in pages; what is filtered as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from web import ledger_view
from web.desk import actor, house, login, task
from web.jobs import Job, Jobs, Phase, Progress
from web.language import t
from web.ledger_view import View, view_of
from web.noting import noted
from web.permission import needs, sees_cases
from workflow.access.trail import LogAct
from workflow.engine.desk import Desk
from workflow.engine.ledger_filters import LedgerFilters
from workflow.engine.ledger_view import MOST, filtered, people
from workflow.engine.places import places
from workflow.law.model import Edition
from workflow.law.organizations import Right
from workflow.ledger.exporting import export_ledger
from workflow.seal import Plain

pages = Blueprint("ledger", __name__, url_prefix="/ledger")
KIND = "export"
AT_ONCE = 300  # people up to whom a workbook is made while one waits
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = "ledger.xlsx"
PATIENCE = 0.5  # seconds


@pages.get("")
@sees_cases
def index() -> ResponseReturnValue:
    """Show the people of the scope with their next step, or the one that is asked for."""
    edition, now, who = _edition(), task(), actor()
    view = view_of(request.args, edition)
    found = people(now, view.filters, view.after, view.size)
    page = render_template(
        "ledger/index.html", view=view, page=found, edition=edition, most=MOST,
        rows=tuple(ledger_view.rows_of(found.rows, view.before, edition, now.today)),
        places=ledger_view.organizations(places(now, found.path)),
        urgent=ledger_view.URGENT, orders=ledger_view.ORDERS, sizes=ledger_view.SIZES,
        exports=Right.READ in who.rights, opens=_opens(),
        made=_jobs().of(login(), KIND), imports={Right.RECORD, Right.CONFIRM} <= who.rights,
    )  # fmt: skip
    if found.rows:
        noted(LogAct.CASES_LISTED, about=ledger_view.about(view, len(found.rows)))
    return page


@pages.post("/export")
@needs(Right.READ)
def export() -> ResponseReturnValue:
    """Give the workbook of what is filtered, or begin a job that makes it; either is noted first."""
    view = view_of(request.form, _edition())
    numbers = sum(1 for _ in filtered(task(), view.filters))
    noted(LogAct.LEDGER_EXPORTED, about=ledger_view.about(view, numbers))
    return _begun(view) if numbers > AT_ONCE else _made(view.filters)


@pages.get("/exports/<uid>")
@needs(Right.READ)
def job(uid: str) -> ResponseReturnValue:
    """Show how far a large workbook is."""
    return render_template("ledger/job.html", job=_job(uid))


@pages.get("/exports/<uid>/file")
@needs(Right.READ)
def file(uid: str) -> ResponseReturnValue:
    """Give a workbook that a job has made."""
    made = _job(uid)
    path = _jobs().path(made, FILE)
    if made.phase is not Phase.DONE or not path.is_file():
        abort(404)
    return _file(BytesIO(path.read_bytes()))


@pages.post("/exports/<uid>/delete")
@needs(Right.READ)
def delete(uid: str) -> ResponseReturnValue:
    """Delete a workbook that a job has made."""
    _jobs().remove(_job(uid))
    flash(t("文件已删除", "The file is deleted"), "success")
    return redirect(url_for("ledger.index"), 303)


def _edition() -> Edition:
    return house().laws.book().edition_on(task().today)


def _opens() -> bool:
    """Tell whether the office opens cases: where its organization holds any."""
    who = actor()
    return Right.RECORD in who.rights and who.kind in house().laws.organizations.case_kinds


def _jobs() -> Jobs:
    return Jobs(house().folder)


def _job(uid: str) -> Job:
    """Return the export of whoever asks; for anybody else there is none."""
    found = _jobs().find(uid, login())
    if found is None or found.kind != KIND:
        abort(404)
    return found


def _made(filters: LedgerFilters) -> Response:
    """Make a workbook while one waits."""
    packed = BytesIO()
    export_ledger(_desk(), login(), house().form, packed, filters=filters)
    packed.seek(0)
    return _file(packed)


def _begun(view: View) -> ResponseReturnValue:
    """Begin a job that makes a workbook."""
    jobs, desk, who, form = _jobs(), _desk(), login(), house().form
    begun = jobs.begin(KIND, who, house().clock(), FILE)

    def work(progress: Progress) -> Mapping[str, Plain]:
        packed = BytesIO()
        made = export_ledger(desk, who, form, packed, filters=view.filters, progress=progress)
        jobs.keep(begun, FILE, packed.getbuffer())
        return {"people": made.people, "members": made.members}

    jobs.run(begun, KIND, work)
    jobs.wait(begun, PATIENCE)
    return redirect(url_for("ledger.job", uid=begun.uid), 303)


def _desk() -> Desk:
    return Desk(house().database, house().laws, house().clock)


def _file(packed: BytesIO) -> Response:
    return send_file(packed, WORKBOOK, as_attachment=True, download_name=f"{t('台账', 'ledger')}-{task().today}.xlsx")
