"""The door: asked before every page. Who is not signed in signs in first; who has not the right is told so."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from web.desk import house, place, user_of
from web.permission import Audience, NoAdmittance, Permission, permission_of
from workflow.access.sessions import touch
from workflow.errors import Text, WorkflowError

OPEN_WHILE_PASSWORD_IS_DUE = {"signing.password", "signing.change_password", "signing.sign_out"}


class OtherOffice(WorkflowError):  # noqa: N818 - errors are named as facts
    """A form was opened in one office and comes in while its owner acts in another: nothing is recorded."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            Text("打开表单之后，您已切换到另一职务；没有登记",
                 "you act in another office since you opened this form; nothing was recorded"),
            Text("请切换回原职务后重新提交，或者以现在的职务重新打开",
                 "switch back and submit again, or open it anew in this office"),
        )  # fmt: skip


def register(app: Flask) -> None:
    """Set the door before every page of an application."""
    manager = LoginManager()
    manager.session_protection = None  # our sessions live on the server, and end there
    manager.user_loader(user_of)
    manager.init_app(app, add_context_processor=False)  # no template asks for it; an error page must ask for nothing
    app.config["REMEMBER_COOKIE_DURATION"] = timedelta(0)
    app.before_request(_enter)


def _enter() -> ResponseReturnValue | None:
    """Let a request pass, or say where to go first; raises NoAdmittance."""
    if request.endpoint is None:  # there is no such page: nothing is asked, nothing is told
        return None
    wanted = permission_of(current_app, request.endpoint)
    if wanted.audience is Audience.EVERYBODY:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("signing.sign_in", next=_here()))
    touch(house().database, current_user.session, house().clock())
    if current_user.session.must_change and request.endpoint not in OPEN_WHILE_PASSWORD_IS_DUE:
        return redirect(url_for("signing.password"))
    return _in_office(wanted) if wanted.audience is Audience.IN_OFFICE else None


def _in_office(wanted: Permission) -> ResponseReturnValue | None:
    """Let an office pass that opens this door; whoever holds several chooses first. Raises NoAdmittance."""
    seat = place()
    if seat is None or seat.actor is None:
        return redirect(url_for("signing.offices", next=_here()))
    if request.method == "POST" and request.form.get("acting", str(seat.actor.office_id)) != str(seat.actor.office_id):
        raise OtherOffice
    if not wanted.admits(seat.actor):
        raise NoAdmittance
    return None


def _here() -> str | None:
    """Return where to go on afterwards: a page of ours that only looks."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
