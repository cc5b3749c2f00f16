"""Language and size of the letters: kept in cookies that say nothing of anybody."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import settings
from web.language import LANGUAGE_COOKIE, LARGE, SIZE_COOKIE
from web.permission import everybody

pages = Blueprint("settings", __name__, url_prefix="/settings")
A_YEAR = 365 * 24 * 3600


@pages.post("/language")
@everybody
def language() -> ResponseReturnValue:
    """Speak the language chosen from now on."""
    return _kept(LANGUAGE_COOKIE, "en" if request.form.get("lang") == "en" else "zh")


@pages.post("/size")
@everybody
def size() -> ResponseReturnValue:
    """Show large letters, or the usual ones, from now on."""
    return _kept(SIZE_COOKIE, LARGE if request.form.get("size") == LARGE else "usual")


def _kept(cookie: str, value: str) -> ResponseReturnValue:
    response = redirect(local(request.form.get("next") or request.referrer))
    response.set_cookie(cookie, value, max_age=A_YEAR, secure=settings().https, httponly=True, samesite="Lax")
    return response


def local(address: str | None) -> str:
    """Return an address if it is one of our own pages, else the first page: nobody is led elsewhere."""
    try:
        parts = urlsplit(address or "")
    except ValueError:  # brackets that hold no address
        return url_for("todo.index")
    foreign = (parts.netloc and parts.netloc != request.host) or parts.scheme not in ("", "http", "https")
    path = parts.path if not foreign and parts.path.startswith("/") and parts.path[:2] not in ("//", "/\\") else ""
    if not path or "\\" in path:
        return url_for("todo.index")
    return f"{path}?{parts.query}" if parts.query else path
