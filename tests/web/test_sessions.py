"""Sessions: a copied cookie dies with its session; an office that has ended opens nothing; guessing is slowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.engine.office import LAWS, PEOPLE, Clock
from tests.web.knocking import Knock, alike, come_in, signed, small_site, stands, with_session
from tests.web.site import PASSWORD, Site
from web import create_app
from web.app import SAMPLE_COOKIE as COOKIE
from workflow.access.trail import LogAct
from workflow.keep.backup import back_up
from workflow.keep.restore import How, restore
from workflow.store.tables import Account, LogEntry, Office, SignedIn

WRONG = "wrong"
NEW = "Sieben Zwerge wandern leise 74"
TODAY = date(2026, 11, 22)


@dataclass(slots=True)
class Watch(Clock):
    """A clock that goes on by the minute, too."""

    later: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the instant."""
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC) + self.later


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the pages over one small office to all tests that do not need one of their own."""
    with small_site(sqlite_template, tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def alone(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """Give the pages over a small office of their own, with a clock that goes by the minute."""
    with small_site(sqlite_template, tmp_path, Watch()) as found:
        yield found


def uid_of(site: Site, login: str) -> str:
    """Return the public id of an account."""
    with site.bureau.database.read() as connection:
        return str(connection.execute(select(Account.uid).where(Account.login == login)).scalar_one())


def place_of(site: Site, name: str) -> str:
    """Return the public id of an organization."""
    return str(UUID(site.bureau.organizations[name][1]))


def is_out(knock: Knock) -> bool:
    """Tell whether a browser is sent to the door wherever it goes."""
    answers = [knock.get(path) for path in ("/", "/ledger", "/offices")]
    there = {answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in") for answer in answers}
    assert len(there) == 1, [answer.status_code for answer in answers]
    sent = knock.post("/cases/new", do="submit").status_code
    assert (sent in (302, 400)) == there.copy().pop(), sent  # 400: its form is as dead as the session
    return there.pop()


# ------------------------------------------------------------------ what ends a session


def sign_out(_: Site, own: Knock, __: str) -> TestResponse:
    return own.post("/sign-out")


def password_elsewhere(site: Site, _: Knock, login: str) -> TestResponse:
    return come_in(site, login).post("/password", old=PASSWORD, new=NEW, again=NEW)


def ended_elsewhere(site: Site, _: Knock, login: str) -> TestResponse:
    return come_in(site, login).post("/sessions/end")


def disabled(site: Site, _: Knock, login: str) -> TestResponse:
    return come_in(site, "administrator").post(f"/accounts/{uid_of(site, login)}/disable")


def another_password(site: Site, _: Knock, login: str) -> TestResponse:
    return come_in(site, "administrator").post(f"/accounts/{uid_of(site, login)}/password")


def appointed(site: Site, _: Knock, login: str) -> TestResponse:
    fields = {"login": login, "role": "organization_commissioner", "from": "2026-11-22", "until": "", "deputy_for": ""}
    return come_in(site, "administrator").post(f"/organizations/{place_of(site, '二支部')}/appoint", **fields)


def dismissed(site: Site, _: Knock, login: str) -> TestResponse:
    office = site.bureau.people[login].office_id
    address = f"/accounts/{uid_of(site, login)}/offices/{office}/dismiss"
    return come_in(site, "administrator").post(address, until="2026-11-30")


ENDINGS: dict[str, Callable[[Site, Knock, str], TestResponse]] = {
    "secretary": sign_out,
    "commissioner": password_elsewhere,
    "elsewhere2": ended_elsewhere,
    "watcher": disabled,
    "watcher2": another_password,
    "elsewhere": appointed,
    "organizer": dismissed,
}


def test_every_copy_of_a_cookie_is_dead(alone: Site) -> None:
    for login, ending in ENDINGS.items():
        own = come_in(alone, login)
        copy = own.copied()
        assert not is_out(copy), login
        answer = ending(alone, own, login)
        assert answer.status_code in (200, 302, 303), (login, answer.status_code, answer.get_data(as_text=True))
        assert is_out(copy), login
        assert is_out(own), login
    assert not is_out(come_in(alone, "approver"))


def test_a_backup_that_is_put_back_lets_nobody_in(alone: Site) -> None:
    office = alone.bureau
    own = come_in(alone, "secretary")
    kept = back_up(office.database, Path(office.database.place).parent / "kept.zip", office.clock())
    assert not is_out(own.copied())
    restore(office.database, kept.path, LAWS, office.clock(), How(replace=True))
    assert is_out(own)


def test_the_session_in_which_the_password_is_changed_goes_on(site: Site) -> None:
    own, other = come_in(site, "member"), come_in(site, "member")
    assert own.post("/password", old=PASSWORD, new=NEW, again=NEW).status_code == 302
    assert not is_out(own)
    assert is_out(other)


def test_others_cannot_be_signed_out_by_it(site: Site) -> None:
    own, other = come_in(site, "secretary"), come_in(site, "approver")
    own.post("/sessions/end")
    own.post("/sign-out")
    assert not is_out(other)


def test_a_session_that_rests_or_lasts_too_long_has_ended(alone: Site) -> None:
    clock = alone.bureau.clock
    assert isinstance(clock, Watch)
    idle, busy = come_in(alone, "secretary"), come_in(alone, "secretary")
    clock.later = timedelta(minutes=29)
    assert not is_out(busy)
    clock.later = timedelta(minutes=30)
    assert is_out(idle)
    while clock.later < timedelta(hours=11, minutes=50):
        assert not is_out(busy), clock.later
        clock.later += timedelta(minutes=28)
    clock.later = timedelta(hours=12)
    assert is_out(busy)


def test_a_cookie_that_nobody_gave_opens_nothing(site: Site) -> None:
    with site.bureau.database.read() as connection:
        come_in(site, "secretary")
        hashes = connection.scalars(select(SignedIn.token)).all()
    for token in ("", "x", "\x00", "1", *hashes, "é" * 300):
        assert is_out(with_session(site.app, token)), token
    forged = site.app.test_client()
    forged.set_cookie(COOKIE, "eyJfdXNlcl9pZCI6InNlY3JldGFyeSJ9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert is_out(Knock(forged, ""))


def test_signing_in_makes_a_new_session_whatever_the_cookie_was(site: Site) -> None:
    mine = with_session(site.app, "a token that somebody planted")
    answer = mine.post("/sign-in", login="secretary", password=PASSWORD)
    assert answer.status_code == 302
    with mine.client.session_transaction() as kept:
        assert kept["_user_id"] != "a token that somebody planted"
        assert kept.get("csrf_token") != "1" * 40


# ------------------------------------------------------------------ what a session may


def bare_addresses(site: Site) -> list[tuple[str, str]]:
    """Return method and address of every route that takes no name."""
    rules = [rule for rule in site.app.url_map.iter_rules() if not rule.arguments]
    return [(method, rule.rule) for rule in rules for method in ("GET", "POST") if method in (rule.methods or ())]


def test_whoever_has_to_change_the_password_gets_nowhere_else(site: Site) -> None:
    with site.bureau.database.write() as connection:
        connection.execute(update(Account).where(Account.login == "auditor").values(password_once=True))
    knock = come_in(site, "auditor")
    open_to_all = {"/sign-in", "/settings/language", "/settings/size", "/healthz", "/readyz"}
    own = {"/password", "/sign-out"}
    before = stands(site.bureau.database, but=frozenset({"sign_in_failure", "log_entry"}))
    for method, path in bare_addresses(site):
        if path not in open_to_all | own:
            answer = knock.get(path) if method == "GET" else knock.post(path)
            assert (answer.status_code, answer.headers["Location"]) == (302, "/password"), (method, path)
    assert before == stands(site.bureau.database, but=frozenset({"sign_in_failure", "log_entry"}))
    assert knock.get("/password").status_code == 200
    assert knock.post("/password", old=PASSWORD, new=NEW, again=NEW).status_code == 302
    assert knock.get("/").status_code == 200


def test_an_office_that_ended_at_midnight_opens_nothing_the_next_day(alone: Site) -> None:
    clock = alone.bureau.clock
    assert isinstance(clock, Watch)
    case = alone.bureau.open(TODAY, name="李芳").case
    with alone.bureau.database.write() as connection:
        office = alone.bureau.people["secretary"].office_id
        connection.execute(update(Office).where(Office.id == office).values(until_on=TODAY))
    clock.later = timedelta(hours=11, minutes=59)  # 23:59 at the office
    knock = come_in(alone, "secretary")
    assert knock.get(f"/cases/{case}").status_code == 200
    clock.later += timedelta(minutes=1)
    before = stands(alone.bureau.database, but=frozenset({"signed_in"}))
    for path in ("/", f"/cases/{case}", "/ledger", "/cases/new"):
        assert knock.get(path).headers["Location"].startswith("/offices"), path
    assert knock.post("/cases/new", do="submit").headers["Location"].startswith("/offices")
    assert knock.post(f"/cases/{case}/born").headers["Location"].startswith("/offices")
    assert "您目前没有担任任何职务" in knock.get("/offices").get_data(as_text=True)
    assert before == stands(alone.bureau.database, but=frozenset({"signed_in"}))


def test_nobody_acts_in_an_office_that_is_not_held(site: Site) -> None:
    knock = come_in(site, "secretary")
    for office in (str(site.bureau.people["approver"].office_id), "0", "-1", "x", "9" * 30, "9" * 5000, ""):
        assert knock.post("/offices", office=office).status_code == 403, office
    assert "一支部" in knock.get("/").get_data(as_text=True)


ELSEWHERE = (
    "http://evil.example/", "//evil.example", "///evil.example", "////evil.example/x", "/\\evil.example",
    "\\\\evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example", "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example", "\t//evil.example", "\x01//evil.example", "/\n/evil.example", "/%5cevil.example",
    "/%2f/evil.example", "/.//evil.example", "/..//evil.example", "/%0d%0aSet-Cookie:x=1", "/x\r\nSet-Cookie: x=1",
    "http://localhost@evil.example/", "http://localhost:80@evil.example", "http://localhost.evil.example/",
    "http://[", "http://[::1", "//[x]/", "http://localhost:99999999/", "？//evil.example", "@evil.example", "/" * 2000,
    "／／evil.example", "/\u2028/evil.example", "http://ﬀ.example℀/",
)  # fmt: skip


def test_nobody_is_led_elsewhere(site: Site) -> None:
    knock = come_in(site, "secretary")
    for address in ELSEWHERE:
        _stays(site, knock, address)


def _stays(site: Site, knock: Knock, address: str) -> None:
    outside, other = with_session(site.app, None), with_session(site.app, None)
    answers = [
        knock.client.get("/sign-in", query_string={"next": address}),
        knock.post("/settings/language", lang="zh", next=address),
        knock.post("/settings/size", size="usual", next=address),
        knock.post("/offices", office=site.bureau.people["secretary"].office_id, next=address),
        outside.post("/sign-in", login="secretary", password=PASSWORD, next=address),
        other.client.post("/settings/language", data={"csrf_token": other.token}, headers={"Referer": _line(address)}),
    ]
    for number, answer in enumerate(answers):
        assert answer.status_code == 302, (number, address, answer.status_code)
        where = answer.headers["Location"]
        assert where.startswith("/"), where
        assert where[1:2] not in ("/", "\\"), where
        assert not set(where) & set("\\\r\n\t"), where
        assert not any(line.startswith("x=") for line in answer.headers.getlist("Set-Cookie")), where


def _line(address: str) -> str:
    """Return an address as a header can hold it."""
    return "".join(letter for letter in address if letter.isascii() and letter.isprintable())


# ------------------------------------------------------------------ forms that somebody else made


def posts(site: Site) -> list[str]:
    """Return an address of every route that takes a form."""
    named = {"number": "2026-000001", "uid": uid_of(site, "secretary"), "proposal": "1", "entry": "2", "step": "talk",
             "outcome": "held", "name": "1", "office": "1", "line": "1", "overlay": "x", "filename": "x",
             "rule": "talk.within_a_month", "round": "1"}  # fmt: skip
    adapter = site.app.url_map.bind("localhost")
    found = []
    for rule in site.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values: dict[str, Any] = {name: named[name] for name in rule.arguments - set(rule.defaults or ())}
            if "<int:number>" in rule.rule:
                values["number"] = 1
            found.append(adapter.build(rule.endpoint, {**values, **(rule.defaults or {})}, method="POST"))
    return found


def test_no_form_counts_without_the_token_of_its_own_session(site: Site) -> None:
    case = site.bureau.open(TODAY, name="李芳一").case
    knock, other = come_in(site, "secretary"), with_session(site.app, None, raw="2" * 40)
    before = stands(site.bureau.database)
    foreign = [None, "", "x", other.token, signed(site.app, "2" * 40), _altered(knock.token), "\x00", "1" * 40]
    addresses = [path.replace("2026-000001", case) for path in posts(site)]
    assert len(addresses) > 25
    for path in addresses:
        tokens = foreign if path in ("/cases/new", "/sign-out", "/password") else foreign[:1]
        answers = {_sent(knock, path, token) for token in tokens}
        assert answers == {400}, path
    query = knock.client.post(f"/sign-out?csrf_token={knock.token}")
    assert query.status_code == 400
    assert before == stands(site.bureau.database)
    assert knock.get("/").status_code == 200


def _altered(token: str) -> str:
    """Return a token with another letter amid its signature (the last one's lowest bits carry nothing)."""
    return token[:-8] + ("b" if token[-8] == "a" else "a") + token[-7:]


def _sent(knock: Knock, path: str, token: str | None) -> int:
    """Send a form with a token, None: without any; return the status."""
    return knock.client.post(path, data={"do": "submit"} | ({} if token is None else {"csrf_token": token})).status_code


def test_a_token_without_the_session_that_it_belongs_to_is_none(site: Site) -> None:
    own = come_in(site, "secretary")
    bare = site.app.test_client()
    assert (
        bare.post("/sign-in", data={"csrf_token": own.token, "login": "secretary", "password": PASSWORD}).status_code
        == 400
    )


# ------------------------------------------------------------------ guessing


def guess(knock: Knock, login: str, password: str = WRONG) -> Any:
    """Try to sign in."""
    return knock.post("/sign-in", login=login, password=password)


def test_whoever_does_not_get_in_is_told_the_same_whatever_it_was(alone: Site) -> None:
    knock = with_session(alone.app, None)
    with alone.bureau.database.write() as connection:
        off = update(Account).where(Account.login == "watcher").values(disabled_at=alone.bureau.clock())
        connection.execute(off)
        office = alone.bureau.people["watcher2"].office_id
        connection.execute(update(Office).where(Office.id == office).values(until_on=TODAY - timedelta(days=1)))
        connection.execute(update(Account).where(Account.login == "member").values(password=None, password_at=None))
    tried = (("secretary", "wrong"), ("nobody-here", PASSWORD), ("watcher", PASSWORD), ("watcher2", PASSWORD),
             ("member", ""), ("' or 1=1 --", PASSWORD))  # fmt: skip
    answers = {login: guess(knock, login, password) for login, password in tried}
    assert {answer.status_code for answer in answers.values()} == {401}
    said = {login: repr(_said(answer, login)) for login, answer in answers.items()}
    assert len(set(said.values())) == 1, said


def _said(answer: TestResponse, login: str) -> object:
    """Return all that an answer says, but for what was typed."""
    return alike(answer, f'value="{login.replace(chr(39), "&#39;")}"')


def test_two_processes_count_together_and_slow_down_known_and_unknown_alike(alone: Site) -> None:
    house, chosen = alone.app.extensions["jishi"]
    processes = [with_session(create_app(house, chosen), None) for _ in range(2)]
    waits = {}
    for login in ("secretary", "nobody-here"):
        answers = [guess(processes[turn % 2], login) for turn in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429], login
        waits[login] = (answers[-1].headers["Retry-After"], _said(answers[-1], login))
    assert waits["secretary"] == waits["nobody-here"]
    assert guess(processes[0], "secretary", PASSWORD).status_code == 429  # the right one, too, has to wait
    with alone.bureau.database.read() as connection:
        noted = connection.scalars(select(LogEntry.act)).all()
    assert set(noted) == {LogAct.SIGN_IN_FAILED}


def test_who_says_to_come_from_elsewhere_is_not_believed(alone: Site) -> None:
    knock = with_session(alone.app, None)
    for turn in range(20):
        answer = knock.client.post(
            "/sign-in", data={"csrf_token": knock.token, "login": list(PEOPLE)[turn % len(PEOPLE)], "password": "x"},
            headers={"X-Forwarded-For": f"192.0.2.{turn}", "X-Real-IP": f"192.0.2.{turn}"},
        )  # fmt: skip
        assert answer.status_code == 401
    assert guess(knock, "another-name").status_code == 401
    assert guess(knock, "yet-another-name").status_code == 429


# ------------------------------------------------------------------ odd requests


def test_no_form_pretends_to_be_another_method(site: Site) -> None:
    knock = come_in(site, "secretary")
    for method in ("DELETE", "GET"):
        headers = {"X-HTTP-Method-Override": method, "X-HTTP-Method": method}
        answer = knock.client.post("/ledger", data={"csrf_token": knock.token, "_method": method}, headers=headers)
        assert answer.status_code == 405
    assert knock.client.get("/sign-out", headers={"X-HTTP-Method-Override": "POST"}).status_code == 405
    assert not is_out(knock)


def test_methods_that_no_page_knows_change_nothing(site: Site) -> None:
    case = site.bureau.open(TODAY, name="李芳").case
    knock = come_in(site, "secretary")
    before = stands(site.bureau.database)
    for path in ("/", f"/cases/{case}", "/cases/new", "/sign-out", "/no-such-page"):
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "XYZZY"):
            answer = knock.client.open(path, method=method, headers={"X-CSRFToken": knock.token})
            assert answer.status_code in (404, 405), (method, path)
        assert knock.client.open(path, method="OPTIONS").status_code in (200, 302, 404)
    assert before == stands(site.bureau.database)
    head = knock.client.head(f"/cases/{case}")
    assert (head.status_code, head.data) == (200, b"")
    assert is_out(with_session(site.app, None))
    assert with_session(site.app, None).client.head(f"/cases/{case}").status_code == 302


