"""Whose case it is: the person's own account is linked from above, so that nobody acts on the own case."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.changing import changes, typed_in
from web.desk import task
from web.language import t
from web.noting import noted
from web.pages.organizations.blueprint import pages
from web.permission import needs
from workflow.access.trail import LogAct
from workflow.engine.accounts import link_own_account
from workflow.engine.place_view import own_account
from workflow.engine.registers import account_called
from workflow.engine.scope import UnknownAccount
from workflow.engine.task import Task
from workflow.law.organizations import Right

NOBODY = "nobody"


@pages.route("/cases/<number>/own-account", methods=["GET", "POST"])
@needs(Right.CONFIRM)
def own(number: str) -> ResponseReturnValue:
    """Show which account is the person's own, and link another one, or none."""
    found = own_account(task(), number)
    typed = typed_in(request, login=found.login or "")
    if request.method == "POST":
        nobody = typed.text("do") == NOBODY
        login = "" if nobody else typed.needed("login")

        def work(one: Task) -> bool:
            account = None if nobody else account_called(one.connection, one.actor, login).uid
            link_own_account(one.connection, one.laws.organizations, one.actor, number, account)
            return True

        if typed.tried(lambda: changes().make(work), UnknownAccount):
            flash(t(f"本人账号：{login or '无'}", f"Own account: {login or 'none'}"), "success")
            return redirect(url_for("organizations.own", number=number), 303)
    page = render_template("organizations/own.html", found=found, typed=typed, nobody=NOBODY)
    noted(LogAct.CASE_READ, case=found.case, about={"page": "own-account"})
    return page, typed.status
