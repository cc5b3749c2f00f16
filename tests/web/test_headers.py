"""Headers of every answer there is: pages, refusals, redirects, files, faults of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.web.knocking import come_in, small_site, with_session
from tests.web.site import PASSWORD
from tests.web.world import World, world
from web.headers import HEADERS, POLICY
from web.permission import sees_cases
from workflow.store.failures import BUSY, DatabaseBusy

LIFE = "max-age=31536000"


@pytest.fixture(scope="module")
def here(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give both houses, behind a proxy that speaks TLS."""
    with small_site(sqlite_template, tmp_path_factory.mktemp("headers"), https=True) as site:
        yield world(site)


def require_headers(answer: TestResponse, *, kept: bool = False) -> None:
    """Raise AssertionError where an answer lacks a header, or says more of itself than it has to."""
    where = f"{answer.request.method} {answer.request.path}: {answer.status_code}"
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value], (where, name)
    assert answer.headers["Cache-Control"] == ("public, max-age=86400" if kept else "no-store"), where
    assert answer.headers["Strict-Transport-Security"] == LIFE, where
    assert not {"X-Powered-By", "Access-Control-Allow-Origin"} & set(answer.headers.keys()), where
    assert "Traceback" not in answer.get_data().decode("utf-8", "replace"), where
    answer.close()


def test_the_policy_lets_in_what_is_ours_and_nothing_inline() -> None:
    for loose in ("unsafe", "*", "data:", "blob:", "http"):
        assert loose not in POLICY
    told = {part.split()[0]: set(part.split()[1:]) for part in POLICY.split("; ")}
    assert told["default-src"] == {"'none'"}
    assert told["frame-ancestors"] == told["base-uri"] == {"'none'"}
    assert told["form-action"] == {"'self'"}
    assert "object-src" not in told  # as default-src says


def test_every_kind_of_answer_carries_every_header(here: World) -> None:
    site, case = here.site, here.first.case
    client = site.app.test_client()
    secretary = come_in(site, "secretary").client
    administrator = come_in(site, "administrator").client
    expected = {
        200: [client.get("/sign-in"), secretary.get("/"), secretary.get(f"/cases/{case}"), client.get("/healthz")],
        302: [client.get("/"), client.get(f"/cases/{case}"), secretary.get("/sign-in")],
        400: [client.post("/sign-in", data={"login": "x"}), secretary.post("/cases/new")],
        403: [administrator.get("/ledger"), secretary.get("/records")],
        404: [client.get("/none"), secretary.get("/cases/none"), client.get("/static/none.css"),
        secretary.get("/basis/steps/x")],
        405: [client.get("/settings/size"), secretary.put("/")],
    }  # fmt: skip
    for status, answers in expected.items():
        for answer in answers:
            assert answer.status_code == status, (answer.request.path, answer.status_code)
            require_headers(answer)
    for method in ("HEAD", "OPTIONS"):
        require_headers(secretary.open("/ledger", method=method))


def test_what_is_refused_and_what_is_slowed_down_carries_them_too(here: World) -> None:
    site = here.site
    knock = with_session(site.app, None)
    form = {"csrf_token": knock.token, "login": "department", "password": "wrong"}
    answers = [knock.client.post("/sign-in", data=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    for answer in answers:
        require_headers(answer)
        assert answer.get_data(as_text=True).count("wrong") == 0  # a password is never given back
        assert PASSWORD not in answer.get_data(as_text=True)
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_files_are_never_kept_and_never_shown_in_place(here: World) -> None:
    knock = come_in(here.site, "watcher")
    for path, form in (("/ledger/export", {}), ("/compliance/export", {"form": "csv"}), ("/compliance/export",
    {"form": "xlsx"}),
                       ("/records/export", {"tab": "saw"})):  # fmt: skip
        answer = knock.client.post(path, data={"csrf_token": knock.token, **form})
        assert answer.status_code == 200, (path, answer.status_code)
        require_headers(answer)
        assert answer.headers["Content-Disposition"].startswith("attachment"), path
        assert answer.mimetype != "text/html", path


def test_what_is_too_large_and_what_is_busy_and_what_is_broken(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    site = here.site
    knock = come_in(site, "secretary")
    claimed = {"CONTENT_LENGTH": str(21 << 20)}
    huge = knock.client.post("/imports", content_type="multipart/form-data; boundary=x", environ_overrides=claimed)
    assert huge.status_code == 413
    require_headers(huge)
    for error, status in ((RuntimeError("secret words"), 500), (DatabaseBusy(*BUSY), 503)):

        @sees_cases
        def broken(error: Exception = error) -> str:
            raise error

        with monkeypatch.context() as planted:
            planted.setitem(site.app.view_functions, "todo.done", broken)
            answer = knock.get("/done")
        assert answer.status_code == status
        require_headers(answer)
        assert "secret words" not in answer.get_data(as_text=True)


def test_styles_are_kept_for_a_day_under_addresses_that_change_with_them(here: World) -> None:
    client = here.site.app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{8}$", address), address
        require_headers(client.get(address), kept=True)
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/",
    ):
        answer = client.get(path)
        assert answer.status_code in (308, 404), path
        require_headers(answer)


def test_an_answer_without_a_header_is_found(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(HEADERS, "X-Frame-Options")
    answer = here.site.app.test_client().get("/healthz")
    monkeypatch.undo()
    with pytest.raises(AssertionError, match="X-Frame-Options"):
        require_headers(answer)
