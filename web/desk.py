"""Who sits at the desk during one request: the session, the office, the record as it stands, and handing something in.

One reading transaction a request, opened when something is first read and closed at the end.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4

from flask import Flask, current_app, g
from flask_login import UserMixin, current_user

from web.settings import House, Settings
from workflow.access.sessions import Session, choose_office, session_of
from workflow.calendar.office import office_day
from workflow.engine.desk import Desk, Login
from workflow.engine.offices import Actor, HeldOffice, seats_of
from workflow.engine.requests import Request
from workflow.engine.task import Answer, Task
from workflow.errors import WorkflowError

if TYPE_CHECKING:
    from sqlalchemy import Connection

EXTENSION = "jishi"


class User(UserMixin):  # type: ignore[misc] # flask-login publishes no types
    """Whoever is signed in, as Flask-Login knows them: by the token of the session, never by the account."""

    def __init__(self, token: str, session: Session) -> None:
        """Keep the session that the token opened."""
        self.token, self.session = token, session

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return self.token


def house() -> House:
    """Return what every page works with."""
    found: House = current_app.extensions[EXTENSION][0]
    return found


def settings() -> Settings:
    """Return what the operator decided."""
    found: Settings = current_app.extensions[EXTENSION][1]
    return found


def register(app: Flask, house: House, settings: Settings) -> None:
    """Give an application its house; what a request opened is closed at its end."""
    app.extensions[EXTENSION] = (house, settings)

    @app.teardown_appcontext
    def _close(_: BaseException | None) -> None:
        stack: ExitStack | None = g.pop("opened", None)
        try:
            if stack is not None:
                stack.close()
        except WorkflowError as error:  # the answer is made; that its reading does not end harms nobody
            app.logger.warning("a reading could not be ended", exc_info=error)


def reading() -> Connection:
    """Return the one reading transaction of this request."""
    if "reading" not in g:
        g.opened = ExitStack()
        g.reading = g.opened.enter_context(house().database.read())
    connection: Connection = g.reading
    return connection


def look_anew() -> None:
    """Let the next reading see what was written meanwhile."""
    stack: ExitStack | None = g.pop("opened", None)
    g.pop("reading", None)
    g.pop("place", None)
    if stack is not None:
        stack.close()


def give_up(error: Exception) -> Exception:
    """End the reading in which the database failed, and ask it nothing more; return what is to be told of it.

    Whoever is signed in is nobody for the rest of the request.
    """
    stack: ExitStack | None = g.pop("opened", None)
    g.pop("reading", None)
    g.place = None
    g.noted = True  # nothing of the record is in the answer
    try:
        if stack is not None:
            stack.__exit__(type(error), error, error.__traceback__)
    except Exception as told:  # noqa: BLE001 - whatever it is, it is told instead
        return told
    return error


def user_of(token: str) -> User | None:
    """Return whoever a token stands for; None: the session has ended."""
    session = session_of(reading(), token, settings().limits, house().clock())
    return User(token, session) if session else None


class Place:
    """The account that is signed in with the offices that it holds today, and the one that it acts in."""

    def __init__(self, session: Session, today: date) -> None:
        """Keep whose it is, and the day at the office."""
        self.session, self.today = session, today

    @cached_property
    def _seats(self) -> tuple[tuple[HeldOffice, Actor], ...]:
        return seats_of(reading(), house().laws.organizations, self.session.account_id, self.today)

    @property
    def offices(self) -> tuple[HeldOffice, ...]:
        """Return the offices held today, deputyships last."""
        return tuple(office for office, _ in self._seats)

    @cached_property
    def actor(self) -> Actor | None:
        """Return who acts: in the office chosen, else in the only one; None: it has to be chosen, or there is none."""
        actors = {office.id: actor for office, actor in self._seats}
        if self.session.office_id in actors:
            return actors[self.session.office_id]
        alone = self.session.office_id is None and len(actors) == 1
        return next(iter(actors.values())) if alone else None


def place() -> Place | None:
    """Return where whoever is signed in sits; None: nobody is."""
    if "place" not in g:
        today = office_day(house().clock())
        g.place = Place(current_user.session, today) if current_user.is_authenticated else None
    found: Place | None = g.place
    return found


def actor() -> Actor:
    """Return who acts; the door has made sure that there is somebody."""
    seat = place()
    if seat is None or seat.actor is None:
        raise RuntimeError("this page states no office, and asks who acts")
    return seat.actor


def task() -> Task:
    """Return what use cases that only read work with."""
    return Task(reading(), house().laws, actor(), house().clock())


def login() -> Login:
    """Return who hands something in."""
    who = actor()
    return Login(who.account_id, who.office_id)


def submit(request: Request) -> Answer:
    """Hand a request in, and let what is read afterwards see what came of it; raises as ``Desk.submit``."""
    who = login()
    look_anew()
    return Desk(house().database, house().laws, house().clock).submit(who, request)


def switch(office_id: int) -> None:
    """Act in another office from now on; raises NoOffice for one that is not held."""
    session: Session = current_user.session
    look_anew()
    with house().database.write() as connection:
        current_user.session = choose_office(connection, session, office_id, office_day(house().clock()))


def new_key() -> str:
    """Return a key for a form, so that the same click twice is one submission."""
    return uuid4().hex
