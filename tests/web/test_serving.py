"""What stands around the pages: is it alive, can it work, where is it reached, and what is tidied away behind it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count as counting
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.exc import NoResultFound

from tests.engine.office import bureau
from tests.store_fixtures import APPLICATION, Server
from tests.web.site import PASSWORD, Site, site_over
from web.desk import house, settings
from web.permission import sees_cases
from workflow.access import sessions
from workflow.cli.serving import Address, AddressRefused, Unprotected, bound, tidy, url_of
from workflow.store.database import Database
from workflow.store.failures import BUSY, DatabaseBusy
from workflow.store.tables import Account, SignedIn


def count(site: Site) -> int:
    """Return how many sessions there are."""
    with site.bureau.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(SignedIn)) or 0


def test_whoever_watches_is_told_that_it_is_well_and_nothing_else(site_on_both: Site) -> None:
    for path in ("/healthz", "/readyz"):
        answer = site_on_both.newcomer().client.get(path)
        assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")
        assert not answer.headers.getlist("Set-Cookie")


def test_a_server_whose_record_cannot_be_read_lives_but_is_not_ready(site: Site) -> None:
    with site.bureau.database.owner() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    client = site.newcomer().client
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_sessions_that_have_expired_are_tidied_away(site: Site) -> None:
    with site.bureau.database.write() as connection:
        account = connection.scalar(select(Account.id)) or 0
        sessions.begin(connection, account, None, site.bureau.clock())
    with site.app.app_context():
        known, chosen = house(), settings()
    tidy(known, chosen)
    assert count(site) == 1
    site.bureau.clock.day += timedelta(days=1)
    tidy(known, chosen)
    assert count(site) == 0


def test_a_place_is_taken_at_once() -> None:
    with bound(Address(port=0)) as first:
        port = first.getsockname()[1]
        assert url_of(Address(port=0), first) == f"http://127.0.0.1:{port}/"
        with pytest.raises(AddressRefused, match="is taken") as refused, bound(Address(port=port)):
            pytest.fail("two have the same place")
        assert refused.value.remedy is not None
        assert f"--port {port + 1}" in refused.value.remedy.en
    with bound(Address(port=port)):
        pass  # it is free again


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - refused
def test_who_is_elsewhere_is_served_only_behind_something(host: str) -> None:
    with pytest.raises(Unprotected), bound(Address(host, 0)):
        pytest.fail("passwords in the clear")


def test_a_proxy_alone_does_not_say_that_visitors_reach_it_by_https() -> None:
    with pytest.raises(Unprotected), bound(Address("0.0.0.0", 0, proxies=1)):  # noqa: S104 - refused
        pytest.fail("passwords in the clear")


@pytest.mark.parametrize("said", [{"https": True}, {"https": True, "proxies": 1}, {"insecure": True}])
def test_whoever_says_how_is_believed(said: dict[str, bool]) -> None:
    address = Address("0.0.0.0", 0, **said)  # noqa: S104 - what is tested
    with bound(address) as found:
        url = url_of(address, found)
    assert (url is None) == ("insecure" not in said)
    assert url is None or url.startswith(f"http://{socket.gethostname()}:")


@pytest.mark.parametrize("host", ["localhost", "127.8.9.1"])
def test_what_only_this_machine_reaches_needs_nothing(host: str) -> None:
    with bound(Address(host, 0)) as found:
        assert "http://127." in str(url_of(Address(host, 0), found)) or "[::1]" in str(url_of(Address(host, 0), found))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a" * 300, "192.0.2.7"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused), bound(Address(host, 0, insecure=True)):
        pytest.fail("not this machine")


@contextmanager
def hurried(database: Database, server: Server, folder: Path) -> Iterator[tuple[Site, Database]]:
    """Give the pages over a small office on PostgreSQL, where a statement may take a second."""
    office = bureau(database)
    address = server.url(APPLICATION, database.place.rpartition("/")[2])
    office.database = Database(f"{address}{'&' if '?' in address else '?'}options=-c statement_timeout=1000")
    site = site_over(office, folder)
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    site.visitor("secretary")
    yield site, office.database
    office.database.close()


def test_a_page_for_which_the_database_takes_too_long_says_what_to_do(
    postgresql_database: Database, postgresql_server: Server, tmp_path: Path
) -> None:
    with hurried(postgresql_database, postgresql_server, tmp_path) as (site, there):
        client, stranger = site.visitor("secretary").client, site.newcomer()
        form = stranger.get("/sign-in")
        for table, path in (("person", "/ledger"), ("todo", "/"), ("signed_in", "/ledger"), ("office", "/ledger")):
            with postgresql_database.owner() as connection:
                connection.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
                late = client.get(path)
            assert (late.status_code, table) == (503, table)
            assert "请缩小范围（例如先选定一个组织）" in late.text
            assert there.place not in late.text
        with postgresql_database.owner() as connection:
            connection.exec_driver_sql("LOCK TABLE account IN ACCESS EXCLUSIVE MODE")
            said = stranger.submit(form, "/sign-in", expect=503, login="secretary", password=PASSWORD)
        assert there.place not in str(said.soup)
        assert "请稍候再试" in said.text
        assert client.get("/ledger").status_code == 200


def test_a_page_that_loses_its_database_on_the_way_says_so(
    postgresql_database: Database, postgresql_server: Server, tmp_path: Path
) -> None:
    with hurried(postgresql_database, postgresql_server, tmp_path) as (site, there):
        client = site.visitor("secretary").client
        asked = 0

        def cut(connection: Connection, *_: object) -> None:
            nonlocal asked
            asked += 1
            if asked == at:
                # the connection is open
                pid = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
                postgresql_server.admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

        event.listen(Engine, "before_cursor_execute", cut)
        try:
            for at in counting(1):
                asked = 0
                answer = client.get("/ledger")
                if asked < at:
                    break
                assert (answer.status_code, at) == (503, at)
                assert there.place not in answer.text
        finally:
            event.remove(Engine, "before_cursor_execute", cut)
        assert answer.status_code == 200
        assert at > 5


@pytest.mark.parametrize(("error", "status"), [(NoResultFound(), 500), (DatabaseBusy(*BUSY), 503)])
def test_a_page_that_fails_after_it_read_a_case_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    case = site.bureau.open(site.bureau.clock.day).case
    show = site.app.view_functions["case.show"]

    def broken(number: str) -> str:
        show(number=number)
        raise error

    client = site.visitor("secretary").client
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(site.app.view_functions, "case.show", sees_cases(broken))
    answer = client.get(f"/cases/{case}")
    assert answer.status_code == status
    assert ("系统出现了故障" if status == 500 else BUSY[0].zh[:8]) in answer.text


def test_a_fault_of_ours_is_not_told_as_one_of_the_database(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        return b"\xff".decode()

    client = site.visitor("secretary").client
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(site.app.view_functions, "todo.done", sees_cases(broken))
    assert client.get("/done").status_code == 500
