"""Whole histories as data: what the examiner must say of every entry, and where the case stands after it.

A file holds ``traces: {name: {given, after, entries, judged, end}}``. An entry: ``do`` (step and outcome), ``on`` (its
day), ``with`` (evidence), then what is said of it — ``refused`` or ``concern`` (rule ids), ``impossible: true`` (the
state does not allow it), nothing: accepted — and ``state`` and ``rounds`` after it. ``after: {trace, through}`` goes on
from what another trace had accepted up to its last entry of a step. ``judged``: verdicts on rounds as of ``end``,
``rule round: state``. An irregular entry is kept without being examined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.regulation.case import BOOK, WORLD
from workflow.case.history import CaseView, Entry, view
from workflow.case.values import Value
from workflow.machine import StepImpossible
from workflow.rules.judge import Examiner
from workflow.rules.moment import examine_act

FILES = sorted((Path(__file__).parent / "traces").glob("*.yaml"))
PARTS = {"given", "after", "entries", "judged", "end"}
KEYS = {"do", "on", "with", "refused", "concern", "impossible", "state", "rounds"}
EXAMINER = Examiner(BOOK, WORLD)


@cache
def traces() -> Mapping[str, Mapping[str, Any]]:
    """Return all traces by name; a misspelt key or a name given twice is a mistake in the file."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in FILES:
        for name, trace in YAML(typ="safe").load(file.read_text("utf-8"))["traces"].items():
            assert name not in found, f"{file.name}: {name} stands twice"
            assert set(trace) <= PARTS, f"{file.name}: {name}: {set(trace) - PARTS}"
            for entry in trace["entries"]:
                assert set(entry) <= KEYS, f"{file.name}: {name}: {set(entry) - KEYS}"
            found[name] = trace
    return found


def read_entry(raw: Mapping[str, Any]) -> Entry:
    """Return the act that a line of a trace describes."""
    step, outcome = raw["do"].split()
    evidence = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.get("with", {}).items()}
    return Entry(step, outcome, raw["on"], evidence)


@dataclass(slots=True)
class Walk:
    """A history as it grows: what was accepted, and what is given besides."""

    given: Mapping[str, Value]
    entries: list[Entry] = field(default_factory=list)

    def view(self, *more: Entry) -> CaseView:
        """Return where the case stands, with ``more`` entries if they were added."""
        return view([*self.entries, *more], BOOK.edition_on, self.given)

    def offer(self, entry: Entry, as_of: date | None = None) -> Mapping[str, Any]:
        """Offer an entry as the engine would: accepted ones are kept. Return what was said, as the files write it."""
        try:
            after = self.view(entry)
        except StepImpossible:
            return {"impossible": True}
        if entry.outcome == "irregular":
            self.entries.append(entry)
            return {}
        found = examine_act(EXAMINER, self.view(), after, entry, as_of or entry.occurred_on)
        if found.refusals:
            return {"refused": sorted({refusal.rule for refusal in found.refusals})}
        self.entries.append(entry)
        return {"concern": sorted({concern.rule for concern in found.concerns})} if found.concerns else {}


def begin(trace: Mapping[str, Any]) -> Walk:
    """Return the history on which a trace goes on."""
    if "after" not in trace:
        return Walk(trace["given"])
    origin = traces()[trace["after"]["trace"]]
    walk = begin(origin)
    for raw in accepted(origin, trace["after"]["through"]):
        walk.entries.append(read_entry(raw))
    walk.given = {**walk.given, **trace.get("given", {})}
    return walk


def accepted(trace: Mapping[str, Any], through: str) -> Iterator[Mapping[str, Any]]:
    """Yield the accepted entries of a trace up to its last one of the step ``through``."""
    kept = [raw for raw in trace["entries"] if not raw.get("refused") and not raw.get("impossible")]
    last = max(place for place, raw in enumerate(kept) if raw["do"].split()[0] == through)
    yield from kept[: last + 1]


def said(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a line expects to be said of its entry."""
    return {key: sorted(raw[key]) if isinstance(raw[key], list) else raw[key]
            for key in ("impossible", "refused", "concern") if key in raw}  # fmt: skip
