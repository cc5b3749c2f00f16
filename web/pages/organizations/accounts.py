"""Accounts: who works here. An administrator makes and disables them, and gives one-time passwords, shown once."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import organization_view as see
from web.changing import Typed, changes, typed_in
from web.desk import actor, house, task
from web.language import t
from web.pages.organizations.blueprint import pages
from web.permission import needs
from workflow.access.passwords import give_one_time
from workflow.engine.accounts import NewAccount, NewOffice, create_account, disable_account, whole_account
from workflow.engine.place_view import offices_held
from workflow.engine.scope import AccountRow, find_organization
from workflow.engine.task import Task
from workflow.engine.tree_view import accounts as account_page
from workflow.engine.tree_view import around
from workflow.law.organizations import Right

LONGEST = 100  # characters of what is searched for


@pages.get("/accounts")
@needs(Right.ADMINISTER, Right.CONFIRM, Right.INSPECT)
def accounts() -> ResponseReturnValue:
    """List the accounts with an office in scope."""
    now, who = task(), actor()
    name, after = request.args.get("name", "")[:LONGEST], request.args.get("after")
    place = _uid(request.args.get("organization", ""))
    found = account_page(now, name or None, place, after)
    return render_template(
        "organizations/accounts.html", found=found, name=name, after=after, today=now.today, see=see,
        laws=house().laws, place=around(now, place, 1).here if place else None,
        administers=Right.ADMINISTER in who.rights,
    )  # fmt: skip


@pages.get("/accounts/<uuid:uid>")
@needs(Right.ADMINISTER, Right.CONFIRM, Right.INSPECT)
def account(uid: UUID) -> ResponseReturnValue:
    """Show an account with its offices in scope, past ones too."""
    now, who = task(), actor()
    found, offices = offices_held(now, uid)
    return render_template(
        "organizations/account.html", account=found, offices=offices, today=now.today, see=see, laws=house().laws,
        administers=Right.ADMINISTER in who.rights and found.id not in who.persons, oneself=found.id in who.persons,
    )  # fmt: skip


@pages.route("/organizations/<uuid:uid>/accounts/new", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def new_account(uid: UUID) -> ResponseReturnValue:
    """Make an account with its first office; its one-time password is shown on the answer, this once."""
    now = task()
    row = find_organization(now.connection, actor(), uid)
    typed = typed_in(request, **{"from": now.today.isoformat()})
    roles = see.roles_of(house().laws, row.kind)
    if request.method == "POST":
        new = NewAccount(typed.needed("login"), typed.needed("name"))
        role = typed.one_of("role", [code for code, _ in roles])
        office = NewOffice(uid, role, typed.needed_day("from", now.today), typed.day("until"))

        def work(one: Task) -> tuple[AccountRow, str]:
            made = create_account(one.connection, one.laws.organizations, one.actor, new, office, one.now)
            return made, give_one_time(one.connection, one.actor, made.uid, one.now)

        if (made := typed.tried(lambda: changes().make(work))) is not None:
            return _given(*made, fresh=True)
    return render_template("organizations/new_account.html", row=row, typed=typed, can_hold=roles), typed.status


@pages.route("/accounts/<uuid:uid>/password", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def one_time(uid: UUID) -> ResponseReturnValue:
    """Give somebody a one-time password, after saying what follows."""
    found, _ = offices_held(task(), uid)
    typed = Typed({})
    if request.method == "POST":
        password = typed.tried(
            lambda: changes().make(lambda one: give_one_time(one.connection, one.actor, uid, one.now))
        )
        if password is not None:
            return _given(found, password, fresh=False)
    elif found.id not in actor().persons:
        typed.tried(lambda: whole_account(task().connection, actor(), uid))
    return render_template("organizations/one_time.html", account=found, typed=typed), _status(typed)


@pages.route("/accounts/<uuid:uid>/disable", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def disable(uid: UUID) -> ResponseReturnValue:
    """Disable an account, after saying what follows."""
    found, offices = offices_held(task(), uid)
    typed = Typed({})
    today = task().today
    if request.method == "POST":

        def work(one: Task) -> bool:
            disable_account(one.connection, one.actor, uid, one.now)
            return True

        if typed.tried(lambda: changes().make(work)):
            flash(t(f"已停用：{found.login}", f"Disabled: {found.login}"), "success")
            return redirect(url_for("organizations.account", uid=uid), 303)
    else:
        typed.tried(lambda: whole_account(task().connection, actor(), uid))
    held = [one for one in offices if not one.over(today)]
    return render_template(
        "organizations/disable.html", account=found, offices=held, typed=typed, see=see, laws=house().laws
    ), _status(typed)


def _status(typed: Typed) -> int:
    """Return the status of a page that only says beforehand what would be refused."""
    return typed.status if request.method == "POST" else 200


def _given(account: AccountRow, password: str, *, fresh: bool) -> str:
    """Return the one page that shows a password."""
    return render_template("organizations/password.html", account=account, password=password, fresh=fresh)


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
