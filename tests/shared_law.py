"""The shipped law, read once for all commands that one process of tests runs, as the desk of a server keeps it.

Reading it takes longer than most commands. Any other folder, in which a test plants faults, is read each time, and so
is the shipped one by whoever runs ``jishi`` in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources.abc import Traversable

import pytest

from workflow import calendar
from workflow.engine import laws
from workflow.keep import doctor
from workflow.law import timeline
from workflow.law.loader import definitions_root

read_law, read_laws = timeline.load_law, laws.load_laws
read_calendar = cache(calendar.read_calendar)  # of a text: whoever reads another text gets another calendar


@cache
def shipped_law(procedure: str) -> timeline.Law:
    """Return the law that comes with the program."""
    return read_law(definitions_root(), procedure)


@cache
def shipped_laws(procedure: str) -> laws.Laws:
    """Return law, calendar and kinds of organizations that come with the program."""
    return read_laws(definitions_root(), procedure)


def is_shipped(root: Traversable) -> bool:
    """Tell whether a folder is the one that comes with the program."""
    return str(root) == str(definitions_root())


def load_law(root: Traversable, procedure: str = "recruitment") -> timeline.Law:
    """Return the law of a folder; the shipped one is read once."""
    return shipped_law(procedure) if is_shipped(root) else read_law(root, procedure)


def load_laws(root: Traversable, procedure: str = "recruitment") -> laws.Laws:
    """Return law, calendar and kinds of organizations of a folder; the shipped ones are read once."""
    return shipped_laws(procedure) if is_shipped(root) else read_laws(root, procedure)


@pytest.fixture(scope="session", autouse=True)
def _shared() -> Iterator[None]:
    """Let every command in this process have the law that was read before."""
    with pytest.MonkeyPatch.context() as patch:
        for room, name, shared in (
            (timeline, "load_law", load_law),
            (laws, "load_law", load_law),
            (laws, "load_laws", load_laws),
            (doctor, "load_laws", load_laws),
            (calendar, "read_calendar", read_calendar),
            (laws, "read_calendar", read_calendar),
        ):
            patch.setattr(room, name, shared)
        yield
