"""The law as the engine uses it: one rulebook for every combination of overlays that binds somewhere."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from threading import Lock
from typing import Any

from sqlalchemy import Connection, bindparam, select

from workflow.calendar import WorkingCalendar, read_calendar
from workflow.law.model import Overlay
from workflow.law.organizations import Organizations, load_organizations
from workflow.law.timeline import Law, between, load_law
from workflow.rules.rulebook import Rulebook
from workflow.store.tables import OrganizationOverlay

MOST_BOOKS = 64  # kept in memory: combinations of overlays, not cases
_LAID = select(
    OrganizationOverlay.organization_id,
    OrganizationOverlay.overlay,
    OrganizationOverlay.from_on,
    OrganizationOverlay.until_on,
).where(OrganizationOverlay.organization_id.in_(bindparam("line", expanding=True)))


@dataclass(frozen=True, slots=True)
class Held:
    """A span in which a branch had a case: its path in the tree, from a day (None: from the beginning) to another."""

    path: str
    since: date | None
    until: date | None


class Laws:
    """The law of a procedure, the working calendar, the kinds of organizations; rulebooks made when first needed.

    ``states``: all in which a case can be, under whichever edition.
    """

    def __init__(self, law: Law, calendar: WorkingCalendar, organizations: Organizations) -> None:
        """Take what was loaded from the definitions."""
        self.law, self.calendar, self.organizations = law, calendar, organizations
        self.states = tuple(dict.fromkeys(state for edition in law.editions for state in edition.states))
        self._lock = Lock()
        self._books: OrderedDict[tuple[tuple[str, date, date | None], ...], Rulebook] = OrderedDict()

    def book(self, overlays: Iterable[Overlay] = ()) -> Rulebook:
        """Return the rulebook under ``overlays``; equal combinations share one."""
        laid = sorted(overlays, key=lambda one: (one.in_force, one.overlay))
        key = tuple((one.overlay, one.in_force, one.until) for one in laid)
        with self._lock:
            if key not in self._books:
                self._books[key] = Rulebook(self.law, self.law.timeline(laid))
            self._books.move_to_end(key)
            while len(self._books) > MOST_BOOKS:
                self._books.popitem(last=False)
            return self._books[key]

    def book_of(self, connection: Connection, spans: Sequence[Held]) -> Rulebook:
        """Return the rulebook of a case: the overlays of all ancestors of the branch that had it on each day."""
        return self.book_under(laid_over(connection, spans), spans)

    def book_under(self, rows: Sequence[Any], spans: Sequence[Held]) -> Rulebook:
        """Return the same where what is laid on the organizations concerned, and perhaps on others, has been read."""
        if not rows:
            return self.book()
        laid: list[Overlay] = []
        for span in spans:
            line = {int(part) for part in span.path.split(".") if part}
            for organization, name, since, until in rows:
                if organization in line:
                    found = between(
                        self.law.overlays([name])[0], _later(span.since, since), _earlier(span.until, _next(until))
                    )
                    laid += [found] if found else []
        return self.book(_joined(laid))


def laid_over(connection: Connection, spans: Iterable[Held]) -> Sequence[Any]:
    """Return what is laid on the organizations in whose scope cases were held, in one query."""
    ids = {int(part) for span in spans for part in span.path.split(".") if part}
    return connection.execute(_LAID, {"line": list(ids)}).all()


def load_laws(root: Traversable, procedure: str = "recruitment") -> Laws:
    """Return law, calendar and kinds of organizations from a folder of definitions; raises DefinitionError."""
    text = (root / "calendar" / "cn.yaml").read_text(encoding="utf-8")
    return Laws(load_law(root, procedure), read_calendar(text, "calendar/cn.yaml"), load_organizations(root))


def _next(last: date | None) -> date | None:
    """Return the first day after the last one counted."""
    return None if last is None else last + timedelta(1)


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)


def _joined(overlays: Iterable[Overlay]) -> list[Overlay]:
    """Join spans of one overlay that touch or overlap: two ancestors may lay it, or the case may move under it."""
    joined: list[Overlay] = []
    for one in sorted(overlays, key=lambda each: (each.overlay, each.in_force)):
        last = joined[-1] if joined else None
        if last is None or last.overlay != one.overlay or (last.until is not None and last.until < one.in_force):
            joined.append(one)
        elif last.until is not None and (one.until is None or one.until > last.until):
            joined[-1] = last.model_copy(update={"until": one.until})
    return joined
