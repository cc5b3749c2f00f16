"""A description of the application for testing by machine, made out of its routes and of the forms on its pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.web.crawling import Form
from tests.web.knocking import Knock
from tests.web.routes import ROWS

COMES_TO = ("200", "302", "303", "308", "400", "401", "403", "404", "409", "413", "422", "429")  # what is agreed
FORM = "application/x-www-form-urlencoded"
ADDRESS = "/openapi.json"
ENDS = {
    "signing.sign_out",
    "signing.end_sessions",
    "signing.enter",
    "signing.change_password",
}  # they end what is tested
KINDS: dict[str, dict[str, Any]] = {
    "IntegerConverter": {"type": "integer", "minimum": 0},
    "UUIDConverter": {"type": "string", "format": "uuid"},
}
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def description(app: Flask, login: str, forms: Iterable[Form], known: Mapping[str, Iterable[object]]) -> dict[str, Any]:
    """Return the routes that let somebody in, as OpenAPI: what stands in addresses, what forms send, what it comes to.

    ``known``: names that are there, by argument: without them nothing is ever found.
    """
    fields: dict[str, set[str]] = {}
    for form in forms:
        fields.setdefault(f"{form.method} {form.endpoint}", set()).update(form.fields)
    paths: dict[str, dict[str, Any]] = {}
    for method, endpoint, rule in _routes(app, login):
        # Werkzeug tells its converters nowhere else
        parameters = [_argument(rule, name, list(known.get(name, ()))) for name in sorted(rule._converters)]  # noqa: SLF001
        sent = sorted(fields.get(f"{method} {endpoint}", ()))
        operation: dict[str, Any] = {
            "operationId": f"{method} {endpoint} {rule.rule}",
            "responses": {status: {"description": "agreed"} for status in COMES_TO},
        }
        if method == "POST":
            body = {"type": "object", "properties": {name: {"type": "string"} for name in sent}}
            operation["requestBody"] = {"required": True, "content": {FORM: {"schema": body}}}
        else:
            parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in sent]
        operation["parameters"] = parameters
        paths.setdefault(_path(rule), {})[method.lower()] = operation
    return {"openapi": "3.0.3", "info": {"title": "Jishi", "version": "0"}, "paths": paths}


def _routes(app: Flask, login: str) -> Iterator[tuple[str, str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in ("GET", "POST"):
            row = ROWS.get((method, rule.endpoint)) if method in (rule.methods or ()) else None
            if row is not None and login in row.door and rule.endpoint not in ENDS:
                yield method, rule.endpoint, rule


def _path(rule: Rule) -> str:
    """Return the address as OpenAPI writes it."""
    # nor the parts of a rule
    return "".join(f"{{{text}}}" if dynamic else text for dynamic, text in rule._trace if text != "|")  # noqa: SLF001


def _argument(rule: Rule, name: str, known: list[object]) -> dict[str, Any]:
    kind = type(rule._converters[name]).__name__  # noqa: SLF001 - werkzeug says it nowhere else
    schema = KINDS.get(kind, {"type": "string", "minLength": 1, "pattern": r"\A[^/\\?#]+\Z"})
    if known:
        schema = {"anyOf": [{"type": schema["type"], "enum": known}, schema]}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def with_description(knock: Knock, described: Mapping[str, Any]) -> Application:
    """Return the application as one who is signed in sees it, that also gives its description."""
    app = knock.client.application
    # nor the cookies of its client
    cookies = "; ".join(f"{one.key}={one.value}" for one in (knock.client._cookies or {}).values())  # noqa: SLF001

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == ADDRESS:
            start("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(described).encode()]
        environ |= {"HTTP_COOKIE": cookies, "HTTP_X_CSRFTOKEN": knock.token}
        return app(environ, start)

    return answer
