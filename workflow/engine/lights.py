"""The light beside a case or a step: how urgent it is, from the last lawful day and the first."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

SOON = timedelta(days=7)


class Light(StrEnum):
    """What a light says; each has a shape and words of its own besides its colour."""

    LATE = "late"  # the last lawful day has passed
    SOON = "soon"  # it lies within a week
    OK = "ok"  # it lies further ahead, or nothing urges
    EARLY = "early"  # the first lawful day has not come
    NONE = "none"  # nothing is asked for


def light_of(due_on: date | None, today: date, earliest: date | None = None) -> Light:
    """Return the light of an open step; ``earliest``: its first lawful day where that is known."""
    if due_on is not None and due_on < today:
        return Light.LATE
    if earliest is not None and earliest > today:
        return Light.EARLY
    return Light.SOON if due_on is not None and due_on < today + SOON else Light.OK
