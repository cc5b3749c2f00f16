"""What went wrong, as a page: what, and what to do. A fault of ours says only that, and is logged."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from web.desk import give_up
from web.door import OtherOffice
from web.permission import NoAdmittance
from workflow.engine.acting import NotEntitled
from workflow.engine.amend import NoSuchEntry, NotTheirs
from workflow.engine.batches import UnknownBatch
from workflow.engine.desk import UnknownProposal
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.finding_acts import UnknownFinding
from workflow.engine.offices import NoOffice
from workflow.engine.scope import UnknownAccount, UnknownCase, UnknownMember, UnknownOrganization
from workflow.engine.task import CaseChanged
from workflow.errors import Text, WorkflowError
from workflow.law.lookup import UnknownName
from workflow.law.timeline import UnknownLaw
from workflow.store.failures import DatabaseBusy, DatabaseSlow, DatabaseUnavailable, met_by_database

NOT_THERE, NOT_YOURS, MOVED, UNFIT, LATER = 404, 403, 409, 422, 503
STATUS: dict[type[WorkflowError], int] = {
    UnknownCase: NOT_THERE,
    UnknownOrganization: NOT_THERE,
    UnknownAccount: NOT_THERE,
    UnknownMember: NOT_THERE,
    UnknownBatch: NOT_THERE,
    UnknownProposal: NOT_THERE,
    NoSuchEntry: NOT_THERE,
    UnknownFinding: NOT_THERE,
    UnknownLaw: NOT_THERE,
    UnknownName: NOT_THERE,
    NoAdmittance: NOT_YOURS,
    NotEntitled: NOT_YOURS,
    NotTheirs: NOT_YOURS,
    ConflictOfDuties: NOT_YOURS,
    NoOffice: NOT_YOURS,
    CaseChanged: MOVED,
    OtherOffice: MOVED,
    DatabaseBusy: LATER,
    DatabaseUnavailable: LATER,
}
HTTP = {
    400: Text("提交的内容无法识别", "what was submitted cannot be understood"),
    404: Text("没有这个页面", "there is no such page"),
    405: Text("这个网址不能这样使用", "this address is not used that way"),
    413: Text("文件太大", "the file is too large"),
}
BACK = Text("请返回上一页，或者从待办重新进入", "go back, or start again from the to-do list")
STALE = Text("页面已经过期", "the page has expired")
RELOAD = Text("请返回上一页，刷新后再提交", "go back, reload the page and submit again")
NO_ANSWER = Text("数据库没有答复", "the database gave no answer")
LOOK = Text(
    "请稍候查看是否已经登记；没有登记的，返回上一页再提交一次，同一表单重复提交只算一次",
    "look in a while whether it is on record; if it is not, go back and submit it again: the same form counts once",
)
WAIT = Text("请稍候再试；反复出现时请告诉管理员", "try again in a while; tell the administrator if it happens again")
NARROWER = Text(
    "请缩小范围（例如先选定一个组织）；仍然如此时请稍候再试，反复出现时请告诉管理员",
    "ask for less (choose an organization first, say); if that does not help, try again in a while, "
    "and tell the administrator if it happens again",
)
OURS = Text("系统出现了故障，没有办理", "something is wrong with the program; nothing was done")
TELL = Text(
    "请告诉管理员发生的时间；已登记的内容没有改变",
    "tell the administrator when it happened; what is on record is unchanged",
)


def register(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(WorkflowError, _refused)
    app.register_error_handler(CSRFError, lambda _: page(STALE, RELOAD, 400))
    app.register_error_handler(HTTPException, _http)
    # without a host that can be read there are no addresses, and so no page
    app.register_error_handler(BadHost, lambda _: Response("bad host\n", BadHost.code, mimetype="text/plain"))
    app.register_error_handler(Exception, _fault)


def status_of(error: WorkflowError) -> int:
    """Return the HTTP status of an error that a user can answer."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), UNFIT)


def page(what: Text, remedy: Text | None, status: int) -> ResponseReturnValue:
    """Return a page that says what happened and what to do."""
    return render_template("error.html", what=what, remedy=remedy, status=status), status


def _refused(error: WorkflowError) -> ResponseReturnValue:
    if isinstance(error, DatabaseUnavailable):
        return _without_database(error)
    if isinstance(error, DatabaseBusy) and "reading" not in g:
        give_up(error)  # to ask it who this is would be to wait again
    return page(error.what, error.remedy, status_of(error))


def _without_database(error: DatabaseUnavailable) -> ResponseReturnValue:
    """Say that there is no answer now, and nothing of where the database is; the operator reads that in the log."""
    current_app.logger.error("the database failed", exc_info=error)
    give_up(error)
    if request.method != "GET" and request.blueprint != "signing":
        return page(NO_ANSWER, LOOK, LATER)
    return page(NO_ANSWER, NARROWER if isinstance(error, DatabaseSlow) else WAIT, LATER)


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:  # noqa: PLR2004 - HTTP: a redirect is no error
        return error.get_response()
    return page(HTTP.get(code, HTTP[400]), BACK, code)


def _fault(error: Exception) -> ResponseReturnValue:
    """Answer what nobody expected; a database that fails while a page is read is told as everywhere else."""
    told = give_up(error) if met_by_database(error) else error
    if isinstance(told, WorkflowError):
        return _refused(told)
    current_app.logger.error("a request failed", exc_info=error)
    return page(OURS, TELL, 500)
