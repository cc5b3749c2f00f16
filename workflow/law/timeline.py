"""The law over time: which edition, with which overlays, is in force from which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from itertools import pairwise

from workflow.errors import Text, WorkflowError
from workflow.law.loader import Definitions, load_definitions
from workflow.law.model import Edition, GovernedBy, LocalChoice, Overlay
from workflow.law.overlay import compose, in_force
from workflow.law.source import DefinitionError, Fault


class UnknownLaw(WorkflowError):  # noqa: N818 - errors are named as facts
    """An edition or overlay was asked for that no file defines."""


@dataclass(frozen=True, slots=True)
class Period:
    """An edition and the days on which it is in force: from ``since`` (None: always before) to before ``until``."""

    since: date | None
    until: date | None
    edition: Edition

    def holds(self, day: date) -> bool:
        """Tell whether ``day`` lies in the period."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class Law:
    """All editions and overlays of one procedure. Days before the first edition are judged under it."""

    def __init__(self, definitions: Definitions) -> None:
        """Lay every overlay over the editions it extends; raises DefinitionError with all faults."""
        self.definitions = definitions
        self.editions: tuple[Edition, ...] = tuple(definitions.editions)
        faults = [*_unequal(definitions)]
        for overlay in definitions.overlays.values():
            faults += self._overlay_faults(overlay)
        if faults:
            raise DefinitionError(faults)

    def _overlay_faults(self, overlay: Overlay) -> list[Fault]:
        source = self.definitions.sources[f"overlay:{overlay.overlay}"]
        faults: list[Fault] = []
        known = {edition.edition: edition for edition in self.editions}
        for number, day in enumerate(overlay.extends):
            if day not in known:
                place = ("extends", number)
                faults.append(source.fault(place, f"没有 {day} 版", f"there is no edition of {day}"))
            else:
                faults += compose(known[day], overlay, source).faults
        return faults

    @property
    def choices(self) -> tuple[LocalChoice, ...]:
        """Return the local choices of governing days."""
        return self.definitions.transitions.local_choices if self.definitions.transitions else ()

    def edition(self, day: date) -> Edition:
        """Return the edition that is dated ``day``; raises UnknownLaw."""
        for edition in self.editions:
            if edition.edition == day:
                return edition
        known = ", ".join(edition.edition.isoformat() for edition in self.editions)
        raise UnknownLaw(
            Text(f"没有 {day} 版", f"there is no edition of {day}"),
            Text(f"现有版本：{known}", f"there are: {known}"),
        )

    def overlays(self, names: Iterable[str]) -> tuple[Overlay, ...]:
        """Return overlays by name; raises UnknownLaw."""
        found = []
        for name in dict.fromkeys(names):
            if name not in self.definitions.overlays:
                known = "、".join(self.definitions.overlays)
                raise UnknownLaw(
                    Text(f"没有叠加规定“{name}”", f"there is no overlay “{name}”"),
                    Text(f"现有：{known}", f"there are: {known}"),
                )
            found.append(self.definitions.overlays[name])
        return tuple(found)

    def timeline(self, overlays: Iterable[str | Overlay] = (), only: date | None = None) -> tuple[Period, ...]:
        """Return the periods of law, oldest first, with the overlays on them; a local choice begins one too.

        ``overlays``: by name, or as ``between`` returns them where they bind for part of their time only.

        ``only``: judge every day under that one edition (a what-if), as if it had always been in force.
        """
        given = tuple(overlays)
        once = (one for place, one in enumerate(given) if one not in given[:place])
        laid = tuple(self.overlays([one])[0] if isinstance(one, str) else one for one in once)
        editions = (self.edition(only),) if only else self.editions
        starts = {edition.edition for edition in editions[1:]}
        starts |= {day for overlay in laid for day in (overlay.in_force, overlay.until) if day is not None}
        starts |= {choice.in_force for choice in self.choices}
        edges = (None, *sorted(starts), None)
        return tuple(Period(since, until, self._on(since, editions, laid)) for since, until in pairwise(edges))

    def _on(self, day: date | None, editions: tuple[Edition, ...], overlays: tuple[Overlay, ...]) -> Edition:
        if day is None:
            return editions[0]
        earlier = [edition for edition in editions if edition.edition <= day]
        edition = earlier[-1] if earlier else editions[0]
        for overlay in overlays:
            if in_force(overlay, day) and edition.edition in overlay.extends:
                source = self.definitions.sources[f"overlay:{overlay.overlay}"]
                composed = compose(edition, overlay, source)
                if composed.faults:
                    raise DefinitionError(composed.faults)
                edition = composed.edition
        return edition

    def governed_by(self, rule: str, day: date | None, default: GovernedBy) -> GovernedBy:
        """Return which day governs a rule from ``day`` on: the latest local choice, else the edition's own."""
        chosen = [choice for choice in self.choices if choice.rule == rule and day and choice.in_force <= day]
        return max(chosen, key=lambda choice: choice.in_force).governed_by if chosen else default


def between(overlay: Overlay, since: date | None, until: date | None) -> Overlay | None:
    """Return an overlay as it binds from ``since`` to before ``until`` (None: no limit); None where it never does."""
    begins = max(overlay.in_force, since or date.min)
    ends = min(overlay.until or date.max, until or date.max)
    if begins >= ends:
        return None
    return overlay.model_copy(update={"in_force": begins, "until": None if ends == date.max else ends})


def load_law(root: Traversable, procedure: str = "recruitment") -> Law:
    """Return the law of a procedure from a folder of definitions; raises DefinitionError with all faults."""
    return Law(load_definitions(root, procedure))


def _unequal(definitions: Definitions) -> list[Fault]:
    """Return columns that mean different things in different editions: one row cannot hold both."""
    faults: list[Fault] = []
    for earlier, later in pairwise(definitions.editions):
        source = definitions.sources[later.edition.isoformat()]
        for name, derived in later.derived.items():
            if name in earlier.derived and earlier.derived[name].how != derived.how:
                zh = "与前一版本同名推导列的算法不同，请另取名称"
                faults.append(
                    source.fault(("derived", name), zh, "computed otherwise in the earlier edition: rename it")
                )
        for name, field in later.fields.items():
            if name in earlier.fields and earlier.fields[name].type is not field.type:
                part, key = name.split(".")
                zh = "与前一版本同名列的类型不同，请另取名称"
                place = ("record", part, key) if part in later.record else ("steps", part, "evidence", key)
                faults.append(source.fault(place, zh, "of another type in the earlier edition: rename it"))
    return faults
