"""The pages as a machine tries them: what fits the description of a route comes to what is agreed, to no fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.web.crawling import Form, walk
from tests.web.knocking import come_in, small_site
from tests.web.openapi import ADDRESS, description, with_description
from tests.web.world import World, world
from web.permission import sees_cases

CHECKS = [not_a_server_error, status_code_conformance]
EACH = 2  # tries of a route
BOUNDED = settings(
    max_examples=EACH, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def try_routes(here: World, login: str, forms: list[Form], only: str = "") -> tuple[int, list[str]]:
    """Try every route that lets somebody in some times; return how many routes, and what was wrong."""
    knock = come_in(here.site, login)
    house = here.first
    known: dict[str, list[object]] = {
        "number": [house.case, "7", "1"], "proposal": [house.proposal], "entry": [1, 2],
        "uid": [house.organization, house.account],
        "step": ["talk", "apply"], "outcome": ["held", "received"], "line": [house.line], "office": [house.office],
        "name": [str(house.batch)], "edition": ["2026-05-11"], "filename": ["app.css"],
    }  # fmt: skip
    described = description(here.site.app, login, forms, known)
    schema = schemathesis.openapi.from_wsgi(ADDRESS, with_description(knock, described))
    faults: list[str] = []
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if only not in operation.path:
            continue
        tried += 1

        @BOUNDED
        @given(case=operation.as_strategy())
        def attempt(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(checks=CHECKS)

        try:
            attempt()
        except BaseExceptionGroup as group:
            faults += [f"{operation.label}: {error}"[:800] for error in group.exceptions]
        except Exception as error:  # noqa: BLE001 - every fault of every route is told at once
            faults.append(f"{operation.label}: {error}"[:800])
    return tried, faults


@pytest.mark.parametrize("login", ["secretary", "administrator"])
def test_whatever_fits_the_description_comes_to_what_is_agreed(
    sqlite_template: Path, tmp_path: Path, login: str
) -> None:
    with small_site(sqlite_template, tmp_path) as site:
        here = world(site)
        seen = walk(site, come_in(site, login), "/", "/cases/new", f"/cases/{here.first.case}",
                    f"/cases/{here.first.case}/steps/talk/held",
                    f"/organizations/{here.first.organization}")  # fmt: skip
        tried, faults = try_routes(here, login, list(seen.forms.values()))
        assert tried > 40
        assert not faults, "\n".join(faults)


def test_a_fault_of_a_page_is_found(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_site(sqlite_template, tmp_path) as site:
        here = world(site)

        @sees_cases
        def broken() -> str:
            raise RuntimeError

        monkeypatch.setitem(site.app.view_functions, "todo.done", broken)
        _, faults = try_routes(here, "secretary", [], only="/done")
        assert any("erver error" in one for one in faults), faults