HOSTS = ("evil.example", "evil.example:80", "localhost:1", "a b", "<script>", "'", "x" * 300)


def test_the_name_of_the_host_stands_nowhere(site: Site) -> None:
    knock = come_in(site, "secretary")
    for host in HOSTS:
        asked = {"Host": host, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher",
                 "X-Forwarded-Prefix": "/evil.example"}  # fmt: skip
        for path in ("/", "/sign-in?next=/ledger", "/no-such-page"):
            answer = knock.client.get(path, headers=asked)
            assert answer.status_code < 500, (host, path)
            said = answer.get_data(as_text=True) + str(answer.headers)
            assert "evil.example" not in said, (host, path)
            assert len(host) < 3 or host not in said, (host, path)
        answer = knock.client.post("/settings/language", headers=asked,
                                   data={"csrf_token": knock.token, "next": f"http://{host}/ledger"})  # fmt: skip
        assert answer.headers.get("Location", "/").startswith("/"), host


@pytest.mark.parametrize("https", [True, False])
def test_cookies_are_seen_by_no_script_and_no_other_site(sqlite_template: Path, tmp_path: Path, *, https: bool) -> None:
    with small_site(sqlite_template, tmp_path, https=https) as site:
        _cookies(site, https=https)


def _cookies(site: Site, *, https: bool) -> None:
    scheme = "https" if https else "http"
    client = site.app.test_client()
    page = client.get("/sign-in", base_url=f"{scheme}://localhost")
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "login": "secretary", "password": PASSWORD}
    where = {"base_url": f"{scheme}://localhost", "headers": {"Referer": f"{scheme}://localhost/sign-in"}}
    answers = [page, client.post("/sign-in", data=form, **where)]
    assert answers[-1].status_code == 302
    answers.append(client.post("/settings/size", data={**form, "size": "large"}, **where))
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 2
    for line in cookies:
        parts = {part.strip() for part in line.split(";")}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts, line
        assert ("Secure" in parts) == https, line
        assert not any(part.startswith("Domain") for part in parts), line
    session_lines = [line for line in cookies if line.startswith(f"{COOKIE}=")]
    assert not any("Expires" in line or "Max-Age" in line for line in session_lines)
    if https:
        stray = client.post(
            "/sign-in", data=form, base_url="https://localhost", headers={"Referer": "https://evil.example/"}
        )
        assert stray.status_code == 400
