"""Offices: appointing, in an organization, for somebody as a deputy too; dismissing with a last day."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import organization_view as see
from web.changing import changes, typed_in
from web.desk import actor, house, task
from web.language import t
from web.pages.organizations.blueprint import pages
from web.permission import needs
from workflow.engine.accounts import NewOffice
from workflow.engine.accounts import appoint as appointed
from workflow.engine.accounts import dismiss as dismissed
from workflow.engine.place_view import office as office_of
from workflow.engine.place_view import offices_held, offices_in, places_called
from workflow.engine.registers import account_called
from workflow.engine.scope import AccountRow, UnknownAccount, find_organization
from workflow.engine.task import Task
from workflow.law.organizations import Right


@pages.get("/accounts/<uuid:uid>/appoint")
@needs(Right.ADMINISTER)
def where(uid: UUID) -> ResponseReturnValue:
    """Choose the organization in which somebody gets an office."""
    account, _ = offices_held(task(), uid)
    part = request.args.get("q", "")
    found = places_called(task(), part)
    return render_template(
        "organizations/where.html", account=account, part=part, found=found, see=see, laws=house().laws
    )


@pages.route("/organizations/<uuid:uid>/appoint", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def appoint(uid: UUID) -> ResponseReturnValue:
    """Give an account an office in an organization, or let it stand in for somebody there."""
    now, laws = task(), house().laws
    row = find_organization(now.connection, actor(), uid)
    typed = typed_in(request, **{"from": now.today.isoformat()})
    roles = see.roles_of(laws, row.kind)
    deputies = see.deputised(laws, offices_in(now, row), now.today)
    if request.method == "POST":
        login, role = typed.needed("login"), typed.one_of("role", [code for code, _ in roles])
        days = (typed.needed_day("from", now.today), typed.day("until"))
        principal = typed.one_of("deputy_for", ["", *(code for code, _ in deputies)])
        office = NewOffice(uid, role, *days, int(principal) if principal and not typed.errors else None)

        def work(one: Task) -> AccountRow:
            account = account_called(one.connection, one.actor, login)
            appointed(one.connection, one.laws.organizations, one.actor, account.uid, office)
            return account

        account = typed.tried(lambda: changes().make(work), UnknownAccount)
        if account is not None:
            flash(t(f"已任命：{account.login}", f"Appointed: {account.login}"), "success")
            return redirect(url_for("organizations.account", uid=account.uid), 303)
    return render_template(
        "organizations/appoint.html", row=row, typed=typed, can_hold=roles, deputies=deputies
    ), typed.status


@pages.route("/accounts/<uuid:uid>/offices/<int:office>/dismiss", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def dismiss(uid: UUID, office: int) -> ResponseReturnValue:
    """End an office after a last day; what follows is said on the form."""
    now = task()
    held, deputies = office_of(now, uid, office)
    if held is None:
        abort(404)
    typed = typed_in(request, until=now.today.isoformat())
    if request.method == "POST":
        last = typed.needed_day("until", now.today)

        def work(one: Task) -> bool:
            dismissed(one.connection, one.actor, office, last)
            return True

        if typed.tried(lambda: changes().make(work)):
            flash(t("已免职", "Dismissed"), "success")
            return redirect(url_for("organizations.show", uid=held.organization_uid), 303)
    return render_template(
        "organizations/dismiss.html", held=held, deputies=deputies, typed=typed, see=see, laws=house().laws,
        ahead=held.from_on > now.today,
    ), typed.status  # fmt: skip
