"""The small office of the engine's tests behind real pages: everybody signs in with a real password."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import update
from werkzeug.security import generate_password_hash

from tests.engine.office import LAWS, Bureau
from tests.web.visitor import Page, Visitor
from web import create_app
from web.settings import House, Settings
from workflow.calendar import WorkingCalendar
from workflow.cli.common import ledger_form, working_calendar
from workflow.law.loader import definitions_root
from workflow.ledger import LedgerForm
from workflow.store.tables import Account

PASSWORD = "a password for tests only"  # noqa: S105 - of invented people
SECRET = bytes(range(32))


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a process."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take over what was compiled before."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@cache
def password_hash() -> str:
    """Return the hash of the one password of all invented people, made once."""
    return generate_password_hash(PASSWORD, method="scrypt:1024:8:1")


@cache
def _form() -> LedgerForm:
    return ledger_form()


@cache
def _calendar() -> WorkingCalendar:
    return working_calendar()


@dataclass(slots=True)
class Site:
    """The pages over a small office."""

    bureau: Bureau
    app: Flask
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, login: str) -> Visitor:
        """Return somebody's browser, signed in; the same one each time."""
        if login not in self.visitors:
            self.visitors[login] = self.newcomer()
            page = self.visitors[login].get("/sign-in")
            signed_in(self.visitors[login].submit(page, "/sign-in", login=login, password=PASSWORD))
        return self.visitors[login]

    def newcomer(self) -> Visitor:
        """Return a browser that nobody has signed in with."""
        return Visitor(self.app)


def signed_in(page: Page) -> None:
    """Raise AssertionError if the door did not open."""
    assert "/sign-in" not in page.path, page.text


def site_over(bureau: Bureau, folder: Path, **chosen: object) -> Site:
    """Return the pages over an office whose people all have the one password."""
    with bureau.database.write() as connection:
        connection.execute(update(Account).values(password=password_hash(), password_at=bureau.clock()))
    house = House(bureau.database, LAWS, bureau.clock, folder, definitions_root(), _form(), _calendar(), sample=True)
    app = create_app(house, Settings(SECRET, **chosen))  # type: ignore[arg-type]  # a test sets what it likes
    app.jinja_env.bytecode_cache = COMPILED
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a fault of ours ends the test that met it
    return Site(bureau, app)
