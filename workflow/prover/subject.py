"""What is proved about: an edition, plain or with overlays on it, and where each of its parts stands in the files."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.law.model import Edition, Overlay
from workflow.law.source import Fault, Source
from workflow.law.timeline import Law

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """An edition with the files it was composed from: its own, then those of the overlays in their order."""

    edition: Edition
    source: Source
    overlays: tuple[tuple[Overlay, Source], ...] = ()

    def fault(self, path: Path, zh: str, en: str) -> Fault:
        """Return a fault at ``path`` of the edition's own file."""
        return self.source.fault(path, zh, en)

    def step_fault(self, step: str, inside: Path, zh: str, en: str) -> Fault:
        """Return a fault inside a step, in whichever file defines that step."""
        for overlay, source in reversed(self.overlays):
            if step in overlay.add_steps:
                return source.fault(("add_steps", step, *inside), zh, en)
        return self.source.fault(("steps", step, *inside), zh, en)

    def rule_fault(self, rule: str, inside: Path, zh: str, en: str) -> Fault:
        """Return a fault inside a rule (``step.name``), in the file that had the last word on it."""
        step, name = rule.split(".")
        for overlay, source in reversed(self.overlays):
            if step in overlay.steps and name in overlay.steps[step].rules:
                return source.fault(("steps", step, "rules", name, *inside), zh, en)
        return self.step_fault(step, ("rules", name, *inside), zh, en)

    def local(self, rule: str) -> bool:
        """Tell whether an overlay added or rewrote a rule."""
        step, name = rule.split(".")
        return any(
            step in overlay.add_steps or (step in overlay.steps and name in overlay.steps[step].rules)
            for overlay, _ in self.overlays
        )


def plain(law: Law) -> tuple[Subject, ...]:
    """Return the editions without overlays, oldest first."""
    sources = law.definitions.sources
    return tuple(Subject(edition, sources[edition.edition.isoformat()]) for edition in law.editions)
