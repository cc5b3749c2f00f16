"""The application factory: the house, the door, the pages."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from web import desk, door, errors, headers, language, limits, navigation, noting, permission
from web.addresses import address_of
from web.pages import PAGES
from web.settings import House, Settings

COOKIE, SAMPLE_COOKIE = "jishi", "jishi-sample"  # both may be open in one browser


def create_app(house: House, settings: Settings) -> Flask:
    """Return the application over a record; raises RuntimeError for a page that states no permission."""
    app = Flask("web")
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME=SAMPLE_COOKIE if house.sample else COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,  # the session ends before
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    limits.register(app, settings.largest_upload)  # before anything reads the form
    CSRFProtect(app)
    desk.register(app, house, settings)
    headers.register(app, https=settings.https)
    errors.register(app)
    noting.register(app)
    for page in PAGES:
        app.register_blueprint(page)
    permission.require_stated(app)
    door.register(app)
    _words(app, house)
    _versions(app)
    if settings.proxies:
        hops = settings.proxies
        # as Flask has it wrapped
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _versions(app: Flask) -> None:
    """Let the address of a style or script change with its content: kept for a day, it never outlives an upgrade."""
    folder = Path(app.static_folder or "")
    versions = {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()[:8]
        for file in folder.rglob("*")
        if file.is_file()
    }

    @app.url_defaults
    def _version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in versions:
            values.setdefault("v", versions[values["filename"]])


def _words(app: Flask, house: House) -> None:
    """Give the templates what every page needs."""
    app.jinja_env.globals.update(address_of=address_of)

    @app.context_processor
    def _page() -> dict[str, Any]:
        seat = desk.place()
        actor = seat.actor if seat else None
        return {
            **language.speech().words(),
            "lang": language.language(),
            "large": language.large(),
            "actor": actor,
            "session_name": seat.session.name if seat else "",
            "offices": seat.offices if seat else (),
            "roles": house.laws.organizations.roles,
            "nav": navigation.navigation(app, actor),
            "sample": house.sample,
            "printed": language.moment(house.clock()),
            "home": url_for("todo.index"),
        }
