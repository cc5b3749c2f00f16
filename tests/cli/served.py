"""A server as a user starts it: ``jishi up`` in a process of its own, visited over the network of this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

ROOT = Path(__file__).parents[2]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PATIENCE = 60  # seconds


@dataclass(slots=True)
class Server:
    """A server that runs. ``said``: what it printed when it was ready, as scripts read it."""

    process: subprocess.Popen[str]
    said: dict[str, Any]
    ended: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Return what it said to open."""
        return str(self.said["address"])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    text: str
    url: str
    headers: dict[str, str]


class Browser:
    """Somebody's browser, with cookies of its own and no scripts."""

    def __init__(self, address: str) -> None:
        """Begin without cookies; nothing goes over a proxy."""
        self.address = address.rstrip("/")
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, **fields: str) -> Answer:
        """Open a page; with ``fields`` they are submitted to it."""
        data = urlencode(fields).encode() if fields else None
        try:
            response = self.opener.open(self.address + path, data, timeout=PATIENCE)
        except HTTPError as error:
            response = error
        with response:
            return Answer(response.status, response.read().decode(), response.url, dict(response.headers))

    def submit(self, path: str, to: str, **fields: str) -> Answer:
        """Fill in a form of a page."""
        token = TOKEN.search(self.get(path).text)
        assert token is not None, f"no form on {path}"
        return self.get(to, csrf_token=token.group(1), **fields)

    def sign_in(self, login: str, password: str) -> Answer:
        """Sign in as a user does."""
        return self.submit("/sign-in", "/sign-in", login=login, password=password)


@contextmanager
def serving(*arguments: object, **environment: str) -> Iterator[Server]:
    """Start a server on a free port and give it once it said that it is ready; it has ended afterwards."""
    command = [sys.executable, "-m", "workflow.cli", "up", "--json", "--port", "0", *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8",
    )  # fmt: skip
    try:
        yield Server(process, _said(process))
    finally:
        process.kill()
        process.communicate()


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Read the one object that a server prints; raises AssertionError with what it printed instead."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            said: dict[str, Any] = json.loads("".join(lines))
            return said
    errors = process.stderr.read() if process.stderr else ""
    raise AssertionError("".join(lines) + errors)
