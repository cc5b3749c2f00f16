"""The ledger (台账) as the page shows it: the filters of the address, and the words of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from web.words import Urgency as Told
from web.words import urgency
from workflow.engine.ledger_filters import LedgerFilters, Order, Urgency
from workflow.engine.ledger_view import Listed
from workflow.engine.lights import Light
from workflow.engine.log_acts import CODE, MOST_LISTED
from workflow.engine.naming import state_text, step_text
from workflow.engine.places import Places
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.seal import Plain

SIZES = (20, 50, 100)
USUAL = 50
LONGEST_NAME = 50  # characters asked for
MOST_BEFORE = 1_000_000_000  # rows that can have come before a page

URGENT = {Urgency.OVERDUE: Text("已超期", "overdue"), Urgency.SOON: Text("7 天内到期", "due within a week")}
ORDERS = {
    Order.NEWEST: Text("立案先后（新的在前）", "newest case first"),
    Order.DUE: Text("期限（急的在前）", "most urgent first"),
}
NOTHING_ASKED = Told(Light.NONE, Text("无待办", "nothing to do"))

Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for. ``before``: how many rows the pages before had; ``size``: rows a page."""

    filters: LedgerFilters
    after: str | None
    before: int
    size: int

    @property
    def chosen(self) -> bool:
        """Tell whether people are chosen, or all are shown."""
        return LedgerFilters(order=self.filters.order) != self.filters

    def arguments(self, **more: object) -> dict[str, object]:
        """Return the filters as the arguments of an address; those that are not set are left out."""
        filters = self.filters
        known: dict[str, object] = {
            "state": list(filters.states), "organization": filters.organization, "name": filters.name,
            "urgency": filters.urgency, "step": filters.step, "findings": "yes" if filters.findings else None,
            "order": filters.order if filters.order is not Order.NEWEST else None,
            "size": self.size if self.size != USUAL else None,
        }  # fmt: skip
        return {name: value for name, value in {**known, **more}.items() if value}


def view_of(typed: MultiDict[str, str], edition: Edition) -> View:
    """Read the filters of an address; what the edition does not know, or nobody could have typed, is left out."""
    step = typed.get("step", "")
    size = _number(typed.get("size"), USUAL)
    filters = LedgerFilters(
        states=tuple(state for state in edition.states if state in typed.getlist("state")),
        organization=_uid(typed.get("organization", "")),
        name=" ".join(typed.get("name", "").replace("\0", "").split())[:LONGEST_NAME] or None,
        urgency=_one_of(Urgency, typed.get("urgency")),
        step=step if step in edition.steps else None,
        findings=typed.get("findings") == "yes",
        order=_one_of(Order, typed.get("order")) or Order.NEWEST,
    )
    return View(filters, typed.get("after"), _number(typed.get("before"), 0), size if size in SIZES else USUAL)


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _one_of(kind: type[Kind], text: str | None) -> Kind | None:
    return next((one for one in kind if one == text), None)


def _number(text: str | None, otherwise: int) -> int:
    """Return a small number that somebody typed."""
    # digits that any integer holds
    found = int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else otherwise  # noqa: PLR2004
    return found if found <= MOST_BEFORE else otherwise


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the ledger. ``serial``: the number of the row among all pages."""

    serial: int
    listed: Listed
    state: Text
    step: Text | None
    light: Told


def rows_of(listed: Sequence[Listed], before: int, edition: Edition, today: date) -> Iterator[Row]:
    """Yield the rows of a page."""
    for serial, one in enumerate(listed, start=before + 1):
        light = urgency(one.due_on, today) if one.step else NOTHING_ASKED
        yield Row(serial, one, state_text(edition, one.state), step_text(edition, one.step), light)


def organizations(found: Places) -> list[tuple[UUID, str]]:
    """Return the organizations that can be chosen, each behind a mark of its depth."""
    line = [*found.above, found.here]
    named = [(one.uid, f"{'　' * depth}{one.name}") for depth, one in enumerate(line)]
    return [*named, *((one.uid, f"{'　' * len(line)}{one.name}") for one in found.below)]


def about(view: View, people: int) -> Mapping[str, Plain]:
    """Return what is noted of an export: codes and numbers, of a name only that one was asked for."""
    filters = view.filters
    states = [state for state in filters.states if CODE.fullmatch(state)][:MOST_LISTED]
    said: dict[str, Plain] = {
        "people": people, "states": states, "organization": filters.organization.hex if filters.organization else None,
        "name": filters.name is not None, "urgency": str(filters.urgency or ""), "step": filters.step,
        "findings": filters.findings,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}
