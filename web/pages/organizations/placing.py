"""Local practice (地方规定): from which day it binds an organization, and until when."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import organization_view as see
from web.changing import changes, typed_in
from web.desk import actor, house, task
from web.language import say, t
from web.pages.organizations.blueprint import pages
from web.permission import needs
from workflow.engine.organizations import lay_overlay, lift_overlay
from workflow.engine.scope import find_organization
from workflow.engine.task import Task
from workflow.engine.tree_view import bindings
from workflow.law.organizations import Right


@pages.route("/organizations/<uuid:uid>/practice", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def lay(uid: UUID) -> ResponseReturnValue:
    """Let local practice bind an organization and everything below it."""
    now = task()
    row = find_organization(now.connection, actor(), uid)
    typed = typed_in(request, **{"from": now.today.isoformat()})
    choices = see.overlay_choices(house().laws)
    if request.method == "POST":
        overlay = typed.one_of("overlay", [code for code, _ in choices])
        days = (typed.needed_day("from", now.today), typed.day("until"))

        def work(one: Task) -> tuple[int, ...]:
            return lay_overlay(one.connection, one.laws.law, one.actor, uid, overlay, days)

        if typed.tried(lambda: changes().renew(work)) is not None:
            flash(t(f"{row.name} 适用：{say(dict(choices)[overlay])}", f"{row.name}: {say(dict(choices)[overlay])}"),
                  "success")  # fmt: skip
            return redirect(url_for("organizations.show", uid=uid), 303)
    return render_template("organizations/practice.html", row=row, typed=typed, choices=choices), typed.status


@pages.route("/organizations/<uuid:uid>/practice/<overlay>/lift", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def lift(uid: UUID, overlay: str) -> ResponseReturnValue:
    """End local practice in an organization after its last day."""
    now = task()
    row = find_organization(now.connection, actor(), uid)
    title = next((one.title for one in bindings(now, row) if one.own and one.overlay == overlay), None)
    typed = typed_in(request, until=now.today.isoformat())
    if request.method == "POST":
        last = typed.needed_day("until", now.today)

        def work(one: Task) -> tuple[int, ...]:
            return lift_overlay(one.connection, one.actor, uid, overlay, last)

        if typed.tried(lambda: changes().renew(work)) is not None:
            flash(t(f"{row.name} 停止适用：{say(title)}", f"{row.name} is bound no longer: {say(title)}"), "success")
            return redirect(url_for("organizations.show", uid=uid), 303)
    return render_template("organizations/lift.html", row=row, typed=typed, title=title), typed.status
