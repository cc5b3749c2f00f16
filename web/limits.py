"""How much a request may hold, asked before anything else looks at it: a stranger costs little."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

KIBIBYTE = 1024
FORM = 512 * KIBIBYTE  # all that is typed
REQUEST = 640 * KIBIBYTE
LARGEST = 2**31 - 1  # an id in any of the databases
DIGITS = 9  # of a number that a form sends back
UPLOADS = "importing."


class Id(IntegerConverter):
    """A number in an address that a database can look up."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:  # noqa: A002, ANN401 - Werkzeug's own
        """Bound it, unless the route says otherwise."""
        options.setdefault("max", LARGEST)
        super().__init__(map, *args, **options)


def small(text: str) -> int:
    """Return a number that a database can look up; raises ValueError for others."""
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError(text)
    return number


def number_in(text: str, otherwise: int = 0) -> int:
    """Return the number that a form sent back; ``otherwise`` for what is none, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else otherwise


def seen_in(given: Mapping[str, str]) -> int:
    """Return the version of the case that a form was built on; what is none has seen nothing."""
    return number_in(given.get("seen", ""))


def register(app: Flask, largest_upload: int) -> None:
    """Bound every request of an application; only where files are brought in it may be larger."""
    app.url_map.converters["int"] = Id
    app.config.update(MAX_CONTENT_LENGTH=REQUEST, MAX_FORM_MEMORY_SIZE=FORM, MAX_FORM_PARTS=2000)

    @app.before_request
    def _bounded() -> None:
        if (request.endpoint or "").startswith(UPLOADS):
            request.max_content_length = largest_upload
        texts: list[str | None] = [request.path, *request.args, *request.args.values()]
        if request.method == "POST":
            texts += [text for pair in request.form.items(multi=True) for text in pair]
        if any(text is None or "\0" in text for text in texts):  # None: a part of a form that has no name
            abort(400)
