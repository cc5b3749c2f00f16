"""Whether the server is alive, and whether it can work: for whoever watches it, without a word about anybody."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from web.desk import house
from web.permission import everybody

pages = Blueprint("health", __name__)
LATER = 503


@pages.get("/healthz")
@everybody
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return _said("ok", 200)


@pages.get("/readyz")
@everybody
def ready() -> ResponseReturnValue:
    """Say whether the record can be read."""
    return _said("ok", 200) if house().database.answers() else _said("not ready", LATER)


def _said(word: str, status: int) -> Response:
    return Response(word + "\n", status, mimetype="text/plain")
