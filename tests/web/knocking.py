"""Knocking at the pages without a browser's manners: cookies that are copied, tokens that are foreign, raw answers."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.engine.office import Bureau, Clock, bureau
from tests.web.site import Site, site_over
from web.app import SAMPLE_COOKIE as COOKIE
from workflow.access import sessions
from workflow.store.database import Database
from workflow.store.tables import Account, Base

RAW = "1" * 40  # what a session of these tests keeps for its forms
CHANGING = re.compile(r'(name="(?:csrf_token|key)" value=")[^"]*|\bIj[\w-]{40,}\.[\w-]+\.[\w-]+')


@contextmanager
def small_site(template: Path, folder: Path, clock: Clock | None = None, **chosen: Any) -> Iterator[Site]:
    """Give the pages over a small office in a file of their own; ``chosen``: settings."""
    path = folder / "jishi.db"
    shutil.copyfile(template, path)
    path.chmod(0o600)
    database = Database(f"sqlite:///{path}")
    office: Bureau = bureau(database)
    if clock is not None:
        office.clock = clock
    site = site_over(office, folder, **chosen)
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    yield site
    database.close()


@dataclass(slots=True)
class Knock:
    """Somebody at the door: a client, and the token that its forms carry."""

    client: FlaskClient
    token: str

    def get(self, path: str) -> TestResponse:
        """Ask for an address; nothing is followed."""
        return self.client.get(path)

    def post(self, path: str, **fields: object) -> TestResponse:
        """Send a form with the right token; nothing is followed."""
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def copied(self) -> Knock:
        """Return another browser with a copy of every cookie."""
        other = self.client.application.test_client()
        kept = self.client.get_cookie(COOKIE)
        assert kept is not None
        other.set_cookie(COOKIE, kept.value)
        return Knock(other, self.token)


def come_in(site: Site, login: str, *, office: int | None = None) -> Knock:
    """Return somebody who has signed in: a session of its own each time; ``office``: another than the usual one."""
    known = site.bureau.people.get(login)
    with site.bureau.database.write() as connection:
        account = connection.execute(select(Account.id).where(Account.login == login)).scalar_one()
        usual = known.office_id if known else None
        token = sessions.begin(connection, account, office or usual, site.bureau.clock())
    return with_session(site.app, token)


def with_session(app: Flask, token: str | None, raw: str = RAW) -> Knock:
    """Return a browser whose cookie holds the token of a session, or of none."""
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["csrf_token"] = raw
        if token is not None:
            kept["_user_id"] = token
    return Knock(client, signed(app, raw))


def signed(app: Flask, raw: str) -> str:
    """Return the token of forms as the application signs it."""
    return str(URLSafeTimedSerializer(app.secret_key or b"", salt="wtf-csrf-token").dumps(raw))


def alike(answer: TestResponse, *names: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Return all that an answer says, but for tokens that are new each time and for ``names`` that were asked for."""
    text = CHANGING.sub(r"\1", answer.get_data(as_text=True))
    headers = [(name, value) for name, value in answer.headers if name not in ("Set-Cookie", "Date", "Content-Length")]
    for name in names:
        text = text.replace(name, "…")
        headers = [(key, value.replace(name, "…")) for key, value in headers]
    return answer.status_code, text, headers


def stands(database: Database, *, but: frozenset[str] = frozenset()) -> str:
    """Return a fingerprint of all that is written in a database, but for some tables."""
    return hashlib.sha256("\n".join(_lines(database, but)).encode()).hexdigest()


def _lines(database: Database, but: frozenset[str]) -> Iterator[str]:
    with database.read() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in but:
                yield f"# {table.name}"
                yield from sorted(map(repr, connection.execute(select(*table.columns)).all()))
