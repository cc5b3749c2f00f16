"""What stands around the pages: is it alive, can it work, where is it reached, and what is tidied away behind it."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.engine.office import bureau
from tests.store_fixtures import APPLICATION, Server
from tests.web.site import Site, site_over
from web.desk import house, settings
from workflow.access import sessions
from workflow.cli.serving import Address, AddressRefused, Unprotected, bound, tidy, url_of
from workflow.store.database import Database
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


def test_a_page_for_which_the_database_takes_too_long_says_what_to_do(
    postgresql_database: Database, postgresql_server: Server, tmp_path: Path
) -> None:
    office = bureau(postgresql_database)
    address = postgresql_server.url(APPLICATION, postgresql_database.place.rpartition("/")[2])
    hurried = Database(f"{address}{'&' if '?' in address else '?'}options=-c statement_timeout=500")
    office.database = hurried
    site = site_over(office, tmp_path)
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    client = site.visitor("secretary").client
    with postgresql_database.owner() as connection:
        connection.exec_driver_sql("LOCK TABLE person IN ACCESS EXCLUSIVE MODE")
        late = client.get("/ledger")
    assert late.status_code == 503
    assert "请缩小范围（例如先选定一个组织）" in late.text
    assert client.get("/ledger").status_code == 200
    hurried.close()
