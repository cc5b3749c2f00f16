# ruff: noqa: INP001 - beside the scripts that use it, no part of a package
"""The pages over a filled database: who visits them, and which pages are met."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from _bulk import TODAY, fill
from _figure import ROOT
from _many import multiply
from flask import Flask
from sqlalchemy import Select, func, select, update

sys.path.insert(0, str(ROOT))
from tests.web.site import PASSWORD, password_hash
from tests.web.visitor import Page, Visitor
from tests.web.visitor import filled as as_it_stands
from web import create_app
from web.settings import House, Settings
from workflow.cli.common import ledger_form, working_calendar
from workflow.engine.laws import load_laws
from workflow.law.loader import definitions_root
from workflow.store.database import Database
from workflow.store.tables import Account, Case, Installation, Office, Organization, Todo

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)  # noon at the office
SECRET = bytes(range(32))
MADE = 20_000  # cases that are chained and hashed anew; more are copies within the database
A_COMMITTEE = 500  # cases
DEEP = 10  # pages on in a list
FORM = re.compile(r'href="(/cases/[0-9-]+/steps/[a-z_]+(?:/[a-z_]+)?)"')
NEXT = re.compile(r'href="([^"]*[?&](?:amp;)?after=[^"]*)"')
TYPED = {"date": TODAY.isoformat(), "number": "3"}  # what is put into fields by their kind; into others a few letters


@dataclass(frozen=True, slots=True)
class Seat:
    """Whoever looks at the pages: a login, the case looked at, the branch in which it is."""

    name: str
    login: str
    case: str
    branch: str


def empty(database: Database) -> bool:
    """Tell whether nobody has made or filled a database yet."""
    if not database.answers():
        return True
    with database.read() as connection:
        return connection.scalar(select(Installation.id)) is None


def prepared(database: Database, cases: int) -> tuple[Seat, ...]:
    """Fill a database unless that has been done, let three people sign in with the one password, return them."""
    if empty(database):
        fill(database, min(cases, MADE), max(1, cases // A_COMMITTEE))
        multiply(database, cases)
    seats = seats_of(database)
    with database.write() as connection:
        with_password = update(Account).where(Account.login.in_([seat.login for seat in seats]))
        connection.execute(with_password.values(password=password_hash(), password_at=NOW))
    return seats


def seats_of(database: Database) -> tuple[Seat, ...]:
    """Return the secretary of a branch in the middle that has cases, the organizer above it, an officer at the root.

    Each looks at the longest of the branch's cases that ask something of their own office, else at the longest.
    """
    with database.read() as connection:
        middle = select(func.avg(Case.organization_id)).scalar_subquery()
        home = (
            select(Case.organization_id).where(Case.organization_id >= middle).order_by(Case.organization_id).limit(1)
        )
        branch = connection.execute(_place_of("secretary").where(Organization.id == home.scalar_subquery())).one()
        organizer = connection.execute(_place_of("organizer").where(Organization.id == branch.parent_id)).one()
        return tuple(
            Seat(name, account, connection.scalars(_longest(branch.id, place)).first() or "", branch.uid.hex)
            for name, account, place in (
                ("secretary", branch.login, branch.id), ("organizer", organizer.login, organizer.id),
                ("department", "department", None),
            )
        )  # fmt: skip


def _place_of(login: str) -> Select[Any]:
    columns = select(Organization.id, Organization.uid, Organization.parent_id, Account.login)
    query = columns.join(Office, Office.organization_id == Organization.id).join(Account)
    return query.where(Account.login.startswith(login))


def _longest(branch: int, acting: int | None) -> Select[tuple[str]]:
    asked = Case.id.in_(select(Todo.case_id).where(Todo.branch_id == branch, Todo.organization_id == acting))
    return select(Case.number).where(Case.organization_id == branch).order_by(asked.desc(), Case.entries.desc())


def house_over(database: Database, folder: Path) -> House:
    """Return what the pages work with, on the day of the people in a database."""
    return House(
        database, load_laws(definitions_root()), lambda: NOW, folder, definitions_root(), ledger_form(),
        working_calendar(), sample=True,
    )  # fmt: skip


def pages_over(database: Database, folder: Path) -> Flask:
    """Return the application over a database."""
    return create_app(house_over(database, folder), Settings(SECRET))


def signed_in(app: Flask, seat: Seat) -> Visitor:
    """Return the browser of somebody who has come in through the door."""
    visitor = Visitor(app)
    page = visitor.submit(visitor.get("/sign-in"), "/sign-in", login=seat.login, password=PASSWORD)
    if "/sign-in" in page.path:
        raise RuntimeError(f"{seat.login} cannot sign in")
    return visitor


def addresses(visitor: Visitor, seat: Seat) -> Mapping[str, str]:
    """Return the pages that somebody meets, by their names; a list deep within is found by going on in it."""
    case = f"/cases/{seat.case}"
    pages = {
        "todo": "/", "waiting": "/waiting", "done": "/done", "case": case, "plan": f"{case}/plan",
        "sheet": f"{case}/sheet", "steps": f"{case}/steps", "check": f"/compliance/cases/{seat.case}",
        "ledger": "/ledger", "ledger, deep": deep(visitor, "/ledger?size=20"),
        "ledger, by due day": "/ledger?order=due",
        "ledger, full members by due day": "/ledger?order=due&state=full",
        "ledger, overdue": "/ledger?urgency=overdue",
        "ledger, full members with findings": "/ledger?state=full&findings=yes",
        "ledger, filtered": "/ledger?state=activist&findings=yes",
        "ledger, a surname": "/ledger?name=%E8%B5%B5", "ledger, a surname, by due": "/ledger?name=%E8%B5%B5&order=due",
        "ledger, a name of few": "/ledger?name=%E7%A4%BA1234", "ledger, a name of nobody": "/ledger?name=%E9%BE%98",
        "ledger, a number": f"/ledger?name={seat.case}", "ledger, a step of nobody": "/ledger?step=posthumous",
        "ledger, a step by due day": "/ledger?step=cultivate&order=due",
        "ledger, a state by due day": "/ledger?state=target&order=due",
        "ledger, a step in a state": "/ledger?state=target&step=cultivate",
        "ledger, a branch": f"/ledger?organization={seat.branch}",
        "compliance": "/compliance", "compliance, deep": deep(visitor, "/compliance"),
        "compliance, a branch": f"/compliance?organization={seat.branch}",
        "compliance, a force": "/compliance?force=law", "compliance, a state": "/compliance?state=activist",
        "compliance, a state of none": "/compliance?state=full", "compliance, open": "/compliance?standing=open",
        "compliance, answered": "/compliance?standing=answered", "compliance, expired": "/compliance?standing=expired",
        "compliance, runs": "/compliance/runs", "compliance, closed": "/compliance/closed",
        "organizations": "/organizations", "records": "/records", "basis": "/basis", "editions": "/basis/editions",
        "articles": "/basis/articles", "differences": "/basis/compare", "meeting": "/meetings",
    }  # fmt: skip
    branch = seat.branch
    pages["organization"] = f"/organizations/{branch[:8]}-{branch[8:12]}-{branch[12:16]}-{branch[16:20]}-{branch[20:]}"
    if form := form_of(visitor, case):
        pages["form"] = form
    return {name: address for name, address in pages.items() if opened(visitor, address)}


def opened(visitor: Visitor, address: str) -> bool:
    """Open a page for the first time; False: this office does not see it. Raises RuntimeError for a fault of ours."""
    status = visitor.client.get(address).status_code
    if status not in (200, 403):
        raise RuntimeError(f"{address} answers {status}")
    return bool(status == 200)  # noqa: PLR2004 - HTTP


def deep(visitor: Visitor, address: str) -> str:
    """Return a page far down a list, or its last one."""
    for _ in range(DEEP):
        found = NEXT.search(visitor.client.get(address).get_data(as_text=True))
        if found is None:
            return address
        address = found[1].replace("&amp;", "&")
    return address


def form_of(visitor: Visitor, case: str) -> str | None:
    """Return the first form that a case, else the to-do list, offers to this office."""
    for page in (f"{case}/steps", "/"):
        for address in FORM.findall(visitor.client.get(page).get_data(as_text=True)):
            answer = visitor.client.get(address, follow_redirects=True)
            if 'name="do"' in answer.get_data(as_text=True):
                return str(answer.request.path)
    return None


def typed(page: Page, address: str) -> list[tuple[str, str]]:
    """Return what is sent when a form is filled in somehow and looked over before it is handed in."""
    form = page.form(address)
    given: dict[str, Any] = {}
    for control in form.find_all(["input", "textarea", "select"]):
        name, kind = str(control.get("name", "")), str(control.get("type", "text"))
        if kind in ("hidden", "submit") or not name or name in given:
            continue
        options = control.find_all("option")
        chosen = str(options[-1].get("value", "")) if options else str(control.get("value", ""))
        given[name] = chosen if kind == "radio" or options else TYPED.get(kind, "示例")
    return [*as_it_stands(form, given), ("do", "check")]


def parts_of(page: Page) -> Iterator[str]:
    """Yield the addresses of the styles and scripts of a page."""
    for tag, name in (("link", "href"), ("script", "src"), ("img", "src")):
        for one in page.soup.find_all(tag, attrs={name: True}):
            if urlsplit(str(one[name])).path.startswith("/static/"):
                yield str(one[name])
