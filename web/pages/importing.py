"""导入: a ledger is uploaded, looked at row by row, taken over when confirmed; earlier imports, and their undoing."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import import_jobs, importing_view
from web.desk import actor, house, login, settings, task
from web.import_jobs import DO, IMPORT, LOOK, UNDO, UPLOAD, Office
from web.jobs import Job, Jobs, Phase, Sweeper, TooManyJobs
from web.language import t
from web.noting import noted
from web.permission import needs
from workflow.access.trail import LogAct
from workflow.engine.acting import NotEntitled
from workflow.engine.batches import NothingToUndo, find_batch, read_batch, recent
from workflow.engine.desk import Desk
from workflow.engine.trust import may_attest
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right
from workflow.plain import harmless

pages = Blueprint("importing", __name__, url_prefix="/imports")
PATIENCE = 1.0  # seconds that one waits before a page says that the work goes on
LONGEST_NAME = 100  # characters of a file's name
SHOWN = 20  # imports a page
NOTHING_CHOSEN = Text("请选择台账文件", "choose the ledger's file")
BLANK_FILE = Text("文件是空的，请选择台账工作簿", "the file is empty: choose the ledger's workbook")
UNFIT = 422
MOST_PAGES = 9  # digits
_sweeper = Sweeper()


@pages.before_app_request
def _sweep() -> None:
    """Delete what is older than a day, now and then, whichever page is asked for."""
    _sweeper.sweep(house().folder, house().clock())


@pages.get("")
@needs(Right.CONFIRM)
def index() -> ResponseReturnValue:
    """Show where to upload, what is under way, and earlier imports."""
    return _index()


@pages.post("")
@needs(Right.CONFIRM)
def upload() -> ResponseReturnValue:
    """Keep a workbook and look at it; nothing is written to the record before it is confirmed."""
    may_attest(actor())
    given = request.files.get("file")
    content = given.read() if given else b""
    if given is None or not content:
        return _index(BLANK_FILE if given and given.filename else NOTHING_CHOSEN), UNFIT
    name = harmless(given.filename or "")[-LONGEST_NAME:]
    try:
        job = _jobs().begin(IMPORT, login(), house().clock(), name)
    except TooManyJobs as error:
        return _index(error.what), UNFIT
    _jobs().keep(job, UPLOAD, content)
    noted(LogAct.IMPORT_PREVIEWED, about={"file": import_jobs.fingerprint(content)})
    _office().look_at(job)
    return _to(job)


@pages.get("/<uid>")
@needs(Right.CONFIRM)
def show(uid: str) -> ResponseReturnValue:
    """Show how far an import or an undoing is, what it would do, or what it did."""
    return _shown(_job(uid))


def _shown(job: Job, wrong: Text | None = None) -> str:
    """Return the page of a job; ``wrong``: with the reason that was given."""
    tabs = importing_view.tabs_of(job)
    tab = importing_view.part_of(request.args.get("part"), tabs)
    page = min(_page(), importing_view.pages_of(tab))
    return render_template(
        f"importing/{job.kind}.html", job=job, tabs=tabs, tab=tab, page=page, pages=importing_view.pages_of(tab),
        lines=import_jobs.page_of(_jobs(), job, tab.part, page) if tab else (), see=importing_view,
        columns=_columns(job), looked=job.stage == LOOK and job.phase is Phase.DONE,
        ended=job.stage == DO and job.phase is Phase.DONE, again=_can_again(job), wrong=wrong, typed=request.form,
    )  # fmt: skip


@pages.post("/<uid>/do")
@needs(Right.CONFIRM)
def do(uid: str) -> ResponseReturnValue:
    """Do what was looked at: import the upload, undo the batch for a reason. Done before: nothing is done again."""
    job = _job(uid)
    if job.phase is not Phase.DONE or job.stage != LOOK:
        return _to(job)
    if job.kind == IMPORT:
        _office().do(job)
        return _to(job)
    try:
        _office().undo(job, request.form.get("reason", ""))
    except WorkflowError as error:
        return _shown(job, error.what), UNFIT
    return _to(job)


@pages.post("/<uid>/again")
@needs(Right.CONFIRM)
def again(uid: str) -> ResponseReturnValue:
    """Run anew what was interrupted or failed."""
    job = _job(uid)
    if not job.at_work and _can_again(job):
        (_office().do if job.stage == DO else _office().look_at)(job)
    return _to(job)


@pages.post("/<uid>/delete")
@needs(Right.CONFIRM)
def delete(uid: str) -> ResponseReturnValue:
    """Delete an upload with its report; what was imported stays."""
    job = _job(uid)
    if job.at_work:
        flash(t("正在处理，完成后才能删除", "It is at work: it can be deleted when that has ended"), "warning")
        return _to(job)
    _jobs().remove(job)
    flash(t("已删除上传的文件和报告", "The upload and its report are deleted"), "success")
    return redirect(url_for("importing.index"), 303)


@pages.get("/batches/<name>")
@needs(Right.CONFIRM)
def batch(name: str) -> ResponseReturnValue:
    """Show an earlier import, and whether it can be undone."""
    found = read_batch(task().connection, actor(), name)
    why = None
    try:
        find_batch(task(), name)
    except (NotEntitled, NothingToUndo) as error:
        why = error
    return render_template("importing/batch.html", batch=found, why=why)


@pages.post("/batches/<name>/undo")
@needs(Right.CONFIRM)
def undo(name: str) -> ResponseReturnValue:
    """Look at what undoing an import would do; nothing is written before it is confirmed."""
    found = find_batch(task(), name)
    job = _jobs().begin(UNDO, login(), house().clock(), str(found.id), {"batch": found.id})
    _office().look_at(job)
    return _to(job)


def _index(error: Text | None = None) -> str:
    before = request.args.get("before", "")
    known = int(before) if before.isascii() and before.isdigit() and len(before) <= MOST_PAGES else None
    _jobs().sweep(house().clock())
    rows = recent(task().connection, actor(), known, SHOWN + 1)
    mine = sorted((job for kind in (IMPORT, UNDO) for job in _jobs().of(login(), kind)), key=lambda job: -job.serial)
    return render_template(
        "importing/index.html", batches=rows[:SHOWN], more=rows[SHOWN - 1].id if len(rows) > SHOWN else None,
        first=known is None, jobs=mine, error=error, form_name=house().form.name,
        megabytes=settings().largest_upload // 1024 // 1024,
    )  # fmt: skip


def _can_again(job: Job) -> bool:
    """Tell whether a stage that did not end well can be run anew: what it works on is there."""
    ended_well = job.phase in (Phase.DONE, Phase.RUNNING)
    return not ended_well and (job.kind == UNDO or _jobs().path(job, UPLOAD).is_file())


def _columns(job: Job) -> tuple[importing_view.Column, ...]:
    absent = job.result.get("absent")
    if not isinstance(absent, list):
        return ()
    edition = house().laws.book().edition_on(task().today)
    return tuple(importing_view.columns_of(house().form, edition, [str(header) for header in absent]))


def _page() -> int:
    asked = request.args.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_PAGES else 1


def _jobs() -> Jobs:
    return Jobs(house().folder)


def _office() -> Office:
    return Office(_jobs(), Desk(house().database, house().laws, house().clock), house().form)


def _job(uid: str) -> Job:
    """Return the job of whoever asks; for anybody else there is none."""
    found = _jobs().find(uid, login())
    if found is None or found.kind not in (IMPORT, UNDO):
        abort(404)
    return found


def _to(job: Job) -> ResponseReturnValue:
    """Lead to a job, which as a rule has ended by then."""
    _jobs().wait(job, PATIENCE)
    return redirect(url_for("importing.show", uid=job.uid), 303)
