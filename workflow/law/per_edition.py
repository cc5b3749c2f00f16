"""What is worked out of an edition once and asked for again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from workflow.law.model import Edition

Made = TypeVar("Made")
MOST = 256  # editions, with and without overlays


class PerEdition(Generic[Made]):
    """A function of an edition that keeps its results, by identity: an edition never changes and is long to compare."""

    def __init__(self, make: Callable[[Edition], Made], most: int = MOST) -> None:
        """Keep the results of ``make`` for at most so many editions."""
        self._make, self._most = make, most
        self._made: dict[int, tuple[Edition, Made]] = {}

    def __call__(self, edition: Edition) -> Made:
        """Return what was made of the edition, making it when it is first asked for."""
        kept = self._made.get(id(edition))
        if kept is None:
            if len(self._made) >= self._most:
                self._made.clear()
            kept = self._made[id(edition)] = (edition, self._make(edition))
        return kept[1]
