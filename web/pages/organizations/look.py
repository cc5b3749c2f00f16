"""One organization as it stands: what is around it, what it may do, offices, local practice, how many people."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from web import organization_view as see
from web.desk import actor, house, task
from web.pages.organizations.blueprint import pages
from web.permission import in_office
from workflow.engine.place_view import offices_in, people_by_state
from workflow.engine.scope import find_organization
from workflow.engine.tree_view import around, bindings
from workflow.law.organizations import Right


@pages.get("/organizations")
@in_office
def index() -> ResponseReturnValue:
    """Show the organization of the office."""
    return _page(None)


@pages.get("/organizations/<uuid:uid>")
@in_office
def show(uid: UUID) -> ResponseReturnValue:
    """Show an organization of the scope."""
    return _page(uid)


def _page(uid: UUID | None) -> str:
    now, who, laws = task(), actor(), house().laws
    near = around(now, uid)
    row = find_organization(now.connection, who, near.here.uid)
    offices = offices_in(now, row)
    kind = laws.organizations.kinds.get(row.kind)
    edition = laws.book().edition_on(now.today)
    return render_template(
        "organizations/show.html", near=near, row=row, see=see, laws=laws, edition=edition, today=now.today,
        current=[one for one in offices if not one.over(now.today)],
        past=[one for one in offices if one.over(now.today)],
        bound=bindings(now, row), people=people_by_state(now, row) if who.sees_cases else {},
        able=see.ability(laws, edition, row), administers=Right.ADMINISTER in who.rights,
        reads=Right.READ in who.rights, holds_cases=bool(kind and kind.holds_cases),
        committees=bool(kind and kind.with_committee), own=row.id == who.organization_id,
        accounts=_accounts(), inspects=Right.INSPECT in who.rights,
    )  # fmt: skip


def _accounts() -> bool:
    return bool({Right.ADMINISTER, Right.CONFIRM, Right.INSPECT} & actor().rights)
