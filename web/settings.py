"""What an operator decides about the interface, and what a process is started with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path

from workflow.access.sessions import Limits
from workflow.calendar import WorkingCalendar
from workflow.engine.laws import Laws
from workflow.ledger import LedgerForm
from workflow.store.database import Database

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server treats its visitors.

    ``secret``: signs cookies and the keys under which failed sign-ins are counted; ``profile``: the password rules;
    ``https``: cookies are sent over TLS only; ``proxies``: how many stand in front and may say where a visitor comes
    from.
    """

    secret: bytes
    profile: str = "plain"
    limits: Limits = field(default_factory=Limits)
    https: bool = False
    proxies: int = 0
    largest_upload: int = 20 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class House:
    """What every page works with: the record, the law, the clock, the folder for files that are being read.

    ``sample``: the people are invented, and every page says so. ``definitions``: where the law as data stands.
    """

    database: Database
    laws: Laws
    clock: Callable[[], datetime]
    folder: Path
    definitions: Traversable
    form: LedgerForm
    calendar: WorkingCalendar
    sample: bool = False
