"""党员名册: the roster of a branch, its members with their standing and the penalties that touch a sponsor."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import organization_view as see
from web.changing import Typed, changes, typed_in
from web.desk import actor, house, task
from web.language import t
from web.limits import small
from web.noting import noted
from web.pages.organizations.blueprint import pages
from web.permission import needs
from workflow.access.trail import LogAct
from workflow.case.roster import PenaltyKind, Standing
from workflow.engine.members import (
    NewMember,
    NewPenalty,
    add_member,
    add_penalty,
    change_member,
    change_penalty,
    remove_member,
    remove_penalty,
)
from workflow.engine.place_view import enlisted
from workflow.engine.scope import find_organization
from workflow.engine.task import Task
from workflow.engine.tree_view import roster as roster_page
from workflow.law.organizations import Right

LONGEST = 100  # characters of what is searched for


@pages.get("/organizations/<uuid:uid>/roster")
@needs(Right.READ)
def roster(uid: UUID) -> ResponseReturnValue:
    """Show the roster of a branch; reading it is noted."""
    name, after = request.args.get("name", "")[:LONGEST], request.args.get("after", "")
    known = _line_in(after) if after else None
    found = roster_page(task(), uid, name or None, known)
    rights = actor().rights
    page = render_template(
        "organizations/roster.html", found=found, name=name, after=known, see=see,
        records=Right.RECORD in rights, imports={Right.RECORD, Right.CONFIRM} <= rights,
    )  # fmt: skip
    noted(LogAct.ROSTER_READ, place=found.branch)
    return page


@pages.route("/organizations/<uuid:uid>/roster/new", methods=["GET", "POST"])
@needs(Right.RECORD)
def enlist(uid: UUID) -> ResponseReturnValue:
    """Put somebody on the roster."""
    row, typed = find_organization(task().connection, actor(), uid), typed_in(request)
    if request.method == "POST":
        new = _member(typed)
        done = typed.tried(
            lambda: changes().make(lambda one: add_member(one.connection, one.laws.organizations, one.actor, uid, new))
        )
        if done is not None:
            flash(t("已列入名册", "Put on the roster"), "success")
            return redirect(url_for("organizations.roster", uid=uid), 303)
    return render_template("organizations/enlist.html", row=row, typed=typed, see=see), typed.status


@pages.route("/roster/<int:line>", methods=["GET", "POST"])
@needs(Right.RECORD)
def member(line: int) -> ResponseReturnValue:
    """Show one line of a roster with its penalties, and correct it."""
    found = enlisted(task(), line)
    full_on = found.full_on.isoformat() if found.full_on else ""
    typed = typed_in(request, name=found.name, standing=found.standing or "", full_on=full_on)
    if request.method == "POST":
        new = _member(typed)

        def work(one: Task) -> bool:
            change_member(one.connection, one.actor, line, new)
            return True

        if typed.tried(lambda: changes().make(work)):
            flash(t("名册已更改", "The roster is changed"), "success")
            return redirect(url_for("organizations.member", line=line), 303)
    edition = house().laws.book().edition_on(task().today)
    page = render_template("organizations/member.html", line=found, typed=typed, see=see, edition=edition)
    noted(LogAct.ROSTER_READ, place=find_organization(task().connection, actor(), found.branch_uid))
    return page, typed.status


@pages.route("/roster/<int:line>/remove", methods=["GET", "POST"])
@needs(Right.RECORD)
def remove(line: int) -> ResponseReturnValue:
    """Take somebody off a roster, after saying what follows."""
    found, typed = enlisted(task(), line), Typed({})
    if request.method == "POST":

        def work(one: Task) -> bool:
            remove_member(one.connection, one.actor, line)
            return True

        if typed.tried(lambda: changes().make(work)):
            flash(t("已从名册删除", "Taken off the roster"), "success")
            return redirect(url_for("organizations.roster", uid=found.branch_uid), 303)
    return render_template("organizations/remove.html", line=found, typed=typed), typed.status


@pages.route("/roster/<int:line>/penalties/new", methods=["GET", "POST"], defaults={"number": None})
@pages.route("/roster/<int:line>/penalties/<int:number>", methods=["GET", "POST"])
@needs(Right.RECORD)
def penalty(line: int, number: int | None) -> ResponseReturnValue:
    """Note a penalty of a member, correct one, or take back one that was noted by mistake."""
    found, today = enlisted(task(), line), task().today
    was = next((one for one in found.penalties if one.id == number), None)
    if number is not None and was is None:
        abort(404)
    days = (was.from_on, was.until_on) if was else (None, None)
    begin, end = (one.isoformat() if one else "" for one in days)
    typed = typed_in(request, kind=was.kind if was else "", **{"from": begin, "until": end})
    if request.method == "POST":
        taking_back = was is not None and typed.text("do") == "remove"
        kind = "" if taking_back else typed.one_of("kind", see.KINDS)
        span = (today, None) if taking_back else (typed.needed_day("from", today), typed.day("until"))

        def work(one: Task) -> bool:
            if was is not None and taking_back:
                remove_penalty(one.connection, one.actor, was.id)
            elif was is not None:
                change_penalty(one.connection, one.actor, was.id, NewPenalty(PenaltyKind(kind), *span))
            else:
                add_penalty(one.connection, one.actor, line, NewPenalty(PenaltyKind(kind), *span))
            return True

        if typed.tried(lambda: changes().make(work)):
            flash(t("处分已更新", "Penalties brought up to date"), "success")
            return redirect(url_for("organizations.member", line=line), 303)
    return render_template("organizations/penalty.html", line=found, was=was, typed=typed, see=see), typed.status


def _line_in(text: str) -> int:
    """Return the number of a line; no database holds others."""
    try:
        return small(text)
    except ValueError:
        abort(404)


def _member(typed: Typed) -> NewMember:
    """Return a line as it was typed; what cannot be read is said beside it."""
    name, standing = typed.needed("name"), typed.text("standing")
    return NewMember(name, Standing(standing) if standing in set(Standing) else None, typed.day("full_on"))
