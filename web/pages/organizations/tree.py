"""Changes of the tree by an administrator: adding, renaming, moving and closing; a branch's committee."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import organization_view as see
from web.changing import changes, typed_in
from web.desk import actor, house, task
from web.language import t
from web.pages.organizations.blueprint import pages
from web.permission import needs
from workflow.engine.organizations import (
    NewOrganization,
    add_organization,
    close_organization,
    move_organization,
    rename_organization,
    set_committee,
)
from workflow.engine.place_view import may_stand_under, offices_in
from workflow.engine.scope import OrganizationRow, cases_within, find_organization
from workflow.engine.task import Task
from workflow.law.organizations import Right

CHECK = "check"


@pages.route("/organizations/<uuid:uid>/add", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def add(uid: UUID) -> ResponseReturnValue:
    """Add an organization under another, or attach one to it."""
    above, typed = _row(uid), typed_in(request)
    kinds = see.kinds_below(house().laws, above.kind)
    if request.method == "POST":
        kind = typed.one_of("kind", [name for name, _ in kinds])
        committee = see.COMMITTEE.get(typed.text("committee"), see.COMMITTEE["unknown"])[0]
        new = NewOrganization(kind, typed.needed("name"), committee, typed.day("until"))
        added: list[OrganizationRow] = []

        def work(one: Task) -> tuple[int, ...]:
            row = add_organization(one.connection, one.laws.organizations, one.actor, uid, new)
            added[:] = [row]
            return cases_within(one.connection, above.path) if row.serves_id else ()

        if typed.tried(lambda: changes().renew(work)) is not None:
            flash(t(f"已增设：{added[0].name}", f"Added: {added[0].name}"), "success")
            return redirect(url_for("organizations.show", uid=added[0].uid), 303)
    return render_template("organizations/add.html", row=above, typed=typed, kinds=kinds, see=see), typed.status


@pages.route("/organizations/<uuid:uid>/rename", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def rename(uid: UUID) -> ResponseReturnValue:
    """Give an organization another name."""
    row = _row(uid)
    typed = typed_in(request, name=row.name)
    if request.method == "POST":
        name = typed.needed("name")

        def work(one: Task) -> bool:
            rename_organization(one.connection, one.actor, uid, name)
            return True

        if typed.tried(lambda: changes().make(work)):
            flash(t(f"已更名：{row.name} → {name}", f"Renamed: {row.name} → {name}"), "success")
            return _to(uid)
    return render_template("organizations/rename.html", row=row, typed=typed), typed.status


@pages.route("/organizations/<uuid:uid>/move", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def move(uid: UUID) -> ResponseReturnValue:
    """Put an organization under another one: choose, look at what follows, confirm."""
    row, typed = _row(uid), typed_in(request)
    part = request.args.get("q", "")
    choices = see.place_choices(house().laws, may_stand_under(task(), row, part))
    if request.method == "POST":
        to = typed.one_of("to", [code for code, _ in choices])
        target = dict(choices).get(to)

        def work(one: Task) -> tuple[int, ...]:
            return move_organization(one.connection, one.laws.organizations, one.actor, uid, UUID(to))

        if typed.text("do") == CHECK:
            touched = typed.tried(lambda: changes().trial(work))
            if touched is not None:
                return render_template(
                    "organizations/move_check.html", row=row, typed=typed, target=target, touched=len(touched)
                )
        elif typed.tried(lambda: changes().renew(work)) is not None:
            flash(t(f"已移动：{row.name}", f"Moved: {row.name}"), "success")
            return _to(uid)
    return render_template("organizations/move.html", row=row, typed=typed, choices=choices, part=part), typed.status


@pages.route("/organizations/<uuid:uid>/close", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def close(uid: UUID) -> ResponseReturnValue:
    """Close an organization after a last day: say when, look at what follows, confirm."""
    row, now = _row(uid), task()
    typed = typed_in(request, until=now.today.isoformat())
    if request.method == "POST":
        last = typed.needed_day("until", now.today)
        if typed.text("do") == CHECK:
            if typed.tried(lambda: changes().trial(lambda one: (_close(one, row, last),))) is not None:
                offices = [one for one in offices_in(task(), row) if one.until_on is None or one.until_on > last]
                return render_template(
                    "organizations/close_check.html", row=row, typed=typed, last=last, offices=offices, see=see,
                    laws=house().laws,
                )  # fmt: skip
        elif typed.tried(lambda: changes().renew(lambda one: _close(one, row, last))) is not None:
            flash(t(f"已撤销：{row.name}", f"Closed: {row.name}"), "success")
            return _to(uid)
    return render_template("organizations/close.html", row=row, typed=typed), typed.status


def _close(one: Task, row: OrganizationRow, last: date) -> tuple[int, ...]:
    """Close it, and return the cases in which it acted if it is attached and its last day has passed."""
    close_organization(one.connection, one.actor, row.uid, last)
    served = row.path.removesuffix(f"{row.id}.")
    return cases_within(one.connection, served) if row.serves_id and last < one.today else ()


@pages.route("/organizations/<uuid:uid>/committee", methods=["GET", "POST"])
@needs(Right.ADMINISTER)
def committee(uid: UUID) -> ResponseReturnValue:
    """Say whether a branch has a branch committee."""
    row = _row(uid)
    stands = next(code for code, (value, _) in see.COMMITTEE.items() if value == row.has_committee)
    typed = typed_in(request, committee=stands)
    if request.method == "POST":
        answer = see.COMMITTEE.get(typed.one_of("committee", see.COMMITTEE), see.COMMITTEE["unknown"])[0]

        def work(one: Task) -> tuple[int, ...]:
            return set_committee(one.connection, one.laws.organizations, one.actor, uid, has_committee=answer)

        if (touched := typed.tried(lambda: changes().renew(work))) is not None:
            flash(_renewed(t("已更改", "Changed"), touched), "success")
            return _to(uid)
    return render_template("organizations/committee.html", row=row, typed=typed, see=see), typed.status


def _row(uid: UUID) -> OrganizationRow:
    return find_organization(task().connection, actor(), uid)


def _to(uid: UUID) -> ResponseReturnValue:
    return redirect(url_for("organizations.show", uid=uid), 303)


def _renewed(words: str, cases: int) -> str:
    """Return what was done, and how many to-do lists were made anew for it."""
    return words + t(f"；重新生成 {cases} 份待办", f"; to-do lists made anew: {cases}") if cases else words
