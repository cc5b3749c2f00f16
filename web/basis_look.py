"""The law as it is looked at: the edition in force on a day, with the local practice that binds here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import request, url_for

from web.desk import actor, house, reading
from web.language import language
from workflow.calendar.office import office_day
from workflow.engine.laws import Held
from workflow.engine.typed_in import day_typed
from workflow.law.diff import words_of
from workflow.law.model import Edition
from workflow.law.timeline import Law, Period
from workflow.law.words import Words
from workflow.rules.rulebook import Rulebook

DAY = timedelta(days=1)
LONGEST = 40  # characters of a day


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: the law that binds here or elsewhere, the period chosen, and the day it is."""

    law: Law
    book: Rulebook
    period: Period
    today: date

    @property
    def edition(self) -> Edition:
        """Return the edition looked at, with the local practice on it."""
        return self.period.edition

    @property
    def words(self) -> Words:
        """Return how it is spoken of in the language of this request."""
        return words_of(self.law, self.edition, language())

    @property
    def on(self) -> str | None:
        """Return what stands in addresses for the period looked at; None: it holds today."""
        return None if self.period.holds(self.today) else first_day(self.period).isoformat()

    def step_url(self, step: str) -> str:
        """Return the address of a step as it stands in the period looked at."""
        return url_for("basis.step", step=step, on=self.on)

    def span(self, rule_id: str) -> tuple[date, date | None]:
        """Return from when until when (None: still) a rule of this substance is law, as far as the editions go."""
        day = first_day(self.period)
        for rule in self.book.rules:
            if rule.id == rule_id and (rule.since or day) <= day and (rule.until is None or day < rule.until):
                return rule.since or first_day(self.book.periods[0]), rule.until - DAY if rule.until else None
        return day, None


def first_day(period: Period) -> date:
    """Return the day that names a period: its first, or that of the first edition."""
    return period.since or period.edition.edition


def book_here() -> Rulebook:
    """Return the law that binds the own organization, with the local practice laid on it or above it."""
    return house().laws.book_of(reading(), (Held(actor().path, None, None),))


def look(on: str = "") -> Look:
    """Return the law on a day as somebody typed it, blank for today; raises UnreadableEvidence."""
    book, today = book_here(), office_day(house().clock())
    day = day_typed(on) if on.strip() else today
    chosen = next(period for period in book.periods if period.holds(day))
    return Look(house().laws.law, book, chosen, today)


def look_asked() -> Look:
    """Return the law on the day that the address of this request names; raises as ``look``."""
    return look(request.args.get("on", "")[:LONGEST])


def look_with(step: str) -> Look | None:
    """Return a look that has a step: the one asked for, else the newest here, else under any local practice."""
    asked = look_asked()
    if step in asked.edition.steps:
        return asked
    for book in (asked.book, house().laws.book(asked.law.overlays(asked.law.definitions.overlays))):
        for period in reversed(book.periods):
            if step in period.edition.steps:
                return Look(asked.law, book, period, asked.today)
    return None
