"""Sealing as the server does it every second, once, when a test asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.office import LAWS
from workflow.sealing.keys import FOLDER, KeyRing
from workflow.sealing.logs import Head, head, logs
from workflow.sealing.sealer import Sealer

if TYPE_CHECKING:
    from flask import Flask


def seal(app: Flask) -> tuple[Head, str]:
    """Seal what is recorded; return the newest head and the log's key."""
    house = app.extensions["jishi"][0]
    Sealer(house.database, LAWS, KeyRing(house.folder / FOLDER), house.clock).seal()
    with house.database.read() as connection:
        log = logs(connection)[0]
        last = head(connection, log.id)
        assert last is not None
        return last, log.vkey
