"""Every route, everybody, own and foreign: who gets in, and that what is foreign is as if it did not exist."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, true
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import workflow.engine.ledger_filters
import workflow.engine.ledger_view
import workflow.engine.scope
from tests.engine.office import PEOPLE
from tests.web.knocking import alike, small_site
from tests.web.routes import NEVER_THERE, ROWS, Row, values
from tests.web.world import DUE, HOMELESS, NOBODY, House, World, world
from web.permission import Audience, Permission
from workflow.engine.reading import case_columns
from workflow.store.tables import Case, Organization

EVERYBODY = (*PEOPLE, NOBODY, HOMELESS, DUE)
ENDS = ("signing.sign_out",)
ONE_OF_A_KIND = ("secretary", "watcher", "approver", "department", "administrator")


@pytest.fixture(scope="module")
def here(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give both houses."""
    with small_site(sqlite_template, tmp_path_factory.mktemp("world")) as site:
        yield world(site)


def routes(rules: Iterator[Rule]) -> Iterator[tuple[str, str, Rule]]:
    """Yield method, endpoint and rule of every route."""
    for rule in rules:
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield method, rule.endpoint, rule


def without_row(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the routes that have no row, and the rows that have no route."""
    return found ^ set(ROWS)


def test_every_route_has_its_row(here: World) -> None:
    found = {(method, endpoint) for method, endpoint, _ in routes(here.site.app.url_map.iter_rules())}
    assert without_row(found) == set()
    assert without_row(found | {("POST", "case.burn")}) == {("POST", "case.burn")}  # a new one would be seen


def address(here: World, row: Row, endpoint: str, method: str, house: House | None) -> str:
    """Return the address of a route over what a house has, or over what nobody has."""
    known = values(row, house)
    rule = next(rule for rule in here.site.app.url_map.iter_rules(endpoint) if not rule.defaults)
    adapter = here.site.app.url_map.bind("localhost")
    return adapter.build(endpoint, {name: known[name] for name in rule.arguments}, method=method)


def ask(here: World, login: str, method: str, path: str, **fields: str) -> TestResponse:
    """Ask as somebody; the answer must not tell what that one may not know."""
    knock = here.knock(login)
    answer = knock.get(path) if method == "GET" else knock.post(path, **fields)
    require_silent(here, login, answer, path + "".join(fields.values()))
    answer.close()
    return answer


def require_silent(here: World, login: str, answer: TestResponse, asked: str) -> None:
    """Raise AssertionError where an answer tells a secret that was not in the question."""
    told = written(answer) + str(answer.headers)
    for secret in here.secrets(login):
        if secret not in asked:
            at = told.find(secret)
            assert at < 0, (
                f"{login} {answer.request.method} {asked} tells {secret}: …{told[max(0, at - 150) : at + 50]}"
            )


def written(answer: TestResponse) -> str:
    """Return all that is written in an answer: a workbook is unpacked."""
    data = answer.get_data()
    if data[:2] != b"PK":
        return data.decode("utf-8")
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def check_row(here: World, method: str, endpoint: str, logins: tuple[str, ...] = EVERYBODY) -> None:
    """Try a route as everybody, over the own house and over foreign ones."""
    row = ROWS[method, endpoint]
    for login in logins:
        if endpoint in ENDS:
            here.knocks.pop(login, None)
        path = address(here, row, endpoint, method, here.own(login))
        answer = ask(here, login, method, path)
        where = f"{login} {method} {path}: {answer.status_code}"
        if login not in row.door:
            require_kept_out(login, answer, where)
            continue
        through = row.may is None or login in row.may
        assert answer.status_code in (row.own if through else row.others), where
        if answer.status_code in (302, 303):
            here.knocks.pop(login, None)  # what was done is told on the next page
        if login in ONE_OF_A_KIND and set(row.names.values()) - {"entry", "article"}:
            check_foreign(here, login, method, endpoint)
        if endpoint in ENDS:
            here.knocks.pop(login, None)


def require_kept_out(login: str, answer: TestResponse, where: str) -> None:
    """Raise AssertionError unless the door is shut, in the way that leads on."""
    leads = {NOBODY: "/sign-in", HOMELESS: "/offices", DUE: "/password"}
    if login in leads:
        assert answer.status_code == 302, where
        assert answer.headers["Location"].startswith(leads[login]), where
    else:
        assert answer.status_code == 403, where
        assert "不能使用这个页面" in answer.get_data(as_text=True), where


def check_foreign(here: World, login: str, method: str, endpoint: str) -> None:
    """Raise AssertionError unless what is foreign gets the answer of what is not there, byte for byte."""
    row = ROWS[method, endpoint]
    none = address(here, row, endpoint, method, None)
    expected = said(ask(here, login, method, none), row, None)
    assert expected[0] in (403, 404), f"{login} {method} {none}: {expected[0]}"
    for house in here.foreign(login):
        path = address(here, row, endpoint, method, house)
        if path == none:
            continue
        answer = said(ask(here, login, method, path), row, house)
        assert answer == expected, f"{login} {method} {path}: {differing(answer[1], expected[1])}"


def differing(one: str, other: str) -> str:
    """Return the first lines in which two answers differ."""
    return next(
        (f"{a!r} is not {b!r}" for a, b in zip(one.splitlines(), other.splitlines(), strict=False) if a != b), ""
    )


def said(answer: TestResponse, row: Row, house: House | None) -> tuple[int, str, list[tuple[str, str]]]:
    """Return an answer without the address and the names that were asked for."""
    known = values(row, house)
    names = [str(known[argument]) for argument in row.names]
    with_dashes = [f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}" for one in names if len(one) == 32]
    return alike(
        answer,
        answer.request.path,
        *sorted({*(one for one in names if len(one) > 4), *with_dashes}, key=len, reverse=True),
    )


def test_everybody_gets_where_the_row_says_and_nothing_foreign_is_there(here: World) -> None:
    faults = []
    for method, endpoint in sorted(ROWS, key=lambda key: (ROWS[key].last, key[1] in ENDS, key)):
        for login in EVERYBODY:
            try:
                check_row(here, method, endpoint, (login,))
            except AssertionError as error:
                faults.append(str(error).partition("\nassert")[0][:300])
    assert not faults, "\n".join(faults)


def searches(house: House, case: str) -> tuple[str, ...]:
    """Return addresses that look for what is foreign by its own words."""
    name, number, paper, place, account, login, *_ = house.secrets
    return (
        f"/ledger?name={name[:2]}", f"/ledger?organization={place}", f"/ledger?name={name}&order=due",
        "/ledger?name=%25",
        "/ledger?name=_", f"/compliance?organization={place}", f"/records?case={number}", f"/records?account={account}",
        f"/records?account={login[:3]}&tab=saw", f"/records?organization={place}&tab=saw",
        "/records?account=%25&tab=saw",
        f"/accounts?name={login[:3]}", f"/accounts?organization={place}", f"/accounts?after={login[:-1]}",
        "/meetings?before=999999",
        f"/organizations/{place}", f"/organizations/{place}/roster?name=%25", "/done?after=999999",
        "/imports?before=999999",
        f"/basis/find?name={paper}", f"/cases/{case}/steps/contacts/assigned", f"/cases/{case}/supplement?step=talk",
        "/cases/new?step=apply", "/meetings/new?step=admit&on=2026-11-20",
    )  # fmt: skip


def test_no_search_list_or_suggestion_tells_of_what_is_foreign(here: World) -> None:
    for login in ONE_OF_A_KIND:
        for house in here.foreign(login):
            for path in searches(house, here.own(login).case):
                answer = ask(here, login, "GET", path)
                assert answer.status_code in (200, 302, 403, 404, 422), f"{login} {path}: {answer.status_code}"


def test_no_file_that_is_taken_out_tells_of_what_is_foreign(here: World) -> None:
    for login in ONE_OF_A_KIND:
        for house in here.foreign(login):
            place = house.organization
            ask(here, login, "POST", "/ledger/export", organization=place)
            ask(here, login, "POST", "/compliance/export", organization=place, form="xlsx")
            for tab in ("did", "saw"):
                ask(here, login, "POST", "/records/export", tab=tab, account=house.login[:3])
                ask(here, login, "POST", "/records/export", tab=tab, organization=place)
    whole = written(ask(here, "approver", "POST", "/ledger/export"))
    assert here.first.secrets[0] in whole  # what is in scope is there


def test_what_is_own_opens_nothing_foreign_that_is_named_beside_it(here: World) -> None:
    own, foreign, none = here.first, here.outer, NEVER_THERE
    pairs = [
        ("secretary", f"/cases/{own.case}/proposals/{{}}", foreign.proposal, none["proposal"]),
        ("secretary", f"/cases/{foreign.case}/proposals/{{}}", own.proposal, none["proposal"]),
        ("secretary", f"/roster/{own.line}/penalties/{{}}", foreign.penalty, none["penalty"]),
        ("administrator", f"/accounts/{own.account}/offices/{{}}/dismiss", foreign.office, none["office"]),
    ]
    for login, path, one, other in pairs:
        for method in ("GET", "POST"):
            answers = [ask(here, login, method, path.format(key)) for key in (one, other)]
            first, second = (alike(answer, answer.request.path) for answer in answers)
            assert first == second, (login, method, path)


# ------------------------------------------------------------------ planted faults are found


def test_a_page_with_a_wider_door_is_found(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view = here.site.app.view_functions["records.index"]
    monkeypatch.setattr(view, "permission", Permission(Audience.IN_OFFICE))
    with pytest.raises(AssertionError, match="secretary GET /records: 200"):
        check_row(here, "GET", "records.index", ("auditor", "secretary"))
    monkeypatch.setattr(view, "permission", Permission(Audience.EVERYBODY))
    with pytest.raises(AssertionError, match="nobody GET /records"):
        check_row(here, "GET", "records.index", (NOBODY,))


def test_a_case_that_is_read_without_the_scope_is_found(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    query: Any = select(*case_columns()).join(Organization, Organization.id == Case.organization_id)
    monkeypatch.setattr(workflow.engine.scope, "_BY_NUMBER", query.where(Case.number == bindparam("number")))
    with pytest.raises(AssertionError, match="tells 漏"):
        check_row(here, "GET", "case.show", ("approver",))


def test_a_list_that_is_read_without_the_scope_is_found(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (workflow.engine.ledger_view, workflow.engine.ledger_filters):
        for name in ("visible", "visible_unsorted", "within"):
            monkeypatch.setattr(room, name, lambda *_: true(), raising=False)
    with pytest.raises(AssertionError, match="GET /ledger tells"):
        check_row(here, "GET", "ledger.index", ("approver",))
