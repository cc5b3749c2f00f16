"""Coming in and going out: the password, the office to act in, the sessions that are open."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from web.desk import house, look_anew, place, reading, settings, switch, user_of
from web.language import say, t
from web.limits import small
from web.pages.settings import local
from web.permission import everybody, signed_in
from workflow.access import passwords, sessions, signing, trail
from workflow.errors import WorkflowError

pages = Blueprint("signing", __name__)
NOT_IN, TOO_SOON, UNFIT = 401, 429, 422


@pages.get("/sign-in")
@everybody
def sign_in() -> ResponseReturnValue:
    """Show the door."""
    if current_user.is_authenticated:
        return redirect(local(request.args.get("next")))
    return render_template("signing/sign_in.html", next=request.args.get("next", ""), login="", error=None)


@pages.post("/sign-in")
@everybody
def enter() -> ResponseReturnValue:
    """Sign in, and go where one wanted to go."""
    login, going_to = request.form.get("login", ""), request.form.get("next", "")
    asked = signing.SignIn(login, request.form.get("password", ""), request.remote_addr or "")
    look_anew()
    try:
        token = signing.sign_in(house().database, settings().secret, asked, settings().profile, house().clock())
    except signing.SignInTooSoon as error:
        return _again(login, going_to, error, TOO_SOON), TOO_SOON, {"Retry-After": str(error.wait_seconds)}
    except signing.SignInRefused as error:
        return _again(login, going_to, error, NOT_IN), NOT_IN
    session.clear()
    user = user_of(token)
    if user is None:
        raise RuntimeError("a session has just been made and is not there")
    login_user(user)
    return redirect(local(going_to))


def _again(login: str, going_to: str, error: WorkflowError, status: int) -> str:
    return render_template("signing/sign_in.html", next=going_to, login=login, error=error, status=status)


@pages.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session, here and for every copy of its cookie."""
    look_anew()
    with house().database.write() as connection:
        sessions.end(connection, current_user.token)
    _note(trail.LogAct.SIGN_OUT)
    logout_user()
    session.clear()
    flash(t("已退出", "You have signed out"), "success")
    return redirect(url_for("signing.sign_in"))


@pages.get("/password")
@signed_in
def password() -> ResponseReturnValue:
    """Show the form of a new password."""
    return _password_form(None)


@pages.post("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the own password; every other session of the account ends."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_form(t("两次输入的新密码不一致", "the new password was not typed alike twice")), UNFIT
    mine, kept, now = current_user.session, settings(), house().clock()
    asked = signing.Change(old, new)
    look_anew()
    try:
        signing.change_password(house().database, kept.secret, mine.account_id, asked, kept.profile, now, keep=mine.id)
    except signing.SignInTooSoon as error:
        return _password_form(f"{say(error.what)}\n{say(error.remedy)}"), TOO_SOON
    except WorkflowError as error:
        return _password_form("\n".join(filter(None, (say(error.what), say(error.remedy))))), UNFIT
    flash(t("密码已修改，其他设备上的登录已失效", "Password changed; sessions elsewhere have ended"), "success")
    return redirect(url_for("todo.index"))


def _password_form(error: str | None) -> str:
    demand = say(passwords.demand(settings().profile))
    return render_template("signing/password.html", demand=demand, error=error, due=current_user.session.must_change)


@pages.get("/offices")
@signed_in
def offices() -> ResponseReturnValue:
    """Show the offices held today, and the sessions that are open."""
    open_ones = sessions.open_of(reading(), current_user.session.account_id)
    going_to = request.args.get("next", "")
    return render_template("signing/offices.html", next=going_to, sessions=open_ones, mine=current_user.session.id)


@pages.post("/offices")
@signed_in
def act_in() -> ResponseReturnValue:
    """Act in another office from now on; raises NoOffice."""
    switch(request.form.get("office", type=small, default=0))
    _note(trail.LogAct.OFFICE_CHOSEN)
    seat = place()
    if seat is None or seat.actor is None:
        return redirect(url_for("signing.offices"))
    return redirect(local(request.form.get("next")))


@pages.post("/sessions/end")
@signed_in
def end_sessions() -> ResponseReturnValue:
    """End every other session of the account."""
    look_anew()
    with house().database.write() as connection:
        sessions.end_all(connection, current_user.session.account_id, but=current_user.session.id)
    _note(trail.LogAct.SESSIONS_ENDED)
    flash(t("其他登录已全部结束", "All other sessions have ended"), "success")
    return redirect(url_for("signing.offices"))


def _note(act: trail.LogAct) -> None:
    look_anew()
    with house().database.write() as connection:
        trail.note_sign_in(connection, act, current_user.session.account_id, house().clock())
